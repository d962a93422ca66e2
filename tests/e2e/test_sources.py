"""Source distributions of an index: built once, remembered, replaced when they change."""

import bz2
import hashlib
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import tarfile

import pytest

from backends import source, source_files, tar_of, write_tree, zipped
from conftest import PYTHON, Env, pins, wait_for
from registry import Index, sdist, wheel
from sources import Paths


@pytest.fixture
def counter(tmp_path):
    return tmp_path / "counter"


@pytest.fixture
def counted(pipit, counter):
    """pipit whose builds are counted."""
    pipit.env["BUILD_COUNTER"] = str(counter)
    return pipit


def hooks(counter) -> list[str]:
    return counter.read_text().splitlines() if counter.exists() else []


def replace(index: Index, *built) -> None:
    """Other files in the place of those of the same project."""
    for name, _ in built:
        for files in index.projects.values():
            files[:] = [file for file in files if file.filename != name]
    index.add(*built)


def shard(pipit, index: Index, sdist_name: str) -> pathlib.Path:
    """The folder of that sdist in the cache's metadata bucket."""
    digest = hashlib.sha256(index.url.encode()).hexdigest()
    return pipit.bucket("built-wheel-metadata-v0") / digest / sdist_name


def document(folder: pathlib.Path, name: str) -> dict:
    return json.loads((folder / name).read_text())


def built_wheels(pipit, index, sdist_name="a-1.tar.gz") -> set[str]:
    return set(document(shard(pipit, index, sdist_name), "metadata.json")["data"])


@pytest.fixture
def install(counted, env):
    def run(index, *args, target=env):
        return counted("install", "--python", target.python, "-i", index.url, *args)

    return run


@pytest.fixture
def compile_(counted, work, env):
    def run(index, *args, names=("a",), python=None):
        (work / "in").write_text("\n".join(names))
        about = ["--python", python or env.python]
        return counted("compile", "in", "-i", index.url, "--no-header", *about, *args)

    return run


