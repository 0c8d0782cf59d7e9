#include "tests/op_oracle/exceptions.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

namespace flopaudit {
namespace {

constexpr std::array kNoKernel = {
    "not implemented for '",       // "addmm_impl_cpu_" not implemented for 'Bool'
    "Could not run '",             // no kernel of the dispatcher
    "not supported on CPU",        // half in places
    "Unsupported dtype",           //
    "unsupported tensor layout",   // memory formats of mkldnn
    "DefaultCPUAllocator",         // more memory than the test allows
    "operator for privateuse1",    // of devices that are no part of LibTorch
};

constexpr std::array kValues = {
    "index out of range in self",  // embedding
    "is out of bounds for dimension",
    "index out of bounds",
    "not positive-definite",  // cholesky
    "Expected p_in >= 0 && p_in <= 1",  // bernoulli
};

const std::map<std::string, std::string>& not_asked() {
  static const std::map<std::string, std::string> kOps = {
      {"prim::DictConstruct", "LibTorch's interpreter builds it; no operator"},
      {"prim::ListConstruct", "LibTorch's interpreter builds it; no operator"},
      {"prim::TupleConstruct", "LibTorch's interpreter builds it; no operator"},
      {"aten::pow.int_to_int", "its schema says int, the operator gives a float"},
      {"prim::tolist", "its operator wants element type codes that only LibTorch's interpreter adds"},
      {"aten::quantized_gru_cell", "its packed weights are objects of fbgemm inside a tensor"},
      {"aten::quantized_lstm_cell", "its packed weights are objects of fbgemm inside a tensor"},
      {"aten::quantized_rnn_relu_cell", "its packed weights are objects of fbgemm inside a tensor"},
      {"aten::quantized_rnn_tanh_cell", "its packed weights are objects of fbgemm inside a tensor"},
      {"aten::warn", "LibTorch's interpreter does it; the operator only throws"},
  };
  return kOps;
}

const std::map<std::string, std::string>& unchecked() {
  static const std::map<std::string, std::string> kOps = {
      {"aten::Int.Scalar", "C++ leaves the cast of a float that no int holds undefined"},
      {"aten::Int.Tensor", "C++ leaves the cast of a float that no int holds undefined"},
      {"aten::Int.float", "C++ leaves the cast of a float that no int holds undefined"},
      {"aten::_cholesky_solve_helper", "the part behind the checks of cholesky_solve"},
      {"aten::_pdist_forward", "the part behind the checks of pdist"},
      {"aten::lstm.data", "oneDNN reads states and weights of the wrong size past their end"},
      {"aten::lstm.input", "oneDNN reads states and weights of the wrong size past their end"},
      {"aten::mkldnn_rnn_layer", "oneDNN reads weights of the wrong size past their end"},
      {"aten::native_batch_norm", "reads past the end of statistics that are too short"},
  };
  return kOps;
}

const std::set<std::string>& arbitrary() {
  static const std::set<std::string> kOps = {};
  return kOps;
}

template <typename Table>
bool contains_any(const Table& parts, const std::string& text) {
  return std::ranges::any_of(parts, [&](std::string_view part) { return text.find(part) != std::string::npos; });
}

std::optional<std::string> entry(const std::map<std::string, std::string>& table, const std::string& op) {
  const auto found = table.find(op);
  return found == table.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

bool lacks_kernel(const std::string& message) { return contains_any(kNoKernel, message); }
bool refuses_values(const std::string& message) { return contains_any(kValues, message); }
std::optional<std::string> why_not_asked(const std::string& op) { return entry(not_asked(), op); }
std::optional<std::string> why_not_asked_refused(const std::string& op) { return entry(unchecked(), op); }
bool has_arbitrary_elements(const std::string& op) { return arbitrary().contains(op); }

}  // namespace flopaudit
