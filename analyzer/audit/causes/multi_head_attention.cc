// The fast paths of nn.MultiheadAttention and nn.TransformerEncoderLayer, which ATen puts together from products, a
// softmax, layer norms and elementwise functions.
#include <algorithm>

#include "analyzer/audit/causes/gemm.h"
#include "analyzer/audit/causes/parts.h"
#include "analyzer/audit/layouts.h"

namespace flopaudit {
namespace {

constexpr const char* kProbes =
    "testdata/validation/standard.csv: 1 to 3 sequences of 1 to 80 tokens, 1 to 6 heads of 1 to 40, all kinds of masks";
constexpr CauseInfo kCauses[] = {
    {"projected heads",
     "Queries, keys and values are one product with the packed weight; the bias is added while the heads are split. "
     "The rest are ops of their own, each with what its kernel adds.",
     "aten::_native_multi_head_attention, _transform_bias_rescale_qkv", "standard",
     "heads padded to 8 (f64: 4): 3*B*S*E add (bias), B*S*E mul (scale), 1 sqrt, 1 div; linear, two bmm, softmax or "
     "_masked_softmax, linear; sum and div_ of weights that are averaged",
     kProbes},
    {"encoder layer in parts",
     "An encoder layer is its attention and ops of their own, each with what its kernel adds.",
     "aten::_transformer_encoder_layer_fwd", "standard",
     "the sum of its parts: the fast path of attention, 2 layer_norm, 2 add_, 2 addmm, relu_ or gelu", kProbes},
};
constexpr const CauseInfo& kHeads = kCauses[0];
constexpr const CauseInfo& kEncoder = kCauses[1];

struct Attention {
  DType dtype = DType::f32;
  std::int64_t batch = 0, length = 0, width = 0, heads = 0;
  Fact mask = Fact::none(), mask_type = Fact::none();
  bool averages = false;  // the weights, over the heads

