#include "analyzer/ir/graph_parser.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "analyzer/ir/text_format.h"

namespace flopaudit {
namespace {

// Deeper text is refused: the parser recurses, and a hostile text must not exhaust the stack or the memory.
constexpr int kMaxRegionDepth = 200;
constexpr int kMaxCallDepth = 256;
constexpr std::int64_t kMaxCallFrames = 16'000'000;  // of all nodes together, when the shared calls are written out

Result<SourceLocation> parse_source(TextCursor& cursor) {
  SourceLocation source;
  FA_ASSIGN(source.file, cursor.string());
  FA_TRY(cursor.expect(":"));
  FA_ASSIGN(const std::int64_t line, cursor.integer());
  if (line != static_cast<int>(line)) return cursor.error("expected a line number");
  source.line = static_cast<int>(line);
  return source;
}

Result<std::vector<Fact>> parse_facts(TextCursor& cursor) {
  std::vector<Fact> facts;
  const auto read_one = [&]() -> Result<void> {
    FA_ASSIGN(Fact fact, cursor.fact());
    facts.push_back(std::move(fact));
    return {};
  };
  FA_TRY(cursor.list("(", ")", read_one));
  return facts;
}

// The lines `call 7 under 3 "f" on "module" at "file":12`.
class CallTable {
 public:
  explicit CallTable(TextCursor& cursor) : cursor_(cursor) {}

  Result<void> parse_line() {
    FA_ASSIGN(const std::int64_t number, cursor_.integer());
    if (number != std::ssize(calls_)) return cursor_.error("expected the calls numbered 0, 1, 2, ... in order");
    Call call;
    if (cursor_.accept("under")) {
      FA_ASSIGN(call.parent, parse_number());
      call.depth = calls_[static_cast<std::size_t>(call.parent)].depth + 1;
      if (call.depth > kMaxCallDepth) return cursor_.error("calls are nested too deeply");
    }
    FA_ASSIGN(call.frame.function, cursor_.string());
    if (cursor_.accept("on")) {
      FA_ASSIGN(call.frame.module, cursor_.string());
    }
    if (cursor_.accept("at")) {
      FA_ASSIGN(call.frame.source, parse_source(cursor_));
    }
    calls_.push_back(std::move(call));
    return {};
  }

  // A number of the table, and the calls that it stands for, outermost first.
  Result<CallStack> parse_stack() {
    FA_ASSIGN(const std::int64_t innermost, parse_number());
    CallStack& stack = calls_[static_cast<std::size_t>(innermost)].stack;
    if (!stack.empty()) return stack;
    std::vector<CallFrame> frames;
    for (std::int64_t i = innermost; i >= 0; i = calls_[static_cast<std::size_t>(i)].parent) {
      frames.push_back(calls_[static_cast<std::size_t>(i)].frame);
    }
    frames_made_ += std::ssize(frames);
    if (frames_made_ > kMaxCallFrames) return cursor_.error("the call stacks of this graph are too large");
    std::reverse(frames.begin(), frames.end());
    stack = CallStack(std::move(frames));
    return stack;
  }

 private:
  struct Call {
    CallFrame frame;
    std::int64_t parent = -1;
    int depth = 1;
    CallStack stack;  // made when a node first asks for it
  };

  Result<std::int64_t> parse_number() {
    FA_ASSIGN(const std::int64_t number, cursor_.integer());
    if (number < 0 || number >= std::ssize(calls_)) {
      return cursor_.error("there is no call " + std::to_string(number) + " in the table above");
    }
    return number;
  }

  TextCursor& cursor_;
  std::vector<Call> calls_;
  std::int64_t frames_made_ = 0;
};

class GraphParser {
 public:
  explicit GraphParser(TextCursor& cursor) : cursor_(cursor), calls_(cursor) {}

  Result<std::unique_ptr<Graph>> parse() {
    FA_ASSIGN(graph_->name, cursor_.string());
    FA_TRY(region_arguments(graph_->body));
    FA_TRY(cursor_.expect("->"));
    FA_TRY(result_types());
    FA_TRY(cursor_.expect("{"));
    if (cursor_.accept("defaults")) FA_TRY(defaults());
    while (cursor_.accept("parameter")) FA_TRY(parameter());
    while (cursor_.accept("call")) FA_TRY(calls_.parse_line());
    FA_TRY(region_nodes(graph_->body, "return", 0));
    return std::move(graph_);
  }

 private:
  Result<void> result_types() {
    return cursor_.list("(", ")", [&]() -> Result<void> {
      FA_ASSIGN(Type type, cursor_.type());
      graph_->result_types.push_back(std::move(type));
      return {};
    });
  }

  Result<void> defaults() {
    return cursor_.list("(", ")", [&]() -> Result<void> {
      graph_->defaults.emplace_back();
      if (cursor_.accept("_")) return {};
      FA_ASSIGN(graph_->defaults.back(), cursor_.fact());
      return {};
    });
  }

