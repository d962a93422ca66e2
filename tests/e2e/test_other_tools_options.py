"""Options and habits of uv, pip and pip-tools: done, or taken with a word that they change nothing."""

import os
import pathlib
import re
import time

import pytest
from conftest import PYTHON
from registry import wheel
from screen import Terminal

A1, A2, B, C = wheel("a", "1", requires=["b"]), wheel("a", "2"), wheel("b", "1"), wheel("c", "1")

NO_EFFECT = {
    "--strict": ("install", "sync"),
    "--native-tls": ("install", "sync", "compile"),
    "--system-certs": ("install", "sync", "compile"),
    "--no-config": ("install", "sync", "compile"),
    "--no-sources": ("install", "sync", "compile"),
    "--no-python-downloads": ("install", "sync", "compile"),
    "--managed-python": ("install", "sync", "compile"),
    "--verify-hashes": ("install", "sync"),
    "--force": ("sync",),
    "--exact": ("sync",),
}


@pytest.mark.parametrize("option", NO_EFFECT)
def test_what_changes_nothing_is_taken_and_told(install, work, env, option):
    (work / "r.txt").write_text("c==1\n")
    for command in NO_EFFECT[option]:
        words = ("c",) if command == "install" else ("r.txt",)
        done = install(*words, option, wheels=[C], command=command).ok()
        assert done.err.count(f"warning: {option} changes nothing: ") == 1, done
        assert option not in install(*words, wheels=[C], command=command).ok().err
    variable = "PIPIT_" + option.lstrip("-").upper().replace("-", "_")
    words = ("r.txt",)
    told = install(*words, wheels=[C], command="sync", env={variable: "1"}).ok()
    assert f"warning: {variable} changes nothing" in told.err


def test_what_would_change_something_is_refused(install):
    for option in ("--torch-backend", "--no-verify-hashes"):
        install("c", option, "cpu", wheels=[C]).fails(2, f"no such option: {option}")


def inode(env, stem: str) -> int:
    return os.stat(env.info(stem) / "RECORD").st_ino


def test_one_package_is_installed_again(install, env):
    install("a==1", wheels=[A1, B]).ok()
    before = inode(env, "a-1"), inode(env, "b-1")
    install("a==1", "--reinstall-package", "B").ok()
    assert inode(env, "a-1") == before[0] and inode(env, "b-1") != before[1]
    install("a==1", "--reinstall-package", "zzz").ok()
    install("a==1", "--reinstall-package", "!").fails(2, "--reinstall-package !")


def test_one_package_is_installed_again_by_sync(install, env, work):
    (work / "r.txt").write_text("b==1\nc==1\n")
    install("r.txt", wheels=[B, C], command="sync").ok()
    before = inode(env, "b-1"), inode(env, "c-1")
    install("r.txt", "--reinstall-package", "c", command="sync").ok()
    assert inode(env, "b-1") == before[0] and inode(env, "c-1") != before[1]


def test_install_exact_removes_what_is_not_needed(install, env):
    install("c", "a==1", wheels=[A1, B, C]).ok()
    install("a==1", "--exact", "--dry-run").ok()
    assert set(env.installed()) >= {"a", "b", "c"}
    install("a==1", "--exact").ok()
    assert {"a", "b"} <= set(env.installed()) and "c" not in env.installed()


def test_directory_is_entered_first(pipit, work, wheelhouse):
    house = wheelhouse(C)
    folder = work / "sub"
    folder.mkdir()
    (folder / "r.in").write_text("c\n")
    words = ("compile", "r.in", "-p", PYTHON, "--no-index", "-f", house, "--no-header", "-o", "r.txt")
    pipit(*words, "--directory", "sub").ok()
    assert (folder / "r.txt").read_text().startswith("c==1")
    (folder / "r.txt").unlink()
    pipit("--directory", "sub", *words).ok()
    pipit(*words, env={"PIPIT_DIRECTORY": "sub"}).ok()
    assert (folder / "r.txt").exists() and not (work / "r.txt").exists()
    pipit(*words, "--directory", "nowhere").fails(1, "--directory nowhere: No such file")
    pipit(*words, env={"PIPIT_DIRECTORY": "nowhere"}).fails(1, "PIPIT_DIRECTORY=nowhere:")


def test_directory_decides_the_environment(pipit, work, env, wheelhouse):
    (work / "sub").mkdir()
    (work / "sub" / ".venv").symlink_to(env.path)
    pipit("install", "--directory", "sub", "--no-index", "-f", wheelhouse(C), "c").ok()
    assert env.installed()["c"] == "1"


