#include "analyzer/frontend/torchscript/cleanup/old_operators.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace flopaudit {
namespace {

// Sorted.
constexpr std::array<OldOperator, 18> kOldOperators = {{
    {"aten::div.Scalar", 4, "aten::div.Scalar(Tensor self, Scalar other) -> Tensor"},
    {"aten::div.Scalar_mode", 4, "aten::div.Scalar_mode(Tensor self, Scalar other, *, str? rounding_mode) -> Tensor"},
    {"aten::div.Tensor", 4, "aten::div.Tensor(Tensor self, Tensor other) -> Tensor"},
    {"aten::div.Tensor_mode", 4, "aten::div.Tensor_mode(Tensor self, Tensor other, *, str? rounding_mode) -> Tensor"},
    {"aten::div.out", 4, "aten::div.out(Tensor self, Tensor other, *, Tensor(a!) out) -> Tensor(a!)"},
    {"aten::div.out_mode", 4,
     "aten::div.out_mode(Tensor self, Tensor other, *, str? rounding_mode, Tensor(a!) out) -> Tensor(a!)"},
    {"aten::div_.Scalar", 4, "aten::div_.Scalar(Tensor(a!) self, Scalar other) -> Tensor(a!)"},
    {"aten::div_.Scalar_mode", 4,
     "aten::div_.Scalar_mode(Tensor(a!) self, Scalar other, *, str? rounding_mode) -> Tensor(a!)"},
    {"aten::div_.Tensor", 4, "aten::div_.Tensor(Tensor(a!) self, Tensor other) -> Tensor(a!)"},
    {"aten::div_.Tensor_mode", 4,
     "aten::div_.Tensor_mode(Tensor(a!) self, Tensor other, *, str? rounding_mode) -> Tensor(a!)"},
    {"aten::full", 5,
     "aten::full(int[] size, Scalar fill_value, *, ScalarType? dtype=None, Layout? layout=None, Device? device=None, "
     "bool? pin_memory=None) -> Tensor"},
    {"aten::full.out", 5, "aten::full.out(int[] size, Scalar fill_value, *, Tensor(a!) out) -> Tensor(a!)"},
    {"aten::gelu", 10, "aten::gelu(Tensor self) -> Tensor"},
    {"aten::gelu.out", 10, "aten::gelu.out(Tensor self, *, Tensor(a!) out) -> Tensor"},
    {"aten::linspace", 8,
     "aten::linspace(Scalar start, Scalar end, int? steps=None, *, ScalarType? dtype=None, Layout? layout=None, "
     "Device? device=None, bool? pin_memory=None) -> Tensor"},
    {"aten::linspace.out", 8,
     "aten::linspace.out(Scalar start, Scalar end, int? steps=None, *, Tensor(a!) out) -> Tensor(a!)"},
    {"aten::logspace", 9,
     "aten::logspace(Scalar start, Scalar end, int? steps=None, float base=10.0, *, ScalarType? dtype=None, "
     "Layout? layout=None, Device? device=None, bool? pin_memory=None) -> Tensor"},
    {"aten::logspace.out", 9,
     "aten::logspace.out(Scalar start, Scalar end, int? steps=None, float base=10.0, *, Tensor(a!) out) -> Tensor(a!)"},
}};

}  // namespace

std::vector<OldOperator> old_operators(int version) {
  std::vector<OldOperator> found;
  std::copy_if(kOldOperators.begin(), kOldOperators.end(), std::back_inserter(found),
               [version](const OldOperator& each) { return version < each.changed_in; });
  return found;
}

std::string_view old_schema_for(std::string_view full_name, int version) {
  const auto found = std::find_if(kOldOperators.begin(), kOldOperators.end(),
                                  [&](const OldOperator& each) { return each.full_name == full_name; });
  return found != kOldOperators.end() && version < found->changed_in ? found->schema : std::string_view();
}

std::vector<std::string_view> old_schemas_of(std::string_view name, int version) {
  std::vector<std::string_view> schemas;
  for (const OldOperator& each : kOldOperators) {
    const bool is_overload = each.full_name == name ||
                             (each.full_name.starts_with(name) && each.full_name.substr(name.size()).starts_with("."));
    if (is_overload && version < each.changed_in) schemas.push_back(each.schema);
  }
  return schemas;
}

}  // namespace flopaudit
