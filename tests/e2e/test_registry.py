"""The registry is measured before anything is measured with it: pip and uv are its clients here."""

import gzip
import http.client
import json
import socket
import ssl
import zipfile
from io import BytesIO

import pytest

from conftest import pins
from registry import Authority, graph, sdist, wheel

WORLD = graph(12, 4, roots=2)


def get(index, path, method="GET", **headers):
    """One request on a connection of its own: (status, headers, body)."""
    names = {key.replace("_", "-"): value for key, value in headers.items()}
    connection = http.client.HTTPConnection("127.0.0.1", index.server.port, timeout=10)
    connection.request(method, path, headers=names)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, {key.lower(): value for key, value in answer.getheaders()}, body


@pytest.mark.parametrize(
    "knobs",
    [
        {},
        {"json": False},
        {"html": False},
        {"metadata": "true"},
        {"metadata": "old"},
        {"metadata": "both"},
        {"metadata": None},
        {"metadata": None, "ranges": "off", "json": False},
        {"metadata": None, "ranges": "announced"},
        {"metadata": None, "ranges": "416"},
        {"metadata": None, "ranges": "no-suffix"},
        {"gzip": True},
        {"absolute_links": True},
        {"http10": True},
        {"chunked": True},
        {"max_age": 60, "last_modified": True, "etag": False},
        {"weak_etag": True},
        {"page_hashes": None},
    ],
    ids=str,
)
def test_uv_resolves_whatever_the_knobs_say(uv, serve, work, knobs):
    index = serve(**knobs)
    index.add(*WORLD.wheels)
    (work / "in").write_text("\n".join(WORLD.roots))
    done = uv("pip", "compile", "in", "--index-url", index.url, "--no-header").ok()
    assert pins(done.out) == {name: "1.0" for name in WORLD.depends}
    asked = index.server.log.paths("GET")
    assert {index.page_path(name) for name in WORLD.depends} <= set(asked)
    sidecars = {index.metadata_path(built.filename) for built in WORLD.wheels}
    assert (sidecars <= set(asked)) == (knobs.get("metadata", "hash") is not None)


@pytest.mark.parametrize("knobs", [{}, {"metadata": None, "json": False}], ids=str)
def test_pip_installs(pip, serve, make_env, knobs):
    index = serve(**knobs)
    index.add(*WORLD.wheels)
    env = make_env()
    pip("--python", env.python, "install", *WORLD.roots, "--index-url", index.url).ok()
    assert env.installed() == {name: "1.0" for name in WORLD.depends}


def test_a_wrong_sidecar_hash_is_noticed(uv, serve, work):
    index = serve(metadata="wrong")
    index.add(wheel("a", "1"))
    (work / "in").write_text("a")
    done = uv("pip", "compile", "in", "--index-url", index.url)
    assert done.rc and index.server.log.of(index.metadata_path("a-1-py3-none-any.whl"))


@pytest.mark.parametrize(
    "shape",
    [
        {"metadata_at": "first"},
        {"metadata_at": "middle", "pad": 20000},
        {"descriptors": True},
        {"zip64": True},
        {"zip64_end": True},
        {"deflate": False},
        {"pad": 1_000_000},
        {"scripts": {"tool": "a:main"}, "files": {"a.py": "def main(): print('ran')\n"}},
        {
            "data": {
                "scripts/run": "#!python\nprint('ran')\n",
                "data/share/a.txt": "x",
                "purelib/other.py": "",
                "headers/a.h": "",
            }
        },
    ],
    ids=lambda shape: "+".join(shape),
)
def test_pip_and_uv_install_what_the_builder_makes(uv, pip, serve, make_env, shape):
    index = serve()
    index.add(wheel("a", "1", **shape))
    for name, command in (("one", uv), ("two", pip)):
        env = make_env(name)
        python = ("pip", "install", "--python") if command is uv else ("--python",)
        rest = () if command is uv else ("install",)
        command(*python, env.python, *rest, "a", "--index-url", index.url).ok()
        assert env.installed() == {"a": "1"}
        for script in ("tool", "run"):
            if (env.bin / script).exists():
                assert env.run(env.bin / script) == "ran\n"


@pytest.mark.parametrize(
    "flaw",
    [
        {"members": None, "record": "csv"},
        {"omit": ("WHEEL",)},
        {"scripts": {"../x": "a:main"}},
        {"suffix": b"junk" * 100},
    ],
    ids=str,
)
def test_flaws_are_real(uv, serve, make_env, flaw):
    flaw.pop("members", None)
    index = serve()
    index.add(wheel("a", "1", **flaw), metadata=b"Metadata-Version: 2.1\nName: a\nVersion: 1\n")
    done = uv("pip", "install", "--python", make_env().python, "a", "--index-url", index.url)
    assert done.rc, done