  std::int64_t tokens() const { return batch * length; }
  std::int64_t head() const { return width / heads; }
  Fact tensor(const Sizes& sizes) const { return part_tensor(dtype, sizes); }
};

// Where an op has its operands; the mask may lie as it likes: it is copied.
struct Places {
  std::size_t heads, mask, mask_type;
};

std::optional<Attention> read(const KernelCall& call, const Places& at, Explanation& out) {
  const auto refuse = [&out](const char* why) {
    out.refuse(why);
    return std::nullopt;
  };
  const auto query = sizes_at(call.inputs, 0);
  const auto heads = ints_at_place(call.inputs, at.heads, 1);
  const auto dtype = dtype_at_place(call.inputs, 0);
  if (call.inputs.size() <= at.mask_type || !query || !heads || query->size() != 3)
    return refuse("a shape is not known");
  if (!precision_of(dtype)) return refuse("only f32 and f64 have a model");
  if (!is_none_at(call.inputs, at.mask) && !sizes_at(call.inputs, at.mask))
    return refuse("the shape of the mask is not known");
  for (std::size_t i = 0; i < call.inputs.size(); ++i) {
    if (i != at.mask && sizes_at(call.inputs, i) && !lie_together_at(call, i, 0))
      return refuse("an operand that does not lie row by row in memory has no model");
  }
  return Attention{
      *dtype, (*query)[0], (*query)[1], (*query)[2], heads->front(), call.inputs[at.mask], call.inputs[at.mask_type]};
}

// The bias is added to queries, keys and values, and the queries are scaled, head by head.
FlopIntervals split_heads(const Attention& attention) {
  const PrecisionClasses classes = *precision_of(attention.dtype);
  const std::int64_t lanes = attention.tokens() * attention.heads * round_up(attention.head(), classes.f32 ? 8 : 4);
  FlopIntervals counts;
  add_point(counts, classes.add, 3 * lanes);
  add_point(counts, classes.mul, lanes);
  add_point(counts, classes.div, 1);
  add_point(counts, classes.sqrt, 1);
  return counts;
}

void add_softmax(const Attention& attention, const Fact& scores, Parts& parts) {
  if (attention.mask.is_none()) return parts.add("aten::softmax.int", {scores, Fact::integer(-1), Fact::none()});
  // A mask of numbers is compared with 0 first.
  const Fact mask = part_tensor(DType::boolean, *sizes_at({attention.mask}, 0));
  parts.add("aten::_masked_softmax", {scores, mask, Fact::integer(-1), attention.mask_type});
}

void add_attention(const Attention& attention, Parts& parts) {
  const std::int64_t length = attention.length, width = attention.width, head = attention.head();
  const std::int64_t all_heads = attention.batch * attention.heads;
  const auto tensor = [&](const Sizes& sizes) { return attention.tensor(sizes); };
  const Fact heads = tensor({all_heads, length, head});
  parts.add("aten::linear", {tensor({attention.tokens(), width}), tensor({3 * width, width}), Fact::none()});
  parts.add(split_heads(attention));
  const OperandStrides transposed = {kRowByRow, Strides{length * head, 1, head}};
  parts.add("aten::bmm", {heads, tensor({all_heads, head, length})}, 1, &transposed);
  const Fact scores = tensor({attention.batch, attention.heads, length, length});
  add_softmax(attention, scores, parts);
  parts.add("aten::bmm", {tensor({all_heads, length, length}), heads});
  parts.add("aten::linear", {tensor({attention.tokens(), width}), tensor({width, width}), tensor({width})});
  if (!attention.averages) return;
  parts.add("aten::sum.dim_IntList", {scores, Fact::list({Fact::integer(1)}), Fact::boolean(false), Fact::none()});
  parts.add("aten::div_.Scalar", {tensor({attention.batch, length, length}), Fact::integer(attention.heads)});
}

// What the kernel of a product adds.
FlopIntervals extra_of(const Gemm& gemm, const PrecisionClasses& classes) {
  Explanation of_product;
  explain_gemm(gemm, classes, of_product);
  FlopIntervals extra;
  for (const CauseDelta& delta : of_product.deltas()) extra += delta.delta;
  return extra;
}

// Queries, keys and values are one product where they are one tensor, two where keys and values are, else three. Which
// it is facts do not tell, and at most widths it is no other count.
FlopIntervals beyond_one_product(const Attention& attention) {
  const PrecisionClasses classes = *precision_of(attention.dtype);
  const std::int64_t rows = attention.tokens(), width = attention.width;
  const auto extra = [&](std::int64_t columns) { return extra_of({1, rows, width, columns, true}, classes); };
  const FlopIntervals one = extra(3 * width), single = extra(width), pair = extra(2 * width);
  FlopIntervals beyond;
  for (std::size_t i = 0; i < kFlopClassCount; ++i) {
    const Interval alone = single.classes[i], both = pair.classes[i], all = one.classes[i];
    const auto [low, high] = std::minmax({std::int64_t{0}, 3 * alone.low - all.low, alone.low + both.low - all.low});
    beyond.classes[i] = {low, high};
  }
  return beyond;
}

void explain_multi_head(const KernelCall& call, Explanation& out) {
  auto attention = read(call, {4, 9, 12}, out);
  if (!attention) return;
  const auto need_weights = bool_at_place(call.inputs, 10), average = bool_at_place(call.inputs, 11);
  if (!need_weights || !average) return out.refuse("it is not known whether it returns its weights");
  attention->averages = *need_weights && *average;
  if (attention->tokens() * attention->width == 0) return;
  const auto annotated = annotated_of(call, out);
  if (!annotated) return;
  Parts parts(out);
  add_attention(*attention, parts);
  parts.add(beyond_one_product(*attention));
  parts.explain(kHeads, *annotated);
}

// Two linears with an activation between them: their biases start the products.
void add_feed_forward(const KernelCall& call, const Attention& attention, std::int64_t hidden, bool gelu,
                      Parts& parts) {
  const std::int64_t tokens = attention.tokens(), width = attention.width;
  const auto product = [&](const Fact& bias, std::int64_t from, std::int64_t to) {
    const OperandStrides strides = {kRowByRow, kRowByRow, Strides{1, from}};
    parts.add(
        "aten::addmm",
        {bias, attention.tensor({tokens, from}), attention.tensor({from, to}), Fact::integer(1), Fact::integer(1)}, 1,
        &strides);
  };
  product(call.inputs[15], width, hidden);
  const Fact inner = attention.tensor({tokens, hidden});
  if (gelu)
    parts.add("aten::gelu", {inner, Fact::string("none")});
  else
    parts.add("aten::relu_", {inner});
  product(call.inputs[17], hidden, width);
}

void explain_encoder_layer(const KernelCall& call, Explanation& out) {
  const auto attention = read(call, {2, 18, 19}, out);
  if (!attention) return;
  const auto gelu = bool_at_place(call.inputs, 7);
  const auto up = sizes_at(call.inputs, 14);
  if (!gelu || !up) return out.refuse("a shape or the activation is not known");
  if (attention->tokens() * attention->width == 0) return;
  const auto annotated = annotated_of(call, out);
  if (!annotated) return;
  Parts parts(out);
  add_attention(*attention, parts);
  const Fact tokens = attention->tensor({attention->batch, attention->length, attention->width});
  const Fact width = Fact::list({Fact::integer(attention->width)});
  for (const std::size_t weight : {10, 12}) {
    parts.add("aten::layer_norm",
              {tokens, width, call.inputs[weight], call.inputs[weight + 1], call.inputs[9], Fact::boolean(true)});
  }
  parts.add("aten::add_.Tensor", {tokens, tokens, Fact::integer(1)}, 2);
  add_feed_forward(call, *attention, up->front(), *gelu, parts);
  parts.explain(kEncoder, *annotated);
}

// (qkv, bias, heads): what splits the heads of the fast path.
void explain_split_heads(const KernelCall& call, Explanation& out) {
  const auto packed = sizes_at(call.inputs, 0);
  const auto heads = ints_at_place(call.inputs, 2, 1);
  const auto dtype = dtype_at_place(call.inputs, 0);
  if (!packed || packed->size() != 3 || !heads) return out.refuse("a shape is not known");
  if (!precision_of(dtype)) return out.refuse("only f32 and f64 have a model");
  if (product(*packed) == 0) return;
  const auto annotated = annotated_of(call, out);
  if (!annotated) return;
  out.add_rest(kHeads, *annotated, split_heads({*dtype, (*packed)[0], (*packed)[1], (*packed)[2] / 3, heads->front()}));
}

constexpr KernelModel kModels[] = {
    {"aten::_native_multi_head_attention", explain_multi_head, Layout::any},
    {"aten::_transform_bias_rescale_qkv", explain_split_heads},
    {"aten::_transformer_encoder_layer_fwd", explain_encoder_layer, Layout::any},
};

}  // namespace

std::span<const KernelModel> multi_head_attention_models() { return kModels; }
std::span<const CauseInfo> multi_head_attention_causes() { return kCauses; }

}  // namespace flopaudit
