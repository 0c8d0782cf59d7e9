// SPDX-License-Identifier: GPL-2.0-or-later
// fpcount's insides: what its files know of each other. Programs include requests.h, never this.
#pragma once

#include "pub_tool_basics.h"
#include "pub_tool_tooliface.h"
#include "requests.h"

// Lanes since the program began, by FpcountClass. The instrumented code adds to them with plain 64-bit loads and
// stores: Valgrind runs one thread at a time.
extern ULong fpcount_counters[FPCOUNT_CLASS_COUNT];

// classify.c
// -----------------------------------------------------------------------------------------------------------

typedef struct {
  Int fp_class;  // FpcountClass, or -1: no floating-point work
  UInt lanes;
} OpClass;

// The class of one VEX operation, taken alone.
OpClass classify_op(IROp op);

// Lanes of a helper function that VEX calls (CCall, Dirty) for floating-point work without an IROp of its own: these
// are unclassified.
UInt unclassified_lanes_of_helper(const HChar* name);

// guest_instruction.c
// --------------------------------------------------------------------------------------------------

// Several VEX operations may stand for one machine instruction (a scalar compare is two conversions and a compare of
// doubles). The operations of one guest instruction are therefore gathered first and booked together.
typedef struct GuestInstruction GuestInstruction;

typedef struct {
  ULong lanes[FPCOUNT_CLASS_COUNT];
} Tally;

// State for one superblock, in VEX's temporary memory: valid during one call of instrument.
GuestInstruction* guest_instructions_of(const IRTypeEnv* types);
void guest_instruction_add(GuestInstruction* self, const IRStmt* statement);
// Adds what the instruction did to `tally`, and forgets it.
void guest_instruction_book(GuestInstruction* self, Tally* tally);

// instrument.c
// ---------------------------------------------------------------------------------------------------------

IRSB* fpcount_instrument(VgCallbackClosure* closure, IRSB* block, const VexGuestLayout* layout,
                         const VexGuestExtents* extents, const VexArchInfo* arch_info, IRType guest_word,
                         IRType host_word);
