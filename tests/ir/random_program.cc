#include "tests/ir/random_program.h"

#include <rapidcheck.h>

#include <limits>

namespace flopaudit {
namespace {

template <typename T>
T pick(const std::vector<T>& from) {
  return from[static_cast<std::size_t>(*rc::gen::inRange(0, static_cast<int>(from.size())))];
}
int up_to(int limit) { return *rc::gen::inRange(0, limit + 1); }
bool flip() { return up_to(1) == 1; }

std::string draw_text() {
  return pick<std::string>({"", "forward", "layer1.0.conv1", "a \"quoted\" \\ name\n\t{}", "} yield (%x)",
                            "# no comment", "na\xC3\xAFve", "\x01\x7f", "n0: %a: int = aten::x()"});
}

Type draw_type(int depth = 2) {
  using Kind = Type::Kind;
  if (depth > 0 && flip()) {
    switch (up_to(3)) {
      case 0: return Type::list_of(draw_type(depth - 1));
      case 1: return {Kind::optional, {}, {draw_type(depth - 1)}};
      case 2: return {Kind::tuple, {}, {draw_type(depth - 1), draw_type(depth - 1)}};
      default: return {Kind::dict, {}, {Type::of(Kind::string), draw_type(depth - 1)}};
    }
  }
  if (up_to(4) == 0) return {Kind::named, "__torch__.net.___torch_mangle_3.Net", {}};
  return Type::of(pick<Kind>({Kind::tensor, Kind::integer, Kind::floating, Kind::boolean, Kind::string, Kind::none,
                              Kind::device, Kind::any, Kind::number}));
}

Expr draw_expr() {
  const Expr n = Expr::symbol("N");
  return pick<Expr>(
      {0, 1, 3, -7, std::numeric_limits<std::int64_t>::max(), n, n * n + Expr(4), floor_div(n + Expr(1), 2)});
}

// A dim is never negative.
Expr draw_dim() { return pick<Expr>({0, 224, Expr::symbol("N"), Expr::symbol("N") * Expr(2)}); }

Range draw_range() { return flip() ? Range(draw_expr()) : Range(Expr(0), draw_expr()); }

Fact draw_fact(int depth = 2) {
  if (depth > 0 && up_to(3) == 0) {
    std::vector<Fact> elements;
    for (int i = up_to(2); i > 0; --i) elements.push_back(draw_fact(depth - 1));
    if (flip()) return Fact::list(std::move(elements));
    if (flip()) return Fact::tuple(std::move(elements));
    return Fact::dict({{Fact::string(draw_text()), draw_fact(depth - 1)}});
  }
  TensorFact tensor;
  switch (up_to(10)) {
    case 0: return Fact::integer(draw_expr());
    case 1:
      return Fact::floating(pick<double>({0.0, -0.0, 1e-5, 0.1, 3.0, 1e300, std::numeric_limits<double>::infinity()}));
    case 2: return Fact::boolean(flip());
    case 3: return Fact::string(draw_text());
    case 4: return Fact::none();
    case 5: return DeviceFact{"cuda:0"};
    case 6: return Fact();
    case 7: return IntFact{};
    case 8: return ObjectFact{draw_text()};
    case 9:
      tensor.dtype = DType::i64;
      tensor.dims = Dims{Expr(2)};
      tensor.contents = Elements{Expr(4), Expr(-1)};
      return tensor;
    default:
      if (flip()) tensor.dtype = pick<DType>({DType::f32, DType::f64, DType::bf16, DType::boolean, DType::i64});
      if (flip()) tensor.dims = Dims{Expr(3), std::nullopt, draw_dim()};
      return tensor;
  }
}

SourceLocation draw_source() {
  return flip() ? SourceLocation{} : SourceLocation{draw_text(), *rc::gen::inRange(-2, 5000)};
}

class ProgramDrawer {
 public:
  std::unique_ptr<Graph> draw_graph(const std::string& name) {
    auto graph = std::make_unique<Graph>();
    graph_ = graph.get();
    next_id_ = flip() ? 0 : -1;
    visible_.clear();
    graph->name = name;
    for (int i = up_to(2); i > 0; --i) graph->parameter(draw_text() + std::to_string(i), draw_type(), draw_fact());
    argument(graph->body);
    if (flip()) graph->defaults = {flip() ? std::optional(draw_fact()) : std::nullopt};
    fill(graph->body, 0);
    for (int i = up_to(2); i > 0; --i) {
      graph->body.results.push_back(operand());
      graph->result_types.push_back(draw_type());
    }
    return graph;
  }

 private:
  void argument(Region& region) {
    Value* const value = graph_->add_argument(region, graph_->fresh_name(draw_value_name()), draw_type());
    value->fact = draw_fact();
    visible_.push_back(value);
  }

  static std::string draw_value_name() { return pick<std::string>({"x", "5", "self.1", "", "a b", "%\"", "n1"}); }

  Value* operand() {
    const int kind = up_to(3);
    if (kind == 0 && !graph_->parameters().empty()) return pick(graph_->parameters());
    if (kind == 1 || visible_.empty()) return graph_->constant(draw_type(), draw_fact());
    return pick(visible_);
  }

