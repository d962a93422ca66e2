"""What a build sees of where pipit runs, and what a user sees of a build."""

import os
import tarfile

import pytest

import sources
from backends import source_files, write_tree
from registry import wheel

ASKING = "import helper\nTEXT = 'V = %r\\n' % helper.V\n"


@pytest.fixture
def logs(tmp_path):
    path = tmp_path / "logs"
    path.mkdir()
    return path


def folder_that_asks(path, extra: str):
    files = source_files("asking", "1.0")
    files["backend.py"] += extra
    return write_tree(path, files)


def test_pythonpath_holds_without_isolation_alone(pipit, env, work):
    folder = folder_that_asks(work / "p", ASKING)
    (work / "lib").mkdir()
    (work / "lib" / "helper.py").write_text("V = 7\n")
    variables = {"PYTHONPATH": str(work / "lib")}
    args = ("install", "-p", env.python, "--no-index", folder)
    done = pipit(*args, env=variables)
    done.fails(1, "cannot be loaded: ModuleNotFoundError: No module named 'helper'")
    pipit(*args, "--no-build-isolation", env=variables).ok()
    assert (env.site / "asking" / "__init__.py").read_text() == "V = 7\n"


LOOKS = {
    "setup.cfg": "[other]\nname = no\n[metadata]\nversion = 1\nname = Asking\n",
    "PKG-INFO": "Metadata-Version: 1.1\nName: asking\nVersion: 1.0\n",
    "asking.egg-info/PKG-INFO": "Metadata-Version: 1.1\nName: asking\nVersion: 1.0\n",
    "src/asking.egg-info/PKG-INFO": "Metadata-Version: 1.1\nName: asking\nVersion: 1.0\n",
    "requirement": "",
    "repository": "",
    "needed by another": "",
}


@pytest.mark.parametrize("look", LOOKS)
def test_no_isolation_of_a_package_without_a_project_table(pipit, env, work, wheelhouse, look):
    """Its name is known by what the requirement says, or by a first look at the folder."""
    folder = folder_that_asks(work / "p", ASKING)
    toml = (folder / "pyproject.toml").read_text()
    (folder / "pyproject.toml").write_text(toml[toml.index("[build-system]") :].split("[project]")[0])
    (work / "lib").mkdir()
    (work / "lib" / "helper.py").write_text("V = 7\n")
    what, url = folder, folder.as_uri()
    if LOOKS[look]:
        (folder / look).parent.mkdir(parents=True, exist_ok=True)
        (folder / look).write_text(LOOKS[look])
    elif look == "requirement":
        what = f"Asking @ {url}"
    elif look == "repository":
        sources.repository(folder)
        what = f"asking @ git+{url}"
    else:
        what = "needs"
    house = wheelhouse(wheel("needs", "1", requires=[f"asking @ {url}"]))
    variables = {"PYTHONPATH": str(work / "lib")}
    args = ("install", "-p", env.python, "--no-index", "-f", house, what)
    for other in ([], ["--no-build-isolation-package", "other"]):
        pipit(*args, *other, env=variables).fails(1, "No module named 'helper'")
    pipit(*args, "--no-build-isolation-package", "asking", env=variables).ok()
    assert (env.site / "asking" / "__init__.py").read_text() == "V = 7\n"


DESCRIBE = (
    "import subprocess\n"
    "TEXT = repr(subprocess.run(['git', 'rev-parse', 'HEAD'], stdout=subprocess.PIPE,"
    " stderr=subprocess.STDOUT, text=True).stdout)\n"
)


