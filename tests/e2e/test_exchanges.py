"""What passes between us and a server, and what is said when it fails: the URL, who led there, what
came. Odd encodings, refused ranges, logins, certificates, spellings of URLs."""

import gzip
import os
import re
import shutil
import socket
import struct
import threading

import pytest

from conftest import PYTHON, can_unshare, pins
from registry import Index, wheel

A, OLD = wheel("a", "2"), wheel("a", "1")


@pytest.fixture
def compile_(pipit, work):
    def run(url, *args, wanted="a", **options):
        (work / "in").write_text(f"{wanted}\n")
        return pipit(
            "compile", "in", "--python", PYTHON, "--retries", "0", "-i", url, *args, **options
        )

    return run


def errors(done) -> list[str]:
    return [line for line in done.err.splitlines() if "error: " in line or "hint: " in line]


STATUSES = [
    (400, {}, "answered 400 (bad request)"),
    (401, {}, "answered 401 (unauthorized)"),
    (403, {}, "answered 403 (forbidden)"),
    (500, {}, "answered 500 (internal server error)"),
    (429, {"retry_after": 3600}, "answered 429 (too many requests): it says to try again in 3600 s"),
    (300, {}, "answered 300 (multiple choices)"),
    (302, {}, "answered 302: a redirect that leads nowhere"),
]


@pytest.mark.parametrize("status,more,said", STATUSES, ids=[str(row[0]) for row in STATUSES])
def test_a_refusal_names_the_url(compile_, serve, status, more, said):
    index = serve()
    index.server.on(index.page_path("a"), status=status, **more)
    done = compile_(index.url)
    done.fails(1)
    assert errors(done)[0] == f"pipit: error: page a: {index.url}a/ {said}"


REDIRECTS = [
    ("/simple/a/", "more than 20 redirects"),
    ("ftp://u:pw@h/x", "redirects to ftp://h/x, which is not followed (only http and https are)"),
    ("file:///etc/passwd", "redirects to file:///etc/passwd, which is not followed"),
    ("http://h h/", "redirects to what is no URL: "),
]


@pytest.mark.parametrize("target,said", REDIRECTS, ids=[row[0][:7] for row in REDIRECTS])
def test_a_redirect_that_is_not_followed(compile_, serve, target, said):
    index = serve()
    index.server.on(index.page_path("a"), redirect=target)
    done = compile_(index.url)
    done.fails(1)
    assert errors(done)[0].startswith(f"pipit: error: page a: {index.url}a/: {said}")
    assert "pw" not in done.err


def test_what_was_redirected_says_from_where(compile_, serve):
    index, other = serve(), serve()
    place = other.server.origin + other.page_path("a")
    index.server.on(index.page_path("a"), redirect=place)
    other.server.on(other.page_path("a"), status=403)
    done = compile_(index.url.replace("://", "://me:secret@"))
    done.fails(1)
    asked = f"{index.url}a/"
    assert f"page a: {place} (redirected from {asked}) answered 403 (forbidden)" in done.err
    assert "secret" not in done.err


def test_a_page_without_files(compile_, serve):
    """A login page, mostly, or a page of something else."""
    index, other = serve(), serve(json=False)
    other.add(wheel("a", "1"))
    page = b"<!DOCTYPE html><html><form action='/sso'></form><a href='/forgot'>x</a></html>"
    other.server.on(other.page_path("a"), body=page)
    index.server.on(index.page_path("a"), redirect=other.server.origin + other.page_path("a"))
    asked, came = f"{index.url}a/", f"{other.url}a/"
    for url, place in [(other.url, came), (index.url, f"{came} (redirected from {asked})")]:
        done = compile_(url)
        done.fails(1, f"a has no files on its page {place}")
        again = compile_(url)
        assert again.err == done.err


def test_a_file_name_that_is_invalid(compile_, serve):
    index = serve()
    index.add(("a__b-1-py3-none-any!.whl", A.data))
    done = compile_(index.url, wanted="a-b")
    done.fails(1, "has a file whose name is invalid (a__b-1-py3-none-any!.whl)")


