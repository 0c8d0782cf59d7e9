// The inside of the emitter, in five files: function_emitter.cc has the function itself, names and nodes;
// emit_statements.cc, emit_control_flow.cc, emit_expressions.cc and emit_calls.cc the parts of the language;
// match_call.cc how arguments meet a signature.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "analyzer/frontend/torchscript/emitter.h"

namespace flopaudit {

using Offset = std::optional<std::uint32_t>;  // where in the code; nothing: LibTorch notes no place for such a node

// A value of the program with the type that the compiler knows it by, which may be wider than the value's own: a None
// stored as Optional[Tensor] is one afterwards.
struct Simple {
  Value* value = nullptr;
  Type type;
  bool loaded = false;  // read from a variable: it is no new value, so that a variable gives it no name
};

// What an expression can be that is no value.
struct Sugared {
  enum class Kind {
    simple,
    function,       // name: qualified
    method,         // object.name
    builtin,        // name: "aten::add"; object: the first argument, if any
    operators,      // `torch` or `ops.<name>`: name is the namespace of operators
    all_operators,  // `ops`
    table,          // `CONSTANTS`
    name_space,     // the start of a qualified name
    class_,         // name: qualified
    cast,           // name: "aten::Int"; type: what needs no cast
    special,        // name: of a form that looks at its arguments' syntax
    range,          // of range(): bounds
    closure,        // a function defined inside this one
  };
  Kind kind = Kind::simple;
  Simple object;
  std::string name;
  Type type;
  std::vector<Simple> bounds;  // end, or start, end, step
  const FunctionDefinition* closure = nullptr;

  static Sugared of(Simple simple) { return {Kind::simple, std::move(simple), {}, {}, {}, nullptr}; }
  static Sugared named(Kind kind, std::string name) { return {kind, {}, std::move(name), {}, {}, nullptr}; }
  bool is_simple() const { return kind == Kind::simple; }
};

struct CallArguments {
  std::vector<Simple> positional;
  std::vector<std::pair<std::string, Simple>> named;
  std::optional<Simple> self;  // of a method-style call: the argument called `self`
};

struct MatchedCall {
  std::vector<Value*> operands;
  std::vector<Type> results;
};

class FunctionEmitter {
 public:
  FunctionEmitter(const FunctionToEmit& function, const EmissionContext& context);
  Result<EmittedFunction> run();

 private:
  struct Frame {
    Region* region;
    std::map<std::string, Sugared> names;
  };
  using Names = std::set<std::string>;

  // --- function_emitter.cc
  Result<void> emit_arguments();
  Error failure(std::string why, Offset offset) const;
  void charge(const Type& type);
  Result<void> within_budget(Offset offset) const;
  const Sugared* find(const std::string& name) const;
  const Sugared* find_outside(const std::string& name) const;
  Result<void> store(const std::string& name, Sugared value, const std::optional<Type>& annotation, Offset offset);
  void store_simple(const std::string& name, Simple value);
  Node& insert(std::string op, std::vector<Value*> operands, Offset offset);
  Simple result_of(Node& node, Type type, const std::string& name = {});
  std::string unnamed();
  Simple constant(const Type& type, Fact value);
  Simple integer_constant(std::int64_t value);
  Result<Simple> table_constant(std::size_t index, Offset offset);
  Result<Simple> literal_value(const Literal& literal, Offset offset);
  void forget_nodes_after(std::size_t count);
  void forget(const Node& node);

  // --- emit_statements.cc
  Result<void> emit_statements(const std::vector<Statement>& statements);
  Result<void> emit_statement(const Statement& statement);
  Result<void> emit_assignment(const Statement& statement);
  Result<void> assign_tuple(const std::vector<Expression>& targets, const Simple& value, std::uint32_t offset);
  Result<void> assign(const Expression& target, Sugared value, const std::optional<Type>& annotation);
  Result<void> assign_attribute(const Expression& target, const Expression& value);
  Result<void> emit_return(const Statement& statement);
  Result<void> emit_with(const Statement& statement);

  // --- emit_control_flow.cc
  Result<void> emit_if(const Statement& statement);
  Result<Frame> emit_branch(Node& node, const std::vector<Statement>& statements,
                            const std::optional<std::pair<std::string, Type>>& refinement);
  Result<void> join_branches(Node& node, Frame& then, Frame& other);
  Result<void> emit_loop(const Statement& statement);
  Result<void> emit_loop_with(const Statement& statement, const Sugared* range, const Names& carried, Names& changed);
  Result<Simple> loop_trip_count(const Sugared* range, std::uint32_t offset);
  Result<void> bind_loop_targets(const Statement& statement, const Sugared& range, const Simple& index);
  Result<Simple> emit_condition(const Expression& expression);
  Result<Simple> to_bool(Simple value, std::uint32_t offset);

