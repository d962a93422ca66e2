"""A forward proxy: CONNECT tunnels for https, absolute URLs for http, with or without a password."""

from __future__ import annotations

import base64
import contextlib
import socket
import threading
from urllib.parse import urlsplit


class Proxy:
    """Listens on a loopback port until `close()`. `requests` holds the first line of each request,
    `refused` how many came without the right credentials."""

    def __init__(self, auth: tuple[str, str] | None = None):
        self.auth = "Basic " + base64.b64encode(":".join(auth).encode()).decode() if auth else None
        self.requests: list[str] = []
        self.refused = 0
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, user: str = "") -> str:
        return f"http://{user + '@' if user else ''}127.0.0.1:{self.port}"

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        while True:
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, sock: socket.socket) -> None:
        with sock, contextlib.suppress(OSError, ValueError):
            head = b""
            while b"\r\n\r\n" not in head:
                piece = sock.recv(65536)
                if not piece:
                    return
                head += piece
            first, *lines = head.split(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")
            self.requests.append(first)
            given = [
                line.split(":", 1)[1].strip()
                for line in lines
                if line.lower().startswith("proxy-authorization:")
            ]
            if self.auth and given != [self.auth]:
                self.refused += 1
                sock.sendall(
                    b"HTTP/1.1 407 Proxy Authentication Required\r\n"
                    b'Proxy-Authenticate: Basic realm="proxy"\r\n'
                    b"Content-Length: 0\r\nConnection: close\r\n\r\n"
                )
                return
            self._pass_on(sock, first, lines)

    def _pass_on(self, sock: socket.socket, first: str, lines: list[str]) -> None:
        method, target, _ = first.split(" ")
        if method == "CONNECT":
            host, _, port = target.rpartition(":")
            with socket.create_connection((host, int(port)), 10) as far:
                sock.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
                relay(sock, far)
            return
        url = urlsplit(target)
        kept = [line for line in lines if not line.lower().startswith(("proxy-", "connection:"))]
        path = url.path + (f"?{url.query}" if url.query else "")
        head = "\r\n".join([f"{method} {path} HTTP/1.1", *kept, "Connection: close", "", ""])
        with socket.create_connection((url.hostname, url.port or 80), 10) as far:
            far.sendall(head.encode("latin-1"))
            pump(far, sock, until_answer=True)


def relay(one: socket.socket, two: socket.socket) -> None:
    back = threading.Thread(target=pump, args=(two, one), daemon=True)
    back.start()
    pump(one, two)
    back.join()


def pump(source: socket.socket, sink: socket.socket, until_answer: bool = False) -> None:
    """Copies until the end; with `until_answer` only one answer, whose length is in its head."""
    with contextlib.suppress(OSError):
        seen = b""
        while True:
            data = source.recv(65536)
            if not data:
                break
            sink.sendall(data)
            if until_answer:
                seen += data
                if complete(seen):
                    return
        sink.shutdown(socket.SHUT_WR)


def complete(answer: bytes) -> bool:
    head, found, body = answer.partition(b"\r\n\r\n")
    if not found:
        return False
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            return len(body) >= int(line.split(b":")[1])
    return b" 304 " in head.split(b"\r\n")[0]