def test_a_login_that_is_refused(compile_, serve):
    index = serve(auth=("me", "right"))
    index.add(A)
    done = compile_(index.url.replace("://", "://me:wrong@"))
    done.fails(1)
    assert errors(done) == [
        f"pipit: error: page a: {index.url}a/ answered 401 (unauthorized): the user and password "
        "given were refused",
        "hint: check the user and password in the URL, or in ~/.netrc",
    ]
    done = compile_(index.url)
    done.fails(1)
    assert errors(done)[1:] == [
        "hint: give a user and password in the URL or in ~/.netrc if the server wants one"
    ]


def test_a_login_that_does_not_suffice(compile_, serve):
    index = serve()
    index.server.on(index.page_path("a"), status=403)
    done = compile_(index.url.replace("://", "://me:secret@")).fails(1)
    assert errors(done) == [
        f"pipit: error: page a: {index.url}a/ answered 403 (forbidden): the user and password given "
        "do not suffice",
        "hint: check the user and password in the URL, or in ~/.netrc",
    ]
    assert "secret" not in done.err


@pytest.mark.parametrize("status", [401, 403])
def test_a_user_without_a_password(compile_, serve, status):
    index = serve()
    index.server.on(index.page_path("a"), status=status)
    done = compile_(index.url.replace("://", "://token1@")).fails(1)
    said, hint = errors(done)
    assert hint == "hint: give that user's password in the URL (user:password@) or in ~/.netrc"
    assert "refused" not in said and "token1" not in done.err
    assert said.endswith(": no password is known for the user given") == (status == 401)


BAD_NETRC = {
    "a word that is none": ("# mine\nmachine 127.0.0.1\n login me\n pasword geheim\n", 4),
    "another format": ('{"127.0.0.1": "geheim"}\n', 1),
    "nothing behind a word": ("machine 127.0.0.1 login me\npassword\n", 2),
}


@pytest.mark.parametrize("case", BAD_NETRC)
@pytest.mark.parametrize("status", [401, 403])
def test_a_netrc_that_is_not_understood(compile_, serve, home, case, status):
    text, line = BAD_NETRC[case]
    index = serve()
    index.add(A, wheel("b", "1"))
    (home / ".netrc").write_text(text)
    assert "netrc" not in compile_(index.url).ok().err
    for name in "ab":
        index.server.on(index.page_path(name), status=status)
    done = compile_(index.url, "--no-cache", wanted="a\nb").fails(1)
    said = f"pipit: warning: {home}/.netrc:{line}: not understood"
    assert done.err.count(said) == 1 and "geheim" not in done.err, done
    done = compile_(index.url.replace("://", "://me:secret@"), "--no-cache").fails(1)
    assert "not understood" not in done.err
    (home / ".netrc").write_text("machine 127.0.0.1 login me password geheim\n")
    assert "not understood" not in compile_(index.url, "--no-cache").fails(1).err
    (home / ".netrc").unlink()
    assert "not understood" not in compile_(index.url, "--no-cache").fails(1).err


def simple_hints(done) -> list[str]:
    return [line for line in errors(done) if "usually ends in /simple" in line]


@pytest.mark.parametrize("slash", ["", "/"])
def test_the_place_above_an_index(compile_, serve, slash):
    index, page = serve(), Index(serve(json=False).server, prefix="")
    index.add(A)
    page.add(A)
    above = index.server.origin + slash
    done = compile_(above).fails(1, "a was not found")
    assert simple_hints(done) == [
        f"hint: an index's URL usually ends in /simple: {index.server.origin}/simple"
    ]
    compile_(re.search(r"hint: .*: (\S+)", simple_hints(done)[0])[1]).ok()
    # A home page, whatever is asked for.
    page.server.on(page.page_path("a"), body=b"<!DOCTYPE html><title>Our packages</title>")
    done = compile_(page.server.origin + slash).fails(1, "a has no files on its page")
    assert simple_hints(done)
    # Not of an index that is one, nor where it answers for something else.
    for url in (index.url, index.url.rstrip("/")):
        assert not simple_hints(compile_(url, wanted="nothere").fails(1, "was not found"))
    other = Index(serve().server, prefix="/whl/cpu")
    other.add(A)
    assert not simple_hints(compile_(other.url, wanted="a\nnothere").fails(1, "was not found"))
    assert not simple_hints(compile_(other.url, wanted="a>9").fails(1))
    done = compile_(index.url, "--extra-index-url", above, wanted="nothere").fails(1)
    assert simple_hints(done)


