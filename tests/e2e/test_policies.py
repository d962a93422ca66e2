"""What counts as a candidate and which one is taken: one behaviour a test.

Where uv or pip have the same option they are asked the same question (`both`, `like_pip`).
"""

import datetime
import hashlib
import json
import os
import re

import pytest

from conftest import PYTHON, Done, binary_path, pins
from registry import Index, Knobs, Server, sdist, wheel


def sha256(built) -> str:
    return hashlib.sha256(built.data).hexdigest()


@pytest.fixture
def index(serve):
    return serve()


@pytest.fixture
def write(work):
    """write("name", lines…) makes a file in the working directory and returns its name."""

    def make(name, *lines):
        (work / name).write_text("".join(f"{line}\n" for line in lines))
        return name

    return make


@pytest.fixture
def ask(pipit, index, write):
    """ask(requirements, *options): a `pipit compile` that needs no Python."""

    def run(requirements, *options, source=(), env=None) -> Done:
        write("requirements.in", *requirements)
        args = ["--python-version", "3.12", "--python-platform", "linux", "--no-header"]
        return pipit(
            "compile", "requirements.in", *(source or ("-i", index.url)), *args, *options,
            env={"PATH": "", **(env or {})},
        )  # fmt: skip

    return run


@pytest.fixture
def both(ask, uv, index):
    """both(requirements, *options): the pins that pipit and uv agree on."""

    def run(requirements, *options, env=None) -> dict:
        done = ask(requirements, *options, env=env).ok()
        peer = uv(
            "pip", "compile", "requirements.in", "--default-index", index.url, "--python", PYTHON,
            "--python-version", "3.12", "--python-platform", "linux", *options, env=env,
        )  # fmt: skip
        assert pins(done.out) == pins(peer.ok().out), (done, peer)
        return pins(done.out)

    return run


@pytest.fixture
def dry(pipit, index, make_env):
    """dry(*arguments): what `pipit install --dry-run` would install, as a Done and a dictionary."""
    env = make_env("dry")

    def run(*arguments) -> Done:
        return pipit(
            "install", "--python", env.python, "-i", index.url, "--dry-run", *arguments
        )  # fmt: skip

    return run


@pytest.fixture
def like_pip(dry, pip, index):
    """like_pip(*arguments): {name: version} that pipit and pip would install, or None when both
    refuse."""

    def run(*arguments):
        mine = dry("-q", "--report", "-", *arguments)
        theirs = pip(
            "install", "--dry-run", "--ignore-installed", "-q", "--report", "-", "-i", index.url,
            *arguments,
        )  # fmt: skip
        answers = [installed(done) for done in (mine, theirs)]
        assert answers[0] == answers[1], (mine, theirs)
        return answers[0]

    return run


def installed(done) -> dict | None:
    if done.rc != 0:
        return None
    rows = json.loads(done.out)["install"]
    return {row["metadata"]["name"]: row["metadata"]["version"] for row in rows}


def add(index, *built):
    index.add(*built)


# Versions, platforms and builds as they are written.


def test_three_equal_signs_compare_the_text(like_pip, index):
    add(index, wheel("a", "1.0.0"), wheel("b", "1.0rc1"), wheel("c", "1", requires=["a===1.0"]))
    assert like_pip("a===1.0") is None
    assert like_pip("a===1") is None
    assert like_pip("a===1.0.0") == {"a": "1.0.0"}
    assert like_pip("b===1.0RC1") == {"b": "1.0rc1"}
    assert like_pip("c") is None
    assert like_pip("a==1.0", "a===1.0.0") == {"a": "1.0.0"}


@pytest.mark.parametrize(
    "older, newer",
    [
        ("9", "10"),
        ("1", "18446744073709551616"),
        ("18446744073709551616", "18446744073709551617"),
        ("99999999999999999999999", "100000000000000000000000"),
        ("20240101120000000000000001a", "20240101120000000000000001b"),
        (None, "0"),
        ("010", "11"),
    ],
)
def test_the_later_build_is_taken_however_long_its_number(like_pip, dry, index, older, newer):
    for build in (older, newer):
        tag = f"-{build}" if build else ""
        name = f"a-1{tag}-py3-none-any.whl"
        index.add((name, wheel("a", "1", requires=["old" if build == older else "new"]).data))
    add(index, wheel("old", "1"), wheel("new", "1"))
    assert like_pip("a") == {"a": "1", "new": "1"}


@pytest.mark.parametrize(
    "platform, tag, taken",
    [
        ("manylinux2014_x86_64", "linux_x86_64", False),
        ("manylinux_2_17_aarch64", "linux_aarch64", False),
        ("manylinux_2_28_ppc64le", "linux_ppc64le", False),
        ("musllinux_1_2_x86_64", "linux_x86_64", False),
        ("linux_x86_64", "linux_x86_64", True),
        ("manylinux2014_x86_64", "manylinux1_x86_64", True),
    ],
)
def test_platform_takes_no_wheel_of_the_machine_it_was_built_on(
    like_pip, index, platform, tag, taken
):
    add(index, wheel("a", "2", tag=f"cp311-cp311-{tag}"), wheel("a", "1"))
    options = ["--only-binary", ":all:", "--python-version", "3.11", "--target", "t"]
    assert like_pip("a", "--platform", platform, *options) == {"a": "2" if taken else "1"}


