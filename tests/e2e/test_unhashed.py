"""Files that no hash on their page speaks for: kept as long as the server says that they are the same."""

import pytest

from conftest import pins
from registry import wheel
from registry.wheels import noise

OLD = wheel("a", "1", files={"a/data.bin": noise(100_000)})
NEW = wheel("a", "1", files={"a/data.bin": noise(90_000, "new")}, requires=["b"])
WAYS = [
    {"metadata": None},
    {"metadata": None, "ranges": "off"},
    {"metadata": "true"},
    {"metadata": None, "json": False},
    {"metadata": None, "etag": False, "last_modified": True},
    {"metadata": None, "weak_etag": True},
]


@pytest.fixture(params=["index", "url"])
def way(request):
    return request.param


@pytest.fixture
def run(pipit, env, way):
    """run(index, "install") of the wheel, by its name or by its URL."""

    def command(index, name, *args):
        wish = "a" if way == "index" else f"a @ {index.server.origin}{index.file_path(OLD.filename)}"
        index.server.log.clear()
        if name == "install":
            return pipit(name, "--python", env.python, "--reinstall", "-i", index.url, wish, *args)
        (env.path / "in").write_text(wish)
        return pipit(name, env.path / "in", "--no-header", "--no-annotate", "-i", index.url, *args)

    command.env = env
    return command


@pytest.fixture
def published(serve):
    def start(**knobs):
        index = serve(page_hashes=None, **knobs)
        index.add(wheel("b", "1"), OLD)
        return index

    return start


def replace(index):
    index.projects["a"].clear()
    index.add(NEW)


def of_file(index):
    path = index.file_path(OLD.filename)
    return [row for row in index.server.log.rows if row.path.startswith(path)]


@pytest.mark.parametrize("knobs", WAYS, ids=str)
def test_the_second_run_gets_no_bytes_of_it(published, run, knobs):
    index = published(**knobs)
    run(index, "install").ok()
    run(index, "install").ok()
    rows = of_file(index)
    assert rows and {row.status for row in rows} == {304} and sum(row.sent for row in rows) == 0
    assert len({row.path for row in rows}) == len(rows)


# The registry's dates are all the same.
@pytest.mark.parametrize("knobs", [k for k in WAYS if k.get("etag", True)], ids=str)
def test_a_replaced_file_is_seen(published, run, knobs):
    index = published(**knobs)
    run(index, "install").ok()
    replace(index)
    assert "b==1" in run(index, "compile").ok().out
    run(index, "install").ok()
    assert run.env.installed() == {"a": "1", "b": "1"}
    assert (run.env.site / "a/data.bin").read_bytes() == noise(90_000, "new")


def test_without_validators_it_is_fetched_each_time(published, run):
    index = published(metadata=None, etag=False)
    run(index, "install").ok()
    run(index, "install").ok()
    assert [row.status for row in of_file(index)][-1] == 200
    replace(index)
    run(index, "install").ok()
    assert run.env.installed() == {"a": "1", "b": "1"}


def test_within_its_lifetime_it_is_not_asked_for(published, run):
    index = published(metadata=None, file_cache_control="max-age=600")
    run(index, "install").ok()
    run(index, "install").ok()
    assert not of_file(index)
    replace(index)
    run(index, "install", "--refresh").ok()
    assert run.env.installed() == {"a": "1", "b": "1"}


def test_no_store_is_obeyed(published, run, pipit):
    index = published(metadata=None, file_cache_control="no-store")
    run(index, "install").ok()
    run(index, "install").ok()
    assert all(row.status in (200, 206) and not row.conditional for row in of_file(index))


def test_offline_what_is_there_will_do(published, run):
    index = published(metadata=None)
    run(index, "install").ok()
    run(index, "install", "--offline").ok()
    assert not index.server.log.rows


def test_a_server_that_fails_is_stood_in_for(published, run):
    index = published(metadata=None)
    run(index, "install").ok()
    index.server.close()
    done = run(index, "install", "--retries", "0").ok()
    assert "using cached files" in done.err


def test_a_hash_by_the_user_needs_no_answer(published, run, pipit, way):
    import hashlib

    index = published(metadata=None)
    digest = hashlib.sha256(OLD.data).hexdigest()
    wish = "a==1" if way == "index" else f"a @ {index.server.origin}{index.file_path(OLD.filename)}"
    (run.env.path / "in").write_text(f"{wish} --hash=sha256:{digest}\n")
    args = ("install", "--python", run.env.python, "--reinstall", "--no-deps", "-i", index.url)
    for _ in range(2):
        index.server.log.clear()
        pipit(*args, "-r", run.env.path / "in").ok()
    assert not [row for row in of_file(index) if row.sent]
    replace(index)
    pipit("cache", "clean").ok()
    pipit(*args, "-r", run.env.path / "in").fails(1, "a-1-py3-none-any.whl", "hash mismatch")


def test_another_hash_of_the_page_speaks_for_it(serve, pipit, env):
    """An MD5 on the page: as long as it stays, nothing is asked."""
    index = serve(page_hashes="md5")
    index.add(OLD)
    args = ("install", "--python", env.python, "--reinstall", "-i", index.url, "a")
    pipit(*args).ok()
    index.server.log.clear()
    pipit(*args).ok()
    assert not of_file(index)
    replace(index)
    index.add(wheel("b", "1"))
    pipit(*args).ok()
    assert env.installed() == {"a": "1", "b": "1"}


def test_compile_pins_stay(published, run, way):
    index = published(metadata=None)
    first = run(index, "compile").ok().out
    assert run(index, "compile").ok().out == first
    if way == "index":
        assert pins(first) == {"a": "1"}
