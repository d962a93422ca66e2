"""A loopback HTTP server with bad manners on demand.

Own sockets, one thread per connection: http.server would hide what the tests are about (when bytes
leave, when the peer hangs up, what a broken answer looks like on the wire). What is served comes
from `sources`, objects with `find(request) -> Resource | None`; an `Index` is one. How it is served
is decided by `Knobs` and `Rule`s.

Byte limits are only real when little fits in between: a throttled connection sends small pieces
through a small send buffer, and what the peer never took is subtracted from the log.
"""

from __future__ import annotations

import array
import base64
import dataclasses
import email.utils
import fcntl
import gzip
import hashlib
import select
import socket
import ssl
import struct
import threading
import time
from urllib.parse import unquote

from .knobs import Effects, Knobs, Rule, merge
from .log import Log, Row

REASONS = {
    200: "OK",
    206: "Partial Content",
    302: "Found",
    304: "Not Modified",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    416: "Range Not Satisfiable",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
MAX_HEAD = 64 * 1024
SIOCOUTQ = 0x5411
MTIME = 1_700_000_000  # Last-Modified of everything that has none of its own


@dataclasses.dataclass
class Request:
    """The head of a request, as sources and rules see it. `path` is decoded."""

    method: str
    path: str
    query: str
    headers: dict
    conn: int
    base_url: str = ""


@dataclasses.dataclass
class Resource:
    """Something to be served."""

    body: bytes
    content_type: str = "application/octet-stream"
    is_page: bool = False  # index pages are gzipped, cached by max-age and never cut into ranges
    etag: str | None = None  # made from the body when None
    mtime: int = MTIME
    knobs: Knobs | None = None  # of the index it belongs to

    def tag(self, weak: bool) -> str:
        value = self.etag or hashlib.sha256(self.body).hexdigest()[:20]
        return f'{"W/" if weak else ""}"{value}"'


class PeerGone(Exception):
    """The client hung up."""


class Server:
    """Serves `sources` on a loopback port until `close()`; a context manager.

    tls: a `tls.Identity` (certificate and key) or None for plain HTTP. lines: a text stream that
    gets every finished request as a JSON line.
    """

    def __init__(
        self,
        knobs: Knobs | None = None,
        *,
        tls=None,
        lines=None,
        host="127.0.0.1",
        port=0,
        name: str | None = None,
    ):
        self.knobs = knobs or Knobs()
        self.log = Log(lines)
        self.sources: list = []
        self._rules: list[Rule] = []
        self._closing = threading.Event()
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._context = tls.context() if tls else None
        self._listener = socket.create_server((host, port), backlog=256)
        self.port = self._listener.getsockname()[1]
        self.origin = (
            f"http{'s' if tls else ''}://{name or ('localhost' if tls else host)}:{self.port}"
        )
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def on(self, pattern: str, **what) -> Rule:
        """Adds a rule (see `Rule`) and returns it."""
        rule = Rule(pattern, **what)
        with self._lock:
            self._rules.append(rule)
        return rule

    def off(self, rule: Rule) -> None:
        """Removes a rule and lets go what hangs on it."""
        rule.release()
        with self._lock:
            self._rules.remove(rule)

    def close(self) -> None:
        self._closing.set()
        for rule in self._rules:
            rule.release()
        # shutdown wakes the accept, close alone would not
        for sock in [self._listener, *self._connections]:
            try:
                sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self._listener.close()
        self._thread.join(5)

    # Connections.

    def _accept(self) -> None:
        while not self._closing.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(sock,), daemon=True).start()

    def _serve(self, raw: socket.socket) -> None:
        conn = self.log.opened()
        sock = raw
        try:
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._context:
                sock = self._handshake(raw)
            with self._lock:
                self._connections.add(sock)
            Connection(self, sock, conn).run()
        except (PeerGone, OSError):
            pass
        finally:
            with self._lock:
                self._connections.discard(sock)
            sock.close()
            self.log.closed()

    def _handshake(self, raw: socket.socket) -> ssl.SSLSocket:
        raw.settimeout(30)
        try:
            sock = self._context.wrap_socket(raw, server_side=True)
        except (ssl.SSLError, OSError) as error:
            self.log.tls_failures.append(str(error))
            raise PeerGone from error
        if sock.session_reused:
            self.log.tls_resumed += 1
        sock.settimeout(None)
        return sock

    def rules(self) -> list[Rule]:
        with self._lock:
            return list(self._rules)

    def find(self, request: Request) -> Resource | None:
        for source in self.sources:
            resource = source.find(request)
            if resource is not None:
                return resource
        return None


