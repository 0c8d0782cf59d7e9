// Ops of other recipes under other names: by their kernels, by old files, composed.
#include "analyzer/audit/recipes/recipe.h"

namespace flopaudit {
namespace {

constexpr const char* kWindow =
    "N=1..3 C=4..64*4 K=8..64*8 H=7..30 W=7..30 R=3|5 S=1|2 P=0..2 D=1 G=8..96*8 L=1..3 M=2..4";
constexpr const char* kAnyWindow = "N=1..3 C=1..40 K=1..40 H=8..24 W=8..24 R=1..4 S=1|2 P=0..2 D=1..2 V=3..6";
constexpr const char* kTransposed = "N=1..2 C=4..136*4 K=4..32*4 H=4..14 W=4..14 R=2|3|4 S=1|2 P=0|1";
constexpr const char* kImage = "N=1..3 C=1..20 H=2..40 W=2..40 I=1..60 J=1..60 D=1..9";

constexpr const char* kSteps = "L=1..9 B=1..9 I=1..60 H=2..40 P=41..50";

constexpr Recipe kRecipes[] = {
    {"aten::_convolution.deprecated",
     "T[N,C,H,W], T[K,C,R,R], {T[K]|none}, [<S>, <S>], [<P>, <P>], [<D>, <D>], false, [0, 0], 1, false, false, true",
     kWindow},
    {"aten::_convolution.deprecated",
     "T[N,C,H,W], T[C,K,R,R], {T[K]|none}, [<S>, <S>], [<P>, <P>], [1, 1], true, [0, 0], 1, false, false, true",
     kTransposed},
    {"aten::_convolution_mode", "T[N,C,H,W], T[K,C,R,R], {T[K]|none}, [1, 1], {\"same\"|\"valid\"}, [1, 1], 1",
     kWindow},
    {"aten::_convolution_mode", "T[N,C,H*8], T[K,C,3], {T[K]|none}, [1], {\"same\"|\"valid\"}, [1], 1", kWindow},
    {"aten::mkldnn_convolution", "f32[N,C,H,W], f32[K,C,R,R], {f32[K]|none}, [<P>, <P>], [<S>, <S>], [1, 1], 1",
     kWindow},
    {"aten::mkldnn_convolution", "f32[N,G,H,W], f32[G,1,3,3], {f32[G]|none}, [1, 1], [<S>, <S>], [1, 1], <G>", kWindow},
    {"aten::_slow_conv2d_forward aten::thnn_conv2d",
     "T[N,C,H,W], T[K,C,R,R], [<R>, <R>], {T[K]|none}, [<S>, <S>], [<P>, <P>]", kWindow},
    {"aten::_slow_conv2d_forward aten::thnn_conv2d",
     "T[N,C,H,W], T[K,C,R,R], [<R>, <R>], {T[K]|none}, [<S>, <S>], [<P>, <P>]", kAnyWindow},
    {"aten::slow_conv3d aten::slow_conv3d_forward",
     "T[N,C,V,H,W], T[K,C,2,R,R], [2, <R>, <R>], {T[K]|none}, [1, <S>, <S>], [0, <P>, <P>]", kAnyWindow},
    {"aten::slow_conv_dilated2d", "T[N,C,H,W], T[K,C,R,R], [<R>, <R>], {T[K]|none}, [<S>, <S>], [<P>, <P>], [<D>, <D>]",
     kAnyWindow},
    {"aten::slow_conv_dilated3d",
     "T[N,C,V,H,W], T[K,C,2,R,R], [2, <R>, <R>], {T[K]|none}, [1, <S>, <S>], [0, <P>, <P>], [<D>, 1, <D>]", kAnyWindow},
    {"aten::conv3d", "T[N,C,V,H,W], T[K,C,2,R,R], {T[K]|none}, [1, <S>, <S>], [0, 0, 0], [<D>, 1, <D>], 1", kAnyWindow},
    {"aten::slow_conv_transpose2d",
     "T[N,C,H,W], T[C,K,R,R], [<R>, <R>], {T[K]|none}, [<S>, <S>], [<P>, <P>], [0, 0], [<D>, <D>]",
     "N=1..2 C=1..60 K=1..40 H=4..14 W=4..14 R=2|3|4 S=1|2 P=0|1 D=1|2"},
    {"aten::slow_conv_transpose3d",
     "T[N,C,V,H,W], T[C,K,2,R,R], [2, <R>, <R>], {T[K]|none}, [1, <S>, <S>], [0, <P>, <P>], [0, 0, 0], [1, <D>, 1]",
     "N=1..2 C=1..60 K=1..20 V=1..4 H=4..9 W=4..9 R=2|3|4 S=1|2 P=0|1 D=1|2"},
    {"aten::conv_tbc", "T[L,B,C], T[R,C,K], T[K], <P>", "L=7..60 B=1..5 C=1..70 K=1..70 R=1..7 P=0..4"},
    {"aten::_grouped_mm", "f32[B,M,4*K], f32[B,4*K,4*N], none, none, none", "B=1..5 M=1..40 K=1..30 N=1..30"},
    // Interpolation as old files have it.
    {"aten::__interpolate", "T[N,C,H,W], <I>, none, {\"nearest\", none|\"bilinear\", true}, none, false", kImage},
    {"aten::__upsample", "T[N,C,H,W], {<I>, none|none, 2}, {\"nearest\", none|\"bilinear\", true}", kImage},
    {"aten::__interpolate",
     "T[N,C,H,W], none, {2.0|1.3}, {\"nearest\", none|\"bilinear\", false|\"bicubic\", none}, "
     "{none|true|false}, false",
     kImage},
    {"aten::__interpolate.size_list",
     "T[N,C,H,W], [<I>, <J>], none, {\"nearest\", none|\"area\", none|\"bilinear\", true|\"bicubic\", false}, none, "
     "false",
     kImage},
    {"aten::__interpolate.scale_list",
     "T[N,C,D,H], none, [2.0, 1.4], {\"nearest\", none|\"bilinear\", true|\"bicubic\", false}, {none|true|false}, "
     "false",
     kImage},
    {"aten::__interpolate.size_list_scale_list",
     "T[N,C,D,H,W], {[<D>, <I>, <J>], none|none, [2.0, 1.4, 0.7]}, {\"nearest\", none|\"area\", none|\"trilinear\", "
     "true}, {none|false}, false",
     "N=1..2 C=1..5 D=2..9 H=2..12 W=2..12 I=1..20 J=1..20"},
    {"aten::__upsample.size_list", "T[N,C,H,W], [<I>, <J>], none, {\"nearest\", none|\"bilinear\", true}", kImage},
    {"aten::__upsample_bilinear", "T[N,C,H,W], {<I>, none|none, 2}", kImage},
    {"aten::__upsample_bilinear.size_list", "T[N,C,H,W], [<I>, <J>], none", kImage},
    {"aten::__upsample_bilinear.scale_list", "T[N,C,H,W], none, [2, 3]", kImage},
    {"aten::__upsample_bilinear.size_list_scale_list", "T[N,C,H,W], {[<I>, <J>], none|none, [3, 2]}", kImage},
    {"aten::__upsample_nearest", "T[N,C,H,W], {<I>, none|none, 2}", kImage},
    {"aten::__upsample_nearest.size_list", "T[N,C,H,W], {[<I>, <J>], none|none, 3}", kImage},
    {"aten::_upsample_lanczos2d_aa", "T[N,C,H,W], [<I>, <1+J>], {true|false}, {none|1.5}, none", kImage},
    {"aten::_upsample_lanczos2d_aa", "T[N,C,H,W], {[<H>, <J>]|[<I>, <W>]|[<I>, 1]}, {true|false}, none, none", kImage},
    {"aten::_upsample_lanczos2d_aa.vec", "T[N,C,H,1+W], none, {true|false}, {[2.0, 2.0]|[1.3, 0.6]}", kImage},
    // Attention, fused and composed.
    {"aten::_scaled_dot_product_flash_attention_for_cpu",
     "T[B,A,Q,E], T[B,A,L,E], T[B,A,L,E], 0.0, {false, none|false, T[Q,L]|true, none}, {none|0.3}",
     "B=1..2 A=1..4 Q=8..260 L=8..260 E=8..64*4"},
    {"aten::_scaled_dot_product_attention_math",
     "T[B,A,Q,E], T[B,A,L,E], T[B,A,L,F], {none|T[Q,L]}, 0.0, false, none, {none|0.3}, false",
     "B=1..2 A=1..4 Q=1..90 L=1..90 E=1..70 F=1..70"},
    {"aten::_scaled_dot_product_attention_math",
     "T[B,2*A,Q,E], T[B,A,Q,E], T[B,A,Q,E], none, 0.0, true, none, none, true", "B=1..2 A=1..4 Q=2..90 E=8..64*4"},
    {"aten::scaled_dot_product_attention",
     "T[B,Q,E], T[B,L,E], T[B,L,F], {none|T[Q,L]|T[B,Q,L]}, 0.0, false, none, false",
     "B=1..4 A=1..4 Q=1..90 L=1..90 E=1..70 F=1..70"},
    {"aten::scaled_dot_product_attention",
     "T[B,A,Q,E], T[B,A,L,E], T[B,A,L,F], {none|T[A,Q,L]}, 0.0, false, 0.3, false",
     "B=1..2 A=1..4 Q=1..90 L=1..90 E=1..70 F=1..70"},
    {"aten::scaled_dot_product_attention", "T[B,3*A,Q,E], T[B,A,L,E], T[B,A,L,E], none, 0.0, {true|false}, 0.3, true",
     "B=1..2 A=1..4 Q=1..90 L=1..90 E=1..70"},
    {"aten::scaled_dot_product_attention",
     "T[B,A,Q,E], T[B,A,L,E], T[B,A,L,E], {T[Q,1]|T[1,1,1,L]|T[B,1,Q,L]|T[B,A,Q,1]|bool[Q,L]|bool[B,1,1,L]}, 0.0, "
     "false, none, false",
     "B=1..2 A=1..4 Q=1..90 L=1..90 E=1..70"},
    {"aten::_native_multi_head_attention",
     "T[B,L,A*E], T[B,L,A*E], T[B,L,A*E], <A*E>, <A>, T[3*A*E,A*E], T[3*A*E], T[A*E,A*E], T[A*E], none, false, true, "
     "none",
     "B=1..3 A=1..6 L=1..90 E=1..40", DrawnValues::small},
    {"aten::scaled_dot_product_attention", "T[A,Q,E], T[A,Q,E], T[A,Q,E], none, 0.0, true, none, false",
     "A=1..4 Q=2..90 E=1..70"},
    // Recurrent layers of several layers and directions, without biases, projected.
    {"aten::lstm.input",
     "T[B,L,I], [T[4,B,P], T[4,B,H]], [T[4*H,I], T[4*H,P], T[4*H], T[4*H], T[P,H], T[4*H,I], T[4*H,P], T[4*H], T[4*H], "
     "T[P,H], T[4*H,2*P], T[4*H,P], T[4*H], T[4*H], T[P,H], T[4*H,2*P], T[4*H,P], T[4*H], T[4*H], T[P,H]], true, 2, "
     "0.0, false, true, true",
     kSteps, DrawnValues::small},
    {"aten::lstm.input",
     "{T[B,L,I], [T[2,B,H], T[2,B,H]], [T[4*H,I], T[4*H,H], T[4*H,H], T[4*H,H]], false, 2, 0.3, false, false, "
     "true|T[L,B,I], [T[1,B,H], T[1,B,H]], [T[4*H,I], T[4*H,H]], false, 1, 0.0, true, false, false}",
     kSteps, DrawnValues::small},
    {"aten::lstm.data",
     "T[8*B+4,I], i64[6] = (<2*B+1>, <2*B+1>, <2*B>, <B>, <B>, 2), [T[2,2*B+1,P], T[2,2*B+1,H]], [T[4*H,I], T[4*H,P], "
     "T[P,H], T[4*H,I], T[4*H,P], T[P,H]], false, 1, 0.0, false, true",
     kSteps, DrawnValues::small},
    {"aten::gru.input",
     "T[B,L,I], T[4,B,H], [T[3*H,I], T[3*H,H], T[3*H], T[3*H], T[3*H,I], T[3*H,H], T[3*H], T[3*H], T[3*H,2*H], "
     "T[3*H,H], T[3*H], T[3*H], T[3*H,2*H], T[3*H,H], T[3*H], T[3*H]], true, 2, 0.0, true, true, true",
     kSteps, DrawnValues::small},
    {"aten::gru.input",
     "T[B,L,I], T[2,B,H], [T[3*H,I], T[3*H,H], T[3*H,H], T[3*H,H]], false, 2, 0.5, false, false, true", kSteps,
     DrawnValues::small},
    {"aten::gru.data",
     "T[2*B+3,I], i64[3] = (<B+2>, <B>, 1), T[1,B+2,H], [T[3*H,I], T[3*H,H]], false, 1, 0.0, false, false", kSteps,
     DrawnValues::small},
    {"aten::rnn_tanh.input aten::rnn_relu.input",
     "T[B,L,I], T[4,B,H], [T[H,I], T[H,H], T[H], T[H], T[H,I], T[H,H], T[H], T[H], T[H,2*H], T[H,H], T[H], T[H], "
     "T[H,2*H], T[H,H], T[H], T[H]], true, 2, 0.0, true, true, true",
     kSteps, DrawnValues::small},
};

}  // namespace

std::span<const Recipe> variant_recipes() { return kRecipes; }

}  // namespace flopaudit