TLS_ALERT = b"\x15\x03\x01\x00\x02\x02\x46"
NGINX = (
    b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nContent-Length: 55\r\n\r\n"
    b"The plain HTTP request was sent to HTTPS port, said so."
)
MAY_BE = "hint: does the server speak https at this port? Then the URL begins with https://"
IS = "hint: the URL of an https server begins with https://"


@pytest.mark.parametrize(
    "answer, said, hint",
    [
        (TLS_ALERT, "it speaks TLS at this port, not plain http", IS),
        (b"", "connection closed before an answer came", MAY_BE),
        (None, "connection reset", MAY_BE),
        (NGINX, "answered 400 (bad request)", MAY_BE),
        (b"hello\r\n\r\n", "it does not begin as HTTP/1.1 does", None),
    ],
    ids=["alert", "close", "reset", "400", "something else"],
)
def test_plain_http_to_a_port_of_https(compile_, answer, said, hint):
    def answer_one(peer):
        with peer:
            if not peer.recv(65536):
                return
            if answer is None:
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            else:
                peer.sendall(answer)

    def serve_it(listener):
        while True:
            try:
                peer, _ = listener.accept()
            except OSError:
                return
            # One that was opened ahead may stay idle.
            threading.Thread(target=answer_one, args=(peer,), daemon=True).start()

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve_it, args=(listener,), daemon=True)
        thread.start()
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/simple/"
        done = compile_(url).fails(1, f"page a: {url}a/", said)
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(10)
    assert errors(done)[1:] == ([hint] if hint else []), done


def test_plain_http_to_a_server_with_a_certificate(compile_, serve, authority):
    index = serve(tls=authority.server())
    index.add(A)
    done = compile_(index.url.replace("https://", "http://")).fails(1)
    assert errors(done)[1:] in ([MAY_BE], [IS]), done


def test_a_requirements_file_that_is_not_there(pipit, serve):
    index = serve()
    url = f"{index.server.origin}/r.txt"
    pipit("compile", "-i", index.url, url).fails(1, f"error: requirements file: {url} answered 404")


def test_an_archive_by_name_alone(pipit, work):
    (work / "junk-1.0.tar.gz").write_text("<html>")
    done = pipit("install", "--dry-run", "--target", "t", "./junk-1.0.tar.gz")
    done.fails(1, "junk-1.0.tar.gz: its content is neither a .tar.gz nor a .zip")


@pytest.mark.parametrize("command", ["install", "download"])
def test_a_wheel_by_url_that_wants_a_login(pipit, serve, env, work, command):
    index = serve(auth=("me", "right"))
    index.add(A)
    url = index.server.origin + index.file_path(A.filename)
    where = ["--dest", work / "d"] if command == "download" else []
    done = pipit(command, "--python", env.python, *where, url)
    done.fails(1, f"{url} answered 401 (unauthorized)", "hint: give a user and password in the URL")


def test_a_dead_proxy_is_named(compile_, serve, authority):
    index = serve(tls=authority.server())
    index.add(A)
    compile_(index.url, "--cert", authority.pem).ok()
    dead = ("--proxy", "http://u:pw@127.0.0.1:9")
    done = compile_(index.url, "--cert", authority.pem, "--upgrade", *dead).ok()
    origin = index.server.origin
    assert f"warning: {origin}: unreachable through proxy 127.0.0.1:9; using cached" in done.err
    assert "pw" not in done.err


