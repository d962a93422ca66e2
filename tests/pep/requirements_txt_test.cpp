#include "pep/requirements_txt.h"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <string_view>

#include "base/text.h"
#include "pep/requirement_argument.h"

using namespace std::string_literals;
using pipit::pep::IncludeLine;
using pipit::pep::OptionLine;
using pipit::pep::parse_requirement_argument;
using pipit::pep::parse_requirements_txt;
using pipit::pep::RequirementLine;
using pipit::pep::RequirementsItem;

namespace {

std::optional<std::string> variable(const std::string& name) {
  if (name == "TOKEN") return "s3cret";
  if (name == "EMPTY") return "";
  return std::nullopt;
}

std::string shown(const RequirementLine& line) {
  std::string out = line.editable ? "editable " : "";
  out += line.requirement ? line.requirement->str() : "<" + line.path_or_url + ">";
  for (const auto& extra : line.extras) out += " +" + extra;
  if (!line.marker.is_true()) out += " if " + line.marker.str();
  for (const auto& hash : line.hashes) out += " " + hash.algorithm;
  for (const auto& [key, value] : line.config_settings) out += " " + key + "=>" + value;
  return out;
}

std::string shown(const RequirementsItem& item) {
  if (const auto* line = std::get_if<RequirementLine>(&item))
    return pipit::cat(line->where.line, " ", shown(*line));
  if (const auto* include = std::get_if<IncludeLine>(&item))
    return pipit::cat(include->where.line, include->constraint ? " constraint " : " include ",
                      include->target);
  const auto& option = std::get<OptionLine>(item);
  return pipit::cat(option.where.line, " --", option.name,
                    option.value.empty() ? "" : " " + option.value);
}

std::string read(std::string_view text) {
  const auto items = parse_requirements_txt(text, "r.txt", variable);
  if (!items) return items.error().message;
  std::string out;
  for (const auto& item : *items) out += shown(item) + "\n";
  return out;
}

const std::string kSha(64, 'a');

std::string argument(std::string_view text) {
  const auto line = parse_requirement_argument(text);
  return line ? shown(*line) : line.error().message;
}

}  // namespace

TEST_CASE("requirements: comments, empty lines, continuations") {
  CHECK_EQ(read("# top\n\na # tail\nb#no-comment\n"),
           "r.txt:4: expected a version specifier, ';' or the end at column 2 of 'b#no-comment'");
  CHECK_EQ(read("a>=1, \\\n  <2\nb\n"), "1 a<2,>=1\n3 b\n");
  CHECK_EQ(read("a \\\n# a comment ends the joined line\nb\r\nc\rd"), "1 a\n3 b\n4 c\n5 d\n");
  CHECK_EQ(read("a\\"), "1 a\n");
  CHECK_EQ(read(""), "");
}

TEST_CASE("requirements: hashes and settings of a requirement") {
  CHECK_EQ(read("a==1 --hash=sha256:" + kSha + " \\\n --hash sha256:" + kSha + "\n"),
           "1 a==1 sha256 sha256\n");
  CHECK_EQ(read("a --config-settings=\"--opt=x y\" --config-settings k=v -C z=1\n"),
           "1 a --opt=>x y k=>v z=>1\n");
  CHECK_EQ(read("a --hash=sha256:12\n"), "r.txt:1: invalid hash 'sha256:12'");
  CHECK_EQ(read("a --hash=md5:" + std::string(32, 'a')),
           "r.txt:1: hash 'md5' is not allowed: use sha256, sha384 or sha512");
  CHECK_EQ(read("a -C k"), "r.txt:1: --config-settings needs KEY=VALUE");
  CHECK_EQ(read("\na --index-url x"), "r.txt:2: --index-url must stand on a line of its own");
}

TEST_CASE("requirements: options in both spellings") {
  CHECK_EQ(
      read("--index-url https://a/s\n--index-url=https://a/s\n-i https://a/s\n-ihttps://a/s\n"),
      "1 --index-url https://a/s\n2 --index-url https://a/s\n3 --index-url https://a/s\n4 "
      "--index-url https://a/s\n");
  CHECK_EQ(read("--no-index --pre -f ./w\n--no-binary=:all:\n--require-hashes\n--pypi-url x\n"),
           "1 --no-index\n1 --pre\n1 --find-links ./w\n2 --no-binary :all:\n3 --require-hashes\n4 "
           "--index-url x\n");
  CHECK_EQ(read("-r a.txt\n--requirement=b.txt\n-c c.txt\n--constraint d.txt\n-re.txt\n"),
           "1 include a.txt\n2 include b.txt\n3 constraint c.txt\n4 constraint d.txt\n5 include "
           "e.txt\n");
  CHECK_EQ(read("--find-links 'a b'\n"), "1 --find-links a b\n");
}

