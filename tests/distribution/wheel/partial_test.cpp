#include "distribution/wheel/partial.h"
#include "base/file.h"
#include "base/file_tree.h"
#include "base/path.h"
#include "base/temp_dir.h"

#include <doctest/doctest.h>
#include <unistd.h>

namespace pipit::distribution {
namespace {

struct Folder {
  base::TempDir dir = base::TempDir::create("/tmp", "pipit-test-").value();
  base::NoEvents events;
  cache::Store store{{dir.path(), ""}, events};
  std::string file = base::join_path(store.bucket_path(cache::Bucket::wheels), ".partial-key");
  Folder() { REQUIRE(base::make_directories(store.bucket_path(cache::Bucket::wheels))); }
};

std::string content(const Partial& partial) {
  std::string out;
  const auto done = partial.replay([&](std::string_view bytes) {
    out += bytes;
    return Result<void>();
  });
  REQUIRE(done);
  return out;
}

constexpr std::uint64_t kWhole = 2 * Partial::kWorthIt;

TEST_CASE("dist partial: what was kept is there for the next") {
  Folder folder;
  {
    Partial first(folder.store, "key");
    CHECK(first.size() == 0);
    first.append("lost");  // before an answer began
    first.begin("\"tag\"", kWhole);
    first.append("abc");
    first.append("def");
  }
  {
    Partial second(folder.store, "key");
    CHECK(second.size() == 6);
    CHECK(second.whole() == kWhole);
    CHECK(second.validator() == "\"tag\"");
    CHECK(content(second) == "abcdef");
    second.append("g");
  }
  Partial third(folder.store, "key");
  CHECK(content(third) == "abcdefg");
  third.begin("Wed, 21 Oct 2015 07:28:00 GMT", kWhole);
  CHECK(third.size() == 0);
  third.append("new");
  CHECK(content(third) == "new");
  CHECK(third.validator() == "Wed, 21 Oct 2015 07:28:00 GMT");
  third.discard();
  CHECK_FALSE(base::exists(folder.file));
  third.append("after");
  CHECK(third.size() == 0);
}

TEST_CASE("dist partial: not worth it") {
  Folder folder;
  Partial partial(folder.store, "key");
  partial.begin("", kWhole);
  partial.append("no validator");
  CHECK(partial.size() == 0);
  partial.begin("\"tag\"", Partial::kWorthIt - 1);
  partial.append("small");
  CHECK(partial.size() == 0);
  CHECK_FALSE(base::exists(folder.file));
}

TEST_CASE("dist partial: nothing came, nothing stays") {
  Folder folder;
  {
    Partial partial(folder.store, "key");
    partial.begin("\"tag\"", kWhole);
    CHECK(base::exists(folder.file));
  }
  CHECK_FALSE(base::exists(folder.file));
}

TEST_CASE("dist partial: one at a time") {
  Folder folder;
  Partial first(folder.store, "key");
  first.begin("\"tag\"", kWhole);
  first.append("first");
  Partial second(folder.store, "key");
  CHECK(second.size() == 0);
  second.begin("\"tag\"", kWhole);
  second.append("second");
  CHECK(second.size() == 0);
  CHECK(content(first) == "first");
}

TEST_CASE("dist partial: what is no partial is passed over") {
  Folder folder;
  for (const char* text :
       {"", "pipit-partial 1 \n", "pipit-partial 1 x \"tag\"\nabc", "pipit-partial 1 5\nabc",
        "pipit-partial 1 5 tag", "pipit-partial 2 5 t\n"}) {
    CAPTURE(text);
    REQUIRE(base::write_file(folder.file, text));
    Partial partial(folder.store, "key");
    CHECK(partial.size() == 0);
    partial.begin("\"tag\"", kWhole);
    partial.append("abc");
    CHECK(content(partial) == "abc");
  }
  REQUIRE(base::remove_file(folder.file));
  REQUIRE(::symlink("/etc/passwd", folder.file.c_str()) == 0);
  Partial partial(folder.store, "key");
  partial.begin("\"tag\"", kWhole);
  CHECK(partial.size() == 0);
}

TEST_CASE("dist partial: keys are names") {
  Folder folder;
  Partial partial(folder.store, "../key");
  partial.begin("\"tag\"", kWhole);
  partial.append("abc");
  CHECK(partial.size() == 0);
}

}  // namespace
}  // namespace pipit::distribution
