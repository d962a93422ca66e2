"""Claims about width, depth and number of requests that no other file shows: on the registry's log.

A wave is a set of requests that begin before the first of them is answered; each waits for a round trip
more. `depth` counts them as the longest row of requests of which each began after the last one's answer.
"""

import json
import re
import resource
import shutil

import pytest

from conftest import Program, assert_no_repeats, pins
from registry import graph, wheel

LATENCY = 0.05
WIDE = 40


@pytest.fixture
def compile_(pipit, work):
    def run(index, *wanted, more=(), **options):
        (work / "in").write_text("\n".join(wanted) + "\n")
        return pipit("compile", "in", "-i", index.url, "--no-header", "--no-annotate", *more, **options)

    return run


@pytest.fixture
def start_compile(pipit, work):
    def run(index, *wanted, more=()):
        (work / "in").write_text("\n".join(wanted) + "\n")
        return pipit.start("compile", "in", "-i", index.url, "--no-header", "--no-annotate", *more)

    return run


def depth(rows) -> int:
    count, free = 0, 0.0
    for row in sorted(rows, key=lambda row: row.t_end):
        if row.t_start >= free:
            count, free = count + 1, row.t_end
    return count


def under_way(log, ending: str) -> int:
    return len([row for row in log.rows if row.path.endswith(ending) and not row.t_end])


def sidecars(index, name: str = "") -> list[str]:
    return [p for p in index.server.log.paths() if p.endswith(".metadata") and f"/{name}" in p]


# A: prefetching.


def test_waves_are_as_many_as_the_graph_is_deep(serve, compile_, pipit):
    """A4: page and metadata for each level, and one wave more at most. A3: without prefetching, the solver's
    own requests come one after the other."""
    world = graph(40, 5)
    found, waves = {}, {}
    for switch in ("--no-predict", "--no-prefetch"):
        index = serve(latency=LATENCY)
        index.add(*world.wheels)
        done = compile_(index, *world.roots, more=[switch, "--no-cache"]).ok()
        assert pins(done.out) == world.newest
        waves[switch] = depth(index.server.log.rows)
        found[switch] = done.out
    assert len(set(found.values())) == 1
    assert waves["--no-predict"] <= 2 * 5 + 1
    assert waves["--no-prefetch"] >= 1.7 * waves["--no-predict"]


def test_metadata_that_the_answer_does_not_need(serve, compile_):
    """A8: guesses that a later requirement bounds are wrong; there are no more of them than half of the
    packages again."""
    index = serve()
    names = [f"n{number}" for number in range(30)]
    for number, name in enumerate(names):
        needs = names[number + 1 : number + 3]
        for version in (1, 2, 3):
            index.add(wheel(name, str(version), requires=needs))
    bounds = [f"{name}<3" for name in names[::3]]
    index.add(wheel("bounds", "1", requires=bounds))
    found = pins(compile_(index, "n0", "bounds").ok().out)
    assert len(found) == 31
    used = {index.metadata_path(f"{name}-{version}-py3-none-any.whl") for name, version in found.items()}
    unused = [path for path in sidecars(index) if path not in used]
    assert len(unused) <= 0.5 * len(found), unused
    assert_no_repeats(index)


def test_the_timeline_holds_each_request(serve, compile_, work):
    """A5: one row in the trace for each row of the log."""
    index = serve(latency=LATENCY)
    world = graph(20, 4)
    index.add(*world.wheels)
    compile_(index, *world.roots, more=["--trace", "t.json"]).ok()
    told = json.loads((work / "t.json").read_text())
    events = told if isinstance(told, list) else told["traceEvents"]
    spans = [one for one in events if one.get("name", "").startswith("GET ")]
    assert len(spans) == len(index.server.log.rows) == 40
    assert {span["args"]["outcome"] for span in spans} == {"200"}
    assert all(span["dur"] >= LATENCY * 1e6 * 0.9 for span in spans)
    told, logged = (sorted(one) for one in ([span["name"].split()[2] for span in spans], expected(index)))
    assert told == logged


def expected(index) -> list[str]:
    """What the trace calls the requests of the log."""
    leaves = [path.rstrip("/").rpartition("/")[2] for path in index.server.log.paths()]
    return [leaf.removesuffix(".metadata") for leaf in leaves]


# Bounds of speculation.


def requests_to_go_back(index, compile_, pipit, fits: int) -> tuple[int, int]:
    """How many requests it takes to find the one release of 200 that fits, and the least number."""
    for number in range(200, 0, -1):
        need = "base<2" if number == 201 - fits else "base>=2"
        index.add(wheel("top", f"{number}.0", requires=[need]))
    index.add(wheel("base", "1"), wheel("base", "2"))
    found = pins(compile_(index, "top", "base<2", more=["--no-cache"]).ok().out)
    assert found == {"top": f"{201 - fits}.0", "base": "1"}
    assert_no_repeats(index)
    return len(index.server.log.rows), 2 + fits + 1  # two pages, the releases of top, one of base


