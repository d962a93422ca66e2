"""The request log: what the mechanism tests assert on.

A row is appended when the head of a request has been read, so the order of the list is the order of
arrival, and it is filled in while the answer is sent. `sent` is what the peer's kernel has taken:
what still sat in our socket buffer when the peer hung up is not counted.
"""

from __future__ import annotations

import dataclasses
import json
import threading
import time


@dataclasses.dataclass
class Row:
    seq: int
    conn: int
    method: str
    path: str  # without the query
    query: str
    headers: dict  # of the request, lower-case names
    t_start: float  # time.monotonic() when the head was there
    t_end: float | None = None  # None: still being answered
    status: int | None = None
    length: int | None = None  # body bytes the answer holds
    sent: int = 0  # body bytes really sent
    aborted: bool = False  # the peer hung up before the end
    host: str = ""

    @property
    def range(self) -> str | None:
        return self.headers.get("range")

    @property
    def conditional(self) -> bool:
        return "if-none-match" in self.headers or "if-modified-since" in self.headers

    def as_dict(self) -> dict:
        keep = (
            "seq",
            "conn",
            "method",
            "path",
            "query",
            "t_start",
            "t_end",
            "status",
            "length",
            "sent",
            "aborted",
        )
        row = {key: getattr(self, key) for key in keep}
        for name in (
            "range",
            "if-none-match",
            "if-modified-since",
            "if-range",
            "accept",
            "accept-encoding",
            "user-agent",
        ):
            row[name] = self.headers.get(name)
        return row


class Log:
    """Rows of all requests, connections and TLS failures of one server. Thread-safe."""

    def __init__(self, lines=None):
        self._lock = threading.Lock()
        self._changed = threading.Condition(self._lock)
        self._rows: list[Row] = []
        self._lines = lines  # a text stream for finished rows as JSON lines, or None
        self.connections = 0
        self.open_now = 0
        self.open_max = 0
        self.tls_failures: list[str] = []
        self.tls_resumed = 0

    # Called by the server.

    def opened(self) -> int:
        with self._lock:
            self.connections += 1
            self.open_now += 1
            self.open_max = max(self.open_max, self.open_now)
            self._changed.notify_all()
            return self.connections

    def closed(self) -> None:
        with self._lock:
            self.open_now -= 1
            self._changed.notify_all()

    def begin(self, conn, method, path, query, headers) -> Row:
        with self._lock:
            row = Row(len(self._rows), conn, method, path, query, headers, time.monotonic())
            row.host = headers.get("host", "")
            self._rows.append(row)
            self._changed.notify_all()
            return row

    def end(self, row: Row) -> None:
        with self._lock:
            row.t_end = time.monotonic()
            if self._lines is not None:
                self._lines.write(json.dumps(row.as_dict()) + "\n")
                self._lines.flush()
            self._changed.notify_all()

    # Called by tests.

    @property
    def rows(self) -> list[Row]:
        with self._lock:
            return list(self._rows)

    def clear(self) -> None:
        """Forgets the rows and starts the connection counts afresh."""
        with self._lock:
            self._rows.clear()
            self.connections = 0
            self.open_max = self.open_now
            self.tls_failures.clear()

    def paths(self, method: str | None = None) -> list[str]:
        return [row.path for row in self.rows if method in (None, row.method)]

    def of(self, path: str) -> list[Row]:
        return [row for row in self.rows if row.path == path]

    def bytes(self) -> int:
        return sum(row.sent for row in self.rows)

    def repeated(self) -> dict[str, int]:
        """URLs (with their range) that were asked for more than once, and how often."""
        seen: dict[str, int] = {}
        for row in self.rows:
            key = f"{row.method} {row.path}" + (f" [{row.range}]" if row.range else "")
            seen[key] = seen.get(key, 0) + 1
        return {key: count for key, count in seen.items() if count > 1}

    def wait(self, test, timeout: float = 20.0) -> bool:
        """Waits until `test(log)` holds; False when it does not within `timeout` seconds."""
        deadline = time.monotonic() + timeout
        while not test(self):
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            with self._lock:
                self._changed.wait(min(left, 0.05))
        return True
