"""Which environment is meant, and where files come from."""

import hashlib
import re
import shutil

import pytest

from conftest import PYTHON, Env, Program
from registry import sdist, wheel
from samples import TOOL


def names(env) -> set[str]:
    return set(env.installed())


def test_venv_is_a_virtual_environment(pipit, work, wheelhouse, pip):
    done = pipit("venv", "made", "--python", PYTHON).ok()
    assert not done.out

    env = Env(work / "made")
    code = "import sys; print(sys.prefix != sys.base_prefix, sys.prefix)"
    assert env.run(env.python, "-c", code).split() == ["True", str(work / "made")]
    assert env.run(env.python, "-c", "import ssl, sqlite3, venv") == ""
    assert env.installed() == {}
    pipit(
        "install", "--no-index", "-f", wheelhouse(TOOL), "tool", env={"VIRTUAL_ENV": env.path}
    ).ok()
    assert env.run(env.bin / "tool-2") == "sub\n"
    pip("--python", env.python, "check").ok()
    assert (
        env.run("sh", "-c", f". {env.bin}/activate && command -v tool && python -c 'print(1)'")
        == f"{env.bin}/tool\n1\n"
    )


def test_venv_over_something_else_is_refused(pipit, work, unchanged):
    (work / "taken").mkdir()
    (work / "taken" / "file").write_text("mine")
    with unchanged(work):
        pipit("venv", "taken", "--python", PYTHON).fails(1, "taken")


def test_the_environment_is_found_in_a_parent(pipit, make_env, work, wheelhouse):
    env = make_env("work/.venv")
    (work / "deep" / "er").mkdir(parents=True)
    pipit("install", "--no-index", "-f", wheelhouse(TOOL), "tool", cwd=work / "deep" / "er").ok()
    assert names(env) == {"tool"}


