"""pyproject.toml, dependency groups and scripts as inputs. uv, pip and the specifications' own
reference code are the judges."""

import re
import sys

import pytest

import sources
from conftest import pins
from registry import wheel

PROJECT = """
[project]
name = "My.Proj"
version = "1"
requires-python = ">=3.8"
dependencies = [
    "a>=1",
    "w ; sys_platform == 'win32'",
]
[project.optional-dependencies]
X_y = ["b"]
all = ["my-proj[x-y]", "c"]
[dependency-groups]
Test = ["d", {include-group = "lint_tools"}]
lint-tools = ["e==1"]
"""

IN_TREE = "[build-system]\nrequires = []\nbuild-backend = 'backend'\nbackend-path = ['.']\n"


@pytest.fixture
def index(serve):
    index = serve()
    for name in "abcdew":
        index.add(wheel(name, "1"), wheel(name, "2", requires=["deep"] if name == "a" else []))
    index.add(wheel("deep", "1"))
    return index


@pytest.fixture
def project(work):
    (work / "pyproject.toml").write_text(PROJECT)
    return work / "pyproject.toml"


SELECTIONS = [
    (["pyproject.toml"], "a deep"),
    (["pyproject.toml", "--extra", "X.y"], "a b deep"),
    (["pyproject.toml", "--extra", "all"], "a b c deep"),
    (["pyproject.toml", "--all-extras"], "a b c deep"),
    (["pyproject.toml", "--group", "test"], "a d deep e"),
    (["--group", "lint.tools"], "e"),
    (["--group", "pyproject.toml:Test"], "d e"),
]


@pytest.mark.parametrize("words, names", SELECTIONS)
def test_compile_selects_as_uv(pipit, uv, index, project, words, names):
    ours = pipit("compile", "-i", index.url, *words, "--no-header").ok().out
    assert " ".join(pins(ours)) == names
    theirs = uv("pip", "compile", "--default-index", index.url, *words, "--no-header",
                "--python", sys.executable).ok().out
    assert pins(ours) == pins(theirs)


def test_annotations_are_uv_s(pipit, uv, index, project):
    words = ("pyproject.toml", "--all-extras", "--group", "test", "--no-header")
    ours = pipit("compile", "-i", index.url, *words).ok().out
    theirs = uv("pip", "compile", "--default-index", index.url, *words,
                "--python", sys.executable).ok().out
    assert ours == theirs


@pytest.mark.parametrize(
    "words", [["--group", "test"], ["--group", "pyproject.toml:lint-tools"], ["--only-deps", "."],
              ["--only-deps", ".[x-y]"]]
)
def test_install_is_pip_s(pipit, pip, index, project, make_env, words):
    if "--only-deps" in words:  # pip builds the project to know it
        project.write_text(PROJECT + '\n[build-system]\nrequires = []\nbuild-backend = "backend"\n'
                           'backend-path = ["."]\n')
        (project.parent / "backend.py").write_text(BACKEND)
    one, two = make_env("one"), make_env("two")
    pipit("install", "--python", one.python, "-i", index.url, *words).ok()
    pip("--python", two.python, "install", "-i", index.url, *words).ok()
    assert one.installed() == two.installed() != {}


BACKEND = '''
import os
def prepare_metadata_for_build_wheel(directory, config_settings=None):
    info = os.path.join(directory, "my_proj-1.dist-info")
    os.makedirs(info)
    with open(os.path.join(info, "METADATA"), "w") as out:
        out.write("""Metadata-Version: 2.1
Name: My.Proj
Version: 1
Requires-Dist: a>=1
Requires-Dist: w; sys_platform == 'win32'
Provides-Extra: x-y
Requires-Dist: b; extra == 'x-y'
""")
    return "my_proj-1.dist-info"
def build_wheel(*args, **options):
    raise SystemExit("not built")
'''


def test_install_sync_and_lock(pipit, index, project, work, env):
    source = ("-i", index.url)
    pipit("install", "--python", env.python, *source, "-r", "pyproject.toml[x-y]").ok()
    assert env.installed() == {"a": "2", "b": "2", "deep": "1"}
    pipit("lock", *source, "pyproject.toml", "--group", "test", "-o", "pylock.toml").ok()
    assert 'requires-python = ">=3.8"' in (work / "pylock.toml").read_text()
    pipit("sync", "--python", env.python, "pylock.toml").ok()
    assert env.installed() == {"a": "2", "d": "2", "deep": "1", "e": "1"}
    pipit("sync", "--python", env.python, *source, "--group", "lint-tools").ok()
    assert env.installed() == {"e": "1"}


def test_requirements_file_includes_a_project(pipit, index, project, work):
    (work / "r.in").write_text("-r pyproject.toml\nb==1\n")
    out = pipit("compile", "-i", index.url, "r.in").ok().out
    assert pins(out) == {"a": "2", "b": "1", "deep": "1"}


@pytest.mark.parametrize(
    "text, words, message",
    [
        (PROJECT, ["pyproject.toml", "--extra", "zz"], "no extra named zz"),
        (PROJECT, ["--group", "zz"], "no dependency group named zz"),
        ("[dependency-groups]\na = [{include-group = 'b'}]\nb = [{include-group = 'a'}]\n",
         ["--group", "a"], "a -> b -> a"),
        ("[dependency-groups]\na = ['x y']\n", ["--group", "a"], "pyproject.toml:2"),
        ("[dependency-groups]\na = [{path = 'b'}]\n", ["--group", "a"], "include-group"),
        ("[dependency-groups]\na-b = []\nA_b = []\n", ["--group", "a-b"], "the same name"),
        ("[project]\nname = 'p'\nversion = '1'\ndependencies = ['x y']\n", ["pyproject.toml"],
         "pyproject.toml:4"),
        ("[project]\nname = 'p'\nversion = '1'\ndependencies = 'x'\n", ["pyproject.toml"],
         "array of strings"),
        ("[project]\nversion = '1'\n", ["pyproject.toml"], "name is missing"),
        ("[project]\nname = 'p'\nversion = '1'\nrequires-python = '>=4'\n", ["pyproject.toml"],
         "requires Python >=4"),
    ],
)
def test_what_cannot_be_used(pipit, uv, work, text, words, message):
    (work / "pyproject.toml").write_text(text)
    pipit("compile", "--no-index", *words).fails(1, "pyproject.toml", message)
    # uv does not look at requires-python
    if ">=4" not in text:
        done = uv("pip", "compile", "--no-index", *words, "--python", sys.executable)
        assert done.rc != 0, repr(done)


