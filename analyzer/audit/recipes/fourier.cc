// Fourier transforms of real and complex numbers, and of frames.
#include "analyzer/audit/recipes/recipe.h"

namespace flopaudit {
namespace {

constexpr const char* kShort = "B=1..9 N=1..16 C=1..5";
// Multiples of 4 with the primes up to 13, powers of two, and the frames of speech models.
constexpr const char* kLong =
    "B=1..40 "
    "N=20|24|28|40|48|60|72|80|96|100|112|132|160|168|180|200|208|240|280|320|360|400|440|480|520|600|640|672|800|"
    "880|960|1000 C=1..5";
constexpr const char* kPowers = "B=1..9 N=2|4|8|16|32|64|128|256|512|1024|2048|4096 C=1..5";
constexpr const char* kOther = "B=1..4 N=17..130 C=1..5";
constexpr const char* kAny = "B=1..6 C=1..4 N=1..1024";
constexpr const char* kAnyShort = "B=1..6 C=1..4 N=1..130";
constexpr const char* kPlanes = "B=1..5 N=3|8|12|20|32|48 M=4|5|16|24|40|64";
constexpr const char* kLonger =
    "B=1..3 N=1080|1100|1152|1200|1250|1280|1331|1500|1536|1600|1800|1920|2000|2187|2400|2520|2600|2800|3000|3125|3240|"
    "3600|3696|3840|4000";
constexpr const char* kAnyPlanes = "B=1..4 N=2..70 M=2..70 C=2..4";
constexpr const char* kSquares = "B=1..5 N=8|16|32|64|128|256 M=8|16|32|64|128|256 C=1..4";
constexpr const char* kScaled = "B=2..30 N=20|32|36|40|64|80|100|128|256|400|480|512|1000|1024";
constexpr const char* kFrames = "B=1..3 L=1024..4000 N=16|64|80|128|200|256|320|400|512 H=20..160 F=3..40";

constexpr Recipe kRecipes[] = {
    {"aten::fft_fft aten::fft_ifft",
     "{Z[B,N], none, -1|Z[N], none, 0|Z[N,B], none, 0|Z[C,N,B], none, 1}, {none|\"ortho\"|\"forward\"|\"backward\"}",
     kAny},
    {"aten::fft_fft aten::fft_ifft",
     "{Z[B,N], none, -1|Z[N], none, 0|Z[N,B], none, 0|Z[C,N,B], none, 1}, {none|\"ortho\"|\"forward\"|\"backward\"}",
     kAnyShort},
    {"aten::fft_rfft aten::fft_ihfft",
     "{T[B,N], none, -1|T[N], none, 0|T[N,B], none, 0|T[C,N,B], none, 1}, {none|\"ortho\"|\"forward\"|\"backward\"}",
     kAny},
    {"aten::fft_rfft aten::fft_ihfft",
     "{T[B,N], none, -1|T[N], none, 0|T[N,B], none, 0|T[C,N,B], none, 1}, {none|\"ortho\"|\"forward\"|\"backward\"}",
     kAnyShort},
    {"aten::fft_irfft aten::fft_hfft",
     "{Z[B,N], {<2*N-2>|<2*N-1>}, -1|Z[N,B], {<2*N-2>|<2*N-1>}, 0}, {none|\"ortho\"|\"forward\"|\"backward\"}",
     "B=1..6 N=2..512"},
    {"aten::fft_irfft aten::fft_hfft",
     "{Z[B,N], {<2*N-2>|<2*N-1>}, -1|Z[N,B], {<2*N-2>|<2*N-1>}, 0}, {none|\"ortho\"|\"forward\"|\"backward\"}",
     "B=1..6 N=2..65"},
    {"aten::fft_fft aten::fft_ifft", "{Z[B,N], none, -1|Z[N,B], none, 0}, {none|\"ortho\"}", kLonger},
    {"aten::fft_rfft aten::fft_ihfft", "{T[B,N]|T[N]}, none, -1, {none|\"ortho\"}", kLonger},
    {"aten::fft_rfft aten::fft_ihfft", "{T[B,N], {<N+C>|<N-C>}, -1|T[N,B], {<N+C>|<N-C>}, 0}, {none|\"ortho\"}",
     "B=1..6 C=1..40 N=50..600"},
    {"aten::fft_fft aten::fft_ifft", "{Z[B,N], {<N+C>|<N-C>}, -1|Z[N,B], {<N+C>|<N-C>}, 0}, {none|\"ortho\"}",
     "B=1..6 C=1..40 N=50..600"},
    {"aten::fft_irfft", "{Z[B,N], <2*N+C>, -1|Z[N,B], <N>, 0}, {none|\"ortho\"}", "B=1..6 C=1..40 N=50..400"},
    {"aten::fft_fft aten::fft_ifft", "T[B,N], none, -1, {none|\"ortho\"}", kAny},
    {"aten::fft_fft aten::fft_ifft", "{Z[B,N]|Z[C,B,N]|Z[N]}, none, -1, none", kShort},
    {"aten::fft_fft aten::fft_ifft", "{Z[B,N]|Z[C,B,N]|Z[N]}, none, -1, none", kLong},
    {"aten::fft_fft aten::fft_ifft", "{Z[B,N], none, -1|Z[C,N,B], none, 1}, none", kPowers},
    {"aten::fft_fft", "T[B,N], none, -1, none", kLong},
    {"aten::fft_rfft", "{T[B,N]|T[C,B,N]|T[N]}, none, -1, none", kShort},
    {"aten::fft_rfft", "{T[B,N]|T[C,B,N]|T[N]}, none, -1, none", kLong},
    {"aten::fft_rfft", "{T[B,N]|T[C,B,N]|T[N]}, none, -1, none", kPowers},
    {"aten::fft_rfft", "T[B,N], <N+4>, -1, none", "B=1..9 N=20|28|36|44|56|76|92|116|124|156"},
    {"aten::fft_irfft", "{Z[B,N]|Z[C,B,N]}, <2*N-2>, -1, none", "B=1..9 N=2..9 C=1..5"},
    {"aten::fft_irfft", "{Z[B,2*N+1]|Z[C,B,2*N+1]}, none, -1, none",
     "B=1..30 N=5|6|8|9|10|12|15|16|20|25|32|40|50|64|80|100|120|128|150|180|200|256 C=1..5"},
    {"aten::fft_fft2 aten::fft_ifft2", "Z[B,N,M], none, [-2, -1], none", kPlanes},
    {"aten::fft_fft2 aten::fft_ifft2", "Z[B,N,M], none, [-2, -1], none", kSquares},
    {"aten::fft_fftn aten::fft_ifftn", "Z[B,N,M], none, {[1, 2]|[2]}, none", kSquares},
    {"aten::fft_fft aten::fft_ifft", "Z[B,N], none, -1, {\"ortho\"|\"forward\"|\"backward\"}", kScaled},
    {"aten::fft_rfft", "T[B,N], none, -1, {\"ortho\"|\"forward\"|\"backward\"}", kScaled},
    {"aten::fft_irfft", "Z[B,2*K+1], none, -1, {\"ortho\"|\"forward\"|\"backward\"}",
     "B=1..30 K=6|8|9|10|16|20|32|64|100|128|256"},
    {"aten::fft_hfft2 aten::fft_hfftn", "{Z[B,N,M+1], none, [-2, -1]|Z[B,N,M+1,C], none, [1, 2]}, {none|\"ortho\"}",
     "B=1..4 N=1..70 M=1..40 C=1..3"},
    {"aten::fft_ihfft2 aten::fft_ihfftn", "{T[B,N,M], none, [-2, -1]|T[B,N,M,C], none, [1, 2]}, {none|\"ortho\"}",
     "B=1..4 N=1..70 M=1..70 C=1..3"},
    {"aten::fft_fft2 aten::fft_ifft2 aten::fft_fftn aten::fft_ifftn",
     "{Z[1+B,N,M], none, [-2, -1]|Z[1+B,N,M,C], none, [1, 2]}, {none|\"ortho\"|\"forward\"}",
     "B=1..4 N=2..18|32|64 M=5..63 C=2..4"},
    {"aten::fft_fft2 aten::fft_ifft2 aten::fft_fftn aten::fft_ifftn", "T[1+B,N,M], none, {[-2, -1]|[1]}, none",
     "B=1..4 N=2..16|64 M=5..63"},
    {"aten::fft_rfft2 aten::fft_rfftn",
     "{T[1+B,N,M], none, [-2, -1]|T[1+B,N,M,C], none, [1, 2]}, {none|\"ortho\"|\"forward\"}", kAnyPlanes},
    {"aten::fft_irfft2 aten::fft_irfftn",
     "{Z[B,N,M+1], {none|[<N>, <2*M+1>]}, [-2, -1]|Z[B,N,M+1,C], none, [1, 2]}, {none|\"ortho\"|\"forward\"}",
     "B=1..4 N=1..70 M=1..40 C=1..3"},
    {"aten::fft_rfft2 aten::fft_rfftn", "T[1+B,N,M], none, [-2, -1], {none|\"ortho\"}", kSquares},
    {"aten::fft_rfft2 aten::fft_rfftn", "T[B,C,N,N], none, [-2, -1], {none|\"ortho\"}", kSquares},
    {"aten::fft_rfft2", "T[B,N,M], none, [-2, -1], none", kPlanes},
    {"aten::fft_irfft2 aten::fft_irfftn", "Z[1+B,N,4*M+1], none, [-2, -1], {none|\"ortho\"}",
     "B=1..5 N=8|16|32|64|128|256 M=1|2|4|8|16|32"},
    {"aten::fft_irfft2", "Z[1+B,N,M+1], [<N>, <2*M>], [-2, -1], none", "B=1..5 N=8|16|32|64|128|256 M=4|8|16|32|64"},
    {"aten::fft_rfft", "T[B,N,C], none, {0|1}, none", "B=8|12|20|64 N=12|28|40|64|128|400 C=1..5"},
    {"aten::_fft_c2c", "Z[B,N], [1], 0, true", kLong},
    {"aten::_fft_c2c", "Z[1+B,N,M], [1, 2], {0|1|2}, {true|false}", "B=1..4 N=2..17|19|23|32|37|53|64|67|97 M=5..63"},
    {"aten::_fft_r2c", "T[1+B,N,M], [1, 2], {0|1|2}, {true|false}", kAnyPlanes},
    {"aten::_fft_c2r", "Z[B,N,M+1], [1, 2], {0|1|2}, <2*M>", "B=1..4 N=1..70 M=1..40"},
    {"aten::fft_rfft2 aten::fft_rfftn", "T[1+B,N,N], none, [-2, -1], {none|\"ortho\"}", "B=1..4 N=2..34"},
    {"aten::fft_fft2 aten::fft_ifftn", "Z[1+B,N,N], none, [-2, -1], {none|\"ortho\"}", "B=1..4 N=2..17|32|64"},
    {"aten::_fft_r2c", "T[B,N], [1], 0, true", kLong},
    {"aten::_fft_c2r", "Z[B,2*N+1], [1], 2, <4*N>", "B=1..9 N=2|4|5|8|10|20|32|50|64|100"},
    {"aten::fft_fft aten::fft_rfft", "T[B,N], none, -1, none", kOther},
    {"aten::abs", "Z[B,N]", kOther},
    {"aten::stft.center", "T[B,L], <N>, <H>, none, T[N], {true|false}, \"reflect\", {true|false}, none, true, none",
     kFrames},
    {"aten::stft", "{T[B,L]|T[L]}, <N>, <H>, none, {T[N]|none}, false, none, true, none", kFrames},
    {"aten::istft", "Z[B,4*K+1,F], <8*K>, <2*K>, none, T[8*K], true, false, none, none, false",
     "B=1..3 K=1|2|8|10|16|25|32|40|50|64 F=5..40"},
};

}  // namespace

std::span<const Recipe> fourier_recipes() { return kRecipes; }

}  // namespace flopaudit
