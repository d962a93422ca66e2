#include "pep/metadata.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using pipit::pep::Metadata;
using pipit::pep::parse_metadata;

namespace {

constexpr std::string_view kFlask =
    "Metadata-Version: 2.3\r\nName: Flask_X\r\nVersion: 3.0.0\r\nSummary: A simple framework\r\n"
    "Requires-Python: >=3.8\r\nRequires-Dist: Werkzeug>=3.0.0\r\n"
    "Requires-Dist: asgiref>=3.2 ; extra == \"async\"\r\nProvides-Extra: Async\r\nProvides-Extra: "
    "dot.env\r\n"
    "License: BSD\r\n   three\r\nAuthor-email: A <a@example.org>\r\nProject-URL: Home-Page, "
    "https://example.org\r\n"
    "Dynamic: Requires-Dist\r\nUnknown: x\r\n\r\nRequires-Dist: body\r\n";

Metadata read_metadata_text(std::string_view text) {
  auto found = parse_metadata(text);
  REQUIRE_MESSAGE(found.has_value(), found.error().message);
  return *found;
}

std::string failure(std::string_view text) {
  const auto found = parse_metadata(text);
  return found ? "valid" : found.error().message;
}

std::string with(std::string_view field) {
  return std::string("Metadata-Version: 2.1\nName: x\nVersion: 1\n").append(field).append("\n");
}

}  // namespace

TEST_CASE("metadata: fields") {
  const Metadata found = read_metadata_text(kFlask);
  CHECK_EQ(found.name, "flask-x");
  CHECK_EQ(found.written_name, "Flask_X");
  CHECK_EQ(found.version.str(), "3.0.0");
  CHECK_EQ(found.metadata_version, "2.3");
  CHECK_EQ(found.requires_python.str(), ">=3.8");
  CHECK_EQ(found.requires_python_text, ">=3.8");
  REQUIRE_EQ(found.requires_dist.size(), 2);
  CHECK_EQ(found.requires_dist[0].str(), "Werkzeug>=3.0.0");
  CHECK_EQ(found.requires_dist[1].marker.str(), "extra == \"async\"");
  CHECK(found.provides_extra == std::vector<std::string>{"async", "dot-env"});
  CHECK(found.dynamic == std::vector<std::string>{"requires-dist"});
  CHECK_EQ(found.summary, "A simple framework");
  CHECK_EQ(found.author, "A <a@example.org>");
  CHECK_EQ(found.home_page, "https://example.org");
}

TEST_CASE("metadata: the header ends at an empty line or at one that is no field") {
  CHECK(read_metadata_text(with("\nRequires-Dist: y")).requires_dist.empty());
  CHECK(read_metadata_text(with("License: long\nand not indented\nRequires-Dist: y"))
            .requires_dist.empty());
  CHECK_EQ(read_metadata_text(with("License: long\n and indented\nRequires-Dist: y"))
               .requires_dist.size(),
           1);
}

TEST_CASE("metadata: folded dependencies and any line end") {
  CHECK_EQ(read_metadata_text(with("Requires-Dist: y\n  >=1\n\t; os_name == 'nt'"))
               .requires_dist[0]
               .str(),
           "y>=1 ; os_name == \"nt\"");
  CHECK_EQ(read_metadata_text("\xEF\xBB\xBFMetadata-Version: 2.1\rname: x\rVERSION: 1\r").name,
           "x");
}

TEST_CASE("metadata: old dependencies are mended, hopeless ones named") {
  CHECK_EQ(read_metadata_text(with("Requires-Dist: y (>=1.0<2)")).requires_dist[0].str(),
           "y<2,>=1.0");
  CHECK_EQ(read_metadata_text(with("Requires-Python: >=2.7,!=3.0.*,")).requires_python.str(),
           "!=3.0.*,>=2.7");
  CHECK_EQ(read_metadata_text(with("Requires-Python: UNKNOWN")).requires_python_text, "");
  CHECK_EQ(
      failure(with("Requires-Dist: y z")),
      "metadata of x: invalid Requires-Dist: expected a version specifier at column 3 of 'y z'");
  CHECK_EQ(failure(with("Requires-Python: three")),
           "metadata of x: invalid Requires-Python 'three'");
}

TEST_CASE("metadata: without a valid name and version it is unusable") {
  CHECK_EQ(failure(""), "metadata: no name");
  CHECK_EQ(failure("Name: ../x\nVersion: 1\n"), "metadata of ../x: invalid name");
  CHECK_EQ(failure("Name: x\n"), "metadata of x: invalid version ''");
  CHECK_EQ(failure("Name: x\nVersion: one\n"), "metadata of x: invalid version 'one'");
  CHECK(parse_metadata("Name: x\n").error().code == pipit::Code::bad_metadata);
}

TEST_CASE("metadata: newer minor versions pass, newer major ones do not") {
  CHECK_EQ(failure("Metadata-Version: 2.99\nName: x\nVersion: 1\n"), "valid");
  CHECK_EQ(failure("Name: x\nVersion: 1\n"), "valid");
  CHECK_EQ(failure("Metadata-Version: 3.0\nName: x\nVersion: 1\n"),
           "metadata of x: unsupported metadata version '3.0'");
}

TEST_CASE("metadata: all values of a field") {
  CHECK(pipit::pep::metadata_field(kFlask, "requires-dist").size() == 2);
  CHECK_EQ(pipit::pep::metadata_field(kFlask, "License").at(0), "BSD\n   three");
  CHECK(pipit::pep::metadata_field(kFlask, "Nothing").empty());
}
