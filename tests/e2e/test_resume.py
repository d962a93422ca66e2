"""A large download that broke off goes on where it ended, in the next run too."""

import signal

import pytest

from conftest import tree, wait_for
from registry import wheel
from registry.wheels import noise

BIG = wheel("big", "1", files={"big/data.bin": noise(3_000_000)})
HALF = 1_500_000


@pytest.fixture
def install(pipit, env):
    def run(index, *args, **options):
        return pipit("install", "--python", env.python, "-i", index.url, *args, **options)

    run.env = env
    return run


def kept(pipit):
    return sorted(pipit.bucket("wheels-v0").glob(".partial-*"))


def asked(index, built=BIG):
    return index.server.log.of(index.file_path(built.filename))


@pytest.fixture
def broken(serve, install, pipit, unchanged):
    """An index whose wheel broke off half-way, and every further try with it."""
    index = serve()
    index.add(BIG)
    rule = index.server.on(index.file_path(BIG.filename), nth=1, truncate=HALF)
    with unchanged(install.env.path):
        install(index, "big", "--retries", "0").fails(1, "big")
    assert rule.hits == 1 and len(kept(pipit)) == 1
    return index


def test_the_next_run_asks_for_the_rest(broken, install, pipit):
    install(broken, "big").ok()
    first, second = asked(broken)
    assert second.range == f"bytes={HALF}-" and second.headers["if-range"]
    assert second.status == 206 and first.sent + second.sent == len(BIG.data)
    assert (install.env.site / "big/data.bin").read_bytes() == noise(3_000_000)
    assert not kept(pipit) and len(pipit.wheels()) == 1


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT], ids=lambda n: n.name)
def test_after_a_run_that_was_ended(serve, pipit, install, env, number):
    index = serve()
    index.add(BIG)
    path = index.file_path(BIG.filename)
    rule = index.server.on(path, nth=1, withhold=500_000)
    running = pipit.start("install", "--python", env.python, "-i", index.url, "big")
    wait_for(lambda: kept(pipit) and kept(pipit)[0].stat().st_size > 2_000_000)
    running.send(number)
    if number == signal.SIGINT:
        running.wait().fails(130)
    else:
        running.process.wait()
    rule.release()
    assert len(kept(pipit)) == 1
    had = kept(pipit)[0].stat().st_size
    index.server.log.clear()
    install(index, "big").ok()
    (again,) = asked(index)
    assert again.status == 206 and again.sent < len(BIG.data) - had + 1000
    assert env.installed() == {"big": "1"} and not kept(pipit)


def test_another_file_since_then(broken, install, pipit):
    """The page vouches for another content under the same name: what was kept is not even tried."""
    other = wheel("big", "1", files={"big/data.bin": noise(3_000_000, "other")})
    broken.projects.clear()
    broken.add(other)
    install(broken, "big").ok()
    assert asked(broken)[-1].range is None
    assert (install.env.site / "big/data.bin").read_bytes() == noise(3_000_000, "other")


def test_the_server_sends_the_whole(broken, install, pipit):
    broken.server.knobs.ranges = "off"
    install(broken, "big").ok()
    assert asked(broken)[-1].status == 200 and asked(broken)[-1].sent == len(BIG.data)
    assert not kept(pipit)


@pytest.mark.parametrize("damage", ["flipped", "longer", "empty", "head"])
def test_what_was_kept_is_damaged(broken, install, pipit, damage):
    """The hash of the whole tells; then all of it is fetched."""
    (path,) = kept(pipit)
    data = bytearray(path.read_bytes())
    if damage == "flipped":
        data[1_000_000] ^= 1
    if damage == "longer":
        data += bytes(2_000_000)
    if damage == "head":
        data[:4] = b"none"
    path.write_bytes(b"" if damage == "empty" else bytes(data))
    install(broken, "big").ok()
    assert asked(broken)[-1].sent == len(BIG.data)
    assert (install.env.site / "big/data.bin").read_bytes() == noise(3_000_000)
    assert not kept(pipit)


def test_complete_but_not_unpacked(broken, install, pipit):
    """A run that was ended behind the last byte leaves nothing to be asked for."""
    (path,) = kept(pipit)
    head = path.read_bytes().split(b"\n", 1)[0]
    path.write_bytes(head + b"\n" + BIG.data)
    broken.server.log.clear()
    install(broken, "big").ok()
    assert not asked(broken) and install.env.installed() == {"big": "1"}


def test_nothing_is_kept_of_small_files(serve, install, pipit):
    index = serve()
    built = wheel("big", "1", pad=300_000)
    index.add(built)
    index.server.on(index.file_path(built.filename), nth=1, truncate=200_000)
    install(index, "big", "--retries", "0").fails(1, "big")
    assert not kept(pipit)
    install(index, "big").ok()
    assert asked(index, built)[-1].sent == len(built.data)


def test_a_member_without_sizes_in_front_is_not_fetched_twice(serve, install):
    """Only random access can read it: what comes is put together on the disk, from where it stands."""
    index = serve()
    files = {"big/a.bin": noise(2_000_000), "big/b.bin": noise(1_000_000)}
    built = wheel("big", "1", files=files, deflate=False, descriptors=True)
    index.add(built)
    install(index, "big").ok()
    (only,) = asked(index, built)
    assert only.sent == len(built.data)


def test_two_runs_at_once(broken, pipit, make_env):
    """One goes on with what was kept, the other begins anew; both end well."""
    path = broken.file_path(BIG.filename)
    rule = broken.server.on(path, withhold=100_000)
    envs = [make_env(name) for name in ("one", "two")]
    running = [
        pipit.start("install", "--python", env.python, "-i", broken.url, "big") for env in envs
    ]
    wait_for(lambda: len(asked(broken)) == 3)
    rule.release()
    for process in running:
        process.wait().ok()
    assert tree(envs[0].site) == tree(envs[1].site) and not kept(pipit)


def test_cache_clean_takes_it(broken, pipit):
    pipit("cache", "clean").ok()
    assert not kept(pipit)


def test_without_a_cache_nothing_stays(serve, install, pipit):
    index = serve()
    index.add(BIG)
    index.server.on(index.file_path(BIG.filename), truncate=HALF)
    install(index, "big", "--retries", "0", "--no-cache").fails(1, "big")
    assert not kept(pipit)
