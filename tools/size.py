#!/usr/bin/env python3
"""Bytes by room and third party; fails when the release binary is over its budget.

    tools/size.py SYMBOLS STRIPPED [BUDGET]

SYMBOLS is the binary with its symbol table, STRIPPED the same as it is shipped. Each symbol counts
for the first owner that its name betrays: an instantiation of a standard template for a type of
ours is ours. What has no symbol (string literals, unwind tables, headers) is one line of its own.
"""

import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

# First match wins.
OWNERS = [
    (re.compile(r"pipit::(base|sched|pep|archive|cache|net|index|dist|solve|resolve|env|build|cli)\b"), None),
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
    budget = int(sys.argv[3]) if len(sys.argv) > 3 else 0
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
    if budget and total > budget:
        sys.stderr.write(f"size: {stripped}: {total} bytes, the budget is {budget}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
