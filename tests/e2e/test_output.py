"""What is written to standard output: help, results for people, results for programs."""

import json
import os
import stat
import subprocess

import pytest

from conftest import PYTHON, Program
from registry import wheel
from samples import TOOL

WHEELS = [wheel("a", "1", requires=["b"]), wheel("b", "1"), wheel("b", "2"), TOOL]


def words_of(done, option: str) -> str:
    """An option's line of help, with the spaces of its columns taken out."""
    lines = [" ".join(line.split()) for line in done.ok().out.splitlines()]
    at = next(i for i, line in enumerate(lines) if option in line.split())
    return lines[at]


def test_help_comes_in_sections(pipit):
    text = pipit("install", "--help").ok().out
    titles = [line for line in text.splitlines() if line.endswith(":") and not line.startswith(" ")]
    assert titles == [
        "Requirements:", "Resolution:", "Index:", "Builds:", "Target:", "Installation:", "Output:",
        "Network:", "Cache:", "General:",
    ]  # fmt: skip
    titles = pipit("cache", "--help").ok().out.splitlines()
    assert "Builds:" not in titles and "Cache:" in titles


def test_help_speaks_of_the_command(pipit):
    assert "include pip, setuptools and wheel" in words_of(pipit("freeze", "--help"), "--all")
    assert "buckets of other versions" in words_of(pipit("cache", "--help"), "--all")
    assert words_of(pipit("install", "--help"), "--no-deps") == (
        "--no-deps do not install dependencies"
    )
    assert "columns, freeze or json" in words_of(pipit("list", "--help"), "--format")
    assert "pylock.toml" in words_of(pipit("compile", "--help"), "--format")


@pytest.mark.parametrize("command", ["list", "freeze", "tree"])
def test_what_changes_nothing_has_no_dry_run(pipit, command):
    assert "--dry-run" not in pipit(command, "--help").ok().out
    pipit(command, "--dry-run").fails(2, "no such option: --dry-run")


@pytest.mark.parametrize("command", ["list", "freeze"])
def test_words_that_mean_nothing_are_refused(pipit, env, work, command):
    pipit(command, "--python", env.python, "tool").fails(2, f"{command}: takes no arguments, got tool")
    (work / "pip").symlink_to(pipit.binary)
    as_pip = Program([work / "pip"], pipit.env, work)
    as_pip(command, "--python", env.python, "tool").ok()


