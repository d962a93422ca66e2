"""Worlds of tests/packse: how they are served, asked about and judged (its README has the rules).

A plain solver of a few lines stands beside the judge. It tries everything and knows no cleverness,
which these worlds are small enough for. It says which answers are possible at all, and which root
requirements cannot be met together.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
import json
import pathlib
import re
import tomllib

from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.tags import Tag, compatible_tags, cpython_tags, parse_tag
from packaging.utils import canonicalize_name
from packaging.version import Version

from registry import Index, Server, sdist, wheel

DATA = pathlib.Path(__file__).resolve().parents[1] / "packse"
DEFAULT_PYTHON = ">=3.12"


@functools.cache
def table(name: str) -> dict:
    return json.loads((DATA / f"{name}.json").read_text())


def scenario_ids() -> list[str]:
    folder = DATA / "scenarios"
    return sorted(
        str(path.relative_to(folder).with_suffix("")) for path in folder.rglob("*.toml")
    )


def wheel_tags(release: dict) -> list[str]:
    return release.get("wheel_tags") or ["py3-none-any"] if release.get("wheel", True) else []


@dataclasses.dataclass
class Release:
    """One version of a package, as its file says."""

    version: Version
    requires: list[Requirement]
    extras: dict[str, list[Requirement]]
    requires_python: SpecifierSet
    yanked: bool
    wheel_tags: frozenset[Tag]
    sdist: bool

    def has_file_for(self, python: Version) -> bool:
        """Whether there is a file for this Python on Linux, x86_64."""
        linux = ["manylinux_2_28_x86_64", "manylinux2014_x86_64", "linux_x86_64"]
        usable = {*cpython_tags(python.release[:2], platforms=linux)}
        usable |= {*compatible_tags(python.release[:2], "cp", linux)}
        return self.sdist or not usable.isdisjoint(self.wheel_tags)

    def needs(self, extra: str) -> list[Requirement]:
        return self.extras.get(extra, []) if extra else self.requires


class Scenario:
    """One file of tests/packse/scenarios."""

    def __init__(self, id: str):
        self.id = id
        self.raw = tomllib.loads((DATA / "scenarios" / f"{id}.toml").read_text())
        self.options = self.raw.get("resolver_options", {})
        self.expected = self.raw["expected"]
        self.override = table("overrides").get(id, {})
        self.reference = table("reference").get(id)
        self.roots = [Requirement(text) for text in self.raw["root"].get("requires", [])]
        self.universal = self.options.get("universal", False)

    @property
    def python(self) -> str:
        """The Python to resolve for; of a universal resolution the lowest one."""
        given = self.raw.get("environment", {}).get("python", "3.12")
        if not self.universal:
            return self.options.get("python", given)
        bounds = SpecifierSet(self.raw["root"].get("requires_python", DEFAULT_PYTHON))
        lowest = [clause.version for clause in bounds if clause.operator == ">="]
        return lowest[0] if lowest and lowest != ["0"] else given

    @functools.cached_property
    def releases(self) -> dict[str, list[Release]]:
        """Newest first."""
        return {
            canonicalize_name(name): sorted(
                (self._release(version, what) for version, what in package["versions"].items()),
                key=lambda release: release.version,
                reverse=True,
            )
            for name, package in self.raw.get("packages", {}).items()
        }

    def _release(self, version: str, what: dict) -> Release:
        extras = what.get("extras", {})
        return Release(
            Version(version),
            [Requirement(text) for text in what.get("requires", [])],
            {canonicalize_name(e): [Requirement(text) for text in extras[e]] for e in extras},
            SpecifierSet(what.get("requires_python", DEFAULT_PYTHON)),
            what.get("yanked", False),
            frozenset().union(*map(parse_tag, wheel_tags(what))),
            what.get("sdist", True),
        )

    def serve(self, server: Server) -> Index:
        """Puts the world on the server, below a path of its own."""
        index = Index(server, prefix=f"/{self.id}")
        for name, package in self.raw.get("packages", {}).items():
            for version, what in package["versions"].items():
                about = {
                    "requires": what.get("requires", []),
                    "extras": what.get("extras", {}),
                    "requires_python": what.get("requires_python", DEFAULT_PYTHON),
                }
                files = [wheel(name, version, tag=tag, **about) for tag in wheel_tags(what)]
                if what.get("sdist", True):
                    files.append(sdist(name, version, **about))
                if files:
                    index.add(*files, yanked=what.get("yanked", False))
        return index

    def arguments(self, index: Index, mode: str | None = None) -> list[str]:
        """Of `pipit compile`, less the file."""
        out = ["--index-url", index.url, "--no-header", "--no-annotate"]
        out += ["--python-version", self.python]
        if mode:
            out += ["--prerelease", mode]
        elif self.options.get("prereleases"):
            out.append("--pre")
        for name in self.options.get("no_build", []):
            out += ["--only-binary", name]
        for name in self.options.get("no_binary", []):
            out += ["--no-binary", name]
        if self.universal:
            out.append("--universal")
        if "resolution" in self.options:
            out += ["--resolution", self.options["resolution"]]
        if self.options.get("python_platform") == "x86_64-manylinux2014":
            out += ["--python-platform", "manylinux2014_x86_64"]
        elif not self.universal:
            out += ["--python-platform", "linux"]
        return out

    # What can be true in this world.

    def environment(self, **changes) -> dict:
        full = f"{self.python}.0" if self.python.count(".") == 1 else self.python
        return {**environment("linux", "x86_64", "cpython", full), **changes}

    def conflicting_roots(self) -> list[set[str]]:
        """Of every minimal set of root requirements that cannot be met together, the names. Markers
        of a universal resolution are taken to hold all at once, as when there were no forks."""
        minimal: list[set[int]] = []
        everything = range(len(self.roots))
        for size in range(1, len(self.roots) + 1):
            for chosen in itertools.combinations(everything, size):
                if any(known <= set(chosen) for known in minimal):
                    continue
                if next(self.solutions([self.roots[at] for at in chosen]), None) is None:
                    minimal.append(set(chosen))
        return [{canonicalize_name(self.roots[at].name) for at in found} for found in minimal]

    def solutions(self, roots: list[Requirement]):
        """All ways to meet `roots`, each as {name: version}, by trying everything. Final releases
        come first. A release whose Requires-Python has only an upper bound against it counts: such
        bounds are the resolver's choice."""
        yield from self._search([(one, "") for one in roots], {}, set())

    def _search(self, todo, pins, done):
        if not todo:
            yield {name: str(release.version) for name, release in pins.items()}
            return
        (requirement, extra), rest = todo[0], todo[1:]
        if not self.universal and not holds(requirement, self.environment(), extra):
            yield from self._search(rest, pins, done)
            return
        name = canonicalize_name(requirement.name)
        pool = [pins[name]] if name in pins else self._usable(name)
        for release in pool:
            if not requirement.specifier.contains(release.version, prereleases=True):
                continue
            wanted = [(name, "")] + [(name, canonicalize_name(e)) for e in requirement.extras]
            fresh = [one for one in wanted if one not in done]
            needs = [(need, e) for _, e in fresh for need in release.needs(e)]
            yield from self._search(rest + needs, {**pins, name: release}, done | set(fresh))

    def _usable(self, name: str) -> list[Release]:
        pinned = {
            clause.version
            for root in self.roots
            if canonicalize_name(root.name) == name
            for clause in root.specifier
            if clause.operator == "=="
        }
        python = Version(self.environment()["python_full_version"])
        usable = [
            release
            for release in self.releases.get(name, [])
            if python_reaches(release.requires_python, python)
            and (not release.yanked or str(release.version) in pinned)
            and (self.universal or release.has_file_for(python))
        ]
        return sorted(usable, key=lambda release: release.version.is_prerelease)


