"""A wheel in one pass: socket, SHA-256, unzip, cache; and what is left when that goes wrong."""

import json
import time

import pytest

from conftest import assert_no_head, files_named, tree, wait_for
from registry import wheel

TEN = [wheel(f"w{number}", "1", pad=20_000) for number in range(1, 11)]


@pytest.fixture
def install(pipit, make_env):
    env = make_env()

    def run(index, *wanted, **options):
        return pipit("install", "--python", env.python, "-i", index.url, *wanted, **options)

    run.env = env
    return run


def cached(pipit) -> set[str]:
    """Names of the complete entries of the wheel cache."""
    return {info.name.split("-")[0] for path in pipit.wheels() for info in path.glob("*.dist-info")}


def litter(pipit) -> list[str]:
    """Files of unpacked wheels in the cache that belong to no complete entry."""
    whole = pipit.wheels()
    return [
        str(path)
        for path in pipit.cache.rglob("pad*.bin")
        if not any(entry in path.parents for entry in whole)
    ]


@pytest.mark.parametrize("deflate", [True, False])
def test_unpacking_starts_before_the_last_byte(serve, pipit, make_env, deflate):
    """The server keeps the last 64 KiB until an unpacked file is seen in the cache."""
    index, env = serve(), make_env()
    files = {"early/__init__.py": "early = 1\n" * 10, "early/z.txt": "z\n"}
    built = wheel("early", "1", files=files, pad=400_000, deflate=deflate)
    index.add(built)
    rule = index.server.on(index.file_path(built.filename), withhold=64 * 1024)
    running = pipit.start("install", "--python", env.python, "-i", index.url, "early")

    def seen():
        found = files_named(pipit.cache, "__init__.py")
        return any(path.read_text() == files["early/__init__.py"] for path in found)

    wait_for(seen, what="an unpacked file in the staging area")
    row = index.server.log.of(index.file_path(built.filename))[0]
    assert row.t_end is None and row.sent <= len(built.data) - 64 * 1024
    assert not pipit.wheels(), "a half wheel looks complete"
    assert not env.info("early-1").exists()
    rule.release()
    running.wait().ok()
    assert env.installed() == {"early": "1"}
    assert not litter(pipit)


def test_a_stored_member_with_a_data_descriptor(serve, install):
    """Its end can only be known from the directory: the one kind that cannot be unpacked on the fly."""
    from registry import Member, zip_bytes
    from registry.wheels import record_text

    info = "odd-1.dist-info/"
    members = [
        Member("odd/__init__.py", b"x = 1\n", deflate=False, descriptor=True),
        Member("odd/zip.bin", TEN[0].data, deflate=False, descriptor=True),
        Member(info + "METADATA", b"Metadata-Version: 2.1\nName: odd\nVersion: 1\n\n"),
        Member(
            info + "WHEEL",
            b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
            deflate=False,
            descriptor=True,
        ),
    ]
    members.append(Member(info + "RECORD", record_text(members, info + "RECORD", None)))
    index = serve()
    index.add(("odd-1-py3-none-any.whl", zip_bytes(members)))
    install(index, "odd").ok()
    assert (install.env.site / "odd/zip.bin").read_bytes() == TEN[0].data


def test_one_500_keeps_the_other_nine(serve, pipit, install, unchanged):
    index = serve()
    index.add(*TEN)
    broken = index.server.on(index.file_path(TEN[6].filename), status=500)
    with unchanged(install.env.path):
        done = install(index, *[f"w{number}" for number in range(1, 11)], "--retries", "0")
        done.fails(1, "w7", "500")
    assert cached(pipit) == {f"w{number}" for number in range(1, 11)} - {"w7"}
    assert not litter(pipit)
    index.server.off(broken)
    index.server.log.clear()
    install(index, *[f"w{number}" for number in range(1, 11)]).ok()
    fetched = [path for path in index.server.log.paths() if path.endswith(".whl")]
    assert fetched == [index.file_path(TEN[6].filename)]
    assert len(install.env.installed()) == 10


def test_a_500_is_tried_again(serve, install):
    index = serve()
    index.add(TEN[0])
    index.server.on(index.file_path(TEN[0].filename), nth=1, status=503, retry_after=0)
    index.server.on(index.page_path("w1"), nth=1, status=500)
    install(index, "w1").ok()
    assert len(index.server.log.of(index.file_path(TEN[0].filename))) == 2
    assert install.env.installed() == {"w1": "1"}


@pytest.mark.parametrize("status", [403, 404])
def test_a_refused_file_is_not_tried_again(serve, install, status):
    index = serve()
    index.add(TEN[0])
    index.server.on(index.file_path(TEN[0].filename), status=status)
    install(index, "w1").fails(1, "w1", str(status))
    assert len(index.server.log.of(index.file_path(TEN[0].filename))) == 1


@pytest.mark.parametrize("fault", ["truncate", "reset"])
def test_a_broken_download_is_resumed(serve, install, fault):
    index = serve()
    built = wheel("big", "1", pad=1_000_000)
    index.add(built)
    index.server.on(index.file_path(built.filename), nth=1, **{fault: 600_000})
    install(index, "big").ok()
    first, second = index.server.log.of(index.file_path(built.filename))
    assert second.range and second.range.startswith("bytes=") and second.headers.get("if-range")
    assert second.status == 206
    if fault == "truncate":
        assert second.range == "bytes=600000-"
        assert first.sent + second.sent == len(built.data)
    assert install.env.installed() == {"big": "1"}


