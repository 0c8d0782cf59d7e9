#include "tools/input_objects.h"

#include <fmt/format.h>

#include <map>
#include <string>
#include <utility>

#include "analyzer/ir/entry_arguments.h"

namespace flopaudit {
namespace {

// The attributes that the program reads of objects of a class, with their types.
using Reads = std::map<std::string, Type>;

class ObjectMaker {
 public:
  explicit ObjectMaker(Program& program) : program_(program) {
    for (const auto& function : program.functions) {
      for_each_node(function->body, [this](const Node& node) {
        const auto name = node.attributes.find("name");
        if (node.op.name != "prim::GetAttr" || name == node.attributes.end() || node.operands.empty()) return;
        const Type& type = node.operands.front()->type;
        if (type.kind == Type::Kind::named) reads_[type.name].emplace(name->second, node.results.front()->type);
      });
    }
  }

  Result<Fact> made(const Fact& fact, const Type& type, const std::string& path) {
    using Kind = Type::Kind;
    if (type.kind == Kind::optional) return made(fact, type.arguments[0], path);
    if (const auto* dict = fact.get<DictFact>(); dict != nullptr && type.kind == Kind::named && dict->items) {
      if (*dict->items) return object_of(**dict->items, type.name, path);
    }
    if (const auto* tuple = fact.get<TupleFact>(); tuple != nullptr && type.kind == Kind::tuple) {
      std::vector<Fact> elements;
      for (std::size_t i = 0; i < tuple->elements.size(); ++i) {
        const Type& element = i < type.arguments.size() ? type.arguments[i] : type;
        FA_ASSIGN(Fact one, made(tuple->elements[i], element, path + "[" + std::to_string(i) + "]"));
        elements.push_back(std::move(one));
      }
      return Fact::tuple(std::move(elements));
    }
    if (const auto* list = fact.get<ListFact>(); list && type.kind == Kind::list && list->elements && *list->elements) {
      std::vector<Fact> elements;
      for (const Fact& element : **list->elements) {
        FA_ASSIGN(Fact one, made(element, type.arguments[0], path + "[" + std::to_string(elements.size()) + "]"));
        elements.push_back(std::move(one));
      }
      return Fact::list(std::move(elements));
    }
    return fact;
  }

 private:
  Result<Fact> object_of(const std::vector<std::pair<Fact, Fact>>& items, const std::string& class_name,
                         const std::string& path) {
    Object object{path, class_name, {}, false};
    const Reads& reads = reads_[class_name];
    for (const auto& [key, value] : items) {
      const auto* name = key.get<StrFact>();
      if (name == nullptr || !name->value) {
        return usage_error(
            fmt::format("{}: attributes of {} are named by strings, not {}", path, class_name, key.to_string()));
      }
      const auto read = reads.find(*name->value);
      const Type type = read == reads.end() ? type_of(value) : read->second;
      FA_ASSIGN(Fact attribute, made(value, type, path + "." + *name->value));
      object.attributes.push_back({*name->value, type, std::move(attribute), false, false, ""});
    }
    for (const auto& [name, type] : reads) {
      if (object.find(name) != nullptr) continue;
      return usage_error(fmt::format("{}: the program reads the attribute \"{}\" ({}) of {}, which is not given", path,
                                     name, type.to_string(), class_name));
    }
    program_.objects.push_back(std::move(object));
    return Fact(ObjectFact{path});
  }

  // Of what the program does not read.
  static Type type_of(const Fact& fact) {
    using Kind = Type::Kind;
    if (fact.tensor()) return Type::of(Kind::tensor);
    if (fact.get<IntFact>()) return Type::of(Kind::integer);
    if (fact.get<FloatFact>()) return Type::of(Kind::floating);
    if (fact.get<BoolFact>()) return Type::of(Kind::boolean);
    if (fact.get<StrFact>()) return Type::of(Kind::string);
    return Type::of(Kind::any);
  }

  Program& program_;
  std::map<std::string, Reads> reads_;
};

}  // namespace

Result<std::vector<Fact>> with_input_objects(Program& program, std::vector<Fact> inputs) {
  ObjectMaker maker(program);
  const auto& arguments = program.entry().body.arguments;
  for (std::size_t i = 0; i < inputs.size() && first_input(program) + i < arguments.size(); ++i) {
    const Value& argument = *arguments[first_input(program) + i];
    const std::string name = argument.name.substr(0, argument.name.find('.'));
    FA_ASSIGN(inputs[i], maker.made(inputs[i], argument.type, "input " + name));
  }
  return inputs;
}

}  // namespace flopaudit
