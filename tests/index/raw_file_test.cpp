#include "index/raw_file.h"

#include <doctest/doctest.h>

#include <vector>

#include "base/text.h"

namespace pipit::index {
namespace {

const std::string kDigest(64, 'a');
const std::string kSidecarDigest = cat("sha256=", kDigest);

/// What a page would say of it.
File file_from(const RawFile& raw) {
  File file;
  file.name = raw.name;
  file.sha256 = raw.sha256;
  file.other_hash = raw.other_hash;
  file.sidecar = raw.sidecar;
  file.sidecar_sha256 = raw.sidecar_sha256;
  return file;
}

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
      {cat("blake3=", kDigest), "", ""},  // nobody could check it
      {"sha256", "", ""},                 // no value: a word
      {cat("sha256:", kDigest), kDigest, ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.text);
    RawFile file;
    file.set_hashes(row.text);
    CHECK_EQ(file.sha256, row.sha256);
    CHECK_EQ(file.other_hash, row.other);
  }
}

TEST_CASE("hashes: one that no file can have is not forgotten") {
  const std::string md5(32, '1');
  const std::string no_digits(64, 'x');
  for (const std::string& torn :
       {std::string("sha256="), std::string("sha256=abc"), cat("sha256=", no_digits),
        cat("SHA256=", kDigest, "0"), std::string("md5=zz"), cat("sha512=", kDigest),
        std::string("sha1= 5"), cat("sha256=%20", kDigest)}) {
    CAPTURE(torn);
    for (const std::string& text :
         {torn, cat("egg=demo&", torn), cat(torn, "&md5=", md5), cat("md5=", md5, "&", torn)}) {
      CAPTURE(text);
      RawFile file;
      file.set_hashes(text);
      CHECK_EQ(file.sha256, "");
      CHECK_EQ(file.other_hash, torn);
      file.set_hashes(cat("sha384=", std::string(96, '3')));
      CHECK_EQ(file.other_hash, torn);
      const auto sound = check_hashes(file_from(file));
      REQUIRE_FALSE(sound);
      CHECK(sound.error().code == Code::hash_mismatch);
      file.set_hashes(cat("sha256=", kDigest));  // that can be checked, and will be
      CHECK(check_hashes(file_from(file)));
    }
    RawFile file;
    file.set_sidecar(torn);
    CHECK_FALSE(check_hashes(file_from(file)));
    file.set_sidecar("true");
    CHECK_FALSE(check_hashes(file_from(file)));
    file.set_sidecar(kSidecarDigest);
    CHECK(check_hashes(file_from(file)));
  }
}

TEST_CASE("hashes: what is said of one that no file can have") {
  RawFile raw;
  raw.name = "demo-1.0-py3-none-any.whl";
  raw.set_hashes(cat("sha256=\x1b", std::string(300, 'z')));
  File file = file_from(raw);
  file.index_url = "https://index.example/simple";
  CHECK_EQ(check_hashes(file).error().message,
           cat("demo-1.0-py3-none-any.whl: the page of https://index.example/simple gives it the "
               "hash \"sha256=\\x1b",
               std::string(92, 'z'), "\", which no file can have"));
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
      {{"sha256=torn"}, Sidecar::hashed, "sha256=torn"},
      {{"sha256=torn", kSidecarDigest}, Sidecar::hashed, kDigest},
      {{kSidecarDigest, "md5=torn"}, Sidecar::hashed, kDigest},
      {{"blake3=torn"}, Sidecar::announced, ""},
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