TEST_CASE("requirements: what is not known is an error that names file and line") {
  CHECK_EQ(read("a\n\n--frobnicate x\n"), "r.txt:3: unknown option '--frobnicate'");
  CHECK_EQ(read("-z"), "r.txt:1: unknown option '-z'");
  CHECK_EQ(read("--index-url"), "r.txt:1: --index-url needs a value");
  CHECK_EQ(read("--pre=yes"), "r.txt:1: --pre takes no value");
  CHECK_EQ(read("--hash=sha256:00"), "r.txt:1: --hash needs a requirement before it");
  CHECK_EQ(read("--find-links 'a"), "r.txt:1: a quote is not closed, or a backslash ends the line");
  CHECK_EQ(read("a\nb=1\n"),
           "r.txt:2: expected a version specifier, ';' or the end at column 2 of 'b=1'");
  const auto wrong = parse_requirements_txt("b=1", "r.txt", variable);
  REQUIRE_EQ(wrong.error().hints.size(), 1);
  CHECK_EQ(wrong.error().hints[0], "'=' is not an operator: use '=='");
}

TEST_CASE("requirements: variables, upper case only, after comments") {
  CHECK_EQ(read("--index-url https://u:${TOKEN}@h/\n"), "1 --index-url https://u:s3cret@h/\n");
  CHECK_EQ(read("-f ${NOT_SET}/${lower}/${EMPTY}\n"),
           "1 --find-links ${NOT_SET}/${lower}/${EMPTY}\n");
  CHECK_EQ(read("-f $TOKEN ${"), "r.txt:1: unknown option '${'");
}

TEST_CASE("requirements: a message never shows a password") {
  const std::string message = read("a @ https://user:${TOKEN}@host/a.zip x\n");
  CHECK(message.starts_with("r.txt:1: "));
  CHECK(message.find("s3cret") == std::string::npos);
}

TEST_CASE("requirements: encodings") {
  CHECK_EQ(read("\xEF\xBB\xBF"
                "a\n"),
           "1 a\n");
  CHECK_EQ(read("\xFF\xFE"
                "a\0\n\0"s),
           "1 a\n");
  CHECK_EQ(read("\xFE\xFF\0a\0\n"s), "1 a\n");
  CHECK_EQ(read("# -*- coding: latin-1 -*-\n-f /caf\xE9\n"), "2 --find-links /caf\xC3\xA9\n");
  CHECK_EQ(read("#\n# coding=utf-8\n-f /caf\xC3\xA9\n"), "3 --find-links /caf\xC3\xA9\n");
  CHECK_EQ(read("-f /caf\xE9\n"), "r.txt: not valid UTF-8");
  CHECK_EQ(read("# coding: klingon\n"), "r.txt: unknown encoding 'klingon'");
  CHECK_EQ(read("\xFF\xFE"
                "a"),
           "r.txt: not valid UTF-16");
  CHECK_EQ(read("\xFF\xFE\x3D\xD8\x0A\xDD\n\0"s),
           "r.txt:1: expected a package name at column 1 of '\xF0\x9F\x94\x8A'");
}

TEST_CASE("requirements: encodings beyond the usual, by mark and by name") {
  CHECK_EQ(read("\xFF\xFE\0\0a\0\0\0\n\0\0\0b\0\0\0"s), "1 a\n2 b\n");
  CHECK_EQ(read("\0\0\xFE\xFF\0\0\0a"s), "1 a\n");
  CHECK_EQ(read("\xFF\xFE\0\0a\0"s), "r.txt: not valid UTF-32");
  CHECK_EQ(read("\0\0\xFE\xFF\0\x11\0\0"s), "r.txt: not valid UTF-32");
  CHECK_EQ(read("#coding=windows-1252\n-f /\x80\xE9\n"), "2 --find-links /\xE2\x82\xAC\xC3\xA9\n");
  CHECK_EQ(read("#coding=cp1252\n-f /\x81\n"), "r.txt: not valid Windows-1252");
  CHECK_EQ(read("#coding: ascii\n-f /\xE9\n"), "r.txt: not valid ASCII");
  CHECK_EQ(read("# a coding for coding: Latin_1\n-f /\xE9\n"), "2 --find-links /\xC3\xA9\n");
  CHECK_EQ(read(" # coding: latin-1\n-f /\xE9\n"), "r.txt: not valid UTF-8");
}

