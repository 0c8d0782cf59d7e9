// From places in serialized code to Python lines.
#include "analyzer/frontend/torchscript/source_map.h"

#include <gmock/gmock.h>

#include <limits>

#include "analyzer/frontend/python_frames.h"
#include "tests/frontend/torchscript/archive_fixture.h"
#include "tests/frontend/torchscript/pickle_writer.h"

namespace flopaudit {
namespace {

using namespace pickles;
using testing::HasSubstr;

const std::string kCode = "code/__torch__.py";
constexpr std::string_view kSource = "first\nsecond\nthird\n";

std::string record(std::int64_t offset, const std::string& source, std::int64_t start) {
  const std::int64_t end = start == std::numeric_limits<std::int64_t>::max() ? start : start + 1;
  return tuple({integer(offset), tuple({source, integer(start), integer(end)})});
}
std::string old_source(const std::string& words, const std::string& file, std::int64_t line) {
  return tuple({text(words), file, integer(line)});
}
std::string with_table(const std::vector<std::string>& texts, const std::vector<std::string>& records) {
  std::vector<std::string> table;
  for (const std::string& words : texts) table.push_back(text(words));
  return tuple({text("FORMAT_WITH_STRING_TABLE"), tuple(table), tuple(records)});
}
std::string new_source(std::initializer_list<std::int64_t> pieces, std::int64_t file, std::int64_t line) {
  std::vector<std::string> elements;
  for (const std::int64_t piece : pieces) elements.push_back(integer(piece));
  return tuple(
      {global("torch.jit._pickle", "build_intlist") + tuple({list(elements)}) + "R", integer(file), integer(line)});
}

std::string words(const Result<SourceLocation>& location) {
  return location ? location->file.str() + ":" + std::to_string(location->line) : location.error().message;
}

class SourceMapTest : public ArchiveFixture {
 protected:
  // Null and `refusal_` where the debug information is refused as a whole.
  SourcePlaces* places(const std::string& debug) {
    std::vector<WrittenRecord> records = {{kCode, std::string(kSource)}};
    if (!debug.empty()) records.push_back({kCode + ".debug_pkl", program(debug)});
    auto read = SourcePlaces::read(open(records), kCode, kSource);
    if (!read) {
      refusal_ = read.error().message;
      return nullptr;
    }
    places_ = *std::move(read);
    return places_.get();
  }
  std::string refusal(const std::string& debug) {
    return places(debug) == nullptr ? refusal_ : words(places_->location(0));
  }

