"""What is said of a run at its end: true, counted, and the totals last."""

import platform
import re

import pytest
from backends import source
from registry import wheel

TIME = r"[\d.]+ m?s"
VERSION = platform.python_version()  # the environments are made from it


def lines_of(done) -> list[str]:
    return done.err.splitlines()


def test_what_was_downloaded_while_resolving_is_told_as_that(pipit, serve, env):
    index = serve(metadata=None, ranges="off")
    index.add(wheel("a", "1", requires=["b"], pad=500_000), wheel("b", "2", pad=500_000))
    done = pipit("install", "-p", env.python, "-i", index.url, "a").ok()
    resolved, prepared, one, two, where, last = lines_of(done)
    assert re.fullmatch(rf"Resolved 2 packages in {TIME} \(1\.0 MB fetched\)", resolved)
    assert re.fullmatch(rf"Prepared 2 packages in {TIME}", prepared)
    assert [one, two] == [" + a==1", " + b==2"]
    assert where == f"Environment: {env.path} (Python {VERSION})"
    assert re.fullmatch(
        rf"Installed 2 packages in {TIME} \(2 downloaded, 1\.0 MB fetched\)", last
    ), last


def test_the_last_lines_bytes_are_those_of_the_whole_run(pipit, serve, env):
    """Pages, too: the index's is a hundred times as large as the wheel."""
    index = serve()
    index.add(*(wheel("a", str(version)) for version in range(1, 700)))
    last = lines_of(pipit("install", "-p", env.python, "-i", index.url, "a").ok())[-1]
    told = re.search(r"\(1 downloaded, ([\d.]+) kB fetched\)$", last)
    assert told and float(told[1]) > 50, last


def test_the_parts_add_up_and_nothing_is_not_told(pipit, serve, env):
    index = serve()
    index.add(wheel("a", "1"), wheel("b", "1"), source("c", "1"))
    args = ["--no-build-isolation", "-p", env.python, "-i", index.url]
    pipit("install", *args, "a").ok()
    pipit("uninstall", "-y", "-p", env.python, "a").ok()
    last = lines_of(pipit("install", *args, "a", "b", "c").ok())[-1]
    assert re.fullmatch(
        rf"Installed 3 packages in {TIME} "
        rf"\(1 downloaded, 1 built, 1 from cache, [\d.]+ kB fetched\)",
        last,
    ), last
    last = lines_of(pipit("install", *args, "--reinstall", "a", "b", "c").ok())[-1]
    assert re.fullmatch(rf"Installed 3 packages in {TIME} \(3 from cache\)", last), last


def test_what_a_build_needs_is_not_counted_as_installed(pipit, serve, env):
    index = serve()
    index.add(wheel("helper", "1"), source("c", "1", build_requires=["helper"]))
    last = lines_of(pipit("install", "-p", env.python, "-i", index.url, "c").ok())[-1]
    assert re.fullmatch(
        rf"Installed 1 package in {TIME} \(1 built, [\d.]+ kB fetched\)", last
    ), last


def test_sync_counts_what_comes_changes_and_goes(install, work):
    files = [wheel(name, version) for name in "abcd" for version in "12"]
    install("a==1", "b==1", "c==1", wheels=files).ok()
    (work / "r.txt").write_text("a==1\nb==2\nd==1\n")
    shown = lines_of(install("r.txt", command="sync", wheels=files).ok())
    assert shown[-6:-2] == [" - b==1", " + b==2", " - c==1", " + d==1"]
    assert shown[-1].startswith("Installed 2 (1 changed), removed 1 package in ")
    (work / "r.txt").write_text("a==1\n")
    shown = lines_of(install("r.txt", command="sync", wheels=files).ok())
    assert re.fullmatch(rf"Removed 2 packages in {TIME}", shown[-1])


def test_the_same_version_anew_has_a_sign_of_its_own(install):
    install("a", wheels=[wheel("a", "1")]).ok()
    shown = lines_of(install("a", "--reinstall", wheels=[wheel("a", "1")]).ok())
    assert " ~ a==1" in shown and shown[-1].startswith("Installed 1 package in ")


def test_a_dry_run_ends_with_what_it_would_do(install, work):
    install("a==1", "c", wheels=[wheel("a", "1"), wheel("a", "2"), wheel("c", "1")]).ok()
    (work / "r.txt").write_text("a==2\n")
    shown = lines_of(install("r.txt", "--dry-run", command="sync").ok())
    assert shown[-1] == "Would install 1 (1 changed), remove 1 package"
    assert shown[-5:-2] == [" - a==1", " + a==2", " - c==1"]


def test_nothing_to_do_says_where(install, env):
    install("a", wheels=[wheel("a", "1")]).ok()
    shown = lines_of(install("a", wheels=[wheel("a", "1")]).ok())
    assert shown[-2:] == [
        f"Environment: {env.path} (Python {VERSION})",
        "Checked 1 package: nothing to do",
    ]