TEST_CASE("requirements: lines end and are joined as in pip") {
  CHECK_EQ(read("a\vb\fc\x1C"
                "d\x1D"
                "e\x1E"
                "f\xC2\x85g\xE2\x80\xA8h\xE2\x80\xA9i"),
           "1 a\n2 b\n3 c\n4 d\n5 e\n6 f\n7 g\n8 h\n9 i\n");
  CHECK_EQ(read("\\\\a==1\\\\\n.5\n"), "1 a==1.5\n");
  CHECK_EQ(read("\xC2\xA0"
                "a\xE3\x80\x80# note\n"),
           "1 a\n");
  CHECK_EQ(read("  # c \\\na\n"), "2 a\n");
  CHECK_EQ(read("-f x\\ # y"), "r.txt:1: a quote is not closed, or a backslash ends the line");
}

TEST_CASE("requirements: options by as much of their name as only one has") {
  CHECK_EQ(read("--index https://a/s\n--find w\n--requirem b.txt\na --config-setting=k=v\n"),
           "1 --index-url https://a/s\n2 --find-links w\n3 include b.txt\n4 a k=>v\n");
  CHECK_EQ(read("--requirements b.txt\n--constraints c.txt\n"),
           "1 include b.txt\n2 constraint c.txt\n");
  CHECK_EQ(read("--no-b :all:\n--require x"), "r.txt:2: unknown option '--require'");
  CHECK_EQ(read("--"), "r.txt:1: unknown option '--'");
}

TEST_CASE("requirements: a semicolon too near to a URL, or with nothing behind it") {
  CHECK_EQ(argument("a @ https://h/a.zip; os_name == 'nt'"),
           "a @ https://h/a.zip ; os_name == \"nt\"");
  CHECK_EQ(argument("a @ https://h/a;p=1 ; os_name == 'nt'"),
           "a @ https://h/a;p=1 ; os_name == \"nt\"");
  CHECK_EQ(argument("a[x, y] @ https://h/a.zip;os_name == 'nt'"),
           "a[x,y] @ https://h/a.zip ; os_name == \"nt\"");
  CHECK_EQ(argument("a>=1 ;"), "a>=1");
  CHECK_EQ(argument("./a;"), "<./a>");
}

TEST_CASE("requirements: editable") {
  CHECK_EQ(read("-e ./pkg\n--editable=./pkg[x]\n-e pkg\n-e./pkg\n"),
           "1 editable <./pkg>\n2 editable <./pkg> +x\n3 editable <pkg>\n4 editable <./pkg>\n");
  CHECK_EQ(read("-e ./pkg ; os_name == 'nt'"), "1 editable <./pkg> if os_name == \"nt\"\n");
  CHECK_EQ(read("-e git+https://h/r.git@v1#egg=My_Pkg[a]&subdirectory=s"),
           "1 editable My_Pkg[a] @ git+https://h/r.git@v1#egg=My_Pkg&subdirectory=s\n");
  CHECK_EQ(read("-e 'a dir/pkg' \n"), "1 editable <a dir/pkg>\n");
  CHECK_EQ(read("-e ./a\\ dir/pkg\n"), "1 editable <./a dir/pkg>\n");
  CHECK_EQ(read("-e './a\\ dir'\n"), "1 editable <./a\\ dir>\n");
  CHECK_EQ(read("-e ./a\\;b ; os_name == 'nt'\n"), "1 editable <./a;b> if os_name == \"nt\"\n");
  CHECK_EQ(read("-e pkg==1"), "r.txt:1: 'pkg==1' cannot be editable: use a directory or a VCS URL");
  CHECK_EQ(read("-e"), "r.txt:1: --editable needs a value");
}
