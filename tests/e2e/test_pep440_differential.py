"""`pipit debug pep440` and the library `packaging` answer the same questions.

Questions are generated (half of them damaged) and collected (tests/pep). A run prints its seed;
PEP440_SEED repeats it and PEP440_COUNT asks more. Where the two may differ, the oracle below says
so and why.
"""

from __future__ import annotations

import json
import os
import random
import re
import subprocess
import warnings

import packaging.tags as tags
import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name, parse_sdist_filename, parse_wheel_filename
from packaging.version import Version

from conftest import ROOT, binary_path

SEED = int(os.environ.get("PEP440_SEED", "20261120"))
COUNT = int(os.environ.get("PEP440_COUNT", "2500"))

ENVIRONMENTS = [
    {
        "os_name": "posix",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "platform_machine": "x86_64",
        "platform_python_implementation": "CPython",
        "platform_release": "6.1.0",
        "platform_version": "#1 SMP",
        "implementation_name": "cpython",
        "implementation_version": "3.12.1",
        "python_version": "3.12",
        "python_full_version": "3.12.1",
    },
    {
        "os_name": "nt",
        "sys_platform": "win32",
        "platform_system": "Windows",
        "platform_machine": "AMD64",
        "platform_python_implementation": "CPython",
        "platform_release": "10",
        "platform_version": "10.0.19045",
        "implementation_name": "cpython",
        "implementation_version": "3.9.0rc1",
        "python_version": "3.9",
        "python_full_version": "3.9.0rc1",
    },
    {
        "os_name": "posix",
        "sys_platform": "linux",
        "platform_system": "Linux",
        "platform_machine": "aarch64",
        "platform_python_implementation": "PyPy",
        "platform_release": "5.15.0-91-generic",
        "platform_version": "",
        "implementation_name": "pypy",
        "implementation_version": "7.3.13",
        "python_version": "3.10",
        "python_full_version": "3.13.0+",
    },
]
VARIABLES = sorted(ENVIRONMENTS[0]) + ["extra"]


# --- the oracle ----------------------------------------------------------------------------------


def machine_platforms(platform):
    """The platform lists of the specification of `debug pep440` for a machine."""
    family, _, rest = platform.partition("_")
    if family == "macosx":
        major, minor, arch = rest.split("_", 2)
        return list(tags.mac_platforms((int(major), int(minor)), arch))
    if family in ("win", "win32", "linux"):
        return [platform]
    if family == "android":
        level, arch = rest.split("_", 1)
        return list(tags.android_platforms(int(level), arch))
    if family == "ios":
        major, minor, arch = rest.split("_", 2)
        return list(tags.ios_platforms((int(major), int(minor)), arch))
    _, minor, arch = rest.split("_", 2)
    found = [f"linux_{arch}"]
    if family == "musllinux":
        return found + [f"musllinux_1_{n}_{arch}" for n in range(int(minor), -1, -1)]
    old = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}
    for n in range(int(minor), (4 if arch in ("x86_64", "i686") else 16), -1):
        found.append(f"manylinux_2_{n}_{arch}")
        if n in old:
            found.append(f"{old[n]}_{arch}")
    return found


def tag_list(python, platform):
    """ "3.13t" is the free-threaded build: its own ABI, abi3t and never abi3 (PEP 703, 803)."""
    version = tuple(map(int, python.removesuffix("t").split(".")))
    interpreter = f"cp{version[0]}{version[1]}"
    platforms = machine_platforms(platform)
    abi = interpreter + python[len(python.removesuffix("t")) :]
    ours = tags.cpython_tags(version, abis=[abi], platforms=platforms)
    return [str(t) for t in (*ours, *tags.compatible_tags(version, interpreter, platforms))]


def wheel(name):
    # Stricter than the library: Python versions are ASCII.
    if not name.split("-")[-3].isascii():
        raise ValueError(name)
    # So are names of projects (core metadata specification).
    if not name.split("-")[0].isascii():
        raise ValueError(name)
    project, version, build, found = parse_wheel_filename(name)
    return {
        "name": project,
        "version": str(version),
        "build": "".join(map(str, build)),
        "tags": sorted(map(str, found)),
    }


def requirement(text):
    found = Requirement(text)
    return {
        "name": canonicalize_name(found.name),
        "extras": sorted({canonicalize_name(e) for e in found.extras}),
        "specifier": str(found.specifier),
        "url": found.url,
        "marker": found.marker,
    }


def compare(a, b):
    a, b = Version(a), Version(b)
    return (a > b) - (a < b)