  Result<void> parameter() {
    FA_ASSIGN(const std::string path, cursor_.string());
    FA_TRY(cursor_.expect(":"));
    FA_ASSIGN(const TypedFact typed, parse_typed_fact(cursor_));
    Value*& value = parameters_[path];
    if (value != nullptr) return cursor_.error("parameter \"" + path + "\" is declared twice");
    value = graph_->parameter(path, typed.type, typed.fact);
    return {};
  }

  // `%name: Type {fact}`, handed to `add(name, type)`, which makes the value.
  template <typename Add>
  Result<void> declaration(const Add& add) {
    FA_ASSIGN(std::string value_name, parse_value_name());
    FA_TRY(cursor_.expect(":"));
    FA_ASSIGN(TypedFact typed, parse_typed_fact(cursor_));
    add(std::move(value_name), std::move(typed.type))->fact = std::move(typed.fact);
    return {};
  }

  Result<std::string> parse_value_name() {
    FA_TRY(cursor_.expect("%"));
    if (cursor_.ahead("\"")) return cursor_.string();
    FA_ASSIGN(const std::string_view plain, cursor_.run(".", "the name of a value"));
    return std::string(plain);
  }

  // From here on the values can be used.
  Result<void> make_visible(const std::vector<Value*>& values) {
    for (Value* value : values) {
      if (!values_.emplace(value->name, value).second) {
        return cursor_.error("%" + value->name + " is defined twice in graph \"" + graph_->name + "\"");
      }
    }
    return {};
  }

  Result<void> region_arguments(Region& region) {
    FA_TRY(cursor_.list("(", ")", [&] {
      return declaration([&](std::string value_name, Type type) {
        return graph_->add_argument(region, std::move(value_name), std::move(type));
      });
    }));
    return make_visible(region.arguments);
  }

  Result<void> region_nodes(Region& region, std::string_view last_word, int depth) {
    if (depth > kMaxRegionDepth) return cursor_.error("regions are nested too deeply");
    while (!cursor_.accept(last_word)) {
      region.nodes.push_back(std::make_unique<Node>());
      FA_TRY(node(*region.nodes.back(), depth));
    }
    FA_TRY(operands(region.results));
    return cursor_.expect("}");
  }

  Result<void> operands(std::vector<Value*>& list) {
    return cursor_.list("(", ")", [&]() -> Result<void> {
      FA_ASSIGN(Value* const value, operand());
      list.push_back(value);
      return {};
    });
  }

  Result<Value*> operand() {
    if (cursor_.ahead("%")) {
      FA_ASSIGN(const std::string value_name, parse_value_name());
      const auto found = values_.find(value_name);
      if (found == values_.end()) return cursor_.error("%" + value_name + " is used before it is defined");
      return found->second;
    }
    if (cursor_.accept("param")) {
      FA_ASSIGN(const std::string path, cursor_.string());
      const auto found = parameters_.find(path);
      if (found == parameters_.end()) return cursor_.error("parameter \"" + path + "\" is not declared above");
      return found->second;
    }
    FA_ASSIGN(Fact literal, cursor_.fact());
    std::optional<Type> type = implied_type(literal);
    if (cursor_.accept(":")) {
      FA_ASSIGN(type, cursor_.type());
    }
    if (!type) return cursor_.expected("`:` and the type of the constant");
    return graph_->constant(*type, std::move(literal));
  }

  Result<void> node(Node& node, int depth) {
    FA_TRY(id_and_results(node));
    FA_TRY(op(node));
    if (cursor_.ahead("[")) FA_TRY(attributes(node));
    FA_TRY(operands(node.operands));
    if (cursor_.accept("in")) {
      FA_ASSIGN(node.module, cursor_.string());
    }
    if (cursor_.accept("at")) {
      FA_ASSIGN(node.source, parse_source(cursor_));
    }
    if (cursor_.accept("call")) {
      FA_ASSIGN(node.calls, calls_.parse_stack());
    }
    FA_TRY(annotations(node));
    while (cursor_.accept(region_label(node.op, node.regions.size()))) {
      node.regions.push_back(std::make_unique<Region>());
      Region& inner = *node.regions.back();
      inner.parent = &node;
      FA_TRY(region_arguments(inner));
      FA_TRY(cursor_.expect("{"));
      FA_TRY(region_nodes(inner, "yield", depth + 1));
    }
    return make_visible(node.results);
  }

  Result<void> id_and_results(Node& node) {
    const std::string_view word = cursor_.peek_word();
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    if (word.size() > 1 && word[0] == 'n' && std::all_of(word.begin() + 1, word.end(), is_digit) && word.size() <= 10) {
      node.id = std::stoi(std::string(word.substr(1)));
      FA_TRY(cursor_.expect(word));
      FA_TRY(cursor_.expect(":"));
    }
    if (!cursor_.ahead("%")) return {};
    do {
      FA_TRY(declaration([&](std::string value_name, Type type) {
        return graph_->add_result(node, std::move(value_name), std::move(type));
      }));
    } while (cursor_.accept(","));
    return cursor_.expect("=");
  }

