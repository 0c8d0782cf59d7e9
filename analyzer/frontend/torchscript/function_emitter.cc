#include "analyzer/frontend/torchscript/function_emitter.h"

#include <utility>

#include "analyzer/frontend/torchscript/lexer.h"

namespace flopaudit {

// `_12` is what LibTorch calls a value that has no name.
bool is_meaningful_name(const std::string& name) {
  if (name.empty()) return false;
  if (name[0] != '_') return true;
  return name.find_first_not_of("0123456789", 1) != std::string::npos;
}

bool is_unnamed(const Value& value) { return value.name.find_first_not_of("0123456789") == std::string::npos; }

FunctionEmitter::FunctionEmitter(const FunctionToEmit& function, const EmissionContext& context)
    : function_(function), context_(context), types_(context.declarations), graph_(std::make_unique<Graph>()) {}

Result<EmittedFunction> FunctionEmitter::run() {
  graph_->name = function_.name;
  region_ = &graph_->body;
  frames_.push_back({region_, {}});
  FA_TRY(emit_arguments());
  const std::vector<Statement>& body = function_.source.definition->body;
  FA_TRY(emit_statements(body));
  if (body.empty() || body.back().kind != Statement::Kind::return_) {
    region_->results.push_back(constant(Type::of(Type::Kind::none), Fact::none()).value);
  }
  return EmittedFunction{std::move(graph_), std::move(offsets_)};
}

Result<void> FunctionEmitter::emit_arguments() {
  const Signature* signature = nullptr;
  if (function_.class_name) {
    FA_ASSIGN(signature, context_.declarations.method(*function_.class_name, function_.source.definition->name));
  } else {
    FA_ASSIGN(signature, context_.declarations.function(function_.name));
  }
  if (signature == nullptr) return input_error("the archive does not define " + function_.name);
  for (const FormalArgument& argument : signature->arguments) {
    const std::string name = is_meaningful_name(argument.name) ? graph_->fresh_name(argument.name) : unnamed();
    Value* value = graph_->add_argument(*region_, name, argument.type);
    frames_.back().names[argument.name] = Sugared::of({value, argument.type, true});
    std::optional<Fact> value_if_left_out;
    if (argument.default_value) {
      const auto index = argument.default_value->table_index;
      if (index && *index >= context_.constants.size())
        return input_error(function_.name + ": a default names no constant of the archive");
      value_if_left_out = index ? context_.constants[*index].fact : argument.default_value->value;
    }
    graph_->defaults.push_back(std::move(value_if_left_out));
  }
  if (!signature->results.empty()) declared_result_ = signature->results[0];
  return {};
}

Error FunctionEmitter::failure(std::string why, Offset offset) const {
  constexpr std::size_t kLongest = 500;  // the types of a call's arguments can fill pages
  if (why.size() > kLongest) {
    std::size_t end = kLongest;
    while (end > 0 && (static_cast<unsigned char>(why[end]) & 0xc0) == 0x80) --end;  // not inside of a character
    why = why.substr(0, end) + "...";
  }
  const CodeFile& file = *function_.source.file;
  const std::string line = offset ? ":" + std::to_string(line_at(file.text, *offset)) : "";
  return input_error(why + ", in " + function_.name + " (" + file.record + line + ")");
}

namespace {
std::size_t parts_inside(const Type& type) {
  std::size_t parts = 0;
  for (const Type& argument : type.arguments) parts += 1 + parts_inside(argument);
  return parts;
}
}  // namespace

void FunctionEmitter::charge(const Type& type) { context_.budget.type_parts += parts_inside(type); }

Result<void> FunctionEmitter::within_budget(Offset offset) const {
  if (context_.budget.type_parts > EmissionBudget::kMaxTypeParts) {
    return failure(
        "the types of the program's values have more than " + std::to_string(EmissionBudget::kMaxTypeParts) + " parts",
        offset);
  }
  if (context_.budget.nodes > EmissionBudget::kMaxNodes) {
    return failure("the program has more than " + std::to_string(EmissionBudget::kMaxNodes) + " nodes", offset);
  }
  return {};
}

const Sugared* FunctionEmitter::find(const std::string& name) const {
  for (auto frame = frames_.rbegin(); frame != frames_.rend(); ++frame) {
    const auto found = frame->names.find(name);
    if (found != frame->names.end()) return &found->second;
  }
  return nullptr;
}

const Sugared* FunctionEmitter::find_outside(const std::string& name) const {
  for (auto frame = frames_.rbegin() + 1; frame != frames_.rend(); ++frame) {
    const auto found = frame->names.find(name);
    if (found != frame->names.end()) return &found->second;
  }
  return nullptr;
}

Result<void> FunctionEmitter::store(const std::string& name, Sugared value, const std::optional<Type>& annotation,
                                    Offset offset) {
  if (!value.is_simple()) {
    frames_.back().names[name] = std::move(value);
    return {};
  }
  Simple simple = std::move(value.object);
  Value& stored = *simple.value;
  const bool is_new = !simple.loaded && stored.origin == Value::Origin::result && is_unnamed(stored);
  // A name given inside of a block says nothing of a value made outside of it.
  if (is_new && is_meaningful_name(name) && region_of_.at(stored.producer) == region_) stored.name = name;
  if (const Sugared* outside = find_outside(name)) {
    if (!outside->is_simple()) return failure("the name " + name + " is a function outside of this block", offset);
    const Type wanted = outside->object.type;
    simple = as_declared(wanted, std::move(simple), offset);
    if (!types_.is_subtype(simple.type, wanted)) {
      return failure(
          "the variable " + name + " is a " + wanted.to_string() + " and cannot become a " + simple.type.to_string(),
          offset);
    }
  }
  if (annotation) {
    simple = believed(*annotation, std::move(simple));
    if (!types_.is_subtype(simple.type, *annotation)) {
      return failure("the variable " + name + " is declared as " + annotation->to_string() + " and given a " +
                         simple.type.to_string(),
                     offset);
    }
    simple.type = *annotation;
  }
  store_simple(name, std::move(simple));
  return {};
}

void FunctionEmitter::store_simple(const std::string& name, Simple value) {
  empty_lists_.erase(value.value);
  value.loaded = true;
  frames_.back().names[name] = Sugared::of(std::move(value));
}

Node& FunctionEmitter::insert(std::string op, std::vector<Value*> operands, Offset offset) {
  Node& node = *region_->nodes.emplace_back(std::make_unique<Node>());
  ++context_.budget.nodes;
  node.op.name = std::move(op);
  node.operands = std::move(operands);
  region_of_[&node] = region_;
  if (offset) {
    node.source = context_.location(*function_.source.file, *offset);
    offsets_[&node] = *offset;
  }
  return node;
}

// Unnamed values are numbers, as in LibTorch; which is decided when the graph is finished.
std::string FunctionEmitter::unnamed() { return std::to_string(unnamed_++); }

Simple FunctionEmitter::result_of(Node& node, Type type, const std::string& name) {
  charge(type);
  Value* value = graph_->add_result(node, name.empty() ? unnamed() : name, type);
  return {value, std::move(type), false};
}

Simple FunctionEmitter::constant(const Type& type, Fact value) {
  return {graph_->constant(type, std::move(value)), type, false};
}

Simple FunctionEmitter::integer_constant(std::int64_t value) {
  return constant(Type::of(Type::Kind::integer), Fact::integer(value));
}

Result<Simple> FunctionEmitter::table_constant(std::size_t index, Offset offset) {
  if (index >= context_.constants.size()) {
    return failure("CONSTANTS.c" + std::to_string(index) + " is not in the archive's constants", offset);
  }
  const ArchiveConstant& entry = context_.constants[index];
  if (entry.is_literal) return constant(entry.type, entry.fact);
  const std::string name = "CONSTANTS.c" + std::to_string(index);
  return Simple{graph_->parameter(name, entry.type, entry.fact), entry.type, false};
}

Result<Simple> FunctionEmitter::literal_value(const Literal& literal, Offset offset) {
  if (literal.table_index) return table_constant(*literal.table_index, offset);
  return constant(literal.type, literal.value);
}

// What a call that did not fit after all has left behind.
void FunctionEmitter::forget_nodes_after(std::size_t count) {
  while (region_->nodes.size() > count) {
    forget(*region_->nodes.back());
    region_->nodes.pop_back();
  }
}

// Another node may come to lie where this one was.
void FunctionEmitter::forget(const Node& node) {
  for (const auto& inner : node.regions) {
    for (const auto& each : inner->nodes) forget(*each);
  }
  offsets_.erase(&node);
  region_of_.erase(&node);
  loaded_elements_.erase(&node);
}

Result<EmittedFunction> emit_function(const FunctionToEmit& function, const EmissionContext& context) {
  return FunctionEmitter(function, context).run();
}

}  // namespace flopaudit
