// How the operand of a Fourier transform lies in memory when MKL gets it: cut or padded, and its points moved together
// where what is transformed beside them is no one dim.
#pragma once

#include <optional>

#include "analyzer/audit/causes/kernel_model.h"

namespace flopaudit {

struct LaidOut {
  Sizes sizes, strides;
};

// The first operand, cut or padded to `sizes`; nothing, and `out` refused, where that is not known.
std::optional<LaidOut> laid_out_operand(const KernelCall& call, const Sizes& sizes, Explanation& out);
// Whether what lies beside some dims is one dim in memory: then these are transformed where they are.
bool is_one_dim_beside(const LaidOut& operand, const std::vector<std::size_t>& dims);
// Whether the points of one dim lie apart where they are transformed.
bool lie_apart(const LaidOut& operand, std::size_t dim);
// The result of a transform along a dim, which has so many points afterwards.
LaidOut transformed(const LaidOut& operand, std::size_t dim, std::int64_t points);

// The same of the first operand of a transform along one dim.
std::optional<bool> lie_apart(const KernelCall& call, std::size_t dim, std::int64_t points, Explanation& out);

}  // namespace flopaudit
