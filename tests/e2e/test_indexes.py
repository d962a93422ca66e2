"""Several indexes and folders: which are asked, what an index that fails does, what is said of where
things were looked for. Under the name pip, pip is asked the same."""

import gzip
import shutil

import pytest

from conftest import PYTHON
from registry import Index, Knobs, wheel
from sources import Paths

A1, A2, B1 = wheel("a", "1"), wheel("a", "2"), wheel("b", "1", requires=["a"])


@pytest.fixture
def index(serve):
    return serve()


@pytest.fixture
def other(index):
    return Index(index.server, "/other")


@pytest.fixture
def add(pipit, env):
    return lambda *args: pipit("install", "-p", env.python, "--retries", "0", *args)


@pytest.fixture
def as_pip(pipit, pip, work):
    """as_pip(*args): what is installed when we are called as pip, and by pip; what we say."""
    link = work / "bin" / "pip"
    link.parent.mkdir()
    link.symlink_to(pipit.binary)

    def run(*args):
        results = []
        for program in ([link], pip.command):
            target = work / "t"
            shutil.rmtree(target, ignore_errors=True)
            pipit.command, kept = [str(part) for part in program], pipit.command
            done = pipit("install", "--retries", "0", "--target", target, *args, env=ENV)
            pipit.command = kept
            names = sorted(path.name for path in target.glob("*.dist-info")) if target.exists() else []
            results.append((done.rc == 0, names, done.err))
        assert results[0][:2] == results[1][:2], results
        return results[0][1] if results[0][0] else None, results[0][2]

    return run


def places(index, other):
    return ["-i", index.url, "--extra-index-url", other.url]


DEAD = "http://127.0.0.1:9/simple"
ENV = {"PATH": f"{PYTHON.parent}:/usr/bin:/bin", "PIP_NO_INPUT": "1"}


# An index that fails.


@pytest.mark.parametrize("status", [400, 401, 403, 451, 500, 503])
@pytest.mark.parametrize("first", [True, False])
def test_as_pip_an_index_that_refuses_is_passed_over(index, other, as_pip, status, first):
    index.add(A1, B1)
    index.server.on("/other/*", status=status)
    asked = [index, other] if first else [other, index]
    installed, said = as_pip(*places(*asked), "b")
    assert installed == ["a-1.dist-info", "b-1.dist-info"]
    assert f"/other/b/ answered {status}" in said and "passed over" in said
    assert "/other/a/" not in said  # once is enough


@pytest.mark.parametrize("place", [DEAD, "http://nowhere.invalid/simple", "https"])
def test_as_pip_an_index_that_cannot_be_reached_is_passed_over(index, as_pip, place):
    index.add(A1)
    place = index.url.replace("http", "https") if place == "https" else place
    installed, said = as_pip("-i", index.url, "--extra-index-url", place, "a")
    assert installed == ["a-1.dist-info"] and "passed over" in said


def test_as_pip_a_folder_stands_in_for_an_index_that_fails(index, as_pip, wheelhouse):
    index.server.on("/simple/*", status=500)
    installed, said = as_pip("-i", index.url, "-f", wheelhouse(A1), "a")
    assert installed == ["a-1.dist-info"] and "passed over" in said


def test_as_pip_what_no_other_index_has_is_an_error(index, other, as_pip):
    index.add(B1)
    index.server.on("/other/*", status=403)
    installed, said = as_pip(*places(index, other), "nope")
    assert installed is None and "/other/nope/ answered 403" in said


def test_under_our_own_name_an_index_that_fails_is_an_error_with_a_way_out(index, other, add, env):
    index.add(A1)
    rule = index.server.on("/other/*", status=403)
    done = add(*places(index, other), "a").fails(1, "/other/a/ answered 403")
    assert "hint: --ignore-index-errors" in done.err
    done = add(*places(index, other), "--ignore-index-errors", "a").ok()
    assert "passed over" in done.err and env.installed() == {"a": "1"}
    index.server.off(rule)
    index.server.on("/simple/*", status=403)
    done = add("-i", index.url, "c").fails(1, "/simple/c/ answered 403")
    assert "--ignore-index-errors" not in done.err  # nothing else could be asked
    add("-i", index.url, "--ignore-index-errors", "c").fails(1, "/simple/c/ answered 403")


