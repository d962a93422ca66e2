#!/usr/bin/env python3
"""What `make lint` prints without judging: the longest files and functions, and the units without a
test of their own. A unit is a .cpp of lib/ with its header; the test of lib/room/name.cpp is
tests/room/name_test.cpp. Rings of units are found here, too; lint judges those.
"""

import re
import textwrap
from collections import defaultdict
from pathlib import Path

LONGEST = 6


def unit_of(name):
    """"room/file" of "room/file.cpp"; x_impl.h holds the templates of x.h."""
    return re.sub(r"(_impl)?\.(h|cpp)$", "", name)


def include_graph(lib):
    """{unit: units that its header or source includes}."""
    graph = defaultdict(set)
    for path in sorted(lib.rglob("*")):
        if path.suffix not in (".h", ".cpp"):
            continue
        unit = unit_of(str(path.relative_to(lib)))
        included = re.findall(r'^#include "([^"]+)"', path.read_text(errors="replace"), re.M)
        graph[unit].update(unit_of(name) for name in included)
        graph[unit].discard(unit)
    return graph


def rings(lib):
    """Sets of units that reach each other, largest first (strongly connected components)."""
    graph = include_graph(lib)
    reaches = {}
    for start in graph:
        found, todo = set(), [start]
        while todo:
            for other in graph.get(todo.pop(), ()):
                if other not in found:
                    found.add(other)
                    todo.append(other)
        reaches[start] = found
    done, result = set(), []
    for unit in sorted(graph):
        ring = sorted(other for other in reaches[unit] if unit in reaches.get(other, ()))
        if unit in ring and unit not in done:
            done.update(ring)
            result.append(ring)
    return sorted(result, key=len, reverse=True)


def functions(text):
    """(lines, first line, name) of each function body in clang-format's layout: from a line that
    ends in "{" to the first "}" in the same column."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        match = re.match(r"( *)[\w:~<>&*\[\], ]*?([\w:~]+)\(", line)
        if not match or match[2].endswith("_") or len(match[1]) > 4:
            continue  # a call, or a member in a constructor's list
        if re.match(r" *(if|for|while|switch|return|else|do|case)\b", line):
            continue
        end = opening = number
        while opening < len(lines) and not re.search(r"[{};]$", lines[opening]):
            opening += 1
        if opening >= len(lines) or not lines[opening].endswith("{"):
            continue
        close = match[1] + "}"
        for end in range(opening + 1, len(lines)):
            if lines[end].startswith(close) and not lines[end].startswith(close + " else"):
                break
        yield end - number + 1, number + 1, match[2]


def print_report(root):
    root = Path(root)
    lib = root / "lib"
    sources = [p for p in sorted(lib.rglob("*")) if p.suffix in (".h", ".cpp")]
    texts = {p: p.read_text(errors="replace") for p in sources}
    lengths = sorted(((text.count("\n"), str(p.relative_to(root))) for p, text in texts.items()), reverse=True)
    print("longest files:     " + ", ".join(f"{name} {count}" for count, name in lengths[:LONGEST]))
    found = [(count, f"{p.relative_to(root)}:{line} {name}") for p, text in texts.items()
             for count, line, name in functions(text)]
    found.sort(reverse=True)
    print("longest functions: " + ", ".join(f"{name} {count}" for count, name in found[:LONGEST]))
    print_untested(root)


def untested(root):
    """({room: units without a test}, how many units there are)."""
    bare, total = defaultdict(list), 0
    for path in sorted((root / "lib").rglob("*.cpp")):
        inside = path.relative_to(root / "lib")
        total += 1
        if not (root / "tests" / inside.parent / f"{path.stem}_test.cpp").is_file():
            bare[str(inside.parent)].append(path.stem)
    return bare, total


def print_untested(root):
    bare, total = untested(root)
    count = sum(len(units) for units in bare.values())
    print(f"units without a test of their own: {count} of {total}")
    for room, units in bare.items():
        print(textwrap.fill(f"  {room}: {' '.join(units)}", 100, subsequent_indent="    "))
