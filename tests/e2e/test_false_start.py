"""TLS 1.2 with False Start (RFC 7918): the request leaves with our last message of the handshake.

A relay before the server sees the records and holds back, alters or cuts off the server's end of the
handshake.
"""

import dataclasses
import socket
import threading

import pytest

from conftest import pins
from registry import wheel

CHANGE_CIPHER, HANDSHAKE, DATA = 20, 22, 23


class Relay:
    """Hands records on. The server's last flight waits until the client has sent data (at most 2 s).

    finish: "keep" | "alter" (one bit of the server's Finished) | "reset" (the connection, when data
    came before the server's Finished had gone out).
    """

    def __init__(self, port: int, finish: str = "keep"):
        self.port_of_server, self.finish = port, finish
        self.early: list[bool] = []  # for each connection: data came before the end of the handshake
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            number = len(self.early)
            self.early.append(False)
            server = socket.create_connection(("127.0.0.1", self.port_of_server))
            for sock in (client, server):
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            ends = Ends(self, number, client, server)
            threading.Thread(target=ends.upwards, daemon=True).start()
            threading.Thread(target=ends.downwards, daemon=True).start()


@dataclasses.dataclass
class Ends:
    relay: Relay
    number: int
    client: socket.socket
    server: socket.socket

    def __post_init__(self):
        self.data_came, self.finished = threading.Event(), False

    def upwards(self):
        for kind, record in records(self.client):
            if kind == DATA and not self.finished:
                self.relay.early[self.number] = True
                if self.relay.finish == "reset":
                    return self.drop()
            if kind == DATA:
                self.data_came.set()
            if not send(self.server, record):
                return
        hang_up(self.server)

    def downwards(self):
        ciphered = False
        for kind, record in records(self.server):
            if kind == CHANGE_CIPHER:
                ciphered = True
                self.data_came.wait(2)
            elif ciphered and not self.finished:
                if self.relay.finish == "alter":
                    record = record[:-1] + bytes([record[-1] ^ 1])
                self.finished = True
            if not send(self.client, record):
                return
        hang_up(self.client)

    def drop(self):
        for sock in (self.client, self.server):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            hang_up(sock)
            sock.close()


def records(sock):
    while len(head := receive(sock, 5)) == 5:
        yield head[0], head + receive(sock, int.from_bytes(head[3:]))


def receive(sock, size: int) -> bytes:
    out = b""
    while len(out) < size:
        try:
            piece = sock.recv(size - len(out))
        except OSError:
            return out
        if not piece:
            return out
        out += piece
    return out


def send(sock, record) -> bool:
    try:
        sock.sendall(record)
    except OSError:
        return False
    return True


def hang_up(sock):
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass


@pytest.fixture
def relayed(serve, authority, pipit, work):
    """(index, relay, compile): the index is asked through a relay."""
    relays = []

    def start(finish="keep"):
        identity = dataclasses.replace(authority.server(), tls12_only=True)
        index = serve(tls=identity)
        index.add(wheel("a", "1"))
        relay = Relay(index.server.port, finish)
        relays.append(relay)
        url = index.url.replace(f":{index.server.port}", f":{relay.port}")

        def compile_(*args):
            (work / "in").write_text("a\n")
            return pipit("compile", "in", "-i", url, "--cert", authority.pem, "--no-cache", *args)

        return index, relay, compile_

    yield start
    for relay in relays:
        relay.close()


def test_the_request_does_not_wait_for_the_end_of_the_handshake(relayed):
    index, relay, compile_ = relayed()
    assert pins(compile_().ok().out) == {"a": "1"}
    assert any(relay.early)  # others may resume the session: there the server ends it first


def test_nothing_is_used_that_a_wrong_end_of_the_handshake_brings(relayed):
    index, relay, compile_ = relayed("alter")
    done = compile_("--retries", "0")
    done.fails(1, "TLS")
    assert any(relay.early) and "a==1" not in done.out


def test_a_server_that_does_not_bear_it_is_asked_without(relayed):
    index, relay, compile_ = relayed("reset")
    done = compile_("--retries", "0").ok()
    assert pins(done.out) == {"a": "1"} and "warning" not in done.err
    assert any(relay.early) and not all(relay.early), relay.early