LOGIN = b"<html><form>Log in</form></html>"
SIMPLE_JSON = "application/vnd.pypi.simple.v1+json"
NO_PAGES = [
    (b"{", SIMPLE_JSON),
    (b"[]", SIMPLE_JSON),
    (b"null", SIMPLE_JSON),
    (b'{"meta": {}}', SIMPLE_JSON),
    (b'{"files": {}}', SIMPLE_JSON),
    (b'{"error": "log in"}', "application/json"),
    (b'<a href="a-1-py3-none-any.whl">a</a>', "text/plain"),
    (b'<a href="a-1-py3-none-any.whl">a</a>', "application/octet-stream"),
    (b'<a href="a-1-py3-none-any.whl">a</a>', ""),
    (b"PK\x03\x04 and so on", "text/html"),
    (b"PK\x03\x04 and so on", "application/zip"),
    (gzip.compress(gzip.compress(b"<html></html>", mtime=0), mtime=0), "text/html"),
]


@pytest.mark.parametrize("body, kind", NO_PAGES)
def test_what_is_no_page_is_an_index_that_fails(index, other, add, env, body, kind):
    index.add(A1)
    other.add(A2)
    more = {"Content-Encoding": "gzip"} if body[:2] == b"\x1f\x8b" else {}
    index.server.on("/other/a/", body=body, content_type=kind, headers=list(more.items()))
    done = add(*places(index, other), "a").fails(1, f"{other.url}a/", "hint: --ignore-index-errors")
    assert "unsafe-best-match" not in done.err and kind in done.err
    done = add(*places(index, other), "--ignore-index-errors", "a").ok()
    assert "passed over" in done.err and env.installed() == {"a": "1"}


def test_under_the_name_pip_what_is_no_page_is_passed_over(index, other, as_pip):
    index.add(A1)
    other.add(A2)
    index.server.on("/other/a/", body=LOGIN, content_type="text/plain")
    installed, said = as_pip(*places(index, other), "a")
    assert installed == ["a-1.dist-info"] and f"{other.url}a/ sent" in said


@pytest.mark.parametrize("kind", ["application/json", SIMPLE_JSON, "text/html; charset=utf-8"])
def test_a_page_is_known_by_its_content(index, add, env, kind):
    index.add(A1)
    href = index.file_path(A1.filename)
    rows = f'{{"files": [{{"filename": "{A1.filename}", "url": "{href}", "hashes": {{}}}}]}}'
    index.server.on("/simple/a/", body=rows.encode(), content_type=kind)
    add("-i", index.url, "a").ok()


def test_204_is_no_page(index, add):
    index.server.on("/simple/a/", status=204)
    add("-i", index.url, "a").fails(1, "/simple/a/ answered 204")


def test_a_login_page_gives_no_way_to_another_index(index, other, add):
    index.add(A1)
    other.projects["a"] = []
    index.server.on("/other/a/", redirect="/login/")
    Paths(index.server).add("/login/", LOGIN)
    done = add(*places(index, other), "a").fails(1, "/login", "(redirected from")
    assert "unsafe-best-match" not in done.err and "not asked for" not in done.err


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_find_links_page_that_fails_is_like_an_index_that_fails(index, add, env, as_pip, status):
    index.add(A1)
    place = f"{index.server.origin}/links/"
    index.server.on("/links/", status=status)
    words = ["-i", index.url, "-f", place, "a"]
    add(*words).fails(1, f"--find-links: {place} answered {status}")
    assert "passed over" in add(*words, "--ignore-index-errors").ok().err
    installed, said = as_pip(*words)
    assert installed == ["a-1.dist-info"] and f"answered {status}" in said


def test_a_find_links_folder_that_is_not_there(index, add, as_pip):
    index.add(A1)
    words = ["-i", index.url, "-f", "none-here", "a"]
    add(*words).fails(1, "--find-links none-here: no such file or directory")
    installed, said = as_pip(*words)
    assert installed == ["a-1.dist-info"] and "none-here" in said


def test_a_file_without_a_url_is_left_out(index, add):
    row = f'{{"filename": "{A1.filename}", "url": null, "hashes": {{}}}}'
    index.server.on("/simple/a/", body=f'{{"files": [{row}]}}'.encode(), content_type=SIMPLE_JSON)
    index.projects["a"] = []
    add("-i", index.url, "a").fails(1, "has no files on its page")
    assert not [row for row in index.server.log.rows if "null" in row.path]


