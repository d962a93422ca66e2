"""What is told after a change of an environment, or before one that cannot be meant."""

from __future__ import annotations

import pytest

from registry import wheel

WHEELS = [
    wheel("lib", "1"),
    wheel("lib", "2"),
    wheel("idna", "3"),
    wheel("Web.App", "2.31", requires=["lib>=2,<3", "idna"], extras={"fast": ["speed>1"]}),
    wheel("speed", "1"),
    wheel("speed", "2"),
    wheel("other", "1"),
    wheel("user", "1", requires=["web-app[fast]"]),
    wheel("stone", "1", tag="cp39-cp39-manylinux2014_x86_64", purelib=False),
    wheel("stone", "1", tag="cp39-cp39-win_amd64", purelib=False),
    wheel("stone", "1", tag="cp311-cp311-win_amd64", purelib=False),
    wheel("stone", "1", tag="cp39-cp39-manylinux2014_aarch64", purelib=False),
]
BROKEN = "pipit: warning: web-app 2.31 requires lib<3,>=2, but 1 is installed"
MISSING = "pipit: warning: web-app 2.31 requires idna, which is not installed"


@pytest.fixture
def run(pipit, env, wheelhouse):
    folder = wheelhouse(*WHEELS)

    def call(command, *words, **more):
        source = () if command == "uninstall" else ("--no-index", "-f", folder)
        return pipit(command, "-p", env.python, *source, *words, **more)

    return call


def told(done) -> list[str]:
    return [line for line in done.ok().err.splitlines() if "warning" in line]


def test_what_an_install_breaks_is_told_once(run, pip, env, wheelhouse):
    assert told(run("install", "web-app")) == []
    assert told(run("install", "lib<2")) == [BROKEN]
    assert told(run("install", "other")) == [], "that was broken before"
    assert told(run("install", "lib<2")) == [], "nothing was changed"
    assert told(run("install", "lib==2")) == []
    said = pip("--python", env.python, "install", "--no-index", "-f", wheelhouse(), "lib<2").ok()
    assert "web-app 2.31 requires lib<3,>=2, but you have lib 1 which is incompatible" in said.err


def test_what_an_uninstallation_breaks_is_told(run, pipit, env):
    run("install", "web-app").ok()
    assert told(run("uninstall", "-y", "idna")) == [MISSING]
    assert told(run("uninstall", "-y", "other")) == [
        "pipit: warning: other: not installed, nothing to remove"
    ]
    assert told(run("uninstall", "-y", "lib", "web-app")) == []


def test_what_a_sync_breaks_or_lacks_is_told(run, work):
    (work / "pins.txt").write_text("web-app==2.31\nlib==2\nidna==3\n")
    assert told(run("sync", "pins.txt")) == []
    (work / "pins.txt").write_text("web-app==2.31\nlib==1\n")
    assert told(run("sync", "pins.txt")) == [MISSING, BROKEN]
    assert told(run("sync", "pins.txt")) == []


def test_no_deps_asks_for_it_but_not_for_others(run):
    assert told(run("install", "--no-deps", "web-app")) == []
    assert told(run("install", "--no-deps", "lib<2")) == [BROKEN]
    assert told(run("install", "--no-deps", "lib==2")) == []
    assert told(run("install", "--no-warn-conflicts", "lib<2")) == []
    assert told(run("install", "-n", "--no-warn-conflicts", "lib<2")) == []


def after(line: str) -> str:
    return line.replace("warning: ", "warning: after this, ")


def test_a_dry_run_tells_what_it_would_break(run, env, work, unchanged):
    run("install", "web-app").ok()
    (work / "pins.txt").write_text("web-app==2.31\nlib==1\n")
    with unchanged(env.path):
        assert told(run("install", "-n", "lib<2")) == [after(BROKEN)]
        assert told(run("install", "-n", "other")) == []
        assert told(run("uninstall", "-n", "idna")) == [after(MISSING)]
        assert told(run("uninstall", "-n", "idna", "web-app")) == []
        assert told(run("sync", "-n", "pins.txt")) == [after(MISSING), after(BROKEN)]
        assert told(run("install", "-n", "--force-reinstall", "web-app")) == []


def test_an_extra_that_is_asked_for_counts(run):
    run("install", "user").ok()
    (line,) = told(run("install", "speed<2"))
    assert line.endswith("web-app 2.31 requires speed>1, but 1 is installed")
    run("install", "-U", "speed").ok()
    run("uninstall", "-y", "user").ok()
    assert told(run("install", "speed<2")) == [], "nobody asks for the extra any more"


def test_as_pip_too(run, pipit, env, tmp_path):
    link = tmp_path / "bin" / "pip"
    link.parent.mkdir()
    link.symlink_to(pipit.binary)
    run("install", "web-app").ok()
    pipit.command = [str(link)]
    (line,) = told(run("install", "lib<2"))
    assert line.endswith(BROKEN.partition("warning: ")[2])


# Wheels of another Python or system.

FOREIGN = [
    (["--python-version", "3.9"], "Python 3.9"),
    (["--python-platform", "windows"], "win_amd64"),
    (["--python-version", "3.9", "--python-platform", "windows"], "Python 3.9 on win_amd64"),
    (["--python-version", "3.9", "--platform", "manylinux2014_aarch64"], "aarch64"),
]


@pytest.mark.parametrize("words, what", FOREIGN, ids=str)
def test_foreign_wheels_in_an_environment_are_told(run, env, words, what, tmp_path):
    (line,) = told(run("install", "stone", *words))
    assert line.startswith(f"pipit: warning: {env.path}: has Python 3.")
    assert what in line and line.endswith(": it may not run")
    assert told(run("install", "-n", "stone", *words)) == []
    assert told(run("install", "stone", *words, "--target", tmp_path / "there")) == []


def test_the_environments_own_python_is_not_foreign(run, env):
    version = env.site.parent.name.removeprefix("python")
    for words in (["--python-version", version], ["--python-platform", "linux"], ["--implementation", "cp"]):
        assert told(run("install", "lib", "--force-reinstall", *words)) == []


def test_a_python_that_is_only_supposed_is_told(pipit, wheelhouse, tmp_path):
    words = ("install", "--no-index", "-f", wheelhouse(*WHEELS), "lib", "--target", tmp_path / "there")
    done = pipit(*words, env={"PATH": "/nowhere"}).ok()
    line = "No Python was found: resolving for Python 3.12 (--python-version names another)"
    assert done.err.splitlines()[0] == line
    done = pipit(*words, "--python-version", "3.11", env={"PATH": "/nowhere"}).ok()
    assert "No Python" not in done.err
    for command in (["list"], ["freeze"], ["uninstall", "-y", "lib"]):
        assert "No Python" not in pipit(*command, "--target", tmp_path / "there", env={"PATH": "/nowhere"}).ok().err


def test_a_variable_for_another_python_does_not_concern_uninstall(pipit, env, wheelhouse, tmp_path):
    link = tmp_path / "bin" / "pip"
    link.parent.mkdir()
    link.symlink_to(pipit.binary)
    pipit.command = [str(link)]
    pipit("install", "-p", env.python, "--no-index", "-f", wheelhouse(*WHEELS), "lib").ok()
    done = pipit("uninstall", "-y", "-p", env.python, "lib", env={"PIP_PYTHON_VERSION": "3.9"}).ok()
    assert "warning" not in done.err
