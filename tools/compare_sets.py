"""The requirement sets of tools/compare, and how pipit and uv are asked to resolve one.

A set is a file `tools/compare/<name>.in`. Comment lines at its top say what it is:

    # origin: the project, and which file of it
    # options: what both tools are given beside the file
    # conflict: the packages that a refusal has to name; such a set cannot be met
    # explained: package[, package]: the rule behind a difference from uv
"""

from __future__ import annotations

import dataclasses
import os
import pathlib
import re
import subprocess
import sys

FOLDER = pathlib.Path(__file__).resolve().with_name("compare")
BIN = pathlib.Path(sys.prefix) / "bin"
FOREIGN = ("PIP_", "UV_", "PIPIT_", "VIRTUAL_ENV", "CONDA_")


@dataclasses.dataclass
class Case:
    name: str
    source: pathlib.Path
    origin: str = ""
    options: list[str] = dataclasses.field(default_factory=list)
    conflict: list[str] = dataclasses.field(default_factory=list)
    explained: dict[str, str] = dataclasses.field(default_factory=dict)  # package: rule


def read_case(path: pathlib.Path) -> Case:
    case = Case(path.stem, path)
    for line in path.read_text().splitlines():
        found = re.fullmatch(r"# (origin|options|conflict|explained): (.*)", line)
        if not found:
            break
        key, text = found.groups()
        if key == "explained":
            packages, _, rule = text.partition(": ")
            case.explained.update(dict.fromkeys(packages.split(", "), rule))
        else:
            setattr(case, key, text if key == "origin" else text.split())
    if not case.origin:
        sys.exit(f"{path}: its origin is not named")
    return case


def read_cases(only: str = "") -> list[Case]:
    """All sets, or those whose name holds one of the words of `only`."""
    words = only.split(",")
    cases = [read_case(path) for path in sorted(FOLDER.glob("*.in"))]
    return [case for case in cases if any(word in case.name for word in words)]


def command(case: Case, tool: str, pipit, python, more=()) -> list[str]:
    """The command line; it is to be run in FOLDER, since options name files there."""
    start = [pipit, "compile"] if tool == "pipit" else [BIN / "uv", "pip", "compile"]
    target = [] if "--python-version" in case.options else ["--python", python]
    return [
        str(part)
        for part in [*start, case.source.name, *target, *case.options, "--no-header", *more]
    ]


def environment(cache: pathlib.Path) -> dict:
    """Ours without settings of installers, one cache folder for each tool."""
    env = {key: value for key, value in os.environ.items() if not key.startswith(FOREIGN)}
    if "PIP_CERT" in os.environ:
        env["PIP_CERT"] = os.environ["PIP_CERT"]
    env.update(
        PIPIT_CACHE_DIR=str(cache / "pipit"),
        UV_CACHE_DIR=str(cache / "uv"),
        UV_NO_CONFIG="1",
        UV_NO_PROGRESS="1",
        NO_COLOR="1",
    )
    return env


def configured_index() -> str | None:
    """The index that pip on this machine is set to use; None for pip's own default."""
    asked = subprocess.run(
        [BIN / "pip", "config", "get", "global.index-url"], capture_output=True, text=True
    )
    return os.environ.get("PIP_INDEX_URL") or asked.stdout.strip() or None


def pins(text: str) -> dict[str, str]:
    """name -> version of what `compile` prints."""
    found = {}
    for line in text.splitlines():
        name, equal, version = line.split("#")[0].split(";")[0].strip().partition("==")
        if equal and not line.startswith((" ", "-")):
            found[name.split("[")[0]] = version.strip()
    return found
