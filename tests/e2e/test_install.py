"""What ends up on disk, and what goes again. pip, uv and the interpreter are the judges."""

import base64
import csv
import hashlib
import json
import os
import subprocess

import pytest

from conftest import PYTHON, Program, can_unshare, normal_tree, tree
from registry import graph, sdist, wheel

TOOL = wheel(
    "tool",
    "1.0",
    scripts={"tool": "tool:main", "tool-2": "tool.sub:Class.run"},
    gui_scripts={"tool-gui": "tool:main"},
    files={
        "tool/__init__.py": "import sys\ndef main():\n    print('ran', sys.argv[1:])\n"
        "    return 3\n",
        "tool/sub.py": "class Class:\n    @staticmethod\n    def run(): print('sub')\n",
        "tool/data.bin": bytes(range(256)),
        "tool/run.sh": "#!/bin/sh\necho sh\n",
    },
    modes={"tool/run.sh": 0o755},
)
SCHEMES = wheel(
    "schemes",
    "1.0",
    files={"schemes.py": "x = 1\n"},
    data={
        "scripts/py-script": "#!python\nimport schemes\nprint(schemes.x)\n",
        "scripts/pyw-script": "#!pythonw\nprint(2)\n",
        "scripts/sh-script": "#!/bin/sh\necho three\n",
        "data/share/schemes/text.txt": "text\n",
        "data/etc/schemes.cfg": "c\n",
        "headers/schemes.h": "#define S\n",
        "purelib/pure_part.py": "p = 1\n",
        "platlib/plat_part.py": "p = 2\n",
    },
)


@pytest.fixture
def env(make_env):
    return make_env()


@pytest.fixture
def install(pipit, env, wheelhouse):
    """install("a", wheels=[…], "-U") from a wheelhouse into `env`."""

    def run(*args, wheels=(), command="install", target=env, **options):
        return pipit(
            command,
            "--python",
            target.python,
            "--no-index",
            "-f",
            wheelhouse(*wheels),
            *args,
            **options,
        )

    return run


def names(env) -> set[str]:
    return set(env.installed())


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


# What is written.


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
    other = make_env("other")
    install("tool", target=other).ok()
    assert "edited here" not in (other.site / "tool" / "sub.py").read_text()
    check_record(other.site, other.info("tool-1.0"))


def test_the_umask_is_kept_to(pipit, env, wheelhouse):
    program = Program(
        ["sh", "-c", 'umask 077; exec "$@"', "sh", *pipit.command], pipit.env, pipit.cwd
    )
    program("install", "--python", env.python, "--no-index", "-f", wheelhouse(TOOL), "tool").ok()
    for name, (kind, mode, _) in tree(env.site / "tool").items():
        assert mode & 0o077 == 0, name
    assert (env.bin / "tool").stat().st_mode & 0o777 == 0o700


# Changing and removing.


def test_the_second_time_changes_nothing(install, env, unchanged, work):
    install("tool", "schemes", wheels=[TOOL, SCHEMES]).ok()
    (work / "r.txt").write_text("tool==1.0\nschemes==1.0\n")
    before = stamps(env)
    with unchanged(env.path):
        install("tool", "schemes").ok()
        install("r.txt", command="sync").ok()
        install("r.txt", command="sync").ok()
    assert stamps(env) == before


def stamps(env) -> dict:
    """Inode and modification time of everything: nothing was even rewritten."""
    return {
        str(path): (path.lstat().st_ino, path.lstat().st_mtime_ns) for path in env.path.rglob("*")
    }


def test_upgrade_and_downgrade(install, env):
    wheels = [
        wheel("a", "1", files={"a/__init__.py": "", "a/old.py": ""}),
        wheel("a", "2", files={"a/__init__.py": "", "a/new.py": ""}),
    ]
    install("a==1", wheels=wheels).ok()
    assert (env.site / "a/old.py").exists()
    install("a").ok()
    assert env.installed() == {"a": "1"}, "without -U what is there is kept"
    install("-U", "a").ok()
    assert env.installed() == {"a": "2"}
    assert not (env.site / "a/old.py").exists() and (env.site / "a/new.py").exists()
    assert not env.info("a-1").exists()
    install("a<2").ok()
    assert env.installed() == {"a": "1"} and not (env.site / "a/new.py").exists()


