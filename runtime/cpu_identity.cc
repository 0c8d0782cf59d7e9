#include "runtime/cpu_identity.h"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

#include <cstdio>
#include <cstring>
#include <optional>
#include <sstream>

#include "analyzer/support/files.h"

namespace flopaudit {
namespace {

constexpr const char* kArm = "ARM";

std::string hexadecimal(unsigned number) {
  char text[16];
  std::snprintf(text, sizeof text, "0x%x", number);
  return text;
}

// "cpu family\t: 25" -> 25; base 16 where it begins with 0x.
std::optional<unsigned> number_of(const std::string& value) {
  unsigned number = 0;
  if (std::sscanf(value.c_str(), "%i", reinterpret_cast<int*>(&number)) != 1) return std::nullopt;
  return number;
}

}  // namespace

std::string CpuIdentity::to_string() const {
  if (vendor.empty()) return "unknown";
  if (vendor == kArm) return vendor + " implementer " + hexadecimal(family) + " part " + hexadecimal(model);
  return vendor + " family " + std::to_string(family) + " model " + std::to_string(model);
}

CpuIdentity cpu_identity_in_cpuinfo(const std::string& text) {
  CpuIdentity cpu;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) {
      if (!cpu.vendor.empty()) break;  // the first processor ends with an empty line
      continue;
    }
    const std::string key = line.substr(0, line.find_last_not_of(" \t:", colon) + 1);
    const std::size_t begin = line.find_first_not_of(" \t", colon + 1);
    const std::string value = begin == std::string::npos ? "" : line.substr(begin);
    if (key == "vendor_id") cpu.vendor = value;
    if (key == "cpu family") cpu.family = number_of(value).value_or(0);
    if (key == "model") cpu.model = number_of(value).value_or(0);
    if (key == "CPU implementer") {
      cpu.vendor = kArm;
      cpu.family = number_of(value).value_or(0);
    }
    if (key == "CPU part") cpu.model = number_of(value).value_or(0);
  }
  return cpu;
}

#if defined(__x86_64__)
CpuIdentity cpu_identity() {
  CpuIdentity cpu;
  unsigned eax = 0, ebx = 0, ecx = 0, edx = 0;
  __get_cpuid(0, &eax, &ebx, &ecx, &edx);
  char vendor[13] = {};
  std::memcpy(vendor, &ebx, 4);
  std::memcpy(vendor + 4, &edx, 4);
  std::memcpy(vendor + 8, &ecx, 4);
  cpu.vendor = vendor;
  __get_cpuid(1, &eax, &ebx, &ecx, &edx);
  cpu.family = (eax >> 8U) & 0xFU;
  cpu.model = (eax >> 4U) & 0xFU;
  if (cpu.family == 6 || cpu.family == 15) cpu.model += ((eax >> 16U) & 0xFU) << 4U;
  if (cpu.family == 15) cpu.family += (eax >> 20U) & 0xFFU;
  return cpu;
}
#else
CpuIdentity cpu_identity() { return cpu_identity_in_cpuinfo(read_file("/proc/cpuinfo").value_or("")); }
#endif

}  // namespace flopaudit