@pytest.mark.parametrize("kind", ["repository", "archive", "folder"])
def test_inside_a_hook_of_git(pipit, env, work, kind):
    hooked = work / "hooked"
    hooked.mkdir()
    mine = sources.repository(hooked)
    files = source_files("asking", "1.0")
    files["backend.py"] += DESCRIBE
    folder = write_tree(work / "p", files)
    theirs = sources.repository(folder)
    place = f"git+{folder.as_uri()}" if kind == "repository" else folder
    if kind == "archive":
        place = work / "asking-1.0.tar.gz"
        with tarfile.open(place, "w:gz") as out:
            out.add(folder, "asking-1.0")
    hook = {
        "GIT_DIR": str(hooked / ".git"), "GIT_WORK_TREE": str(hooked),
        "GIT_INDEX_FILE": str(hooked / ".git" / "index"), "GIT_PREFIX": "x/",
    }  # fmt: skip
    pipit("install", "-p", env.python, "--no-index", place, env=hook).ok()
    said = (env.site / "asking" / "__init__.py").read_text()
    # A hook that installs its own project as a folder means just this repository.
    assert (mine if kind == "folder" else theirs) in said


def test_what_a_build_says_as_it_exits_is_shown(pipit, env, work, logs):
    files = source_files("asking", "1.0", needs=["x"])
    words = "the name sklearn is deprecated,\nuse scikit-learn instead"
    for number, raising in enumerate((f"raise SystemExit({words!r})", f"import sys; sys.exit({words!r})")):
        for place in ("top", "hook"):
            text = files["backend.py"]
            if place == "top":
                text = f"{raising}\n{text}"
            else:
                text = text.replace("    return ['x']\n", f"    {raising}\n")
            folder = write_tree(work / f"d{number}{place}", {**files, "backend.py": text})
            done = pipit("install", "-p", env.python, f"./{folder.name}", cwd=work, env={"TMPDIR": str(logs)})
            done.fails(1, f"./{folder.name}: build backend failed (hook get_requires_for_build_wheel, exit 1)")
            assert "  the name sklearn is deprecated,\n  use scikit-learn instead\n" in done.err
            assert "file://" not in done.err
            (log,) = logs.glob(f"pipit-build-d{number}{place}-*.log")
            assert words in log.read_text()


def test_verbose_shows_all_of_a_failed_build(install, logs):
    lines = "for n in range(200): print('line', n)\nraise RuntimeError('broken')\n"
    files = source_files("demo", "1.0")
    folder = write_tree(logs.parent / "demo", {**files, "backend.py": lines})
    variables = {"TMPDIR": str(logs)}
    brief = install(folder, env=variables).fails(1, "line 199")
    assert "line 190\n" in brief.err and "line 100\n" not in brief.err
    assert "line 0\n" in install(folder, "-v", env=variables).fails(1).err


def test_logs_do_not_pile_up(install, work, logs):
    for number in range(60):
        (logs / f"pipit-build-old-{number}.log").write_text("")
        os.utime(logs / f"pipit-build-old-{number}.log", (1_000_000 + number,) * 2)
    (logs / "notes.log").write_text("mine")
    files = {**source_files("demo", "1.0"), "backend.py": "raise RuntimeError('broken')\n"}
    install(write_tree(work / "demo", files), env={"TMPDIR": str(logs)}).fails(1, "broken")
    kept = sorted(path.name for path in logs.iterdir())
    assert len(kept) == 51 and "notes.log" in kept
    assert "pipit-build-old-0.log" not in kept and "pipit-build-old-59.log" in kept
    assert any(name.startswith("pipit-build-demo-") for name in kept)


def test_prefix_has_the_usual_layout_on_debian(pipit, wheelhouse, work):
    python = "/usr/bin/python3"
    if not os.path.exists("/usr/lib/python3/dist-packages"):
        pytest.skip("not Debian's Python")
    folder = wheelhouse(wheel("demo", "1.0", files={"demo.py": ""}, scripts={"demo": "demo:x"}))
    pipit("install", "-p", python, "--no-index", "-f", folder, "--prefix", work / "p", "demo").ok()
    assert (work / "p" / "bin" / "demo").is_file()
    assert list((work / "p").glob("lib/python3*/site-packages/demo.py"))
    assert not (work / "p" / "local").exists()
