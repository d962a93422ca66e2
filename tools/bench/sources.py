#!/usr/bin/env python3
"""`sync --no-cache` of thirty wheels and four source distributions: pipit and uv side by side.

    tools/bench/sources.py [--rounds N] [--latency SECONDS]

The index is replayed from loopback as in run.py; everything that a build needs comes from it, too.
Two of the sources have no wheel, two have one that --no-binary forbids. Besides the times it says,
from a trace, how much of the builds ran while wheels were still arriving.
"""

from __future__ import annotations

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import run  # noqa: E402
from run import BIN, HEAD, Bench, Knobs, Replay, Sample, Server  # noqa: E402

SOURCES = ["docopt==0.6.2", "sgmllib3k==1.0.0", "idna==3.10", "click==8.1.8"]
FORCED = ["idna", "click"]
WHEELS = """
amqp==5.3.1 annotated-types==0.7.0 anyio==4.9.0 asgiref==3.8.1 billiard==4.2.1 certifi==2025.1.31
celery==5.4.0 django==5.1.6 fastapi==0.115.8 h11==0.14.0 httpcore==1.0.7 httpx==0.28.1
jinja2==3.1.5 kombu==5.4.2 markupsafe==3.0.2 numpy==2.2.2 packaging==24.2 prompt-toolkit==3.0.50
pydantic==2.10.6 pydantic-core==2.27.2 python-dateutil==2.9.0.post0 pyyaml==6.0.2 redis==5.2.1
six==1.17.0 sniffio==1.3.1 sqlalchemy==2.0.38 sqlparse==0.5.3 starlette==0.45.3
typing-extensions==4.12.2 uvicorn==0.34.0
""".split()


class SourceBench(Bench):
    def sync(self, tool: str, more=()) -> Sample:
        wanted = self.fresh("in") / "requirements.txt"
        wanted.write_text("\n".join(SOURCES + WHEELS) + "\n")
        python = self.fresh_environment()
        command = {
            "pipit": [self.options.pipit, "sync", wanted],
            "uv": [BIN / "uv", "pip", "sync", wanted],
        }[tool] + ["--python", python, "-q", "--no-cache", *more]
        for name in FORCED:
            command += ["--no-binary", name]
        return self.measure(command + self.index_options(), self.fresh("cache"))

    def overlap(self) -> str:
        """From a trace: builds beside arriving wheels."""
        trace = self.fresh("trace") / "trace.json"
        self.sync("pipit", ["--trace", trace])
        events = json.loads(trace.read_text())
        events = events["traceEvents"] if isinstance(events, dict) else events
        spans = [(e["name"], e["ts"], e["ts"] + e["dur"]) for e in events if e.get("ph") == "X"]
        hooks = [(start, end) for name, start, end in spans if name.startswith("hook ")]
        wheels = [(start, end) for name, start, end in spans if name.startswith("unpack ")]
        if not hooks or not wheels:
            return "no hooks or no wheels in the trace"
        last = max(end for _, end in wheels)
        beside = sum(max(0, min(end, last) - start) for start, end in hooks)
        return (
            f"{len(hooks)} hooks, {len(wheels)} wheels; the first hook began "
            f"{(last - min(start for start, _ in hooks)) / 1000:.0f} ms before the last wheel was there; "
            f"{beside / 1000:.0f} ms of hooks ran beside wheels"
        )


def main() -> int:
    options = run.parse()
    options.tools = ["pipit", "uv"]
    folder = pathlib.Path(run.tempfile.mkdtemp(prefix="bench-"))
    server = Server(Knobs(metadata="true", max_age=0))
    try:
        bench = SourceBench(options, folder, Replay(server, options.store, run.default_index()), server)
        before = bench.index.fetched
        for tool in options.tools:
            bench.sync(tool)
        print(f"recorded: {bench.index.fetched - before} requests went upstream", flush=True)
        server.knobs.latency = options.latency
        print(HEAD)
        run.report("34, 4 of them built", run.rounds(options, bench.sync))
        print(bench.overlap())
        return 0
    finally:
        server.close()
        run.shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
