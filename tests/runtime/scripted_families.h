// The families of processors that are played, and how: one place for all tests of hardware counters.
#pragma once

#include <memory>
#include <vector>

#include "analyzer/audit/record.h"
#include "runtime/hardware_counters.h"
#include "tests/runtime/scripted_pmu.h"

namespace flopaudit {

struct Family {
  const char* table;  // a file of testdata/counters
  CpuIdentity cpu;
};
const std::vector<Family>& scripted_families();
inline const CpuIdentity kSkylakeSp = {"GenuineIntel", 6, 0x55};
inline const CpuIdentity kZen1 = {"AuthenticAMD", 0x17, 0x01};
inline const CpuIdentity kZen4 = {"AuthenticAMD", 0x19, 0x11};
inline const CpuIdentity kZen5 = {"AuthenticAMD", 0x1A, 0x02};
inline const CpuIdentity kNeoverseV1 = {"ARM", 0x41, 0xD40};
inline const CpuIdentity kNeoverseV2 = {"ARM", 0x41, 0xD4F};

// A machine whose kernel lets everybody count.
inline constexpr PmuState kFreePmu = {true, 2, false, false, 601};

// The row of a processor that has one.
const CounterEventRow& row_of(const CpuIdentity& cpu);
// The software-counter record that streams are derived from.
const Record& software_record();

Result<std::unique_ptr<CounterSource>> open_scripted(ScriptedPmu& pmu, const CpuIdentity& cpu);
// Kernels of 512 bits are for machines that have them, whatever this one has.
Result<CalibrationResult> calibrate_scripted(ScriptedPmu& pmu, CounterSource& source);
// Both, which must not fail; the source need not be trusted.
CalibrationResult calibration_of(ScriptedPmu& pmu, const CpuIdentity& cpu);

// What a lane of a class adds to the readings, all views together.
std::int64_t weight_of(const CalibrationResult& calibration, Event event);

}  // namespace flopaudit
