"""What others left or made in their own way: folders without metadata, distutils, eggs, egg-links,
files that nobody owns, several versions at once."""

from __future__ import annotations

import shutil

import pytest

from conftest import tree
from registry import wheel

V1 = wheel("thing", "1", files={"thing.py": "v = 1\n"}, scripts={"thing": "thing:main"})
V2 = wheel("thing", "2", files={"thing.py": "v = 2\n"}, scripts={"thing": "thing:main"})
NEEDS = wheel("needs", "1", requires=["thing"])


@pytest.fixture
def source(wheelhouse):
    return ("--no-index", "-f", wheelhouse(V1, V2, NEEDS))


@pytest.fixture
def run(pipit, env, source):
    def call(command, *words):
        files = () if command in ("list", "freeze", "tree", "uninstall") else source
        return pipit(command, "-p", env.python, *files, *words)

    return call


def seen(env) -> str:
    return env.run(env.python, "-B", "-c", "import thing; print(thing.v)").strip()


def conda(info):
    info.mkdir()
    (info / "REQUESTED").write_text("")


def hollow(info):
    info.mkdir()


def blank(info):
    info.mkdir()
    (info / "METADATA").write_text("")


def torn(info):
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\n")


def binary(info):
    info.mkdir()
    (info / "METADATA").write_bytes(bytes(range(256)) * 10)


def folder(info):
    (info / "METADATA").mkdir(parents=True)


def dangling(info):
    info.symlink_to("/nowhere")


def ring(info):
    info.symlink_to(info.name)


def dangling_metadata(info):
    info.mkdir()
    (info / "METADATA").symlink_to("/nowhere")


def crowded(info):
    (info / "licenses" / "deep").mkdir(parents=True)
    (info / "licenses" / "LICENSE").write_text("x")
    (info / "top_level.txt").write_text("thing\n")


HUSKS = [conda, hollow, blank, torn, binary, folder, dangling, ring, dangling_metadata, crowded]


@pytest.mark.parametrize("husk", HUSKS, ids=lambda husk: husk.__name__)
@pytest.mark.parametrize("stem", ["thing-2", "thing-1", "Thing-0.5"])
def test_a_name_alone_is_not_installed(run, env, husk, stem, work, unchanged):
    husk(env.info(stem))
    with unchanged(env.path):
        assert "thing" not in run("list").ok().out.lower()
        assert run("freeze").ok().out == ""
        assert "+ thing==2" in run("install", "-n", "needs").ok().err
    before = shutil.copytree(env.path, env.path.with_name("again"), symlinks=True)
    for command in (["install", "thing"], ["install", "needs"], ["sync", "pins.txt"]):
        (work / "pins.txt").write_text("thing==2\n")
        assert "+ thing==2" in run(*command).ok().err
        assert seen(env) == "2" and run("freeze").ok().out.count("thing==") == 1
        assert [path.name for path in env.site.glob("[tT]hing-*")] == ["thing-2.dist-info"]
        shutil.rmtree(env.path)
        shutil.copytree(before, env.path, symlinks=True)
    run("uninstall", "-y", "thing").ok()
    assert not [path for path in env.site.iterdir() if "thing" in path.name.lower()]


def nul(info):
    info.mkdir()
    (info / "METADATA").write_bytes(bytes(500))


def nameless(info):
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nVersion: 2\n\nName: other\n")


def lost(info):
    info.mkdir()
    (info / "RECORD").write_text("thing.py,,\n")


DAMAGED = [blank, torn, binary, nul, nameless, lost]


@pytest.mark.parametrize("husk", [*HUSKS, nul, nameless, lost], ids=lambda husk: husk.__name__)
def test_what_is_damaged_is_told_and_what_was_left_is_not(run, env, husk):
    husk(env.info("thing-2"))
    line = (
        f"pipit: warning: {env.info('thing-2')}: its metadata is damaged, so it does not count as "
        "installed; `pipit install thing==2` puts it right\n"
    )
    for command in ("list", "freeze", "tree"):
        assert run(command).ok().err.count(line) == (husk in DAMAGED), command
    run("install", "thing==2").ok()
    assert run("list").ok().err == "" and "thing" in run("list").out


def test_others_remains_are_not_touched(run, env, work, unchanged):
    for husk in HUSKS:
        husk(env.info(f"other{HUSKS.index(husk)}-1"))
    before = {name for name in tree(env.path) if "other" in name}
    run("install", "thing").ok()
    (work / "pins.txt").write_text("needs==1\n")
    run("sync", "pins.txt").ok()
    assert {name for name in tree(env.path) if "other" in name} == before


def test_modules_that_only_an_egg_info_names_are_replaced(run, env):
    info = env.site / "thing-0.5-py3.11.egg-info"
    info.mkdir()
    (info / "PKG-INFO").write_text("Metadata-Version: 1.1\nName: thing\nVersion: 0.5\n")
    (info / "top_level.txt").write_text("\nthing\n")
    (env.site / "thing").mkdir()
    (env.site / "thing" / "__init__.py").write_text("v = 0\n")
    assert "thing==0.5" in run("freeze").ok().out
    run("install", "-U", "thing").ok()
    assert seen(env) == "2" and not info.exists()


