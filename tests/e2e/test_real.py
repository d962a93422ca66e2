"""The main job on real packages, from the Python Package Index."""

import subprocess

import pytest

from conftest import PYTHON, Env, normal_tree, pins, tree

pytestmark = pytest.mark.index


@pytest.fixture
def made(pipit, work):
    """An environment made by pipit itself."""
    pipit("venv", work / "env", "--python", PYTHON, timeout=120).ok()
    return Env(work / "env")


def test_black_installs_and_runs(pipit, made, work, unchanged):
    pipit("install", "--python", made.python, "black", timeout=300).ok()
    assert made.run(made.bin / "black", "--version").startswith("black, ")
    (work / "ugly.py").write_text("x = {  'a':1 }\n")
    made.run(made.bin / "black", "-q", work / "ugly.py")
    assert (work / "ugly.py").read_text() == 'x = {"a": 1}\n'
    with unchanged(made.path):
        pipit("install", "--python", made.python, "black", timeout=300).ok()
    frozen = pipit("freeze", "--python", made.python).ok().out
    pipit("uninstall", "-y", "--python", made.python, *pins(frozen)).ok()
    assert made.installed() == {}


@pytest.mark.long
def test_jupyter(pipit, uv, pip, made, make_env, work, unchanged):
    """Against uv's tree of the same pins, pip's freeze, pip's check and pip's uninstall."""
    pipit("install", "--python", made.python, "jupyter", timeout=600).ok()
    frozen = pip("--python", made.python, "freeze").ok().out
    pip("--python", made.python, "check").ok()
    assert "jupyter" in made.run(made.bin / "jupyter", "--version").lower()
    remove_bytecode(made)

    other = make_env("other")
    (work / "pins.txt").write_text(frozen)
    uv("pip", "install", "--python", other.python, "-r", "pins.txt", timeout=600).ok()
    ours, theirs = normal_tree(made), normal_tree(other)
    assert sorted(ours.keys() ^ theirs.keys()) == []
    assert {name: (ours[name], theirs[name]) for name in ours if ours[name] != theirs[name]} == {}

    with unchanged(made.path):
        pipit("sync", "--python", made.python, "pins.txt", timeout=300).ok()
    assert pipit("freeze", "--python", made.python).ok().out == frozen
    pip("--python", made.python, "uninstall", "-y", *pins(frozen), timeout=300).ok()
    assert made.installed() == {}
    assert [path for path in made.site.rglob("*") if path.is_file()] == []


def remove_bytecode(env) -> None:
    """Takes away what running something has left."""
    for path in sorted(env.site.rglob("__pycache__"), reverse=True):
        for file in path.iterdir():
            file.unlink()
        path.rmdir()


def test_pipit_uninstalls_what_pip_installed(pip, pipit, make_env, unchanged):
    env = make_env()
    with unchanged(env.path, files_only=True):
        pip("--python", env.python, "install", "black", "httpx[http2]", timeout=300).ok()
        frozen = pip("--python", env.python, "freeze").ok().out
        assert pipit("freeze", "--python", env.python).ok().out == frozen
        pipit("uninstall", "-y", "--python", env.python, *pins(frozen)).ok()


def test_the_second_environment_needs_no_wheel(pipit, made, make_env, tmp_path):
    """With a warm cache and --offline everything is there, and the trees are equal."""
    pipit("install", "--python", made.python, "black", timeout=300).ok()
    other = make_env("other")
    pipit("install", "--offline", "--python", other.python, "black").ok()
    assert tree(other.site).keys() == tree(made.site).keys()
    assert subprocess.run([other.bin / "black", "--version"]).returncode == 0


def test_a_name_that_is_not_there(pipit, made, unchanged):
    with unchanged(made.path):
        pipit(
            "install", "--python", made.python, "no-such-name-of-a-package-anywhere", timeout=120
        ).fails(1, "no-such-name-of-a-package-anywhere")
