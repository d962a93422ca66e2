"""Bad input: one plain message that names the thing, the right exit code, the environment as before.

Every test has an environment with something in it and compares its tree hash (paths, modes,
contents) before and after.
"""

import os
import signal
import socket
import subprocess
import time

import pytest

from backends import write_tree
from conftest import Program, can_unshare, pins, wait_for
from registry import Member, wheel

KEEP = wheel(
    "keep",
    "1.0",
    scripts={"keep": "keep:main"},
    files={"keep/__init__.py": "def main(): print('kept')\n"},
)


@pytest.fixture
def env(pipit, make_env, wheelhouse):
    """An environment that holds keep 1.0."""
    made = make_env()
    pipit("install", "--python", made.python, "--no-index", "-f", wheelhouse(KEEP), "keep").ok()
    return made


@pytest.fixture
def install(pipit, env):
    def run(*args, **options):
        return pipit("install", "--python", env.python, "--retries", "0", *args, **options)

    return run


def test_a_name_that_does_not_exist(install, serve, env, unchanged):
    index = serve()
    index.add(wheel("a", "1"))
    with unchanged(env.path):
        install("-i", index.url, "a", "no-such-thing").fails(1, "no-such-thing")


def test_a_version_that_does_not_exist(install, serve, env, unchanged):
    index = serve()
    index.add(wheel("a", "1"), wheel("a", "2"))
    with unchanged(env.path):
        install("-i", index.url, "a==9.5").fails(1, "a", "9.5")


def test_a_dependency_that_does_not_exist(install, serve, env, unchanged):
    index = serve()
    index.add(wheel("a", "1", requires=["missing-leaf>=2"]))
    with unchanged(env.path):
        install("-i", index.url, "a").fails(1, "missing-leaf", "a")


def test_requirements_that_contradict_each_other(install, serve, env, unchanged):
    index = serve()
    index.add(
        wheel("left", "1", requires=["shared<2"]),
        wheel("right", "1", requires=["shared>=2"]),
        wheel("shared", "1"),
        wheel("shared", "2"),
    )
    with unchanged(env.path):
        install("-i", index.url, "left", "right").fails(1, "left", "right", "shared")


def test_no_wheel_for_this_interpreter(install, serve, env, unchanged):
    index = serve()
    index.add(wheel("foreign", "1", tag="cp27-cp27mu-win32"))
    with unchanged(env.path):
        install("-i", index.url, "foreign").fails(1, "foreign")


def test_no_network(install, env, unchanged):
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
        with unchanged(env.path):
            done = install("-i", f"http://127.0.0.1:{port}/simple/", "a")
            done.fails(1, f"127.0.0.1:{port}")
            assert "refused" in done.err.lower()


def test_a_host_that_does_not_resolve(install, env, unchanged):
    with unchanged(env.path):
        install("-i", "http://no-such-host.invalid/simple/", "a").fails(1, "no-such-host.invalid")


@pytest.mark.parametrize("case", ["unknown authority", "wrong host", "expired"])
def test_a_wrong_certificate(install, serve, env, unchanged, authority, tmp_path, case):
    from registry import Authority

    identity = {
        "unknown authority": authority.server,
        "wrong host": authority.wrong_host,
        "expired": authority.expired,
    }[case]()
    trusted = Authority(tmp_path / "other") if case == "unknown authority" else authority
    index = serve(tls=identity)
    index.add(wheel("a", "1"))
    with unchanged(env.path):
        done = install("-i", index.url, "--cert", trusted.pem, "a")
        done.fails(1, "localhost", "certificate")
    assert not index.server.log.rows


@pytest.mark.parametrize("kind", ["rsa", "p256"])
def test_a_right_certificate_passes(install, serve, env, tmp_path, kind):
    from registry import Authority

    authority = Authority(tmp_path / "ca", kind)
    index = serve(tls=authority.server())
    index.add(wheel("a", "1"))
    install("-i", index.url, "--cert", authority.pem, "a").ok()
    assert env.installed()["a"] == "1"


def test_a_certificate_for_an_address(install, serve, env, authority):
    index = serve(tls=authority.server("address"))
    index.add(wheel("a", "1"))
    url = index.url.replace("localhost", "127.0.0.1")
    install("-i", url, "--cert", authority.pem, "a").ok()
    assert env.installed()["a"] == "1"


