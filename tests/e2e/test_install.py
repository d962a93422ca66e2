"""What an installation writes. uv and the interpreter are the judges."""

import base64
import csv
import hashlib
import json
import os
import subprocess

import pytest

from conftest import Program, normal_tree, tree
from registry import wheel
from samples import SCHEMES, TOOL


def check_record(site, info):
    """Every row of RECORD is true, and every file of the distribution has one."""
    with open(info / "RECORD", newline="") as text:
        rows = list(csv.reader(text))
    for path, digest, size in rows:
        file = site / path
        assert file.is_file(), path
        if not digest:
            assert path.endswith(("/RECORD", ".pyc"))
            continue
        kind, _, value = digest.partition("=")
        data = file.read_bytes()
        assert (
            base64.urlsafe_b64encode(hashlib.new(kind, data).digest()).rstrip(b"=").decode()
            == value
        )
        assert int(size) == len(data)
    listed = {os.path.normpath(site / path) for path, _, _ in rows}
    assert {str(path) for path in info.iterdir()} <= listed
    assert len(listed) == len(rows)
    return [path for path, _, _ in rows]


def test_console_and_gui_scripts(install, env):
    install("tool", wheels=[TOOL]).ok()
    done = subprocess.run([env.bin / "tool", "a b"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (3, "ran ['a b']\n"), done.stderr
    assert env.run(env.bin / "tool-2") == "sub\n"
    for script in ("tool", "tool-2", "tool-gui"):
        assert (env.bin / script).stat().st_mode & 0o777 == 0o755
        assert (env.bin / script).read_text().startswith(f"#!{env.python}\n")
    assert (env.site / "tool" / "run.sh").stat().st_mode & 0o111
    assert not (env.site / "tool" / "data.bin").stat().st_mode & 0o111


PIP = wheel("pip", "99", scripts={"pip": "pip:main", "pip3": "pip:main", "pip3.4": "pip:main"})


def test_pip_is_called_by_the_version_of_the_environment_too(install, env, make_env, wheelhouse, pip):
    """The scripts are those that pip itself makes of the same wheel."""
    install("pip", wheels=[PIP]).ok()
    minor = env.run(env.python, "-c", "import sys; print(sys.version_info[1])").strip()
    mine = sorted(path.name for path in env.bin.glob("pip*"))
    assert mine == ["pip", "pip3", f"pip3.{minor}"]
    check_record(env.site, env.info("pip-99"))

    other = make_env("other")
    pip("--python", other.python, "install", "--no-index", "-f", wheelhouse(PIP), "pip").ok()
    assert sorted(path.name for path in other.bin.glob("pip*")) == mine


def test_data_schemes(install, env):
    install("schemes", wheels=[SCHEMES]).ok()
    assert env.run(env.bin / "py-script") == "1\n"
    assert env.run(env.bin / "sh-script") == "three\n"
    assert (env.bin / "pyw-script").read_text().startswith("#!" + str(env.bin / "python"))
    assert (env.path / "share/schemes/text.txt").read_text() == "text\n"
    assert (env.path / "etc/schemes.cfg").exists()
    assert (env.site / "pure_part.py").exists() and (env.site / "plat_part.py").exists()
    assert list(env.path.glob("include/**/schemes/schemes.h"))
    assert not list(env.site.glob("*.data"))
    check_record(env.site, env.info("schemes-1.0"))


def test_record_installer_requested(install, env):
    install("needs", wheels=[TOOL, wheel("needs", "1", requires=["tool"])]).ok()
    rows = check_record(env.site, env.info("tool-1.0"))
    assert "../../../bin/tool" in rows and "tool/__init__.py" in rows
    assert (env.info("tool-1.0") / "INSTALLER").read_text().strip() == "pipit"
    assert (env.info("needs-1") / "REQUESTED").exists()
    assert not (env.info("tool-1.0") / "REQUESTED").exists()
    assert not (env.info("needs-1") / "direct_url.json").exists()


def test_what_a_wheel_says_about_its_installation_is_dropped(install, env):
    info = "forged-1.dist-info"
    forged = wheel(
        "forged",
        "1",
        files={
            "forged.py": "",
            f"{info}/INSTALLER": "evil\n",
            f"{info}/REQUESTED": "",
            f"{info}/direct_url.json": '{"url": "file:///evil"}',
        },
    )
    install("needs", wheels=[forged, wheel("needs", "1", requires=["forged"])]).ok()
    assert (env.info("forged-1") / "INSTALLER").read_text().strip() == "pipit"
    assert not (env.info("forged-1") / "direct_url.json").exists()
    assert not (env.info("forged-1") / "REQUESTED").exists()
    check_record(env.site, env.info("forged-1"))


def test_direct_url_of_a_file_and_of_an_url(pipit, env, serve, wheelhouse):
    path = wheelhouse(TOOL) / TOOL.filename
    digest = hashlib.sha256(TOOL.data).hexdigest()
    pipit("install", "--python", env.python, "--no-index", path).ok()
    origin = json.loads((env.info("tool-1.0") / "direct_url.json").read_text())
    assert origin["url"] == path.as_uri() and origin["archive_info"]["hashes"]["sha256"] == digest
    index = serve()
    built = wheel("other", "1")
    index.add(built)
    url = index.server.origin + index.file_path(built.filename)
    pipit("install", "--python", env.python, "--no-index", f"other @ {url}").ok()
    origin = json.loads((env.info("other-1") / "direct_url.json").read_text())
    assert origin["url"] == url and origin["archive_info"]["hashes"]["sha256"]
    assert f"other @ {url}" in pipit("freeze", "--python", env.python).ok().out


def test_the_tree_equals_uvs(install, uv, env, make_env, wheelhouse):
    other = make_env("other")
    folder = wheelhouse(TOOL, SCHEMES)
    install("tool", "schemes").ok()
    uv(
        "pip", "install", "--python", other.python, "--no-index", "-f", folder, "tool", "schemes"
    ).ok()
    assert normal_tree(env) == normal_tree(other)


def test_an_environment_with_white_space_in_its_path(pipit, make_env, wheelhouse):
    env = make_env("my env")
    pipit(
        "install",
        "--python",
        env.python,
        "--no-index",
        "-f",
        wheelhouse(TOOL, SCHEMES),
        "tool",
        "schemes",
    ).ok()
    assert env.run(env.bin / "tool-2") == "sub\n"
    assert env.run(env.bin / "py-script") == "1\n"


@pytest.mark.parametrize("mode", ["hardlink", "copy", "symlink", "reflink"])
def test_link_modes(install, pipit, env, mode):
    install("tool", f"--link-mode={mode}", wheels=[TOOL]).ok()
    assert env.run(env.bin / "tool-2") == "sub\n"
    file = env.site / "tool" / "data.bin"
    assert file.is_symlink() == (mode == "symlink")
    if mode == "hardlink":
        assert file.stat().st_nlink > 1
    if mode == "copy":
        assert file.stat().st_nlink == 1
    assert (env.info("tool-1.0") / "RECORD").lstat().st_nlink == 1
    check_record(env.site, env.info("tool-1.0"))


def test_a_file_edited_in_the_environment_does_not_reach_the_next_one(install, env, make_env):
    install("tool", wheels=[TOOL]).ok()
    with open(env.site / "tool" / "sub.py", "a") as text:
        text.write("# edited here\n")
    for name in ("other", "third"):
        other = make_env(name)
        install("tool", target=other).ok()
        assert "edited here" not in (other.site / "tool" / "sub.py").read_text()
        check_record(other.site, other.info("tool-1.0"))
    assert "edited here" in (env.site / "tool" / "sub.py").read_text()


def hardlinked_tool(serve, pipit, env):
    """tool 1.0 from an index, linked into env, where one of its files is edited then."""
    index = serve()
    index.add(TOOL)
    args = ("--link-mode", "hardlink", "-i", index.url, "tool")
    pipit("install", "--python", env.python, *args).ok()
    index.server.log.clear()
    with open(env.site / "tool" / "sub.py", "a") as text:
        text.write("# edited here\n")
    return index, args


def test_a_cache_entry_that_was_edited_is_fetched_again_once(serve, pipit, env, make_env):
    index, args = hardlinked_tool(serve, pipit, env)
    for name in ("other", "third"):
        other = make_env(name)
        pipit("install", "--python", other.python, *args).ok()
        assert "edited here" not in (other.site / "tool" / "sub.py").read_text()
        check_record(other.site, other.info("tool-1.0"))
        assert len(index.server.log.of(index.file_path(TOOL.filename))) == 1, name


def test_an_edited_cache_entry_that_cannot_be_fetched_again(
    serve, pipit, env, make_env, unchanged
):
    index, args = hardlinked_tool(serve, pipit, env)
    index.server.on(index.file_path(TOOL.filename), status=404)
    other = make_env("other")
    with unchanged(other.path):
        done = pipit("install", "--python", other.python, *args)
        done.fails(1, "sub.py: changed since it was put into the cache", "404")


def test_the_umask_is_kept_to(pipit, env, wheelhouse):
    program = Program(
        ["sh", "-c", 'umask 077; exec "$@"', "sh", *pipit.command], pipit.env, pipit.cwd
    )
    program("install", "--python", env.python, "--no-index", "-f", wheelhouse(TOOL), "tool").ok()
    for name, (kind, mode, _) in tree(env.site / "tool").items():
        assert mode & 0o077 == 0, name
    assert (env.bin / "tool").stat().st_mode & 0o777 == 0o700
