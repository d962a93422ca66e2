"""What is said of sources: compiled files, locks, freeze, list and reports; and what is read back."""

import hashlib
import json
import tomllib

import pytest
from packaging.pylock import Pylock

from conftest import normal_tree
from registry import sdist, wheel
from sources import (
    builds,
    commit,
    direct_url,
    git,
    index,
    needs_git,
    paths,
    project,
    repository,
    tar_archive,
    write,
    zip_archive,
)

pytestmark = needs_git


@pytest.fixture
def compile_(pipit, index):
    def run(*words, **options):
        return pipit("compile", "-i", index.url, "--no-header", *words, **options)

    return run


@pytest.fixture
def world(work, paths, index):
    """A folder, an editable, an archive here and one there, a repository."""
    project(work / "folder", "folder", requires=["leaf"])
    project(work / "place", "place", extras={"x": ["leaf"]})
    (work / "near-1.tar.gz").write_bytes(tar_archive("near", "1"))
    far = paths.add("/far.zip", zip_archive("far", "1"))
    project(work / "repo" / "sub", "repo")
    head = repository(work / "repo")
    lines = [
        "./folder",
        "-e ./place",
        "./near-1.tar.gz",
        f"far @ {far}",
        f"repo @ git+file://{work}/repo@main#subdirectory=sub",
    ]
    return {"lines": lines, "far": far, "head": head}


# Compiled files.


def test_compiled_lines(compile_, world, write, work):
    write("r.in", *world["lines"])
    assert compile_("r.in", "--no-annotate").ok().out.splitlines() == [
        f"far @ {world['far']}",
        "./folder",
        "leaf==2",
        "./near-1.tar.gz",
        "-e ./place",
        f"repo @ git+file://{work}/repo@{world['head']}#subdirectory=sub",
    ]


def test_annotations(compile_, world, write):
    write("r.in", *world["lines"])
    lines = compile_("r.in").ok().out.splitlines()
    at = lines.index("./folder")
    assert lines[at + 1] == "    # via -r r.in"
    at = next(i for i, line in enumerate(lines) if line.startswith("repo @"))
    assert lines[at + 1 : at + 3] == ["    # revision main", "    # via -r r.in"]
    assert lines[lines.index("leaf==2") + 1] == "    # via folder"


def test_what_was_compiled_compiles_to_itself_and_syncs_as_with_uv(
    compile_, pipit, uv, world, write, make_env, index, work
):
    write("r.in", *world["lines"])
    first = compile_("r.in", "-o", "r.txt", "--no-annotate").ok()
    assert not first.out
    text = (work / "r.txt").read_text()
    assert compile_("r.txt", "--no-annotate").ok().out == text
    ours, theirs = make_env("ours"), make_env("theirs")
    pipit("sync", "--python", ours.python, "-i", index.url, "r.txt").ok()
    uv(
        "pip", "sync", "--python", theirs.python, "--default-index", index.url, "r.txt",
    ).ok()  # fmt: skip
    assert ours.installed() == theirs.installed()
    for stem in ("folder-1", "place-1", "near-1", "far-1", "repo-1"):
        assert direct_url(ours, stem)["url"] == direct_url(theirs, stem)["url"]


def test_extras_stay_where_they_are_asked_for(compile_, world, write):
    write("r.in", "-e ./place[x]", f"far[y] @ {world['far']}")
    out = compile_("r.in", "--no-annotate", "--no-strip-extras").ok().out
    assert out.splitlines() == [f"far[y] @ {world['far']}", "leaf==2", "-e ./place[x]"]


def test_hashes_of_archives(compile_, world, write, paths):
    write("r.in", f"far @ {world['far']}", "./folder")
    out = compile_("r.in", "--no-annotate", "--generate-hashes").ok().out
    digest = hashlib.sha256(paths.files["/far.zip"]).hexdigest()
    assert f"far @ {world['far']} \\\n    --hash=sha256:{digest}\n./folder\n" in out


