#!/usr/bin/env python3
"""Writes build/pipit.hpp: the pure part of base, then pep and solve, as one header.

    tools/amalgamation.py OUT

The order is the written list of tools/amalgamation.txt. A program includes the result anywhere, and
in one of its files with PIPIT_IMPLEMENTATION defined; it needs C++23, nothing else and no
third-party code. Own includes are dropped: whatever they name must stand earlier in the list, and
every file of pep and solve must be in it, so the list cannot go stale unseen. No date and no
version go into the result: the same sources give the same bytes.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WHOLE_ROOMS = ("pep", "solve")


def die(message):
    sys.stderr.write(f"amalgamation: {message}\n")
    sys.exit(1)


def read_list():
    text = (ROOT / "tools/amalgamation.txt").read_text()
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def body(name, placed):
    """The file without what only a separate file needs."""
    lines = []
    for line in (ROOT / "lib" / name).read_text().splitlines():
        own = re.match(r'\s*#\s*include "([^"]+)"', line)
        if own:
            if own[1] not in placed:
                die(f"lib/{name} includes {own[1]}, which is not in the list before it")
            continue
        if line.strip() != "#pragma once":
            lines.append(line)
    return "\n".join(lines).strip() + "\n"


def main():
    names = read_list()
    for room in WHOLE_ROOMS:
        for path in sorted((ROOT / "lib" / room).rglob("*")):
            name = str(path.relative_to(ROOT / "lib"))
            if path.suffix in (".h", ".cpp") and name not in names:
                die(f"lib/{name} is not in tools/amalgamation.txt")
    headers = [name for name in names if name.endswith(".h")]
    sources = [name for name in names if name.endswith(".cpp")]
    out = ["// pipit: PEP 440/508 values and a solver in one header. Generated; MIT licence, below.\n"]
    licence = (ROOT / "LICENSE").read_text().strip().splitlines()
    out.append("".join(f"// {line}".rstrip() + "\n" for line in licence))
    out.append("#pragma once\n")
    placed = []
    for name in headers:
        out.append(f"// ---- {name}\n{body(name, placed)}")
        placed.append(name)
    out.append("#ifdef PIPIT_IMPLEMENTATION\n")
    for name in sources:
        out.append(f"// ---- {name}\n{body(name, placed)}")
    out.append("#endif  // PIPIT_IMPLEMENTATION\n")
    Path(sys.argv[1]).write_text("\n".join(out))


if __name__ == "__main__":
    main()
