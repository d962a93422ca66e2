"""What a refusal's hints say to do works: each refusal of the installing side is provoked, its hints
are compared with what is expected, and the command in each is run."""

from __future__ import annotations

import pathlib
import re
import shutil
import subprocess
from dataclasses import dataclass, field

import pytest

from conftest import ROOT, can_unshare
from registry import wheel
from test_sources import other_python

WHEELS = [
    wheel("thing", version, files={"thing.py": f"v = {version}\n", "deep/thing.py": f"v = {version}\n"})
    for version in ("1", "2")
]


class Scene:
    """An environment, a wheelhouse, and the commands in it."""

    def __init__(self, pipit, env, folder, tmp_path):
        self.pipit, self.env, self.tmp = pipit, env, tmp_path
        self.source = ["--no-index", "-f", str(folder)]
        self.python = ["-p", str(env.python)]

    def run(self, *words):
        return self.pipit(*words)

    def install(self, *words, command="install"):
        return self.pipit(command, *self.python, *self.source, *words)

    def info(self, name: str, version: str = "1", **files: str) -> None:
        """A .dist-info with METADATA and these files."""
        info = self.env.info(f"{name}-{version}")
        info.mkdir()
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        for name, text in {"METADATA": metadata, **files}.items():
            (info / name).write_text(text)

    def stray(self, *names: str) -> None:
        for name in names:
            (self.env.site / name).parent.mkdir(exist_ok=True)
            (self.env.site / name).write_text("mine\n")


def again(words: str):
    """The refused command with these words."""
    return lambda scene, refusal, hint: refusal(*words.split())


def install_what_it_says(scene, refusal, hint):
    """`--force-reinstall --no-deps NAME==VERSION`, then the refused command."""
    scene.install(*re.search(r": (?:pipit install )?(--force-reinstall .*)", hint)[1].split()).ok()
    refusal().ok()
    return refusal()


def move_away(scene, refusal, hint):
    for path in re.findall(r"^(?:pipit: error: |  )(/[^ :]*)", scene.said, re.M):
        (shutil.rmtree if pathlib.Path(path).is_dir() else pathlib.Path.unlink)(pathlib.Path(path))
    return refusal()


def told(scene, refusal, hint):
    """It names no command."""
    return None


def run_it(scene, refusal, hint):
    """A command of pipit, then the refused one."""
    scene.run(*hint[hint.index("pipit ") :].split()[1:]).ok()
    return refusal()


def python_named(scene, refusal, hint):
    return refusal(*scene.python)


def fresh_environment(scene, refusal, hint):
    scene.run("venv", scene.tmp / "fresh").ok()
    scene.python = ["-p", str(scene.tmp / "fresh" / "bin" / "python")]
    return scene.install("thing==2")


def made_here(scene, refusal, hint):
    scene.run("venv").ok()
    return refusal()


def system_named(scene, refusal, hint):
    return refusal("--system", "--dry-run", "--break-system-packages")


def unset(scene, refusal, hint):
    del scene.pipit.env["VIRTUAL_ENV"]
    made_here(scene, refusal, hint).ok()
    return refusal()


def link_removed(scene, refusal, hint):
    (scene.pipit.cwd / ".venv").unlink()
    return made_here(scene, refusal, hint)


def removed_and_made(scene, refusal, hint):
    shutil.rmtree(re.search(r"rm -r ([^)]*)", hint)[1])
    return made_here(scene, refusal, hint)


def run_in_brackets(scene, refusal, hint):
    return run_it(scene, refusal, re.search(r"\((.*)\)", hint)[1])


def half_an_environment(scene):
    """Its python would work on the Python that it links to."""
    half = shutil.copytree(scene.env.path, scene.tmp / "half", symlinks=True)
    (half / "pyvenv.cfg").unlink()
    scene.pipit.env["VIRTUAL_ENV"] = str(half)


def compiled(scene, refusal, hint):
    out = scene.run("compile", *scene.source, "-q", "pins.txt").ok().out
    (scene.pipit.cwd / "pins.txt").write_text(out)
    return refusal()


@dataclass
class Refusal:
    name: str
    prepare: callable
    command: callable  # scene, further words -> Done
    ways: dict = field(default_factory=dict)  # hint -> what it leads to, or several things