def test_variables_stay_as_they_were_written(compile_, work, paths, write, index):
    head = repository(project(work / "repo", "repo"))
    paths.add("/far.zip", zip_archive("far", "1"))
    index.server.knobs.auth = ("user", "secret")
    host = index.server.origin.removeprefix("http://")
    write(
        "r.in",
        f"far @ http://${{LOGIN}}:${{TOKEN}}@{host}/far.zip",
        "repo @ git+file://${PLACE}/repo@main",
    )
    env = {"LOGIN": "user", "TOKEN": "secret", "PLACE": work}
    out = compile_("r.in", "--no-annotate", "--no-index", env=env).ok().out
    assert out.splitlines() == [
        f"far @ http://${{LOGIN}}:${{TOKEN}}@{host}/far.zip",
        f"repo @ git+file://${{PLACE}}/repo@{head}",
    ]


def test_passwords_are_left_out(compile_, paths, write, index):
    paths.add("/far.zip", zip_archive("far", "1"))
    index.server.knobs.auth = ("user", "secret")
    host = index.server.origin.removeprefix("http://")
    for start in ("user:secret@", "${LOGIN}:secret@"):
        write("r.in", f"far @ http://{start}{host}/far.zip")
        done = compile_("r.in", "--no-annotate", "--no-index", env={"LOGIN": "user"}).ok()
        assert done.out == f"far @ http://{host}/far.zip\n"
        assert "secret" not in done.err


def test_a_commit_is_kept_until_it_is_asked_anew(compile_, work, write):
    first = repository(project(work / "repo", "repo"))
    url = f"repo @ git+file://{work}/repo"
    for revision in ("", "@main"):
        git(work / "repo", "reset", "-q", "--hard", first)
        (work / "r.txt").unlink(missing_ok=True)
        write("r.in", url + revision)

        def pinned(*words):
            compile_("r.in", "-o", "r.txt", *words).ok()
            return (work / "r.txt").read_text().split("@")[-1].split()[0]

        assert pinned() == first
        git(work / "repo", "commit", "-q", "--allow-empty", "-m", "more")
        second = git(work / "repo", "rev-parse", "HEAD")
        assert pinned() == first
        assert pinned("-P", "leaf") == first
        assert pinned("-P", "repo") == second
        git(work / "repo", "reset", "-q", "--hard", first)
        assert pinned() == second
        assert pinned("-U") == first


def test_another_revision_is_not_taken_for_the_pinned_one(compile_, work, write):
    first = repository(project(work / "repo", "repo"))
    git(work / "repo", "checkout", "-q", "-b", "other")
    git(work / "repo", "commit", "-q", "--allow-empty", "-m", "more")
    second = git(work / "repo", "rev-parse", "HEAD")
    url = f"repo @ git+file://{work}/repo"
    write("r.in", f"{url}@main")
    compile_("r.in", "-o", "r.txt").ok()
    assert first in (work / "r.txt").read_text()
    write("r.in", f"{url}@other")
    compile_("r.in", "-o", "r.txt").ok()
    assert second in (work / "r.txt").read_text()


# Locks.


def lock(pipit, index, *words):
    return pipit("lock", "-i", index.url, "r.in", "-o", "pylock.toml", *words)


def test_a_lock_holds_sources_and_installs_with_uv(pipit, uv, world, write, index, work, make_env):
    write("r.in", *world["lines"])
    lock(pipit, index).ok()
    text = (work / "pylock.toml").read_text()
    locked = Pylock.from_dict(tomllib.loads(text))
    packages = {package.name: package for package in locked.packages}
    assert packages["folder"].directory.path == "folder" and not packages["folder"].version
    assert packages["place"].directory.editable
    assert packages["near"].archive.path == "near-1.tar.gz"
    assert packages["far"].archive.url == world["far"]
    vcs = packages["repo"].vcs
    assert (vcs.type, vcs.url, vcs.requested_revision, vcs.commit_id, vcs.subdirectory) == (
        "git", f"file://{work}/repo", "main", world["head"], "sub",
    )  # fmt: skip
    lock(pipit, index).ok()
    assert (work / "pylock.toml").read_text() == text
    ours, theirs = make_env("ours"), make_env("theirs")
    pipit("sync", "--python", ours.python, "--no-index", "pylock.toml", "-i", index.url).fails(1)
    pipit("sync", "--python", ours.python, "pylock.toml").ok()
    uv("pip", "sync", "--python", theirs.python, "pylock.toml").ok()
    assert ours.installed() == theirs.installed()
    for stem in ("folder-1", "place-1", "repo-1"):
        assert direct_url(ours, stem) == direct_url(theirs, stem)


