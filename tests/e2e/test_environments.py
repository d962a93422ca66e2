"""Universal resolutions for named environments, and with files for required ones: uv is the judge."""

import json
import os
import random
import shlex
import tomllib

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement

from conftest import PYTHON
from registry import sdist, wheel

LINUX = "cp312-cp312-manylinux_2_17_x86_64"
LINUX_ARM = "cp312-cp312-manylinux_2_17_aarch64"
WINDOWS = "cp312-cp312-win_amd64"
MAC = "cp312-cp312-macosx_11_0_arm64"
ON_LINUX = "sys_platform == 'linux'"
ON_WINDOWS = "sys_platform == 'win32'"
ON_MAC = "sys_platform == 'darwin'"
ROUNDS = int(os.environ.get("ENVIRONMENT_ROUNDS", 60))

SYSTEMS = {
    "linux": ("posix", "Linux", ("x86_64", "aarch64")),
    "win32": ("nt", "Windows", ("AMD64", "ARM64")),
    "darwin": ("posix", "Darwin", ("x86_64", "arm64")),
    "freebsd14": ("posix", "FreeBSD", ("amd64",)),
}


def environments():
    for sys_platform, (os_name, system, machines) in SYSTEMS.items():
        for machine in machines:
            for python in ("3.12", "3.13", "3.14"):
                yield {
                    "os_name": os_name, "sys_platform": sys_platform, "platform_system": system,
                    "platform_machine": machine, "python_version": python,
                    "python_full_version": python + ".1", "implementation_name": "cpython",
                    "platform_python_implementation": "CPython", "extra": "",
                }


def pins_in(text: str, environment: dict) -> list[str]:
    lines = [Requirement(line) for line in text.splitlines()]
    return sorted(
        f"{line.name}{line.specifier}"
        for line in lines
        if line.marker is None or line.marker.evaluate(environment)
    )


@pytest.fixture
def project(work):
    """project(requirements, TABLE={KEY: marker or markers}): a pyproject.toml with [tool.TABLE]."""

    def write(requires, **tables):
        text = '[project]\nname = "top"\nversion = "1"\nrequires-python = ">=3.12"\n'
        text += f"dependencies = {json.dumps(requires)}\n"
        for table, keys in tables.items():
            text += f"[tool.{table}]\n"
            text += "".join(f"{key} = {json.dumps(value)}\n" for key, value in keys.items())
        (work / "pyproject.toml").write_text(text)

    return write


ARGUMENTS = ("--universal", "--python-version", "3.12", "--no-index", "--no-header", "--no-annotate")


@pytest.fixture
def both(pipit, uv, work, wheelhouse, project):
    """both(built, requires, uv={…}): what pipit and uv say of the same project."""

    def run(built, requires, **tables):
        folder = wheelhouse(*built)
        project(requires, **tables)
        ours = pipit("compile", "pyproject.toml", *ARGUMENTS, "-f", folder)
        theirs = uv("pip", "compile", "-q", "pyproject.toml", *ARGUMENTS, "-f", folder,
                    "--python", PYTHON, env={"UV_NO_CONFIG": None})
        return ours, theirs

    return run


def lines_of(text: str) -> list[str]:
    return sorted(line.replace('"', "'") for line in text.splitlines())


UNEVEN = [
    wheel("a", "2", tag=LINUX, requires=["d2"]),
    *[wheel("a", "1", tag=tag, requires=["d1"]) for tag in (LINUX, LINUX_ARM, WINDOWS, MAC)],
    wheel("d1", "1"),
    wheel("d2", "1"),
    wheel("only-linux", "1", tag=LINUX),
    sdist("s", "2"),
    wheel("s", "2", tag=LINUX),
    wheel("s", "1"),
    wheel("p", "1", requires=["a ; sys_platform == 'linux'"]),
    wheel("q", "1", requires=["a ; sys_platform == 'win32'"]),
]


@pytest.mark.parametrize(
    "requires, required",
    [
        (["a"], []),
        (["a"], [ON_WINDOWS]),
        (["a"], [ON_LINUX]),
        (["a"], ["sys_platform == 'linux' and platform_machine == 'x86_64'"]),
        (["a==2"], [ON_LINUX]),
        (["a ; sys_platform == 'linux'"], [ON_WINDOWS]),
        (["a ; sys_platform == 'win32'"], [ON_WINDOWS]),
        (["p"], [ON_WINDOWS]),
        (["q"], [ON_WINDOWS]),
        (["p", "q"], [ON_WINDOWS]),
        (["only-linux ; sys_platform == 'linux'"], [ON_WINDOWS, ON_LINUX]),
        (["s"], [ON_WINDOWS]),
        (["d1"], [ON_WINDOWS, ON_MAC, ON_LINUX]),
    ],
)
def test_required_environments_as_in_uv(both, requires, required):
    ours, theirs = both(UNEVEN, requires, uv={"required-environments": required})
    assert lines_of(ours.ok().out) == lines_of(theirs.ok().out)


