"""pipit wheel and pipit download: wheelhouses that pip and pipit install from without an index."""

import hashlib
import zipfile

import pytest

from registry import sdist, wheel
from sources import Paths, builds, needs_git, project, repository, zip_archive


@pytest.fixture
def index(serve):
    made = serve()
    made.add(
        wheel("app", "1", requires=["leaf", "src"]),
        wheel("leaf", "1"),
        wheel("leaf", "2"),
    )
    made.add(sdist("src", "1", metadata_version="2.1", requires=["deep"]))
    made.add(wheel("deep", "1"))
    return made


@pytest.fixture
def counter(tmp_path):
    return tmp_path / "counter"


@pytest.fixture
def collect(pipit, index, counter):
    def run(command, *words, **options):
        return pipit(
            command, "-i", index.url, *words, env={"BUILD_COUNTER": counter}, **options
        )

    return run


def names(folder):
    return sorted(path.name for path in folder.iterdir())


WHEELS = [
    "app-1-py3-none-any.whl",
    "deep-1-py3-none-any.whl",
    "leaf-2-py3-none-any.whl",
    "src-1-py3-none-any.whl",
]


def test_everything_as_wheels_as_by_pip(collect, pip, index, work):
    done = collect("wheel", "app", "-w", "ours").ok()
    assert not done.out
    assert "Saved 4 wheels" in done.err and " + ours/src-1-py3-none-any.whl" in done.err
    pip("wheel", "-i", index.url, "app", "-w", "theirs").ok()
    assert names(work / "ours") == names(work / "theirs") == WHEELS
    for name in WHEELS:
        if name.startswith("src"):
            ours, theirs = (zipfile.ZipFile(work / where / name) for where in ("ours", "theirs"))
            assert sorted(ours.namelist()) == sorted(theirs.namelist())
        else:
            assert (work / "ours" / name).read_bytes() == (work / "theirs" / name).read_bytes()


def test_files_as_they_are_as_by_pip(collect, pip, index, work):
    done = collect("download", "app", "-d", "ours").ok()
    assert not done.out
    pip("download", "-i", index.url, "app", "-d", "theirs").ok()
    assert names(work / "ours") == names(work / "theirs")
    assert "src-1.tar.gz" in names(work / "ours")
    for name in names(work / "ours"):
        assert (work / "ours" / name).read_bytes() == (work / "theirs" / name).read_bytes()


@pytest.mark.parametrize("command, option", [("wheel", "-w"), ("download", "-d")])
def test_what_was_collected_installs_without_an_index(
    collect, pipit, pip, command, option, work, make_env
):
    collect(command, "app", option, "house").ok()
    for number, program in enumerate((pipit, pip)):
        env = make_env(f"env{number}")
        words = ("--no-index", "-f", "house", "app")
        if program is pip:
            pip("--python", env.python, "install", *words).ok()
        else:
            pipit("install", "--python", env.python, *words).ok()
        assert env.installed() == {"app": "1", "leaf": "2", "src": "1", "deep": "1"}


def test_no_deps_and_constraints(collect, work):
    (work / "c.txt").write_text("leaf<2\n")
    collect("wheel", "app", "--no-deps", "-w", "one").ok()
    assert names(work / "one") == ["app-1-py3-none-any.whl"]
    collect("wheel", "app", "-c", "c.txt", "-w", "two").ok()
    assert "leaf-1-py3-none-any.whl" in names(work / "two")
    (work / "r.txt").write_text("leaf\ndeep\n")
    collect("wheel", "-r", "r.txt", "-w", "three").ok()
    assert names(work / "three") == ["deep-1-py3-none-any.whl", "leaf-2-py3-none-any.whl"]


def test_the_working_directory_is_the_default(collect, work):
    collect("wheel", "leaf").ok()
    collect("download", "deep").ok()
    assert names(work) == ["deep-1-py3-none-any.whl", "leaf-2-py3-none-any.whl"]