def test_paths_are_seen_from_the_lock(pipit, world, write, index, work, env):
    write("r.in", *world["lines"][:3])
    (work / "locks").mkdir()
    pipit("lock", "-i", index.url, "r.in", "-o", "locks/pylock.toml").ok()
    text = (work / "locks" / "pylock.toml").read_text()
    assert '"../folder"' in text and '"../near-1.tar.gz"' in text
    pipit("sync", "--python", env.python, "locks/pylock.toml").ok()
    assert env.installed() == {"folder": "1", "leaf": "2", "near": "1", "place": "1"}


def test_the_locks_of_uv_and_pip_install(pipit, uv, pip, world, write, index, work, make_env):
    write("r.in", *world["lines"])
    uv(
        "pip", "compile", "-q", "--format", "pylock.toml", "--default-index", index.url, "r.in",
        "-o", "pylock.uv.toml",
    ).ok()  # fmt: skip
    pip("lock", "-q", "-i", index.url, "-r", "r.in", "-o", "pylock.pip.toml").ok()
    for name in ("pylock.uv.toml", "pylock.pip.toml"):
        env = make_env(name)
        pipit("sync", "--python", env.python, name).ok()
        assert env.installed() == {
            name: "2" if name == "leaf" else "1"
            for name in ("far", "folder", "leaf", "near", "place", "repo")
        }
        assert direct_url(env, "repo-1")["vcs_info"]["commit_id"] == world["head"]
        assert direct_url(env, "place-1")["dir_info"] == {"editable": True}


def test_a_lock_with_a_source_distribution_alone(pipit, index, write, work, env, tmp_path):
    index.add(sdist("old", "1", metadata_version="2.1"))
    counter = {"BUILD_COUNTER": tmp_path / "counter"}
    write("r.in", "old")
    pipit("lock", "-i", index.url, "r.in", "-o", "pylock.toml", env=counter).ok()
    assert "old-1.tar.gz" in (work / "pylock.toml").read_text()
    pipit("sync", "--python", env.python, "pylock.toml", env=counter).ok()
    assert env.installed() == {"old": "1"}
    assert builds(tmp_path / "counter").count("build_wheel old") == 1
    assert not (env.info("old-1") / "direct_url.json").exists()


def test_a_repository_in_a_lock_is_at_its_commit(pipit, world, write, index, work, env):
    write("r.in", world["lines"][4])
    lock(pipit, index).ok()
    project(work / "repo" / "sub", "repo", "2")
    commit(work / "repo")
    pipit("sync", "--python", env.python, "pylock.toml").ok()
    assert env.installed() == {"repo": "1"}
    lock(pipit, index).ok()
    assert world["head"] in (work / "pylock.toml").read_text()
    lock(pipit, index, "-U").ok()
    assert world["head"] not in (work / "pylock.toml").read_text()


# What is installed.


@pytest.fixture
def installed(pipit, env, index, world, write):
    write("r.txt", *world["lines"])
    pipit("install", "--python", env.python, "-i", index.url, "-r", "r.txt").ok()
    return env


def test_freeze_and_list_as_pip(pipit, pip, installed):
    env = installed
    for words in (["freeze"], ["list"], ["list", "--format", "json"], ["list", "--format", "freeze"]):
        ours = pipit(*words, "--python", env.python).ok().out
        theirs = pip("--python", env.python, *words).ok().out
        assert ours == theirs, words


@pytest.mark.parametrize("remote", [None, "https://example.org/x/place.git", "git@example.org:x/place.git", "here", "nonsense"])
@pytest.mark.parametrize("sub", ["", "sub"])
def test_freeze_of_checkouts_as_pip(pipit, pip, work, env, index, remote, sub):
    project(work / "checkout" / sub, "my-place")
    repository(work / "checkout")
    (work / "here").mkdir()
    if remote:
        url = str(work / "here") if remote == "here" else remote
        git(work / "checkout", "remote", "add", "first", "https://example.org/first.git")
        git(work / "checkout", "remote", "add", "origin", url)
    place = work / "checkout" / sub
    pipit("install", "--python", env.python, "--no-index", "-e", place).ok()
    ours = pipit("freeze", "--python", env.python).ok()
    theirs = pip("--python", env.python, "freeze").ok()
    assert ours.out == theirs.out
    assert pipit("list", "--python", env.python).ok().out == pip(
        "--python", env.python, "list"
    ).ok().out