def test_sdists_build_without_help(uv, serve, make_env, tmp_path):
    index = serve()
    index.add(sdist("from-source", "1.5", requires=["a"]), wheel("a", "1"))
    env, counter = make_env(), tmp_path / "counter"
    uv(
        "pip",
        "install",
        "--python",
        env.python,
        "from-source",
        "--index-url",
        index.url,
        env={"BUILD_COUNTER": counter},
    ).ok()
    assert env.installed() == {"from-source": "1.5", "a": "1"}
    assert counter.read_text() == "build_wheel from-source\n"


def test_conditional_requests(serve):
    index = serve(max_age=60, last_modified=True)
    index.add(wheel("a", "1"))
    status, headers, body = get(index, "/simple/a/", accept="text/html")
    assert status == 200 and headers["cache-control"] == "max-age=60" and b"<a href" in body
    assert get(index, "/simple/a/", if_none_match=headers["etag"])[0] == 304
    assert get(index, "/simple/a/", if_modified_since=headers["last-modified"])[0] == 304
    assert get(index, "/simple/a/", if_none_match='"other"')[0] == 200
    index.add(wheel("a", "2"))
    assert get(index, "/simple/a/", if_none_match=headers["etag"])[0] == 200


def test_pages_by_accept_and_gzip(serve):
    index = serve(gzip=True)
    index.add(wheel("a", "1"), yanked="bad")
    _, headers, body = get(
        index, "/simple/a/", accept="application/vnd.pypi.simple.v1+json", accept_encoding="gzip"
    )
    page = json.loads(gzip.decompress(body))
    assert headers["content-encoding"] == "gzip"
    assert page["files"][0]["filename"] == "a-1-py3-none-any.whl"
    assert page["files"][0]["yanked"] == "bad" and page["files"][0]["core-metadata"]["sha256"]
    assert b'data-yanked="bad"' in get(index, "/simple/a/")[2]


def test_ranges_true_and_lying(serve):
    index = serve()
    data = wheel("a", "1", pad=5000)
    index.add(data)
    path = index.file_path(data.filename)
    status, headers, body = get(index, path, range="bytes=-100")
    size = len(data.data)
    assert (status, body) == (206, data.data[-100:])
    assert headers["content-range"] == f"bytes {size - 100}-{size - 1}/{size}"
    assert get(index, path, range="bytes=10-19")[2] == data.data[10:20]
    assert get(index, path, range="bytes=10-19", if_range='"old"')[0] == 200
    index.server.knobs.ranges = "announced"
    assert get(index, path, range="bytes=0-9")[0] == 200
    index.server.knobs.ranges = "416"
    assert get(index, path, range="bytes=0-9")[0] == 416
    index.server.knobs.ranges = "offset"
    status, headers, body = get(index, path, range="bytes=-100")
    assert status == 206 and headers["content-range"].startswith("bytes 0-99/")


def test_head_auth_redirect_and_faults(serve):
    index = serve(auth=("me", "secret"))
    index.add(wheel("a", "1"))
    page = "/simple/a/"
    assert get(index, page)[0] == 401
    key = {"authorization": "Basic bWU6c2VjcmV0"}
    assert get(index, page, **key)[0] == 200
    assert get(index, page, "HEAD", **key)[0] == 405
    assert [row.method for row in index.server.log.rows] == ["GET", "GET", "HEAD"]
    index.server.on(page, nth=(1, 3), status=500)
    assert [get(index, page, **key)[0] for _ in range(4)] == [500, 200, 500, 200]
    index.server.on("/simple/b/", redirect="/simple/a/")
    assert get(index, "/simple/b/")[1]["location"] == "/simple/a/"
    index.server.on(page, truncate=10)
    with pytest.raises(http.client.IncompleteRead):
        get(index, page, **key)
    index.server.on(page, reset=10)
    with pytest.raises(OSError):
        get(index, page, **key)


def test_keep_alive_and_connection_count(serve):
    index = serve()
    index.add(wheel("a", "1"))
    connection = http.client.HTTPConnection("127.0.0.1", index.server.port)
    for _ in range(3):
        connection.request("GET", "/simple/a/")
        connection.getresponse().read()
    connection.close()
    assert {row.conn for row in index.server.log.rows} == {1}
    assert (index.server.log.connections, index.server.log.open_max) == (1, 1)