def upgrade(scene, *words):
    return scene.install("-U", "thing", *words)


def from_file(scene, *words):
    path = pathlib.Path(scene.source[-1]) / WHEELS[1].filename
    return scene.install(path, *words)


def synced(scene, *words):
    (scene.pipit.cwd / "pins.txt").write_text("thing==2\n")
    return scene.install("pins.txt", *words, command="sync")


def removed(scene, *words):
    return scene.run("uninstall", "-y", *scene.python, "thing", *words)


def distutils(scene):
    scene.stray("thing.py")
    (scene.env.site / "thing-1.egg-info").write_text("Name: thing\nVersion: 1\n")


def no_list(scene):
    folder = scene.env.site / "thing-1.egg-info"
    folder.mkdir()
    (folder / "PKG-INFO").write_text("Name: thing\nVersion: 1\n")


def zeroed(scene):
    """As after a power failure."""
    scene.info("thing", RECORD="\0" * 700)


def null_in_row(scene):
    scene.info("thing", RECORD="thing.py\0,,\n")


def bare(scene):
    scene.stray("thing.py")
    scene.info("thing")


def folder_in_the_way(scene):
    scene.stray("thing.py/mine.txt")


def file_in_the_way(scene):
    scene.stray("deep")


def without_environment(scene):
    scene.pipit.env.pop("VIRTUAL_ENV", None)


OVER = "to write over it: --force-reinstall --no-deps thing==2"
ONE = "installing it again over itself writes one: pipit install --force-reinstall --no-deps thing==1"
CONDA = "it was installed by conda, which may uninstall it"
WAYS_OF_STRAYS = {
    "to overwrite {}: run again with --force-reinstall": again("--force-reinstall"),
    "to keep {}: move {} away and run again": move_away,
}


def strays(word: str) -> dict:
    return {hint.replace("{}", word): way for hint, way in WAYS_OF_STRAYS.items()}


