#!/bin/sh
# Runs one part of a doctest program's tests: tools/unit_part.sh BINARY PART OF
# doctest counts its tests; each part takes an equal share of that count, in order.
set -eu
binary=$1 part=$2 of=$3
count=$("$binary" --count --no-colors=true | sed -n 's/.*: *\([0-9][0-9]*\)$/\1/p' | tail -n 1)
[ -n "$count" ] || { echo "unit_part: $binary does not say how many tests it has" >&2; exit 1; }
first=$(((part - 1) * count / of + 1))
last=$((part * count / of))
[ "$last" -ge "$first" ] || exit 0
echo "$binary --first=$first --last=$last (of $count)"
exec "$binary" --first="$first" --last="$last"