def test_going_back_costs_little_more_than_it_must(serve, compile_, pipit):
    """P3.3, A8: what is asked ahead doubles, up to sixteen. Wherever the release is, that is less than
    twice the least number of requests; over all places, 1.3 times."""
    counts = [requests_to_go_back(serve(), compile_, pipit, fits) for fits in range(4, 61, 7)]
    assert all(made < 2 * least for made, least in counts), counts
    assert sum(made for made, _ in counts) <= 1.3 * sum(least for _, least in counts), counts


# Width.


def test_forty_pages_are_asked_for_at_once(serve, start_compile):
    """E3, over HTTP/1.1: as many connections as one wave needs."""
    index = serve()
    names = [f"w{number}" for number in range(WIDE)]
    index.add(*[wheel(name, "1") for name in names])
    held = index.server.on("/simple/w*", hang=True)
    running = start_compile(index, *names)
    in_time = index.server.log.wait(lambda log: under_way(log, "/") == WIDE, 15)
    seen = under_way(index.server.log, "/")
    held.release()
    running.wait().ok()
    assert in_time, seen


@pytest.mark.parametrize(("limit", "at_once"), [(1, 1), (2, 1), (5, 4), (WIDE, 30)])
def test_as_many_wheels_at_once_as_the_option_says(serve, pipit, env, limit, at_once):
    """C7, E33, P3.1: no fewer, no more. A quarter of the connections is for pages and metadata."""
    index = serve()
    names = [f"w{number}" for number in range(WIDE)]
    index.add(*[wheel(name, "1", pad=20_000) for name in names])
    held = index.server.on("*.whl", withhold=10_000)
    running = pipit.start(
        "install", "-p", env.python, "-i", index.url, "--concurrent-downloads", limit, *names
    )
    in_time = index.server.log.wait(lambda log: under_way(log, ".whl") >= at_once, 15)
    more = index.server.log.wait(lambda log: under_way(log, ".whl") > at_once, 0.5)
    seen = under_way(index.server.log, ".whl")
    held.release()
    running.wait().ok()
    assert in_time and not more, seen
    assert len(env.installed()) == WIDE


def test_one_wave_of_wheels(serve, pipit, env):
    """E33 by default: forty wheels cost one wave behind their pages and metadata."""
    index = serve(latency=LATENCY)
    names = [f"w{number}" for number in range(WIDE)]
    index.add(*[wheel(name, "1") for name in names])
    pipit("install", "-p", env.python, "-i", index.url, *names).ok()
    wheels = [row for row in index.server.log.rows if row.path.endswith(".whl")]
    assert len(wheels) == WIDE
    assert depth(wheels) <= 3 and depth(index.server.log.rows) <= 5


def test_stale_pages_need_no_earlier_answer(serve, compile_):
    """E17 without a prediction: forty conditional requests of one requirements file are one wave."""
    index = serve(latency=4 * LATENCY)
    names = [f"w{number}" for number in range(WIDE)]
    index.add(*[wheel(name, "1") for name in names])
    compile_(index, *names).ok()
    index.server.log.clear()
    compile_(index, *names, more=["--no-predict"]).ok()
    rows = index.server.log.rows
    assert len(rows) == WIDE and {row.status for row in rows} == {304}
    assert depth(rows) <= 2


# Connections.


def test_tls_connections_are_few_and_resumed(serve, compile_, authority):
    """E10, E11: at most a fifth of the requests, and one full handshake for all that were not opened
    side by side with it."""
    identity = authority.server("few")
    identity.tls12_only = True
    index = serve(tls=identity, latency=0.02)
    world = graph(60, 6)
    index.add(*world.wheels)
    assert pins(compile_(index, *world.roots, more=["--cert", authority.pem]).ok().out) == world.newest
    log = index.server.log
    assert len(log.rows) == 120
    assert log.connections <= 0.2 * len(log.rows)
    assert log.connections < 3 or log.tls_resumed >= 1, (log.connections, log.tls_resumed)


