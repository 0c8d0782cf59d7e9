// The text form of facts, written. The reader is fact_parser.cc; the grammar is at the top of fact.h.
#include "analyzer/ir/fact.h"
#include "analyzer/ir/number_text.h"
#include "analyzer/support/quoted.h"

namespace flopaudit {
namespace {

// Writes one fact. What lies behind the limits is written as unknown: a list can hold itself.
class FactPrinter {
 public:
  std::string text;

  void print(const Fact& fact) {
    constexpr int kMaxDepth = 100;
    constexpr std::size_t kMaxText = 10'000'000;
    if (depth_ > kMaxDepth || text.size() > kMaxText) {
      text += "unknown";
      return;
    }
    ++depth_;
    std::visit([this](const auto& value) { print_value(value); }, fact.variant());
    --depth_;
  }

 private:
  void print_value(const UnknownFact& fact) {
    text += fact.one_of ? "one_of(" : "unknown";
    if (!fact.one_of) return;
    print_all(*fact.one_of);
    text += ')';
  }
  void print_value(const NoneFact&) { text += "none"; }
  void print_value(const FloatFact& fact) {
    if (fact.value) {
      text += float_text(*fact.value);
    } else if (fact.of_size && fact.of_size->factor != 1) {
      text += "<" + float_text(fact.of_size->factor) + " * " + fact.of_size->size.to_string() + ">";
    } else if (fact.of_size) {
      text += "<" + fact.of_size->size.to_string() + " / " + std::to_string(fact.of_size->divisor) + ">";
    } else {
      text += "float";
    }
  }
  void print_value(const BoolFact& fact) { text += !fact.value ? "bool" : *fact.value ? "true" : "false"; }
  void print_value(const StrFact& fact) { text += fact.value ? quoted(*fact.value) : "str"; }
  void print_value(const DeviceFact& fact) { text += "device(" + quoted(fact.value) + ")"; }
  void print_value(const ObjectFact& fact) { text += "object(" + quoted(fact.path) + ")"; }

  void print_value(const IntFact& fact) {
    if (fact.value) {
      print_integer(*fact.value);
    } else {
      text += "int";
    }
  }

  void print_integer(const Expr& value) {
    const std::string digits = value.to_string();
    text += value.is_constant() ? digits : "<" + digits + ">";
  }

  void print_value(const TensorFact& fact) {
    text += fact.dtype ? name(*fact.dtype) : "?";
    text += '[';
    if (!fact.dims) {
      text += '*';
    } else {
      for (std::size_t i = 0; i < fact.dims->size(); ++i) {
        if (i > 0) text += ',';
        const Dim& dim = (*fact.dims)[i];
        text += dim ? dim->to_string() : "?";
      }
    }
    text += ']';
    if (fact.contents) print_contents(fact);
  }

  void print_contents(const TensorFact& fact) {
    const bool booleans = fact.dtype == DType::boolean;
    const bool scalar = fact.dims && fact.dims->empty() && fact.contents->size() == 1;
    text += scalar ? " = " : " = {";
    for (std::size_t i = 0; i < fact.contents->size(); ++i) {
      if (i > 0) text += ", ";
      const auto& element = (*fact.contents)[i];
      const Expr* integer = std::get_if<Expr>(&element);
      if (integer == nullptr) {
        text += float_text(std::get<double>(element));
      } else if (booleans && integer->is_constant()) {
        text += *integer == Expr(0) ? "false" : "true";
      } else {
        print_integer(*integer);
      }
    }
    if (!scalar) text += '}';
  }

  void print_all(const std::vector<Fact>& elements) {
    for (std::size_t i = 0; i < elements.size(); ++i) {
      if (i > 0) text += ", ";
      print(elements[i]);
    }
  }

  void print_value(const TupleFact& fact) {
    text += '(';
    print_all(fact.elements);
    text += fact.elements.size() == 1 ? ",)" : ")";
  }

  void print_value(const ListFact& fact) {
    if (!fact.elements || fact.elements->is_unknown()) {
      text += "list";
      return;
    }
    text += '[';
    if (const Fact* element = fact.elements->element()) {
      const Dim length = fact.elements->length();
      print(*element);
      text += " x " + (length ? length->to_string() : "?") + "]";
      return;
    }
    print_all(**fact.elements);
    text += ']';
  }

  void print_value(const DictFact& fact) {
    if (!fact.items || !*fact.items) {
      text += "dict";
      return;
    }
    text += '{';
    bool first = true;
    for (const auto& [key, value] : **fact.items) {
      if (!first) text += ", ";
      first = false;
      print(key);
      text += ": ";
      print(value);
    }
    text += '}';
  }

  int depth_ = 0;
};

}  // namespace

std::string Fact::to_string() const {
  FactPrinter printer;
  printer.print(*this);
  return std::move(printer.text);
}

}  // namespace flopaudit
