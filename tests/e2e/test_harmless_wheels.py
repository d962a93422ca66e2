"""Wheels that are odd and do no harm: what other installers accept is accepted."""

import base64
import hashlib
import io
import warnings
import zipfile

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


def changed(name, edit):
    """A wheel whose members [(name, bytes)] are `edit`ed."""
    made = wheel(name, "1.0", files={f"{name}.py": "V = 1\n"})
    with zipfile.ZipFile(io.BytesIO(made.data)) as old:
        members = [(one, old.read(one)) for one in old.namelist()]
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w") as new:
        warnings.simplefilter("ignore")
        for member in edit(members):
            new.writestr(*member)
    return made._replace(data=out.getvalue())


def in_record(change):
    return lambda members: [(n, change(d) if n.endswith("/RECORD") else d) for n, d in members]


def in_wheel(old, new):
    return lambda members: reseal(
        [(n, d.replace(old, new) if n.endswith("/WHEEL") else d) for n, d in members]
    )


def reseal(members):
    """The same with a right RECORD."""
    rows = "".join(
        f"{n},sha256={base64.urlsafe_b64encode(hashlib.sha256(d).digest()).rstrip(b'=').decode()},{len(d)}\n"
        for n, d in members if not n.endswith("/RECORD")
    )  # fmt: skip
    (record,) = (n for n, _ in members if n.endswith("/RECORD"))
    return [(n, d) for n, d in members if n != record] + [(record, f"{rows}{record},,\n".encode())]


HARMLESS = {
    "twice": (lambda members: [*members, members[0]], ""),
    "three times": (lambda members: [*members, *members[:1] * 2], ""),
    "RECORD's own hash": (in_record(lambda d: d.replace(b"RECORD,,", b"RECORD,sha256=AAAA,5")), ""),
    "dot slash": (in_record(lambda d: b"".join(b"./" + row for row in d.splitlines(True))), ""),
    "backslash": (in_record(lambda d: d.replace(b"dist-info/", b"dist-info\\")), ""),
    "0.1": (in_wheel(b"Wheel-Version: 1.0", b"Wheel-Version: 0.1"), "Wheel-Version 0.1 is older than 1.0"),
}  # fmt: skip


@pytest.mark.parametrize("kind", HARMLESS)
def test_harmless_slips_of_a_wheel(install, pipit, env, kind):
    edit, warning = HARMLESS[kind]
    done = install("slip", wheels=[changed("slip", edit)]).ok()
    assert env.run(env.python, "-B", "-c", "import slip; print(slip.V)") == "1\n"
    assert warning in done.err if warning else "warning" not in done.err
    rows = [row.split(",")[0] for row in (env.info("slip-1.0") / "RECORD").read_text().splitlines()]
    assert sorted(rows) == sorted(set(rows)) and all((env.site / row).is_file() for row in rows)
    pipit("uninstall", "-y", "-p", env.python, "slip").ok()
    assert not list(env.site.glob("slip*"))


HOSTILE = {
    "two contents": lambda members: [*members, (members[0][0], b"V = 2\n")],
    "two contents of a size": lambda members: [*members, (members[0][0], members[0][1][::-1])],
    "upwards": in_record(lambda d: d + b"./../x.py,,\n"),
    "upwards by backslash": in_record(lambda d: d + b"..\\x.py,,\n"),
    "absolute": in_record(lambda d: d + b"/x.py,,\n"),
    "another hash by dot slash": in_record(lambda d: d + b"./slip.py,sha256=AAAA,\n"),
    "Wheel-Version 2.0": in_wheel(b"Wheel-Version: 1.0", b"Wheel-Version: 2.0"),
}


@pytest.mark.parametrize(
    "edit",
    [
        in_record(lambda d: d + b"not/there.py,sha256=AAAA,3\n"),
        in_record(lambda d: d[d.index(b"\n") + 1 :]),
    ],
    ids=["absent", "unlisted"],
)
def test_what_others_take_is_taken_at_ones_own_risk(install, env, edit):
    """The refusal names the option that lifts it."""
    wheels = [changed("slip", edit)]
    done = install("slip", wheels=wheels).fails(1, "slip")
    assert "--allow-invalid-wheel slip" in done.err and not list(env.site.glob("slip*"))
    install("--allow-invalid-wheel", "slip", "slip", wheels=wheels).ok()
    assert list(env.site.glob("slip*"))


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_ones_are_refused(install, env, kind):
    install("slip", wheels=[changed("slip", HOSTILE[kind])]).fails(1, "slip")
    assert not list(env.site.glob("slip*"))