def test_a_users_own_file_survives_upgrade_and_uninstall(install, pipit, env):
    wheels = [
        wheel("a", "1", files={"a/__init__.py": "", "a/sub/x.py": ""}),
        wheel("a", "2", files={"a/__init__.py": "", "a/sub/y.py": ""}),
    ]
    install("a==1", wheels=wheels).ok()
    (env.site / "a" / "mine.txt").write_text("mine\n")
    (env.site / "a" / "sub" / "also_mine.txt").write_text("mine too\n")
    install("-U", "a").ok()
    assert env.installed() == {"a": "2"} and not (env.site / "a/sub/x.py").exists()
    pipit("uninstall", "-y", "--python", env.python, "a").ok()
    assert sorted(path.name for path in (env.site / "a").rglob("*") if path.is_file()) == [
        "also_mine.txt",
        "mine.txt",
    ]
    assert not env.info("a-2").exists()


def test_two_distributions_share_a_namespace(install, pipit, env):
    wheels = [
        wheel("ns-one", "1", files={"ns/one/__init__.py": "v = 1\n"}),
        wheel("ns-two", "1", files={"ns/two/__init__.py": "v = 2\n"}),
        wheel("ns-one", "2", files={"ns/one/__init__.py": "v = 11\n"}),
    ]
    install("ns-one==1", "ns-two", wheels=wheels).ok()
    code = "import ns.one, ns.two; print(ns.one.v, ns.two.v)"
    assert env.run(env.python, "-c", code) == "1 2\n"
    install("-U", "ns-one").ok()
    assert env.run(env.python, "-c", code) == "11 2\n"
    pipit("uninstall", "-y", "--python", env.python, "ns-one").ok()
    assert env.run(env.python, "-c", "import ns.two; print(ns.two.v)") == "2\n"
    assert not (env.site / "ns/one").exists()
    pipit("uninstall", "-y", "--python", env.python, "ns-two").ok()
    assert not (env.site / "ns").exists()


def test_bytecode_of_removed_modules_goes_too(install, pipit, env):
    install("tool", wheels=[TOOL]).ok()
    env.run(env.python, "-c", "import tool.sub")
    assert list(env.site.glob("tool/__pycache__/*.pyc"))
    pipit("uninstall", "-y", "--python", env.python, "tool").ok()
    assert not (env.site / "tool").exists() and not (env.bin / "tool").exists()


def test_uninstall_leaves_the_tree_as_it_was(install, pipit, env, unchanged):
    with unchanged(env.path):
        install("tool", "schemes", wheels=[TOOL, SCHEMES]).ok()
        pipit("uninstall", "-y", "--python", env.python, "tool", "schemes").ok()


def test_a_failed_upgrade_leaves_everything(install, env, unchanged):
    """keep 1 -> 2 beside a wheel that cannot be linked: a folder stands where its file shall go."""
    wheels = [
        wheel("keep", "1.0", scripts={"keep": "keep:main"}),
        wheel("keep", "2.0", scripts={"keep": "keep:main", "keep-new": "keep:main"}),
        wheel("clash", "1.0", files={"taken.py": "x = 1\n"}),
        wheel("fine", "1.0"),
    ]
    install("keep==1.0", wheels=wheels).ok()
    (env.site / "taken.py").mkdir()
    (env.site / "taken.py" / "mine.txt").write_text("mine")
    with unchanged(env.path):
        install("-U", "keep", "clash", "fine").fails(1, "taken.py")
    assert env.installed() == {"keep": "1.0"}


