// oneDNN's im2col convolution: a product of its own for each image, group and block (`im2col_blocks.h`).
#include <algorithm>
#include <array>

#include "analyzer/audit/causes/convolution_call.h"
#include "analyzer/audit/causes/im2col_blocks.h"
#include "analyzer/audit/causes/onednn_product.h"

namespace flopaudit {
namespace {

constexpr CauseInfo kCauses[] = {
    {"im2col product in lanes",
     "Where oneDNN has no direct kernel it multiplies an im2col matrix by a product of its own, in blocks that fit "
     "into the cache, of 8 outputs and 6 channels, every tap, those in the padding too; it scales by alpha and adds a "
     "bias at the end.",
     "aten::conv1d, conv2d, _convolution, convolution",
     "standard, f32, oneDNN: groups whose channels are no multiples of 8, padded windows over 7 with a stride, wide "
     "padding",
     "a block of M outputs padded to 8 (P), N channels, K taps in B parts of at most 256: P*(K*N + B*pad6(N) + (B - "
     "1)*N) add, P*N more where inputs came before, P*N*(K + B) mul, + M*N add for a bias, and 2 add and 3 div in f64; "
     "one channel: L = 8*(M/8 + bits of M mod 8) lanes, L*K add, (L + 8)*K mul; one output: dot products; planes of a "
     "volume are products of their own; the blocks: im2col_blocks.h",
     "testdata/audit/probes.tsv, testdata/validation/standard.csv: 1 to 12544 outputs, 1 to 96 channels, 4 to 1936 "
     "taps one at a time, and mixed sizes"},
};
constexpr const CauseInfo& kIm2col = kCauses[0];

// A dim cut into blocks: how many there are of the two sizes.
struct Cut {
  struct Part {
    std::int64_t size, count;
  };
  std::array<Part, 2> parts;  // the second may be of none

  Cut(std::int64_t size, std::int64_t block)
      : parts{{{block, size / block}, {size % block, size % block == 0 ? 0 : 1}}} {}
};

struct Counted {
  std::int64_t add = 0, mul = 0, setup_add = 0, setup_div = 0;
};

Counted product_of(std::int64_t positions, std::int64_t channels, std::int64_t depth) {
  const OnednnCounts product = channels == 1    ? counts_of_matrix_times_vector(positions, depth)
                               : positions == 1 ? counts_of_transposed_matrix_times_vector(channels, depth)
                                                : counts_of(OnednnProduct{positions, channels, depth});
  return {product.add, product.mul, product.setup_add, product.setup_div};
}

Im2colProblem problem_of(const ConvolutionCall& conv) {
  Im2colProblem problem;
  problem.products = conv.input[0] * conv.groups;
  problem.inputs = conv.group_inputs();
  problem.channels = conv.group_outputs();
  problem.positions = product(conv.output, 2);
  problem.taps = product(conv.weight, 2);
  problem.stride_width = conv.stride.back();
  problem.stride_height = conv.spatial() == 2 ? conv.stride.front() : 1;
  if (conv.spatial() == 3) problem.products *= conv.output[2], problem.positions /= conv.output[2];
  return problem;
}

std::string why_not(const ConvolutionCall& conv, const Im2colProblem& problem) {
  if (conv.channels_last) return "an im2col product of channels that lie together has no model";
  // The work is a number by now, so that positions times depth is one too; strides are in no count.
  constexpr std::int64_t kLargestStride = std::int64_t{1} << 10, kMostPositions = std::int64_t{1} << 31;
  if (problem.stride_width > kLargestStride || problem.stride_height > kLargestStride ||
      problem.products > kMostPositions / problem.positions) {
    return "oneDNN's im2col product of strides or sizes this large has no model";
  }
  return "";
}

}  // namespace

void explain_im2col(const ConvolutionCall& conv, bool has_bias, std::int64_t all, Explanation& out) {
  const Im2colProblem problem = problem_of(conv);
  const std::string why = why_not(conv, problem);
  if (!why.empty()) return out.refuse(why);
  // Planes of a volume are products of their own, and are not cut.
  const Im2colBlocks block =
      conv.spatial() == 3 ? Im2colBlocks{problem.positions, problem.channels, problem.inputs} : im2col_blocks(problem);
  Counted total;
  for (const Cut::Part& positions : Cut(problem.positions, block.positions).parts) {
    for (const Cut::Part& channels : Cut(problem.channels, block.channels).parts) {
      const std::int64_t pairs = positions.count * channels.count;
      if (pairs == 0) continue;
      if (positions.size == 1 && channels.size == 1)
        return out.refuse("an im2col product of one output of one channel has no model");
      if (channels.size == 1 && problem.inputs > block.inputs)
        return out.refuse("an im2col product of one channel in parts has no model");
      for (const Cut::Part& inputs : Cut(problem.inputs, block.inputs).parts) {
        if (inputs.count == 0) continue;
        const Counted one = product_of(positions.size, channels.size, inputs.size * problem.taps);
        total.add += pairs * inputs.count * one.add;
        total.mul += pairs * inputs.count * one.mul;
        total.setup_add += pairs * inputs.count * one.setup_add;
        total.setup_div += pairs * inputs.count * one.setup_div;
      }
      // Inputs after the first block are added to what is there, with which a dot product begins.
      const std::int64_t later = positions.size == 1 ? 0 : blocks_of(problem.inputs, block.inputs) - 1;
      total.add += pairs * later * round_up(positions.size, 8) * channels.size;
      const std::int64_t tail = positions.size % 4 >= 2 ? 2 : 0;
      if (has_bias) total.add += pairs * channels.size * (positions.size + tail);
    }
  }
  out.add(kIm2col, FlopClass::add_f64, problem.products * total.setup_add);
  out.add(kIm2col, FlopClass::div_f64, problem.products * total.setup_div);
  out.add(kIm2col, conv.classes.add, problem.products * total.add - all);
  out.add(kIm2col, conv.classes.mul, problem.products * total.mul - all);
}

std::span<const CauseInfo> im2col_causes() { return kCauses; }

}  // namespace flopaudit