def python_reaches(bounds: SpecifierSet, python: Version) -> bool:
    """Whether `python` is above the lower bounds; upper ones are not looked at."""
    lower = SpecifierSet(",".join(str(c) for c in bounds if c.operator in (">=", ">", "~=")))
    return lower.contains(python, prereleases=True)


def holds(requirement: Requirement, env: dict, extra: str = "") -> bool:
    return requirement.marker is None or requirement.marker.evaluate({**env, "extra": extra})


# Environments.

PLATFORMS = {"linux": ("posix", "Linux"), "darwin": ("posix", "Darwin"), "win32": ("nt", "Windows")}
IMPLEMENTATIONS = {"cpython": "CPython", "pypy": "PyPy"}
DIMENSIONS = {
    "platform": ("sys_platform", "os_name", "platform_system"),
    "machine": ("platform_machine",),
    "implementation": ("implementation_name", "platform_python_implementation"),
    "python": ("python_version", "python_full_version", "implementation_version"),
}


def environment(platform: str, machine: str, implementation: str, python: str) -> dict:
    os_name, system = PLATFORMS.get(platform, ("posix", platform))
    return {
        "sys_platform": platform,
        "os_name": os_name,
        "platform_system": system,
        "platform_machine": machine,
        "implementation_name": implementation,
        "platform_python_implementation": IMPLEMENTATIONS.get(implementation, implementation),
        "python_full_version": python,
        "python_version": ".".join(python.split(".")[:2]),
        "implementation_version": python,
        "platform_release": "",
        "platform_version": "",
    }


