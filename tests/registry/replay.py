"""A real index recorded once and served from loopback: the same bytes for every tool measured.

Pages are fetched once, their links rewritten to point here; files are fetched whole when somebody
first asks for them. `.metadata` is offered for every wheel when the knobs say so, whatever the
upstream does: it is read out of the upstream's wheel by ranges. A few requests at a time go upstream,
and nothing is ever asked for twice, not even by the next process: all of it lies in `store`.
"""

from __future__ import annotations

import html
import html.parser
import io
import json
import pathlib
import re
import ssl
import threading
import urllib.error
import urllib.parse
import urllib.request
import zipfile

from .index import HTML, JSON
from .knobs import Knobs
from .server import Request, Resource, Server

TAIL = 64 * 1024
UPSTREAM_AT_ONCE = 8


class Anchors(html.parser.HTMLParser):
    """The links of a PEP 503 page: (text, attributes)."""

    def __init__(self):
        super().__init__()
        self.links: list[tuple[str, dict]] = []
        self._open: dict | None = None
        self._text = ""

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self._open, self._text = dict(attrs), ""

    def handle_data(self, data):
        self._text += data

    def handle_endtag(self, tag):
        if tag == "a" and self._open is not None:
            self.links.append((self._text.strip(), self._open))
            self._open = None


class RemoteFile(io.RawIOBase):
    """A seekable view of a URL by range requests, whose last 64 KiB are read at once."""

    def __init__(self, get, url: str):
        self.get, self.url, self.at = get, url, 0
        self.tail, headers = get(url, f"bytes=-{TAIL}")
        place = headers.get("Content-Range")
        self.size = int(place.rpartition("/")[2]) if place else len(self.tail)
        self.start = self.size - len(self.tail)

    def seekable(self):
        return True

    def readable(self):
        return True

    def tell(self):
        return self.at

    def seek(self, offset, whence=0):
        self.at = offset + (0, self.at, self.size)[whence]
        return self.at

    def read(self, size=-1):
        end = self.size if size < 0 else min(self.at + size, self.size)
        if self.at >= end:
            return b""
        if self.at >= self.start:
            data = self.tail[self.at - self.start : end - self.start]
        else:
            data, _ = self.get(self.url, f"bytes={self.at}-{end - 1}")
        self.at += len(data)
        return data


class Replay:
    """A source that serves `upstream` (a simple index URL) below `prefix`, recorded in `store`."""

    page_type = HTML
    page_folder = "pages"

    def __init__(self, server: Server, store, upstream: str, prefix: str = "/simple"):
        self.server = server
        self.store = pathlib.Path(store)
        self.upstream = upstream.rstrip("/") + "/"
        self.prefix = prefix
        self.fetched = 0  # requests that went upstream
        self._links: dict[str, dict] = {}  # file name -> {url, sha256} of pages served so far
        self._pages: dict = {}
        self._locks: dict = {}  # one for each recorded thing
        self._upstream = threading.Semaphore(UPSTREAM_AT_ONCE)
        self._context = ssl.create_default_context()
        for folder in (self.page_folder, "files", "metadata"):
            (self.store / folder).mkdir(parents=True, exist_ok=True)
        server.sources.append(self)

    @property
    def knobs(self) -> Knobs:
        return self.server.knobs

    @property
    def url(self) -> str:
        return f"{self.server.origin}{self.prefix}/"

    def find(self, request: Request) -> Resource | None:
        if not request.path.startswith(self.prefix + "/"):
            return None
        rest = request.path[len(self.prefix) + 1 :]
        if rest.startswith("-/files/"):
            name = rest[8:]
            wanted = name.removesuffix(".metadata")
            body = self._metadata(wanted) if wanted != name else self._file(name)
            return None if body is None else Resource(body)
        body = self._page(rest.strip("/"))
        return None if body is None else Resource(body, self.page_type, is_page=True)

    # Recorded things, each fetched on first use.

    def _recorded(self, kind: str, name: str, fetch) -> bytes | None:
        path = self.store / kind / name
        if not path.exists():
            with self._locks.setdefault(path, threading.Lock()):
                if not path.exists():
                    part = path.with_name(path.name + ".part")
                    with self._upstream:
                        part.write_bytes(fetch() or b"")
                    part.rename(path)
        return path.read_bytes() or None

    def _get(self, url: str, span: str | None = None):
        headers = {"Accept": self.page_type, "Accept-Encoding": "identity"}
        if span:
            headers["Range"] = span
        self.fetched += 1
        request = urllib.request.Request(url, headers=headers)
        with urllib.request.urlopen(request, timeout=120, context=self._context) as answer:
            return answer.read(), answer.headers

    def _page(self, project: str) -> bytes | None:
        key = (project, self.knobs.metadata)
        if key in self._pages:
            return self._pages[key]
        address = f"{self.upstream}{project}/"
        raw = self._recorded(self.page_folder, project or "index", lambda: self._get_or_none(address))
        self._pages[key] = None if raw is None else self._rewrite(raw, address)
        return self._pages[key]

    def _get_or_none(self, url: str) -> bytes | None:
        try:
            return self._get(url)[0]
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise

    def _rewrite(self, raw: bytes, address: str) -> bytes:
        parser = Anchors()
        parser.feed(raw.decode())
        out = ["<!DOCTYPE html>\n<html><body>"]
        for name, attributes in parser.links:
            url, fragment = urllib.parse.urldefrag(
                urllib.parse.urljoin(address, attributes["href"])
            )
            self._links[name] = {"url": url}
            marks = [
                f'{key}="{html.escape(value or "")}"'
                for key, value in attributes.items()
                if key in ("data-requires-python", "data-yanked")
            ]
            if self.knobs.metadata and name.endswith(".whl"):
                marks.append('data-core-metadata="true"')
            link = f"../-/files/{urllib.parse.quote(name)}" + (f"#{fragment}" if fragment else "")
            out.append(
                f'<a href="{html.escape(link)}" {" ".join(marks)}>{html.escape(name)}</a><br>'
            )
        return ("\n".join(out) + "\n</body></html>\n").encode()

    def _file(self, name: str) -> bytes | None:
        if name not in self._links:
            return None
        return self._recorded("files", name, lambda: self._get(self._links[name]["url"])[0])

    def _metadata(self, name: str) -> bytes | None:
        if name not in self._links or not self.knobs.metadata:
            return None
        return self._recorded("metadata", name, lambda: self._read_metadata(name))

    def _read_metadata(self, name: str) -> bytes:
        whole = self.store / "files" / name
        source = (
            whole.open("rb") if whole.exists() else RemoteFile(self._get, self._links[name]["url"])
        )
        with zipfile.ZipFile(source) as wheel:
            own = re.compile(r"[^/]+\.dist-info/METADATA")  # others may lie deeper, vendored
            inside = next(n for n in wheel.namelist() if own.fullmatch(n))
            return wheel.read(inside)


class JsonReplay(Replay):
    """The same with PEP 691 pages, which have the times of upload."""

    page_type = JSON
    page_folder = "json"

    def _rewrite(self, raw: bytes, address: str) -> bytes:
        page = json.loads(raw)
        for file in page["files"]:
            name = file["filename"]
            self._links[name] = {"url": urllib.parse.urljoin(address, file["url"])}
            file["url"] = f"../-/files/{urllib.parse.quote(name)}"
            file.pop("core-metadata", None)
            file.pop("dist-info-metadata", None)
            if self.knobs.metadata and name.endswith(".whl"):
                file["core-metadata"] = True
        return json.dumps(page, separators=(",", ":")).encode()
