#include "analyzer/audit/drawing.h"

#include <algorithm>
#include <array>
#include <map>
#include <sstream>

#include "analyzer/audit/expected.h"
#include "analyzer/audit/form_calls.h"
#include "analyzer/ir/fact_symbols.h"
#include "analyzer/ir/schema_table.h"
#include "analyzer/ops/fact_access.h"
#include "analyzer/ops/op_registry.h"
#include "analyzer/ops/quantized_helpers.h"

namespace flopaudit {
namespace {

// SplitMix64: the same on every machine, unlike the distributions of <random>.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15U;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
  }
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(next() % bound); }

 private:
  std::uint64_t state_;
};

std::uint64_t seed_of(const std::string& op, DType dtype, std::uint64_t seed) {
  std::uint64_t hash = 14695981039346656037U ^ seed;
  for (const char c : op + " " + std::string(name(dtype)))
    hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return hash;
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);) parts.push_back(part);
  return parts;
}

// "a..b", "a..b*m" or "a|b|c".
std::int64_t draw_size(const std::string& choice, Random& random) {
  const std::size_t dots = choice.find("..");
  if (dots == std::string::npos) {
    const std::vector<std::string> options = split(choice, '|');
    return std::stoll(options[random.below(options.size())]);
  }
  const std::size_t star = choice.find('*', dots);
  const std::int64_t step = star == std::string::npos ? 1 : std::stoll(choice.substr(star + 1));
  const std::int64_t first = (std::stoll(choice) + step - 1) / step;
  const std::int64_t last = std::stoll(choice.substr(dots + 2)) / step;
  return (first + static_cast<std::int64_t>(random.below(static_cast<std::size_t>(last - first + 1)))) * step;
}

// `{a|b}` -> a or b, innermost first; `T[` -> `f32[`, `Z[` -> `c64[`, `#T` -> TorchScript's number of the type,
// `= (1, 2)` -> `= {1, 2}`.
std::string with_choices(std::string text, DType dtype, Random& random) {
  for (std::size_t close; (close = text.find('}')) != std::string::npos;) {
    const std::size_t open = text.rfind('{', close);
    const std::vector<std::string> options = split(text.substr(open + 1, close - open - 1), '|');
    text.replace(open, close - open + 1, options[random.below(options.size())]);
  }
  for (std::size_t open; (open = text.find("= (")) != std::string::npos;) {
    text.replace(text.find(')', open), 1, "}");
    text.replace(open, 3, "= {");
  }
  const std::string number = std::to_string(scalar_type_number(dtype));
  for (std::size_t at = 0; (at = text.find("#T", at)) != std::string::npos;) text.replace(at, 2, number);
  for (std::size_t at = 0; (at = text.find("T[", at)) != std::string::npos;) text.replace(at, 1, name(dtype));
  const std::string_view complex = name(dtype == DType::f64 ? DType::c128 : DType::c64);
  for (std::size_t at = 0; (at = text.find("Z[", at)) != std::string::npos;) text.replace(at, 1, complex);
  return text;
}

constexpr std::int64_t kMostElements = std::int64_t{1} << 22;  // of one tensor, where the path's models allow it
constexpr std::int64_t kMostFlops = std::int64_t{1} << 26;     // of one call: under a second where it is counted

bool is_affordable(const OpSpec& spec, const Facts& inputs, const Facts& outputs, std::int64_t most_elements) {
  for (const Facts* facts : {&inputs, &outputs}) {
    for (const Fact& fact : *facts) {
      if (fact.tensor() == nullptr) continue;
      const auto count = element_count(*fact.tensor());
      if (count && count->constant().value_or(most_elements + 1) > most_elements) return false;
    }
  }
  const RuleResult<Work> work = work_of(spec, inputs, outputs);
  if (!work) return false;
  std::int64_t flops = 0;
  for (const auto& [key, count] : (*work).operations) flops += count.constant().value_or(kMostFlops);
  return flops < kMostFlops;
}

