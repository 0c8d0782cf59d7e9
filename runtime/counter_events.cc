// Names are those of libpfm4, which PAPI takes native events from. Those of x86 up to Zen 4 and Sapphire Rapids were
// encoded by libpfm 4.13 as the manuals number them (0xC7 and 0x03 with the unit masks below); Zen 5, Granite Rapids
// and the ARM events stand in later versions of its tables (papi: src/libpfm4/lib/events).
#include "runtime/counter_events.h"

#include <algorithm>
#include <initializer_list>

namespace flopaudit {
namespace {

using enum Event;

CounterView view(Event slot, std::initializer_list<Event> once, std::initializer_list<Event> twice,
                 std::initializer_list<Event> undetermined = {}) {
  CounterView result{slot, {}};
  for (const Event event : once) result[event] = 1;
  for (const Event event : twice) result[event] = 2;
  for (const Event event : undetermined) result[event] = kUndeterminedWeight;
  return result;
}

// --- Intel ---

// FP_ARITH_INST_RETIRED, event 0xC7: instructions by precision and width, so each mask is worth its lanes; FMA counts
// twice in the hardware. It takes in ADD, SUB, HADD, MUL, DIV, SQRT, MIN, MAX, RCP, RSQRT, FMA, DPP, and leaves out
// compares, conversions, rounding and x87.
// Source: Intel's perfmon lists (SKX skylakex_core.json; the same text for Broadwell, Ice Lake and later). RCP14 and
// RSQRT14 of doubles are in it too.
std::vector<CounterEvent> fp_arith(bool has_512_bits) {
  std::vector<CounterEvent> events = {
      {"FP_ARITH_INST_RETIRED:SCALAR_SINGLE", add_sp, 1},      {"FP_ARITH_INST_RETIRED:128B_PACKED_SINGLE", add_sp, 4},
      {"FP_ARITH_INST_RETIRED:256B_PACKED_SINGLE", add_sp, 8}, {"FP_ARITH_INST_RETIRED:512B_PACKED_SINGLE", add_sp, 16},
      {"FP_ARITH_INST_RETIRED:SCALAR_DOUBLE", add_dp, 1},      {"FP_ARITH_INST_RETIRED:128B_PACKED_DOUBLE", add_dp, 2},
      {"FP_ARITH_INST_RETIRED:256B_PACKED_DOUBLE", add_dp, 4}, {"FP_ARITH_INST_RETIRED:512B_PACKED_DOUBLE", add_dp, 8},
  };
  if (!has_512_bits)
    std::erase_if(events,
                  [](const CounterEvent& event) { return event.papi_name.find("512B") != std::string_view::npos; });
  return events;
}

std::vector<CounterView> intel_views() {
  return {view(add_sp, {add_sp, mul_sp, div_sp, sqrt_sp, minmax_sp, est_sp}, {fma_sp}),
          view(add_dp, {add_dp, mul_dp, div_dp, sqrt_dp, minmax_dp, est_dp}, {fma_dp})};
}

// Eight events (six without 512 bits). With hyper-threading a core before Ice Lake has four counters, so that each
// precision takes a pass; the NMI watchdog takes one more.
CounterEventRow intel(std::string_view name, std::vector<ModelRange> models, bool has_512_bits = true) {
  CounterEventRow row{name, "GenuineIntel", 6, std::move(models), "", fp_arith(has_512_bits), intel_views()};
  row.presets = true;
  row.dot_products = DotProducts::twice_a_lane;
  return row;
}

CounterEventRow without_counter(std::string_view name, std::string_view vendor, unsigned family,
                                std::vector<ModelRange> models, std::string_view why) {
  return {name, vendor, family, std::move(models), why, {}, {}};
}

// --- AMD ---

// PMCx003: FLOPs, lanes multiplied in, MAC 2 a lane, square roots with the divisions. Nothing in it takes in min, max,
// compares or conversions (FP_OPS_BY_TYPE has masks of their own for those), nor x87; of estimates and rounding no
// source says. It counts up to 64 a cycle, which Linux 5.6 and later arrange by pairing two of the six counters for
// each event: three at a time. Never add the MERGE event by hand: likwid #767 reads half so. Source: libpfm4's
// amd64_events_fam17h_zen1.h, fam17h_zen2.h, fam19h_zen3.h, fam19h_zen4.h, fam1ah_zen5.h; the models of each generation
// as Linux sorts them (arch/x86/kernel/cpu/amd.c).
CounterEventRow amd(std::string_view name, unsigned family, std::vector<ModelRange> models,
                    std::vector<CounterEvent> events, std::vector<CounterView> views) {
  CounterEventRow row{name, "AuthenticAMD", family, std::move(models), "", std::move(events), std::move(views)};
  row.most_events = 3;
  row.least_linux = 506;
  return row;
}

// Zen 1 has a mask for each class and precision.
CounterEventRow zen_1(unsigned family, std::vector<ModelRange> models) {
  CounterEventRow row = amd("AMD Zen 1", family, std::move(models),
                            {{"RETIRED_SSE_AVX_OPERATIONS:SP_ADD_SUB_FLOPS", add_sp, 1},
                             {"RETIRED_SSE_AVX_OPERATIONS:SP_MULT_FLOPS", mul_sp, 1},
                             {"RETIRED_SSE_AVX_OPERATIONS:SP_DIV_FLOPS", div_sp, 1},
                             {"RETIRED_SSE_AVX_OPERATIONS:SP_MULT_ADD_FLOPS", fma_sp, 1},
                             {"RETIRED_SSE_AVX_OPERATIONS:DP_ADD_SUB_FLOPS", add_dp, 1},
                             {"RETIRED_SSE_AVX_OPERATIONS:DP_MULT_FLOPS", mul_dp, 1},
                             {"RETIRED_SSE_AVX_OPERATIONS:DP_DIV_FLOPS", div_dp, 1},
                             {"RETIRED_SSE_AVX_OPERATIONS:DP_MULT_ADD_FLOPS", fma_dp, 1}},
                            {view(add_sp, {add_sp}, {}, {round_sp}), view(mul_sp, {mul_sp}, {}, {est_sp}),
                             view(div_sp, {div_sp, sqrt_sp}, {}, {est_sp}), view(fma_sp, {}, {fma_sp}),
                             view(add_dp, {add_dp}, {}, {round_dp}), view(mul_dp, {mul_dp}, {}, {est_dp}),
                             view(div_dp, {div_dp, sqrt_dp}, {}, {est_dp}), view(fma_dp, {}, {fma_dp})});
  row.presets = true;
  return row;
}

// Zen 2 to 4: a mask for each class, which both precisions share. Zen 4's mask of bfloat MACs is left out.
CounterEventRow zen_2_to_4(std::string_view name, unsigned family, std::vector<ModelRange> models) {
  return amd(
      name, family, std::move(models),
      {{"RETIRED_SSE_AVX_FLOPS:ADD_SUB_FLOPS", add_sp, 1},
       {"RETIRED_SSE_AVX_FLOPS:MULT_FLOPS", mul_sp, 1},
       {"RETIRED_SSE_AVX_FLOPS:DIV_FLOPS", div_sp, 1},
       {"RETIRED_SSE_AVX_FLOPS:MAC_FLOPS", fma_sp, 1}},
      {view(add_sp, {add_sp, add_dp}, {}, {round_sp, round_dp}), view(mul_sp, {mul_sp, mul_dp}, {}, {est_sp, est_dp}),
       view(div_sp, {div_sp, sqrt_sp, div_dp, sqrt_dp}, {}, {est_sp, est_dp}), view(fma_sp, {}, {fma_sp, fma_dp})});
}

// Zen 5 adds the type: all classes of a precision, scalar and packed.
CounterEventRow zen_5() {
  return amd("AMD Zen 5", 0x1A, {{0x00, 0x2F}, {0x40, 0x4F}, {0x60, 0x7F}},
             {{"RETIRED_SSE_AVX_FLOPS:ANY:FLOP_TYPE_SCALAR_SINGLE", add_sp, 1},
              {"RETIRED_SSE_AVX_FLOPS:ANY:FLOP_TYPE_PACKED_SINGLE", add_sp, 1},
              {"RETIRED_SSE_AVX_FLOPS:ANY:FLOP_TYPE_SCALAR_DOUBLE", add_dp, 1},
              {"RETIRED_SSE_AVX_FLOPS:ANY:FLOP_TYPE_PACKED_DOUBLE", add_dp, 1}},
             {view(add_sp, {add_sp, mul_sp, div_sp, sqrt_sp}, {fma_sp}, {est_sp, round_sp}),
              view(add_dp, {add_dp, mul_dp, div_dp, sqrt_dp}, {fma_dp}, {est_dp, round_dp})});
}

// --- ARM ---

// Element operations, FMA twice, of instructions that are executed speculatively, wrong paths too. SCALE counts those
// of SVE for each 128 bits of the vector, FIXED those of scalars and of NEON as they are; lanes that a predicate
// switches off are not mentioned. Of min, max, compares, estimates, rounding and conversions no source says. Source:
// libpfm4's arm_neoverse_n2_events.h, _v1_, _v2_, _n3_, _v3_ (0x80C0, 0x80C1), arm_fujitsu_a64fx_events.h.
CounterEventRow arm(std::string_view name, unsigned implementer, unsigned part, std::vector<CounterEvent> events,
                    std::vector<CounterView> views) {
  CounterEventRow row{name, "ARM", implementer, {{part, part}}, "", std::move(events), std::move(views)};
  row.speculative = true;
  return row;
}

CounterEventRow neoverse(std::string_view name, unsigned part, std::int64_t vector_bits) {
  return arm(name, 0x41, part, {{"FP_FIXED_OPS_SPEC", add_sp, 1}, {"FP_SCALE_OPS_SPEC", add_sp, vector_bits / 128}},
             {view(add_sp, {add_sp, mul_sp, div_sp, sqrt_sp, add_dp, mul_dp, div_dp, sqrt_dp}, {fma_sp, fma_dp},
                   {minmax_sp, minmax_dp, cmp_sp, cmp_dp, est_sp, est_dp, round_sp, round_dp, cvt_ff, cvt_fi})});
}

// By precision; an operation on both counts as the larger.
CounterEventRow a64fx() {
  CounterEventRow row = arm(
      "Fujitsu A64FX", 0x46, 0x001,
      {{"FP_SP_FIXED_OPS_SPEC", add_sp, 1},
       {"FP_SP_SCALE_OPS_SPEC", add_sp, 512 / 128},
       {"FP_DP_FIXED_OPS_SPEC", add_dp, 1},
       {"FP_DP_SCALE_OPS_SPEC", add_dp, 512 / 128}},
      {view(add_sp, {add_sp, mul_sp, div_sp, sqrt_sp}, {fma_sp}, {minmax_sp, cmp_sp, est_sp, round_sp, cvt_ff, cvt_fi}),
       view(add_dp, {add_dp, mul_dp, div_dp, sqrt_dp}, {fma_dp},
            {minmax_dp, cmp_dp, est_dp, round_dp, cvt_ff, cvt_fi})});
  row.presets = true;
  return row;
}

std::vector<ModelRange> models(std::initializer_list<unsigned> each) {
  std::vector<ModelRange> ranges;
  for (const unsigned model : each) ranges.push_back({model, model});
  return ranges;
}

std::vector<CounterEventRow> all_rows() {
  constexpr std::string_view kBeforeBroadwell =
      "this processor counts floating-point work where it is issued, again after each cache miss, or not at all";
  return {
      without_counter("Intel Sandy Bridge, Ivy Bridge", "GenuineIntel", 6, models({0x2A, 0x2D, 0x3A, 0x3E}),
                      kBeforeBroadwell),
      without_counter("Intel Haswell", "GenuineIntel", 6, models({0x3C, 0x3F, 0x45, 0x46}), kBeforeBroadwell),
      intel("Intel Broadwell", models({0x3D, 0x47, 0x4F, 0x56}), false),
      intel("Intel Skylake, Kaby Lake, Coffee Lake, Comet Lake", models({0x4E, 0x5E, 0x8E, 0x9E, 0xA5, 0xA6}), false),
      intel("Intel Skylake-SP, Cascade Lake, Cooper Lake", models({0x55})),
      intel("Intel Ice Lake, Tiger Lake, Rocket Lake", models({0x7D, 0x7E, 0x8C, 0x8D, 0xA7})),
      intel("Intel Ice Lake-SP", models({0x6A, 0x6C})),
      intel("Intel Sapphire Rapids, Emerald Rapids", models({0x8F, 0xCF})),
      intel("Intel Granite Rapids", models({0xAD, 0xAE})),
      zen_1(0x17, {{0x00, 0x2F}, {0x50, 0x5F}}),
      zen_2_to_4("AMD Zen 2", 0x17, {{0x30, 0x4F}, {0x60, 0x7F}, {0x90, 0x91}, {0xA0, 0xAF}}),
      zen_2_to_4("AMD Zen 3", 0x19, {{0x00, 0x0F}, {0x20, 0x5F}}),
      zen_2_to_4("AMD Zen 4", 0x19, {{0x10, 0x1F}, {0x60, 0xAF}}),
      zen_5(),
      without_counter("ARM Neoverse N1", "ARM", 0x41, {{0xD0C, 0xD0C}},
                      "this processor counts floating-point instructions, not how many operations each of them does"),
      neoverse("ARM Neoverse V1", 0xD40, 256),
      neoverse("ARM Neoverse N2", 0xD49, 128),
      neoverse("ARM Neoverse V2", 0xD4F, 128),
      a64fx(),
  };
}

}  // namespace

const std::vector<CounterEventRow>& counter_event_rows() {
  static const std::vector<CounterEventRow> rows = all_rows();
  return rows;
}

const CounterEventRow* counter_events_of(const CpuIdentity& cpu) {
  for (const CounterEventRow& row : counter_event_rows()) {
    const auto is_in = [&cpu](const ModelRange& range) { return range.first <= cpu.model && cpu.model <= range.last; };
    if (row.vendor == cpu.vendor && row.family == cpu.family && std::ranges::any_of(row.models, is_in)) return &row;
  }
  return nullptr;
}

std::vector<CounterView> preset_views(const CounterEventRow& row) {
  if (!row.presets) return {};
  std::vector<CounterView> views = {{add_sp, {}}, {add_dp, {}}};
  for (const CounterView& part : row.views) {
    CounterView& whole = views[kEventNames[static_cast<std::size_t>(part.slot)].ends_with("_DP") ? 1 : 0];
    for (std::size_t i = 0; i < kEventCount; ++i)
      whole.weights[i] =
          part.weights[i] == kUndeterminedWeight ? kUndeterminedWeight : whole.weights[i] + part.weights[i];
  }
  return views;
}

}  // namespace flopaudit
