#include "runtime/executor/compare_values.h"

#include <ATen/ATen.h>

#include <cstring>

#include "analyzer/frontend/libtorch/value_conversion.h"

namespace flopaudit {
namespace {

std::string tensor_difference(const at::Tensor& expected, const at::Tensor& actual, const std::string& path) {
  if (expected.defined() != actual.defined()) return path + ": one of the two is undefined";
  if (!expected.defined()) return "";
  const std::string expected_type = fact_of(expected, 0).to_string();
  const std::string actual_type = fact_of(actual, 0).to_string();
  if (expected_type != actual_type) return path + ": " + actual_type + " instead of " + expected_type;
  if (expected.layout() != at::kStrided || expected.is_quantized() || expected.is_nested()) {
    const at::Tensor dense_expected = expected.is_quantized() ? expected.int_repr() : expected.to_dense();
    const at::Tensor dense_actual = actual.is_quantized() ? actual.int_repr() : actual.to_dense();
    return tensor_difference(dense_expected, dense_actual, path);
  }
  const at::Tensor a = expected.resolve_conj().resolve_neg().contiguous();
  const at::Tensor b = actual.resolve_conj().resolve_neg().contiguous();
  if (a.nbytes() == 0 || std::memcmp(a.const_data_ptr(), b.const_data_ptr(), a.nbytes()) == 0) return "";
  const bool numbers = at::isFloatingType(a.scalar_type());
  const std::string size =
      numbers ? ", at most by " + std::to_string((a.to(at::kDouble) - b.to(at::kDouble)).abs().max().item<double>())
              : "";
  return path + ": elements of " + actual_type + " differ" + size;
}

template <typename Elements>
std::string elements_difference(const Elements& expected, const Elements& actual, const std::string& path) {
  if (expected.size() != actual.size()) {
    return path + ": " + std::to_string(actual.size()) + " elements instead of " + std::to_string(expected.size());
  }
  for (std::size_t i = 0; i < expected.size(); ++i) {
    std::string difference = first_difference(expected[i], actual[i], path + "." + std::to_string(i));
    if (!difference.empty()) return difference;
  }
  return "";
}

std::string dict_difference(const c10::IValue& expected, const c10::IValue& actual, const std::string& path) {
  const auto expected_dict = expected.toGenericDict();
  const auto actual_dict = actual.toGenericDict();
  if (expected_dict.size() != actual_dict.size()) return path + ": another number of keys";
  for (const auto& item : expected_dict) {
    const auto found = actual_dict.find(item.key());
    const std::string key = path + "[" + fact_of(item.key(), 0).to_string() + "]";
    if (found == actual_dict.end()) return key + " is missing";
    std::string difference = first_difference(item.value(), found->value(), key);
    if (!difference.empty()) return difference;
  }
  return "";
}

}  // namespace

std::string first_difference(const c10::IValue& expected, const c10::IValue& actual, const std::string& path) {
  if (expected.tagKind() != actual.tagKind())
    return path + ": " + actual.tagKind() + " instead of " + expected.tagKind();
  if (expected.isTensor()) return tensor_difference(expected.toTensor(), actual.toTensor(), path);
  if (expected.isTuple()) {
    return elements_difference(expected.toTupleRef().elements().vec(), actual.toTupleRef().elements().vec(), path);
  }
  if (expected.isList()) return elements_difference(expected.toListRef().vec(), actual.toListRef().vec(), path);
  if (expected.isGenericDict()) return dict_difference(expected, actual, path);
  if (expected.isObject() && !expected.isCustomClass()) {
    return elements_difference(expected.toObject()->slots(), actual.toObject()->slots(), path);
  }
  if (expected.isEnum()) {
    const std::string member = expected.toEnumHolder()->qualifiedClassName() + "." + expected.toEnumHolder()->name();
    const std::string other = actual.toEnumHolder()->qualifiedClassName() + "." + actual.toEnumHolder()->name();
    return member == other ? "" : path + ": " + other + " instead of " + member;
  }
  const Fact expected_fact = fact_of(expected, 0);
  const Fact actual_fact = fact_of(actual, 0);
  return expected_fact == actual_fact
             ? ""
             : path + ": " + actual_fact.to_string() + " instead of " + expected_fact.to_string();
}

}  // namespace flopaudit
