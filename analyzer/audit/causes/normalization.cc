// batch_norm with running statistics: one scale and shift a channel, then a mul and an add over vectors of 256 bits.
#include "analyzer/audit/causes/kernel_model.h"

namespace flopaudit {
namespace {

constexpr CauseInfo kCauses[] = {
    {"padded lanes",
     "Each channel's map is done in vectors of 256 bits, the last one whole; maps of one element go by channel.",
     "aten::batch_norm in eval mode", "standard", "N*C*(pad(HW) - HW) add and mul; pad to 8 in f32, to 4 in f64",
     "testdata/audit/probes.tsv: maps of 1, 9, 16, 35, 49, 784, 3136 and 12544 elements, f32 and f64"},
    {"scale and shift folded", "The scale and the shift of a channel are computed also where weight or bias are None.",
     "aten::batch_norm in eval mode without weight or bias", "standard",
     "without bias: C add and C mul (the shift), as an affine one has",
     "testdata/audit/probes.tsv: with both, with weight only, with neither, f32 and f64"},
};
constexpr const CauseInfo& kPaddedLanes = kCauses[0];
constexpr const CauseInfo& kFolded = kCauses[1];

void explain_batch_norm(const KernelCall& call, Explanation& out) {
  const auto input = sizes_at(call.inputs, 0);
  const auto classes = precision_of(dtype_at_place(call.inputs, 0));
  const BoolFact* training = call.inputs.size() > 5 ? call.inputs[5].get<BoolFact>() : nullptr;
  if (!input || input->size() < 2) return out.refuse("the shape is not known");
  if (!classes) return out.refuse("only f32 and f64 have a model");
  if (training == nullptr || training->value != false) return out.refuse("batch statistics have no model");
  const std::int64_t lanes = classes->f32 ? 8 : 4;
  const std::int64_t batch = (*input)[0], channels = (*input)[1], map = product(*input, 2);
  const std::int64_t padded = map == 1 ? batch * round_up(channels, lanes) : batch * channels * round_up(map, lanes);
  out.add(kPaddedLanes, classes->add, padded - product(*input));
  out.add(kPaddedLanes, classes->mul, padded - product(*input));
  const bool has_weight = !is_none_at(call.inputs, 1), has_bias = !is_none_at(call.inputs, 2);
  if (has_bias && !has_weight) return out.refuse("a bias without a weight has no model");
  if (has_bias) return;
  out.add(kFolded, classes->add, channels);
  out.add(kFolded, classes->mul, channels);
}

constexpr KernelModel kModels[] = {{"aten::batch_norm", explain_batch_norm}};

}  // namespace

std::span<const KernelModel> normalization_models() { return kModels; }
std::span<const CauseInfo> normalization_causes() { return kCauses; }

}  // namespace flopaudit
