"""What compile writes: hashes that are kept or computed, a header that makes the same file again, and
the options of pip-tools and uv that say how it is written."""

import hashlib
import os
import pathlib
import re
import shlex
import subprocess

import pytest

from conftest import PYTHON, wait_for
from registry import sdist, wheel


def digest(built) -> str:
    return "sha256:" + hashlib.sha256(built[1]).hexdigest()


def hashes(text: str) -> dict[str, set[str]]:
    """{name: its hashes} of a compiled text."""
    out: dict[str, set[str]] = {}
    for line in text.splitlines():
        if found := re.match(r"([\w.-]+)(?:\[[^]]*\])?(?:==| @ )", line):
            name = found[1]
            out[name] = set()
        if found := re.search(r"--hash=(\S+)", line):
            out[name].add(found[1])
    return out


@pytest.fixture
def compile(pipit, work):
    """compile("in", "-o", "out", …), for Python 3.11 on this machine."""

    def run(*args, **options):
        return pipit("compile", "--python", PYTHON, *args, **options)

    return run


A = wheel("a", "1", requires=["b"], extras={"x": ["c"]})
A_BUILT_AGAIN = wheel("a", "1", build="2", requires=["b"])
A_SOURCE = sdist("a", "1", requires=["b"])
A_FOREIGN = wheel("a", "1", requires=["b"], tag="cp39-cp39-win_amd64")
B = wheel("b", "1")
B_NEWER = wheel("b", "2")
C = wheel("c", "1")


# Hashes: trusted since their first use.


@pytest.mark.parametrize("how", [[], ["--refresh"], ["--universal"]], ids=["plain", "refresh", "universal"])
def test_hashes_stay_until_an_upgrade(compile, serve, work, how):
    index = serve()
    index.add(A, B)
    (work / "in").write_text("a\n")
    where = ("-i", index.url, "--generate-hashes", "-o", "out", "in", *how)
    compile(*where).ok()
    first = (work / "out").read_text()
    assert hashes(first) == {"a": {digest(A)}, "b": {digest(B)}}
    index.add(A_BUILT_AGAIN, A_SOURCE, B_NEWER)
    compile(*where, "--refresh").ok()
    assert (work / "out").read_text() == first
    # Another package's upgrade is none of these.
    compile(*where, "--refresh", "-P", "b").ok()
    assert hashes((work / "out").read_text()) == {"a": {digest(A)}, "b": {digest(B_NEWER)}}
    everything = {digest(A), digest(A_BUILT_AGAIN), digest(A_SOURCE)}
    compile(*where, "-P", "a[x]").ok()
    assert hashes((work / "out").read_text())["a"] == everything


@pytest.mark.parametrize("how", ["-U", "--no-reuse-hashes"])
def test_hashes_are_taken_anew_when_that_is_asked(compile, serve, work, how):
    index = serve()
    index.add(A, B)
    (work / "in").write_text("a\n")
    where = ("-i", index.url, "--generate-hashes", "-o", "out", "in", "--refresh")
    compile(*where).ok()
    index.add(A_SOURCE)
    compile(*where, how).ok()
    assert hashes((work / "out").read_text())["a"] == {digest(A), digest(A_SOURCE)}


def test_a_file_that_was_replaced_is_not_trusted_by_a_second_run(compile, pipit, serve, work, env):
    index = serve()
    index.add(B)
    (work / "in").write_text("b\n")
    where = ("-i", index.url, "--generate-hashes", "-o", "out", "in", "--refresh")
    compile(*where).ok()
    index.projects["b"].clear()
    evil = wheel("b", "1", files={"b/evil.py": "x = 1\n"})
    index.add(evil)
    compile(*where).ok()
    assert hashes((work / "out").read_text()) == {"b": {digest(B)}}
    done = pipit("install", "--python", env.python, "-i", index.url, "--refresh", "-r", "out")
    assert done.rc == 1 and "hash" in done.err and not env.installed(), done


