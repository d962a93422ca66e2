#include "index/raw_file.h"

#include <doctest/doctest.h>

#include <vector>

#include "base/text.h"

namespace pipit::index {
namespace {

const std::string kDigest(64, 'a');
const std::string kSidecarDigest = cat("sha256=", kDigest);

TEST_CASE("hashes: sha256 has its own place, of the others the strongest is kept") {
  const std::string md5(32, '1'), sha384(96, '3'), sha512(128, '5');
  struct Row {
    std::string text, sha256, other;
  };
  const std::vector<Row> rows = {
      {"", "", ""},
      {cat("sha256=", kDigest), kDigest, ""},
      {cat("SHA256=", std::string(64, 'A')), kDigest, ""},
      {cat("egg=demo&sha256=", kDigest, "&subdirectory=x"), kDigest, ""},
      {cat("md5=", md5, "&sha256=", kDigest), kDigest, cat("md5=", md5)},
      {cat("md5=", md5, "&sha512=", sha512), "", cat("sha512=", sha512)},
      {cat("sha512=", sha512, "&md5=", md5), "", cat("sha512=", sha512)},
      {cat("sha384=", sha384, "&sha512=", sha512), "", cat("sha512=", sha512)},
      {"sha256=abc", "", ""},                          // too short
      {cat("blake3=", kDigest), "", ""},               // nobody could check it
      {cat("sha256=", std::string(64, 'x')), "", ""},  // no digits
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    RawFile file;
    file.set_hashes(row.text);
    CHECK_EQ(file.sha256, row.sha256);
    CHECK_EQ(file.other_hash, row.other);
  }
}

TEST_CASE("sidecar: announced by any word, known only by its sha256") {
  struct Row {
    std::vector<std::string> texts;  // one after another, of both attributes
    Sidecar sidecar;
    std::string sha256;
  };
  const std::vector<Row> rows = {
      {{}, Sidecar::none, ""},
      {{""}, Sidecar::none, ""},
      {{"false"}, Sidecar::none, ""},
      {{"true"}, Sidecar::announced, ""},
      {{kSidecarDigest}, Sidecar::hashed, kDigest},
      {{cat("md5=", std::string(32, '1'))}, Sidecar::announced, ""},
      {{"sha256=torn"}, Sidecar::announced, ""},
      {{"true", kSidecarDigest}, Sidecar::hashed, kDigest},
      {{kSidecarDigest, "true"}, Sidecar::hashed, kDigest},
      {{kSidecarDigest, "false"}, Sidecar::hashed, kDigest},
  };
  for (const Row& row : rows) {
    CAPTURE(base::join(row.texts, " then "));
    RawFile file;
    for (const std::string& text : row.texts) file.set_sidecar(text);
    CHECK(file.sidecar == row.sidecar);
    CHECK_EQ(file.sidecar_sha256, row.sha256);
  }
}

}  // namespace
}  // namespace pipit::index