Result<Facts> draw_inputs(const Recipe& recipe, DType dtype, Random& random) {
  FA_ASSIGN(const Fact list, Fact::parse("[" + with_choices(recipe.inputs, dtype, random) + "]"));
  std::map<std::string, Expr> sizes;
  for (const std::string& word : split(recipe.sizes, ' ')) {
    const std::size_t equals = word.find('=');
    sizes.emplace(word.substr(0, equals), Expr(draw_size(word.substr(equals + 1), random)));
  }
  return **substitute(list, sizes).get<ListFact>()->elements;
}

using Recipes = std::map<std::string, std::vector<const Recipe*>>;

const Recipes& recipes_by_op() {
  static const Recipes kRecipes = [] {
    Recipes recipes;
    for (const Recipe* recipe : all_recipes()) {
      for (const std::string& op : ops_of(*recipe)) recipes[op].push_back(recipe);
    }
    return recipes;
  }();
  return kRecipes;
}

// Forms that LibTorch has and refuses to run with the operands of their op.
constexpr std::array<std::string_view, 3> kNotRun = {
    "aten::binary_cross_entropy.out",  // a reduced loss does not fit its own out tensor
    "aten::quantize_per_channel.out",  // copies between schemes
    "aten::cat.out",                   // drawn with quantized tensors, which it copies through others
};

// The op whose recipes draw for an op: itself, or one that it is a form of; null: there is none.
const OpSpec* drawn_as(const OpSpec* spec) {
  if (spec == nullptr || recipes_by_op().contains(spec->name)) return spec;
  if (std::find(kNotRun.begin(), kNotRun.end(), spec->name) != kNotRun.end()) return nullptr;
  const bool derives = spec->form != nullptr && runs_kernel_of_base(*spec->form);
  return derives ? drawn_as(spec->form->base) : nullptr;
}

// Operands of an op from those that a recipe drew for `drawn`, which it is a form of.
RuleResult<Facts> operands_of(const OpSpec& spec, const OpSpec& drawn, const Facts& inputs) {
  if (&spec == &drawn) return inputs;
  FA_RULE(const Facts of_base, operands_of(*spec.form->base, drawn, inputs));
  return inputs_of_form(*spec.form, of_base);
}

// Operands that the op takes; after many refusals the recipe is at fault.
Result<DrawnCall> draw_call(const OpSpec& spec, const OpSpec& drawn, const Recipe& recipe, DType dtype,
                            std::int64_t most_elements, Random& random) {
  constexpr int kTries = 200;
  const bool has_out = spec.form != nullptr && spec.form->kind == DerivedForm::Kind::out;
  std::string why = "every draw is too large";
  for (int i = 0; i < kTries; ++i) {
    FA_ASSIGN(const Facts drawn_inputs, draw_inputs(recipe, dtype, random));
    RuleResult<Facts> inputs = operands_of(spec, drawn, drawn_inputs);
    const RuleResult<Facts> outputs = inputs ? shape_of(spec, *inputs) : inputs;
    if (!outputs)
      why = outputs.failure().why;
    else if (is_affordable(spec, *inputs, *outputs, most_elements))
      return DrawnCall{spec.name, dtype, *std::move(inputs), recipe.values, has_out ? spec.form->first_out : SIZE_MAX};
  }
  return input_error("the recipe of " + std::string(spec.name) + " draws nothing that fits: " + why);
}

bool takes_quantized(const DrawnCall& call) {
  const TensorFact* first = call.inputs.empty() ? nullptr : call.inputs.front().tensor();
  return first != nullptr && first->dtype && is_quantized(*first->dtype);
}

// By the row that is next; a form takes the row behind where that draws what its op takes and the form does not. Few
// forms have a kernel for quantized operands: such rows come last.
Result<DrawnCall> draw_by_rows(const OpSpec& spec, const OpSpec& drawn, const std::vector<const Recipe*>& recipes,
                               std::size_t row, DType dtype, std::int64_t most_elements, Random& random) {
  Result<DrawnCall> call = draw_call(spec, drawn, *recipes[row % recipes.size()], dtype, most_elements, random);
  if (&spec == &drawn) return call;
  for (std::size_t i = 1; i < recipes.size() && (!call || takes_quantized(*call)); ++i) {
    Result<DrawnCall> next = draw_call(spec, drawn, *recipes[(row + i) % recipes.size()], dtype, most_elements, random);
    if (next && (!call || !takes_quantized(*next))) call = std::move(next);
  }
  return call;
}

