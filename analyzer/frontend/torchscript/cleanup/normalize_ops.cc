// normalize-ops: an operator that is another name for one gets that one's name; `rsub` of tensors becomes `sub` with
// its operands exchanged; identity of booleans becomes equality.
//
//   %y: Tensor = aten::true_divide.Tensor(%a, %b)   =>   %y: Tensor = aten::div.Tensor(%a, %b)
#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "analyzer/frontend/torchscript/cleanup/scope.h"

namespace flopaudit::cleanup {
namespace {

struct Alias {
  std::string_view alias, op;  // without "aten::"; the overload stays, unless a row of kOverloads says otherwise
};

// Sorted.
constexpr std::array<Alias, 78> kAliases = {{
    {"absolute", "abs"},
    {"absolute_", "abs_"},
    {"adjoint", "mH"},
    {"arccos", "acos"},
    {"arccos_", "acos_"},
    {"arccosh", "acosh"},
    {"arccosh_", "acosh_"},
    {"arcsin", "asin"},
    {"arcsin_", "asin_"},
    {"arcsinh", "asinh"},
    {"arcsinh_", "asinh_"},
    {"arctan", "atan"},
    {"arctan2", "atan2"},
    {"arctan2_", "atan2_"},
    {"arctan_", "atan_"},
    {"arctanh", "atanh"},
    {"arctanh_", "atanh_"},
    {"clip", "clamp"},
    {"clip_", "clamp_"},
    {"concat", "cat"},
    {"concatenate", "cat"},
    {"det", "linalg_det"},
    {"divide", "div"},
    {"divide_", "div_"},
    {"fix", "trunc"},
    {"fix_", "trunc_"},
    {"ger", "outer"},
    {"greater", "gt"},
    {"greater_", "gt_"},
    {"greater_equal", "ge"},
    {"greater_equal_", "ge_"},
    {"inverse", "linalg_inv"},
    {"less", "lt"},
    {"less_", "lt_"},
    {"less_equal", "le"},
    {"less_equal_", "le_"},
    {"linalg_matmul", "matmul"},
    {"matrix_exp", "linalg_matrix_exp"},
    {"matrix_power", "linalg_matrix_power"},
    {"moveaxis", "movedim"},
    {"multiply", "mul"},
    {"multiply_", "mul_"},
    {"negative", "neg"},
    {"negative_", "neg_"},
    {"not_equal", "ne"},
    {"not_equal_", "ne_"},
    {"orgqr", "linalg_householder_product"},
    {"row_stack", "vstack"},
    {"special_digamma", "digamma"},
    {"special_erf", "erf"},
    {"special_erfc", "erfc"},
    {"special_erfinv", "erfinv"},
    {"special_exp2", "exp2"},
    {"special_expit", "sigmoid"},
    {"special_expm1", "expm1"},
    {"special_gammainc", "igamma"},
    {"special_gammaincc", "igammac"},
    {"special_gammaln", "lgamma"},
    {"special_i0", "i0"},
    {"special_log1p", "log1p"},
    {"special_log_softmax", "log_softmax"},
    {"special_logit", "logit"},
    {"special_logsumexp", "logsumexp"},
    {"special_multigammaln", "mvlgamma"},
    {"special_polygamma", "polygamma"},
    {"special_psi", "digamma"},
    {"special_round", "round"},
    {"special_sinc", "sinc"},
    {"special_softmax", "softmax"},
    {"special_xlogy", "xlogy"},
    {"subtract", "sub"},
    {"subtract_", "sub_"},
    {"swapaxes", "transpose"},
    {"swapaxes_", "transpose_"},
    {"swapdims", "transpose"},
    {"swapdims_", "transpose_"},
    {"true_divide", "div"},
    {"true_divide_", "div_"},
}};

struct OverloadRow {
  std::string_view alias, overload, becomes;
};

// Where the overloads of the two have different names.
constexpr std::array<OverloadRow, 12> kOverloads = {{
    {"special_log_softmax", "", "int"},
    {"special_round", "", "decimals"},
    {"special_round", "out", "decimals_out"},
    {"special_softmax", "", "int"},
    {"special_xlogy", "", "Tensor"},
    {"special_xlogy", "other_scalar", "Scalar_Other"},
    {"special_xlogy", "other_scalar_out", "OutScalar_Other"},
    {"special_xlogy", "out", "OutTensor"},
    {"special_xlogy", "self_scalar", "Scalar_Self"},
    {"special_xlogy", "self_scalar_out", "OutScalar_Self"},
    {"swapaxes", "", "int"},
    {"swapdims", "", "int"},
}};

void rename(Node& node, std::string_view op) {
  const std::string_view alias = std::string_view(node.op.name).substr(6);
  for (const OverloadRow& row : kOverloads) {
    if (row.alias == alias && row.overload == node.op.overload) {
      node.op.overload = row.becomes;
      break;
    }
  }
  node.op.name = "aten::" + std::string(op);
}

bool is_bool(const Value* value) { return value->type.kind == Type::Kind::boolean; }

void normalize(Node& node) {
  if (!node.op.is_aten()) return;
  const std::string_view name = std::string_view(node.op.name).substr(6);
  if (name == "rsub" && node.op.overload == "Tensor" && node.operands.size() >= 2) {
    std::swap(node.operands[0], node.operands[1]);
    node.op.name = "aten::sub";
    return;
  }
  if ((name == "__is__" || name == "__isnot__") && node.operands.size() == 2 && is_bool(node.operands[0]) &&
      is_bool(node.operands[1])) {
    node.op = {name == "__is__" ? "aten::eq" : "aten::ne", "bool"};
    return;
  }
  const auto found = std::lower_bound(kAliases.begin(), kAliases.end(), name,
                                      [](const Alias& row, std::string_view word) { return row.alias < word; });
  if (found != kAliases.end() && found->alias == name) rename(node, found->op);
}

}  // namespace

void normalize_ops(const Scope& scope) { for_each_node_of_scope(scope.top, normalize); }

}  // namespace flopaudit::cleanup
