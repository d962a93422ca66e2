"""A package index: projects with their files, rendered as PEP 503 and PEP 691 pages.

An index lives below a prefix of its server: `<prefix>/<project>/` are the pages and
`<prefix>/-/files/<file name>` the files, each with its `.metadata` beside it. Several indexes on one
server are several `Index` objects with prefixes of their own.
"""

from __future__ import annotations

import dataclasses
import hashlib
import html
import io
import json
import re
import tarfile
import zipfile
import zlib

from .knobs import Knobs
from .server import Request, Resource, Server

HTML = "text/html; charset=utf-8"
JSON = "application/vnd.pypi.simple.v1+json"


def normalize(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@dataclasses.dataclass
class File:
    """One file of a project. `metadata` None: no sidecar for this file whatever the knobs say."""

    filename: str
    data: bytes
    requires_python: str | None = None
    yanked: str | bool = False
    metadata: bytes | None = None
    url: str | None = None  # in place of the index's own
    sha256: str | None = None  # in place of the true one
    upload_time: str | None = None
    hashed: bool = True  # False: no digest for this file

    def digest(self, kind: str) -> str:
        if kind == "sha256" and self.sha256:
            return self.sha256
        return hashlib.new(kind, self.data).hexdigest()


def read_metadata(filename: str, data: bytes) -> bytes | None:
    """METADATA of a wheel or PKG-INFO of an sdist; None when the file cannot be read."""
    try:
        if filename.endswith(".whl"):
            with zipfile.ZipFile(io.BytesIO(data)) as wheel:
                name = next(n for n in wheel.namelist() if n.endswith(".dist-info/METADATA"))
                return wheel.read(name)
        with tarfile.open(fileobj=io.BytesIO(data)) as sdist:
            name = next(n for n in sdist.getnames() if re.fullmatch(r"[^/]+/PKG-INFO", n))
            return sdist.extractfile(name).read()
    except (
        zipfile.BadZipFile,
        StopIteration,
        OSError,
        EOFError,
        zlib.error,
        tarfile.TarError,
        NotImplementedError,
    ):
        return None


def field(metadata: bytes | None, name: str) -> str | None:
    for line in (metadata or b"").decode("utf-8", "replace").split("\n\n")[0].splitlines():
        if line.lower().startswith(name.lower() + ":"):
            return line.split(":", 1)[1].strip()
    return None


def project_of(filename: str) -> str:
    if filename.endswith(".whl"):
        return normalize(filename.split("-")[0])
    return normalize(filename.rsplit("-", 1)[0])


class Index:
    """An index of `server` below `prefix`, with knobs of its own or the server's."""

    def __init__(self, server: Server, prefix: str = "/simple", knobs: Knobs | None = None):
        self.server = server
        self.prefix = prefix
        self.own_knobs = knobs
        self.projects: dict[str, list[File]] = {}
        self.files: dict[str, File] = {}
        self.statuses: dict[str, tuple[str, str]] = {}  # PEP 792: project -> status and reason
        self._pages: dict = {}  # rendered pages; forgotten when files are added
        server.sources.append(self)

    @property
    def knobs(self) -> Knobs:
        return self.own_knobs or self.server.knobs

    @property
    def url(self) -> str:
        return f"{self.server.origin}{self.prefix}/"

    def add(self, *built, **what) -> File:
        """Adds files (pairs of name and bytes); `what` are fields of `File`. Returns the last."""
        for filename, data in built:
            metadata = read_metadata(filename, data)
            file = File(filename, data, requires_python=field(metadata, "Requires-Python"))
            if filename.endswith(".whl"):
                file.metadata = metadata
            for key, value in what.items():
                setattr(file, key, value)
            self.projects.setdefault(project_of(filename), []).append(file)
            self.files[filename] = file
        self._pages.clear()
        return file

    # Addresses, for assertions on the log.

    def page_path(self, project: str) -> str:
        return f"{self.prefix}/{normalize(project)}/"

    def file_path(self, filename: str) -> str:
        return f"{self.prefix}/-/files/{filename}"

    def metadata_path(self, filename: str) -> str:
        return self.file_path(filename) + ".metadata"

    # The source.

    def find(self, request: Request) -> Resource | None:
        if not request.path.startswith(self.prefix + "/"):
            return None
        rest = request.path[len(self.prefix) + 1 :]
        if rest.startswith("-/files/"):
            return self._find_file(rest[8:])
        if rest == "":
            return self._page(request, None)
        project = rest.strip("/")
        if normalize(project) in self.projects and "/" not in project:
            return self._page(request, normalize(project))
        return None

    def _find_file(self, name: str) -> Resource | None:
        file = self.files.get(name)
        if file is not None:
            return Resource(file.data, knobs=self.knobs)
        file = self.files.get(name.removesuffix(".metadata"))
        if file is None or file.metadata is None or self.knobs.metadata in (None, "gone"):
            return None
        return Resource(file.metadata, knobs=self.knobs)

    def _page(self, request: Request, project: str | None) -> Resource:
        kind = JSON if self._wants_json(request) else HTML
        key = (project, kind, dataclasses.astuple(self.knobs))
        if key not in self._pages:
            self._pages[key] = self._render(project, kind)
        return Resource(self._pages[key], kind, is_page=True, knobs=self.knobs)

    def _render(self, project: str | None, kind: str) -> bytes:
        if project is None:
            names = sorted(self.projects)
            if kind == JSON:
                return json.dumps(
                    {
                        "meta": {"api-version": self.knobs.api_version},
                        "projects": [{"name": n} for n in names],
                    }
                ).encode()
            return "".join(f'<a href="{n}/">{n}</a>\n' for n in names).encode()
        return (self._json if kind == JSON else self._html)(project, self.projects[project])

    def _wants_json(self, request: Request) -> bool:
        if not self.knobs.json:
            return False
        return not self.knobs.html or "+json" in request.headers.get("accept", "")

    def _link(self, file: File) -> str:
        if file.url:
            return file.url
        name = file.filename.replace("+", "%2B")
        if self.knobs.absolute_links:
            return f"{self.server.origin}{self.prefix}/-/files/{name}"
        return f"../-/files/{name}"

    def _sidecar(self, file: File) -> str | None:
        """The value of core-metadata: "sha256=…", "true", or None for no attribute."""
        if file.metadata is None or self.knobs.metadata is None:
            return None
        if self.knobs.metadata == "true":
            return "true"
        if self.knobs.metadata == "wrong":
            return "sha256=" + "0" * 64
        return "sha256=" + hashlib.sha256(file.metadata).hexdigest()

    def _html(self, project: str, files: list[File]) -> bytes:
        out = [
            "<!DOCTYPE html>\n<html><head>",
            f'<meta name="pypi:repository-version" content="{self.knobs.api_version}">',
            *self._status_marks(project),
            f"<title>Links for {project}</title></head><body>",
        ]
        for file in files:
            kind = self.knobs.page_hashes if file.hashed else None
            fragment = f"#{kind}={file.digest(kind)}" if kind else ""
            marks = "".join(f' {name}="{html.escape(value)}"' for name, value in self._marks(file))
            out.append(
                f'<a href="{html.escape(self._link(file))}{fragment}"{marks}>'
                f"{html.escape(file.filename)}</a><br>"
            )
        return ("\n".join(out) + "\n</body></html>\n").encode()

    def _status_marks(self, project: str):
        for name, value in zip(("status", "status-reason"), self.statuses.get(project, ())):
            yield f'<meta name="pypi:project-{name}" content="{html.escape(value)}">'

    def _marks(self, file: File):
        if file.requires_python:
            yield "data-requires-python", file.requires_python
        if file.yanked is not False:
            yield "data-yanked", "" if file.yanked is True else file.yanked
        sidecar = self._sidecar(file)
        if sidecar and self.knobs.metadata != "old":
            yield "data-core-metadata", sidecar
        if sidecar and self.knobs.metadata in ("old", "both"):
            yield "data-dist-info-metadata", sidecar

    def _json(self, project: str, files: list[File]) -> bytes:
        rows = []
        for file in files:
            kind = self.knobs.page_hashes if file.hashed else None
            row = {
                "filename": file.filename,
                "url": self._link(file),
                "size": len(file.data),
                "hashes": {kind: file.digest(kind)} if kind else {},
            }
            if file.requires_python:
                row["requires-python"] = file.requires_python
            if file.yanked is not False:
                row["yanked"] = file.yanked
            if file.upload_time:
                row["upload-time"] = file.upload_time
            sidecar = self._sidecar(file)
            if sidecar:
                value = True if sidecar == "true" else {"sha256": sidecar[7:]}
                if self.knobs.metadata != "old":
                    row["core-metadata"] = value
                if self.knobs.metadata in ("old", "both"):
                    row["dist-info-metadata"] = value
            rows.append(row)
        page = {"meta": {"api-version": self.knobs.api_version}, "name": project, "files": rows}
        if project in self.statuses:
            page["project-status"] = dict(zip(("status", "reason"), self.statuses[project]))
        return json.dumps(page).encode()
