// Products beyond mm and matmul. mac where LibTorch contracts: tensordot, inner, vdot, chains of matrices (in the order
// that needs the fewest macs, which LibTorch looks for as well) and powers. kron is mul;
// linalg_vecdot of more than one dim is a product and a sum, as LibTorch computes it.
// matrix_power is repeated squaring; of a negative exponent the inverse first. matrix_exp is the Taylor polynomial of
// degree 18 in its 5 matrix products (Bader, Blanes, Casas 2019), without the squarings that depend on the values.
#include <algorithm>
#include <bit>

#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/elementwise_helpers.h"
#include "analyzer/ops/linalg_helpers.h"
#include "analyzer/ops/matmul_helpers.h"
#include "analyzer/ops/shape_helpers.h"

namespace flopaudit {
namespace {

// --- tensordot(self, other, dims_self, dims_other) ---

struct Contracted {
  Dims result;
  std::vector<std::pair<Dim, Dim>> pairs;  // sizes of the dims that are summed; 1 stretches
  std::optional<DType> dtype;
};

RuleResult<std::vector<std::size_t>> listed_dims(const Facts& inputs, std::size_t index, std::size_t rank) {
  FA_RULE(const std::vector<std::int64_t> entries, constants_at(inputs, index));
  std::vector<std::size_t> dims;
  for (const std::int64_t entry : entries) {
    FA_RULE(const std::size_t dim, wrap_dim(entry, rank));
    if (std::find(dims.begin(), dims.end(), dim) != dims.end()) {
      return misfit("dim " + std::to_string(dim) + " is named twice");
    }
    dims.push_back(dim);
  }
  return dims;
}

RuleResult<Contracted> tensordot_of(const Facts& inputs) {
  Contracted c;
  FA_RULE(c.dtype, same_dtype(inputs, 0, 1));
  FA_RULE(const Dims left, dims_at(inputs, 0));
  FA_RULE(const Dims right, dims_at(inputs, 1));
  FA_RULE(const std::vector<std::size_t> left_dims, listed_dims(inputs, 2, left.size()));
  FA_RULE(const std::vector<std::size_t> right_dims, listed_dims(inputs, 3, right.size()));
  if ((left.empty() && !left_dims.empty()) || (right.empty() && !right_dims.empty())) {
    return misfit("a 0-dim tensor has no dims to contract: " + shapes_text(inputs, {0, 1}));
  }
  if (left_dims.size() != right_dims.size()) return misfit("as many dims of both operands are contracted");
  for (std::size_t i = 0; i < left_dims.size(); ++i) {
    const Dim& a = left[left_dims[i]];
    const Dim& b = right[right_dims[i]];
    if (!broadcast({a}, {b})) {
      return misfit("the contracted sizes differ: " + a->to_string() + " and " + b->to_string() + ": " +
                    shapes_text(inputs, {0, 1}));
    }
    c.pairs.emplace_back(a, b);
  }
  const auto keep = [&](const Dims& dims, const std::vector<std::size_t>& gone) {
    for (std::size_t i = 0; i < dims.size(); ++i) {
      if (std::find(gone.begin(), gone.end(), i) == gone.end()) c.result.push_back(dims[i]);
    }
  };
  keep(left, left_dims);
  keep(right, right_dims);
  return c;
}

RuleResult<Facts> shape_of_tensordot(const Facts& inputs) {
  FA_RULE(const Contracted c, tensordot_of(inputs));
  return one(tensor_fact(c.dtype, c.result));
}

// A dim that the other operand has with size 1 is summed before the product.
RuleResult<Work> work_of_tensordot(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Contracted c, tensordot_of(inputs));
  FA_RULE(const Expr left, elements_at(inputs, 0));
  FA_RULE(const Expr right, elements_at(inputs, 1));
  FA_RULE(const Expr result, elements_at(outputs, 0));
  Expr inner = 1, only_left = 1, only_right = 1;
  for (const auto& [a, b] : c.pairs) {
    if (*a == *b)
      inner *= *a;
    else
      (*b == Expr(1) ? only_left : only_right) *= *b == Expr(1) ? *a : *b;
  }
  WorkCounter counter(inputs, outputs);
  const auto presum = [&](const Expr& elements, const Expr& along) {
    if (!(along == Expr(1))) counter.count(WorkClass::add, reduction_steps(elements, floor_div(elements, along)));
  };
  presum(left, only_left);
  presum(right, only_right);
  return counter.count(c.pairs.empty() ? WorkClass::mul : WorkClass::mac, result * inner).work();
}

// --- chains of matrices ---

constexpr std::size_t kMaxChain = 128;

struct Chain {
  Dims sizes;                        // matrix i is sizes[i] by sizes[i+1]
  bool row = false, column = false;  // the first or last is a vector
  std::optional<DType> dtype;
};

template <bool vectors_allowed>
RuleResult<Chain> chain_of(const Facts& inputs) {
  FA_RULE(const Facts matrices, list_at(inputs, 0));
  if (matrices.size() < (vectors_allowed ? 2U : 1U)) return misfit("a chain of too few matrices");
  Chain chain;
  for (std::size_t i = 0; i < matrices.size(); ++i) {
    FA_RULE(Dims dims, dims_at(matrices, i));
    if (i > 0) {
      FA_RULE(chain.dtype, same_dtype(matrices, i - 1, i));
    } else {
      chain.dtype = matrices[0].tensor()->dtype;
    }
    const bool end = vectors_allowed && (i == 0 || i + 1 == matrices.size());
    if (end && dims.size() == 1) {
      (i == 0 ? chain.row : chain.column) = true;
      dims.insert(i == 0 ? dims.begin() : dims.end(), Dim(Expr(1)));
    }
    if (dims.size() != 2) {
      return misfit("matrix " + std::to_string(i + 1) + " of the chain is " + matrices[i].to_string());
    }
    if (i == 0) {
      chain.sizes = dims;
      continue;
    }
    const std::optional<Dim> inner = same_dim(chain.sizes.back(), dims[0]);
    if (!inner) {
      return misfit("matrices " + std::to_string(i) + " and " + std::to_string(i + 1) +
                    " of the chain do not fit: " + shapes_text(matrices, {i - 1, i}));
    }
    chain.sizes.back() = *inner;
    chain.sizes.push_back(dims[1]);
  }
  return chain;
}

template <bool vectors_allowed>
RuleResult<Facts> shape_of_chain(const Facts& inputs) {
  FA_RULE(const Chain chain, chain_of<vectors_allowed>(inputs));
  Dims dims;
  if (!chain.row) dims.push_back(chain.sizes.front());
  if (!chain.column) dims.push_back(chain.sizes.back());
  return one(tensor_fact(chain.dtype, dims));
}

// The fewest macs over all orders: best(i, j) = min over k of best(i, k) + best(k+1, j) + the last product.
template <bool vectors_allowed>
RuleResult<Work> work_of_chain(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Chain chain, chain_of<vectors_allowed>(inputs));
  const std::size_t count = chain.sizes.size() - 1;
  if (count > kMaxChain) return missing("a chain of more than " + std::to_string(kMaxChain) + " matrices");
  for (const Dim& size : chain.sizes) {
    if (!size) return missing("a size of the chain is unknown");
  }
  std::vector<std::vector<Expr>> best(count, std::vector<Expr>(count));
  for (std::size_t length = 2; length <= count; ++length) {
    for (std::size_t i = 0; i + length <= count; ++i) {
      const std::size_t j = i + length - 1;
      for (std::size_t k = i; k < j; ++k) {
        const Expr macs = best[i][k] + best[k + 1][j] + *chain.sizes[i] * *chain.sizes[k + 1] * *chain.sizes[j + 1];
        best[i][j] = k == i ? macs : min(best[i][j], macs);
      }
    }
  }
  return WorkCounter(inputs, outputs).count(WorkClass::mac, best[0][count - 1]).work();
}

