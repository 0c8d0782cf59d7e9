// Functions of one element: exp and its kind, roots, powers, activations. A row says what an element costs in f32 and
// in f64, how many lanes n elements take, and what values that are not ordinary change.
#include <algorithm>
#include <cstring>
#include <functional>
#include <string>
#include <vector>

#include "analyzer/audit/causes/elements.h"
#include "analyzer/audit/causes/inner_loops.h"
#include "analyzer/audit/causes/softmax.h"

namespace flopaudit {
namespace {

constexpr const char* kProbes =
    "testdata/audit/probes.tsv: 1 to 21, 35, 100, 1000, 1001, 25088 and 200704 elements; values from 1e-40 to 1000, "
    "f32 and f64";
constexpr CauseInfo kCauses[] = {
    {"polynomial",
     "A function is a polynomial in arithmetic, of MKL's or of libm's; libm's f32 functions compute in f64.",
     "aten::exp, log, tanh, erf, sin, sigmoid, silu, gelu, pow and their kind", "standard",
     "lanes times the element's operations, the rows of a slice each by itself: exp f32 7 add 7 mul, f64 10 and 9; log "
     "12 and 12, 16 and 9; tanh f32 7 and "
     "7 in f64, f64 23 and 14; sigmoid and silu f32 6 and 6 in f64, f64 10 and 10; gelu f32 15 and 20; the others: "
     "functions.cc",
     kProbes},
    {"root by iteration", "MKL refines a reciprocal estimate instead of using the square root instruction.",
     "aten::sqrt", "standard", "an element: f32 5 add 7 mul, f64 8 and 12, no sqrt", kProbes},
    {"branches by value", "Which polynomial an element takes depends on its value.",
     "aten::gelu (f64, or by tanh), elu, selu, celu, softplus, mish, log_sigmoid, leaky_relu, prelu", "standard",
     "n times the least to n times the most that an element of any value costs", kProbes},
};
constexpr const CauseInfo& kPolynomial = kCauses[0];
constexpr const CauseInfo& kRoot = kCauses[1];
constexpr const CauseInfo& kBranches = kCauses[2];

struct Function {
  const char* name;  // without aten::; all forms in `forms`
  const char* forms;
  Lanes lanes;
  PerElement f32, f64;
  const CauseInfo* cause = &kPolynomial;
};

constexpr Function kFunctions[] = {
    {"exp", "exp exp_", Lanes::half, {.add = 7, .mul = 7}, {.add = 10, .mul = 9}},
    {"exp2", "exp2", Lanes::each, {.add_inside = 6, .mul_inside = 5}, {.add = 9, .mul = 8}},
    {"log", "log log_", Lanes::half, {.add = 12, .mul = 12}, {.add = 16, .mul = 9}},
    {"log2", "log2", Lanes::half, {.add = 14, .mul = 6}, {.add = 17, .mul = 10}},
    {"log10", "log10", Lanes::half, {.add = 15, .mul = 8}, {.add = 16, .mul = 12}},
    {"sin", "sin sin_", Lanes::half, {.add = 2, .mul = 1, .add_inside = 6, .mul_inside = 8}, {.add = 24, .mul = 17}},
    {"cos", "cos cos_", Lanes::half, {.add = 4, .mul = 1, .add_inside = 6, .mul_inside = 8}, {.add = 24, .mul = 17}},
    {"tan",
     "tan",
     Lanes::half,
     {.add = 2, .mul = 1, .add_inside = 5, .mul_inside = 7, .div_inside = 1},
     {.add = 41, .mul = 24}},
    {"atan", "atan", Lanes::half, {.add = 14, .mul = 8, .add_inside = 4, .mul_inside = 5}, {.add = 38, .mul = 29}},
    {"erf", "erf erf_", Lanes::half, {.add = 10, .mul = 10}, {.add = 21, .mul = 21}},
    {"erfc", "erfc", Lanes::half, {.add = 21, .mul = 16}, {.add = 38, .mul = 33}},
    {"tanh", "tanh tanh_", Lanes::half, {.add_inside = 7, .mul_inside = 7}, {.add = 23, .mul = 14}},
    {"sqrt", "sqrt sqrt_", Lanes::half, {.add = 5, .mul = 7}, {.add = 8, .mul = 12}, &kRoot},
    {"sigmoid",
     "sigmoid sigmoid_",
     Lanes::each,
     {.add = 1, .div = 1, .add_inside = 6, .mul_inside = 6},
     {.add = 11, .mul = 10, .div = 1}},
    {"silu",
     "silu silu_",
     Lanes::each,
     {.add = 1, .div = 1, .add_inside = 6, .mul_inside = 6},
     {.add = 11, .mul = 10, .div = 1}},
    {"glu",
     "glu",
     Lanes::each,
     {.add = 1, .mul = 1, .div = 1, .add_inside = 6, .mul_inside = 6},
     {.add = 11, .mul = 11, .div = 1}},
    {"floor", "floor floor_ ceil ceil_", Lanes::whole, {.add = 1}, {.add = 1}},
    {"frac", "frac", Lanes::each, {.add = 1}, {.add = 1}},
    {"round", "round round_ trunc trunc_", Lanes::each, {}, {}},  // an instruction of its own, no arithmetic
    {"sign", "sign sgn", Lanes::doubles, {.add = 1}, {.add = 1}},
    {"square", "square", Lanes::pair, {.mul = 1}, {.mul = 1}},
    {"deg2rad", "deg2rad rad2deg", Lanes::each, {.mul = 1}, {.mul = 1}},
    {"addcmul", "addcmul", Lanes::each, {.add = 1, .mul = 2}, {.add = 1, .mul = 2}},
    {"addcdiv", "addcdiv", Lanes::pair, {.add = 1, .mul = 1, .div = 1}, {.add = 1, .mul = 1, .div = 1}},
    {"addcdiv_", "addcdiv_", Lanes::each, {.add = 1, .mul = 1, .div = 1}, {.add = 1, .mul = 1, .div = 1}},
    {"pow.Tensor_Tensor",
     "pow.Tensor_Tensor",
     Lanes::each,
     {.add_inside = 13, .mul_inside = 14},
     {.add = 39, .mul = 29}},
};

// What another value of one element changes.
struct OtherValues {
  const char* name;
  bool f32;
  Interval add_f32, mul_f32, div_f32, add_f64, mul_f64, div_f64;
};
constexpr OtherValues kOtherValues[] = {
    // Of one element or lane: nan and infinity, 0, denormals, results out of range, arguments that are reduced (sin).
    {"exp", true, {}, {0, 1}, {}, {0, 18}, {0, 15}, {}},
    {"exp", false, {}, {}, {}, {}, {0, 1}, {}},
    {"exp2", true, {0, 1}, {0, 1}, {}, {-6, 0}, {-5, 0}, {}},
    {"exp2", false, {}, {}, {}, {-9, 0}, {-8, 0}, {}},
    {"log", true, {}, {0, 1}, {}, {0, 19}, {0, 12}, {}},
    {"log", false, {}, {}, {}, {}, {0, 1}, {}},
    {"log2", true, {0, 22}, {0, 13}, {}, {}, {}, {}},
    {"log2", false, {}, {}, {}, {0, 1}, {}, {}},
    {"log10", true, {0, 23}, {0, 15}, {}, {}, {}, {}},
    {"log10", false, {}, {}, {}, {}, {0, 1}, {}},
    {"sqrt", true, {0, 1}, {}, {}, {0, 16}, {0, 20}, {}},
    {"sqrt", false, {}, {}, {}, {0, 1}, {}, {}},
    {"tanh", true, {0, 1}, {}, {}, {}, {}, {}},
    {"tanh", false, {}, {}, {}, {0, 1}, {0, 1}, {}},
    {"sin", true, {0, 32}, {0, 18}, {}, {}, {}, {}},
    {"sin", false, {}, {}, {}, {0, 33}, {0, 20}, {}},
    {"cos", true, {0, 32}, {0, 18}, {}, {}, {}, {}},
    {"cos", false, {}, {}, {}, {0, 33}, {0, 20}, {}},
    {"tan", true, {0, 44}, {0, 22}, {}, {}, {}, {}},
    {"tan", false, {}, {}, {}, {0, 47}, {0, 27}, {}},
    {"atan", true, {0, 1}, {0, 1}, {}, {0, 1}, {}, {}},
    {"atan", false, {}, {}, {}, {0, 1}, {0, 1}, {}},
    {"erfc", true, {}, {0, 1}, {}, {}, {}, {}},
    {"erfc", false, {}, {}, {}, {}, {0, 1}, {}},
    {"floor", true, {-1, 0}, {}, {}, {}, {}, {}},
    {"floor", false, {}, {}, {}, {-1, 0}, {}, {}},
    {"pow", true, {0, 1}, {0, 2}, {0, 1}, {-39, -6}, {-29, -5}, {0, 2}},  // 0, 1, below 0, results out of range
    {"pow", false, {}, {}, {}, {-39, 10}, {-29, 3}, {0, 2}},
};

ValueRange other_values(const char* name, bool f32, std::int64_t count) {
  ValueRange range;
  for (const OtherValues& row : kOtherValues) {
    if (row.f32 != f32 || std::strcmp(row.name, name) != 0) continue;
    range.calls = count;
    range.each[FlopClass::add_f32] = row.add_f32;
    range.each[FlopClass::mul_f32] = row.mul_f32;
    range.each[FlopClass::div_f32] = row.div_f32;
    range.each[FlopClass::add_f64] = row.add_f64;
    range.each[FlopClass::mul_f64] = row.mul_f64;
    range.each[FlopClass::div_f64] = row.div_f64;
  }
  return range;
}

// Operands of one shape and type; a cast or a broadcast inside has another loop.
bool is_plain_call(const KernelCall& call, Explanation& out) {
  for (std::size_t i = 0; i < call.inputs.size(); ++i) {
    if (call.inputs[i].tensor() == nullptr) continue;
    const bool same_type = dtype_at_place(call.inputs, i) == dtype_at_place(call.outputs, 0);
    if (!same_type) out.refuse("a cast inside has no model");
    if (i > 0 && sizes_at(call.inputs, i) != sizes_at(call.inputs, 0)) out.refuse("a broadcast inside has no model");
  }
  return out.refusal().empty();
}

// The loops over the elements: one for each row of a slice that leaves out part of it.
InnerLoops loops_of(const KernelCall& call, std::int64_t elements, Explanation& out) {
  if (const auto loops = loops_of_one(call); loops && elements > 0) return *loops;
  check_layout(call, Layout::alike, out);
  return {elements, 1, true, false};
}

// The lanes of all loops. Where elements lie apart no vector of them is made, but of those that MKL's functions copy.
std::int64_t lanes_of_loops(Lanes lanes, const InnerLoops& loops, bool f32) {
  const bool apart = !loops.is_plain;
  if (apart && lanes == Lanes::pair) lanes = Lanes::each;
  if (apart && lanes == Lanes::doubles) return 0;
  return loops.count * lanes_of(lanes, loops.length, f32);
}

// Loops whose elements lie apart and that the compiler makes vectors of all the same.
std::int64_t lanes_apart(const Function& function, const InnerLoops& loops, bool f32) {
  constexpr std::int64_t kPairs = 16;
  const std::string name = function.name;
  if (name == "addcdiv" && f32) return loops.count * lanes_of(Lanes::pair, loops.length, true);
  const bool in_pairs = name == "addcmul" && f32 && loops.length >= kPairs;
  return lanes_of_loops(function.lanes, loops, f32) + (in_pairs ? loops.count * (loops.length / 2 * 2) : 0);
}

void explain_function(const KernelCall& call, const Function& function, Explanation& out) {
  const auto result = result_of(call, out);
  if (!result || !is_plain_call(call, out)) return;
  const InnerLoops loops = loops_of(call, result->elements, out);
  if (!out.refusal().empty()) return;
  const auto annotated = annotated_of(call, out);
  if (!annotated) return;
  const bool f32 = result->classes.f32;
  const std::int64_t lanes =
      loops.is_plain ? lanes_of_loops(function.lanes, loops, f32) : lanes_apart(function, loops, f32);
  out.add_rest(*function.cause, *annotated, counts_of(f32 ? function.f32 : function.f64, lanes, result->classes));
  const std::string name = function.name;
  if (name == "sigmoid" || name == "silu" || name == "glu")
    exp_by_values(result->elements, result->classes, out);
  else
    out.differs_by_values(other_values(name == "pow.Tensor_Tensor" ? "pow" : function.name, f32, lanes));
}

void explain_row(const KernelCall& call, Explanation& out) {
  for (const Function& function : kFunctions) {
    const std::string forms = " " + std::string(function.forms) + " ";
    if (forms.find(" " + std::string(call.op.substr(6)) + " ") != std::string::npos) {
      return explain_function(call, function, out);
    }
  }
}

// --- powers of a number ---

// In place the loops of roots and quotients end with single elements.
template <bool in_place>
void explain_pow(const KernelCall& call, Explanation& out) {
  const auto result = result_of(call, out);
  const auto exponent = number_at_place(call.inputs, 1);
  if (!result) return;
  if (!exponent) return out.refuse("the exponent is not known");
  // Whole numbers, as the square root of a size: the cast beside it costs nothing.
  const bool is_root_or_quotient = *exponent == 0.5 || *exponent == -0.5 || *exponent == -1 || *exponent == -2;
  const auto from = dtype_at_place(call.inputs, 0);
  const bool casts_for_free = from && (is_integral(*from) || result->elements == 1) && is_root_or_quotient;
  if (!casts_for_free && !is_plain_call(call, out)) return;
  const auto annotated = annotated_of(call, out);
  const InnerLoops loops = loops_of(call, result->elements, out);
  if (!annotated || !out.refusal().empty()) return;
  const bool f32 = result->classes.f32;
  const std::int64_t n = result->elements;
  struct Special {
    double exponent;
    Lanes lanes;
    PerElement f32, f64;
  };
  constexpr Lanes kQuotientLanes = in_place ? Lanes::each : Lanes::pair;
  constexpr Special kSpecial[] = {
      {0, Lanes::each, {}, {}},
      {1, Lanes::each, {}, {}},
      {2, Lanes::pair, {.mul = 1}, {.mul = 1}},
      {3, Lanes::pair, {.mul = 2}, {.mul = 2}},
      {0.5, Lanes::half, {.add = 5, .mul = 7}, {.add = 8, .mul = 12}},
      {-0.5, kQuotientLanes, {.div = 1, .sqrt = 1}, {.div = 1, .sqrt = 1}},
      {-1, kQuotientLanes, {.div = 1}, {.div = 1}},
      {-2, Lanes::pair, {.mul = 1, .div = 1}, {.mul = 1, .div = 1}},
  };
  for (const Special& special : kSpecial) {
    if (special.exponent != *exponent) continue;
    const PerElement& element = f32 ? special.f32 : special.f64;
    out.add_rest(kPolynomial, *annotated,
                 counts_of(element, lanes_of_loops(special.lanes, loops, f32), result->classes));
    if (*exponent == 0.5) out.differs_by_values(other_values("sqrt", f32, n));
    return;
  }
  // libm's pow; f32 takes its own in pairs of vectors, and f64's for the rest.
  const std::int64_t in_vectors = f32 ? lanes_of_loops(Lanes::doubles, loops, true) : 0;
  FlopIntervals whole = counts_of({.add_inside = 13, .mul_inside = 14}, in_vectors, result->classes);
  whole += counts_of({.add_inside = 39, .mul_inside = 29}, n - in_vectors, result->classes);
  out.add_rest(kPolynomial, *annotated, whole);
  out.differs_by_values(other_values("pow", f32, n));
}

// --- what values decide ---

struct Branches {
  const char* forms;
  Lanes lanes;
  PerElement f32_least, f32_most, f64_least, f64_most;
  PerElement once;  // beside the elements
};
constexpr Branches kBranched[] = {
    {"elu elu_ selu selu_",
     Lanes::each,
     {.mul = 1},
     {.add = 19, .mul = 16, .div = 1},
     {.mul = 1},
     {.add = 19, .mul = 19, .div = 1},
     {.mul = 2}},
    {"celu celu_",
     Lanes::each,
     {.mul = 1},
     {.add = 19, .mul = 16, .div = 1},
     {.mul = 1},
     {.add = 19, .mul = 19, .div = 1},
     {.mul = 2, .div_inside = 1}},
    {"softplus",
     Lanes::each,
     {},
     {.add = 17, .mul = 14, .div = 3, .add_inside = 6, .mul_inside = 6},
     {},
     {.add = 27, .mul = 27, .div = 3},
     {}},
    {"mish mish_",
     Lanes::each,
     {.mul = 1},
     {.add = 39, .mul = 29, .div = 4, .add_inside = 6, .mul_inside = 6},
     {.mul = 1},
     {.add = 49, .mul = 44, .div = 4},
     {}},
    {"log_sigmoid log_sigmoid_forward",
     Lanes::whole,
     {.add = 1},
     {.add = 18, .mul = 13, .div = 2, .add_inside = 6, .mul_inside = 6},
     {.add = 1},
     {.add = 28, .mul = 26, .div = 2},
     {}},
    {"prelu _prelu_kernel", Lanes::each, {}, {.mul = 1}, {}, {.mul = 1}, {}},
};

void explain_between(const KernelCall& call, const Operand& result, const FlopIntervals& least,
                     const FlopIntervals& most, Explanation& out) {
  const auto annotated = annotated_of(call, out);
  if (!annotated || result.elements == 0) return;
  explain_between(kBranches, {result.elements, result.classes, *annotated}, least, most, out);
}

void explain_branches(const KernelCall& call, Explanation& out) {
  const auto result = result_of(call, out);
  if (!result) return;
  for (const Branches& row : kBranched) {
    const std::string forms = " " + std::string(row.forms) + " ";
    if (forms.find(" " + std::string(call.op.substr(6)) + " ") == std::string::npos) continue;
    const bool f32 = result->classes.f32;
    const std::int64_t lanes = lanes_of(row.lanes, result->elements, f32);
    FlopIntervals least = counts_of(f32 ? row.f32_least : row.f64_least, lanes, result->classes);
    FlopIntervals most = counts_of(f32 ? row.f32_most : row.f64_most, lanes, result->classes);
    most += counts_of(row.once, 1, result->classes);
    return explain_between(call, *result, least, most, out);
  }
}

// oneDNN's gelu in f32 where elements lie row by row; else libm's erf, and by tanh libm's tanh.
void explain_gelu(const KernelCall& call, Explanation& out) {
  const auto result = result_of(call, out);
  if (!result) return;
  const StrFact* word = call.inputs.size() > 1 ? call.inputs[1].get<StrFact>() : nullptr;
  if (word == nullptr || !word->value) return out.refuse("the kind of gelu is not known");
  const std::int64_t n = result->elements;
  const auto between = [&](const PerElement& least, const PerElement& most) {
    explain_between(call, *result, counts_of(least, n, result->classes), counts_of(most, n, result->classes), out);
  };
  if (*word->value == "tanh") {
    return between({.add = 2, .mul = 6}, {.add = 24, .mul = result->classes.f32 ? 21 : 23, .div = 2});
  }
  const auto strides = strides_at(call, 0);
  if (!strides) return out.refuse("it is not known how an operand lies in memory");
  const bool row_by_row = lie_together_at(call, 0, 0);
  if (!result->classes.f32) return between({.add = 2, .mul = 3}, {.add = 41, .mul = 46, .div = 3});
  if (n < 2 || !row_by_row) {
    return between({.add = 2, .mul = 3}, {.add = 24, .mul = 24, .div = 3, .add_inside = 12, .mul_inside = 12});
  }
  const auto annotated = annotated_of(call, out);
  if (!annotated) return;
  out.add_rest(kPolynomial, *annotated,
               counts_of({.add = 15, .mul = 20, .div = 1}, lanes_of(Lanes::each_one, n, true), result->classes));
}

// The elements past pairs of vectors are multiplied only where they are negative.
void explain_leaky_relu(const KernelCall& call, Explanation& out) {
  const auto result = result_of(call, out);
  if (!result) return;
  const InnerLoops loops = loops_of(call, result->elements, out);
  const std::int64_t past = result->elements - lanes_of_loops(Lanes::doubles, loops, result->classes.f32);
  if (past == 0) return;
  out.depends_on_data();
  out.add(kBranches, result->classes.mul, {-past, 0});
}

// Functions of one operand that take branches one element after the other, however they lie.
bool is_by_element(const std::string& name) {
  return name.find("prelu") == std::string::npos && name.find("log_sigmoid") == std::string::npos;
}

// The names are made of the rows, once.
const std::vector<KernelModel>& models() {
  static const std::vector<std::string> kNames = [] {
    std::vector<std::string> names;
    const auto add_forms = [&names](std::string forms) {
      for (std::size_t at = 0; at < forms.size();) {
        const std::size_t space = std::min(forms.find(' ', at), forms.size());
        names.push_back("aten::" + forms.substr(at, space - at));
        at = space + 1;
      }
    };
    for (const Function& function : kFunctions) add_forms(function.forms);
    names.emplace_back();  // from here on: branches
    for (const Branches& row : kBranched) add_forms(row.forms);
    return names;
  }();
  static const std::vector<KernelModel> kModels = [] {
    std::vector<KernelModel> rows = {{"aten::gelu", explain_gelu, Layout::any},
                                     {"aten::leaky_relu", explain_leaky_relu, Layout::any},
                                     {"aten::leaky_relu_", explain_leaky_relu, Layout::any},
                                     {"aten::pow.Tensor_Scalar", explain_pow<false>, Layout::any},
                                     {"aten::pow_.Scalar", explain_pow<true>, Layout::any}};
    auto* explain = explain_row;
    for (const std::string& name : kNames) {
      if (name.empty())
        explain = explain_branches;
      else
        rows.push_back(
            {name.c_str(), explain, explain == explain_row || is_by_element(name) ? Layout::any : Layout::alike});
    }
    return rows;
  }();
  return kModels;
}

}  // namespace

std::span<const KernelModel> function_models() { return models(); }
std::span<const CauseInfo> function_causes() { return kCauses; }

}  // namespace flopaudit
