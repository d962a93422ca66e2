"""What a server sends in place of a file says nothing about the release: without the promised hash it
never leads to an older one."""

import gzip
import hashlib

import pytest

from conftest import PYTHON
from registry import sdist, wheel

LOGIN = b"<!DOCTYPE html><html><title>Sign in</title></html>"
OLD, NEW = wheel("a", "1.0"), wheel("a", "2.0", pad=30_000)
OLD_SOURCE, NEW_SOURCE = sdist("a", "1.0"), sdist("a", "2.0")
RUBBISH = {
    "a web page": LOGIN,
    "nothing": b"",
    "another release": OLD.data,
    "another project": wheel("b", "2.0").data,
    "the name, another version inside": wheel(
        "a", "2.0", metadata="Metadata-Version: 2.1\nName: a\nVersion: 1.0\n\n"
    ).data,
    "unusable metadata of another": wheel(
        "a", "2.0", metadata="Metadata-Version: 2.1\nName: b\nVersion: 1\nRequires-Dist: !\n\n"
    ).data,
    "the half of it": NEW.data[: len(NEW.data) // 2],
    "a source distribution": NEW_SOURCE.data,
    "compressed twice": gzip.compress(gzip.compress(NEW.data)),
}
SOURCE_RUBBISH = {
    "a web page": LOGIN,
    "nothing": b"",
    "another release": sdist("a", "1.5").data,
    "another project": sdist("b", "2.0").data,
    "the half of it": NEW_SOURCE.data[: len(NEW_SOURCE.data) // 2],
    "a wheel": NEW.data,
    "a tar that holds nothing": gzip.compress(bytes(10_240)),
}


def ask(pipit, env, work, command, *more):
    if command == "compile":
        (work / "in").write_text("a\n")
        return pipit("compile", "in", "--python", PYTHON, "-o", work / "out.txt", *more)
    if command == "lock":
        (work / "in").write_text("a\n")
        return pipit("lock", "in", "--python", PYTHON, "-o", work / "pylock.toml", *more)
    if command in ("download", "wheel"):
        place = "--dest" if command == "download" else "--wheel-dir"
        return pipit(command, "a", "--python", PYTHON, place, work / "files", *more)
    return pipit("install", "--python", env.python, "a", *more)


def assert_nothing_was_taken(env, work):
    assert not env.installed()
    assert not (work / "out.txt").exists() and not (work / "pylock.toml").exists()
    assert not list(work.glob("files/*"))


@pytest.mark.parametrize("ranges", ["on", "off"])
@pytest.mark.parametrize("hashes", ["sha256", "md5", None])
@pytest.mark.parametrize("what", RUBBISH)
def test_rubbish_in_place_of_a_wheel(pipit, serve, env, work, what, hashes, ranges):
    index = serve(metadata=None, page_hashes=hashes, ranges=ranges)
    index.add(OLD, NEW)
    index.server.on(index.file_path(NEW.filename), body=RUBBISH[what])
    done = ask(pipit, env, work, "install", "-i", index.url)
    words = ["hash mismatch: expected", NEW.filename] if hashes else [NEW.filename, "sent"]
    done.fails(1, index.url.split("/", 3)[2], *words)
    assert_nothing_was_taken(env, work)


@pytest.mark.parametrize("command", ["compile", "lock", "download", "wheel"])
@pytest.mark.parametrize("hashes", ["sha256", None])
@pytest.mark.parametrize("what", ["a web page", "nothing", "another release"])
def test_every_command_refuses_it(pipit, serve, env, work, what, hashes, command):
    index = serve(metadata=None, page_hashes=hashes)
    index.add(OLD, NEW)
    index.server.on(index.file_path(NEW.filename), body=RUBBISH[what])
    ask(pipit, env, work, command, "-i", index.url).fails(1, NEW.filename)
    assert_nothing_was_taken(env, work)


@pytest.mark.parametrize("command", ["install", "compile"])
@pytest.mark.parametrize("hashes", ["sha256", None])
@pytest.mark.parametrize("what", SOURCE_RUBBISH)
def test_rubbish_in_place_of_a_source(pipit, serve, env, work, what, hashes, command):
    if (command, what) == ("compile", "the half of it"):
        pytest.skip("its metadata is in that half, and nothing else is read")
    index = serve(metadata=None, page_hashes=hashes)
    index.add(OLD_SOURCE, NEW_SOURCE)
    index.server.on(index.file_path(NEW_SOURCE.filename), body=SOURCE_RUBBISH[what])
    done = ask(pipit, env, work, command, "-i", index.url)
    done.fails(1, "hash mismatch: expected" if hashes else "a")
    assert_nothing_was_taken(env, work)


@pytest.mark.parametrize("command", ["lock", "download"])
def test_a_source_is_fetched_again_and_is_rubbish(pipit, serve, env, work, command):
    """Its metadata was read from the first response; the digest and the copy are of a later one."""
    index = serve(page_hashes=None)
    index.add(NEW_SOURCE)
    place = index.file_path(NEW_SOURCE.filename)
    index.server.on(place, body=LOGIN, content_type="text/html", nth=(2, 3, 4, 5))
    done = ask(pipit, env, work, command, "-i", index.url)
    assert_nothing_was_taken(env, work) if done.rc else done.ok()
    assert done.rc == 1 or len(index.server.log.of(place)) == 1


def test_the_digest_of_a_source_that_is_called_compressed(pipit, serve, env, work):
    index = serve(page_hashes=None)
    index.add(NEW_SOURCE)
    place = index.file_path(NEW_SOURCE.filename)
    index.server.on(place, headers=[("Content-Encoding", "x-gzip")])
    ask(pipit, env, work, "lock", "-i", index.url).ok()
    digest = hashlib.sha256(NEW_SOURCE.data).hexdigest()
    assert digest in (work / "pylock.toml").read_text()


def test_rubbish_where_hashes_are_required(pipit, serve, env, work):
    """The user's hash is the promise."""
    index = serve(metadata=None, page_hashes=None)
    index.add(OLD, NEW)
    index.server.on(index.file_path(NEW.filename), body=LOGIN)
    digests = [hashlib.sha256(built.data).hexdigest() for built in (OLD, NEW)]
    (work / "r.txt").write_text("a " + " ".join(f"--hash=sha256:{one}" for one in digests))
    done = pipit("install", "--python", env.python, "-i", index.url, "-r", "r.txt")
    assert done.rc == 1 and not env.installed(), repr(done)


def test_rubbish_behind_a_url_with_a_hash(pipit, serve, env):
    index = serve()
    index.add(NEW)
    index.server.on(index.file_path(NEW.filename), body=LOGIN, content_type="text/html")
    url = index.server.origin + index.file_path(NEW.filename)
    digest = hashlib.sha256(NEW.data).hexdigest()
    done = pipit("install", "--python", env.python, f"{url}#sha256={digest}")
    done.fails(1, "hash mismatch", f"({url} sent 50 B of text/html)")
    done = pipit("install", "--python", env.python, url)
    done.fails(1, NEW.filename, f"({url} sent 50 B of text/html)")
    assert not env.installed()


@pytest.mark.parametrize("sidecar", ["hash", "true"])
@pytest.mark.parametrize("hashes", ["sha256", None])
def test_rubbish_behind_right_metadata(pipit, serve, env, work, hashes, sidecar):
    index = serve(metadata=sidecar, page_hashes=hashes)
    index.add(OLD, NEW)
    index.server.on(index.file_path(NEW.filename), body=LOGIN)
    for command in ("install", "download"):
        ask(pipit, env, work, command, "-i", index.url).fails(1, NEW.filename)
        assert_nothing_was_taken(env, work)


def test_a_metadata_file_without_a_hash_may_be_rubbish(pipit, serve, env):
    """The wheel's own metadata counts then."""
    index = serve(metadata="true")
    index.add(OLD, NEW)
    index.server.on(index.metadata_path(NEW.filename), body=LOGIN)
    pipit("install", "--python", env.python, "-i", index.url, "a").ok()
    assert env.installed() == {"a": "2.0"}


def test_a_metadata_file_with_another_hash(pipit, serve, env):
    index = serve(metadata="hash")
    index.add(OLD, NEW)
    index.server.on(index.metadata_path(NEW.filename), body=LOGIN)
    done = pipit("install", "--python", env.python, "-i", index.url, "a")
    done.fails(1, f"{NEW.filename}.metadata: hash mismatch: expected", index.metadata_path(NEW.filename))
    assert not env.installed()


@pytest.mark.parametrize("built,older", [(NEW, OLD), (NEW_SOURCE, OLD_SOURCE)], ids=["wheel", "sdist"])
def test_a_redirect_to_a_login_page(pipit, serve, env, built, older):
    index, other = serve(metadata=None), serve()
    index.add(older, built)
    page = wheel("login", "1")
    other.add(page)
    other.server.on(other.file_path(page.filename), body=LOGIN, content_type="text/html")
    place = other.server.origin + other.file_path(page.filename)
    index.server.on(index.file_path(built.filename), redirect=place)
    done = pipit("install", "--python", env.python, "-i", index.url, "a")
    done.fails(1, "hash mismatch", f"({place} (redirected from http://", "text/html")
    assert not env.installed()


@pytest.mark.parametrize("hashes", ["sha256", None])
def test_a_wheel_that_was_compressed_on_the_way(pipit, serve, env, hashes):
    index = serve(metadata=None, page_hashes=hashes)
    index.add(OLD, NEW)
    packed = {"body": gzip.compress(NEW.data), "headers": [("Content-Encoding", "gzip")]}
    index.server.on(index.file_path(NEW.filename), **packed)
    pipit("install", "--python", env.python, "-i", index.url, "a").ok()
    assert env.installed() == {"a": "2.0"}


def test_a_source_that_is_called_compressed(pipit, serve, env):
    """Many servers put the field on a .tar.gz as it is."""
    index = serve()
    index.add(OLD_SOURCE, NEW_SOURCE)
    index.server.on(index.file_path(NEW_SOURCE.filename), headers=[("Content-Encoding", "x-gzip")])
    pipit("install", "--python", env.python, "-i", index.url, "a").ok()
    assert env.installed() == {"a": "2.0"}


@pytest.mark.parametrize("coding", ["br", "zstd", "deflate"])
def test_a_coding_that_is_not_read_is_named(pipit, serve, env, coding):
    index = serve(metadata=None)
    index.add(OLD, NEW)
    packed = {"body": b"\x0b\x02\x80PK", "headers": [("Content-Encoding", coding)]}
    index.server.on(index.file_path(NEW.filename), **packed)
    done = pipit("install", "--python", env.python, "-i", index.url, "a")
    done.fails(1, "hash mismatch", index.file_path(NEW.filename), f"encoded as {coding}")
    assert not env.installed()


@pytest.mark.parametrize("what", ["a web page", "nothing", "another release", "the half of it"])
def test_rubbish_in_a_folder(pipit, wheelhouse, env, what):
    folder = wheelhouse(OLD, (NEW.filename, RUBBISH[what]))
    done = pipit("install", "--python", env.python, "--no-index", "-f", folder, "a")
    done.fails(1, NEW.filename, str(folder))
    assert not env.installed()


def test_what_a_requirement_by_url_sends(pipit, serve, env):
    """A release whose own requirement cannot be fetched is not passed over either."""
    index = serve(metadata="hash")
    page = wheel("b", "1")
    place = index.server.origin + index.file_path(page.filename)
    index.add(OLD, wheel("a", "2.0", requires=[f"b @ {place}"]), page)
    index.server.on(index.file_path(page.filename), body=LOGIN)
    done = pipit("install", "--python", env.python, "-i", index.url, "a")
    done.fails(1, "b-1-py3-none-any.whl")
    assert not env.installed()


@pytest.mark.parametrize("way", ["index", "folder"])
def test_what_may_be_passed_over(pipit, serve, wheelhouse, env, way):
    """The promised bytes, or a whole archive that says it is this release, with unusable metadata."""
    text = "Metadata-Version: 2.1\nName: a\nVersion: 2.0\nRequires-Dist: !\n\n"
    bad = wheel("a", "2.0", metadata=text)
    if way == "index":
        index = serve(metadata=None)
        index.add(OLD, bad)
        source = ["-i", index.url]
    else:
        source = ["--no-index", "-f", wheelhouse(OLD, bad)]
    done = pipit("install", "--python", env.python, *source, "a").ok()
    assert env.installed() == {"a": "1.0"}
    assert "warning: a 2.0: passed over: " in done.err


def test_broken_but_as_promised(pipit, serve, env):
    index = serve()
    index.add(OLD, (NEW.filename, NEW.data[: len(NEW.data) // 4]))
    index.add(OLD_SOURCE)
    done = pipit("install", "--python", env.python, "-i", index.url, "a").ok()
    assert env.installed() == {"a": "1.0"}
    assert "warning: a 2.0: passed over: " in done.err