def test_an_environment_below_is_named_as_such(pipit, wheelhouse, work):
    pipit("venv", ".venv").ok()
    folder = wheelhouse(wheel("a", "1"))
    done = pipit("install", "--no-index", "-f", folder, "a").ok()
    assert re.search(r"^Environment: \.venv \(Python 3\.[\d.]+\)$", done.err, re.M)
    done = pipit("uninstall", "-y", "a").ok()
    assert re.search(r"^Environment: \.venv \(Python 3\.[\d.]+\)$", done.err, re.M)
    assert lines_of(done)[-1] == "Removed 1 package" and " - a==1" in lines_of(done)
    done = pipit("install", "--no-index", "-f", folder, "--target", "t", "a").ok()
    assert "Environment" not in done.err


@pytest.mark.parametrize("command, noun, option", [("download", "files", "-d"), ("wheel", "wheels", "-w")])
def test_a_wheelhouse_is_counted_last(pipit, serve, env, command, noun, option):
    index = serve()
    index.add(wheel("a", "1", requires=["b"]), wheel("b", "1"))
    args = [command, "-p", env.python, "-i", index.url, option, "out", "a"]
    shown = lines_of(pipit(*args).ok())
    assert shown[-3:-1] == [" + out/a-1-py3-none-any.whl", " + out/b-1-py3-none-any.whl"]
    assert re.fullmatch(
        rf"Saved 2 {noun} in {TIME} \(2 downloaded, [\d.]+ kB fetched\)", shown[-1]
    ), shown
    shown = lines_of(pipit(*args).ok())
    assert re.fullmatch(rf"Saved 2 {noun} in {TIME} \(2 from cache\)", shown[-1]), shown


@pytest.mark.parametrize("command, noun", [("download", "files"), ("wheel", "wheels")])
def test_a_dry_run_lists_what_a_wheelhouse_would_get(pipit, serve, env, command, noun, work):
    index = serve()
    index.add(wheel("a", "1", requires=["b"]), wheel("b", "1"))
    shown = lines_of(pipit(command, "-n", "-p", env.python, "-i", index.url, "a").ok())
    assert shown[1:] == [" + a==1", " + b==1", f"Would save 2 {noun}"]
    assert not list(work.iterdir())


def test_quiet_says_nothing(install):
    assert install("a", "-q", wheels=[wheel("a", "1")]).ok().err == ""


# What was left out.


def test_lines_that_a_marker_drops_are_told_in_one_line(install, work):
    (work / "r.txt").write_text(
        "a\nb ; sys_platform == 'win32'\n\nc>=1 ; python_version < '3'\n"
    )
    done = install("-r", "r.txt", wheels=[wheel("a", "1")]).ok()
    assert lines_of(done)[0] == (
        "Left out, as their markers do not hold here: b (r.txt:2), c (r.txt:4)"
    )
    many = "".join(f"p{i} ; python_version < '3'\n" for i in range(20))
    (work / "r.txt").write_text("a\n" + many)
    first = lines_of(install("-r", "r.txt", "--reinstall").ok())[0]
    assert first.endswith("p7 (r.txt:9) and 12 more")


def test_an_empty_file_is_told(install, work):
    (work / "empty.txt").write_text("# nothing yet\n\n")
    done = install("-r", "empty.txt").ok()
    assert lines_of(done)[0] == "pipit: warning: empty.txt: holds no requirements"
    (work / "only.txt").write_text("-r empty.txt\n--no-index\n")
    done = install("-r", "only.txt", "-c", "empty.txt").ok()
    assert "empty.txt: holds no requirements" in done.err and "only.txt:" not in done.err


# -v and -vv.


def test_verbose_says_where_each_file_came_from(pipit, serve, env):
    index = serve()
    index.add(wheel("a", "1", requires=["c"]), source("c", "1"))
    args = ["install", "--no-build-isolation", "-p", env.python, "-i", index.url, "a", "-v"]
    file = f"{index.server.origin}{index.file_path('a-1-py3-none-any.whl')}"
    done = pipit(*args).ok()
    assert f"pipit: a 1: downloaded from {file}\n" in done.err
    assert re.search(r"^pipit: c 1: built from http.*/c-1\.tar\.gz$", done.err, re.M)
    done = pipit(*args, "--reinstall").ok()
    assert f"pipit: a 1: from the cache, where it came from {file}\n" in done.err


def test_very_verbose_says_what_was_passed_over_and_which_page_answered(pipit, serve, env):
    index = serve()
    index.add(*(wheel("a", version) for version in ("1", "2")), wheel("a", "3", requires_python=">=4"))
    index.add(wheel("a", "4a1"))
    args = ["install", "-p", env.python, "-i", index.url, "a<3"]
    page = f"{index.server.origin}{index.page_path('a')}"
    done = pipit(*args, "-vv").ok()
    assert f"pipit: a: {page} (fetched)\n" in done.err
    assert "pipit: a 2: passed over: 4a1 is a pre-release, 3 requires Python >=4\n" in done.err
    assert f"pipit: a: {page} (as in the cache)\n" in pipit(*args, "-vv", "--reinstall").ok().err
    assert "passed over" not in pipit(*args, "-v", "--reinstall").ok().err
