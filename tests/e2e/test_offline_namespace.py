"""Air gap: a wheelhouse into an environment where there is no network interface, and into an empty
root where there is nothing but the binary."""

import os
import shutil
import subprocess

import pytest

from conftest import ROOT, Program, can_unshare, normal_tree, tree
from registry import graph, wheel

needs_network_namespace = pytest.mark.skipif(
    not can_unshare("-n"), reason="no network namespaces here"
)
CHROOT = shutil.which("chroot", path="/usr/sbin:/usr/bin:/sbin:/bin")
needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="chroot needs root")


def without_interfaces(program: Program) -> Program:
    return Program(["unshare", "-n", *program.command], program.env, program.cwd)


@needs_network_namespace
def test_a_wheelhouse_without_any_interface(pipit, make_env, wheelhouse):
    world = graph(20, 4)
    env = make_env()
    without_interfaces(pipit)(
        "install",
        "--python",
        env.python,
        "--no-index",
        "-f",
        wheelhouse(*world.wheels),
        *world.roots,
    ).ok()
    assert env.installed() == world.newest


@needs_network_namespace
def test_an_index_without_any_interface(pipit, make_env, unchanged):
    env = make_env()
    with unchanged(env.path):
        without_interfaces(pipit)(
            "install",
            "--python",
            env.python,
            "--retries",
            "0",
            "-i",
            "http://127.0.0.1:9/simple/",
            "a",
        ).fails(1, "127.0.0.1:9")


@pytest.mark.index
@pytest.mark.long
@needs_network_namespace
def test_a_wheelhouse_by_pip_download(pipit, pip, uv, make_env, tmp_path, work):
    folder = tmp_path / "jupyter-wheelhouse"
    pip("download", "-q", "-d", folder, "jupyter", timeout=600).ok()
    env, other = make_env("env"), make_env("other")
    without_interfaces(pipit)(
        "install", "--python", env.python, "--no-index", "-f", folder, "jupyter", timeout=300
    ).ok()
    frozen = pip("--python", env.python, "freeze").ok().out
    (work / "pins.txt").write_text(frozen)
    uv(
        "pip",
        "install",
        "--python",
        other.python,
        "--no-index",
        "-f",
        folder,
        "-r",
        "pins.txt",
        timeout=300,
    ).ok()
    ours, theirs = normal_tree(env), normal_tree(other)
    assert sorted(ours.keys() ^ theirs.keys()) == []
    assert {name: (ours[name], theirs[name]) for name in ours if ours[name] != theirs[name]} == {}
    pip("--python", env.python, "check").ok()
    assert env.run(env.bin / "jupyter", "--version")


RELEASE = ROOT / "build" / "release" / "pipit"


@pytest.fixture(params=["under test", *(["release"] if RELEASE.exists() else [])])
def static_binary(pipit, request):
    """The binary under test, and the release binary where it has been built."""
    path = RELEASE if request.param == "release" else pipit.binary
    headers = subprocess.run(["readelf", "-lW", path], capture_output=True, text=True).stdout
    if "INTERP" in headers:
        pytest.skip(f"{path} is not static")
    return path


@needs_root
def test_an_empty_root(pipit, static_binary, tmp_path):
    """Nothing but the binary and a wheelhouse: no libc, no /dev, no /tmp, no /etc, no Python."""
    root = tmp_path / "root"
    (root / "wheels").mkdir(parents=True)
    shutil.copy(static_binary, root / "pipit")
    world = graph(12, 4)
    for name, data in [*world.wheels, wheel("tool", "1", scripts={"tool": "tool:main"})]:
        (root / "wheels" / name).write_bytes(data)
    command = ["env", "-i", CHROOT, root, "/pipit"]
    args = [
        "install",
        "--target",
        "/target",
        "--python-version",
        "3.12",
        "--python-platform",
        "linux",
        "--no-index",
        "-f",
        "/wheels",
        "tool",
        *world.roots,
    ]
    done = Program(command, pipit.env, pipit.cwd)(*args).ok()
    assert not done.out
    found = {path.name.split("-")[0] for path in (root / "target").glob("*.dist-info")}
    assert found == {name.replace("-", "_") for name in world.depends} | {"tool"}
    assert (root / "target" / "bin" / "tool").stat().st_mode & 0o111
    before = tree(root / "target")
    Program(command, pipit.env, pipit.cwd)(*args).ok()
    assert tree(root / "target") == before


@needs_root
def test_the_version_in_an_empty_root(pipit, static_binary, tmp_path):
    shutil.copy(static_binary, tmp_path / "pipit")
    done = Program(["env", "-i", CHROOT, tmp_path, "/pipit"], pipit.env, pipit.cwd)(
        "--version"
    ).ok()
    assert done.out.startswith("pipit ")
    assert [path.name for path in tmp_path.iterdir() if path.name not in ("home", "work")] == [
        "pipit"
    ]