  Result<void> op(Node& node) {
    if (cursor_.accept("op")) {
      FA_ASSIGN(node.op.name, cursor_.string());
      FA_ASSIGN(node.op.overload, cursor_.string());
      return {};
    }
    if (cursor_.peek_word().empty()) return cursor_.expected("a node, such as `n0: %y: Tensor = aten::relu(%x)`");
    FA_ASSIGN(std::string_view full, cursor_.run(":.", "an op"));
    const std::size_t dot = full.find('.');
    node.op.name = full.substr(0, dot);
    if (dot != std::string_view::npos) node.op.overload = full.substr(dot + 1);
    if (!is_plain_op_name(node.op.name) || (dot != std::string_view::npos && node.op.overload.empty())) {
      return cursor_.error("`" + std::string(full) + "` is no op; expected one such as `aten::add.Tensor`");
    }
    return {};
  }

  Result<void> attributes(Node& node) {
    return cursor_.list("[", "]", [&]() -> Result<void> {
      std::string key;
      if (cursor_.ahead("\"")) {
        FA_ASSIGN(key, cursor_.string());
      } else {
        FA_ASSIGN(key, cursor_.run(".", "the name of an attribute"));
      }
      FA_TRY(cursor_.expect("="));
      FA_ASSIGN(std::string value, cursor_.string());
      if (!node.attributes.emplace(key, std::move(value)).second) return cursor_.error("`" + key + "` is given twice");
      return {};
    });
  }

  Result<void> annotations(Node& node) {
    if (cursor_.accept("executed")) FA_TRY(executions(node));
    if (cursor_.accept("work")) FA_TRY(work(node));
    if (cursor_.accept("formula")) {
      FA_ASSIGN(node.formula, cursor_.string());
    }
    if (cursor_.accept("why")) {
      FA_ASSIGN(node.why, cursor_.string());
    }
    for (; cases_to_come_ > 0; --cases_to_come_) {
      FA_TRY(cursor_.expect("case"));
      Execution execution;
      FA_ASSIGN(execution.count, cursor_.range());
      FA_ASSIGN(execution.inputs, parse_facts(cursor_));
      FA_TRY(cursor_.expect("->"));
      FA_ASSIGN(execution.outputs, parse_facts(cursor_));
      node.cases.push_back(std::move(execution));
    }
    return {};
  }

  Result<void> executions(Node& node) {
    FA_ASSIGN(node.executions, cursor_.range());
    if (cursor_.accept("cases")) {
      FA_ASSIGN(cases_to_come_, cursor_.integer());
    } else {
      set_implied_case(node);
    }
    return {};
  }

  Result<void> work(Node& node) {
    const std::optional<WorkState> state = work_state_of_name(cursor_.peek_word());
    if (!state) return cursor_.expected("a state of the work: known, zero, no_rule, no_shape or not_taken");
    FA_TRY(cursor_.expect(cursor_.peek_word()));
    node.state = *state;
    while (work_entry_ahead()) FA_TRY(work_entry(node.work));
    return {};
  }

  bool work_entry_ahead() {
    TextCursor look = cursor_;
    const std::string_view word = look.peek_word();
    return !word.empty() && look.accept(word) && (look.ahead("/") || look.ahead("="));
  }

  // `mac/f32=8`, `valid/f32=6`, `read=64`
  Result<void> work_entry(WorkTotal& work) {
    FA_ASSIGN(const std::string_view key, cursor_.run("", "a class of work"));
    std::optional<DType> dtype;
    const std::optional<WorkClass> work_class = work_class_of_name(key);
    if (work_class || key == "valid") {
      FA_TRY(cursor_.expect("/"));
      dtype = dtype_of_name(cursor_.peek_word());
      if (!dtype) return cursor_.expected("a dtype");
      FA_TRY(cursor_.expect(cursor_.peek_word()));
    } else if (key != "read" && key != "written") {
      return cursor_.error("there is no class of work `" + std::string(key) + "`");
    }
    FA_TRY(cursor_.expect("="));
    FA_ASSIGN(Range count, cursor_.range());
    if (work_class) {
      work.operations[{*work_class, *dtype}] = std::move(count);
    } else if (dtype) {
      work.valid_mac[*dtype] = std::move(count);
    } else {
      (key == "read" ? work.bytes_read : work.bytes_written) = std::move(count);
    }
    return {};
  }

  TextCursor& cursor_;
  CallTable calls_;
  std::unique_ptr<Graph> graph_ = std::make_unique<Graph>();
  std::unordered_map<std::string, Value*> values_;      // results and arguments seen so far
  std::unordered_map<std::string, Value*> parameters_;  // declared ones
  std::int64_t cases_to_come_ = 0;                      // `case` lines that the current node announced
};

}  // namespace

Result<TypedFact> parse_typed_fact(TextCursor& cursor) {
  TypedFact typed;
  FA_ASSIGN(typed.type, cursor.type());
  FA_ASSIGN(typed.fact, cursor.braced_fact());
  return typed;
}

Result<std::unique_ptr<Graph>> parse_graph(TextCursor& cursor) { return GraphParser(cursor).parse(); }

}  // namespace flopaudit
