// Interpolation in the words of files before 1.5, as torch.nn.functional had it: a mode by name, a size or scale
// factors, each one number or a list. The op of resampling.cc or pooling.cc that does it says shape and work.
#include "analyzer/ops/interpolation.h"

#include <string>

#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/op_registry.h"
#include "analyzer/ops/shape_helpers.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

using Request = InterpolationRequest;

// The modes, and the ops that do them for 1, 2 and 3 spatial dims; null: there is none.
struct Mode {
  const char* name;
  const char* ops[3];
  bool has_corners;  // it can align corners
  bool has_scales;   // its op takes the scales along
};
constexpr Mode kModes[] = {
    {"nearest", {"aten::upsample_nearest1d", "aten::upsample_nearest2d", "aten::upsample_nearest3d"}, false, true},
    {"area", {"aten::adaptive_avg_pool1d", "aten::adaptive_avg_pool2d", "aten::adaptive_avg_pool3d"}, false, false},
    {"linear", {"aten::upsample_linear1d", nullptr, nullptr}, true, true},
    {"bilinear", {nullptr, "aten::upsample_bilinear2d", nullptr}, true, true},
    {"bicubic", {nullptr, "aten::upsample_bicubic2d", nullptr}, true, true},
    {"trilinear", {nullptr, nullptr, "aten::upsample_trilinear3d"}, true, true},
};

// One number for every spatial dim, or a list of them.
RuleResult<Facts> for_each_dim(const Facts& inputs, std::size_t place, std::size_t spatial) {
  FA_RULE(const Fact* fact, fact_at(inputs, place));
  if (fact->get<ListFact>() == nullptr) return Facts(spatial, *fact);
  FA_RULE(Facts listed, list_at(inputs, place));
  if (listed.size() < spatial) {
    return misfit("as many numbers as spatial dims are expected: " + fact->to_string());
  }
  listed.resize(spatial);
  return listed;
}

// A size stands for itself; scale factors give the sizes that they give the nearest neighbours.
RuleResult<Fact> output_size(const Facts& inputs, const Dims& input) {
  constexpr const char* kScaled[] = {"aten::upsample_nearest1d.vec", "aten::upsample_nearest2d.vec",
                                     "aten::upsample_nearest3d.vec"};
  const std::size_t spatial = input.size() - 2;
  if (!none_at(inputs, 1)) {
    if (inputs[1].get<ListFact>() != nullptr) return inputs[1];
    return Fact::list(Facts(spatial, inputs[1]));
  }
  if (none_at(inputs, 2)) return misfit("interpolation takes a size or scale factors");
  FA_RULE(const Facts scales, for_each_dim(inputs, 2, spatial));
  const Facts image = {tensor_fact(DType::f32, input), Fact::none(), Fact::list(scales)};
  FA_RULE(const Facts scaled, shape_of(*find_op(kScaled[spatial - 1]), image));
  Facts sizes;
  for (std::size_t dim = 2; dim < input.size(); ++dim) sizes.push_back(IntFact{(*scaled[0].tensor()->dims)[dim]});
  return Fact::list(sizes);
}

RuleResult<const Mode*> mode_named(const std::string& name) {
  for (const Mode& mode : kModes) {
    if (name == mode.name) return &mode;
  }
  return misfit("there is no interpolation mode \"" + name + "\"");
}

RuleResult<Request> request(const Facts& inputs, const std::string& name, const Fact& align_corners) {
  FA_RULE(const Dims input, dims_at(inputs, 0));
  FA_RULE(const Mode* mode, mode_named(name));
  if (!mode->has_corners && !align_corners.is_none()) return misfit("corners are not aligned in mode " + name);
  if (input.size() < 3 || input.size() > 5) {
    return misfit("interpolation expects 3, 4 or 5 dims: " + inputs[0].to_string());
  }
  const std::size_t spatial = input.size() - 2;
  if (mode->ops[spatial - 1] == nullptr) {
    return misfit("interpolation of " + std::to_string(input.size()) + " dims has no mode " + name + ": " +
                  inputs[0].to_string());
  }
  FA_RULE(const Fact size, output_size(inputs, input));
  Request result = {find_op(mode->ops[spatial - 1]), {inputs[0], size}};
  if (mode->has_corners) {
    result.arguments.push_back(align_corners.is_none() ? Fact::boolean(false) : align_corners);
  }
  if (mode->has_scales) result.arguments.insert(result.arguments.end(), spatial, Fact::none());
  return result;
}

// (input, size, scale_factor, mode, align_corners, ...)
RuleResult<Request> by_mode(const Facts& inputs) {
  FA_RULE(const std::string mode, string_at(inputs, 3));
  if (inputs.size() > 6) {
    FA_RULE(const bool antialiased, bool_at(inputs, 6));
    if (antialiased) return misfit("these ops have no antialiased interpolation");
  }
  FA_RULE(const Fact* align_corners, fact_at(inputs, 4));
  return request(inputs, mode, *align_corners);
}
// (input, size, scale_factor)
RuleResult<Request> nearest(const Facts& inputs) { return request(inputs, "nearest", Fact::none()); }
RuleResult<Request> bilinear(const Facts& inputs) { return request(inputs, "bilinear", Fact::boolean(true)); }

template <RuleResult<Request> (*read)(const Facts&)>
RuleResult<Facts> shape_of_interpolation(const Facts& inputs) {
  FA_RULE(const Request asked, read(inputs));
  return shape_of(*asked.op, asked.arguments);
}
template <RuleResult<Request> (*read)(const Facts&)>
RuleResult<Work> work_of_interpolation(const Facts& inputs, const Facts& outputs) {
  FA_RULE(const Request asked, read(inputs));
  return work_of(*asked.op, asked.arguments, outputs);
}

constexpr char kModesText[] =
    "nearest: none; area: as the adaptive average; linear: mul = kn, add = (k-1)n of k neighbours";
constexpr char kBilinear[] = "mul = 4n, add = 3n";

#define BY_MODE(name) \
  { name, shape_of_interpolation<by_mode>, work_of_interpolation<by_mode>, kModesText }
#define NEAREST(name) \
  { name, shape_of_interpolation<nearest>, work_of_interpolation<nearest>, "" }
#define BILINEAR(name) \
  { name, shape_of_interpolation<bilinear>, work_of_interpolation<bilinear>, kBilinear }

constexpr OpSpec kRows[] = {
    BY_MODE("aten::__interpolate"),
    BY_MODE("aten::__interpolate.scale_list"),
    BY_MODE("aten::__interpolate.size_list"),
    BY_MODE("aten::__interpolate.size_list_scale_list"),
    BY_MODE("aten::__upsample"),
    BY_MODE("aten::__upsample.size_list"),
    BILINEAR("aten::__upsample_bilinear"),
    BILINEAR("aten::__upsample_bilinear.scale_list"),
    BILINEAR("aten::__upsample_bilinear.size_list"),
    BILINEAR("aten::__upsample_bilinear.size_list_scale_list"),
    NEAREST("aten::__upsample_nearest"),
    NEAREST("aten::__upsample_nearest.size_list"),
};
#undef BY_MODE
#undef NEAREST
#undef BILINEAR

}  // namespace

RuleResult<InterpolationRequest> interpolation_request(std::string_view op, const Facts& inputs) {
  if (op.starts_with("aten::__upsample_bilinear")) return bilinear(inputs);
  if (op.starts_with("aten::__upsample_nearest")) return nearest(inputs);
  return by_mode(inputs);
}

std::span<const OpSpec> interpolation_ops() { return kRows; }

}  // namespace flopaudit
