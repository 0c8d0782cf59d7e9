// Random numbers beyond those of elementwise.cc, and ranges of numbers that are tensors or powers.
#include "analyzer/audit/recipes/recipe.h"

namespace flopaudit {
namespace {

constexpr const char* kVolume = "A=1..9 B=1..40 C=1..23 N=1..70";
constexpr const char* kRows = "R=1..9 C=2..70 N=1..40";
constexpr const char* kCount = "N=1..2000 K=1..40";

constexpr Recipe kRecipes[] = {
    {"aten::bernoulli", "{T[A,B,C]|T[N]}, none", kVolume, DrawnValues::unit},
    {"aten::bernoulli.Tensor aten::bernoulli_.Tensor", "{T[A,B,C], T[A,B,C]|T[N], T[N]|T[A,B,C], T[B,C]}, none",
     kVolume, DrawnValues::unit},
    {"aten::native_dropout", "{T[A,B,C]|T[N]}, {0.1|0.5}, {true|false|none}", kVolume},
    {"aten::geometric", "{T[A,B,C]|T[N]}, {0.3|0.01|0.8}, none", kVolume},
    {"aten::cauchy aten::log_normal aten::normal_functional", "{T[A,B,C]|T[N]}, {0.0|-3.0}, 0.5, none", kVolume},
    {"aten::uniform", "{T[A,B,C]|T[N]}, -3.0, 5.0, none", kVolume},
    {"aten::rand.generator aten::randn.generator", "[{<A>, <B>, <C>|<N>}], none, #T, none, none, none", kVolume},
    {"aten::rand_like.generator aten::randn_like.generator", "{T[A,B,C]|T[N]}, none, none, none, none, none, none",
     kVolume},
    {"aten::normal.Tensor_Tensor", "{T[A,B,C], T[A,B,C]|T[N], T[N]|T[A,B,C], T[C]}, none", kVolume,
     DrawnValues::positive},
    {"aten::normal.Tensor_float", "{T[A,B,C]|T[N]}, 2.5, none", kVolume},
    {"aten::normal.float_Tensor", "2.5, {T[A,B,C]|T[N]}, none", kVolume, DrawnValues::positive},
    {"aten::multinomial", "{T[R,C]|T[C]}, {1|<N>}, true, none", kRows, DrawnValues::positive},
    {"aten::multinomial", "{T[R,C]|T[C]}, {1|2}, false, none", kRows, DrawnValues::positive},
    {"aten::rrelu", "{T[A,B,C]|T[N]}, 0.1, 0.3, {true|false}, none", kVolume},
    {"aten::rrelu_with_noise aten::rrelu_with_noise_functional",
     "{T[A,B,C], T[A,B,C]|T[N], T[N]}, 0.1, 0.3, {true|false}, none", kVolume},
    {"aten::poisson aten::_standard_gamma aten::_sample_dirichlet", "T[N,3], none", kVolume, DrawnValues::positive},
    {"aten::binomial", "T[N,3], T[N,3], none", kVolume, DrawnValues::unit},
    {"aten::fractional_max_pool2d", "{T[R,2,C+4,N+5], [2, 2], [{1|3}, {2|4}], T[R,2,2]}", kRows, DrawnValues::unit},
    {"aten::fractional_max_pool3d", "{T[R,2,5,C+4,N+5], [2, 2, 2], [{1|3}, {2|4}, 3], T[R,2,3]}", kRows,
     DrawnValues::unit},
    // --- ranges ---
    {"aten::linspace.Tensor_Tensor", "T[], T[], {<N>|<K>}, #T, none, none, none", kCount},
    {"aten::linspace.Tensor_Scalar", "T[], 2.5, {<N>|<K>}, #T, none, none, none", kCount},
    {"aten::linspace.Scalar_Tensor", "-1.0, T[], {<N>|<K>}, #T, none, none, none", kCount},
    {"aten::logspace", "-1.0, 2.5, {<N>|<K>}, {10.0|2.0}, #T, none, none, none", kCount},
    {"aten::logspace.Tensor_Tensor", "T[], T[], {<N>|<K>}, 10.0, #T, none, none, none", kCount},
    {"aten::logspace.Tensor_Scalar", "T[], 2.5, {<N>|<K>}, 10.0, #T, none, none, none", kCount},
    {"aten::logspace.Scalar_Tensor", "-1.0, T[], {<N>|<K>}, 10.0, #T, none, none, none", kCount},
    {"aten::kaiser_window", "{<N>|<K>}, #T, none, none, none", kCount},
    {"aten::kaiser_window.periodic", "{<N>|<K>}, {true|false}, #T, none, none, none", kCount},
    {"aten::kaiser_window.beta", "{<N>|<K>}, {true|false}, {5.0|14.5}, #T, none, none, none", kCount},
};

}  // namespace

std::span<const Recipe> distribution_recipes() { return kRecipes; }

}  // namespace flopaudit
