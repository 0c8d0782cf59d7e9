// Pads: the elements copied between others, which are constant, or taken from the tensor itself. No work.
#include "analyzer/ops/all_ops.h"
#include "analyzer/ops/shape_helpers.h"
#include "analyzer/ops/size_conditions.h"
#include "analyzer/ops/work_helpers.h"

namespace flopaudit {
namespace {

enum class Mode { reflect, replicate, circular, constant };  // LibTorch's numbers

// What takes elements of the tensor itself needs some: of all dims the batch alone may be empty.
std::optional<RuleFailure> refuse_no_elements(const Facts& inputs, const Dims& dims, std::size_t spatial) {
  for (std::size_t i = dims.size() - spatial - 1; i < dims.size(); ++i) {
    if (dims[i] && !must_be_at_least(*dims[i], 1)) {
      return misfit("there are no elements to pad with in " + inputs[0].to_string());
    }
  }
  return std::nullopt;
}

// pad holds two numbers for each of the last dims, the last dim first. What is not constant pads the spatial dims, of a
// tensor with one dim or two in front of them: each pad is smaller than the dim (reflect) or not larger (circular).
RuleResult<Facts> padded(const Facts& inputs, Mode mode, std::optional<std::size_t> spatial = std::nullopt) {
  FA_RULE(Dims dims, dims_at(inputs, 0));
  FA_RULE(const Dims pad, ints_at(inputs, 1));
  const std::size_t padded_dims = pad.size() / 2;
  bool fits = pad.size() % 2 == 0 && padded_dims <= dims.size() && (!spatial || *spatial == padded_dims);
  if (fits && mode != Mode::constant) {
    fits = padded_dims >= 1 && padded_dims <= 3 && (dims.size() == padded_dims + 1 || dims.size() == padded_dims + 2);
  }
  if (!fits) return misfit("the padding " + inputs[1].to_string() + " does not fit " + inputs[0].to_string());
  if (mode == Mode::reflect || mode == Mode::replicate) FA_REFUSE(refuse_no_elements(inputs, dims, padded_dims));
  for (std::size_t i = 0; i < padded_dims; ++i) {
    Dim& dim = dims[dims.size() - 1 - i];
    const Dim& before = pad[2 * i];
    const Dim& after = pad[2 * i + 1];
    if (!dim || !before || !after) {
      dim = std::nullopt;
      continue;
    }
    const Expr room = mode == Mode::reflect ? *dim - Expr(1) : *dim;
    const bool bounded = mode == Mode::reflect || mode == Mode::circular;
    if (bounded && (!must_be_at_least(room, *before) || !must_be_at_least(room, *after))) {
      return misfit("the padding " + inputs[1].to_string() + " is larger than the dim it mirrors of " +
                    inputs[0].to_string());
    }
    // Negative pads cut, before anything is added.
    const Expr cut = min(*before, Expr(0)) + min(*after, Expr(0));
    if (mode == Mode::constant && !must_be_at_least(*dim + cut, 0)) {
      return misfit("the padding cuts more than there is of " + inputs[0].to_string());
    }
    dim = *dim + *before + *after;
    const bool may_be_empty = mode == Mode::constant || mode == Mode::circular;
    if (!must_be_at_least(*dim, may_be_empty ? 0 : 1)) {
      return misfit("the padding leaves nothing of " + inputs[0].to_string());
    }
  }
  return one(tensor_fact(inputs[0].tensor()->dtype, dims));
}

template <Mode mode>
RuleResult<Facts> shape_of_pad(const Facts& inputs) {
  return padded(inputs, mode);
}
template <Mode mode, std::size_t spatial>
RuleResult<Facts> shape_of_pad_nd(const Facts& inputs) {
  return padded(inputs, mode, spatial);
}

// Only the constant mode takes a value. LibTorch lets a 0 pass, as some callers always give one.
std::optional<RuleFailure> refuse_value(const Facts& inputs) {
  if (inputs.size() < 4 || none_at(inputs, 3) || number_of(inputs[3]) == 0) return std::nullopt;
  return misfit("padding mode " + inputs[2].to_string() + " takes no value");
}

// pad(self, pad, mode, value)
RuleResult<Facts> shape_of_pad_mode(const Facts& inputs) {
  FA_RULE(const std::string mode, string_at(inputs, 2));
  if (mode == "constant") return padded(inputs, Mode::constant);
  FA_REFUSE(refuse_value(inputs));
  if (mode == "reflect") return padded(inputs, Mode::reflect);
  if (mode == "replicate") return padded(inputs, Mode::replicate);
  if (mode == "circular") return padded(inputs, Mode::circular);
  return misfit("there is no padding mode \"" + mode + "\"");
}
// _pad_enum(self, pad, mode, value): the modes by number.
RuleResult<Facts> shape_of_pad_enum(const Facts& inputs) {
  FA_RULE(const std::int64_t mode, constant_at(inputs, 2));
  if (mode < 0 || mode > 3) return misfit("there is no padding mode " + std::to_string(mode));
  if (static_cast<Mode>(mode) != Mode::constant) FA_REFUSE(refuse_value(inputs));
  return padded(inputs, static_cast<Mode>(mode));
}

constexpr Mode kReflect = Mode::reflect, kReplicate = Mode::replicate;

// clang-format off
constexpr OpSpec kRows[] = {
    // name                      shape rule                         bytes only
    {"aten::_pad_circular",      shape_of_pad<Mode::circular>,      copies, ""},
    {"aten::_pad_enum",          shape_of_pad_enum,                 copies, ""},
    {"aten::constant_pad_nd",    shape_of_pad<Mode::constant>,      copies, ""},
    {"aten::pad",                shape_of_pad_mode,                 copies, ""},
    {"aten::reflection_pad1d",   shape_of_pad_nd<kReflect, 1>,      copies, ""},
    {"aten::reflection_pad2d",   shape_of_pad_nd<kReflect, 2>,      copies, ""},
    {"aten::reflection_pad3d",   shape_of_pad_nd<kReflect, 3>,      copies, ""},
    {"aten::replication_pad1d",  shape_of_pad_nd<kReplicate, 1>,    copies, ""},
    {"aten::replication_pad2d",  shape_of_pad_nd<kReplicate, 2>,    copies, ""},
    {"aten::replication_pad3d",  shape_of_pad_nd<kReplicate, 3>,    copies, ""},
};
// clang-format on

}  // namespace

std::span<const OpSpec> padding_ops() { return kRows; }

}  // namespace flopaudit
