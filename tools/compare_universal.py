#!/usr/bin/env python3
"""Universal resolutions compared with uv's: the same inputs, the same lowest Python, at the same
moment.

    tools/compare_universal.py [--pipit BINARY] [--only NAME,NAME] [--cache DIRECTORY]

For every set of tools/compare/universal `pipit compile --universal` and `uv pip compile --universal`
run against the default index. The wording of markers is free: what counts are the pins that apply in
each environment of a matrix of platforms, machines, implementations and Pythons, all that the markers
of either side tell apart. They must be the same, or the set must name the rule behind the difference.
Exit 1 when anything else is seen.
"""

from __future__ import annotations

import argparse
import itertools
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import time

from compare_sets import FOLDER, Case, command, configured_index, environment, read_case
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = pathlib.Path(__file__).resolve().parents[1]
SETS = FOLDER / "universal"
TIMEOUT = 600

PLATFORMS = [
    ("linux", "posix", "Linux", ("x86_64", "aarch64")),
    ("darwin", "posix", "Darwin", ("arm64", "x86_64")),
    ("win32", "nt", "Windows", ("AMD64", "ARM64")),
    ("emscripten", "posix", "Emscripten", ("wasm32",)),
]
IMPLEMENTATIONS = [("cpython", "CPython"), ("pypy", "PyPy")]


def pythons(lowest: str, markers: list[Marker]) -> list[str]:
    """Full versions from `lowest` up: every minor version, and those round every literal."""
    found = {(3, minor, patch) for minor in range(Version(lowest).minor, 17) for patch in (0, 30)}
    for literal in re.findall(r'python_(?:full_)?version [^"]+"([0-9.]+)', " ".join(map(str, markers))):
        release = (*Version(literal.strip(".")).release, 0, 0)[:3]
        found |= {(*release[:2], release[2] + step) for step in (-1, 0, 1)}
    start = (*Version(lowest).release, 0, 0)[:3]
    return [".".join(map(str, v)) for v in sorted(found) if v >= start and v[2] >= 0]


def matrix(lowest: str, markers: list[Marker]):
    known = {platform[0] for platform in PLATFORMS}
    text = " ".join(map(str, markers))
    more = sorted(set(re.findall(r'sys_platform [!=]= "(\w+)"', text)) - known)
    platforms = PLATFORMS + [(name, "posix", name, ("x86_64",)) for name in more]
    for (platform, os_name, system, machines), implementation, python in itertools.product(
        platforms, IMPLEMENTATIONS, pythons(lowest, markers)
    ):
        for machine in machines:
            yield {
                "sys_platform": platform,
                "os_name": os_name,
                "platform_system": system,
                "platform_machine": machine,
                "implementation_name": implementation[0],
                "platform_python_implementation": implementation[1],
                "implementation_version": python,
                "python_full_version": python,
                "python_version": ".".join(python.split(".")[:2]),
                "platform_release": "",
                "platform_version": "",
            }


def read(text: str) -> list[Requirement]:
    lines = (line.split(" #")[0].strip() for line in text.splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith(("#", "-"))]


class Pins:
    """A compiled file, asked environment by environment; equal markers are evaluated once."""

    def __init__(self, text: str):
        self.requirements = read(text)
        self.markers = {str(r.marker): r.marker for r in self.requirements if r.marker}

    def apply(self, env: dict) -> dict[str, str]:
        held = {text: marker.evaluate(env) for text, marker in self.markers.items()}
        found: dict[str, str] = {}
        for requirement in self.requirements:
            if requirement.marker and not held[str(requirement.marker)]:
                continue
            name = canonicalize_name(requirement.name)
            version = str(requirement.specifier).removeprefix("==")
            if found.setdefault(name, version) != version:
                found[name] += f" and {version}"
        return found


def lowest_python(case: Case) -> str:
    return case.options[case.options.index("--python-version") + 1]