// --- the program ---

class ProgramBuilder {
 public:
  ProgramBuilder() {
    drawn_.program = std::make_unique<Program>();
    Program& program = *drawn_.program;
    program.file = "drawn calls";
    program.kind = "scripted";
    program.method = "forward";
    program.libtorch_version = std::string(schema_table_version());
    program.functions.push_back(std::make_unique<Graph>());
    graph().name = "drawn";
  }

  Result<void> add(const DrawnCall& call) {
    const std::optional<Schema> schema = find_schema(call.op);
    if (!schema) return input_error("the recipe of " + call.op + ": LibTorch has no op of that name");
    const DrawnCall written = {call.op, call.dtype, {}};  // out tensors are as they come
    std::vector<Value*> operands;
    for (std::size_t i = 0; i < call.inputs.size(); ++i) {
      const bool is_named = i < schema->arguments.size();
      if (!is_named && !schema->any_arguments)
        return input_error("the recipe of " + call.op + " has too many operands");
      // Behind the named arguments there are tensors and lists of numbers.
      const Type numbers = Type::list_of(Type::of(Type::Kind::integer));
      operands.push_back(
          operand(i < call.first_out ? call : written, call.inputs[i], is_named ? schema->arguments[i].type : numbers));
    }
    std::vector<Type> results;
    for (const SchemaValue& result : schema->results) results.push_back(result.type);
    const Node& node = add_node(call.op, std::move(operands), results);
    drawn_.nodes.push_back(node.id);
    return {};
  }

  DrawnProgram finish() {
    graph().result_types = {};
    return std::move(drawn_);
  }

 private:
  Graph& graph() { return drawn_.program->entry(); }

  Node& add_node(const std::string& op, std::vector<Value*> operands, const std::vector<Type>& results) {
    auto node = std::make_unique<Node>();
    const std::size_t dot = op.find('.');
    node->op = {op.substr(0, dot), dot == std::string::npos ? "" : op.substr(dot + 1)};
    node->operands = std::move(operands);
    node->id = next_id_++;
    for (const Type& type : results) graph().add_result(*node, graph().fresh_name("y"), type);
    graph().body.nodes.push_back(std::move(node));
    return *graph().body.nodes.back();
  }

  Value* operand(const DrawnCall& call, const Fact& fact, const Type& type) {
    if (fact.tensor() != nullptr) return tensor(call, fact);
    if (fact.get<TupleFact>() != nullptr) return packed(call, fact.get<TupleFact>()->elements);
    const ListFact* list = fact.get<ListFact>();
    const auto is_made = [](const Fact& each) { return each.tensor() != nullptr || each.get<TupleFact>() != nullptr; };
    if (list == nullptr || (*list->elements)->empty() || !is_made((*list->elements)->front())) {
      return graph().constant(type, fact);
    }
    std::vector<Value*> elements;
    for (const Fact& element : **list->elements) elements.push_back(operand(call, element, type));
    return add_node("prim::ListConstruct", std::move(elements), {type}).results.front();
  }

