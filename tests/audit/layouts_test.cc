// How tensors lie in memory, as the program tells: what ops make of it, and what is not known.
#include "analyzer/audit/layouts.h"

#include <gtest/gtest.h>

#include "analyzer/ir/parser.h"

namespace flopaudit {
namespace {

const std::string kHead = R"(flopaudit.ir/1
program file="m.pt" kind="traced" method="forward" libtorch="2.13.0" parameters=0 parameter_bytes=0

graph "M.forward"(%self: M, %x: Tensor {f32[1,6,8,12]}, %w: Tensor {f32[16,12,3,3]}, %t: Tensor {f32[1,5,12]}, %u: Tensor) -> () {
)";

// The strides of a value of these nodes; nothing: not known. Row by row is told as numbers.
std::optional<Strides> strides_of(const std::string& nodes, const std::string& name,
                                  const std::vector<std::int64_t>& sizes) {
  const auto program = parse_program(kHead + nodes + "  return ()\n}\n");
  if (!program) {
    ADD_FAILURE() << program.error().message;
    return std::nullopt;
  }
  const Layouts layouts = Layouts::of(**program);
  std::optional<Strides> found;
  for_each_node((*program)->entry().body, [&](const Node& node) {
    for (const Value* result : node.results) {
      if (result->name == name) found = layouts.strides(*result);
    }
  });
  return found == kRowByRow ? std::optional(row_major(sizes)) : found;
}

// [1,6,8,12] as 12 channels of 6 rows and 8 columns.
const std::string kByChannel = R"(  n0: %p: Tensor {f32[1,12,6,8]} = aten::permute(%x, [0, 3, 1, 2]: List[int])
)";

TEST(Layouts, AConvolutionKeepsChannelsThatLieTogether) {
  const std::string conv =
      "  n1: %y: Tensor {f32[1,16,6,8]} = aten::conv2d(%p, %w, none: Optional[Tensor], [1, 1]: List[int], [1, 1]: "
      "List[int], [1, 1]: List[int], 1)\n";
  EXPECT_EQ(strides_of(kByChannel + conv, "y", {1, 16, 6, 8}), (Strides{16 * 6 * 8, 1, 8 * 16, 16}));
}

TEST(Layouts, AConvolutionLaysAllElseOutRowByRow) {
  // Every other row, whose channels lie apart.
  const std::string part = R"(  n0: %p: Tensor {f32[1,3,8,12]} = aten::slice.Tensor(%x, 1, 0, 6, 2)
  n1: %y: Tensor {f32[1,16,6,10]} = aten::conv2d(%p, %w, none: Optional[Tensor], [1, 1]: List[int], [0, 0]: List[int], [1, 1]: List[int], 1)
)";
  EXPECT_EQ(strides_of(part, "y", {1, 16, 6, 10}), (Strides{16 * 6 * 10, 6 * 10, 10, 1}));
}

// A row that was a column shows by the stride of its single element; conversions that do nothing keep it.
TEST(Layouts, ConversionsThatDoNothingKeepAllStrides) {
  const std::string turned = R"(  n0: %r: Tensor {f32[1,12]} = aten::select.int(%t, 1, 0)
  n1: %c: Tensor {f32[12,1]} = aten::t(%r)
)";
  const auto to = [&](const std::string& type, int dtype, const std::string& copies, const std::string& format) {
    return turned + "  n2: %y: Tensor {" + type + "[12,1]} = aten::to.dtype(%c, " + std::to_string(dtype) +
           ", false, " + copies + ", " + format + ")\n";
  };
  EXPECT_EQ(strides_of(to("f32", 6, "false", "none: Optional[int]"), "y", {12, 1}), (Strides{1, 60}));
  EXPECT_EQ(strides_of(to("f64", 7, "false", "none: Optional[int]"), "y", {12, 1}), (Strides{1, 60}));
  EXPECT_EQ(strides_of(to("f32", 6, "true", "1"), "y", {12, 1}), (Strides{1, 60}));
  EXPECT_EQ(strides_of(to("f64", 7, "false", "0"), "y", {12, 1}), (Strides{1, 1}));
}

// Every other channel of a map has gaps, which a copy does not have.
TEST(Layouts, CopiesHaveNoGaps) {
  const std::string part = "  n1: %q: Tensor {f32[1,6,6,8]} = aten::slice.Tensor(%p, 1, 0, 12, 2)\n";
  const std::string copy = "  n2: %y: Tensor {f32[1,6,6,8]} = aten::clone(%q, none: Optional[int])\n";
  EXPECT_EQ(strides_of(kByChannel + part + copy, "y", {1, 6, 6, 8}), (Strides{288, 1, 48, 6}));
  const std::string rows = "  n2: %y: Tensor {f32[1,6,6,8]} = aten::clone(%q, 0)\n";
  EXPECT_EQ(strides_of(kByChannel + part + rows, "y", {1, 6, 6, 8}), (Strides{288, 48, 8, 1}));
}

