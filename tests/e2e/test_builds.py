"""Builds of sources: environments, hooks, and what backends do wrong."""

import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import time

import pytest

import backends
from conftest import tree, wait_for
from registry import Built, sdist, wheel
from registry.wheels import BACKEND, metadata_text, tar_gz

NOTE = """

def note(text):
    with open(os.environ["NOTES"], "a") as out:
        out.write(text + "\\n")
"""

# A backend as a wheel: it builds whatever tree it is pointed at, from two lines in "about".
BACKEND_WHEEL = '''\
import os, sys

def build_wheel(directory, config_settings=None, metadata_directory=None):
    name, version = open("about").read().split()
    space = {{}}
    source = open(__file__.replace("{module}.py", "{module}_template.txt")).read()
    metadata = "Metadata-Version: 2.1\\nName: %s\\nVersion: %s\\n" % (name, version)
    exec(source.format(name=name, version=version, metadata=metadata), space)
    return space["build_wheel"](directory)
'''


def project(name, version="1.0", code="", requires=(), **more) -> Built:
    """An sdist that does not tell its metadata; `code` is appended to its backend."""
    metadata = metadata_text(name, version, **more)
    pyproject = (
        f"[build-system]\nrequires = {json.dumps(list(requires))}\n"
        'build-backend = "backend"\nbackend-path = ["."]\n'
    )
    backend = BACKEND.format(name=name, version=version, metadata=metadata) + NOTE + code
    return sdist(
        name,
        version,
        metadata_version="1.2",
        pyproject=pyproject,
        files={"backend.py": backend},
    )


def backend_wheel(name: str, version="1.0", **more) -> Built:
    """A wheel with a backend of that name."""
    files = {f"{name}.py": BACKEND_WHEEL.format(module=name), f"{name}_template.txt": BACKEND}
    return wheel(name, version, files=files, **more)


def built_by(backend: str, name: str, version="1.0", requires=None) -> Built:
    """An sdist that another distribution's backend builds."""
    requires = [backend] if requires is None else requires
    pyproject = (
        f'[build-system]\nrequires = {json.dumps(requires)}\nbuild-backend = "{backend}"\n'
    )
    return Built(
        f"{name}-{version}.tar.gz",
        tar_gz(
            f"{name}-{version}",
            {
                "PKG-INFO": metadata_text(name, version, metadata_version="1.2"),
                "pyproject.toml": pyproject,
                "about": f"{name} {version}",
            },
        ),
    )


def failing(body: str) -> str:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return f"import subprocess, sys, time\ndef build_wheel(directory, c=None, m=None):\n{lines}"


@pytest.fixture
def notes(tmp_path):
    """A file that backends write to, by way of $NOTES."""
    path = tmp_path / "notes"
    path.write_text("")
    return path


@pytest.fixture
def logs(tmp_path):
    path = tmp_path / "tmp"
    path.mkdir()
    return path


def gone(pid: int) -> bool:
    try:
        return ") Z " in pathlib.Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return True


def test_what_is_built_is_told_and_counted(install, env):
    done = install("demo", "other", wheels=[project("demo"), wheel("other", "1")]).ok()
    assert env.installed() == {"demo": "1.0", "other": "1"}
    assert "Building demo==1.0\n" in done.err
    assert re.search(r"^Built demo==1.0 in [\d.]+ m?s$", done.err, re.M)
    assert re.search(r"Installed 2 packages in .* \(1 built, 1 local file\)", done.err)
    assert "hook" not in done.err


def test_quiet(install):
    done = install("demo", "-q", wheels=[project("demo")]).ok()
    assert done.err == ""


# What backends do wrong.


def test_a_failing_backend(install, env, logs):
    code = failing("for n in range(100): print('line', n)\nraise RuntimeError('it is broken')")
    before = tree(env.path)
    done = install("demo", wheels=[project("demo", code=code)], env={"TMPDIR": logs})
    done.fails(1, "demo==1.0: build backend failed (hook build_wheel, exit 1)", "line 99")
    assert "  RuntimeError: it is broken\n" in done.err
    assert "line 50" not in done.err and len(done.err.splitlines()) < 60
    (log,) = logs.glob("pipit-build-demo-*.log")
    assert f"all it said is in {log}\n" in done.err
    text = log.read_text()
    assert "line 0\nline 1\n" in text and text.rstrip().endswith("it is broken")
    assert tree(env.path) == before