// --- kron, inner, vdot, vecdot ---

RuleResult<Facts> shape_of_kron(const Facts& inputs) {
  FA_RULE(Dims left, dims_at(inputs, 0));
  FA_RULE(Dims right, dims_at(inputs, 1));
  const std::size_t rank = std::max(left.size(), right.size());
  left.insert(left.begin(), rank - left.size(), Dim(Expr(1)));
  right.insert(right.begin(), rank - right.size(), Dim(Expr(1)));
  for (std::size_t i = 0; i < rank; ++i) {
    left[i] = lift([](const Expr& a, const Expr& b) { return a * b; }, left[i], right[i]);
  }
  return one(tensor_fact(result_dtype({&inputs[0], &inputs[1]}), left));
}

// Of a 0-dim tensor a product that stretches; else the last dims are summed.
RuleResult<Facts> shape_of_inner(const Facts& inputs) {
  FA_RULE(Dims left, dims_at(inputs, 0));
  FA_RULE(const Dims right, dims_at(inputs, 1));
  if (left.empty() || right.empty()) {
    return one(tensor_fact(result_dtype({&inputs[0], &inputs[1]}), left.empty() ? right : left));
  }
  FA_RULE(const std::optional<DType> dtype, same_dtype(inputs, 0, 1));
  FA_REFUSE(check_inner(inputs, 0, left.back(), 1, right.back()));
  left.pop_back();
  left.insert(left.end(), right.begin(), right.end() - 1);
  return one(tensor_fact(dtype, left));
}

