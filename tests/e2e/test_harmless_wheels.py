"""Wheels that are odd and do no harm: what other installers accept is accepted."""

import pytest

from conftest import files_named
from registry import wheel
from registry.wheels import Member


def site_in_data(env) -> str:
    return str(env.site.relative_to(env.path))


@pytest.mark.parametrize("scheme", ["purelib", "platlib", "data"])
def test_one_file_twice(install, env, scheme):
    inside = f"data/{site_in_data(env)}" if scheme == "data" else scheme
    twice = wheel(
        "twice", "1.0", files={"twice.py": "V = 1\n"}, data={f"{inside}/twice.py": "V = 1\n"}
    )
    install("twice", wheels=[twice]).ok()
    record = (env.info("twice-1.0") / "RECORD").read_text().splitlines()
    assert len([row for row in record if "twice.py," in row]) == 1
    assert env.run(env.python, "-c", "import twice; print(twice.V)") == "1\n"


def test_one_file_twice_with_two_contents(install, env):
    twice = wheel(
        "twice", "1.0", files={"twice.py": "V = 1\n"}, data={"purelib/twice.py": "V = 2\n"}
    )
    install("twice", wheels=[twice]).fails(1, "twice.py", "written twice")
    assert not files_named(env.path, "twice.py")


@pytest.mark.parametrize("mode", [0o100644, 0o100755, 0o040755, 0o120777, 0o020644, 0])
def test_a_folder_entry_of_any_mode(install, env, mode):
    odd = wheel(
        "odd", "1.0", members=[Member("odd/", b"", mode=mode), Member("odd/sub/", b"", mode=mode)]
    )
    install("odd", wheels=[odd]).ok()
    assert (env.site / "odd" / "__init__.py").is_file()


def test_another_dist_info_is_named(install, env, serve, pipit):
    local = wheel("locy", "1.0", files={"locy.py": ""})
    data = local.data.replace(b"locy-1.0.dist", b"locy-1.1.dist")
    renamed = type(local)(local.filename, data)
    install("locy", wheels=[renamed]).fails(1, "locy-1.1.dist-info")
    index = serve()
    index.add(renamed)
    pipit("install", "-p", env.python, "-i", index.url, "locy").fails(1, "locy-1.1.dist-info")


@pytest.mark.parametrize("project, library", [("aa", "zz"), ("zz", "aa")])
def test_a_projects_command_wins_over_its_dependencys(install, env, project, library):
    built = [
        wheel(library, "1.0", files={f"{library}.py": "def main(): print('library')\n"},
              scripts={"tool": f"{library}:main"}),
        wheel("mm", "1.0", requires=[library]),
        wheel(project, "1.0", requires=["mm"],
              files={f"{project}.py": "def main(): print('project')\n"},
              scripts={"tool": f"{project}:main"}),
    ]  # fmt: skip
    done = install(project, wheels=built).ok()
    assert env.run(env.bin / "tool") == "project\n"
    assert f"the one of {project} 1.0 is there now" in done.err


ORDERED = ["install --no-deps -r pins.txt", "sync pins.txt", "sync pylock.toml", "install -r pylock.toml"]


@pytest.mark.parametrize("words", ORDERED)
@pytest.mark.parametrize("project, library", [("aa", "zz"), ("zz", "aa")])
@pytest.mark.parametrize("extra", ["", "[more]"])
def test_also_where_nothing_is_resolved(pipit, wheelhouse, env, work, words, project, library, extra):
    """By the metadata of the wheels, markers and extras included."""
    built = [
        wheel(library, "1.0", requires=[f"{project} ; python_version < '3'"], files={"same.py": "V = 'library'\n"}),
        wheel("mm", "1.0", requires=[library], files={"same.py": "V = 'between'\n"}),
        wheel(project, "1.0", files={"same.py": "V = 'project'\n"},
              **{"extras": {"more": ["mm"]}} if extra else {"requires": ["mm ; python_version > '3'"]}),
    ]  # fmt: skip
    (work / "pins.txt").write_text(f"{project}{extra}==1.0\nmm==1.0\n{library}==1.0\n")
    source = ("--no-index", "-f", wheelhouse(*built), "-p", env.python)
    if "pylock" in words:
        pipit("lock", *source, "-o", "pylock.toml", "pins.txt").ok()
    command, *rest = words.split()
    done = pipit(command, *source, *rest).ok()
    assert env.run(env.python, "-c", "import same; print(same.V)") == "project\n"
    assert f"the one of {project} 1.0 is there now" in done.err


def test_a_circle_of_dependencies_has_an_order(install, env):
    ring = [
        wheel(name, "1.0", requires=[needed], scripts={"tool": f"{name}:main"})
        for name, needed in zip("abcd", "bcda", strict=True)
    ]
    first = install("c", wheels=ring).ok().err
    assert "both install" in first


ODD_SCRIPTS = {
    "latin": "# -*- coding: latin-1 -*-\nimport sys\nprint(len('\xe9'))\n".encode("latin-1"),
    "future": b"# a word\n'A word more.'\nfrom __future__ import annotations\nprint(__doc__[-5:-1])\n",
    "plain": b"import sys\nprint(sys.argv[1:])\n",
}


def test_scripts_that_are_started_through_the_shell(install, make_env):
    env = make_env("with a space")
    data = {f"scripts/{name}": b"#!python\n" + text for name, text in ODD_SCRIPTS.items()}
    install("odd", wheels=[wheel("odd", "1.0", data=data)], target=env).ok()
    assert env.run(env.bin / "latin") == "1\n"
    assert env.run(env.bin / "future") == "more\n"
    assert env.run(env.bin / "plain", "a b") == "['a b']\n"
    assert (env.bin / "latin").read_bytes().startswith(b"#!/bin/sh\n# -*- coding")
