"""What is installed and fits needs no page: no index is asked, no connection is made.

All assertions are on the registry's log; stored pages are always asked for anew (max_age=0)."""

import pytest

from registry import wheel

TREE = [
    wheel("top", "1", requires=["middle>=1", "plain", "windows-only; sys_platform == 'win32'"]),
    wheel("middle", "1", requires=["leaf<3"], extras={"more": ["bonus", "plain>=1"]}),
    wheel("leaf", "2"),
    wheel("leaf", "3"),
    wheel("plain", "1"),
    wheel("bonus", "1"),
]


@pytest.fixture
def shop(serve, pipit, env):
    """shop(*args): `pipit install` after top[…] was installed; gives the paths that were asked for."""
    index = serve(max_age=0)
    index.add(*TREE)
    source = ["-p", env.python, "-i", index.url]
    pipit("install", *source, "top").ok()

    def run(*args, command="install", code=0):
        index.server.log.clear()
        done = pipit(command, *source, *args)
        done.ok() if code == 0 else done.fails(code)
        pages = {index.page_path(name): name for name in ["top", "middle", "leaf", "plain", "bonus"]}
        return [pages[row.path] for row in index.server.log.rows if row.path in pages], done

    run.index = index
    return run


def assert_silent(shop, *args, **options):
    asked, done = shop(*args, **options)
    assert asked == [] and not shop.index.server.log.rows, asked
    assert not shop.index.server.log.connections
    assert "nothing to do" in done.err
    return done


@pytest.mark.parametrize(
    "args",
    [
        ["top"],
        ["top>=1", "leaf>=2"],
        ["top", "--no-deps"],
        ["top; python_version >= '3'", "nothing; python_version < '3'"],
        ["top==1.0"],
        ["leaf===2"],
    ],
    ids=" ".join,
)
def test_what_fits_asks_nobody(shop, args):
    assert_silent(shop, *args)


def test_sync_of_what_is_there_asks_nobody(shop, work):
    (work / "pins.txt").write_text("top==1\nmiddle==1\nleaf==2\nplain==1\n")
    assert_silent(shop, "pins.txt", command="sync")


def test_constraints_that_fit_change_nothing(shop, work):
    (work / "c.txt").write_text("leaf==2\nbonus==7\n")
    assert_silent(shop, "-c", "c.txt", "top")


def test_without_a_network(shop, pipit, env):
    done = pipit("install", "-p", env.python, "-i", "http://127.0.0.1:9/simple", "top").ok()
    assert "nothing to do" in done.err


@pytest.mark.parametrize(
    "args, asked",
    [
        (["leaf>=3"], ["leaf", "top"]),
        (["top", "bonus"], ["bonus"]),
        (["middle[more]"], ["bonus"]),
        (["-U", "top"], ["top"]),
        (["-P", "leaf", "top"], ["leaf"]),
    ],
    ids=str,
)
def test_only_what_does_not_fit_is_asked_for(shop, args, asked):
    got, _ = shop(*args)
    assert [name for name in got if name in asked] == [name for name in asked if name in got]
    assert set(got) <= set(asked) and asked[0] in got, got


def test_a_lost_dependency_is_asked_for_at_once(shop, pipit, env):
    """It is found through what is installed, without the pages of those on the way."""
    pipit("uninstall", "-y", "-p", env.python, "leaf").ok()
    got, done = shop("top")
    assert got == ["leaf"] and env.installed() == {"top": "1", "middle": "1", "leaf": "2", "plain": "1"}


def test_a_constraint_against_it_asks_for_it_in_the_first_wave(shop, work):
    (work / "c.txt").write_text("leaf==1\n")
    got, _ = shop("-c", "c.txt", "top", code=1)
    assert got[0] == "leaf"
