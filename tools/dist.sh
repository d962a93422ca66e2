#!/bin/sh
# The release archive, bit for bit the same twice: a packager who builds the same sources can compare
# digests. So: names sorted, owners and times fixed (the time of the commit), gzip without a name.
#   tools/dist.sh BUILD_WITH_PIPIT OUT
set -eu
from=$1
out=$2
cd "$(dirname "$0")/.."
version=$(sed -n 's/.*kVersion[^"]*"\([^"]*\)".*/\1/p' lib/cli/version.h)
[ -n "$version" ] || { echo "lib/cli/version.h: no version in it" >&2; exit 1; }
when=$(git log -1 --format=%ct 2>/dev/null || echo 0)
name=pipit-$version-$(uname -m)-linux-musl
stage=$out/stage/$name
rm -rf "$out"
mkdir -p "$stage"
cp "$from/pipit" LICENSE "$stage/"
for file in README.md CHANGELOG.md; do
  if [ -f "$file" ]; then cp "$file" "$stage/"; fi
done
chmod 755 "$stage" "$stage/pipit"
find "$stage" -type f ! -name pipit -exec chmod 644 {} +
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$when" --format=ustar \
  -C "$out/stage" -cf - "$name" | gzip -n -9 > "$out/$name.tar.gz"
rm -rf "$out/stage"
(cd "$out" && sha256sum "$name.tar.gz" > "$name.tar.gz.sha256" && cat "$name.tar.gz.sha256")
