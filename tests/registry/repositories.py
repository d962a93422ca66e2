"""Repositories of git: made on disk, served over HTTP by git's own CGI program."""

from __future__ import annotations

import base64
import gzip
import http.server
import os
import pathlib
import subprocess
import threading
from urllib.parse import unquote

CLEAN = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")


def git(*args, cwd, env=None) -> str:
    """Runs git as somebody with a name and no configuration; its output."""
    variables = {key: value for key, value in os.environ.items() if key not in CLEAN}
    for who in ("AUTHOR", "COMMITTER"):
        variables[f"GIT_{who}_NAME"] = "n"
        variables[f"GIT_{who}_EMAIL"] = "n@example.org"
    variables.update(GIT_CONFIG_NOSYSTEM="1", GIT_CONFIG_GLOBAL="/dev/null", **(env or {}))
    done = subprocess.run(
        ["git", *map(str, args)], cwd=cwd, env=variables, capture_output=True, text=True
    )
    assert done.returncode == 0, f"git {args}\n{done.stdout}{done.stderr}"
    return done.stdout.strip()


class Repository:
    """A working tree with its repository."""

    def __init__(self, path: pathlib.Path, filters: bool = True):
        self.path = pathlib.Path(path)
        self.path.mkdir(parents=True)
        self.git("init", "-q", "-b", "main")
        if filters:
            self.git("config", "uploadpack.allowFilter", "true")

    def git(self, *args) -> str:
        return git(*args, cwd=self.path)

    def commit(self, files: dict[str, str | bytes] | None = None, tag: str = "") -> str:
        """Writes the files, commits everything; the commit."""
        for name, content in (files or {}).items():
            path = self.path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", "changes")
        if tag:
            self.git("tag", "-a", tag, "-m", tag)
        return self.git("rev-parse", "HEAD")

    @property
    def url(self) -> str:
        return f"git+file://{self.path}"


class GitServer:
    """Smart HTTP on the loopback for the repositories below `root`.

    login      (user, password) that is asked for by a 401, as the forges do
    redirect   {path prefix: URL} sent away before anything else
    rows       [(method, path with query, Authorization or "")] in order
    """

    def __init__(self, root: pathlib.Path, login: tuple[str, str] | None = None):
        self.root, self.login = pathlib.Path(root), login
        self.redirect: dict[str, str] = {}
        self.rows: list[tuple[str, str, str]] = []
        server = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *args):
                pass

            def do_GET(self):
                server.answer(self)

            do_POST = do_GET

        self.http = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self.http.server_address[1]
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def url(self, name: str, login: str = "", host: str = "127.0.0.1") -> str:
        """git+http://[login@]host:port/name"""
        return f"git+http://{login and login + '@'}{host}:{self.port}/{name}"

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()

    def fetches(self) -> int:
        """How many times objects were sent."""
        return sum(method == "POST" for method, _, _ in self.rows)

    def answer(self, handler) -> None:
        authorization = handler.headers.get("Authorization", "")
        self.rows.append((handler.command, handler.path, authorization))
        for prefix, target in self.redirect.items():
            if handler.path.startswith(prefix):
                handler.send_response(301)
                handler.send_header("Location", target + handler.path[len(prefix) :])
                handler.send_header("Content-Length", "0")
                return handler.end_headers()
        if self.login and authorization != self.wanted():
            handler.send_response(401)
            handler.send_header("WWW-Authenticate", 'Basic realm="git"')
            handler.send_header("Content-Length", "0")
            return handler.end_headers()
        self.run_backend(handler)

    def wanted(self) -> str:
        return "Basic " + base64.b64encode(":".join(self.login).encode()).decode()

    def run_backend(self, handler) -> None:
        path, _, query = handler.path.partition("?")
        body = handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
        if handler.headers.get("Content-Encoding") == "gzip":
            body = gzip.decompress(body)
        env = {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(self.root),
            "GIT_HTTP_EXPORT_ALL": "1",
            "GIT_PROTOCOL": handler.headers.get("Git-Protocol", ""),
            "REQUEST_METHOD": handler.command,
            "PATH_INFO": unquote(path),
            "QUERY_STRING": query,
            "CONTENT_TYPE": handler.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(len(body)),
            "REMOTE_USER": "n" if self.login else "",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": "/dev/null",
        }
        done = subprocess.run(["git", "http-backend"], env=env, input=body, capture_output=True)
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        status, headers = 200, []
        for line in head.decode().splitlines():
            name, _, value = line.partition(": ")
            if name == "Status":
                status = int(value.split()[0])
            else:
                headers.append((name, value))
        handler.send_response(status)
        for name, value in headers:
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(content)))
        handler.end_headers()
        handler.wfile.write(content)