# Yanked releases that packages pin.


@pytest.mark.parametrize(
    "need, version",
    [("lib==1", "1"), ("lib===1", "1"), ("lib==1.*", None), ("lib<=1,>=1", None), ("lib>0", "2")],
)
def test_as_pip_a_packages_pin_takes_a_yanked_release(index, as_pip, need, version):
    index.add(wheel("app", "1", requires=[need]), wheel("lib", "2"))
    index.add(wheel("lib", "1"), yanked="broken")
    installed, said = as_pip("-i", index.url, "app")
    assert installed == (["app-1.dist-info", f"lib-{version}.dist-info"] if version else None)
    assert ("yanked: broken" in said) == (version == "1")


def test_as_pip_a_yanked_release_is_no_candidate_for_anything_else(index, as_pip):
    index.add(wheel("app", "2", requires=["lib==2", "gone"]), wheel("app", "1", requires=["lib"]))
    index.add(wheel("lib", "1"))
    index.add(wheel("lib", "2"), yanked="broken")
    assert as_pip("-i", index.url, "app")[0] == ["app-1.dist-info", "lib-1.dist-info"]


def test_under_our_own_name_a_yanked_release_is_asked_for(index, add, env):
    index.add(wheel("app", "1", requires=["lib==1"]), wheel("lib", "2"))
    index.add(wheel("lib", "1"), yanked="broken")
    done = add("-i", index.url, "app").fails(1, "lib 1 was yanked (broken)")
    assert "hint: asking for lib==1 yourself gives a solution" in done.err
    add("-i", index.url, "app", "lib==1").ok()
    assert env.installed() == {"app": "1", "lib": "1"}


# Where things were looked for.


def test_not_found_names_every_index_and_what_it_answered(index, other, add, wheelhouse):
    done = add("-i", index.url, "nope").fails(1)
    assert f"nope was not found on {index.url} (404)\n" in done.err
    index.server.on("/other/*", status=410)
    done = add(*places(index, other), "-f", wheelhouse(A1), "nope").fails(1)
    assert (
        f"nope was not found on {other.url} (410) or {index.url} (404), nor in " in done.err
    ), done


def test_not_found_without_an_index_says_so(add, work, wheelhouse):
    wheelhouse(A1).rename(work / "wh")
    done = add("--no-index", "-f", "wh", "-f", "./wh", "nope").fails(1)
    assert "nope was not found in wh or ./wh (--no-index: no index was asked)\n" in done.err
    done = add("--no-index", "nope").fails(1)
    assert "not found anywhere: no index was asked (--no-index), and there is no --find-links" in done.err


@pytest.mark.parametrize("typed, meant", [("jupytr", "jupyter"), ("jupiter", "jupyter"), ("zope", "")])
def test_a_misspelt_name_is_known_by_what_a_folder_has(add, wheelhouse, work, typed, meant):
    folder = wheelhouse(wheel("jupyter", "1"), wheel("black", "1", requires=["jupytr"]))
    for source in (["--no-index", "-f", folder], ["-i", work / "index"]):
        (work / "index" / "jupyter").mkdir(parents=True, exist_ok=True)
        done = add(*source, typed).fails(1, "not found")
        assert (f"hint: did you mean {meant}?" in done.err) == bool(meant)
        assert meant or "did you mean" not in done.err
    assert "did you mean jupyter?" in add("--no-index", "-f", folder, "black").fails(1).err


def test_no_password_is_shown_of_where_it_was_looked_for(index, add):
    url = index.url.replace("//", "//user:secret@")
    done = add("-i", url, "-f", url.replace("secret", "hidden"), "nope").fails(1, "not found on")
    assert "secret" not in done.err and "hidden" not in done.err


def test_a_folder_as_an_index_is_named_too(add, work):
    (work / "index").mkdir()
    add("-i", work / "index", "nope").fails(1, f"nope was not found on file://{work}/index\n")


