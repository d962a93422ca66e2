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


def test_a_linked_package_that_stays_when_the_change_fails(install, env, copy, unchanged):
    links_to_a_copy(env, copy, "linky")
    (env.site / "other.py").write_text("mine")
    stray = wheel("linky", "1.0", files={"linky/__init__.py": "", "other.py": "theirs"})
    with unchanged(env.path, copy):
        install("linky==1.0", wheels=[stray]).fails(1, "other.py")
