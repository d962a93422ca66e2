"""Hash-checking mode: what counts as a hash that is given, and what needs none. Real installations,
in both our ways and pip's; which lines are refused before anything is fetched is in test_policies.py.
"""

import hashlib
import itertools

import pytest

from registry import sdist, wheel

A, B = wheel("a", "1"), wheel("b", "1")
NOWHERE = "; python_version < '3'"


def digest(built, kind="sha256"):
    return hashlib.new(kind, built.data).hexdigest()


@pytest.fixture
def index(serve):
    index = serve()
    index.add(A, B)
    return index


@pytest.fixture
def url(index):
    return lambda built: f"{index.url}-/files/{built.filename}"


@pytest.fixture
def both(pipit, pip, index, make_env, work):
    """both(lines…, constraints=[…]): what pipit and pip install from such a file, None when both
    refuse."""

    turns = itertools.count()

    def run(*lines, constraints=(), options=()):
        (work / "r.txt").write_text("".join(f"{line}\n" for line in lines))
        (work / "c.txt").write_text("".join(f"{line}\n" for line in constraints))
        asked = ["install", "-i", index.url, "-r", "r.txt", "-c", "c.txt", *options]
        mine, theirs = (make_env(f"{who}{next(turns)}") for who in ("mine", "theirs"))
        done = pipit(*asked, "-p", mine.python)
        peer = pip("--python", theirs.python, *asked)
        assert (done.rc == 0) == (peer.rc == 0), (done, peer)
        assert mine.installed() == theirs.installed(), (done, peer)
        return mine.installed() if done.rc == 0 else None

    return run


@pytest.mark.parametrize("kind", ["sha256", "sha384", "sha512"])
def test_a_hash_behind_a_url_is_given(both, url, kind):
    line = f"a @ {url(A)}#{kind}={digest(A, kind)}"
    assert both(line, options=["--require-hashes"]) == {"a": "1"}


def test_a_hash_behind_a_url_stands_beside_others(both, url):
    lines = [f"a @ {url(A)}#sha256={digest(A)}", f"b==1 --hash=sha256:{digest(B)}"]
    assert both(*lines) == {"a": "1", "b": "1"}


def test_a_hash_behind_a_url_without_a_name_is_given(both, url):
    assert both(f"{url(A)}#sha256={digest(A)}", options=["--require-hashes"]) == {"a": "1"}


def test_a_hash_behind_a_files_url_is_given(both, wheelhouse):
    place = wheelhouse(A) / A.filename
    assert both(f"a @ file://{place}#sha256={digest(A)}", options=["--require-hashes"]) == {"a": "1"}


@pytest.mark.parametrize("fragment", ["", f"#sha256={'0' * 64}"])
def test_none_and_a_wrong_one_are_refused(both, url, fragment):
    assert both(f"a @ {url(A)}{fragment}", options=["--require-hashes"]) is None


def test_what_a_package_needs_by_url_must_be_listed_too(both, index, url):
    listed = f"a @ {url(A)}#sha256={digest(A)}"
    index.add(built := wheel("c", "1", requires=[listed]))
    assert both(f"c==1 --hash=sha256:{digest(built)}") is None
    assert both(f"c==1 --hash=sha256:{digest(built)}", listed) == {"a": "1", "c": "1"}


@pytest.mark.parametrize("command", ["download", "wheel"])
def test_files_are_collected_by_a_hash_behind_a_url(pipit, index, url, work, command):
    line = f"a @ {url(A)}#sha256={digest(A)}"
    pipit(command, "-i", index.url, "--require-hashes", line).ok()
    assert (work / A.filename).read_bytes() == A.data


def test_a_source_archive_may_have_its_hash_behind_its_url(pipit, index, env, url):
    index.add(source := sdist("c", "1"))
    wrong = f"c @ {url(source)}#sha256={'0' * 64}"
    asked = ("install", "-p", env.python, "-i", index.url, "--require-hashes")
    pipit(*asked, wrong).fails(1, "hash mismatch")
    pipit(*asked, f"c @ {url(source)}").fails(1, "hashes are required")


@pytest.mark.parametrize(
    "line",
    ["b", "b==1", "b>=1", "b @ git+https://localhost:9/b", "b @ https://localhost:9/b.zip"],
)
def test_what_is_not_wanted_here_needs_no_hash(both, line):
    assert both(f"a==1 --hash=sha256:{digest(A)}", f"{line} {NOWHERE}") == {"a": "1"}


def test_the_hash_of_what_is_not_wanted_here_says_nothing(both):
    other = f"a==1 {NOWHERE} --hash=sha256:{'0' * 64}"
    mine = f"a==1 --hash=sha256:{digest(A)}"
    assert both(mine, other) == {"a": "1"}
    assert both(other, mine) == {"a": "1"}


def test_a_marker_that_holds_needs_a_hash(both):
    assert both(f"a==1 --hash=sha256:{digest(A)}", "b==1; python_version > '3'") is None
