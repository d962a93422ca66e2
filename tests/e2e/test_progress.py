"""What is seen while pipit works: on a terminal of any size, on one that can redraw nothing, and in
a log; who keeps it waiting; Ctrl-C at every stage."""

import re
import subprocess
import time

import pytest
from backends import source, source_files, write_tree
from registry import wheel
from screen import Screen, Terminal

NAMES = [f"part-{word}" for word in ("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta")]
AT_ONCE = 1.0  # 0.2 on a machine that has nothing else to do
SLOW = 120_000  # bytes per second and connection


@pytest.fixture
def terminal(pipit):
    """terminal("install", …, columns=40, env={…}, out=…): pipit on a pseudo-terminal."""
    started = []

    def start(*args, columns=80, rows=24, env=None, out=None) -> Terminal:
        merged = {**pipit.env, "TERM": "xterm", "CI": None, "NO_COLOR": None, **(env or {})}
        merged = {key: value for key, value in merged.items() if value is not None}
        term = Terminal([pipit.binary, *args], merged, pipit.cwd, columns, rows, out)
        started.append(term)
        return term

    yield start
    for term in started:
        term.close()


@pytest.fixture
def slow(serve):
    """An index with one package that needs seven more, whose files take about two seconds."""
    index = serve(bandwidth=SLOW)
    index.add(wheel("whole", "1", requires=NAMES))
    index.add(*(wheel(name, "1.5", pad=200_000) for name in NAMES))
    return index


def installing(index, env, *more):
    return ["install", "-p", env.python, "-i", index.url, *more]


def assert_fits(term: Terminal, columns: int, rows: int = 24) -> None:
    """Nothing was wrapped, and what was drawn never filled the terminal."""
    assert term.screen.wraps == 0, term.history()
    for _, lines in term.seen:
        assert all(len(line) < columns for line in lines if line.startswith("Fetching")), lines
        assert len(lines) <= rows


@pytest.mark.parametrize("columns", [80, 40, 25])
def test_jobs_and_the_whole_are_shown_and_gone_at_the_end(terminal, slow, env, columns):
    term = terminal(*installing(slow, env, "whole"), columns=columns, rows=30)
    assert term.end() == 0
    assert term.ever(r"Fetching part") and term.ever(r"\[=.*\] \d of 8"), term.history()
    if columns == 80:
        assert term.ever(r"Fetching part-alpha 1\.5 +[\d.]+ of 20\d\.\d kB at \d+\.\d kB/s")
        assert term.ever(r"(?m)^\[=+> +\] [1-7] of 8 packages, [\d.]+ (k|M)B$"), term.history()
    if columns == 40:
        assert term.ever(r"Fetching part-alpha 1\.5 [\d.]+/20\d\.\d kB"), term.history()
    assert not re.search(r"Fetching|\] \d of", "\n".join(term.screen.everything()))
    for _, lines in term.seen:
        assert all(len(line) < columns for line in lines if line.startswith("Fetching")), lines
    assert len(term.draws) < 10 * (term.time + 1), "drawn more than ten times a second"
    assert term.draws[0] > 0.15, "drawn before anybody could read it"
    assert "\x1b[?" not in term.raw  # the cursor is never hidden, so nothing can leave it hidden


def test_a_quick_command_draws_nothing(terminal, serve, env):
    index = serve()
    index.add(wheel("a", "1"))
    warm = terminal(*installing(index, env, "a"))
    assert warm.end() == 0
    again = terminal(*installing(index, env, "a", "--reinstall"), env={"NO_COLOR": "1"})
    assert again.end() == 0 and again.time < 0.2, again.time
    assert "\x1b" not in again.raw and "\r" not in again.raw.replace("\r\n", "\n")


@pytest.mark.parametrize("to", [30, 120])
def test_a_window_that_is_resized_keeps_its_lines(terminal, slow, env, to):
    term = terminal(*installing(slow, env, "whole"), columns=80, rows=40)
    term.wait_for(r"Fetching part-zeta")
    above = [line for line in term.screen.lines() if line.startswith("Resolved")]
    term.resize(to, 40)
    term.watch(0.5)
    lines = term.screen.lines()
    assert lines[: len(above)] == above and len(above) == 1, term.history()
    assert sum("] " in line for line in lines) == 1, lines
    assert term.end() == 0
    assert not re.search(r"Fetching|\] \d of", "\n".join(term.screen.everything())), term.history()
    assert term.screen.everything()[0].startswith("Resolved 8 packages")


def test_more_jobs_than_rows(terminal, slow, env):
    term = terminal(*installing(slow, env, "whole"), rows=6)
    term.wait_for(r"and \d more")
    assert len(term.screen.lines()) <= 6
    assert term.end() == 0


def test_messages_stand_above_what_is_drawn(terminal, slow, env):
    slow.server.on(slow.file_path("part_beta-1.5-py3-none-any.whl"), nth=1, status=503)
    term = terminal(*installing(slow, env, "whole"))
    term.wait_for(r"Fetching")
    assert term.end() == 0
    told = [line for line in term.screen.everything() if "answered 503" in line]
    assert told == [f"pipit: warning: {slow.server.origin}: answered 503, trying again (2 of 6)"]


