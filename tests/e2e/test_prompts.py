"""Questions and standard input: on a real pseudo-terminal, through pipes, and where nobody is."""

import os
import signal
import subprocess
import time

import pytest
from conftest import Done, binary_path
from registry import wheel
from screen import Terminal

TOOL, LIB = wheel("tool", "1.0"), wheel("lib", "2.0")
# Two machines' worth of patience: what is shown is that nothing is waited for.
AT_ONCE = 2.0


@pytest.fixture
def filled(install, env):
    install("tool", "lib", wheels=[TOOL, LIB]).ok()
    return env


@pytest.fixture
def called_pip(pipit, filled):
    (filled.bin / "pip").symlink_to(binary_path())
    return filled.bin / "pip"


@pytest.fixture
def terminal(pipit):
    opened = []

    def start(*command) -> Terminal:
        opened.append(Terminal(command, {**pipit.env, "TERM": "xterm"}, pipit.cwd, columns=200))
        return opened[-1]

    yield start
    for one in opened:
        one.close()


@pytest.fixture
def at_prompt(terminal, pipit, filled):
    """At the question of `uninstall tool`."""

    def start(program=None, *words) -> Terminal:
        chosen = [program] if program else [pipit.binary]
        python = [] if program else ["-p", filled.python]
        started = terminal(*chosen, "uninstall", *python, *words, "tool")
        started.wait_for(r"\[Y/n\]")
        return started

    return start


def typed(asked: Terminal, text: str) -> Terminal:
    os.write(asked.master, text.encode())
    return asked


@pytest.mark.parametrize("answer, gone", [("\n", 1), ("y\n", 1), ("YES\n", 1), ("n\n", 0), ("no\n", 0)])
def test_the_answer_stands_behind_the_question(at_prompt, filled, answer, gone):
    asked = typed(at_prompt(), answer)
    assert asked.end() == 0
    shown = asked.screen.everything()
    assert shown[0] == f"Remove tool 1.0 from {filled.path}? [Y/n] {answer.strip()}".rstrip()
    assert ("Nothing was removed" in shown) == (not gone)
    assert ("tool" in filled.installed()) == (not gone)


@pytest.mark.parametrize("answer, gone", [("y\n", 1), ("n\n", 0), ("\x04", 0)])
def test_another_word_is_asked_again(at_prompt, filled, answer, gone):
    asked = typed(at_prompt(), "maybe\n")
    asked.wait_for("Answer y or n:")
    assert "tool" in filled.installed()
    assert typed(asked, answer).end() == 0
    assert ("tool" in filled.installed()) == (not gone)


def test_a_pipe_of_other_words_ends(pipit, filled):
    words = ("uninstall", "-p", filled.python, "tool")
    piped(pipit, "maybe\n" * 1000, *words).fails(2, "nobody answered")
    piped(pipit, "maybe\n", *words).fails(2, "nobody answered")
    assert "tool" in filled.installed()
    piped(pipit, "maybe\ny\n", *words).ok()
    assert "tool" not in filled.installed()


def test_the_end_of_input_is_no(at_prompt, filled):
    asked = typed(at_prompt(), "\x04")
    assert asked.end() == 0
    assert asked.screen.everything() == [
        f"Remove tool 1.0 from {filled.path}? [Y/n]",
        "Nothing was removed",
    ]
    assert "tool" in filled.installed()


def test_the_end_of_input_is_an_error_under_the_name_pip(at_prompt, called_pip, filled):
    asked = typed(at_prompt(called_pip), "\x04")
    assert asked.end() == 2
    assert "nothing was removed" in asked.screen.text() and "tool" in filled.installed()


def test_quiet_asks_all_the_same(at_prompt, filled):
    asked = typed(at_prompt(None, "-qq"), "y\n")
    assert asked.end() == 0 and "tool" not in filled.installed()


