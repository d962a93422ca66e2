#!/usr/bin/env python3
"""Resolutions compared with uv's: the same inputs, the same target, at the same moment.

    tools/compare.py [--pipit BINARY] [--only NAME,NAME] [--python PYTHON] [--exclude-newer TIME]

For every set of tools/compare `pipit compile` and `uv pip compile` run side by side against the
default index. The pins must be equal. Where they are not, ours must be valid, which uv is asked: given
our pins as constraints it must find the same. And the set must name the rule behind the
difference. Sets that cannot be met must fail in both, and pipit's message must name the packages that
are in conflict. Exit 1 when anything else is seen.
"""

from __future__ import annotations

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

from compare_sets import FOLDER, Case, command, configured_index, environment, pins, read_cases

ROOT = pathlib.Path(__file__).resolve().parents[1]
TIMEOUT = 600


class Comparison:
    """One session: where to ask, and what both tools are told beside the set."""

    def __init__(self, options, cache: pathlib.Path):
        self.options = options
        self.env = environment(cache)
        self.scratch = cache
        index = configured_index()
        self.more = ["--index-url", index] if index else []
        if options.exclude_newer:
            self.more += ["--exclude-newer", options.exclude_newer]

    def start(self, case: Case, tool: str, more=()) -> subprocess.Popen:
        line = command(case, tool, self.options.pipit, self.options.python, [*self.more, *more])
        return subprocess.Popen(
            line,
            env=self.env,
            cwd=FOLDER,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def run_both(self, case: Case):
        """(output, errors, exit code) of pipit and of uv, started together."""
        running = [self.start(case, tool) for tool in ("pipit", "uv")]
        return [(*process.communicate(timeout=TIMEOUT), process.returncode) for process in running]

    def doubts(self, case: Case, mine: dict[str, str]) -> list[str]:
        """What uv has against our pins: nothing when they meet every requirement of theirs."""
        limits = self.scratch / f"{case.name}.pins.txt"
        limits.write_text("".join(f"{name}=={version}\n" for name, version in mine.items()))
        process = self.start(case, "uv", ["-c", limits])
        out, err = process.communicate(timeout=TIMEOUT)
        if process.returncode:
            return [f"not valid: {err.strip()[-600:]}"]
        found = pins(out)
        return [
            f"not what the requirements lead to: {name} {mine.get(name)} {found.get(name)}"
            for name in sorted(mine.keys() | found.keys())
            if mine.get(name) != found.get(name)
        ]

    def judge_conflict(self, case: Case, ours, theirs) -> list[str]:
        out, err, code = ours
        problems = []
        if theirs[2] == 0:
            problems.append("uv finds a solution: this set proves nothing")
        if code != 1:
            problems.append(f"exit {code}, not 1")
        if out:
            problems.append("stdout is not empty")
        missing = [name for name in case.conflict if name not in err.lower()]
        if missing:
            problems.append(f"the message does not name {', '.join(missing)}")
        return problems

    def judge_pins(self, case: Case, ours, theirs) -> tuple[list[str], list[str]]:
        """(unexplained, explained) differences."""
        for who, (_, err, code) in (("pipit", ours), ("uv", theirs)):
            if code:
                return [f"{who}: exit {code}: {err.strip()[-900:]}"], []
        mine, other = pins(ours[0]), pins(theirs[0])
        different = sorted(
            name for name in mine.keys() | other.keys() if mine.get(name) != other.get(name)
        )
        unexplained, explained = self.doubts(case, mine) if different else [], []
        for name in different:
            text = f"{name}: pipit {mine.get(name, '-')}, uv {other.get(name, '-')}"
            rule = case.explained.get(name)
            (explained if rule else unexplained).append(f"{text} ({rule})" if rule else text)
        return unexplained, explained

    def compare(self, case: Case) -> str:
        """Prints what is seen; "equal", "explained" or "DIFFERENT"."""
        ours, theirs = self.run_both(case)
        explained: list[str] = []
        if case.conflict:
            problems = self.judge_conflict(case, ours, theirs)
            count = "refused"
        else:
            problems, explained = self.judge_pins(case, ours, theirs)
            count = f"{len(pins(ours[0]))} pins"
        verdict = "DIFFERENT" if problems else "explained" if explained else "equal"
        print(f"{case.name:28}{count:>10}  {verdict}", flush=True)
        for line in problems + explained:
            print(f"    {line}")
        if case.conflict and not problems:
            for line in ours[1].strip().splitlines():
                print(f"    | {line}")
        return verdict


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pipit", default=os.environ.get("PIPIT_BINARY", ROOT / "build" / "pipit"))
    parser.add_argument("--python", default=getattr(sys, "_base_executable", sys.executable))
    parser.add_argument("--only", default="", help="sets whose name holds one of these")
    parser.add_argument("--exclude-newer", help="as if at this time")
    parser.add_argument("--cache", type=pathlib.Path, help="kept between runs")
    options = parser.parse_args()
    options.pipit = pathlib.Path(options.pipit).resolve()
    with tempfile.TemporaryDirectory(prefix="compare-") as folder:
        comparison = Comparison(options, options.cache or pathlib.Path(folder))
        comparison.scratch = pathlib.Path(folder)
        verdicts = [comparison.compare(case) for case in read_cases(options.only)]
    print(
        f"{len(verdicts)} sets: {verdicts.count('equal')} equal, "
        f"{verdicts.count('explained')} explained, {verdicts.count('DIFFERENT')} different"
    )
    return 1 if "DIFFERENT" in verdicts else 0


if __name__ == "__main__":
    sys.exit(main())