REFUSALS = [
    Refusal("no RECORD", bare, upgrade, {OVER: install_what_it_says}),
    Refusal(
        "no RECORD, conda's",
        lambda scene: scene.info("thing", INSTALLER="conda\n"),
        upgrade,
        {CONDA: told, OVER: install_what_it_says},
    ),
    Refusal("a torn RECORD", lambda scene: scene.info("thing", RECORD='"'), upgrade, {OVER: install_what_it_says}),
    Refusal("distutils", distutils, upgrade, {OVER: install_what_it_says}),
    Refusal("no list", no_list, upgrade, {OVER: install_what_it_says}),
    Refusal("a RECORD of null bytes", zeroed, upgrade, {OVER: install_what_it_says}),
    Refusal("a null byte in RECORD", null_in_row, upgrade, {OVER: install_what_it_says}),
    Refusal("a RECORD of null bytes, sync", zeroed, synced, {OVER: install_what_it_says}),
    Refusal("a null byte in RECORD, uninstall", null_in_row, removed, {ONE: install_what_it_says}),
    Refusal(
        "no RECORD, from a file",
        bare,
        from_file,
        {"to write over it: run again with --force-reinstall": again("--force-reinstall")},
    ),
    Refusal("no RECORD, sync", bare, synced, {OVER: install_what_it_says}),
    Refusal("no RECORD, uninstall", bare, removed, {ONE: install_what_it_says}),
    # These go by RECORD themselves.
    *(
        Refusal(
            f"no RECORD, uninstall, {name.strip()}'s",
            lambda scene, name=name: scene.info("thing", INSTALLER=name),
            removed,
            {ONE: install_what_it_says},
        )
        for name in ("pipit\n", "uv", "Poetry 2.1.0\n")
    ),
    Refusal("distutils, uninstall", distutils, removed, {ONE: install_what_it_says}),
    Refusal("no list, uninstall", no_list, removed, {ONE: install_what_it_says}),
    Refusal("a torn RECORD, uninstall", lambda scene: scene.info("thing", RECORD='"'), removed, {ONE: install_what_it_says}),
    Refusal("conda's, uninstall", lambda scene: scene.info("thing", INSTALLER="conda\n"), removed, {CONDA: told}),
    Refusal("a stray", lambda scene: scene.stray("thing.py"), upgrade, strays("it")),
    Refusal("strays", lambda scene: scene.stray("thing.py", "deep/thing.py"), upgrade, strays("them")),
    Refusal("strays, sync", lambda scene: scene.stray("thing.py", "deep/thing.py"), synced, strays("them")),
    Refusal("a folder", folder_in_the_way, upgrade, {"move it away and run again": move_away}),
    Refusal("a file", file_in_the_way, upgrade, {"move it away and run again": move_away}),
    Refusal(
        "a broken environment",
        lambda scene: [path.unlink() for path in scene.env.bin.glob("python*")]
        and (scene.env.bin / "python").symlink_to("/nowhere/python3"),
        upgrade,
        {"make the environment again: pipit venv --clear ENV": run_it},
    ),
    Refusal(
        "no environment",
        without_environment,
        lambda scene, *words: scene.run("install", *scene.source, "thing", *words),
        {
            "make one with `pipit venv`, name an interpreter with --python, or use --system": (
                python_named,
                system_named,
                made_here,
            )
        },
    ),
    Refusal(
        "a variable that leads nowhere",
        lambda scene: scene.pipit.env.update(VIRTUAL_ENV="/nowhere"),
        lambda scene, *words: scene.run("install", *scene.source, "thing", *words),
        {"unset VIRTUAL_ENV, or name an interpreter with --python": (python_named, unset)},
    ),
    Refusal(
        "a broken .venv",
        lambda scene: (scene.pipit.cwd / ".venv").symlink_to("/nowhere"),
        lambda scene, *words: scene.run("install", *scene.source, "thing", *words),
        {"remove it, or name an interpreter with --python": (python_named, link_removed)},
    ),
    Refusal(
        "a .venv without pyvenv.cfg",
        lambda scene: (scene.pipit.cwd / ".venv" / "bin").mkdir(parents=True),
        lambda scene, *words: scene.run("install", *scene.source, "thing", *words),
        {
            "remove it (rm -r WORK/.venv) and make one with `pipit venv`, "
            "or name an interpreter with --python": (python_named, removed_and_made),
        },
    ),
    Refusal(
        "an empty .venv",
        lambda scene: (scene.pipit.cwd / ".venv").mkdir(),
        lambda scene, *words: scene.run("install", *scene.source, "thing", *words),
        {
            "make it again (pipit venv --clear WORK/.venv), or name an interpreter with --python": (
                python_named,
                run_in_brackets,
            )
        },
    ),
    Refusal(
        "a variable that names half an environment",
        half_an_environment,
        lambda scene, *words: scene.run("install", *scene.source, "thing", *words),
        {"unset VIRTUAL_ENV, or name an interpreter with --python": (python_named, unset)},
    ),
    Refusal(
        "no Python",
        lambda scene: None,
        lambda scene, *words: scene.run("install", "-p", "ls", *scene.source, "thing", *words),
        {"--python takes a Python's path, an environment's folder, or a version": python_named},
    ),
    Refusal(
        "an environment already",
        lambda scene: None,
        lambda scene, *words: scene.run("venv", scene.env.path, *words),
        {"--clear replaces it with a new one": again("--clear")},
    ),
    Refusal(
        "unpinned",
        lambda scene: (scene.pipit.cwd / "pins.txt").write_text("thing\n"),
        lambda scene, *words: scene.install("pins.txt", *words, command="sync"),
        {"pipit compile writes pinned files": compiled},
    ),
    Refusal(
        "nothing to sync",
        lambda scene: (scene.pipit.cwd / "pins.txt").write_text(""),
        lambda scene, *words: scene.install("pins.txt", *words, command="sync"),
        {"--allow-empty-requirements empties the environment": again("--allow-empty-requirements")},
    ),
]


@pytest.fixture
def scene(pipit, env, wheelhouse, tmp_path):
    return Scene(pipit, env, wheelhouse(*WHEELS), tmp_path)


CASES = [
    pytest.param(refusal, hint, id=f"{refusal.name}: {hint}")
    for refusal in REFUSALS
    for hint in refusal.ways
]


