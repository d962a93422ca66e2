"""What pipit learns of a Python: its places, its name, its tags. The Python itself and packaging judge."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import time

import pytest

from conftest import BIN, PYTHON, Env
from registry import wheel
from samples import TOOL

ONLY_SOME = "def manylinux_compatible(major, minor, machine): return minor in (17, 28) or None\n"
PEP_600 = "def manylinux_compatible(major, minor, machine): return minor < 20\n"
OLD_STYLE = "manylinux1_compatible = False\nmanylinux2010_compatible = False\n"
NOTHING = "def manylinux_compatible(*_): return False\n"


@pytest.fixture
def versions(tmp_path):
    """A Python of one's own at versions/1, with versions/current a link to that folder."""
    python = subprocess.check_output(
        [PYTHON, "-c", "import os, sys; print(os.path.realpath(sys.executable))"], text=True
    ).strip()
    real = os.path.dirname(os.path.dirname(python))
    name = os.path.basename(python)
    at = tmp_path / "versions" / "1"
    (at / "bin").mkdir(parents=True)
    shutil.copy(python, at / "bin" / name)
    (at / "lib").symlink_to(real + "/lib")
    (at.parent / "current").symlink_to("1")
    return at.parent, name


def test_an_environment_lives_on_when_its_python_moves(pipit, work, versions):
    folder, name = versions
    for number, given in enumerate((folder / "current" / "bin" / name, "first")):
        if given == "first":  # made from an environment: the name that one was made under
            given = work / "env0" / "bin" / "python"
        pipit("venv", "-p", given, work / f"env{number}").ok()
    (folder / "1").rename(folder / "2")
    (folder / "current").unlink()
    (folder / "current").symlink_to("2")
    for number in range(2):
        env = Env(work / f"env{number}")
        assert env.run(env.python, "-c", "import sys; print(sys.prefix)").strip() == str(env.path)
        cfg = (env.path / "pyvenv.cfg").read_text()
        assert f"home = {folder}/current/bin\n" in cfg
        pipit("list", "-p", env.python).ok()


def test_a_link_beside_no_library_is_followed(pipit, work, versions):
    folder, name = versions
    (work / "python").symlink_to(folder / "current" / "bin" / name)
    pipit("venv", "-p", work / "python", work / "env").ok()
    env = Env(work / "env")
    assert os.readlink(env.python) == str(folder / "current" / "bin" / name)
    assert env.run(env.python, "-c", "import os; print('ok')") == "ok\n"


@pytest.mark.parametrize("module", [ONLY_SOME, PEP_600, OLD_STYLE, NOTHING, "raise ImportError\n"])
def test_tags_are_those_of_packaging_when_the_environment_has_a_word(pipit, env, module):
    (env.site / "_manylinux.py").write_text(module)
    site = subprocess.check_output(
        [BIN / "python", "-c", "import packaging; print(packaging.__path__[0])"], text=True
    ).strip()
    code = (
        f"import sys; sys.path.insert(0, {os.path.dirname(site)!r}); import packaging.tags as t\n"
        "for tag in t.sys_tags(): print(tag)"
    )
    told = json.loads(pipit("debug", "env", "-p", env.python).ok().out)["tags"]
    assert set(told) == set(env.run(env.python, "-c", code).split())


def test_the_word_of_another_environment_is_not_heard(pipit, env, make_env):
    (env.site / "_manylinux.py").write_text(NOTHING)
    other = make_env("other")
    tags = [
        json.loads(pipit("debug", "env", "-p", each.python).ok().out)["tags"]
        for each in (env, other)
    ]
    assert not [tag for tag in tags[0] if "manylinux" in tag]
    assert [tag for tag in tags[1] if "manylinux" in tag]


@pytest.mark.parametrize("line", ["../../../words", "{}/words"])
@pytest.mark.parametrize("name", ["_manylinux.py", "_manylinux/__init__.py"])
def test_a_word_in_a_folder_that_a_pth_file_adds(pipit, env, line, name):
    def names_manylinux():
        told = json.loads(pipit("debug", "env", "-p", env.python).ok().out)
        return any("manylinux" in tag for tag in told["tags"])

    assert names_manylinux()
    module = env.path / "words" / name
    module.parent.mkdir(parents=True)
    module.write_text(NOTHING)
    assert names_manylinux()
    (env.site / "words.pth").write_text(f"# a word\n/nowhere\n{line.format(env.path)}\n")
    assert not names_manylinux()
    (env.site / "words.pth").unlink()
    assert names_manylinux()


