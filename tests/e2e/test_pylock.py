"""Lock files (PEP 751): ours are valid and install with uv and pip; theirs install with us, to the
same tree."""

import hashlib
import json
import pathlib
import sys
import tomllib

import pytest
from packaging.markers import Marker, default_environment
from packaging.pylock import Pylock, PylockSelectError
from packaging.tags import Tag

import sources
from conftest import normal_tree
from registry import sdist, wheel
from samples import TOOL

STACK = (
    wheel("app", "1.0", requires=["lib>=1", "tool"]),
    wheel("lib", "1.0"),
    wheel("lib", "1.1", requires=["win ; sys_platform == 'win32'"]),
    wheel("lib", "1.1", tag="cp39-cp39-win_amd64"),
    sdist("lib", "1.1"),
    wheel("win", "1.0"),
    TOOL,
)


def site_tree(env) -> dict:
    """The tree less the scripts: each tool writes its own text into them."""
    return {name: what for name, what in normal_tree(env).items() if not name.startswith("bin/")}


@pytest.fixture
def stack(serve):
    index = serve()
    index.add(*STACK, upload_time="2024-05-06T07:08:09Z")
    return index


def read_lock(path: pathlib.Path) -> tuple[dict, Pylock]:
    """The document, and what `packaging` makes of it: it raises when the file breaks the standard."""
    document = tomllib.loads(path.read_text())
    return document, Pylock.from_dict(document)


def lock_of(packages: str, head: str = "") -> str:
    return f'lock-version = "1.0"\ncreated-by = "test"\n{head}\n{packages}'


def entry(built, url=None, path=None, size=None, digest=None, more="") -> str:
    """One [[packages]] with one wheel."""
    name, data = built
    place = f'url = "{url}"' if url else f'path = "{path or name}"'
    digest = digest or hashlib.sha256(data).hexdigest()
    project, version = name.split("-")[:2]
    return (
        f'[[packages]]\nname = "{project}"\nversion = "{version}"\n{more}\n'
        f'wheels = [{{ name = "{name}", {place}, size = {size or len(data)}, '
        f'hashes = {{ sha256 = "{digest}" }} }}]\n\n'
    )


# Writing.


def test_the_lock_is_valid_and_complete(pipit, stack, work):
    (work / "r.in").write_text("app\n")
    pipit("lock", "-i", stack.url, "r.in", "-o", "pylock.toml").ok()
    document, lock = read_lock(work / "pylock.toml")
    assert document["lock-version"] == "1.0" and document["created-by"] == "pipit"
    assert [str(p.name) for p in lock.packages] == ["app", "lib", "tool", "win"]
    assert str(lock.packages[3].marker) == 'sys_platform == "win32"'
    assert document["requires-python"] == f">={sys.version_info[0]}.{sys.version_info[1]}"
    assert "environments" not in document
    lib = document["packages"][1]
    assert lib["version"] == "1.1" and lib["index"] == stack.url
    assert lib["sdist"]["name"] == "lib-1.1.tar.gz"
    assert [w["name"] for w in lib["wheels"]] == [
        "lib-1.1-cp39-cp39-win_amd64.whl",
        "lib-1.1-py3-none-any.whl",
    ]
    data = dict(STACK[2:4])["lib-1.1-py3-none-any.whl"]
    file = lib["wheels"][1]
    assert file["hashes"] == {"sha256": hashlib.sha256(data).hexdigest()}
    assert file["size"] == len(data)
    assert file["upload-time"].isoformat() == "2024-05-06T07:08:09+00:00"
    assert document["packages"][0]["dependencies"] == [{"name": "lib"}, {"name": "tool"}]
    chosen = [str(dist.filename) for _, dist in lock.select()]
    assert chosen == ["app-1.0-py3-none-any.whl", "lib-1.1-py3-none-any.whl", TOOL[0]]


def test_the_lock_is_the_same_each_time(pipit, stack, work):
    (work / "a.in").write_text("tool\napp\n")
    (work / "b.in").write_text("app\ntool\n")
    first = pipit("lock", "-i", stack.url, "a.in").ok().out
    assert first == pipit("lock", "-i", stack.url, "b.in", "--no-cache").ok().out
    pipit("compile", "-i", stack.url, "a.in", "--universal", "-o", "pylock.x.toml").ok()
    assert (work / "pylock.x.toml").read_text() == first


