"""HTTP/2: one connection for an origin, what the server's faults do, and that HTTP/1.1 stays."""

import dataclasses
import signal
import socket
import struct
import time

import h2.errors
import h2.settings
import pytest

from conftest import pins, wait_for
from registry import graph, wheel
from registry.h2 import H2Front
from registry.wheels import noise

WIDTH = 60


@pytest.fixture
def front(serve, authority):
    """front(server knobs, …) -> (index, front)."""
    fronts = []

    def start(protocols=("h2",), max_streams=100, faults=None, on_open=None, tls12=True, **knobs):
        index = serve(**knobs)
        identity = dataclasses.replace(authority.server(), tls12_only=tls12)
        made = H2Front(index.server, identity, protocols, max_streams, faults, on_open)
        fronts.append(made)
        return index, made

    yield start
    for one in fronts:
        one.close()


@pytest.fixture
def install(pipit, env, authority):
    def run(index, *args, **options):
        return pipit("install", "--python", env.python, "-i", index.url, "--cert", authority.pem, *args, **options)

    run.env = env
    return run


@pytest.fixture
def compile_(pipit, work, authority):
    def run(index, *args, what="a", **options):
        (work / "in").write_text(what + "\n")
        return pipit("compile", "in", "-i", index.url, "--cert", authority.pem, "--no-cache", *args, **options)

    return run


def wide(index, width=WIDTH):
    """a needs `width` projects."""
    index.add(wheel("a", "1", requires=[f"b{n}" for n in range(width)]))
    for n in range(width):
        index.add(wheel(f"b{n}", "1"))


def test_one_connection_carries_all(front, compile_):
    index, one = front(latency=0.05)
    wide(index)
    assert len(pins(compile_(index).ok().out)) == WIDTH + 1
    assert one.connections == 1 and one.chosen == ["h2"]
    assert one.open_max > WIDTH // 2  # all at once, as far as the front is fast enough


def test_http1_is_asked_for(front, compile_):
    index, one = front(protocols=("h2", "http/1.1"))
    wide(index, 5)
    assert len(pins(compile_(index, "--http1").ok().out)) == 6
    assert set(one.chosen) == {None} and one.streams == 0


@pytest.mark.parametrize("protocols", [("http/1.1",), ("something",)], ids=str)
def test_where_there_is_no_http2(front, compile_, protocols):
    index, one = front(protocols=protocols)
    wide(index, 20)
    assert len(pins(compile_(index).ok().out)) == 21
    assert one.streams == 0
    assert len(index.server.log.rows) == 42 and one.connections > 1


def test_the_server_decides_how_many_streams_are_open(front, compile_):
    index, one = front(max_streams=3)
    wide(index, 30)
    assert len(pins(compile_(index).ok().out)) == 31
    # The front counts a stream until its thread is done, which is a little after its end.
    assert one.open_max <= 2 * 3 and one.connections == 1


def test_wheels_are_installed(front, install):
    index, one = front()
    index.add(wheel("a", "1", requires=["big"]), wheel("big", "1", files={"big.bin": noise(3_000_000)}))
    install(index, "a").ok()
    assert (install.env.site / "big.bin").read_bytes() == noise(3_000_000)
    assert one.connections == 1


def test_a_wheel_that_is_read_up_to_its_metadata_is_cut_off(front, compile_):
    index, one = front(metadata=None, ranges="off")
    big = wheel("a", "1", files={"big.bin": noise(8_000_000)}, metadata_at="first")
    index.add(big)
    assert pins(compile_(index).ok().out) == {"a": "1"}
    assert index.server.log.of(index.file_path(big.filename))[0].sent < 4_000_000
    assert one.connections == 1


def test_the_window_of_what_may_be_cut_off_grows_with_what_is_read(front, compile_):
    index, one = front(metadata=None, ranges="off")
    early = wheel("a", "1", files={"big.bin": noise(8_000_000)}, metadata_at="first", requires=["b"])
    late = wheel("b", "1", files={"big.bin": noise(8_000_000)}, metadata_at="last")
    index.add(early, late)
    assert pins(compile_(index).ok().out) == {"a": "1", "b": "1"}
    assert one.ahead[index.file_path(late.filename)] > 1_500_000
    assert one.ahead.get(index.file_path(early.filename), 0) <= 600_000


def test_refused_streams_are_sent_again(front, compile_):
    refused = []

    def faults(peer, stream, path):
        if "/b" in path and path not in refused:
            refused.append(path)
            peer.reset(stream, h2.errors.ErrorCodes.REFUSED_STREAM)
            return True
        return False

    index, one = front(faults=faults)
    wide(index, 5)
    done = compile_(index, "--retries", "0").ok()
    assert len(pins(done.out)) == 6 and refused and one.connections == 1


