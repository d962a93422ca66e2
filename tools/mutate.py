#!/usr/bin/env python3
"""Plants single faults at random lines and asks the unit tests whether they notice.

    tools/mutate.py [--rooms "resolve index env"] [--count 20] [--seed N] [--minutes 30] [--least N]

Each fault is planted in a copy of the tree (build/faults), the unit tests of its room are built and
run there, and the verdict printed with the change: killed when a test failed (or the tests hang),
survived when all pass. The same seed on the same tree plants the same faults. A change that does
not compile is no fault: another is drawn. --least N: exit 1 when fewer are killed.

A fault is a negated condition, another comparison, "and" for "or", another number, a dropped
statement, an early return, a loop left at the wrong place. Lines without logic are left alone:
comments, includes, declarations and constants, and what costs time only (reserve).
"""

import argparse
import filecmp
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from rooms import Rooms

ROOT = Path(__file__).resolve().parent.parent
SCRATCH = ROOT / "build/faults"
COPIED = ("Makefile", "main.cpp", "lib", "tests", "tools", "third_party")

# --- which changes a line allows -----------------------------------------------------------------

# Not logic, or not to be noticed by a test.
LEFT_ALONE = re.compile(
    r"^\s*(//|#|using |namespace |template|static_assert|friend |struct |class |enum |case |default:|"
    r"public:|private:|(static |inline )*constexpr )|\breserve\(|\bPIPIT_(GUARDED|REQUIRES|EXCLUDES)")
QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'')
SWAPS = {
    " < ": (" <= ", " > "), " <= ": (" < ",), " > ": (" >= ", " < "), " >= ": (" > ",),
    " == ": (" != ",), " != ": (" == ",), " && ": (" || ",), " || ": (" && ",),
    "++": ("--",), " += ": (" -= ",),
    "continue;": ("break;",), "break;": ("continue;",),
}
CALL = re.compile(r"^\s+(?!return\b|delete\b|co_)[A-Za-z_][\w.:\[\]]*(->[\w.:\[\]]+)*\(.*\);$")
ASSIGNMENT = re.compile(r"^\s+[A-Za-z_*][\w.\[\]()]*(->[\w.\[\]()]+)* (=|\+=|\|=|&=) .*;$")
# Not one that returns nothing anyway.
RETURN = re.compile(r"^(\s+)return (?!(\{\}|std::nullopt|nullptr|false|0|\"\"|std::\w+\(\));)[^;]+;$")
TYPE = re.compile(r"^(\s*)(struct|class|union) .*\{$")


def blanked(line):
    """The line with the insides of quotes and what follows // made blank: the same length."""
    line = QUOTED.sub(lambda found: found[0][0] + "_" * (len(found[0]) - 2) + found[0][-1], line)
    at = line.find("//")
    return line if at < 0 else line[:at] + " " * (len(line) - at)


def condition_of(code):
    """(begin, end) of the condition of an `if (...)` or `while (...)` that ends on its line."""
    found = re.search(r"\b(?:if|while) \(", code)
    if not found:
        return None
    depth = 1
    for at in range(found.end(), len(code)):
        depth += {"(": 1, ")": -1}.get(code[at], 0)
        if depth == 0:
            inside = code[found.end():at]
            declares = ";" in inside or re.search(r"(?<![=!<>])=(?!=)", inside) or inside == "true"
            return None if declares else (found.end(), at)
    return None


def changes_of(line):
    """What the line may become, as (kind, text); [] where there is no logic to be changed."""
    code = blanked(line)
    if not code.startswith("  ") or LEFT_ALONE.search(code) or not code.strip(" {}();,"):
        return []
    out = []
    place = condition_of(code)
    if place:
        inside = line[place[0]:place[1]]
        out.append(("negated condition", f"{line[:place[0]]}!({inside}){line[place[1]:]}"))
    for old, news in SWAPS.items():
        for found in re.finditer(re.escape(old), code):
            for new in news:
                out.append((f"'{old.strip()}' to '{new.strip()}'",
                            line[:found.start()] + new + line[found.end():]))
    for found in re.finditer(r"(?<![\w.])(\d+)(?![\w.]| \+)", code):
        out.append(("other number", f"{line[:found.start()]}{int(found[1]) + 1}{line[found.end():]}"))
    for found in re.finditer(r" [+-] 1(?![\w.])", code):
        out.append(("one less or more", line[:found.start()] + line[found.end():]))
    for old, new in (("true", "false"), ("false", "true")):
        for found in re.finditer(rf"\b{old}\b", code):
            out.append((f"{old} to {new}", line[:found.start()] + new + line[found.end():]))
    if code.count("(") == code.count(")") and code.count("{") == code.count("}"):
        indent = line[:len(line) - len(line.lstrip())]
        if CALL.match(code) or ASSIGNMENT.match(code):
            out.append(("dropped statement", indent + ";"))
        returned = RETURN.match(code.rstrip())
        if returned:
            out.append(("empty return", indent + "return {};"))
    return out


def starts_a_statement(above):
    """Whether a line behind `above` is a statement of its own and not the rest of one."""
    text = blanked(above).strip()
    return not text or text[-1] in ";{}:" or text.startswith(("//", "#")) or text == "else"


def places_in(text):
    """[(line number from 0, kind, new line)] of a file; what stands in a type is declarations."""
    lines = text.split("\n")
    out, until = [], None
    for number, line in enumerate(lines):
        if until is not None:
            if line == until:
                until = None
            continue
        if TYPE.match(line):
            until = TYPE.match(line)[1] + "};"
            continue
        for kind, new in changes_of(line):
            whole = kind in ("dropped statement", "empty return")
            if whole and not (number and starts_a_statement(lines[number - 1])):
                continue
            out.append((number, kind, new))
    return out


