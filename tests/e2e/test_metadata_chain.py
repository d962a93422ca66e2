"""The metadata fallback chain: sidecar, one suffix range, the stream of the same response.

Byte limits are measured on throttled connections: loopback buffers would hide megabytes.
"""

import pytest

from conftest import Program, assert_no_head, assert_no_repeats, pins, tree
from registry import wheel

MB = 1_000_000
LEAF = wheel("leaf", "1")
THROTTLE = {"bandwidth": 20 * MB}


@pytest.fixture
def compile_(pipit, work):
    def run(index, *wanted, program=pipit, **options):
        (work / "requirements.in").write_text("\n".join(wanted) + "\n")
        return program(
            "compile", "requirements.in", "-i", index.url, "--no-header", "--no-annotate", **options
        )

    return run


@pytest.mark.parametrize("kind", ["hash", "true", "old", "both"])
@pytest.mark.parametrize("page", ["html", "json"])
def test_sidecars_are_taken_where_announced(serve, compile_, kind, page):
    index = serve(metadata=kind, html=page == "html", json=page == "json")
    big = wheel("big", "1", requires=["leaf"], pad=MB)
    index.add(big, LEAF)
    assert pins(compile_(index, "big").ok().out) == {"big": "1", "leaf": "1"}
    assert sorted(index.server.log.paths()) == sorted(
        [
            index.page_path("big"),
            index.page_path("leaf"),
            index.metadata_path(big.filename),
            index.metadata_path(LEAF.filename),
        ]
    )


def test_a_sidecar_with_a_wrong_hash_is_an_error(serve, compile_):
    index = serve(metadata="wrong")
    index.add(LEAF)
    compile_(index, "leaf").fails(1, "leaf-1-py3-none-any.whl", "hash")


def test_sidecars_are_not_asked_for_where_not_announced(serve, compile_):
    index = serve(metadata=None)
    index.add(LEAF)
    compile_(index, "leaf").ok()
    assert not [path for path in index.server.log.paths() if path.endswith(".metadata")]


def test_an_announced_sidecar_that_is_gone(serve, compile_):
    """The word is broken, the wheel still has it: its tail is read instead, once."""
    index = serve(metadata="gone", html=True, json=False)
    big = wheel("big", "1", requires=["leaf"], pad=MB)
    index.add(big, LEAF)
    assert pins(compile_(index, "big").ok().out) == {"big": "1", "leaf": "1"}
    told = [(row.path, row.status, row.range) for row in index.server.log.rows]
    tail = "bytes=-32000"
    assert told == [
        (index.page_path("big"), 200, None),
        (index.metadata_path(big.filename), 404, None),
        (index.file_path(big.filename), 206, tail),
        (index.page_path("leaf"), 200, None),
        (index.metadata_path(LEAF.filename), 404, None),
        (index.file_path(LEAF.filename), 206, tail),
    ]


@pytest.mark.parametrize("place", ["last", "middle", "first"])
def test_ranges_cost_at_most_two_requests_and_64_kib(serve, compile_, place):
    """50 MB; wherever METADATA stands in the file."""
    index = serve(metadata=None, **THROTTLE)
    big = wheel("big", "1", requires=["leaf"], pad=50 * MB, metadata_at=place)
    index.add(big, LEAF)
    assert pins(compile_(index, "big").ok().out) == {"big": "1", "leaf": "1"}
    rows = index.server.log.of(index.file_path(big.filename))
    assert len(rows) <= 2 and {row.status for row in rows} == {206}, rows
    assert sum(row.sent for row in rows) < 64 * 1024
    assert rows[0].range.startswith("bytes=-")
    assert_no_head(index)


def test_the_usual_wheel_costs_one_range(serve, compile_):
    index = serve(metadata=None, **THROTTLE)
    big = wheel("big", "1", pad=5 * MB)
    index.add(big)
    compile_(index, "big").ok()
    assert len(index.server.log.of(index.file_path(big.filename))) == 1


def limited(pipit, size: int) -> Program:
    """pipit under a limit on the size of any file it writes: to go over it is death by signal."""
    return Program(["prlimit", f"--fsize={size}", *pipit.command], pipit.env, pipit.cwd)