def expected(q):
    """The library's answer, None where it refuses."""
    answers = {
        "version": lambda: {"norm": str(Version(q["a"]))},
        "compare": lambda: {"cmp": compare(q["a"], q["b"])},
        "specifier": lambda: {
            "contains": SpecifierSet(q["spec"]).contains(
                Version(q["version"]), prereleases=q["pre"]
            )
        },
        "requirement": lambda: requirement(q["s"]),
        "marker": lambda: {
            "value": Marker(q["s"]).evaluate({"extra": q.get("extra", ""), **q["env"]})
        },
        "wheel": lambda: wheel(q["s"]),
        "sdist": lambda: dict(zip(("name", "version"), map(str, parse_sdist_filename(q["s"])))),
        "tags": lambda: {"tags": tag_list(q["python"], q["platform"])},
        "normalize": lambda: {"norm": canonicalize_name(q["s"], validate=True)},
    }
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Python warns of unknown escapes in literals
            return answers[q["op"]]()
    except Exception:  # noqa: BLE001 - whatever the library raises is a refusal
        return None


def marker_meaning(marker):
    """What a marker (or its text) says in every environment: two that agree are one."""
    marker = Marker(marker) if isinstance(marker, str) else marker
    said = []
    for env in ENVIRONMENTS:
        for extra in ("", "a", "dev-tools"):
            try:
                said.append(marker.evaluate({"extra": extra, **env}))
            except Exception as error:  # noqa: BLE001
                said.append(type(error).__name__)
    return said


# Where the two may differ, and why. Everything else is a fault.
ON_PURPOSE = {
    # No Python reads more digits than this into a number, and no version with them can be compared; the
    # library looks at the versions of a specifier only when it compares, pipit when it reads them.
    "a number of more than 4300 digits": lambda q: re.search(r"\d{4301}", json.dumps(q, ensure_ascii=False)),
    # A build tag's number orders files of one version. 64 bits are enough for everything that counts.
    "a build number beyond 64 bits": lambda q: q["op"] == "wheel" and re.search(r"-\d{19,}", q["s"]),
}


def refused_on_purpose(q):
    return any(rule(q) for rule in ON_PURPOSE.values())


def differs(q, want, got):
    if want is not None and not got.get("ok") and refused_on_purpose(q):
        return False
    if want is None or not got.get("ok"):
        return (want is None) == bool(got.get("ok"))
    if q["op"] == "requirement" and want["marker"] and got["marker"]:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if marker_meaning(want["marker"]) != marker_meaning(got["marker"]):
                return True
        want = want | {"marker": got["marker"]}
    return any(got.get(key) != value for key, value in want.items())


# --- generated questions -------------------------------------------------------------------------

SPACES = [
    " ",
    "\t",
    "\n",
    "\r",
    "\x0b",
    "\x0c",
    "\x1c",
    "\x1f",
    "\x85",
    "\xa0",
    "\u1680",
    "\u2003",
    "\u2028",
    "\u202f",
    "\u3000",
]
DAMAGE = (
    list(".-_+!*~=<>()[],;@'\"\\/ \t\nabcvrx019")
    + SPACES
    + ["\0", "\x01", "\x1b", "\x7f", "\x84", "\u200b", "\u2060", "\ufeff", "é", "ß", "ı", "ſ", "K"]
    + ["١", "５", "²", "𝟗", "🐍", "dev", "==", ".*", "post", "9" * 40, "0" * 40, "1" * 4200]
)


