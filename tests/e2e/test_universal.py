"""Resolutions for many environments at once, and their output as input."""

import itertools
import os
import random

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement

from conftest import PYTHON
from packse import Scenario, environments, holds, judge_universal
from registry import Index, Knobs, Server, wheel


def test_an_earlier_pin_is_preferred_where_its_marker_holds(pipit, work, wheelhouse):
    folder = wheelhouse(*[wheel("a", str(version)) for version in (1, 2, 3)])
    (work / "in").write_text("a\n")
    pins = "a==1 ; sys_platform == 'linux'\na==2 ; sys_platform == 'win32'\n"
    for platform, version in [("linux", 1), ("windows", 2), ("macos", 3)]:
        (work / "out").write_text(pins)
        where = ("--python-version", "3.12", "--python-platform", platform)
        pipit("compile", "in", "--no-index", "-f", folder, *where, "-o", "out", "--no-header").ok()
        assert (work / "out").read_text().startswith(f"a=={version}\n"), platform


@pytest.fixture
def universal(pipit, work, wheelhouse):
    """universal(wants, built, option, …): what compile says for Python 3.10 and newer."""

    def run(wants: list[str], built, *options):
        (work / "in").write_text("".join(f"{line}\n" for line in wants))
        where = ("--universal", "--no-header")
        if built is not None:
            where += ("--no-index", "-f", wheelhouse(*built))
        if "--python-version" not in options:
            where += ("--python-version", "3.10")
        if "--annotate" not in options:
            where += ("--no-annotate",)
        return pipit("compile", "in", *where, *options)

    return run


def test_each_python_gets_its_newest_or_all_get_one(universal):
    built = [
        wheel("a", "1", requires_python=">=3.8"),
        wheel("a", "2", requires_python=">=3.12"),
    ]
    assert universal(["a"], built).ok().out == (
        'a==1 ; python_version < "3.12"\na==2 ; python_version >= "3.12"\n'
    )
    assert universal(["a"], built, "--fork-strategy", "fewest").ok().out == "a==1\n"
    assert universal(["a"], built, "--python-version", "3.12").ok().out == "a==2\n"
    universal(["a>=2"], built).fails(1, 'where python_version < "3.12"')
    universal(["a>=2 ; python_version >= '3.13'"], built).ok()


def test_lowest_direct_holds_where_the_user_names_the_project(universal, uv, work, wheelhouse):
    built = [wheel("root", "3", requires=["dep>=2.8"]), *(wheel("dep", v) for v in ("2.8", "3.0", "3.1"))]
    lowest = ("--resolution", "lowest-direct")
    done = universal(["root==3", "dep>=3 ; python_version >= '3.12'"], built, *lowest)
    by_python = 'dep==3.0 ; python_version >= "3.12"\ndep==3.1 ; python_version < "3.12"\nroot==3\n'
    assert done.ok().out == by_python
    peer = uv(
        "pip", "compile", "in", "--universal", "--python-version", "3.10", "--python", PYTHON, *lowest,
        "--no-index", "-f", wheelhouse(*built), "--no-header", "--no-annotate",
    )  # fmt: skip
    assert peer.ok().out.replace("python_full_version", "python_version").replace("'", '"') == by_python
    # Where uv makes no fork of its own it takes 3.0 for Linux too, unlike when asked about Linux.
    done = universal(["root==3", "dep>=3 ; sys_platform == 'win32'"], built, *lowest)
    assert done.ok().out == (
        'dep==3.0 ; sys_platform == "win32"\ndep==3.1 ; sys_platform != "win32"\nroot==3\n'
    )
    # One version that is the lowest and the highest needs no fork.
    done = universal(["root==3", "dep>=3.1 ; sys_platform == 'win32'"], built, *lowest)
    assert done.ok().out == "dep==3.1\nroot==3\n"


