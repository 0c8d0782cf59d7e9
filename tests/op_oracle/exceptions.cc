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
    "Cannot access accelerator device",              // pin_memory
    "Inference tensors do not track version counter",  // _version
    "Unsupported dtype",           //
    "unsupported tensor layout",   // memory formats of mkldnn
    "DefaultCPUAllocator",         // more memory than the test allows
    "operator for privateuse1",    // of devices that are no part of LibTorch
    "not implemented. This is an operator for privateuse1",
    "not implemented. You are likely triggering this",  // convolution_overrideable
    "is no longer supported. Please re-export",         // the quantized RNNs of old files
    "Expected temporary cpp type wrapper",              // weights packed by another library
};

constexpr std::array kValues = {
    "index out of range in self",  // embedding
    "is out of bounds for dimension",
    "index out of bounds",
    "not positive-definite",  // cholesky
    "Length of all samples has to be greater than 0",  // of packed sequences
    "probability tensor contains either",              // multinomial, of normal numbers
    "invalid multinomial distribution",
    "normal expects all elements of std >= 0.0",
    "invalid Poisson rate",
    "pivots passed to lu_unpack",
    "Did you properly pass the result of l",            // pivots of lu_solve and ldl_solve
    "The diagonal element",                             // of a singular matrix
    "list.remove(x): x not in list",
    "all elements of input should be between 0 and 1",  // binary_cross_entropy
    "quantile() q values must be in the range [0, 1]",
    "Expected p_in >= 0 && p_in <= 1",           // bernoulli
    "ZeroDivisionError",                         // of integers
    "value cannot be converted to type",         // -1.5 as u8, a complex element as float
    "vector::reserve",                           // a list times -1, which Python has empty
    "basic_string::substr",                      // a start behind the end of a string
    "arguments for format string",               // percentFormat
    "device type at start of device string",     // a name of no device
    "pivots passed to lu_unpack",                // of elements that no factorization made
    "Pivots given to",                           // lu_solve, ldl_solve
    "the input matrix is singular",
    "all elements of input should be between 0 and 1",  // binary_cross_entropy of normal numbers
    "list.remove(x): x not in list",
    "Inference tensors do not track version counter",
    "Cannot access accelerator device",          // pin_memory
    "INTERNAL ASSERT FAILED",                    // a bug of LibTorch's own
};

const std::map<std::string, std::string>& not_asked() {
  static const std::map<std::string, std::string> kOps = {
      {"prim::DictConstruct", "LibTorch's interpreter builds it; no operator"},
      {"prim::ListConstruct", "LibTorch's interpreter builds it; no operator"},
      {"prim::TupleConstruct", "LibTorch's interpreter builds it; no operator"},
      {"aten::grad", "its operands must have come out of a computation that is recorded"},
      {"aten::pow.int_to_int", "its schema says int, the operator gives a float"},
      {"prim::tolist", "its operator wants element type codes that only LibTorch's interpreter adds"},
      {"aten::quantized_gru_cell", "its packed weights are objects of fbgemm inside a tensor"},
      {"aten::quantized_lstm_cell", "its packed weights are objects of fbgemm inside a tensor"},
      {"aten::quantized_rnn_relu_cell", "its packed weights are objects of fbgemm inside a tensor"},
      {"aten::quantized_rnn_tanh_cell", "its packed weights are objects of fbgemm inside a tensor"},
      {"aten::arange.out", "keeps the shape of an out tensor that has as many elements already"},
      {"aten::to.prim_dtype", "takes its flag `copy` for a dtype"},
      {"aten::to.prim_other", "takes its flag `copy` for a dtype"},
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
      {"aten::remainder", "an integer remainder by zero ends the process"},
      {"aten::remainder.int", "an integer remainder by zero ends the process"},
      {"aten::bilinear", "does not look at the rank of its weight"},
      {"aten::scaled_dot_product_attention", "some of its kernels read other sizes than they were given"},
      {"aten::lstm.input", "oneDNN takes weights and states of other sizes without a look"},
      {"aten::mkldnn_rnn_layer", "oneDNN takes weights and states of other sizes without a look"},
      {"aten::native_batch_norm", "reads past the end of statistics that are too short"},
  };
  return kOps;
}

const std::set<std::string>& arbitrary() {
  static const std::set<std::string> kOps = {};
  return kOps;
}

const std::set<std::string>& held_to_draws() {
  static const std::set<std::string> kFamilies = {
      "attention_packed", "comparison", "copies", "dicts",   "elementwise", "factories",
      "indexing",         "lists",      "prims",  "scalars", "strings",     "tensor_queries",
  };
  return kFamilies;
}

// Open: their rules accept operands that LibTorch refuses, mostly dtypes and attribute values. Whoever mends a rule takes
// its row out of here.
const std::set<std::string>& too_lenient() {
  static const std::set<std::string> kOps = {
#include "tests/op_oracle/open_refusals.inc"
  };
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
bool is_held_to_draws(const std::string& family) { return held_to_draws().contains(family); }
bool accepts_too_much(const std::string& op) { return too_lenient().contains(op); }
bool has_arbitrary_elements(const std::string& op) { return arbitrary().contains(op); }

}  // namespace flopaudit