def test_a_wheel_that_the_environment_refuses_is_passed_over(install, env):
    machine = os.uname().machine
    built = [
        wheel("demo", "1.0", tag=f"py3-none-manylinux2014_{machine}", files={"demo.py": "T = 14"}),
        wheel("demo", "1.0", files={"demo.py": "T = 'any'"}),
        wheel("only", "1.0", tag=f"py3-none-manylinux_2_17_{machine}"),
    ]
    (env.site / "_manylinux.py").write_text(NOTHING)
    install("demo", wheels=built).ok()
    assert (env.site / "demo.py").read_text() == "T = 'any'"
    install("only").fails(1, "no wheel")
    (env.site / "_manylinux.py").unlink()
    install("only").ok()


def test_a_python_may_print_at_start_and_at_exit(pipit, work, versions):
    folder, name = versions
    (folder / "1" / "bin" / "talkative").write_text(
        f"#!/bin/sh\necho 'pipit-facts:'\n{folder}/1/bin/{name} \"$@\"\necho 'bye {{'\n"
    )
    (folder / "1" / "bin" / "talkative").chmod(0o755)
    pipit("venv", "-p", folder / "1" / "bin" / "talkative", work / "env").ok()


def pythons_here() -> list[pathlib.Path]:
    """CPython 3.8 and later, on PATH and in pyenv's folder: programs, not scripts."""
    root = pathlib.Path(os.environ.get("PYENV_ROOT", pathlib.Path.home() / ".pyenv"))
    folders = [*(root / "versions").glob("*/bin"), pathlib.Path("/usr/bin"), PYTHON.parent]
    found = {
        path.resolve(): path
        for folder in folders
        for path in sorted(folder.glob("python3.*"))
        if re.fullmatch(r"python3\.([89]|1[0-5])t?", path.name)
        and path.read_bytes()[:4] == b"\x7fELF"
    }
    return list(found.values())


@pytest.fixture
def traced(pipit, tmp_path):
    """traced(*args): the programs that `pipit` runs, itself left out."""
    if not shutil.which("strace"):
        pytest.skip("no strace here")
    trace, plain = tmp_path / "trace", pipit.command
    pipit.env["ASAN_OPTIONS"] = "detect_leaks=0"  # the leak sanitizer traces, too

    def run(*args, **options):
        pipit.command = ["strace", "-f", "-e", "trace=execve", "-o", str(trace), *plain]
        done = pipit(*args, **options)
        pipit.command = plain
        done.ok()
        programs = re.findall(r'execve\("([^"]*)"', trace.read_text())
        return programs[1:]

    return run


@pytest.mark.parametrize("python", pythons_here(), ids=str)
@pytest.mark.parametrize("pip", ["--without-pip", "with pip"])
def test_no_python_is_run_to_install(traced, serve, tmp_path, python, pip):
    """Not even in environments that have setuptools' line of code, as up to 3.11 all with pip do."""
    index = serve()
    index.add(TOOL, wheel("other", "1", requires=["tool"]))
    env = tmp_path / "env"
    options = [] if pip == "with pip" else ["--without-pip"]
    made = subprocess.run([python, "-m", "venv", *options, env], capture_output=True)
    if made.returncode:
        pytest.skip("no ensurepip here")
    assert traced("install", "-p", env / "bin" / "python", "-i", index.url, "other") == []
    assert Env(env).installed().items() >= {"other": "1", "tool": "1.0"}.items()


@pytest.mark.parametrize(
    "name, text",
    [
        ("x.pth", "import sys\n"),
        ("sitecustomize.py", "import sys\n"),
        ("_manylinux.py", "manylinux1_compatible = True\n"),
    ],
)
def test_an_environment_with_code_of_its_own_is_asked_once(traced, env, name, text):
    listing = ("list", "-p", env.python)
    assert traced(*listing) == []
    (env.site / name).write_text(text)
    assert traced(*listing) == [str(env.python)]
    assert traced(*listing) == []


