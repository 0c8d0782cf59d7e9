// SPDX-License-Identifier: GPL-2.0-or-later
// fpcount: a Valgrind tool that counts the lanes of every floating-point instruction by class and precision.

#include "fpcount.h"
#include "pub_tool_clreq.h"
#include "pub_tool_libcassert.h"
#include "pub_tool_libcbase.h"
#include "pub_tool_libcprint.h"
#include "pub_tool_options.h"

ULong fpcount_counters[FPCOUNT_CLASS_COUNT];

static const HChar* const class_names[FPCOUNT_CLASS_COUNT] = {
#define FPCOUNT_NAME(name) #name,
    FPCOUNT_CLASSES(FPCOUNT_NAME)
#undef FPCOUNT_NAME
};

static void refuse_option(const HChar* option, const HChar* reason) {
  VG_(fmsg_bad_option)(option, "%s\n", reason);
  VG_(exit)(1);
}

static void post_clo_init(void) {
  // VEX optimises before a tool sees the code. At level 2 it computes equal scalar operations once; when it chases
  // branches it also runs the second half of an `a && b` before it knows that it must. The calibration kernels
  // `duplicate ...` and `short circuit` show both. README.md has the figures.
  if (VG_(clo_vex_control).iropt_level > 1)
    refuse_option("--vex-iropt-level=2", "fpcount counts exactly at levels 0 and 1 only");
  if (VG_(clo_vex_control).guest_chase)
    refuse_option("--vex-guest-chase=yes", "fpcount counts exactly without chasing only");
}

static Bool handle_client_request(ThreadId thread, UWord* arguments, UWord* result) {
  if (!VG_IS_TOOL_USERREQ('F', 'P', arguments[0])) return False;
  switch (arguments[0]) {
    case FPCOUNT_REQUEST_VERSION: *result = FPCOUNT_VERSION; return True;
    case FPCOUNT_REQUEST_READ:
      VG_(memcpy)((void*)arguments[1], fpcount_counters, sizeof fpcount_counters);
      *result = 1;
      return True;
    case FPCOUNT_REQUEST_READ_ONE:
      *result = arguments[1] < FPCOUNT_CLASS_COUNT ? fpcount_counters[arguments[1]] : 0;
      return True;
    default: return False;
  }
}

static void finish(Int exit_code) {
  if (VG_(clo_verbosity) < 1) return;
  for (UInt c = 0; c < FPCOUNT_CLASS_COUNT; ++c)
    if (fpcount_counters[c] != 0) VG_(umsg)("%-12s %'llu\n", class_names[c], fpcount_counters[c]);
}

static void pre_clo_init(void) {
  VG_(details_name)("fpcount");
  VG_(details_version)("1");
  VG_(details_description)("a counter of floating-point lanes");
  VG_(details_copyright_author)("Part of flopaudit. GPL-2.0-or-later.");
  VG_(details_bug_reports_to)("the flopaudit project");
  VG_(details_avg_translation_sizeB)(300);

  VG_(clo_vex_control).iropt_level = 1;
  VG_(clo_vex_control).guest_chase = False;

  VG_(basic_tool_funcs)(post_clo_init, fpcount_instrument, finish);
  VG_(needs_client_requests)(handle_client_request);
}

VG_DETERMINE_INTERFACE_VERSION(pre_clo_init)
