#include "analyzer/support/quoted.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace flopaudit {
namespace {

TEST(Quoted, EscapesLikeJson) {
  EXPECT_EQ(quoted("say \"hi\"\\\n\t\x01"), "\"say \\\"hi\\\"\\\\\\n\\t\\u0001\"");
  EXPECT_EQ(quoted(""), "\"\"");
}

TEST(Quoted, NamesAreShortenedAfterTheyAreEscaped) {
  EXPECT_EQ(quoted_name("data.pkl"), "\"data.pkl\"");
  EXPECT_EQ(quoted_name(std::string(100'000, 'a')), "\"" + std::string(239, 'a') + "...");
  EXPECT_EQ(quoted_name(std::string(300, '\x01')).size(), 240U + 3);
  // 119 characters of two bytes and the first half of the next one.
  std::string accents;
  for (int i = 0; i < 200; ++i) accents += "\xC3\xA9";
  EXPECT_EQ(quoted_name(accents).size(), 1U + 2 * 119 + 3);
}

TEST(Quoted, ReadsUnicodeEscapes) {
  std::size_t position = 0;
  EXPECT_EQ(*parse_quoted_prefix("\"\\u00e9\\ud83d\\ude00\\/\" tail", position), "\xC3\xA9\xF0\x9F\x98\x80/");
  EXPECT_EQ(position, std::string("\"\\u00e9\\ud83d\\ude00\\/\"").size());
}

TEST(Quoted, RefusesWhatIsNoString) {
  for (const char* text : {"", "abc", "\"open", "\"bad \\q\"", "\"\\u12", "\"\\"}) {
    std::size_t position = 0;
    EXPECT_FALSE(parse_quoted_prefix(text, position)) << text;
  }
}

RC_GTEST_PROP(Quoted, AnyBytesReadBack, (const std::string& text)) {
  std::size_t position = 0;
  const Result<std::string> again = parse_quoted_prefix(flopaudit::quoted(text), position);
  RC_ASSERT(static_cast<bool>(again));
  RC_ASSERT(*again == text);
}

TEST(CannotRead, ShowsALongTextAroundThePlace) {
  const std::string text = std::string(200, 'a') + "!" + std::string(200, 'b');
  const std::string message = cannot_read(text, "expected ']'", 200).message;
  EXPECT_EQ(message, "cannot read \"..." + std::string(30, 'a') + "!" + std::string(29, 'b') +
                         "...\": expected ']' at column 201");
}

}  // namespace
}  // namespace flopaudit
