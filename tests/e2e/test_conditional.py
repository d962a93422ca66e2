"""What the second run asks for: nothing within max-age, 304s after that, nothing at all offline."""

import pytest

from conftest import pins
from registry import graph, wheel

WORLD = graph(20, 4)


@pytest.fixture
def compile_(pipit, work):
    (work / "in").write_text("\n".join(WORLD.roots))

    def run(index, *args):
        return pipit("compile", "in", "-i", index.url, "--no-header", "--no-annotate", *args)

    return run


@pytest.mark.parametrize(
    "knobs",
    [
        {},
        {"etag": False, "last_modified": True},
        {"weak_etag": True},
        {"last_modified": True, "gzip": True},
        {"max_age": 0},
        {"json": False},
    ],
    ids=str,
)
def test_the_second_run_is_all_304(serve, compile_, knobs):
    index = serve(**knobs)
    index.add(*WORLD.wheels)
    first = compile_(index).ok()
    index.server.log.clear()
    second = compile_(index).ok()
    rows = index.server.log.rows
    assert rows and {row.status for row in rows} == {304} and all(row.conditional for row in rows)
    assert {row.path for row in rows} == {index.page_path(name) for name in WORLD.depends}
    assert index.server.log.bytes() == 0
    assert second.out == first.out


def test_within_max_age_nothing_is_asked(serve, compile_):
    index = serve(max_age=600)
    index.add(*WORLD.wheels)
    first = compile_(index).ok()
    index.server.log.clear()
    assert compile_(index).ok().out == first.out
    assert not index.server.log.rows


def test_refresh_asks_again(serve, compile_):
    index = serve(max_age=600)
    index.add(*WORLD.wheels)
    compile_(index).ok()
    index.server.log.clear()
    compile_(index, "--refresh").ok()
    asked = {row.path for row in index.server.log.rows}
    assert {index.page_path(name) for name in WORLD.depends} <= asked
    assert {row.status for row in index.server.log.rows if row.path.endswith("/")} <= {200, 304}


def test_refresh_of_one_package(serve, compile_):
    index = serve(max_age=600)
    index.add(*WORLD.wheels)
    compile_(index).ok()
    index.server.log.clear()
    compile_(index, "--refresh-package", WORLD.roots[0]).ok()
    assert {row.path for row in index.server.log.rows if row.path.endswith("/")} == {
        index.page_path(WORLD.roots[0])
    }


def test_a_new_version_is_seen(serve, compile_):
    index = serve()
    index.add(*WORLD.wheels)
    compile_(index).ok()
    index.add(wheel(WORLD.roots[0], "2.0"))
    assert pins(compile_(index).ok().out)[WORLD.roots[0]] == "2.0"


def test_a_new_version_is_seen_without_validators(serve, compile_):
    index = serve(etag=False)
    index.add(*WORLD.wheels)
    compile_(index).ok()
    index.add(wheel(WORLD.roots[0], "2.0"))
    assert pins(compile_(index).ok().out)[WORLD.roots[0]] == "2.0"


def test_last_modified_alone_makes_no_page_fresh(serve, compile_):
    index = serve(etag=False, last_modified=True)
    index.add(*WORLD.wheels)
    compile_(index).ok()
    index.server.log.clear()
    compile_(index).ok()
    assert len(index.server.log.rows) == len(WORLD.depends)


def test_a_server_that_never_answers_304(serve, compile_):
    index = serve(not_modified=False)
    index.add(*WORLD.wheels)
    first = compile_(index).ok()
    index.server.log.clear()
    assert compile_(index).ok().out == first.out
    assert {row.status for row in index.server.log.rows} == {200}
    assert not [row for row in index.server.log.rows if row.path.endswith(".metadata")]


def test_pages_are_asked_for_in_gzip_and_files_as_they_are(serve, pipit, make_env):
    index = serve(gzip=True)
    index.add(*WORLD.wheels)
    env = make_env()
    pipit("install", "--python", env.python, "-i", index.url, *WORLD.roots).ok()
    for row in index.server.log.rows:
        encoding = row.headers.get("accept-encoding", "identity")
        if row.path.endswith("/"):
            assert "gzip" in encoding and "json" in row.headers["accept"]
            assert "text/html" in row.headers["accept"]
        elif row.path.endswith(".whl"):
            assert encoding == "identity"
    assert env.installed() == WORLD.newest


def test_offline_with_a_warm_cache_opens_no_connection(serve, pipit, compile_, make_env):
    index = serve()
    index.add(*WORLD.wheels)
    first = compile_(index).ok()
    env, other = make_env("one"), make_env("two")
    pipit("install", "--python", env.python, "-i", index.url, *WORLD.roots).ok()
    index.server.log.clear()
    assert compile_(index, "--offline").ok().out == first.out
    pipit("install", "--offline", "--python", other.python, "-i", index.url, *WORLD.roots).ok()
    assert other.installed() == env.installed() == WORLD.newest
    assert not index.server.log.rows and not index.server.log.connections


def test_offline_with_a_cold_cache_names_what_is_missing(serve, pipit, work):
    index = serve()
    index.add(wheel("a", "1"))
    (work / "in").write_text("a")
    pipit("compile", "in", "--offline", "-i", index.url).fails(1, "a", "offline")
    assert not index.server.log.connections


def test_two_indexes_do_not_share_pages(serve, pipit, work):
    from registry import Index

    one = serve(max_age=600)
    two = Index(one.server, "/two/simple")
    one.add(wheel("a", "1"))
    two.add(wheel("a", "2"))
    (work / "in").write_text("a")
    for index, version in ((one, "1"), (two, "2"), (one, "1")):
        assert pins(pipit("compile", "in", "-i", index.url).ok().out) == {"a": version}


def test_no_cache_asks_for_everything_again(serve, compile_, pipit):
    index = serve(max_age=600)
    index.add(*WORLD.wheels)
    for _ in range(2):
        index.server.log.clear()
        compile_(index, "--no-cache").ok()
        assert len(index.server.log.rows) == 2 * len(WORLD.depends)
    assert not list(pipit.cache.rglob("*"))
