"""sync, dry runs, the cache commands, and what goes to which stream."""

import subprocess

import pytest

from conftest import PYTHON, Env
from registry import wheel
from samples import TOOL


def names(env) -> set[str]:
    return set(env.installed())


def test_sync_makes_exactly_this(install, pipit, env, work):
    wheels = [wheel("a", "1", requires=["b"]), wheel("a", "2"), wheel("b", "1"), TOOL]
    install("a==1", "tool", wheels=wheels).ok()
    (work / "r.txt").write_text("a==2\nb==1\n")
    install("r.txt", command="sync").ok()
    assert env.installed() == {"a": "2", "b": "1"}
    assert not (env.bin / "tool").exists()


def test_sync_keeps_pip_where_pip_made_the_environment(pipit, tmp_path, wheelhouse, work):

    subprocess.run([PYTHON, "-m", "venv", tmp_path / "seeded"], check=True)
    env = Env(tmp_path / "seeded")
    (work / "r.txt").write_text("tool==1.0\n")
    pipit("sync", "--python", env.python, "--no-index", "-f", wheelhouse(TOOL), "r.txt").ok()
    assert {"pip", "tool"} <= names(env)


def test_sync_of_nothing_needs_a_word(install, env, work, unchanged):
    install("tool", wheels=[TOOL]).ok()
    (work / "r.txt").write_text("# nothing\n")
    with unchanged(env.path):
        done = install("r.txt", command="sync")
        assert done.rc in (1, 2) and "--allow-empty-requirements" in done.err, done
    install("r.txt", "--allow-empty-requirements", command="sync").ok()
    assert names(env) == set()


def test_dry_run_changes_nothing(install, env, unchanged):
    install("a==1", wheels=[wheel("a", "1"), wheel("a", "2"), wheel("b", "1")]).ok()
    with unchanged(env.path):
        done = install("--dry-run", "-U", "a", "b").ok()
        assert "a" in done.err + done.out and "b" in done.err + done.out


def test_stdout_holds_only_results(install, pipit, env, work):
    assert install("tool", wheels=[TOOL]).ok().out == ""
    (work / "r.txt").write_text("tool==1.0\n")
    assert install("r.txt", command="sync").ok().out == ""
    assert pipit("freeze", "--python", env.python).ok().out == "tool==1.0\n"
    compiled = pipit(
        "compile",
        "r.txt",
        "--python",
        env.python,
        "--no-index",
        "-f",
        env.path.parent / "wheelhouse",
    ).ok()
    assert "tool==1.0" in compiled.out and "via" in compiled.out
    assert pipit("uninstall", "-y", "--python", env.python, "tool").ok().out == ""


@pytest.mark.parametrize(
    "args", [["--version"], ["--help"], ["install", "--help"], ["cache", "dir"]]
)
def test_results_on_stdout(pipit, args):
    done = pipit(*args).ok()
    assert done.out and not done.err


def test_progress_is_silent_off_a_terminal(install):
    done = install("tool", wheels=[TOOL]).ok()
    assert "\x1b" not in done.err and "\r" not in done.err
    assert not install("tool", "-q", "--reinstall").ok().err


def test_version_starts_with_nothing(pipit, tmp_path):
    done = subprocess.run(
        ["env", "-i", pipit.binary, "--version"], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 0 and done.stdout.startswith("pipit ")
    assert not list(tmp_path.rglob(".cache"))


def test_cache_commands(install, pipit, env):
    install("tool", wheels=[TOOL]).ok()
    assert pipit("cache", "dir").ok().out.strip() == str(pipit.cache)
    assert "wheels-v0" in pipit("cache", "info").ok().out
    other = pipit.cache / "wheels-v99"
    other.mkdir()
    (other / "entry").write_text("of a later version")
    pipit("cache", "clean").ok()
    assert not pipit.wheels() and (other / "entry").exists()
    assert env.run(env.bin / "tool-2") == "sub\n"