def test_hashes_of_a_url_are_kept_as_well(compile, serve, work):
    index = serve()
    index.add(B)
    url = index.server.origin + index.file_path(B.filename)
    (work / "in").write_text(f"b @ {url}\n")
    where = ("-i", index.url, "--generate-hashes", "-o", "out", "in")
    compile(*where).ok()
    first = (work / "out").read_text()
    assert hashes(first) == {"b": {digest(B)}}
    index.projects["b"].clear()
    index.add(wheel("b", "1", files={"b/new.py": "x = 1\n"}))
    compile(*where, "--refresh").ok()
    assert (work / "out").read_text() == first


# Hashes that no page gives.


@pytest.mark.parametrize("page_hashes", [None, "md5"])
def test_hashes_that_the_page_lacks_are_computed(compile, pipit, serve, work, env, page_hashes):
    index = serve(page_hashes=page_hashes)
    index.add(A, A_FOREIGN, A_SOURCE, B)
    (work / "in").write_text("a\n")
    done = compile("-i", index.url, "--generate-hashes", "-o", "out", "in").ok()
    found = hashes((work / "out").read_text())
    assert found == {"a": {digest(A), digest(A_FOREIGN), digest(A_SOURCE)}, "b": {digest(B)}}
    assert "Found the hashes of 4 files in " in done.err
    pipit("install", "--python", env.python, "-i", index.url, "--require-hashes", "-r", "out").ok()
    assert env.installed() == {"a": "1", "b": "1"}


def test_computed_hashes_are_known_to_the_next_run(compile, serve, work):
    index = serve(page_hashes=None)
    index.add(A, A_FOREIGN, A_SOURCE, B)
    (work / "in").write_text("a\n")
    first = compile("-i", index.url, "--generate-hashes", "in").ok()
    index.server.log.clear()
    assert compile("-i", index.url, "--generate-hashes", "in").ok().out == first.out
    sent = [row for row in index.server.log.rows if "/files/" in row.path and row.status != 304]
    assert not sent, sent
    offline = compile("-i", index.url, "--generate-hashes", "in", "--offline").ok()
    assert offline.out == first.out


def test_only_files_that_may_be_used_are_fetched(compile, serve, work):
    index = serve(page_hashes=None)
    index.add(A, A_SOURCE, B)
    (work / "in").write_text("a\n")
    done = compile("-i", index.url, "--generate-hashes", "in", "--only-binary", ":all:").ok()
    assert hashes(done.out) == {"a": {digest(A)}, "b": {digest(B)}}
    assert not [row for row in index.server.log.rows if row.path.endswith(".tar.gz")]


def test_a_file_that_is_gone_is_left_out_with_a_warning(compile, serve, work):
    index = serve(page_hashes=None)
    index.add(A, A_FOREIGN, B)
    index.server.on(index.file_path(A_FOREIGN.filename), status=404)
    (work / "in").write_text("a\n")
    done = compile("-i", index.url, "--generate-hashes", "in").ok()
    assert hashes(done.out)["a"] == {digest(A)}
    assert f"a 1: the hash of {A_FOREIGN.filename} is left out: " in done.err
    index.server.on(index.file_path(A.filename), status=404)
    failed = compile("-i", index.url, "--generate-hashes", "in", "--refresh")
    assert failed.rc == 1 and "404" in failed.err and not failed.out, failed


@pytest.mark.parametrize("kind", ["find-links", "index folder"])
def test_files_of_this_machine_are_hashed(compile, pipit, wheelhouse, work, env, kind):
    folder = wheelhouse(A, A_SOURCE, B)
    where = ("--no-index", "-f", folder)
    if kind == "index folder":
        for name, built in (("a", A), ("b", B)):
            place = folder / "simple" / name
            place.mkdir(parents=True)
            (place / built.filename).write_bytes(built[1])
            (place / "index.html").write_text(f'<a href="{built.filename}">{built.filename}</a>')
        where = ("-i", f"file://{folder}/simple")
    (work / "in").write_text("a\n")
    done = compile("--generate-hashes", "-o", "out", "in", *where).ok()
    assert "warning" not in done.err
    found = hashes((work / "out").read_text())
    assert digest(A) in found["a"] and found["b"] == {digest(B)}
    assert (digest(A_SOURCE) in found["a"]) == (kind == "find-links")
    pipit("install", "--python", env.python, *where, "--require-hashes", "-r", "out").ok()
    assert env.installed() == {"a": "1", "b": "1"}


