"""The resolver scenarios of tests/packse, one test each; its README says how they are judged.

Every run is made twice, the second time with the requirements in reverse order, which must not
matter. All worlds are on one server, each below a path of its own.
"""

import functools
import re
import subprocess

import pytest

from conftest import binary_path
from packse import Scenario, judge_universal, names_package, scenario_ids, table
from registry import Knobs, Server


@functools.cache
def knows_universal() -> bool:
    done = subprocess.run([binary_path(), "compile", "--help"], capture_output=True, text=True)
    return "--universal" in done.stdout


def pytest_generate_tests(metafunc):
    if "id" not in metafunc.fixturenames:
        return
    if "mode" in metafunc.fixturenames:
        cases = [(id, mode) for id, modes in table("modes").items() for mode in modes]
        metafunc.parametrize(("id", "mode"), cases, ids=[" ".join(case) for case in cases])
        return
    # Universal scenarios wait for the option, not for a list of names.
    ids = [id for id in scenario_ids() if knows_universal() or not Scenario(id).universal]
    metafunc.parametrize("id", ids)


@pytest.fixture(scope="session")
def server():
    with Server(Knobs()) as server:
        yield server


@pytest.fixture(scope="session")
def world(server):
    """world(id): the scenario and its index."""

    @functools.cache
    def of(id):
        scenario = Scenario(id)
        return scenario, scenario.serve(server)

    return of


@pytest.fixture
def ask(pipit, work, world):
    """ask(id): what `pipit compile` says, whatever the order of the requirements."""

    def run(id, mode=None):
        scenario, index = world(id)
        runs = []
        for roots in (scenario.roots, scenario.roots[::-1]):
            (work / "requirements.in").write_text("".join(f"{root}\n" for root in roots))
            args = scenario.arguments(index, mode)
            runs.append(pipit("compile", "requirements.in", *args, env={"PATH": ""}))
        assert (runs[0].rc, runs[0].out) == (runs[1].rc, runs[1].out), runs
        return scenario, runs[0]

    return run


def check_pinned(done, packages: dict) -> None:
    done.ok()
    assert done.out == "".join(f"{name}=={packages[name]}\n" for name in sorted(packages))


def check_refused(scenario, done) -> None:
    """Exit 1, and the message names every package of some minimal set of conflicting roots."""
    done.fails(1)
    assert not re.search(r"internal", done.err), done
    conflicts = scenario.conflicting_roots()
    assert conflicts, "the plain solver finds a solution"
    assert any(all(names_package(done.err, name) for name in names) for names in conflicts), done


def expected_packages(scenario) -> dict:
    if "packages" in scenario.expected:
        return scenario.expected["packages"]
    (only,) = scenario.solutions(scenario.roots)
    return only


def test_scenario(id, ask):
    scenario, done = ask(id)
    if scenario.universal:
        reference = scenario.reference or {}
        possible = scenario.expected["satisfiable"] or reference.get("satisfiable", False)
        if done.rc == 0 or possible:
            judge_universal(scenario, done.ok().out)
        else:
            check_refused(scenario, done)
        return
    for other in scenario.override.get("alternates", []):
        if other["satisfiable"] is (done.rc == 0):
            if done.rc != 0:
                assert done.rc == 1 and all(
                    names_package(done.err, root.name) for root in scenario.roots
                )
                return
            if done.out == "".join(f"{n}=={v}\n" for n, v in sorted(other["packages"].items())):
                return
    if scenario.expected["satisfiable"]:
        check_pinned(done, expected_packages(scenario))
    else:
        check_refused(scenario, done)


def test_mode(id, mode, ask):
    packages = table("modes")[id][mode]
    scenario, done = ask(id, mode)
    if packages is not None:
        check_pinned(done, packages)
        return
    done.fails(1)
    assert any(names_package(done.err, root.name) for root in scenario.roots), done


def test_all_scenarios_are_there():
    assert len(scenario_ids()) == 124
    assert sum(len(modes) for modes in table("modes").values()) == 90
