"""Links in and around environments: rows that others can read, and working copies left alone."""

import os
import shutil

import pytest

from conftest import tree
from registry import wheel

LINKY = wheel(
    "linky", "1.0", files={"linky/__init__.py": "V = 1\n"}, data={"data/share/linky/x.txt": "x"},
    scripts={"linky": "linky:x"},
)  # fmt: skip
LATER = wheel("linky", "2.0", files={"linky/__init__.py": "V = 2\n"})


def move_behind_a_link(path, elsewhere):
    elsewhere.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(path, elsewhere)
    path.symlink_to(elsewhere)


def linked_folders(env):
    return {"site-packages": env.site, "lib": env.path / "lib", "bin": env.bin}


def rows(env, stem="linky-1.0"):
    return [line.split(",")[0] for line in (env.info(stem) / "RECORD").read_text().splitlines()]


def left_of_linky(env):
    return [path for path in env.path.rglob("*linky*")] + list(env.site.glob("linky*"))


@pytest.mark.parametrize("what", ["site-packages", "lib", "bin"])
def test_rows_are_relative_to_the_folder_by_its_name(install, pipit, env, tmp_path, what):
    move_behind_a_link(linked_folders(env)[what], tmp_path / "big" / what)
    install("linky==1.0", wheels=[LINKY, LATER]).ok()
    assert "../../../bin/linky" in rows(env) and "../../../share/linky/x.txt" in rows(env)
    install("-U", "linky").ok()
    assert not (env.bin / "linky").exists() and not (env.path / "share" / "linky").exists()
    install("linky==1.0").ok()
    pipit("uninstall", "-y", "-p", env.python, "linky").ok()
    assert left_of_linky(env) == []


def test_rows_by_the_real_folder_are_read_too(install, pipit, env, tmp_path):
    move_behind_a_link(env.site, tmp_path / "big" / "deep" / "er" / "sp")
    install("linky==1.0", wheels=[LINKY]).ok()
    record = env.info("linky-1.0") / "RECORD"
    real = os.path.relpath(env.path, os.path.realpath(env.site))
    text = record.read_text().replace("../../../bin/", f"{real}/bin/")
    record.write_text(text.replace("../../../share/", f"{real}/share/"))
    pipit("uninstall", "-y", "-p", env.python, "linky").ok()
    assert left_of_linky(env) == []


def test_an_environment_of_two_names(install, pipit, env, tmp_path):
    (tmp_path / "alias").symlink_to(env.path)
    alias = tmp_path / "alias" / "bin" / "python"
    install("linky==1.0", "-p", alias, wheels=[LINKY]).ok()
    pipit("uninstall", "-y", "-p", env.python, "linky").ok()
    assert left_of_linky(env) == []
    install("linky==1.0", wheels=[LINKY]).ok()
    pipit("uninstall", "-y", "-p", alias, "linky").ok()
    assert left_of_linky(env) == []


def links_to_a_copy(env, copy, *names):
    """An earlier linky of a tool that links its files (flit install --symlink)."""
    info = env.info("linky-0.1")
    info.mkdir()
    for name in names:
        (env.site / name).parent.mkdir(exist_ok=True)
        (env.site / name).symlink_to(copy / name)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: linky\nVersion: 0.1\n")
    own = ["linky-0.1.dist-info/METADATA", "linky-0.1.dist-info/RECORD"]
    (info / "RECORD").write_text("".join(f"{row},,\n" for row in [*names, *own]))