BROKEN = {
    "empty": lambda path: path.mkdir(),
    "a file": lambda path: path.write_text("name\n"),
    "half": lambda path: ((path / "bin").mkdir(parents=True), (path / "bin" / "python").symlink_to(PYTHON)),
    "dangling": lambda path: path.symlink_to("/nowhere"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_environment_here_is_never_passed_over_for_one_above(
    pipit, make_env, work, wheelhouse, kind, unchanged
):
    env = make_env("work/.venv")
    (work / "deep").mkdir()
    broken = work / "deep" / ".venv"
    BROKEN[kind](broken)
    source = ("--no-index", "-f", wheelhouse(TOOL))
    (work / "deep" / "pins.txt").write_text("tool==1.0\n")
    with unchanged(env.path):
        for words in (["install", *source, "tool"], ["sync", *source, "pins.txt"], ["uninstall", "-y", "tool"],
                      ["list"], ["install", "-n", *source, "tool"]):  # fmt: skip
            done = pipit(*words, cwd=work / "deep")
            done.fails(1, f"{broken}: a broken ")
            assert "hint: " in done.err
        # What needs any Python only says so, and goes on with that on PATH.
        for words in (["compile", "pins.txt"], ["install", "--target", "t", "tool"]):
            done = pipit(words[0], *source, *words[1:], cwd=work / "deep").ok()
            assert re.search(rf"warning: {broken}: a broken .* \(not needed here: ", done.err), repr(done)
    if broken.is_symlink() or broken.is_file():
        broken.unlink()
    elif kind == "half":
        shutil.rmtree(broken)
    pipit("venv", "--clear", ".venv", cwd=work / "deep").ok()
    pipit("install", *source, "tool", cwd=work / "deep").ok()
    assert names(env) == set() and (broken / "bin" / "tool-2").exists()


def test_a_folder_here_is_meant_before_a_program_of_its_name(pipit, make_env, wheelhouse):
    env = make_env("work/ls")
    pipit("install", "-p", "ls", "--no-index", "-f", wheelhouse(TOOL), "tool").ok()
    assert names(env) == {"tool"}
    done = pipit("list", "-p", "cat")
    done.fails(1, "cat: not a usable Python", "hint: --python takes a Python's path")
    assert "import json" not in pipit("list", "-p", "expr").err


def test_no_environment_at_all(pipit, wheelhouse):
    done = pipit("install", "--no-index", "-f", wheelhouse(TOOL), "tool")
    done.fails(1, "environment")
    assert "hint:" in done.err


def test_target_without_any_python(pipit, wheelhouse, tmp_path):
    target = tmp_path / "target"
    native = wheel("native", "1", tag="cp311-cp311-manylinux_2_17_aarch64")
    folder = wheelhouse(
        TOOL,
        native,
        wheel("native", "1", tag="cp312-cp312-manylinux_2_17_x86_64"),
        wheel("other-os", "1"),
        wheel("marked", "1", requires=["other-os; python_version < '3.12'", "tool"]),
        wheel("pip", "99", scripts={"pip": "pip:main"}),
    )
    pipit(
        "install",
        "--target",
        target,
        "--python-version",
        "3.11",
        "--python-platform",
        "aarch64-manylinux_2_28",
        "--no-index",
        "-f",
        folder,
        "marked",
        "native",
        "pip",
        env={"PATH": ""},
    ).ok()
    found = {path.name for path in target.glob("*.dist-info")}
    assert found == {
        "marked-1.dist-info",
        "native-1.dist-info",
        "other_os-1.dist-info",
        "pip-99.dist-info",
        "tool-1.0.dist-info",
    }
    assert "aarch64" in (target / "native-1.dist-info" / "WHEEL").read_text()
    assert (target / "bin" / "tool").read_text().startswith("#!/usr/bin/env python3")
    assert (target / "bin" / "pip3.11").exists()


def test_target_with_a_python(pipit, env, wheelhouse, tmp_path):
    target = tmp_path / "target"
    pipit(
        "install",
        "--target",
        target,
        "--python",
        env.python,
        "--no-index",
        "-f",
        wheelhouse(TOOL),
        "tool",
    ).ok()
    assert env.run("env", f"PYTHONPATH={target}", env.python, target / "bin" / "tool-2") == "sub\n"
    assert names(env) == set()


def test_require_hashes(pipit, env, serve, work):
    index = serve()
    a, b = wheel("a", "1", requires=["b"]), wheel("b", "1")
    index.add(a, b)
    hashes = {built.filename[0]: hashlib.sha256(built.data).hexdigest() for built in (a, b)}
    (work / "r.txt").write_text(
        "".join(f"{name}==1 --hash=sha256:{digest}\n" for name, digest in hashes.items())
    )
    pipit(
        "install", "--python", env.python, "-i", index.url, "--require-hashes", "-r", "r.txt"
    ).ok()
    assert env.installed() == {"a": "1", "b": "1"}


def test_require_hashes_wants_every_dependency(pipit, env, serve, work, unchanged):
    index = serve()
    a = wheel("a", "1", requires=["b"])
    index.add(a, wheel("b", "1"))
    (work / "r.txt").write_text(f"a==1 --hash=sha256:{hashlib.sha256(a.data).hexdigest()}\n")
    with unchanged(env.path):
        pipit(
            "install", "--python", env.python, "-i", index.url, "--require-hashes", "-r", "r.txt"
        ).fails(1, "b", "hash")


def test_find_links_compete_with_the_index(pipit, env, serve, wheelhouse):
    index = serve()
    index.add(wheel("a", "1"), wheel("b", "3"))
    folder = wheelhouse(wheel("a", "2"), wheel("b", "2"))
    pipit("install", "--python", env.python, "-i", index.url, "-f", folder, "a", "b").ok()
    assert env.installed() == {"a": "2", "b": "3"}


def test_a_replaced_file_in_a_wheelhouse_is_seen(install, env, wheelhouse):
    install("a", wheels=[wheel("a", "1", files={"a.py": "v = 1\n"})]).ok()
    wheelhouse(wheel("a", "1", files={"a.py": "v = 2\n"}))
    install("--reinstall", "a").ok()
    assert env.run(env.python, "-c", "import a; print(a.v)") == "2\n"


def test_no_index_opens_no_connection(install, serve):
    index = serve()
    install("tool", "-i", index.url, wheels=[TOOL]).ok()
    assert not index.server.log.connections


def test_the_first_index_that_has_the_name_serves_it(pipit, env, serve):
    """Dependency confusion: a higher version on the later index is not taken."""
    private, public = serve(), serve()
    private.add(wheel("a", "1"))
    public.add(wheel("a", "99"), wheel("b", "1"))
    pipit(
        "install",
        "--python",
        env.python,
        "--extra-index-url",
        private.url,
        "-i",
        public.url,
        "a",
        "b",
    ).ok()
    assert env.installed() == {"a": "1", "b": "1"}
    assert public.page_path("a") not in public.server.log.paths()


def test_options_in_a_requirements_file(pipit, env, serve, work):
    index = serve()
    index.add(wheel("a", "1"), wheel("a", "2"), wheel("b", "1"))
    (work / "base.txt").write_text("b; python_version > '3'  # a comment\n")
    (work / "c.txt").write_text("a<2\n")
    (work / "r.txt").write_text(f"--index-url {index.url}\n-r base.txt\n-c c.txt\na \\\n >=1\n")
    pipit("install", "--python", env.python, "-r", "r.txt").ok()
    assert env.installed() == {"a": "1", "b": "1"}


def test_extras_and_versions(install, env):
    wheels = [
        wheel("a", "1", extras={"x": ["b>=1"], "y": ["c"]}),
        wheel("b", "1"),
        wheel("b", "2a1"),
        wheel("c", "1"),
    ]
    install("a[X]", wheels=wheels).ok()
    assert env.installed() == {"a": "1", "b": "1"}


def test_a_yanked_version_is_taken_only_by_name(pipit, env, serve):
    index = serve()
    index.add(wheel("a", "1"))
    index.add(wheel("a", "2"), yanked="it eats files")
    pipit("install", "--python", env.python, "-i", index.url, "a").ok()
    assert env.installed() == {"a": "1"}
    done = pipit("install", "--python", env.python, "-i", index.url, "a==2").ok()
    assert env.installed() == {"a": "2"} and "it eats files" in done.err


def test_requires_python_of_the_page(pipit, env, serve):
    index = serve()
    index.add(wheel("a", "2", requires_python=">=4"), wheel("a", "1", requires_python=">=3"))
    pipit("install", "--python", env.python, "-i", index.url, "a").ok()
    assert env.installed() == {"a": "1"}
    assert not index.server.log.of(index.metadata_path("a-2-py3-none-any.whl"))


def test_an_sdist_is_passed_over_for_a_wheel(pipit, env, serve):
    index = serve()
    index.add(sdist("a", "1"), wheel("a", "1"))
    pipit("install", "--python", env.python, "-i", index.url, "a").ok()
    assert index.file_path("a-1.tar.gz") not in index.server.log.paths()


@pytest.mark.parametrize("place", [["-t", ""], ["--target="], ["--prefix", ""]], ids=str)
def test_an_empty_place_is_not_the_working_directory(pipit, env, work, wheelhouse, place):
    """It is mostly a variable that was not set. pip goes on without it."""
    source = ["--no-index", "-f", wheelhouse(wheel("demo", "1")), "demo"]
    done = pipit("install", "-p", env.python, *source, *place).fails(2, "names no folder")
    assert not list(work.iterdir()) and env.installed() == {}, done
    (work / "bin").mkdir()
    (work / "bin" / "pip").symlink_to(pipit.binary)
    as_pip = Program([work / "bin" / "pip"], pipit.env, work)
    as_pip("install", "--python", env.python, *source, *place).ok()
    assert env.installed() == {"demo": "1"}


@pytest.mark.parametrize("name", ["", "a:b"])
def test_an_environment_needs_a_usable_name(pipit, work, name):
    pipit("venv", name).fails(2, "venv")
    assert not list(work.iterdir())
