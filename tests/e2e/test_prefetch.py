"""The scout: metadata and pages are requested when data arrives, not when the solver asks.

All assertions are on the order and number of requests in the registry's log, never on the clock.
"""

import pytest

from conftest import assert_no_head, assert_no_repeats, pins
from registry import graph, wheel


@pytest.fixture
def compile_(pipit, work):
    def run(index, *wanted, more=(), **options):
        (work / "requirements.in").write_text("\n".join(wanted) + "\n")
        command = ["compile", "requirements.in", "-i", index.url, "--no-header", "--no-annotate"]
        return pipit(*command, *more, **options)

    return run


@pytest.fixture
def start_compile(pipit, work):
    def run(index, *wanted, more=()):
        (work / "requirements.in").write_text("\n".join(wanted) + "\n")
        command = ["compile", "requirements.in", "-i", index.url, "--no-header", "--no-annotate"]
        return pipit.start(*command, *more)

    return run


@pytest.mark.parametrize(
    "knobs", [{}, {"metadata": None}, {"metadata": None, "ranges": "off"}, {"json": False}], ids=str
)
def test_a_hanging_root_page_holds_nobody_up(serve, start_compile, knobs):
    """The slow root stands first, so that a solver in order would wait for it before all others."""
    index = serve(**knobs)
    world = graph(45, 6)
    index.add(*world.wheels, wheel("a-slow-root", "1"))
    slow = index.server.on(index.page_path("a-slow-root"), hang=True)
    running = start_compile(index, "a-slow-root", *world.roots)
    pages = {index.page_path(name) for name in world.depends}
    sidecars = {
        path(built.filename)
        for built in world.wheels
        for path in [index.metadata_path if "metadata" not in knobs else index.file_path]
    }

    def everything(log):
        return pages | sidecars <= set(log.paths())

    in_time = index.server.log.wait(everything, 20)
    missing = (pages | sidecars) - set(index.server.log.paths())
    slow.release()
    done = running.wait().ok()
    assert in_time, f"not asked for while one page hangs: {sorted(missing)}"
    assert pins(done.out) == {**world.newest, "a-slow-root": "1"}
    assert_no_head(index)
    assert_no_repeats(index)


def test_hanging_metadata_holds_nobody_up(serve, start_compile):
    index = serve()
    world = graph(45, 6)
    slow_wheel = wheel("a-slow-root", "1")
    index.add(*world.wheels, slow_wheel)
    slow = index.server.on(index.metadata_path(slow_wheel.filename), hang=True)
    running = start_compile(index, "a-slow-root", *world.roots)
    wanted = {index.metadata_path(built.filename) for built in world.wheels}
    in_time = index.server.log.wait(lambda log: wanted <= set(log.paths()), 20)
    slow.release()
    running.wait().ok()
    assert in_time


def test_each_thing_is_asked_for_once(serve, compile_):
    index = serve()
    world = graph(60, 7, versions=3, seed=5)
    index.add(*world.wheels)
    done = compile_(index, *world.roots).ok()
    assert pins(done.out) == world.newest
    assert_no_head(index)
    assert_no_repeats(index)
    pages = [path for path in index.server.log.paths() if path.endswith("/")]
    sidecars = [path for path in index.server.log.paths() if path.endswith(".metadata")]
    assert len(pages) == len(world.depends)
    # no backtracking: only the newest version of each is looked at
    assert sorted(sidecars) == sorted(
        index.metadata_path(world.wheel_of(name).filename) for name in world.depends
    )
    assert len(index.server.log.rows) == len(pages) + len(sidecars)


def test_a_package_and_its_extra_share_one_fetch(serve, compile_):
    index = serve()
    index.add(
        wheel("a", "1", requires=["b"], extras={"more": ["c"], "most": ["a[more]", "d"]}),
        wheel("b", "1", requires=["a[more]"]),
        wheel("c", "1"),
        wheel("d", "1"),
    )
    done = compile_(index, "a", "a[most]", "A[More]").ok()
    assert pins(
        done.out.replace("[more,most]", "").replace("[most]", "").replace("[more]", "")
    ) == {"a": "1", "b": "1", "c": "1", "d": "1"}
    assert_no_repeats(index)


def test_markers_that_are_false_cost_no_request(serve, compile_):
    index = serve()
    index.add(
        wheel(
            "a", "1", requires=["other-os; sys_platform == 'win32'", "b"], extras={"x": ["never"]}
        ),
        wheel("b", "1"),
        wheel("other-os", "1"),
        wheel("never", "1"),
    )
    assert pins(compile_(index, "a").ok().out) == {"a": "1", "b": "1"}
    asked = index.server.log.paths()
    assert index.page_path("other-os") not in asked and index.page_path("never") not in asked