def test_a_log_goes_when_the_build_succeeds(install, logs):
    code = "print('a word at the start')\n"
    install("demo", wheels=[project("demo", code=code)], env={"TMPDIR": logs}).ok()
    assert not list(logs.iterdir())


def test_a_backend_that_hangs(install, env, notes):
    code = failing(
        "child = subprocess.Popen(['sleep', '300'])\nnote(str(child.pid))\n"
        "print('waiting')\nchild.wait()"
    )
    started = time.monotonic()
    done = install(
        "demo", "--build-timeout", "1", wheels=[project("demo", code=code)], env={"NOTES": notes}
    )
    done.fails(1, "demo==1.0: build backend did not end within 1 s (hook build_wheel)", "waiting")
    assert "--build-timeout" in done.err
    assert time.monotonic() - started < 30
    wait_for(lambda: gone(int(notes.read_text())))
    assert env.installed() == {}


def test_ctrl_c_ends_hooks_and_their_children(pipit, env, wheelhouse, notes):
    code = failing(
        "signal = __import__('signal')\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen(['sleep', '300'])\nnote(str(child.pid))\nchild.wait()"
    )
    before = tree(env.path)
    folder = wheelhouse(project("demo", code=code))
    running = pipit.start(
        "install", "--python", env.python, "--no-index", "-f", folder, "demo", env={"NOTES": notes}
    )
    wait_for(lambda: notes.read_text().endswith("\n"))
    running.send(signal.SIGINT)
    assert running.wait(20).rc == 130
    wait_for(lambda: gone(int(notes.read_text())))
    assert tree(env.path) == before


def test_noise_does_not_reach_the_terminal(install):
    code = failing(
        "sys.stdout.buffer.write(bytes(range(1, 256)) + b'\\x1b]0;title\\x07\\x1b[2J\\n')\nsys.exit(3)"
    )
    done = install("demo", wheels=[project("demo", code=code)])
    done.fails(1, "demo==1.0: build backend failed (hook build_wheel, exit 3)")
    assert "\\x1b]0;title\\x07" in done.err
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", done.err)


