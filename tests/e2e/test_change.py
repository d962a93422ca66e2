"""Upgrades, removals, and what must survive them; others' distributions, and others on ours."""

import json

import pytest

from conftest import Program, can_unshare
from registry import graph, wheel
from samples import SCHEMES, TOOL


def test_the_second_time_changes_nothing(install, env, unchanged, work):
    install("tool", "schemes", wheels=[TOOL, SCHEMES]).ok()
    (work / "r.txt").write_text("tool==1.0\nschemes==1.0\n")
    before = stamps(env)
    with unchanged(env.path):
        install("tool", "schemes").ok()
        install("r.txt", command="sync").ok()
        install("r.txt", command="sync").ok()
    assert stamps(env) == before


def stamps(env) -> dict:
    """Inode and modification time of everything: nothing was even rewritten."""
    return {
        str(path): (path.lstat().st_ino, path.lstat().st_mtime_ns) for path in env.path.rglob("*")
    }


def test_upgrade_and_downgrade(install, env):
    wheels = [
        wheel("a", "1", files={"a/__init__.py": "", "a/old.py": ""}),
        wheel("a", "2", files={"a/__init__.py": "", "a/new.py": ""}),
    ]
    install("a==1", wheels=wheels).ok()
    assert (env.site / "a/old.py").exists()
    install("a").ok()
    assert env.installed() == {"a": "1"}, "without -U what is there is kept"
    install("-U", "a").ok()
    assert env.installed() == {"a": "2"}
    assert not (env.site / "a/old.py").exists() and (env.site / "a/new.py").exists()
    assert not env.info("a-1").exists()
    install("a<2").ok()
    assert env.installed() == {"a": "1"} and not (env.site / "a/new.py").exists()


def test_a_users_own_file_survives_upgrade_and_uninstall(install, pipit, env):
    wheels = [
        wheel("a", "1", files={"a/__init__.py": "", "a/sub/x.py": ""}),
        wheel("a", "2", files={"a/__init__.py": "", "a/sub/y.py": ""}),
    ]
    install("a==1", wheels=wheels).ok()
    (env.site / "a" / "mine.txt").write_text("mine\n")
    (env.site / "a" / "sub" / "also_mine.txt").write_text("mine too\n")
    install("-U", "a").ok()
    assert env.installed() == {"a": "2"} and not (env.site / "a/sub/x.py").exists()
    pipit("uninstall", "-y", "--python", env.python, "a").ok()
    assert sorted(path.name for path in (env.site / "a").rglob("*") if path.is_file()) == [
        "also_mine.txt",
        "mine.txt",
    ]
    assert not env.info("a-2").exists()


def test_two_distributions_share_a_namespace(install, pipit, env):
    wheels = [
        wheel("ns-one", "1", files={"ns/one/__init__.py": "v = 1\n"}),
        wheel("ns-two", "1", files={"ns/two/__init__.py": "v = 2\n"}),
        wheel("ns-one", "2", files={"ns/one/__init__.py": "v = 11\n"}),
    ]
    install("ns-one==1", "ns-two", wheels=wheels).ok()
    code = "import ns.one, ns.two; print(ns.one.v, ns.two.v)"
    assert env.run(env.python, "-c", code) == "1 2\n"
    install("-U", "ns-one").ok()
    assert env.run(env.python, "-c", code) == "11 2\n"
    pipit("uninstall", "-y", "--python", env.python, "ns-one").ok()
    assert env.run(env.python, "-c", "import ns.two; print(ns.two.v)") == "2\n"
    assert not (env.site / "ns/one").exists()
    pipit("uninstall", "-y", "--python", env.python, "ns-two").ok()
    assert not (env.site / "ns").exists()


def test_bytecode_of_removed_modules_goes_too(install, pipit, env):
    install("tool", wheels=[TOOL]).ok()
    env.run(env.python, "-c", "import tool.sub")
    assert list(env.site.glob("tool/__pycache__/*.pyc"))
    pipit("uninstall", "-y", "--python", env.python, "tool").ok()
    assert not (env.site / "tool").exists() and not (env.bin / "tool").exists()


def test_uninstall_leaves_the_tree_as_it_was(install, pipit, env, unchanged):
    with unchanged(env.path):
        install("tool", "schemes", wheels=[TOOL, SCHEMES]).ok()
        pipit("uninstall", "-y", "--python", env.python, "tool", "schemes").ok()


