// Products of matrices and convolutions.
#include "analyzer/audit/recipes/recipe.h"

namespace flopaudit {
namespace {

constexpr const char* kRagged = "B=2..5 M=8..70 K=4..300 N=4..70";
constexpr const char* kAligned = "B=2..9 M=8..128*8 K=8..640*8 N=8..160*8";
constexpr const char* kWindow =
    "N=1..3 C=4..64*4 K=8..64*8 H=7..30 W=7..30 R=3|5 S=1|2 P=0..2 D=1 G=8..96*8 L=1..3 M=2..4";

// Sizes of which some kernel or loop is made for: below 4, 8 or 10, and past a multiple of them.
constexpr const char* kSmall = "B=2..5 M=1..20 K=1..20 N=1..20";

constexpr const char* kTransposed = "N=1..2 C=4..136*4 K=4..32*4 H=4..14 W=4..14 R=2|3|4 S=1|2 P=0|1";

constexpr Recipe kRecipes[] = {
    {"aten::linear", "{T[M,K]|T[B,M,K]}, T[N,K], {T[N]|none}", kAligned},
    {"aten::linear", "{T[M,K]|T[B,M,K]|T[1,K]}, T[N,K], {T[N]|none}", kRagged},
    {"aten::linear", "T[1,M,K], T[N,K], {T[N]|none}", "M=12..300 K=2|3 N=17..600"},
    {"aten::mm aten::matmul", "T[M,K], T[K,N]", kAligned},
    {"aten::mm aten::matmul", "T[M,K], T[K,N]", kRagged},
    {"aten::bmm aten::matmul", "T[B,M,K], T[B,K,N]", kAligned},
    {"aten::bmm aten::matmul", "T[B,M,K], T[B,K,N]", kRagged},
    {"aten::matmul", "T[B,2,M,K], T[B,2,K,N]", kRagged},
    {"aten::addmm", "{T[M,N]|T[N]}, T[M,K], T[K,N], 1, {1|2}", kAligned},
    {"aten::addmm", "{T[M,N]|T[N]}, T[M,K], T[K,N], 1, {1|2}", kRagged},
    {"aten::_addmm_activation", "{T[M,N]|T[N]}, T[M,K], T[K,N], 1, {1|2}, {true|false}", kRagged},
    {"aten::_addmm_activation", "T[M,N], T[M,K], T[K,N], {0|1}, 1, {true|false}", kSmall},
    {"aten::baddbmm", "T[B,M,N], T[B,M,K], T[B,K,N], 1, {1|2}", kAligned},
    {"aten::einsum", "\"bik,bjk->bij\", [T[B,M,K], T[B,N,K]], none", kRagged},
    {"aten::einsum", "{\"ii->i\"|\"ii->\"|\"ii\"}, [T[M,M]], none", kRagged},
    {"aten::einsum", "{\"bij->b\"|\"bij->j\"|\"bij->bj\"|\"bij->ib\"|\"...j->...\"}, [T[B,M,K]], none", kRagged},
    {"aten::einsum", "{\"bij,bk->bi\"|\"bij,bk->bk\"|\"bij,bk->bik\"|\"bij,bk->kb\"}, [T[B,M,K], T[B,N]], none",
     kRagged},
    {"aten::einsum", "{\"ij,jk,kl->il\"|\"ij,jk,kl->li\"}, [T[M,K], T[K,N], T[N,M]], none", kRagged},
    {"aten::einsum", "{\"ij,ik,il->ijkl\"|\"ij,ik,il->i\"|\"ij,ik,il->jkl\"}, [T[B,M], T[B,N], T[B,K]], none",
     "B=2..5 M=2..20 N=2..20 K=2..20"},
    {"aten::einsum", "\"ghik,ghkj->ghij\", [T[B,2,M,K], T[B,2,K,N]], none", kRagged},
    {"aten::einsum", "\"abik,jk->abij\", [T[B,2,M,K], T[N,K]], none", kRagged},
    {"aten::linear", "{T[M,K]|T[B,M,K]|T[1,K]}, T[N,K], {T[N]|none}", kSmall},
    {"aten::mm aten::matmul", "T[M,K], T[K,N]", kSmall},
    {"aten::bmm aten::matmul", "T[B,M,K], T[B,K,N]", kSmall},
    {"aten::matmul", "{T[B,M,K], T[1,K,N]|T[M,K], T[B,K,N]|T[2,1,M,K], T[1,B,K,N]|T[B,M,K], T[K,N]}", kRagged},
    {"aten::addmm", "{T[M,N]|T[N]}, T[M,K], T[K,N], 1, {1|2}", kSmall},
    {"aten::addmm", "T[N], T[M,K], T[K,N], 2, {1|2}", kRagged},
    {"aten::baddbmm", "T[B,M,N], T[B,M,K], T[B,K,N], {1|2}, {1|2}", "B=2..5 M=2..12 K=2..12 N=2..12"},
    {"aten::einsum", "\"bqhd,bkhd->bhqk\", [T[B,M,3,K], T[B,N,3,K]], none", kRagged},
    {"aten::einsum", "\"bhqk,bkhd->bqhd\", [T[B,3,M,K], T[B,K,3,N]], none", kRagged},
    {"aten::einsum", "\"nctkv,kvw->nctw\", [T[B,2,M,2,K], T[2,K,N]], none", kRagged},
    {"aten::einsum", "{\"bnd,de->bne\"|\"bnd,de->ebn\"|\"bnd,de->nbe\"}, [T[B,M,K], T[K,N]], none", kRagged},
    {"aten::einsum", "{\"bd,bkd->bk\"|\"bd,bkd->kb\"}, [T[B,K], T[B,N,K]], none", kRagged},
    {"aten::einsum", "{\"nd,md->nm\"|\"nd,md->mn\"}, [T[M,K], T[N,K]], none", kRagged},
    {"aten::einsum", "{\"dn,dm->nm\"|\"dn,dm->mn\"}, [T[K,M], T[K,N]], none", kRagged},
    {"aten::einsum", "{\"i,j->ij\"|\"i,j->ji\"}, [T[M], T[N]], none", kRagged},
    {"aten::einsum", "{\"bij,bj->bij\"|\"bij,bi->bij\"}, [T[B,M,M], T[B,M]], none", kRagged},
    {"aten::einsum", "\"ij,ij->i\", [T[M,K], T[M,K]], none", kRagged},
    {"aten::einsum", "{\"bii->b\"|\"bii->bi\"|\"ibi->i\"|\"ibi->bi\"}, [T[M,M,M]], none", "M=2..40"},
    {"aten::einsum", "{\"ij->i\"|\"ij->j\"|\"ij->\"|\"ij->ji\"}, [T[M,K]], none", kRagged},
    {"aten::einsum", "{\"bi,bj,ijk->bk\"|\"bi,bj,ijk->kb\"}, [T[B,M], T[B,N], T[M,N,K]], none",
     "B=2..5 M=2..20 N=2..20 K=2..20"},
    {"aten::einsum", "{\"ab,bc,cd,de->ae\"|\"ab,bc,cd,de->a\"}, [T[B,M], T[M,K], T[K,N], T[N,B]], none", kSmall},
    {"aten::einsum", "\"ij,jk,kl->il\", [T[M,K], T[K,N], T[N,M]], {[1, 2, 0, 1]|[0, 2, 0, 1]}", kRagged},
    {"aten::einsum", "\"ii,ij->j\", [T[M,M], T[M,N]], none", kRagged},
    {"aten::einsum", "\"...ik,...kj->...ij\", [T[B,2,M,K], T[B,2,K,N]], none", kRagged},
    {"aten::mv", "T[M,K], T[K]", "M=1..90 K=1..700"},
    {"aten::mv", "T[M,K], T[K]", "M=1..9 K=1..16"},
    {"aten::dot", "T[K], T[K]", "K=1..5000"},
    // Tall operands, a beta of 0, a depth or a column of 1.
    {"aten::mm", "T[M,K], T[K,N]", "M=4900..21000 K=4..40 N=4..12"},
    {"aten::mm", "T[M,K], T[K,N]", "M=300..1500 K=90..300 N=5|9|13|17|33"},
    {"aten::linear", "T[M,K], T[N,K], {T[N]|none}", "M=4900..21000 K=4..40 N=4..12"},
    {"aten::addmm", "{T[M,N]|T[N]}, T[M,1], T[1,N], {0|1|2}, {1|2}", kSmall},
    {"aten::addmm", "{T[M,N]|T[N]}, T[M,K], T[K,N], {0|1|2}, {1|2}", kSmall},
    {"aten::baddbmm", "T[B,M,N], T[B,M,K], T[B,K,N], {0|1|2}, {1|2}", "B=2..5 M=1..12 K=1..12 N=1..12"},
    {"aten::baddbmm", "T[B,M,N], T[B,M,K], T[B,K,N], {0|1|2}, {1|2}", kRagged},
    {"aten::baddbmm",
     "{T[B,M,1], T[B,M,K], T[B,K,1]|T[B,1,M], T[B,1,K], T[B,K,M]|T[B,M,N], T[B,M,1], T[B,1,N]}, {0|1|2}, {1|2}",
     "B=2..5 M=30..200 K=30..200 N=30..200"},
    {"aten::bmm", "{T[B,1,K], T[B,K,1]|T[B,K,1], T[B,1,1]|T[B,1,K], T[B,K,2]}", "B=2..5 K=400..900"},
    {"aten::conv2d", "T[N,C,H,W], T[K,C,R,R], {T[K]|none}, [<S>, <S>], [<P>, <P>], [<D>, <D>], 1", kWindow},
    {"aten::conv2d", "T[N,C,H,W], T[K,C,1,1], {T[K]|none}, [<S>, <S>], [0, 0], [1, 1], 1", kWindow},
    {"aten::conv2d", "T[N,G,H,W], T[G,1,R,R], {T[G]|none}, [<S>, <S>], [<P>, <P>], [1, 1], <G>", kWindow},
    {"aten::conv2d", "T[N,G*M,H,W], T[G*L,M,1,1], {T[G*L]|none}, [<S>, <S>], [0, 0], [1, 1], <G>",
     "N=2|16 G=2|3|4|8 M=1|3|5|8|16|136 L=1|3|7|8|16|24 H=5..12 W=5..12 S=1|2"},
    {"aten::conv2d", "T[N,G*M,H,W], T[G*M,G,3,3], none, [<S>, <S>], [1, 1], [1, 1], <M>", kWindow},
    {"aten::conv2d", "T[N,G*M,H,W], T[G*L,M,R,R], {T[G*L]|none}, [<S>, <S>], [1, 1], [1, 1], <G>",
     "N=1..3 G=2..40 M=1..6 L=1..14 H=7..40 W=7..40 R=3 S=1|2"},
    {"aten::conv2d", "T[N,G,H,W], T[G,1,R,R], {T[G]|none}, [<S>, <S>], [1, 1], [1, 1], <G>",
     "N=1..3 G=2..70 H=7..60 W=7..60 R=3|5 S=1|2"},
    {"aten::conv2d", "T[N,L,H,W], T[K,L,R,R], {T[K]|none}, [<S>, <S>], [<P>, <P>], [1, 1], 1", kWindow},
    // Windows and padding that oneDNN's direct kernel does not take.
    {"aten::conv2d", "T[N,C,H,W], T[K,C,R,R], {T[K]|none}, [<S>, <S>], [<P>, <P>], [1, 1], 1",
     "N=1..2 C=1..12 K=4..40 H=30..70 W=30..70 R=8|9|11|13 S=1..4 P=0..3"},
    {"aten::conv2d", "T[N,C,H,W], T[K,C,3,3], {T[K]|none}, [<S>, <S>], [<P>, <P>], [<P>, <P>], 1",
     "N=1..2 C=8..60 K=8..60 H=20..50 W=20..50 S=1|2 P=1..9"},
    {"aten::_convolution",
     "T[N,C,H,W], T[K,C,R,R], {T[K]|none}, [<S>, <S>], [<P>, <P>], [<D>, <D>], false, [0, 0], 1, false, false, true, "
     "true",
     kWindow},
    {"aten::convolution", "T[N,C,H,W], T[K,C,R,R], {T[K]|none}, [<S>, <S>], [<P>, <P>], [1, 1], false, [0, 0], 1",
     kWindow},
    {"aten::conv2d.padding", "T[N,C,H,W], T[K,C,R,R], {T[K]|none}, [1, 1], {\"same\"|\"valid\"}, [1, 1], 1", kWindow},
    {"aten::conv1d.padding", "T[N,C,H*8], T[K,C,R], {T[K]|none}, [1], {\"same\"|\"valid\"}, [1], 1", kWindow},
    {"aten::conv3d.padding", "T[N,L,5,H,W], T[K,L,3,3,3], {T[K]|none}, [1, 1, 1], {\"same\"|\"valid\"}, [1, 1, 1], 1",
     kWindow},
    {"aten::conv1d", "T[N,C,H*8], T[K,C,R], {T[K]|none}, [<S>], [<P>], [1], 1", kWindow},
    {"aten::conv3d", "T[N,M*L,D,H,W], T[M*K,L,2,R,R], {T[M*K]|none}, [<S>, <S>, 1], [0, 0, <P>], [1, 1, 1], <M>",
     "N=1..2 L=1..6 M=1|1|2 K=1..20 D=3..6 H=5..14 W=5..14 R=1|2|3 S=1|2 P=0|0|1"},
    {"aten::conv3d", "T[N,G,4,H,W], T[G,1,3,R,R], none, [<S>, <S>, <S>], [1, 1, 1], [1, 1, 1], <G>",
     "N=1..2 G=2|3|4|8|16|24|40 H=6..14 W=6..14 R=3|1 S=1|2"},
    {"aten::conv3d", "T[N,G*M,4,H,W], T[G*K,M,1,R,R], none, [1, <S>, <S>], [0, 1, 1], [1, 1, 1], <G>",
     "N=1..2 G=2|3 M=4|8|16 K=3|8|16 H=6..14 W=6..14 R=3 S=1|2"},
    {"aten::conv3d", "T[N,L,5,H,W], T[K,L,3,3,3], {T[K]|none}, [1, <S>, <S>], [1, 1, 1], [1, 1, 1], 1", kWindow},
    {"aten::conv_transpose2d.input", "T[N,C,H,W], T[C,K,R,R], {T[K]|none}, [<S>, <S>], [<P>, <P>], [0, 0], 1, [1, 1]",
     kTransposed},
    {"aten::conv_transpose2d.input", "T[N,C,H,W], T[C,K,R,R], {T[K]|none}, [2, 2], [1, 1], [1, 1], 1, [1, 1]",
     "N=1..2 C=8..264*8 K=8..64*8 H=4..20*2 W=4..16*4 R=3|4"},
    {"aten::conv_transpose2d.input", "T[N,C*2,H,W], T[C*2,K,R,R], none, [<S>, <S>], [<P>, <P>], [0, 0], 2, [1, 1]",
     kTransposed},
    {"aten::conv_transpose2d.input", "T[N,G,H,W], T[G,1,R,R], {T[G]|none}, [<S>, <S>], [<P>, <P>], [0, 0], <G>, [1, 1]",
     "N=1..2 G=2..40 H=4..20 W=4..20 R=2|3|4 S=1|2 P=0|1"},
    {"aten::conv_transpose1d", "T[N,C,H*4], T[C,K,R], {T[K]|none}, [<S>], [<P>], [0], 1, [1]", kTransposed},
    {"aten::conv_transpose3d.input",
     "T[N,C,2,H,W], T[C,K,2,R,R], {T[K]|none}, [1, <S>, <S>], [0, <P>, <P>], [0, 0, 0], 1, [1, 1, 1]", kTransposed},
    {"aten::conv_transpose3d.input",
     "T[N,C*M,D,H,W], T[C*M,K,R,R,R], {T[K]|none}, [<S>, <S>, <S>], [<P>, <P>, <P>], [0, 0, 0], <M>, [1, 1, 1]",
     "N=1..2 C=1..60 M=1|2 K=1..20 D=1..5 H=3..12 W=3..12 R=2|3|4 S=1|2 P=0|1"},
    {"aten::_convolution",
     "T[N,C,H,W], T[C,K,R,R], {T[K]|none}, [<S>, <S>], [<P>, <P>], [1, 1], true, [0, 0], 1, false, false, true, true",
     kTransposed},
};

}  // namespace

std::span<const Recipe> contraction_recipes() { return kRecipes; }

}  // namespace flopaudit
