"""Projects as folders, archives and repositories, for tests of what is named by path or URL.

Their build backend is in the tree and needs nothing, so pip builds them offline too.
"""

from __future__ import annotations

import io
import json
import os
import pathlib
import subprocess
import zipfile

import pytest

from registry import sdist, sdist_contents, wheel
from registry.server import Resource

GIT_ENV = {
    "GIT_AUTHOR_NAME": "a",
    "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "a",
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_AUTHOR_DATE": "2024-01-01T00:00:00Z",
    "GIT_COMMITTER_DATE": "2024-01-01T00:00:00Z",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_SYSTEM": "/dev/null",
}


def project(folder: pathlib.Path, name: str, version: str = "1", **about) -> pathlib.Path:
    """Writes a project's tree; `about` as for sdist_contents()."""
    contents = sdist_contents(name, version, **about)
    del contents["PKG-INFO"]
    for path, text in contents.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder


def static_project(folder: pathlib.Path, name: str, version: str = "1", **about) -> pathlib.Path:
    """The same with a [project] table that says everything: no build is needed to know it."""
    needs = json.dumps(list(about.get("requires", ())))
    text = (
        f'[project]\nname = "{name}"\nversion = "{version}"\ndependencies = {needs}\n'
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
    )
    return project(folder, name, version, pyproject=text, **about)


def git(folder, *words) -> str:
    done = subprocess.run(
        ["git", *words], cwd=folder, env={**os.environ, **GIT_ENV}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def repository(folder: pathlib.Path) -> str:
    """Makes the folder a repository with one commit on main; gives the commit."""
    git(folder, "init", "-q", "-b", "main", ".")
    return commit(folder)


def commit(folder: pathlib.Path) -> str:
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "x", "--allow-empty")
    return git(folder, "rev-parse", "HEAD")


def zip_archive(name: str, version: str, top: str | None = None, **about) -> bytes:
    """A zip as forges make them: everything in one folder."""
    top = top or f"{name}-{version}"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path, text in sdist_contents(name, version, **about).items():
            archive.writestr(f"{top}/{path}", text)
    return out.getvalue()


def tar_archive(name: str, version: str, **about) -> bytes:
    return sdist(name, version, **about).data


class Paths:
    """Serves bytes at whatever paths: a source of the registry's server."""

    def __init__(self, server):
        self.files: dict[str, bytes] = {}
        self.server = server
        server.sources.append(self)

    def add(self, path: str, body: bytes) -> str:
        self.files[path] = body
        return self.server.origin + path

    def find(self, request):
        body = self.files.get(request.path)
        if body is None:
            return None
        return Resource(body, "text/html") if request.path.endswith("/") else Resource(body)


def direct_url(env, stem: str) -> dict:
    return json.loads((env.info(stem) / "direct_url.json").read_text())


def builds(counter: pathlib.Path) -> list[str]:
    return counter.read_text().splitlines() if counter.exists() else []


needs_git = pytest.mark.skipif(
    subprocess.run(["git", "--version"], capture_output=True).returncode != 0, reason="no git"
)


# Fixtures, for modules that import them.


@pytest.fixture
def index(serve):
    """An index with two versions of `leaf`."""
    made = serve()
    made.add(wheel("leaf", "1"), wheel("leaf", "2"))
    return made


@pytest.fixture
def paths(index):
    return Paths(index.server)


@pytest.fixture
def write(work):
    """Writes a file of these lines below the working directory; its name."""

    def put(name, *lines):
        (work / name).parent.mkdir(exist_ok=True)
        (work / name).write_text("\n".join(lines) + "\n")
        return name

    return put
