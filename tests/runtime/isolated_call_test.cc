// A question in a process of its own: its answer, or why there is none; and nothing else.
#include "runtime/isolated_call.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <vector>

namespace flopaudit {
namespace {

using testing::HasSubstr;

std::string answer_to(const std::function<std::string()>& question, const CallLimits& limits = {}) {
  const auto answer = call_isolated(question, limits);
  if (answer) return *answer;
  EXPECT_EQ(answer.error().kind, ErrorKind::environment);
  return answer.error().message;
}

TEST(IsolatedCall, GivesTheAnswerWhole) {
  EXPECT_EQ(answer_to([] { return "yes"; }), "yes");
  EXPECT_EQ(answer_to([] { return ""; }), "");
  EXPECT_EQ(answer_to([] { return std::string(65536, 'x'); }), std::string(65536, 'x'));
}

TEST(IsolatedCall, ChangesNothingHere) {
  int here = 1;
  EXPECT_EQ(answer_to([&here] { return std::to_string(++here); }), "2");
  EXPECT_EQ(here, 1);
  testing::internal::CaptureStdout();
  EXPECT_EQ(answer_to([] {
              std::puts("noise");
              std::fflush(stdout);
              return std::string("quiet");
            }),
            "quiet");
  EXPECT_EQ(testing::internal::GetCapturedStdout(), "");
}

TEST(IsolatedCall, StopsWhatDoesNotEnd) {
  CallLimits limits;
  limits.time = std::chrono::milliseconds(100);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(answer_to([] { return pause(), std::string(); }, limits), "it took more than 100 ms");
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
}

TEST(IsolatedCall, SurvivesACrash) {
  EXPECT_EQ(answer_to([] { return raise(SIGSEGV), std::string(); }), "it died of signal " + std::to_string(SIGSEGV));
  EXPECT_EQ(answer_to([] {
              _exit(3);
              return std::string();
            }),
            "it ended with status 3");
}

TEST(IsolatedCall, BoundsMemoryAndAnswer) {
  CallLimits limits;
  limits.more_memory = std::uint64_t{64} << 20;
  EXPECT_EQ(answer_to(
                [] {
                  try {
                    return std::to_string(std::vector<char>(std::size_t{256} << 20, 'x').size());
                  } catch (const std::bad_alloc&) {
                    return std::string("no memory");
                  }
                },
                limits),
            "no memory");
  EXPECT_THAT(answer_to([] { return std::string(65537, 'x'); }), HasSubstr("longer than 65536 bytes"));
}

}  // namespace
}  // namespace flopaudit
