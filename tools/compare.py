#!/usr/bin/env python3
"""Resolutions compared with uv's: the same inputs, the same interpreter, at the same moment.

    tools/compare.py [--pipit BINARY] [--only NAME] [--python PYTHON]

For every set below `pipit compile` and `uv pip compile` run side by side against the default index.
The pins must be equal. A difference counts as explained when EXPLAINED names the rule behind it,
at most two a set. Sets that cannot be met must fail in both, and pipit's message must name the
packages that are in conflict. Exit 1 when anything else is seen.
"""

from __future__ import annotations

import argparse
import dataclasses
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
BIN = pathlib.Path(sys.prefix) / "bin"
TIMEOUT = 600


@dataclasses.dataclass
class Case:
    name: str
    wants: list[str]
    conflict: tuple[str, ...] = ()  # packages that the refusal has to name


CASES = [
    Case("black", ["black"]),
    Case("jupyter", ["jupyter"]),
    Case("boto3", ["boto3"]),
    Case(
        "web",
        ["django", "fastapi", "sqlalchemy", "celery[redis]", "httpx[http2]", "uvicorn[standard]"],
    ),
    Case("boto3, old urllib3", ["boto3", "urllib3<1.26"]),
    Case("jupyter, old tornado", ["jupyter", "tornado<6.2"]),
    Case("contradiction: direct", ["requests==2.31.0", "urllib3<1.21"], ("requests", "urllib3")),
    Case(
        "contradiction: deep", ["jupyter-server>=2.14", "tornado<6"], ("jupyter-server", "tornado")
    ),
]

# (set, package): the rule of the contract that makes the difference. Empty: none is known.
EXPLAINED: dict[tuple[str, str], str] = {}


def environment(cache: str) -> dict:
    """Ours without settings of installers; the index is the default one of this machine."""
    env = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(("PIP_", "UV_", "PIPIT_", "VIRTUAL_ENV", "CONDA_"))
    }
    for key in ("PIP_CERT", "PIP_INDEX_URL"):
        if key in os.environ:
            env[key] = os.environ[key]
    asked = subprocess.run(
        [BIN / "pip", "config", "get", "global.index-url"], capture_output=True, text=True
    )
    index = os.environ.get("PIP_INDEX_URL") or asked.stdout.strip()
    if index:
        env["UV_DEFAULT_INDEX"] = index
    env.update(PIPIT_CACHE_DIR=f"{cache}/pipit", UV_CACHE_DIR=f"{cache}/uv", UV_NO_CONFIG="1")
    return env


def pins(text: str) -> dict[str, str]:
    found = {}
    for line in text.splitlines():
        name, equal, version = line.split("#")[0].split(";")[0].strip().partition("==")
        if equal and not line.startswith((" ", "-")):
            found[name.split("[")[0]] = version.strip()
    return found


def run_both(case: Case, options, folder: str, env: dict):
    """(pipit's result, uv's result), started together."""
    source = pathlib.Path(folder) / "requirements.in"
    source.write_text("\n".join(case.wants) + "\n")
    python = ["--python", options.python]
    commands = [
        [options.pipit, "compile", source, *python],
        [BIN / "uv", "pip", "compile", source, *python, "--no-progress"],
    ]
    running = [
        subprocess.Popen(
            [str(part) for part in command],
            env=env,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for command in commands
    ]
    return [(process.communicate(timeout=TIMEOUT), process.returncode) for process in running]


def judge_conflict(case: Case, ours, theirs) -> list[str]:
    (out, err), code = ours
    problems = []
    if theirs[1] == 0:
        problems.append("uv finds a solution: this set proves nothing")
    if code != 1:
        problems.append(f"exit {code}, not 1")
    if out:
        problems.append("stdout is not empty")
    missing = [name for name in case.conflict if name not in err.lower()]
    if missing:
        problems.append(f"the message does not name {', '.join(missing)}")
    return problems


def judge_pins(case: Case, ours, theirs) -> tuple[list[str], list[str]]:
    """(unexplained, explained) differences."""
    for who, ((_, err), code) in (("pipit", ours), ("uv", theirs)):
        if code:
            return [f"{who}: exit {code}: {err.strip()[-600:]}"], []
    mine, other = pins(ours[0][0]), pins(theirs[0][0])
    unexplained, explained = [], []
    for name in sorted(mine.keys() | other.keys()):
        if mine.get(name) == other.get(name):
            continue
        text = f"{name}: pipit {mine.get(name, '-')}, uv {other.get(name, '-')}"
        rule = EXPLAINED.get((case.name, name))
        if rule and len(explained) < 2:
            explained.append(f"{text} ({rule})")
        else:
            unexplained.append(text)
    return unexplained, explained


def compare(case: Case, options) -> bool:
    with tempfile.TemporaryDirectory(prefix="compare-") as folder:
        ours, theirs = run_both(case, options, folder, environment(folder))
    explained: list[str] = []
    if case.conflict:
        problems = judge_conflict(case, ours, theirs)
        count = "refused"
    else:
        problems, explained = judge_pins(case, ours, theirs)
        count = f"{len(pins(ours[0][0]))} pins"
    print(f"{case.name:26}{count:>10}  {'DIFFERENT' if problems else 'equal'}", flush=True)
    for line in problems + explained:
        print(f"    {line}")
    if case.conflict and not problems:
        for line in ours[0][1].strip().splitlines():
            print(f"    | {line}")
    return not problems


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pipit", default=os.environ.get("PIPIT_BINARY", ROOT / "build" / "pipit"))
    parser.add_argument("--python", default=getattr(sys, "_base_executable", sys.executable))
    parser.add_argument("--only", help="sets whose name holds this")
    options = parser.parse_args()
    chosen = [case for case in CASES if not options.only or options.only in case.name]
    results = [compare(case, options) for case in chosen]
    print(f"{results.count(True)} of {len(results)} sets as expected")
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
