// Quantized tensors, layers and tables.
#include "analyzer/audit/recipes/recipe.h"

namespace flopaudit {
namespace {

constexpr const char* kVolume = "A=1..9 B=1..40 C=1..23 N=2..1500 M=1..60";
constexpr const char* kShort = "N=1..70 M=64..200";
constexpr const char* kMaps = "N=1..3 C=1..70 H=1..9 W=1..9";
constexpr const char* kPooled = "N=1..3 C=1..70 H=4..9 W=4..9 R=1..3 Q=1..4 X=2..14 Y=2..14";
constexpr const char* kSquare = "N=1..7 B=1..3 R=2..40 V=1..40";
constexpr const char* kTable = "B=1..5 N=1..9 R=2..40 V=1..90 W=1..12";
constexpr const char* kOne = "{qu8[A,B,C]|qi8[N]|qu8[M]}";
constexpr const char* kOneScaled = "{qu8[A,B,C]|qi8[N]|qu8[M]}, 0.07, 3";
constexpr const char* kTwoScaled = "{qu8[A,B,C], qu8[A,B,C]|qi8[N], qi8[N]|qu8[M], qu8[M]}, 0.07, 3";
constexpr const char* kBroadcast = "qu8[N,C,H,W], {qu8[N,C,1,1]|qu8[1,C,1,1]|qu8[W]|qu8[1]}, 0.07, 3";

constexpr const char* kRows = "A=1..9 M=1..150 K=1..90 N=1..70";
constexpr const char* kFewRows = "A=1..3 M=1..70 K=1..50 N=1..50";  // those that multiply floating numbers
constexpr const char* kDeep = "M=1..300 K=400..1200 N=1..100";
constexpr const char* kStatic = "{qu8[M,K]|qu8[A,M,K]}, (qi8[N,K], {f32[N]|none}), 0.1, 3";
constexpr const char* kDeepStatic = "qu8[M,K], (qi8[N,K], {f32[N]|none}), 0.1, 3";
constexpr const char* kDynamic = "{f32[M,K]|f32[A,M,K]}, (qi8[N,K], {f32[N]|none}), {true|false}";
constexpr const char* kDeepDynamic = "f32[M,K], (qi8[N,K], {f32[N]|none}), false";

// Groups fill whole vectors: among draws of others the measured process ended with a corrupted heap.
constexpr const char* kImages =
    "N=1..3 C=1..40 K=1..40 H=9..20 W=9..20 R=1|2|3|5 S=1|2 P=0..2 D=1|2 G=4|8 Z=2|4|8|16 Q=1..4";
constexpr const char* kVolumes =
    "N=1..2 C=1..12 K=1..12 T=5..7 H=5..8 W=5..8 R=1|2|3 S=1|2 P=0..1 G=4|8 Z=2|4|8|16 Q=1..2";
constexpr const char* kLines = "N=1..3 C=1..40 K=1..40 W=9..90 R=1|2|3|5 S=1|2 P=0..2 D=1|2 G=1..6 Z=2|4|8";

#define LSTM_CELL "((qi8[4*R,V], f32[4*R]), (qi8[4*R,R], f32[4*R]), f32[4*R], f32[4*R], true)"
#define LSTM_CELL_ABOVE "((qi8[4*R,R], f32[4*R]), (qi8[4*R,R], f32[4*R]), f32[4*R], f32[4*R], true)"
#define GRU_CELL "((qi8[3*R,V], f32[3*R]), (qi8[3*R,R], f32[3*R]), f32[3*R], f32[3*R], true)"
#define LINE "(qi8[K,C,R], {f32[K]|none}, [<S>], [<P>], [0], [<D>], 1, false)"
#define LINES_OF_GROUPS "(qi8[G*K,Z,R], {f32[G*K]|none}, [<S>], [<P>], [0], [<D>], <G>, false)"
#define IMAGE "(qi8[K,C,R,R], {f32[K]|none}, [<S>, <S>], [<P>, <P>], [0, 0], [<D>, <D>], 1, false)"
#define GROUPS "(qi8[G*Z,Z,3,3], {f32[G*Z]|none}, [<S>, <S>], [1, 1], [0, 0], [1, 1], <G>, false)"
#define DEPTHWISE "(qi8[8*Q,1,3,3], {f32[8*Q]|none}, [<S>, <S>], [1, 1], [0, 0], [1, 1], <8*Q>, false)"
#define DEPTHWISE_TWICE "(qi8[16*Q,1,5,5], {f32[16*Q]|none}, [<S>, <S>], [2, 2], [0, 0], [1, 1], <8*Q>, false)"
#define ONE_CHANNEL "(qi8[C,1,R,R], {f32[C]|none}, [<S>, <S>], [<P>, <P>], [0, 0], [1, 1], <C>, false)"
#define VOLUME "(qi8[K,C,R,R,R], {f32[K]|none}, [<S>, <S>, <S>], [<P>, <P>, <P>], [0, 0, 0], [1, 1, 1], 1, false)"
#define VOLUMES_OF_GROUPS \
  "(qi8[G*Z,Z,3,3,3], {f32[G*Z]|none}, [<S>, <S>, <S>], [1, 1, 1], [0, 0, 0], [1, 1, 1], <G>, false)"
#define DEEP_VOLUMES \
  "(qi8[8*Q,1,3,3,3], {f32[8*Q]|none}, [<S>, <S>, <S>], [1, 1, 1], [0, 0, 0], [1, 1, 1], <8*Q>, false)"
#define BACK_LINE "(qi8[C,K,R], {f32[K]|none}, [<S>], [0], [0], [1], 1, true)"
#define BACK_IMAGE "(qi8[C,K,R,R], {f32[K]|none}, [<S>, <S>], [0, 0], [0, 0], [1, 1], 1, true)"
#define BACK_GROUPS "(qi8[G*Z,K,3,3], {f32[G*K]|none}, [<S>, <S>], [1, 1], [0, 0], [1, 1], <G>, true)"
#define BACK_VOLUME "(qi8[C,K,R,R,R], {f32[K]|none}, [<S>, <S>, <S>], [0, 0, 0], [0, 0, 0], [1, 1, 1], 1, true)"

#define OF_CONV1D "quantized::conv1d quantized::conv1d_relu"
#define NEW2D "quantized::conv2d.new quantized::conv2d_relu.new _quantized::conv2d _quantized::conv2d_relu"
#define NEW3D "quantized::conv3d.new quantized::conv3d_relu.new"

constexpr auto kChannels = DrawnValues::channels;

constexpr Recipe kRecipes[] = {
    // Conversions.
    {"aten::quantize_per_tensor", "{f32[A,B,C]|f32[N]|f32[M]}, 0.1, 3, {12|13|14}", kVolume},
    {"aten::quantize_per_tensor.tensor_qparams", "{f32[A,B,C]|f32[N]}, f32[] = 0.1, i64[] = 3, {12|13}", kVolume},
    {"aten::quantize_per_tensor_dynamic", "{f32[A,B,C]|f32[N]|f32[M]}, {12|13}, {true|false}", kVolume},
    {"aten::quantize_per_channel", "f32[3,B,C], f32[3] = (0.1, 0.2, 0.5), i64[3] = (1, 0, 2), 0, {12|13|14}", kVolume},
    {"aten::quantize_per_channel", "f32[A,3,C], f32[3] = (0.1, 0.2, 0.5), i64[3] = (1, 0, 2), 1, {12|13}", kVolume},
    {"aten::dequantize.tensors", "[qu8[A,B,C], qi8[N]]", kVolume},
    {"aten::quantize_per_tensor.tensors", "[f32[A,B,C], f32[N]], f32[2] = (0.1, 0.2), i64[2] = (3, 5), {12|13}",
     kVolume},
    {"aten::dequantize.self aten::dequantize.tensor", "{qu8[A,B,C]|qi8[N]|qu8[M]|qi32[M]}", kVolume},
    {"aten::dequantize.self", "{qi8[A,B,C]|qi8[N]}", kVolume, kChannels},
    {"aten::fake_quantize_per_tensor_affine aten::fake_quantize_per_tensor_affine_cachemask",
     "{T[A,B,C]|T[N]|T[M]}, 0.1, 3, 0, 255", kVolume},
    {"aten::fake_quantize_per_tensor_affine.tensor_qparams",
     "{f32[A,B,C]|f32[N]}, f32[1] = (0.1), i32[1] = (3), 0, 255", kVolume},
    {"aten::fake_quantize_per_channel_affine aten::fake_quantize_per_channel_affine_cachemask",
     "f32[A,3,C], f32[3] = (0.1, 0.2, 0.5), i32[3] = (1, 0, 2), 1, -128, 127", kVolume},
    // Element by element.
    {"quantized::add quantized::add_relu quantized::mul quantized::mul_relu _quantized::add", kTwoScaled, kVolume},
    {"quantized::add quantized::add_relu quantized::mul quantized::mul_relu", kTwoScaled, kShort},
    {"quantized::add quantized::add_relu quantized::mul quantized::mul_relu", kBroadcast, kMaps},
    {"quantized::add.Scalar quantized::add_relu.Scalar quantized::add_scalar quantized::add_scalar_relu "
     "quantized::mul.Scalar quantized::mul_relu.Scalar quantized::mul_scalar quantized::mul_scalar_relu",
     "{qu8[A,B,C]|qi8[N]|qu8[M]}, {0.5|9.5}", kVolume},
    {"quantized::add_scalar.Tensor quantized::add_scalar_relu.Tensor quantized::mul_scalar.Tensor "
     "quantized::mul_scalar_relu.Tensor",
     "{qu8[A,B,C]|qi8[N]|qu8[M]}, f32[] = 0.5", kVolume},
    {"quantized::hardswish quantized::sigmoid", kOneScaled, kVolume},
    {"quantized::leaky_relu", "{qu8[A,B,C]|qi8[N]|qu8[M]}, 0.1, false, 0.07, 3", kVolume},
    {"quantized::prelu", "{qu8[A,B,C]|qu8[N]|qu8[M]}, qu8[1], 0.07, 3", kVolume},
    {"quantized::prelu", "qu8[N,C,H,W], qu8[C], 0.07, 3", kMaps},
    {"quantized::elu", "{qu8[A,B,C]|qi8[N]|qu8[M]}, 0.07, 3, 1.0, 1.0, 1.0", kVolume},
    {"quantized::celu", "{qu8[A,B,C]|qi8[N]|qu8[M]}, 0.07, 3, 1.0", kVolume},
    {"quantized::threshold", "{qu8[A,B,C]|qi8[N]|qu8[M]}, 0.1, 0.3", kVolume},
    {"quantized::clamp", "{qu8[A,B,C]|qi8[N]}, {0.1|none}, {0.3|none}", kVolume},
    {"quantized::relu6", "{qu8[A,B,C]|qi8[N]}, false", kVolume},
    {"quantized::dropout", "{qu8[A,B,C]|qi8[N]}, 0.07, 3, 0.5, false", kVolume},
    {"quantized::softmax", "qu8[A,B,C], {-1|1}, 0.07, 3", kVolume},
    {"quantized::cat quantized::cat_relu", "[qu8[A,B,C], qu8[A,M,C], qu8[A,7,C]], 1, 0.07, 3", kVolume},
    {"quantized::batch_norm2d quantized::batch_norm2d_relu quantized::batch_norm quantized::batch_norm_relu",
     "qu8[N,C,H,W], f32[C], f32[C], f32[C], f32[C], 0.00001, 0.07, 3", kMaps, DrawnValues::positive},
    {"quantized::batch_norm1d quantized::batch_norm1d_relu",
     "{qu8[N,C]|qu8[N,C,W]}, f32[C], f32[C], f32[C], f32[C], 0.00001, 0.07, 3", kMaps, DrawnValues::positive},
    {"quantized::batch_norm3d quantized::batch_norm3d_relu",
     "qu8[N,C,2,H,W], f32[C], f32[C], f32[C], f32[C], 0.00001, 0.07, 3", kMaps, DrawnValues::positive},
    {"aten::quantized_batch_norm", "qu8[N,C,H,W], f32[C], f32[C], f32[C], f32[C], 0.00001, 0.07, 3", kMaps,
     DrawnValues::positive},
    {"quantized::layer_norm", "qu8[A,B,C], {[<C>], f32[C], f32[C]|[<B>, <C>], none, none}, 0.00001, 0.07, 3", kVolume},
    {"quantized::group_norm", "qu8[N,6*Q,H,W], {1|2|3}, f32[6*Q], f32[6*Q], 0.00001, 0.07, 3", kPooled},
    {"quantized::instance_norm", "qu8[N,C,H,W], f32[C], f32[C], 0.00001, 0.07, 3", kMaps},
    {"quantized::instance_norm", "qu8[N,1,H,W], f32[1], f32[1], 0.00001, 0.07, 3", kMaps},
    // Tables.
    {"quantized::embedding_bag_byte_prepack", "f32[R,V]", kTable},
    {"quantized::embedding_bag_4bit_prepack quantized::embedding_bag_2bit_prepack", "f32[R,4*W], false, 200, 0.16",
     kTable},
    {"quantized::embedding_bag_byte_unpack", "u8[R,V+8]", kTable},
    {"quantized::embedding_bag_4bit_unpack quantized::embedding_bag_2bit_unpack", "u8[R,V+4]", kTable},
    {"quantized::embedding_bag_prepack", "qu8[R,V]", kTable},
    {"quantized::embedding_byte", "(qu8[9,V],), i64[4] = (1, 8, 3, 0), false", kTable},
    {"quantized::embedding_bag_byte",
     "(qu8[9,V],), i64[2,2] = (1, 8, 3, 0), none, false, 0, false, {none|f32[2,2]}, none, false", kTable},
    {"quantized::embedding_bag_byte_rowwise_offsets",
     "u8[9,V+8], i64[2,2] = (1, 8, 3, 0), none, false, 0, false, {none|f32[2,2]}, none, false", kTable},
    {"quantized::embedding_bag_4bit_rowwise_offsets quantized::embedding_bag_2bit_rowwise_offsets",
     "u8[9,W*4+4], i64[2,2] = (1, 8, 3, 0), none, false, 0, false, {none|f32[2,2]}, none, false", kTable},
    {"quantized::cat quantized::cat_relu", "[qu8[N,1,H,W], qu8[N,{1|C},H,W]], 1, 0.07, 3", kMaps},
    {"quantized::cat", "[qu8[N,C,1,1], qu8[N,2*C,1,1]], 1, 0.07, 3", kMaps},
    // Layers.
    {"quantized::linear quantized::linear_relu _quantized::linear", kStatic, kRows},
    {"quantized::linear quantized::linear_relu _quantized::linear", kStatic, kRows, kChannels},
    {"quantized::linear quantized::linear_relu", kDeepStatic, kDeep},
    {"quantized::linear_dynamic quantized::linear_relu_dynamic _quantized::linear_dynamic", kDynamic, kRows},
    {"quantized::linear_dynamic quantized::linear_relu_dynamic _quantized::linear_dynamic", kDynamic, kRows, kChannels},
    {"quantized::linear_dynamic quantized::linear_relu_dynamic", kDeepDynamic, kDeep},
    {OF_CONV1D, "qu8[N,C,W], " LINE ", 0.1, 3", kLines},
    {OF_CONV1D, "qu8[N,G*Z,W], " LINES_OF_GROUPS ", 0.1, 3", kLines, kChannels},
    {"quantized::conv1d_dynamic", "f32[N,C,W], " LINE ", false", kLines},
    {"quantized::conv1d_dynamic", "f32[N,G*Z,W], " LINES_OF_GROUPS ", false", kLines, kChannels},
    {NEW2D, "qu8[N,C,H,W], " IMAGE ", 0.1, 3", kImages},
    {NEW2D, "qu8[N,C,H,W], " IMAGE ", 0.1, 3", kImages, kChannels},
    {NEW2D, "qu8[N,G*Z,H,W], " GROUPS ", 0.1, 3", kImages},
    {NEW2D, "qu8[N,G*Z,H,W], " GROUPS ", 0.1, 3", kImages, kChannels},
    {NEW2D, "qu8[N,8*Q,H,W], " DEPTHWISE ", 0.1, 3", kImages},
    {NEW2D, "qu8[N,8*Q,H,W], " DEPTHWISE_TWICE ", 0.1, 3", kImages, kChannels},
    {NEW2D, "qu8[N,C,H,W], " ONE_CHANNEL ", 0.1, 3", kImages},
    {"quantized::conv2d quantized::conv2d_relu",
     "qu8[N,C,H,W], " IMAGE ", [<S>, <S>], [<P>, <P>], [<D>, <D>], 1, 0.1, 3", kImages},
    {"quantized::conv2d_dynamic", "f32[N,C,H,W], " IMAGE ", false", kImages},
    {"quantized::conv2d_dynamic", "f32[N,G*Z,H,W], " GROUPS ", false", kImages, kChannels},
    {"quantized::conv2d_dynamic", "f32[N,8*Q,H,W], " DEPTHWISE ", false", kImages},
    {NEW3D, "qu8[N,C,T,H,W], " VOLUME ", 0.1, 3", kVolumes},
    {NEW3D, "qu8[N,G*Z,T,H,W], " VOLUMES_OF_GROUPS ", 0.1, 3", kVolumes, kChannels},
    {NEW3D, "qu8[N,8*Q,T,H,W], " DEEP_VOLUMES ", 0.1, 3", kVolumes},
    {"quantized::conv3d quantized::conv3d_relu",
     "qu8[N,C,T,H,W], " VOLUME ", [<S>, <S>, <S>], [<P>, <P>, <P>], [1, 1, 1], 1, 0.1, 3", kVolumes},
    {"quantized::conv3d_dynamic", "f32[N,C,T,H,W], " VOLUME ", false", kVolumes},
    {"quantized::conv3d_dynamic", "f32[N,8*Q,T,H,W], " DEEP_VOLUMES ", false", kVolumes},
    {"quantized::conv_transpose1d _quantized::conv_transpose1d", "qu8[N,C,W], " BACK_LINE ", 0.1, 3", kLines},
    {"quantized::conv_transpose1d_dynamic", "f32[N,C,W], " BACK_LINE ", false", kLines},
    {"quantized::conv_transpose2d _quantized::conv_transpose2d", "qu8[N,C,H,W], " BACK_IMAGE ", 0.1, 3", kImages},
    {"quantized::conv_transpose2d _quantized::conv_transpose2d", "qu8[N,G*Z,H,W], " BACK_GROUPS ", 0.1, 3", kImages},
    {"quantized::conv_transpose2d_dynamic", "f32[N,C,H,W], " BACK_IMAGE ", false", kImages},
    {"quantized::conv_transpose3d", "qu8[N,C,T,H,W], " BACK_VOLUME ", 0.1, 3", kVolumes},
    {"quantized::conv_transpose3d_dynamic", "f32[N,C,T,H,W], " BACK_VOLUME ", false", kVolumes},
    {"quantized::linear_dynamic_fp16 quantized::linear_relu_dynamic_fp16",
     "{f32[M,K]|f32[A,M,K]}, (f32[N,K], {f32[N]|none})", kFewRows},
    {"quantized::linear_dynamic_fp16 quantized::linear_relu_dynamic_fp16", "f32[M,K], (f32[N,K], {f32[N]|none})",
     "M=1..9 K=500..1100 N=1..40"},
    {"quantized::linear_dynamic_fp16_unpacked_weight", "f32[M,K], f32[N,K], f32[N]", kFewRows},
    {"aten::_weight_int8pack_mm", "f32[M,K], i8[N,K], f32[N]", kFewRows},
    {"aten::_weight_int4pack_mm_for_cpu", "f32[M,32*Q], u8[16*R,16*Q], 32, f32[Q,16*R,2]", "M=1..9 Q=1..6 R=1..5"},
    {"quantized::matmul", "{qu8[M,K], qu8[K,N]|qu8[A,M,K], qu8[A,K,N]}, 0.1, 3", kFewRows},
    {"quantized::matmul", "qu8[A,M,K], qu8[A,K,N], 0.1, 3", kFewRows},
    // Recurrent layers and cells.
    {"quantized::quantized_lstm_cell_dynamic",
     "f32[B,V], [f32[B,R], f32[B,R]], (qi8[4*R,V], f32[4*R]), (qi8[4*R,R], f32[4*R]), f32[4*R], f32[4*R]", kTable},
    {"quantized::quantized_gru_cell_dynamic",
     "f32[B,V], f32[B,R], (qi8[3*R,V], f32[3*R]), (qi8[3*R,R], f32[3*R]), f32[3*R], f32[3*R]", kTable},
    {"quantized::quantized_rnn_tanh_cell_dynamic quantized::quantized_rnn_relu_cell_dynamic",
     "f32[B,V], f32[B,R], (qi8[R,V], f32[R]), (qi8[R,R], f32[R]), f32[R], f32[R]", kTable},
    {"aten::quantized_lstm.input",
     "f32[N,B,V], [f32[1,B,R], f32[1,B,R]], [" LSTM_CELL "], true, 1, 0.0, false, false, {true|false}, 12, true",
     kSquare},
    {"aten::quantized_lstm.input",
     "f32[N,B,R], [f32[2,B,R], f32[2,B,R]], [" LSTM_CELL_ABOVE ", " LSTM_CELL_ABOVE
     "], true, 2, 0.0, false, false, true, 12, true",
     kSquare},
    {"aten::quantized_gru.input", "f32[N,B,V], f32[1,B,R], [" GRU_CELL "], true, 1, 0.0, false, false, {true|false}",
     kSquare},
    {"aten::quantized_lstm.data",
     "f32[2*B+3,V], i64[3] = (<B+2>, <B>, 1), [f32[1,B+2,R], f32[1,B+2,R]], [" LSTM_CELL
     "], true, 1, 0.0, false, false, 12, true",
     kSquare},
    {"aten::quantized_gru.data",
     "f32[2*B+3,V], i64[3] = (<B+2>, <B>, 1), f32[1,B+2,R], [" GRU_CELL "], true, 1, 0.0, false, false", kSquare},
    // aten's own ops on quantized tensors.
    {"aten::relu aten::sigmoid aten::hardsigmoid aten::relu6", kOne, kVolume},
    {"aten::hardtanh", "{qu8[A,B,C]|qi8[N]}, 0.0, 6.0", kVolume},
    {"aten::leaky_relu", "{qu8[A,B,C]|qi8[N]|qu8[M]}, 0.1", kVolume},
    {"aten::adaptive_avg_pool2d", "{qu8[N,C,H,W]|qu8[N,C,1,1]}, [<R>, <Q>]", kPooled},
    {"aten::avg_pool2d", "qu8[N,C,H,W], [<R>, <R>], [<Q>, <Q>], [0, 0], false, true, none", kPooled},
    {"aten::mean.dim", "qu8[N,C,H,W], {[2, 3]|[1]|[-1]|[0, 2]}, {true|false}, none", kMaps},
    {"aten::upsample_nearest2d.vec", "qu8[N,C,H,W], [<X>, <Y>], none", kPooled},
    {"aten::upsample_bilinear2d.vec", "qu8[N,C,H,W], [<X>, <Y>], {true|false}, none", kPooled},
    {"aten::cat", "[qu8[A,B,C], qu8[A,M,C]], 1", kVolume},
    {"aten::max_pool2d", "qu8[N,C,H+2,W+2], [2, 2], [2, 2], [0, 0], [1, 1], false", kMaps},
};

}  // namespace

std::span<const Recipe> quantized_recipes() { return kRecipes; }

}  // namespace flopaudit
