#include "analyzer/frontend/torchscript/archive.h"

#include <gmock/gmock.h>

#include "tests/frontend/torchscript/archive_fixture.h"
#include "tests/frontend/torchscript/pickle_writer.h"

namespace flopaudit {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ArchiveTest : public ArchiveFixture {
 protected:
  std::string version(const std::vector<WrittenRecord>& records) {
    const Result<int> version = open(records).version();
    return version ? std::to_string(*version) : version.error().message;
  }
};

TEST_F(ArchiveTest, RecordsAreNamedBelowTheRoot) {
  const Archive& archive = open({{"code/__torch__.py", "a"}, {"code/__torch__/b.py", "b"}, {"data.pkl", "c"}});
  EXPECT_EQ(archive.root(), "m");
  EXPECT_TRUE(archive.has("data.pkl"));
  EXPECT_FALSE(archive.has("m/data.pkl"));
  EXPECT_FALSE(archive.has_traced_inputs());
  EXPECT_EQ(*archive.read("code/__torch__.py"), "a");
  EXPECT_THAT(archive.names_below("code/"), ElementsAre("code/__torch__.py", "code/__torch__/b.py"));
  EXPECT_TRUE(archive.has_any_below("code/"));
  EXPECT_FALSE(archive.has_any_below("data/"));
  EXPECT_THAT(archive.read("none").error().message, HasSubstr("is damaged: its record \"none\" is missing"));
}

TEST_F(ArchiveTest, TheHiddenVersionGoesBeforeTheOther) {
  EXPECT_EQ(version({{"version", "3\n"}}), "3");
  EXPECT_EQ(version({{"version", "3\n"}, {".data/version", "10\n"}}), "10");
}

TEST_F(ArchiveTest, VersionsThatAreNone) {
  EXPECT_THAT(version({{"data.pkl", ""}}), HasSubstr("its record \"version\" is missing"));
  EXPECT_THAT(version({{"version", "three"}}), HasSubstr("its record \"version\" holds no number"));
  EXPECT_THAT(version({{"version", "99999999999999"}}), HasSubstr("holds no number"));
  EXPECT_THAT(version({{"version", "0"}}), HasSubstr("format 0; those that are read are 1 to 10"));
  EXPECT_THAT(version({{"version", "11"}}), HasSubstr("format 11"));
  EXPECT_THAT(version({{"version", std::string(1000, '1')}}), HasSubstr("more than the 32 that are read"));
}

TEST_F(ArchiveTest, StoragesOfEveryLayout) {
  const Archive& archive = open({{"data/0", ""},
                                 {"constants/0", ""},
                                 {"constants/123.storage", ""},
                                 {".data/456.storage", ""},
                                 {"traced_inputs/1", ""}});
  const auto name = [&](const char* pickle, const char* key) -> std::string {
    const ContainerRecord* record = archive.storage(pickle, key);
    return record == nullptr ? "none" : record->name;
  };
  EXPECT_EQ(name("data", "0"), "m/data/0");
  EXPECT_EQ(name("constants", "0"), "m/constants/0");
  EXPECT_EQ(name("constants", "123.storage"), "m/constants/123.storage");
  EXPECT_EQ(name("constants", "123"), "m/constants/123.storage");
  EXPECT_EQ(name("data", "456"), "m/.data/456.storage");
  EXPECT_EQ(name("traced_inputs", "1"), "m/traced_inputs/1");
  EXPECT_EQ(name("data", "1"), "none");
  EXPECT_EQ(name("data", ""), "none");
  EXPECT_EQ(name("data", "../data/0"), "none");
}

TEST_F(ArchiveTest, ADamagedPickleIsNamedWithItsPlace) {
  const Archive& archive = open({{"data.pkl", pickles::program(pickles::none())}, {"constants.pkl", "\x80\x02(.)"}});
  EXPECT_TRUE(archive.read_pickle("data.pkl"));
  EXPECT_EQ(
      archive.read_pickle("constants.pkl").error().message,
      "'" + file_.string() + "' is damaged: its record \"constants.pkl\" asks for more than it has pushed at byte 3");
}

}  // namespace
}  // namespace flopaudit
