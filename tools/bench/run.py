#!/usr/bin/env python3
"""pipit, uv and pip side by side: cold and warm resolution, cold and warm install, start-up.

    tools/bench/run.py [--sets black,jupyter] [--rounds N] [--latency SECONDS] [--real]

The default index is recorded once into build/bench-store and replayed from loopback, with a latency
for each answer, so that all tools see the same bytes and every request is counted. With --real they
talk to the default index itself, and requests cannot be counted.

Fairness: the tools alternate within a round. Every run has fresh directories, and nothing is deleted
before the end: creating files soon after deleting many is slow on ext4, and would be measured in
place of the installer. pip runs with --no-compile, as the others compile no bytecode either.
A warm run has the cache of one run before it. CPU and memory are those of the whole process tree
that was waited for. Figures: the median of the rounds, the minimum, and ratios to pipit's median.
"""

from __future__ import annotations

import argparse
import dataclasses
import itertools
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from registry import Knobs, Server  # noqa: E402
from registry.replay import Replay  # noqa: E402

BIN = pathlib.Path(sys.prefix) / "bin"
PYTHON = getattr(sys, "_base_executable", sys.executable)
TOOLS = ("pipit", "uv", "pip")


@dataclasses.dataclass
class Sample:
    wall: float
    cpu: float
    memory: int  # KiB
    requests: int = 0
    received: int = 0


class Bench:
    """One session: the index, a folder for everything, the commands of the three tools."""

    def __init__(self, options, folder: pathlib.Path, index, server):
        self.options, self.folder, self.index, self.server = options, folder, index, server
        self.ruler = build_ruler(options.store.parent)
        self._numbers = itertools.count()

    def fresh(self, what: str) -> pathlib.Path:
        path = self.folder / f"{what}-{next(self._numbers)}"
        path.mkdir()
        return path

    def fresh_environment(self) -> pathlib.Path:
        path = self.folder / f"env-{next(self._numbers)}"
        subprocess.run([PYTHON, "-m", "venv", "--without-pip", path], check=True)
        return path / "bin" / "python"

    def environment(self, cache: pathlib.Path) -> dict:
        env = {
            key: value
            for key, value in os.environ.items()
            if not key.startswith(("PIP_", "UV_", "PIPIT_", "VIRTUAL_ENV", "CONDA_", "PYTHON"))
        }
        if "PIP_CERT" in os.environ:
            env["PIP_CERT"] = os.environ["PIP_CERT"]
        env.update(
            HOME=str(cache),
            PIPIT_CACHE_DIR=str(cache),
            UV_CACHE_DIR=str(cache),
            PIP_CACHE_DIR=str(cache),
            UV_NO_CONFIG="1",
            PIP_DISABLE_PIP_VERSION_CHECK="1",
            PIP_CONFIG_FILE="/dev/null",
            NO_COLOR="1",
        )
        return env

    def resolve(self, tool: str, wanted: str, cache: pathlib.Path) -> Sample:
        source = self.fresh("in") / "requirements.in"
        source.write_text(wanted + "\n")
        command = {
            "pipit": [self.options.pipit, "compile", source, "--python", PYTHON, "-q"],
            "uv": [BIN / "uv", "pip", "compile", source, "--python", PYTHON, "-q"],
            "pip": [
                PYTHON_WITH_PIP,
                "-m",
                "pip",
                "install",
                "-q",
                "--dry-run",
                "--ignore-installed",
                "-r",
                source,
            ],
        }[tool]
        return self.measure(command + self.index_options(), cache)

    def install(self, tool: str, wanted: str, cache: pathlib.Path) -> Sample:
        python = self.fresh_environment()
        command = {
            "pipit": [self.options.pipit, "install", "--python", python, "-q", wanted],
            "uv": [BIN / "uv", "pip", "install", "--python", python, "-q", wanted],
            "pip": [
                PYTHON_WITH_PIP,
                "-m",
                "pip",
                "--python",
                python,
                "install",
                "-q",
                "--no-compile",
                wanted,
            ],
        }[tool]
        return self.measure(command + self.index_options(), cache)

    def start(self, tool: str) -> Sample:
        program = {
            "pipit": [self.options.pipit],
            "uv": [BIN / "uv"],
            "true": ["/bin/true"],
            "pip": [PYTHON_WITH_PIP, "-m", "pip"],
        }[tool]
        return self.measure([*program, "--version"], self.folder)

    def index_options(self) -> list:
        return ["--index-url", self.index.url] if self.index else []

    def measure(self, command, cache: pathlib.Path) -> Sample:
        if self.server:
            self.server.log.clear()
        command = [str(part) for part in command]
        errors, figures = self.folder / "stderr.txt", self.folder / "figures.txt"
        with open(errors, "wb") as sink:
            subprocess.run(
                [self.ruler, figures, *command],
                env=self.environment(cache),
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=sink,
                cwd=self.folder,
            )
        wall, cpu, memory, code = map(int, figures.read_text().split())
        if code:
            sys.exit(f"exit {code}: {' '.join(command)}\n{errors.read_text()}")
        sample = Sample(wall / 1e6, cpu / 1e6, memory)
        if self.server:
            self.server.log.wait(lambda log: all(row.t_end for row in log.rows), 5)
            sample.requests, sample.received = len(self.server.log.rows), self.server.log.bytes()
        return sample


PYTHON_WITH_PIP = BIN / "python"


