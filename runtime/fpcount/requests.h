// SPDX-License-Identifier: Apache-2.0
// The client requests of the fpcount tool: all that a program includes of it. Works in C and C++.
//
// Natively (not under Valgrind, or under another of its tools) every request returns 0, a few instructions later.
#pragma once

#include <valgrind/valgrind.h>

// The classes of floating-point work that the tool counts, in lanes (one per scalar result); X(name) for each, in the
// order of the counters. The last counts lanes of operations that the tool does not know: any number but 0 there means
// that the other counters are not the whole truth.
// clang-format off
#define FPCOUNT_CLASSES(X)                                                                                          \
  X(ADD_SP) X(ADD_DP) X(MUL_SP) X(MUL_DP) X(FMA_SP) X(FMA_DP) X(DIV_SP) X(DIV_DP) X(SQRT_SP) X(SQRT_DP)             \
  X(MINMAX_SP) X(MINMAX_DP) X(CMP_SP) X(CMP_DP) X(EST_SP) X(EST_DP) X(ROUND_SP) X(ROUND_DP) X(CVT_FF) X(CVT_FI)     \
  X(UNCLASSIFIED)
// clang-format on

#define FPCOUNT_ENUMERATOR(name) FPCOUNT_##name,
enum FpcountClass { FPCOUNT_CLASSES(FPCOUNT_ENUMERATOR) FPCOUNT_CLASS_COUNT };
#undef FPCOUNT_ENUMERATOR

// The version of this interface; a program refuses a tool of another one.
#define FPCOUNT_VERSION 1

enum FpcountRequest {
  FPCOUNT_REQUEST_VERSION = VG_USERREQ_TOOL_BASE('F', 'P'),  // -> FPCOUNT_VERSION of the tool
  FPCOUNT_REQUEST_READ,      // (unsigned long long* counters): fills FPCOUNT_CLASS_COUNT totals -> 1
  FPCOUNT_REQUEST_READ_ONE,  // (index) -> the total of that class
};

// 0: this process does not run under fpcount.
static inline unsigned long long fpcount_version(void) {
  return VALGRIND_DO_CLIENT_REQUEST_EXPR(0ULL, FPCOUNT_REQUEST_VERSION, 0, 0, 0, 0, 0);
}

// Lanes counted since the program began, all threads together. Returns 0, and writes nothing, when not under fpcount.
static inline unsigned long long fpcount_read(unsigned long long* counters) {
  return VALGRIND_DO_CLIENT_REQUEST_EXPR(0ULL, FPCOUNT_REQUEST_READ, counters, 0, 0, 0, 0);
}

static inline unsigned long long fpcount_read_one(unsigned long long index) {
  return VALGRIND_DO_CLIENT_REQUEST_EXPR(0ULL, FPCOUNT_REQUEST_READ_ONE, index, 0, 0, 0, 0);
}
