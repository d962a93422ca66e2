// Stores in directories of their own, for tests.
#pragma once
#include <doctest/doctest.h>

#include <string>
#include <string_view>

#include "base/file.h"
#include "base/path.h"
#include "base/temp_dir.h"
#include "cache/store.h"

namespace pipit::cache::test {

using base::join_path;

struct Scratch {
  base::TempDir dir = *base::TempDir::create("/tmp", "pipit-test-");
  std::string path(std::string_view name) const { return join_path(dir.path(), name); }
  StoreOptions options(std::string_view name = "cache") const { return {path(name), dir.path()}; }
};

inline std::string staged(Store& store, std::string_view content) {
  const auto staging = store.staging_directory(Bucket::wheels);
  REQUIRE(staging);
  REQUIRE(base::write_file(join_path(*staging, "manifest"), content));
  return *staging;
}

}  // namespace pipit::cache::test