def run_both(case: Case, options, cache: pathlib.Path):
    """(result, seconds) of pipit and of uv, one after the other."""
    index = configured_index()
    more = ["--universal", "--no-annotate", *(["--index-url", index] if index else [])]
    results = []
    for tool in ("pipit", "uv"):
        line = command(case, tool, options.pipit, sys.executable, more)
        started = time.monotonic()
        done = subprocess.run(
            line, env=environment(cache), cwd=SETS, text=True, capture_output=True, timeout=TIMEOUT
        )
        results.append((done, time.monotonic() - started))
    return results


def describe(env: dict) -> str:
    return (
        f"{env['sys_platform']} {env['platform_machine']} {env['implementation_name']} "
        f"{env['python_full_version']}"
    )


def differences(case: Case, ours: str, theirs: str) -> tuple[int, dict[str, list[str]]]:
    """(environments asked about, package: what differs and where first)."""
    mine, other = Pins(ours), Pins(theirs)
    total = 0
    seen: dict[tuple[str, str, str], list[str]] = {}
    for env in matrix(lowest_python(case), [*mine.markers.values(), *other.markers.values()]):
        a, b = mine.apply(env), other.apply(env)
        total += 1
        for name in a.keys() | b.keys():
            if a.get(name) != b.get(name):
                what = (name, a.get(name, "-"), b.get(name, "-"))
                seen.setdefault(what, []).append(describe(env))
    lines: dict[str, list[str]] = {}
    for (name, x, y), envs in sorted(seen.items()):
        text = f"{name}: pipit {x}, uv {y} in {len(envs)} environments, first {envs[0]}"
        lines.setdefault(name, []).append(text)
    return total, lines


def judge(case: Case, ours, theirs) -> tuple[str, list[str]]:
    """The verdict, and what there is to say about it."""
    for who, done in (("pipit", ours), ("uv", theirs)):
        if done.returncode:
            return "DIFFERENT", [f"{who}: exit {done.returncode}: {done.stderr.strip()[-800:]}"]
    total, lines = differences(case, ours.stdout, theirs.stdout)
    if not lines:
        return "equal", [f"in {total} environments"]
    said = list(itertools.chain.from_iterable(lines.values()))
    if lines.keys() <= case.explained.keys():
        return "explained", said + [case.explained[name] for name in lines]
    return "DIFFERENT", said


def compare(case: Case, options, cache: pathlib.Path) -> str:
    (ours, our_time), (theirs, their_time) = run_both(case, options, cache)
    if options.keep:
        for who, done in (("pipit", ours), ("uv", theirs)):
            pathlib.Path(options.keep, f"{case.name}.{who}.txt").write_text(done.stdout + done.stderr)
    verdict, lines = judge(case, ours, theirs)
    pins = 0 if ours.returncode else len(read(ours.stdout))
    print(f"{case.name:18}{pins:5} lines {our_time:7.2f} s, uv {their_time:7.2f} s  {verdict}", flush=True)
    for line in lines[:40]:
        print(f"    {line}")
    return verdict


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pipit", default=os.environ.get("PIPIT_BINARY", ROOT / "build" / "pipit"))
    parser.add_argument("--only", default="", help="sets whose names hold one of these")
    parser.add_argument("--cache", help="keep the caches in this directory")
    parser.add_argument("--keep", help="write both answers into this directory")
    options = parser.parse_args()
    words = options.only.split(",")
    cases = [read_case(path) for path in sorted(SETS.glob("*.in"))]
    with tempfile.TemporaryDirectory(prefix="compare-") as folder:
        cache = pathlib.Path(options.cache or folder).resolve()
        chosen = [case for case in cases if any(word in case.name for word in words)]
        verdicts = [compare(case, options, cache) for case in chosen]
    kinds = ("equal", "explained", "DIFFERENT")
    print(", ".join(f"{verdicts.count(kind)} {kind}" for kind in kinds))
    return 1 if "DIFFERENT" in verdicts else 0


if __name__ == "__main__":
    sys.exit(main())