def test_hang_and_withhold_until_released(serve):
    index = serve()
    built = wheel("a", "1", pad=200_000)
    index.add(built)
    rule = index.server.on(index.file_path(built.filename), withhold=1000)
    sock = socket.create_connection(("127.0.0.1", index.server.port))
    sock.sendall(f"GET {index.file_path(built.filename)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    sock.settimeout(0.3)
    got = b""
    with pytest.raises(TimeoutError):
        while True:
            got += sock.recv(65536)
    body = got.split(b"\r\n\r\n", 1)[1]
    assert len(body) == len(built.data) - 1000
    rule.release()
    while len(body) < len(built.data):
        body += sock.recv(65536)
    assert body == built.data
    sock.close()


def test_throttled_bytes_are_counted_as_taken(serve):
    index = serve(bandwidth=2_000_000)
    built = wheel("a", "1", pad=4_000_000)
    index.add(built)
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16384)
    sock.connect(("127.0.0.1", index.server.port))
    sock.sendall(f"GET {index.file_path(built.filename)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    taken = 0
    while taken < 200_000:
        taken += len(sock.recv(8192))
    sock.close()
    assert index.server.log.wait(lambda log: log.rows[0].t_end is not None)
    row = index.server.log.rows[0]
    assert row.aborted and 200_000 <= row.sent + 300 < 400_000, row


def test_a_client_that_leaves_while_a_page_hangs_is_noticed(serve):
    index = serve()
    index.add(wheel("a", "1"))
    index.server.on("/simple/a/", hang=True)
    sock = socket.create_connection(("127.0.0.1", index.server.port))
    sock.sendall(b"GET /simple/a/ HTTP/1.1\r\nHost: x\r\n\r\n")
    assert index.server.log.wait(lambda log: log.rows)
    sock.close()
    assert index.server.log.wait(lambda log: log.rows[0].aborted, 5)


@pytest.mark.parametrize("kind", ["rsa", "p256"])
def test_tls_identities(uv, serve, work, tmp_path, kind):
    authority = Authority(tmp_path / "ca", kind)
    (work / "in").write_text("a")
    outcome = {}
    for identity in (authority.server(), authority.wrong_host(), authority.expired()):
        index = serve(tls=identity)
        index.add(wheel("a", "1"))
        done = uv(
            "pip",
            "compile",
            "in",
            "--index-url",
            index.url,
            "--no-cache",
            env={"SSL_CERT_FILE": authority.pem, "UV_HTTP_RETRIES": "0"},
        )
        outcome[identity.cert.stem] = done.rc == 0
        if done.rc:
            assert index.server.log.tls_failures
    assert outcome == {"good": True, "elsewhere": False, "expired": False}


def test_a_client_without_the_authority_refuses(serve, authority):
    index = serve(tls=authority.server())
    connection = http.client.HTTPSConnection(
        "localhost", index.server.port, context=ssl.create_default_context()
    )
    with pytest.raises(ssl.SSLCertVerificationError):
        connection.request("GET", "/simple/a/")


def test_two_indexes_on_one_server(serve):
    from registry import Index

    one = serve()
    two = Index(one.server, "/other/simple")
    one.add(wheel("a", "1"))
    two.add(wheel("a", "2"))
    assert b"a-1-" in get(one, "/simple/a/")[2] and b"a-2-" in get(one, "/other/simple/a/")[2]


def test_stand_alone_with_json_lines(wheelhouse, tmp_path):
    import subprocess
    import sys
    import urllib.request
    from conftest import ROOT

    folder = wheelhouse(wheel("a", "1"))
    process = subprocess.Popen(
        [sys.executable, "-m", "registry", folder, "--ranges", "off"],
        cwd=ROOT / "tests",
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    url = process.stderr.readline().strip()
    urllib.request.urlopen(url + "a/").read()
    row = json.loads(process.stdout.readline())
    process.terminate()
    assert process.wait(10) == 0
    process.stdout.close()
    process.stderr.close()
    assert (row["path"], row["status"], row["method"]) == ("/simple/a/", 200, "GET")


def test_graph_has_the_depth_it_says():
    world = graph(45, 6)

    def depth(name):
        return 1 + max((depth(need) for need in world.depends[name]), default=0)

    assert max(depth(root) for root in world.roots) == 6
    assert world.closure(*world.roots) == set(world.depends) and len(world.depends) == 45


def test_the_builder_is_deterministic():
    one, two = (wheel("a", "1", pad=1000, scripts={"a": "a:b"}) for _ in range(2))
    assert one == two
    with zipfile.ZipFile(BytesIO(one.data)) as inside:
        assert inside.testzip() is None