def test_two_wheels_with_one_file_warn(install, env):
    done = install(
        "one",
        "two",
        wheels=[
            wheel("one", "1", files={"same.py": "a = 1\n"}),
            wheel("two", "1", files={"same.py": "a = 2\n"}),
        ],
    ).ok()
    assert "warning" in done.err.lower() and "one" in done.err and "two" in done.err
    assert "same.py" in done.err


OVERLAY = (
    'mount -t tmpfs none "{0}" && mkdir "{0}/up" "{0}/work" && '
    'mount -t overlay overlay -o lowerdir="{1}",upperdir="{0}/up",workdir="{0}/work" "{1}" '
    '&& "$@" && "{1}/bin/python" -c "import a; print(a.version)"'
)


@pytest.mark.skipif(not can_unshare("-m"), reason="no mount namespaces here")
def test_upgrade_on_an_overlay_mount(install, pipit, env, tmp_path):
    """The lower layer's folders cannot be renamed there (EXDEV): the upgrade goes file by file."""
    wheels = [
        wheel(
            "a",
            number,
            files={"a/__init__.py": f"version = {number}\n", f"a/deep/only{number}.py": ""},
        )
        for number in ("1", "2")
    ]
    install("a==1", wheels=wheels).ok()
    (env.site / "a" / "mine.txt").write_text("mine")
    upper = tmp_path / "upper"
    upper.mkdir()
    script = OVERLAY.format(upper, env.path) + f' && ls -R "{env.site}"'
    program = Program(
        ["unshare", "-m", "sh", "-c", script, "sh", *pipit.command], pipit.env, pipit.cwd
    )
    done = program(
        "install", "--python", env.python, "--no-index", "-f", tmp_path / "wheelhouse", "-U", "a"
    ).ok()
    lines = done.out.splitlines()
    assert lines[0] == "2", done
    assert "only2.py" in lines and "only1.py" not in lines and "mine.txt" in lines
    assert (
        "a-2.dist-info:" in done.out.replace(str(env.site) + "/", "")
        and "a-1.dist-info" not in done.out
    )
    assert env.installed() == {"a": "1"}, "the lower layer is as it was"


# Others' distributions, and others on ours.


def test_pipit_uninstalls_what_pip_installed(pip, pipit, env, wheelhouse, unchanged):
    with unchanged(env.path, files_only=True):
        pip(
            "--python",
            env.python,
            "install",
            "--no-index",
            "-f",
            wheelhouse(TOOL, SCHEMES),
            "tool",
            "schemes",
        ).ok()
        pipit("uninstall", "-y", "--python", env.python, "tool", "schemes").ok()


def test_pip_uninstalls_what_pipit_installed(install, pip, env, unchanged):
    with unchanged(env.path, files_only=True):
        install("tool", "schemes", wheels=[TOOL, SCHEMES]).ok()
        pip("--python", env.python, "uninstall", "-y", "tool", "schemes").ok()


def test_uninstall_of_what_is_not_there(pipit, env, unchanged):
    """As pip: a warning, exit 0."""
    with unchanged(env.path):
        done = pipit("uninstall", "-y", "--python", env.python, "nothing-like-it").ok()
    assert "nothing-like-it" in done.err


def test_list_and_freeze_equal_pips(install, pipit, pip, env, wheelhouse):
    world = graph(12, 4)
    install(
        *world.roots, "Odd.Name_here", wheels=[*world.wheels, wheel("Odd.Name_here", "1.0.post1")]
    ).ok()
    pipit("install", "--python", env.python, "--no-index", wheelhouse(TOOL) / TOOL.filename).ok()
    for form in (["list"], ["list", "--format=freeze"], ["list", "--format=json"], ["freeze"]):
        ours = pipit(*form, "--python", env.python).ok()
        theirs = pip("--python", env.python, *form).ok()
        if "json" in form[-1]:
            assert json.loads(ours.out) == json.loads(theirs.out)
        else:
            assert ours.out == theirs.out
    pip("--python", env.python, "check").ok()


# Choosing the target and the source.