@pytest.mark.parametrize(
    "requires, named",
    [
        (["a"], [ON_LINUX]),
        (["a"], [ON_LINUX, ON_WINDOWS]),
        (["d1", "d2 ; sys_platform == 'win32'"], [ON_LINUX]),
        (["d1 ; sys_platform == 'linux'"], [ON_LINUX]),
        (["only-linux"], [ON_LINUX]),
        (["s"], [ON_LINUX, ON_MAC]),
        (["d1"], ["python_version >= '3.13'"]),
        (["d1"], "sys_platform == 'darwin' and python_version < '3.14'"),
    ],
)
def test_named_environments_as_in_uv(both, requires, named):
    """uv tells the same of each named environment; of others it is asked nothing."""
    ours, theirs = both(UNEVEN, requires, uv={"environments": named})
    ours.ok(), theirs.ok()
    markers = [Marker(one) for one in ([named] if isinstance(named, str) else named)]
    compared = 0
    for environment in environments():
        inside = any(marker.evaluate(environment) for marker in markers)
        if inside:
            assert pins_in(ours.out, environment) == pins_in(theirs.out, environment), environment
            compared += 1
        else:
            assert pins_in(ours.out, environment) == [], environment
    assert compared > 1


@pytest.mark.parametrize(
    "requires, required",
    [
        (["only-linux"], [ON_WINDOWS]),
        (["a==2"], [ON_MAC]),
        (["a>=2", "d1"], [ON_LINUX, ON_WINDOWS]),
        (["a"], ["sys_platform == 'linux' and platform_machine == 'riscv64'"]),
    ],
)
def test_what_cannot_be_served_is_refused_as_in_uv(both, requires, required):
    ours, theirs = both(UNEVEN, requires, uv={"required-environments": required})
    ours.fails(1, "has no wheel where"), theirs.fails(1)


@pytest.mark.parametrize(
    "required",
    [
        [ON_MAC],
        [ON_LINUX, ON_WINDOWS, ON_MAC],
        [ON_LINUX, ON_MAC, "sys_platform == 'linux' and platform_machine == 'aarch64'"],
    ],
)
def test_each_required_environment_has_a_file(both, required):
    """uv may give the older release to environments nobody asked about, too: only what was asked
    for must be the same."""
    ours, theirs = both(UNEVEN, ["a"], uv={"required-environments": required})
    ours.ok(), theirs.ok()
    for environment in environments():
        pins = pins_in(ours.out, environment)
        if any(Marker(one).evaluate(environment) for one in required):
            assert pins == pins_in(theirs.out, environment), environment
        assert pins in (["a==1", "d1==1"], ["a==2", "d2==1"])


def test_the_message_and_its_way_out(pipit, project, wheelhouse):
    folder = wheelhouse(*UNEVEN)
    project(["only-linux"], uv={"required-environments": [ON_WINDOWS]})
    done = pipit("compile", "pyproject.toml", *ARGUMENTS, "-f", folder).fails(1)
    assert done.err.splitlines() == [
        "pipit: error: only-linux: no version can be used",
        "  you need only-linux (pyproject.toml:5)",
        '  only-linux 1 has no wheel where sys_platform == "win32"',
        '  where sys_platform == "win32"',
        'hint: dropping sys_platform == "win32" (pyproject.toml:7) gives a solution',
    ]
    project(["only-linux"], uv={"environments": [ON_LINUX, ON_WINDOWS]})
    done = pipit("compile", "pyproject.toml", *ARGUMENTS, "-f", folder).fails(1)
    assert 'hint: dropping sys_platform == "win32" (pyproject.toml:7)' in done.err
    project(["only-linux"], uv={"environments": [ON_LINUX]})
    pipit("compile", "pyproject.toml", *ARGUMENTS, "-f", folder).ok()


def test_options_stand_in_for_tables_and_ours_for_uvs(pipit, project, wheelhouse):
    folder = wheelhouse(*UNEVEN)
    run = lambda *options: pipit("compile", "pyproject.toml", *ARGUMENTS, "-f", folder, *options)
    project(["d1"], uv={"environments": ON_LINUX})
    assert run().ok().out == 'd1==1 ; sys_platform == "linux"\n'
    assert run("--environment", ON_MAC).ok().out == 'd1==1 ; sys_platform == "darwin"\n'
    both = run("--environment", ON_MAC, "--environment", ON_LINUX).ok().out
    assert both == 'd1==1 ; sys_platform == "darwin" or sys_platform == "linux"\n'
    project(["d1"], uv={"environments": ON_LINUX}, pipit={"environments": [ON_WINDOWS]})
    assert run().ok().out == 'd1==1 ; sys_platform == "win32"\n'
    project(["a"], uv={"required-environments": [ON_WINDOWS]})
    assert len(run().ok().out.splitlines()) == 4
    assert run("--required-environment", ON_LINUX).ok().out == "a==2\nd2==1\n"


