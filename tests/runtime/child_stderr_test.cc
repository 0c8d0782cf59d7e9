#include "runtime/child_stderr.h"

#include <gtest/gtest.h>

namespace flopaudit {
namespace {

TEST(ChildStderr, DropsTheNoiseOfValgrind) {
  ChildStderr errors(false);
  errors.take("first\n==77== brk segment overflow in thread #1: can't grow to 0x4a46000\n");
  errors.take(
      "==77== (see section Limitations in user manual)\n==77== NOTE: further instances of this message will "
      "not be shown\nlast\n");
  EXPECT_EQ(errors.text(), "first\nlast\n");
}

TEST(ChildStderr, KeepsWhatValgrindReallyHasToSay) {
  ChildStderr errors(false);
  errors.take("==77== Bad option: --vex-iropt-level=2\n");
  EXPECT_EQ(errors.text(), "==77== Bad option: --vex-iropt-level=2\n");
}

TEST(ChildStderr, ProgressIsNotKept) {
  ChildStderr errors(false);
  errors.take("\rstep 1/3   \rstep 2/3   \rstep 3/3   \r\n");
  errors.take("a real message");
  EXPECT_EQ(errors.text(), "a real message");
}

TEST(ChildStderr, AMessageBehindProgressIsKept) {
  ChildStderr errors(false);
  errors.take("\rstep 1/3   \n");
  errors.take("error: no\n");
  EXPECT_EQ(errors.text(), "error: no\n");
}

TEST(ChildStderr, LinesMayBeCutAnywhere) {
  const std::string stream = "one\n==1== brk segment overflow in thread #1\n\rstep 1/2\rstep 2/2\r\ntwo\n";
  for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
    ChildStderr errors(false);
    errors.take(stream.substr(0, cut));
    errors.take(stream.substr(cut));
    EXPECT_EQ(errors.text(), "one\ntwo\n") << "cut at " << cut;
  }
}

TEST(LastWords, AreTheLastLineOfTheProgramItself) {
  EXPECT_EQ(last_words("a\nb\n\n"), "b");
  EXPECT_EQ(last_words("only"), "only");
  EXPECT_EQ(last_words("out of ideas\n==7== Process terminating\n==7==    at 0x1: abort\n"), "out of ideas");
  EXPECT_EQ(last_words("\n\n"), "");
}

}  // namespace
}  // namespace flopaudit
