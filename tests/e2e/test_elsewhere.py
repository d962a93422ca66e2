"""What is installed outside the environment itself: by the system, by the user, on PYTHONPATH."""

from __future__ import annotations

import json
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

from conftest import PYTHON, Env, Program, can_unshare, tree
from registry import wheel

VERSION = f"python{sys.version_info[0]}.{sys.version_info[1]}"
WHEELS = [
    wheel("base", "1", files={"base.py": "v = 1\n"}, scripts={"base": "base:main"}),
    wheel("base", "2", files={"base.py": "v = 2\n"}),
    wheel("needs", "1", requires=["base"]),
    wheel("needs-two", "1", requires=["base>=2"]),
]


class System:
    """A Python of its own: the standard library's files are links to the real one's."""

    def __init__(self, path: pathlib.Path):
        real = pathlib.Path(os.path.realpath(PYTHON)).parents[1]
        self.path = path
        self.python = path / "bin" / "python3"
        self.site = path / "lib" / VERSION / "site-packages"
        self.python.parent.mkdir(parents=True)
        self.site.mkdir(parents=True)
        for entry in (real / "lib" / VERSION).iterdir():
            if entry.name != "site-packages":
                (self.site.parent / entry.name).symlink_to(entry)
        (path / "include").symlink_to(real / "include")
        shutil.copy(os.path.realpath(PYTHON), path / "bin" / VERSION)
        self.python.symlink_to(VERSION)


@pytest.fixture
def system(tmp_path):
    made = System(tmp_path / "system")
    said = subprocess.run(
        [made.python, "-Ic", "import sys; print(sys.prefix)"], capture_output=True, text=True
    )
    if said.stdout.strip() != str(made.path):
        pytest.skip("the Python of these tests cannot be copied")
    return made


@pytest.fixture
def source(wheelhouse):
    return ("--no-index", "-f", wheelhouse(*WHEELS))


@pytest.fixture
def inside(pipit, system, source, tmp_path):
    """A virtual environment that sees base 1 of the system."""
    pipit("install", "-p", system.python, *source, "base==1").ok()
    pipit("venv", "-p", system.python, "--system-site-packages", tmp_path / "inside").ok()
    return Env(tmp_path / "inside")


def version_seen(env, *names: str) -> str:
    return env.run(env.python, "-B", "-c", f"import base, {', '.join(names) or 'sys'}; print(base.v)")


@pytest.mark.parametrize(
    "words", [["base"], ["base==1"], ["needs"], ["needs==1", "base==1"], ["base<2", "needs"]], ids=str
)
def test_what_the_system_has_satisfies_as_in_pip(pipit, pip, inside, system, source, words, unchanged):
    theirs = Env(shutil.copytree(inside.path, inside.path.with_name("theirs"), symlinks=True))
    with unchanged(system.path):
        rehearsed = pipit("install", "-n", "-p", inside.python, *source, *words).ok()
        done = pipit("install", "-p", inside.python, *source, *words).ok()
        pip("--python", theirs.python, "install", "-q", *source, *words).ok()
    for said in (rehearsed.err, done.err):
        assert "+ base" not in said and ("+ needs" in said) == ("needs" in str(words))
    assert version_seen(inside) == "1\n"
    assert sorted(inside.site.glob("*.dist-info")) == [
        inside.site / path.name for path in sorted(theirs.site.glob("*.dist-info"))
    ]
    again = pipit("install", "-p", inside.python, *source, *words).ok()
    assert "nothing to do" in again.err