# Constraints.


def test_a_constraint_bounds_what_something_needs(both, index, write):
    add(index, wheel("a", "1", requires=["b"]), wheel("b", "1"), wheel("b", "2"), wheel("c", "1"))
    assert both(["a"], "-c", write("c.txt", "b<2", "c==1")) == {"a": "1", "b": "1"}


def test_a_constraint_that_cannot_be_met_is_named(ask, index, write):
    add(index, wheel("a", "1", requires=["b>=2"]), wheel("b", "1"), wheel("b", "2"))
    done = ask(["a"], "-c", write("c.txt", "# first", "b<2")).fails(1)
    assert "b<2 (c.txt:2)" in done.err


def test_a_constraint_with_extras_is_refused_as_by_pip(dry, pip, index, write):
    add(index, wheel("a", "1"))
    write("c.txt", "a[x]==1")
    done = dry("a", "-c", "c.txt").fails(1)
    assert "c.txt:1: a: a constraint cannot have extras" in done.err
    peer = pip("install", "--dry-run", "-i", index.url, "a", "-c", "c.txt")
    assert peer.rc == 1 and "Constraints cannot have extras" in peer.err


def test_an_editable_constraint_is_refused(dry, write):
    write("c.txt", "-e ./here")
    done = dry("a", "-c", "c.txt").fails(1)
    assert "c.txt:1: a constraint cannot be editable" in done.err


def test_a_url_constraint_says_which_file_is_meant(like_pip, index, write, work):
    local = wheel("a", "1+mine")
    (work / local.filename).write_bytes(local.data)
    add(index, wheel("a", "2"), wheel("b", "1", requires=["a"]))
    write("c.txt", f"a @ file://{work}/{local.filename}")
    assert like_pip("b", "-c", "c.txt") == {"a": "1+mine", "b": "1"}
    assert like_pip("a", "-c", "c.txt") == {"a": "1+mine"}
    assert like_pip("b", "a>=2", "-c", "c.txt") is None


def test_a_url_constraint_installs_nothing_by_itself(like_pip, index, write, work):
    local = wheel("a", "1")
    (work / local.filename).write_bytes(local.data)
    add(index, wheel("c", "1"))
    assert like_pip("c", "-c", write("c.txt", f"a @ file://{work}/{local.filename}")) == {"c": "1"}


def test_constraints_carry_hashes(like_pip, dry, index, write):
    a, other, b = wheel("a", "1"), wheel("a", "2"), wheel("b", "1", requires=["a"])
    add(index, a, other, b)
    write("c.txt", f"a==1 --hash=sha256:{sha256(a)}")
    write("r.txt", f"b==1 --hash=sha256:{sha256(b)}")
    assert like_pip("a", "-c", "c.txt", "--require-hashes") == {"a": "1"}
    assert like_pip("-r", "r.txt", "-c", "c.txt") == {"a": "1", "b": "1"}
    write("wrong.txt", f"a==1 --hash=sha256:{sha256(other)}")
    write("a.txt", f"a==1 --hash=sha256:{sha256(a)}")
    done = dry("-r", "a.txt", "-c", "wrong.txt").fails(1)
    assert "a==1 (a.txt:1): none of its hashes is one of the constraints'" in done.err


def test_a_wrong_hash_in_a_constraint_is_met(pipit, env, index, write):
    a = wheel("a", "1")
    add(index, a)
    write("c.txt", f"a==1 --hash=sha256:{'0' * 64}")
    done = pipit("install", "--python", env.python, "-i", index.url, "a", "-c", "c.txt")
    done.fails(1, "a-1-py3-none-any.whl", "hash mismatch", sha256(a))
    assert env.installed() == {}


# Overrides and exclusions.


def test_an_override_replaces_what_a_package_says(both, index, write):
    add(index, wheel("a", "1", requires=["b<2"]), wheel("b", "1"), wheel("b", "2"))
    assert both(["a"], "--override", write("o.txt", "b>=2")) == {"a": "1", "b": "2"}


def test_an_override_replaces_what_the_user_says(both, index, write):
    add(index, wheel("a", "1"), wheel("a", "2"))
    assert both(["a>=2"], "--override", write("o.txt", "a<2")) == {"a": "1"}


def test_an_override_whose_marker_fails_takes_the_package_away(both, index, write):
    add(index, wheel("a", "1", requires=["b"]), wheel("b", "1"))
    override = write("o.txt", "b; sys_platform == 'win32'")
    assert both(["a"], "--override", override) == {"a": "1"}


def test_overrides_may_differ_by_marker(both, index, write):
    add(index, wheel("a", "1", requires=["b==9"]), *(wheel("b", v) for v in ("1", "2", "3")))
    override = write("o.txt", "b==1; sys_platform == 'win32'", "b==2; sys_platform == 'linux'")
    assert both(["a"], "--override", override) == {"a": "1", "b": "2"}


@pytest.mark.parametrize(
    "lines, b",
    [
        (["b==2"], "2"),
        (["b==2; python_version < '3.10'", "b==3; python_version >= '3.10'"], "3"),
        (["b==3; python_version < '3.10'"], None),
    ],
)
@pytest.mark.parametrize(
    "needs, root",
    [
        (["b==1; python_version < '3.10'"], "a"),
        (["b==1; extra == 'x' and sys_platform == 'win32'"], "a[x]"),
        ([], "b==1; python_version < '3.10'"),
    ],
)
def test_an_override_counts_whatever_the_replaced_marker_says(
    both, index, write, needs, root, lines, b
):
    add(index, wheel("a", "1", requires=needs, fields=["Provides-Extra: x"]))
    add(index, *(wheel("b", version) for version in "123"))
    want = {"a": "1"} | ({"b": b} if b else {})
    assert both(["a", root], "--override", write("o.txt", *lines)) == want