  void fill(Region& region, int depth) {
    for (int i = up_to(4); i > 0; --i) {
      region.nodes.push_back(std::make_unique<Node>());
      node(*region.nodes.back(), depth);
    }
  }

  void node(Node& node, int depth) {
    if (next_id_ >= 0) node.id = next_id_++;
    const int results = up_to(2);
    const bool branches = depth < 3 && up_to(4) == 0;
    if (branches) {
      node.op = {"prim::If", ""};
      node.operands.push_back(operand());
      for (int i = 0; i < 2; ++i) branch(node, results, depth);
    } else if (depth < 3 && up_to(5) == 0) {
      loop(node, results, depth);
    } else {
      node.op = pick<OpName>(
          {{"aten::add", "Tensor"}, {"aten::relu_", ""}, {"prim::GetAttr", ""}, {"no op", "a.b"}, {"x", ""}});
      for (int i = up_to(3); i > 0; --i) node.operands.push_back(operand());
    }
    for (int i = 0; i < results; ++i) {
      Value* const value = graph_->add_result(node, graph_->fresh_name(draw_value_name()), draw_type());
      value->fact = draw_fact();
      visible_.push_back(value);
    }
    annotate(node);
  }

  void branch(Node& node, int results, int depth) {
    node.regions.push_back(std::make_unique<Region>());
    node.regions.back()->parent = &node;
    inside(*node.regions.back(), results, depth);
  }

  void loop(Node& node, int carried, int depth) {
    node.op = {"prim::Loop", ""};
    for (int i = 0; i < carried + 2; ++i) node.operands.push_back(operand());
    node.regions.push_back(std::make_unique<Region>());
    Region& body = *node.regions.back();
    body.parent = &node;
    const std::size_t before = visible_.size();
    for (int i = 0; i < carried + 1; ++i) argument(body);
    inside(body, carried + 1, depth);
    visible_.resize(before);
  }

  void inside(Region& region, int results, int depth) {
    const std::size_t before = visible_.size();
    fill(region, depth + 1);
    for (int i = 0; i < results; ++i) region.results.push_back(operand());
    visible_.resize(before);
  }

  static void annotate(Node& node) {
    if (flip()) node.attributes = {{"name", draw_text()}, {"odd key", draw_text()}};
    if (flip()) node.module = draw_text();
    node.source = draw_source();
    std::vector<CallFrame> frames;
    for (int i = up_to(3); i > 0; --i) frames.push_back({draw_text(), draw_text(), draw_source()});
    node.calls = CallStack(std::move(frames));
    if (flip()) node.executions = draw_range();
    for (int i = up_to(2); i > 0; --i) {
      Execution execution;
      execution.count = i == 1 ? node.executions : draw_range();
      for (const Value* value : node.operands) execution.inputs.push_back(value->fact.snapshot());
      for (const Value* value : node.results)
        execution.outputs.push_back(flip() ? value->fact.snapshot() : draw_fact());
      node.cases.push_back(std::move(execution));
    }
    node.state = pick<WorkState>({WorkState::not_annotated, WorkState::known, WorkState::zero, WorkState::no_rule,
                                  WorkState::no_shape, WorkState::not_taken});
    if (flip()) node.formula = draw_text();
    if (node.state == WorkState::no_rule || node.state == WorkState::no_shape) node.why = draw_text();
    if (flip()) node.work.bytes_read = draw_range();
    if (node.state != WorkState::known) return;
    node.work.bytes_written = draw_range();
    for (int i = up_to(2); i > 0; --i) {
      node.work.operations[{pick<WorkClass>({WorkClass::mac, WorkClass::exp, WorkClass::integer}), DType::f32}] =
          draw_range();
    }
    if (flip()) node.work.valid_mac[DType::f64] = draw_range();
  }

  Graph* graph_ = nullptr;
  int next_id_ = -1;
  std::vector<Value*> visible_;
};

Object draw_object(const std::string& path) {
  Object object;
  object.path = path;
  object.class_name = draw_text();
  object.is_module = flip();
  for (int i = up_to(3); i > 0; --i) {
    Attribute attribute;
    attribute.name = draw_text();
    attribute.type = draw_type();
    attribute.value = draw_fact();
    attribute.is_parameter = flip();
    attribute.is_buffer = flip();
    if (flip()) attribute.tensor_path = draw_text();
    object.attributes.push_back(std::move(attribute));
  }
  return object;
}

}  // namespace

std::unique_ptr<Program> draw_program() {
  auto program = std::make_unique<Program>();
  program->file = draw_text();
  program->kind = flip() ? "traced" : "scripted";
  program->method = draw_text();
  program->libtorch_version = "2.13.0";
  program->parameter_count = *rc::gen::arbitrary<std::int64_t>();
  program->parameter_bytes = up_to(1000);
  if (flip()) {
    program->example_inputs.emplace();
    for (int i = up_to(2); i > 0; --i) program->example_inputs->push_back(draw_fact());
  }
  for (int i = up_to(2); i > 0; --i) program->objects.push_back(draw_object(draw_text() + std::to_string(i)));
  ProgramDrawer drawer;
  for (int i = up_to(1); i >= 0; --i) program->functions.push_back(drawer.draw_graph(draw_text() + std::to_string(i)));
  return program;
}

}  // namespace flopaudit
