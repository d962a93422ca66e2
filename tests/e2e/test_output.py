"""What is written to standard output: help, results for people, results for programs."""

import subprocess

import pytest

from conftest import PYTHON
from registry import wheel
from samples import TOOL

WHEELS = [wheel("a", "1", requires=["b"]), wheel("b", "1"), wheel("b", "2"), TOOL]


@pytest.mark.parametrize(
    "args",
    [
        ["freeze"],
        ["list"],
        ["list", "--format", "json"],
        ["tree"],
        ["cache", "dir"],
        ["--version"],
        ["install", "--help"],
        ["compile", "r.in"],
        ["lock", "r.in"],
        ["install", "tool", "--dry-run", "--json"],
    ],
)
@pytest.mark.parametrize("where", [">&-", ">/dev/full"])
def test_a_result_that_cannot_be_written_is_an_error(
    pipit, env, install, wheelhouse, work, args, where
):
    install("tool", wheels=WHEELS).ok()
    (work / "r.in").write_text("tool\n")
    takes_python = args[0] not in ("cache", "--version") and "--help" not in args
    options = ["--python", str(env.python)] if takes_python else []
    if args[0] in ("compile", "lock", "install"):
        options += ["--no-index", "-f", str(env.path.parent / "wheelhouse")]
    done = subprocess.run(
        ["sh", "-c", f'"$@" {where}', "sh", str(pipit.binary), *args, *options],
        env=pipit.env, cwd=work, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1, done
    assert "pipit: error: standard output: " in done.stderr, done


def test_an_installation_needs_no_standard_output(pipit, env, wheelhouse, work):
    done = subprocess.run(
        ["sh", "-c", '"$@" >&-', "sh", str(pipit.binary), "install", "--python", str(env.python),
         "--no-index", "-f", str(wheelhouse(*WHEELS)), "tool"],
        env=pipit.env, cwd=work, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done
    assert "tool" in env.installed()


def test_a_constraint_is_annotated_as_one(pipit, uv, wheelhouse, work):
    (work / "r.in").write_text("a\n-c more.txt\n")
    (work / "c.txt").write_text("b<2\n")
    (work / "more.txt").write_text("a<2\n")
    options = ("--python", PYTHON, "--no-index", "-f", wheelhouse(*WHEELS), "-c", "c.txt")
    lines = pipit("compile", "r.in", "--no-header", *options).ok().out.splitlines()
    theirs = uv("pip", "compile", "r.in", "--no-header", *options).ok().out.splitlines()
    assert lines == theirs == [
        "a==1",
        "    # via",
        "    #   -c more.txt",
        "    #   -r r.in",
        "b==1",
        "    # via",
        "    #   -c c.txt",
        "    #   a",
    ]  # fmt: skip
