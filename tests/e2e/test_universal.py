"""Resolutions for many environments at once, and their output as input."""

from registry import wheel


def test_an_earlier_pin_is_preferred_where_its_marker_holds(pipit, work, wheelhouse):
    folder = wheelhouse(*[wheel("a", str(version)) for version in (1, 2, 3)])
    (work / "in").write_text("a\n")
    pins = "a==1 ; sys_platform == 'linux'\na==2 ; sys_platform == 'win32'\n"
    for platform, version in [("linux", 1), ("windows", 2), ("macos", 3)]:
        (work / "out").write_text(pins)
        where = ("--python-version", "3.12", "--python-platform", platform)
        pipit("compile", "in", "--no-index", "-f", folder, *where, "-o", "out", "--no-header").ok()
        assert (work / "out").read_text().startswith(f"a=={version}\n"), platform
