"""Slips of the command line: a value that was forgotten, places that contradict each other, a version
that stands where none can, a folder in place of a file. Each is refused before anything is done, and
the way out is named."""

import shlex
import subprocess

import pytest

from conftest import PYTHON, binary_path
from registry import wheel

A = wheel("a", "1")


@pytest.fixture
def wheels(wheelhouse):
    return ("--no-index", "-f", str(wheelhouse(A)))


@pytest.fixture
def install(pipit, env, wheels):
    return lambda *words, **options: pipit("install", "-p", env.python, *wheels, *words, **options)


@pytest.fixture
def by_pip(pipit, env):
    (env.bin / "pip").symlink_to(binary_path())
    pipit.command = [str(env.bin / "pip")]
    return pipit


# A forgotten value.


@pytest.mark.parametrize("swallowed", ["-n", "--dry-run", "-qn", "--no-deps", "--index-url=x", "--"])
@pytest.mark.parametrize("option", ["--target", "-t", "--prefix", "--root", "--report", "-r", "--cache-dir"])
def test_an_option_is_no_value(install, work, option, swallowed):
    install("a", option, swallowed).fails(
        2, f"{option} needs a value", f"got the option {swallowed.split('=')[0]}", f"{option}=-"
    )
    assert list(work.iterdir()) == []


def test_a_value_like_an_option_behind_an_equals_sign(install, work):
    install("a", "--target=-n").ok()
    assert (work / "-n/a-1.dist-info").is_dir()


def test_pip_takes_any_word_for_a_value(by_pip, wheels, work):
    by_pip("install", *wheels, "a", "--target", "-n").ok()
    assert (work / "-n/a-1.dist-info").is_dir()


def test_values_for_others_may_look_like_options(pipit, work, wheels):
    (work / "in").write_text("a\n")
    pipit("compile", "-p", PYTHON, *wheels, "in", "--pip-args", "--pre", "--custom-compile-command", "-n").ok()


# Places.


@pytest.mark.parametrize(
    "words, one, other",
    [
        (("--target", "t", "--prefix", "p"), "--target", "--prefix"),
        (("--user", "--prefix", "p"), "--prefix", "--user"),
        (("--target", "t", "--user"), "--target", "--user"),
    ],
)
@pytest.mark.parametrize("command", [("install", "a"), ("uninstall", "-y", "a"), ("list",), ("tree",)])
def test_two_places_contradict_each_other(pipit, work, command, words, one, other):
    pipit(*command, *words).fails(2, f"{one} cannot be combined with {other}")
    assert list(work.iterdir()) == []


def test_a_typed_place_counts_more_than_configuration(install, pipit, work):
    install("a", "--target", "t", env={"PIP_USER": "1", "PIP_PREFIX": "p"}).ok()
    assert (work / "t/a-1.dist-info").is_dir()
    install("a", "--prefix", "p", env={"PIP_TARGET": "other"}).ok()
    assert (work / "p").is_dir() and not (work / "other").exists()
    pipit("install", "a", env={"PIP_TARGET": "t", "PIP_PREFIX": "p"}).fails(
        2, "PIP_TARGET cannot be combined with PIP_PREFIX"
    )


def test_pip_combines_no_user_with_a_place(by_pip, wheels, work):
    for words, more in ((("--target", "t"), {"PIP_USER": "1"}), (("--prefix", "p", "--user"), {})):
        by_pip("install", *wheels, "a", *words, env=more).fails(2, "cannot be combined with")
    by_pip("install", *wheels, "a", "--target", "t", "--prefix", "p").ok()
    assert (work / "t/a-1.dist-info").is_dir()


@pytest.mark.parametrize("more", [(), ("-n",)], ids=["done", "rehearsed"])
@pytest.mark.parametrize("option, what", [("--target", "Target"), ("--prefix", "Prefix"), ("--root", "Root")])
def test_the_summary_says_where(install, option, what, more):
    done = install("a", option, "d", *more).ok()
    assert done.err.splitlines()[-2].startswith(f"{what}: d (Python 3.")


# Files.


@pytest.mark.parametrize("option", ["--report", "--trace"])
def test_a_folder_is_refused_before_anything_is_changed(install, env, option):
    install("a", option, ".").fails(2, f"{option} .: a folder: name a file in it")
    assert not env.info("a-1").exists()


def test_an_error_names_the_file_that_was_named(install):
    done = install("a", "--report", "/proc/x")
    assert done.rc == 1 and "error: /proc/x: no such file" in done.err and ".pipit-" not in done.err
    done = install("a", "--trace", "/proc/x").ok()
    assert "warning: /proc/x: no such file" in done.err and ".pipit-" not in done.err


@pytest.mark.parametrize("name", ["a b", "-x", "it's", "$HOME", "plain"])
def test_the_line_that_activates_is_for_a_shell(pipit, work, name):
    done = pipit("venv", "-p", PYTHON, "--", name).ok()
    line = done.err.split("Activate with: ")[1].strip()
    shown = subprocess.run(
        ["bash", "-c", f'{line}; echo "$VIRTUAL_ENV"'], cwd=work, capture_output=True, text=True, check=True
    )
    assert shown.stdout.strip() == str(work / name)
    assert shlex.split(line)[0] == "source"