def test_wide_characters_are_counted_as_wide(terminal, pipit, env, work):
    name = "日本語の名前を持つとても長いフォルダー"
    write_tree(work / name, source_files("wide", "1"))
    args = ["install", "-p", env.python, "--no-index", "--no-build-isolation", f"./{name}"]
    term = terminal(*args, columns=40, env={"BUILD_SLEEP": "5"})
    term.wait_for(r"Preparing metadata of|Building")
    term.watch(0.5)
    term.interrupt()
    assert term.end() == 130
    lines = [line for _, lines in term.seen for line in lines]
    assert all(columns_of(line) < 40 for line in lines) and not term.screen.wraps, term.history()
    assert any("日本語" in line for line in lines), term.history()


def columns_of(line: str) -> int:
    screen = Screen(1000, 2)
    screen.feed(line)
    return screen.column


@pytest.mark.parametrize(
    "how",
    [
        {"env": {"TERM": "dumb"}},
        {"env": {"TERM": None}, "paints": True},
        {"env": {"CI": "true"}, "paints": True},
        {"args": ["--no-progress"], "env": {"NO_COLOR": "1"}},
        {"args": ["--progress-bar", "off"], "env": {"NO_COLOR": "1"}},
        {"args": ["-q"]},
    ],
    ids=["dumb", "no-term", "ci", "no-progress", "progress-bar-off", "quiet"],
)
def test_where_nothing_may_be_drawn_nothing_is(terminal, slow, env, how):
    term = terminal(*installing(slow, env, "whole", *how.get("args", [])), env=how.get("env"))
    assert term.end() == 0
    plain = re.sub(r"\x1b\[[0-9;]*m", "", term.raw) if how.get("paints") else term.raw
    assert "\x1b" not in plain and "\r" not in plain.replace("\r\n", "\n")
    assert "Fetching" not in plain
    assert ("Installed 8 packages" in plain) == ("-q" not in how.get("args", []))


def test_no_color_still_draws_but_paints_nothing(terminal, slow, env):
    term = terminal(*installing(slow, env, "whole"), env={"NO_COLOR": "1"})
    assert term.end() == 0
    assert term.ever("Fetching") and not term.screen.colors


def test_signs_are_coloured_on_a_terminal_only(terminal, pipit, serve, env):
    index = serve()
    index.add(wheel("a", "1"))
    term = terminal(*installing(index, env, "a"))
    assert term.end() == 0 and " \x1b[32m+\x1b[0m a==1" in term.raw
    done = pipit(*installing(index, env, "a", "--reinstall")).ok()
    assert "\x1b" not in done.err
    done = pipit(*installing(index, env, "a", "--reinstall", "--color", "always")).ok()
    assert "\x1b[32m+" in done.err or "\x1b[33m~" in done.err


def test_a_result_on_the_same_terminal_is_not_spoilt(terminal, serve, work, env):
    """compile writes its lines to the terminal on which the progress was drawn."""
    index = serve(bandwidth=60_000, metadata=None, ranges="off")
    index.add(wheel("a", "1", requires=["b"], pad=30_000), wheel("b", "2", pad=30_000))
    (work / "r.in").write_text("a\n")
    term = terminal("compile", "r.in", "-i", index.url, "-p", env.python, "--no-annotate")
    assert term.end() == 0
    assert term.ever("Resolving")
    lines = term.screen.lines()
    assert lines[-2:] == ["a==1", "b==2"] and not any("Resolving" in line for line in lines)


# Who keeps us waiting.


def test_a_silent_server_is_named_after_two_seconds(terminal, serve, env):
    index = serve()
    index.add(wheel("a", "1"))
    index.server.on(index.page_path("a"), hang=True)
    term = terminal(*installing(index, env, "a", "--timeout", "3"), columns=100)
    at = term.wait_for(rf"Waiting for {index.server.origin} for 2 s \(try 1 of 6\)", 5)
    assert 1.9 < at < 3.2, at
    assert "Resolving 1 package (a)" in term.screen.text()
    term.wait_for(
        rf"warning: no answer from {index.server.origin} for 3 s, trying again \(2 of 6\)", 5
    )
    term.interrupt()
    assert term.end(2) == 130
    assert term.screen.lines()[-1] == "pipit: error: interrupted"


def test_a_host_that_takes_no_connection_is_told_like_a_silent_one(terminal, env):
    """As is a name server that does not answer. A full queue of a listener that accepts nobody."""
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        address = listener.getsockname()
        waiting = []
        for _ in range(4):
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(address)
            waiting.append(one)
        url = f"http://user:hunter2@127.0.0.1:{address[1]}"
        term = terminal("install", "-p", env.python, "-i", f"{url}/simple", "a")
        term.wait_for(rf"Waiting for http://127.0.0.1:{address[1]} for 2 s \(try 1 of 6\)", 5)
        term.interrupt()
        assert term.end(2) == 130
        assert "hunter2" not in term.raw
        for one in waiting:
            one.close()