@pytest.mark.parametrize("built", [B, sdist("b", "1")], ids=["wheel", "sdist"])
@pytest.mark.parametrize("place", ["url", "file"])
def test_what_is_named_by_url_has_a_hash(compile, pipit, serve, work, env, built, place):
    index = serve()
    index.add(built)
    (work / built.filename).write_bytes(built[1])
    url = f"file://{work}/{built.filename}"
    if place == "url":
        url = index.server.origin + index.file_path(built.filename)
    (work / "in").write_text(f"b @ {url}\n")
    compile("--generate-hashes", "-o", "out", "in", "-i", index.url).ok()
    assert hashes((work / "out").read_text()) == {"b": {digest(built)}}
    pipit("install", "--python", env.python, "--no-index", "--require-hashes", "-r", "out").ok()
    assert env.installed() == {"b": "1"}


def test_a_folder_has_no_hash_which_is_said_once(compile, serve, work):
    index = serve()
    index.add(B)
    project = work / "demo"
    project.mkdir()
    (project / "pyproject.toml").write_text('[project]\nname = "demo"\nversion = "1"\n')
    (work / "in").write_text("./demo\nb\n")
    done = compile("--generate-hashes", "in", "-i", index.url).ok()
    warning = (
        "pipit: warning: without a hash, which only files have: demo (a folder); "
        "--require-hashes will refuse the output"
    )
    assert [line for line in done.err.splitlines() if "warning" in line] == [warning]
    assert hashes(done.out)["b"] == {digest(B)}


def test_an_interrupt_while_files_are_hashed(compile, pipit, serve, work):
    index = serve(page_hashes=None)
    index.add(A, A_FOREIGN, B)
    hang = index.server.on(index.file_path(A_FOREIGN.filename), hang=True)
    (work / "in").write_text("a\n")
    args = ("compile", "--python", PYTHON, "-i", index.url, "--generate-hashes", "-o", "out", "in")
    running = pipit.start(*args)
    wait_for(lambda: hang.hits)
    running.send(2)
    done = running.wait(5)
    hang.release()
    assert done.rc == 130 and not (work / "out").exists(), done


def test_an_interrupt_while_a_large_file_is_hashed(pipit, wheelhouse, work):
    folder = wheelhouse(B)
    large = folder / "b-1-cp39-cp39-win_amd64.whl"
    with large.open("wb") as file:
        file.truncate(64 << 30)  # minutes, and no room on the disk
    (work / "in").write_text("b\n")
    where = ("--python", PYTHON, "--no-index", "-f", folder)
    running = pipit.start("compile", *where, "--generate-hashes", "-o", "out", "in")
    opened = pathlib.Path(f"/proc/{running.process.pid}/fd")
    wait_for(lambda: any(one.resolve() == large for one in list_of(opened)))
    running.send(2)
    done = running.wait(5)
    assert done.rc == 130 and not (work / "out").exists(), done


def list_of(folder):
    try:
        return list(folder.iterdir())
    except OSError:
        return []


# The header.


def header_of(text: str) -> str:
    first, command = text.splitlines()[:2]
    assert first == "# This file was made by pipit with:"
    return command.removeprefix("#    ")


def run_header(pipit, work, command: str, **variables) -> str:
    """Runs the header's command by a shell in the same folder; gives the file it makes."""
    tools = work.parent / "tools"
    tools.mkdir(exist_ok=True)
    if not (tools / "pipit").exists():
        (tools / "pipit").symlink_to(pipit.binary)
    env = {**pipit.env, "PATH": f"{tools}:{os.environ['PATH']}", **variables}
    subprocess.run(["sh", "-c", command], cwd=work, env=env, check=True, capture_output=True)
    return (work / "out").read_text()


@pytest.fixture
def world(serve, work):
    """An index with old and new, final and early releases, and files that name them."""
    index = serve()
    early = wheel("b", "3.0rc1")
    index.add(A, A_SOURCE, B, B_NEWER, early, C, upload_time="2024-01-01T00:00:00Z")
    a_2 = wheel("a", "2", requires=["b"], extras={"x": ["c"]})
    index.add(wheel("b", "4"), a_2, upload_time="2025-01-01T00:00:00Z")
    (work / "in").write_text("a[x]\n-r nested.in\n")
    (work / "nested.in").write_text("b\n")
    (work / "limits of c.txt").write_text("c<2\n")
    return index


