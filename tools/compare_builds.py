#!/usr/bin/env python3
"""Wheels built from source compared with pip's: popular projects of every common build backend.

    tools/compare_builds.py [--pipit BINARY] [--only NAME,NAME] [--keep DIR]

For each project `pip wheel` and `pipit wheel` build the same version from its source distribution
on the default index, with the build requirements that the index has at that moment. The wheels must
have the same name and hold the same files with the same contents and modes; only the times of the
archive, the order of RECORD and the generator named in WHEEL may differ. What the set is said to
cover (three projects per backend, a C extension, …) is read from the sources, not believed. Exit 1
when anything differs or is not covered.
"""

from __future__ import annotations

import argparse
import collections
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import time
import tomllib
import zipfile

from compare_sets import BIN, configured_index, environment

ROOT = pathlib.Path(__file__).resolve().parents[1]
TIMEOUT = 900
# The name of a backend: what its module begins with.
BACKENDS = {
    "setuptools": "setuptools.",
    "hatchling": "hatchling.",
    "flit-core": "flit_core.",
    "poetry-core": "poetry.core.",
    "pdm-backend": "pdm.backend",
}
EACH = 3
COVERED = ("C extension", "setuptools_scm", "no pyproject.toml", "backend-path")
PROJECTS = """
    docopt pluggy markupsafe requests pyyaml
    urllib3 attrs httpx starlette
    click packaging typing-extensions idna
    tomlkit rich pastel poetry-core
    fastapi typer unearth pdm-backend
""".split()
# Compiled code has the path of its source folder in it, unless it is told not to.
REPRODUCIBLE = {"CFLAGS": "-g0", "LDFLAGS": "-Wl,--build-id=none"}


class Failed(Exception):
    pass


class Sdist:
    """What a source distribution says about how it is built."""

    def __init__(self, path: pathlib.Path):
        self.path = path
        self.version = path.name.removesuffix(".tar.gz").rpartition("-")[2]
        self.table = self.build_table()

    def build_table(self) -> dict | None:
        with tarfile.open(self.path) as archive:
            for member in archive:
                if member.name.count("/") == 1 and member.name.endswith("/pyproject.toml"):
                    return tomllib.load(archive.extractfile(member)).get("build-system", {})
        return None

    @property
    def backend(self) -> str:
        module = (self.table or {}).get("build-backend", "setuptools.build_meta")
        for name, start in BACKENDS.items():
            if f"{module}.".startswith(start if start.endswith(".") else start + "."):
                return name
        # A module of the project's own that wraps one, as backend-path is made for.
        for requirement in (self.table or {}).get("requires", []):
            for name in BACKENDS:
                if requirement.replace("_", "-").lower().startswith(name):
                    return name
        return module

    def features(self) -> set[str]:
        found = set()
        if self.table is None:
            found.add("no pyproject.toml")
        elif "backend-path" in self.table:
            found.add("backend-path")
        requires = " ".join((self.table or {}).get("requires", [])).lower()
        if self.backend == "setuptools" and "setuptools-scm" in requires.replace("_", "-"):
            found.add("setuptools_scm")
        return found


