#include "pep/metadata_codec.h"

#include <doctest/doctest.h>

#include <string>

namespace pipit::pep {
namespace {

Metadata flask() {
  const auto found = parse_metadata(
      "Metadata-Version: 2.3\nName: Flask_X\nVersion: 3.0.0\nSummary: A simple framework\n"
      "Requires-Python: >=3.8\nRequires-Dist: Werkzeug>=3.0.0\n"
      "Requires-Dist: asgiref>=3.2 ; extra == \"async\"\nProvides-Extra: Async\n"
      "Provides-Extra: dot.env\nDynamic: Requires-Dist\n\n");
  REQUIRE(found.has_value());
  return *found;
}

}  // namespace

TEST_CASE("metadata: the cached form reads back") {
  Metadata found = flask();
  found.summary = "two\nlines \\n and a \\";
  const std::string text = encode_metadata(found);
  const auto again = decode_metadata(text);
  REQUIRE(again.has_value());
  CHECK_EQ(encode_metadata(*again), text);
  CHECK_EQ(again->name, found.name);
  CHECK_EQ(again->version, found.version);
  CHECK_EQ(again->summary, found.summary);
  CHECK_EQ(again->requires_python.str(), found.requires_python.str());
  CHECK_EQ(again->requires_dist[1].str(), found.requires_dist[1].str());
  CHECK(again->provides_extra == found.provides_extra);
  CHECK(again->dynamic == found.dynamic);
}

TEST_CASE("metadata: a cut or foreign cached form is refused") {
  const std::string text = encode_metadata(flask());
  for (std::size_t length = 0; length < text.size(); ++length) {
    CHECK_FALSE(decode_metadata(std::string_view(text).substr(0, length)).has_value());
  }
  CHECK_FALSE(decode_metadata("pipit metadata 2" + text.substr(16)).has_value());
}

}  // namespace pipit::pep
