#!/bin/sh
# clang-tidy with the list of .clang-tidy, then a clang build with -Wthread-safety, all as errors.
# Without clang it says so and passes. Called by `make tidy` with the build directory and clang++.
set -eu
build=$1
clang=${2:-}
cd "$(dirname "$0")/.."
if [ -z "$clang" ]; then
  echo "tidy: no clang here, skipped (apt-get install -y clang-19 clang-tidy-19)"
  exit 0
fi
for name in clang-tidy-19 clang-tidy; do
  if command -v "$name" >/dev/null 2>&1; then
    find lib -name '*.cpp' -print0 | xargs -0 -n 1 -P 2 "$name" --quiet -p "$build"
    break
  fi
done
make --no-print-directory BUILD="$build/clang" CXX="$clang" CXXFLAGS="-Wthread-safety -Wno-deprecated-declarations -Werror" all
