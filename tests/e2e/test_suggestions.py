"""What was meant: commands, options, files and groups that are named wrong, and nothing named at all."""

import pytest
from conftest import PYTHON, binary_path


@pytest.fixture
def by_pip(pipit, env):
    (env.bin / "pip").symlink_to(binary_path())
    pipit.command = [str(env.bin / "pip")]
    return pipit


@pytest.mark.parametrize(
    "word, meant",
    [
        ("instal", "install"), ("isntall", "install"), ("unistall", "uninstall"), ("lits", "list"),
        ("freez", "freeze"), ("comple", "compile"), ("add", "install"), ("remove", "uninstall"),
        ("rm", "uninstall"), ("upgrade", "install --upgrade"), ("update", "install --upgrade"),
        ("version", "--version"), ("pip-compile", "compile"), ("pip-sync", "sync"),
    ],
)  # fmt: skip
def test_a_command_that_is_not_there(pipit, word, meant):
    pipit(word, "x").fails(2, f"no such command: {word}", f"did you mean `pipit {meant}`?")


def test_no_command_that_is_like_it(pipit):
    done = pipit("frobnicate").fails(2, "no such command: frobnicate", "pipit --help lists them")
    assert "did you mean" not in done.err


def test_under_the_name_pip_hints_say_pip(by_pip):
    by_pip("instal", "x").fails(2, "did you mean `pip install`?", "pip --help lists them")


@pytest.mark.parametrize(
    "words, hint",
    [
        (("install", "--upgade", "x"), "did you mean --upgrade?"),
        (("install", "--no-cahe-dir", "x"), "did you mean --no-cache-dir?"),
        (("compile", "--genrate-hashes", "x"), "did you mean --generate-hashes?"),
        (("list", "--upgrade"), "it is an option of install, sync, compile, lock, wheel, download"),
        (("list", "--pre", "--outdated"), "it is an option of install, sync"),
        (("freeze", "--depth", "1"), "it is an option of tree"),
        (("list", "-U"), "it is an option of install, sync"),
        (("list", "--pref", "--json"), "lists the options"),
        (("install", "--torch-backend", "cpu", "torch"), "--index-url"),
    ],
)
def test_an_option_that_is_not_there(pipit, words, hint):
    pipit(*words).fails(2, hint)


@pytest.mark.parametrize("command", ["install", "wheel", "download", "uninstall"])
@pytest.mark.parametrize(
    "name", ["requirements.txt", "s.in", "pylock.toml", "s.py", "sub/dev.txt", "setup.py"]
)
def test_a_file_that_is_named_like_a_package(pipit, work, command, name):
    (work / "sub").mkdir()
    (work / name).write_text("")
    pipit(command, name).fails(2, f"{name}: a file, not a package", f"did you mean -r {name}?")


def test_a_file_that_should_be_here(pipit):
    pipit("install", "requirements-dev.txt").fails(2, "no package, and no such file", "-r")


def test_a_file_here_may_have_the_name_of_a_package(pipit, work):
    (work / "six").write_text("")
    (work / "zope.interface").write_text("")
    for name in ("six", "zope.interface"):
        pipit("install", "-p", PYTHON, "--target", "t", "--no-index", name).fails(1, name)


@pytest.mark.parametrize("name", ["environment.yml", "env.YAML", "poetry.lock", "Pipfile"])
def test_a_file_of_another_tool(pipit, work, name):
    (work / name).write_text("dependencies:\n  - six\n")
    for words in [("install", name), ("install", "-r", name), ("compile", name), ("sync", name)]:
        pipit(*words).fails(1, name, "cannot be read")


def test_requirements_may_be_called_a_lock(pipit, work, env, wheelhouse):
    (work / "requirements.lock").write_text("# nothing\n")
    pipit("install", "-p", env.python, "-r", "requirements.lock").ok()


def test_groups_are_listed(pipit, work):
    (work / "pyproject.toml").write_text('[dependency-groups]\ndev = []\nTest = []\n')
    pipit("install", "--group", "nope").fails(1, "no dependency group named nope", "there are: dev, Test")
    (work / "pyproject.toml").write_text("")
    pipit("install", "--group", "nope").fails(1, "there are no groups")


@pytest.mark.parametrize("words", [(), ("-q",), ("--timeout", "5"), ("pip",)])
def test_nothing_asked_is_answered_by_help(pipit, words):
    done = pipit(*words).ok()
    assert done.out == pipit("--help").ok().out and not done.err


def test_nonsense_before_no_command_is_an_error(pipit):
    pipit("--nonsense").fails(2, "no such option: --nonsense")


@pytest.mark.parametrize("command", ["install", "list", "freeze", "uninstall"])
@pytest.mark.parametrize(
    "before",
    [
        ("--timeout", "60"), ("--retries", "2"), ("--cache-dir", "c"), ("--trusted-host", "h"),
        ("--proxy", "", "-q"), ("--cert", "f", "-v"), ("--time", "5"), ("-v", "--retries=1"),
    ],
)  # fmt: skip
def test_options_before_the_command_take_their_values(by_pip, wheelhouse, env, command, before):
    from registry import wheel

    more = {"install": ("--no-index", "-f", wheelhouse(wheel("six", "1")), "six"),
            "uninstall": ("-y", "six")}  # fmt: skip
    by_pip(*before, command, *more.get(command, ())).ok()


def test_python_before_the_command(by_pip, make_env):
    other = make_env("other")
    by_pip("--python", other.python, "list").ok()