@pytest.mark.skipif(not shutil.which("strace"), reason="no strace here")
def test_a_host_is_looked_up_once(serve, pipit, work):
    """E21: forty connections to a host by its name."""
    index = serve(latency=0.02)
    names = [f"w{number}" for number in range(WIDE)]
    index.add(*[wheel(name, "1") for name in names])
    (work / "in").write_text("\n".join(names))
    url = index.url.replace("127.0.0.1", "localhost")
    command = ["strace", "-f", "-e", "trace=open,openat", "-o", str(work / "trace"), *pipit.command]
    traced = Program(command, dict(pipit.env, ASAN_OPTIONS="detect_leaks=0"), work)
    traced("compile", "in", "-i", url).ok()
    assert index.server.log.connections > 2
    assert len(re.findall(r'"/etc/hosts"', (work / "trace").read_text())) <= 2


# What is kept, and what a page is.


def test_a_range_is_not_kept_as_the_file(serve, compile_, pipit, env):
    """E16: after its end was read, the wheel is fetched as a whole."""
    index = serve(metadata=None)
    big = wheel("big", "1", pad=300_000)
    index.add(big)
    compile_(index, "big").ok()
    assert [row.status for row in index.server.log.of(index.file_path(big.filename))] == [206]
    kept = [path for path in pipit.cache.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in kept) < 50_000
    index.server.log.clear()
    pipit("install", "-p", env.python, "-i", index.url, "big").ok()
    (row,) = index.server.log.of(index.file_path(big.filename))
    assert row.status == 200 and not row.range and row.sent == len(big.data)
    assert env.installed() == {"big": "1"}


def test_each_file_of_a_page_by_the_way_that_it_has(serve, compile_):
    """E20: of one page, a version with a metadata file and one without, and of one project each."""
    index = serve()
    index.add(wheel("with", "1"), wheel("with", "2"), wheel("mixed", "2", requires=["with<2"]))
    index.add(wheel("mixed", "3", requires=["with<1"]), wheel("without", "1"), metadata=None)
    assert pins(compile_(index, "mixed", "without").ok().out) == {"mixed": "2", "with": "1", "without": "1"}
    asked = {row.path: row.range for row in index.server.log.rows if "/-/files/" in row.path}
    plain = {path.rpartition("/")[2].partition("-py3")[0]: asked[path] for path in asked if path.endswith(".whl")}
    assert set(plain) == {"mixed-3", "without-1"} and all(plain.values())
    assert index.metadata_path("mixed-2-py3-none-any.whl") in asked


@pytest.mark.parametrize("content_type", ["text/html", "application/zip", "application/octet-stream"])
def test_a_zip_as_page_is_named_as_one(serve, compile_, content_type):
    """E8: no HEAD before it, no second request."""
    index = serve()
    index.add(wheel("a", "1"))
    index.server.on(index.page_path("a"), body=wheel("a", "1").data, content_type=content_type)
    compile_(index, "a").fails(1, index.page_path("a"), f"of {content_type}", "a zip archive: no index page")
    assert index.server.log.paths("GET") == [index.page_path("a")] and not index.server.log.paths("HEAD")


def processor_seconds(pipit, *args) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    pipit(*args).ok()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


@pytest.mark.parametrize("page", ["html", "json"])
def test_a_page_costs_in_proportion_to_its_length(serve, pipit, work, page):
    """E28, E29: read in one pass. Eight times the files cost at most twelve times as much."""
    index = serve(html=page == "html", json=page == "json")
    for name, count in (("few", 3000), ("many", 24_000)):
        for number in range(count):
            index.add((f"{name}-{number}-py3-none-any.whl", b""), sha256="ab" * 32)
        index.add(wheel(name, "99999"))
    used = {}
    for name in ("few", "many"):
        (work / name).write_text(name)
        args = ("compile", name, "-i", index.url, "--no-cache")
        used[name] = min(processor_seconds(pipit, *args) for _ in range(3))
    assert used["many"] < 12 * used["few"], used


# Prediction.


def test_a_second_install_takes_two_waves(serve, pipit, make_env):
    """BB3: without anything but what was learned in the cache, pages and metadata, then wheels."""
    index = serve(latency=4 * LATENCY)
    for number in range(6):
        needs = [f"a{number + 1}"] if number < 5 else []
        index.add(wheel(f"a{number}", "1", requires=needs))
    pipit("install", "-p", make_env("one").python, "-i", index.url, "a0").ok()
    for bucket in pipit.cache.iterdir():
        if bucket.is_dir() and bucket.name not in ("trees-v0", "interpreter-v0"):
            shutil.rmtree(bucket)
    index.server.log.clear()
    env = make_env("two")
    pipit("install", "-p", env.python, "-i", index.url, "a0").ok()
    assert len(env.installed()) == 6
    pages = [row for row in index.server.log.rows if row.path.endswith("/")]
    assert depth(pages) == 1
    assert depth(index.server.log.rows) <= 3
    assert_no_repeats(index)
