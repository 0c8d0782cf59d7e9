// Which ops make results that lie in memory in which way: what `Layouts` follows. Full names.
#pragma once

#include <set>
#include <string>

namespace flopaudit::layout_ops {

extern const std::set<std::string> kSame;
// To another type or device: nothing, where the tensor is of that already and no copy is asked for.
extern const std::set<std::string> kConversions;
// A new tensor that lies as the operand, where that has no gaps.
extern const std::set<std::string> kCopies;
extern const std::set<std::string> kReshapes;
// LAPACK's, whose first result lies by columns where it is a matrix, however the operands lie.
extern const std::set<std::string> kByColumns;
// Fourier transforms, whose dims lie innermost in the result: layout_of_transforms.h.
extern const std::set<std::string> kTransforms;
// Made anew, row by row, however the operands lie.
extern const std::set<std::string> kRowMajor;
// Element by element: the result lies as the first operand of its size does.
extern const std::set<std::string> kElementwise;
// Maps of channels: the result is in the order of the operand.
extern const std::set<std::string> kPerChannel;
extern const std::set<std::string> kRecurrent;
// A list of slices along one dim, each with the strides of the whole.
extern const std::set<std::string> kPartings;
extern const std::set<std::string> kConvolutions;
extern const std::set<std::string> kQuantizedConvolutions;
// What does not lie row by row although all that it is made of does, or is not known to: LAPACK's matrices lie column
// by column, a transform's dims as its plan has them, operators of others as they like.
bool lies_its_own_way(const std::string& op);
// Results that are parts of an operand, larger than it, or have its dims in another order, without a copy.
bool is_view(const std::string& op);

}  // namespace flopaudit::layout_ops
