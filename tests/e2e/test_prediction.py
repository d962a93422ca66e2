"""Prediction from earlier resolutions: all pages go out in one wave. Assertions are on the registry's log.

A wrong guess costs requests, and changes nothing.
"""

import pytest

from conftest import pins
from registry import wheel

DEPTH = 7


@pytest.fixture
def compile_(pipit, work):
    def run(index, *more, what="a0", **options):
        (work / "in").write_text(what + "\n")
        command = ["compile", "in", "-i", index.url, "--no-header", "--no-annotate"]
        return pipit(*command, *more, **options).ok()

    return run


def chain(index, depth=DEPTH):
    """a0 needs a1, which needs a2 …"""
    for n in range(depth):
        index.add(wheel(f"a{n}", "1", requires=[f"a{n + 1}>=1"] if n + 1 < depth else []))
    return {f"a{n}": "1" for n in range(depth)}


def pages(index):
    return [row for row in index.server.log.rows if row.path.startswith("/simple/") and "/-/" not in row.path]


def in_one_wave(rows) -> bool:
    """Every request had begun before the first answer went out."""
    return max(row.t_start for row in rows) < min(row.t_end for row in rows)


def learned(pipit):
    return pipit.bucket("trees-v0") / "learned"


def write_learned(pipit, text: str, index=None):
    """As an entry of the cache, with its checksum; `{index}` in it is the URL of the index."""
    text = text.replace("{index}", index.url if index else "")
    data = text.encode()
    path = learned(pipit)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data + b"\npipit-entry 2 " + xxh64(data) + b"\n")


def xxh64(data: bytes) -> bytes:
    """The checksum of an entry, as its specification has it, with seed 0."""
    p1, p2, p3 = 0x9E3779B185EBCA87, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9
    p4, p5, mask = 0x85EBCA77C2B2AE63, 0x27D4EB2F165667C5, (1 << 64) - 1

    def turn(value, by):
        return ((value << by) | (value >> (64 - by))) & mask

    def step(acc, lane):
        return turn((acc + lane * p2) & mask, 31) * p1 & mask

    at, size = 0, len(data)
    if size >= 32:
        accs = [(p1 + p2) & mask, p2, 0, -p1 & mask]
        while at + 32 <= size:
            for i in range(4):
                accs[i] = step(accs[i], int.from_bytes(data[at : at + 8], "little"))
                at += 8
        out = sum(turn(acc, by) for acc, by in zip(accs, (1, 7, 12, 18))) & mask
        for acc in accs:
            out = ((out ^ step(0, acc)) * p1 + p4) & mask
    else:
        out = p5
    out = (out + size) & mask
    while at + 8 <= size:
        out = (turn(out ^ step(0, int.from_bytes(data[at : at + 8], "little")), 27) * p1 + p4) & mask
        at += 8
    if at + 4 <= size:
        out = (turn(out ^ int.from_bytes(data[at : at + 4], "little") * p1 & mask, 23) * p2 + p3) & mask
        at += 4
    for byte in data[at:]:
        out = turn(out ^ byte * p5 & mask, 11) * p1 & mask
    out = (out ^ (out >> 33)) * p2 & mask
    out = (out ^ (out >> 29)) * p3 & mask
    return f"{out ^ (out >> 32):016x}".encode()


def test_the_checksum_is_that_of_the_cache(serve, compile_, pipit):
    """Else no table that is written here would be read."""
    index = serve()
    chain(index)
    compile_(index)
    data = learned(pipit).read_bytes()
    text = data[: data.rindex(b"\npipit-entry")]
    write_learned(pipit, text.decode())
    assert learned(pipit).read_bytes() == data


def test_stale_pages_go_out_in_one_wave_however_deep(serve, compile_):
    index = serve(latency=0.3)
    expected = chain(index)
    assert pins(compile_(index).out) == expected
    assert not in_one_wave(pages(index))
    index.server.log.clear()
    assert pins(compile_(index).out) == expected
    rows = pages(index)
    assert len(rows) == DEPTH and {row.status for row in rows} == {304}
    assert in_one_wave(rows)
    assert len(index.server.log.rows) == DEPTH  # the metadata is in the cache


