"""Sandboxes that forbid newer system calls, roots without /dev, caches that were copied."""

import ctypes
import os
import pathlib
import shutil
import struct
import sys

import pytest

from conftest import Program, can_unshare, tree
from registry import sdist, wheel

X86_64 = {
    "renameat2": 316, "faccessat2": 439, "utimensat": 280, "chmod": 90, "fchmod": 91,
    "fchmodat": 268, "fchmodat2": 452, "statx": 332, "memfd_create": 319, "getrandom": 318,
    "close_range": 436, "pidfd_open": 434, "openat2": 437, "sched_getaffinity": 204,
    "copy_file_range": 326, "flock": 73, "link": 86, "linkat": 265,
}  # fmt: skip
SETTING_MODES = ("chmod", "fchmod", "fchmodat", "fchmodat2")
DEMO = wheel(
    "demo", "1.0", files={"demo.py": "x = 1", "demo_run": "#!/bin/sh\necho ran\n"},
    modes={"demo_run": 0o755}, entry_points={"console_scripts": {"demo": "demo:x"}},
)  # fmt: skip


def forbid(*names: str):
    """A preexec function: these system calls answer EPERM, as old container runtimes have it."""
    program = [(0x20, 0, 0, 0)]  # load the number of the call
    for name in names:
        program += [(0x15, 0, 1, X86_64[name]), (0x06, 0, 0, 0x00050000 | 1)]
    program.append((0x06, 0, 0, 0x7FFF0000))
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *row) for row in program))
    filter_ = struct.pack("HxxxxxxQ", len(program), ctypes.addressof(code))
    libc = ctypes.CDLL(None, use_errno=True)

    def install():
        assert libc.prctl(38, 1, 0, 0, 0) == 0
        assert libc.prctl(22, 2, ctypes.c_char_p(filter_), 0, 0) == 0
        assert code  # kept until here

    return install


@pytest.fixture
def sandboxed(pipit, tmp_path):
    """sandboxed(*names): pipit where these system calls are forbidden."""
    if os.uname().machine != "x86_64":
        pytest.skip("knows the numbers of one machine's system calls")

    def make(*names: str) -> Program:
        starter = tmp_path / "sandbox.py"
        here = pathlib.Path(__file__).parent
        starter.write_text(
            f"import sys, os; sys.path[:0] = [{str(here)!r}, {str(here.parent)!r}]\n"
            f"import test_odd_machines; test_odd_machines.forbid(*{names!r})()\n"
            "os.execv(sys.argv[1], sys.argv[1:])\n"
        )
        return Program([sys.executable, starter, *pipit.command], pipit.env, pipit.cwd)

    return make


@pytest.mark.parametrize(
    "names",
    [("renameat2",), ("faccessat2",), ("utimensat",), SETTING_MODES, tuple(X86_64)],
    ids=lambda names: names[0] if len(names) < 9 else "all",
)
def test_a_sandbox_that_answers_eperm(sandboxed, pipit, wheelhouse, work, names):
    program = sandboxed(*names)
    folder = wheelhouse(DEMO, wheel("demo", "2.0"), sdist("made", "1.0"))
    env = work / "env"
    quiet = [program("venv", "-p", os.path.realpath(sys.executable), env).ok()]
    where = ("-p", env, "--no-index", "-f", folder)
    quiet.append(program("install", *where, "demo==1.0", "made").ok())
    site = next(env.glob("lib/python3*/site-packages"))
    assert (site / "demo_run").stat().st_mode & 0o111
    quiet.append(program("install", *where, "-U", "demo").ok())
    assert not (site / "demo_run").exists()
    quiet.append(program("uninstall", "-p", env, "-y", "demo", "made").ok())
    assert "warning" not in "".join(done.err for done in quiet)


def test_no_dev_null(pipit, wheelhouse, work, env):
    if not can_unshare("--mount", "--map-root-user"):
        pytest.skip("needs a mount namespace of its own")
    hidden = Program(
        ["unshare", "--mount", "--map-root-user", "sh", "-c",
         'mount -t tmpfs none /dev && exec "$@"', "sh", *pipit.command], pipit.env, pipit.cwd,
    )  # fmt: skip
    folder = wheelhouse(DEMO, sdist("made", "1.0"))
    hidden("install", "-p", env.python, "--no-index", "-f", folder, "demo", "made").ok()
    assert env.installed() == {"demo": "1.0", "made": "1.0"}


def copied_cache(pipit, work) -> pathlib.Path:
    """The cache under another path, with times of its own."""
    copy = work / "copy"
    shutil.copytree(pipit.cache, copy, copy_function=shutil.copy, symlinks=True)
    for path in copy.rglob("*"):
        if path.is_file():
            os.utime(path, (1_000_000_000, 1_000_000_000))
    return copy


def test_a_copied_cache_serves_without_a_network(serve, pipit, make_env, work):
    index = serve()
    index.add(DEMO, sdist("made", "1.0"))
    first, second, third = make_env("first"), make_env("second"), make_env("third")
    args = ("--index-url", index.url, "demo", "made")
    pipit("install", "-p", first.python, *args).ok()
    copy = copied_cache(pipit, work)
    manifest = next(copy.glob("wheels-v0/**/manifest"))
    before = manifest.read_text()
    pipit("install", "-p", second.python, "--offline", "--cache-dir", copy, *args).ok()
    assert second.installed() == {"demo": "1.0", "made": "1.0"}
    assert manifest.read_text() != before  # the next run need not look at the content again
    pipit("install", "-p", third.python, "--offline", "--cache-dir", copy, *args).ok()


def test_a_copied_cache_with_another_content_is_not_believed(serve, pipit, env, make_env, work):
    index = serve()
    index.add(DEMO)
    args = ("--index-url", index.url, "demo")
    pipit("install", "-p", env.python, *args).ok()
    copy = copied_cache(pipit, work)
    kept = next(copy.glob("wheels-v0/**/demo.py"))
    kept.write_text("x = 2")
    os.utime(kept, (1_000_000_000, 1_000_000_000))
    other = make_env("other")
    args = ("--cache-dir", copy, *args)
    pipit("install", "-p", other.python, "--offline", *args).fails(1, "changed since")
    pipit("install", "-p", other.python, *args).ok()
    assert (other.site / "demo.py").read_text() == "x = 1"


@pytest.mark.parametrize("command", [("list",), ("freeze",), ("tree",), ("uninstall", "-y", "demo")])
def test_who_needs_no_cache_does_not_speak_of_it(install, pipit, env, work, command):
    install("demo", wheels=[DEMO]).ok()
    (work / "file").write_text("")
    before = set(tree(work))
    done = pipit(*command, "-p", env.python, "--cache-dir", work / "file" / "cache").ok()
    assert "warning" not in done.err and "going without" not in done.err
    assert set(tree(work)) == before
