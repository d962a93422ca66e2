"""-e of a repository: checked out below src, as by pip, and left to the user."""

import pytest

from conftest import tree
from sources import commit, direct_url, git, needs_git, project, repository

pytestmark = needs_git


@pytest.fixture
def repo(work):
    project(work / "repo" / "sub", "inner")
    project(work / "repo", "demo", files={"data.txt": "one\n"})
    return work / "repo", repository(work / "repo")


@pytest.fixture
def install(pipit, env):
    def run(*words, **options):
        return pipit("install", "--python", env.python, "--no-index", *words, **options)

    return run


def test_a_checkout_as_by_pip(install, pipit, pip, repo, env, make_env):
    place, head = repo
    other = make_env("other")
    text = f"git+file://{place}@main#egg=demo"
    install("-e", text).ok()
    pip("--python", other.python, "install", "--src", other.path / "src", "-e", text).ok()
    for one in (env, other):
        assert git(one.path / "src" / "demo", "rev-parse", "HEAD") == head
        assert direct_url(one, "demo-1") == {
            "url": f"file://{one.path}/src/demo",
            "dir_info": {"editable": True},
        }
    ours = pipit("freeze", "--python", env.python).ok().out
    assert ours == pip("--python", other.python, "freeze").ok().out
    assert ours == f"-e git+file://{place}@{head}#egg=demo\n"


def test_a_checkout_stands_by_itself(install, pipit, repo, env):
    place, head = repo
    install("-e", f"git+file://{place}#egg=demo").ok()
    pipit("cache", "clean").ok()
    folder = env.path / "src" / "demo"
    git(folder, "fsck", "--full")
    assert git(folder, "log", "--format=%H") == head
    assert git(folder, "status", "--porcelain", "--untracked-files=no") == ""
    assert git(folder, "config", "remote.origin.url") == f"file://{place}"


POINTERS = ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_COMMON_DIR",
            "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_NAMESPACE", "GIT_SHALLOW_FILE"]  # fmt: skip


@pytest.mark.parametrize("names", [*([name] for name in POINTERS), POINTERS], ids=" ".join)
def test_callers_repository_is_not_meant(install, pipit, repo, env, work, unchanged, names):
    """As in a git hook: the variables mean another repository, which stays as it is."""
    place, head = repo
    (work / "other").mkdir()
    other = repository(work / "other")
    variables = {name: str(work / "other" / ".git" / "mine") for name in names}
    with unchanged(work / "other"):
        install("-e", f"git+file://{place}#egg=demo", env=variables).ok()
        install("-e", f"git+file://{place}#egg=demo", env=variables).ok()
        out = pipit("freeze", "--python", env.python, env=variables).ok().out
    assert head in out and other not in out
    folder = env.path / "src" / "demo"
    git(folder, "fsck", "--full")
    assert git(folder, "log", "--format=%H") == head


def test_a_checkout_is_brought_to_the_commit_asked_for(install, repo, env, work):
    place, first = repo
    text = f"git+file://{place}@main#egg=demo"
    install("-e", text).ok()
    (place / "data.txt").write_text("two\n")
    second = commit(place)
    install("-e", text).ok()
    folder = env.path / "src" / "demo"
    assert git(folder, "rev-parse", "HEAD") == second
    assert (folder / "data.txt").read_text() == "two\n"
    install("-e", f"git+file://{place}@{first}#egg=demo").ok()
    assert (folder / "data.txt").read_text() == "one\n"


def test_changes_are_never_lost(install, repo, env, unchanged):
    place, _ = repo
    text = f"git+file://{place}@main#egg=demo"
    install("-e", text).ok()
    folder = env.path / "src" / "demo"
    (folder / "data.txt").write_text("mine\n")
    install("-e", text).ok()
    commit(place)
    with unchanged(env.site):
        install("-e", text).fails(1, f"{folder}", "holds changes")
    assert (folder / "data.txt").read_text() == "mine\n"


def test_what_is_in_the_way(install, repo, env, work, unchanged):
    place, _ = repo
    (env.path / "src" / "demo").mkdir(parents=True)
    (env.path / "src" / "demo" / "mine").write_text("")
    with unchanged(env.path):
        install("-e", f"git+file://{place}#egg=demo").fails(1, "src/demo", "not a checkout")
    project(work / "other", "demo")
    repository(work / "other")
    install("--src", "place", "-e", f"git+file://{place}#egg=demo").ok()
    with unchanged(env.path):
        done = install("--src", "place", "-e", f"git+file://{work}/other#egg=demo")
        done.fails(1, "place/demo", "another repository")


def test_a_subdirectory(install, repo, env):
    place, _ = repo
    install("-e", f"git+file://{place}#egg=inner&subdirectory=sub").ok()
    assert direct_url(env, "inner-1")["url"] == f"file://{env.path}/src/inner/sub"


def test_a_checkout_needs_a_name_and_the_right_one(install, repo, env):
    place, _ = repo
    install("-e", f"git+file://{place}").fails(1, "#egg=")
    install("-e", f"git+file://{place}#egg=other").fails(1, "other", "demo")
    assert env.installed() == {}


def test_dry_runs_check_nothing_out(install, repo, env, unchanged):
    with unchanged(env.path):
        install("-n", "-e", f"git+file://{repo[0]}#egg=demo").ok()


def test_hash_mode_checks_nothing_out(install, repo, env, unchanged):
    with unchanged(env.path):
        done = install("--require-hashes", "-e", f"git+file://{repo[0]}#egg=demo")
        done.fails(1, "demo", "repository")


def test_compiled_and_synced(pipit, repo, work, env):
    place, head = repo
    (work / "r.in").write_text(f"-e git+file://{place}@main#egg=demo\n")
    done = pipit("compile", "--no-index", "r.in", "-o", "r.txt", "--no-header").ok()
    assert not done.out
    assert (work / "r.txt").read_text() == (
        f"-e git+file://{place}@{head}#egg=demo\n    # revision main\n    # via -r r.in\n"
    )
    commit(place)
    pipit("compile", "--no-index", "r.in", "-o", "r.txt", "--no-header").ok()
    assert head in (work / "r.txt").read_text()
    pipit("sync", "--python", env.python, "--no-index", "r.txt").ok()
    assert git(env.path / "src" / "demo", "rev-parse", "HEAD") == head
    before = tree(env.path / "src", lambda name: "/.git" in name)
    pipit("uninstall", "-y", "--python", env.python, "demo").ok()
    assert env.installed() == {}
    assert tree(env.path / "src", lambda name: "/.git" in name) == before
