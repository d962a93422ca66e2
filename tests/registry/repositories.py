"""Repositories of git served over HTTP by git's own CGI program."""

from __future__ import annotations

import base64
import gzip
import http.server
import os
import pathlib
import subprocess
import threading
from urllib.parse import unquote


def basic(login: tuple[str, str]) -> str:
    """The value of Authorization."""
    return "Basic " + base64.b64encode(":".join(login).encode()).decode()


class GitServer:
    """Smart HTTP on the loopback for the repositories below `root`.

    login      (user, password) that is asked for by a 401, as the forges do
    logins     {path prefix: (user, password)} in place of it
    redirect   {path prefix: URL} sent away before anything else
    rows       [(method, path with query, Authorization or "")] in order
    """

    def __init__(self, root: pathlib.Path, login: tuple[str, str] | None = None):
        self.root, self.login = pathlib.Path(root), login
        self.logins: dict[str, tuple[str, str]] = {}
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
        login = next(
            (one for prefix, one in self.logins.items() if handler.path.startswith(prefix)),
            self.login,
        )
        if login and authorization != basic(login):
            handler.send_response(401)
            handler.send_header("WWW-Authenticate", 'Basic realm="git"')
            handler.send_header("Content-Length", "0")
            return handler.end_headers()
        self.run_backend(handler)

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