def test_without_a_version_the_interpreter_gives_the_lowest(universal, pipit, work, wheelhouse):
    built = [wheel("a", "1", requires_python=">=3.8"), wheel("a", "2", requires_python=">=3.99")]
    lines = 'a==1 ; python_version < "3.99"\na==2 ; python_version >= "3.99"\n'
    assert universal(["a ; python_version >= '3.1'"], built, "--python-version", "3.8").ok().out == lines
    # That of the tests runs a newer one than 3.8, and an older one than 3.99.
    old = "a ; python_version < '3.9'"
    assert universal([old, "a"], built, "--python-version", "3.8").ok().out == lines
    where = ("compile", "in", "--universal", "--python", PYTHON)
    (work / "in").write_text("a ; python_full_version < '3.9'\nb ; python_version < '3.99'\n")
    done = pipit(*where, "--no-index", "-f", wheelhouse(wheel("b", "1")), "-o", "out").ok()
    text = (work / "out").read_text()
    first, command = text.splitlines()[:2]
    assert first == "# This file was made by pipit with:", done
    assert command.startswith("#    pipit compile in --universal --find-links "), done
    assert text.splitlines()[2] == 'b==1 ; python_version < "3.99"', done


def test_requirements_at_odds_in_the_depth(universal):
    """Nobody names c twice, but what two packages need of it cannot be met together."""
    built = [
        wheel("a", "1", requires=["c<2 ; sys_platform == 'linux'"]),
        wheel("b", "1", requires=["c>=2 ; sys_platform != 'linux'"]),
        wheel("c", "1"),
        wheel("c", "2"),
    ]
    assert universal(["a", "b"], built).ok().out == (
        'a==1\nb==1\nc==1 ; sys_platform == "linux"\nc==2 ; sys_platform != "linux"\n'
    )


def test_a_conflict_says_where_it_is(universal):
    built = [wheel("a", "1", requires=["b>=2 ; sys_platform == 'win32'"]), wheel("b", "1")]
    done = universal(["a"], built).fails(1, "b")
    assert done.err.splitlines() == [
        "pipit: error: b: no version can be used",
        "  you need a (in:1)",
        "  a 1 needs b>=2",
        "  there is no b>=2 (the newest is 1)",
        '  where sys_platform == "win32"',
    ]


def test_a_conflict_in_no_environment_is_none(universal):
    built = [wheel("a", "1", requires=["b>=2 ; sys_platform == 'win32' and os_name == 'posix'"])]
    assert universal(["a"], built).ok().out == "a==1\n"


def test_constraints_and_overrides_with_markers(universal, work):
    built = [wheel("a", "1", requires=["b"]), wheel("b", "1"), wheel("b", "2"), wheel("b", "3")]
    (work / "c").write_text("b<2 ; sys_platform == 'win32'\nb>1 ; sys_platform != 'win32'\nb<3\n")
    assert universal(["a"], built, "-c", "c").ok().out == (
        'a==1\nb==1 ; sys_platform == "win32"\nb==2 ; sys_platform != "win32"\n'
    )
    (work / "o").write_text("b==3 ; sys_platform == 'linux'\n")
    assert universal(["a"], built, "--override", "o").ok().out == (
        'a==1\nb==3 ; sys_platform == "linux"\n'
    )


def test_extras_are_needed_where_they_are_asked_for(universal):
    built = [
        wheel("a", "1", requires=["b"], extras={"x": ["c ; python_version < '3.12'"]}),
        wheel("b", "1"),
        wheel("c", "1"),
    ]
    wants = ["a", "a[x] ; sys_platform == 'linux'"]
    both = 'python_version < "3.12" and sys_platform == "linux"'
    assert universal(wants, built).ok().out == f"a==1\nb==1\nc==1 ; {both}\n"
    assert universal(wants, built, "--no-strip-extras").ok().out == (
        f'a==1\na[x]==1 ; sys_platform == "linux"\nb==1\nc==1 ; {both}\n'
    )
    out = universal(["a[x]"], built, "--no-strip-extras", "--annotate").ok().out
    assert out == (
        "a[x]==1\n    # via -r in\nb==1\n    # via a\n"
        'c==1 ; python_version < "3.12"\n    # via a\n'
    )


