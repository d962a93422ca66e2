"""Settings that nobody typed: pip.conf, variables, where they are read, and how wrong ones are told.
What pip itself does is asked of pip where it can be: `pip list` reads the same files."""

import os
import pathlib

import pytest
from conftest import PYTHON, binary_path
from registry import wheel

ALPHA = wheel("alpha", "1.0")


@pytest.fixture
def index(serve):
    """An index that only a configuration file names."""
    made = serve()
    made.add(ALPHA)
    return made


@pytest.fixture
def plain(pipit, pip, home, tmp_path):
    """Runs pipit, or pip, with the configuration of an empty home: plain("list", tool=pip)."""
    nothing = tmp_path / "etc"
    nothing.mkdir()

    def run(*words, tool=pipit, **more):
        more["env"] = {
            "PIP_CONFIG_FILE": None,
            "XDG_CONFIG_HOME": None,
            "XDG_CONFIG_DIRS": nothing,
            **more.pop("env", {}),
        }
        return tool(*words, **more)

    return run


def write(path: pathlib.Path, text) -> pathlib.Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


# Where the configuration of the target environment is found.


def named_python(plain, env, work):
    return plain("install", "-p", env.python, "alpha")


def named_folder(plain, env, work):
    return plain("install", "-p", env.path, "alpha")


def active(plain, env, work):
    return plain("install", "alpha", env={"VIRTUAL_ENV": env.path})


def conda(plain, env, work):
    return plain("install", "alpha", env={"CONDA_PREFIX": env.path})


def found_here(plain, env, work):
    (work / ".venv").symlink_to(env.path)
    return plain("install", "alpha")


def found_above(plain, env, work):
    (work / ".venv").symlink_to(env.path)
    (work / "a" / "b").mkdir(parents=True)
    return plain("install", "alpha", cwd=work / "a" / "b")


def named_version(plain, env, work):
    path = f"{env.bin}:{os.environ['PATH']}"
    return plain("install", "-p", "3", "alpha", env={"PATH": path})


def by_variable(plain, env, work):
    return plain("install", "alpha", env={"PIPIT_PYTHON": env.python})


@pytest.mark.parametrize(
    "way",
    [named_python, named_folder, active, conda, found_here, found_above, named_version, by_variable],
)
def test_the_target_environment_has_its_own_file(plain, index, env, work, way):
    write(env.path / "pip.conf", f"[global]\nindex-url = {index.url}\n")
    way(plain, env, work).ok()
    assert env.installed()["alpha"] == "1.0"


@pytest.mark.parametrize("name", ["pip", "pip3"])
def test_the_environment_of_a_link_has_its_own_file(pipit, index, env, home, name):
    (env.bin / name).symlink_to(binary_path())
    write(env.path / "pip.conf", f"[global]\nindex-url = {index.url}\n")
    pipit.command = [str(env.bin / name)]
    pipit("install", "alpha", env={"PIP_CONFIG_FILE": None}).ok()
    assert env.installed()["alpha"] == "1.0"


def test_it_stands_below_what_was_typed_and_above_the_users_own(plain, index, env, home):
    write(home / ".config/pip/pip.conf", "[global]\nno-index = true\n")
    words = ("install", "-p", env.python, "alpha")
    plain(*words).fails(1, "alpha")
    write(env.path / "pip.conf", f"[global]\nno-index = false\nindex-url = {index.url}\n")
    plain(*words).ok()
    plain(*words, "--reinstall", env={"PIP_NO_INDEX": "1"}).fails(1, "alpha")


def test_another_environment_is_not_asked(plain, index, make_env):
    one, other = make_env("one"), make_env("other")
    write(other.path / "pip.conf", f"[global]\nindex-url = {index.url}\n")
    done = plain(
        "install", "-p", one.python, "--retries", "0", "alpha",
        env={"VIRTUAL_ENV": other.path, "PIP_INDEX_URL": "http://127.0.0.1:1/"},
    )  # fmt: skip
    done.fails(1, "alpha")
    assert not index.server.log.rows


# Which files are read: as pip reads them.

BAD = "[global]\ndisable-pip-version-check = here\n"


