"""Requirements files as a whole: where they come from, how they include others, what they may say."""

import subprocess

import pytest

from registry import wheel
from registry.server import Resource

LEAF1, LEAF2 = wheel("leaf", "1"), wheel("leaf", "2")
PRE = wheel("leaf", "3rc1")


@pytest.fixture
def compile_(pipit, wheelhouse):
    folder = wheelhouse(LEAF1, LEAF2, PRE)

    def run(*args, **options):
        return pipit(
            "compile", *args, "--no-index", "-f", folder, "--no-header", "--no-annotate", **options
        )

    return run


def test_nested_files_are_seen_from_the_file_that_names_them(compile_, work):
    (work / "sub/deep").mkdir(parents=True)
    (work / "top.txt").write_text("-r sub/a.txt\n")
    (work / "sub/a.txt").write_text("-r deep/b.txt\n-c ../c.txt\n")
    (work / "sub/deep/b.txt").write_text("leaf\n")
    (work / "c.txt").write_text("leaf<2\n")
    assert compile_("top.txt").ok().out == "leaf==1\n"
    assert compile_((work / "top.txt").as_uri()).ok().out == "leaf==1\n"


def test_a_file_that_includes_itself_is_read_once(compile_, work):
    (work / "a.txt").write_text("-r b.txt\n")
    (work / "b.txt").write_text("-r a.txt\nleaf\n")
    assert compile_("a.txt").ok().out == "leaf==2\n"


class Texts:
    """Plain files of a server."""

    def __init__(self, texts: dict):
        self.texts = texts

    def find(self, request):
        text = self.texts.get(request.path)
        return None if text is None else Resource(text, "text/plain")


@pytest.mark.parametrize("kind", ["-r", "-c"])
def test_files_from_the_network_include_their_neighbours(compile_, serve, work, kind):
    index = serve()
    index.server.sources.append(Texts({"/d/a.txt": b"leaf\n-c ../c.txt\n", "/c.txt": b"leaf<2\n"}))
    (work / "a.in").write_text("leaf\n" + f"{kind} {index.server.origin}/d/a.txt\n")
    assert compile_("a.in").ok().out == "leaf==1\n"


def test_standard_input(pipit, wheelhouse, work):
    options = ("--no-index", "-f", wheelhouse(LEAF1, LEAF2), "--no-header", "--no-annotate")
    done = subprocess.run(
        [*pipit.command, "compile", "-", *map(str, options)],
        input="leaf<2\n", env=pipit.env, cwd=work, capture_output=True, text=True, timeout=60,
    )
    assert (done.returncode, done.stdout) == (0, "leaf==1\n"), done.stderr


def test_pre_releases_by_either_name(compile_, work):
    (work / "a.in").write_text("--pre\nleaf\n")
    assert compile_("a.in").ok().out == "leaf==3rc1\n"
    (work / "a.in").write_text("--all-releases :all:\nleaf\n")
    assert compile_("a.in").ok().out == "leaf==3rc1\n"


def test_an_option_that_changes_nothing_is_said(compile_, work):
    (work / "a.in").write_text("leaf\n--only-final leaf\n")
    done = compile_("a.in").ok()
    assert "a.in:2: --only-final is not supported and is ignored" in done.err


@pytest.mark.parametrize(
    "line, message",
    [
        ("leaf[x]<2", "c.txt:1: leaf: a constraint cannot have extras"),
        ("-e ./leaf", "c.txt:1: a constraint cannot be editable"),
        ("./leaf-1-py3-none-any.whl", "c.txt:1: a constraint needs a name"),
    ],
)
def test_what_no_constraint_can_be(compile_, work, line, message):
    (work / "c.txt").write_text(line + "\n")
    (work / "a.in").write_text("leaf\n")
    done = compile_("a.in", "-c", "c.txt")
    done.fails(1)
    assert message in done.err
