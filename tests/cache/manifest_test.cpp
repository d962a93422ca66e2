#include <doctest/doctest.h>

#include <string>

#include "base/text.h"
#include "cache/manifest.h"
#include "cache/wheel.h"

namespace pipit::cache {
namespace {

Wheel sample_wheel() {
  Wheel wheel;
  wheel.file_name = "black-26.1.0-py3-none-any.whl";
  wheel.sha256 = std::string(64, 'a');
  wheel.dist_info = "black-26.1.0.dist-info";
  wheel.files = {
      {"black-26.1.0.dist-info/METADATA", 12, base::sha256("x"), false, 1'700'000'000'123'456'789},
      {"black/a b %41 \n.py", 0, base::sha256(""), false, -5},
      {"black/run", UINT64_MAX, base::sha256("y"), true, 0}};
  return wheel;
}

/// The text with a right checksum over a changed body.
std::string resealed(std::string text, std::string_view from, std::string_view to) {
  text = base::replace_all(text.substr(0, text.rfind("end ")), from, to);
  return cat(text, "end ", base::sha256_hex(text), "\n");
}

}  // namespace

TEST_CASE("manifest: what is encoded comes back") {
  const Wheel wheel = sample_wheel();
  const auto back = decode_manifest(encode_manifest(wheel), "/cache/wheels-v0/aa");
  REQUIRE(back);
  CHECK_EQ(back->file_name, wheel.file_name);
  CHECK_EQ(back->sha256, wheel.sha256);
  CHECK_EQ(back->directory, "/cache/wheels-v0/aa/tree");
  CHECK_EQ(back->dist_info, wheel.dist_info);
  CHECK_EQ(back->data_dir, "");
  REQUIRE_EQ(back->files.size(), wheel.files.size());
  for (std::size_t i = 0; i < wheel.files.size(); ++i) {
    CHECK_EQ(back->files[i].path, wheel.files[i].path);
    CHECK_EQ(back->files[i].size, wheel.files[i].size);
    CHECK(back->files[i].sha256 == wheel.files[i].sha256);
    CHECK_EQ(back->files[i].executable, wheel.files[i].executable);
    CHECK_EQ(back->files[i].mtime_ns, wheel.files[i].mtime_ns);
  }
}

TEST_CASE("manifest: cut anywhere or with one bit flipped it is refused") {
  const std::string text = encode_manifest(sample_wheel());
  for (std::size_t at = 0; at < text.size(); ++at) {
    CHECK_FALSE(decode_manifest(std::string_view(text).substr(0, at), "/x"));
    std::string flipped = text;
    flipped[at] = static_cast<char>(flipped[at] ^ 4);
    CHECK_FALSE(decode_manifest(flipped, "/x"));
  }
  CHECK_EQ(decode_manifest("", "/x").error().message, "/x/manifest: damaged");
  CHECK_EQ(decode_manifest("", "/x").error().code, Code::parse);
}

TEST_CASE("manifest: a right checksum does not make a wrong field right") {
  const std::string text = encode_manifest(sample_wheel());
  CHECK(decode_manifest(resealed(text, "black/run", "black/fly"), "/x"));
  CHECK_EQ(decode_manifest(resealed(text, "manifest 1", "manifest 2"), "/x").error().message,
           "/x/manifest: of another version");
  struct Change {
    std::string_view from, to;
  };
  for (const Change& change : {Change{"black/run", "../run"},
                               {"black/run", "/etc/run"},
                               {"black/run", "black//run"},
                               {"black/run", "a%00b"},
                               {" x ", " y "},
                               {"files 3", "files 2"},
                               {"files 3", "files 4"},
                               {"files 3", "files 99999999999"},
                               {"dist-info black", "dist black"},
                               {" -5 ", " - "},
                               {" 12 ", " 1x2 "}}) {
    CAPTURE(change.to);
    CHECK_FALSE(decode_manifest(resealed(text, change.from, change.to), "/x"));
  }
}

}  // namespace pipit::cache
