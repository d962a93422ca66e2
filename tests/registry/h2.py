"""An HTTP/2 front: TLS and ALPN on a loopback port, each stream a request to a plain `Server` behind it.

So every knob and rule of the server works over HTTP/2, too. `faults` are what the protocol itself can do
wrong.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.exceptions
import h2.settings

PIECE = 16_000


class H2Front:
    """Stands before `server`, whose `origin` becomes its own.

    protocols: what ALPN may choose. max_streams: the setting. faults: a function that is called with
    (front, connection, stream, path) before a stream is answered; true: it has dealt with it.
    on_open: called with each new `H2Peer` before it reads.
    """

    def __init__(self, server, identity, protocols=("h2",), max_streams=100, faults=None, on_open=None):
        self.server, self.max_streams = server, max_streams
        self.faults, self.on_open = faults, on_open
        self.connections = 0
        self.streams = 0  # begun
        self.open_now = self.open_max = 0  # streams
        self.ahead: dict[str, int] = {}  # path: the most bytes that the client let come at once
        self.resets: list[int] = []  # error codes of streams that the client reset
        self.chosen: list[str | None] = []  # by ALPN, for each connection
        self._lock = threading.Lock()
        self._context = identity.context()
        self._context.set_alpn_protocols(list(protocols))
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.port = self._listener.getsockname()[1]
        self.back = server.port
        server.origin = self.origin = f"https://localhost:{self.port}"
        self._peers: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        for sock in [self._listener, *self._peers]:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def opened_stream(self, by: int) -> None:
        with self._lock:
            self.streams += max(by, 0)
            self.open_now += by
            self.open_max = max(self.open_max, self.open_now)

    def _accept(self) -> None:
        while True:
            try:
                raw, _ = self._listener.accept()
            except OSError:
                return
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._serve, args=(raw,), daemon=True).start()

    def _serve(self, raw) -> None:
        try:
            sock = self._context.wrap_socket(raw, server_side=True)
        except OSError:
            return
        with self._lock:
            self.connections += 1
            self.chosen.append(sock.selected_alpn_protocol())
            self._peers.add(sock)
        with contextlib.suppress(OSError, h2.exceptions.ProtocolError):
            if sock.selected_alpn_protocol() == "h2":
                H2Peer(self, sock).run()
            else:
                self._pass_on(sock)
        with contextlib.suppress(OSError):
            sock.close()

    def _pass_on(self, sock) -> None:
        """HTTP/1.1, byte for byte."""
        with socket.create_connection(("127.0.0.1", self.back)) as far:
            threading.Thread(target=self._copy, args=(far, sock), daemon=True).start()
            self._copy(sock, far)

    @staticmethod
    def _copy(source, to) -> None:
        with contextlib.suppress(OSError):
            while piece := source.recv(65536):
                to.sendall(piece)
            to.shutdown(socket.SHUT_WR)


class H2Peer:
    """One connection of a client."""

    def __init__(self, front: H2Front, sock):
        self.front, self.sock = front, sock
        config = h2.config.H2Configuration(client_side=False, header_encoding="utf-8")
        self.h2 = h2.connection.H2Connection(config)
        self.h2.local_settings = h2.settings.Settings(
            client=False,
            initial_values={h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS: front.max_streams},
        )
        self.changed = threading.Condition()
        self.write = threading.Lock()
        self.gone = False
        self.paths: dict[int, str] = {}

    def run(self) -> None:
        self.h2.initiate_connection()
        if self.front.on_open:
            self.front.on_open(self)
        self.flush()
        while data := self.sock.recv(65536):
            with self.changed:
                events = self.h2.receive_data(data)
                self.changed.notify_all()
            for event in events:
                self.take(event)
            self.flush()
        with self.changed:
            self.gone = True
            self.changed.notify_all()

    def take(self, event) -> None:
        if isinstance(event, h2.events.RequestReceived):
            self.front.opened_stream(1)
            self.paths[event.stream_id] = dict(event.headers)[":path"]
            threading.Thread(target=self.answer, args=(event.stream_id, dict(event.headers)), daemon=True).start()
        elif isinstance(event, h2.events.StreamReset):
            self.front.resets.append(event.error_code)
        elif isinstance(event, h2.events.WindowUpdated) and event.stream_id in self.paths:
            path = self.paths[event.stream_id]
            with contextlib.suppress(h2.exceptions.ProtocolError), self.changed:
                room = self.h2.local_flow_control_window(event.stream_id)
                self.front.ahead[path] = max(self.front.ahead.get(path, 0), room)
        elif isinstance(event, h2.events.ConnectionTerminated):
            self.gone = True

    def flush(self) -> None:
        with self.write:
            with self.changed:
                data = self.h2.data_to_send()
            self.sock.sendall(data)

    def answer(self, stream: int, headers: dict) -> None:
        with contextlib.suppress(OSError, h2.exceptions.ProtocolError, http.client.HTTPException):
            try:
                path = headers[":path"]
                if not (self.front.faults and self.front.faults(self, stream, path)):
                    self.forward(stream, path, headers)
            finally:
                self.front.opened_stream(-1)

    def forward(self, stream: int, path: str, headers: dict) -> None:
        back = http.client.HTTPConnection("127.0.0.1", self.front.back)
        kept = {name: value for name, value in headers.items() if not name.startswith(":")}
        kept["host"] = headers[":authority"]
        back.request(headers[":method"], path, headers=kept)
        answer = back.getresponse()
        fields = [(name.lower(), value) for name, value in answer.getheaders()]
        fields = [field for field in fields if field[0] not in ("connection", "transfer-encoding", "keep-alive")]
        self.head(stream, answer.status, fields)
        try:
            while piece := answer.read1(PIECE):
                self.body(stream, piece)
        except http.client.IncompleteRead:
            return self.reset(stream)
        self.end(stream)

    def head(self, stream: int, status: int, fields, end=False) -> None:
        with self.changed:
            self.h2.send_headers(stream, [(":status", str(status)), *fields], end_stream=end)
        self.flush()

    def body(self, stream: int, data: bytes) -> None:
        while data:
            with self.changed:
                while (room := self.room(stream)) <= 0:
                    self.changed.wait(0.1)
                    if self.gone:
                        raise OSError("gone")
                piece, data = data[:room], data[room:]
                self.h2.send_data(stream, piece)
            self.flush()

    def room(self, stream: int) -> int:
        return min(self.h2.local_flow_control_window(stream), self.h2.max_outbound_frame_size)

    def end(self, stream: int) -> None:
        with self.changed:
            self.h2.end_stream(stream)
        self.flush()

    def end_raw(self, stream: int) -> None:
        """An end before the announced length, which the library would not send."""
        self.raw(b"\0\0\0\0\1" + stream.to_bytes(4))

    def reset(self, stream: int, code=h2.errors.ErrorCodes.INTERNAL_ERROR) -> None:
        with self.changed:
            self.h2.reset_stream(stream, code)
        self.flush()

    def goodbye(self, last: int) -> None:
        """GOAWAY that names the last stream that is worked on."""
        with self.changed:
            self.h2.close_connection(last_stream_id=last)
        self.flush()

    def raw(self, data: bytes) -> None:
        """Bytes past the library."""
        with self.write:
            self.sock.sendall(data)
