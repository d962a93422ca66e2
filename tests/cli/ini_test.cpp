#include "cli/ini.h"

#include <doctest/doctest.h>

#include "base/text.h"

namespace pipit::cli {
namespace {

/// "key=value" of a section, each with its line.
std::string read_section(std::string_view text, std::string_view section = "global") {
  const auto ini = parse_ini(text, "pip.conf");
  if (!ini) return ini.error().message;
  std::string out;
  for (const IniValue& value : ini->values_of(section))
    out += cat(out.empty() ? "" : " ", value.line, ":", value.key, "=", value.value);
  return base::replace_all(out, "\n", "~");
}

TEST_CASE("ini: keys and values as Python's configparser reads them") {
  CHECK_EQ(read_section("[global]\nA_b = 1\nc:2\n--d=x = y\n"), "2:a-b=1 3:c=2 4:d=x = y");
  CHECK_EQ(read_section("\xef\xbb\xbf[global]\r\na = 1\r\n"), "2:a=1");
  CHECK_EQ(read_section("[global]\ra=1\rb=2"), "2:a=1 3:b=2");
  CHECK_EQ(read_section("; x\n\n[global] # y\n# z\na = 1 ; in it\n"), "5:a=1 ; in it");
  CHECK_EQ(read_section("[other]\na = 1\n"), "");
  CHECK_EQ(read_section("[GLOBAL]\na = 1\n"), "");
}

TEST_CASE("ini: what is indented more than its key belongs to the value") {
  CHECK_EQ(read_section("[global]\na =\n  1\n\n  # no\n  2 = x\n  [y]\nb = 3\n"),
           "2:a=~1~2 = x~[y] 8:b=3");
  // Settings that are indented alike are settings.
  CHECK_EQ(read_section("[global]\n  a = 1\n  b = 2\n    c = 3\n d = 4\n"),
           "2:a=1 3:b=2~c = 3 5:d=4");
  CHECK_EQ(read_section("  [global]\n  a = 1\n"), "2:a=1");
}

TEST_CASE("ini: defaults stand for every section that is there") {
  CHECK_EQ(read_section("[DEFAULT]\na = 1\n[global]\n"), "2:a=1");
  CHECK_EQ(read_section("[DEFAULT]\na = 1\n[install]\nb = 2\n"), "");
  CHECK_EQ(read_section("[DEFAULT]\na = 1\n[global]\na = 2\n[DEFAULT]\nb = 3\n"),
           "2:a=1 6:b=3 4:a=2");
}

TEST_CASE("ini: what cannot be read is an error that names file and line") {
  const std::pair<const char*, const char*> table[] = {
      {"a = 1\n", "pip.conf:1: not a setting: no [section] stands before it"},
      {"[global]\na\n", "pip.conf:2: not a setting: KEY = VALUE is expected"},
      {"[global]\n= x\n", "pip.conf:2: not a setting: KEY = VALUE is expected"},
      {"[global\na = 1\n", "pip.conf:1: not a setting: no [section] stands before it"},
      {"[]\na = 1\n", "pip.conf:1: not a setting: no [section] stands before it"},
      {"[global]\n# caf\xe9\n", "pip.conf:2: not UTF-8"},
      {"\xff\xfe[\0g\0", "pip.conf:1: not UTF-8"},
      {"[global]\na = 1\n[b]\n[global]\n", "pip.conf:4: [global] stands here a second time"},
      {"[global]\na-b = 1\nA_B = 2\n", "pip.conf:3: a-b stands a second time in [global]"},
  };
  for (const auto& [text, message] : table) CHECK_EQ(read_section(text), message);
}

}  // namespace
}  // namespace pipit::cli