@pytest.mark.parametrize("ranges", ["off", "announced"])
def test_without_ranges_metadata_in_front_costs_under_1_mib(serve, compile_, pipit, ranges):
    index = serve(metadata=None, ranges=ranges, **THROTTLE)
    big = wheel("big", "1", requires=["leaf"], pad=50 * MB, metadata_at="first")
    index.add(big, LEAF)
    done = compile_(index, "big", program=limited(pipit, 128 * 1024)).ok()
    assert pins(done.out) == {"big": "1", "leaf": "1"}
    index.server.log.wait(lambda log: all(row.t_end for row in log.rows))
    rows = index.server.log.of(index.file_path(big.filename))
    assert len(rows) == 1, rows
    assert rows[0].aborted and rows[0].sent < 1024 * 1024, rows
    assert_no_head(index)


@pytest.mark.parametrize(
    "shape",
    [
        {},
        {"descriptors": True},
        {"zip64": True},
        {"deflate": False},
        {"metadata_at": "middle"},
        {"zip64": True, "descriptors": True},
    ],
    ids=str,
)
def test_without_ranges_nothing_is_written(serve, compile_, pipit, shape):
    """METADATA behind 8 MB: streamed once, and no file grows beyond 128 KiB."""
    index = serve(metadata=None, ranges="off")
    big = wheel("big", "1", requires=["leaf"], pad=8 * MB, **shape)
    index.add(big, LEAF)
    done = compile_(index, "big", program=limited(pipit, 128 * 1024)).ok()
    assert pins(done.out) == {"big": "1", "leaf": "1"}
    rows = index.server.log.of(index.file_path(big.filename))
    assert len(rows) == 1
    assert not list(pipit.bucket("wheels-v0").rglob("pad*.bin"))
    kept = sum(path.stat().st_size for path in pipit.cache.rglob("*") if path.is_file())
    assert kept < 256 * 1024, tree(pipit.cache)


def test_what_was_streamed_to_its_end_is_not_fetched_again(serve, pipit, make_env):
    index = serve(metadata=None, ranges="off")
    big = wheel("big", "1", requires=["leaf"], pad=4 * MB)
    index.add(big, LEAF)
    env = make_env()
    pipit("install", "--python", env.python, "-i", index.url, "big").ok()
    assert env.installed() == {"big": "1", "leaf": "1"}
    assert len(index.server.log.of(index.file_path(big.filename))) == 1
    assert len(index.server.log.of(index.file_path(LEAF.filename))) == 1
    assert_no_repeats(index)


def test_an_origin_is_probed_once(serve, compile_):
    """A chain of ten: after the first answer without a range nobody asks for one."""
    index = serve(metadata=None, ranges="off")
    for number in range(10):
        needs = [f"n{number + 1}"] if number < 9 else []
        index.add(wheel(f"n{number}", "1", requires=needs))
    assert len(pins(compile_(index, "n0").ok().out)) == 10
    asked = [row for row in index.server.log.rows if row.range]
    assert len(asked) <= 1, [row.path for row in asked]


@pytest.mark.parametrize("ranges", ["416", "off"])
def test_many_wheels_side_by_side_make_one_probe(serve, compile_, ranges):
    index = serve(metadata=None, ranges=ranges, latency=0.05)
    wide = [wheel(f"b{n}", "1") for n in range(30)]
    index.add(*wide)
    assert len(pins(compile_(index, *(f"b{n}" for n in range(30))).ok().out)) == 30
    assert len([row for row in index.server.log.rows if row.range]) == 1


def test_what_a_server_can_do_is_known_in_the_next_run(serve, compile_, pipit):
    index = serve(metadata=None, ranges="416")
    index.add(LEAF, wheel("next", "1"))
    compile_(index, "leaf").ok()
    index.server.log.clear()
    compile_(index, "next").ok()
    assert not [row for row in index.server.log.rows if row.range]


@pytest.mark.parametrize("ranges", ["announced", "416", "no-suffix", "off"])
@pytest.mark.parametrize("place", ["first", "last"])
def test_servers_that_cannot_do_ranges(serve, compile_, ranges, place):
    index = serve(metadata=None, ranges=ranges)
    index.add(wheel("big", "1", requires=["leaf"], pad=MB, metadata_at=place), LEAF)
    assert pins(compile_(index, "big").ok().out) == {"big": "1", "leaf": "1"}
    assert_no_head(index)