@pytest.mark.parametrize(
    "options",
    [
        ["--generate-hashes", "--python-version", "3.10", "--pre", "--resolution", "lowest"],
        ["--exclude-newer", "2024-06-01", "--only-binary", ":all:", "--generate-hashes"],
        ["-c", "limits of c.txt", "--no-strip-extras", "--annotation-style", "line"],
        ["--universal", "--environment", "sys_platform == 'linux'", "--emit-index-annotation"],
        ["--no-annotate", "--emit-index-url", "--unsafe-package", "b", "--newline", "CRLF"],
        ["--no-binary", "a", "--only-binary", "b,c", "--emit-build-options", "--no-deps"],
        ["--pip-args", "--pre --only-binary ':all:'", "--emit-trusted-host", "--trusted-host", "x"],
        ["-P", "b", "--upgrade", "--no-cache", "-q", "--python-platform", "windows"],
    ],
    ids=lambda options: " ".join(options),
)
def test_the_header_makes_the_same_file(compile, pipit, world, work, options):
    compile("in", "-i", world.url, "-o", "out", *options).ok()
    text = (work / "out").read_text()
    command = header_of(text)
    words = shlex.split(command)
    assert words[:3] == ["pipit", "compile", "in"] and "nested.in" not in command
    for word in ("--upgrade", "-P", "--no-cache", "-q", "--pip-args"):
        assert word not in words
    (work / "out").unlink()
    assert run_header(pipit, work, command) == text


def test_the_header_says_what_variables_decided(compile, pipit, world, work):
    variables = {"PIPIT_PYTHON_VERSION": "3.9", "PIP_PRE": "1", "PIP_INDEX_URL": world.url}
    compile("in", "-o", "out", "--no-universal", env={**variables, "PIPIT_UNIVERSAL": "1"}).ok()
    text = (work / "out").read_text()
    words = shlex.split(header_of(text))
    assert "--pre" in words and words[words.index("--python-version") + 1] == "3.9"
    assert "--universal" not in words
    assert world.url not in text  # where this machine has its index is not everybody's
    (work / "out").unlink()
    assert run_header(pipit, work, header_of(text), PIP_INDEX_URL=world.url) == text


def test_the_header_has_no_secret(compile, world, work):
    url = world.url.replace("://", "://me:s3cret@")
    compile("in", "-i", url, "-f", url, "-o", "out", "--emit-index-url", "--emit-find-links").ok()
    text = (work / "out").read_text()
    assert "s3cret" not in text and f"--index-url {world.url.rstrip('/')}" in text


@pytest.mark.parametrize("how", ["option", "pip-tools", "both"])
def test_a_command_of_the_users_own(compile, world, work, how):
    option = ["--custom-compile-command", "make lock"] if how != "pip-tools" else []
    variable = {"CUSTOM_COMPILE_COMMAND": "./lock.sh"} if how != "option" else {}
    done = compile("in", "-i", world.url, *option, env=variable).ok()
    assert header_of(done.out) == ("./lock.sh" if how == "pip-tools" else "make lock")


def test_constraints_are_told_as_such(compile, world, work):
    (work / "in").write_text("a[x]\n-c inner.txt\n")
    (work / "inner.txt").write_text("b<2\n")
    done = compile("in", "-i", world.url, "-c", "limits of c.txt").ok()
    assert "    # via\n    #   -c inner.txt\n    #   a\n" in done.out
    assert "    #   -c limits of c.txt\n" in done.out


# Options of pip-tools and uv.


def test_styles_of_annotations(compile, world, work):
    lines = ["in", "-i", world.url, "--no-header", "--exclude-newer", "2024-06-01"]
    done = compile(*lines, "--annotation-style=line", "--no-strip-extras").ok()
    assert done.out == (
        "a[x]==1                   # via -r in\n"
        "b==2                      # via -r nested.in, a\n"
        "c==1                      # via a\n"
    )
    done = compile(*lines, "--emit-index-annotation", "--strip-extras", "--no-annotate").ok()
    place = world.url.rstrip("/")
    assert [line.rstrip("/") for line in done.out.splitlines()] == [
        "a==1",
        f"    # from {place}",
        "b==2",
        f"    # from {place}",
        "c==1",
        f"    # from {place}",
    ]


