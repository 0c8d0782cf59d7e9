// Ops on quantized tensors element by element: vectors of 64 numbers of 8 bits are brought to f32 and back, and what is
// past them is worked on one by one.
#include <algorithm>
#include <vector>

#include "analyzer/audit/causes/elements.h"
#include "analyzer/audit/causes/parts.h"
#include "analyzer/audit/causes/quantized_call.h"
#include "analyzer/audit/layouts.h"
#include "analyzer/ops/fact_access.h"

namespace flopaudit {
namespace {

constexpr const char* kProbes = "1 to 256 numbers of qu8 and qi8; images row by row and by channel, 3 to 70 channels";
constexpr CauseInfo kCauses[] = {
    {"vectors of 64 quantized numbers",
     "A loop brings 64 numbers at once to f32 and back, with two reciprocals for each vector; what is past them is "
     "brought back by a division each, products by one multiplication in f64.",
     "quantized::add, mul, celu, elu, hardswish, leaky_relu, prelu, sigmoid, threshold; aten::sigmoid, hardsigmoid, "
     "leaky_relu of "
     "quantized tensors",
     "standard",
     "add: 2 add and 3 mul a number, 2 mul a call, 1 div a call, 2 a vector and 1 a number past them; the others "
     "alike; sigmoid takes libm's exp, 6 add and 6 mul in f64; a negative number of an "
     "elu up to 19 add, 17 mul, 1 div more",
     kProbes},
    {"bounds brought to integers", "The bounds alone are quantized; the numbers are compared as integers.",
     "quantized::relu6, clamp; aten::hardtanh, clamp of quantized tensors", "standard", "1 add, 1 mul, 1 div a bound",
     kProbes},
    {"a number that may move the zero point alone",
     "Where the zero point moved by the number stays in range nothing is computed; else every number is brought to "
     "another scale.",
     "quantized::add.Scalar, add_scalar", "standard",
     "nothing, or 1 add and 1 mul a number in vectors of 64, 1 mul in f64 past them, and 1 mul and 1 div", kProbes},
    {"dequantized, worked on and quantized", "The kernel is the op in f32 between both conversions.",
     "quantized::cat, softmax; aten::cat of quantized tensors", "standard", "the sum of the parts", kProbes},
};
constexpr const CauseInfo& kVectors = kCauses[0];
constexpr const CauseInfo& kBounds = kCauses[1];
constexpr const CauseInfo& kMoved = kCauses[2];
constexpr const CauseInfo& kParts = kCauses[3];

constexpr std::int64_t kVector = 64;

// What a number costs in vectors and past them; what a call costs, and a vector beside its numbers.
struct Loop {
  PerElement in_vectors, past, call;
  std::int64_t div_of_vector = 0;
  PerElement other = {};  // more of a number past the vectors, where values decide: a negative one
};
constexpr Loop kAdd = {{.add = 2, .mul = 3}, {.add = 2, .mul = 3, .div = 1}, {.mul = 2, .div = 1}, 2};
constexpr Loop kMul = {{.add = 1, .mul = 1}, {.mul_inside = 1}, {.mul = 2, .div = 1}};
constexpr Loop kHardswish = {{.add = 2, .mul = 3, .div = 1}, {.add = 2, .mul = 3, .div = 2}, {.mul = 1}, 2};
constexpr Loop kHardsigmoid = {
    {.add = 2, .mul = 2, .div = 1}, {.add = 2, .mul = 2, .div = 2}, {.mul = 1}, 2, {.div = -1}};
constexpr Loop kLeaky = {{.add = 1, .mul = 3}, {.add = 1, .mul = 2, .div = 1}, {.mul = 1, .div = 1}, 2, {.mul = 1}};
constexpr Loop kElu = {{.add = 1, .mul = 3}, {.add = 1, .mul = 3, .div = 1}, {.mul = 1, .div = 1}, 2};
constexpr Loop kThreshold = {{.add = 1, .mul = 2}, {.add = 1, .mul = 2, .div = 1}, {.mul = 1, .div = 1}, 2};
constexpr Loop kPrelu = {{.add = 1, .mul = 1}, {.mul_inside = 1}, {.add = 1, .mul = 3, .div = 2}};
constexpr Loop kSigmoid = {{.add = 2, .mul = 2, .div = 1, .add_inside = 6, .mul_inside = 6},
                           {.add = 1, .mul = 2, .div = 1, .add_inside = 7, .mul_inside = 6, .div_inside = 1},
                           {},
                           2};
constexpr Loop kMoving = {{.add = 1, .mul = 1}, {.mul_inside = 1}, {.mul = 1, .div = 1}};

// Runs of numbers that lie together in all operands: a vector loop each.
struct Runs {
  std::int64_t runs = 0, length = 0;
  std::int64_t vectors() const { return runs * (length / kVector); }
  std::int64_t past() const { return runs * (length % kVector); }
};

// Operands of the result's shape lie alike; others are broadcast, and a run ends where they change.
std::optional<Runs> runs_of(const KernelCall& call, std::size_t operands, Explanation& out) {
  const auto result = sizes_at(call.outputs, 0);
  const auto refused = [&out](const char* why) {
    out.refuse(why);
    return std::nullopt;
  };
  if (!result) return refused("the shape is not known");
  std::optional<std::vector<std::size_t>> order;
  std::vector<Sizes> sizes;
  for (std::size_t i = 0; i < operands; ++i) {
    if (!is_of_8_bits(dtype_at_place(call.inputs, i))) return refused("only numbers of 8 bits have a model");
    auto own = *sizes_at(call.inputs, i);
    if (own == *result) {
      const auto lies = memory_order_at(call, i);
      if (!lies || (order && *order != *lies)) return refused("operands that lie differently in memory have no model");
      order = lies;
    }
    own.insert(own.begin(), result->size() - own.size(), 1);
    sizes.push_back(own);
  }
  if (!order) return refused("operands that are both broadcast have no model");
  Runs runs = {1, 1};
  std::vector<bool> changes(operands, true);
  bool first = true, ended = false;
  for (std::size_t back = order->size(); back-- > 0;) {
    const std::size_t dim = (*order)[back];
    if ((*result)[dim] == 1) continue;
    std::vector<bool> now;
    for (const Sizes& own : sizes) now.push_back(own[dim] != 1);
    ended = ended || (!first && now != changes);
    if (first) changes = now;
    first = false;
    (ended ? runs.runs : runs.length) *= (*result)[dim];
  }
  return runs;
}

constexpr PrecisionClasses kF32 = {FlopClass::add_f32, FlopClass::mul_f32, FlopClass::div_f32, FlopClass::sqrt_f32,
                                   true};

FlopIntervals counts_of(const Loop& loop, const Runs& runs) {
  FlopIntervals whole = counts_of(loop.in_vectors, kVector * runs.vectors(), kF32);
  whole += counts_of(loop.past, runs.past(), kF32);
  whole += counts_of(loop.call, 1, kF32);
  whole += counts_of({.div = loop.div_of_vector}, runs.vectors(), kF32);
  return whole;
}

// The annotated arithmetic in f32 and f64; what is annotated of quantized numbers themselves has no class.
std::optional<FlopIntervals> annotated_beside_quantized(const KernelCall& call, Explanation& out) {
  const auto annotated = arithmetic_of(without_quantized(call.work));
  if (const NoModel* refused = std::get_if<NoModel>(&annotated)) {
    out.refuse(refused->reason);
    return std::nullopt;
  }
  return std::get<FlopIntervals>(annotated);
}

template <const Loop& loop, std::size_t operands>
void explain_loop(const KernelCall& call, Explanation& out) {
  const auto runs = runs_of(call, operands, out);
  const auto annotated = annotated_beside_quantized(call, out);
  if (!runs || !annotated) return;
  out.add_rest(kVectors, *annotated, counts_of(loop, *runs));
  const FlopIntervals other = counts_of(loop.other, 1, kF32);
  if (other == FlopIntervals()) return;
  ValueRange range;
  range.calls = runs->past();
  range.each = other;
  if (range.calls > 0) out.differs_by_values(range);
}

// Where an exp is out of range libm's ends in one multiplication.
void explain_sigmoid(const KernelCall& call, Explanation& out) {
  explain_loop<kSigmoid, 1>(call, out);
  const auto sizes = sizes_at(call.outputs, 0);
  if (!sizes || !out.refusal().empty()) return;
  ValueRange range;
  range.calls = product(*sizes);
  range.each = counts_of({.mul = 1, .add_inside = -6, .mul_inside = -6}, 1, kF32);
  out.differs_by_values(range);
}

// The slope of each channel is broadcast over what lies around it.
void explain_prelu(const KernelCall& call, Explanation& out) {
  const auto input = sizes_at(call.inputs, 0), weight = sizes_at(call.inputs, 1);
  if (!input || !weight) return out.refuse("the shape is not known");
  if (product(*weight) == 1) return explain_loop<kPrelu, 1>(call, out);
  Sizes around(input->size(), 1);
  if (around.size() > 1) around[1] = product(*weight);
  Facts inputs = call.inputs;
  inputs[1] = part_tensor(dtype_at_place(call.inputs, 1).value_or(DType::qu8), around);
  explain_loop<kPrelu, 2>({call.op, inputs, call.outputs, call.work, call.strides}, out);
}

// Negative numbers take an exp - 1, whose branches are by value.
void explain_elu(const KernelCall& call, Explanation& out) {
  explain_loop<kElu, 1>(call, out);
  const auto sizes = sizes_at(call.outputs, 0);
  if (!sizes || !out.refusal().empty()) return;
  ValueRange range;
  range.calls = product(*sizes);
  range.each[FlopClass::add_f32] = {0, 19};
  range.each[FlopClass::mul_f32] = {0, 17};
  range.each[FlopClass::div_f32] = {0, 1};
  out.differs_by_values(range);
}

// (input, least, most): bounds that are given are quantized. relu6 has both.
void explain_bounds(const KernelCall& call, Explanation& out) {
  const auto annotated = annotated_beside_quantized(call, out);
  if (!is_of_8_bits(dtype_at_place(call.inputs, 0))) return out.refuse("only numbers of 8 bits have a model");
  if (!annotated) return;
  std::int64_t bounds = 2;
  const bool clamps = call.op == "quantized::clamp" || call.op == "aten::clamp";
  if (clamps) bounds = (is_none_at(call.inputs, 1) ? 0 : 1) + (is_none_at(call.inputs, 2) ? 0 : 1);
  out.add_rest(kBounds, *annotated, counts_f32(bounds, bounds, bounds));
}

// Compared or copied as integers.
void explain_integers(const KernelCall& call, Explanation& out) {
  const auto annotated = annotated_beside_quantized(call, out);
  if (!is_quantized_number(dtype_at_place(call.inputs, 0))) return out.refuse("only qi8, qu8 and qi32 have a model");
  if (annotated) out.add_rest(kVectors, *annotated, {});
}

void explain_moved(const KernelCall& call, Explanation& out) {
  const std::size_t tensor = call.op.ends_with("Scalar2") ? 1 : 0;
  if (tensor != 0) return out.refuse("a number in front has no model");
  const auto runs = runs_of(call, 1, out);
  const auto annotated = annotated_beside_quantized(call, out);
  if (!runs || !annotated) return;
  out.add_rest(kMoved, *annotated, {});
  out.differs_by_values(either({}, counts_of(kMoving, *runs)));
}

// The scale is multiplied.
void explain_scaled(const KernelCall& call, Explanation& out) {
  const auto annotated = annotated_beside_quantized(call, out);
  if (annotated) out.add_rest(kMoved, *annotated, {});
}

// Whether the tensors lie by channel, all of them, as one channel or one pixel does either way, and are put together
// along channels: a kernel of its own.
bool are_images_by_channel(const KernelCall& call, const std::vector<Fact>& tensors) {
  if (ints_at_place(call.inputs, 1, 1) != Sizes{1}) return false;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const auto sizes = sizes_at(tensors, i);
    if (!sizes || sizes->size() != 4) return false;
    const auto strides = element_strides_at(call, i, *sizes);
    const bool either_way = (*sizes)[1] == 1 || (*sizes)[2] * (*sizes)[3] == 1;
    if (!either_way && (!strides || !lies_by_channel(*sizes, *strides))) return false;
  }
  return true;
}

// What has the result's scale already is copied, but where it is clamped.
void explain_cat_by_channel(const KernelCall& call, const std::vector<Fact>& tensors, const FlopIntervals& annotated,
                            Explanation& out) {
  FlopIntervals whole;
  ValueRange copied;
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const auto sizes = *sizes_at(tensors, i);
    if (product(sizes) == 0) continue;
    const ChannelRun run = channel_run(sizes[1]);
    const FlopIntervals one =
        times(product(sizes) / sizes[1],
              counts_f32(run.lanes + run.past, 2 * (run.lanes + run.past), run.reciprocals + run.past));
    whole += one;
    copied.slack += either(one, {}).each;
  }
  for (Interval& interval : copied.slack.classes) interval.high = 0;
  out.add_rest(kParts, annotated, whole);
  if (call.op != "quantized::cat_relu") out.differs_by_values(copied);
}

