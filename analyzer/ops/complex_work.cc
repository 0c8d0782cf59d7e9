// Complex arithmetic by the textbook, z = a + bi, from functions of real numbers:
//
//   mul    (ac - bd) + (ad + bc)i                          div   z * conj(w) / |w|^2
//   |z|    sqrt(a^2 + b^2): 2 mul, 1 add, 1 sqrt           log   log |z| + i atan(b / a)
//   sqrt   re = sqrt((|z| + a) / 2), im = b / (2 re)       exp   e^a (cos b + i sin b)
//   sin    sin a cosh b + i cos a sinh b (cos alike), with cosh and sinh from e = exp(b) and 1/e: (e +- 1/e) / 2
//   tanh   (sinh 2a + i sin 2b) / (cosh 2a + cos 2b) (tan alike)
//   pow    exp(w log z)
//   asin   -i log(iz + sqrt(1 - z^2)), acos = pi/2 - asin  atan  i/2 (log(1 - iz) - log(1 + iz))
//
// A product with i turns the parts and is free, as is a sign.
#include "analyzer/ops/complex_work.h"

namespace flopaudit {
namespace {

constexpr auto kMul = WorkClass::mul, kAdd = WorkClass::add, kDiv = WorkClass::div, kSqrt = WorkClass::sqrt;
constexpr auto kExp = WorkClass::exp, kLog = WorkClass::log, kSin = WorkClass::sin, kCos = WorkClass::cos;
constexpr auto kAtan = WorkClass::atan;

constexpr RealStep kComplexMac[] = {{WorkClass::mac, 4}};
constexpr RealStep kComplexMul[] = {{kMul, 4}, {kAdd, 2}};
constexpr RealStep kComplexAdd[] = {{kAdd, 2}};
constexpr RealStep kComplexDiv[] = {{kMul, 6}, {kAdd, 3}, {kDiv, 2}};
constexpr RealStep kComplexSqrt[] = {{kMul, 2 + 1}, {kAdd, 1 + 1}, {kDiv, 1 + 1}, {kSqrt, 1 + 1}};
constexpr RealStep kComplexCompare[] = {{WorkClass::compare, 2}};
constexpr RealStep kComplexConvert[] = {{WorkClass::convert, 2}};
constexpr RealStep kComplexExp[] = {{kExp, 1}, {kCos, 1}, {kSin, 1}, {kMul, 2}};
constexpr RealStep kComplexLog[] = {{kMul, 2}, {kAdd, 1}, {kSqrt, 1}, {kLog, 1}, {kDiv, 1}, {kAtan, 1}};
constexpr RealStep kComplexSin[] = {{kExp, 1}, {kDiv, 1 + 2}, {kAdd, 2}, {kSin, 1}, {kCos, 1}, {kMul, 2}};
constexpr RealStep kComplexTan[] = {{kMul, 2}, {kExp, 1}, {kDiv, 1 + 2 + 2}, {kAdd, 2 + 1}, {kSin, 1}, {kCos, 1}};
constexpr RealStep kComplexPow[] = {{kMul, 2 + 4 + 2}, {kAdd, 1 + 2}, {kSqrt, 1}, {kLog, 1}, {kDiv, 1},
                                    {kAtan, 1},        {kExp, 1},     {kCos, 1},  {kSin, 1}};
// z^2 and 1 - z^2, the root, its sum with iz, the logarithm.
constexpr RealStep kComplexAsin[] = {
    {kMul, 4 + 3 + 2}, {kAdd, 2 + 1 + 2 + 2 + 1}, {kDiv, 2 + 1}, {kSqrt, 2 + 1}, {kLog, 1}, {kAtan, 1}};
constexpr RealStep kComplexAcos[] = {
    {kMul, 4 + 3 + 2}, {kAdd, 2 + 1 + 2 + 2 + 1 + 1}, {kDiv, 2 + 1}, {kSqrt, 2 + 1}, {kLog, 1}, {kAtan, 1}};
// 1 - iz and 1 + iz, two logarithms, their difference, its half.
constexpr RealStep kComplexAtan[] = {{kMul, 2 * 2}, {kAdd, 2 + 2 * 1 + 2}, {kDiv, 2 * 1 + 2}, {kSqrt, 2}, {kLog, 2},
                                     {kAtan, 2}};

}  // namespace

std::span<const RealStep> complex_steps(WorkClass work_class) {
  switch (work_class) {
    case WorkClass::mac: return kComplexMac;
    case WorkClass::mul: return kComplexMul;
    case WorkClass::add: return kComplexAdd;
    case WorkClass::div: return kComplexDiv;
    case WorkClass::sqrt: return kComplexSqrt;
    case WorkClass::compare: return kComplexCompare;
    case WorkClass::convert: return kComplexConvert;
    case WorkClass::exp: return kComplexExp;
    case WorkClass::log: return kComplexLog;
    case WorkClass::sin:
    case WorkClass::cos: return kComplexSin;
    case WorkClass::tan:
    case WorkClass::tanh: return kComplexTan;
    case WorkClass::pow: return kComplexPow;
    case WorkClass::asin: return kComplexAsin;
    case WorkClass::acos: return kComplexAcos;
    case WorkClass::atan: return kComplexAtan;
    default: return {};
  }
}

}  // namespace flopaudit
