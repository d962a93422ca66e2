"""Requirements in metadata that break the rules: a release is usable where uv or pip can use it."""

import json

from conftest import PYTHON
from registry import wheel

REQUIREMENTS = [
    "d (>=1.0<2.0)", "d>=1.0<2.0", "d (>=1.0,<2.0)", "d>=1.*", "d>1.*", "d<2.*", "d<=2.*", "d~=1.*",
    "d!=4.0!=4.1", "d!=1.0*", "d!=~1.5,<2", "d>=1.0,,<2", "d>=1.0,", "d,>=1", "d>=1.0'", "d>='1.0'",
    'd>="1.0"', "'d'>=1.0", "d=>1.0", "d=<2", "d>dev", "d>=1.0 <2.0", "d (>=1.0 <2.0)", "d>=1.0.",
    "d (1.0)", "d 1.0", "d(>=1.0)", "d (>=1.0", "d>=1.0;", "d>=1.0 ;", "d>=1.0; python_version>=3",
    "d; python_version>='3' and", "d>=1;python_version=='3.*'", "d[x,]>=1", "d[]>=1", "d [x]>=1",
    "d>=1.0 # comment", "d==1.0-beta", "d>=2011k", "d<3.0.*,>=1", "d>=1.0,<2.0.*,!=1.5.*",
    "d>=1.0+local", "d~=1", "d>=v1.0", "d>=1.5a1.0", "d>=1.0.x", "d==*", "d; extra=='y'",
    "d; extra == 'y", "d>=1.0; (python_version>='3'", "-d>=1", "d_", "d.", "d>=1.0 and <2",
    "d (>=1.0)(<2)", "d!=1.0.*.*", "d>=", "d ()", "d~=1.0.0.*", "d;os.name=='posix'",
    "d>=1.0;platform.system=='Linux'", "d; python_implementation=='CPython'", "d>=1.0,!=",
]


def pins_of_pip(pip, folder, names) -> dict[str, str]:
    done = pip("install", "--dry-run", "--no-index", "-f", folder, *names, "--report", "-", "-q", "--ignore-installed")
    found = json.loads(done.ok().out)["install"]
    return {one["metadata"]["name"]: one["metadata"]["version"] for one in found}


def test_a_release_counts_where_uv_or_pip_take_it(pipit, uv, pip, work, wheelhouse):
    """x0, x1, … each have an old release and one whose requirement is written that way; it asks for
    d0d, d1d, …"""
    built, needs = [], {}
    for at, written in enumerate(REQUIREMENTS):
        built += [wheel(f"d{at}d", version) for version in ("1.0", "1.5", "2.0", "3.0")]
        built += [wheel(f"x{at}", "1"), wheel(f"x{at}", "2", requires=[written.replace("d", f"d{at}d", 1)])]
        needs[f"x{at}"] = f"d{at}d"
    folder = wheelhouse(*built)
    (work / "in").write_text("\n".join(needs))
    arguments = ("--no-index", "-f", folder, "--python", PYTHON, "--no-header", "--no-annotate")
    ours = pins(pipit("compile", "in", *arguments).ok().out)
    theirs = pins(uv("pip", "compile", "-q", "in", *arguments).ok().out)
    third = pins_of_pip(pip, folder, needs)
    differing = []
    for written, (name, need) in zip(REQUIREMENTS, needs.items()):
        told, by_uv, by_pip = ((one.get(name), one.get(need)) for one in (ours, theirs, third))
        # Where the two differ, one of them knows how to read it.
        if told != (by_uv if by_uv[0] == "2" else by_pip):
            differing.append((written, told, by_uv, by_pip))
    assert not differing
    assert sum(ours[name] == "2" for name in needs) > 20 < sum(ours[name] == "1" for name in needs)


def pins(text: str) -> dict[str, str]:
    return dict(line.split("==") for line in text.split())