def test_an_override_says_nothing_of_an_extra_that_nobody_wants(both, index, write):
    add(index, wheel("a", "1", requires=["b; extra == 'x'"], fields=["Provides-Extra: x"]))
    add(index, wheel("b", "1"), wheel("b", "2"))
    assert both(["a"], "--override", write("o.txt", "b==2")) == {"a": "1"}


def test_an_override_replaces_a_root_that_names_a_file(both, index, write):
    add(index, wheel("b", "1"))
    root = f"b @ {index.url}-/files/nowhere/b-2-py3-none-any.whl"
    assert both([root], "--override", write("o.txt", "b==1")) == {"b": "1"}


def test_an_override_may_be_a_file(both, index, write, work):
    local = wheel("b", "5")
    (work / local.filename).write_bytes(local.data)
    add(index, wheel("a", "1", requires=["b<2"]), wheel("b", "1"))
    override = write("o.txt", f"b @ file://{work}/{local.filename}")
    done_pins = both(["a"], "--override", override)
    assert done_pins == {"a": "1"}  # b is written as a URL


def test_an_excluded_package_is_left_out(both, ask, index, write):
    add(index, wheel("a", "1", requires=["b"]), wheel("b", "1", requires=["c"]), wheel("c", "1"))
    assert both(["a"], "--excludes", write("e.txt", "b>=7")) == {"a": "1"}
    assert pins(ask(["a", "c"], "--exclude", "B", "--exclude", "c").ok().out) == {"a": "1"}
    assert not [row for row in index.server.log.rows if row.path == index.page_path("x")]


def test_an_excluded_package_is_not_even_asked_for(ask, index):
    add(index, wheel("a", "1", requires=["b"]), wheel("b", "1"))
    ask(["a"], "--exclude", "b").ok()
    assert index.page_path("b") not in [row.path for row in index.server.log.rows]


# Yanked files (PEP 592) and Requires-Python.


def test_a_yanked_release_is_only_taken_when_pinned(both, ask, index):
    index.add(wheel("a", "2"), yanked="does not\x1b[1m start")
    add(index, wheel("a", "1"))
    assert both(["a"]) == {"a": "1"}
    assert both(["a==2"]) == {"a": "2"}
    assert both(["a===2"]) == {"a": "2"}
    done = ask(["a>1"]).fails(1)
    assert "yanked" in done.err and "does not" in done.err and "\x1b" not in done.err


@pytest.mark.parametrize(
    "pin", ["==2", "==2.0", "==2.0.0", "==2.0.0.0", "==v2", "===2.0.0"]
)
def test_a_pin_of_a_yanked_release_is_one_by_version(both, like_pip, index, write, pin):
    index.add(wheel("a", "2.0.0"), yanked="broken")
    add(index, wheel("a", "1"), wheel("a", "3"), wheel("b", "1", requires=["a"]))
    assert both([f"a{pin}"]) == {"a": "2.0.0"}
    assert like_pip(f"a{pin}") == {"a": "2.0.0"}
    assert both(["b"], "-c", write("c.txt", f"a{pin}")) == {"a": "2.0.0", "b": "1"}
    assert like_pip("b", "-c", "c.txt") == {"a": "2.0.0", "b": "1"}
    assert both(["b"], "--override", write("o.txt", f"a{pin}")) == {"a": "2.0.0", "b": "1"}


@pytest.mark.parametrize("bounds", [">=1,==2.0", "==2,<3"])
def test_a_pin_beside_other_bounds_takes_a_yanked_release(like_pip, index, bounds):
    index.add(wheel("a", "2.0.0"), yanked="broken")
    add(index, wheel("a", "1"))
    assert like_pip(f"a{bounds}") == {"a": "2.0.0"}


@pytest.mark.parametrize("no_pin", ["===2.0", "==2.*", "~=2.0", ">=2,<=2"])
def test_what_is_no_pin_takes_no_yanked_release(ask, like_pip, index, no_pin):
    index.add(wheel("a", "2.0.0"), yanked="broken")
    add(index, wheel("a", "1"))
    assert like_pip(f"a{no_pin}") is None
    ask([f"a{no_pin}"]).fails(1)


def test_a_pin_takes_a_yanked_local_version_only_where_there_is_no_other(ask, like_pip, index):
    index.add(wheel("a", "2.0+x"), wheel("b", "2.0+x"), wheel("c", "2.0+x"), yanked=True)
    add(index, wheel("b", "2.0"), wheel("c", "2.0.0+a"))
    assert like_pip("a==2") == {"a": "2.0+x"}
    assert like_pip("a==2.0.0+x") == {"a": "2.0+x"}
    assert like_pip("b==2") == {"b": "2.0"}
    assert like_pip("b==2.0+x") == {"b": "2.0+x"}
    assert like_pip("c==2") == {"c": "2.0.0+a"}
    assert pins(ask(["a==2", "b==2.0.0+x"]).ok().out) == {"a": "2.0+x", "b": "2.0+x"}