@pytest.mark.parametrize(
    "name, variables",
    [
        (".config/pip/pip.conf", {}),
        (".pip/pip.conf", {}),
        ("x/pip/pip.conf", {"XDG_CONFIG_HOME": "x"}),
        ("y/pip/pip.conf", {"XDG_CONFIG_DIRS": "nowhere:y"}),
        ("own.conf", {"PIP_CONFIG_FILE": "own.conf"}),
    ],
)
def test_places(plain, pip, home, name, variables):
    """A value that nobody can take shows that the file was read."""
    path = write(home / name, BAD)
    variables = {
        key: ":".join(str(home / part) for part in value.split(":"))
        for key, value in variables.items()
    }
    words = ("list", "--format", "freeze")
    assert plain(*words, tool=pip, env={**variables, "PIP_DISABLE_PIP_VERSION_CHECK": None}).rc == 2
    plain(*words, "-p", PYTHON, env={**variables, "PIP_DISABLE_PIP_VERSION_CHECK": None}).fails(
        2, f"{path}:2 [global]: disable-pip-version-check = here: neither yes nor no"
    )


def test_the_file_that_is_named_stands_for_the_users_own(plain, pip, home):
    write(home / ".config/pip/pip.conf", BAD)
    words = ("list", "--format", "freeze")
    unset = {"PIP_DISABLE_PIP_VERSION_CHECK": None}
    for value, code in [
        (write(home / "own.conf", "[global]\n"), 0),
        (home / "not-there.conf", 2),
        ("/dev/null", 0),
        ("", 2),
    ]:
        env = {**unset, "PIP_CONFIG_FILE": value}
        assert plain(*words, tool=pip, env=env).rc == code, value
        assert plain(*words, "-p", PYTHON, env=env).rc == code, value


def test_the_users_own_file_is_not_read_beside_a_named_one(plain, serve, index, env, home):
    other = serve()
    write(home / ".config/pip/pip.conf", f"[global]\nextra-index-url = {other.url}\n")
    named = write(home / "own.conf", f"[global]\nindex-url = {index.url}\n")
    plain("install", "-p", env.python, "alpha", env={"PIP_CONFIG_FILE": named}).ok()
    assert index.server.log.rows
    assert not other.server.log.rows


def test_folders_of_the_whole_machine(plain, wheelhouse, env, home):
    write(home / "y/pip/pip.conf", f"[global]\nfind-links = {wheelhouse(ALPHA)}\n")
    folders = {"XDG_CONFIG_DIRS": f"{home}/nowhere:{home}/y"}
    plain("install", "-p", env.python, "--no-index", "alpha", env=folders).ok()
    assert env.installed() == {"alpha": "1.0"}


@pytest.mark.parametrize("key", ["--find-links", "--find_links"])
def test_a_key_with_dashes_before_it(plain, wheelhouse, env, home, key):
    write(home / ".config/pip/pip.conf", f"[global]\n{key} = {wheelhouse(ALPHA)}\n")
    plain("install", "-p", env.python, "--no-index", "alpha").ok()
    assert env.installed() == {"alpha": "1.0"}


# What a file must be.

ODD = {
    "a BOM alone": (b"\xef\xbb\xbf", 0),
    "empty": ("", 0),
    "comments": ("# x\n; y\n", 0),
    "no section": ("timeout = 1\n", 2),
    "no value": ("[global]\ntimeout\n", 2),
    "no key": ("[global]\n= 1\n", 2),
    "no end of the section": ("[global\ntimeout = 1\n", 2),
    "words": ("nonsense\n", 2),
    "a section twice": ("[global]\n[global]\n", 2),
    "a key twice": ("[global]\nno_index = 0\nno-index = 1\n", 2),
    "latin-1": ("[global]\n# café\n".encode("latin-1"), 2),
    "utf-16": ("[global]\n".encode("utf-16"), 2),
    "a comment behind the section": ("[global] # x\ntimeout = 1\n", 0),
    "indented settings": ("[global]\n  timeout = 1\n  quiet = maybe\n", 2),
    "a continuation that looks like a setting": ("[global]\nfind-links = a\n  quiet = maybe\n", 0),
    "another section's": ("[install]\nquiet = maybe\n", 0),
    "this command's": ("[list]\nquiet = maybe\n", 2),
    "defaults": ("[DEFAULT]\nquiet = maybe\n[global]\n", 2),
    "defaults for nothing": ("[DEFAULT]\nquiet = maybe\n", 0),
    "upper case": ("[GLOBAL]\nquiet = maybe\n", 0),
    "upper case key": ("[global]\nQUIET = maybe\n", 2),
    "dashes": ("[global]\n--quiet = maybe\n", 2),
    "an empty value": ("[global]\nquiet =\n", 0),
    "carriage returns": ("[global]\r\nquiet = maybe\r\n", 2),
    "an option of another command": ("[global]\nyes = maybe\n", 0),
    "an option of nobody": ("[global]\nfoo-bar\t= 7\n", 0),
}


