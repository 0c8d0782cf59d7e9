// What the parser says of text that is none of ours; and that no text breaks it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "analyzer/ir/parser.h"
#include "tests/ir/sample_program.h"

namespace flopaudit {
namespace {

std::string error_of(const std::string& text) {
  const auto program = parse_program(text);
  if (program) return "no error";
  EXPECT_EQ(program.error().kind, ErrorKind::input);
  return program.error().message;
}

std::string in_graph(const std::string& nodes) {
  return "flopaudit.ir/1\nprogram file=\"\" kind=\"\" method=\"\" libtorch=\"\" parameters=0 parameter_bytes=0\n"
         "graph \"f\"(%x: int) -> () {\n" +
         nodes + "\nreturn () }\n";
}

struct Row {
  const char* nodes;  // begin in line 4
  const char* message;
};

class ParserError : public testing::TestWithParam<Row> {};

TEST_P(ParserError, NamesTheLineAndWhatIsWrong) {
  EXPECT_THAT(error_of(in_graph(GetParam().nodes)), testing::StartsWith(GetParam().message));
}

INSTANTIATE_TEST_SUITE_P(
    Rows, ParserError,
    testing::Values(Row{"%y: int = aten::neg(%z)", "line 4: %z is used before it is defined"},
                    Row{"%y: int = aten::neg(%y)", "line 4: %y is used before it is defined"},
                    Row{"\n%x: int = aten::neg(%x)", "line 5: %x is defined twice"},
                    Row{"%y int = aten::neg(%x)", "line 4: expected `:`, found `int = aten::neg(%x)`"},
                    Row{"%y: int = neg(%x)", "line 4: `neg` is no op"},
                    Row{"aten::neg.(%x)", "line 4: `aten::neg.` is no op"}, Row{"aten::neg(%x", "line 5: expected `)`"},
                    Row{"aten::neg(param \"w\")", "line 4: parameter \"w\" is not declared"},
                    Row{"parameter \"w\": Tensor\nparameter \"w\": Tensor",
                        "line 5: parameter \"w\" is declared twice"},
                    Row{"call 1 \"f\"", "line 4: expected the calls numbered 0, 1, 2"},
                    Row{"call 0 under 0 \"f\"", "line 4: there is no call 0"},
                    Row{"aten::neg(%x) call 0", "line 4: there is no call 0"},
                    Row{"aten::neg([1, 2])", "line 4: expected `:` and the type of the constant"},
                    Row{"aten::neg(%x) at \"f.py\":99999999999", "line 4: expected a line number"},
                    Row{"aten::neg(%x) executed <N", "line 4: expected an expression in angle brackets"},
                    Row{"aten::neg(%x) executed 99999999999999999999", "line 4: expected an integer of 64 bits"},
                    Row{"aten::neg(%x) executed 1 cases 1 work zero", "line 5: expected `case`"},
                    Row{"aten::neg(%x) work great", "line 4: expected a state of the work"},
                    Row{"aten::neg(%x) work known mac/f99=1", "line 4: expected a dtype"},
                    Row{"aten::neg(%x) work known speed=1", "line 4: there is no class of work `speed`"},
                    Row{"prim::GetAttr[name=\"a\", name=\"b\"](%x)", "line 4: `name` is given twice"},
                    Row{"prim::If(true) else() { yield () }", "line 4: `else` is no op"},
                    Row{"prim::If(true) then() { return () }", "line 4: `return` is no op"},
                    Row{"aten::neg(\"open)", "line 6: "}));

TEST(ParserErrors, OfTheHeader) {
  EXPECT_THAT(error_of(""), testing::StartsWith("line 1: expected `flopaudit.ir/1`, found the end of the text"));
  EXPECT_THAT(error_of("flopaudit.ir/2"), testing::StartsWith("line 1: expected `flopaudit.ir/1`"));
  const std::string header =
      "flopaudit.ir/1\nprogram file=\"\" kind=\"\" method=\"\" libtorch=\"\" parameters=0 parameter_bytes=0\n";
  EXPECT_THAT(error_of(header), testing::HasSubstr("a program has at least one"));
  EXPECT_THAT(error_of(header + "grph"), testing::StartsWith("line 3: expected `object` or `graph`, found `grph`"));
}

TEST(ParserErrors, OfTextNestedTooDeeply) {
  std::string nodes;
  for (int i = 0; i < 100'000; ++i) nodes += "prim::If(true) then() {";
  EXPECT_THAT(error_of(in_graph(nodes)), testing::HasSubstr("nested too deeply"));
  EXPECT_THAT(error_of(in_graph("aten::neg(" + std::string(100'000, '['))), testing::StartsWith("line 4: "));
  EXPECT_THAT(error_of(in_graph("%y: " + std::string(100'000, 'L'))), testing::StartsWith("line 5: "));
  std::string calls = "call 0 \"f\"";
  for (int i = 1; i < 1000; ++i) calls += "\ncall " + std::to_string(i) + " under " + std::to_string(i - 1) + " \"f\"";
  EXPECT_THAT(error_of(in_graph(calls)), testing::HasSubstr("calls are nested too deeply"));
}

// Cuts, doubles and changes a valid text: the parser answers with a program or an error, and comes back.
RC_GTEST_PROP(ParserErrors, NoTextBreaksTheParser, ()) {
  std::string text = kSampleText;
  const auto place = [&] { return static_cast<std::size_t>(*rc::gen::inRange(0, static_cast<int>(text.size()) + 1)); };
  for (int i = *rc::gen::inRange(1, 4); i > 0; --i) {
    const std::size_t at = place();
    switch (*rc::gen::inRange(0, 4)) {
      case 0: text.erase(at, 1 + place() % 20); break;
      case 1: text.insert(at, 1, static_cast<char>(*rc::gen::inRange(-128, 128))); break;
      case 2: text.resize(at); break;
      default: text.insert(at, text.substr(place(), place() % 200)); break;
    }
  }
  const auto program = parse_program(text);
  if (!program) RC_ASSERT(program.error().message.rfind("line ", 0) == 0);
}

}  // namespace
}  // namespace flopaudit
