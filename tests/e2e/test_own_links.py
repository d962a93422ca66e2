"""Called as pip, pipit stands in environments as bin/pip: a pip that comes and goes there leaves its
links alone."""

import os
import shutil
import subprocess

import pytest
from conftest import Done, binary_path
from registry import wheel

SCRIPTS = {"pip": "pip:main", "pip3": "pip:main"}
MODULE = {"pip.py": "def main(): print('the real one')\n"}


def pip_wheel(version):
    return wheel("pip", version, scripts=SCRIPTS, files=MODULE)


@pytest.fixture
def house(wheelhouse):
    return wheelhouse(pip_wheel("24.0"), pip_wheel("26.3"), wheel("alpha", "1.0"))


def symbolic(path):
    path.symlink_to(binary_path())


def to_a_link(path):
    (path.parent / "pipit").symlink_to(binary_path())
    path.symlink_to("pipit")


def hard(path):
    own = path.parent / "own-pipit"
    if not own.exists():
        shutil.copy(binary_path(), own)
    os.link(own, path)


def copied(path):
    shutil.copy(binary_path(), path)


def versioned(env):
    return f"pip{env.site.parent.name.removeprefix('python')}"


def called(env, name, home, *words):
    variables = {"HOME": str(home), "PIP_CONFIG_FILE": "/dev/null", "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [env.bin / name, *words], env=variables, capture_output=True, text=True, timeout=60
    )
    return Done([name, *words], done.returncode, done.stdout, done.stderr)


@pytest.fixture
def drop_in(pipit, env, house, home):
    """drop_in(make): pip 24.0 is installed, and its scripts are pipit instead; gives a function
    that runs one of them."""

    def start(make):
        source = ("-p", env.python, "--no-index", "-f", house)
        pipit("install", *source, "pip==24.0").ok()
        for name in ("pip", "pip3", versioned(env)):
            (env.bin / name).unlink(missing_ok=True)
            if make is to_a_link and name != "pip":
                (env.bin / name).symlink_to("pip")
            else:
                make(env.bin / name)
        return lambda *words: called(env, "pip", home, *words)

    return start


def state(env):
    names = ("pip", "pip3", versioned(env))
    return {name: (os.lstat(env.bin / name).st_ino, os.stat(env.bin / name).st_ino) for name in names}


@pytest.mark.parametrize("make", [symbolic, to_a_link, hard, copied])
@pytest.mark.parametrize(
    "words, version",
    [
        (("install", "-U", "pip"), "26.3"),
        (("install", "--force-reinstall", "pip==24.0"), "24.0"),
        (("install", "-I", "pip==26.3"), "26.3"),
        (("uninstall", "-y", "pip"), None),
    ],
)
def test_they_stay(drop_in, env, house, make, words, version):
    run = drop_in(make)
    before = state(env)
    more = ("--no-index", "-f", house) if words[0] == "install" else ()
    done = run(*words, *more).ok()
    assert state(env) == before
    assert env.installed().get("pip") == version
    (line,) = [line for line in done.err.splitlines() if "Left as they are" in line]
    names = ", ".join(sorted(before))
    assert line == f"Left as they are, as they are pipit: {names} in {env.bin}"
    if version:
        record = (env.site / f"pip-{version}.dist-info/RECORD").read_text()
        assert "bin/pip" not in record
        assert run("install", "--no-index", "-f", house, "alpha").ok()
        assert env.installed()["alpha"] == "1.0"


def test_only_what_is_ours_stays(drop_in, env, house, home):
    run = drop_in(symbolic)
    (env.bin / "pip3").unlink()
    run("install", "-U", "--no-index", "-f", house, "pip").ok()
    assert (env.bin / "pip").is_symlink()
    assert called(env, "pip3", home).ok().out == "the real one\n"
    record = (env.site / "pip-26.3.dist-info/RECORD").read_text()
    assert "bin/pip3," in record and "bin/pip," not in record


def test_links_where_no_pip_was(env, house, home):
    """As in an image: the links were there first."""
    for name in ("pip", "pip3"):
        symbolic(env.bin / name)
    done = called(env, "pip3", home, "install", "--no-index", "-f", house, "pip").ok()
    assert "warning" not in done.err
    assert (env.bin / "pip").is_symlink() and (env.bin / "pip3").is_symlink()
    assert env.installed()["pip"] == "26.3"


def test_pipit_itself_can_be_upgraded(env, wheelhouse, home):
    """A wheel that ships the program replaces it: only scripts of pip are left alone."""
    house = wheelhouse(wheel("pipit", "9", data={"scripts/pipit": "#!python\nprint('new')\n"}))
    (env.bin / "pipit").symlink_to(binary_path())
    symbolic(env.bin / "pip")
    called(env, "pip", home, "install", "--no-index", "-f", house, "pipit").ok()
    assert not (env.bin / "pipit").is_symlink()


def test_under_its_own_name_nothing_is_left_out(pipit, env, house):
    symbolic(env.bin / "pip")
    source = ("-p", env.python, "--no-index", "-f", house)
    pipit("install", *source, "pip").fails(1, "is in the way")