def test_sync_takes_the_systems_and_never_removes_it(pipit, inside, system, source, work, unchanged):
    (work / "pins.txt").write_text("base==1\nneeds==1\n")
    with unchanged(system.path):
        assert "+ base" not in pipit("sync", "-p", inside.python, *source, "pins.txt").ok().err
        assert version_seen(inside, "needs") == "1\n"
        (work / "pins.txt").write_text("base==2\n")
        said = pipit("sync", "-p", inside.python, *source, "pins.txt").ok().err
        assert "+ base==2" in said and "- needs==1" in said and "- base" not in said
        (work / "pins.txt").write_text("needs==1\n")
        said = pipit("sync", "-p", inside.python, *source, "pins.txt").ok().err
        assert "- base==2" in said and "+ needs==1" in said
    assert version_seen(inside, "needs") == "1\n", "the system's base is left"


@pytest.mark.parametrize(
    "words, version",
    [
        (["needs-two"], 2),
        (["base==2"], 2),
        (["-U", "base"], 2),
        (["-U", "needs", "--upgrade-strategy", "eager"], 2),
        (["--force-reinstall", "base==1"], 1),
        (["-I", "base==1"], 1),
    ],
    ids=str,
)
def test_what_does_not_fit_is_shadowed(pipit, inside, system, source, words, version, unchanged):
    with unchanged(system.path):
        rehearsed = pipit("install", "-n", "-p", inside.python, *source, *words).ok()
        done = pipit("install", "-p", inside.python, *source, *words).ok()
    for said in (rehearsed.err, done.err):
        assert f" + base=={version}" in said and " - base" not in said
    assert version_seen(inside) == f"{version}\n" and inside.info(f"base-{version}").is_dir()
    pipit("uninstall", "-y", "-p", inside.python, "base").ok()
    assert version_seen(inside) == "1\n"


def test_an_upgrade_to_what_is_there_is_none(pipit, inside, source, system):
    pipit("install", "-p", system.python, *source, "-U", "base").ok()
    done = pipit("install", "-p", inside.python, *source, "-U", "base").ok()
    assert "nothing to do" in done.err and not inside.info("base-2").exists()


def test_list_freeze_and_tree_show_it(pipit, pip, inside, source):
    pipit("install", "-p", inside.python, *source, "needs").ok()
    for command in (["list"], ["freeze"]):
        ours = pipit(*command, "-p", inside.python).ok().out
        assert ours == pip("--python", inside.python, *command).ok().out and "base" in ours
    assert "base v1" in pipit("tree", "-p", inside.python).ok().out


def test_uninstall_leaves_it_and_says_where_it_is(pipit, inside, system, source, unchanged):
    with unchanged(system.path, inside.path):
        done = pipit("uninstall", "-y", "--json", "-p", inside.python, "base", "nope").ok()
    assert f"base 1: not removed, as it is outside the environment, at {system.site}" in done.err
    assert "nope: not installed" in done.err
    said = json.loads(done.out)
    assert said["outside"] == [{"name": "base", "version": "1", "location": str(system.site)}]
    assert said["removed"] == [] and said["not_installed"] == ["nope"]
    pipit("install", "-p", inside.python, *source, "base==2").ok()
    done = pipit("uninstall", "-y", "-p", inside.python, "base").ok()
    assert f"base: 1 at {system.site} is still there, outside the environment" in done.err


# The user's own site.


@pytest.fixture
def user(pipit, system, tmp_path):
    """pipit with the system's Python and a folder for --user."""
    pipit.env.update(PYTHONUSERBASE=str(tmp_path / "user"))
    pipit.user = tmp_path / "user" / "lib" / VERSION / "site-packages"
    return lambda command, *args, **more: pipit(command, "-p", system.python, *args, **more)


def infos(site) -> list[str]:
    return sorted(path.name.removesuffix(".dist-info") for path in site.glob("*.dist-info"))


def test_the_users_site_satisfies(user, pipit, source, unchanged):
    user("install", "--user", *source, "base==1").ok()
    with unchanged(pipit.user):
        assert "nothing to do" in user("install", *source, "base").ok().err
        assert "+ base" not in user("install", *source, "needs").ok().err
    assert "base" in user("list").ok().out
    assert user("freeze", "--user").ok().out == "base==1\n"
    assert user("freeze", "--user", env={"PYTHONNOUSERSITE": "1"}).ok().out == "base==1\n"
    assert "base" not in user("list", env={"PYTHONNOUSERSITE": "1"}).ok().out


