"""The way out: proxies, credentials, redirects."""

import pytest

from conftest import pins
from registry import Proxy, wheel

A = wheel("a", "1", requires=["b"])
B = wheel("b", "1")


@pytest.fixture
def proxy():
    made = []

    def start(auth=None) -> Proxy:
        made.append(Proxy(auth))
        return made[-1]

    yield start
    for one in made:
        one.close()


@pytest.fixture
def compile_(pipit, work):
    (work / "in").write_text("a\n")

    def run(index, *args, url=None, env=None):
        return pipit("compile", "in", "-i", url or index.url, "--retries", "0", *args, env=env)

    return run


@pytest.mark.parametrize("way", ["option", "HTTPS_PROXY", "https_proxy", "ALL_PROXY"])
def test_https_goes_through_a_tunnel(serve, compile_, proxy, authority, way):
    index, middle = serve(tls=authority.server()), proxy()
    index.add(A, B)
    option = ["--proxy", middle.url()] if way == "option" else []
    env = {} if way == "option" else {way: middle.url()}
    done = compile_(index, "--cert", authority.pem, *option, env=env).ok()
    assert pins(done.out) == {"a": "1", "b": "1"}
    assert middle.requests
    assert {
        line.split()[:2] == ["CONNECT", f"localhost:{index.server.port}"]
        for line in middle.requests
    } == {True}
    assert index.server.log.connections == len(middle.requests)


def test_http_goes_through_the_proxy(serve, compile_, proxy):
    index, middle = serve(), proxy()
    index.add(A, B)
    assert pins(compile_(index, env={"http_proxy": middle.url()}).ok().out) == {"a": "1", "b": "1"}
    assert len(middle.requests) >= 4 or index.server.log.connections == len(middle.requests)


@pytest.mark.parametrize(
    "value", ["localhost", "*", "example.org, localhost", ".localhost,localhost"]
)
def test_no_proxy(serve, compile_, proxy, authority, value):
    index, middle = serve(tls=authority.server()), proxy()
    index.add(A, B)
    env = {"HTTPS_PROXY": middle.url(), "NO_PROXY": value}
    compile_(index, "--cert", authority.pem, env=env).ok()
    assert not middle.requests


def test_a_proxy_with_a_password(serve, compile_, proxy, authority):
    index, middle = serve(tls=authority.server()), proxy(("me", "pass word"))
    index.add(A, B)
    env = {"HTTPS_PROXY": middle.url("me:pass%20word")}
    compile_(index, "--cert", authority.pem, env=env).ok()
    assert middle.refused == 0
    wrong = {"HTTPS_PROXY": middle.url("me:wrong-secret")}
    done = compile_(index, "--cert", authority.pem, "--no-cache", env=wrong)
    done.fails(1, "407", f"127.0.0.1:{middle.port}")
    assert "wrong-secret" not in done.err


def test_a_proxy_that_is_not_there(serve, compile_, authority):
    index = serve(tls=authority.server())
    index.add(A, B)
    done = compile_(index, "--cert", authority.pem, "--proxy", "http://127.0.0.1:9")
    done.fails(1, "127.0.0.1:9", "proxy")
    assert not index.server.log.connections


def test_credentials_in_the_url(serve, compile_):
    index = serve(auth=("me", "p@ss"))
    index.add(A, B)
    url = index.url.replace("://", "://me:p%40ss@")
    assert pins(compile_(index, url=url).ok().out) == {"a": "1", "b": "1"}
    assert {row.status for row in index.server.log.rows} == {200}


def test_credentials_from_netrc(serve, compile_, home):
    index = serve(auth=("me", "secret"))
    index.add(A, B)
    (home / ".netrc").write_text("machine 127.0.0.1\n  login me\n  password secret\n")
    (home / ".netrc").chmod(0o600)
    assert pins(compile_(index).ok().out) == {"a": "1", "b": "1"}