def test_the_lock_of_one_target_names_it(pipit, stack, work, env):
    (work / "r.in").write_text("app\n")
    here = pipit("lock", "-i", stack.url, "r.in", "--no-universal").ok().out
    assert here == pipit("compile", "-i", stack.url, "r.in", "--format", "pylock.toml").ok().out
    document = tomllib.loads(here)
    assert [p["name"] for p in document["packages"]] == ["app", "lib", "tool"]
    (marker,) = document["environments"]
    assert 'sys_platform == "linux"' in marker and Marker(marker).evaluate()
    words = ("lock", "-i", stack.url, "r.in", "--python-platform", "windows", "-o", "pylock.toml")
    pipit(*words).ok()
    document, lock = read_lock(work / "pylock.toml")
    assert [p["name"] for p in document["packages"]] == ["app", "lib", "tool", "win"]
    assert 'sys_platform == "win32"' in document["environments"][0]
    pipit("sync", "--python", env.python, "pylock.toml").fails(1, "not for this environment")
    with pytest.raises(PylockSelectError):
        list(lock.select())


FORKED = (
    wheel("top", "1", requires=["mid<2 ; python_version < '3.12'", "mid>=2 ; python_version >= '3.12'",
                               "mac ; sys_platform == 'darwin'"]),
    wheel("mid", "1"),
    wheel("mid", "2", requires=["deep"]),
    wheel("deep", "1"),
    wheel("mac", "1"),
)


def selection(lock, python, platform):
    environment = {**default_environment(), "python_version": python, "sys_platform": platform,
                   "python_full_version": python + ".1"}
    return {(p.name, str(p.version)) for p, _ in lock.select(
        environment=environment, tags=[Tag("py3", "none", "any")])}


def test_universal_lock_is_uv_s(pipit, uv, serve, work):
    """Whatever the environment, both locks select the same."""
    index = serve()
    index.add(*FORKED)
    (work / "r.in").write_text("top\n")
    pipit("lock", "-i", index.url, "r.in", "--python-version", "3.9", "-o", "pylock.toml").ok()
    uv("pip", "compile", "--default-index", index.url, "r.in", "--universal", "--format",
       "pylock.toml", "--python-version", "3.9", "-o", "pylock.uv.toml").ok()
    document, ours = read_lock(work / "pylock.toml")
    _, theirs = read_lock(work / "pylock.uv.toml")
    assert document["requires-python"] == ">=3.9"
    for python in ("3.9", "3.11", "3.12", "3.14"):
        for platform in ("linux", "darwin", "win32"):
            chosen = selection(ours, python, platform)
            assert chosen == selection(theirs, python, platform)
            assert ("mid", "2" if python in ("3.12", "3.14") else "1") in chosen
    top = next(p for p in document["packages"] if p["name"] == "top")
    assert top["dependencies"] == [
        {"name": "mac"}, {"name": "mid", "version": "1"}, {"name": "mid", "version": "2"}]
    mids = [p.get("dependencies") for p in document["packages"] if p["name"] == "mid"]
    assert mids == [None, [{"name": "deep"}]]


def test_universal_lock_begins_at_the_project_s_python(pipit, serve, work):
    index = serve()
    index.add(*FORKED)
    (work / "pyproject.toml").write_text(
        "[project]\nname = 'p'\nversion = '1'\nrequires-python = '>=3.8,<3.13'\ndependencies = ['top']\n"
    )
    pipit("lock", "-i", index.url, "pyproject.toml", "-o", "pylock.toml").ok()
    document, lock = read_lock(work / "pylock.toml")
    assert document["requires-python"] == ">=3.8"
    assert ("mid", "1") in selection(lock, "3.8", "linux")