def test_venv_is_a_virtual_environment(pipit, work, wheelhouse, pip):
    done = pipit("venv", "made", "--python", PYTHON).ok()
    assert not done.out
    from conftest import Env

    env = Env(work / "made")
    code = "import sys; print(sys.prefix != sys.base_prefix, sys.prefix)"
    assert env.run(env.python, "-c", code).split() == ["True", str(work / "made")]
    assert env.run(env.python, "-c", "import ssl, sqlite3, venv") == ""
    assert env.installed() == {}
    pipit(
        "install", "--no-index", "-f", wheelhouse(TOOL), "tool", env={"VIRTUAL_ENV": env.path}
    ).ok()
    assert env.run(env.bin / "tool-2") == "sub\n"
    pip("--python", env.python, "check").ok()
    assert (
        env.run("sh", "-c", f". {env.bin}/activate && command -v tool && python -c 'print(1)'")
        == f"{env.bin}/tool\n1\n"
    )


def test_venv_over_something_else_is_refused(pipit, work, unchanged):
    (work / "taken").mkdir()
    (work / "taken" / "file").write_text("mine")
    with unchanged(work):
        pipit("venv", "taken", "--python", PYTHON).fails(1, "taken")


def test_the_environment_is_found_in_a_parent(pipit, make_env, work, wheelhouse):
    env = make_env("work/.venv")
    (work / "deep" / "er").mkdir(parents=True)
    pipit("install", "--no-index", "-f", wheelhouse(TOOL), "tool", cwd=work / "deep" / "er").ok()
    assert names(env) == {"tool"}


def test_no_environment_at_all(pipit, wheelhouse):
    done = pipit("install", "--no-index", "-f", wheelhouse(TOOL), "tool")
    done.fails(1, "environment")
    assert "hint:" in done.err


def test_target_without_any_python(pipit, wheelhouse, tmp_path):
    target = tmp_path / "target"
    native = wheel("native", "1", tag="cp311-cp311-manylinux_2_17_aarch64")
    folder = wheelhouse(
        TOOL,
        native,
        wheel("native", "1", tag="cp312-cp312-manylinux_2_17_x86_64"),
        wheel("other-os", "1"),
        wheel("marked", "1", requires=["other-os; python_version < '3.12'", "tool"]),
    )
    pipit(
        "install",
        "--target",
        target,
        "--python-version",
        "3.11",
        "--python-platform",
        "aarch64-manylinux_2_28",
        "--no-index",
        "-f",
        folder,
        "marked",
        "native",
        env={"PATH": ""},
    ).ok()
    found = {path.name for path in target.glob("*.dist-info")}
    assert found == {
        "marked-1.dist-info",
        "native-1.dist-info",
        "other_os-1.dist-info",
        "tool-1.0.dist-info",
    }
    assert "aarch64" in (target / "native-1.dist-info" / "WHEEL").read_text()
    assert (target / "bin" / "tool").read_text().startswith("#!/usr/bin/env python3")


def test_target_with_a_python(pipit, env, wheelhouse, tmp_path):
    target = tmp_path / "target"
    pipit(
        "install",
        "--target",
        target,
        "--python",
        env.python,
        "--no-index",
        "-f",
        wheelhouse(TOOL),
        "tool",
    ).ok()
    assert env.run("env", f"PYTHONPATH={target}", env.python, target / "bin" / "tool-2") == "sub\n"
    assert names(env) == set()


def test_require_hashes(pipit, env, serve, work):
    index = serve()
    a, b = wheel("a", "1", requires=["b"]), wheel("b", "1")
    index.add(a, b)
    hashes = {built.filename[0]: hashlib.sha256(built.data).hexdigest() for built in (a, b)}
    (work / "r.txt").write_text(
        "".join(f"{name}==1 --hash=sha256:{digest}\n" for name, digest in hashes.items())
    )
    pipit(
        "install", "--python", env.python, "-i", index.url, "--require-hashes", "-r", "r.txt"
    ).ok()
    assert env.installed() == {"a": "1", "b": "1"}


