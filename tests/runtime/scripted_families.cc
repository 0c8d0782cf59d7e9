#include "tests/runtime/scripted_families.h"

#include <gtest/gtest.h>

#include "runtime/calibration.h"
#include "tests/support/golden.h"

namespace flopaudit {

const std::vector<Family>& scripted_families() {
  static const std::vector<Family> kFamilies = {
      {"intel_broadwell", {"GenuineIntel", 6, 0x4F}},   {"intel_skylake_sp", {"GenuineIntel", 6, 0x55}},
      {"intel_skylake_sp", {"GenuineIntel", 6, 0x6A}},  {"intel_skylake_sp", {"GenuineIntel", 6, 0x8F}},
      {"intel_skylake_sp", {"GenuineIntel", 6, 0xAD}},  {"amd_zen_1", {"AuthenticAMD", 0x17, 0x01}},
      {"amd_zen_2_to_4", {"AuthenticAMD", 0x17, 0x31}}, {"amd_zen_2_to_4", {"AuthenticAMD", 0x19, 0x01}},
      {"amd_zen_2_to_4", {"AuthenticAMD", 0x19, 0x11}}, {"amd_zen_5", {"AuthenticAMD", 0x1A, 0x02}},
      {"arm_neoverse_v1", {"ARM", 0x41, 0xD40}},        {"arm_neoverse_v2", {"ARM", 0x41, 0xD49}},
      {"arm_neoverse_v2", {"ARM", 0x41, 0xD4F}},        {"arm_a64fx", {"ARM", 0x46, 0x001}},
  };
  return kFamilies;
}

const Record& software_record() {
  static const Record record = [] {
    const auto text = read_text_file(source_path("testdata/records/conv_bn_relu_traced.record.json"));
    auto read = record_from_json(text.value_or(""));
    EXPECT_TRUE(read);
    return read ? *std::move(read) : Record{};
  }();
  return record;
}

const CounterEventRow& row_of(const CpuIdentity& cpu) {
  const CounterEventRow* row = counter_events_of(cpu);
  EXPECT_NE(row, nullptr) << cpu.to_string();
  return row == nullptr ? counter_event_rows().front() : *row;
}

Result<std::unique_ptr<CounterSource>> open_scripted(ScriptedPmu& pmu, const CpuIdentity& cpu) {
  FA_ASSIGN(HardwareEvents events, native_events(row_of(cpu)));
  FA_ASSIGN(std::unique_ptr<CounterSource> source, open_events(std::move(events), pmu.maker(), kFreePmu));
  return source;
}

Result<CalibrationResult> calibrate_scripted(ScriptedPmu& pmu, CounterSource& source) {
  std::vector<const CalibrationKernel*> kernels = kernels_of_this_cpu();
  if (!pmu.table().has_512_bits())
    std::erase_if(kernels, [](const CalibrationKernel* kernel) { return kernel->needs == CpuFeature::avx512; });
  pmu.script = calibration_script(software_record(), source.capability(), kernels);
  return run_calibration(source, kernels);
}

CalibrationResult calibration_of(ScriptedPmu& pmu, const CpuIdentity& cpu) {
  const auto source = open_scripted(pmu, cpu);
  EXPECT_TRUE(source) << source.error().message;
  if (!source) return {};
  auto result = calibrate_scripted(pmu, **source);
  EXPECT_TRUE(result) << result.error().message;
  return result ? *std::move(result) : CalibrationResult{};
}

std::int64_t weight_of(const CalibrationResult& calibration, Event event) {
  std::int64_t weight = 0;
  for (const CounterView& view : calibration.views) weight += view[event];
  return weight;
}

}  // namespace flopaudit
