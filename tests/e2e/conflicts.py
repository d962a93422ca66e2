"""Reads conflicts.txt: small worlds, what is asked of them, and the exact message that follows.

    == what the case is about
    a 2 needs b>=2 c;python_version>='3.8'     a release, and what it needs
    a[x] 2 needs d                             what an extra of it needs
    a 3 yanked REASON                          (after needs: `needs b yanked REASON`)
    a 4 python >=3.13                          its Requires-Python
    a 5 wheels cp312-cp312-win_amd64           the tags of its wheels; else one for any Python
    a 6 sdist                                  no wheel, a source distribution that must be built
    a 7 uploaded 2024-06-01
    file requirements.in                       the lines that follow, up to the next keyword
    run compile requirements.in …              else just that, for Python 3.12 on Linux
    says                                       standard error, up to the end of the block
"""

from __future__ import annotations

import dataclasses
import pathlib
import re

from packaging.requirements import Requirement

from registry import sdist, wheel

PATH = pathlib.Path(__file__).with_name("conflicts.txt")
WORDS = ("needs", "yanked", "python", "wheels", "sdist", "uploaded")


@dataclasses.dataclass
class Case:
    name: str
    releases: dict[tuple[str, str], dict] = dataclasses.field(default_factory=dict)
    files: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    run: list[str] = dataclasses.field(default_factory=lambda: ["compile", "requirements.in"])
    says: str | None = None

    def read_release(self, line: str) -> None:
        """A name, a version, then words each with what it takes."""
        name, version, *rest = line.split()
        name, _, extra = name.rstrip("]").partition("[")
        release = self.releases.setdefault((name, version), {"needs": [], "extras": {}})
        word = None
        for text in rest:
            if text in WORDS:
                word = text
                release.setdefault(word, [])
            elif word == "needs" and extra:
                release["extras"].setdefault(extra, []).append(text)
            else:
                release[word].append(text)
        if extra:
            release["extras"].setdefault(extra, [])

    def fill(self, index) -> None:
        """Puts the world's files on an index."""
        for (name, version), release in self.releases.items():
            about = {
                "requires": release["needs"],
                "extras": release["extras"],
                "requires_python": " ".join(release.get("python", [])) or None,
            }
            if "sdist" in release:
                built = [sdist(name, version, dynamic=["Requires-Dist"], **about)]
            else:
                tags = release.get("wheels", ["py3-none-any"])
                built = [wheel(name, version, tag=tag, **about) for tag in tags]
            day = release.get("uploaded", ["2020-01-01"])[0]
            yanked = (" ".join(release["yanked"]) or True) if "yanked" in release else False
            index.add(*built, yanked=yanked, upload_time=f"{day}T00:00:00Z")

    def write(self, folder: pathlib.Path) -> None:
        for name, lines in self.files.items():
            (folder / name).write_text("".join(f"{line}\n" for line in lines))


def read_cases() -> list[Case]:
    cases: list[Case] = []
    into: list[str] | None = None  # where lines go as they are
    for block in re.split(r"^== ", PATH.read_text(), flags=re.M)[1:]:
        head, _, body = block.partition("\n")
        case = Case(head)
        cases.append(case)
        body, _, says = body.partition("\nsays\n")
        case.says = says.strip("\n") + "\n" if says else None
        into = None
        for line in body.rstrip("\n").split("\n"):
            if line.startswith("file "):
                into = case.files.setdefault(line.removeprefix("file "), [])
            elif line.startswith("run "):
                case.run, into = line.split()[1:], None
            elif into is not None:
                into.append(line)
            elif line:
                case.read_release(line)
    return cases


HINTS = {
    "bound": re.compile(r"(\S+) instead of (\S+) \((\S+):(\d+)\) gives a solution"),
    "without": re.compile(r"leaving out (\S+) \((\S+):(\d+)\) gives a solution"),
    "no override": re.compile(r"dropping the override (\S+) \((\S+):(\d+)\) gives a solution"),
    "no environment": re.compile(r"dropping (.+) \((--\S*environment)\) gives a solution"),
    "python": re.compile(r"Python \S+ \(--python-version (\S+)\) gives a solution"),
    "ask": re.compile(r"asking for (\S+) yourself gives a solution \(.*\)"),
    "option": re.compile(r"(--\S+=\S+) gives a solution"),
    "no option": re.compile(r"dropping (--\S+?)(?: and (--\S+))? (?:gives a solution|may help: .*)"),
}


def change(lines: list[str], number: int, old: str, new: str) -> None:
    """Puts `new` in the place of the requirement `old`; its marker stays. "" takes the line away."""
    written, semicolon, marker = lines[number - 1].partition(";")
    assert Requirement(written) == Requirement(old), (lines, number, old)
    lines[number - 1] = new + semicolon + marker if new else ""


def apply(hint: str, case: Case, args: list[str]) -> list[str]:
    """Does what the hint says to the case's files; returns the arguments of the next run."""
    for kind, pattern in HINTS.items():
        if match := pattern.fullmatch(hint.removeprefix("or ")):
            break
    else:
        raise AssertionError(f"a hint that nobody can follow: {hint}")
    if kind == "bound":
        new, old, name, number = match.groups()
        change(case.files[name], int(number), old, new)
    elif kind == "no environment":
        at = args.index(match[2])
        args = [*args[:at], *args[at + 2 :]]
    elif kind in ("without", "no override"):
        old, name, number = match.groups()
        change(case.files[name], int(number), old, "")
    elif kind == "ask":
        case.files["requirements.in"].append(match[1])
    elif kind == "python":
        at = args.index("--python-version")
        args = [*args[: at + 1], match[1], *args[at + 2 :]]
    elif kind == "option":
        name = match[1].split("=")[0]
        if name in args:
            at = args.index(name)
            args = args[:at] + args[at + 2 :]
        args = [*args, match[1]]
    else:
        for name in filter(None, match.groups()):
            if name in args:
                at = args.index(name)
                args = args[:at] + args[at + 2 :]
    return args
