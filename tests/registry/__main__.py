"""python -m registry DIR [options]: serves a wheelhouse, every knob an option, the log on stdout.

python -m registry wheelhouse --port 8080 --ranges off --metadata none --latency 0.05
python -m registry --replay STORE --upstream https://index/simple/ --latency 0.05
"""

from __future__ import annotations

import argparse
import dataclasses
import pathlib
import signal
import sys
import threading

from .index import Index
from .knobs import Knobs
from .replay import Replay
from .server import Server
from .tls import Identity


def option_type(default):
    if isinstance(default, bool):
        return lambda text: {"on": True, "off": False}[text]
    if isinstance(default, int):
        return int
    if isinstance(default, float):
        return float
    return lambda text: None if text == "none" else text


def parse(arguments):
    parser = argparse.ArgumentParser(prog="registry", description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=pathlib.Path, help="wheels and sdists to serve")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--tls", nargs=2, metavar=("CERT", "KEY"))
    parser.add_argument(
        "--replay",
        type=pathlib.Path,
        metavar="STORE",
        help="serve an upstream index, recorded into STORE on first use",
    )
    parser.add_argument("--upstream", metavar="URL")
    knobs = parser.add_argument_group("knobs (switches take on or off)")
    for field in dataclasses.fields(Knobs):
        flag = "--" + field.name.replace("_", "-")
        if field.name in ("max_age", "bandwidth"):
            knobs.add_argument(flag, type=int)
        elif field.name == "auth":
            knobs.add_argument(flag, type=lambda text: tuple(text.split(":", 1)))
        else:
            knobs.add_argument(flag, type=option_type(field.default), default=field.default)
    return parser.parse_args(arguments)


def main(arguments=None) -> int:
    options = parse(arguments)
    knobs = Knobs(
        **{field.name: getattr(options, field.name) for field in dataclasses.fields(Knobs)}
    )
    tls = Identity(*map(pathlib.Path, options.tls)) if options.tls else None
    with Server(knobs, tls=tls, lines=sys.stdout, port=options.port) as server:
        if options.replay:
            index = Replay(server, options.replay, options.upstream)
        else:
            index = Index(server)
            for path in sorted((options.folder or pathlib.Path()).iterdir()):
                if path.name.endswith((".whl", ".tar.gz", ".zip")):
                    index.add((path.name, path.read_bytes()))
        done = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: done.set())
        # Who reads this may end us at once.
        print(index.url, file=sys.stderr, flush=True)
        done.wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
