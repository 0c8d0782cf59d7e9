// SPDX-License-Identifier: GPL-2.0-or-later
// The table: VEX operation -> class and lanes.
//
// F0x operations work on the lowest lane only: 1 lane. x87 runs as double in VEX and is counted as double.
// Sign changes and absolute values are bit operations in SSE: no work. An operation that takes or gives floating-point
// values and is not in the table is `unclassified`, never silently nothing.

#include "fpcount.h"
#include "pub_tool_libcbase.h"

static OpClass lanes_of(Int fp_class, UInt lanes) {
  OpClass result = {fp_class, lanes};
  return result;
}

static Bool is_floating(IRType type) {
  return type == Ity_F16 || type == Ity_F32 || type == Ity_F64 || type == Ity_F128 || type == Ity_D32 ||
         type == Ity_D64 || type == Ity_D128;
}

// An operation outside the table: does its signature say floating point?
static OpClass classify_by_signature(IROp op) {
  IRType result, a, b, c, d;
  typeOfPrimop(op, &result, &a, &b, &c, &d);
  if (is_floating(result) || is_floating(a) || is_floating(b) || is_floating(c) || is_floating(d))
    return lanes_of(FPCOUNT_UNCLASSIFIED, 1);
  return lanes_of(-1, 0);
}