def test_a_file_by_path_for_one_platform(universal, work):
    name, data = wheel("a", "9", requires=["b"])
    (work / name).write_bytes(data)
    wants = [f"a @ file://{work}/{name} ; sys_platform == 'linux'", "a<9 ; sys_platform != 'linux'"]
    built = [wheel("a", "1"), wheel("a", "2"), wheel("b", "1")]
    assert universal(wants, built).ok().out == (
        f'a==2 ; sys_platform != "linux"\na @ file://{work}/{name} ; sys_platform == "linux"\n'
        'b==1 ; sys_platform == "linux"\n'
    )


def test_hashes_of_every_platform(universal):
    with Server(Knobs()) as server:
        index = Index(server)
        for tag in ("win_amd64", "linux_x86_64"):
            index.add(wheel("a", "1", tag=f"cp312-cp312-{tag}"))
        options = ("-i", index.url, "--generate-hashes")
        out = universal(["a ; sys_platform != 'darwin'"], None, *options).ok().out
    assert out.startswith('a==1 ; sys_platform != "darwin" \\\n    --hash=sha256:')
    assert out.count("--hash") == 2


def test_wheels_for_older_pythons_alone_do_not_count(universal):
    built = [wheel("a", "2", tag="cp39-cp39-any"), wheel("a", "1", tag="cp39-abi3-any")]
    assert universal(["a"], built).ok().out == "a==1\n"


def test_the_output_is_input_again(universal, pipit, work, make_env, wheelhouse):
    built = [
        wheel("a", "1", requires=["b<3 ; sys_platform == 'linux'", "b<2 ; sys_platform != 'linux'"]),
        *[wheel("b", str(version)) for version in (1, 2, 3)],
    ]
    first = universal(["a"], built, "-o", "out").ok()
    text = (work / "out").read_text()
    assert text == 'a==1\nb==1 ; sys_platform != "linux"\nb==2 ; sys_platform == "linux"\n'
    # Newer releases do not move it, though each of its pins fits elsewhere, until asked to.
    more = [wheel("a", "2", requires=["b>2 ; sys_platform == 'linux'", "b<2 ; sys_platform != 'linux'"])]
    for options, expected in [
        ((), text),
        (("-U",), text.replace("a==1", "a==2").replace("b==2", "b==3")),
    ]:
        universal(["a"], more, "-o", "out", *options).ok()
        assert (work / "out").read_text() == expected, first
    (work / "out").write_text(text)
    env = make_env("env")
    pipit(
        "install", "--no-index", "-f", wheelhouse(), "-r", "out", env={"VIRTUAL_ENV": env.path}
    ).ok()
    assert env.installed() == {"a": "1", "b": "2"}


def test_options_that_make_no_sense_together(universal):
    for option in (("--python-platform", "linux"), ("--abi", "cp312"), ("--fork-strategy", "x")):
        universal(["a"], [], *option).fails(2, option[0])


# Worlds made at random: every environment of an answer is judged by itself, and where there is no
# answer, trying everything must show an environment that has none.

MARKERS = [
    "sys_platform == 'linux'",
    "sys_platform == 'win32'",
    "sys_platform != 'win32'",
    "python_version < '3.11'",
    "python_version >= '3.11'",
    "python_full_version >= '3.12.2'",
    "implementation_name == 'pypy'",
    "platform_machine == 'arm64' and sys_platform == 'darwin'",
    "os_name == 'nt' or python_version >= '3.12'",
]