class Maker:
    def __init__(self, seed):
        self.r = random.Random(seed)

    def pick(self, *choices):
        return self.r.choice(choices)

    def maybe(self, chance, make):
        return make() if self.r.random() < chance else ""

    def damaged(self, text):
        """Half of the time one to three random changes."""
        if self.r.random() < 0.5:
            return text
        for _ in range(self.r.randint(1, 3)):
            at = self.r.randint(0, len(text))
            cut = self.pick(0, 0, 1, 1, 2)
            text = text[:at] + self.maybe(0.7, lambda: self.r.choice(DAMAGE)) + text[at + cut :]
        return text

    def number(self):
        return self.pick(
            "0",
            "0",
            "1",
            "1",
            "2",
            "3",
            "5",
            "10",
            "01",
            "007",
            "255",
            "1023",
            "1024",
            "4095",
            "4096",
            "16383",
            "16384",
            "65535",
            "65536",
            "20240101",
            "9223372036854775807",
            "9223372036854775808",
            "18446744073709551616",
            "99999999999999999999999999",
            "0099999999999999999999999999",
        )

    def small(self):
        return str(self.r.randint(0, 3))

    def version(self, simple=False):
        number = self.small if simple or self.r.random() < 0.8 else self.number
        word = self.pick
        text = self.maybe(0.1, lambda: word("v", "V")) + self.maybe(0.1, lambda: number() + "!")
        text += ".".join(number() for _ in range(self.pick(1, 2, 2, 3, 3, 4, 5, 6)))
        sep = lambda: self.pick("", "", ".", "-", "_")  # noqa: E731
        text += self.maybe(
            0.3,
            lambda: (
                sep()
                + word("a", "b", "c", "rc", "alpha", "beta", "pre", "preview", "RC", "Alpha")
                + sep()
                + self.maybe(0.8, number)
            ),
        )
        text += self.maybe(
            0.25,
            lambda: word(
                "-" + number(),
                sep() + word("post", "rev", "r", "POST") + sep() + self.maybe(0.8, number),
            ),
        )
        text += self.maybe(
            0.2, lambda: sep() + word("dev", "DEV") + sep() + self.maybe(0.8, number)
        )
        text += self.maybe(
            0.15,
            lambda: (
                "+"
                + self.pick(".", "-", "_").join(
                    word(
                        "1",
                        "01",
                        "2",
                        "10",
                        "a",
                        "A1",
                        "ubuntu",
                        "abc",
                        "0",
                        "99999999999999999999",
                    )
                    for _ in range(self.r.randint(1, 3))
                )
            ),
        )
        return (
            self.maybe(0.05, lambda: self.r.choice(SPACES))
            + text
            + self.maybe(0.05, lambda: self.r.choice(SPACES))
        )

    def clause(self):
        op = self.pick("==", "==", "!=", "<=", ">=", "<", ">", "~=", "===")
        text = self.version(simple=True)
        if self.r.random() < 0.5:
            text = ".".join(self.small() for _ in range(self.r.randint(1, 3)))
        return (
            self.maybe(0.1, lambda: " ")
            + op
            + self.maybe(0.2, lambda: self.r.choice(SPACES))
            + text
            + self.maybe(0.15, lambda: ".*")
        )

    def clauses(self):
        return ",".join(self.clause() for _ in range(self.pick(0, 1, 1, 1, 2, 2, 3)))

    def name(self):
        return "".join(
            self.pick("foo", "Bar", "a", "1", "x2")
            + self.maybe(0.5, lambda: self.pick("-", "_", ".", "--", "_.", "-_"))
            for _ in range(self.r.randint(1, 3))
        )

    def literal(self):
        inner = self.pick(
            "3.8",
            "3.12",
            "3.12.1",
            "3",
            "3.9.*",
            "3.12.1.*",
            "linux",
            "win32",
            "posix",
            "nt",
            "x86",
            "x86_64",
            "CPython",
            "a",
            "Dev.Tools",
            "dev-tools",
            "",
            "6.1.0",
            "10",
            "3.8 3.9",
            "3.9, 3.10",
            ">=3.8",
            "=3.12",
            "3.9.0rc1",
            "3.13",
            "\\n",
            "\\x61",
            "\\q",
            "\\",
            "\\u0061",
            "#1 SMP",
            "os_name",
            "extra",
            " 3.12 ",
            "cpython",
            "7.3.13",
            "5.15.0-91-generic",
            "3.13.0+local",
            "é",
        )
        quote = self.pick("'", '"')
        return quote + inner + quote

    def variable(self):
        return self.pick(
            *VARIABLES,
            *VARIABLES,
            "os.name",
            "sys.platform",
            "platform.version",
            "platform.machine",
            "platform.python_implementation",
            "python_implementation",
            "extras",
            "dependency_groups",
            "python_version",
            "python_version",
            "python_full_version",
        )

    def comparison(self):
        op = self.pick("==", "!=", "<", "<=", ">", ">=", "in", "not in", "~=", "===", "==", ">=")
        gap = self.pick(" ", " ", "", "  ", "\t") if op not in ("in", "not in") else " "
        sides = [self.variable(), self.literal()]
        if self.r.random() < 0.25:
            sides.reverse()
        if self.r.random() < 0.04:
            sides = [
                self.pick(self.variable(), self.literal()),
                self.pick(self.variable(), self.literal()),
            ]
        return sides[0] + gap + op + gap + sides[1]

    def marker(self, depth=0):
        if depth < 3 and self.r.random() < 0.35:
            inside = (self.pick(" and ", " or ", " or ")).join(
                self.marker(depth + 1) for _ in range(self.r.randint(2, 3))
            )
            return self.pick(inside, "(" + inside + ")", "( " + inside + " )")
        return self.comparison()

    def requirement(self):
        extras = self.maybe(
            0.3,
            lambda: (
                self.pick("[", "[ ")
                + ",".join(
                    self.pick("a", "B", "dev_tools", "x.y") for _ in range(self.r.randint(0, 3))
                )
                + "]"
            ),
        )
        if self.r.random() < 0.15:
            body = (
                self.pick("@", " @ ", " @")
                + self.pick(
                    "https://example.org/a-1.0.zip#sha256=00",
                    "./local",
                    "file:///tmp/x y",
                    "git+https://example.org/r.git@v1;x",
                )
                + self.pick("", " ")
            )
        else:
            body = self.clauses()
            body = self.pick(body, body, " " + body, f"({body})", f" ( {body} )", body + ",")
        return (
            self.name()
            + self.maybe(0.1, lambda: " ")
            + extras
            + body
            + self.maybe(0.4, lambda: self.pick(";", " ; ", "; ") + self.marker())
        )

    def wheel(self):
        name = self.pick("foo", "Foo_Bar", "foo.bar", "a", "foo__bar", "_foo", "foo_", "9")
        parts = [name, self.version(simple=True).replace("-", "_")]
        parts += [self.pick("1", "1a", "01", "2_x", "a1", "")] if self.r.random() < 0.3 else []
        parts += [
            self.pick("py3", "py2.py3", "cp312", "cp313", "CP38.cp39", "py3..py2", "3py"),
            self.pick("none", "abi3", "cp312", "cp313t", "abi3t", "abi3.abi3t", "abi3.none", "ABI3"),
            self.pick(
                "any",
                "manylinux_2_17_x86_64.manylinux2014_x86_64",
                "win_amd64",
                "macosx_11_0_arm64",
                "linux_x86_64.any",
                "android_21_arm64_v8a",
                "ios_13_0_arm64_iphoneos",
                "pyodide_2024_0_wasm32",
                "musllinux_1_2_aarch64",
            ),
        ]
        return "-".join(parts) + self.pick(".whl", ".whl", ".whl", ".whl", ".WHL", ".zip", "")

    def question(self, op):
        d = self.damaged
        if op == "version":
            return {"a": d(self.version())}
        if op == "compare":
            a, b = self.version(self.r.random() < 0.7), self.version(self.r.random() < 0.7)
            return {
                "a": a if self.r.random() < 0.8 else d(a),
                "b": b if self.r.random() < 0.8 else d(b),
            }
        if op == "specifier":
            spec, version = self.clauses(), self.version(simple=True)
            return {
                "spec": d(spec) if self.r.random() < 0.5 else spec,
                "version": version if self.r.random() < 0.9 else d(version),
                "pre": self.pick(True, False, None),
            }
        if op == "requirement":
            return {"s": d(self.requirement())}
        if op == "marker":
            text = self.marker()
            q = {"s": d(text) if self.r.random() < 0.5 else text, "env": self.pick(*ENVIRONMENTS)}
            return q | self.pick({}, {"extra": self.pick("", "a", "Dev_Tools", "dev.tools", "b")})
        if op == "wheel":
            return {"s": d(self.wheel())}
        if op == "sdist":
            return {
                "s": d(
                    self.pick("foo", "foo-bar", "Foo.Bar", "foo_bar")
                    + "-"
                    + self.version(simple=True)
                    + self.pick(".tar.gz", ".zip", ".tar.bz2", ".tgz")
                )
            }
        if op == "tags":
            n, arch = (
                self.r.randint(0, 45),
                self.pick("x86_64", "i686", "aarch64", "ppc64le", "s390x", "armv7l", "riscv64"),
            )
            platform = self.pick(
                f"manylinux_2_{n}_{arch}",
                f"musllinux_1_{n % 4}_{arch}",
                "win_amd64",
                "win32",
                "win_arm64",
                f"linux_{arch}",
                f"android_{16 + n}_{self.pick('arm64_v8a', 'x86_64', 'armeabi_v7a')}",
                f"ios_{self.pick('12_0', '12_3', '13_0', '17_5')}_{self.pick('arm64_iphoneos', 'x86_64_iphonesimulator')}",
                f"macosx_{self.pick('10_4', '10_9', '10_15', '11_0', '12_3', '14_0', '26_1')}_{self.pick('arm64', 'x86_64')}",
            )
            return {"python": f"3.{self.r.randint(0, 16)}" + self.pick("", "", "t"), "platform": platform}
        return {"s": d(self.name())}


