#include "net/content_coding.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "base/text.h"

namespace pipit::net {
namespace {

std::string coding_of(std::vector<Header> headers) {
  const ContentCoding coding = content_coding(headers);
  if (coding.kind == ContentCoding::Kind::unread) return coding.name;
  return coding.kind == ContentCoding::Kind::gzip ? "GZIP" : "";
}

}  // namespace

TEST_CASE("content coding: known ones, and words that are none") {
  const std::string name = "content-encoding";
  CHECK_EQ(coding_of({}), "");
  for (const char* word : {"", "identity", "utf-8", "aws-chunked", "binary", "none"})
    CHECK_EQ(coding_of({{name, word}}), "");
  for (const char* word : {"gzip", "X-GZIP", " gzip ", "aws-chunked, gzip", "gzip,utf-8"})
    CHECK_EQ(coding_of({{name, word}}), "GZIP");
  for (const char* word : {"br", "Zstd", "deflate", "compress"})
    CHECK_EQ(coding_of({{name, word}}), base::to_lower(word));
  CHECK_EQ(coding_of({{name, "gzip, br"}}), "br");
  CHECK_EQ(coding_of({{name, "gzip, gzip"}}), "gzip");
  CHECK_EQ(coding_of({{name, "utf-8"}, {name, "gzip"}}), "GZIP");
}

}  // namespace pipit::net
