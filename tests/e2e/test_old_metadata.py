"""Requirements in metadata that break the rules: a release is usable where uv or pip can use it."""

import json

import pytest

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


def pins_of_pip(pip, folder) -> list[str]:
    done = pip("install", "--dry-run", "--no-index", "-f", folder, "x", "--report", "-", "-q", "--ignore-installed")
    found = json.loads(done.ok().out)["install"]
    return sorted(f"{one['metadata']['name']}=={one['metadata']['version']}" for one in found)


@pytest.mark.parametrize("written", REQUIREMENTS)
def test_a_release_counts_where_uv_or_pip_take_it(pipit, uv, pip, work, wheelhouse, written):
    releases = [wheel("d", version) for version in ("1.0", "1.5", "2.0", "3.0")]
    folder = wheelhouse(*releases, wheel("x", "1"), wheel("x", "2", requires=[written]))
    (work / "in").write_text("x\n")
    arguments = ("--no-index", "-f", folder, "--python", PYTHON, "--no-header", "--no-annotate")
    ours = pipit("compile", "in", *arguments).ok().out.split()
    theirs = uv("pip", "compile", "-q", "in", *arguments).ok().out.split()
    # Where the two differ, one of them knows how to read it.
    assert ours in ([theirs] if "x==2" in theirs else [theirs, pins_of_pip(pip, folder)])