// One group of equal operations a paragraph.
// clang-format off
OpClass classify_op(IROp op) {
  switch (op) {
    // add and subtract
    case Iop_Add32F0x4: case Iop_Sub32F0x4: case Iop_AddF32: case Iop_SubF32: return lanes_of(FPCOUNT_ADD_SP, 1);
    case Iop_Add32Fx2: case Iop_Sub32Fx2: return lanes_of(FPCOUNT_ADD_SP, 2);
    case Iop_Add32Fx4: case Iop_Sub32Fx4: return lanes_of(FPCOUNT_ADD_SP, 4);
    case Iop_Add32Fx8: case Iop_Sub32Fx8: return lanes_of(FPCOUNT_ADD_SP, 8);
    case Iop_Add64F0x2: case Iop_Sub64F0x2: case Iop_AddF64: case Iop_SubF64: return lanes_of(FPCOUNT_ADD_DP, 1);
    case Iop_Add64Fx2: case Iop_Sub64Fx2: return lanes_of(FPCOUNT_ADD_DP, 2);
    case Iop_Add64Fx4: case Iop_Sub64Fx4: return lanes_of(FPCOUNT_ADD_DP, 4);

    // multiply
    case Iop_Mul32F0x4: case Iop_MulF32: return lanes_of(FPCOUNT_MUL_SP, 1);
    case Iop_Mul32Fx2: return lanes_of(FPCOUNT_MUL_SP, 2);
    case Iop_Mul32Fx4: return lanes_of(FPCOUNT_MUL_SP, 4);
    case Iop_Mul32Fx8: return lanes_of(FPCOUNT_MUL_SP, 8);
    case Iop_Mul64F0x2: case Iop_MulF64: return lanes_of(FPCOUNT_MUL_DP, 1);
    case Iop_Mul64Fx2: return lanes_of(FPCOUNT_MUL_DP, 2);
    case Iop_Mul64Fx4: return lanes_of(FPCOUNT_MUL_DP, 4);

    // fused multiply and add: VEX splits a packed one into one of these per lane
    case Iop_MAddF32: case Iop_MSubF32: return lanes_of(FPCOUNT_FMA_SP, 1);
    case Iop_MAddF64: case Iop_MSubF64: return lanes_of(FPCOUNT_FMA_DP, 1);

    // divide
    case Iop_Div32F0x4: case Iop_DivF32: return lanes_of(FPCOUNT_DIV_SP, 1);
    case Iop_Div32Fx4: return lanes_of(FPCOUNT_DIV_SP, 4);
    case Iop_Div32Fx8: return lanes_of(FPCOUNT_DIV_SP, 8);
    case Iop_Div64F0x2: case Iop_DivF64: return lanes_of(FPCOUNT_DIV_DP, 1);
    case Iop_Div64Fx2: return lanes_of(FPCOUNT_DIV_DP, 2);
    case Iop_Div64Fx4: return lanes_of(FPCOUNT_DIV_DP, 4);
    // a step of fprem and fprem1: what is left of a division
    case Iop_PRemF64: case Iop_PRem1F64: return lanes_of(FPCOUNT_DIV_DP, 1);

    // square root
    case Iop_Sqrt32F0x4: case Iop_SqrtF32: return lanes_of(FPCOUNT_SQRT_SP, 1);
    case Iop_Sqrt32Fx4: return lanes_of(FPCOUNT_SQRT_SP, 4);
    case Iop_Sqrt32Fx8: return lanes_of(FPCOUNT_SQRT_SP, 8);
    case Iop_Sqrt64F0x2: case Iop_SqrtF64: return lanes_of(FPCOUNT_SQRT_DP, 1);
    case Iop_Sqrt64Fx2: return lanes_of(FPCOUNT_SQRT_DP, 2);
    case Iop_Sqrt64Fx4: return lanes_of(FPCOUNT_SQRT_DP, 4);

    // minimum and maximum
    case Iop_Min32F0x4: case Iop_Max32F0x4: return lanes_of(FPCOUNT_MINMAX_SP, 1);
    case Iop_Min32Fx2: case Iop_Max32Fx2: return lanes_of(FPCOUNT_MINMAX_SP, 2);
    case Iop_Min32Fx4: case Iop_Max32Fx4: return lanes_of(FPCOUNT_MINMAX_SP, 4);
    case Iop_Min32Fx8: case Iop_Max32Fx8: return lanes_of(FPCOUNT_MINMAX_SP, 8);
    case Iop_Min64F0x2: case Iop_Max64F0x2: return lanes_of(FPCOUNT_MINMAX_DP, 1);
    case Iop_Min64Fx2: case Iop_Max64Fx2: return lanes_of(FPCOUNT_MINMAX_DP, 2);
    case Iop_Min64Fx4: case Iop_Max64Fx4: return lanes_of(FPCOUNT_MINMAX_DP, 4);

    // compare (packed ones of 256 bits are two of 128)
    case Iop_CmpEQ32F0x4: case Iop_CmpLT32F0x4: case Iop_CmpLE32F0x4: case Iop_CmpUN32F0x4: case Iop_CmpF32:
      return lanes_of(FPCOUNT_CMP_SP, 1);
    case Iop_CmpEQ32Fx2: case Iop_CmpGT32Fx2: case Iop_CmpGE32Fx2: return lanes_of(FPCOUNT_CMP_SP, 2);
    case Iop_CmpEQ32Fx4: case Iop_CmpLT32Fx4: case Iop_CmpLE32Fx4: case Iop_CmpUN32Fx4: case Iop_CmpGT32Fx4:
    case Iop_CmpGE32Fx4: return lanes_of(FPCOUNT_CMP_SP, 4);
    case Iop_CmpEQ64F0x2: case Iop_CmpLT64F0x2: case Iop_CmpLE64F0x2: case Iop_CmpUN64F0x2: case Iop_CmpF64:
      return lanes_of(FPCOUNT_CMP_DP, 1);
    case Iop_CmpEQ64Fx2: case Iop_CmpLT64Fx2: case Iop_CmpLE64Fx2: case Iop_CmpUN64Fx2:
      return lanes_of(FPCOUNT_CMP_DP, 2);

    // estimates of the reciprocal and of the reciprocal square root
    case Iop_RecipEst32F0x4: case Iop_RSqrtEst32F0x4: return lanes_of(FPCOUNT_EST_SP, 1);
    case Iop_RecipEst32Fx4: case Iop_RSqrtEst32Fx4: return lanes_of(FPCOUNT_EST_SP, 4);
    case Iop_RecipEst32Fx8: case Iop_RSqrtEst32Fx8: return lanes_of(FPCOUNT_EST_SP, 8);
    case Iop_RecipEst64Fx2: case Iop_RSqrtEst64Fx2: return lanes_of(FPCOUNT_EST_DP, 2);

    // round to an integral value
    case Iop_RoundF32toInt: return lanes_of(FPCOUNT_ROUND_SP, 1);
    case Iop_RoundF32x4_RM: case Iop_RoundF32x4_RP: case Iop_RoundF32x4_RN: case Iop_RoundF32x4_RZ:
      return lanes_of(FPCOUNT_ROUND_SP, 4);
    case Iop_RoundF64toInt: return lanes_of(FPCOUNT_ROUND_DP, 1);

    // floating point to floating point
    case Iop_F32toF64: case Iop_F64toF32: case Iop_F16toF64: case Iop_F64toF16: case Iop_F16toF32: case Iop_F32toF16:
    case Iop_RoundF64toF32: return lanes_of(FPCOUNT_CVT_FF, 1);
    case Iop_F64toF16x2_DEP: case Iop_F16toF64x2: return lanes_of(FPCOUNT_CVT_FF, 2);
    case Iop_F32toF16x4_DEP: case Iop_F32toF16x4: case Iop_F16toF32x4: return lanes_of(FPCOUNT_CVT_FF, 4);
    case Iop_F32toF16x8: case Iop_F16toF32x8: return lanes_of(FPCOUNT_CVT_FF, 8);

    // floating point to integer and back
    case Iop_F64toI16S: case Iop_F64toI32S: case Iop_F64toI64S: case Iop_F64toI64U: case Iop_F64toI32U:
    case Iop_I32StoF64: case Iop_I64StoF64: case Iop_I64UtoF64: case Iop_I64UtoF32: case Iop_I32UtoF32:
    case Iop_I32UtoF64: case Iop_F32toI32S: case Iop_F32toI64S: case Iop_F32toI32U: case Iop_F32toI64U:
    case Iop_I32StoF32: case Iop_I64StoF32: return lanes_of(FPCOUNT_CVT_FI, 1);
    case Iop_I32UtoF32x2_DEP: case Iop_I32StoF32x2_DEP: case Iop_F32toI32Ux2_RZ: case Iop_F32toI32Sx2_RZ:
      return lanes_of(FPCOUNT_CVT_FI, 2);
    case Iop_I32UtoF32x4_DEP: case Iop_I32StoF32x4_DEP: case Iop_I32StoF32x4: case Iop_F32toI32Sx4:
    case Iop_F32toI32Ux4_RZ: case Iop_F32toI32Sx4_RZ: case Iop_QF32toI32Ux4_RZ: case Iop_QF32toI32Sx4_RZ:
      return lanes_of(FPCOUNT_CVT_FI, 4);
    case Iop_I32StoF32x8: case Iop_F32toI32Sx8: return lanes_of(FPCOUNT_CVT_FI, 8);

    // sign changes, absolute values and moves of bits: no work
    case Iop_NegF64: case Iop_AbsF64: case Iop_NegF32: case Iop_AbsF32: case Iop_NegF16: case Iop_AbsF16:
    case Iop_Neg32Fx2: case Iop_Abs32Fx2: case Iop_Neg32Fx4: case Iop_Abs32Fx4: case Iop_Neg64Fx2: case Iop_Abs64Fx2:
    case Iop_ReinterpF128asI128: case Iop_ReinterpI128asF128: case Iop_ReinterpF64asI64: case Iop_ReinterpI64asF64:
    case Iop_ReinterpF32asI32: case Iop_ReinterpI32asF32: case Iop_F64HLtoF128: case Iop_F128HItoF64:
    case Iop_F128LOtoF64:
    // the condition codes of fprem and fprem1, whose value is an operation of its own
    case Iop_PRemC3210F64: case Iop_PRem1C3210F64: return lanes_of(-1, 0);

    // vector operations whose signature (V128) does not show that they are floating point; amd64 has none of them
    case Iop_RecipStep32Fx2: case Iop_RSqrtStep32Fx2: case Iop_RecipEst32Fx2: case Iop_RSqrtEst32Fx2:
    case Iop_PwMax32Fx2: case Iop_PwMin32Fx2: case Iop_PwAdd32Fx2: return lanes_of(FPCOUNT_UNCLASSIFIED, 2);
    case Iop_PwMax32Fx4: case Iop_PwMin32Fx4: case Iop_RecipStep32Fx4: case Iop_RSqrtStep32Fx4: case Iop_Scale2_32Fx4:
    case Iop_Log2_32Fx4: case Iop_Exp2_32Fx4: case Iop_F32ToFixed32Ux4_RZ: case Iop_F32ToFixed32Sx4_RZ:
    case Iop_Fixed32UToF32x4_RN: case Iop_Fixed32SToF32x4_RN: case Iop_F32x4_2toQ16x8:
      return lanes_of(FPCOUNT_UNCLASSIFIED, 4);
    case Iop_RecipStep64Fx2: case Iop_RSqrtStep64Fx2: case Iop_Scale2_64Fx2: case Iop_Log2_64Fx2:
    case Iop_F64x2_2toQ32x4: return lanes_of(FPCOUNT_UNCLASSIFIED, 2);
    case Iop_Add16Fx8: case Iop_Sub16Fx8: case Iop_Sqrt16Fx8: case Iop_CmpLT16Fx8: case Iop_CmpLE16Fx8:
    case Iop_CmpEQ16Fx8: return lanes_of(FPCOUNT_UNCLASSIFIED, 8);

    default:
      return classify_by_signature(op);
  }
}
// clang-format on

UInt unclassified_lanes_of_helper(const HChar* name) {
  // fxtract is the only amd64 instruction whose arithmetic VEX hides in a helper.
  return VG_(strcmp)(name, "x86amd64g_calculate_FXTRACT") == 0 ? 1 : 0;
}
