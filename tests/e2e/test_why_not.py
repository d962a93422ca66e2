"""compile --why-not: the rule, or the contradiction, that kept a version out."""

import os
import re
import subprocess
from random import Random

import pytest

from registry import wheel

WHEELS = [
    wheel("a", "1"),
    wheel("a", "2", requires=["b>=2"]),
    wheel("a", "3rc1"),
    wheel("a", "4", requires_python=">=3.99"),
    wheel("b", "1"),
    wheel("b", "2"),
    wheel("c", "1", requires=["d>=1"]),
    wheel("c", "2", requires=["d<2"]),
    wheel("d", "1"),
    wheel("d", "2"),
    wheel("win", "2", tag="cp312-cp312-win_amd64"),
    wheel("win", "1"),
]


@pytest.fixture
def ask(pipit, work, wheelhouse):
    def run(question, *lines, args=()):
        (work / "requirements.in").write_text("".join(f"{line}\n" for line in lines))
        target = ("--python-version", "3.12", "--python-platform", "linux")
        source = ("--no-index", "-f", wheelhouse(*WHEELS))
        return pipit("compile", "requirements.in", "--why-not", question, *target, *source, *args)

    return run


@pytest.mark.parametrize(
    ("question", "lines", "answer"),
    [
        ("a==2", ["a"], "a 2 was chosen"),
        ("b==1", ["a<2"], "b 1 was not chosen: nothing needs b"),
        ("a==1", ["a"], "a 1 was not chosen: a 2 is newer and fits\n  b would not be needed"),
        ("A==9", ["a"], "a 9 was not chosen: there is no a 9 (the newest is 4)"),
        ("a==4", ["a"], "a 4 was not chosen: a 4 requires Python >=3.99"),
        (
            "a==3rc1",
            ["a"],
            "a 3rc1 was not chosen: it is a pre-release, and a 2 is a final one "
            "(--prerelease=allow)\n  b would not be needed",
        ),
        ("win==2", ["win"], "win 2 was not chosen: win 2 has no wheel for this platform"),
        (
            "a==2",
            ["a", "b<2"],
            "a 2 was not chosen: it contradicts this\n"
            "  a 2 needs b>=2\n"
            "  you need b<2 (requirements.in:2)",
        ),
        (
            "d==2",
            ["c", "d"],
            "d 2 was not chosen: d 1 goes with newer versions of other packages\n"
            "  c would be 1 instead of 2",
        ),
    ],
)
def test_why_not(ask, question, lines, answer):
    assert ask(question, *lines).ok().out == answer + "\n"


def test_the_lowest_was_asked_for(ask):
    done = ask("b==2", "b", args=("--resolution", "lowest")).ok()
    assert done.out == "b 2 was not chosen: --resolution asks for the lowest, and b 1 is lower\n"


def test_an_earlier_output_is_kept(ask, work):
    (work / "out.txt").write_text("b==1\n")
    done = ask("b==2", "b", args=("-o", "out.txt")).ok()
    kept = "b 1 is in the earlier output and still fits (-U takes newer ones)"
    assert done.out == f"b 2 was not chosen: {kept}\n"
    assert (work / "out.txt").read_text() == "b==1\n"


def test_a_question_that_is_none(ask):
    ask("b>1", "b").fails(2, "--why-not")


@pytest.fixture
def backtracked(pipit, work, serve):
    """Compiles b<2 and a, whose releases 2 and 3, of that year, need b>=2."""

    def run(year, *args):
        index = serve()
        index.add(wheel("a", "1"), upload_time="2015-01-01T00:00:00Z")
        for version in ("2", "3"):
            newer = wheel("a", version, requires=["b>=2"])
            index.add(newer, upload_time=f"{year}-06-01T00:00:00Z")
        index.add(wheel("b", "1"), wheel("b", "2"), upload_time="2020-01-01T00:00:00Z")
        (work / "requirements.in").write_text("b==1\na\n")
        args = ("--no-header", "--no-annotate", "--python-version", "3.12", *args)
        done = pipit("compile", "requirements.in", "-i", index.url, *args).ok()
        assert done.out == "a==1\nb==1\n"
        run.index = index
        return done.err

    return run