@pytest.mark.parametrize("what", ODD)
def test_files_as_pip_reads_them(plain, pip, home, what):
    text, code = ODD[what]
    path = write(home / ".config/pip/pip.conf", text)
    words = ("list", "--format", "freeze")
    if what != "a BOM alone":  # where pipit is more lenient
        assert plain(*words, tool=pip).rc == code
    done = plain(*words, "-p", PYTHON)
    assert done.rc == code, done
    if code:
        assert f"error: {path}:" in done.err, done


def test_a_byte_order_mark_is_read_over(plain, home):
    path = write(home / ".config/pip/pip.conf", b"\xef\xbb\xbf[global]\nquiet = maybe\n")
    plain("list", "-p", PYTHON).fails(2, f"{path}:2 [global]: quiet = maybe")


def test_a_file_that_cannot_be_read_loses_no_setting(plain, home, index, env):
    path = home / ".config/pip/pip.conf"
    path.mkdir(parents=True)
    plain("install", "-p", env.python, "-i", index.url, "alpha").fails(
        2, f"{path}: is a directory", "PIP_CONFIG_FILE=/dev/null"
    )
    path.rmdir()
    path.symlink_to("/dev/null")
    plain("install", "-p", env.python, "-i", index.url, "alpha").ok()


@pytest.mark.parametrize("variable", ["PIP_NO_INDEX", "PIPIT_NO_INDEX"])
def test_no_is_an_answer(plain, index, env, home, variable):
    """A variable that says no outweighs a file that says yes."""
    write(home / ".config/pip/pip.conf", f"[global]\nno-index = yes\nindex-url = {index.url}\n")
    plain("install", "-p", env.python, "alpha").fails(1)
    plain("install", "-p", env.python, "alpha", env={variable: "off"}).ok()


@pytest.mark.parametrize("value", ["off", "0"])
def test_no_cache_is_on_whatever_its_variable_says(plain, pip, pipit, index, env, value):
    """pip took it so by mistake once, and has kept to that."""
    no_cache = {"PIP_NO_CACHE_DIR": value}
    plain("cache", "dir", tool=pip, env=no_cache).fails(1, "cache is disabled")
    plain("install", "-p", env.python, "-i", index.url, "alpha", env=no_cache).ok()
    assert not pipit.cache.exists()


# Wrong values.

WRONG = {
    "TIMEOUT": "soon", "RETRIES": "many", "INDEX_URL": "hello", "EXTRA_INDEX_URL": "ftp://x/",
    "PROXY": "socks9://x", "CONSTRAINT": "none.txt", "REQUIREMENT": "none.txt",
    "FIND_LINKS": "/not/there", "UPLOADED_PRIOR_TO": "then", "PLATFORM": "amiga",
    "PYTHON_VERSION": "three", "ONLY_BINARY": "!", "NO_BINARY": "!", "UPGRADE_STRATEGY": "x",
    "BUILD_CONSTRAINT": "none.txt", "EDITABLE": "./none", "GROUP": ":x", "TARGET": "/dev/null",
    "CONFIG_SETTINGS": "x", "NO_INDEX": "maybe", "REQUIRE_HASHES": "2", "NO_DEPS": "perhaps",
    "PRE": "sometimes", "NO_CACHE_DIR": "maybe", "PYTHON": "no/python",
}  # fmt: skip
OWN = {
    "RESOLUTION": "bogus", "PRERELEASE": "bogus", "INDEX_STRATEGY": "bogus", "LINK_MODE": "bogus",
    "EXCLUDE_NEWER": "soon", "EXCLUDE_NEWER_PACKAGE": "a", "CONCURRENT_DOWNLOADS": "x",
    "PYTHON_PLATFORM": "amiga", "OFFLINE": "maybe", "COLOR": "red", "HTTP_TIMEOUT": "soon",
    "UPGRADE_PACKAGE": "==", "FORK_STRATEGY": "x", "OVERRIDE": "none.txt",
}  # fmt: skip