def test_without_prediction_each_level_waits(serve, compile_):
    index = serve(latency=0.05)
    chain(index)
    compile_(index)
    index.server.log.clear()
    compile_(index, "--no-predict")
    assert not in_one_wave(pages(index))


def test_what_others_have_learned(serve, compile_, pipit, work):
    """An image that starts with an empty cache."""
    index = serve(latency=0.3)
    expected = chain(index)
    compile_(index)
    pipit("cache", "export-tree", "learned.txt").ok()
    pipit("cache", "clean").ok()
    index.server.log.clear()
    assert pins(compile_(index, env={"PIPIT_TREES": work / "learned.txt"}).out) == expected
    assert in_one_wave(pages(index))
    assert index.server.log.rows[-1].path.endswith(".metadata")


def test_a_new_release_is_taken_though_another_was_learned(serve, compile_):
    index = serve()
    chain(index, 3)
    compile_(index)
    index.add(wheel("a1", "2", requires=["a2", "b"]), wheel("b", "1"))
    assert pins(compile_(index).out) == {"a0": "1", "a1": "2", "a2": "1", "b": "1"}


def test_a_wrong_guess_costs_requests_and_nothing_else(serve, compile_, pipit):
    index = serve()
    expected = chain(index, 3)
    index.add(wheel("other", "1", requires=["more"]), wheel("more", "1"))
    write_learned(pipit, "pipit learned 1\na0\t@{index}\ta1 >=1\tother <0.5\ngone\tx\n", index)
    done = compile_(index, "-v")
    assert pins(done.out) == expected
    asked = index.server.log.paths()
    assert asked.count(index.page_path("other")) == 1 and index.page_path("more") not in asked
    assert "predicted 3 projects, 2 of them needed" in done.err


def test_a_graph_without_end_ends(serve, compile_, pipit):
    index = serve()
    expected = chain(index, 2)
    names = sorted(f"n{n}" for n in range(3000))
    wide = "\t".join(names[:400])
    lines = [f"a0\t@{index.url}\ta1\t{wide}"] + [f"{name}\t@{index.url}\t" + "\t".join(names[i : i + 400]) for i, name in enumerate(names)]
    write_learned(pipit, "pipit learned 1\n" + "\n".join(lines) + "\n")
    assert pins(compile_(index).out) == expected
    assert len(pages(index)) <= 512 + 2  # what is needed in the end is asked for in any case


def test_names_that_one_index_told_are_not_asked_of_another(serve, compile_):
    """Else a private index's projects would be told to the public one that has a namesake."""
    private, public = serve(), serve()
    private.add(wheel("a0", "1", requires=["secret"]), wheel("secret", "1"))
    public.add(wheel("a0", "1"))
    compile_(private)
    assert pins(compile_(public).out) == {"a0": "1"}
    assert not [path for path in public.server.log.paths() if "secret" in path]


SPOILT = {
    "noise": "\x00\x01 no table",
    "another version": "pipit learned 2\na0\ta9\n",
    "not sorted": "pipit learned 1\nb\tc\na0\ta9\n",
    "no end": "pipit learned 1\na0\ta9",
    "names that are none": "pipit learned 1\na0\t@{index}\t../../etc\tA B\t\ta1 >=\ta1 ===;\n",
    "itself": "pipit learned 1\na0\t@{index}\ta0\ta1\na1\t@{index}\ta0\n",
    "another index": "pipit learned 1\na0\ta1\nhttp://127.0.0.1:1/simple/\thttp://127.0.0.1:1 ranges\n",
}


@pytest.mark.parametrize("text", SPOILT.values(), ids=SPOILT)
@pytest.mark.parametrize("way", ["cache", "file"])
def test_a_spoilt_table_changes_nothing(serve, compile_, pipit, work, way, text):
    index = serve()
    expected = chain(index, 3)
    (work / "table").write_text(text.replace("{index}", index.url))
    if way == "cache":
        write_learned(pipit, text, index)
    more = ["--trees", "table"] if way == "file" else []
    done = compile_(index, *more)
    assert pins(done.out) == expected and "warning" not in done.err
    assert "/simple/a9/" not in index.server.log.paths()
    assert pins(compile_(index, *more).out) == expected


