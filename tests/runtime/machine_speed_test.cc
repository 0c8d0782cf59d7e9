// How fast the machine is can be no fixed number: what must hold of any machine.
#include "runtime/machine_speed.h"

#include <gtest/gtest.h>

namespace flopaudit {
namespace {

TEST(MachineSpeed, HasPeaksInBothPrecisionsAndABandwidth) {
  const MachineSpeed speed = measure_machine_speed();
  ASSERT_TRUE(speed.peak("f32"));
  ASSERT_TRUE(speed.peak("f64"));
  EXPECT_EQ(speed.peak("f16"), std::nullopt);
  // Between a slow and a very fast core: a wrong unit or a loop that was optimised away is far outside.
  EXPECT_GT(*speed.peak("f32"), 1e8);
  EXPECT_LT(*speed.peak("f32"), 1e12);
  EXPECT_GT(*speed.peak("f32"), *speed.peak("f64")) << "a register holds twice as many";
  EXPECT_LT(*speed.peak("f32"), 4 * *speed.peak("f64"));
  EXPECT_GT(speed.bytes_per_second, 1e8);
  EXPECT_LT(speed.bytes_per_second, 1e12);
}

}  // namespace
}  // namespace flopaudit