def test_words_that_are_wrong(pipit, project, wheelhouse, work):
    folder = wheelhouse(*UNEVEN)
    one = ("compile", "pyproject.toml", "--no-index", "-f", folder, "--python-version", "3.12")
    run = lambda *options: pipit(*one, "--universal", *options)
    project(["d1"])
    run("--environment", "linux").fails(2, "--environment linux: ")
    run("--required-environment", "sys_platform = 'x'").fails(2, "--required-environment sys_platform = 'x': ")
    pipit(*one, "--environment", ON_LINUX).fails(2, "--environment: only a resolution with --universal")
    done = run("--environment", "python_version < '3.9'").fails(1, "no environment to resolve for")
    assert 'warning: python_version < "3.9" (--environment): none of the environments' in done.err
    done = run("--environment", ON_LINUX, "--required-environment", ON_MAC, "--no-header", "--no-annotate").ok()
    assert done.out == 'd1==1 ; sys_platform == "linux"\n'
    assert 'sys_platform == "darwin" (--required-environment): none of the environments' in done.err
    project(["d1"], uv={"environments": ["nonsense"]})
    run().fails(1, "pyproject.toml:7: tool.uv.environments: ")
    pipit(*one).ok()  # for one target it does not matter
    (work / "pyproject.toml").write_text(
        '[project]\nname = "top"\nversion = "1"\ndependencies = ["d1"]\n[tool.uv]\nenvironments = 5\n'
    )
    run().fails(1, "pyproject.toml:6: tool.uv.environments must be a marker or an array of markers, not an integer")


def test_a_lock_names_its_environments(pipit, uv, project, wheelhouse, work, make_env):
    folder = wheelhouse(*UNEVEN)
    def lock(requirements, *options):
        (work / "in").write_text(requirements)
        where = ("--python-version", "3.8", "--no-index", "-f", folder, "-o", "pylock.toml")
        return pipit("lock", "in", *where, "--environment", ON_LINUX, *options)

    lock("only-linux", "--environment", "sys_platform == 'freebsd14'").fails(1, "freebsd14")
    lock("d1\ns\nd2 ; sys_platform == 'win32'\n").ok()
    text = (work / "pylock.toml").read_text()
    assert tomllib.loads(text)["environments"] == ['sys_platform == "linux"']
    assert "d2" not in text and "marker" not in text.split("[[packages]]", 1)[1]
    uv("pip", "sync", "--python", make_env("theirs").python, "--dry-run", "pylock.toml").ok()
    (work / "pylock.toml").write_text(text.replace("sys_platform == ", "sys_platform != "))
    done = pipit("sync", "pylock.toml", "--python", make_env("ours").python, "--dry-run")
    done.fails(1, "not for this environment")


def test_scripts_and_groups_name_environments(pipit, wheelhouse, work):
    folder = wheelhouse(*UNEVEN)
    (work / "s.py").write_text(
        "#!/usr/bin/env python\n# /// script\n# dependencies = ['d1']\n# [tool.uv]\n"
        "# environments = [\"sys_platform == 'linux'\"]\n# ///\n"
    )
    done = pipit("compile", "s.py", *ARGUMENTS, "-f", folder).ok()
    assert done.out == 'd1==1 ; sys_platform == "linux"\n'
    (work / "pyproject.toml").write_text(
        "[dependency-groups]\ng = ['d2']\n[tool.pipit]\nenvironments = \"sys_platform == 'win32'\"\n"
    )
    done = pipit("compile", "--group", "g", *ARGUMENTS, "-f", folder).ok()
    assert done.out == 'd2==1 ; sys_platform == "win32"\n'


def test_the_header_repeats_the_markers(pipit, wheelhouse, work):
    (work / "in").write_text("d1\n")
    done = pipit("compile", "in", "--universal", "--python-version", "3.12", "--no-index", "-f",
                 wheelhouse(*UNEVEN), "--environment", ON_LINUX).ok()
    words = shlex.split(done.out.splitlines()[1].lstrip("#"))
    for part in ("--universal", "--python-version", "3.12", "--environment", ON_LINUX):
        assert part in words