RuleResult<Work> work_of_inner(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const std::vector<Expr> left, known_dims_at(inputs, 0));
  FA_RULE(const std::vector<Expr> right, known_dims_at(inputs, 1));
  FA_RULE(const Expr elements, elements_at(outputs, 0));
  WorkCounter counter(inputs, outputs);
  if (left.empty() || right.empty()) return counter.count(WorkClass::mul, elements).work();
  return counter.count(WorkClass::mac, elements * left.back()).work();
}

RuleResult<Facts> shape_of_vdot(const Facts& inputs) {
  FA_RULE(const std::optional<DType> dtype, same_dtype(inputs, 0, 1));
  FA_RULE(const Dims left, dims_of_rank(inputs, 0, 1));
  FA_RULE(const Dims right, dims_of_rank(inputs, 1, 1));
  FA_REFUSE(check_inner(inputs, 0, left[0], 1, right[0]));
  return one(tensor_fact(dtype, {}));
}

RuleResult<Work> work_of_vdot(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Expr elements, elements_at(inputs, 0));
  return WorkCounter(inputs, outputs).count(WorkClass::mac, elements).work();
}

// linalg_vecdot(x, y, dim)
RuleResult<Facts> shape_of_vecdot(const Facts& inputs) {
  FA_RULE(const std::optional<DType> dtype, same_dtype(inputs, 0, 1));
  if (dtype && is_integral(*dtype)) {
    return misfit("vecdot is of floating and complex dtypes: " + shapes_text(inputs, {0, 1}));
  }
  FA_RULE(Dims dims, stretched(inputs));
  const auto is_vector = [&](std::size_t place) { return inputs[place].tensor()->dims->size() == 1; };
  if (is_vector(0) && is_vector(1) && !same_dim(inputs[0].tensor()->dims->front(), inputs[1].tensor()->dims->front())) {
    return misfit("two vectors are not stretched: " + shapes_text(inputs, {0, 1}));
  }
  if (is_vector(0) && is_vector(1)) return one(tensor_fact(dtype, {}));  // whatever the dim
  FA_RULE(const std::size_t dim, dim_at(inputs, 2, dims.size()));
  if (!dims.empty()) dims.erase(dims.begin() + static_cast<std::ptrdiff_t>(dim));
  return one(tensor_fact(dtype, dims));
}

RuleResult<Work> work_of_vecdot(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Dims dims, stretched(inputs));
  FA_RULE(const Expr result, elements_at(outputs, 0));
  const std::optional<Expr> elements = product(dims);
  if (!elements) return missing("the size of the operands is unknown");
  WorkCounter counter(inputs, outputs);
  const bool plain_dot = inputs[0].tensor()->dims->size() == 1 && inputs[1].tensor()->dims->size() == 1;
  if (plain_dot) return counter.count(WorkClass::mac, *elements).work();
  return counter.count(WorkClass::mul, *elements).count(WorkClass::add, reduction_steps(*elements, result)).work();
}

