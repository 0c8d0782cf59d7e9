#include "analyzer/ir/parser.h"

#include <utility>

#include "analyzer/ir/graph_parser.h"
#include "analyzer/ir/text_cursor.h"
#include "analyzer/ir/text_format.h"

namespace flopaudit {
namespace {

// `file="m.pt"`
Result<std::string> parse_text_field(TextCursor& cursor, std::string_view key) {
  FA_TRY(cursor.expect(key));
  FA_TRY(cursor.expect("="));
  return cursor.string();
}

Result<std::int64_t> parse_integer_field(TextCursor& cursor, std::string_view key) {
  FA_TRY(cursor.expect(key));
  FA_TRY(cursor.expect("="));
  return cursor.integer();
}

Result<void> parse_header(TextCursor& cursor, Program& program) {
  FA_TRY(cursor.expect(kTextFormat));
  FA_TRY(cursor.expect("program"));
  FA_ASSIGN(program.file, parse_text_field(cursor, "file"));
  FA_ASSIGN(program.kind, parse_text_field(cursor, "kind"));
  FA_ASSIGN(program.method, parse_text_field(cursor, "method"));
  FA_ASSIGN(program.libtorch_version, parse_text_field(cursor, "libtorch"));
  FA_ASSIGN(program.parameter_count, parse_integer_field(cursor, "parameters"));
  FA_ASSIGN(program.parameter_bytes, parse_integer_field(cursor, "parameter_bytes"));
  if (!cursor.accept("example_inputs")) return {};
  std::vector<Fact> inputs;
  const auto read_one = [&]() -> Result<void> {
    FA_ASSIGN(Fact fact, cursor.fact());
    inputs.push_back(std::move(fact));
    return {};
  };
  FA_TRY(cursor.list("(", ")", read_one));
  program.example_inputs = std::move(inputs);
  return {};
}

Result<Attribute> parse_attribute(TextCursor& cursor) {
  Attribute attribute;
  FA_ASSIGN(attribute.name, cursor.string());
  FA_TRY(cursor.expect(":"));
  FA_ASSIGN(TypedFact typed, parse_typed_fact(cursor));
  attribute.type = std::move(typed.type);
  attribute.value = std::move(typed.fact);
  attribute.is_parameter = cursor.accept("parameter");
  attribute.is_buffer = cursor.accept("buffer");
  if (cursor.ahead("path")) {
    FA_ASSIGN(attribute.tensor_path, parse_text_field(cursor, "path"));
  }
  return attribute;
}

Result<Object> parse_object(TextCursor& cursor) {
  Object object;
  FA_ASSIGN(object.path, cursor.string());
  FA_ASSIGN(object.class_name, parse_text_field(cursor, "class"));
  object.is_module = cursor.accept("module");
  FA_TRY(cursor.expect("{"));
  while (!cursor.accept("}")) {
    FA_ASSIGN(Attribute attribute, parse_attribute(cursor));
    object.attributes.push_back(std::move(attribute));
  }
  return object;
}

}  // namespace

Result<std::unique_ptr<Program>> parse_program(std::string_view text) {
  TextCursor cursor(text);
  auto program = std::make_unique<Program>();
  FA_TRY(parse_header(cursor, *program));
  while (cursor.accept("object")) {
    FA_ASSIGN(Object object, parse_object(cursor));
    program->objects.push_back(std::move(object));
  }
  while (cursor.accept("graph")) {
    FA_ASSIGN(std::unique_ptr<Graph> graph, parse_graph(cursor));
    program->functions.push_back(std::move(graph));
  }
  if (!cursor.at_end()) return cursor.expected("`object` or `graph`");
  if (program->functions.empty()) return cursor.expected("`graph`: a program has at least one");
  return program;
}

}  // namespace flopaudit
