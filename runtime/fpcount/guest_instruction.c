// SPDX-License-Identifier: GPL-2.0-or-later
// From VEX operations to machine instructions: the cases where VEX spends several operations on one instruction, or
// more lanes than the instruction has.
//
//   (u)comiss        CmpF64(F32toF64(a), F32toF64(b))     one compare in single precision, no conversion
//   cvttss2si ...    F64toI32S(F32toF64(a)),              as many float-integer conversions, no float-float one
//   cvtsi2ss ...     F64toF32(I32StoF64(a))
//   addsubps ...     Add32Fx4(a, b) and Sub32Fx4(a, b)    half of each is thrown away: the lanes of one of them
//   dpps             Mul32Fx4, Add32Fx4, Add32Fx4         4 products, 3 additions
//
// All are matched inside one guest instruction only (between two IMarks): a program's own cvtss2sd followed by comisd
// stays what it is.

#include "fpcount.h"
#include "pub_tool_libcassert.h"
#include "pub_tool_libcbase.h"

// Packed additions that one instruction may need; vaddsubps and vdpps need the most, 4.
#define MAX_PACKED_ADDS 16

typedef struct {
  Bool is_sub;
  UInt lanes;
  Int fp_class;
  const IRExpr* left;
  const IRExpr* right;
} PackedAdd;

struct GuestInstruction {
  Tally own;          // as the table says, without the patterns
  UInt widened_cmps;  // CmpF64 whose operands are both singles
  Int number;         // of the instruction in the superblock, from 1
  UInt packed_adds;
  PackedAdd packed_add[MAX_PACKED_ADDS];
  UInt packed_sp_muls;  // Mul32Fx4
  // By temporary: the number of the instruction that widened a single into it (0: none did), and its original when it
  // is a copy (itself when not).
  Int temporaries;
  Int* widened_by;
  IRTemp* original;
};

GuestInstruction* guest_instructions_of(const IRTypeEnv* types) {
  GuestInstruction* self = LibVEX_Alloc(sizeof *self);
  VG_(memset)(self, 0, sizeof *self);
  self->temporaries = types->types_used;
  self->widened_by = LibVEX_Alloc((types->types_used + 1) * sizeof(Int));
  self->original = LibVEX_Alloc((types->types_used + 1) * sizeof(IRTemp));
  self->number = 1;
  for (Int t = 0; t < types->types_used; ++t) {
    self->widened_by[t] = 0;
    self->original[t] = (IRTemp)t;
  }
  return self;
}

static Bool widened_here(const GuestInstruction* self, const IRExpr* atom) {
  return atom->tag == Iex_RdTmp && self->widened_by[self->original[atom->Iex.RdTmp.tmp]] == self->number;
}

static Bool same_value(const GuestInstruction* self, const IRExpr* a, const IRExpr* b) {
  if (a->tag == Iex_RdTmp && b->tag == Iex_RdTmp)
    return self->original[a->Iex.RdTmp.tmp] == self->original[b->Iex.RdTmp.tmp];
  return eqIRAtom(a, b);
}

static void note_packed_add(GuestInstruction* self, const IRExpr* expression) {
  if (expression->tag != Iex_Triop) return;
  const IRTriop* triop = expression->Iex.Triop.details;
  Bool is_sub;
  switch (triop->op) {
    case Iop_Add32Fx4:
    case Iop_Add32Fx8:
    case Iop_Add64Fx2:
    case Iop_Add64Fx4: is_sub = False; break;
    case Iop_Sub32Fx4:
    case Iop_Sub32Fx8:
    case Iop_Sub64Fx2:
    case Iop_Sub64Fx4: is_sub = True; break;
    case Iop_Mul32Fx4: self->packed_sp_muls++; return;
    default: return;
  }
  tl_assert(self->packed_adds < MAX_PACKED_ADDS);
  OpClass op_class = classify_op(triop->op);
  PackedAdd* add = &self->packed_add[self->packed_adds++];
  add->is_sub = is_sub;
  add->lanes = op_class.lanes;
  add->fp_class = op_class.fp_class;
  add->left = triop->arg2;
  add->right = triop->arg3;
}

