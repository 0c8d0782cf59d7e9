#include "analyzer/audit/causes/resampling_call.h"

namespace flopaudit {
namespace {

// Factors given one by one behind the size, or as one list (.vec).
bool read_scales(const KernelCall& call, std::size_t place, Resampling& into) {
  into.scales.assign(into.dims(), std::nullopt);
  if (place >= call.inputs.size()) return true;
  if (const auto* list = call.inputs[place].get<ListFact>()) {
    if (!list->elements || !*list->elements || (*list->elements)->size() != into.dims()) return false;
    for (std::size_t i = 0; i < into.dims(); ++i) {
      into.scales[i] = number_at_place(**list->elements, i);
      if (!into.scales[i]) return false;
    }
    return true;
  }
  for (std::size_t i = 0; i < into.dims() && place + i < call.inputs.size(); ++i) {
    if (call.inputs[place + i].is_none()) continue;
    into.scales[i] = number_at_place(call.inputs, place + i);
    if (!into.scales[i]) return false;
  }
  return true;
}

}  // namespace

std::optional<Resampling> read_resampling(const KernelCall& call, ResamplingMethod method, Explanation& out) {
  const auto refuse = [&out](const char* why) {
    out.refuse(why);
    return std::nullopt;
  };
  const auto input = sizes_at(call.inputs, 0), output = sizes_at(call.outputs, 0);
  const auto classes = precision_of(dtype_at_place(call.inputs, 0));
  if (!input || !output || output->size() < 3 || input->size() != output->size()) return refuse("a shape is not known");
  if (!classes) return refuse("only f32 and f64 have a model");
  Resampling result;
  result.method = method;
  result.batch = (*output)[0];
  result.channels = (*output)[1];
  result.in.assign(input->begin() + 2, input->end());
  result.out.assign(output->begin() + 2, output->end());
  result.classes = *classes;
  result.computes_size = is_none_at(call.inputs, 1);
  const bool has_corners =
      method == ResamplingMethod::linear || method == ResamplingMethod::cubic || method == ResamplingMethod::lanczos;
  if (has_corners) {
    const auto corners = bool_at_place(call.inputs, 2);
    if (!corners) return refuse("align_corners is not known");
    result.align_corners = *corners;
  }
  if (!read_scales(call, has_corners ? 3 : 2, result)) return refuse("a scale factor is not known");
  return result;
}

}  // namespace flopaudit