def test_a_kept_pin_is_one_by_version(ask, index, work, write):
    index.add(wheel("a", "2.0.0"), yanked=True)
    add(index, wheel("a", "1"))
    write("pins.txt", "a==2")
    ask(["a"], "-o", "pins.txt").ok()
    assert pins((work / "pins.txt").read_text()) == {"a": "2.0.0"}


def test_the_reason_told_is_the_one_that_remains_without_the_others(ask, index):
    old, new = {"upload_time": "2020-01-01T00:00:00Z"}, {"upload_time": "2024-01-01T00:00:00Z"}
    other = {"tag": "cp39-cp39-win_amd64"}
    index.add(sdist("a", "1"), sdist("c", "1", requires_python=">=3.99"), **old)
    index.add(wheel("a", "1", **other), wheel("d", "1"), **new)
    index.add(sdist("b", "1"), **old)
    index.add(wheel("b", "1"), **new)
    index.add(wheel("d", "1", **other), **old)
    index.add(wheel("e", "1", tag="cp39-cp39-linux_x86_64"), **new)
    options = ["--exclude-newer", "2022-01-01", "--only-binary", ":all:"]
    no_file = " 1 has no file that --only-binary and --no-binary allow"
    way = "hint: dropping --only-binary and --no-binary may help"
    for name in "ab":
        done = ask([f"{name}==1"], *options).fails(1, name + no_file, way)
        assert "newer than" not in done.err
        ask([f"{name}==1"], *options[:2]).ok()
    ask(["c"], *options).fails(1, "c 1 requires Python >=3.99")
    why = "d 1 has usable files, all newer than --exclude-newer allows"
    ask(["d"], *options).fails(1, why, "hint: dropping --exclude-newer gives a solution")
    ask(["d"], *options[2:]).ok()
    done = ask(["e"], *options).fails(1, "e 1 has no wheel for this Python")
    assert "exclude-newer" not in done.err


def test_a_yanked_release_that_is_taken_is_warned_about(ask, index):
    index.add(wheel("a", "2"), yanked="broken")
    done = ask(["a==2"]).ok()
    assert "warning: a-2-py3-none-any.whl: yanked: broken" in done.err


def test_a_constraint_pins_a_yanked_release_too(both, index, write):
    index.add(wheel("b", "2"), yanked=True)
    add(index, wheel("b", "1"), wheel("a", "1", requires=["b"]))
    assert both(["a"], "-c", write("c.txt", "b==2")) == {"a": "1", "b": "2"}


def test_a_pinned_file_of_an_earlier_output_may_be_yanked_since(ask, index, work, write):
    index.add(wheel("a", "2"), yanked=True)
    add(index, wheel("a", "1"))
    write("out.txt", "a==2")
    ask(["a"], "-o", "out.txt").ok()
    assert pins((work / "out.txt").read_text()) == {"a": "2"}


def test_upper_bounds_of_requires_python_are_respected_as_by_pip(like_pip, index):
    add(index, wheel("a", "2", requires_python=">=3.8,<3.9"), wheel("a", "1"))
    assert like_pip("a") == {"a": "1"}
    assert like_pip("a==2") is None


def test_requires_python_is_of_the_python_that_is_asked_for(ask, index):
    add(index, wheel("a", "2", requires_python=">=3.12.4"), wheel("a", "1"))
    assert pins(ask(["a"]).ok().out) == {"a": "1"}
    assert pins(ask(["a"], "--python-version", "3.12.4").ok().out) == {"a": "2"}


# Resolution modes and pre-releases.


def test_resolution_modes(both, index):
    add(index, *(wheel("a", v, requires=["b>=2"]) for v in ("1", "2", "3")))
    add(index, *(wheel("b", v) for v in ("1", "2", "3")))
    assert both(["a>=2"]) == {"a": "3", "b": "3"}
    assert both(["a>=2"], "--resolution", "lowest") == {"a": "2", "b": "2"}
    assert both(["a>=2"], "--resolution", "lowest-direct") == {"a": "2", "b": "3"}


def test_what_the_user_names_under_another_marker_is_not_direct(both, index):
    add(index, wheel("root", "3", requires=["dep>=2.8"]))
    add(index, *(wheel("dep", v) for v in ("2.8", "3.0", "3.1")))
    here, elsewhere = (f"dep>=3 ; python_version {bound} '3.12'" for bound in (">=", "<"))
    lowest = ("--resolution", "lowest-direct")
    assert both(["root==3", here], *lowest) == {"root": "3", "dep": "3.0"}
    assert both(["root==3", elsewhere], *lowest) == {"root": "3", "dep": "3.1"}


def test_an_unknown_mode_is_a_usage_error(ask):
    ask(["a"], "--resolution", "newest").fails(2, "--resolution newest", "lowest-direct")
    ask(["a"], "--prerelease", "maybe").fails(2, "--prerelease maybe", "if-necessary")
    ask(["a"], "--index-strategy", "any").fails(2, "--index-strategy any", "first-index")


def test_a_final_release_comes_before_a_pre_release(both, index):
    add(index, wheel("a", "1"), wheel("a", "2rc1"))
    assert both(["a"]) == {"a": "1"}
    assert both(["a>=0.5a1"]) == {"a": "1"}
    assert both(["a>1"]) == {"a": "2rc1"}
    assert both(["a"], "--pre") == {"a": "2rc1"}
    assert both(["a"], "--prerelease", "if-necessary-or-explicit") == {"a": "1"}