  // --- emit_expressions.cc
  Result<Sugared> emit_sugared(const Expression& expression, std::size_t binders, const Type* hint);
  Result<Simple> emit(const Expression& expression, const Type* hint = nullptr);
  Result<Simple> as_simple(Sugared value, Offset offset);
  Result<Sugared> emit_name(const Expression& expression);
  Result<Sugared> emit_attribute(Sugared object, const std::string& name, std::uint32_t offset);
  Result<Sugared> attribute_of_value(const Simple& object, const std::string& name, std::uint32_t offset);
  Result<Sugared> attribute_of_class(const std::string& class_name, const std::string& name, std::uint32_t offset);
  Result<Sugared> in_namespace(const std::string& qualified_name, std::uint32_t offset);
  Result<Simple> emit_list(const Expression& expression, const Type* hint);
  Result<Simple> emit_dict(const Expression& expression, const Type* hint);
  Result<Simple> emit_tuple(const Expression& expression, const Type* hint);
  Result<Simple> emit_index(const Expression& expression);
  Result<Simple> tuple_index(const Simple& tuple, const Simple& index, std::uint32_t offset);
  Result<Simple> emit_slice(const Expression& expression);
  std::optional<std::vector<Type>> tuple_elements(const Type& type) const;

  // --- emit_calls.cc
  Result<Sugared> emit_call(const Expression& call, std::size_t binders, const Type* hint);
  Result<CallArguments> emit_call_arguments(const Expression& call);
  Result<Sugared> emit_special(const std::string& form, const Expression& call);
  Result<Sugared> emit_annotate(const Expression& call);
  Result<Sugared> emit_unchecked_cast(const Expression& call);
  Result<Sugared> emit_getattr(const Expression& call);
  Result<Sugared> emit_range(const Expression& call);
  Result<Sugared> emit_isinstance(const Expression& call);
  Result<Sugared> emit_new_object(const Expression& call);
  Result<Sugared> emit_fork(const Expression& call);
  Result<Sugared> emit_to_list(const Expression& call, const Type* hint);
  Result<Sugared> call_builtin_expression(const Sugared& callee, const Expression& call, std::size_t binders,
                                          const Type* hint);
  Result<Sugared> call_function(const std::string& name, CallArguments arguments, std::uint32_t offset);
  Result<Sugared> call_method(const Simple& object, const std::string& name, CallArguments arguments,
                              std::uint32_t offset);
  Result<Sugared> call_class(const std::string& name, CallArguments arguments, std::uint32_t offset);
  Result<Simple> call_builtin(const std::string& name, const CallArguments& arguments, Offset offset);
  Simple opaque_call(const std::string& name, const CallArguments& arguments, std::size_t binders, const Type* hint,
                     std::uint32_t offset);
  Simple pack_results(Node& node, const std::vector<Type>& types);

  // --- match_call.cc
  std::optional<MatchedCall> match(const Signature& signature, const CallArguments& arguments, bool conversions,
                                   Offset offset);
  std::optional<Simple> match_argument(const FormalArgument& formal, Simple actual, bool conversions,
                                       TypeVariables& variables, Offset offset);
  // As match, also where a value of a class that the file does not declare may be anything.
  std::optional<MatchedCall> match_loosely(const Signature& signature, const CallArguments& arguments, Offset offset);
  // What a method of a C++ class gave, or an object of one: anything can be done with it.
  bool is_opaque(const Simple& value) const;
  bool takes_rest_as_list(const Signature& signature, std::size_t position) const;
  std::optional<Simple> rest_as_list(const FormalArgument& formal, const std::vector<Simple>& rest, bool conversions,
                                     TypeVariables& variables, Offset offset);
  Simple convert(const Type& wanted, Simple value, bool conversions, Offset offset);
  // An opaque value as what the code says that it is; any other as it stands.
  Simple believed(const Type& wanted, Simple value);
  // Converted to a type that the code declares, and believed.
  Simple as_declared(const Type& wanted, Simple value, Offset offset);
  Simple convert_tuple(const Type& wanted, Simple value, bool conversions, Offset offset);
  Simple implicit_conversion(const Type& wanted, Simple value, Offset offset);
  Simple list_of(const Type& element, const std::vector<Simple>& elements);
  std::vector<Simple> unpack_tuple(const Simple& tuple);

  const FunctionToEmit& function_;
  const EmissionContext& context_;
  TypeRelations types_;
  std::unique_ptr<Graph> graph_;
  std::unordered_map<const Node*, std::uint32_t> offsets_;
  Region* region_ = nullptr;
  std::vector<Frame> frames_;
  std::unordered_map<const Node*, const Region*> region_of_;
  std::optional<Type> declared_result_;
  int unnamed_ = 0;
  int repeated_loops_ = 0;
  int open_forks_ = 0;
  bool has_opaque_values_ = false;  // a method of a C++ class gave a value of unknown type
  bool any_fits_ = false;           // while such values are matched
  std::unordered_map<const Node*, std::vector<bool>> loaded_elements_;  // of a TupleConstruct: which are no new values
  std::set<const Value*> written_numbers_;                              // numbers that the code writes as such
  std::set<const Value*> empty_lists_;                                  // `[]`: fits any list until it is stored
  std::optional<std::pair<std::string, Type>> refinement_then_, refinement_else_;  // of the last condition
};

bool is_meaningful_name(const std::string& name);
bool is_unnamed(const Value& value);  // its name is a number

}  // namespace flopaudit