def test_require_hashes_wants_every_dependency(pipit, env, serve, work, unchanged):
    index = serve()
    a = wheel("a", "1", requires=["b"])
    index.add(a, wheel("b", "1"))
    (work / "r.txt").write_text(f"a==1 --hash=sha256:{hashlib.sha256(a.data).hexdigest()}\n")
    with unchanged(env.path):
        pipit(
            "install", "--python", env.python, "-i", index.url, "--require-hashes", "-r", "r.txt"
        ).fails(1, "b", "hash")


def test_find_links_compete_with_the_index(pipit, env, serve, wheelhouse):
    index = serve()
    index.add(wheel("a", "1"), wheel("b", "3"))
    folder = wheelhouse(wheel("a", "2"), wheel("b", "2"))
    pipit("install", "--python", env.python, "-i", index.url, "-f", folder, "a", "b").ok()
    assert env.installed() == {"a": "2", "b": "3"}


def test_a_replaced_file_in_a_wheelhouse_is_seen(install, env, wheelhouse):
    install("a", wheels=[wheel("a", "1", files={"a.py": "v = 1\n"})]).ok()
    wheelhouse(wheel("a", "1", files={"a.py": "v = 2\n"}))
    install("--reinstall", "a").ok()
    assert env.run(env.python, "-c", "import a; print(a.v)") == "2\n"


def test_no_index_opens_no_connection(install, serve):
    index = serve()
    install("tool", "-i", index.url, wheels=[TOOL]).ok()
    assert not index.server.log.connections


def test_the_first_index_that_has_the_name_serves_it(pipit, env, serve):
    """Dependency confusion: a higher version on the later index is not taken."""
    private, public = serve(), serve()
    private.add(wheel("a", "1"))
    public.add(wheel("a", "99"), wheel("b", "1"))
    pipit(
        "install",
        "--python",
        env.python,
        "--extra-index-url",
        private.url,
        "-i",
        public.url,
        "a",
        "b",
    ).ok()
    assert env.installed() == {"a": "1", "b": "1"}
    assert public.page_path("a") not in public.server.log.paths()


def test_options_in_a_requirements_file(pipit, env, serve, work):
    index = serve()
    index.add(wheel("a", "1"), wheel("a", "2"), wheel("b", "1"))
    (work / "base.txt").write_text("b; python_version > '3'  # a comment\n")
    (work / "c.txt").write_text("a<2\n")
    (work / "r.txt").write_text(f"--index-url {index.url}\n-r base.txt\n-c c.txt\na \\\n >=1\n")
    pipit("install", "--python", env.python, "-r", "r.txt").ok()
    assert env.installed() == {"a": "1", "b": "1"}


def test_extras_and_versions(install, env):
    wheels = [
        wheel("a", "1", extras={"x": ["b>=1"], "y": ["c"]}),
        wheel("b", "1"),
        wheel("b", "2a1"),
        wheel("c", "1"),
    ]
    install("a[X]", wheels=wheels).ok()
    assert env.installed() == {"a": "1", "b": "1"}


def test_a_yanked_version_is_taken_only_by_name(pipit, env, serve):
    index = serve()
    index.add(wheel("a", "1"))
    index.add(wheel("a", "2"), yanked="it eats files")
    pipit("install", "--python", env.python, "-i", index.url, "a").ok()
    assert env.installed() == {"a": "1"}
    done = pipit("install", "--python", env.python, "-i", index.url, "a==2").ok()
    assert env.installed() == {"a": "2"} and "it eats files" in done.err


def test_requires_python_of_the_page(pipit, env, serve):
    index = serve()
    index.add(wheel("a", "2", requires_python=">=4"), wheel("a", "1", requires_python=">=3"))
    pipit("install", "--python", env.python, "-i", index.url, "a").ok()
    assert env.installed() == {"a": "1"}
    assert not index.server.log.of(index.metadata_path("a-2-py3-none-any.whl"))