@pytest.mark.parametrize("option", [[], ["--user"]], ids=str)
def test_the_users_are_uninstalled_where_they_are(user, pipit, source, system, option, unchanged):
    with unchanged(pipit.user.parents[2], system.path, files_only=True):
        user("install", "--user", *source, "base==1").ok()
        assert (pipit.user.parents[2] / "bin" / "base").exists()
        assert "Would remove 1" in user("uninstall", "-n", *option, "base").ok().err
        done = user("uninstall", "-y", *option, "base").ok()
        assert " - base==1" in done.err and "not installed" not in done.err
    assert "not installed" in user("uninstall", "-y", *option, "base").ok().err


def test_of_two_places_the_first_on_sys_path_goes(user, pipit, source, system):
    """As in pip, which removes one at a time; what is left is told."""
    user("install", *source, "base==2").ok()
    user("install", "--user", *source, "--force-reinstall", "base==1").ok()
    assert "base==1" in user("freeze").ok().out, "Python imports the user's"
    done = user("uninstall", "-y", "base").ok()
    assert infos(pipit.user) == [] and infos(system.site) == ["base-2"]
    assert f"base: 2 at {system.site} is still there" in done.err
    user("install", "--user", *source, "--force-reinstall", "base==1").ok()
    user("uninstall", "-y", "--user", "base").ok()
    assert infos(system.site) == ["base-2"]
    done = user("uninstall", "-y", "--user", "base").ok()
    assert "outside the environment" in done.err and infos(system.site) == ["base-2"]


def test_what_the_users_site_hides_is_told(user, pipit, source, system):
    user("install", "--user", *source, "base==1").ok()
    done = user("install", *source, "base==2").ok()
    assert infos(system.site) == ["base-2"]
    assert f"base: 1 at {pipit.user} comes first on sys.path and hides" in done.err


def test_in_a_virtual_environment_the_users_is_outside(user, pipit, inside, source):
    pipit("uninstall", "-y", "-p", inside.path.with_name("system") / "bin/python3", "base").ok()
    user("install", "--user", *source, "base==1").ok()
    done = pipit("uninstall", "-y", "-p", inside.python, "base").ok()
    assert f"outside the environment, at {pipit.user}" in done.err
    assert infos(pipit.user) == ["base-1"]
    assert "nothing to do" in pipit("install", "-p", inside.python, *source, "base").ok().err


def test_no_home_is_told_from_a_virtual_environment(user, env, pipit):
    done = user("list", "--user", env={"HOME": None, "PYTHONUSERBASE": None})
    done.fails(1, "HOME is not set")
    pipit("list", "--user", "-p", env.python).fails(1, "a virtual environment has no user site")


# Other folders of sys.path.


def test_pythonpath_and_pth_files_count_as_in_pip(pipit, pip, env, source, tmp_path, unchanged):
    there = tmp_path / "there"
    pipit("install", "--target", there, *source, "base==1").ok()
    pth = env.site / "more.pth"
    for arrange in ({"PYTHONPATH": str(there)}, {}):
        if not arrange:
            pth.write_text(f"{there}\n")
        with unchanged(there, env.path):
            assert "nothing to do" in pipit("install", "-p", env.python, *source, "base", env=arrange).ok().err
            said = pip("--python", env.python, "install", *source, "base", env=arrange).ok().out
            assert "already satisfied" in said
            done = pipit("uninstall", "-y", "-p", env.python, "base", env=arrange).ok()
            assert f"outside the environment, at {there}" in done.err
    pth.unlink()
    assert "+ base" in pipit("install", "-n", "-p", env.python, *source, "base").ok().err


