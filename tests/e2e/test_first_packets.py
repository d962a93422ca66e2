"""When connections are opened, and when none is: on the registry's log, never on the clock."""

import pytest

from registry import wheel

HOOK = "import sys\n"


@pytest.fixture
def index(serve):
    index = serve(max_age=600)
    index.add(wheel("a", "1", requires=["b"]), wheel("b", "1"))
    return index


@pytest.mark.parametrize("command", ["install", "compile"])
def test_pages_do_not_wait_for_a_python_that_must_be_run(index, pipit, work, env, command):
    """The environment's Python answers only when its own code has seen the file `go`."""
    go = work / "go"
    (env.site / "sitecustomize.py").write_text(
        f"import os, time\nwhile not os.path.exists({str(go)!r}): time.sleep(0.05)\n"
    )
    (work / "r.in").write_text("a\n")
    words = ["install", "-r", "r.in"] if command == "install" else ["compile", "r.in"]
    running = pipit.start(*words, "-p", env.python, "-i", index.url)
    in_time = index.server.log.wait(lambda log: index.page_path("a") in log.paths(), 20)
    go.touch()
    running.wait().ok()
    assert in_time


@pytest.mark.parametrize("hook", [False, True], ids=["files tell", "its python is run"])
def test_who_asks_nothing_connects_to_nobody(index, pipit, env, hook):
    source = ("-p", env.python, "-i", index.url)
    pipit("install", *source, "a").ok()
    assert index.server.log.connections > 0
    if hook:
        (env.site / "x.pth").write_text(HOOK)
    for words in (["install", "a"], ["install", "a>=1", "b"], ["install", "--offline", "a"]):
        index.server.log.clear()
        pipit(*words, *source).ok()
        assert (index.server.log.connections, index.server.log.rows) == (0, []), words


def test_fresh_pages_are_no_reason_to_connect(index, pipit, work, env):
    (work / "r.in").write_text("a\n")
    words = ("compile", "r.in", "-p", env.python, "-i", index.url)
    first = pipit(*words).ok()
    index.server.log.clear()
    assert pipit(*words).ok().out == first.out
    assert (index.server.log.connections, index.server.log.rows) == (0, [])


@pytest.mark.parametrize("words", [["--offline"], ["--no-index"]])
def test_no_connection_where_none_is_allowed(index, pipit, env, words):
    pipit("install", "-p", env.python, "-i", index.url, *words, "a").fails(1)
    assert index.server.log.connections == 0