def test_dynamic_extras_are_only_in_the_way_of_extras(pipit, index, work):
    text = (
        "[project]\nname = 'p'\nversion = '1'\ndependencies = ['b']\n"
        "dynamic = ['optional-dependencies']\n"
    )
    (work / "pyproject.toml").write_text(text)
    out = pipit("compile", "-i", index.url, "pyproject.toml").ok().out
    assert pins(out) == {"b": "2"}
    sources.project(work, "p", extras={"x": ["a"]}, requires=["b"], pyproject=text + IN_TREE)
    out = pipit("compile", "-i", index.url, "pyproject.toml", "--extra", "x").ok().out
    assert pins(out) == {"a": "2", "b": "2", "deep": "1"}


def test_groups_stand_in_projects_and_locks(pipit, work):
    (work / "r.in").write_text("")
    pipit("compile", "--group", "r.in:x").fails(2, "r.in", "pyproject.toml")
    pipit("compile", "--group", "x").fails(1, "pyproject.toml")
    pipit("compile", "r.in", "--extra", "x").fails(2, "--extra")


# Scripts. The regular expression is the specification's.

REGEX = r"(?m)^# /// (?P<type>[a-zA-Z0-9-]+)$\s(?P<content>(^#(| .*)$\s)+)^# ///$"


def reference(script: str):
    """The TOML of a script's block, None when it has none, "several" when it has more."""
    found = [m for m in re.finditer(REGEX, script) if m.group("type") == "script"]
    if len(found) != 1:
        return "several" if found else None
    lines = found[0].group("content").split("\n")
    return "\n".join(line[2:] if line.startswith("# ") else line[1:] for line in lines)


HEAD, TAIL, A = "# /// script\n", "# ///\n", '# dependencies = ["a"]\n'
SCRIPTS = [
    HEAD + A + TAIL,
    HEAD + A + "# ///",
    "#!/usr/bin/env python\n" + HEAD + "#\n" + A + "#\n" + TAIL + "print()\n",
    HEAD + A + TAIL + "# ///\n",
    HEAD + A + TAIL + "# x = 1\n" + TAIL,
    HEAD + A + TAIL + "# not toml\n",
    HEAD + A + TAIL + "#\n# not toml\n#\n" + TAIL,
    HEAD + TAIL,
    HEAD + TAIL + TAIL,
    HEAD + A,
    HEAD + A + "\n" + TAIL,
    HEAD + "#dependencies = []\n" + TAIL,
    HEAD + A + "# /// \n" + TAIL,
    " " + HEAD + A + TAIL,
    HEAD.replace("script", "script ") + A + TAIL,
    HEAD.replace("script", "other") + A + TAIL,
    HEAD.replace("script", "other") + "# x\n" + TAIL + "\n" + HEAD + A + TAIL,
    HEAD.replace("script", "other") + "# x\n" + HEAD + A + TAIL,
    HEAD + A + TAIL + "\n" + HEAD + A + TAIL,
    HEAD + A + TAIL + HEAD + A + TAIL,
    HEAD + "# x = 1\n" + HEAD + A + TAIL,
    "x = '''\n" + HEAD + A + TAIL + "'''\n",
    "",
]


@pytest.mark.parametrize("number", range(len(SCRIPTS)))
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
def test_scripts_are_read_as_the_specification_s_regex_does(pipit, index, work, number, ends):
    script = SCRIPTS[number]
    (work / "s.py").write_bytes(script.replace("\n", ends).encode())
    done = pipit("compile", "-i", index.url, "s.py", "--no-header")
    toml = reference(script)
    if toml is None:
        done.fails(1, "s.py", "no `# /// script` block")
    elif toml == "several":
        done.fails(1, "s.py", "second script block")
    else:
        try:
            import tomllib

            wanted = tomllib.loads(toml).get("dependencies", [])
        except tomllib.TOMLDecodeError:
            done.fails(1, "s.py:")
            return
        assert list(pins(done.ok().out)) == (["a", "deep"] if wanted else [])


def test_requirements_from_script(pipit, pip, index, work, make_env):
    (work / "s").write_text(HEAD + '# requires-python = ">=3.8"\n# dependencies = ["a<2", "b"]\n' + TAIL)
    one, two = make_env("one"), make_env("two")
    words = ("install", "-i", index.url, "--requirements-from-script", "s")
    pipit(*words, "--python", one.python).ok()
    pip("--python", two.python, *words).ok()
    assert one.installed() == two.installed() == {"a": "1", "b": "2"}
    (work / "s").write_text(HEAD + '# requires-python = ">=4"\n' + TAIL)
    pipit(*words, "--python", one.python).fails(1, "s: requires Python >=4")
    assert pip("--python", two.python, *words).rc != 0
    (work / "s").write_text(HEAD + "# a = 1\n# dependencies = ['x y']\n" + TAIL)
    pipit(*words, "--python", one.python).fails(1, "s:3")