def test_the_lock_is_named_as_the_standard_says(pipit, stack, work):
    (work / "r.in").write_text("app\n")
    for name in ("lock.toml", "pylock.a.b.toml", "r.txt"):
        pipit("lock", "-i", stack.url, "r.in", "-o", name).fails(2, name, "pylock.NAME.toml")
        assert not (work / name).exists()


def test_earlier_lock_is_preferred(pipit, stack, work):
    (work / "r.in").write_text("app\n")
    (work / "old.in").write_text("app\nlib==1.0\n")
    pipit("lock", "-i", stack.url, "old.in", "-o", "pylock.toml").ok()
    pipit("lock", "-i", stack.url, "r.in", "-o", "pylock.toml").ok()
    assert read_lock(work / "pylock.toml")[0]["packages"][1]["version"] == "1.0"
    pipit("lock", "-i", stack.url, "r.in", "-o", "pylock.toml", "-P", "lib").ok()
    assert read_lock(work / "pylock.toml")[0]["packages"][1]["version"] == "1.1"


@pytest.mark.parametrize("tool", ["uv", "pip"])
def test_ours_installs_with(tool, request, pipit, stack, work, make_env):
    program = request.getfixturevalue(tool)
    (work / "r.in").write_text("app\n")
    pipit("lock", "-i", stack.url, "r.in", "-o", "pylock.toml").ok()
    ours, theirs = make_env("ours"), make_env("theirs")
    pipit("sync", "pylock.toml", "--python", ours.python).ok()
    if tool == "uv":
        program("pip", "sync", "pylock.toml", "--python", theirs.python).ok()
        assert normal_tree(ours) == normal_tree(theirs)
    else:
        program("--python", theirs.python, "install", "-r", "pylock.toml").ok()
    assert ours.installed() == {"app": "1.0", "lib": "1.1", "tool": "1.0"}
    assert site_tree(ours) == site_tree(theirs)


def test_ours_of_local_files_installs_with_uv_and_pip(
    pipit, uv, pip, work, wheelhouse, make_env
):
    folder = wheelhouse(*STACK)
    (work / "r.in").write_text("app\n")
    pipit("lock", "--no-index", "-f", folder, "r.in", "-o", "pylock.toml").ok()
    document, _ = read_lock(work / "pylock.toml")
    wheels = {w["name"]: w for p in document["packages"] for w in p["wheels"]}
    assert wheels["app-1.0-py3-none-any.whl"]["path"] == "../wheelhouse/app-1.0-py3-none-any.whl"
    assert "index" not in document["packages"][0]
    one, two, three = make_env("one"), make_env("two"), make_env("three")
    pipit("sync", "pylock.toml", "--python", one.python).ok()
    uv("pip", "sync", "pylock.toml", "--python", two.python).ok()
    pip("--python", three.python, "install", "-r", "pylock.toml").ok()
    assert normal_tree(one) == normal_tree(two)
    assert site_tree(one) == site_tree(three)


def test_hashes_that_the_index_does_not_give_are_computed(pipit, serve, work):
    index = serve(page_hashes=None)
    index.add(*STACK)
    (work / "r.in").write_text("app\n")
    done = pipit("lock", "-i", index.url, "r.in", "-o", "pylock.toml").ok()
    assert "lib 1.1: 2 of its files are left out" in done.err
    document, _ = read_lock(work / "pylock.toml")
    for package in document["packages"]:
        (file,) = package["wheels"]
        data = dict(STACK)[file["name"]]
        assert file["hashes"] == {"sha256": hashlib.sha256(data).hexdigest()}


def test_a_direct_url_is_an_archive(pipit, uv, stack, work, make_env):
    url = stack.server.origin + stack.file_path("tool-1.0-py3-none-any.whl")
    (work / "r.in").write_text(f"tool @ {url}\n")
    pipit("lock", "--no-index", "r.in", "-o", "pylock.toml").ok()
    document, _ = read_lock(work / "pylock.toml")
    assert document["packages"][0]["archive"]["url"] == url
    one, two = make_env("one"), make_env("two")
    pipit("sync", "pylock.toml", "--python", one.python).ok()
    uv("pip", "sync", "pylock.toml", "--python", two.python).ok()
    ours = json.loads((one.info("tool-1.0") / "direct_url.json").read_text())
    theirs = json.loads((two.info("tool-1.0") / "direct_url.json").read_text())
    assert ours["url"] == theirs["url"] == url and "archive_info" in ours


