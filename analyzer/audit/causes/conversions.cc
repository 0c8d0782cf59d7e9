// Changes of type, and numbers that are written into tensors. Conversions are instructions of their own, but for f16:
// only whole runs of f32 go to f16 and back by an instruction, all else by arithmetic in f32.
#include "analyzer/audit/causes/elements.h"

namespace flopaudit {
namespace {

constexpr const char* kEvidence =
    "1 to 100 elements; every pair of 10 types; 0, 1e-8 to 65504, 1e300, infinity, nan; "
    "testdata/validation/standard.csv";
constexpr CauseInfo kCauses[] = {
    {"conversion to f16 in software", "A number becomes f16 by arithmetic on its f32 value, once or for each element.",
     "aten::full, ones, fill_, masked_fill, constant_pad_nd of f16; to.dtype and its kind, to f16 of what is not f32",
     "standard", "1 add and 2 mul in f32 a number; nan: none; a value that is f16 itself: 1 mul more", kEvidence},
};
constexpr const CauseInfo& kToHalf = kCauses[0];

// `count` numbers, one by one; nan takes a short way.
void add_to_half(std::int64_t count, DType from, Explanation& out) {
  out.add(kToHalf, FlopClass::add_f32, count);
  out.add(kToHalf, FlopClass::mul_f32, 2 * count);
  if (is_integral(from)) return;
  ValueRange nans;
  nans.calls = count;
  nans.each[FlopClass::add_f32] = {-1, 0};
  nans.each[FlopClass::mul_f32] = {-2, 0};
  out.differs_by_values(nans);
}

// The operand at `source` becomes the result, stretched to its size.
void explain_change(const KernelCall& call, std::size_t source, Explanation& out) {
  const auto from = dtype_at_place(call.inputs, source), to = dtype_at_place(call.outputs, 0);
  if (from == to || (from != DType::f16 && to != DType::f16)) return;
  const auto sizes = sizes_at(call.inputs, source), result = sizes_at(call.outputs, 0);
  if (!sizes || !result || !from || !to) return out.refuse("the shape is not known");
  const bool is_single = sizes->empty();
  if (sizes != result && !is_single) return out.refuse("a conversion of repeated f16 numbers has no model");
  if (from == DType::f32 || to == DType::f32) {
    if (is_single && to == DType::f16) return add_to_half(1, *from, out);
    // Elements that lie apart are converted one by one.
    if (is_single || !memory_order_at(call, source))
      out.refuse("conversions between f32 and f16 of elements that lie apart have no model");
    return;
  }
  if (from == DType::f16) return out.refuse("which operations f16 numbers become others by depends on their values");
  if (is_complex(*from)) return out.refuse("conversions of complex numbers to f16 have no model");
  add_to_half(product(*result), *from, out);
}

void explain_conversion(const KernelCall& call, Explanation& out) { explain_change(call, 0, out); }

// copy(self, source), fill(self, value): into a tensor that is there.
void explain_copy(const KernelCall& call, Explanation& out) {
  if (call.inputs[1].tensor() != nullptr) {
    const bool halves = dtype_at_place(call.inputs, 1) == DType::f16 || dtype_at_place(call.inputs, 0) == DType::f16;
    if (halves) check_layout(call, Layout::alike, out);
    return explain_change(call, 1, out);
  }
  if (dtype_at_place(call.outputs, 0) == DType::f16) add_to_half(1, DType::f32, out);
}

// The number is converted once, whatever it is.
void explain_number(const KernelCall& call, Explanation& out) {
  if (dtype_at_place(call.outputs, 0) == DType::f16) add_to_half(1, DType::f32, out);
}

// An f16 number is read by a multiplication, or a small one by an addition.
void explain_read_of(const KernelCall& call, std::size_t place, Explanation& out) {
  if (dtype_at_place(call.inputs, place) != DType::f16) return;
  out.add(kToHalf, FlopClass::mul_f32, 1);
  ValueRange small;
  small.calls = 1;
  small.each[FlopClass::add_f32] = {0, 1};
  small.each[FlopClass::mul_f32] = {-1, 0};
  out.differs_by_values(small);
}

void explain_read(const KernelCall& call, Explanation& out) { explain_read_of(call, 0, out); }

// A number in a tensor of one element, the last operand, which is read first.
void explain_value(const KernelCall& call, Explanation& out) {
  explain_number(call, out);
  explain_read_of(call, call.inputs.size() - 1, out);
}

// Moved by their values, which in f16 is arithmetic.
void explain_moved(const KernelCall& call, Explanation& out) {
  if (dtype_at_place(call.inputs, 0) == DType::f16)
    out.refuse("f16 numbers that are gathered, scattered or looked at have no model");
}

constexpr KernelModel kModels[] = {
    {"aten::Float.Tensor", explain_read, Layout::any},
    {"aten::_cast_Byte", explain_conversion, Layout::any},
    {"aten::_cast_Char", explain_conversion, Layout::any},
    {"aten::_cast_Double", explain_conversion, Layout::any},
    {"aten::_cast_Float", explain_conversion, Layout::any},
    {"aten::_cast_Half", explain_conversion, Layout::any},
    {"aten::_cast_Int", explain_conversion, Layout::any},
    {"aten::_cast_Long", explain_conversion, Layout::any},
    {"aten::_cast_Short", explain_conversion, Layout::any},
    {"aten::_to_copy", explain_conversion, Layout::any},
    {"aten::constant_pad_nd", explain_number, Layout::any},
    {"aten::copy", explain_copy, Layout::any},
    {"aten::copy_", explain_copy, Layout::any},
    {"aten::copy_.Tensor", explain_copy, Layout::any},
    {"aten::copy_.float", explain_copy, Layout::any},
    {"aten::copy_.int", explain_copy, Layout::any},
    {"aten::fill.Scalar", explain_number, Layout::any},
    {"aten::fill.Tensor", explain_copy, Layout::any},
    {"aten::fill_.Scalar", explain_number, Layout::any},
    {"aten::fill_.Tensor", explain_copy, Layout::any},
    {"aten::fill_diagonal_", explain_number, Layout::any},
    {"aten::full", explain_number, Layout::any},
    {"aten::full_like", explain_number, Layout::any},
    {"aten::gather", explain_moved, Layout::any},
    {"aten::index_fill.int_Scalar", explain_number, Layout::any},
    {"aten::index_fill.int_Tensor", explain_value, Layout::any},
    {"aten::item", explain_read, Layout::any},
    {"aten::masked_fill.Scalar", explain_number, Layout::any},
    {"aten::masked_fill.Tensor", explain_value, Layout::any},
    {"aten::masked_fill_.Scalar", explain_number, Layout::any},
    {"aten::masked_fill_.Tensor", explain_value, Layout::any},
    {"aten::new_full", explain_number, Layout::any},
    {"aten::new_ones", explain_number, Layout::any},
    {"aten::ones", explain_number, Layout::any},
    {"aten::ones_like", explain_number, Layout::any},
    {"aten::scalar_tensor", explain_number, Layout::any},
    {"aten::scatter.src", explain_moved, Layout::any},
    {"aten::scatter.value", explain_moved, Layout::any},
    {"aten::signbit", explain_moved, Layout::any},
    {"aten::take_along_dim", explain_moved, Layout::any},
    {"aten::to.device", explain_conversion, Layout::any},
    {"aten::to.dtype", explain_conversion, Layout::any},
    {"aten::to.dtype_layout", explain_conversion, Layout::any},
    {"aten::to.other", explain_conversion, Layout::any},
    {"aten::to.prim_Device", explain_conversion, Layout::any},
    {"aten::to.prim_dtype", explain_conversion, Layout::any},
    {"aten::type_as", explain_conversion, Layout::any},
};

}  // namespace

std::span<const KernelModel> conversion_models() { return kModels; }
std::span<const CauseInfo> conversion_causes() { return kCauses; }

}  // namespace flopaudit