# As on PyTorch's indexes: what is local is for some systems, what is not for others.
LOCALS = [
    *[wheel("torch", "2.5+cpu", tag=tag) for tag in (LINUX, WINDOWS)],
    *[wheel("torch", "2.5", tag=tag) for tag in (MAC, LINUX_ARM)],
    wheel("torch", "2.4+cpu", tag=LINUX),
    *[wheel("torch", "2.4", tag=tag) for tag in (MAC, WINDOWS)],
    wheel("vision", "1+cpu", tag=LINUX, requires=["torch==2.5"]),
    wheel("vision", "1", tag=MAC, requires=["torch==2.5"]),
    wheel("three", "1+a", tag=LINUX),
    wheel("three", "1+b", tag=WINDOWS),
    wheel("three", "1", tag=MAC),
    wheel("other", "2+a", tag=LINUX),
    wheel("other", "1", tag=MAC),
    wheel("more", "1+a", tag=LINUX),
    wheel("more", "1", tag=MAC, requires=["torch"]),
    wheel("any", "1+a"),
    wheel("any", "1", tag=MAC),
    wheel("stuck", "1+a", tag=LINUX),
    wheel("stuck", "1", tag=MAC, requires=["torch<1"]),
]


@pytest.mark.parametrize(
    "requires",
    [
        ["torch"], ["torch==2.5"], ["torch==2.4"], ["torch<2.5"], ["torch==2.5+cpu"], ["vision"],
        ["vision", "torch==2.5+cpu"], ["torch ; sys_platform == 'win32'"],
        ["torch ; sys_platform == 'linux'"], ["three"], ["other"], ["more"], ["any"],
        ["more", "vision", "three"], ["stuck"], ["stuck", "torch"],
    ],
)
def test_local_versions_of_some_systems_as_in_uv(both, requires):
    ours, theirs = both(LOCALS, requires)
    ours.ok(), theirs.ok()
    for environment in environments():
        assert pins_in(ours.out, environment) == pins_in(theirs.out, environment), environment


REQUIRED = {ON_LINUX: LINUX, ON_WINDOWS: WINDOWS, ON_MAC: MAC}


class World:
    """Four packages of three versions each, every version with wheels for some systems."""

    def __init__(self, seed: int):
        rng = random.Random(seed)
        splits = ["", "", f" ; {ON_LINUX}", f" ; {ON_WINDOWS}", " ; sys_platform != 'darwin'"]
        self.files, self.needs = {}, {}
        for name in "abcd":
            for version in "123":
                served = [one for one in REQUIRED if rng.random() < 0.7] or [rng.choice([*REQUIRED])]
                self.files[name, version] = served
                self.needs[name, version] = [
                    other + rng.choice(["", "", ">=2", "<3"]) + rng.choice(splits)
                    for other in "abcd" if other > name and rng.random() < 0.4
                ]
        self.wants = ["a", "b" + rng.choice(splits)]

    def wheels(self):
        for (name, version), served in self.files.items():
            for one in served:
                yield wheel(name, version, tag=REQUIRED[one], requires=self.needs[name, version])

    def can_serve(self, where: str) -> bool:
        """Whether some choice of versions serves this environment: by trying all."""
        environment = next(one for one in environments() if Marker(where).evaluate(one))

        def step(todo: list[str], chosen: dict) -> bool:
            for requirement in map(Requirement, todo):
                name = requirement.name
                if requirement.marker and not requirement.marker.evaluate(environment):
                    continue
                if name in chosen:
                    if not requirement.specifier.contains(chosen[name]):
                        return False
                    continue
                return any(
                    step(todo + self.needs[name, version], {**chosen, name: version})
                    for version in "321"
                    if requirement.specifier.contains(version) and where in self.files[name, version]
                )
            return True

        return step(self.wants, {})


def test_random_worlds_are_served_when_they_can_be(pipit, work):
    """There is an answer when each required system has one by itself, and then it is a right one."""
    options = [word for one in REQUIRED for word in ("--required-environment", one)]
    solved = split = 0
    for seed in range(ROUNDS):
        world = World(seed)
        folder = work / f"wheels{seed}"
        folder.mkdir()
        for name, data in world.wheels():
            (folder / name).write_bytes(data)
        (work / "in").write_text("\n".join(world.wants))
        done = pipit("compile", "in", *ARGUMENTS, "-f", folder, *options)
        assert (done.rc == 0) == all(map(world.can_serve, REQUIRED)), (seed, done)
        if done.rc:
            assert done.rc == 1, (seed, done)
            continue
        solved += 1
        answers = set()
        for environment in environments():
            pins = pins_in(done.out, environment)
            for one in REQUIRED:
                if Marker(one).evaluate(environment):
                    answers.add(tuple(pins))
                    for pin in pins:
                        assert one in world.files[tuple(pin.split("=="))], (seed, environment, done)
        split += len(answers) > 1
    print(f"{ROUNDS} worlds: {solved} with an answer, {split} of them not the same everywhere")
    assert solved > ROUNDS / 5 and solved < ROUNDS and split > ROUNDS / 20