TEST(Layouts, ElementsKeepTheOrderOfTheirOperands) {
  const std::string roots = "  n1: %y: Tensor {f32[1,12,6,8]} = aten::rsqrt(%p)\n";
  EXPECT_EQ(strides_of(kByChannel + roots, "y", {1, 12, 6, 8}), (Strides{576, 1, 96, 12}));
}

TEST(Layouts, RecurrentLayersMakeStepsOfSequences) {
  const auto layer = [](const std::string& batch_first) {
    return "  n0: %l: List[Tensor] = prim::ListConstruct(%w)\n"
           "  n1: %y: Tensor {f32[5,7,4]}, %h: Tensor {f32[1,5,4]} = aten::gru.input(%t, %u, %l, true, 1, 0.0, false, "
           "false, " +
           batch_first + ")\n";
  };
  EXPECT_EQ(strides_of(layer("true"), "y", {5, 7, 4}), (Strides{4, 5 * 4, 1}));
  EXPECT_EQ(strides_of(layer("false"), "y", {5, 7, 4}), (Strides{7 * 4, 4, 1}));
  EXPECT_EQ(strides_of(layer("true"), "h", {1, 5, 4}), (Strides{5 * 4, 4, 1}));
}

TEST(Layouts, FramesLieOneAfterTheOther) {
  const std::string frames =
      "  n0: %s: Tensor {f32[2,4000]} = aten::rand(%t)\n"
      "  n1: %y: Tensor {c64[2,201,26]} = aten::stft.center(%s, 400, 160, 400, none: Optional[Tensor], true, "
      "\"reflect\", false, none: Optional[bool], true, none: Optional[bool])\n";
  EXPECT_EQ(strides_of(frames, "y", {2, 201, 26}), (Strides{201 * 26, 1, 201}));
}

TEST(Layouts, TransformedDimsLieTogether) {
  const auto transformed = [](const std::string& dim) {
    return "  n0: %y: Tensor {c64[1,5,12]} = aten::fft_fft(%t, none: Optional[int], " + dim +
           ", none: Optional[str])\n";
  };
  EXPECT_EQ(strides_of(transformed("-1"), "y", {1, 5, 12}), (Strides{5 * 12, 12, 1}));
  EXPECT_EQ(strides_of(transformed("1"), "y", {1, 5, 12}), (Strides{5 * 12, 1, 5}));
}

TEST(Layouts, TransformedPlanesLieTogether) {
  const auto plane = [](const std::string& op, const std::string& result) {
    return "  n0: %s: Tensor {f32[2,6,4,3]} = aten::rand(%t)\n"
           "  n1: %y: Tensor {" +
           result + "} = aten::" + op + "(%s, none: Optional[List[int]], [1, 2]: List[int], none: Optional[str])\n";
  };
  EXPECT_EQ(strides_of(plane("fft_rfft2", "c64[2,6,3,3]"), "y", {2, 6, 3, 3}), (Strides{54, 3, 1, 18}));
  // The conjugate of an inverse has its real dim first.
  EXPECT_EQ(strides_of(plane("fft_ihfft2", "c64[2,6,3,3]"), "y", {2, 6, 3, 3}), (Strides{54, 1, 6, 18}));
}

TEST(Layouts, PartsOfComplexNumbersLieTwiceAsFarApart) {
  const std::string turned =
      "  n0: %c: Tensor {c64[1,5,12]} = aten::fft_fft(%t, none: Optional[int], 1, none: Optional[str])\n";
  EXPECT_EQ(strides_of(turned + "  n1: %y: Tensor {f32[1,5,12]} = aten::real(%c)\n", "y", {1, 5, 12}),
            (Strides{2 * 60, 2, 2 * 5}));
  EXPECT_EQ(strides_of(turned + "  n1: %y: Tensor {f32[1,5,12,2]} = aten::view_as_real(%c)\n", "y", {1, 5, 12, 2}),
            (Strides{2 * 60, 2, 2 * 5, 1}));
  const std::string back =
      "  n1: %r: Tensor {f32[1,5,12,2]} = aten::view_as_real(%c)\n"
      "  n2: %y: Tensor {c64[1,5,12]} = aten::view_as_complex(%r)\n";
  EXPECT_EQ(strides_of(turned + back, "y", {1, 5, 12}), (Strides{60, 1, 5}));
}

TEST(Layouts, LapacksMatricesLieByColumns) {
  const std::string inverse =
      "  n0: %m: Tensor {f32[2,3,3]} = aten::view(%t, [2, 3, 3]: List[int])\n"
      "  n1: %y: Tensor {f32[2,3,3]} = aten::linalg_inv(%m)\n";
  EXPECT_EQ(strides_of(inverse, "y", {2, 3, 3}), (Strides{9, 1, 3}));
}