@pytest.mark.parametrize(
    "args",
    [
        ["freeze"],
        ["list"],
        ["list", "--format", "json"],
        ["tree"],
        ["cache", "dir"],
        ["--version"],
        ["install", "--help"],
        ["compile", "r.in"],
        ["compile", "r.in", "--json"],
        ["lock", "r.in"],
        ["uninstall", "-y", "--json", "--dry-run", "tool"],
        ["install", "tool", "--dry-run", "--json"],
    ],
)
@pytest.mark.parametrize("where", [">&-", ">/dev/full"])
def test_a_result_that_cannot_be_written_is_an_error(
    pipit, env, install, wheelhouse, work, args, where
):
    install("tool", wheels=WHEELS).ok()
    (work / "r.in").write_text("tool\n")
    takes_python = args[0] not in ("cache", "--version") and "--help" not in args
    options = ["--python", str(env.python)] if takes_python else []
    if args[0] in ("compile", "lock", "install"):
        options += ["--no-index", "-f", str(env.path.parent / "wheelhouse")]
    done = subprocess.run(
        ["sh", "-c", f'"$@" {where}', "sh", str(pipit.binary), *args, *options],
        env=pipit.env, cwd=work, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1, done
    assert "pipit: error: standard output: " in done.stderr, done


def test_an_installation_needs_no_standard_output(pipit, env, wheelhouse, work):
    done = subprocess.run(
        ["sh", "-c", '"$@" >&-', "sh", str(pipit.binary), "install", "--python", str(env.python),
         "--no-index", "-f", str(wheelhouse(*WHEELS)), "tool"],
        env=pipit.env, cwd=work, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done
    assert "tool" in env.installed()


def test_an_output_may_be_a_device_or_a_pipe(pipit, serve, work):
    index = serve()
    index.add(*WHEELS)
    (work / "in").write_text("a\n")
    words = ["compile", "in", "-i", index.url, "--no-header", "--no-annotate"]
    assert pipit(*words, "-o", "/dev/stdout").ok().out == "a==1\nb==2\n"
    os.mkfifo(work / "pipe")
    reader = subprocess.Popen(["cat", work / "pipe"], stdout=subprocess.PIPE, text=True)
    pipit(*words, "-o", "pipe", "--trace", "/dev/stderr").ok()
    assert reader.communicate(timeout=30)[0] == "a==1\nb==2\n"
    assert (work / "pipe").is_fifo() and stat.S_ISLNK(os.lstat("/dev/stdout").st_mode)


def test_compile_tells_programs_what_it_chose(pipit, serve, work):
    index = serve()
    for one in WHEELS:
        index.add(one)
    (work / "r.in").write_text("a\n")
    (work / "c.txt").write_text("b<2\n")
    options = ("--python", PYTHON, "-i", index.url, "-c", "c.txt")
    done = pipit("compile", "r.in", "--json", *options).ok()
    assert json.loads(done.out) == {
        "packages": [
            {"name": "a", "version": "1", "via": ["-r r.in"]},
            {"name": "b", "version": "1", "via": ["-c c.txt", "a"]},
        ]
    }
    done = pipit("compile", "r.in", "--json", "--generate-hashes", "-o", "out.txt", *options).ok()
    hashes = [package["hashes"] for package in json.loads(done.out)["packages"]]
    assert all(len(one) == 1 and one[0].startswith("sha256:") for one in hashes)
    assert f"--hash={hashes[0][0]}" in (work / "out.txt").read_text()


def test_a_constraint_is_annotated_as_one(pipit, uv, wheelhouse, work):
    (work / "r.in").write_text("a\n-c more.txt\n")
    (work / "c.txt").write_text("b<2\n")
    (work / "more.txt").write_text("a<2\n")
    options = ("--python", PYTHON, "--no-index", "-f", wheelhouse(*WHEELS), "-c", "c.txt")
    lines = pipit("compile", "r.in", "--no-header", *options).ok().out.splitlines()
    theirs = uv("pip", "compile", "r.in", "--no-header", *options).ok().out.splitlines()
    assert lines == theirs == [
        "a==1",
        "    # via",
        "    #   -c more.txt",
        "    #   -r r.in",
        "b==1",
        "    # via",
        "    #   -c c.txt",
        "    #   a",
    ]  # fmt: skip


def test_uninstall_tells_programs_what_is_gone(install, pipit, env):
    install("a", "tool", wheels=WHEELS).ok()
    words = ("uninstall", "-y", "--json", "--python", env.python)
    done = pipit(*words, "--dry-run", "Tool").ok()
    assert json.loads(done.out)["dry_run"] is True and "tool" in env.installed()
    done = pipit(*words, "Tool", "a", "absent").ok()
    told = json.loads(done.out)
    assert [(one["name"], one["version"]) for one in told["removed"]] == [
        ("tool", "1.0"),
        ("a", "1"),
    ]
    assert told["not_installed"] == ["absent"] and told["dry_run"] is False
    assert set(env.installed()) == {"b"}
    assert json.loads(pipit(*words, "absent").ok().out)["removed"] == []


def test_freeze_tells_programs_what_installs_it_again(install, pipit, env):
    install("a", "tool", wheels=WHEELS).ok()
    rows = json.loads(pipit("freeze", "--json", "--python", env.python).ok().out)
    assert [(row["name"], row["version"]) for row in rows] == [
        ("a", "1"),
        ("b", "2"),
        ("tool", "1.0"),
    ]
    text = pipit("freeze", "--python", env.python).ok().out
    assert "".join(row["requirement"] + "\n" for row in rows) == text


def test_venv_tells_programs_what_it_made(pipit, work):
    made = json.loads(pipit("venv", "v", "--json", "--python", PYTHON).ok().out)
    assert made["path"] == str(work / "v") and made["executable"].startswith(made["path"])
    assert subprocess.run([made["executable"], "-c", ""]).returncode == 0
    assert made["version"].startswith("3.") and made["base"]


def test_settings_of_the_network_do_not_hinder_what_needs_none(install, pipit, env, serve, work):
    install("tool", wheels=WHEELS).ok()
    bad = {"PIPIT_TIMEOUT": "bad"}
    words = ("uninstall", "-y", "--python", env.python)
    pipit(*words, "-r", f"{serve().url}x.txt", env=bad).fails(2, "PIPIT_TIMEOUT=bad: not a number")
    pipit(*words, "tool", env=bad).ok()
    assert "tool" not in env.installed()


def test_download_tells_programs_what_it_saved(pipit, wheelhouse, work):
    words = ("--python", PYTHON, "--no-index", "-f", wheelhouse(*WHEELS), "-d", "here", "--json")
    assert json.loads(pipit("download", "tool", "--dry-run", *words).ok().out) == {
        "dry_run": True,
        "files": [{"name": "tool", "version": "1.0"}],
    }
    (file,) = json.loads(pipit("download", "tool", *words).ok().out)["files"]
    assert (work / "here" / file["path"].rsplit("/", 1)[1]).is_file()