# Reading what others wrote.


def test_locks_by_pip_and_uv_install(pipit, pip, uv, stack, work, make_env):
    (work / "r.in").write_text("app\n")
    pip("lock", "-i", stack.url, "-r", "r.in", "-o", "pylock.pip.toml").ok()
    uv("pip", "compile", "--default-index", stack.url, "r.in", "--format", "pylock.toml",
       "-o", "pylock.uv.toml", "--python", sys.executable).ok()
    uv("pip", "compile", "--default-index", stack.url, "r.in", "--format", "pylock.toml",
       "--universal", "-o", "pylock.uvu.toml", "--python", sys.executable).ok()
    reference = make_env("reference")
    pip("--python", reference.python, "install", "-i", stack.url, "app").ok()
    trees = []
    for name in ("pip", "uv", "uvu"):
        env = make_env(name)
        pipit("install", "--python", env.python, "-r", f"pylock.{name}.toml").ok()
        trees.append(site_tree(env))
        frozen = pipit("freeze", "--python", env.python).ok().out
        assert frozen == pipit("freeze", "--python", reference.python).ok().out
    assert trees[0] == trees[1] == trees[2] == site_tree(reference)


def test_a_uv_project_s_export_installs(pipit, uv, stack, work, make_env):
    (work / "pyproject.toml").write_text(
        "[project]\nname = 'p'\nversion = '1'\nrequires-python = '>=3.8'\n"
        "dependencies = ['lib']\n[project.optional-dependencies]\nall = ['tool']\n"
        "[dependency-groups]\ndev = ['app']\n"
    )
    uv("lock", "--default-index", stack.url, "--python", sys.executable).ok()
    uv("export", "--default-index", stack.url, "--format", "pylock.toml", "--no-emit-project",
       "--all-extras", "--all-groups", "-o", "pylock.toml", "--python", sys.executable).ok()
    one, two = make_env("one"), make_env("two")
    pipit("sync", "pylock.toml", "--python", one.python).ok()
    uv("pip", "sync", "pylock.toml", "--python", two.python).ok()
    assert one.installed() == {"app": "1.0", "lib": "1.1", "tool": "1.0"}
    assert normal_tree(one) == normal_tree(two)


# Reading: what is chosen.


GROUPS = 'extras = ["x"]\ndependency-groups = ["g", "Dev_D"]\ndefault-groups = ["Dev_D"]'


@pytest.fixture
def grouped(work):
    """A lock with an extra, a group and a default group; all files beside it."""
    rows = [
        ("a", ""),
        ("b", "marker = \"'x' in extras\""),
        ("c", "marker = \"'g' in dependency_groups\""),
        ("d", "marker = \"'dev-d' in dependency_groups and 'x' not in extras\""),
    ]
    text = ""
    for name, marker in rows:
        built = wheel(name, "1")
        (work / built[0]).write_bytes(built[1])
        text += entry(built, more=marker)
    (work / "pylock.toml").write_text(lock_of(text, GROUPS))
    return work / "pylock.toml"


@pytest.mark.parametrize(
    "words, names",
    [
        (["-r", "pylock.toml"], "ad"),
        (["-r", "pylock.toml[x]"], "ab"),
        (["-r", "pylock.toml", "--extra", "x"], "ab"),
        (["-r", "pylock.toml", "--group", "pylock.toml:g"], "acd"),
        (["-r", "pylock.toml", "--group", "g"], "acd"),
        (["--group", "pylock.toml:g"], "ac"),
        (["-r", "pylock.toml", "--all-extras", "--all-groups"], "abc"),
    ],
)
def test_extras_and_groups(pipit, grouped, env, words, names):
    pipit("install", "--python", env.python, *words).ok()
    assert "".join(sorted(env.installed())) == names