class Builder:
    def __init__(self, pipit, scratch: pathlib.Path):
        self.pipit, self.scratch = pipit, scratch
        self.env = {**environment(scratch), **REPRODUCIBLE, "PIP_CACHE_DIR": str(scratch / "pip")}
        self.env["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
        index = configured_index()
        self.index = ["--index-url", index] if index else []

    def run(self, *command) -> float:
        start = time.monotonic()
        done = subprocess.run(
            [str(part) for part in command],
            env=self.env,
            cwd=self.scratch,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
        )
        if done.returncode:
            output = done.stdout[-2000:] + done.stderr[-2000:]
            raise Failed(f"{' '.join(map(str, command))}\n{output}")
        return time.monotonic() - start

    def folder(self, *names) -> pathlib.Path:
        path = self.scratch.joinpath(*names)
        path.mkdir(parents=True, exist_ok=True)
        return path

    def sdist(self, name: str) -> Sdist:
        folder = self.folder("sdists", name)
        if not list(folder.iterdir()):
            self.run(BIN / "pip", "download", "-q", "--no-deps", "--no-binary", name, name,
                     "-d", folder, *self.index)  # fmt: skip
        return Sdist(next(folder.iterdir()))

    def by_pip(self, name: str, sdist: Sdist) -> tuple[pathlib.Path, float]:
        folder = self.folder("by-pip", name)
        seconds = self.run(BIN / "pip", "wheel", "-q", "--no-deps", sdist.path, "-w", folder,
                           *self.index)  # fmt: skip
        return next(folder.glob("*.whl")), seconds

    def by_pipit(self, name: str, sdist: Sdist) -> tuple[pathlib.Path, float]:
        folder = self.folder("by-pipit", name)
        seconds = self.run(self.pipit, "wheel", "--python", BIN / "python", "--no-deps",
                           "--no-binary", name, f"{name}=={sdist.version}", "-w", folder,
                           *self.index)  # fmt: skip
        return next(folder.glob("*.whl")), seconds


def contents(wheel: pathlib.Path) -> dict[str, tuple[int, object]]:
    """{member: (is executable, what it holds)}, less what may differ."""
    out = {}
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.infolist():
            data: object = archive.read(member)
            leaf = member.filename.rpartition("/")[2]
            if ".dist-info/" in member.filename and leaf in ("RECORD", "WHEEL"):
                lines = data.decode().splitlines()
                # RECORD's row for WHEEL has the digest of a file that may differ.
                skip = "Generator:" if leaf == "WHEEL" else "\0"
                rows = [row for row in lines if not row.startswith(skip)]
                data = sorted(row for row in rows if ".dist-info/WHEEL," not in row)
            out[member.filename] = (member.external_attr >> 16 & 0o111, data)
    return out


def differences(mine: pathlib.Path, theirs: pathlib.Path) -> list[str]:
    if mine.name != theirs.name:
        return [f"file name: {mine.name}, by pip {theirs.name}"]
    ours, others = contents(mine), contents(theirs)
    found = [f"{name}: only in ours" for name in sorted(ours.keys() - others.keys())]
    found += [f"{name}: only in pip's" for name in sorted(others.keys() - ours.keys())]
    for name in sorted(ours.keys() & others.keys()):
        if ours[name][0] != others[name][0]:
            found.append(f"{name}: executable or not")
        if ours[name][1] != others[name][1]:
            found.append(f"{name}: contents")
    return found


def compare(builder: Builder, name: str, seen: collections.Counter) -> bool:
    sdist = builder.sdist(name)
    theirs, their_seconds = builder.by_pip(name, sdist)
    mine, seconds = builder.by_pipit(name, sdist)
    features = sdist.features()
    if any(member.endswith(".so") for member in contents(theirs)):
        features.add("C extension")
    seen.update([sdist.backend, *features])
    found = differences(mine, theirs)
    about = ", ".join([sdist.backend, *sorted(features)])
    print(
        f"{'DIFFERS' if found else 'same':8}{name} {sdist.version} ({about}): "
        f"{len(contents(mine))} files, {seconds:.1f} s, pip {their_seconds:.1f} s",
        flush=True,
    )
    for line in found:
        print(f"        {line}")
    return not found


def uncovered(seen: collections.Counter) -> list[str]:
    missing = [f"{name}: {seen[name]} projects" for name in BACKENDS if seen[name] < EACH]
    return missing + [f"{feature}: no project" for feature in COVERED if not seen[feature]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pipit", type=pathlib.Path, default=ROOT / "build" / "pipit")
    parser.add_argument("--only", default="", help="projects of the set")
    parser.add_argument("--keep", type=pathlib.Path, help="a folder for all that is made")
    options = parser.parse_args()
    names = [name for name in PROJECTS if not options.only or name in options.only.split(",")]
    with tempfile.TemporaryDirectory(prefix="pipit-builds-") as scratch:
        folder = (options.keep or pathlib.Path(scratch)).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        builder = Builder(options.pipit.resolve(), folder)
        seen, good = collections.Counter(), 0
        for name in names:
            try:
                good += compare(builder, name, seen)
            except Failed as failure:
                print(f"FAILED  {name}: {failure}", flush=True)
    missing = [] if options.only else uncovered(seen)
    for line in missing:
        print(f"MISSING {line}")
    print(f"{good} of {len(names)} wheels are the same as pip's")
    return 0 if good == len(names) and not missing else 1


if __name__ == "__main__":
    sys.exit(main())
