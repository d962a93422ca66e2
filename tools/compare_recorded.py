#!/usr/bin/env python3
"""What resolving costs: the requirement sets of tools/compare against a recorded index.

    tools/compare_recorded.py [--only NAME,NAME] [--backtracking] [--rounds N] [--latency SECONDS]
                              [--exclude-newer TIME,TIME]

The pages and metadata that the sets lead to are recorded once into build/compare-store, and served
from loopback with their times of upload, so that both tools see the same bytes and every request is
counted. A row for each set: requests for pages and for metadata with an empty cache, and with
--rounds the time (the least of N rounds, the tools alternating) with an empty cache and with a warm
one. --exclude-newer compares the pins as of these times. Exit 1 when pipit asks for more than
1.3 times the metadata that uv asks for in a set that backtracks, or when pins differ and the set does not
say why.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile
import time

from compare_sets import FOLDER, Case, command, configured_index, environment, pins, read_cases

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from registry import Knobs, Server  # noqa: E402
from registry.replay import JsonReplay  # noqa: E402

BIN = pathlib.Path(sys.prefix) / "bin"
TOOLS = ("pipit", "uv")
BUDGET = 1.3
SOME = 10  # a set with fewer requests than this says nothing about a ratio
BACKTRACKING = "boto3-old-urllib3,jupyter-old-tornado,botocore-s3fs,starlette-fastapi,airflow,zulip"


class Run:
    """One resolution: pins, requests, time."""

    def __init__(self, out: str, errors: str, code: int, wall: float, rows):
        self.pins, self.errors, self.code, self.wall = pins(out), errors, code, wall
        files = [row for row in rows if "/-/files/" in row.path]
        self.metadata = len(files)
        self.pages = len(rows) - len(files)


class Recorded:
    def __init__(self, options, scratch: pathlib.Path, server: Server, index: JsonReplay):
        self.options, self.scratch, self.server, self.index = options, scratch, server, index
        self.number = 0

    def fresh(self) -> pathlib.Path:
        self.number += 1
        return self.scratch / f"cache-{self.number}"

    def run(self, case: Case, tool: str, cache: pathlib.Path, more=()) -> Run:
        line = command(
            case,
            tool,
            self.options.pipit,
            self.options.python,
            ["--index-url", self.index.url, "-q", *more],
        )
        self.server.log.clear()
        began = time.perf_counter()
        try:
            done = subprocess.run(
                line, env=environment(cache), cwd=FOLDER, text=True, capture_output=True, timeout=900
            )
        except subprocess.TimeoutExpired as end:
            done = subprocess.CompletedProcess(end.cmd, 124, "", "not done after 900 s")
        wall = time.perf_counter() - began
        self.server.log.wait(lambda log: all(row.t_end for row in log.rows), 5)
        return Run(done.stdout, done.stderr, done.returncode, wall, self.server.log.rows)

    def record(self, case: Case, more=()) -> None:
        """Everything that either tool asks for is in the store afterwards."""
        for tool in TOOLS:
            self.run(case, tool, self.fresh(), more)

    def differences(self, case: Case, runs: dict[str, Run]) -> list[str]:
        mine, other = runs["pipit"].pins, runs["uv"].pins
        codes = [f"{tool}: exit {run.code}" for tool, run in runs.items() if run.code]
        if codes:
            told = " ".join(run.errors.strip()[-300:] for run in runs.values() if run.code)
            return [] if case.conflict and len(codes) == 2 else [f"{', '.join(codes)}: {told}"]
        return [
            f"{name}: pipit {mine.get(name, '-')}, uv {other.get(name, '-')}"
            for name in sorted(mine.keys() | other.keys())
            if mine.get(name) != other.get(name) and name not in case.explained
        ]

    def count(self, case: Case) -> bool:
        """Prints the row of a set; False when its budget is exceeded or its pins are not expected."""
        self.server.knobs.latency = 0
        self.record(case)
        self.server.knobs.latency = self.options.latency
        runs = {tool: self.run(case, tool, self.fresh()) for tool in TOOLS}
        mine, other = runs["pipit"], runs["uv"]
        problems = self.differences(case, runs)
        ratio = mine.metadata / max(other.metadata, 1)
        if case.name in BACKTRACKING.split(",") and ratio > BUDGET and mine.metadata > SOME:
            problems.append(f"more than {BUDGET} times uv's requests for metadata")
        print(
            f"{case.name:26}{len(mine.pins):5}{mine.pages:7}/{other.pages:<5}"
            f"{mine.metadata:6}/{other.metadata:<5}{ratio:6.2f}{self.times(case)}",
            flush=True,
        )
        for line in problems:
            print(f"    {line}")
        return not problems

    def times(self, case: Case) -> str:
        """Least wall time of each tool, cold and warm, and pipit's share of uv's."""
        text = ""
        if not self.options.rounds:
            return text
        warm = {tool: self.fresh() for tool in TOOLS}
        for tool in TOOLS:
            self.run(case, tool, warm[tool])
        for cold in (True, False):
            least = dict.fromkeys(TOOLS, 1e9)
            for number in range(self.options.rounds):
                for tool in TOOLS if number % 2 else TOOLS[::-1]:
                    cache = self.fresh() if cold else warm[tool]
                    least[tool] = min(least[tool], self.run(case, tool, cache).wall)
            text += (
                f"{least['pipit'] * 1000:9.0f}/{least['uv'] * 1000:<7.0f}"
                f"{least['pipit'] / least['uv']:5.2f}"
            )
        return text

    def at(self, case: Case, moment: str) -> bool:
        """The pins as of `moment`, compared."""
        more = ["--exclude-newer", moment]
        runs = {tool: self.run(case, tool, self.fresh(), more) for tool in TOOLS}
        both = all(run.code for run in runs.values())
        problems = [] if both else self.differences(case, runs)
        count = "refused" if both else f"{len(runs['pipit'].pins)} pins"
        print(f"{case.name:26}{moment[:10]:>12}{count:>10}  {'DIFFERENT' if problems else 'equal'}")
        for line in problems:
            print(f"    {line}", flush=True)
        return not problems


def default_index() -> str:
    """pip's setting on this machine, else its constant."""
    ask = "from pip._internal.models.index import PyPI; print(PyPI.simple_url)"
    return configured_index() or subprocess.run(
        [BIN / "python", "-c", ask], capture_output=True, text=True, check=True
    ).stdout.strip()


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pipit", default=os.environ.get("PIPIT_BINARY", ROOT / "build" / "pipit"))
    parser.add_argument("--python", default=getattr(sys, "_base_executable", sys.executable))
    parser.add_argument("--only", default="", help="sets whose name holds one of these")
    parser.add_argument("--backtracking", action="store_true", help="the sets that backtrack")
    parser.add_argument("--rounds", default=0, type=int, help="0: no times")
    parser.add_argument("--latency", default=0.0, type=float, help="seconds for each answer")
    parser.add_argument("--exclude-newer", default="", help="times, with commas between")
    parser.add_argument("--store", default=ROOT / "build" / "compare-store", type=pathlib.Path)
    options = parser.parse_args()
    options.pipit = pathlib.Path(options.pipit).resolve()
    return options


def main() -> int:
    options = parse()
    cases = read_cases(BACKTRACKING if options.backtracking else options.only)
    with tempfile.TemporaryDirectory(prefix="compare-") as folder, Server(Knobs(max_age=0)) as server:
        index = JsonReplay(server, options.store, default_index())
        recorded = Recorded(options, pathlib.Path(folder), server, index)
        if options.exclude_newer:
            moments = options.exclude_newer.split(",")
            good = [recorded.at(case, moment) for case in cases for moment in moments]
        else:
            print(f"{'set':26}{'pins':>5}{'pages':>10}{'metadata':>14}{'ratio':>7}", end="")
            print(f"{'cold ms':>15}{'ratio':>7}{'warm ms':>15}{'ratio':>6}" if options.rounds else "")
            good = [recorded.count(case) for case in cases]
    print(f"{good.count(True)} of {len(good)} as expected (pipit/uv)")
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