@pytest.fixture
def copy(tmp_path):
    folder = tmp_path / "copy"
    for name in ("linky/__init__.py", "linky/extra.py", "ns/deep/__init__.py", "one.py"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("working copy")
    return folder


def test_a_linked_package_is_replaced_by_a_folder(install, env, copy):
    wide = wheel(
        "linky", "1.0",
        files={name: "new" for name in ("linky/__init__.py", "ns/deep/__init__.py", "one.py")},
    )  # fmt: skip
    links_to_a_copy(env, copy, "linky", "ns/deep", "one.py")
    before = tree(copy)
    install("linky==1.0", wheels=[wide]).ok()
    assert tree(copy) == before
    for name in ("linky", "ns/deep", "one.py"):
        assert not (env.site / name).is_symlink()
    assert (env.site / "ns" / "deep" / "__init__.py").read_text() == "new"
    assert rows(env)[0] == "linky-1.0.dist-info/INSTALLER"
    assert {"linky/__init__.py", "ns/deep/__init__.py", "one.py"} <= set(rows(env))
    assert not env.info("linky-0.1").exists()
    install("linky", "--reinstall", wheels=[wide]).ok()
    assert tree(copy) == before


def test_a_link_that_nobody_owns_is_named(install, env, copy, unchanged):
    (env.site / "linky").symlink_to(copy / "linky")
    with unchanged(env.path, copy):
        done = install("linky", wheels=[LINKY])
        done.fails(1, "leaves the environment", f"{env.site}/linky is a link to {copy}/linky")
        assert "run again with --force-reinstall" in done.err
    with unchanged(copy):
        done = install("linky", "--force-reinstall").ok()
    assert f"{env.site}/linky: a link that no installed package owns" in done.err
    assert not (env.site / "linky").is_symlink()
    assert "linky/__init__.py" in rows(env)


def test_a_linked_package_that_stays_when_the_change_fails(install, env, copy, unchanged):
    links_to_a_copy(env, copy, "linky")
    (env.site / "other.py").write_text("mine")
    stray = wheel("linky", "1.0", files={"linky/__init__.py": "", "other.py": "theirs"})
    with unchanged(env.path, copy):
        install("linky==1.0", wheels=[stray]).fails(1, "other.py")


def stowed(env, store, *names):
    """Entries of the site in a folder elsewhere, and links to them (Nix, Bazel, stow)."""
    for name in names:
        move_behind_a_link(env.site / name, store / name)


INFO, PACKAGE = "linky-1.0.dist-info", "linky"


@pytest.mark.parametrize("linked", [[INFO], [PACKAGE], [INFO, PACKAGE]], ids=" ".join)
@pytest.mark.parametrize("inside", [False, True])
@pytest.mark.parametrize(
    "words", ["-U linky", "--force-reinstall linky==1.0", "-I linky==2.0", "uninstall -y linky"]
)
def test_links_of_a_package_go_and_nothing_beyond_them(
    install, pipit, env, tmp_path, unchanged, linked, inside, words
):
    install("linky==1.0", wheels=[LINKY, LATER]).ok()
    store = env.site / "store" if inside else tmp_path / "store"
    stowed(env, store, *linked)
    with unchanged(store):
        if words.startswith("uninstall"):
            done = pipit(*words.split(), "-p", env.python).ok()
            assert left_of_linky(env) == [*store.iterdir()] * inside
            assert "warning" not in done.err
            done = install("linky==1.0")
        else:
            done = install(*words.split())
        assert "warning" not in done.ok().err
    assert not [path for path in env.site.iterdir() if path.is_symlink()]
    version = "1.0" if "1.0" in words or "uninstall" in words else "2.0"
    assert [path.name for path in env.site.glob("linky-*")] == [f"linky-{version}.dist-info"]
    assert env.run(env.python, "-c", "import linky; print(linky.V)").strip() == version[0]


def test_dangling_links_of_a_package_do_not_block(install, pipit, env, tmp_path):
    install("linky==1.0", wheels=[LINKY, LATER]).ok()
    stowed(env, tmp_path / "store", PACKAGE)
    shutil.rmtree(tmp_path / "store")
    install("-U", "linky").ok()
    stowed(env, tmp_path / "store", "linky-2.0.dist-info")
    shutil.rmtree(tmp_path / "store")
    for version in ("1.0", "2.0"):
        install(f"linky=={version}", "--force-reinstall").ok()
        assert [path.name for path in env.site.glob("linky-*")] == [f"linky-{version}.dist-info"]


@pytest.mark.parametrize("content", [(), ("REQUESTED",), ("METADATA",)])
def test_a_link_in_the_place_of_the_new_dist_info(install, env, tmp_path, unchanged, content):
    """Even one to another distribution: nothing is written there."""
    install("other", wheels=[wheel("other", "1"), LINKY]).ok()
    (tmp_path / "away").mkdir()
    for name in content:
        (tmp_path / "away" / name).write_text("")
    target = env.info("other-1") if content == ("METADATA",) else tmp_path / "away"
    (env.site / INFO).symlink_to(target)
    with unchanged(target):
        install("linky==1.0", *["--force-reinstall"] * (target != tmp_path / "away")).ok()
    assert not (env.site / INFO).is_symlink() and (env.site / INFO / "METADATA").is_file()


def test_a_link_that_two_share_stays_with_the_last(install, pipit, env, tmp_path, unchanged):
    parts = [wheel(name, "1.0", files={f"ns/{name}.py": "V = 1\n"}) for name in ("aa", "bb")]
    install("aa", "bb", wheels=[*parts, wheel("aa", "2.0", files={"ns/aa.py": "V = 2\n"})]).ok()
    stowed(env, tmp_path / "store", "ns")
    with unchanged(tmp_path / "store"):
        done = install("-U", "aa", "--force-reinstall")
        done.fails(1, f"{env.site}/ns: is a link to {tmp_path}/store/ns", "bb 1.0")
        pipit("uninstall", "-y", "-p", env.python, "aa").ok()
        assert (env.site / "ns").is_symlink()
        pipit("uninstall", "-y", "-p", env.python, "bb").ok()
        assert not (env.site / "ns").is_symlink()
        install("aa", "bb").ok()


def test_a_link_outside_the_site_is_nobodys(install, pipit, env, tmp_path, unchanged):
    install("linky==1.0", wheels=[LINKY]).ok()
    move_behind_a_link(env.path / "share", tmp_path / "store" / "share")
    with unchanged(tmp_path / "store"):
        pipit("uninstall", "-y", "-p", env.python, "linky").ok()
    assert (env.path / "share").is_symlink()
