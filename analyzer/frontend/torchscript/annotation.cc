#include "analyzer/frontend/torchscript/annotation.h"

#include <array>
#include <utility>

namespace flopaudit {
namespace {

using Kind = Type::Kind;

struct GenericWord {
  std::string_view word;
  Kind kind;
  std::size_t arguments;  // 0: any number
};
constexpr std::array<GenericWord, 7> kGenericWords = {{{"List", Kind::list, 1},
                                                       {"Optional", Kind::optional, 1},
                                                       {"Tuple", Kind::tuple, 0},
                                                       {"Dict", Kind::dict, 2},
                                                       {"Future", Kind::future, 1},
                                                       {"Union", Kind::union_of, 0},
                                                       {"Final", Kind::any, 1}}};

// Words that LibTorch's annotations spell otherwise than its types.
constexpr std::array<std::pair<std::string_view, Kind>, 7> kOtherWords = {{{"Scalar", Kind::number},
                                                                           {"ScalarType", Kind::integer},
                                                                           {"Layout", Kind::integer},
                                                                           {"MemoryFormat", Kind::integer},
                                                                           {"NoneType", Kind::none},
                                                                           {"None", Kind::none},
                                                                           {"string", Kind::string}}};

Result<Type> generic_type(const Expression& annotation) {
  const std::string name = dotted_name(annotation.children[0]).value_or("");
  Type type{Kind::other, name, {}};
  // `Tuple[()]` has no arguments.
  for (std::size_t i = 1; i < annotation.children.size(); ++i) {
    const Expression& child = annotation.children[i];
    if (child.kind == Expression::Kind::tuple && child.children.empty()) continue;
    FA_ASSIGN(Type argument, type_of_annotation(child));
    type.arguments.push_back(std::move(argument));
  }
  for (const GenericWord& generic : kGenericWords) {
    if (generic.word != name) continue;
    if (generic.arguments != 0 && type.arguments.size() != generic.arguments) {
      return input_error("the type " + name + " has the wrong number of arguments");
    }
    if (name == "Final") return std::move(type.arguments[0]);
    type.kind = generic.kind;
    type.name.clear();
    return type;
  }
  if (name.empty()) return input_error("an annotation is no type");
  return type;
}

Type named_type(const std::string& name) {
  for (const auto& [word, kind] : kOtherWords) {
    if (name == word) return Type::of(kind);
  }
  // Every plain word and every dotted name reads as in the IR's text.
  const Result<Type> plain = Type::parse(name);
  return plain ? *plain : Type{Kind::other, name, {}};
}

}  // namespace

std::optional<std::string> dotted_name(const Expression& expression) {
  if (expression.kind == Expression::Kind::name) return expression.text;
  if (expression.kind != Expression::Kind::attribute) return std::nullopt;
  std::optional<std::string> base = dotted_name(expression.children[0]);
  if (base) *base += "." + expression.text;
  return base;
}

Result<Type> type_of_annotation(const Expression& annotation) {
  if (annotation.kind == Expression::Kind::none) return Type::of(Kind::none);
  if (annotation.kind == Expression::Kind::index) return generic_type(annotation);
  const std::optional<std::string> name = dotted_name(annotation);
  if (!name) return input_error("an annotation is no type");
  if (*name == "Optional" || *name == "List" || *name == "Dict")
    return input_error("the type " + *name + " lacks its arguments");
  return named_type(*name);
}

}  // namespace flopaudit