def test_a_failed_upgrade_leaves_everything(install, env, unchanged):
    """keep 1 -> 2 beside a wheel that cannot be linked: a folder stands where its file shall go."""
    wheels = [
        wheel("keep", "1.0", scripts={"keep": "keep:main"}),
        wheel("keep", "2.0", scripts={"keep": "keep:main", "keep-new": "keep:main"}),
        wheel("clash", "1.0", files={"taken.py": "x = 1\n"}),
        wheel("fine", "1.0"),
    ]
    install("keep==1.0", wheels=wheels).ok()
    (env.site / "taken.py").mkdir()
    (env.site / "taken.py" / "mine.txt").write_text("mine")
    with unchanged(env.path):
        install("-U", "keep", "clash", "fine").fails(1, "taken.py")
    assert env.installed() == {"keep": "1.0"}


def test_two_wheels_with_one_file_warn(install, env):
    done = install(
        "one",
        "two",
        wheels=[
            wheel("one", "1", files={"same.py": "a = 1\n"}),
            wheel("two", "1", files={"same.py": "a = 2\n"}),
        ],
    ).ok()
    assert "warning" in done.err.lower() and "one" in done.err and "two" in done.err
    assert "same.py" in done.err


OVERLAY = (
    'mount -t tmpfs none "{0}" && mkdir "{0}/up" "{0}/work" && '
    'mount -t overlay overlay -o lowerdir="{1}",upperdir="{0}/up",workdir="{0}/work" "{1}" '
    '&& "$@" && "{1}/bin/python" -c "import a; print(a.version)"'
)


@pytest.mark.skipif(not can_unshare("-m"), reason="no mount namespaces here")
def test_upgrade_on_an_overlay_mount(install, pipit, env, tmp_path):
    """The lower layer's folders cannot be renamed there (EXDEV): the upgrade goes file by file."""
    wheels = [
        wheel(
            "a",
            number,
            files={"a/__init__.py": f"version = {number}\n", f"a/deep/only{number}.py": ""},
        )
        for number in ("1", "2")
    ]
    install("a==1", wheels=wheels).ok()
    (env.site / "a" / "mine.txt").write_text("mine")
    upper = tmp_path / "upper"
    upper.mkdir()
    script = OVERLAY.format(upper, env.path) + f' && ls -R "{env.site}"'
    program = Program(
        ["unshare", "-m", "sh", "-c", script, "sh", *pipit.command], pipit.env, pipit.cwd
    )
    done = program(
        "install", "--python", env.python, "--no-index", "-f", tmp_path / "wheelhouse", "-U", "a"
    ).ok()
    lines = done.out.splitlines()
    assert lines[0] == "2", done
    assert "only2.py" in lines and "only1.py" not in lines and "mine.txt" in lines
    assert (
        "a-2.dist-info:" in done.out.replace(str(env.site) + "/", "")
        and "a-1.dist-info" not in done.out
    )
    assert env.installed() == {"a": "1"}, "the lower layer is as it was"


def test_pipit_uninstalls_what_pip_installed(pip, pipit, env, wheelhouse, unchanged):
    with unchanged(env.path, files_only=True):
        pip(
            "--python",
            env.python,
            "install",
            "--no-index",
            "-f",
            wheelhouse(TOOL, SCHEMES),
            "tool",
            "schemes",
        ).ok()
        pipit("uninstall", "-y", "--python", env.python, "tool", "schemes").ok()


def test_pip_uninstalls_what_pipit_installed(install, pip, env, unchanged):
    with unchanged(env.path, files_only=True):
        install("tool", "schemes", wheels=[TOOL, SCHEMES]).ok()
        pip("--python", env.python, "uninstall", "-y", "tool", "schemes").ok()


def test_uninstall_of_what_is_not_there(pipit, env, unchanged):
    """As pip: a warning, exit 0."""
    with unchanged(env.path):
        done = pipit("uninstall", "-y", "--python", env.python, "nothing-like-it").ok()
    assert "nothing-like-it" in done.err


def test_list_and_freeze_equal_pips(install, pipit, pip, env, wheelhouse):
    world = graph(12, 4)
    odd = ["Odd.Name_here", "pkg_underscore", "pkg-dash", "pkg.dot", "Pkg_Upper", "pkgx"]
    wheels = [*world.wheels, *[wheel(name, "1.0.post1") for name in odd]]
    install(*world.roots, *odd, wheels=wheels).ok()
    pipit("install", "--python", env.python, "--no-index", wheelhouse(TOOL) / TOOL.filename).ok()
    for form in (["list"], ["list", "--format=freeze"], ["list", "--format=json"], ["freeze"]):
        ours = pipit(*form, "--python", env.python).ok()
        theirs = pip("--python", env.python, *form).ok()
        if "json" in form[-1]:
            assert json.loads(ours.out) == json.loads(theirs.out)
        else:
            assert ours.out == theirs.out
    pip("--python", env.python, "check").ok()
