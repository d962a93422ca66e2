"""Editable installs (PEP 660) with the back ends people use: what is edited is what runs, and pip and
pipit take them away without a trace."""

import json

import pytest

from conftest import tree
from sources import direct_url

pytestmark = pytest.mark.index

TABLE = """
[project]
name = "my-tool"
version = "1.5"
description = "d"
dependencies = []
[project.scripts]
my-tool = "my_tool:main"
"""
BACKENDS = {
    "setuptools": '[build-system]\nrequires = ["setuptools>=64"]\n'
    'build-backend = "setuptools.build_meta"\n[tool.setuptools.packages.find]\nwhere = ["src"]\n',
    "hatchling": '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n'
    '[tool.hatch.build.targets.wheel]\npackages = ["src/my_tool"]\n',
    "flit": '[build-system]\nrequires = ["flit_core>=3.4"]\nbuild-backend = "flit_core.buildapi"\n',
}


def make_project(folder, backend):
    (folder / "src" / "my_tool").mkdir(parents=True)
    (folder / "src" / "my_tool" / "__init__.py").write_text('"""d"""\ndef main(): print("first")\n')
    (folder / "pyproject.toml").write_text(TABLE + BACKENDS[backend])
    return folder


def files_of(path) -> dict:
    """Without bytecode, and without folders: pip leaves empty ones behind."""
    return {
        name: what
        for name, what in tree(path, lambda name: "__pycache__" in name).items()
        if what[0] != "folder"
    }


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("remover", ["pip", "pipit"])
def test_editable_installs_come_and_go(request, pipit, pip, work, env, backend, remover):
    project = make_project(work / "project", backend)
    before = files_of(env.path)
    done = pipit("install", "--python", env.python, "-e", "./project", timeout=300).ok()
    assert f"my-tool==1.5 (from file://{project})" in done.err
    assert direct_url(env, "my_tool-1.5") == {
        "url": f"file://{project}",
        "dir_info": {"editable": True},
    }
    assert env.run(env.bin / "my-tool") == "first\n"
    (project / "src" / "my_tool" / "__init__.py").write_text('"""d"""\ndef main(): print("edited")\n')
    assert env.run(env.bin / "my-tool") == "edited\n"
    rows = json.loads(pipit("list", "--python", env.python, "--format", "json").ok().out)
    assert rows[0]["editable_project_location"] == str(project)
    sources = files_of(project)
    if remover == "pip":
        pip("--python", env.python, "uninstall", "-y", "my-tool").ok()
    else:
        pipit("uninstall", "-y", "--python", env.python, "my-tool").ok()
    assert files_of(env.path) == before
    assert files_of(project) == sources


@pytest.mark.parametrize("backend", BACKENDS)
def test_pipit_removes_what_pip_installed(pipit, pip, work, env, backend):
    make_project(work / "project", backend)
    before = files_of(env.path)
    pip("--python", env.python, "install", "-e", "./project", timeout=300).ok()
    pipit("uninstall", "-y", "--python", env.python, "my-tool").ok()
    assert files_of(env.path) == before


@pytest.mark.parametrize("backend", BACKENDS)
def test_editables_and_folders_freeze_as_with_pip(pipit, pip, work, env, make_env, backend):
    make_project(work / "project", backend)
    other = make_env("other")
    for words in (["-e", "./project"], ["./project"]):
        pipit("install", "--python", env.python, *words, timeout=300).ok()
        pip("--python", other.python, "install", *words, timeout=300).ok()
        ours = pipit("freeze", "--python", env.python).ok().out
        assert ours == pip("--python", other.python, "freeze").ok().out
