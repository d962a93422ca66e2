#!/bin/sh
# clang-format on the lines that differ from HEAD (make format), or, with --check, says which would
# change and fails (tools/pre-commit). Without clang-format it says so and passes.
set -eu
cd "$(dirname "$0")/.."
for name in clang-format-19 clang-format; do
  if command -v "$name" >/dev/null 2>&1; then binary=$name && break; fi
done
script=$(command -v git-clang-format-19 || command -v git-clang-format || true)
if [ -z "${binary:-}" ] || [ -z "$script" ]; then
  echo "format: no clang-format here, skipped (apt-get install -y clang-format)"
  exit 0
fi
if [ "${1:-}" = --check ]; then
  "$script" --binary "$binary" --extensions h,hpp,cpp --diff HEAD | grep -v '^no modified\|did not modify' \
    | { ! grep . ; }
else
  "$script" --binary "$binary" --extensions h,hpp,cpp --force HEAD
fi