class Connection:
    """One accepted connection: requests in, answers out, until either side is done."""

    def __init__(self, server: Server, sock: socket.socket, number: int):
        self.server = server
        self.sock = sock
        self.number = number
        self.buffer = b""

    def run(self) -> None:
        while not self.server._closing.is_set():
            request = self._read_request()
            if request is None:
                return
            row = self.server.log.begin(
                self.number, request.method, request.path, request.query, request.headers
            )
            try:
                keep = self._answer(request, row)
            except (PeerGone, OSError):
                row.aborted = True
                raise PeerGone from None
            finally:
                self.server.log.end(row)
            if not keep:
                self.sock.shutdown(socket.SHUT_WR)
                return

    def _read_request(self) -> Request | None:
        while b"\r\n\r\n" not in self.buffer:
            piece = self.sock.recv(65536)
            if not piece or len(self.buffer) > MAX_HEAD:
                return None
            self.buffer += piece
        head, self.buffer = self.buffer.split(b"\r\n\r\n", 1)
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ", 2)
        headers = {}
        for line in lines:
            name, _, value = line.partition(":")
            headers[name.strip().lower()] = value.strip()
        self._drop_body(int(headers.get("content-length", "0")))
        path, _, query = target.partition("?")
        return Request(method, unquote(path), query, headers, self.number, self.server.origin)

    def _drop_body(self, size: int) -> None:
        while len(self.buffer) < size:
            piece = self.sock.recv(65536)
            if not piece:
                raise PeerGone
            self.buffer += piece
        self.buffer = self.buffer[size:]

    # Answers.

    def _answer(self, request: Request, row: Row) -> bool:
        """Sends the answer; True when the connection may live on."""
        effects = merge(self.server.rules(), request)
        resource = self.server.find(request)
        knobs = resource.knobs if resource and resource.knobs else self.server.knobs
        knobs = dataclasses.replace(knobs, **effects.get("knobs", {}))
        pause = effects.get("latency", knobs.latency)
        if pause:
            time.sleep(pause)
        if effects.get("hang"):
            self._wait_for(effects)
        answer = make_answer(request, resource, knobs, effects)
        row.status = answer.status
        row.length = len(answer.body)
        return Sender(self.sock, row, knobs, effects, self._wait_for).send(answer)

    def _wait_for(self, effects: Effects) -> None:
        """Waits until every gate is open; PeerGone when the client hangs up before that."""
        for gate in effects.gates:
            while not gate.wait(0.01):
                readable, _, _ = select.select([self.sock], [], [], 0)
                if readable and peek(self.sock) == b"":
                    raise PeerGone


def peek(sock: socket.socket) -> bytes:
    """What the peer sent, without taking it; b"" when it hung up."""
    if isinstance(sock, ssl.SSLSocket):
        # TLS hides the end of the stream behind a close_notify record: look at the raw bytes.
        raw = socket.socket(fileno=sock.fileno())
        try:
            data = raw.recv(5, socket.MSG_PEEK)
        except OSError:
            data = b""
        finally:
            raw.detach()
        return b"" if data[:1] == b"\x15" else data
    try:
        return sock.recv(1, socket.MSG_PEEK)
    except OSError:
        return b""


@dataclasses.dataclass
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""
    has_body: bool = True  # False: no body on the wire (304, HEAD)
    keep: bool = True