def test_an_sdist_is_passed_over_for_a_wheel(pipit, env, serve):
    index = serve()
    index.add(sdist("a", "1"), wheel("a", "1"))
    pipit("install", "--python", env.python, "-i", index.url, "a").ok()
    assert index.file_path("a-1.tar.gz") not in index.server.log.paths()


# sync, dry runs, streams.


def test_sync_makes_exactly_this(install, pipit, env, work):
    wheels = [wheel("a", "1", requires=["b"]), wheel("a", "2"), wheel("b", "1"), TOOL]
    install("a==1", "tool", wheels=wheels).ok()
    (work / "r.txt").write_text("a==2\nb==1\n")
    install("r.txt", command="sync").ok()
    assert env.installed() == {"a": "2", "b": "1"}
    assert not (env.bin / "tool").exists()


def test_sync_keeps_pip_where_pip_made_the_environment(pipit, tmp_path, wheelhouse, work):
    from conftest import Env

    subprocess.run([PYTHON, "-m", "venv", tmp_path / "seeded"], check=True)
    env = Env(tmp_path / "seeded")
    (work / "r.txt").write_text("tool==1.0\n")
    pipit("sync", "--python", env.python, "--no-index", "-f", wheelhouse(TOOL), "r.txt").ok()
    assert {"pip", "tool"} <= names(env)


def test_sync_of_nothing_needs_a_word(install, env, work, unchanged):
    install("tool", wheels=[TOOL]).ok()
    (work / "r.txt").write_text("# nothing\n")
    with unchanged(env.path):
        done = install("r.txt", command="sync")
        assert done.rc in (1, 2) and "--allow-empty-requirements" in done.err, done
    install("r.txt", "--allow-empty-requirements", command="sync").ok()
    assert names(env) == set()


def test_dry_run_changes_nothing(install, env, unchanged):
    install("a==1", wheels=[wheel("a", "1"), wheel("a", "2"), wheel("b", "1")]).ok()
    with unchanged(env.path):
        done = install("--dry-run", "-U", "a", "b").ok()
        assert "a" in done.err + done.out and "b" in done.err + done.out


def test_stdout_holds_only_results(install, pipit, env, work):
    assert install("tool", wheels=[TOOL]).ok().out == ""
    (work / "r.txt").write_text("tool==1.0\n")
    assert install("r.txt", command="sync").ok().out == ""
    assert pipit("freeze", "--python", env.python).ok().out == "tool==1.0\n"
    compiled = pipit(
        "compile",
        "r.txt",
        "--python",
        env.python,
        "--no-index",
        "-f",
        env.path.parent / "wheelhouse",
    ).ok()
    assert "tool==1.0" in compiled.out and "via" in compiled.out
    assert pipit("uninstall", "-y", "--python", env.python, "tool").ok().out == ""


@pytest.mark.parametrize(
    "args", [["--version"], ["--help"], ["install", "--help"], ["cache", "dir"]]
)
def test_results_on_stdout(pipit, args):
    done = pipit(*args).ok()
    assert done.out and not done.err


def test_progress_is_silent_off_a_terminal(install):
    done = install("tool", wheels=[TOOL]).ok()
    assert "\x1b" not in done.err and "\r" not in done.err
    assert not install("tool", "-q", "--reinstall").ok().err


def test_version_starts_with_nothing(pipit, tmp_path):
    done = subprocess.run(
        ["env", "-i", pipit.binary, "--version"], capture_output=True, text=True, cwd=tmp_path
    )
    assert done.returncode == 0 and done.stdout.startswith("pipit ")
    assert not list(tmp_path.rglob(".cache"))


def test_cache_commands(install, pipit, env):
    install("tool", wheels=[TOOL]).ok()
    assert pipit("cache", "dir").ok().out.strip() == str(pipit.cache)
    assert "wheels-v0" in pipit("cache", "info").ok().out
    other = pipit.cache / "wheels-v99"
    other.mkdir()
    (other / "entry").write_text("of a later version")
    pipit("cache", "clean").ok()
    assert not pipit.wheels() and (other / "entry").exists()
    assert env.run(env.bin / "tool-2") == "sub\n"