# Files that are not named.


@pytest.mark.parametrize(
    "command, names, taken",
    [
        ("compile", ["requirements.in", "pyproject.toml"], "requirements.in"),
        ("compile", ["pyproject.toml"], "pyproject.toml"),
        ("lock", ["requirements.in", "pyproject.toml"], "requirements.in"),
        ("lock", ["pyproject.toml"], "pyproject.toml"),
        ("sync", ["requirements.txt", "requirements.in"], "requirements.txt"),
    ],
)
def test_the_usual_file_is_read(install, work, env, command, names, taken):
    for name in names:
        needs = "c" if name == taken else "zzz"
        (work / name).write_text(
            f'[project]\nname = "x"\nversion = "1"\ndependencies = ["{needs}"]\n'
            if name == "pyproject.toml"
            else f"{needs}==1\n"
        )
    done = install(wheels=[C], command=command, *(("-o", "pylock.toml") if command == "lock" else ()))
    assert done.rc == 0, done


def test_no_usual_file(pipit):
    pipit("compile").fails(2, "compile: name a requirements file", "requirements.in, pyproject.toml")
    pipit("sync").fails(2, "sync: name a requirements file", "no requirements.txt is here")


# pip-sync.


@pytest.fixture
def asked(pipit, env, work, wheelhouse):
    house = wheelhouse(B, C)
    source = ("-p", env.python, "--no-index", "-f", house)
    pipit("install", *source, "b").ok()
    (work / "requirements.txt").write_text("c==1\n")
    opened = []

    def start(letter):
        words = (pipit.binary, "sync", letter, *source)
        opened.append(Terminal(words, {**pipit.env, "TERM": "xterm"}, work))
        opened[-1].wait_for(r"Make these changes\? \[Y/n\]")
        return opened[-1]

    yield start
    for one in opened:
        one.close()


@pytest.mark.parametrize("letter", ["-a", "--ask"])
def test_sync_asks(asked, env, letter):
    at_question = asked(letter)
    assert " - b==1" in at_question.screen.lines() and " + c==1" in at_question.screen.lines()
    os.write(at_question.master, b"n\n")
    assert at_question.end() == 0 and "Nothing was changed" in at_question.screen.text()
    assert "b" in env.installed() and "c" not in env.installed()
    assert any(line.startswith("Environment: ") for line in at_question.screen.lines())
    at_question = asked(letter)
    os.write(at_question.master, b"\x04")  # the end of input, typed: a no
    assert at_question.end() == 0 and "Nothing was changed" in at_question.screen.text()
    at_question = asked(letter)
    at_question.interrupt()
    assert at_question.end() == 130 and "b" in env.installed()
    at_question = asked(letter)
    time.sleep(1.2)  # to think it over is no time of pipit's
    os.write(at_question.master, b"\n")
    assert at_question.end() == 0
    assert re.search(r"Installed 1, removed 1 package in (\d+ ms|0\.\d+ s)", at_question.screen.text())
    assert "c" in env.installed() and "b" not in env.installed()


def test_sync_asks_nobody(install, work, env):
    (work / "requirements.txt").write_text("c==1\n")
    install("--ask", wheels=[C], command="sync").fails(2, "nobody answered, so nothing was changed")
    assert "c" not in env.installed()
    install("--ask", wheels=[C], command="sync", env={"PIPIT_ASK": "no"}).fails(2)
    install(command="sync").ok()
    install("--ask", command="sync").ok()  # nothing to do, nothing to ask


def test_sync_by_pip_syncs_options(pipit, work, env, wheelhouse):
    (work / "requirements.txt").write_text("c==1\n")
    source = ("--no-index", "-f", wheelhouse(C))
    pipit("sync", "--python-executable", env.python, "--force", *source).ok()
    assert env.installed()["c"] == "1"


def test_sync_into_the_users_own(pipit, work, home, wheelhouse):
    (work / "requirements.txt").write_text("c==1\n")
    source = ("--no-index", "-f", wheelhouse(C))
    base = pathlib.Path(home / "base")
    done = pipit(
        "sync", "--user", "-p", PYTHON, "--break-system-packages", *source,
        env={"PYTHONUSERBASE": base},
    )  # fmt: skip
    assert done.rc == 0, done
    assert list(base.glob("lib/python*/site-packages/c-1.dist-info"))
