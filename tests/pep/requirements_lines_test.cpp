#include "pep/requirements_lines.h"

#include <doctest/doctest.h>

#include <string>

#include "base/text.h"

namespace pipit::pep {
namespace {

/// "1:first|3:second".
std::string lines_of(std::string_view text) {
  std::string out;
  const auto variable = [](const std::string& name) -> std::optional<std::string> {
    if (name == "TOKEN") return "a # b";
    if (name == "EMPTY") return "";
    return std::nullopt;
  };
  for (const LogicalLine& line : logical_lines(text, variable))
    out += cat(out.empty() ? "" : "|", line.number, ":", line.text);
  return out;
}

}  // namespace

TEST_CASE("requirements lines: what ends one, and what is left out") {
  CHECK_EQ(lines_of(""), "");
  CHECK_EQ(lines_of("a"), "1:a");
  CHECK_EQ(lines_of("a\nb\r\nc\rd"), "1:a|2:b|3:c|4:d");
  CHECK_EQ(lines_of("a\vb\fc\x1c"
                    "d\xc2\x85"
                    "e\xe2\x80\xa8"
                    "f"),
           "1:a|2:b|3:c|4:d|5:e|6:f");
  CHECK_EQ(lines_of("\n  a  \n\n\xc2\xa0 b\n   \n"), "2:a|4:b");
}

TEST_CASE("requirements lines: joined at their ends, counted from the first") {
  CHECK_EQ(lines_of("a \\\n  b\nc"), "1:a   b|3:c");
  CHECK_EQ(lines_of("a\\"), "1:a");
  CHECK_EQ(lines_of("a \\\n\nb"), "1:a|3:b");
  CHECK_EQ(lines_of("\n\na\\\nb\\\nc\nd"), "3:abc|6:d");
}

TEST_CASE("requirements lines: comments") {
  CHECK_EQ(lines_of("# a\nb # c\nd#e\nf\t#g"), "2:b|3:d#e|4:f");
  CHECK_EQ(lines_of("https://h/x#egg=a # b"), "1:https://h/x#egg=a");
  CHECK_EQ(lines_of("  # a\n"), "");
}

TEST_CASE("requirements lines: variables come last, and unknown ones stay") {
  CHECK_EQ(lines_of("x${TOKEN}y # c"), "1:xa # by");
  CHECK_EQ(lines_of("${NONE} ${token} ${} $TOKEN ${TOKEN"),
           "1:${NONE} ${token} ${} $TOKEN ${TOKEN");
  CHECK_EQ(lines_of("a\n${EMPTY}\nb"), "1:a|2:${EMPTY}|3:b");
}

}  // namespace pipit::pep