def draw(files, dice):
    """Endless (path, number, kind, new line): a line with logic first, each equally likely, then one
    of its changes. `files`: {path: text}. Nothing comes twice."""
    by_line = {}
    for path in sorted(files):
        for number, kind, new in places_in(files[path]):
            by_line.setdefault((path, number), []).append((kind, new))
    while by_line:
        place = dice.choice(list(by_line))
        changes = by_line[place]
        kind, new = changes.pop(dice.randrange(len(changes)))
        if not changes:
            del by_line[place]
        yield *place, kind, new


# --- planting ------------------------------------------------------------------------------------


def synchronise(source, target):
    """Makes target a copy of source; what is the same keeps its time, so that nothing is built twice."""
    if source.is_dir():
        target.mkdir(parents=True, exist_ok=True)
        names = {path.name for path in source.iterdir() if path.name != "__pycache__"}
        for path in target.iterdir():
            if path.name not in names:
                shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
        for name in names:
            synchronise(source / name, target / name)
    elif not target.exists() or not filecmp.cmp(source, target, shallow=False):
        shutil.copy(source, target)


def make(room, jobs):
    """None, or what the compiler said."""
    binary = f"build/unit-{room.replace('/', '-')}"
    done = subprocess.run(
        ["make", f"-j{jobs}", "OPT=-O0", f"R={room}", binary], cwd=SCRATCH, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**os.environ, "MAKEFLAGS": ""})
    return None if done.returncode == 0 else done.stdout


def test(room, limit):
    """"" when all tests pass, else why not. What a test started dies with it."""
    process = subprocess.Popen(
        [f"build/unit-{room.replace('/', '-')}", "--minimal", "--abort-after=1"], cwd=SCRATCH, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True, errors="replace",
        env={**os.environ, "PROPERTY_WORLDS": "400"})
    try:
        said, _ = process.communicate(timeout=limit)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        return f"hangs for more than {limit:.0f} s"
    if process.returncode == 0:
        return ""
    names = [line.split(":", 1)[1].strip() for line in said.splitlines() if line.startswith("TEST CASE:")]
    return names[0] if names else f"exit {process.returncode}"


class Planter:
    def __init__(self, rooms, jobs):
        self.jobs = jobs
        self.limits = {}
        (SCRATCH / "build").mkdir(parents=True, exist_ok=True)
        for name in COPIED:
            synchronise(ROOT / name, SCRATCH / name)
        third = SCRATCH / "build/third"
        if not third.exists():
            third.symlink_to((ROOT / "build/third").resolve())
        for room in rooms:
            self.prepare(room)

    def prepare(self, room):
        """The tests of the tree as it is must pass."""
        why = make(room, self.jobs)
        if why:
            sys.exit(f"{room}: does not build:\n{why[-2000:]}")
        begin = time.monotonic()
        why = test(room, 600)
        if why:
            sys.exit(f"{room}: a unit test fails without any fault: {why}")
        self.limits[room] = 10 + 5 * (time.monotonic() - begin)

    def plant(self, room, path, number, new):
        """None when it does not compile, "" when no test notices, else the one that does."""
        file = SCRATCH / path
        whole = file.read_text()
        lines = whole.split("\n")
        lines[number] = new
        try:
            file.write_text("\n".join(lines))
            return None if make(room, self.jobs) else test(room, self.limits[room])
        finally:
            file.write_text(whole)


def files_of(room, rooms):
    return {
        str(path.relative_to(ROOT)): path.read_text()
        for name in rooms.inside(room) for path in sorted((ROOT / "lib" / name).glob("*.cpp"))}


def main():
    parser = argparse.ArgumentParser(description="faults planted at random lines")
    parser.add_argument("--rooms", default="resolve operation index env")
    parser.add_argument("--count", type=int, default=20)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--least", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    wanted = parser.parse_args()
    rooms = Rooms()
    chosen = [room for room in wanted.rooms.split() if room in rooms]
    if not chosen:
        sys.exit(f"mutate: no such rooms: {wanted.rooms}")
    print(f"seed {wanted.seed}, rooms {' '.join(chosen)}", flush=True)
    owner, files = {}, {}
    for room in chosen:
        found = files_of(room, rooms)
        files.update(found)
        owner.update({path: room for path in found})
    planter = Planter(chosen, wanted.jobs)
    end = time.monotonic() + 60 * wanted.minutes
    killed = planted = passed_over = 0
    for path, number, kind, new in draw(files, random.Random(wanted.seed)):
        if planted == wanted.count or time.monotonic() > end:
            break
        noticed = planter.plant(owner[path], path, number, new)
        if noticed is None:
            passed_over += 1
            continue
        planted += 1
        killed += bool(noticed)
        print(f"\n{planted:3} {'killed' if noticed else 'SURVIVED'} {path}:{number + 1} {kind}"
              f"\n    -{files[path].splitlines()[number]}\n    +{new}"
              + (f"\n    by: {noticed}" if noticed else ""), flush=True)
    print(f"\n{killed} of {planted} faults were noticed by unit tests (seed {wanted.seed}; "
          f"{passed_over} did not compile)")
    if planted < wanted.count:
        print(f"stopped after {wanted.minutes:g} minutes: {planted} of {wanted.count} planted")
    sys.exit(1 if killed < wanted.least else 0)


if __name__ == "__main__":
    main()
