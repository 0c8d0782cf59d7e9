#include "analyzer/support/sha256.h"

#include <gtest/gtest.h>

namespace flopaudit {
namespace {

// Vectors of FIPS 180-4 and of NIST's examples.
TEST(Sha256, KnownVectors) {
  EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_hex("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(sha256_hex(std::string(1000000, 'a')), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

// The padding needs a block of its own from 56 bytes in the last block on.
TEST(Sha256, LengthsAroundABlockDiffer) {
  std::string previous;
  for (const std::size_t length : {54U, 55U, 56U, 57U, 63U, 64U, 65U}) {
    const std::string hash = sha256_hex(std::string(length, 'x'));
    EXPECT_EQ(hash.size(), 64U);
    EXPECT_NE(hash, previous);
    previous = hash;
  }
}

}  // namespace
}  // namespace flopaudit