def test_output_without_end_is_bounded(pipit, env, wheelhouse, logs):
    code = failing("while True: print('x' * 10000)")
    folder = wheelhouse(project("demo", code=code))
    measured = (
        "import os, subprocess, sys\n"
        "child = subprocess.Popen(sys.argv[1:])\n"
        "_, status, used = os.wait4(child.pid, 0)\n"
        "print(used.ru_maxrss)\nsys.exit(os.waitstatus_to_exitcode(status))"
    )
    command = [pipit.binary, "install", "--python", env.python, "--no-index", "-f", folder, "demo"]
    done = subprocess.run(
        [sys.executable, "-c", measured, *command, "--build-timeout", "3"],
        env={**pipit.env, "TMPDIR": str(logs)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 1, done
    assert "did not end within 3 s" in done.stderr and len(done.stderr) < 20_000
    assert int(done.stdout) < 100_000, "kB"
    (log,) = logs.glob("*.log")
    assert 1_000_000 < log.stat().st_size < 70_000_000


@pytest.mark.parametrize(
    "body, message",
    [
        ("return 'demo-1.0.zip'", "made demo-1.0.zip, which is not a wheel's name"),
        (
            "return 'demo-1.0-py3-none-any.whl'",
            "says that it made demo-1.0-py3-none-any.whl, but that file is not there",
        ),
        ("return None", "gave no name (hook build_wheel)"),
        ("return [1]", "gave a list (hook build_wheel)"),
        ("os._exit(0)", "ended without an answer (hook build_wheel)"),
        ("os.abort()", "failed (hook build_wheel, signal 6)"),
        (
            "open(os.path.join(directory, 'demo-1.0-py3-none-any.whl'), 'w').write('no zip')\n"
            "return 'demo-1.0-py3-none-any.whl'",
            "demo-1.0-py3-none-any.whl",
        ),
    ],
)
def test_answers_that_cannot_be(install, env, body, message):
    before = tree(env.path)
    done = install("demo", wheels=[project("demo", code=failing(body))])
    done.fails(1, "demo", message)
    assert tree(env.path) == before


@pytest.mark.parametrize("name, version", [("another", "1.0"), ("demo", "2.0")])
def test_a_wheel_of_another_name_or_version(install, env, name, version):
    code = f"STEM = '{name}-{version}'\nMETADATA = {metadata_text(name, version)!r}\n"
    install("demo", wheels=[project("demo", code=code)]).fails(
        1, "demo-1.0.tar.gz", f"{name}=={version}"
    )
    assert env.installed() == {}


def test_a_backend_without_the_hook(install, env):
    install("demo", wheels=[project("demo", code="del build_wheel\n")]).fails(
        1, "demo==1.0: build backend backend has no hook build_wheel"
    )
    assert env.installed() == {}


def test_a_backend_that_is_not_there(install):
    wheels = [wheel("tool", "1"), built_by("no_backend", "demo", requires=["tool"])]
    done = install("demo", wheels=wheels)
    done.fails(1, "demo==1.0: build backend no_backend cannot be loaded: ModuleNotFoundError")


def test_no_project_at_all(install):
    files = {"PKG-INFO": metadata_text("demo", "1.0", metadata_version="1.2"), "x.py": ""}
    empty = Built("demo-1.0.tar.gz", tar_gz("demo-1.0", files))
    install("demo", wheels=[empty]).fails(1, "demo==1.0", "neither pyproject.toml nor setup.py")


# Environments.


def test_setuptools_builds_what_says_nothing(install, env, notes):
    """The default of PEP 517, with a stand-in for setuptools."""
    meta = (
        BACKEND.format(
            name="demo", version="1.0", metadata=metadata_text("demo", "1.0")
        )
        + "class Legacy:\n    pass\n__legacy__ = Legacy()\n"
        "__legacy__.build_wheel = build_wheel\n"
        "__legacy__.get_requires_for_build_wheel = lambda config_settings=None: ['wheel']\n"
    )
    fake = wheel("setuptools", "60", files={"setuptools/__init__.py": "", "setuptools/build_meta.py": meta})
    contents = {"PKG-INFO": metadata_text("demo", "1.0", metadata_version="1.0"), "setup.py": ""}
    legacy = Built("demo-1.0.tar.gz", tar_gz("demo-1.0", contents))
    old = wheel("setuptools", "40.0")
    install("demo", wheels=[fake, old, wheel("wheel", "1"), legacy]).ok()
    assert env.installed() == {"demo": "1.0"}


def test_requirements_are_resolved_once_and_isolated(install, env, tmp_path):
    parts = [wheel("part", "1"), wheel("part", "2"), backend_wheel("tool", requires=["part<2"])]
    names = [f"p{n}" for n in range(6)]
    trace = tmp_path / "trace.json"
    sources = [built_by("tool", name, requires=["tool", "part"]) for name in names]
    install(*names, "--trace", trace, wheels=[*parts, *sources]).ok()
    assert env.installed() == {name: "1.0" for name in names}
    spans = json.loads(trace.read_text())
    events = spans["traceEvents"] if isinstance(spans, dict) else spans
    named = [event["name"] for event in events]
    # one of the user's requirements, one of the environment's
    assert named.count("solve") == 2
    assert len([name for name in named if name.startswith("hook build_wheel")]) == 6
    assert len([name for name in named if name.startswith("unpack tool")]) == 1


def test_nested_builds_end_with_one_build_at_a_time(install, env):
    sources = [
        backend_wheel("last"),
        built_by("last", "inner"),
        project("middle", requires=["inner", "last"], code="import last\n"),
        project("outer", requires=["middle"], code="import middle\n"),
    ]
    install("outer", "--concurrent-builds", "1", wheels=sources).ok()
    assert env.installed() == {"outer": "1.0"}


def test_many_nested_builds(install, env):
    """A tower of builds, and forty that stand on it, with two hooks at once."""
    tower = [project("t0")] + [
        project(f"t{n}", requires=[f"t{n - 1}"], code=f"import t{n - 1}\n") for n in range(1, 6)
    ]
    names = [f"p{n}" for n in range(12)]
    crowd = [project(name, requires=[f"t{n % 6}"]) for n, name in enumerate(names)]
    install(*names, "--concurrent-builds", "2", wheels=[*tower, *crowd], timeout=120).ok()
    assert env.installed() == {name: "1.0" for name in names}


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_build_that_needs_itself(install, env, length):
    names = [f"c{n}" for n in range(length)]
    ring = [
        project(name, "2.0", requires=[names[(n + 1) % length]]) for n, name in enumerate(names)
    ]
    # An older one that would do is not taken silently.
    done = install(names[0], wheels=[*ring, wheel(names[0], "1.0")], timeout=20)
    done.fails(1, "a build that needs itself", *[f"{name}==2.0" for name in names])
    assert env.installed() == {}


def test_build_constraints(install, env, work):
    (work / "constraints").write_text("part<2\n")
    code = "import part\nnote(part.__version__)\n"
    wheels = [wheel("part", "1"), wheel("part", "2"), project("demo", code=code, requires=["part"])]
    notes = work / "notes"
    install("demo", wheels=wheels, env={"NOTES": notes}).ok()
    install("demo", "--reinstall", "-b", "constraints", wheels=wheels, env={"NOTES": notes}).ok()
    assert set(notes.read_text().split()[:1]) == {"2"} and notes.read_text().split()[-1] == "1"
    (work / "constraints").write_text("part>2\n")
    install("demo", "--reinstall", "-b", "constraints", wheels=wheels, env={"NOTES": notes}).fails(
        1, "demo==1.0: its build requirements", "part"
    )


def test_without_isolation_the_environment_has_to_have_it(install, env, notes):
    code = "import part\nnote(sys.prefix)\n"
    wheels = [wheel("part", "1"), project("demo", code="import sys\n" + code, requires=["part"])]
    for option in (["--no-build-isolation"], ["--no-build-isolation-package", "Demo"]):
        done = install("demo", *option, wheels=wheels, env={"NOTES": notes})
        done.fails(1, "demo==1.0: build backend backend cannot be loaded", "part")
        assert "without isolation" in done.err
    install("part", wheels=wheels).ok()
    install("demo", "--no-build-isolation", wheels=wheels, env={"NOTES": notes}).ok()
    assert set(notes.read_text().split()) == {str(env.path)}
    assert env.installed() == {"demo": "1.0", "part": "1"}


@pytest.mark.parametrize("value, isolated", [("0", False), ("no", False), ("1", True)])
def test_pips_variable_means_what_it_means_to_pip(pipit, pip, env, wheelhouse, value, isolated):
    """PIP_NO_BUILD_ISOLATION=1 leaves isolation on."""
    folder = wheelhouse(wheel("part", "1"), project("demo", code="import part\n", requires=["part"]))
    variable = {"PIP_NO_BUILD_ISOLATION": value}
    asked = ("--no-index", "-f", folder, "demo")
    theirs = pip("--python", env.python, "install", *asked, "--dry-run", env=variable)
    ours = pipit("install", "--python", env.python, *asked, env=variable)
    assert (theirs.rc, ours.rc) == ((0, 0) if isolated else (1, 1)), (theirs, ours)
    plain = pipit("install", "--python", env.python, *asked, env={"PIPIT_NO_BUILD_ISOLATION": "1"})
    assert plain.rc == (0 if isolated else 1)


def test_config_settings(install, env, work):
    code = (
        "def build_wheel(directory, config_settings=None, m=None, inner=build_wheel):\n"
        "    note(NAME + ' ' + __import__('json').dumps(config_settings, sort_keys=True))\n"
        "    return inner(directory)\n"
    )
    wheels = [project(name, code=code) for name in ("one", "two", "three")]
    notes = work / "notes"
    (work / "r.txt").write_text(
        'one --config-settings="k=line" --config-settings "l=line"\ntwo\nthree --config-settings=k=line\n'
    )
    options = ["-C", "k=all", "--config-settings", "m=1", "--config-setting", "m=2"]
    own = ["--config-settings-package", "three:k=own=x"]
    install("-r", "r.txt", *options, *own, wheels=wheels, env={"NOTES": notes}).ok()
    said = dict(line.split(" ", 1) for line in notes.read_text().splitlines())
    assert {name: json.loads(text) for name, text in said.items()} == {
        "one": {"k": "line", "l": "line", "m": ["1", "2"]},
        "two": {"k": "all", "m": ["1", "2"]},
        "three": {"k": "own=x", "m": ["1", "2"]},
    }
    # Another setting is another wheel; the same one is not built again.
    notes.write_text("")
    install("-r", "r.txt", "--reinstall", *options, *own, wheels=wheels, env={"NOTES": notes}).ok()
    assert notes.read_text() == ""
    install("two", "--reinstall", wheels=wheels, env={"NOTES": notes}).ok()
    assert notes.read_text() == "two null\n"


@pytest.mark.parametrize(
    "option, message",
    [
        (["-C", "novalue"], "--config-settings novalue: not KEY=VALUE"),
        (["--config-settings", "=x"], "--config-settings =x: not KEY=VALUE"),
        (["--config-settings-package", "k=v"], "--config-settings-package k=v: not NAME:KEY=VALUE"),
        (["--no-build-isolation-package", "a b"], "a b: not the name of a package"),
        (["--build-timeout", "soon"], "--build-timeout soon: not a number"),
    ],
)
def test_options_that_make_no_sense(install, option, message):
    install("demo", *option, wheels=[project("demo")]).fails(2, message)


@pytest.mark.parametrize("option", [["--no-build"], ["--no-build-package", "demo"]])
def test_no_build(install, env, option):
    install("demo", *option, wheels=[project("demo")]).fails(1, "demo")
    install("demo", *option, wheels=[project("demo"), wheel("demo", "0.9")]).ok()
    assert env.installed() == {"demo": "0.9"}


def test_hooks_at_once(install, work):
    code = (
        "def build_wheel(directory, c=None, m=None, inner=build_wheel):\n"
        "    import time\n    note('+')\n    time.sleep(0.3)\n    note('-')\n    return inner(directory)\n"
    )
    names = [f"p{n}" for n in range(6)]
    for limit in (1, 3):
        notes = work / f"notes{limit}"
        install(
            *names,
            "--concurrent-builds",
            limit,
            "--reinstall",
            "--no-cache",
            "--no-deps",
            wheels=[project(name, code=code) for name in names],
            env={"NOTES": notes},
        ).ok()
        at_once = most = 0
        for sign in notes.read_text().split():
            at_once += 1 if sign == "+" else -1
            most = max(most, at_once)
        assert most == limit


def meet(mine: str, other: str) -> str:
    """A hook that ends only when the other's has begun, too."""
    return (
        "def prepare_metadata_for_build_wheel(directory, c=None):\n"
        "    import pathlib, time\n"
        f"    note({mine!r})\n"
        "    for _ in range(2000):\n"
        f"        if {other!r} in pathlib.Path(os.environ['NOTES']).read_text(): break\n"
        "        time.sleep(0.01)\n"
        f"    else: raise SystemExit('{other} never began')\n"
        f"    folder = pathlib.Path(directory, '{mine}-1.0.dist-info')\n"
        "    folder.mkdir()\n"
        f"    folder.joinpath('METADATA').write_text({metadata_text(mine, '1.0')!r})\n"
        "    return folder.name\n"
    )


def test_sources_are_asked_for_metadata_beside_each_other(install, notes):
    """Of a resolution: nobody names their versions, and each build waits for the other."""
    sources = [project("p0", code=meet("p0", "p1")), project("p1", code=meet("p1", "p0"))]
    install("p0", "p1", "--concurrent-builds", 2, wheels=sources, env={"NOTES": notes}).ok()
    assert notes.read_text().split() in (["p0", "p1"], ["p1", "p0"])


def test_the_failure_of_a_guess_is_none(install, env, notes, logs):
    """The newest is tried before it is known that another is needed. Nothing is left of it."""
    wheels = [
        project("p", "2.0", code="raise SystemExit('too new')\n"),
        project("p", "1.0", code="note('p 1.0')\n"),
        wheel("q", "1", requires=["p<2"]),
    ]
    done = install("p", "q==1", wheels=wheels, env={"NOTES": notes, "TMPDIR": logs}).ok()
    assert "too new" not in done.err
    assert env.installed() == {"p": "1.0", "q": "1"}
    assert not list(logs.iterdir())


ANCIENT = project("ancient", "1.0", code="raise SystemExit('no print statement any more')\n")


def test_a_contradiction_is_told_even_if_it_leads_to_what_nobody_can_build(install, env):
    wheels = [
        wheel("core", "5"),
        wheel("app", "4", requires=["core<5"]),
        wheel("app", "1", requires=["ancient==1"]),
        ANCIENT,
    ]
    done = install("app<5", "core>=5", wheels=wheels)
    done.fails(1, "error: core", "app<5", "core>=5", "ancient 1.0 cannot be built")
    assert "warning: ancient==1.0: build backend failed" in done.err
    assert env.installed() == {}


def test_no_older_release_is_taken_because_a_build_failed(install, env):
    wheels = [
        wheel("core", "5"),
        wheel("app", "4", requires=["core<5"]),
        wheel("app", "3", requires=["ancient==1"]),
        wheel("app", "2"),
        ANCIENT,
    ]
    install("app<5", "core>=5", wheels=wheels).fails(
        1, "error: ancient==1.0: build backend failed", "app 3 needs ancient==1"
    )
    assert env.installed() == {}


def test_a_build_without_any_python(pipit, wheelhouse, work, tmp_path):
    folder = wheelhouse(project("demo"), wheel("plain", "1"))
    bare = {"PATH": tmp_path}
    target = ["--target", "t", "--python-version", "3.12", "--no-index", "-f", folder]
    pipit("install", *target, "plain", env=bare).ok()
    done = pipit("install", *target, "demo", env=bare)
    done.fails(1, "demo==1.0: a Python is needed to build it", "--only-binary")


def write_tree(folder, name, code="", static=True) -> None:
    """A project in a folder, with a backend of its own."""
    about = f'[project]\nname = "{name}"\nversion = "1.0"\n' if static else ""
    backend = BACKEND.format(name=name, version="1.0", metadata=metadata_text(name, "1.0"))
    folder.mkdir()
    (folder / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n' + about
    )
    (folder / "backend.py").write_text(backend + NOTE + code)


@pytest.mark.parametrize("static", [True, False])
def test_settings_of_a_package_hold_for_its_folder(install, env, work, static):
    """Also when only the first build tells what the folder's project is called."""
    code = (
        "def build_wheel(directory, config_settings=None, m=None, inner=build_wheel):\n"
        "    note(str((config_settings or {}).get('k')))\n    return inner(directory)\n"
        "def prepare_metadata_for_build_wheel(directory, config_settings=None):\n"
        "    os.mkdir(os.path.join(directory, 'demo-1.0.dist-info'))\n"
        "    with open(os.path.join(directory, 'demo-1.0.dist-info', 'METADATA'), 'w') as out:\n"
        "        out.write(METADATA)\n"
        "    return 'demo-1.0.dist-info'\n"
    )
    write_tree(work / "folder", "demo", code, static)
    notes = work / "notes"
    install("./folder", "--config-settings-package", "demo:k=v", env={"NOTES": notes}).ok()
    assert notes.read_text() == "v\n"
    assert env.installed() == {"demo": "1.0"}


def test_editable_without_its_hook(install, env, work):
    write_tree(work / "folder", "demo", "del build_editable\n")
    before = tree(env.path)
    install("-e", "./folder").fails(1, "cannot be installed in place", "build_editable (PEP 660)")
    assert tree(env.path) == before


# Real backends.


@pytest.mark.index
@pytest.mark.parametrize(
    "requirement, module",
    [
        ("docopt==0.6.2", "docopt"),  # setuptools, without pyproject.toml
        ("iniconfig==2.0.0", "iniconfig"),  # hatchling with a plugin
        ("idna==3.10", "idna"),  # flit-core
        ("flit-core==3.12.0", "flit_core"),  # backend-path
        ("pastel==0.2.1", "pastel"),  # poetry-core
        ("pdm-backend==2.4.3", "pdm.backend"),  # backend-path
        ("dep-logic==0.4.9", "dep_logic"),  # pdm-backend
    ],
)
def test_real_backends(pipit, env, requirement, module):
    name = requirement.split("==")[0]
    done = pipit(
        "install", "--python", env.python, "--no-deps", "--no-binary", name, requirement, timeout=240
    ).ok()
    assert f"Built {requirement} in " in done.err
    env.run(env.python, "-I", "-c", f"import {module}")


SETUPTOOLS = '[build-system]\nrequires = ["setuptools>=64"]\nbuild-backend = "setuptools.build_meta"\n'
HATCHLING = '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
FLIT = '[build-system]\nrequires = ["flit_core>=3.4"]\nbuild-backend = "flit_core.buildapi"\n'


@pytest.mark.index
@pytest.mark.parametrize("by", ["pipit", "pip"])
@pytest.mark.parametrize("system", [SETUPTOOLS, HATCHLING, FLIT], ids=["setuptools", "hatchling", "flit"])
def test_real_editables(pipit, pip, env, work, system, by):
    """They follow their source, and leave nothing behind when they go."""
    folder = work / "demo"
    (folder / "src" / "demo").mkdir(parents=True)
    module = folder / "src" / "demo" / "__init__.py"
    module.write_text('"""Demo."""\nvalue = 1\n')
    (folder / "pyproject.toml").write_text(
        system + '[project]\nname = "demo"\nversion = "1.0"\ndescription = "x"\n'
    )

    def files():  # pip takes an empty site-packages with it
        found = tree(env.path, skip=lambda path: "__pycache__" in path)
        return {path: what for path, what in found.items() if what[0] != "folder"}

    before = files()
    pipit("install", "--python", env.python, "-e", folder, timeout=240).ok()
    show = [env.python, "-I", "-B", "-c", "import demo; print(demo.value)"]
    assert env.run(*show) == "1\n"
    module.write_text('"""Demo."""\nvalue = 22\n')
    assert env.run(*show) == "22\n"
    url = json.loads((env.info("demo-1.0") / "direct_url.json").read_text())
    assert url == {"url": folder.as_uri(), "dir_info": {"editable": True}}
    if by == "pipit":
        pipit("uninstall", "--python", env.python, "-y", "demo").ok()
    else:
        pip("--python", env.python, "uninstall", "-y", "demo").ok()
    assert files() == before


def test_a_source_for_another_system_is_built_once_and_the_target_named(pipit, wheelhouse, tmp_path):
    """Its metadata is known by a build only, and that wheel does not fit."""
    house = wheelhouse(backends.source("thing", "1", tag="cp39-cp39-linux_x86_64"))
    done = pipit(
        *("install", "--no-index", "-f", house, "--target", "out", "thing"),
        *("--python-platform", "macos", "--python-version", "3.12"),
        env={"BUILD_COUNTER": str(tmp_path / "count")},
    )
    done.fails(1, "thing-1-cp39-cp39-linux_x86_64.whl, which does not fit the target, Python 3.12 on macosx_")
    assert "hint: to take a release that has a wheel, if there is one: --only-binary thing" in done.err
    assert (tmp_path / "count").read_text().splitlines() == ["wheel thing"]