def test_folders_and_archives(collect, index, work, counter):
    url = Paths(index.server).add("/demo.zip", zip_archive("demo", "1"))
    project(work / "mine", "mine", requires=["leaf"])
    for words in (("./mine",), ("-e", "./mine")):
        collect("wheel", *words, f"demo @ {url}", "-w", "house").ok()
        assert names(work / "house") == [
            "demo-1-py3-none-any.whl", "leaf-2-py3-none-any.whl", "mine-1-py3-none-any.whl",
        ]  # fmt: skip
        with zipfile.ZipFile(work / "house" / "mine-1-py3-none-any.whl") as archive:
            assert "mine/__init__.py" in archive.namelist()
    assert "build_editable mine" not in builds(counter)
    collect("download", "./mine", f"demo @ {url}", "-d", "files").ok()
    assert names(work / "files") == ["demo.zip", "leaf-2-py3-none-any.whl", "mine-1-py3-none-any.whl"]


@needs_git
def test_repositories_are_built(collect, work):
    repository(project(work / "demo", "demo"))
    collect("download", f"demo @ git+file://{work}/demo", "-d", "house").ok()
    assert names(work / "house") == ["demo-1-py3-none-any.whl"]


def test_a_second_run_builds_nothing_and_replaces(collect, work, counter):
    collect("wheel", "app", "-w", "house").ok()
    (work / "house" / "leaf-2-py3-none-any.whl").write_bytes(b"old")
    before = builds(counter)
    collect("wheel", "app", "-w", "house").ok()
    assert builds(counter) == before == ["build_wheel src"]
    assert names(work / "house") == WHEELS
    assert (work / "house" / "leaf-2-py3-none-any.whl").read_bytes() == wheel("leaf", "2").data


def test_hashes(collect, work, index):
    leaf = wheel("leaf", "2")
    (work / "r.txt").write_text(
        f"leaf==2 --hash=sha256:{hashlib.sha256(leaf.data).hexdigest()}\n"
    )
    collect("wheel", "-r", "r.txt", "-w", "house").ok()
    (work / "r.txt").write_text(f"deep==1 --hash=sha256:{'0' * 64}\n")
    for command, option in (("wheel", "-w"), ("download", "-d")):
        collect(command, "-r", "r.txt", option, "other").fails(1, "deep", "hash mismatch")
        assert names(work / "other") == []


def test_a_build_that_fails(collect, index, work):
    index.add(sdist("bad", "1", files={"backend.py": "raise SystemExit('no way')\n"}))
    collect("wheel", "bad", "leaf", "-w", "house").fails(1, "bad", "no way")
    assert "bad-1-py3-none-any.whl" not in names(work / "house")


def test_wrong_use(collect, pip, work):
    collect("wheel").fails(2, "nothing to collect")
    collect("download").fails(2, "nothing to collect")
    collect("wheel", "no-such-thing").fails(1, "no-such-thing")
    (work / "file").write_text("")
    collect("wheel", "leaf", "-w", "file/below").fails(1, "file/below")


def test_a_lock_as_a_wheelhouse(collect, pipit, index, work):
    (work / "r.in").write_text("app\n")
    pipit("lock", "-i", index.url, "r.in", "-o", "pylock.toml", "--no-universal").ok()
    collect("wheel", "-r", "pylock.toml", "-w", "house").ok()
    assert names(work / "house") == WHEELS


def test_another_platform(collect, index, work):
    index.add(wheel("only", "1", tag="cp312-cp312-win_amd64"))
    target = ("--python-version", "3.12", "--platform", "win_amd64", "--implementation", "cp")
    collect("download", "only", "leaf", *target, "-d", "house").ok()
    assert names(work / "house") == ["leaf-2-py3-none-any.whl", "only-1-cp312-cp312-win_amd64.whl"]
    collect("download", "only", "-d", "house").fails(1, "only")