@pytest.mark.parametrize("what", ["folder", "absent", "large", "unreadable entry"])
def test_a_table_that_cannot_be_read(serve, compile_, pipit, work, what):
    index = serve()
    expected = chain(index, 3)
    more = ["--trees", "table"]
    if what == "folder":
        (work / "table").mkdir()
    elif what == "large":
        (work / "table").write_text("pipit learned 1\n" + "a0\ta9\n" * 3_000_000)
    elif what == "unreadable entry":
        learned(pipit).mkdir(parents=True)
        more = []
    done = compile_(index, "-v", *more)
    assert pins(done.out) == expected and "warning" not in done.err
    assert not more or "table" in done.err


def test_the_host_of_files_is_connected_to_with_the_first_request(serve, pipit, work):
    """The second run knows where the files are before it has a page."""
    index, files = serve(latency=0.3), serve()
    index.add(wheel("a", "1"))
    files.server.sources = index.server.sources
    index.server.origin, origin = files.server.origin, index.server.origin
    index.server.knobs.absolute_links = True
    url = f"{origin}/simple/"
    (work / "in").write_text("a\n")
    pipit("compile", "in", "-i", url, "--no-header").ok()
    assert files.server.log.rows
    pipit("cache", "prune").ok()
    for one in (index, files):
        one.server.log.clear()
    running = pipit.start("compile", "in", "-i", url, "--no-header", "--refresh")
    assert files.server.log.wait(lambda log: log.connections == 1, 10)
    assert not [row for row in index.server.log.rows if row.t_end]
    running.wait().ok()


def test_a_sync_learns_where_the_files_are(serve, pipit, work, env):
    """It asks for wheels alone, after its resolution."""
    index = serve()
    index.add(wheel("a", "1"))
    (work / "pins").write_text("a==1\n")
    pipit("sync", "-p", env.python, "-i", index.url, "pins").ok()
    assert index.server.origin in learned(pipit).read_text()


def test_another_index_of_an_earlier_run_is_not_connected_to(serve, pipit, work):
    """Not even though both were asked at once, nor one that a direct reference led to."""
    own, other, direct = serve(), serve(), serve()
    own.add(wheel("a", "1"))
    other.add(wheel("b", "1"))
    direct.add(wheel("c", "1"))
    place = direct.server.origin + direct.file_path("c-1-py3-none-any.whl")
    (work / "in").write_text(f"a\nb\nc @ {place}\n")
    pipit("compile", "in", "-i", own.url, "--extra-index-url", other.url).ok()
    assert other.server.log.connections and direct.server.log.connections
    for index in (own, other, direct):
        index.server.log.clear()
    (work / "in").write_text("a\n")
    pipit("compile", "in", "-i", own.url, "--refresh").ok()
    assert own.server.log.connections
    assert other.server.log.connections == direct.server.log.connections == 0


def test_export_says_what_is_missing(pipit):
    pipit("cache", "export-tree", "x").fails(1, "nothing has been learned yet")
    pipit("cache", "export-tree").fails(2, "into which file")


def test_what_is_handed_on_holds_no_secret(serve, pipit, work):
    """Not of a login, nor of a query of the index or of the place that a file was redirected to."""
    index, keeper = serve(auth=("user", "hush-login")), serve()
    for one in (index, keeper):
        chain(one, 2)
    signed = keeper.server.origin + keeper.file_path("a1-1-py3-none-any.whl.metadata") + "?sig=hush-signed"
    index.server.on("/simple/-/files/a1-1*.metadata", status=302, headers=[("Location", signed)])
    url = index.url.replace("http://", "http://user:hush-login@")
    (work / "in").write_text("a0\n")
    for n, place in enumerate((url, url + "?token=hush-query")):
        pipit("compile", "in", "-i", place, "--no-header", "--refresh").ok()
        pipit("cache", "export-tree", f"tree{n}").ok()
        assert "hush" not in (work / f"tree{n}").read_text()
    assert any(row.query == "sig=hush-signed" for row in keeper.server.log.rows)
    assert "a1" in (work / "tree0").read_text()
