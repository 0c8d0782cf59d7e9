// What is read of an archive, and what is refused.
#include "analyzer/frontend/torchscript/container.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/frontend/torchscript/archive_writer.h"

namespace flopaudit {
namespace {

using testing::HasSubstr;

class ContainerTest : public testing::Test {
 protected:
  ~ContainerTest() override { std::filesystem::remove(file_); }

  Result<Container> open(const std::string& bytes) const {
    std::ofstream(file_, std::ios::binary) << bytes;
    return Container::open(file_.string());
  }
  Result<Container> open(const std::vector<WrittenRecord>& records) const {
    ArchiveWriter writer;
    for (const WrittenRecord& record : records) writer.add(record);
    return open(writer.bytes());
  }
  template <typename Source>
  std::string refusal(const Source& source) const {
    const Result<Container> container = open(source);
    return container ? "it is read" : container.error().message;
  }

  const std::filesystem::path file_ =
      std::filesystem::path(testing::TempDir()) / ("fa_container_" + std::to_string(::getpid()) + ".pt");
};

TEST_F(ContainerTest, RecordsAreFoundByName) {
  const auto container = open({{"m/data.pkl", "pickle"}, {"m/code/a.py", std::string(5000, 'x'), true}});
  ASSERT_TRUE(container) << container.error().message;
  EXPECT_EQ(container->records().size(), 2U);
  EXPECT_EQ(container->find("m/none"), nullptr);
  EXPECT_EQ(*container->read(*container->find("m/data.pkl")), "pickle");
  EXPECT_EQ(*container->read_part(*container->find("m/data.pkl"), 2, 3), "ckl");
  EXPECT_EQ(*container->read(*container->find("m/code/a.py")), std::string(5000, 'x'));
  EXPECT_EQ(*container->read_part(*container->find("m/code/a.py"), 4999, 1), "x");
  EXPECT_FALSE(container->read_part(*container->find("m/data.pkl"), 6, 1));
}

TEST_F(ContainerTest, SixtyFourBitSizes) {
  const auto container = open({{"m/a", "first", false, true}, {"m/b", "second", true, true}});
  ASSERT_TRUE(container) << container.error().message;
  EXPECT_EQ(*container->read(*container->find("m/a")), "first");
  EXPECT_EQ(*container->read(*container->find("m/b")), "second");
}

TEST_F(ContainerTest, AnythingButAnArchive) {
  EXPECT_THAT(refusal(std::string("no archive at all")), HasSubstr("has no zip directory at its end"));
  EXPECT_THAT(refusal(std::string(70000, 'P')), HasSubstr("has no zip directory at its end"));
  EXPECT_THAT(refusal(std::vector<WrittenRecord>{}), HasSubstr("its zip archive is empty"));
  EXPECT_FALSE(Container::open("/nowhere/m.pt"));
  EXPECT_FALSE(Container::open("/"));
}

TEST_F(ContainerTest, EveryTruncationIsRefused) {
  ArchiveWriter writer;
  writer.add({"m/data.pkl", "pickle", false, true});
  writer.add({"m/code/a.py", "code"});
  const std::string whole = writer.bytes();
  ASSERT_TRUE(open(whole));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(open(whole.substr(0, size))) << size;
  }
}

TEST_F(ContainerTest, TwoRecordsOfOneName) {
  EXPECT_THAT(refusal(std::vector<WrittenRecord>{{"m/a", "1"}, {"m/a", "2"}}), HasSubstr("two records named \"m/a\""));
}

TEST_F(ContainerTest, RecordsThatOverlap) {
  WrittenRecord longer{"m/a", "1"};
  longer.claimed_size = 20;  // reaches into the header of the next
  EXPECT_THAT(refusal(std::vector<WrittenRecord>{longer, {"m/b", "2"}}), HasSubstr("\"m/b\" overlaps \"m/a\""));
}

TEST_F(ContainerTest, RecordsElsewhere) {
  WrittenRecord moved{"m/b", "2"};
  moved.claimed_header = 0;  // where the first one is
  EXPECT_THAT(refusal(std::vector<WrittenRecord>{{"m/a", "1"}, moved}), HasSubstr("is not where the zip directory"));
  moved.claimed_header = 1 << 20;
  EXPECT_THAT(refusal(std::vector<WrittenRecord>{{"m/a", "1"}, moved}), HasSubstr("lies outside the file"));
  WrittenRecord large{"m/a", "1", false, true};
  large.claimed_size = std::int64_t{1} << 62;
  EXPECT_THAT(refusal(std::vector<WrittenRecord>{large}), HasSubstr("lies outside the file"));
}

TEST_F(ContainerTest, MethodsNobodyUses) {
  WrittenRecord record{"m/a", "1"};
  record.flags = 1;
  EXPECT_THAT(refusal(std::vector<WrittenRecord>{record}), HasSubstr("is encrypted"));
  record.flags = 0;
  record.method = 12;
  EXPECT_THAT(refusal(std::vector<WrittenRecord>{record}), HasSubstr("unknown method"));
}

TEST_F(ContainerTest, CompressionBombs) {
  WrittenRecord bomb{"m/a", std::string(1 << 20, '\0'), true};
  {
    const auto container = open({bomb});
    ASSERT_TRUE(container);
    EXPECT_TRUE(container->read(*container->find("m/a")));
    const auto limited = container->read(*container->find("m/a"), 1000);
    ASSERT_FALSE(limited);
    EXPECT_THAT(limited.error().message, HasSubstr("more than the 1000 that are read"));
  }
  bomb.claimed_size = 1 << 30;  // more than these bytes can hold
  {
    const auto container = open({bomb});
    ASSERT_TRUE(container);
    EXPECT_FALSE(container->read(*container->find("m/a"), std::uint64_t{1} << 40));
  }
  bomb.claimed_size = 1000;  // more comes out than the directory promises
  {
    const auto container = open({bomb});
    ASSERT_TRUE(container);
    const auto read = container->read(*container->find("m/a"));
    ASSERT_FALSE(read);
    EXPECT_THAT(read.error().message, HasSubstr("does not inflate to the size"));
  }
}

// A name may have 65,535 bytes, each of which is six when it is escaped.
}  // namespace
}  // namespace flopaudit
