#!/usr/bin/env python3
"""Bytes by room and third party; fails when the release binary is over its budget.

    tools/size.py SYMBOLS STRIPPED [BUDGET GZIP_BUDGET]

GZIP_BUDGET is for the binary as `gzip -9` makes it. SYMBOLS is the binary with its symbol table, STRIPPED the same as it is shipped. Each symbol counts
for the first owner that its name betrays: an instantiation of a standard template for a type of
ours is ours. What has no symbol (string literals, unwind tables, headers) is one line of its own.
"""

import gzip
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from rooms import Rooms  # noqa: E402

HOUSES = "|".join(sorted({Rooms.house(room) for room in Rooms()}))

# What is planned may take so many bytes more.
PLANNED = {"speed": 230_000, "trust": 80_000, "pip": 190_000, "wheelhouse": 200_000}

# First match wins.
OWNERS = [
    (re.compile(rf"pipit::({HOUSES})\b"), None),
    (re.compile(r"\bpipit::"), "lib/base"),
    (re.compile(r"\bhttplib::"), "cpp-httplib"),
    (re.compile(r"\bpicojson::"), "picojson"),
    (re.compile(r"\btoml::"), "toml++"),
    (re.compile(r"^_?br_"), "BearSSL"),
    (re.compile(r"^(lib)?deflate_|^crc32_(x86|slice)|^adler32_(x86|generic)"), "libdeflate"),
    (re.compile(r"^(inflate|crc32|adler32|zlib|zcalloc|zcfree|_tr_|compress|uncompress)"), "zlib"),
    (re.compile(r"std::|__cxxabi|__gnu_cxx|^operator (new|delete)|^__cxa|^_Unwind|unw_|libunwind"), "C++ library"),
]


def owner_of(name):
    for pattern, owner in OWNERS:
        match = pattern.search(name)
        if match:
            return owner or f"lib/{match[1]}"
    return "C library"


def main():
    symbols, stripped = Path(sys.argv[1]), Path(sys.argv[2])
    budgets = [int(word) for word in sys.argv[3:5]]
    done = subprocess.run(["nm", "-S", "-C", "--defined-only", symbols], capture_output=True, text=True, check=True)
    parts, seen = Counter(), set()
    for line in done.stdout.splitlines():
        match = re.match(r"([0-9a-f]+) ([0-9a-f]+) (\w) (.*)", line)
        # Aliases share an address; b and B take no room in the file.
        if match and match[3] not in "bB" and match[1] not in seen:
            seen.add(match[1])
            parts[owner_of(match[4])] += int(match[2], 16)
    total = stripped.stat().st_size
    parts["without a symbol"] = max(0, total - sum(parts.values()))
    for part, size in parts.most_common():
        print(f"{size:9d}  {size / total:6.1%}  {part}")
    print(f"{total:9d}  {stripped}")
    if budgets:
        check_budgets(stripped, total, *budgets)


def check_budgets(stripped, total, budget, gzip_budget):
    packed = len(gzip.compress(stripped.read_bytes(), 9, mtime=0))
    print(f"{packed:9d}  as gzip -9")
    for what, size, limit in (("bytes", total, budget), ("bytes as gzip -9", packed, gzip_budget)):
        print(f"budget: {limit} {what}, {limit - size} left")
    planned = ", ".join(f"{name} {size // 1000} kB" for name, size in PLANNED.items())
    print(f"planned: {planned}; {budget - total - sum(PLANNED.values())} bytes left after that")
    if total > budget or packed > gzip_budget:
        sys.stderr.write(f"size: {stripped} is over its budget\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