TEST(Layouts, PackedSequencesArePaddedStepByStep) {
  const auto padded = [](const std::string& batch_first) {
    return "  n0: %p: Tensor {f32[9,4]}, %s: Tensor {i64[5]} = aten::_pack_padded_sequence(%u, %u, true)\n"
           "  n1: %y: Tensor {f32[3,5,4]}, %n: Tensor {i64[3]} = aten::_pad_packed_sequence(%p, %s, " +
           batch_first + ", 0.0, 5)\n";
  };
  EXPECT_EQ(strides_of(padded("true"), "p", {9, 4}), (Strides{4, 1}));
  EXPECT_EQ(strides_of(padded("true"), "y", {3, 5, 4}), (Strides{4, 3 * 4, 1}));
  EXPECT_EQ(strides_of(padded("false"), "y", {3, 5, 4}), (Strides{5 * 4, 4, 1}));
}

// Each part has the strides of the whole, whichever op parts it.
TEST(Layouts, PartsOfAMatrixHaveItsStrides) {
  const std::vector<std::string> partings = {"aten::chunk(%q, 2, 1)", "aten::unsafe_chunk(%q, 2, 1)",
                                             "aten::split.Tensor(%q, 6, 1)", "aten::unsafe_split.Tensor(%q, 6, 1)",
                                             "aten::tensor_split.sections(%q, 2, 1)"};
  for (const std::string& parting : partings) {
    const std::string nodes =
        "  n0: %q: Tensor {f32[5,12]} = aten::squeeze(%t)\n"
        "  n1: %l: List[Tensor] = " +
        parting +
        "\n"
        "  n2: %y: Tensor {f32[5,6]}, %z: Tensor {f32[5,6]} = prim::ListUnpack(%l)\n";
    EXPECT_EQ(strides_of(nodes, "z", {5, 6}), (Strides{12, 1})) << parting;
  }
}

TEST(Layouts, WhatIsJoinedLiesRowByRow) {
  const std::string tokens = R"(  n0: %e: Tensor {f32[1,1,12]} = aten::expand(%u, [1, -1, -1]: List[int], false)
  n1: %l: List[Tensor] = prim::ListConstruct(%e, %t)
  n2: %y: Tensor {f32[1,6,12]} = aten::cat(%l, 1)
)";
  EXPECT_EQ(strides_of(tokens, "y", {1, 6, 12}), (Strides{6 * 12, 12, 1}));
}

TEST(Layouts, MapsThatAreJoinedKeepChannelsTogetherOnlyWhereAllDo) {
  const auto joined = [](const std::string& parts) {
    const std::string nodes = kByChannel + R"(  n1: %q: Tensor {f32[1,12,6,8]} = aten::contiguous(%p, 0)
  n2: %e: Tensor {f32[1,12,6,8]} = aten::expand(%u, [1, -1, -1, -1]: List[int], false)
  n3: %l: List[Tensor] = prim::ListConstruct()" +
                              parts + R"()
  n4: %y: Tensor {f32[1,24,6,8]} = aten::cat(%l, 1)
)";
    return strides_of(nodes, "y", {1, 24, 6, 8});
  };
  EXPECT_EQ(joined("%p, %p"), (Strides{24 * 6 * 8, 1, 8 * 24, 24}));
  EXPECT_EQ(joined("%p, %q"), (Strides{24 * 6 * 8, 6 * 8, 8, 1}));
  EXPECT_EQ(joined("%e, %q"), (Strides{24 * 6 * 8, 6 * 8, 8, 1}));
  EXPECT_EQ(joined("%p, %e"), std::nullopt);
}

TEST(Layouts, RepeatedDimsHaveNoStride) {
  const std::string nodes = R"(  n0: %y: Tensor {f32[4,5,5,12]} = aten::expand(%t, [4, 5, -1, -1]: List[int], false)
)";
  EXPECT_EQ(strides_of(nodes, "y", {4, 5, 5, 12}), (Strides{0, 0, 12, 1}));
  const std::string relu = "  n1: %r: Tensor {f32[4,5,5,12]} = aten::relu(%y)\n";
  EXPECT_EQ(strides_of(nodes + relu, "r", {4, 5, 5, 12}), std::nullopt);
}

TEST(Layouts, ChannelsLieTogetherByStridesAlone) {
  EXPECT_TRUE(lies_by_channel({2, 3, 4, 5}, {60, 1, 15, 3}));
  EXPECT_TRUE(lies_by_channel({2, 3, 4, 5}, {120, 1, 30, 6}));  // with gaps
  EXPECT_TRUE(lies_by_channel({1, 7, 1, 1}, {7, 1, 7, 7}));
  EXPECT_FALSE(lies_by_channel({1, 7, 1, 1}, {7, 1, 1, 1}));
  EXPECT_FALSE(lies_by_channel({2, 3, 4, 5}, {60, 20, 5, 1}));
  EXPECT_FALSE(lies_by_channel({2, 1, 1, 1}, {1, 1, 1, 1}));
  EXPECT_FALSE(lies_by_channel({1, 3, 4, 5}, {60, 0, 15, 3}));  // expanded
  EXPECT_FALSE(lies_by_channel({3, 4, 5}, {1, 15, 3}));
}

}  // namespace
}  // namespace flopaudit