void explain_cat(const KernelCall& call, Explanation& out) {
  const auto annotated = annotated_beside_quantized(call, out);
  const auto* list = call.inputs[0].get<ListFact>();
  const auto result = sizes_at(call.outputs, 0);
  if (list == nullptr || !*list->elements || !result) return out.refuse("the tensors are not known");
  const std::vector<Fact>& tensors = **list->elements;
  const auto dtype = dtype_at_place(call.outputs, 0);
  if (!is_of_8_bits(dtype)) return out.refuse("only numbers of 8 bits have a model");
  if (!annotated) return;
  if (are_images_by_channel(call, tensors)) return explain_cat_by_channel(call, tensors, *annotated, out);
  FlopIntervals whole = quantizing(product(*result), *dtype);
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    const auto sizes = sizes_at(tensors, i);
    if (!sizes) return out.refuse("the shape is not known");
    whole += dequantizing(product(*sizes), *dtype);
  }
  out.add_rest(kParts, *annotated, whole);
}

// softmax(qx, dim, scale, zero_point)
void explain_softmax(const KernelCall& call, Explanation& out) {
  const auto annotated = annotated_of(call, out);
  const auto sizes = sizes_at(call.inputs, 0);
  const auto dtype = dtype_at_place(call.inputs, 0);
  if (!annotated || !sizes) return out.refuse("the shape is not known");
  if (!is_of_8_bits(dtype)) return out.refuse("only numbers of 8 bits have a model");
  Parts parts(out);
  parts.add("aten::softmax.int", {part_tensor(DType::f32, *sizes), call.inputs[1], Fact::none()});
  parts.add(quantizing(product(*sizes), *dtype));
  parts.add(dequantizing(product(*sizes), *dtype));
  parts.explain(kParts, *annotated);
}

