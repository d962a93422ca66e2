"""Every property of the loopback registry that a test may want to be different.

Two layers. `Knobs` are standing properties of a server or of one of its indexes: which page formats
it speaks, whether it knows ranges, validators, gzip. A `Rule` is an event for some paths: the third
request of this page is answered 500, that wheel hangs until the test lets it go. Rules are matched
in the order in which they were added and all that match are merged, later ones winning.
"""

from __future__ import annotations

import dataclasses
import fnmatch
import threading
from typing import Callable


@dataclasses.dataclass
class Knobs:
    """Standing properties. A plain value: copy with `dataclasses.replace`."""

    html: bool = True  # PEP 503 pages
    json: bool = True  # PEP 691 pages, when Accept asks for them
    api_version: str = "1.1"  # of both page formats
    metadata: str | None = "hash"  # PEP 658: hash | true | old | both | wrong | gone | None
    page_hashes: str | None = "sha256"  # digest named in the links: sha256 | md5 | None
    absolute_links: bool = False  # file links with scheme and host, else relative ones
    ranges: str = "on"  # on | off | announced | offset | 416 | no-suffix
    head: int = 405  # status for HEAD; any HEAD is logged. 200 answers it
    etag: bool = True
    weak_etag: bool = False
    last_modified: bool = False
    not_modified: bool = True  # answer conditional requests with 304
    max_age: int | None = None  # Cache-Control of pages
    file_cache_control: str | None = None  # Cache-Control of wheels, sdists and .metadata
    gzip: bool = False  # gzip pages for clients that accept it
    content_type: bool = True  # False: no Content-Type header at all
    http10: bool = False  # HTTP/1.0, the connection closes after each answer
    chunked: bool = False  # pages in chunks, without Content-Length
    auth: tuple[str, str] | None = None  # basic credentials that every request must carry
    latency: float = 0.0  # seconds before each answer
    bandwidth: int | None = None  # bytes per second and connection


class Rule:
    """What happens to requests whose path matches. Made by `Server.on`; thread-safe.

    pattern        shell pattern for the path without its query, for example "/simple/a/"
    nth            only these requests of the pattern, counted from 1; None: all
    status         answer this status and nothing else; `headers` are added
    retry_after    seconds, sent with `status`
    redirect       Location to send (302, or `status`)
    latency        seconds to sleep before the answer
    hang           wait before the answer until `release()`
    withhold       send all but the last N body bytes, then wait until `release()`
    reset          RST after this many body bytes
    truncate       orderly close after this many body bytes of the announced length
    length_delta   added to the Content-Length that is announced
    bandwidth      bytes per second
    body           bytes to send in place of the real body
    content_type   in place of the real one; "" for none
    knobs          a dict of Knobs fields to be different for these paths
    """

    def __init__(self, pattern: str, **what):
        self.pattern = pattern
        self.nth = what.pop("nth", None)
        if isinstance(self.nth, int):
            self.nth = (self.nth,)
        self.when: Callable | None = what.pop("when", None)
        self.what = what
        self.hits = 0
        self.released = threading.Event()
        self._lock = threading.Lock()

    def take(self, request) -> bool:
        """True when this rule is for `request`; counts it."""
        if not fnmatch.fnmatchcase(request.path, self.pattern):
            return False
        if self.when is not None and not self.when(request):
            return False
        with self._lock:
            self.hits += 1
            return self.nth is None or self.hits in self.nth

    def release(self) -> None:
        """Lets everything go that hangs on this rule, now and later."""
        self.released.set()


@dataclasses.dataclass
class Effects:
    """The merged rules of one request."""

    what: dict
    gates: list[threading.Event]  # what `hang` and `withhold` wait for

    def get(self, key, default=None):
        return self.what.get(key, default)


def merge(rules, request) -> Effects:
    what: dict = {}
    gates = []
    for rule in rules:
        if rule.take(request):
            knobs = {**what.get("knobs", {}), **rule.what.get("knobs", {})}
            what.update(rule.what)
            what["knobs"] = knobs
            if "hang" in rule.what or "withhold" in rule.what:
                gates.append(rule.released)
    return Effects(what, gates)