def test_speculation_is_bounded_when_the_solver_goes_back(serve, compile_):
    """top has 30 versions of which only the oldest fits: candidates are tried one by one, further
    ones are fetched ahead in growing steps, and never all versions of everything."""
    index = serve()
    for number in range(1, 31):
        need = "base<2" if number == 1 else "base>=2"
        index.add(wheel("top", f"{number}.0", requires=[need]))
        index.add(wheel("base", f"1.{number}"))
    done = compile_(index, "top", "base<2").ok()
    assert pins(done.out) == {"top": "1.0", "base": "1.30"}
    assert_no_repeats(index)
    sidecars = [path for path in index.server.log.paths() if path.endswith(".metadata")]
    assert len([path for path in sidecars if "/base-" in path]) <= 2
    assert len([path for path in sidecars if "/top-" in path]) <= 30


def tops(index, fits) -> list[str]:
    """30 releases of top, of which only `fits` go with base 1; returns their .metadata paths."""
    paths = []
    for number in range(1, 31):
        top = wheel("top", f"{number}.0", requires=["base<2" if number in fits else "base>=2"])
        index.add(top)
        paths.append(index.metadata_path(top.filename))
    index.add(wheel("base", "1"), wheel("base", "2"))
    return paths


def asked_while_held(index, running, held, paths, expected) -> tuple[list[str], dict]:
    """Which paths of tops() were asked for, in their order, and what the run found. `held` is let go
    when all of `expected` were asked for: a run that ends drops what still waits for a connection,
    and what that is depends on the machine."""
    in_time = index.server.log.wait(lambda log: set(expected) <= set(log.paths()))
    held.release()
    done = running.wait().ok()
    asked = [path for path in paths if path in index.server.log.paths()]
    assert in_time, f"not asked for: {sorted(set(expected) - set(asked))}"
    return asked, pins(done.out)


def test_batches_stay_in_the_range_that_the_solver_is_in(serve, start_compile):
    """The newest helper, which cannot be had, would bound top: what follows top 30 in the batches are
    the releases that the solver comes to, not those that the bound would leave."""
    index = serve()
    paths = tops(index, fits={20})
    index.add(
        wheel("helper", "2", requires=["top<6", "base>=2"]),
        wheel("helper", "1"),
    )
    held = index.server.on(paths[19], hang=True)
    running = start_compile(index, "helper", "top", "base<2")
    # Two rejections, then batches of 2, 2, 4 and 8 behind the candidates 28, 27, 26 and 22.
    expected = paths[13:]
    asked, found = asked_while_held(index, running, held, paths, expected)
    assert found == {"base": "1", "helper": "1", "top": "20.0"}
    first_guess = [path for path in asked if path in paths[:5]]
    assert asked == first_guess + expected and len(first_guess) <= 1


def test_batches_go_in_the_direction_of_the_resolution(serve, start_compile):
    index = serve()
    paths = tops(index, fits={11})
    held = index.server.on(paths[10], hang=True)
    running = start_compile(index, "top", "base<2", more=["--resolution", "lowest"])
    # Two rejections, then batches of 2, 2, 4 and 8 behind the candidates 3, 4, 5 and 9.
    expected = paths[:17]
    asked, found = asked_while_held(index, running, held, paths, expected)
    assert found == {"base": "1", "top": "11.0"}
    assert asked == expected


def test_the_result_does_not_depend_on_the_order_of_answers(serve, compile_, pipit):
    """The same requirements with the answers of odd and even layers delayed."""
    world = graph(30, 5, versions=2, seed=9)
    results = []
    for pattern in ("/none", "*-1-*", "*-2-*", "*root*"):
        index = serve()
        index.add(*world.wheels)
        index.server.on(pattern, latency=0.05)
        done = compile_(
            index, *world.roots, env={"PIPIT_CACHE_DIR": pipit.cwd / pattern.strip("/*")}
        )
        results.append(done.ok().out)
    assert len(set(results)) == 1


def test_install_overlaps_nothing_twice(serve, pipit, make_env):
    """A whole cold install asks once for each page, sidecar and wheel, and for nothing else."""
    index = serve()
    world = graph(25, 5)
    index.add(*world.wheels)
    env = make_env()
    pipit("install", "--python", env.python, "-i", index.url, *world.roots).ok()
    expected = {index.page_path(name) for name in world.depends}
    for built in world.wheels:
        expected |= {index.file_path(built.filename), index.metadata_path(built.filename)}
    assert sorted(index.server.log.paths("GET")) == sorted(expected)
    assert_no_head(index)
    assert env.installed() == world.newest


def test_a_missing_page_of_a_wrong_guess_is_no_error(serve, compile_):
    """The newest version needs what does not exist; an older one does not."""
    index = serve()
    index.add(wheel("a", "2", requires=["not-there"]), wheel("a", "1"))
    assert pins(compile_(index, "a").ok().out) == {"a": "1"}
