#include "pep/requirement_argument.h"

#include <doctest/doctest.h>

#include <string>

namespace pipit::pep {
namespace {

std::string line_text(const RequirementLine& line) {
  std::string out = line.editable ? "editable " : "";
  out += line.requirement ? line.requirement->str() : "<" + line.path_or_url + ">";
  for (const auto& extra : line.extras) out += " +" + extra;
  if (!line.marker.is_true()) out += " if " + line.marker.str();
  for (const auto& hash : line.hashes) out += " " + hash.algorithm;
  for (const auto& [key, value] : line.config_settings) out += " " + key + "=>" + value;
  return out;
}

std::string read_argument(std::string_view text) {
  const auto line = parse_requirement_argument(text);
  return line ? line_text(*line) : line.error().message;
}

}  // namespace

TEST_CASE("argument: names, paths and URLs") {
  CHECK_EQ(read_argument("numpy"), "numpy");
  CHECK_EQ(read_argument("./numpy"), "<./numpy>");
  CHECK_EQ(read_argument("numpy===1/2"), "numpy===1/2");
  CHECK_EQ(read_argument("./numpy===1/2"), "<./numpy===1/2>");
  CHECK_EQ(read_argument("."), "<.>");
  CHECK_EQ(read_argument(".[dev]"), "<.> +dev");
  CHECK_EQ(read_argument("dir/x[A_b,c] ; os_name == 'nt'"), "<dir/x> +a-b +c if os_name == \"nt\"");
  CHECK_EQ(read_argument("x-1.0-py3-none-any.whl"), "<x-1.0-py3-none-any.whl>");
  CHECK_EQ(read_argument("x-1.0.tar.gz[y]"), "<x-1.0.tar.gz> +y");
  CHECK_EQ(read_argument("https://h/x-1.0.zip;p=1 ; os_name == 'nt'"),
           "<https://h/x-1.0.zip;p=1> if os_name == \"nt\"");
  CHECK_EQ(read_argument("git+https://h/r.git"), "<git+https://h/r.git>");
  CHECK_EQ(read_argument("file:///x/y.whl"), "<file:///x/y.whl>");
  CHECK_EQ(read_argument("name @ ./dir/x"), "name @ ./dir/x");
  CHECK_EQ(read_argument("name[x]@git+ssh://git@h/r"), "name[x] @ git+ssh://git@h/r");
  CHECK_EQ(read_argument("https://h/x.zip#egg=x"), "x @ https://h/x.zip#egg=x");
  CHECK_EQ(read_argument("./a;b"), "<./a;b>");
  CHECK_EQ(read_argument("./a;b[c]"), "<./a;b> +c");
  CHECK_EQ(read_argument("./a;os_name=='nt'"), "<./a> if os_name == \"nt\"");
  CHECK_EQ(read_argument("./a;b ; os_name=='nt'"), "<./a;b> if os_name == \"nt\"");
  CHECK_EQ(read_argument("./a ; b"),
           "expected a marker variable or a quoted string at column 2 of ' b'");
  CHECK_EQ(read_argument("a b"),
           "expected a version specifier, ';' or the end at column 3 of 'a b'");
}

TEST_CASE("argument: in place") {
  const auto name = parse_editable_argument("demo");
  REQUIRE(name.has_value());
  CHECK_EQ(line_text(*name), "editable <demo>");
  const auto folder = parse_editable_argument("./demo[x]");
  REQUIRE(folder.has_value());
  CHECK_EQ(line_text(*folder), "editable <./demo> +x");
  CHECK_FALSE(parse_editable_argument("").has_value());
  CHECK_EQ((Location{"more/in.txt", 7}.str()), "more/in.txt:7");
}

}  // namespace pipit::pep
