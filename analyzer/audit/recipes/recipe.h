// A recipe says how `flopaudit validate` draws operands for an op: a row for all ops that take the same operands.
// Beside the models on purpose: an op with a model has a recipe, or a test says which is missing.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace flopaudit {

// What random elements floating tensors have.
enum class DrawnValues : unsigned char {
  normal,    // mean 0, deviation 1
  positive,  // their absolute values: roots, logarithms, variances
  unit,      // their sigmoids, between 0 and 1: probabilities, shares
  definite,  // square matrices times their own transpose, plus their rows on the diagonal
  small,     // a 32nd of them: weights of several layers, so that an exp of their products is an ordinary one
  channels,  // quantized weights have a scale for each channel, others are as normal ones
};

struct Recipe {
  const char* ops;  // full names, separated by spaces
  // Operands in schema order, as facts with symbols: "T[N,C,H,W], T[K,C,R,R], {none|T[K]}, [<S>, <S>]". `T` stands for
  // the type that is drawn for, `Z` for complex numbers of it, `#T` for its number in TorchScript, `{a|b}` for one of
  // the two, `i64[2] = (<N>, 1)` for a tensor of these numbers. `qu8[N]` is quantized from drawn f32 numbers, and a
  // tuple
  // `(qi8[N,K], f32[N])` stands for the parameters that are packed of it (analyzer/ops/quantized_layers.h).
  const char* inputs;
  // Where each symbol is drawn from: "N=1..4 C=8..64*8 R=1|3|5": a range, the multiples of 8 in a range, one of a list.
  const char* sizes;
  DrawnValues values = DrawnValues::normal;
};

// --- the tables, one a family ---
std::span<const Recipe> attention_recipes();
std::span<const Recipe> bin_recipes();
std::span<const Recipe> comparison_recipes();
std::span<const Recipe> complex_recipes();
std::span<const Recipe> composed_loss_recipes();
std::span<const Recipe> difference_recipes();
std::span<const Recipe> contraction_recipes();
std::span<const Recipe> distribution_recipes();
std::span<const Recipe> elementwise_recipes();
std::span<const Recipe> embedding_bag_recipes();
std::span<const Recipe> factored_algebra_recipes();
std::span<const Recipe> factory_recipes();
std::span<const Recipe> fourier_recipes();
std::span<const Recipe> linear_algebra_recipes();
std::span<const Recipe> loss_recipes();
std::span<const Recipe> quantized_recipes();
std::span<const Recipe> recurrent_recipes();
std::span<const Recipe> reduction_recipes();
std::span<const Recipe> resampling_recipes();
std::span<const Recipe> sample_recipes();
std::span<const Recipe> special_function_recipes();
std::span<const Recipe> statistics_recipes();
std::span<const Recipe> uncommon_function_recipes();
std::span<const Recipe> variant_recipes();

// Every row of every family, in the order of the tables.
std::vector<const Recipe*> all_recipes();
// The ops of all rows, sorted, each once.
std::vector<std::string> ops_with_recipes();
std::vector<std::string> ops_of(const Recipe& recipe);

}  // namespace flopaudit