constexpr auto kAny = Layout::any;
constexpr KernelModel kModels[] = {
    {"_quantized::add", explain_loop<kAdd, 2>, kAny},
    {"quantized::add", explain_loop<kAdd, 2>, kAny},
    {"quantized::add.Scalar", explain_moved, kAny},
    {"quantized::add_relu", explain_loop<kAdd, 2>, kAny},
    {"quantized::add_relu.Scalar", explain_moved, kAny},
    {"quantized::add_scalar", explain_moved, kAny},
    {"quantized::add_scalar.Tensor", explain_moved, kAny},
    {"quantized::add_scalar_relu", explain_moved, kAny},
    {"quantized::add_scalar_relu.Tensor", explain_moved, kAny},
    {"quantized::cat", explain_cat, kAny},
    {"quantized::cat_relu", explain_cat, kAny},
    {"quantized::celu", explain_elu, kAny},
    {"quantized::clamp", explain_bounds, kAny},
    {"quantized::dropout", explain_integers, kAny},
    {"quantized::elu", explain_elu, kAny},
    {"quantized::hardswish", explain_loop<kHardswish, 1>, kAny},
    {"quantized::leaky_relu", explain_loop<kLeaky, 1>, kAny},
    {"quantized::mul", explain_loop<kMul, 2>, kAny},
    {"quantized::mul.Scalar", explain_scaled, kAny},
    {"quantized::mul_relu", explain_loop<kMul, 2>, kAny},
    {"quantized::mul_relu.Scalar", explain_scaled, kAny},
    {"quantized::mul_scalar", explain_scaled, kAny},
    {"quantized::mul_scalar.Tensor", explain_scaled, kAny},
    {"quantized::mul_scalar_relu", explain_scaled, kAny},
    {"quantized::mul_scalar_relu.Tensor", explain_scaled, kAny},
    {"quantized::prelu", explain_prelu, kAny},
    {"quantized::relu6", explain_bounds, kAny},
    {"quantized::sigmoid", explain_sigmoid, kAny},
    {"quantized::softmax", explain_softmax},
    {"quantized::threshold", explain_loop<kThreshold, 1>, kAny},
};

// Of aten's own ops where the first operand is quantized.
constexpr KernelModel kOfQuantized[] = {
    {"aten::cat", explain_cat, kAny},
    {"aten::clamp", explain_bounds, kAny},
    {"aten::clone", explain_integers, kAny},
    {"aten::contiguous", explain_integers, kAny},
    {"aten::hardsigmoid", explain_loop<kHardsigmoid, 1>, kAny},
    {"aten::hardtanh", explain_bounds, kAny},
    {"aten::leaky_relu", explain_loop<kLeaky, 1>, kAny},
    {"aten::max_pool2d", explain_integers, kAny},
    {"aten::relu", explain_integers, kAny},
    {"aten::relu6", explain_bounds, kAny},
    {"aten::relu_", explain_integers, kAny},
    {"aten::sigmoid", explain_sigmoid, kAny},
};

}  // namespace

std::span<const KernelModel> quantized_element_models() { return kModels; }
std::span<const KernelModel> quantized_operand_models() { return kOfQuantized; }
std::span<const CauseInfo> quantized_element_causes() { return kCauses; }

}  // namespace flopaudit