def test_what_a_server_asks_us_to_wait_is_said_at_once(terminal, serve, env):
    index = serve()
    index.add(wheel("a", "1"))
    index.server.on(index.page_path("a"), status=503, retry_after=3600)
    term = terminal(*installing(index, env, "a"), columns=120)
    url = index.server.origin
    at = term.wait_for(
        re.escape(f"{url}: answered 503 (Retry-After: 3600), trying again in 60 s (2 of 6)"), 2
    )
    assert at < 1
    term.wait_for(rf"Asking {url} again in (60|59) s \(try 2 of 6\)", 2)
    term.interrupt()
    assert term.end(2) == 130


def test_each_retry_is_told_once_off_a_terminal_too(pipit, serve, env):
    index = serve()
    index.add(wheel("a", "1", requires=["b", "c"]), wheel("b", "1"), wheel("c", "1"))
    for name in ("a", "b", "c"):
        index.server.on(index.page_path(name), nth=1, status=503, retry_after=0)
    done = pipit(*installing(index, env, "a")).ok()
    again = f"pipit: warning: {index.server.origin}: answered 503 (Retry-After: 0), trying again"
    assert [line for line in done.err.splitlines() if "again" in line] == [f"{again} (2 of 6)"]
    assert "again" not in pipit(*installing(index, env, "a", "-qq", "--reinstall")).ok().err


@pytest.mark.long
def test_ten_seconds_of_silence_are_broken_in_a_log(pipit, serve, env):
    index = serve()
    index.add(wheel("a", "1"))
    hang = index.server.on(index.page_path("a"), hang=True)
    running = pipit.start(*installing(index, env, "a"))
    with pytest.raises(subprocess.TimeoutExpired):
        running.process.wait(10.7)
    hang.release()
    index.server.off(hang)
    done = running.wait(20)
    page = f"{index.server.origin}{index.page_path('a')}"
    assert re.fullmatch(
        rf"still resolving: 1 package, waiting for {page} for (9|10) s \(try 1 of 6\)",
        done.err.splitlines()[0],
    )
    assert "\x1b" not in done.err and "\r" not in done.err


# Ctrl-C.


def test_interrupted_while_it_resolves(terminal, serve, env):
    index = serve()
    index.add(wheel("a", "1"))
    index.server.on(index.page_path("a"), hang=True)
    assert_ends_at_once(terminal(*installing(index, env, "a")), r"Resolving")


def test_interrupted_while_it_fetches(terminal, slow, env):
    assert_ends_at_once(terminal(*installing(slow, env, "whole")), r"Fetching part")


def test_interrupted_while_it_builds(terminal, serve, env):
    index = serve()
    index.add(source("slow", "1"))
    term = terminal(
        *installing(index, env, "slow", "--no-build-isolation"), env={"BUILD_SLEEP": "5"}
    )
    assert_ends_at_once(term, r"Building slow==1 \(\d s\)")


def test_interrupted_while_it_installs(terminal, pipit, wheelhouse, env):
    """Many files, copied: nothing of them stays."""
    args = many_files_to_copy(pipit, wheelhouse)
    before = sorted(path.name for path in env.site.iterdir())
    term = terminal(*args, "-p", env.python)
    term.wait_for(r"Installing 1 package \(\d s\)")
    while not list(env.site.glob(".pipit-*/*")):
        term.watch(0.01)
    assert_ends_at_once(term, "Installing 1 package", settle=0)
    assert sorted(path.name for path in env.site.iterdir()) == before


def many_files_to_copy(pipit, wheelhouse) -> list[str]:
    """Arguments that install from the cache for 0.6 s at least, on a machine of any speed."""
    for version, count in enumerate([5_000, 20_000, 65_000], 1):
        many = {f"many/d{i // 100}/f{i}.txt": "x\n" * 50 for i in range(count)}
        folder = wheelhouse(wheel("many", str(version), files=many, deflate=False))
        args = ["install", "--no-index", "-f", folder, "--link-mode", "copy", f"many=={version}"]
        pipit(*args, "--target", f"first{version}").ok()  # it is in the cache now
        began = time.monotonic()
        pipit(*args, "--target", f"again{version}").ok()
        if time.monotonic() - began > 0.6:
            return args
    pytest.skip("65,000 files are copied in no time here")


def test_interrupted_while_it_waits_to_ask_again(terminal, serve, env):
    index = serve()
    index.server.on(index.page_path("a"), status=503, retry_after=60)
    assert_ends_at_once(terminal(*installing(index, env, "a")), r"Asking .* again in")


def assert_ends_at_once(term: Terminal, seen: str, settle: float = 0.15) -> None:
    term.wait_for(seen)
    term.watch(settle)
    before = term.time
    term.interrupt()
    assert term.end(5) == 130
    assert term.time - before < AT_ONCE, term.time - before
    lines = term.screen.lines()
    assert lines[-1] == "pipit: error: interrupted", lines
    assert not [line for line in lines if re.match(r"Resolving|Fetching|Building|Asking|\[|\^C", line)]