@pytest.mark.parametrize("refusal, hint", CASES)
def test_the_hint_leads_out(refusal, hint, scene, unchanged):
    refusal.prepare(scene)
    with unchanged(scene.env.path):
        done = refusal.command(scene)
    assert done.rc in (1, 2), repr(done)
    scene.said = done.err
    shown = done.err.replace(str(scene.env.path), "ENV").replace(str(scene.pipit.cwd), "WORK")
    given = re.findall(r"^hint: (.*)$", shown, re.M)
    assert given == list(refusal.ways), repr(done)
    words = hint.replace("WORK", str(scene.pipit.cwd))
    if "VIRTUAL_ENV" not in words:
        words = words.replace("ENV", str(scene.env.path))
    ways = refusal.ways[hint]
    for way in ways if isinstance(ways, tuple) else (ways,):
        out = way(scene, lambda *more: refusal.command(scene, *more), words)
        assert out is None or out.ok()


def test_no_refusal_of_the_environment_is_left_out():
    """Every hint of lib/env is in the table above, or here with the reason why it is not."""
    elsewhere = (
        "what was moved is still in ",  # a roll-back that failed
        "put a copy of that folder in its place and run again",  # test_links.py
        "to put a folder in the place of the link: run again with --force-reinstall",  # the same
        "install into a virtual environment (`pipit venv`), or with --target",  # below
        "make a virtual environment (`pipit venv`) and install there",  # below
        "or, at the risk of breaking the system's Python: --break-system-packages",  # below
        *("activate ", ", or name it with --python "),  # below
    )
    table = " ".join(hint for refusal in REFUSALS for hint in refusal.ways)
    for path in (ROOT / "lib" / "env").rglob("*.cpp"):
        for call in re.findall(r"with_hint\(((?:[^()]|\([^()]*\))*)\)", path.read_text()):
            for text in re.findall(r'"([^"]*)"', call):
                assert len(text) < 9 or text in elsewhere or text in table, f"{path.name}: {text}"


def test_a_managed_python(scene, tmp_path):
    """PEP 668."""
    system = scene.env.path.with_name("system")
    real = pathlib.Path(scene.env.run(scene.env.python, "-Ic", "import sys; print(sys.base_prefix)").strip())
    version = scene.env.site.parent.name
    library = system / "lib" / version
    (library / "site-packages").mkdir(parents=True)
    (system / "bin").mkdir()
    for entry in (real / "lib" / version).iterdir():
        if entry.name != "site-packages":
            (library / entry.name).symlink_to(entry)
    shutil.copy((real / "bin" / version).resolve(), system / "bin" / "python3")
    (library / "EXTERNALLY-MANAGED").write_text("[externally-managed]\nError=no\n")
    scene.python = ["-p", str(system / "bin" / "python3")]
    hints = re.findall("^hint: (.*)$", scene.install("thing").err, re.M)
    assert hints == [
        "make a virtual environment (`pipit venv`) and install there",
        "or, at the risk of breaking the system's Python: --break-system-packages",
    ]
    # What is at hand is named first: the nearest environment, or the active one.
    scene.run("venv").ok()
    (hint, _) = re.findall("^hint: (.*)$", scene.install("thing").err, re.M)
    assert hint == "activate .venv, or name it with --python .venv"
    scene.pipit.env["VIRTUAL_ENV"] = str(scene.env.path)
    (hint, _) = re.findall("^hint: (.*)$", scene.install("thing").err, re.M)
    assert hint.endswith(f"--python {scene.env.path}")
    scene.install("--break-system-packages", "thing").ok()
    assert (library / "site-packages" / "thing.py").exists()
    # sync says how it may empty a Python that is no virtual environment.
    (scene.pipit.cwd / "pins.txt").write_text("thing==1\n")
    scene.pipit.env["VIRTUAL_ENV"] = str(system)
    words = ("sync", *scene.source, "--break-system-packages", "pins.txt")
    done = scene.run(*words)
    (hint,) = re.findall("^hint: sync removes what is not listed; to allow it here: (.*)$", done.err, re.M)
    scene.run(*words, *hint.split()).ok()
    fresh_environment(scene, None, None).ok()


READ_ONLY = 'mount --bind "$1" "$1" && mount -o remount,ro,bind "$1" && shift && exec "$@"'