def test_pep_668_comes_before_not_installed(pipit, system, unchanged):
    (system.site.parent / "EXTERNALLY-MANAGED").write_text("[externally-managed]\nError=use apt\n")
    with unchanged(system.path):
        pipit("uninstall", "-y", "-p", system.python, "nope").fails(1, "externally managed", "use apt")
        done = pipit("uninstall", "-y", "--break-system-packages", "-p", system.python, "nope").ok()
    assert "not installed" in done.err


def test_locks_do_not_look_at_it(pipit, inside, source, work):
    (work / "r.in").write_text("base\n")
    done = pipit("compile", "-p", inside.python, *source, "r.in").ok()
    assert "base==2" in done.out


# --target and --prefix.


def test_a_target_folder_is_listed_and_emptied(pipit, env, source, tmp_path, unchanged):
    there = tmp_path / "there"
    where = ("--target", there)
    pipit("install", "-p", env.python, *where, *source, "needs", "base==1").ok()
    assert pipit("freeze", *where).ok().out == "base==1\nneeds==1\n"
    assert "needs" in pipit("list", *where).ok().out
    assert "base v1" in pipit("tree", *where).ok().out
    assert (there / "bin" / "base").exists()
    done = pipit("uninstall", "-y", *where, "base").ok()
    assert "needs 1 requires base, which is not installed" in done.err
    pipit("uninstall", "-y", *where, "needs").ok()
    assert not [name for name, what in tree(there).items() if what[0] != "folder"]
    with unchanged(tmp_path):
        assert pipit("list", "--target", tmp_path / "absent").ok().out == ""
        assert "not installed" in pipit("uninstall", "-y", "--target", tmp_path / "absent", "x").ok().err


def test_a_target_folder_of_pip(pip, pipit, env, source, tmp_path):
    there = tmp_path / "there"
    pip("--python", env.python, "install", "-q", "--target", there, *source, "base==1").ok()
    assert pipit("freeze", "-t", there).ok().out == "base==1\n"
    pipit("uninstall", "-y", "-t", there, "base").ok()
    assert not (there / "base.py").exists() and not (there / "bin" / "base").exists()


def test_a_prefix_is_listed_and_emptied(pipit, env, source, tmp_path):
    where = ("-p", env.python, "--prefix", tmp_path / "there")
    pipit("install", *where, *source, "base==1").ok()
    assert pipit("freeze", *where).ok().out == "base==1\n"
    pipit("uninstall", "-y", *where, "base").ok()
    assert pipit("freeze", *where).ok().out == ""


DEBIAN = pathlib.Path("/usr/lib/python3/dist-packages")


@pytest.mark.skipif(
    not (DEBIAN.is_dir() and can_unshare("-m") and shutil.which("python3", path="/usr/bin")),
    reason="no Debian, or no mount namespaces",
)
def test_debians_second_folder(pipit, wheelhouse, tmp_path):
    """apt's packages, with the machine's own Python in a view of its own of /usr."""
    name = "base"
    info = tmp_path / "apt" / f"{name}-1.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
    (info / "INSTALLER").write_text("debian\n")
    script = (
        f'mount -t tmpfs none /usr/local && mount --bind "{tmp_path}/apt" {DEBIAN} && '
        'P="$1"; W="$2"; set -e; '
        'pi() { command="$1"; shift; "$P" "$command" -p /usr/bin/python3 "$@"; }; '
        'pi install --break-system-packages --no-index -f "$W" base; '
        'pi install --break-system-packages --no-index -f "$W" needs; '
        'pi uninstall -y --break-system-packages base; '
        'pi install --break-system-packages --no-index -f "$W" -U base; pi freeze'
    )
    program = Program(["unshare", "-m", "sh", "-c", script, "sh"], pipit.env, pipit.cwd)
    done = program(pipit.binary, wheelhouse(*WHEELS)).ok()
    assert "nothing to do" in done.err
    assert f"base 1: not removed, as it is outside the environment, at {DEBIAN}" in done.err
    assert done.out == "base==2\nneeds==1\n", repr(done)
    assert info.is_dir()