class World(Scenario):
    """A few packages with a few versions, many of them at odds with each other."""

    def __init__(self, seed: int):
        self.random = random.Random(seed)
        self.names = [f"p{at}" for at in range(self.random.randint(3, 6))]
        packages = {name: {"versions": self._versions(at)} for at, name in enumerate(self.names)}
        requires = [self._requirement(self.random.choice(self.names)) for _ in range(3)]
        self.raw = {"packages": packages, "root": {"requires": requires, "requires_python": ">=3.10"}}
        self.id, self.options, self.override, self.reference = str(seed), {}, {}, None
        self.universal = True
        self.roots = [Requirement(text) for text in requires]

    def _requirement(self, name: str) -> str:
        text = name + ("[x]" if self.random.random() < 0.2 else "")
        if self.random.random() < 0.45:
            text += self.random.choice(["<2", ">=2", "<3", ">=3", "==2", "!=3", ">1"])
        if self.random.random() < 0.5:
            text += " ; " + self.random.choice(MARKERS)
        return text

    def _versions(self, at: int) -> dict:
        out = {}
        for version in "1234"[: self.random.choice([2, 3, 4, 4])]:
            later = self.names[at + 1 :] or self.names[:1]
            count = self.random.choice([0, 1, 1, 2, 3])
            needs = [self._requirement(self.random.choice(later)) for _ in range(count)]
            python = self.random.choice([">=3.8"] * 3 + [">=3.11", ">=3.12"])
            extra = [self._requirement(self.random.choice(later))]
            out[version] = {
                "requires": needs,
                "extras": {"x": extra if self.random.random() < 0.5 else []},
                "requires_python": python,
                "sdist": False,
            }
        return out

    def wheels(self):
        for name, package in self.raw["packages"].items():
            for version, what in package["versions"].items():
                about = {key: what[key] for key in ("requires", "extras", "requires_python")}
                yield wheel(name, version, **about)

    def markers(self) -> list:
        texts = itertools.chain(
            self.raw["root"]["requires"],
            *(
                itertools.chain(what["requires"], *what["extras"].values())
                for package in self.raw["packages"].values()
                for what in package["versions"].values()
            ),
        )
        bounds = [Marker("python_version >= '3.11'"), Marker("python_version >= '3.12'")]
        return bounds + [r.marker for r in map(Requirement, texts) if r.marker]

    def solvable_in(self, env: dict) -> bool:
        """By trying everything."""

        def search(todo, pins, done):
            if not todo:
                return True
            (requirement, extra), rest = todo[0], todo[1:]
            if not holds(requirement, env, extra):
                return search(rest, pins, done)
            name = requirement.name
            for release in [pins[name]] if name in pins else self.releases[name]:
                fits = requirement.specifier.contains(release.version)
                if not fits or not release.requires_python.contains(env["python_full_version"]):
                    continue
                wanted = {(name, ""), *((name, e) for e in requirement.extras)} - done
                needs = [(need, e) for _, e in wanted for need in release.needs(e)]
                if search(rest + needs, {**pins, name: release}, done | wanted):
                    return True
            return False

        return search([(root, "") for root in self.roots], {}, frozenset())


@pytest.mark.parametrize("strategy", ["requires-python", "fewest"])
def test_random_worlds(pipit, work, strategy):
    first = int(os.environ.get("PIPIT_SEED", "1"))
    count = int(os.environ.get("PIPIT_WORLDS", "40"))
    print(f"seeds from {first}")
    solved = forked = 0
    for seed in range(first, first + count):
        world = World(seed)
        folder = work / f"{strategy}-{seed}"
        folder.mkdir()
        for name, data in world.wheels():
            (folder / name).write_bytes(data)
        answers = []
        for _ in range(2):
            lines = [str(root) for root in world.roots]
            world.random.shuffle(lines)
            (work / "in").write_text("\n".join(lines))
            where = ("--no-index", "-f", folder, "--universal", "--python-version", "3.10")
            output = ("--no-header", "--no-annotate", "--fork-strategy", strategy)
            answers.append(pipit("compile", "in", *where, *output))
        done = answers[0]
        assert (done.rc, done.out) == (answers[1].rc, answers[1].out), seed
        if done.rc == 0:
            solved += 1
            forked += " ; " in done.out
            judge_universal(world, done.out)
            continue
        done.fails(1, "you need")
        spots = environments(world.markers(), "3.10")
        assert not all(map(world.solvable_in, spots)), (seed, done)
    assert solved > count / 4 and forked > count / 8, (solved, forked)