def atoms(markers: list[Marker]):
    """(variable, literal) of every comparison."""
    for marker in markers:
        for pair in re.findall(r"""([a-z_]+) (?:not in|in|[<>=!~]+) ["']([^"']*)""", str(marker)):
            yield pair
        for literal, name in re.findall(r"""["']([^"']*)["'] (?:not in|in|[<>=!~]+) ([a-z_]+)""",
                                        str(marker)):
            yield name, literal


def environments(markers: list[Marker], lowest: str) -> list[dict]:
    """Environments that tell apart whatever the markers tell apart, Python from `lowest` up."""
    values: dict[str, set[str]] = {name: set() for names in DIMENSIONS.values() for name in names}
    for name, literal in atoms(markers):
        values.setdefault(name, set()).add(literal)
    platforms = [*PLATFORMS] + sorted(values["sys_platform"] - PLATFORMS.keys())
    machines = sorted({"x86_64", "arm64"} | values["platform_machine"])
    implementations = [*IMPLEMENTATIONS] + sorted(
        values["implementation_name"] - IMPLEMENTATIONS.keys()
    )
    seen = {
        dimension: any(values[name] for name in names) for dimension, names in DIMENSIONS.items()
    }
    pythons = [lowest]
    if seen["python"]:
        literals = values["python_version"] | values["python_full_version"]
        pythons = pythons_from(lowest, literals)
    return [
        environment(*row)
        for row in itertools.product(
            platforms if seen["platform"] else platforms[:1],
            machines if seen["machine"] else machines[-1:],
            implementations if seen["implementation"] else implementations[:1],
            pythons,
        )
    ]


def pythons_from(lowest: str, literals: set[str]) -> list[str]:
    """Full versions from `lowest` up: two of each minor version, and those around every literal."""
    start = Version(lowest)
    found = {start}
    for minor in range(start.minor, 17):
        found |= {Version(f"{start.major}.{minor}.0"), Version(f"{start.major}.{minor}.9")}
    for literal in literals:
        release = (*Version(literal.removesuffix(".*")).release, 0, 0)[:3]
        for patch in (release[2] - 1, release[2], release[2] + 1):
            if patch >= 0:
                found.add(Version(f"{release[0]}.{release[1]}.{patch}"))
    return [str(version) for version in sorted(found) if version >= start]


# Universal answers.


