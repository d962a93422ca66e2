"""Wheels are fetched and unpacked while the resolution goes on. Assertions are on the registry's log.

What is fetched so is what the answer holds, but for what the solver goes back on.
"""

import time

import pytest

from registry import wheel
from registry.wheels import noise


@pytest.fixture
def install(pipit, env):
    def run(index, *more, command="install", **options):
        return pipit(command, "--python", env.python, "-i", index.url, *more, **options)

    return run


def chain(index, depth=5, **more):
    for n in range(depth):
        index.add(wheel(f"a{n}", "1", requires=[f"a{n + 1}"] if n + 1 < depth else [], **more))
    return {f"a{n}": "1" for n in range(depth)}


def rows(index, name: str):
    return [row for row in index.server.log.rows if row.path.endswith(name)]


def wheels(index) -> list[str]:
    return sorted(row.path.rsplit("/", 1)[1] for row in rows(index, ".whl"))


def asked(index, name: str) -> float:
    (row,) = rows(index, name)
    return row.t_start


def test_a_wheel_is_fetched_before_the_last_page_is_asked_for(serve, install, env):
    index = serve(latency=0.1)
    expected = chain(index)
    install(index, "a0").ok()
    assert env.installed() == expected
    assert asked(index, "a0-1-py3-none-any.whl") < asked(index, "/a3/")
    assert asked(index, "a2-1-py3-none-any.whl") < asked(index, "/a4/")
    assert len(wheels(index)) == 5


@pytest.mark.parametrize("how", ["--two-phase", "--no-prefetch"])
def test_not_with(serve, install, env, how):
    index = serve(latency=0.05)
    expected = chain(index)
    install(index, "a0", how).ok()
    assert env.installed() == expected and len(wheels(index)) == 5
    assert min(row.t_start for row in rows(index, ".whl")) > max(
        row.t_start for row in rows(index, ".metadata")
    )


def test_what_is_only_looked_at_fetches_none(serve, install):
    index = serve()
    chain(index)
    install(index, "a0", "--dry-run").ok()
    assert wheels(index) == []


def test_a_pinned_wheel_waits_for_no_other_page(serve, install, work, env):
    index = serve()
    index.add(wheel("slow", "1"), *[wheel(f"b{n}", "1") for n in range(20)])
    index.server.on("/simple/slow/", latency=1.0)
    pins = ["slow==1"] + [f"b{n}==1" for n in range(20)]
    (work / "pins.txt").write_text("\n".join(pins))
    install(index, "pins.txt", command="sync").ok()
    assert len(env.installed()) == 21
    (page,) = rows(index, "/simple/slow/")
    assert all(row.t_end < page.t_end for n in range(20) for row in rows(index, f"b{n}-1-py3-none-any.whl"))


def test_what_stays_is_not_fetched(serve, install, env):
    """-U asks whether there is something newer; here is nothing."""
    index = serve()
    chain(index)
    install(index, "a0").ok()
    index.server.log.clear()
    install(index, "-U", "--upgrade-strategy", "eager", "a0", "--no-cache").ok()
    assert rows(index, "/a4/") and wheels(index) == []
    install(index, "--reinstall", "a0", "--no-cache").ok()
    assert len(wheels(index)) == 5


def test_the_first_wrong_guess_is_the_last(serve, install, env):
    """p 3 is taken, and given up for what q says later; after that the solver is not believed."""
    index = serve(latency=0.05)
    index.add(
        wheel("p", "3", requires=["q", "r"]),
        wheel("p", "2", requires=["q", "r"]),
        wheel("q", "1", requires=["s"]),
        wheel("r", "1"),
        wheel("s", "1", requires=["p<3", "t"]),
        wheel("t", "1", requires=["u"]),
        wheel("u", "1"),
    )
    install(index, "p").ok()
    assert env.installed() == {"p": "2", "q": "1", "r": "1", "s": "1", "t": "1", "u": "1"}
    wrong = [name for name in wheels(index) if name.startswith("p-3")]
    assert len(wheels(index)) == 6 + len(wrong) and len(wrong) <= 1


def test_a_large_wheel_is_not_fetched_on_a_guess(serve, install, env, work):
    index = serve(latency=0.1)
    chain(index, depth=3)
    body = bytes(range(256)) * (33 << 12)
    index.add(wheel("big", "1", files={"big.bin": body}, deflate=False, requires=["a0"]))
    install(index, "big").ok()
    assert asked(index, "big-1-py3-none-any.whl") > max(row.t_start for row in rows(index, ".metadata"))


def test_a_failure_is_told_as_ever(serve, install, env, unchanged):
    index = serve(latency=0.02)
    chain(index)
    index.server.on("/simple/-/files/a1-1*.whl", status=404)
    with unchanged(env.path):
        done = install(index, "a0")
    done.fails(1, "a1-1-py3-none-any.whl", "404")


def test_no_answer_leaves_nothing(serve, install, env, pipit):
    index = serve(latency=0.05)
    chain(index)
    index.add(wheel("z", "1", requires=["a0", "a4>2"]))
    install(index, "z").fails(1, "a4")
    assert env.installed() == {}


def test_a_size_that_a_range_told_is_good_enough(serve, install, env):
    """A page of HTML has no sizes; of a wheel whose end was read it is known all the same."""
    index = serve(latency=0.1, json=False, metadata=None)
    expected = chain(index)
    install(index, "a0").ok()
    assert env.installed() == expected
    first = [row for row in rows(index, "a0-1-py3-none-any.whl") if row.status == 200]
    assert len(first) == 1 and first[0].t_start < asked(index, "/a3/")


def going_back(index, last: str, width=6):
    """The solver finds out late that `last` does not fit."""
    names = [f"w{n}" for n in range(width)]
    index.add(*[wheel(name, "1", files={f"{name}.bin": noise(1_000_000)}) for name in names])
    index.add(
        wheel("z", "2", requires=[*names, "b1"]),
        wheel("b1", "1", requires=["b2"]),
        wheel("b2", "1", requires=[last]),
    )
    return index.server.on("/simple/-/files/w*.whl", bandwidth=20_000)


@pytest.mark.parametrize("more", [[], ["--no-cache"]], ids=str)
def test_no_answer_is_told_while_wheels_trickle(serve, install, env, more):
    index = serve(latency=0.1)
    going_back(index, "w0>5")
    began = time.monotonic()
    install(index, "z", *more).fails(1, "there is no w0>5")
    assert time.monotonic() - began < 10
    assert len([name for name in wheels(index) if name.startswith("w")]) == 6
    assert env.installed() == {}


def test_what_is_not_chosen_is_given_up(serve, install, env):
    index = serve(latency=0.1)
    trickling = going_back(index, "z<2")
    index.add(wheel("z", "1", requires=["ok"]), wheel("ok", "1"))
    began = time.monotonic()
    done = install(index, "z", "--concurrent-downloads", "8").ok()
    assert time.monotonic() - began < 10
    assert env.installed() == {"z": "1", "ok": "1"}
    assert len([name for name in wheels(index) if name.startswith("w")]) in range(4, 7)
    assert "2 downloaded" in done.err
    index.server.off(trickling)
    install(index, "w0").ok()  # what was given up is no error of a later run


def test_the_solver_has_a_connection_of_its_own(serve, install, env):
    index = serve(latency=0.02)
    expected = chain(index)
    install(index, "a0", "--concurrent-downloads", "1").ok()
    assert env.installed() == expected
    assert min(row.t_start for row in rows(index, ".whl")) > max(
        row.t_start for row in rows(index, ".metadata")
    )