static void add_operation(GuestInstruction* self, IROp op) {
  OpClass op_class = classify_op(op);
  if (op_class.fp_class >= 0) self->own.lanes[op_class.fp_class] += op_class.lanes;
}

void guest_instruction_add(GuestInstruction* self, const IRStmt* statement) {
  if (statement->tag != Ist_WrTmp) {
    if (statement->tag == Ist_Dirty)
      self->own.lanes[FPCOUNT_UNCLASSIFIED] += unclassified_lanes_of_helper(statement->Ist.Dirty.details->cee->name);
    return;
  }
  const IRTemp target = statement->Ist.WrTmp.tmp;
  const IRExpr* value = statement->Ist.WrTmp.data;
  switch (value->tag) {
    case Iex_RdTmp: self->original[target] = self->original[value->Iex.RdTmp.tmp]; break;
    case Iex_Unop:
      add_operation(self, value->Iex.Unop.op);
      if (value->Iex.Unop.op == Iop_F32toF64) self->widened_by[target] = self->number;
      break;
    case Iex_Binop:
      add_operation(self, value->Iex.Binop.op);
      if (value->Iex.Binop.op == Iop_CmpF64 && widened_here(self, value->Iex.Binop.arg1) &&
          widened_here(self, value->Iex.Binop.arg2))
        self->widened_cmps++;
      break;
    case Iex_Triop:
      add_operation(self, value->Iex.Triop.details->op);
      note_packed_add(self, value);
      break;
    case Iex_Qop: add_operation(self, value->Iex.Qop.details->op); break;
    case Iex_CCall:
      self->own.lanes[FPCOUNT_UNCLASSIFIED] += unclassified_lanes_of_helper(value->Iex.CCall.cee->name);
      break;
    default: break;
  }
}

static void book_add_sub_pairs(GuestInstruction* self) {
  for (UInt i = 0; i < self->packed_adds; ++i) {
    const PackedAdd* add = &self->packed_add[i];
    if (add->is_sub) continue;
    for (UInt j = 0; j < self->packed_adds; ++j) {
      const PackedAdd* sub = &self->packed_add[j];
      if (sub->is_sub && sub->fp_class == add->fp_class && sub->lanes == add->lanes &&
          same_value(self, add->left, sub->left) && same_value(self, add->right, sub->right)) {
        self->own.lanes[add->fp_class] -= add->lanes;
        break;
      }
    }
  }
}

static void book_dot_products(GuestInstruction* self) {
  if (self->packed_sp_muls > 0 && self->packed_adds == 2 * self->packed_sp_muls)
    self->own.lanes[FPCOUNT_ADD_SP] -= (2 * 4 - 3) * self->packed_sp_muls;
}

static void book_conversions(GuestInstruction* self) {
  ULong* lanes = self->own.lanes;
  if (lanes[FPCOUNT_CVT_FI] > 0) lanes[FPCOUNT_CVT_FF] = 0;
  if (self->widened_cmps > 0) {
    lanes[FPCOUNT_CMP_DP] -= self->widened_cmps;
    lanes[FPCOUNT_CMP_SP] += self->widened_cmps;
    lanes[FPCOUNT_CVT_FF] = 0;
  }
}

void guest_instruction_book(GuestInstruction* self, Tally* tally) {
  book_add_sub_pairs(self);
  book_dot_products(self);
  book_conversions(self);
  for (UInt c = 0; c < FPCOUNT_CLASS_COUNT; ++c) tally->lanes[c] += self->own.lanes[c];
  VG_(memset)(&self->own, 0, sizeof self->own);
  self->widened_cmps = 0;
  self->packed_adds = 0;
  self->packed_sp_muls = 0;
  self->number++;
}