@dataclasses.dataclass
class Pin:
    name: str
    version: Version
    marker: Marker | None


def read_pins(text: str) -> list[Pin]:
    """The lines of a compiled file, all of which must be pins."""
    out = []
    for line in text.splitlines():
        requirement = Requirement(line)
        (clause,) = requirement.specifier
        assert clause.operator == "==", line
        out.append(
            Pin(canonicalize_name(requirement.name), Version(clause.version), requirement.marker)
        )
    return out


def pins_in(pins: list[Pin], env: dict) -> dict[str, str]:
    """{name: version} of what applies in `env`: one version per package."""
    out: dict[str, str] = {}
    for pin in pins:
        if pin.marker is None or pin.marker.evaluate(env):
            assert pin.name not in out, f"{pin.name} twice in {env}"
            out[pin.name] = str(pin.version)
    return out


def check_pins(scenario: Scenario, pins: dict[str, str], env: dict) -> None:
    """Everything that is needed in `env` is pinned as needed, and nothing else is pinned."""
    todo = [(one, "", "the user") for one in scenario.roots]
    done: set[tuple[str, str]] = set()
    while todo:
        requirement, extra, who = todo.pop()
        if not holds(requirement, env, extra):
            continue
        name = canonicalize_name(requirement.name)
        assert name in pins, f"{who} needs {requirement}, which is not pinned in {env}"
        version = Version(pins[name])
        assert requirement.specifier.contains(version, prereleases=True), (
            f"{who} needs {requirement}, but {version} is pinned in {env}"
        )
        release = next(r for r in scenario.releases[name] if r.version == version)
        assert python_reaches(release.requires_python, Version(env["python_full_version"])), (
            f"{name} {version} needs Python {release.requires_python}: {env}"
        )
        for wanted in ["", *map(canonicalize_name, requirement.extras)]:
            if (name, wanted) not in done:
                done.add((name, wanted))
                todo += [(need, wanted, f"{name} {version}") for need in release.needs(wanted)]
    unneeded = pins.keys() - {name for name, _ in done}
    assert not unneeded, f"nobody needs {sorted(unneeded)} in {env}"


def reference_pins(graph: dict, env: dict) -> dict[str, str]:
    """What the reference chooses in `env`."""
    out: dict[str, str] = {}
    todo, done = [""], set()
    while todo:
        node = todo.pop()
        if node in done:
            continue
        done.add(node)
        for name, version, extras, marker in graph.get(node, []):
            if marker and not Marker(marker).evaluate(env):
                continue
            assert out.setdefault(name, version) == version, f"reference: two of {name} in {env}"
            todo += [f"{name}=={version}", *(f"{name}=={version}[{e}]" for e in extras or [])]
    return out


def judge_universal(scenario: Scenario, text: str) -> None:
    """The whole of what is asked of a universal answer."""
    pins = read_pins(text)
    graph = (scenario.reference or {}).get("graph")
    if scenario.override.get("exact", True) is False:
        graph = None
    markers = [pin.marker for pin in pins if pin.marker]
    markers += [root.marker for root in scenario.roots if root.marker]
    for release in itertools.chain.from_iterable(scenario.releases.values()):
        needs = itertools.chain(release.requires, *release.extras.values())
        markers += [need.marker for need in needs if need.marker]
    for edges in (graph or {}).values():
        markers += [Marker(edge[3]) for edge in edges if edge[3]]
    for env in environments(markers, scenario.python):
        here = pins_in(pins, env)
        check_pins(scenario, here, env)
        if graph is not None:
            assert here == reference_pins(graph, env), env


def names_package(text: str, name: str) -> bool:
    """Whether a message names a package, and not just uses its letter as a word."""
    after = r"(?=\s*(?:[\[<>=!~(),:;.\"'`]|\d|$)|\s+(?:cannot|needs|and|is|has|in|from)\b)"
    return re.search(rf"(?<![\w.-]){re.escape(name)}{after}", text, re.MULTILINE) is not None