@pytest.mark.parametrize("line", ["./{}", "{}", "{site}/{}", "{site}/{}/"])
def test_an_egg_goes_with_its_line(run, env, line, unchanged):
    pth = env.site / "easy-install.pth"
    pth.write_text("/other\n")
    with unchanged(env.path):
        egg = env.site / "thing-0.5-py3.11.egg"
        (egg / "EGG-INFO").mkdir(parents=True)
        (egg / "EGG-INFO" / "PKG-INFO").write_text("Name: thing\nVersion: 0.5\n")
        (egg / "EGG-INFO" / "entry_points.txt").write_text("[console_scripts]\nthing = thing:main\n")
        (egg / "thing.py").write_text("v = 0\n")
        (env.bin / "thing").write_text("#!/bin/sh\n")
        pth.write_text(line.format(egg.name, site=env.site) + "\n/other\n")
        assert "thing==0.5" in run("freeze").ok().out
        run("uninstall", "-y", "thing").ok()


def test_an_egg_link_goes_with_its_commands_and_a_wheel_takes_its_place(run, env, work):
    source = work / "dev tree"
    (source / "thing.egg-info").mkdir(parents=True)
    (source / "thing.egg-info" / "PKG-INFO").write_text("Name: thing\nVersion: 0.3\n")
    (source / "thing.egg-info" / "entry_points.txt").write_text("[console_scripts]\nthing = thing:main\n")
    (source / "thing.py").write_text("v = 0\n")

    def link():
        (env.site / "thing.egg-link").write_text(f"{source}\n.")
        (env.site / "easy-install.pth").write_text(f"/other\n{source}\n")
        (env.bin / "thing").write_text("#!/bin/sh\n")

    link()
    done = run("uninstall", "-y", "thing").ok()
    assert "still there" not in done.err and not (env.bin / "thing").exists()
    assert (env.site / "easy-install.pth").read_text() == "/other\n"
    link()
    run("install", "thing==1").ok()
    assert seen(env) == "1" and run("freeze").ok().out == "thing==1\n"
    assert "thing:main" not in (env.bin / "thing").read_text() and (source / "thing.py").exists()


def test_of_several_of_one_name_all_go(run, env):
    for stem, name in (("thing-1", "thing"), ("Thing-0.5", "Thing"), ("thing-0.7", "thing")):
        info = env.info(stem)
        info.mkdir()
        number = stem.split("-")[1]
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {number}\n")
        (info / "RECORD").write_text(f"thing{number}.py,,\n{info.name}/METADATA,,\n{info.name}/RECORD,,\n")
        (env.site / f"thing{number}.py").write_text("")
    done = run("uninstall", "-y", "thing", "THING").ok()
    assert "Removed 3 packages" in done.err
    assert not list(env.site.glob("[tT]hing*"))


def test_duplicates_are_an_answer_and_sync_puts_them_right(run, env, work):
    for number in ("0.5", "1"):
        info = env.info(f"thing-{number}")
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: thing\nVersion: {number}\n")
        (info / "RECORD").write_text(f"{info.name}/METADATA,,\n{info.name}/RECORD,,\n")
    assert "thing" not in run("install", "needs").ok().err.partition(" + ")[2].replace("needs", "")
    (work / "pins.txt").write_text("thing==1\nneeds==1\n")
    run("sync", "pins.txt").ok()
    assert [path.name for path in env.site.glob("thing-*")] == ["thing-1.dist-info"]
    assert seen(env) == "1"


def test_sync_puts_the_index_release_in_the_place_of_a_direct_one(run, env, work, wheelhouse):
    """The same version from a path is not what the pin says, and must not be offered as an answer."""
    run("install", wheelhouse() / V1.filename).ok()
    (work / "pins.txt").write_text("thing==1\n")
    run("sync", "pins.txt").ok()
    assert not (env.info("thing-1") / "direct_url.json").exists() and seen(env) == "1"


@pytest.mark.parametrize("option", ["--force-reinstall", "-I"])
def test_an_option_installs_over_everything(run, env, option):
    """Strays of other content, a command of nobody, a bare dist-info of another version."""
    (env.site / "thing.py").write_text("v = 'mine'\n")
    (env.bin / "thing").write_text("#!/bin/sh\n")
    info = env.info("thing-0.5")
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: thing\nVersion: 0.5\n")
    refused = run("install", "-U", "thing")
    refused.fails(1, "thing 0.5: cannot be uninstalled: there is no RECORD")
    done = run("install", option, "thing").ok()
    assert "thing 0.5: has no list of its files" in done.err
    assert "thing.py" in done.err or "bin/thing" in done.err
    assert seen(env) == "2" and not info.exists()
    run("uninstall", "-y", "thing").ok()
    assert not (env.site / "thing.py").exists() and not (env.bin / "thing").exists()


def test_all_strays_are_named_and_equal_ones_adopted(run, env, unchanged):
    (env.site / "thing.py").write_text("v = 2\n")
    (env.bin / "thing").write_text("#!/bin/sh\n")
    (env.site / "thing-2.dist-info").mkdir()
    (env.site / "thing-2.dist-info" / "WHEEL").write_text("other\n")
    with unchanged(env.path):
        done = run("install", "thing")
    done.fails(1, "bin/thing: is in the way of thing 2, and no installed distribution owns it")
    (env.site / "thing.py").write_text("v = 3\n")
    done = run("install", "thing")
    done.fails(1, "2 files are in the way, and no installed distribution owns them:")
    assert f"\n  {env.bin}/thing (of thing 2)\n  {env.site}/thing.py (of thing 2)\n" in done.err
