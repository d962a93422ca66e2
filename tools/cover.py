#!/usr/bin/env python3
"""Lines of lib/ that a run of instrumented unit tests reached, by room and by file.

    tools/cover.py BUILD [--room ROOM] [--limit PERCENT]

BUILD holds the objects and counters of `make cover`. A line counts where g++ made code of it; it is
reached when any of its instances is. With a room the lines that no test reached are listed. With a
limit the exit code is 1 when a room of HELD lies below it; sub-rooms count as their room's.
"""

import argparse
import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

from rooms import Rooms

HELD = ("resolve", "operation", "index", "env")
BATCH = 20


def counts_of(build):
    """{path below lib/: {line: times}} of all objects, whether they were run or not."""
    notes = sorted(Path(build).resolve().rglob("*.gcno"))
    lines = defaultdict(dict)
    for at in range(0, len(notes), BATCH):
        told = subprocess.run(
            [os.environ.get("GCOV", "gcov"), "--json-format", "--stdout", *map(str, notes[at:at + BATCH])],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=True)
        for document in told.stdout.splitlines():
            if document.startswith("{"):
                add(json.loads(document), lines)
    return lines


def add(document, lines):
    for file in document["files"]:
        path = Path(file["file"])
        if path.is_absolute():
            path = Path(os.path.relpath(path, document["current_working_directory"]))
        if path.parts[0] != "lib":
            continue
        seen = lines[str(path.relative_to("lib"))]
        for line in file["lines"]:
            number = line["line_number"]
            seen[number] = seen.get(number, 0) + line["count"]


def ranges(numbers):
    """Sorted numbers as "3-5 9"; those with only lines without code between them stay apart."""
    found = []
    for number in numbers:
        if found and found[-1][1] == number - 1:
            found[-1][1] = number
        else:
            found.append([number, number])
    return " ".join(str(a) if a == b else f"{a}-{b}" for a, b in found)


def row(name, counts):
    reached = sum(1 for count in counts if count)
    share = 100 * reached / len(counts) if counts else 100.0
    return f"{name:<44}{len(counts):>7}{reached:>8}{share:>8.1f}", share


def report(lines, rooms, room=None):
    """Prints the tables; gives {room: percent} of the rooms, sub-rooms counted in."""
    by_room = defaultdict(dict)
    for path, counts in lines.items():
        by_room[rooms.of(path) or str(Path(path).parent)][path] = counts
    shown = [name for name in rooms if name in by_room and (not room or name in rooms.inside(room))]
    print(f"{'file':<44}{'lines':>7}{'reached':>8}{'%':>8}")
    for name in shown:
        for path, counts in sorted(by_room[name].items()):
            if not counts:
                continue
            print(row("  " + path, counts.values())[0])
            missed = sorted(line for line, count in counts.items() if not count)
            if room and missed:
                print(f"      not reached: {ranges(missed)}")
    print(f"\n{'room':<44}{'lines':>7}{'reached':>8}{'%':>8}")
    shares = {}
    for name in shown:
        inside = [count for each in rooms.inside(name) for counts in by_room[each].values()
                  for count in counts.values()]
        text, shares[name] = row(("  " if "/" in name else "") + name, inside)
        print(text)
    return shares


def main():
    parser = argparse.ArgumentParser(description="coverage by room and file")
    parser.add_argument("build")
    parser.add_argument("--room")
    parser.add_argument("--limit", type=float)
    wanted = parser.parse_args()
    lines = counts_of(wanted.build)
    if not lines:
        sys.exit("cover: no counters there; `make cover` makes them")
    shares = report(lines, Rooms(), wanted.room)
    low = [name for name in HELD if wanted.limit and shares.get(name, 100) < wanted.limit]
    if low:
        sys.exit(f"cover: below {wanted.limit:g} %: {', '.join(low)}")


if __name__ == "__main__":
    main()
