"""What a user reads when there is no solution: the cases of conflicts.txt, word for word; each
suggestion is followed, and leads to a solution.

CONFLICTS_REWRITE=1 writes what pipit says now into conflicts.txt, to be read before it is kept.
"""

import os
import re

import pytest

from conflicts import PATH, apply, read_cases
from conftest import PYTHON
from registry import Index, Knobs, Server

CASES = {case.name: case for case in read_cases()}
PLATFORM = ["--python-platform", "linux"]
TARGET = ["--python-version", "3.12", *PLATFORM, "--no-annotate", "--no-header"]
MOST_LINES = 12


@pytest.fixture(scope="module")
def server():
    with Server(Knobs()) as server:
        yield server


@pytest.fixture
def compile(pipit, work, server, request):
    def run(case, args, path=""):
        prefix = "/" + "".join(c for c in case.name if c.isalnum())
        index = next((i for i in server.sources if i.prefix == prefix), None)
        if index is None:
            index = Index(server, prefix=prefix)
            case.fill(index)
        case.write(work)
        done = pipit(*args, "--index-url", index.url, env={"PATH": path})
        done.err = done.err.replace(index.url, "INDEX/")
        return done

    return run


def target(case) -> list[str]:
    return [one for one in TARGET if "--universal" not in case.run or one not in PLATFORM]


def rewrite(case, said: str) -> None:
    blocks = re.split(r"^== ", PATH.read_text(), flags=re.M)
    for at, block in enumerate(blocks):
        if block.partition("\n")[0] == case.name:
            blocks[at] = block.split("\nsays\n")[0].rstrip("\n") + "\nsays\n" + said + "\n"
    PATH.write_text("== ".join(blocks).rstrip("\n") + "\n")


def test_there_are_thirty():
    assert len(CASES) >= 30


@pytest.mark.parametrize("name", CASES)
def test_conflict(name, compile):
    case = next(case for case in read_cases() if case.name == name)  # fresh: hints change its files
    args = [*case.run, *target(case)]
    done = compile(case, args)
    assert done.rc == 1 and not done.out, done
    if os.environ.get("CONFLICTS_REWRITE"):
        rewrite(case, done.err)
    else:
        assert done.err == case.says, done
    lines = done.err.splitlines()
    assert len(lines) <= MOST_LINES, done
    hints = [line.removeprefix("hint: ") for line in lines if line.startswith("hint: ")]
    assert hints, done
    for hint in hints:
        if hint.endswith(PART):
            follow_to_the_end(case, args, hint, compile)
            continue
        alone = case if hint == hints[0] else next(one for one in read_cases() if one.name == name)
        builds = str(PYTHON.parent) if "would be built" in hint else ""
        assert compile(alone, apply(hint, alone, args), builds).ok().out


def follow_to_the_end(case, args, hint, compile) -> None:
    """Each contradiction has a hint of its own; behind the last one there is a solution."""
    for _ in range(3):
        done = compile(case, apply(hint.replace(PART, "gives a solution"), case, args))
        if done.rc == 0:
            return
        hint = next(line for line in done.err.splitlines() if line.startswith("hint: "))
        hint = hint.removeprefix("hint: ")
    pytest.fail(repr(done))


PART = "removes this contradiction"
