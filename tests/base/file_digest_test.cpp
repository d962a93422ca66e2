#include "base/file_digest.h"

#include <doctest/doctest.h>

#include <string>

#include "base/file.h"
#include "base/hash.h"
#include "base/temp_dir.h"
#include "base/text.h"

namespace pipit::base {

TEST_CASE("file digest: by any algorithm, in pieces") {
  const auto scratch = TempDir::create("/tmp", "pipit-digest-test-");
  REQUIRE(scratch);
  const std::string big(200'000, 'x'), file = cat(scratch->path(), "/big");
  REQUIRE(write_file(file, big));
  CHECK_EQ(*file_digest(file, "sha256"), sha256_hex(big));
  CHECK_EQ(file_digest(file, "sha9").error().code, Code::unsupported);
  const std::string absent = cat(scratch->path(), "/absent");
  CHECK(file_digest(absent, "sha256").error().message.starts_with(absent));
  CHECK_FALSE(file_digest(scratch->path(), "sha256"));  // a folder
}

}  // namespace pipit::base