def test_the_newest_parent_is_not_given_up_for_a_final_child(both, index):
    """A pre-release that the newest release of another package asks for is taken."""
    add(index, wheel("a", "2", requires=["c>=2b1"]), wheel("a", "1", requires=["c"]))
    add(index, wheel("c", "1"), wheel("c", "2b1"))
    assert both(["a"]) == {"a": "2", "c": "2b1"}
    assert both(["a"], "--prerelease", "disallow") == {"a": "1", "c": "1"}
    assert both(["a"], "--prerelease", "explicit") == {"a": "1", "c": "1"}


# Upload times.

TIMES = {
    "1": "2024-04-30T23:59:59.999Z",
    "2": "2024-05-01T00:00:00Z",
    "3": "2024-05-01T12:00:00Z",
    "4": "2024-05-01T23:59:59Z",
    "5": "2024-05-02T00:00:00Z",
}


def add_times(index):
    for version, time in TIMES.items():
        index.add(wheel("a", version), upload_time=time)


@pytest.mark.parametrize(
    ("cutoff", "zone", "version"),
    [
        ("2024-05-01", "UTC", "4"),
        ("2024-05-01", "Asia/Tokyo", "3"),
        ("2024-05-01", "America/New_York", "5"),
        ("2024-05-01T12:00:00Z", "Asia/Tokyo", "2"),
        ("2024-05-01T12:00:01Z", "UTC", "3"),
        ("2024-05-01T14:00:00+02:00", "UTC", "2"),
        ("2024-05-01 12:00:01Z", "UTC", "3"),
        ("2024-05-01T00:00Z", "UTC", "1"),
    ],
)
def test_exclude_newer_is_a_moment_as_for_uv(both, index, cutoff, zone, version):
    add_times(index)
    assert both(["a"], "--exclude-newer", cutoff, env={"TZ": zone}) == {"a": version}


@pytest.mark.parametrize(
    ("cutoff", "version"),
    [("2024-05-01", "1"), ("2024-05-01T12:00:01Z", "3"), ("2024-05-02T00:00:00+00:00", "4")],
)
def test_uploaded_prior_to_is_pips(like_pip, index, cutoff, version):
    add_times(index)
    assert like_pip("a", "--uploaded-prior-to", cutoff) == {"a": version}


def test_a_cutoff_of_the_environment(ask, index):
    add_times(index)
    assert pins(ask(["a"], env={"PIPIT_EXCLUDE_NEWER": "2024-05-01T12:00:01Z"}).ok().out) == {
        "a": "3"
    }
    assert pins(ask(["a"], env={"PIP_UPLOADED_PRIOR_TO": "2024-05-01"}).ok().out) == {"a": "1"}