def test_a_resume_of_a_changed_file_starts_again(serve, install):
    """The file changes between the two halves: If-Range fails, the whole is sent, the hash decides."""
    index = serve()
    built = wheel("big", "1", pad=300_000)
    index.add(built)
    path = index.file_path(built.filename)
    index.server.on(
        path, nth=1, truncate=100_000, headers=[("X-Old", "1")], knobs={"weak_etag": True}
    )
    install(index, "big").ok()
    assert index.server.log.of(path)[-1].length == len(built.data)
    assert install.env.installed() == {"big": "1"}


def test_a_resume_without_ranges_starts_again(serve, install):
    index = serve(ranges="off")
    built = wheel("big", "1", pad=300_000)
    index.add(built)
    index.server.on(index.file_path(built.filename), nth=1, truncate=100_000)
    install(index, "big").ok()
    assert install.env.installed() == {"big": "1"}


@pytest.mark.parametrize("delta", [-50, 50])
def test_a_wrong_content_length(serve, install, unchanged, delta):
    index = serve()
    built = wheel("big", "1", pad=100_000)
    index.add(built)
    index.server.on(index.file_path(built.filename), length_delta=delta)
    with unchanged(install.env.path):
        install(index, "big", "--retries", "0").fails(1, "big")


def test_the_second_environment_downloads_nothing(serve, pipit, make_env):
    index = serve()
    index.add(*TEN)
    one, two = make_env("one"), make_env("two")
    names = [f"w{number}" for number in range(1, 11)]
    pipit("install", "--python", one.python, "-i", index.url, *names).ok()
    index.server.log.clear()
    pipit("install", "--python", two.python, "-i", index.url, *names).ok()
    assert not [path for path in index.server.log.paths() if path.endswith((".whl", ".metadata"))]
    assert tree(one.site) == tree(two.site)


def test_four_processes_share_one_cold_cache(serve, pipit, make_env):
    index = serve()
    index.add(*TEN)
    envs = [make_env(f"env{number}") for number in range(4)]
    names = [f"w{number}" for number in range(1, 11)]
    running = [
        pipit.start("install", "--python", env.python, "-i", index.url, *names) for env in envs
    ]
    for process in running:
        process.wait().ok()
    assert all(len(env.installed()) == 10 for env in envs)
    assert len(pipit.wheels()) == 10 and not litter(pipit)
    trees = [tree(env.site) for env in envs]
    assert all(other == trees[0] for other in trees[1:])
    assert_no_head(index)


def test_nothing_is_kept_without_a_cache(serve, pipit, install, tmp_path):
    index = serve()
    index.add(*TEN)
    (tmp_path / "tmp").mkdir()
    install(index, "w1", "w2", "--no-cache", env={"TMPDIR": tmp_path / "tmp"}).ok()
    assert install.env.installed() == {"w1": "1", "w2": "1"}
    assert not list(pipit.cache.rglob("*")) and not list((tmp_path / "tmp").iterdir())


def test_trace_shows_unpacking_before_the_end_of_the_download(serve, pipit, env, tmp_path):
    """The last bytes of a wheel are held back for a while after its first file was unpacked: its
    unpacking began that much before its download ended, on another thread, and ended behind it."""
    index = serve()
    built = wheel("early", "1", files={"early.py": "early = 1\n"}, pad=400_000)
    index.add(built, TEN[0])
    rule = index.server.on(index.file_path(built.filename), withhold=64 * 1024)
    line = ["install", "--python", env.python, "-i", index.url, "early", "w1"]
    running = pipit.start(*line, "--trace", tmp_path / "t.json")
    wait_for(lambda: files_named(pipit.cache, "early.py"), what="an unpacked file")
    held = 0.3
    time.sleep(held)
    rule.release()
    running.wait().ok()
    spans = {
        span["name"]: Span(span)
        for span in json.loads((tmp_path / "t.json").read_text())["traceEvents"]
    }
    assert all(span.end >= span.begin for span in spans.values())
    for name, data in (built, TEN[0]):
        page, metadata, get, unpack = (
            spans[text]
            for text in (
                f"GET page {name.split('-')[0]}", f"GET metadata {name}",
                f"GET wheel {name}", f"unpack {name}",
            )
        )  # fmt: skip
        lanes = [span.lane for span in (page, metadata, get, unpack)]
        assert lanes == ["page", "metadata", "fetch", "fetch"]
        assert [span.outcome for span in (get, unpack)] == ["200", "ok"]
        assert get.bytes == unpack.bytes == len(data)
        assert page.end <= metadata.begin and metadata.end <= get.begin
        assert get.begin <= unpack.begin and get.end <= unpack.end
        assert get.thread != unpack.thread
        placing = spans["install 2, remove 0"]
        assert placing.lane == "disk" and unpack.end <= placing.begin
    get, unpack = spans[f"GET wheel {built.filename}"], spans[f"unpack {built.filename}"]
    assert unpack.begin + held * 1e6 <= get.end, (unpack.begin, get.end)


class Span:
    """A bar of the trace; times in microseconds."""

    def __init__(self, event: dict):
        assert event["ph"] == "X" and event["pid"] == 1
        self.begin, self.end = event["ts"], event["ts"] + event["dur"]
        self.lane, self.thread = event["cat"], event["tid"]
        self.bytes, self.outcome = event["args"]["bytes"], event["args"]["outcome"]
