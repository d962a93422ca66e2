"""Limits: connections, memory, time."""

import pathlib
import re
import subprocess
import time

import pytest

from conftest import Program, pins, tree, wait_for
from registry import graph, wheel
from registry.wheels import noise


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


def peak_of(running) -> int:
    """The same of a run under way, until now."""
    status = pathlib.Path(f"/proc/{running.process.pid}/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1])


def sanitized(pipit) -> bool:
    return (
        b"__asan_init" in pipit.binary.read_bytes() or b"__tsan_init" in pipit.binary.read_bytes()
    )


@pytest.mark.parametrize("page", ["html", "json"])
def test_a_page_of_12000_files_costs_little_memory(serve, pipit, work, page):
    """The page as sent (9 MB of JSON, 5 MB of HTML) is never beside all that is made of it."""
    index = serve(html=page == "html", json=page == "json")
    place = "https://files.example/packages/" + "/".join(["ab", "cd", "0123456789" * 6])
    for major in range(12):
        for minor in range(1000):
            # everything as on a real page, contents of nothing
            name = f"huge-{major}.{minor}-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"
            index.add((name, b""), sha256="ab" * 32, requires_python=">=3.7", metadata=b"", url=f"{place}/{name}")
    index.add(wheel("huge", "12.0"))
    (work / "in").write_text("huge")
    assert pins(pipit("compile", "in", "-i", index.url).ok().out) == {"huge": "12.0"}
    if not sanitized(pipit):
        for way in (["--no-cache"], ["--cache-dir", work / "cache"]):
            used = peak(pipit, "compile", "in", "-i", index.url, "-o", work / "out", *way)
            assert used < 30 * 1024, (used, way)


@pytest.mark.parametrize("deflate", [False, True])
def test_a_big_wheel_costs_little_memory(serve, pipit, make_env, deflate):
    """One small wheel is what everything else costs; 32 MB more in two members may add 4 MiB."""
    if sanitized(pipit):
        pytest.skip("an instrumented binary takes memory of its own")
    index, small, large = serve(), make_env("small"), make_env("large")
    index.add(wheel("little", "1"))
    files = {f"big/{number}.bin": noise(16_000_000, str(number)) for number in range(2)}
    index.add(wheel("big", "1", files=files, deflate=deflate))
    usual = peak(pipit, "install", "--python", small.python, "-i", index.url, "little")
    used = peak(pipit, "install", "--python", large.python, "-i", index.url, "big")
    assert large.installed() == {"big": "1"}
    assert used < usual + 4 * 1024, (used, usual)


def held_peak(serve, pipit, env, cache, deflate: bool) -> int:
    """Peak memory of an install of fifty wheels at the moment when of each the most part of a member
    of 1 MB has come, and of none all of it."""
    index = serve()
    names = [f"w{number}" for number in range(50)]
    for name in names:
        files = {f"{name}/data.bin": noise(1_000_000, name)}
        index.add(wheel(name, "1", files=files, deflate=deflate))
    # What is withheld is the end of data.bin, and the few kilobytes behind it.
    rule = index.server.on("*.whl", withhold=20_000)
    running = pipit.start(
        "install", "--python", env.python, "-i", index.url, *names, "--concurrent-downloads", "100",
        env={"PIPIT_CACHE_DIR": cache},
    )  # fmt: skip

    def under_way() -> int:
        rows = [row for row in index.server.log.rows if row.path.endswith(".whl")]
        return len([row for row in rows if row.sent >= 970_000 and not row.t_end])

    wait_for(lambda: under_way() == len(names), 40, "fifty members under way")
    time.sleep(0.5)  # for the last bytes to be taken out of the sockets
    used = peak_of(running)
    rule.release()
    running.wait().ok()
    assert len(env.installed()) == len(names)
    return used


def test_members_under_way_share_their_memory(serve, pipit, make_env, tmp_path):
    """Small members are collected and inflated in one go as long as all of them together stay within
    12 MiB; the others have a window of 64 KiB each. Stored members, which need neither, show what
    everything else costs."""
    if sanitized(pipit):
        pytest.skip("an instrumented binary takes memory of its own")
    stored = held_peak(serve, pipit, make_env("stored"), tmp_path / "one", deflate=False)
    deflated = held_peak(serve, pipit, make_env("deflated"), tmp_path / "two", deflate=True)
    assert deflated < stored + 24 * 1024, (deflated, stored)


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
    """With 64 descriptors and 120 wheels that come as slowly as can be: only as many at a time as
    leave descriptors for their files. A hundred, as is wished for, would need three times as many
    as there are."""
    index, env = serve(), make_env()
    names = [f"w{number}" for number in range(120)]
    index.add(*[wheel(name, "1", pad=4000) for name in names])
    rule = index.server.on("*.whl", withhold=3000)
    line = ["install", "--python", env.python, "-i", index.url, "--concurrent-downloads", "100"]
    running = Program(["prlimit", "--nofile=64:64", *pipit.command], pipit.env, pipit.cwd).start(
        *line, *names
    )
    wait_for(lambda: under_way(index) >= 6 or running.process.poll() is not None, what="downloads")
    time.sleep(1)  # for those there should not be
    most = under_way(index)
    rule.release()
    running.wait().ok()
    assert len(env.installed()) == len(names)
    assert 6 <= most <= 10 and index.server.log.open_max <= 10


def under_way(index) -> int:
    return len([row for row in index.server.log.rows if row.path.endswith(".whl") and not row.t_end])


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
        kilobytes = kilobytes * 12 // 11
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
