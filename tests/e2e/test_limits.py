"""Limits: connections, memory, time."""

import pathlib
import re
import subprocess
import time

import pytest

from conftest import pins, tree, wait_for
from registry import graph, wheel


@pytest.mark.parametrize("way", ["option", "environment"])
def test_connections_never_exceed_concurrent_downloads(serve, pipit, make_env, way):
    index, env = serve(bandwidth=1_000_000), make_env()
    names = [f"w{number}" for number in range(20)]
    index.add(*[wheel(name, "1", pad=100_000) for name in names])
    option = ["--concurrent-downloads", "4"] if way == "option" else []
    pipit(
        "install",
        "--python",
        env.python,
        "-i",
        index.url,
        *names,
        *option,
        env={"PIPIT_CONCURRENT_DOWNLOADS": "4" if way == "environment" else None},
    ).ok()
    assert 2 <= index.server.log.open_max <= 4
    assert len(env.installed()) == 20


def test_connections_are_reused(serve, pipit, work):
    index = serve()
    world = graph(45, 6)
    index.add(*world.wheels)
    (work / "in").write_text("\n".join(world.roots))
    pipit("compile", "in", "-i", index.url, "--concurrent-downloads", "4").ok()
    assert index.server.log.connections <= 4
    assert len(index.server.log.rows) == 90


def test_a_slow_wheel_does_not_hold_up_the_others(serve, pipit, make_env):
    """One wheel hangs: all others are complete in the cache before it is let go."""
    index, env = serve(), make_env()
    names = [f"w{number}" for number in range(12)]
    index.add(*[wheel(name, "1", pad=20_000) for name in names])
    rule = index.server.on(index.file_path("w0-1-py3-none-any.whl"), withhold=1000)
    running = pipit.start("install", "--python", env.python, "-i", index.url, *names)
    wait_for(lambda: len(pipit.wheels()) == 11, what="eleven wheels in the cache")
    rule.release()
    running.wait().ok()
    assert len(env.installed()) == 12


def peak(pipit, *args) -> int:
    """Peak resident memory of a run in KiB, by looking often: what the kernel reports at the end
    begins with the memory of the process that forked."""
    running = pipit.start(*args)
    folder = pathlib.Path("/proc") / str(running.process.pid)
    highest = 0
    while running.process.poll() is None:
        try:
            if (folder / "exe").resolve() == pipit.binary:
                found = re.search(r"VmHWM:\s+(\d+)", (folder / "status").read_text())
                highest = max(highest, int(found[1]) if found else 0)
        except OSError:
            pass
        time.sleep(0.002)
    running.wait().ok()
    assert highest, "was never seen running"
    return highest


def sanitized(pipit) -> bool:
    return (
        b"__asan_init" in pipit.binary.read_bytes() or b"__tsan_init" in pipit.binary.read_bytes()
    )


@pytest.mark.parametrize("page", ["html", "json"])
def test_a_page_of_12000_files_costs_little_memory(serve, pipit, work, page):
    index = serve(html=page == "html", json=page == "json")
    for major in range(12):
        for minor in range(1000):
            # sizes and digests as on a real page, contents of nothing
            index.add(
                (f"huge-{major}.{minor}-py3-none-any.whl", b""),
                sha256="ab" * 32,
                requires_python=">=3.7",
            )
    newest = wheel("huge", "12.0")
    index.add(newest)
    (work / "in").write_text("huge")
    assert pins(pipit("compile", "in", "-i", index.url).ok().out) == {"huge": "12.0"}
    if not sanitized(pipit):
        cold = peak(pipit, "compile", "in", "-i", index.url, "--no-cache", "-o", work / "out")
        assert cold < 40 * 1024


def test_a_big_wheel_costs_little_memory(serve, pipit, make_env):
    index, env = serve(), make_env()
    index.add(wheel("big", "1", pad=120_000_000))
    used = peak(pipit, "install", "--python", env.python, "-i", index.url, "big")
    assert env.installed() == {"big": "1"}
    if not sanitized(pipit):
        assert used < 48 * 1024


def run_within(pipit, limit: str, *args) -> subprocess.CompletedProcess:
    """A run below a limit of the shell's `ulimit`, such as "-v 100000" (KiB of address space)."""
    return subprocess.run(
        ["sh", "-c", f'ulimit {limit}; exec "$@"', "sh", *pipit.command, *args],
        env=pipit.env,
        cwd=pipit.cwd,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_few_descriptors_are_enough(serve, pipit, make_env):
    index, env = serve(), make_env()
    names = [f"w{number}" for number in range(60)]
    index.add(*[wheel(name, "1") for name in names])
    done = run_within(
        pipit, "-n 64", "install", "--python", env.python, "-i", index.url, *names
    )
    assert done.returncode == 0, done.stderr
    assert len(env.installed()) == 60


def test_out_of_memory_is_an_error_and_changes_nothing(serve, pipit, make_env):
    """With ever more address space: until there is enough, each run ends in order."""
    if sanitized(pipit):
        pytest.skip("an instrumented binary takes terabytes of addresses")
    index, env = serve(), make_env()
    names = [f"w{number}" for number in range(8)]
    for name in names:
        modules = {f"{name}/m{number}.py": f"x = {number}\n" for number in range(200)}
        index.add(wheel(name, "1", files=modules, pad=3_000_000))
    before, said = tree(env.path), []
    kilobytes = 12_000
    while True:
        done = run_within(
            pipit,
            f"-v {kilobytes}",
            "install",
            "--no-cache",
            "--python",
            env.python,
            "-i",
            index.url,
            *names,
        )
        if done.returncode == 0:
            break
        assert done.returncode == 1, (kilobytes, done)
        assert "error: " in done.stderr, (kilobytes, done)
        assert tree(env.path) == before, kilobytes
        said.append(done.stderr)
        kilobytes = kilobytes * 6 // 5
        assert kilobytes < 2_000_000, said
    assert any("error: out of memory" in each for each in said), said
    assert len(env.installed()) == 8


def test_a_silent_server_ends_in_an_error_that_names_it(serve, pipit, work):
    index = serve()
    index.add(wheel("a", "1"))
    index.server.on(index.page_path("a"), hang=True)
    (work / "in").write_text("a")
    done = pipit("compile", "in", "-i", index.url, "--timeout", "1", "--retries", "0")
    done.fails(1, "127.0.0.1", "page a")


def test_a_redirect_loop_ends(serve, pipit, work):
    index = serve()
    index.server.on(index.page_path("a"), redirect=index.page_path("b"))
    index.server.on(index.page_path("b"), redirect=index.page_path("a"))
    (work / "in").write_text("a")
    pipit("compile", "in", "-i", index.url).fails(1, "redirect")
    assert len(index.server.log.rows) < 60