@pytest.mark.parametrize("status", [400, 401, 404, 429, 500, 502, 503])
def test_a_refused_range_says_nothing_of_the_file(serve, compile_, status):
    index = serve(metadata=None)
    index.add(wheel("big", "1", requires=["leaf"], pad=MB), LEAF)
    index.server.on("*.whl", status=status, when=lambda request: "range" in request.headers)
    assert pins(compile_(index, "big").ok().out) == {"big": "1", "leaf": "1"}
    assert sum(1 for row in index.server.log.rows if row.range) == 1


def test_a_file_that_is_gone_does_not_end_all_ranges(serve, compile_):
    index = serve(metadata=None)
    big = wheel("big", "1", requires=["leaf"], pad=MB)
    index.add(big, LEAF)
    index.server.on(index.file_path(big.filename), status=404)
    compile_(index, "big").fails(1, "404")
    index.server.log.clear()
    compile_(index, "leaf").ok()
    assert any(row.range for row in index.server.log.rows)


def test_a_206_with_another_offset(serve, compile_):
    """Not a byte of it is used: the whole file is read as it comes, and no range is asked for any
    more."""
    index = serve(metadata=None, ranges="offset")
    big = wheel("big", "1", requires=["leaf"], pad=MB)
    index.add(big, LEAF)
    assert pins(compile_(index, "big").ok().out) == {"big": "1", "leaf": "1"}
    told = [(row.path, row.status, row.range is not None) for row in index.server.log.rows]
    assert told == [
        (index.page_path("big"), 200, False),
        (index.file_path(big.filename), 206, True),
        (index.file_path(big.filename), 200, False),
        (index.page_path("leaf"), 200, False),
        (index.file_path(LEAF.filename), 200, False),
    ]


@pytest.mark.parametrize(
    "knobs",
    [
        {"http10": True},
        {"chunked": True},
        {"gzip": True},
        {"absolute_links": True},
        {"page_hashes": None},
        {"page_hashes": "md5"},
        {"http10": True, "metadata": None, "ranges": "off"},
        {"metadata": None, "ranges": "off", "chunked": True},
    ],
    ids=str,
)
def test_odd_servers(serve, compile_, knobs):
    index = serve(**knobs)
    index.add(wheel("big", "1", requires=["leaf"], pad=200_000), LEAF)
    assert pins(compile_(index, "big").ok().out) == {"big": "1", "leaf": "1"}
    assert_no_head(index)


HONEST = b"Metadata-Version: 2.1\nName: liar\nVersion: 1\nRequires-Dist: leaf\nRequires-Python: >=3.8\n"


@pytest.mark.parametrize(
    "field, sidecar",
    [
        ("Requires-Dist", HONEST.replace(b"Requires-Dist: leaf\n", b"")),
        ("Requires-Python", HONEST.replace(b">=3.8", b">=3.7")),
        ("Provides-Extra", HONEST + b"Provides-Extra: more\n"),
        ("version", HONEST.replace(b"Version: 1\n", b"Version: 2\n")),
        (None, HONEST + b"Summary: what differs is not what is installed\n"),
    ],
)
@pytest.mark.parametrize("knob", ["hash", "old"])
def test_a_sidecar_that_lies(serve, pipit, make_env, unchanged, field, sidecar, knob):
    """The sidecar's hash is right, but the wheel inside says something else: refused by name, and again
    when the wheel lies in the cache."""
    index = serve(metadata=knob)
    index.add(wheel("liar", "1", requires=["leaf"], requires_python=">=3.8"), metadata=sidecar)
    index.add(LEAF)
    env = make_env()
    if field is None:
        pipit("install", "--python", env.python, "-i", index.url, "liar").ok()
        return
    for _ in range(2):
        with unchanged(env.path):
            pipit("install", "--python", env.python, "-i", index.url, "liar").fails(1, "liar", field)


def test_redirected_files(serve, compile_):
    """Files on another origin, reached by redirects."""
    index, store = serve(metadata=None), serve()
    big = wheel("big", "1", requires=["leaf"], pad=MB)
    index.add(big, LEAF)
    store.add(big, LEAF)
    for built in (big, LEAF):
        index.server.on(
            index.file_path(built.filename),
            redirect=store.server.origin + store.file_path(built.filename),
        )
    assert pins(compile_(index, "big").ok().out) == {"big": "1", "leaf": "1"}
    assert {row.status for row in store.server.log.rows} == {206}