def add_ages(index, **days):
    now = datetime.datetime.now(datetime.UTC)
    for version, age in days.items():
        time = (now - datetime.timedelta(days=age)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        index.add(wheel("a", version.strip("v")), upload_time=time)


@pytest.mark.parametrize(
    ("cutoff", "version"),
    [
        ("P3D", "3"),
        ("3 days", "3"),
        ("3d", "3"),
        ("72 hours", "3"),
        ("PT72H", "3"),
        ("P1W", "2"),
        ("1 week", "2"),
        ("1w 2d", "2"),
        ("P1DT12H", "4"),
        ("1 day 12 hours", "4"),
        ("10 minutes", "5"),
    ],
)
def test_exclude_newer_is_a_duration_as_for_uv(both, index, cutoff, version):
    add_ages(index, v1=50, v2=20, v3=5, v4=2, v5=0.4)
    assert both(["a"], "--exclude-newer", cutoff) == {"a": version}


@pytest.mark.parametrize("cutoff", ["tomorrow", "1 month", "P1M", "P1Y", "3", "2024-13-01", "P", ""])
def test_what_is_no_moment_is_a_usage_error(ask, cutoff):
    ask(["a"], f"--exclude-newer={cutoff}").fails(2, f"--exclude-newer {cutoff}", "hint:")


def test_exclude_newer_for_one_package(both, index):
    add_times(index)
    index.add(wheel("b", "1"), upload_time="2024-01-01T00:00:00Z")
    index.add(wheel("b", "2"), upload_time="2024-03-01T00:00:00Z")
    both_cut = ("--exclude-newer", "2024-04-30")
    assert both(["a", "b"], *both_cut) == {"a": "1", "b": "2"}
    own = ("--exclude-newer-package", "a=2024-05-01T12:00:01Z")
    assert both(["a", "b"], *both_cut, *own) == {"a": "3", "b": "2"}
    own = ("--exclude-newer-package", "B=2024-02-01")
    assert both(["a", "b"], *own) == {"a": "5", "b": "1"}
    own = ("--exclude-newer-package", "a=false")
    assert both(["a", "b"], *both_cut, *own) == {"a": "5", "b": "2"}


def test_exclude_newer_for_one_package_needs_a_name(ask):
    ask(["a"], "--exclude-newer-package", "2024-01-01").fails(2, "NAME=TIME")


def test_files_without_an_upload_time_are_skipped_or_allowed(both, ask, index):
    add(index, wheel("a", "2"))
    index.add(wheel("a", "1"), upload_time="2024-01-01T00:00:00Z")
    cut = ("--exclude-newer", "2024-05-01")
    assert both(["a"], *cut) == {"a": "1"}
    assert pins(ask(["a"], *cut, "--exclude-newer-missing=skip").ok().out) == {"a": "1"}
    assert pins(ask(["a"], *cut, "--exclude-newer-missing=allow").ok().out) == {"a": "2"}
    done = ask(["a>1"], *cut).fails(1, "a", "upload time")
    assert "--exclude-newer-missing=allow" in done.err
    ask(["a"], *cut, "--exclude-newer-missing=ask").fails(2, "skip or allow")


def test_a_cutoff_does_not_concern_files_that_are_at_hand(ask, index, wheelhouse, work, write):
    add_times(index)
    folder = wheelhouse(wheel("a", "9"))
    cut = ("--exclude-newer", "2024-05-01")
    assert pins(ask(["a"], "-f", folder, *cut).ok().out) == {"a": "9"}
    done = ask([f"a @ file://{folder}/a-9-py3-none-any.whl"], *cut).ok()
    assert "a @ file://" in done.out
    index.add(wheel("d", "1"))
    done = ask([f"d @ {index.url}-/files/d-1-py3-none-any.whl"], *cut).ok()
    assert "d @ http://" in done.out


def test_too_new_is_said(ask, index):
    add_times(index)
    done = ask(["a>4"], "--exclude-newer", "2024-05-01").fails(1)
    assert "--exclude-newer" in done.err


# Indexes.


@pytest.fixture
def two(index):
    """Two indexes on one server: `first` is an extra index with an old b."""
    first = Index(index.server, prefix="/first")
    first.add(wheel("b", "1"))
    add(index, wheel("b", "2"), wheel("a", "1", requires=["b"]))
    return first


def test_the_first_index_that_has_the_name_serves_it(ask, index, two, uv):
    done = ask(["a"], "--extra-index-url", two.url).ok()
    assert pins(done.out) == {"a": "1", "b": "1"}
    peer = uv(
        "pip", "compile", "requirements.in", "--default-index", index.url, "--python", PYTHON,
        "--index", two.url,
    ).ok()  # fmt: skip
    assert pins(peer.out) == pins(done.out)


def test_best_match_takes_the_best_of_all(ask, two, uv, index):
    best = ("--index-strategy", "unsafe-best-match")
    done = ask(["a"], "--extra-index-url", two.url, *best).ok()
    assert pins(done.out) == {"a": "1", "b": "2"}
    assert "indexes" not in done.err
    peer = uv(
        "pip", "compile", "requirements.in", "--default-index", index.url, "--python", PYTHON,
        "--index", two.url, *best,
    ).ok()  # fmt: skip
    assert pins(peer.out) == pins(done.out)


@pytest.fixture
def as_pip(pipit, env, tmp_path):
    """The binary under the name pip, with the environment's interpreter first on PATH."""
    link = tmp_path / "pip"
    os.symlink(binary_path(), link)

    def run(*arguments):
        pipit.command = [str(link)]
        return pipit(*arguments, env={"PATH": f"{env.bin}:{os.environ['PATH']}"})

    return run


def test_under_the_name_pip_indexes_are_merged_with_a_warning(as_pip, env, index, two, pip):
    done = as_pip("install", "-i", index.url, "--extra-index-url", two.url, "a").ok()
    assert env.installed() == {"a": "1", "b": "2"}
    lines = [line for line in done.err.splitlines() if "indexes" in line]
    assert len(lines) == 1 and lines[0].startswith("pipit: warning: b: found on 2 indexes")
    assert "127.0.0.1" in lines[0] and "/first" in lines[0]


def test_one_index_twice_is_no_reason_to_warn(as_pip, index, two):
    done = as_pip("install", "-i", index.url, "--extra-index-url", index.url, "a").ok()
    assert "indexes" not in done.err


# What is there already.


def test_what_is_installed_stays_unless_upgraded(pipit, env, index):
    add(index, *(wheel("a", v, requires=["b"]) for v in ("1", "2")))
    add(index, *(wheel("b", v) for v in ("1", "2", "3")))
    here = ("install", "--python", env.python, "-i", index.url)
    pipit(*here, "a==1", "b==1").ok()
    pipit(*here, "a").ok()
    assert env.installed() == {"a": "1", "b": "1"}
    pipit(*here, "-U", "a").ok()
    assert env.installed() == {"a": "2", "b": "1"}
    pipit(*here, "-P", "b==2", "a").ok()
    assert env.installed() == {"a": "2", "b": "2"}
    pipit(*here, "-P", "B", "a").ok()
    assert env.installed() == {"a": "2", "b": "3"}


def test_upgrade_strategy_eager_takes_the_newest_of_all(pipit, env, index):
    add(index, wheel("a", "1", requires=["b"]), wheel("b", "1"), wheel("b", "2"))
    here = ("install", "--python", env.python, "-i", index.url)
    pipit(*here, "a", "b==1").ok()
    pipit(*here, "-U", "--upgrade-strategy", "only-if-needed", "a").ok()
    assert env.installed() == {"a": "1", "b": "1"}
    pipit(*here, "-U", "--upgrade-strategy", "eager", "a").ok()
    assert env.installed() == {"a": "1", "b": "2"}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), {"a": "1", "b": "1"}),
        (("-U",), {"a": "2", "b": "3"}),
        (("-P", "b"), {"a": "1", "b": "3"}),
        (("-P", "b==2"), {"a": "1", "b": "2"}),
        (("-P", "b<3", "-P", "a"), {"a": "2", "b": "2"}),
        (("-P", "a"), {"a": "2", "b": "1"}),
        (("-P", "a[x]"), {"a": "2", "b": "1"}),
    ],
)
def test_the_previous_output_is_preferred(ask, uv, index, write, work, options, expected):
    add(index, *(wheel("a", v, requires=["b"]) for v in ("1", "2")))
    add(index, *(wheel("b", v) for v in ("1", "2", "3")))
    before = ("a==1", "b==1")
    write("out.txt", *before)
    ask(["a"], "-o", "out.txt", *options).ok()
    assert pins((work / "out.txt").read_text()) == expected
    write("out.txt", *before)
    uv(
        "pip", "compile", "requirements.in", "--default-index", index.url, "--python", PYTHON,
        "-o", "out.txt", *options,
    ).ok()  # fmt: skip
    assert pins((work / "out.txt").read_text()) == expected