def test_credentials_do_not_follow_a_redirect_to_another_origin(serve, pipit, make_env):
    index, store, env = serve(auth=("me", "secret")), serve(), make_env()
    index.add(A, B)
    store.add(A, B)
    for built in (A, B):
        index.server.on(
            index.file_path(built.filename),
            redirect=store.server.origin + store.file_path(built.filename),
        )
    url = index.url.replace("://", "://me:secret@")
    pipit("install", "--python", env.python, "-i", url, "a").ok()
    assert env.installed() == {"a": "1", "b": "1"}
    assert store.server.log.rows
    assert not [row for row in store.server.log.rows if "authorization" in row.headers]


def test_credentials_do_not_follow_a_link_to_another_origin(serve, compile_):
    index, store = serve(auth=("me", "secret")), serve()
    for built in (A, B):
        store.add(built)
        index.add(built, url=store.server.origin + store.file_path(built.filename))
    compile_(index, url=index.url.replace("://", "://me:secret@")).ok()
    assert store.server.log.rows
    assert not [row for row in store.server.log.rows if "authorization" in row.headers]


def test_an_index_page_that_redirects(serve, compile_):
    """Relative links are relative to where the page was found."""
    index, other = serve(), serve()
    other.add(A, B)
    for name in ("a", "b"):
        index.server.on(index.page_path(name), redirect=other.url + name + "/")
    assert pins(compile_(index).ok().out) == {"a": "1", "b": "1"}
    assert other.server.log.of(other.metadata_path(A.filename))


def test_a_file_link_from_an_http_page_is_not_followed(serve, compile_, tmp_path):
    """The only file lies on this machine, and a page from the network points at it."""
    (tmp_path / A.filename).write_bytes(A.data)
    index = serve(metadata=None)
    index.add(A, url=(tmp_path / A.filename).as_uri())
    compile_(index).fails(1, "a")


def test_tls_1_2_only_and_session_reuse(serve, compile_, authority):
    identity = authority.server("twelve")
    identity.tls12_only = True
    index = serve(tls=identity)
    index.add(A, B)
    assert pins(compile_(index, "--cert", authority.pem).ok().out) == {"a": "1", "b": "1"}


def test_an_unreadable_certificate_bundle_is_an_error(serve, compile_, authority, tmp_path):
    index = serve(tls=authority.server())
    index.add(A, B)
    compile_(index, "--cert", tmp_path / "nowhere.pem").fails(1, "nowhere.pem")
    (tmp_path / "empty.pem").write_text("")
    compile_(index, "--cert", tmp_path / "empty.pem").fails(1, "empty.pem")
    assert not index.server.log.rows


def test_a_bundle_with_one_broken_certificate_loses_only_that_one(
    serve, compile_, authority, tmp_path
):
    index = serve(tls=authority.server())
    index.add(A, B)
    broken = "-----BEGIN CERTIFICATE-----\nMIIBAAAA\n-----END CERTIFICATE-----\n"
    (tmp_path / "mixed.pem").write_text(broken + authority.pem.read_text())
    assert pins(compile_(index, "--cert", tmp_path / "mixed.pem").ok().out) == {"a": "1", "b": "1"}


def test_a_client_certificate(serve, compile_, authority, tmp_path):
    identity = authority.server("picky")
    identity.client_ca = authority.pem
    identity.tls12_only = True  # so that a refusal is part of the handshake
    index = serve(tls=identity)
    index.add(A, B)
    compile_(index, "--cert", authority.pem).fails(1, "localhost")
    client = authority.server("client")
    (tmp_path / "client.pem").write_text(client.cert.read_text() + client.key.read_text())
    done = compile_(index, "--cert", authority.pem, "--client-cert", tmp_path / "client.pem")
    assert pins(done.ok().out) == {"a": "1", "b": "1"}


def test_a_host_without_any_check(serve, compile_, authority):
    index = serve(tls=authority.expired())
    index.add(A, B)
    compile_(index).fails(1, "certificate")
    done = compile_(index, "--trusted-host", f"localhost:{index.server.port}")
    assert pins(done.ok().out) == {"a": "1", "b": "1"}
