#!/bin/sh
# Links a release: tools/link_release.sh ZIG TARGET OUT FILE...  (OUT.symbols keeps its symbols)
#
# What `zig c++` would do, and equal functions made one (LLVM's merge-functions, the linker's
# --icf=all), which its driver has no words for and which saves a twenty-fifth. The driver is asked
# to link an empty program and to show how; then the same command is run with our files in its
# place. Code that compares the addresses of functions would not stand that; there is none here.
# The empty program is one for speed: zig makes the C library after it, and a small one sets memory
# byte by byte. The C++ library is linked as machine code: optimised together with ours it is larger, and brings
# unwind tables for all.
set -eu
zig=$1 target=$2 out=$3
shift 3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
echo 'int main() {}' > "$work/empty.cpp"
shown=$(ZIG_VERBOSE_LINK=1 "$zig" c++ -target "$target" -pthread -Wl,--gc-sections -static -s -O2 \
  -o "$work/empty" "$work/empty.cpp" 2>&1 | grep "^ld.lld .* -o $work/empty ") || {
  echo "link_release: zig does not show how it links" >&2
  exit 1
}
before=${shown%% -o "$work/empty" *}
after=${shown##* -o "$work/empty" }
# The C library's beginning, the empty program, the libraries.
start=${after%%.o *}.o
rest=${after#"$start" }
libraries=${rest#*.o }
case "$start $libraries" in
  *crt1.o*libc.a*) ;;
  *) echo "link_release: zig links in a way that is not known here" >&2; exit 1 ;;
esac
case "$out" in *.symbols) before=$(printf '%s' "$before" | sed 's/ -s / /') ;; esac
# shellcheck disable=SC2086  # words, none of which holds a space
exec "$zig" ${before} --icf=all -mllvm -enable-merge-functions -o "$out" $start "$@" $libraries