def test_an_upgrade_that_is_no_name_is_a_usage_error(ask):
    ask(["a"], "-P", "==2").fails(2, "--upgrade-package ==2")


def test_no_deps_takes_the_named_packages_alone(both, like_pip, index):
    add(index, wheel("a", "1", requires=["b"]), wheel("b", "1"))
    assert both(["a"], "--no-deps") == {"a": "1"}
    assert like_pip("a", "--no-deps") == {"a": "1"}


# Hash-checking mode.


@pytest.fixture
def hashed(index):
    """a 1, a 2, b 1 that needs a, c 1."""
    files = {
        "a1": wheel("a", "1"),
        "a2": wheel("a", "2"),
        "b": wheel("b", "1", requires=["a"]),
        "c": wheel("c", "1"),
    }
    add(index, *files.values())
    return {name: f"--hash=sha256:{sha256(built)}" for name, built in files.items()}


def test_one_hash_asks_for_all_hashes(like_pip, dry, hashed, write):
    write("r.txt", f"a==1 {hashed['a1']}", "c==1")
    assert like_pip("-r", "r.txt") is None
    done = dry("-r", "r.txt").fails(1)
    assert "c==1 (r.txt:2): hashes are required, and it has none" in done.err
    assert "--no-require-hashes" in done.err
    assert like_pip("-r", "r.txt", "--no-require-hashes") == {"a": "1", "c": "1"}


def test_a_hash_of_a_constraint_asks_for_all_hashes_too(like_pip, hashed, write):
    write("c.txt", f"a==1 {hashed['a1']}")
    assert like_pip("a", "c", "-c", "c.txt") is None
    assert like_pip("a", "-c", "c.txt") == {"a": "1"}


def test_dependencies_need_hashes_too(like_pip, dry, hashed, write):
    write("r.txt", f"b==1 {hashed['b']}")
    assert like_pip("-r", "r.txt") is None
    done = dry("-r", "r.txt").fails(1)
    assert "a 2 (needed by b): hashes are required, and it has none" in done.err
    write("r.txt", f"b==1 {hashed['b']}", f"a==2 {hashed['a2']}")
    assert like_pip("-r", "r.txt") == {"a": "2", "b": "1"}


def test_a_file_may_ask_for_hashes_or_not(like_pip, hashed, write):
    write("r.txt", "--require-hashes", "a==1")
    assert like_pip("-r", "r.txt") is None
    write("r.txt", "--no-require-hashes", f"b==1 {hashed['b']}")
    assert like_pip("-r", "r.txt") == {"a": "2", "b": "1"}


def test_hashes_say_which_version_is_meant(like_pip, hashed, write):
    write("r.txt", f"a {hashed['a1']}")
    assert like_pip("-r", "r.txt") == {"a": "1"}
    write("r.txt", f"a>=1 {hashed['a1']} {hashed['a2']}")
    assert like_pip("-r", "r.txt") == {"a": "2"}


def test_a_weak_hash_is_refused_as_by_pip(like_pip, dry, hashed, write):
    write("r.txt", f"a==1 --hash=md5:{'0' * 32} {hashed['a1']}")
    assert like_pip("-r", "r.txt") is None
    done = dry("-r", "r.txt").fails(1, "r.txt:1", "md5", "sha256")
    assert "not allowed" in done.err


def test_require_hashes_is_not_content_with_the_indexs_own(like_pip, dry, hashed):
    assert like_pip("a==1", "--require-hashes") is None
    dry("a", "--require-hashes").fails(1, "must be pinned")


def test_compile_reads_hashes_without_demanding_them(ask, hashed):
    assert pins(ask([f"a==1 {hashed['a1']}", "c"]).ok().out) == {"a": "1", "c": "1"}


# Wheels and source distributions.


def kinds(index):
    """a: 1 both, 2 only source. b: 1 both."""
    add(index, wheel("a", "1"), sdist("a", "1"), sdist("a", "2"), wheel("b", "1"), sdist("b", "1"))


def chosen_files(done) -> set[str]:
    return {row["download_info"]["url"].rsplit("/", 1)[1] for row in json.loads(done.out)["install"]}