@pytest.mark.parametrize("name", [*WRONG, *(f"PIPIT_{name}" for name in OWN)])
def test_a_wrong_value_of_a_variable_is_told_with_it(plain, env, name):
    command = "compile" if "FORK" in name else "install"
    variable = name if name.startswith("PIPIT_") else f"PIP_{name}"
    value = WRONG.get(name) or OWN[name.removeprefix("PIPIT_")]
    done = plain(command, "-p", env.python, "alpha", env={variable: value})
    if name == "PYTHON":
        done = plain(command, "alpha", env={variable: value})
    assert done.rc in (1, 2), done
    assert f"error: {variable}={value}" in done.err, done


@pytest.mark.parametrize("name", [name for name in WRONG if name != "PYTHON"])
def test_a_wrong_value_of_a_file_is_told_with_it(plain, env, home, name):
    key = name.lower().replace("_", "-")
    path = write(home / ".config/pip/pip.conf", f"# first\n[install]\n{key} = {WRONG[name]}\n")
    done = plain("install", "-p", env.python, "alpha")
    assert done.rc in (1, 2), done
    assert f"error: {path}:3 [install]: {key} = {WRONG[name]}" in done.err, done


def test_a_wrong_value_of_a_requirements_file_is_told_with_it(plain, env, work):
    write(work / "r.txt", "alpha\n--index-url hello\n")
    plain("install", "-p", env.python, "-r", "r.txt").fails(
        2, "r.txt:2: --index-url hello: not an http(s) URL or a directory"
    )


def test_what_is_written_at_the_end_is_looked_at_first(plain, index, env):
    for name in ("PIPIT_REPORT", "PIPIT_TRACE"):
        done = plain("install", "-p", env.python, "-i", index.url, "alpha", env={name: "no/x"})
        done.fails(1, f"{name}=no/x: there is no such folder")
    assert "alpha" not in env.installed()


def test_certificates_are_called_as_the_user_called_them(plain, serve, authority, env, home):
    index = serve(tls=authority.server())
    words = ("install", "-p", env.python, "-i", index.url, "alpha")
    plain(*words, env={"PIP_CERT": "/nope"}).fails(1, "PIP_CERT: /nope")
    write(home / ".config/pip/pip.conf", "[global]\ncert = /nope\n")
    plain(*words).fails(1, "pip.conf:2 [global]: cert: /nope")
    plain(*words, "--cert", "/nowhere").fails(1, "--cert: /nowhere")


def test_what_is_typed_outweighs_a_wrong_value(plain, index, env):
    plain(
        "install", "-p", env.python, "-i", index.url, "--timeout", "5", "alpha",
        env={"PIP_TIMEOUT": "soon", "PIP_INDEX_URL": "hello"},
    ).ok()  # fmt: skip


def test_passwords_of_wrong_values_are_not_told(plain, env):
    for value in ("ftp://me:s3cret@x/", "me:s3cret@h:99999999", "http://me:s3cret@[x/"):
        for variable in ("PIP_INDEX_URL", "PIP_PROXY"):
            done = plain("install", "-p", env.python, "alpha", env={variable: value})
            assert done.rc in (1, 2) and "s3cret" not in done.err, done


# A virtual environment is required.


@pytest.mark.parametrize("command", ["install", "uninstall", "download", "wheel"])
def test_required_virtual_environment(plain, index, env, command):
    words = (command, "--dry-run", "alpha")
    extra = () if command == "uninstall" else ("-i", index.url)
    more = ("--break-system-packages",) if command in ("install", "uninstall") else ()
    for python, code in [(PYTHON, 3), (env.python, 0)]:
        asked = ("-p", python, *extra, *more)
        done = plain(*words, *asked, env={"PIP_REQUIRE_VIRTUALENV": "1"})
        assert done.rc == code, done
        if code:
            assert "PIP_REQUIRE_VIRTUALENV: a virtual environment is required" in done.err
        assert plain(*words, *asked, "--require-venv").rc == code
        assert plain(*words, *asked, env={"PIP_REQUIRE_VIRTUALENV": "0"}).rc == 0


def test_looking_needs_no_virtual_environment(plain, index, work):
    write(work / "r.in", "alpha\n")
    required = {"PIP_REQUIRE_VIRTUALENV": "1"}
    for words in [("list",), ("freeze",), ("compile", "r.in", "-i", index.url)]:
        plain(*words, "-p", PYTHON, env=required).ok()
    plain("venv", "v", "-p", PYTHON, env=required).ok()
    plain("cache", "dir", env=required).ok()