def build_ruler(folder: pathlib.Path) -> pathlib.Path:
    """measure.cpp, compiled when it is not or is older than its source."""
    source, program = pathlib.Path(__file__).with_name("measure.cpp"), folder / "bench-measure"
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        folder.mkdir(parents=True, exist_ok=True)
        compiler = os.environ.get("CXX", "g++")
        subprocess.run(
            [compiler, "-std=c++20", "-O1", "-static", source, "-o", program], check=True
        )
    return program


def rounds(options, run) -> dict[str, list[Sample]]:
    """`run(tool)` for every tool in every round, in an order that rotates."""
    samples: dict[str, list[Sample]] = {tool: [] for tool in options.tools}
    for number in range(options.rounds):
        shift = number % len(options.tools)
        for tool in options.tools[shift:] + options.tools[:shift]:
            samples[tool].append(run(tool))
    return samples


def workloads(bench: Bench, wanted: str):
    """(name, run) pairs; a warm run shares the cache of a run that is not counted."""
    warm = {tool: bench.fresh(f"cache-{tool}") for tool in bench.options.tools}
    yield "cold resolve", lambda tool: bench.resolve(tool, wanted, bench.fresh("cache"))
    for tool in bench.options.tools:
        bench.resolve(tool, wanted, warm[tool])
    yield "warm resolve", lambda tool: bench.resolve(tool, wanted, warm[tool])
    yield "cold install", lambda tool: bench.install(tool, wanted, bench.fresh("cache"))
    for tool in bench.options.tools:
        bench.install(tool, wanted, warm[tool])
    yield "warm install", lambda tool: bench.install(tool, wanted, warm[tool])


HEAD = (
    f"{'':22}{'tool':7}{'median':>10}{'min':>10}{'ratio':>8}{'min ratio':>11}{'CPU':>9}"
    f"{'peak':>9}{'requests':>10}{'received':>11}"
)


def report(title: str, samples: dict[str, list[Sample]]) -> None:
    base = samples.get("pipit") or next(iter(samples.values()))
    middle = statistics.median(sample.wall for sample in base)
    least = min(sample.wall for sample in base)
    for tool, taken in samples.items():
        wall = statistics.median(sample.wall for sample in taken)
        best = min(sample.wall for sample in taken)
        cpu = statistics.median(sample.cpu for sample in taken)
        memory = max(sample.memory for sample in taken) / 1024
        requests = int(statistics.median(sample.requests for sample in taken))
        received = statistics.median(sample.received for sample in taken) / 1e6
        print(
            f"{title:22}{tool:7}{wall * 1000:8.1f}ms{best * 1000:8.1f}ms{wall / middle:7.2f}x"
            f"{best / least:10.2f}x{cpu * 1000:7.0f}ms{memory:7.1f}MB{requests:10}"
            f"{received:9.2f}MB",
            flush=True,
        )
        title = ""


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pipit", default=os.environ.get("PIPIT_BINARY", ROOT / "build" / "pipit"))
    parser.add_argument("--sets", default="black,jupyter", type=lambda text: text.split(","))
    parser.add_argument("--tools", default=list(TOOLS), type=lambda text: text.split(","))
    parser.add_argument("--rounds", default=5, type=int)
    parser.add_argument("--latency", default=0.02, type=float, help="seconds for each answer")
    parser.add_argument(
        "--metadata",
        default="true",
        choices=["true", "none"],
        help="whether the replay offers .metadata files",
    )
    parser.add_argument("--store", default=ROOT / "build" / "bench-store", type=pathlib.Path)
    parser.add_argument("--real", action="store_true", help="the index itself, not a replay")
    return parser.parse_args()


def default_index() -> str:
    """The index of this machine's pip: its setting, else its constant."""
    asked = subprocess.run(
        [BIN / "pip", "config", "get", "global.index-url"], capture_output=True, text=True
    )
    if os.environ.get("PIP_INDEX_URL") or asked.stdout.strip():
        return os.environ.get("PIP_INDEX_URL") or asked.stdout.strip()
    ask = "from pip._internal.models.index import PyPI; print(PyPI.simple_url)"
    return subprocess.run(
        [PYTHON_WITH_PIP, "-c", ask], capture_output=True, text=True, check=True
    ).stdout.strip()


def record(bench: Bench) -> None:
    """Everything that any tool asks for is in the store before the clock runs."""
    before = bench.index.fetched
    for wanted in bench.options.sets:
        for tool in bench.options.tools:
            bench.resolve(tool, wanted, bench.fresh("cache"))
            bench.install(tool, wanted, bench.fresh("cache"))
    print(f"recorded: {bench.index.fetched - before} requests went upstream", flush=True)


def run_all(bench: Bench) -> None:
    print(HEAD)
    tools = bench.options.tools
    start = rounds(argparse.Namespace(tools=["true", *tools], rounds=20), bench.start)
    report("start-up (--version)", start)
    for wanted in bench.options.sets:
        for name, run in workloads(bench, wanted):
            report(f"{wanted}: {name}", rounds(bench.options, run))


def main() -> int:
    options = parse()
    folder = pathlib.Path(tempfile.mkdtemp(prefix="bench-"))
    server = None
    try:
        if options.real:
            run_all(Bench(options, folder, None, None))
            return 0
        knobs = Knobs(metadata=None if options.metadata == "none" else "true", max_age=0)
        server = Server(knobs)
        bench = Bench(options, folder, Replay(server, options.store, default_index()), server)
        record(bench)
        server.knobs.latency = options.latency
        run_all(bench)
        return 0
    finally:
        if server:
            server.close()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