def make_answer(request: Request, resource: Resource | None, knobs: Knobs, effects) -> Answer:
    if effects.get("redirect"):
        location = ("Location", effects.get("redirect"))
        return Answer(effects.get("status", 302), [location, *effects.get("headers", [])])
    if effects.get("status"):
        return error_answer(effects)
    if knobs.auth and request.headers.get("authorization") != basic(knobs.auth):
        return Answer(401, [("WWW-Authenticate", 'Basic realm="registry"')], b"who are you\n")
    if request.method == "HEAD" and knobs.head != 200:
        return Answer(knobs.head, [], has_body=False)
    if request.method not in ("GET", "HEAD"):
        return Answer(405, [("Allow", "GET")], b"only GET\n")
    if resource is None:
        return Answer(404, [("Content-Type", "text/plain")], b"not here\n")
    if effects.get("body") is not None:
        resource = dataclasses.replace(resource, body=effects.get("body"))
    answer = full_answer(request, resource, knobs, effects)
    if request.method == "HEAD":
        answer.has_body = False
    return answer


def error_answer(effects) -> Answer:
    headers = [("Content-Type", "text/plain"), *effects.get("headers", [])]
    if effects.get("retry_after") is not None:
        headers.append(("Retry-After", str(effects.get("retry_after"))))
    return Answer(effects.get("status"), headers, effects.get("body") or b"out of order\n")


def basic(auth: tuple[str, str]) -> str:
    return "Basic " + base64.b64encode(":".join(auth).encode()).decode()


def full_answer(request: Request, resource: Resource, knobs: Knobs, effects) -> Answer:
    headers = validators(resource, knobs)
    if unchanged(request, resource, knobs):
        return Answer(304, headers, has_body=False)
    kind = effects.get("content_type", resource.content_type if knobs.content_type else "")
    if kind:
        headers.append(("Content-Type", kind))
    headers.extend(effects.get("headers", []))
    if resource.is_page:
        return page_answer(request, resource, knobs, headers)
    return ranged_answer(request, resource, knobs, headers)


def validators(resource: Resource, knobs: Knobs) -> list[tuple[str, str]]:
    headers = []
    if knobs.etag:
        headers.append(("ETag", resource.tag(knobs.weak_etag)))
    if knobs.last_modified:
        headers.append(("Last-Modified", email.utils.formatdate(resource.mtime, usegmt=True)))
    if resource.is_page and knobs.max_age is not None:
        headers.append(("Cache-Control", f"max-age={knobs.max_age}"))
    if not resource.is_page and knobs.file_cache_control is not None:
        headers.append(("Cache-Control", knobs.file_cache_control))
    return headers


def unchanged(request: Request, resource: Resource, knobs: Knobs) -> bool:
    if not knobs.not_modified:
        return False
    asked = request.headers.get("if-none-match")
    if asked is not None:
        known = resource.tag(False)
        return knobs.etag and any(
            tag.strip().removeprefix("W/") in (known, "*") for tag in asked.split(",")
        )
    since = request.headers.get("if-modified-since")
    if since is None or not knobs.last_modified:
        return False
    return resource.mtime <= email.utils.parsedate_to_datetime(since).timestamp()


def page_answer(request: Request, resource: Resource, knobs: Knobs, headers) -> Answer:
    body = resource.body
    if knobs.gzip and "gzip" in request.headers.get("accept-encoding", ""):
        body = gzip.compress(body, 6, mtime=0)
        headers += [("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")]
    return Answer(200, headers, body)


def ranged_answer(request: Request, resource: Resource, knobs: Knobs, headers) -> Answer:
    """The whole body, the range that was asked for, or a lie."""
    body, size = resource.body, len(resource.body)
    if knobs.ranges != "off":
        headers.append(("Accept-Ranges", "bytes"))
    asked = request.headers.get("range", "")
    condition = request.headers.get("if-range")
    stale = condition is not None and condition != resource.tag(knobs.weak_etag)
    if (
        not asked.startswith("bytes=")
        or "," in asked
        or stale
        or knobs.ranges in ("off", "announced")
    ):
        return Answer(200, headers, body)
    first, last = byte_range(asked[6:], size)
    refused = knobs.ranges == "416" or (knobs.ranges == "no-suffix" and asked.startswith("bytes=-"))
    if refused or first >= size or first > last:
        return Answer(416, [("Content-Range", f"bytes */{size}")])
    if knobs.ranges == "offset":  # a well-formed 206 for a range that nobody asked for
        length = last - first + 1
        first, last = (0, length - 1) if first else (1, min(length, size - 1))
    headers.append(("Content-Range", f"bytes {first}-{last}/{size}"))
    return Answer(206, headers, body[first : last + 1])