  // The parameters of a quantized layer: (weight, bias) of a linear one, (weight, bias, stride, padding, output
  // padding, dilation, groups, transposed) of a convolution, (weight) of a table of embeddings, and of a recurrent cell
  // two of linear layers, (input's, state's, both biases, a flag).
  Value* packed(const DrawnCall& call, const std::vector<Fact>& parts) {
    std::string op = "quantized::linear_prepack";
    std::vector<std::size_t> places = {0, 1};
    if (parts.front().tensor() == nullptr) {
      op = "quantized::make_quantized_cell_params_dynamic";
      places = {0, 1, 2, 3, 4};
    } else if (parts.size() == 1) {
      op = "quantized::embedding_bag_prepack";
      places = {0};
    } else if (parts.size() > 2) {
      const bool transposed = parts.back().get<BoolFact>()->value.value_or(false);
      const std::string dims = std::to_string(parts.front().tensor()->dims->size() - 2);
      op = (transposed ? "quantized::conv_transpose" : "quantized::conv") + dims + "d_prepack";
      places = transposed ? std::vector<std::size_t>{0, 1, 2, 3, 4, 5, 6} : std::vector<std::size_t>{0, 1, 2, 3, 5, 6};
    } else if (parts.front().tensor()->dtype == DType::f32) {
      op = "quantized::linear_prepack_fp16";
    }
    const std::optional<Schema> schema = find_schema(op);
    std::vector<Value*> operands;
    for (std::size_t i = 0; i < places.size(); ++i) {
      operands.push_back(operand(call, parts[places[i]], schema->arguments[i].type));
    }
    return add_node(op, std::move(operands), {schema->results.front().type}).results.front();
  }

  // f32 numbers as quantized ones: weights (qi8) around 0, others around the middle of their range.
  Value* quantized(const DrawnCall& call, const Fact& fact) {
    const Type type = Type::of(Type::Kind::tensor);
    const DType dtype = *fact.tensor()->dtype;
    Fact floating = fact;
    floating.get<TensorFact>()->dtype = DType::f32;
    Value* argument = graph().add_argument(graph().body, graph().fresh_name("x"), type);
    argument->fact = floating;
    drawn_.inputs.push_back(floating);
    const auto integer = [this](std::int64_t number) {
      return graph().constant(Type::of(Type::Kind::integer), Fact::integer(number));
    };
    const auto real = [this](double number) {
      return graph().constant(Type::of(Type::Kind::floating), Fact::floating(number));
    };
    Value* number = integer(scalar_type_number(dtype));
    const bool embeddings = call.op.find("embedding") != std::string::npos;
    if (!embeddings && (call.values != DrawnValues::channels || dtype != DType::qi8)) {
      Value* zero = integer(dtype == DType::qu8 ? 100 : 0);
      return add_node("aten::quantize_per_tensor", {argument, real(0.05), zero, number}, {type}).results.front();
    }
    // Zero points are integers, but for tables.
    const auto each = [&](double value, DType as) {
      const auto none = [this] { return graph().constant(Type::of(Type::Kind::none), Fact::none()); };
      const Type ints = {Type::Kind::list, {}, {Type::of(Type::Kind::integer)}};
      Value* size = graph().constant(ints, Fact::list({Fact::integer(*(*fact.tensor()->dims)[0])}));
      return add_node("aten::full", {size, real(value), integer(scalar_type_number(as)), none(), none(), none()},
                      {type})
          .results.front();
    };
    Value* scales = each(0.05, DType::f32);
    Value* zeros = each(0, embeddings ? DType::f32 : DType::i64);
    return add_node("aten::quantize_per_channel", {argument, scales, zeros, integer(0), number}, {type})
        .results.front();
  }

  Value* tensor(const DrawnCall& call, const Fact& fact) {
    const DType dtype = *fact.tensor()->dtype;
    if (dtype == DType::qi8 || dtype == DType::qu8 || dtype == DType::qi32) return quantized(call, fact);
    const Type type = Type::of(Type::Kind::tensor);
    Value* argument = graph().add_argument(graph().body, graph().fresh_name("x"), type);
    argument->fact = fact;
    drawn_.inputs.push_back(fact);
    if (call.values == DrawnValues::normal || call.values == DrawnValues::channels || is_integral(dtype))
      return argument;
    if (call.values == DrawnValues::definite) return definite(argument, type);
    if (call.values == DrawnValues::unit) return add_node("aten::sigmoid", {argument}, {type}).results.front();
    if (call.values == DrawnValues::positive) return add_node("aten::abs", {argument}, {type}).results.front();
    Value* factor = graph().constant(Type::of(Type::Kind::number), Fact::floating(1.0 / 32));
    return add_node("aten::mul.Scalar", {argument, factor}, {type}).results.front();
  }

