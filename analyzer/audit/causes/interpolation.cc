// Interpolation in the words of files before 1.5: the kernels of today's ops.
#include "analyzer/ops/interpolation.h"

#include "analyzer/audit/causes/parts.h"

namespace flopaudit {
namespace {

// Factors that are not to be computed anew from the sizes are the op's own: one number for all dims, or a list.
bool takes_factors(const Facts& inputs) {
  return inputs.size() > 5 && bool_at_place(inputs, 5) == false && !is_none_at(inputs, 2);
}

void set_factors(const Facts& inputs, Facts& arguments, Explanation& out) {
  const std::size_t spatial = arguments[0].tensor()->dims->size() - 2;
  if (arguments.size() < 2 + spatial) return;  // averages take none
  const auto* list = inputs[2].get<ListFact>();
  if (list != nullptr && (!list->elements || (*list->elements)->size() < spatial))
    return out.refuse("a scale factor is not known");
  for (std::size_t dim = 0; dim < spatial; ++dim) {
    const Fact& factor = list != nullptr ? (**list->elements)[dim] : inputs[2];
    arguments[arguments.size() - spatial + dim] = factor;
  }
}

void explain_interpolation(const KernelCall& call, Explanation& out) {
  auto asked = interpolation_request(call.op, call.inputs);
  if (!asked) return out.refuse("it is not known what it interpolates");
  if (takes_factors(call.inputs)) set_factors(call.inputs, asked->arguments, out);
  explain_as(asked->op->name, asked->arguments, call.strides, call, out);
}

constexpr KernelModel kModels[] = {
    {"aten::__interpolate", explain_interpolation, Layout::any},
    {"aten::__interpolate.scale_list", explain_interpolation, Layout::any},
    {"aten::__interpolate.size_list", explain_interpolation, Layout::any},
    {"aten::__interpolate.size_list_scale_list", explain_interpolation, Layout::any},
    {"aten::__upsample", explain_interpolation, Layout::any},
    {"aten::__upsample.size_list", explain_interpolation, Layout::any},
    {"aten::__upsample_bilinear", explain_interpolation, Layout::any},
    {"aten::__upsample_bilinear.scale_list", explain_interpolation, Layout::any},
    {"aten::__upsample_bilinear.size_list", explain_interpolation, Layout::any},
    {"aten::__upsample_bilinear.size_list_scale_list", explain_interpolation, Layout::any},
    {"aten::__upsample_nearest", explain_interpolation, Layout::any},
    {"aten::__upsample_nearest.size_list", explain_interpolation, Layout::any},
};

}  // namespace

std::span<const KernelModel> interpolation_models() { return kModels; }

}  // namespace flopaudit