// --- powers and the exponential of matrices ---

RuleResult<Facts> shape_of_square(const Facts& inputs) {
  FA_RULE(const Dims dims, dims_at(inputs, 0));
  if (dims.size() < 2 || !same_dim(dims[dims.size() - 2], dims.back())) {
    return misfit("the matrices should be square: " + inputs[0].to_string());
  }
  return one(tensor_fact(inputs[0].tensor()->dtype, dims));
}

RuleResult<Facts> shape_of_power(const Facts& inputs) {
  FA_RULE(const std::int64_t exponent, constant_at(inputs, 1));
  if (exponent >= 0) return shape_of_square(inputs);
  if (const auto invertible = square_matrices_at(inputs, 0); !invertible) return invertible.failure();
  return shape_of_square(inputs);
}

RuleResult<Work> work_of_power(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const MatrixSizes a, matrix_sizes_at(inputs, 0));
  FA_RULE(const std::int64_t exponent, constant_at(inputs, 1));
  const auto bits = static_cast<std::uint64_t>(exponent);
  const std::uint64_t power = exponent < 0 ? 0 - bits : bits;
  WorkCounter counter(inputs, outputs);
  AlgorithmCounter algorithm(counter, a.times, a.dtype);
  if (exponent < 0) algorithm.inverse(a.rows);
  if (power > 1) {
    const std::int64_t products = std::bit_width(power) + std::popcount(power) - 2;
    algorithm.count(WorkClass::mac, Expr(products) * a.rows * a.rows * a.rows);
  }
  return counter.work();
}

RuleResult<Facts> shape_of_exponential(const Facts& inputs) {
  FA_RULE(const TensorFact* matrix, tensor_at(inputs, 0));
  if (matrix->dtype && is_integral(*matrix->dtype)) {
    return misfit("the exponential is of floating and complex matrices: " + inputs[0].to_string());
  }
  return shape_of_square(inputs);
}

RuleResult<Work> work_of_exponential(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const MatrixSizes a, matrix_sizes_at(inputs, 0));
  const Expr macs = a.times * a.rows * a.rows * a.rows * Expr(5);
  return WorkCounter(inputs, outputs).count(WorkClass::mac, macs).work();
}

constexpr char kChainText[] = "mac = the fewest over all orders of M*K*N each";
constexpr char kPowerText[] = "mac = n^3*(bits + ones - 2) of the exponent; negative: the inverse too";

// n rows and columns, e elements in, o out, K summed
// clang-format off
constexpr OpSpec kRows[] = {
    // name                       shape rule             work rule             formula
    {"aten::chain_matmul",        shape_of_chain<false>, work_of_chain<false>, kChainText},
    {"aten::inner",               shape_of_inner,        work_of_inner,        "mac = o*K; of a 0-dim operand mul = o"},
    {"aten::kron",                shape_of_kron,         per_output<WorkClass::mul>, "mul = o"},
    {"aten::linalg_matrix_exp",   shape_of_exponential,  work_of_exponential,  "mac = 5*n^3"},
    {"aten::linalg_matrix_power", shape_of_power,        work_of_power,        kPowerText},
    {"aten::linalg_multi_dot",    shape_of_chain<true>,  work_of_chain<true>,  kChainText},
    {"aten::linalg_vecdot",       shape_of_vecdot,       work_of_vecdot,       "1 dim: mac = e; else mul = e, add = e - o"},
    {"aten::matrix_exp",          shape_of_exponential,  work_of_exponential,  "mac = 5*n^3"},
    {"aten::matrix_power",        shape_of_power,        work_of_power,        kPowerText},
    {"aten::tensordot",           shape_of_tensordot,    work_of_tensordot,    "mac = o*K; no dim summed: mul = o"},
    {"aten::vdot",                shape_of_vdot,         work_of_vdot,         "mac = K"},
};
// clang-format on

}  // namespace

std::span<const OpSpec> tensor_product_ops() { return kRows; }

}  // namespace flopaudit
