#include "analyzer/compare/decimal.h"

#include <gtest/gtest.h>

namespace flopaudit {
namespace {

struct Case {
  const char* text;
  std::int64_t floor, ceil;
};

TEST(Decimal, ReadsNumbersAsPeopleWriteThem) {
  const Case cases[] = {
      {"0", 0, 0},
      {"12,345,678", 12345678, 12345678},
      {"12_345", 12345, 12345},
      {"4.2G", 4200000000, 4200000000},
      {"4.2 GFLOPs", 4200000000, 4200000000},
      {"800M", 800000000, 800000000},
      {"800 MMACs", 800000000, 800000000},
      {"1.5k", 1500, 1500},
      {"2K", 2000, 2000},
      {"64MiB", 64 * 1024 * 1024, 64 * 1024 * 1024},
      {"0.5 KiB", 512, 512},
      {"1e9", 1000000000, 1000000000},
      {"1.25e+2", 125, 125},
      {"5e-1", 0, 1},
      {"0.001", 0, 1},
      {"1.0000", 1, 1},
      {"7 bytes", 7, 7},
      {"9P", 9000000000000000, 9000000000000000},
  };
  for (const Case& test : cases) {
    const auto decimal = parse_decimal(test.text);
    ASSERT_TRUE(decimal) << test.text;
    EXPECT_EQ(decimal->floor(), test.floor) << test.text;
    EXPECT_EQ(decimal->ceil(), test.ceil) << test.text;
  }
}

TEST(Decimal, RefusesWhatIsNoNumberOrTooLarge) {
  for (const char* text : {"", "G", "-1", "4.2X", "4.2GG", "1.2.3", "1,", ",1", "four", "9999P", "1e40", "1e",
                           "5 parsecs", "0.00000000000001", "99999999999999999999"}) {
    EXPECT_FALSE(parse_decimal(text)) << text;
  }
}

}  // namespace
}  // namespace flopaudit