def byte_range(text: str, size: int) -> tuple[int, int]:
    """First and last byte of "a-b", "a-" or "-n", as in RFC 9110; first > last when it is empty."""
    first, _, last = text.strip().partition("-")
    if not first:
        return max(size - int(last), 0), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1


class Sender:
    """Puts one answer on the wire, as slowly and as brokenly as the rules want it."""

    def __init__(self, sock: socket.socket, row: Row, knobs: Knobs, effects: Effects, wait):
        self.sock = sock
        self.row = row
        self.knobs = knobs
        self.effects = effects
        self.wait = wait
        self.bandwidth = effects.get("bandwidth", knobs.bandwidth)

    def send(self, answer: Answer) -> bool:
        """True when the connection may serve another request."""
        if self.bandwidth:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        chunked = self.knobs.chunked and answer.has_body and answer.status == 200
        self.sock.sendall(self._head(answer, chunked))
        if not answer.has_body:
            return not self.knobs.http10
        try:
            if chunked:
                self._chunks(answer.body)
            elif not self._body(answer.body):
                return False
        except (PeerGone, OSError):
            self.row.sent -= min(self._unsent(), self.row.sent)
            raise PeerGone from None
        broken_length = self.effects.get("length_delta", 0)
        return not self.knobs.http10 and not broken_length

    def _head(self, answer: Answer, chunked: bool) -> bytes:
        version = "1.0" if self.knobs.http10 else "1.1"
        lines = [f"HTTP/{version} {answer.status} {REASONS.get(answer.status, 'Status')}"]
        headers = list(answer.headers)
        if chunked:
            headers.append(("Transfer-Encoding", "chunked"))
        elif answer.status != 304:
            length = len(answer.body) + self.effects.get("length_delta", 0)
            headers.append(("Content-Length", str(length)))
        if self.knobs.http10:
            headers.append(("Connection", "close"))
        lines += [f"{name}: {value}" for name, value in headers]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def _body(self, body: bytes) -> bool:
        """Sends the body or as much of it as the rules allow; False when the connection ends."""
        for kind in ("reset", "truncate"):
            stop = self.effects.get(kind)
            if stop is not None:
                self._pieces(body[:stop])
                self._cut(kind == "reset")
                return False
        withheld = min(self.effects.get("withhold", 0), len(body))
        self._pieces(body[: len(body) - withheld])
        if withheld:
            self.wait(self.effects)
            self._pieces(body[len(body) - withheld :])
        return True

    def _pieces(self, data: bytes) -> None:
        step = 4096 if self.bandwidth else 256 * 1024
        view = memoryview(data)
        begin, done = time.monotonic(), 0
        while done < len(view):
            piece = view[done : done + step]
            self.sock.sendall(piece)
            done += len(piece)
            self.row.sent += len(piece)
            if self.bandwidth:
                ahead = done / self.bandwidth - (time.monotonic() - begin)
                if ahead > 0:
                    time.sleep(ahead)

    def _chunks(self, data: bytes) -> None:
        for at in range(0, len(data), 1000):
            piece = data[at : at + 1000]
            self.sock.sendall(b"%x\r\n%s\r\n" % (len(piece), piece))
            self.row.sent += len(piece)
        self.sock.sendall(b"0\r\n\r\n")

    def _cut(self, hard: bool) -> None:
        if hard:
            time.sleep(0.02)  # a reset destroys what the peer has not read yet
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            raise PeerGone
        self.sock.shutdown(socket.SHUT_WR)

    def _unsent(self) -> int:
        """Bytes in our send buffer that the peer has not acknowledged."""
        left = array.array("i", [0])
        try:
            fcntl.ioctl(self.sock.fileno(), SIOCOUTQ, left)
        except OSError:
            return 0
        return left[0]