def test_a_server_that_refuses_for_ever(front, compile_):
    index, one = front(faults=lambda peer, stream, path: peer.reset(stream, h2.errors.ErrorCodes.REFUSED_STREAM) or True)
    wide(index, 2)
    compile_(index, "--retries", "0").fails(1, "refuses the request")
    assert one.streams <= 6


def test_after_a_goodbye_another_connection_goes_on(front, compile_):
    said = []

    def faults(peer, stream, path):
        if "/b" in path and not said:
            said.append(stream)
            peer.goodbye(stream - 2)
            peer.sock.shutdown(socket.SHUT_RDWR)
            return True
        return False

    index, one = front(faults=faults)
    wide(index, 8)
    done = compile_(index, "--retries", "0").ok()
    assert len(pins(done.out)) == 9 and one.connections == 2 and "warning" not in done.err


@pytest.mark.parametrize("what", ["reset", "short", "close"])
def test_an_answer_that_breaks_off_is_asked_for_again(front, compile_, what):
    broken = []

    def faults(peer, stream, path):
        if "metadata" in path or broken:
            return False
        broken.append(path)
        peer.head(stream, 200, [("content-type", "text/html"), ("content-length", "100")])
        peer.body(stream, b"<html>")
        if what == "reset":
            peer.reset(stream)
        elif what == "short":
            peer.end_raw(stream)
        else:
            peer.sock.shutdown(socket.SHUT_RDWR)
        return True

    index, one = front(faults=faults)
    wide(index, 1)
    done = compile_(index).ok()
    assert len(pins(done.out)) == 2 and broken


def frame(kind: int, flags: int, stream: int, payload: bytes) -> bytes:
    return struct.pack(">I", len(payload))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + payload


@pytest.mark.parametrize(
    "bytes_",
    [
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", id="http1"),
        pytest.param(frame(4, 0, 0, b"\0\4\xff\xff\xff\xff"), id="a window too large"),
        pytest.param(frame(0, 0, 7, b"x" * 100), id="content of a stream that never was"),
        pytest.param(frame(5, 4, 1, b"\0\0\0\2" + b"\x82"), id="a push"),
        pytest.param(frame(4, 0, 0, b"\0\1\0\0\0\0") * 20_000, id="settings without end"),
        pytest.param(b"\xff" * 70_000, id="noise"),
    ],
)
def test_what_is_no_http2_ends_in_an_error(front, compile_, bytes_):
    def faults(peer, stream, path):
        peer.raw(bytes_)
        return True

    index, one = front(faults=faults)
    wide(index, 1)
    began = time.monotonic()
    done = compile_(index, "--retries", "0", "--timeout", "3")
    done.fails(1, f"localhost:{one.port}")
    assert time.monotonic() - began < 20


@pytest.mark.parametrize("count, size", [(1, 70_000), (3_000, 30)])
def test_a_head_without_end(front, compile_, count, size):
    def faults(peer, stream, path):
        peer.h2.max_outbound_frame_size = 1 << 20
        fields = [(f"x-{n}", "y" * size) for n in range(count)]
        peer.head(stream, 200, fields, end=True)
        return True

    index, one = front(faults=faults)
    wide(index, 1)
    compile_(index, "--retries", "0").fails(1, f"localhost:{one.port}")


def test_a_stream_that_never_ends_ends_with_the_timeout(front, compile_):
    index, one = front(faults=lambda peer, stream, path: True)
    wide(index, 1)
    began = time.monotonic()
    done = compile_(index, "--retries", "0", "--timeout", "2")
    done.fails(1, "timed out")
    assert 1.5 < time.monotonic() - began < 8


@pytest.mark.long
def test_a_server_may_think_as_long_as_the_timeout(front, compile_):
    """Longer than the span over which the rate of content is measured."""
    index, one = front(latency=32)
    index.add(wheel("a", "1"))
    assert pins(compile_(index, "--retries", "0", "--timeout", "60", timeout=120).ok().out) == {"a": "1"}


def test_a_server_that_lets_no_request_begin(front, compile_):
    """It refuses what was sent before its settings came, and then allows no streams at all."""

    def faults(peer, stream, path):
        with peer.changed:
            peer.h2.update_settings({h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS: 0})
        peer.reset(stream, h2.errors.ErrorCodes.REFUSED_STREAM)
        return True

    index, one = front(faults=faults)
    wide(index, 1)
    began = time.monotonic()
    compile_(index, "--retries", "0", "--timeout", "1").fails(1, f"localhost:{one.port}")
    assert time.monotonic() - began < 15 and one.connections <= 4


def test_a_stop_ends_what_is_under_way(front, pipit, env, authority):
    index, one = front(faults=lambda peer, stream, path: True)
    running = pipit.start("install", "-p", env.python, "-i", index.url, "--cert", authority.pem, "a")
    wait_for(lambda: one.streams > 0, what="a request")
    running.send(signal.SIGINT)
    assert running.wait(3).rc == 130