def test_an_old_release_is_warned_of(backtracked):
    said = backtracked(2022)
    assert (
        "pipit: warning: a 1: is 7 years older than 3, which does not fit the other requirements "
        f"(`pipit compile requirements.in -i {backtracked.index.url} --python-version 3.12 --why-not a==3` "
        "says why)\n"
    ) in said
    assert "passed over" not in said


STALE = r"warning: a 1: is 7 years .*other requirements(?: \(`(.*)` says why\))?\n"


@pytest.mark.parametrize(
    "words",
    [
        ["b<2", "a"],
        ["b < 2; python_version > '3'", "a"],
        ["a", "-r", "my file.txt"],
        ["-r", "my file.txt", "-r", "a.txt"],
        ["a", "b", "-c", "my file.txt"],
    ],
)
@pytest.mark.parametrize("extra", [[], ["--extra-index-url"]])
def test_the_command_of_the_warning_works_as_it_stands(words, extra, backtracked, env, pipit, work):
    backtracked(2022)
    (work / "my file.txt").write_text("b<2\n")
    (work / "a.txt").write_text("a\n")
    index = ["-i", backtracked.index.url]
    if extra:
        index = ["--index-url", backtracked.index.url + "nothing/", *extra, backtracked.index.url]
    done = pipit("install", "-p", env.python, *index, "--dry-run", *words).ok()
    command = re.search(STALE, done.err)[1]
    folder = work / "bin"
    folder.mkdir()
    (folder / "pipit").symlink_to(pipit.binary)
    around = {**pipit.env, "PATH": f"{folder}:/usr/bin:/bin"}
    said = subprocess.run(
        ["sh", "-c", command], cwd=work, env=around, capture_output=True, text=True
    )
    assert said.returncode == 0 and "a 3 was not chosen: it contradicts" in said.stdout, said
    assert "needs b>=2" in said.stdout


@pytest.mark.parametrize("words", [["--pre"], ["--no-binary", "x"], ["-r", "-"], ["LONG"]])
def test_no_command_is_told_that_would_ask_something_else(words, backtracked, env, pipit, work):
    backtracked(2022)
    words = [f"b<2,!={'.'.join('1' * 60)},!={'.'.join('2' * 60)}"] if words == ["LONG"] else words
    words = ["install", "-p", env.python, "-i", backtracked.index.url, "--dry-run", "a", "b<2", *words]
    done = pipit(*words).ok()
    assert re.search(STALE, done.err)[1] is None


def test_a_secret_is_in_no_command(backtracked, env, pipit):
    backtracked(2022)
    url = backtracked.index.url.replace("//", "//me:secret@")
    done = pipit("install", "-p", env.python, "-i", url, "--dry-run", "a", "b<2").ok()
    assert "secret@" not in done.err and re.search(STALE, done.err)[1] is None


def test_a_recent_one_is_not(backtracked):
    assert "warning" not in backtracked(2016)


def test_verbose_says_what_was_passed_over(backtracked):
    said = backtracked(2016, "-v")
    for version in ("3", "2"):
        why = "passed over: needs b>=2, which does not fit what is chosen so far"
        assert f"pipit: a {version}: {why}\n" in said


@pytest.mark.parametrize("solvable", [True, False])
def test_one_answer_whatever_the_order(solvable, pipit, work, serve):
    """Lines in any order, answers at any time: pins, or the message, are the same."""
    rounds = int(os.environ.get("ORDER_ROUNDS", "10"))
    random = Random(seed := int(os.environ.get("ORDER_SEED", "1")))
    index = serve()
    for name in "abcdef":
        for version in ("1", "2", "3"):
            needs = [f"{other}>=1,<={version}" for other in "abcdef" if other > name]
            index.add(wheel(name, version, requires=needs))
    lines = ["a", "c>=2", "e", "f<3", "d>=2"] + ([] if solvable else ["f>=3"])
    said = set()
    for _ in range(rounds):
        random.shuffle(lines)
        index.server.knobs.latency = random.choice([0.0, 0.002, 0.01])
        (work / "requirements.in").write_text("".join(f"{line}\n" for line in lines))
        args = ("--no-header", "--no-annotate", "--python-version", "3.12", "--no-cache")
        done = pipit("compile", "requirements.in", "-i", index.url, *args)
        assert done.rc == (0 if solvable else 1), done
        said.add(done.out or re.sub(r"\(requirements.in:\d+\)", "", done.err))
    assert len(said) == 1, (f"ORDER_SEED={seed}", said)