@pytest.mark.parametrize("how, code", [("^C", 130), (signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 130)])
def test_a_signal_ends_the_question_at_once(at_prompt, filled, how, code):
    if how != "^C" and signal.getsignal(how) == signal.SIG_IGN:
        pytest.skip("whoever started us ignores this signal (nohup), and so does pipit")
    asked = at_prompt()
    started = time.monotonic()
    asked.interrupt() if how == "^C" else asked.process.send_signal(how)
    assert asked.end(AT_ONCE) == code
    assert time.monotonic() - started < AT_ONCE
    echo = "^C" if how == "^C" else ""
    assert asked.screen.everything() == [
        f"Remove tool 1.0 from {filled.path}? [Y/n] {echo}".rstrip(),
        "pipit: error: interrupted",
    ]
    assert "tool" in filled.installed()


def piped(pipit, text, *words, program=None):
    done = subprocess.run(
        [program or pipit.binary, *words],
        input=text, env=pipit.env, cwd=pipit.cwd, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    return Done(words, done.returncode, done.stdout, done.stderr)


def test_a_pipe_may_answer(pipit, filled):
    words = ("uninstall", "-p", filled.python)
    piped(pipit, "n\nrest", *words, "tool").ok()
    assert "tool" in filled.installed()
    piped(pipit, "y", *words, "tool").ok()
    assert "tool" not in filled.installed()


@pytest.mark.parametrize("name", ["pipit", "pip"])
def test_where_nobody_answers_nothing_is_removed(pipit, called_pip, filled, name):
    program, where = (called_pip, ()) if name == "pip" else (None, ("-p", filled.python))
    done = piped(pipit, "", "uninstall", *where, "tool", program=program)
    done.fails(2, "uninstall: nobody answered, so nothing was removed", "-y removes without asking")
    piped(pipit, "y\n", "uninstall", *where, "--no-input", "tool", program=program).fails(2)
    closed = subprocess.run(
        ["sh", "-c", 'exec "$0" "$@" <&-', program or pipit.binary, "uninstall", *where, "tool"],
        env=pipit.env, capture_output=True,
    )  # fmt: skip
    assert closed.returncode == 2 and "tool" in filled.installed()
    piped(pipit, "", "uninstall", *where, "-y", "tool", program=program).ok()
    assert "tool" not in filled.installed()


def test_pip_does_so_too(pip, filled, pipit):
    done = pip("--python", filled.python, "uninstall", "tool")
    assert done.rc == 2 and "tool" in filled.installed()


# Other reads of standard input.

READERS = {
    "compile": ("compile", "-"),
    "lock": ("lock", "-", "-o", "pylock.toml"),
    "sync": ("sync", "-"),
    "install": ("install", "-r", "-"),
    "constraint": ("install", "x", "-c", "-"),
    "uninstall": ("uninstall", "-r", "-"),
    "debug": ("debug", "pep440"),
}


@pytest.mark.parametrize("signal_number, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("reader", READERS)
def test_reading_from_a_terminal_is_interrupted(terminal, pipit, reader, signal_number, code):
    reading = terminal(pipit.binary, *READERS[reader])
    wait_until_blocked(reading.process.pid)
    started = time.monotonic()
    if signal_number == signal.SIGINT:
        reading.interrupt()
    else:
        reading.process.send_signal(signal_number)
    assert reading.end(AT_ONCE) == code
    assert time.monotonic() - started < AT_ONCE
    assert "interrupted" in reading.screen.text()


def test_reading_from_pipes_is_interrupted(pipit, work):
    os.mkfifo(work / "r.in")
    for words in [("compile", "-"), ("compile", "r.in")]:
        process = subprocess.Popen(
            [pipit.binary, *words],
            stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=pipit.env, cwd=work,
        )  # fmt: skip
        wait_until_blocked(process.pid)
        process.send_signal(signal.SIGTERM)
        assert process.wait(AT_ONCE) == 143
        assert "interrupted" in process.stderr.read()
        process.stdin.close(), process.stderr.close()


def wait_until_blocked(pid: int) -> None:
    """Until it has a thread that waits for signals, and its first one sleeps."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        threads = len(os.listdir(f"/proc/{pid}/task"))
        state = open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()[0]
        if threads > 1 and state == "S":
            time.sleep(0.05)
            return
        time.sleep(0.01)
    raise AssertionError("it does not wait")