@pytest.mark.parametrize("way", ["url", "checkout"])
def test_freeze_encodes_a_blank_in_a_subdirectory(pipit, work, env, way):
    project(work / "repo" / "my part", "part")
    head = repository(work / "repo")
    git(work / "repo", "remote", "add", "origin", f"file://{work}/repo")
    place = f"git+file://{work}/repo@{head}#"
    words, said = {
        "url": ([f"part @ {place}subdirectory=my%20part"], f"part @ {place}"),
        "checkout": (["-e", work / "repo" / "my part"], f"-e {place}egg=part&"),
    }[way]
    pipit("install", "--python", env.python, "--no-index", *words).ok()
    out = pipit("freeze", "--python", env.python).ok().out
    assert out == f"{said}subdirectory=my%20part\n"


def test_freeze_without_git(pipit, work, env, tmp_path):
    repository(project(work / "place", "place"))
    pipit("install", "--python", env.python, "--no-index", "-e", "./place").ok()
    (tmp_path / "bin").mkdir()
    done = pipit("freeze", "--python", env.python, env={"PATH": tmp_path / "bin"}).ok()
    assert done.out == f"-e {work}/place\n"
    assert "git" in done.err


def test_what_freeze_says_installs_again(pipit, installed, make_env, index, work):
    text = pipit("freeze", "--python", installed.python).ok().out
    (work / "frozen.txt").write_text(text)
    again = make_env("again")
    pipit("sync", "--python", again.python, "-i", index.url, "frozen.txt").ok()
    assert again.installed() == installed.installed()
    assert pipit("freeze", "--python", again.python).ok().out == text
    done = pipit("sync", "--python", again.python, "-i", index.url, "frozen.txt").ok()
    changed = [line.split()[1] for line in done.err.splitlines() if line.startswith(" ~")]
    assert changed == ["folder==1", "place==1"], "only folders may have changed"


def test_reports_as_pip(pipit, pip, env, index, world, write, make_env, work):
    write("r.txt", *world["lines"])
    other = make_env("other")
    pipit("install", "--python", env.python, "-i", index.url, "-r", "r.txt", "--report", "o.json").ok()
    pip("--python", other.python, "install", "-i", index.url, "-r", "r.txt", "--report", "t.json").ok()
    ours, theirs = (
        {
            row["metadata"]["name"]: row
            for row in json.loads((work / name).read_text())["install"]
        }
        for name in ("o.json", "t.json")
    )
    assert ours.keys() == theirs.keys()
    for name in ("folder", "place", "near", "far", "repo"):
        for field in ("download_info", "is_direct", "is_yanked", "requested"):
            assert ours[name][field] == theirs[name][field], (name, field)


# Sync.


def test_sync_is_exact_with_sources(pipit, installed, index, world, write):
    write("fewer.txt", "-e ./place", world["lines"][4], "leaf==1")
    pipit("sync", "--python", installed.python, "-i", index.url, "fewer.txt").ok()
    assert installed.installed() == {"leaf": "1", "place": "1", "repo": "1"}
    write("other.txt", "./place", "leaf==1")
    pipit("sync", "--python", installed.python, "-i", index.url, "other.txt").ok()
    assert installed.installed() == {"leaf": "1", "place": "1"}
    assert direct_url(installed, "place-1")["dir_info"] == {}


def test_pip_and_pipit_remove_what_the_other_installed(pipit, pip, world, write, make_env, index):
    write("r.txt", *world["lines"])
    first, second, blank = make_env("first"), make_env("second"), make_env("blank")
    pipit("install", "--python", first.python, "-i", index.url, "-r", "r.txt").ok()
    pip("--python", second.python, "install", "-i", index.url, "-r", "r.txt").ok()
    names = ["far", "folder", "leaf", "near", "place", "repo"]
    pip("--python", first.python, "uninstall", "-y", *names).ok()
    pipit("uninstall", "-y", "--python", second.python, *names).ok()
    for env in (first, second):
        assert env.installed() == {}
        assert normal_tree(env) == normal_tree(blank)
