// Forms of an op that have no rows: what they do follows from the row of the functional form, which is found by schema.
// `aten::pow_.Scalar` is derived from `aten::pow.Tensor_Scalar`, because their arguments are the same but for
// the mark of what is written; `aten::sum.IntList_out` from `aten::sum.dim_IntList`, whose arguments are those in front
// of `out`.
//
// - In-place: dims and dtype of the first operand, which must have the shape of the functional result and a dtype that
//   it can be cast to; the in-place form of a view gives its operand the dims of the view.
// - out=: dims of the functional result (LibTorch resizes), dtype of the out tensor: that of the result, or where the
//   op casts (out_dtypes.h) one to which it can be cast.
// - A second name of an op (synonyms.h): the same rules.
// - The `_copy` form of a view: its shape, and a copy.
// - Work: that of the functional form in the dtype of its result, and a `convert` per element where another is written.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "analyzer/ops/op_spec.h"

namespace flopaudit {

struct DerivedForm {
  enum class Kind { in_place, out, synonym, copy };
  Kind kind;
  const OpSpec* base;  // a row, or the synonym or copy form of one
  // For each argument of the base the position of the form's own; or one of these.
  static constexpr int kNone = -1, kDtypeOfOut = -2;
  int dtype = kNone;  // of an out= form: the base's argument that is the dtype of the out tensor where it is None
  std::vector<int> places;
  std::size_t first_out = 0;   // of an out= form: the position of its first out tensor
  bool casts = true;           // of an out= form: it takes an out tensor of another dtype than the result's
  bool changes_shape = false;  // of an in-place form: `t_`, `squeeze_`
};

// Its row and the text that it points to. Null: the schema is no such form, or no functional form of it is known
// (`known`: full name -> row, derived or not, or null).
struct DerivedOp {
  std::string name;
  DerivedForm form;
  OpSpec spec;
};
std::unique_ptr<DerivedOp> derive_op(std::string_view full_name, const OpSpec* (*known)(std::string_view));

// The operands of the base, in its order, of a call of the form.
Facts base_inputs(const DerivedForm& form, const Facts& inputs);

RuleResult<Facts> shape_of_derived(const DerivedForm& form, const Facts& inputs);
RuleResult<Work> work_of_derived(const DerivedForm& form, const Facts& inputs, const Facts& outputs);
RuleResult<Work> least_work_of_derived(const DerivedForm& form, const Facts& inputs, const Facts& outputs);

}  // namespace flopaudit