@pytest.mark.parametrize(
    "words, names",
    [
        (["-r", "pylock.toml"], "ad"),
        (["-r", "pylock.toml[x]"], "ab"),
        (["-r", "pylock.toml", "--group", "pylock.toml:g"], "acd"),
        (["--group", "pylock.toml:g"], "ac"),
    ],
)
def test_extras_and_groups_are_pip_s(pip, grouped, env, words, names):
    """What the table above says of pip's own spellings is what pip does."""
    pip("--python", env.python, "install", *words).ok()
    assert "".join(sorted(env.installed())) == names


def test_sync_with_extras_and_groups(pipit, grouped, env):
    pipit("sync", "--python", env.python, "pylock.toml", "--extra", "x", "--group", "g").ok()
    assert sorted(env.installed()) == ["a", "b", "c"]
    pipit("sync", "--python", env.python, "pylock.toml").ok()
    assert sorted(env.installed()) == ["a", "d"]


def test_unknown_extras_and_groups(pipit, grouped, env):
    source = ("--python", env.python)
    pipit("sync", *source, "pylock.toml", "--extra", "y").fails(1, "pylock.toml", "extra named y")
    pipit("sync", *source, "pylock.toml", "--group", "h").fails(1, "group named h")
    pipit("install", *source, "-r", "pylock.toml[y]").fails(1, "extra named y")
    assert env.installed() == {}


def test_two_entries_for_one_environment(pipit, work, env):
    one, two = wheel("a", "1"), wheel("a", "2")
    text = entry(one, more="marker = \"python_version >= '3'\"") + entry(two)
    (work / "pylock.toml").write_text(lock_of(text))
    pipit("sync", "--python", env.python, "pylock.toml").fails(1, "pylock.toml", "a: the entries")


@pytest.mark.parametrize(
    "head, words",
    [
        ("environments = [\"sys_platform == 'win32'\"]", "not for this environment"),
        ('requires-python = ">=4"', "requires Python >=4"),
    ],
)
def test_not_for_this_target(pipit, work, env, head, words):
    (work / "pylock.toml").write_text(lock_of(entry(wheel("a", "1")), head))
    pipit("sync", "--python", env.python, "pylock.toml").fails(1, "pylock.toml", words)


def test_wrong_hash_and_wrong_size(pipit, work, env):
    built = wheel("a", "1")
    (work / built[0]).write_bytes(built[1])
    (work / "pylock.toml").write_text(lock_of(entry(built, digest="0" * 64)))
    pipit("sync", "--python", env.python, "pylock.toml").fails(1, built[0], "hash mismatch")
    (work / "pylock.toml").write_text(lock_of(entry(built, size=7)))
    pipit("sync", "--python", env.python, "pylock.toml").fails(1, built[0], "size mismatch")
    assert env.installed() == {}


def test_by_hash_from_any_source(pipit, serve, work, wheelhouse, env):
    """The lock's URL is dead; a folder has the file, beside one of the same name that is wrong."""
    index = serve()
    built = wheel("a", "1")
    url = index.server.origin + "/gone/" + built[0]
    (work / "pylock.toml").write_text(lock_of(entry(built, url=url)))
    pipit("sync", "--python", env.python, "pylock.toml", "--no-index").fails(1, built[0], "no-index")
    folder = wheelhouse(wheel("a", "1", body="other"))
    source = ("--python", env.python, "pylock.toml", "--no-index", "--offline")
    pipit("sync", *source, "-f", folder).fails(1, built[0])
    good = work / "good"
    good.mkdir()
    (good / built[0]).write_bytes(built[1])
    pipit("sync", *source, "-f", folder, "-f", good).ok()
    assert env.installed() == {"a": "1"}
    assert not index.server.log.rows


def test_no_index_page_is_asked_for(pipit, stack, work, env):
    (work / "r.in").write_text("app\n")
    pipit("lock", "-i", stack.url, "r.in", "-o", "pylock.toml").ok()
    before = len(stack.server.log.rows)
    pipit("sync", "--python", env.python, "pylock.toml", "--no-cache").ok()
    paths = sorted(row.path for row in stack.server.log.rows[before:])
    assert paths == sorted(stack.file_path(name) for name in (
        "app-1.0-py3-none-any.whl", "lib-1.1-py3-none-any.whl", "tool-1.0-py3-none-any.whl"))