@pytest.mark.parametrize(
    "knobs", [{}, {"metadata": None}, {"metadata": None, "ranges": "off"}], ids=str
)
def test_a_wrong_hash_on_the_page(install, pipit, serve, env, unchanged, knobs):
    index = serve(**knobs)
    index.add(wheel("good", "1"))
    index.add(wheel("a", "1"), sha256="0" * 64)
    with unchanged(env.path):
        install("-i", index.url, "good", "a").fails(1, "a-1-py3-none-any.whl", "hash")
    assert not [path for path in pipit.wheels() if list(path.glob("a-1.dist-info"))]


def test_a_wrong_hash_in_the_requirements(install, serve, env, unchanged, work):
    index = serve()
    index.add(wheel("a", "1"))
    (work / "r.txt").write_text(f"a==1 --hash=sha256:{'0' * 64}\n")
    with unchanged(env.path):
        install("-i", index.url, "-r", "r.txt").fails(1, "a", "hash")


def test_a_missing_hash_where_hashes_are_required(install, serve, env, unchanged, work):
    index = serve()
    index.add(wheel("a", "1"))
    (work / "r.txt").write_text("a==1\n")
    with unchanged(env.path):
        install("-i", index.url, "--require-hashes", "-r", "r.txt").fails(1, "a", "hash")