def other_python() -> str | None:
    """Another minor version than the tests' own, that works: of PATH, or installed beside ours."""
    mine = subprocess.run(
        [PYTHON, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"],
        capture_output=True,
        text=True,
    ).stdout.strip()
    beside = PYTHON.resolve().parents[2]
    for minor in range(14, 8, -1):
        name = f"python3.{minor}"
        paths = [shutil.which(name), *sorted(beside.glob(f"*/bin/{name}"))]
        for path in paths if f"3.{minor}" != mine else []:
            asked = path and subprocess.run(
                [path, "-c", "import sys, venv; print(sys.executable)"],
                capture_output=True,
                text=True,
            )
            if asked and asked.returncode == 0:
                return asked.stdout.strip()
    return None


# What is kept.


def test_built_once_then_neither_built_nor_fetched(serve, install, counter, env, pipit):
    index = serve()
    index.add(source("a", "1", requires=["b"]), wheel("b", "1"))
    done = install(index, "a").ok()
    assert env.installed() == {"a": "1", "b": "1"}
    assert hooks(counter) == ["wheel a"]
    assert len(index.server.log.of(index.file_path("a-1.tar.gz"))) == 1
    assert "1 built" in done.err
    index.server.log.clear()
    install(index, "a", "--reinstall").ok()
    assert hooks(counter) == ["wheel a"]
    assert not index.server.log.of(index.file_path("a-1.tar.gz"))


def test_metadata_and_wheel_of_one_run_share_the_download(serve, install, counter):
    index = serve()
    index.add(source("a", "1", prepare=True, text="#" * 300_000))
    install(index, "a").ok()
    assert hooks(counter) == ["metadata a", "wheel a"]
    rows = index.server.log.of(index.file_path("a-1.tar.gz"))
    assert [row.status for row in rows] == [200]


def test_compile_then_install_fetches_once(serve, install, compile_, counter):
    index = serve()
    index.add(source("a", "1", prepare=True))
    assert pins(compile_(index).ok().out) == {"a": "1"}
    assert hooks(counter) == ["metadata a"]
    install(index, "a").ok()
    assert hooks(counter) == ["metadata a", "wheel a"]
    assert len(index.server.log.of(index.file_path("a-1.tar.gz"))) == 1


def test_the_second_compile_builds_and_fetches_nothing(serve, compile_, counter):
    index = serve()
    index.add(source("a", "1", requires=["b>=1"]), wheel("b", "1"))
    first = compile_(index).ok()
    assert hooks(counter) == ["wheel a"]
    index.server.log.clear()
    assert compile_(index).ok().out == first.out
    assert hooks(counter) == ["wheel a"]
    assert index.server.log.bytes() == 0


def test_static_sources_are_not_built_for_metadata(serve, compile_, counter):
    index = serve()
    project = '[project]\nname = "b"\nversion = "1"\ndependencies = ["c"]\n'
    index.add(sdist("a", "1", requires=["b"]), source("b", "1", project=project), wheel("c", "1"))
    assert pins(compile_(index).ok().out) == {"a": "1", "b": "1", "c": "1"}
    assert hooks(counter) == []


@pytest.mark.skipif(not shutil.which("strace"), reason="no strace here")
def test_a_cached_resolution_opens_no_archive(serve, compile_, counted, counter, tmp_path):
    index = serve()
    index.add(source("a", "1", requires=["b"]), source("b", "2", prepare=True), sdist("c", "3"))
    first = compile_(index, names=("a", "c")).ok()
    trace = tmp_path / "trace"
    plain = counted.command
    counted.command = ["strace", "-f", "-e", "trace=?open,openat,execve", "-o", str(trace), *plain]
    counted.env["ASAN_OPTIONS"] = "detect_leaks=0"  # the leak sanitizer traces, too
    again = compile_(index, names=("a", "c")).ok()
    assert again.out == first.out
    lines = trace.read_text().splitlines()
    opened = [line for line in lines if re.search(r"\bopen(at)?\(", line) and "ENOENT" not in line]
    assert opened
    for line in opened:
        assert not re.search(r"\.whl|\.tar\.gz\"|/archives/|METADATA\"|PKG-INFO", line), line
    assert sum("execve(" in line for line in lines) == 1


def test_the_documents(serve, install, pipit, counter):
    index = serve()
    index.add(source("Demo.Pkg", "1.0", requires=["b>=1", "c; extra == 'x'"]), wheel("b", "1"))
    install(index, "demo-pkg").ok()
    folder = shard(pipit, index, "demo-pkg-1.0.tar.gz")
    data = document(folder, "metadata.json")
    assert set(data) == {"data"}
    assert data["data"]["Demo_Pkg-1.0-py3-none-any.whl"] == {
        "metadata-version": "2.1",
        "name": "Demo.Pkg",
        "version": "1.0",
        "requires-dist": ["b>=1", "c; extra == 'x'"],
    }
    kept = pipit.bucket("built-wheels-v0") / folder.parent.name / folder.name
    files = [path.name for path in kept.iterdir()]
    assert files == ["Demo_Pkg-1.0-py3-none-any.whl"]
    record = document(folder, "source.json")
    assert record["sha256"] == hashlib.sha256(index.files["Demo_Pkg-1.0.tar.gz"].data).hexdigest()
    wheel_hash = hashlib.sha256((kept / files[0]).read_bytes()).hexdigest()
    assert record["wheels"][files[0]]["sha256"] == wheel_hash


def test_a_second_python_adds_its_wheel(serve, install, pipit, counter, tmp_path):
    python = other_python()
    if not python:
        pytest.skip("only one Python here")
    other = tmp_path / "other"
    subprocess.run([python, "-m", "venv", "--without-pip", other], check=True)
    index = serve()
    index.add(source("a", "1", tag=None))
    install(index, "a").ok()
    index.server.log.clear()
    install(index, "a", target=Env(other)).ok()
    assert hooks(counter) == ["wheel a"] * 2
    assert len(built_wheels(pipit, index)) == 2
    assert not index.server.log.of(index.file_path("a-1.tar.gz"))
    for target in (None, Env(other)):
        options = {} if target is None else {"target": target}
        install(index, "a", "--reinstall", **options).ok()
    assert hooks(counter) == ["wheel a"] * 2


# What makes it stale.


def value_of(env) -> str:
    return (env.site / "a" / "__init__.py").read_text()


def test_another_hash_on_the_page_replaces_all(serve, install, compile_, pipit, counter, env):
    index = serve()
    index.add(source("a", "1", text="VALUE = 1\n"))
    install(index, "a").ok()
    old = document(shard(pipit, index, "a-1.tar.gz"), "source.json")["wheels"]
    replace(index, source("a", "1", text="VALUE = 2\n", requires=["b"]), wheel("b", "1"))
    assert pins(compile_(index).ok().out) == {"a": "1", "b": "1"}
    assert hooks(counter) == ["wheel a"] * 2
    assert built_wheels(pipit, index) == {"a-1-py3-none-any.whl"}
    install(index, "a", "--reinstall").ok()
    assert value_of(env) == "VALUE = 2\n"
    assert hooks(counter) == ["wheel a"] * 2
    unpacked = pipit.bucket("wheels-v0")
    [gone] = [entry["sha256"] for entry in old.values()]
    assert (unpacked / gone).exists()
    pipit("cache", "prune").ok()
    assert not (unpacked / gone).exists()
    install(index, "a", "--reinstall").ok()
    assert hooks(counter) == ["wheel a"] * 2


def test_validators_decide_where_no_hash_does(serve, install, counter, env):
    index = serve(page_hashes=None)
    index.add(source("a", "1"))
    path = index.file_path("a-1.tar.gz")
    install(index, "a").ok()
    index.server.log.clear()
    install(index, "a", "--reinstall").ok()
    assert [row.status for row in index.server.log.of(path)] == [304]
    assert hooks(counter) == ["wheel a"]
    replace(index, source("a", "1", text="VALUE = 2\n"))
    index.server.log.clear()
    install(index, "a", "--reinstall").ok()
    assert [row.status for row in index.server.log.of(path)] == [200]
    assert hooks(counter) == ["wheel a"] * 2
    assert value_of(env) == "VALUE = 2\n"


def test_within_max_age_the_source_is_not_asked_for(serve, install, counter, env):
    index = serve(page_hashes=None, file_cache_control="max-age=600")
    index.add(source("a", "1"))
    path = index.file_path("a-1.tar.gz")
    install(index, "a").ok()
    replace(index, source("a", "1", text="VALUE = 2\n"))
    index.server.log.clear()
    install(index, "a", "--reinstall").ok()
    assert not index.server.log.of(path)
    assert value_of(env) == "VALUE = 1\n"
    install(index, "a", "--reinstall", "--refresh").ok()
    assert value_of(env) == "VALUE = 2\n"
    assert hooks(counter) == ["wheel a"] * 2


def test_without_validators_the_hash_of_the_bytes_decides(serve, install, counter, env):
    index = serve(page_hashes=None, etag=False)
    index.add(source("a", "1"))
    path = index.file_path("a-1.tar.gz")
    install(index, "a").ok()
    for _ in range(2):
        index.server.log.clear()
        install(index, "a", "--reinstall").ok()
        assert [row.status for row in index.server.log.of(path)] == [200]
    assert hooks(counter) == ["wheel a"]
    replace(index, source("a", "1", text="VALUE = 2\n"))
    install(index, "a", "--reinstall").ok()
    assert value_of(env) == "VALUE = 2\n"


def test_offline_what_is_there_is_used(serve, install, counter, env):
    index = serve(page_hashes=None)
    index.add(source("a", "1"))
    install(index, "a").ok()
    index.server.log.clear()
    install(index, "a", "--reinstall", "--offline").ok()
    assert not index.server.log.rows
    assert hooks(counter) == ["wheel a"]
    install(index, "b", "--offline").fails(1, "b")


def test_two_indexes_with_the_same_name_do_not_mix(serve, install, counter, env):
    one, two = serve(page_hashes=None), serve(page_hashes=None)
    one.add(source("a", "1", text="VALUE = 1\n"))
    two.add(source("a", "1", text="VALUE = 2\n"))
    for index, text in ((one, "VALUE = 1\n"), (two, "VALUE = 2\n"), (one, "VALUE = 1\n")):
        install(index, "a", "--reinstall").ok()
        assert value_of(env) == text
    assert hooks(counter) == ["wheel a"] * 2


def test_settings_have_wheels_of_their_own(serve, install, pipit, counter):
    index = serve()
    index.add(source("a", "1"))
    install(index, "a").ok()
    install(index, "a", "--reinstall", "--config-settings", "x=y").ok()
    assert hooks(counter) == ["wheel a"] * 2
    install(index, "a", "--reinstall").ok()
    install(index, "a", "--reinstall", "--config-settings", "x=y").ok()
    assert hooks(counter) == ["wheel a"] * 2
    folder = shard(pipit, index, "a-1.tar.gz")
    inner = [path for path in folder.iterdir() if path.is_dir()]
    assert len(inner) == 1 and (inner[0] / "metadata.json").exists()


# By URL, by path.


@pytest.fixture
def forge(serve):
    """An index, and a host of archives beside it: forge.add(path, bytes) gives the URL."""
    index = serve()
    index.forge = Paths(index.server)
    return index


def archive(version="1", **what) -> bytes:
    return zipped("a-main", source_files("a", version, **what))


@pytest.mark.parametrize("path", ["/x/master.zip", "/x/v1.0", "/x/download"])
def test_an_archive_of_any_name_is_kept_under_its_url(forge, install, pipit, counter, env, path):
    url = forge.forge.add(path, archive())
    install(forge, f"a @ {url}?ref=1").ok()
    place = hashlib.sha256(f"{url}?ref=1".encode()).hexdigest()
    name = path.rpartition("/")[2]
    folder = pipit.bucket("built-wheel-metadata-v0") / "url" / place / name
    assert set(document(folder, "metadata.json")["data"]) == {"a-1-py3-none-any.whl"}
    forge.server.log.clear()
    install(forge, f"a @ {url}?ref=1", "--reinstall").ok()
    assert [row.status for row in forge.server.log.of(path)] == [304]
    assert hooks(counter) == ["wheel a"]
    forge.forge.add(path, archive(text="VALUE = 2\n"))
    install(forge, f"a @ {url}?ref=1", "--reinstall").ok()
    assert hooks(counter) == ["wheel a"] * 2
    assert value_of(env) == "VALUE = 2\n"


def test_a_url_is_compiled_from_what_is_kept(forge, compile_, counter):
    url = forge.forge.add("/x/main.zip", archive(requires=["b"], prepare=True))
    forge.add(wheel("b", "1"))
    first = compile_(forge, names=(f"a @ {url}",)).ok()
    assert pins(first.out) == {"b": "1"}
    forge.server.log.clear()
    assert compile_(forge, names=(f"a @ {url}",)).ok().out == first.out
    assert hooks(counter) == ["metadata a"]
    assert forge.server.log.bytes() == 0


def test_a_url_without_a_network(forge, install, counter, env):
    url = forge.forge.add("/x/main.zip", archive())
    install(forge, f"a @ {url}").ok()
    forge.server.log.clear()
    install(forge, f"a @ {url}", "--reinstall", "--offline").ok()
    assert not forge.server.log.rows and hooks(counter) == ["wheel a"]
    install(forge, f"a @ {url}x", "--offline").fails(1, "main.zipx")


def test_a_folder_is_built_on_every_install(forge, install, work, counter, env):
    write_tree(work / "a", source_files("a", "1", prepare=True))
    install(forge, "./a").ok()
    write_tree(work / "a", source_files("a", "1", prepare=True, text="VALUE = 2\n"))
    install(forge, "./a").ok()
    assert value_of(env) == "VALUE = 2\n"
    assert hooks(counter) == ["metadata a", "wheel a"] * 2


def test_a_local_archive_is_built_when_it_changed(forge, install, work, counter, env):
    (work / "a-1.zip").write_bytes(archive())
    for _ in range(2):
        install(forge, "./a-1.zip", "--reinstall").ok()
    os.utime(work / "a-1.zip", (1, 1))  # another time, the same bytes
    install(forge, "./a-1.zip", "--reinstall").ok()
    assert hooks(counter) == ["wheel a"]
    (work / "a-1.zip").write_bytes(archive(text="VALUE = 2\n"))
    install(forge, "./a-1.zip", "--reinstall").ok()
    assert hooks(counter) == ["wheel a"] * 2
    assert value_of(env) == "VALUE = 2\n"


def test_processes_that_install_one_folder(counted, work, make_env, counter, forge):
    """One after the other, as they share the tree."""
    write_tree(work / "a", source_files("a", "1"))
    envs = [make_env(f"env{number}") for number in range(4)]
    counted.env["BUILD_SLEEP"] = "0.2"
    running = [
        counted.start("install", "--python", env.python, "-i", forge.url, "./a") for env in envs
    ]
    for one in running:
        one.wait().ok()
    assert all(env.installed() == {"a": "1"} for env in envs)
    assert hooks(counter) == ["wheel a"] * 4


# Many at once.


def test_processes_that_need_the_same_build_share_it(serve, counted, make_env, counter):
    index = serve()
    index.add(source("a", "1", prepare=True), wheel("b", "1"))
    envs = [make_env(f"env{number}") for number in range(4)]
    counted.env["BUILD_SLEEP"] = "0.5"
    running = [
        counted.start("install", "--python", env.python, "-i", index.url, "a", "b") for env in envs
    ]
    for one in running:
        one.wait().ok()
    assert hooks(counter) == ["metadata a", "wheel a"]
    for env in envs:
        assert env.installed() == {"a": "1", "b": "1"}


def test_a_build_that_is_killed_is_no_trouble_to_the_next(serve, counted, make_env, counter, pipit):
    index = serve()
    index.add(source("a", "1"))
    first, second = make_env("first"), make_env("second")
    counted.env["BUILD_SLEEP"] = "30"
    killed = counted.start("install", "--python", first.python, "-i", index.url, "a")
    wait_for(lambda: hooks(counter) == ["wheel a"], what="the build begins")
    killed.process.send_signal(signal.SIGKILL)
    killed.process.wait()
    counted.env["BUILD_SLEEP"] = "0"
    counted("install", "--python", second.python, "-i", index.url, "a").ok()
    assert hooks(counter) == ["wheel a"] * 2
    assert second.installed() == {"a": "1"} and first.installed() == {}


def test_one_source_for_two_parents_is_built_once(serve, install, counter, env):
    index = serve()
    index.add(source("a", "1", requires=["c"]), source("b", "1", requires=["c"]), source("c", "1"))
    install(index, "a", "b").ok()
    assert sorted(hooks(counter)) == ["wheel a", "wheel b", "wheel c"]
    assert set(env.installed()) == {"a", "b", "c"}


def test_a_wheel_that_is_wanted_anyway_tells_its_metadata(serve, counted, env, counter, work):
    """No hook for metadata where nobody needs it before the wheel: fixed pins, dependencies given."""
    index = serve()
    index.add(source("a", "1", prepare=True))
    (work / "pins").write_text("a==1\n")
    counted("sync", "pins", "--python", env.python, "-i", index.url).ok()
    assert env.installed() == {"a": "1"}
    assert hooks(counter) == ["wheel a"]


def test_builds_do_not_hold_up_downloads(serve, counted, env, counter):
    """Two builds one after the other, and twenty wheels: all of them are there before the second
    build begins."""
    index = serve()
    names = [f"w{number}" for number in range(20)]
    index.add(sdist("a", "1"), sdist("b", "1"), *[wheel(name, "1") for name in names])
    replace(index, *[with_slow_backend(name) for name in ("a", "b")])
    counted.env["BUILD_SLEEP"] = "3"
    running = counted.start(
        "install", "--python", env.python, "-i", index.url, "a", "b", *names,
        "--concurrent-builds", "1",
    )  # fmt: skip
    wait_for(lambda: len(counted.wheels()) == 20, what="twenty wheels in the cache")
    assert len(hooks(counter)) <= 1
    running.wait().ok()
    assert len(hooks(counter)) == 2
    assert len(env.installed()) == 22


def test_a_source_is_built_while_the_largest_wheel_arrives(serve, counted, env, counter, work):
    """The wheel's last bytes are held back until the build is seen; the trace says the same."""
    index = serve()
    large = wheel("large", "1", pad=2_000_000)
    index.add(large, sdist("a", "1"))
    replace(index, with_slow_backend("a"))
    (work / "pins").write_text("large==1\na==1\n")
    rule = index.server.on(index.file_path(large.filename), withhold=1000)
    running = counted.start(
        "sync", "pins", "--python", env.python, "-i", index.url, "--trace", "trace.json"
    )
    wait_for(lambda: hooks(counter) == ["wheel a"], what="the build")
    assert not counted.wheels() or all("large" not in str(each) for each in counted.wheels())
    rule.release()
    running.wait().ok()
    assert env.installed() == {"a": "1", "large": "1"}
    events = json.loads((work / "trace.json").read_text())["traceEvents"]
    build = next(each for each in events if each["name"].startswith("build"))
    arrival = next(each for each in events if large.filename in json.dumps(each))
    assert build["ts"] < arrival["ts"] + arrival["dur"], (build, arrival)


def with_slow_backend(name):
    """Static metadata, a build that takes its time."""
    return source(name, "1", project=f'[project]\nname = "{name}"\nversion = "1"\n')


def test_a_build_that_needs_a_build_with_one_slot(serve, install, counter, env):
    index = serve()
    index.add(
        source("a", "1", build_requires=["tool"]),
        source("tool", "1", build_requires=["helper"]),
        source("helper", "1"),
    )
    install(index, "a", "--concurrent-builds", "1").ok()
    assert hooks(counter) == ["wheel helper", "wheel tool", "wheel a"]
    assert env.installed() == {"a": "1"}


def test_a_build_that_needs_itself_says_so(serve, install, counter, env, unchanged):
    index = serve()
    index.add(source("a", "1", build_requires=["b"]), source("b", "1", build_requires=["a"]))
    with unchanged(env.path):
        install(index, "a").fails(1, "a", "b", "needs")
    assert hooks(counter) == []


# Bad input.


@pytest.mark.parametrize("about", [("other", "1"), ("a", "2")], ids=str)
def test_a_wheel_of_another_name_or_version(serve, install, env, unchanged, about):
    index = serve()
    index.add(source("a", "1", built_as=about))
    with unchanged(env.path):
        done = install(index, "a").fails(1, "a-1.tar.gz", f"{about[0]}==")
    assert "==".join(about) in done.err


def member(name, kind=tarfile.REGTYPE, link="", data=b"x", mode=0o644):
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.mode = kind, link, mode
    return info, data if kind == tarfile.REGTYPE else b""


BAD_TARS = {
    "a parent": [member("a-1/../../evil")],
    "an absolute name": [member("/tmp/evil-of-pipit")],
    "a link out": [member("a-1/l", tarfile.SYMTYPE, "../../evil")],
    "an absolute link": [member("a-1/l", tarfile.SYMTYPE, "/etc/passwd")],
    "through a link": [member("a-1/l", tarfile.SYMTYPE, "."), member("a-1/l/evil")],
    "a link by way of a link": [
        member("a-1/d/top", tarfile.SYMTYPE, "../.."),
        member("a-1/d/x", tarfile.SYMTYPE, "top/../evil"),
    ],
    "a link turned round": [
        member("a-1/d/x", tarfile.SYMTYPE, "late/../evil"),
        member("a-1/d/late", tarfile.SYMTYPE, "../.."),
    ],
    "a hard link out": [member("a-1/h", tarfile.LNKTYPE, "../evil")],
    "a hard link to nothing": [member("a-1/h", tarfile.LNKTYPE, "a-1/nothing")],
    "a device": [member("a-1/null", tarfile.CHRTYPE)],
    "a pipe": [member("a-1/pipe", tarfile.FIFOTYPE)],
}


@pytest.mark.parametrize("what", BAD_TARS)
def test_archives_that_lead_outside(serve, install, env, counter, unchanged, what, tmp_path):
    """PEP 706 and 721: refused as a whole; nothing is written anywhere, nothing is run."""
    index = serve()
    good = [
        member(f"a-1/{name}", data=text.encode()) for name, text in source_files("a", "1").items()
    ]
    index.add(tar_of(good + BAD_TARS[what], "a-1.tar.gz"))
    outside = [tmp_path / "evil", pathlib.Path("/tmp/evil-of-pipit")]
    with unchanged(env.path):
        install(index, "a").fails(1, "a-1.tar.gz", "a-1/" if "absolute name" not in what else "tmp")
    assert hooks(counter) == []
    assert not any(path.exists() for path in outside)
    assert not list(pathlib.Path(env.path).parent.rglob("evil"))


def test_links_inside_and_modes_are_kept(serve, install, env, counter):
    index = serve()
    files = source_files("a", "1", text="VALUE = 3\n")
    members = [member("a-1/real.py", data=files.pop("backend.py").encode())]
    members += [member(f"a-1/{name}", data=text.encode()) for name, text in files.items()]
    members += [
        member("a-1/backend.py", tarfile.SYMTYPE, "sub/../real.py"),
        member("a-1/sub/run", mode=0o755),
        member("a-1/sub/hard", tarfile.LNKTYPE, "a-1/real.py"),
    ]
    index.add(tar_of(members, "a-1.tar.gz"))
    install(index, "a").ok()
    assert value_of(env) == "VALUE = 3\n"


@pytest.mark.parametrize("what", ["cut", "trailer", "zip", "page", "bzip2"])
def test_archives_that_are_none(serve, install, env, counter, unchanged, what):
    index = serve()
    good = source("a", "1", text="#" * 50_000).data
    data = {
        "cut": good[: len(good) // 2],
        "trailer": good[:-6] + bytes([good[-6] ^ 1]) + good[-5:],
        "zip": zipped("a-1", source_files("a", "1")),
        "page": b"<html>no such file</html>",
        "bzip2": bz2.compress(b"x" * 1000),
    }[what]
    index.add(("a-1.tar.gz", data))
    with unchanged(env.path):
        install(index, "a").fails(1, "a-1.tar.gz")
    assert hooks(counter) == []


def test_nothing_is_run_before_the_hash_holds(serve, counted, env, counter, work):
    index = serve()
    index.add(source("a", "1"))
    (work / "in").write_text(f"a==1 --hash=sha256:{'0' * 64}\n")
    counted("install", "-r", "in", "--python", env.python, "-i", index.url).fails(1, "a-1.tar.gz")
    assert hooks(counter) == []
    right = hashlib.sha256(index.files["a-1.tar.gz"].data).hexdigest()
    (work / "in").write_text(f"a==1 --hash=sha256:{right}\n")
    counted("install", "-r", "in", "--python", env.python, "-i", index.url).ok()
    assert hooks(counter) == ["wheel a"]
