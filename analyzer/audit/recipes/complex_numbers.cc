// Complex numbers: element by element, and products of their matrices.
#include "analyzer/audit/recipes/recipe.h"

namespace flopaudit {
namespace {

constexpr const char* kNumbers = "A=1..9 B=1..40 C=1..23 N=1..3000";
constexpr const char* kFew = "A=1..3 B=1..4 C=1..9 N=1..17";
constexpr const char* kMatrices = "B=1..6 M=1..70 K=1..70 N=1..70";
constexpr const char* kModes = "B=1..9 K=1..40 M=2..9 N=2..9";
constexpr const char* kSmallMatrices = "B=1..40 M=1..9 K=1..9 N=1..9";

constexpr Recipe kRecipes[] = {
    {"aten::add.Tensor aten::add_.Tensor aten::sub.Tensor aten::sub_.Tensor aten::rsub.Tensor",
     "{Z[A,B,C], Z[A,B,C]|Z[N], Z[N]}, {1|2}", kNumbers},
    {"aten::add.Tensor aten::add_.Tensor aten::sub.Tensor", "{Z[A,B,C], Z[C]|Z[A,B,C], Z[A,1,C]|Z[N], Z[N]}, 1", kFew},
    {"aten::add.Scalar aten::add_.Scalar aten::sub.Scalar aten::sub_.Scalar aten::rsub.Scalar",
     "{Z[A,B,C]|Z[N]}, 0.5, 1", kNumbers},
    {"aten::mul.Tensor aten::mul_.Tensor aten::div.Tensor aten::div_.Tensor",
     "{Z[A,B,C], Z[A,B,C]|Z[N], Z[N]|Z[A,B,C], Z[C]|Z[A,B,C], Z[1,B,1]|Z[A,B,C], Z[]}", kNumbers},
    {"aten::mul.Tensor aten::div.Tensor", "{Z[A,B,C], T[A,B,C]|Z[A,B,C], Z[A,1,C]|Z[N], Z[N]}", kFew},
    {"aten::mul.Scalar aten::mul_.Scalar aten::div.Scalar aten::div_.Scalar", "{Z[A,B,C]|Z[N]}, 0.7", kNumbers},
    {"aten::abs aten::square aten::angle aten::exp", "{Z[A,B,C]|Z[N]}", kNumbers},
    {"aten::pow.Tensor_Scalar", "{Z[A,B,C]|Z[N]}, 2", kNumbers},
    {"aten::polar", "T[A,B,C], T[A,B,C]", kNumbers, DrawnValues::positive},
    {"aten::sum aten::mean", "{Z[A,B,C]|Z[N]}, none", "A=1..3 B=1..20 C=1..20 N=2..3000"},
    {"aten::sum.dim_IntList aten::mean.dim", "{Z[A,B,C], [-1]|Z[A,B,C], [1, 2]|Z[A,N], [1]}, {true|false}, none",
     "A=1..9 B=1..20 C=2..20 N=2..600"},
    {"aten::mm aten::matmul", "Z[M,K], Z[K,N]", kMatrices},
    {"aten::mm", "Z[M,K], Z[K,N]", kSmallMatrices},
    {"aten::addmm", "Z[N], Z[M,K], Z[K,N], 1, 1", kMatrices},
    {"aten::linear", "{Z[M,4*K]|Z[B,M,4*K]}, Z[N,4*K], {none|Z[N]}", "B=1..4 M=4..40 K=1..20 N=2..70"},
    {"aten::matmul", "{Z[B,M,K], Z[K,N]|Z[B,M,K], Z[B,K,N]}", kMatrices},
    {"aten::bmm", "Z[B,M,K], Z[B,K,N]", kMatrices},
    {"aten::bmm", "Z[B,M,K], Z[B,K,N]", kSmallMatrices},
    {"aten::einsum", "{\"bixy,ioxy->boxy\"|\"bixy,ioxy->boyx\"}, [Z[B,K,M,N], Z[K,K+3,M,N]], none", kModes},
    {"aten::einsum", "{\"bmk,bnk->bmn\"|\"bkm,bnk->bmn\"}, [Z[B,8*K,8*K], Z[B,8*K,8*K]], none", "B=1..9 K=1..5"},
    {"aten::einsum", "\"bix,iox->box\", [Z[B,K,K], Z[K,K,K]], none", "B=1..9 K=1..20"},
    {"aten::bmm", "Z[4*M,B,8*K], Z[4*M,8*K,8*N]", kSmallMatrices},
};

}  // namespace

std::span<const Recipe> complex_recipes() { return kRecipes; }

}  // namespace flopaudit
