// SPDX-License-Identifier: GPL-2.0-or-later
// Adds the counting to a superblock.
//
// The lanes of a straight run of instructions are known when it is translated, so they are summed then, and one 64-bit
// addition a class is inserted where the run ends: before every side exit, and at the end of the superblock.

#include "fpcount.h"
#include "pub_tool_libcbase.h"

static void add_to_counter(IRSB* block, UInt fp_class, ULong lanes) {
  IRExpr* address = IRExpr_Const(IRConst_U64((ULong)(Addr)&fpcount_counters[fp_class]));
  const IRTemp before = newIRTemp(block->tyenv, Ity_I64);
  const IRTemp after = newIRTemp(block->tyenv, Ity_I64);
  addStmtToIRSB(block, IRStmt_WrTmp(before, IRExpr_Load(Iend_LE, Ity_I64, address)));
  addStmtToIRSB(block,
                IRStmt_WrTmp(after, IRExpr_Binop(Iop_Add64, IRExpr_RdTmp(before), IRExpr_Const(IRConst_U64(lanes)))));
  addStmtToIRSB(block, IRStmt_Store(Iend_LE, address, IRExpr_RdTmp(after)));
}

static void flush(IRSB* block, Tally* tally) {
  for (UInt c = 0; c < FPCOUNT_CLASS_COUNT; ++c) {
    if (tally->lanes[c] == 0) continue;
    add_to_counter(block, c, tally->lanes[c]);
    tally->lanes[c] = 0;
  }
}

IRSB* fpcount_instrument(VgCallbackClosure* closure, IRSB* block, const VexGuestLayout* layout,
                         const VexGuestExtents* extents, const VexArchInfo* arch_info, IRType guest_word,
                         IRType host_word) {
  IRSB* counted = deepCopyIRSBExceptStmts(block);
  GuestInstruction* instruction = guest_instructions_of(block->tyenv);
  Tally tally;
  VG_(memset)(&tally, 0, sizeof tally);

  for (Int i = 0; i < block->stmts_used; ++i) {
    IRStmt* statement = block->stmts[i];
    if (!statement || statement->tag == Ist_NoOp) continue;
    if (statement->tag == Ist_IMark) guest_instruction_book(instruction, &tally);
    if (statement->tag == Ist_Exit) {
      guest_instruction_book(instruction, &tally);
      flush(counted, &tally);
    }
    guest_instruction_add(instruction, statement);
    addStmtToIRSB(counted, statement);
  }
  guest_instruction_book(instruction, &tally);
  flush(counted, &tally);
  return counted;
}