def test_packages_that_are_left_out(compile, world):
    lines = ["in", "-i", world.url, "--no-header", "--no-annotate", "--exclude-newer", "2024-06-01"]
    done = compile(*lines, "--no-emit-package", "B", "--unsafe-package", "c").ok()
    assert done.out == (
        "a==1\n\n# The following packages were excluded from the output:\n# b\n# c\n"
    )


def test_options_in_the_output_are_found_from_it(compile, pipit, wheelhouse, work, env):
    (work / "wh").symlink_to(wheelhouse(A, B, C))
    (work / "in").write_text("a\n")
    (work / "sub").mkdir()
    compile(
        "in", "--no-index", "-f", "wh", "-o", "sub/out", "--emit-index-url", "--emit-find-links"
    ).ok()
    text = (work / "sub/out").read_text()
    assert "\n--no-index\n--find-links ../wh\n\na==1\n" in text
    pipit("install", "--python", env.python, "-r", "sub/out").ok()
    assert env.installed() == {"a": "1", "b": "1"}
    none = compile("in", "--no-index", "-f", "wh", "--emit-find-links", "--no-emit-options").ok()
    assert "\n--find-links" not in none.out


def test_options_that_change_nothing_are_taken(compile, world):
    plain = compile("in", "-i", world.url, "--no-header").ok()
    for options in (
        ["--allow-unsafe"],
        ["--resolver=backtracking"],
        ["--rebuild"],
        ["--max-rounds", "10"],
        ["--system-certs"],
        ["--no-config"],
        ["--no-sources"],
        ["--keyring-provider", "disabled"],
        ["--no-upgrade"],
        ["--build-isolation"],
        ["--reuse-hashes"],
        ["--emit-options"],
        ["--no-emit-index-url", "--no-emit-find-links", "--no-emit-trusted-host"],
        ["--pip-args", "--retries 1 --timeout '5'"],
    ):
        done = compile("in", "-i", world.url, "--no-header", *options).ok()
        told = [line for line in done.err.splitlines() if "warning" in line]
        assert done.out == plain.out and all("changes nothing" in line for line in told), done


def test_what_cannot_be_done_is_refused_with_a_reason(compile, world):
    where = ("in", "-i", world.url)
    compile(*where, "--resolver=legacy").fails(
        2, "--resolver legacy: there is but one resolver here: backtracking"
    )
    compile(*where, "--keyring-provider", "subprocess").fails(
        2, "no keyring is asked in this version; only disabled is taken"
    )
    compile(*where, "--pip-args", "'x").fails(2, "--pip-args: a quote is not closed")
    compile(*where, "--pip-args", "flask").fails(2, "--pip-args: options only, got flask")
    compile(*where, "--pip-args", "--timeout soon").fails(2, "--timeout soon: not a number")
    compile(*where, "--annotation-style", "wide").fails(2, "not split or line")


# No file is named.


@pytest.mark.parametrize("name", ["requirements.in", "pyproject.toml"])
def test_without_a_file_the_usual_one_is_taken(compile, world, work, name):
    text = '[project]\nname = "demo"\nversion = "1"\ndependencies = ["c"]\n'
    (work / name).write_text("c\n" if name.endswith("in") else text)
    done = compile("-i", world.url).ok()
    assert "c==1\n" in done.out and header_of(done.out).startswith(f"pipit compile {name} ")
    (work / name).unlink()
    compile("-i", world.url).fails(
        2, "compile: name a requirements file (- is standard input); no requirements.in, "
    )


def test_sync_without_a_file_takes_the_usual_one(pipit, world, work, env):
    where = ("--python", env.python, "-i", world.url)
    pipit("sync", *where).fails(2, "no requirements.txt is here")
    (work / "requirements.txt").write_text("c==1\n")
    pipit("sync", *where).ok()
    assert env.installed() == {"c": "1"}