def test_a_page_without_files_is_named_and_what_it_was_redirected_from(index, add):
    index.projects.update(c=[], d=[], e=[])
    index.server.on("/simple/c/", body=b"<h1>Log in</h1>", content_type="text/html")
    index.server.on("/simple/d/", redirect="/simple/c/")
    done = add("-i", index.url, "c").fails(1)
    assert f"c has no files on its page {index.url}c/\n" in done.err
    done = add("-i", index.url, "d").fails(1)
    assert f"d has no files on its page {index.url}c/ (redirected from {index.url}d/)" in done.err
    index.server.on("/simple/e/", body=b'<a href="e-1.egg">e-1.egg</a>', content_type="text/html")
    add("-i", index.url, "e").fails(1, f"e has no files on its page {index.url}e/")


def test_the_first_index_is_explained_when_it_is_in_the_way(index, other, add, env):
    index.add(A2)
    other.add(A1)
    done = add(*places(index, other), "a>=2").fails(1, "there is no a>=2 (the newest is 1)")
    assert f"a was found on {other.url}, so it was not asked for on {index.url}" in done.err
    assert "hint: --index-strategy unsafe-best-match" in done.err
    add(*places(index, other), "--index-strategy", "unsafe-best-match", "a>=2").ok()
    assert env.installed() == {"a": "2"}


def test_the_first_index_is_not_blamed_for_what_it_has_no_part_in(index, other, add):
    index.add(A1)  # the last one: no other is left
    assert "index-strategy" not in add(*places(index, other), "a>=2").fails(1).err
    other.add(wheel("c", "1", requires=["a>=2"]))
    done = add(*places(index, other), "c").fails(1, "there is no a>=2")
    assert "index-strategy" not in done.err


def test_the_first_index_is_told_of_with_v(index, other, add):
    index.add(A2)
    other.add(A1)
    done = add(*places(index, other), "-v", "a").ok()
    assert f"a 1: from {other.url}, so it was not asked for on {index.url}" in done.err
    assert "not asked" not in add(*places(index, other), "a").ok().err


def test_a_url_that_fixes_the_version_is_named(index, add, work):
    index.add(A1, A2)
    url = f"{index.url}-/files/{A1.filename}"
    (work / "r.txt").write_text(f"a @ {url}\na>=2\n")
    done = add("-i", index.url, "-r", "r.txt").fails(1, "there is no a>=2 (the newest is 1)")
    assert f"a 1 is {url} (r.txt:1): no other version is looked at" in done.err


def test_a_wheel_with_a_name_that_is_none_is_told_so(index, add):
    index.add(("a__b-1-py3-none-any.whl", A1.data))
    add("-i", index.url, "a-b").fails(
        1, "a-b 1 has a file whose name is invalid (a__b-1-py3-none-any.whl)"
    )


def test_what_does_not_fit_is_the_python_or_the_platform(index, add):
    index.add(wheel("a", "1", tag="cp39-cp39-manylinux1_x86_64"), wheel("b", "1", tag="py2-none-any"))
    index.add(wheel("c", "1", tag="cp39-cp39-win_amd64"), wheel("d", "1", tag="py3-none-win32"))
    for name, what in {"a": "Python", "b": "Python", "c": "platform", "d": "platform"}.items():
        add("-i", index.url, name).fails(1, f"{name} 1 has no wheel for this {what}")


def test_a_bare_linux_tag_is_warned_of(pipit, index):
    index.add(A1)
    ask = lambda name: pipit("download", "-i", index.url, "--python-platform", name, "a").ok().err
    assert "aarch64-unknown-linux-gnu does" in ask("linux_aarch64")
    assert "manylinux_2_28_ppc64le does" in ask("linux_ppc64le")
    assert "manylinux" not in ask("aarch64-unknown-linux-gnu")


# Files that name files.


@pytest.mark.parametrize("option", ["-r", "-c", "--requirement", "--constraint"])
def test_a_missing_file_is_named_with_the_line_that_names_it(add, work, option):
    (work / "sub").mkdir()
    (work / "sub" / "a.txt").write_text(f"\n{option} missing.txt\n")
    (work / "r.txt").write_text("# first\n-r sub/a.txt\n")
    done = add("--no-index", "-r", "r.txt").fails(1)
    assert "pipit: error: sub/a.txt:2: sub/missing.txt: no such file" in done.err
    done = add("--no-index", "-r", "nowhere.txt").fails(1)
    assert "pipit: error: nowhere.txt: no such file" in done.err
