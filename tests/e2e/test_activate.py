"""The activation scripts, read by the shells themselves."""

import shutil
import subprocess

import pytest

from conftest import PYTHON

SCRIPTS = {"sh": "", "bash": "", "dash": "", "zsh": "", "ksh": "", "tcsh": ".csh", "fish": ".fish"}
PLAIN = "/usr/local/bin:/usr/bin:/bin"


@pytest.fixture(params=SCRIPTS)
def shell(request, work):
    """shell(*lines): what they print; `activate(env)` and `show` are lines for it."""
    name = request.param
    if not shutil.which(name):
        pytest.skip(f"no {name} here")
    options = {"tcsh": ["-f"], "fish": ["--no-config"], "zsh": ["-f"]}.get(name, [])

    def run(*lines, **variables):
        script = work / "script"
        script.write_text("\n".join(lines) + "\n")
        env = {"PATH": PLAIN, "HOME": str(work), **variables}
        done = subprocess.run(
            [shutil.which(name), *options, script], env=env, capture_output=True, text=True
        )
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout.splitlines()

    dot = "source" if name in ("tcsh", "fish") else "."
    quoted = "\\'" if name == "fish" else "'\\''"
    run.activate = lambda env: (
        dot + " '" + f"{env}/bin/activate{SCRIPTS[name]}".replace("'", quoted) + "'"
    )
    run.show = "env | grep -E '^(PATH|VIRTUAL_ENV|VIRTUAL_ENV_PROMPT|PYTHONHOME)=' | sort"
    run.name = name
    return run


def test_one_environment_after_another(pipit, work, shell):
    first, second = work / "it's one", work / "two"
    for env in (first, second):
        pipit("venv", "-p", PYTHON, env).ok()
    show = shell.show
    told = shell(
        *[shell.activate(first), show, "echo next", shell.activate(second), show, "echo next"],
        *["command -v python" if shell.name != "tcsh" else "which python"],
        *["deactivate", show],
    )
    assert told == [
        *[f"PATH={first}/bin:{PLAIN}", f"VIRTUAL_ENV={first}", "VIRTUAL_ENV_PROMPT=it's one", "next"],
        *[f"PATH={second}/bin:{PLAIN}", f"VIRTUAL_ENV={second}", "VIRTUAL_ENV_PROMPT=two", "next"],
        *[f"{second}/bin/python", f"PATH={PLAIN}"],
    ]


@pytest.mark.parametrize("ours", ["first", "second"])
def test_beside_one_that_python_made(pipit, work, shell, ours):
    mine, other = work / "mine", work / "other"
    pipit("venv", "-p", PYTHON, mine).ok()
    subprocess.run([PYTHON, "-m", "venv", "--without-pip", other], check=True)
    first, second = (mine, other) if ours == "first" else (other, mine)
    # Python's own script for tcsh takes a prompt for granted.
    begin = "set prompt = 'plain>'" if shell.name == "tcsh" else ""
    told = shell(
        *[begin, shell.activate(first), shell.activate(second), shell.show, "deactivate", shell.show]
    )
    assert told[0] == f"PATH={second}/bin:{PLAIN}"
    assert told[-1] == f"PATH={PLAIN}"
    assert len([line for line in told if line.startswith("VIRTUAL_ENV=")]) == 1


def test_the_prompt_comes_back(pipit, work, shell):
    env = work / "env"
    pipit("venv", "-p", PYTHON, env).ok()
    prompt = {"fish": "fish_prompt; echo", "tcsh": 'echo "$prompt"'}.get(shell.name, 'echo "$PS1"')
    begin = {
        "fish": "function fish_prompt; echo \"$status plain>\"; end",
        "tcsh": "set prompt = '0 plain>'",
    }.get(shell.name, "PS1='0 plain>'")
    lines = [begin, shell.activate(env), prompt, "deactivate", prompt]
    assert [line for line in shell(*lines) if line] == ["(env) 0 plain>", "0 plain>"]
    told = shell(*lines, VIRTUAL_ENV_DISABLE_PROMPT="1")
    assert [line for line in told if line] == ["0 plain>", "0 plain>"]


def test_pythonhome_comes_back(pipit, work, shell):
    if shell.name == "tcsh":
        pytest.skip("its script leaves PYTHONHOME alone")
    env = work / "env"
    pipit("venv", "-p", PYTHON, env).ok()
    lines = [shell.activate(env), shell.show, "deactivate", shell.show]
    assert shell(*lines, PYTHONHOME="/home of it") == [
        *[f"PATH={env}/bin:{PLAIN}", f"VIRTUAL_ENV={env}", "VIRTUAL_ENV_PROMPT=env"],
        *[f"PATH={PLAIN}", "PYTHONHOME=/home of it"],
    ]


def test_a_careful_shell_is_content(pipit, work):
    env = work / "env"
    pipit("venv", "-p", PYTHON, env).ok()
    lines = f"set -eu; . {env}/bin/activate; . {env}/bin/activate; deactivate; echo $PATH"
    for shell in ("sh", "bash"):
        done = subprocess.run([shell, "-c", lines], env={"PATH": PLAIN}, capture_output=True)
        assert (done.stdout, done.stderr) == (f"{PLAIN}\n".encode(), b"")
