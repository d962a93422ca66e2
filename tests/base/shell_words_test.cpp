#include "base/shell_words.h"

#include <doctest/doctest.h>

#include "base/text.h"

namespace pipit::base {
namespace {

std::string split_up(std::string_view line) {
  const auto words = shell_words(line);
  return words ? join(*words, "|") : "open";
}

TEST_CASE("shell words: blanks part them, quotes and backslashes hold them together") {
  CHECK_EQ(split_up(" --retries  1\t--x='a b' "), "--retries|1|--x=a b");
  CHECK_EQ(split_up(R"("a \"b" c\ d 'e\f' '')"), R"(a "b|c d|e\f|)");
  CHECK_EQ(split_up(""), "");
  CHECK_EQ(split_up("a 'b"), "open");
  CHECK_EQ(split_up("a\\"), "open");
  CHECK_EQ(split_up(R"("a\b")"), R"(a\b)");  // in double quotes a backslash escapes these two alone
}

TEST_CASE("shell words: what needs no quotes has none, and all are read back") {
  CHECK_EQ(shell_word("a-b==1.0,c:/d@e"), "a-b==1.0,c:/d@e");
  CHECK_EQ(shell_word(":all:"), ":all:");
  CHECK_EQ(shell_word("a[x]"), "'a[x]'");
  CHECK_EQ(shell_word("~/x"), "'~/x'");
  for (const char* word : {"", "a b", "it's", "a\"b\\c", "$(x)", "a;b", "python_version < '3'"})
    CHECK_EQ(split_up(shell_word(word)), word);
}

}  // namespace
}  // namespace pipit::base
