#include "analyzer/audit/roofline.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <limits>
#include <map>

namespace flopaudit {
namespace {

// The peak that arithmetic of a dtype is held against: that of its real numbers. f16 and bf16 have none.
std::string peak_dtype(DType dtype) {
  switch (dtype) {
    case DType::f32:
    case DType::c64: return "f32";
    case DType::f64:
    case DType::c128: return "f64";
    default: return "";
  }
}

// FLOPs by dtype, padding left out; nothing where one is no number.
std::optional<std::map<DType, std::int64_t>> flops_by_dtype(const WorkTotal& work) {
  std::map<DType, std::int64_t> flops;
  for (const auto& [key, count] : work.operations) {
    const auto [work_class, dtype] = key;
    const bool is_mac = work_class == WorkClass::mac;
    const bool is_arithmetic = is_mac || work_class == WorkClass::mul || work_class == WorkClass::add ||
                               work_class == WorkClass::div || work_class == WorkClass::sqrt;
    if (!is_arithmetic) continue;
    const auto valid = work.valid_mac.find(dtype);
    const Range& counted = is_mac && valid != work.valid_mac.end() ? valid->second : count;
    const auto number = counted.min.constant();
    if (!number) return std::nullopt;
    flops[dtype] += is_mac ? 2 * *number : *number;
  }
  return flops;
}

}  // namespace

std::optional<double> MachineSpeed::peak(const std::string& dtype) const {
  std::optional<double> fastest;
  for (const PeakSpeed& peak : peaks) {
    if (peak.dtype == dtype) fastest = std::max(fastest.value_or(0), peak.flops_per_second);
  }
  return fastest;
}

std::optional<double> least_seconds(const WorkTotal& work, const MachineSpeed& speed) {
  const auto flops = flops_by_dtype(work);
  if (!flops) return std::nullopt;
  double seconds = 0;
  for (const auto& [dtype, count] : *flops) {
    const auto peak = speed.peak(peak_dtype(dtype));
    if (!peak || *peak <= 0) return std::nullopt;
    seconds += static_cast<double>(count) / *peak;
  }
  return seconds;
}

std::optional<double> seconds_of(const std::vector<const NodeMeasurement*>& runs) {
  if (runs.empty()) return std::nullopt;
  std::size_t repetitions = std::numeric_limits<std::size_t>::max();
  for (const NodeMeasurement* run : runs) repetitions = std::min(repetitions, run->seconds.size());
  std::optional<double> fastest;
  for (std::size_t r = 0; r < repetitions; ++r) {
    double sum = 0;
    for (const NodeMeasurement* run : runs) sum += run->seconds[r];
    if (!fastest || sum < *fastest) fastest = sum;
  }
  return fastest;
}

std::string faster_than_peak(const WorkTotal& work, const std::vector<const NodeMeasurement*>& runs,
                             const MachineSpeed& speed) {
  const auto least = least_seconds(work, speed);
  const auto seconds = seconds_of(runs);
  if (!least || !seconds || *least <= kPeakMargin * *seconds) return "";
  const auto microseconds = [](double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.3g us", 1e6 * value);
    return std::string(text.data());
  };
  return "its annotated FLOPs take " + microseconds(*least) + " at this machine's peak, and it ran in " +
         microseconds(*seconds) + ": the annotation or the time is wrong";
}

std::optional<Roofline> roofline_of(const Record& record, const Program& program) {
  if (!record.speed) return std::nullopt;
  std::map<int, std::vector<const NodeMeasurement*>> runs;
  for (const NodeMeasurement& one : record.nodes) runs[one.id].push_back(&one);
  Roofline roofline{*record.speed, {}, 0};
  for_each_node(program.entry().body, [&](const Node& node) {
    const auto found = runs.find(node.id);
    const auto seconds = found == runs.end() ? std::nullopt : seconds_of(found->second);
    if (!seconds || *seconds <= 0) return;
    roofline.seconds += *seconds;
    const auto flops = flops_by_dtype(node.work);
    const auto arithmetic = least_seconds(node.work, roofline.speed);
    const auto bytes = (node.work.bytes_read + node.work.bytes_written).max.constant();
    if (!flops || !arithmetic || !bytes || roofline.speed.bytes_per_second <= 0) return;
    RooflinePoint point{node.id, node.op.full(), node.module, *seconds, 0, *bytes, 0, false};
    for (const auto& [dtype, count] : *flops) point.flops += count;
    const double traffic = static_cast<double>(*bytes) / roofline.speed.bytes_per_second;
    point.compute_bound = *arithmetic > traffic;
    point.roof_seconds = std::max(*arithmetic, traffic);
    if (point.flops > 0 || point.bytes > 0) roofline.points.push_back(std::move(point));
  });
  if (roofline.seconds <= 0) return std::nullopt;
  std::stable_sort(roofline.points.begin(), roofline.points.end(),
                   [](const RooflinePoint& a, const RooflinePoint& b) { return a.seconds > b.seconds; });
  return roofline;
}

}  // namespace flopaudit