  // X X' + n I of a matrix of n rows.
  Value* definite(Value* argument, const Type& type) {
    const auto integer = [this](std::int64_t number) {
      return graph().constant(Type::of(Type::Kind::integer), Fact::integer(number));
    };
    const std::vector<Dim>& dims = *argument->fact.tensor()->dims;
    Value* transposed = add_node("aten::transpose.int", {argument, integer(-2), integer(-1)}, {type}).results.front();
    Value* product = add_node("aten::matmul", {argument, transposed}, {type}).results.front();
    const auto none = [this] { return graph().constant(Type::of(Type::Kind::none), Fact::none()); };
    Value* dtype = integer(scalar_type_number(*argument->fact.tensor()->dtype));
    Value* rows = integer(dims.back()->constant().value_or(0));
    Value* identity = add_node("aten::eye", {rows, dtype, none(), none(), none()}, {type}).results.front();
    return add_node("aten::add.Tensor", {product, identity, rows}, {type}).results.front();
  }

  DrawnProgram drawn_;
  int next_id_ = 0;
};

}  // namespace

namespace {

// Forms that have work and are drawn by the recipe of an op that they derive from.
std::vector<std::string> with_forms(std::vector<std::string> ops) {
  for (const OpSpec* form : all_derived_ops()) {
    if (!recipes_by_op().contains(form->name) && has_work(*form) && drawn_as(form) != nullptr)
      ops.emplace_back(form->name);
  }
  std::sort(ops.begin(), ops.end());
  return ops;
}

}  // namespace

std::vector<std::string> ops_to_draw(const std::string& path) {
  std::vector<std::string> ops = ops_with_recipes();
  // Ops without arithmetic have no model there, and none is expected of them.
  if (path == "standard") return with_forms(std::move(ops));
  const std::vector<std::string> modelled = ops_with_models(path);
  std::erase_if(ops, [&](const std::string& op) { return !std::binary_search(modelled.begin(), modelled.end(), op); });
  return ops;
}

namespace {

// Other paths than the standard one have models of plain numbers alone.
std::vector<const Recipe*> rows_for_path(std::vector<const Recipe*> rows, const std::string& path) {
  if (path == "standard") return rows;
  std::erase_if(rows, [](const Recipe* row) {
    const std::string_view inputs = row->inputs;
    return inputs.find("Z[") != inputs.npos || inputs.find("qu8[") != inputs.npos || inputs.find("qi8[") != inputs.npos;
  });
  return rows;
}

}  // namespace

Result<std::vector<DrawnCall>> draw_calls(const std::vector<std::string>& ops, const DrawOptions& options) {
  std::vector<DrawnCall> calls;
  const std::int64_t largest = largest_with_model(options.path);
  const std::int64_t most_elements = largest == 0 ? kMostElements : std::min(largest, kMostElements);
  for (const std::string& op : ops.empty() ? ops_to_draw(options.path) : ops) {
    const OpSpec* spec = find_op(op);
    const OpSpec* drawn = drawn_as(spec);
    if (drawn == nullptr) {
      return usage_error("validate " + op +
                         ": there is no recipe to draw it by; flopaudit validate --list names those that have one");
    }
    const std::vector<const Recipe*> recipes = rows_for_path(recipes_by_op().at(drawn->name), options.path);
    for (const DType dtype : options.dtypes) {
      Random random(seed_of(op, dtype, options.seed));
      for (int i = 0; i < options.draws; ++i) {
        const auto row = static_cast<std::size_t>(i);
        FA_ASSIGN(DrawnCall call, draw_by_rows(*spec, *drawn, recipes, row, dtype, most_elements, random));
        calls.push_back(std::move(call));
      }
    }
  }
  return calls;
}

Result<DrawnProgram> program_of(const std::vector<DrawnCall>& calls) {
  ProgramBuilder builder;
  for (const DrawnCall& call : calls) FA_TRY(builder.add(call));
  return builder.finish();
}

}  // namespace flopaudit