@pytest.mark.skipif(not can_unshare("-m"), reason="no mount namespaces here")
def test_a_read_only_environment(scene, tmp_path):
    scene.pipit.command = [
        *("unshare", "-m", "sh", "-c", READ_ONLY, "sh", str(scene.env.path)),
        *scene.pipit.command,
    ]
    done = scene.install("thing")
    done.fails(1, "cannot be changed", "hint: install into a virtual environment (`pipit venv`), or with --target")
    scene.install("thing", "--target", tmp_path / "there").ok()
    fresh_environment(scene, None, None).ok()


def python_of(python) -> str:
    words = "import sys; print('%d.%d' % sys.version_info[:2])"
    return subprocess.run([python, "-c", words], capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize("command", ["install", "sync"])
def test_another_python_is_another_environment(command, scene, tmp_path, wheelhouse, unchanged):
    python = other_python()
    if not python:
        pytest.skip("only one Python here")
    other, mine = python_of(python), python_of(scene.env.python)
    folder = wheelhouse(wheel("new", "1", tag=f"cp{other.replace('.', '')}-none-any"))
    (scene.pipit.cwd / "pins.txt").write_text("new==1\n")
    scene.source = ["--no-index", "-f", str(folder)]
    words = ("new",) if command == "install" else ("pins.txt",)
    with unchanged(scene.env.path):
        done = scene.install(*words, command=command).fails(1, "new 1 has no wheel for this Python")
    assert re.findall("^hint: (.*)$", done.err, re.M) == [
        f"Python {other} gives a solution: make an environment with it, `pipit venv --python {other} DIR`"
    ]
    scene.pipit.env["PATH"] = f"{pathlib.Path(python).parent}:{scene.pipit.env.get('PATH', '')}"
    way = re.search("`pipit (.*)`", done.err)[1].replace("DIR", str(tmp_path / "fresh")).split()
    scene.run(*way).ok()
    scene.python = ["-p", str(tmp_path / "fresh" / "bin" / "python")]
    scene.install(*words, command=command).ok()
    # Where no environment is changed, the option is the way.
    option = f"hint: Python {other} (--python-version {other}) gives a solution"
    scene.python = ["-p", str(scene.env.python)]
    further = [["--dry-run"]] if command == "sync" else [["--dry-run"], ["--target", tmp_path / "t"]]
    for more in further:
        scene.install(*words, *more, command=command).fails(1, option)
        scene.install(*words, *more, "--python-version", other, command=command).ok()
    scene.install("pins.txt", command="compile").fails(1, option)
    assert python_of(scene.env.python) == mine


def test_no_installed_version_is_proposed_where_there_are_newer_ones(scene, wheelhouse):
    old, app = wheel("lib", "1.24"), wheel("app", "1", requires=["lib<2"])
    folder = wheelhouse(old, app, *(wheel("lib", v) for v in ("1.26", "2.8")), wheel("app", "2"))
    scene.source = ["--no-index", "-f", str(folder)]
    scene.install("lib==1.24", "app==1").ok()
    for words in (["lib==2.0"], ["app", "lib==2.0"]):
        done = scene.install(*words).fails(1, "hint: lib==2.8 instead of lib==2.0 gives a solution")
    scene.install("app", "lib==2.8").ok()
    # What is installed and nowhere else is better than nothing.
    scene.source = ["--no-index", "-f", str(wheelhouse(wheel("other", "1")))]
    done = scene.install("other", "lib==2.0", "app==1").fails(1)
    assert "lib==" in done.err


def test_wheels_of_another_python_and_pips_words(scene, tmp_path):
    link = tmp_path / "bin" / "pip"
    link.parent.mkdir()
    link.symlink_to(scene.pipit.binary)
    scene.pipit.command = [str(link)]
    done = scene.install("--python-version", "3.9", "--only-binary", ":all:", "thing")
    done.fails(1, "only with --target or --dry-run", "hint: to install for another Python or system: --target DIR")
    for way in (["--target", tmp_path / "there"], ["--dry-run"]):
        scene.install("--python-version", "3.9", "--only-binary", ":all:", "thing", *way).ok()