@pytest.fixture
def opened(pipit, tmp_path):
    """opened(*args): names of the files that `pipit` opens."""
    if not shutil.which("strace"):
        pytest.skip("no strace here")
    trace, plain = tmp_path / "opened", pipit.command
    pipit.env["ASAN_OPTIONS"] = "detect_leaks=0"  # the leak sanitizer traces, too

    def run(*args):
        pipit.command = ["strace", "-f", "-e", "trace=openat", "-o", str(trace), *plain]
        done = pipit(*args)
        pipit.command = plain
        done.ok()
        return {os.path.basename(path) for path in re.findall(r'"([^"]*)"', trace.read_text())}

    return run


def test_files_that_told_are_not_read_again(opened, work):
    """A copy of a Python: its files are older than two seconds when they are first read."""
    found = [path for path in pythons_here() if (path.parents[1] / "lib/libpython3.so").exists()]
    if not found:
        pytest.skip("no Python here that can be copied")
    python = copy_of(found[0], work)
    library = work / "py/lib" / python.name
    listing = ("list", "-p", python)
    assert "site.py" in opened(*listing)  # and too new to be kept
    time.sleep(2.1)
    assert "site.py" in opened(*listing)
    assert not opened(*listing) & {"site.py", "patchlevel.h", "libc.so.6"}
    assert "site.py" in opened(*listing, "--no-cache")
    (library / "site-packages" / "words.pth").write_text("/nowhere\n")
    assert "site.py" in opened(*listing)
    time.sleep(2.1)
    assert "site.py" in opened(*listing)
    assert "site.py" not in opened(*listing)
    header = next((work / "py/include").glob("*/patchlevel.h"))
    text = header.read_text()
    header.write_text(text.replace("PY_VERSION ", "PY_OTHER "))
    assert {"site.py", "patchlevel.h"} <= opened(*listing)


def test_variables_that_move_python_are_not_guessed_at(traced, env, work):
    listing = ("list", "-p", env.python)
    real = os.path.realpath(env.python)
    assert traced(*listing, env={"PYTHONPATH": work})[-1] == real
    assert traced(*listing) == []


def copy_of(python, work):
    """A copy of a Python in work/py, with its compiled files."""
    prefix, library = python.parents[1], f"lib/{python.name}"
    (work / "py/bin").mkdir(parents=True)
    shutil.copy(python, work / "py/bin")
    skipped = shutil.ignore_patterns("site-packages", "test", "config-*", "idlelib")
    shutil.copytree(prefix / library, work / "py" / library, ignore=skipped)
    (work / "py" / library / "site-packages").mkdir()
    shutil.copytree(prefix / "include", work / "py/include")
    return work / "py/bin" / python.name


@pytest.mark.parametrize("change", ["a byte", "code", "cut off", "gone"])
def test_a_description_of_the_build_that_is_not_as_it_was(traced, work, change):
    """A copy of a Python, with its compiled files, whose _sysconfigdata is changed."""
    found = [path for path in pythons_here() if (path.parents[1] / "lib/libpython3.so").exists()]
    if not found:
        pytest.skip("no Python here that can be copied")
    python = copy_of(found[0], work)
    library = f"lib/{python.name}"
    listing = ("list", "-p", python)
    assert traced(*listing) == []
    data = next((work / "py" / library).glob("_sysconfigdata_*_linux_*.py"))
    text = data.read_text()
    if change == "gone":
        data.rename(data.with_name("_sysconfigdata_x_linux_x.py"))
    else:
        data.write_text(
            {
                "a byte": text.replace("-O3", "-O2", 1),
                "code": text + "open('ran', 'w')\n",
                "cut off": text[:1000],
            }[change]
        )
    trouble = change in ("cut off", "gone")  # in which Python itself fails
    if not trouble:
        assert traced(*listing) == [str(listing[-1])]
        assert traced(*listing) == []
    assert not (work / "ran").exists() or change == "code"