PAGE = f'<!DOCTYPE html><a href="../-/files/{A.filename}">{A.filename}</a>'.encode()
MEMBERS = [gzip.compress(PAGE[:20]), gzip.compress(b""), gzip.compress(PAGE[20:])]
ENCODED = {
    "one member": ("gzip", gzip.compress(PAGE)),
    "three members": ("gzip", b"".join(MEMBERS)),
    **{word: (word, PAGE) for word in ("UTF-8", "aws-chunked", "binary", "none", "")},
    "of an object store": ("aws-chunked, gzip", gzip.compress(PAGE)),
}


@pytest.mark.parametrize("case", ENCODED)
def test_encodings_of_a_page(compile_, serve, case):
    index = serve(json=False)
    index.add(A)
    word, body = ENCODED[case]
    index.server.on(index.page_path("a"), body=body, headers=[("Content-Encoding", word)])
    assert pins(compile_(index.url).ok().out) == {"a": "2"}


UNREADABLE = {
    "cut off": ("gzip", gzip.compress(PAGE)[:-9], "the answer's gzip encoding ends too early"),
    "a rest": ("gzip", gzip.compress(PAGE) + b"<a>", "has something behind the end"),
    "half a member more": ("gzip", gzip.compress(PAGE) * 2 + MEMBERS[0][:5], "ends too early"),
    "zeros": ("gzip", gzip.compress(PAGE) + b"\0\0", "has something behind the end"),
    "not gzip": ("gzip", PAGE, "gzip encoding is broken"),
    "br": ("br", PAGE, "the answer is encoded as br, which was not asked for"),
    "zstd": ("Zstd", PAGE, "the answer is encoded as zstd, which was not asked for"),
    "twice": ("gzip, br", PAGE, "the answer is encoded as br, which was not asked for"),
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_encodings_that_cannot_be_read(compile_, serve, case):
    index = serve(json=False)
    index.add(A)
    word, body, said = UNREADABLE[case]
    index.server.on(index.page_path("a"), body=body, headers=[("Content-Encoding", word)])
    compile_(index.url).fails(1, f"page a: {index.url}a/: ", said)


def test_the_encoding_of_a_metadata_file(compile_, serve):
    index = serve()
    index.add(A)
    odd = [("Content-Encoding", "UTF-8")]
    index.server.on(index.metadata_path(A.filename), headers=odd)
    assert pins(compile_(index.url).ok().out) == {"a": "2"}


@pytest.mark.parametrize("status", [400, 403, 405, 416, 500, 501])
def test_a_server_that_refuses_ranges(pipit, serve, env, status):
    index = serve(metadata=None)
    index.add(OLD, wheel("a", "2", pad=100_000))
    index.server.on(
        index.file_path(A.filename), status=status, when=lambda asked: "range" in asked.headers
    )
    pipit("install", "--python", env.python, "-i", index.url, "a").ok()
    assert env.installed() == {"a": "2"}
    statuses = [row.status for row in index.server.log.of(index.file_path(A.filename))]
    assert statuses == [status, 200]


def test_a_server_that_sends_a_part_to_who_asks_for_the_whole(pipit, serve, env):
    index = serve(metadata=None)
    index.add(OLD, A)
    index.server.on(index.file_path(A.filename), status=206, body=A.data)
    done = pipit("install", "--python", env.python, "-i", index.url, "a", timeout=60)
    done.fails(1, f"{index.file_path(A.filename)} answered 206")
    assert len(index.server.log.of(index.file_path(A.filename))) < 5


def test_a_server_that_refuses_the_rest_of_a_broken_download(pipit, serve, env):
    index = serve()
    big = wheel("a", "2", pad=3_000_000)
    index.add(big)
    place = index.file_path(big.filename)
    index.server.on(place, truncate=1_500_000, nth=1)
    index.server.on(place, status=403, when=lambda asked: "range" in asked.headers)
    pipit("install", "--python", env.python, "-i", index.url, "a").ok()
    assert env.installed() == {"a": "2"}


DOTS = ["/my files/..", "/./x y/%2E%2e", "/a/b/../.%2e"]


@pytest.mark.parametrize("dots", DOTS)
def test_dot_segments_in_a_link_are_never_sent(compile_, serve, dots):
    index, files = serve(json=False), serve()
    files.add(A)
    place = f"{files.server.origin}{dots}{files.file_path(A.filename)}"
    body = f'<!DOCTYPE html><a href="{place}">{A.filename}</a>'
    index.add(A)
    index.server.on(index.page_path("a"), body=body.encode())
    assert pins(compile_(index.url).ok().out) == {"a": "2"}
    assert not [path for path in files.server.log.paths() if "/." in path]


@pytest.mark.parametrize("dots", DOTS)
def test_dot_segments_in_a_redirect_are_never_sent(compile_, serve, dots):
    index, files = serve(), serve()
    files.add(A)
    place = f"{files.server.origin}{dots}{files.page_path('a')}"
    index.server.on(index.page_path("a"), redirect=place)
    assert pins(compile_(index.url).ok().out) == {"a": "2"}
    assert not [path for path in files.server.log.paths() if "/." in path]


@pytest.mark.parametrize("path", ["/a/../simple/./", "/./simple", "/a/b/../.%2e/simple"])
def test_dot_segments_in_the_url_of_an_index_are_never_sent(compile_, serve, path):
    index = serve()
    index.add(A)
    done = compile_(index.server.origin + path)
    assert index.server.log.paths()[0] == index.page_path("a"), done
    assert pins(done.ok().out) == {"a": "2"}


def test_a_blank_in_a_redirect(compile_, serve):
    index, other = serve(), Index(serve().server, "/my files")
    other.add(A)
    index.server.on(index.page_path("a"), redirect=f"{other.url}a/")
    assert pins(compile_(index.url).ok().out) == {"a": "2"}


def test_a_blank_in_a_link(compile_, serve):
    index = serve(json=False, metadata=None)
    index.add(A)
    body = f'<!DOCTYPE html><a href="../-/my files/{A.filename}">{A.filename}</a>'
    index.server.on(index.page_path("a"), body=body.encode())
    done = compile_(index.url)
    done.fails(1, f"/-/my%20files/{A.filename} answered 404")


@pytest.mark.parametrize("raw", ["pa#ss", "pa/ss", "p?x", "a#b/c?d"])
@pytest.mark.parametrize("way", ["option", "file", "variable", "requirement"])
def test_a_password_that_is_not_encoded(pipit, work, env, raw, way):
    url = f"http://me:{raw}@127.0.0.1:9/simple"
    install = ["install", "--python", env.python]
    more = {}
    if way == "option":
        install += ["-i", url, "a"]
    elif way == "requirement":
        install += [f"a @ {url}/{A.filename}"]
    elif way == "variable":
        install += ["a"]
        more = {"env": {"PIPIT_INDEX_URL": url}}
    else:
        (work / "r.txt").write_text(f"-i {url}\na\n")
        install += ["-r", "r.txt"]
    done = pipit(*install, **more)
    assert done.rc in (1, 2)
    assert "must be percent-encoded (%2F, %3F, %23)" in done.err
    assert raw not in done.err


def test_a_blank_in_a_password_is_not_shown(pipit, env):
    wanted = f"a @ http://me:se cret@127.0.0.1:9/{A.filename}"
    done = pipit("install", "--python", env.python, wanted)
    assert done.rc != 0 and "cret" not in done.err


def test_a_variable_that_is_not_set(pipit, serve, work, env):
    index = serve(auth=("me", "secret"))
    index.add(A)
    place = index.server.origin.replace("://", "://me:${PW}@") + index.file_path(A.filename)
    (work / "r.txt").write_text(f"a @ {place}  # ${{NOT_THIS}}\n")
    install = ["install", "--python", env.python, "-r", "r.txt"]
    said = "warning: r.txt: the variable PW is not set: ${PW} stands as it is"
    for value in ({}, {"PW": ""}):
        done = pipit(*install, env=value)
        done.fails(1, said, "the user and password given were refused")
        assert "NOT_THIS" not in done.err
    done = pipit(*install, env={"PW": "secret"}).ok()
    assert "not set" not in done.err and env.installed() == {"a": "2"}


NETRC = {
    "that user": "machine 127.0.0.1 login me password right\n",
    "two users": "machine 127.0.0.1 login you password no\n"
    "machine 127.0.0.1 login me password right\n",
    "the default": "machine 127.0.0.1 login you password no\ndefault login me password right\n",
    "no user in the entry": "machine 127.0.0.1 password right\n",
}


@pytest.mark.parametrize("case", NETRC)
def test_a_user_in_the_url_and_the_password_in_netrc(compile_, serve, home, case):
    index = serve(auth=("me", "right"))
    index.add(A)
    (home / ".netrc").write_text(NETRC[case])
    assert pins(compile_(index.url.replace("://", "://me@")).ok().out) == {"a": "2"}
    (home / ".netrc").write_text("machine 127.0.0.1 login you password right\n")
    done = compile_(index.url.replace("://", "://me@"), "--no-cache")
    done.fails(1, "no password is known for the user given")


CERTIFICATES = {
    "a file, an empty folder": ({"SSL_CERT_FILE": "{good}", "SSL_CERT_DIR": "{empty}"}, True),
    "a file, a missing folder": ({"SSL_CERT_FILE": "{good}", "SSL_CERT_DIR": "/nowhere"}, True),
    "a folder, a missing file": ({"SSL_CERT_FILE": "/nowhere", "SSL_CERT_DIR": "{folder}"}, True),
    "folders": ({"SSL_CERT_DIR": "{empty}:/nowhere:{folder}"}, True),
    "other variables": ({"REQUESTS_CA_BUNDLE": "{noise}", "CURL_CA_BUNDLE": "{good}"}, True),
    "the wrong one first": ({"PIP_CERT": "{other}", "SSL_CERT_FILE": "{good}"}, True),
    "none": ({"SSL_CERT_FILE": "/nowhere", "SSL_CERT_DIR": "{empty}"}, False),
    "only noise": ({"SSL_CERT_FILE": "{noise}"}, False),
}


@pytest.mark.parametrize("case", CERTIFICATES)
def test_named_places_of_certificates(compile_, serve, authority, tmp_path, case):
    from registry import Authority

    index = serve(tls=authority.server())
    index.add(A)
    places = {name: tmp_path / name for name in ("empty", "folder", "noise", "other")}
    places["good"] = authority.pem
    for name in ("empty", "folder"):
        places[name].mkdir()
    shutil.copy(authority.pem, places["folder"] / "ours.pem")
    shutil.copy(Authority(tmp_path / "another").pem, places["other"])
    places["noise"].write_text("nothing\n")
    variables, good = CERTIFICATES[case]
    done = compile_(index.url, env={k: v.format(**places) for k, v in variables.items()})
    if good:
        assert pins(done.ok().out) == {"a": "2"}
    else:
        done.fails(1, *variables)
        assert not index.server.log.rows


def test_a_useless_place_is_told_when_trust_is_missing(compile_, serve, authority, tmp_path):
    from registry import Authority

    index = serve(tls=authority.server())
    other = Authority(tmp_path / "another").pem
    done = compile_(index.url, "--cert", other, env={"SSL_CERT_DIR": "/nowhere"})
    done.fails(1, "hint: of no use for the check: SSL_CERT_DIR: /nowhere: no such file")


@pytest.mark.skipif(not can_unshare("-r"), reason="needs user namespaces")
def test_a_root_without_dev_tries_again(pipit, tmp_path):
    """The pause before a retry is random, and /dev/urandom is not there."""
    root = tmp_path / "root"
    root.mkdir()
    shutil.copy(pipit.command[0], root / "pipit")
    chroot = ["unshare", "-r", "chroot", root, "/pipit"]
    from conftest import Program

    done = Program(chroot, {"PATH": os.environ["PATH"]}, tmp_path)(
        "install", "--target", "/app", "--python-version", "3.12", "--retries", "2",
        "-i", "http://127.0.0.1:9/simple", "six",
    )  # fmt: skip
    done.fails(1, "connection refused (tried 3 times)")
    assert "internal error" not in done.err and "terminat" not in done.err
    assert sorted(path.name for path in root.iterdir()) == ["pipit"]