  std::unique_ptr<SourcePlaces> places_;
  std::string refusal_;
};

TEST_F(SourceMapTest, WithoutDebugInformationTheLineOfTheCode) {
  SourcePlaces& map = *places("");
  EXPECT_EQ(words(map.location(0)), kCode + ":1");
  EXPECT_EQ(words(map.location(5)), kCode + ":1");
  EXPECT_EQ(words(map.location(6)), kCode + ":2");
  EXPECT_EQ(words(map.location(17)), kCode + ":3");
  EXPECT_EQ(*map.made_by_tracing(0), std::nullopt);
}

// The last record at or before a place holds; its line counts from the source's first.
TEST_F(SourceMapTest, RecordsHoldFromTheirOffsetOn) {
  const std::string source = old_source("def f(x):\n  y = x\n  return y\n", text("net.py"), 40);
  SourcePlaces& map = *places(tuple({record(4, source, 12), record(9, source, 18)}));
  EXPECT_EQ(words(map.location(3)), kCode + ":1");
  EXPECT_EQ(words(map.location(4)), "net.py:41");
  EXPECT_EQ(words(map.location(8)), "net.py:41");
  EXPECT_EQ(words(map.location(9)), "net.py:42");
  EXPECT_EQ(words(map.location(4000000000)), "net.py:42");
  EXPECT_EQ(*map.made_by_tracing(4), false);
  EXPECT_EQ(*map.made_by_tracing(3), std::nullopt);
}

TEST_F(SourceMapTest, TheFormatWithATable) {
  const std::string debug =
      with_table({"/srv/net/net.py", "def f(x):\n", "  y = x\n", "  return y\n", ""},
                 {record(0, new_source({1, 2, 3}, 0, 40), 12), record(7, new_source({4}, 4, 1), 0)});
  SourcePlaces& map = *places(debug);
  EXPECT_EQ(words(map.location(0)), "net/net.py:41");
  EXPECT_EQ(words(map.location(7)), ":0");
  EXPECT_EQ(*map.made_by_tracing(0), false);
  EXPECT_EQ(*map.made_by_tracing(7), true);
}

const std::string kStack =
    "/opt/lib/python3.11/site-packages/torch/nn/functional.py(2450): batch_norm\n"
    "/opt/lib/python3.11/site-packages/torch/nn/modules/module.py(99): _call_impl\n"
    "/opt/lib/python3.11/site-packages/torchvision/models/resnet.py(93): forward\n"
    "/opt/lib/python3.11/site-packages/torch/jit/_trace.py(700): trace\n"
    "trace_it.py(3): <module>\n";

TEST_F(SourceMapTest, StacksGiveTheFirstFrameOutsideTorch) {
  SourcePlaces& old = *places(tuple({record(0, old_source(kStack, none(), 1), 0)}));
  EXPECT_EQ(words(old.location(0)), "torchvision/models/resnet.py:93");
  EXPECT_EQ(*old.made_by_tracing(0), true);
  std::vector<std::string> lines = {""};
  for (std::size_t at = 0; at < kStack.size();) {
    const std::size_t end = kStack.find('\n', at) + 1;
    lines.push_back(kStack.substr(at, end - at));
    at = end;
  }
  EXPECT_EQ(words(places(with_table(lines, {record(0, new_source({1, 2, 3, 4, 5}, 0, 1), 0)}))->location(0)),
            "torchvision/models/resnet.py:93");
  EXPECT_EQ(words(places(with_table(lines, {record(0, new_source({1, 2, 4, 5}, 0, 1), 0)}))->location(0)),
            "torch/nn/functional.py:2450");
  // Pieces need not be lines.
  EXPECT_EQ(
      words(places(with_table({"", "a/net.py(1", "7): f"}, {record(0, new_source({1, 2}, 0, 1), 0)}))->location(0)),
      "a/net.py:17");
}

TEST_F(SourceMapTest, DamageIsRefused) {
  EXPECT_THAT(refusal(integer(1)), HasSubstr("its record \"code/__torch__.py.debug_pkl\" is no table of source lines"));
  EXPECT_THAT(refusal(tuple({})), HasSubstr("is no table of source lines"));
  EXPECT_THAT(refusal(tuple({text("FORMAT_WITH_STRING_TABLE"), tuple({})})), HasSubstr("is no table of source lines"));
  EXPECT_THAT(refusal(tuple({integer(1)})), HasSubstr("an entry that names no place in the code"));
  EXPECT_THAT(refusal(tuple({tuple({integer(0), integer(1)})})), HasSubstr("no place in a Python source"));
  EXPECT_THAT(refusal(tuple({record(0, integer(1), 0)})), HasSubstr("an entry that names no Python source"));
  EXPECT_THAT(refusal(tuple({record(0, old_source("", none(), 1) + "\x85", 0)})), HasSubstr("names no Python source"));
  EXPECT_THAT(refusal(with_table({"a"}, {record(0, new_source({0}, 1, 1), 0)})),
              HasSubstr("whose file is not in its table"));
  EXPECT_THAT(refusal(with_table({"a"}, {record(0, new_source({-1}, 0, 1), 0)})), HasSubstr("a source without text"));
}

TEST_F(SourceMapTest, NumbersOfAnySizeAreNoTrouble) {
  const std::int64_t huge = std::numeric_limits<std::int64_t>::max();
  EXPECT_THAT(refusal(tuple({record(0, old_source("a\nb\n", text("net.py"), huge), huge)})), HasSubstr("net.py:"));
  EXPECT_THAT(refusal(tuple({record(0, old_source("a\nb\n", text("net.py"), -huge), -1)})), HasSubstr("net.py:"));
}

// A text of 1 MB, named 2000 times by one source.
TEST_F(SourceMapTest, TextsThatAreRepeatedAreCounted) {
  std::vector<std::string> pieces(2000, integer(1));
  const std::string source = tuple({list(pieces), integer(0), integer(1)});
  EXPECT_THAT(refusal(with_table({"net.py", std::string(1 << 20, 'x')}, {record(0, source, 5)})),
              HasSubstr("spells out more than 1073741824 bytes of source"));
}

TEST(PythonFramesTest, PathsLoseWhatIsParticularToAMachine) {
  EXPECT_EQ(without_machine_prefix("/a/site-packages/torch/nn.py"), "torch/nn.py");
  EXPECT_EQ(without_machine_prefix("/a/dist-packages/torch/nn.py"), "torch/nn.py");
  EXPECT_EQ(without_machine_prefix("/usr/lib/python3.11/enum.py"), "enum.py");
  EXPECT_EQ(without_machine_prefix("/a/b/net/net.py"), "net/net.py");
  EXPECT_EQ(without_machine_prefix("/net.py"), "/net.py");
  EXPECT_EQ(without_machine_prefix("a/b/net.py"), "a/b/net.py");
}

}  // namespace
}  // namespace flopaudit