def test_a_lock_from_the_network(pipit, serve, work, env):
    index = serve()
    built = wheel("a", "1")
    index.add(built)
    server = index.server

    def serve_lock(text):
        server.on("/locks/*/pylock.toml", body=text.encode(), status=200)

    serve_lock(lock_of(entry(built, path="files/" + built[0])))
    server.on("/locks/1/files/" + built[0], body=built[1], status=200)
    pipit("sync", "--python", env.python, server.origin + "/locks/1/pylock.toml").ok()
    assert env.installed() == {"a": "1"}
    for number, path in enumerate(["../" + built[0], "x/../../" + built[0], "/tmp/" + built[0]]):
        serve_lock(lock_of(entry(built, path=path)))
        url = f"{server.origin}/locks/{number}/pylock.toml"
        done = pipit("sync", "--python", env.python, url, "--reinstall")
        done.fails(1, "leaves the folder")
    serve_lock(lock_of(entry(built, url="file:///tmp/" + built[0])))
    done = pipit("sync", "--python", env.python, server.origin + "/locks/9/pylock.toml", "--reinstall")
    done.fails(1, "names a local file")


@pytest.mark.parametrize(
    "text, words",
    [
        ("lock-version = '2.0'\n", "only 1.x"),
        ("lock-version = '1.0'\ncreated-by = 'x'\n", "packages is missing"),
        ("lock-version = '1.0'\npackages = []\n", "created-by is missing"),
        ("lock-version = 1\n", "must be a string"),
        (lock_of("[[packages]]\nname = 'A'\n"), "not a normalized name"),
        (lock_of("[[packages]]\nname = 'a'\n"), "one of vcs, directory, archive"),
        (lock_of(entry(wheel("a", "1")).replace('"a"', '"b"')), "not a file of b"),
        ("a = \n", "pylock.toml:1:"),
    ],
)
def test_what_breaks_the_standard(pipit, work, env, text, words):
    (work / "pylock.toml").write_text(text)
    with pytest.raises(Exception):
        Pylock.from_dict(tomllib.loads(text))
    pipit("sync", "--python", env.python, "pylock.toml").fails(1, "pylock.toml", words)


def test_sources_that_are_not_what_the_lock_says(pipit, work, env):
    sources.project(work / "a", "b")
    archive = sdist("a", "1")
    (work / archive.filename).write_bytes(archive.data)
    said = f"path = '{archive.filename}', hashes = {{ sha256 = '{'0' * 64}' }}"
    for source, words in (
        ("vcs = { type = 'git', url = 'https://example.test/a', commit-id = '0' }", "commit id"),
        ("vcs = { type = 'hg', url = 'https://example.test/a', commit-id = '0' }", "hg"),
        ("directory = { path = 'nowhere' }", "no such file"),
        ("directory = { path = 'a' }", "is the project b"),
        (f"archive = {{ {said} }}", "hash mismatch"),
        (f"sdist = {{ name = 'a-1.tar.gz', {said} }}", "hash mismatch"),
    ):
        (work / "pylock.toml").write_text(lock_of(f"[[packages]]\nname = 'a'\n{source}\n"))
        pipit("sync", "--python", env.python, "pylock.toml").fails(1, "a", words)
    assert env.installed() == {}


def test_a_lock_stands_alone(pipit, grouped, env):
    pipit("install", "--python", env.python, "-r", "pylock.toml", "x").fails(2, "cannot be combined")
    pipit("compile", "pylock.toml").fails(2, "resolved already")
    pipit("install", "--python", env.python, "a", "-c", "pylock.toml").fails(1, "pylock.toml")


def test_an_empty_lock(pipit, work, env):
    (work / "pylock.toml").write_text("lock-version = '1.0'\ncreated-by = 'x'\npackages = []\n")
    pipit("sync", "--python", env.python, "pylock.toml").fails(1, "--allow-empty-requirements")
    pipit("sync", "--python", env.python, "pylock.toml", "--allow-empty-requirements").ok()
    pipit("install", "--python", env.python, "-r", "pylock.toml").ok()