@pytest.mark.parametrize(
    ("options", "files"),
    [
        (("--only-binary", ":all:"), {"a-1-py3-none-any.whl", "b-1-py3-none-any.whl"}),
        (("--only-binary", "a"), {"a-1-py3-none-any.whl", "b-1-py3-none-any.whl"}),
        (("--only-binary", "b"), {"a-2.tar.gz", "b-1-py3-none-any.whl"}),
        (("--no-binary", ":all:"), {"a-2.tar.gz", "b-1.tar.gz"}),
        (("--no-binary", "b,c"), {"a-2.tar.gz", "b-1.tar.gz"}),
        (("--no-binary", ":all:", "--only-binary", "a"), {"a-1-py3-none-any.whl", "b-1.tar.gz"}),
        (("--only-binary", ":all:", "--no-binary", "B"), {"a-1-py3-none-any.whl", "b-1.tar.gz"}),
        (("--no-binary", ":all:", "--no-binary", ":none:"), {"a-2.tar.gz", "b-1-py3-none-any.whl"}),
        (("--prefer-binary",), {"a-1-py3-none-any.whl", "b-1-py3-none-any.whl"}),
    ],
)
def test_binary_policy_as_pip_has_it(dry, pip, index, options, files):
    kinds(index)
    mine = dry("-q", "--report", "-", "a", "b", *options).ok()
    assert chosen_files(mine) == files
    theirs = pip(
        "install", "--dry-run", "--ignore-installed", "-q", "--report", "-", "-i", index.url,
        "a", "b", *options,
    ).ok()  # fmt: skip
    assert chosen_files(theirs) == files


def test_binary_policy_holds_for_direct_urls(ask, index):
    kinds(index)
    url = f"{index.url}-/files/a-1-py3-none-any.whl"
    ask([f"a @ {url}"]).ok()
    done = ask([f"a @ {url}"], "--no-binary", "a").fails(1, "a")
    assert "--no-binary" in done.err


def test_prefer_binary_prefers_a_wheel_among_pre_releases(ask, index):
    add(index, wheel("a", "1a1"), sdist("a", "1a2"))
    assert pins(ask(["a"]).ok().out) == {"a": "1a2"}
    assert pins(ask(["a"], "--prefer-binary").ok().out) == {"a": "1a1"}


# Project status (PEP 792).


@pytest.mark.parametrize("format", ["json", "html"])
def test_a_quarantined_project_is_refused(ask, serve, format):
    index = serve(json=format == "json")
    add(index, wheel("a", "1"))
    index.statuses["a"] = ("quarantined", "malware")
    ask(["a"], source=("-i", index.url)).fails(1, "a: quarantined by the index: malware")
    assert index.metadata_path("a-1-py3-none-any.whl") not in [
        row.path for row in index.server.log.rows
    ]


@pytest.mark.parametrize("format", ["json", "html"])
@pytest.mark.parametrize("status", ["archived", "deprecated"])
def test_an_archived_or_deprecated_project_is_warned_about(ask, serve, format, status):
    index = serve(json=format == "json")
    add(index, wheel("a", "1", requires=["b"]), wheel("b", "1"), wheel("b", "2"))
    index.statuses["b"] = (status, "use c <instead>")
    done = ask(["a"], source=("-i", index.url)).ok()
    assert pins(done.out) == {"a": "1", "b": "2"}
    assert re.findall(r"^pipit: warning: (b: .*)$", done.err, re.M) == [f"b: {status}: use c <instead>"]


def test_an_active_project_is_nothing_to_speak_of(ask, index):
    add(index, wheel("a", "1"))
    index.statuses["a"] = ("active", "")
    assert "warning" not in ask(["a"]).ok().err


@pytest.mark.parametrize(
    "wishes",
    [
        *(["a"], ["a>=1.0a1"], ["a>=1.1a1"], ["a>1.0"], ["a==1.1b1"], ["a<1.1"], ["a<=1.1b1"]),
        *(["a!=1.0b1"], ["a>=0.9,<1.1b2"], ["a~=1.0a1"], ["a>=0.9", "a>=1.0a1"], ["a==1.*"]),
        *(["dep"], ["dep2"], ["onlypre"], ["dep", "a<1.1"]),
    ],
    ids=str,
)
def test_pip_s_rule_under_its_name(pipit, pip, env, wheelhouse, tmp_path, wishes):
    """Pre-releases count when something that asks for the project names one."""
    folder = wheelhouse(
        *(wheel("a", v) for v in ("0.9", "1.0", "1.1b1")),
        *(wheel("dep", "1", requires=["a>=1.0a1"]), wheel("dep2", "1", requires=["a>=1.1a1"])),
        wheel("onlypre", "2.0a1"),
    )
    (tmp_path / "pip").symlink_to(pipit.binary)
    pipit.command = [str(tmp_path / "pip")]
    taken = []
    for tool in (pipit, pip):
        where = ("--python", env.python) if tool is pipit else ("--target", tmp_path / "t")
        done = tool(
            *("install", "--dry-run", "-q", "--ignore-installed", "--report", "-"),
            *("--no-index", "-f", folder, *where, *wishes),
        ).ok()
        found = [item["metadata"] for item in json.loads(done.out)["install"]]
        taken.append(sorted((one["name"], one["version"]) for one in found))
    assert taken[0] == taken[1]
