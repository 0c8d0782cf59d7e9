// Which processor this is, as far as its counters are concerned.
#pragma once

#include <string>

namespace flopaudit {

struct CpuIdentity {
  std::string vendor;   // "GenuineIntel", "AuthenticAMD"; "ARM" for all that have an implementer and a part
  unsigned family = 0;  // of ARM the implementer, 0x41 is Arm's own
  unsigned model = 0;   // of ARM the part

  std::string to_string() const;  // "AuthenticAMD family 25 model 17", "ARM implementer 0x41 part 0xd40"
};

// The processor that the program sees: from CPUID on x86, elsewhere as cpu_identity_in_cpuinfo.
CpuIdentity cpu_identity();
// The first processor of a /proc/cpuinfo text, of x86 or ARM; no vendor where it names none.
CpuIdentity cpu_identity_in_cpuinfo(const std::string& text);

}  // namespace flopaudit
