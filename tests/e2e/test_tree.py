"""pipit tree: the same lines as `uv pip tree` where both know what it means, and the rest by hand."""

import json

import pytest

from registry import wheel

WHEELS = [
    wheel("app", "1", requires=["lib>=1", "util"]),
    wheel("lib", "1.5", requires=["core", "util<3", "core>=1"]),
    wheel("util", "2", requires=["core<3", "never; sys_platform == 'plan9'"]),
    wheel("core", "1"),
    wheel("other", "1", requires=["lib"]),
    wheel("lonely", "4"),
]


@pytest.fixture
def tree(pipit, env):
    return lambda *args: pipit("tree", "--python", env.python, *args)


@pytest.mark.parametrize(
    "args",
    [
        (),
        ("--invert",),
        ("--show-version-specifiers",),
        ("--invert", "--show-version-specifiers"),
        ("--depth", "0"),
    ],
)
def test_as_uv(args, install, tree, uv, env):
    install("app", "other", "lonely", wheels=WHEELS).ok()
    theirs = uv("pip", "tree", "--python", env.python, *args).ok().out
    if "--show-version-specifiers" in args:  # two requirements for one name: we join them
        theirs = theirs.replace("core v1 [required: *]", "core v1 [required: >=1]")
        theirs = theirs.replace("[requires: core *]", "[requires: core >=1]")
    assert tree(*args).ok().out == theirs


def test_one_package(install, tree):
    install("app", wheels=WHEELS).ok()
    assert tree("util").ok().out == "util v2\n└── core v1\n"
    tree("nothere").fails(1, "nothere")


def test_why(install, tree):
    install("app", "other", wheels=WHEELS).ok()
    assert tree("--why", "Util").ok().out == (
        "util v2\n"
        "├── app v1 [requires: util *] (requested)\n"
        "└── lib v1.5 [requires: util <3]\n"
        "    ├── app v1 [requires: lib >=1] (requested)\n"
        "    └── other v1 [requires: lib *] (requested)\n"
    )
    tree("--why", "nothere").fails(1, "nothere: not installed")


def test_an_extra_leads_on(install, tree):
    wheels = [
        wheel("a", "1", requires=["b[x]"]),
        wheel("b", "1", requires=["c"], extras={"x": ["b[y]"], "y": ["d"], "z": ["e"]}),
        wheel("c", "1"),
        wheel("d", "1"),
    ]
    install("a", wheels=wheels).ok()
    assert tree().ok().out == "a v1\n└── b v1\n    ├── c v1\n    └── d v1\n"


def test_a_cycle(install, tree):
    install("a", wheels=[wheel("a", "1", requires=["b"]), wheel("b", "1", requires=["a"])]).ok()
    star = "(*) Package tree already displayed\n"
    assert tree().ok().out == "a v1\n└── b v1\n    └── a v1 (*)\n" + star


def test_what_is_missing_or_does_not_fit(install, tree):
    install("a", "--no-deps", wheels=[wheel("a", "1", requires=["b>=2", "c>=1"])]).ok()
    install("b==1", wheels=[wheel("b", "1")]).ok()
    assert tree().ok().out == (
        "a v1\n├── b v1 [required: >=2] (does not fit)\n└── c (not installed) [required: >=1]\n"
    )
    assert tree("--why", "b").ok().out == (
        "b v1 (requested)\n└── a v1 [requires: b >=2] (not met) (requested)\n"
    )


def test_json(install, tree):
    install("app", wheels=WHEELS).ok()
    rows = {row["name"]: row for row in json.loads(tree("--json").ok().out)}
    assert rows["app"] == {
        "name": "app",
        "version": "1",
        "requested": True,
        "requires": [
            {"name": "lib", "specifier": ">=1", "extras": [], "installed": "1.5"},
            {"name": "util", "specifier": "", "extras": [], "installed": "2"},
        ],
        "required_by": [],
    }
    assert rows["core"]["required_by"] == ["lib", "util"] and not rows["core"]["requested"]


def test_an_empty_environment(tree):
    assert tree().ok().out == ""
    tree("--depth", "x").fails(2, "--depth")