def test_a_folder_that_is_no_environment_is_not_replaced(pipit, work):
    (work / "d").mkdir()
    (work / "d/mine").write_text("")
    for words in (("--clear", "d"), ("d",)):
        pipit("venv", *words).fails(
            1, "not empty, and not a virtual environment", "name another folder, or remove d"
        )
    assert (work / "d/mine").exists()


# Words.


@pytest.mark.parametrize("command, words", [("list", "columns, freeze or json"), ("compile", "requirements.txt or pylock.toml")])
@pytest.mark.parametrize("wrong", ["jsn", "x"])
def test_the_formats_that_a_command_takes(pipit, command, words, wrong):
    pipit(command, f"--format={wrong}").fails(2, f"--format {wrong}: not {words}\n")


def test_the_format_of_another_command(pipit, work, wheels):
    pipit("list", "--format", "pylock.toml").fails(2, "not columns, freeze or json")
    pipit("compile", "--format", "json").fails(2, "not requirements.txt or pylock.toml")
    (work / "in").write_text("a\n")
    pipit("compile", "-p", PYTHON, "in", *wheels, env={"PIP_FORMAT": "json"}).ok()


@pytest.mark.parametrize(
    "word, hint",
    [
        ("a@1.16", "a==1.16"),
        ("a @ 1.16", "a==1.16"),
        ("a@latest", "a alone asks for the newest version"),
        ("requests 2.31", "requests==2.31"),
        ("a~=1", "~= needs two segments, such as a~=1.0"),
        ("a ~= 2", "a~=2.0"),
        ("-", "-r - reads requirements from standard input"),
    ],
)
def test_what_a_requirement_was_meant_to_be(install, work, word, hint):
    install(word).fails(1, hint)
    if word != "-":
        (work / "r.txt").write_text(f"{word}\n")
        install("-r", "r.txt").fails(1, hint, "r.txt:1")


def test_a_version_that_a_shell_split_off(install):
    install("a", "2.31").fails(1, "2.31 was read as a package; for a version: a==2.31")
    assert "read as a package" not in install("a", "b").fails(1).err


@pytest.mark.parametrize("word, hint", [("./p", "./p[x]"), ("a==1", "a[x]"), ("a>0; os_name!='x'", "a[x]")])
def test_extras_stand_behind_a_package(install, work, word, hint):
    (work / "p").mkdir()
    (work / "p/pyproject.toml").write_text('[project]\nname = "p"\nversion = "1"\n')
    install("--extra", "x", word).fails(2, f"those of a package are named behind it: {hint}\n")


def test_groups_need_a_project(install, pipit, work):
    install("--group", "dev").fails(1, "--group dev: no pyproject.toml here", "--group PATH:NAME")
    install("--all-groups").fails(1, "--all-groups: no pyproject.toml here")
    install("--group", "q/pyproject.toml:dev").fails(1, "--group q/pyproject.toml:dev: no such file")
    (work / "p").mkdir()
    (work / "p/pyproject.toml").write_text('[project]\nname = "p"\nversion = "1"\n[dependency-groups]\ndev = []\n')
    hint = "--group p/pyproject.toml:dev"
    pipit("compile", "p/pyproject.toml", "--group", "dev").fails(
        1, "--group dev: no pyproject.toml here", f"did you mean {hint}?"
    )
    pipit("compile", "-p", PYTHON, *hint.split()).ok()


def test_a_python_that_is_not_needed(pipit, work, wheels):
    (work / "in").write_text("a\n")
    pipit("compile", "-p", "3.99", "in", *wheels).fails(1, "--python-version 3.99")
    pipit("compile", "--python-version", "3.99", "in", *wheels).ok()
    assert "--python-version" not in pipit("install", "-p", "3.99", "a", *wheels).fails(1).err


def test_a_compiled_file_says_in_which_folder_it_was_made(pipit, work, wheelhouse):
    (work / "d").mkdir()
    (work / "d/in").write_text("a\n")
    source = ("-p", PYTHON, "--no-index", "-f", str(wheelhouse(A)))
    pipit("compile", "in", "--directory", "d", "-o", "out", *source).ok()
    first = (work / "d/out").read_text()
    assert "--directory d" in first
    command = first.splitlines()[1].removeprefix("#").split()
    assert command[0] == "pipit"
    pipit(*command[1:]).ok()
    assert (work / "d/out").read_text() == first


@pytest.mark.parametrize("what", ["clean", "purge", "prune", "dir", "info"])
def test_the_cache_takes_no_names(pipit, what):
    pipit("cache", what, "a").fails(2, f"cache {what}: takes no names, got a")


def test_every_why_not_is_answered(pipit, work, wheels):
    (work / "in").write_text("a\n")
    questions = ("--why-not", "a==1", "--why-not", "a==2")
    done = pipit("compile", "-p", PYTHON, "in", *wheels, *questions).ok()
    assert done.out == "a 1 was chosen\na 2 was not chosen: there is no a 2 (the newest is 1)\n"