def cut(built):
    return built.filename, built.data[: len(built.data) // 2]


def with_bad_bytes(built):
    """The first member's deflated data spoilt."""
    at = built.data.index(b"x = 1") if b"x = 1" in built.data else 60
    return built.filename, built.data[:at] + bytes([built.data[at] ^ 0xFF]) + built.data[at + 1 :]


BIG = {"broken/__init__.py": "x = 1\n" * 50, "broken/other.py": "y = 2\n" * 50}
BROKEN = {
    "truncated": cut(wheel("broken", "1", files=BIG)),
    "not a zip": ("broken-1-py3-none-any.whl", b"<html>maintenance page</html>" * 20),
    "empty": ("broken-1-py3-none-any.whl", b""),
    "spoilt data": with_bad_bytes(wheel("broken", "1", files=BIG)),
    "bad crc": wheel("broken", "1", members=[Member("broken/z.py", b"z", crc=1)]),
    "record: wrong hash": wheel("broken", "1", record="hash"),
    "record: wrong size": wheel("broken", "1", record="size"),
    "record: file not listed": wheel("broken", "1", record="missing-row"),
    "record: file not there": wheel("broken", "1", record="extra-row"),
    "record: path outside": wheel("broken", "1", record="traversal"),
    "record: absent": wheel("broken", "1", record="absent"),
    "record: not a table": wheel("broken", "1", record="csv"),
    "traversal": wheel("broken", "1", files={"../../../evil.py": "evil\n"}),
    "absolute path": wheel("broken", "1", files={"/tmp/pipit-evil.py": "evil\n"}),
    "backslash": wheel("broken", "1", files={"..\\evil.py": "evil\n"}),
    "duplicate names": wheel(
        "broken", "1", members=[Member("broken/__init__.py", b"something else\n")]
    ),
    "hidden member": wheel("broken", "1", members=[Member("broken/h.py", b"h\n", hidden=True)]),
    "two names": wheel(
        "broken", "1", members=[Member("broken/h.py", b"", central_name="broken/i.py")]
    ),
    "prefix": wheel("broken", "1", prefix=b"#!/bin/sh\n"),
    "gap": wheel("broken", "1", gap=b"gap"),
    "trailing data": wheel("broken", "1", suffix=b"trailing"),
    "entry point named python": wheel("broken", "1", scripts={"python": "broken:main"}),
    "entry point with a path": wheel("broken", "1", scripts={"../evil": "broken:main"}),
    "entry point with code": wheel("broken", "1", scripts={"tool": "broken:main;import os"}),
    "script named python3": wheel("broken", "1", data={"scripts/python3": "#!python\n"}),
    "data outside": wheel("broken", "1", data={"data/../../../../evil": "x"}),
    "unknown scheme": wheel("broken", "1", data={"nowhere/x": "x"}),
    "no WHEEL": wheel("broken", "1", omit=("WHEEL",)),
    "no METADATA": wheel("broken", "1", omit=("METADATA",)),
    "wheel version 2": wheel("broken", "1", wheel_version="2.0"),
    "another name inside": wheel(
        "broken", "1", metadata="Metadata-Version: 2.1\nName: other\nVersion: 1\n\n"
    ),
    "another version inside": wheel(
        "broken", "1", metadata="Metadata-Version: 2.1\nName: broken\nVersion: 2\n\n"
    ),
}
# Nothing is wrong with the archive: these names are refused by the environment they would go into.
TARGETS_OWN = ("entry point named python", "script named python3")
PLAIN = b"Metadata-Version: 2.1\nName: broken\nVersion: 1\n\n"


@pytest.mark.parametrize("way", ["index", "stream", "folder"])
@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_wheel(install, pipit, serve, wheelhouse, env, unchanged, case, way):
    """From an index with a sidecar (so that it is met at the fetch), streamed for its metadata, and
    from a folder. The good package beside it is not installed either."""
    if way == "folder":
        source = ["--no-index", "-f", wheelhouse(wheel("good", "1"), BROKEN[case])]
    else:
        index = serve(**({} if way == "index" else {"metadata": None, "ranges": "off"}))
        index.add(wheel("good", "1"))
        index.add(BROKEN[case], metadata=PLAIN if way == "index" else None)
        source = ["-i", index.url]
    with unchanged(env.path):
        install(*source, "good", "broken").fails(1, "broken")
    assert not os.path.exists("/tmp/pipit-evil.py")
    if case in TARGETS_OWN:
        return
    assert not [path for path in pipit.wheels() if list(path.glob("broken-1.dist-info"))]


@pytest.mark.parametrize(
    "case,content",
    [
        ("not there", None),
        ("a folder", ...),
        ("no requirement", "good\n=== what is this ===\n"),
        ("binary", b"\x7fELF\x00\x01\x02\xff\xfe" * 100),
        ("unknown option", "--no-such-option\n"),
        ("includes what is not there", "-r missing.txt\n"),
        ("includes itself", "-r r.txt\nno-such==1\n"),
        ("bad specifier", "good=>1\n"),
        ("bad marker", "good; python_version <> 'x\n"),
    ],
)
def test_an_unreadable_requirements_file(install, serve, env, unchanged, work, case, content):
    index = serve()
    index.add(wheel("good", "1"))
    path = work / "r.txt"
    if content is ...:
        path.mkdir()
    elif isinstance(content, bytes):
        path.write_bytes(content)
    elif content is not None:
        path.write_text(content)
    named = {"includes what is not there": "missing.txt", "includes itself": "no-such"}
    with unchanged(env.path):
        install("-i", index.url, "-r", "r.txt").fails(1, named.get(case, "r.txt"))


def bound_by_permissions(program: Program) -> Program:
    """`program` without the capabilities by which root passes over file modes."""
    if os.geteuid() != 0:
        return program
    without = "-dac_override,-dac_read_search"
    drop = ["setpriv", f"--bounding-set={without}", f"--inh-caps={without}"]
    return Program([*drop, *program.command], program.env, program.cwd)


def test_a_requirements_file_without_permission(pipit, serve, env, unchanged, work):
    (work / "r.txt").write_text("a\n")
    (work / "r.txt").chmod(0)
    with unchanged(env.path):
        done = bound_by_permissions(pipit)(
            "install", "--python", env.python, "-i", serve().url, "-r", "r.txt"
        )
        done.fails(1, "r.txt")
        assert "permission denied" in done.err.lower()


def read_only(folder, program: Program) -> Program:
    """`program` in a mount namespace in which `folder` is read-only; as another user by its mode."""
    if os.geteuid() != 0:
        folder.chmod(0o555)
        return program
    script = (
        f'mount --bind "{folder}" "{folder}" && mount -o remount,ro,bind "{folder}" && exec "$@"'
    )
    command = ["unshare", "-m", "sh", "-c", script, "sh", *program.command]
    return Program(command, program.env, program.cwd)


@pytest.mark.skipif(os.geteuid() == 0 and not can_unshare("-m"), reason="no mount namespaces here")
def test_a_read_only_target(pipit, serve, env, unchanged):
    index = serve()
    index.add(wheel("a", "1"), wheel("keep", "2.0"))
    with unchanged(env.path):
        done = read_only(env.path, pipit)(
            "install", "--python", env.python, "-i", index.url, "-U", "a", "keep"
        )
        done.fails(1, str(env.site))
        assert "read-only" in done.err.lower() or "permission" in done.err.lower()


def test_a_target_folder_that_is_a_file(pipit, serve, tmp_path):
    index = serve()
    index.add(wheel("a", "1"))
    (tmp_path / "file").write_text("mine")
    pipit("install", "--target", tmp_path / "file", "-i", index.url, "a").fails(1, "file")
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.skipif(not can_unshare("-m"), reason="no mount namespaces here")
def test_a_full_disk(pipit, serve, env, unchanged, tmp_path):
    """The target on a file system of 1 MB, the cache elsewhere."""
    index = serve()
    index.add(wheel("fat", "1", pad=3_000_000), wheel("a", "1"))
    small = tmp_path / "small"
    small.mkdir()
    script = (
        f'mount -t tmpfs -o size=1m none "{small}" && "$@"; rc=$?; '
        f'test -z "$(ls -A "{small}")" || exit 99; exit $rc'
    )
    program = Program(
        ["unshare", "-m", "sh", "-c", script, "sh", *pipit.command], pipit.env, pipit.cwd
    )
    with unchanged(env.path):
        done = program("install", "--target", small, "-i", index.url, "a", "fat")
        assert done.rc != 99, f"something is left in the target\n{done}"
        done.fails(1, "no space left")


@pytest.mark.parametrize("number,code", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("moment", ["page", "metadata", "wheel"])
def test_interrupted_while_it_waits_for(pipit, serve, env, unchanged, number, code, moment):
    index = serve()
    built = wheel("slow", "1", pad=400_000)
    index.add(wheel("good", "1"), built, wheel("keep", "2.0"))
    path = {
        "page": index.page_path("slow"),
        "metadata": index.metadata_path(built.filename),
        "wheel": index.file_path(built.filename),
    }[moment]
    how = {"withhold": 100_000} if moment == "wheel" else {"hang": True}
    index.server.on(path, **how)
    with unchanged(env.path):
        running = pipit.start(
            "install", "--python", env.python, "-i", index.url, "-U", "good", "slow", "keep"
        )
        assert index.server.log.wait(lambda log: log.of(path)), "was never asked for"
        if moment == "wheel":
            wait_for(lambda: index.server.log.of(path)[0].sent >= 300_000, what="most of the wheel")
        running.send(number)
        done = running.wait(10)
        assert done.rc == code, done
        assert not done.out
    index.server.close()
    assert pins(pipit("freeze", "--python", env.python).ok().out) == {"keep": "1.0"}


def test_interrupted_before_and_after_the_same_command_works(pipit, serve, env):
    """What an interrupted run has fetched is not lost, and nothing it left stands in the way."""
    index = serve()
    done_first, slow = wheel("first", "1"), wheel("slow", "1", pad=400_000)
    index.add(done_first, slow)
    rule = index.server.on(index.file_path(slow.filename), withhold=100_000)
    running = pipit.start("install", "--python", env.python, "-i", index.url, "first", "slow")
    wait_for(
        lambda: any(list(path.glob("first-1.dist-info")) for path in pipit.wheels()),
        what="first in the cache",
    )
    running.send(signal.SIGINT)
    assert running.wait(10).rc == 130
    index.server.off(rule)
    index.server.log.clear()
    pipit("install", "--python", env.python, "-i", index.url, "first", "slow").ok()
    assert not index.server.log.of(index.file_path(done_first.filename))
    assert env.installed() == {"keep": "1.0", "first": "1", "slow": "1"}


def test_closed_standard_streams(pipit, serve, env):
    index = serve()
    index.add(wheel("a", "1"))
    program = Program(
        ["sh", "-c", 'exec "$@" >&- 2>&- <&-', "sh", *pipit.command], pipit.env, pipit.cwd
    )
    done = program("install", "--python", env.python, "-i", index.url, "a")
    assert done.rc in (0, 1) and ("a" in env.installed()) == (done.rc == 0)


@pytest.mark.parametrize(
    "args",
    [
        ["no-such-command"],
        ["install", "--no-such-option"],
        ["install"],
        ["sync"],
        ["install", "--link-mode=teleport", "a"],
    ],
    ids=" ".join,
)
def test_usage_errors_are_exit_2(pipit, args):
    done = pipit(*args)
    assert done.rc == 2 and not done.out and "pipit: error: " in done.err, done


def test_an_unusable_cache_is_one_warning(pipit, serve, env, tmp_path):
    index = serve()
    index.add(wheel("a", "1"))
    (tmp_path / "not-a-folder").write_text("")
    done = pipit(
        "install",
        "--python",
        env.python,
        "-i",
        index.url,
        "a",
        env={"PIPIT_CACHE_DIR": tmp_path / "not-a-folder"},
    ).ok()
    assert done.err.lower().count("warning") == 1 and "not-a-folder" in done.err
    assert env.installed()["a"] == "1"


@pytest.mark.parametrize("number,code", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize(
    "args", [["list", "-p"], ["install", "--dry-run", "a", "-p"], ["venv", "new", "-p"]], ids=str
)
def test_interrupted_while_a_python_is_asked(pipit, work, number, code, args):
    """A script may be any Python: which pip.conf counts is asked of it before all else."""
    pid = work / "pid"
    python = work / "slow"
    python.write_text(f"#!/bin/sh\necho $$ > {pid}\nexec sleep 60\n")
    python.chmod(0o755)
    running = pipit.start(*args, python)
    wait_for(lambda: pid.exists() and pid.read_text().endswith("\n"), what="the script")
    running.send(number)
    done = running.wait(10)
    assert done.rc == code and "interrupted" in done.err, done
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)


def test_a_backend_that_heeds_no_signal_does_not_hold_up_the_end(pipit, env, work):
    begun = work / "begun"
    backend = (
        "import pathlib, signal, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        f"pathlib.Path({str(begun)!r}).touch()\n"
        "time.sleep(60)\n"
    )
    files = {
        "pyproject.toml": "[build-system]\nrequires = []\nbuild-backend = 'stubborn'\nbackend-path = ['.']\n",
        "stubborn.py": backend,
    }
    write_tree(work / "project", files)
    running = pipit.start("install", "-p", env.python, "./project")
    wait_for(begun.exists, what="the backend")
    running.send(signal.SIGINT)
    began = time.monotonic()
    assert running.wait(10).rc == 130
    assert time.monotonic() - began < 0.6


MANY = 12_000


@pytest.fixture(scope="module")
def many_files():
    return wheel("many", "1", files={f"many/p{n % 60}/m{n}.py": "" for n in range(MANY)})


@pytest.mark.parametrize("stage", ["unpacking", "linking"])
def test_interrupted_among_thousands_of_files(pipit, wheelhouse, env, unchanged, many_files, stage):
    """What is half done is not removed file by file before the prompt comes back."""
    folder = wheelhouse(many_files)
    args = ["install", "-p", env.python, "--no-index", "-f", folder, "many"]
    wheels = pipit.cache / "wheels-v0"
    if stage == "linking":
        pipit("install", "--target", "elsewhere", "--no-index", "-f", folder, "many").ok()
    place, mark = (env.site, ".pipit-*/stage/*") if stage == "linking" else (wheels, ".staging-*/tree/many/p7")
    with unchanged(env.path):
        running = pipit.start(*args)
        wait_for(lambda: any(place.glob(mark)), what="staging", every=0.001)
        running.send(signal.SIGINT)
        assert running.wait(10).rc == 130
    aside = list((pipit.cache / ".aside").iterdir())
    assert len(aside) == 1 and not any(wheels.glob(".staging-*"))
    before = len(list(aside[0].rglob("*")))
    pipit(*args).ok()
    assert len(list(aside[0].rglob("*"))) < before
    pipit("cache", "prune").ok()
    assert not (pipit.cache / ".aside").exists()
    assert env.installed()["many"] == "1"


@pytest.mark.parametrize("args", [["venv", "x"], ["install", "--target", "t", "a"], ["list"]], ids=str)
def test_a_working_directory_that_is_gone(pipit, work, args):
    """Relative paths would mean folders of the root."""
    gone = work / "gone"
    gone.mkdir()
    shell = 'cd "$0" && rmdir "$0" && exec "$@"'
    command = ["sh", "-c", shell, gone, *pipit.command, *args]
    done = subprocess.run(command, env=pipit.env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1 and "the current directory is gone" in done.stderr, done
    gone.mkdir()
    elsewhere = subprocess.run(
        [*command[:4], *pipit.command, "--directory", str(work), "cache", "dir"],
        env=pipit.env, capture_output=True, text=True, timeout=60,
    )
    assert elsewhere.returncode == 0, elsewhere


def test_a_file_larger_than_the_limit_on_files(pipit, wheelhouse, env):
    folder = wheelhouse(wheel("big", "1", files={"big.txt": "x" * 3_000_000}))
    args = [*pipit.command, "install", "-p", env.python, "--no-index", "-f", folder, "big"]
    shell = 'ulimit -f 100; exec "$@"'
    done = subprocess.run(
        ["sh", "-c", shell, "sh", *map(str, args)], env=pipit.env, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1 and "file too large" in done.stderr, done
    assert not list(pipit.cache.rglob(".staging-*"))
    assert env.installed() == {"keep": "1.0"}
