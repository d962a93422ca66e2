#!/bin/sh
# clang-format on the lines that differ from HEAD (make format), on every file with --all, or, with
# --check, says which lines would change and fails (tools/pre-commit). The one of the test environment
# serves where the system has none; without either it says so and passes.
set -eu
cd "$(dirname "$0")/.."
PATH=$PATH:$PWD/build/testenv/bin
if ! command -v clang-format >/dev/null 2>&1; then
  echo "format: no clang-format here, skipped (apt-get install -y clang-format, or make testenv)"
  exit 0
fi
case "${1:-}" in
  --all)
    find lib tests third_party tools main.cpp \( -name '*.h' -o -name '*.hpp' -o -name '*.cpp' \) \
      -exec clang-format -i {} +
    ;;
  --check)
    git clang-format --extensions h,hpp,cpp --diff HEAD \
      | grep -v '^no modified files\|did not modify any files' | { ! grep . ; }
    ;;
  *) git clang-format --extensions h,hpp,cpp --force HEAD ;;
esac