def table(name):
    lines = (ROOT / "tests/pep" / name).read_text("utf-8").split("\n")
    return [line for line in lines if line and not line.startswith("#")]


def collected():
    """questions.jsonl, all pairs of versions.txt, and all of specifiers.txt with all of versions.txt."""
    yield from map(json.loads, table("questions.jsonl"))
    versions = [word for line in table("versions.txt") for word in line.split()]
    for a in versions:
        yield from ({"op": "compare", "a": a, "b": b} for b in versions)
    clauses = [f"{op}{v}" for op in ("==", "!=", "<", "<=", ">", ">=", "~=", "===") for v in versions[::3]]
    for n, spec in enumerate([line.split("|")[0].strip() for line in table("specifiers.txt")] + clauses):
        yield from ({"op": "specifier", "spec": spec, "version": v, "pre": (True, False, None)[(n + m) % 3]}
                    for m, v in enumerate(versions))


# --- the tests -----------------------------------------------------------------------------------


def ask(lines):
    done = subprocess.run(
        [binary_path(), "debug", "pep440"],
        input="".join(line + "\n" for line in lines).encode("utf-8", "surrogatepass"),
        capture_output=True,
        timeout=600,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    return [json.loads(line) for line in done.stdout.decode("ascii").splitlines()]


def check(questions):
    # Some as ASCII with escapes, some as they are: both are JSON.
    answers = ask(json.dumps(q, ensure_ascii=n % 2 == 0) for n, q in enumerate(questions))
    assert len(answers) == len(questions)
    wrong = []
    for q, got in zip(questions, answers):
        want = expected(q)
        if differs(q, want, got):
            wrong.append(f"{json.dumps(q)}\n    packaging: {want}\n    pipit:     {got}")
    assert not wrong, f"{len(wrong)} of {len(questions)} differ\n" + "\n".join(wrong[:20])


@pytest.mark.parametrize(
    "op",
    [
        "version",
        "compare",
        "specifier",
        "requirement",
        "marker",
        "wheel",
        "sdist",
        "tags",
        "normalize",
    ],
)
def test_generated_questions(op):
    print(f"seed {SEED}, {COUNT} questions")
    maker = Maker(f"{op} {SEED}")
    check([{"op": op, **maker.question(op)} for _ in range(COUNT)])


def test_collected_questions():
    check(list(collected()))


def test_recorded_answers():
    pairs = [
        json.loads(line)
        for line in (ROOT / "tests/pep/answers.jsonl").read_text("utf-8").splitlines()
    ]
    for pair, got in zip(pairs, ask(json.dumps(pair["q"]) for pair in pairs), strict=True):
        assert not differs(pair["q"], pair["a"] if pair["a"]["ok"] else None, got), (pair, got)


@pytest.mark.parametrize(
    "line",
    [
        "x",
        "[]",
        "null",
        "{}",
        '{"op":1}',
        '{"op":"version"}',
        '{"op":"version","a":1}',
        '{"op":"version","a":"1"',
        '{"op":"nope"}',
        '{"op":"specifier","spec":"","version":"1"}',
        '{"op":"specifier","spec":"","version":"1","pre":1}',
        '{"op":"marker","s":"os_name==\'\'"}',
        '{"op":"marker","s":"os_name==\'\'","env":{"os_name":"x"}}',
        '{"op":"tags","python":"3","platform":"win32"}',
        '{"op":"tags","python":"3.12","platform":"amiga"}',
        '{"op":"version","a":"\\ud800"}',
        "\x00",
        "[" * 10000,
        '{"op":"version","a":"' + "9" * 100000 + '"}',
        '{"op":"marker","s":"' + "(" * 5000 + '"}',
    ],
)
def test_what_is_no_question_is_answered(line):
    (answer,) = ask([line])
    assert answer["ok"] is False
    assert answer["error"] and "\n" not in answer["error"]


def test_a_long_conversation_keeps_its_order():
    """One process, tens of thousands of questions: every one is answered, in its place."""
    maker = Maker(SEED)
    ops = ["version", "compare", "specifier", "requirement", "marker", "wheel"]
    lines = [json.dumps({"op": op, **maker.question(op)}) for op in ops for _ in range(1000)]
    once = ask(lines)
    assert len(once) == len(lines)
    assert ask(lines * 5) == once * 5
