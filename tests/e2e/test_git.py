"""Repositories as sources: what is fetched, how often, with which login, and what is kept."""

import json
import os
import pathlib
import re
import shutil
import signal
import sys
import time

import pytest

from registry import sdist
from registry.repositories import GitServer, basic
from sources import Paths, builds, commit, direct_url, git, project, repository, tar_archive

SECRET = "s3cr3t-t0ken"


@pytest.fixture
def repo(work):
    """repo("demo", "1", …): a project in a repository that filters when it is asked to."""

    def make(name, version="1", **about):
        path = project(work / "repos" / name, name, version, **about)
        repository(path)
        git(path, "config", "uploadpack.allowFilter", "true")
        return path

    return make


@pytest.fixture
def host(work):
    """host(login=…) serves the repositories over HTTP."""
    servers = []

    def start(login=None):
        (work / "repos").mkdir(exist_ok=True)
        servers.append(GitServer(work / "repos", login))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def counter(tmp_path):
    return tmp_path / "counter"


@pytest.fixture
def install(pipit, env, counter):
    """install(…) into `env` without an index."""

    def run(*words, target=None, variables=None, **options):
        return pipit(
            *("install", "--python", (target or env).python, "--no-index", *words),
            env={"BUILD_COUNTER": counter, **(variables or {})},
            **options,
        )

    return run


@pytest.fixture
def spy(tmp_path):
    """A git on PATH that notes what it is called with."""
    folder = tmp_path / "spy"
    folder.mkdir()
    log = folder / "log"
    script = folder / "git"
    script.write_text(f'#!/bin/sh\necho "$*" >> {log}\nexec {shutil.which("git")} "$@"\n')
    script.chmod(0o755)

    class Spy:
        variables = {"PATH": f"{folder}:{os.environ['PATH']}"}

        def calls(self, command):
            lines = log.read_text().splitlines() if log.exists() else []
            return [line for line in lines if f" {command} " in f" {line} "]

    return Spy()


def entries(pipit) -> list[str]:
    """The entries of built metadata below git/, as "<digest>/<commit>"."""
    bucket = pipit.bucket("built-wheel-metadata-v0") / "git"
    return sorted(str(path.parent.relative_to(bucket)) for path in bucket.rglob("metadata.json"))


def repositories(pipit) -> list[pathlib.Path]:
    return sorted(path.parent for path in pipit.bucket("git-v0").glob("[0-9a-f]*/HEAD"))


# Places and what is kept.


def test_spellings_of_one_repository_are_one_entry(install, pipit, repo, host, counter, make_env):
    head = commit(repo("demo"))
    server = host()
    server.root.joinpath("demo.git").symlink_to("demo/.git")
    spellings = [
        server.url("demo"),
        server.url("demo/"),
        server.url("demo.git"),
        server.url("./demo@main"),
        server.url(f"demo@{head}"),
        server.url("demo#egg=demo"),
        server.url("demo", login="user:word"),
        server.url("demo").replace("git+http", "GIT+HTTP"),
    ]
    for number, text in enumerate(spellings):
        install(f"demo @ {text}", target=make_env(f"e{number}")).ok()
    assert builds(counter).count("build_wheel demo") == 1
    assert len(repositories(pipit)) == 1
    (entry,) = entries(pipit)
    assert re.fullmatch(r"[0-9a-f]{64}/" + head, entry)


def test_three_kinds_of_sources_in_one_run(pipit, repo, env, serve, work, counter):
    """A repository, a source distribution of an index and one by URL: one run, three entries."""
    index = serve()
    index.add(sdist("Django_Allauth", "0.51.0", metadata_version="2.1"))
    werkzeug = tar_archive("werkzeug", "2.3", metadata_version="2.1")
    url = Paths(index.server).add("/get/master.tar.gz", werkzeug)
    path = repo("pydantic-extra")
    (work / "r.txt").write_text(
        f"pydantic-extra @ git+file://{path}@main\ndjango-allauth==0.51.0\nwerkzeug @ {url}?ref=1\n"
    )
    words = ("--python", env.python, "-i", index.url, "-r", "r.txt")
    pipit("install", *words, env={"BUILD_COUNTER": counter}).ok()
    assert env.installed() == {"pydantic-extra": "1", "Django_Allauth": "0.51.0", "werkzeug": "2.3"}
    bucket = pipit.bucket("built-wheel-metadata-v0")
    found = {
        re.sub(r"[0-9a-f]{40,64}", "*", str(file.parent.relative_to(bucket))): json.loads(
            file.read_text()
        )["data"]
        for file in bucket.rglob("metadata.json")
    }
    assert {place: list(data) for place, data in found.items()} == {
        "git/*/*": ["pydantic_extra-1-py3-none-any.whl"],
        "*/django-allauth-0.51.0.tar.gz": ["Django_Allauth-0.51.0-py3-none-any.whl"],
        "url/*/master.tar.gz": ["werkzeug-2.3-py3-none-any.whl"],
    }
    (data,) = found["*/django-allauth-0.51.0.tar.gz"].values()
    assert (data["name"], data["version"]) == ("Django_Allauth", "0.51.0")
    assert sorted(builds(counter)) == [
        "build_wheel Django_Allauth",
        "build_wheel pydantic-extra",
        "build_wheel werkzeug",
    ]


@pytest.mark.index
def test_a_source_of_the_real_index_is_below_its_name(pipit, env, repo):
    """The entry of the default index is pypi/, its name in normal form; the wheel's is its own."""
    path = repo("demo")
    words = ("--no-deps", "--no-binary", "django-allauth", "django_allauth==0.51.0")
    pipit("install", "--python", env.python, *words, f"demo @ git+file://{path}", timeout=300).ok()
    bucket = pipit.bucket("built-wheel-metadata-v0")
    (file,) = (bucket / "pypi").rglob("metadata.json")
    assert file.parent.relative_to(bucket) == pathlib.Path("pypi/django-allauth-0.51.0.tar.gz")
    (name,) = json.loads(file.read_text())["data"]
    assert name.lower().startswith("django_allauth-0.51.0-py3")
    assert len(entries(pipit)) == 1


# Which commit.


def test_a_branch_that_moved_is_built_again(install, repo, counter, env, pipit):
    path = repo("demo")
    first = commit(path)
    text = f"demo @ git+file://{path}@main"
    install(text).ok()
    install("--reinstall", text).ok()
    assert builds(counter).count("build_wheel demo") == 1
    project(path, "demo", "2")
    second = commit(path)
    install("--reinstall", text).ok()
    assert env.installed() == {"demo": "2"}
    assert builds(counter).count("build_wheel demo") == 2
    assert direct_url(env, "demo-2")["vcs_info"] == {
        "vcs": "git",
        "requested_revision": "main",
        "commit_id": second,
    }
    assert [entry.partition("/")[2] for entry in entries(pipit)] == sorted([first, second])
    install("--reinstall", f"demo @ git+file://{path}@{first}").ok()
    assert env.installed() == {"demo": "1"}
    assert builds(counter).count("build_wheel demo") == 2, "what an older commit built is kept"


def test_compile_pins_the_commit(pipit, repo, work):
    path = repo("demo", requires=["leaf; python_version < '3'"])
    git(path, "tag", "-a", "v1", "-m", "v1")
    head = git(path, "rev-parse", "HEAD")
    project(path, "demo", "2")
    commit(path)
    (work / "r.in").write_text(f"demo @ git+file://{path}@v1\n")
    done = pipit("compile", "--no-index", "r.in", "--no-header").ok()
    assert f"demo @ git+file://{path}@{head}" in done.out


def test_a_revision_that_is_not_there(install, repo, env, unchanged):
    path = repo("demo")
    with unchanged(env.path):
        for revision in ("nope", "0123abc", "a" * 40):
            install(f"demo @ git+file://{path}@{revision}").fails(1, "demo", str(path), revision)


def test_a_repository_that_is_not_there(install, host, env, unchanged):
    server = host()
    with unchanged(env.path):
        install(f"demo @ {server.url('demo')}").fails(1, "demo", f"127.0.0.1:{server.port}/demo")
        install(f"demo @ git+file://{server.root}/demo").fails(1, "does not appear to be a git")


# What a build sees.


def test_a_subdirectory_and_submodules(install, repo, env, work, counter):
    """The project is a submodule's content, below a folder of the repository that is asked for."""
    inner = repo("inner")
    outer = repo("outer")
    allow = ("-c", "protocol.file.allow=always")
    git(outer, *allow, "submodule", "--quiet", "add", f"file://{inner}", "libs/inner")
    git(outer, "config", "-f", ".gitmodules", "submodule.libs/inner.url", "../inner")
    commit(outer)
    install(f"inner @ git+file://{outer}#subdirectory=libs/inner").ok()
    assert env.installed() == {"inner": "1"}
    assert direct_url(env, "inner-1")["subdirectory"] == "libs/inner"
    install(f"inner @ git+file://{outer}#subdirectory=libs/none").fails(1, "libs/none")


def test_a_submodule_of_a_server_cannot_be_a_folder_of_ours(install, repo, host, env, unchanged):
    secret, outer = repo("secret"), repo("outer")
    git(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(secret), "m")
    commit(outer)
    with unchanged(env.path):
        install(f"outer @ {host().url('outer')}").fails(1, "submodule m", str(secret))


def test_a_build_can_ask_git_for_its_version(install, repo, host, env):
    """As setuptools_scm and others do: tags and distance are those of the whole history."""
    path = repo("demo")
    (path / "backend.py").write_text(
        "import subprocess\n"
        "ask = ['git', 'describe', '--tags', '--long', '--dirty']\n"
        "text = subprocess.run(ask, check=True, capture_output=True, text=True).stdout.strip()\n"
        "VERSION_ASKED = '1.' + text.split('-')[1] + ('.99' if 'dirty' in text else '')\n"
        + (path / "backend.py").read_text().replace("'1'", "VERSION_ASKED")
        + "METADATA = METADATA.replace('Version: 1', 'Version: ' + VERSION_ASKED)\n"
    )
    commit(path)
    git(path, "tag", "v1")
    for _ in range(3):
        commit(path)
    install(f"demo @ {host().url('demo')}").ok()
    assert env.installed() == {"demo": "1.3"}


# Large files: a stand-in that speaks git's protocol for filters, as git-lfs does.

LFS = """#!{python}
import os, sys
if sys.argv[1] != "filter-process":
    sys.exit("only filter-process")
read, write = sys.stdin.buffer, sys.stdout.buffer
def packets():
    out = []
    while True:
        size = int(read.read(4) or b"-1", 16)
        if size < 0:
            sys.exit(0)
        if not size:
            return out
        out.append(read.read(size - 4))
def send(*parts):
    for part in parts:
        write.write(b"%04x" % (len(part) + 4) + part)
    write.write(b"0000")
    write.flush()
assert packets() == [b"git-filter-client\\n", b"version=2\\n"]
send(b"git-filter-server\\n", b"version=2\\n")
assert b"capability=smudge\\n" in packets()
send(b"capability=clean\\n", b"capability=smudge\\n")
while True:
    head, body = packets(), b"".join(packets())
    send(b"status=success\\n")
    if head[0] == b"command=smudge\\n" and body.startswith(b"pointer "):
        body = b"VALUE = 'large'\\n"
    elif head[0] == b"command=clean\\n":
        body = b"pointer 1\\n"
    send(body)
    send()
"""


def test_large_files_when_asked_for(install, repo, env, tmp_path, make_env):
    path = repo("demo")
    (path / ".gitattributes").write_text("data.txt filter=lfs\n")
    (path / "data.txt").write_text("pointer 1\n")
    backend = path / "backend.py"
    content = "\"VALUE = 'built'\\n\""
    assert content in backend.read_text()
    backend.write_text(backend.read_text().replace(content, "open('data.txt').read()"))
    commit(path)
    folder = tmp_path / "lfs"
    folder.mkdir()
    (folder / "git-lfs").write_text(LFS.format(python=sys.executable))
    (folder / "git-lfs").chmod(0o755)
    variables = {"PATH": f"{folder}:{os.environ['PATH']}"}
    url = f"git+file://{path}"
    ask = ("-c", "import demo; print(demo.VALUE)")
    install(f"demo @ {url}#lfs=true", variables=variables).ok()
    assert env.run(env.python, *ask) == "large\n"
    if not shutil.which("git-lfs"):
        target = make_env("other")
        install("--no-cache", f"demo @ {url}#lfs=true", target=target).fails(1, "demo", "git-lfs")


# Many at once.


@pytest.mark.parametrize("processes", [4, 8])
def test_processes_at_once_clone_once(pipit, repo, host, counter, make_env, spy, processes):
    repo("demo")
    server = host()
    targets = [make_env(f"e{number}") for number in range(processes)]
    words = ("install", "--no-index", f"demo @ {server.url('demo')}", "--python")
    variables = {"BUILD_COUNTER": counter, **spy.variables}
    running = [pipit.start(*words, target.python, env=variables) for target in targets]
    for one in running:
        one.wait().ok()
    assert all(target.installed() == {"demo": "1"} for target in targets)
    # The history and the files at once, and nothing one by one when it is missed.
    fetches = [" ".join(re.findall("--depth=1|--filter=tree:0|--stdin", call)) for call in
               spy.calls("fetch")]
    assert sorted(fetches) == ["--depth=1", "--filter=tree:0"]
    assert len(repositories(pipit)) == 1
    assert builds(counter).count("build_wheel demo") == 1


def test_one_of_many_is_killed(pipit, repo, host, counter, make_env, spy):
    """The one that fetches is killed in the middle; another takes over."""
    repo("demo")
    server = host()
    script = pathlib.Path(spy.variables["PATH"].partition(":")[0]) / "git"
    mark = script.with_name("mark")
    text = script.read_text()
    slow = f'case "$*" in *" fetch "*) if mkdir {mark} 2>/dev/null; then sleep 5; fi;; esac\nexec'
    script.write_text(text.replace("exec", slow))
    words = ("install", "--no-index", f"demo @ {server.url('demo')}", "--python")
    variables = {"BUILD_COUNTER": counter, **spy.variables}
    first = pipit.start(*words, make_env("first").python, env=variables)
    while not mark.exists():
        time.sleep(0.02)
    targets = [make_env(f"e{number}") for number in range(3)]
    others = [pipit.start(*words, target.python, env=variables) for target in targets]
    time.sleep(0.3)
    first.process.send_signal(signal.SIGKILL)
    first.process.communicate()
    for one in others:
        one.wait().ok()
    assert all(target.installed() == {"demo": "1"} for target in targets)
    assert builds(counter).count("build_wheel demo") == 1


def test_parts_of_one_repository_are_of_one_commit(install, repo, host, env, work, spy):
    path = repo("outer")
    for name in ("one", "two", "three"):
        project(path / name, name)
    commit(path)
    url = host().url("outer@main#subdirectory=")
    texts = [f"{name} @ {url}{name}" for name in ("one", "two", "three")]
    install(*texts, variables=spy.variables).ok()
    assert env.installed() == {"one": "1", "two": "1", "three": "1"}
    assert len(spy.calls("ls-remote")) == 1
    assert len([call for call in spy.calls("fetch") if "--filter=tree:0" in call]) == 1


@pytest.mark.parametrize("killed", [False, True])
def test_eight_processes_build_and_clone_once(pipit, repo, host, serve, counter, make_env, killed):
    """The same repository and the same source distribution, one empty cache. The one that is
    killed does so in the middle of a build."""
    path = repo("demo")
    backend = path / "backend.py"
    mark = counter.with_name("mark")
    slow = f"    if not os.path.exists({str(mark)!r}):\n"
    slow += f"        import time\n        open({str(mark)!r}, 'w').close()\n        time.sleep(3)\n"
    count = '    count("build_wheel " + NAME)\n'
    assert count in backend.read_text()
    backend.write_text(backend.read_text().replace(count, count + slow))
    commit(path)
    index = serve()
    index.add(sdist("leaf", "1", metadata_version="2.1"))
    words = ("install", "-i", index.url, "leaf", f"demo @ {host().url('demo')}", "--python")
    targets = [make_env(f"e{number}") for number in range(8)]
    running = [pipit.start(*words, targets[0].python, env={"BUILD_COUNTER": counter})]
    while not mark.exists() and running[0].process.poll() is None:
        time.sleep(0.02)
    for target in targets[1:]:
        running.append(pipit.start(*words, target.python, env={"BUILD_COUNTER": counter}))
    if killed:
        time.sleep(0.5)
        running[0].process.send_signal(signal.SIGKILL)
        running.pop(0).process.communicate()
        assert targets.pop(0).installed() == {}
    for one in running:
        one.wait().ok()
    assert all(target.installed() == {"demo": "1", "leaf": "1"} for target in targets)
    made = builds(counter)
    assert made.count("build_wheel demo") == (2 if killed else 1)
    assert made.count("build_wheel leaf") == 1
    assert len(repositories(pipit)) == 1


# Networks and logins.


def test_offline_with_a_warm_cache(install, repo, host, env, counter, make_env):
    path = repo("demo")
    server = host()
    text = f"demo @ {server.url('demo@main')}"
    install("--offline", text).fails(1, "demo", f"127.0.0.1:{server.port}/demo@main")
    install(text).ok()
    before = len(server.rows)
    other = make_env("other")
    install("--offline", text, target=other).ok()
    assert other.installed() == {"demo": "1"}
    assert len(server.rows) == before
    git(path, "branch", "never")
    install("--offline", f"demo @ {server.url('demo@never')}").fails(1, "demo", "--offline")
    assert len(server.rows) == before
    assert builds(counter).count("build_wheel demo") == 1


def secrets_below(*folders) -> list[str]:
    return [
        str(path)
        for folder in folders
        for path in pathlib.Path(folder).rglob("*")
        if SECRET in path.name or (path.is_file() and SECRET.encode() in path.read_bytes())
    ]


@pytest.mark.parametrize("login", [("user", SECRET), (SECRET, "")])
def test_a_login_reaches_the_server_and_nothing_else(
    pipit, repo, host, env, counter, home, work, tmp_path, spy, login
):
    repo("demo")
    server = host(login)
    url = server.url("demo@main", ":".join(login).rstrip(":"))
    (work / "r.txt").write_text("demo @ " + url.replace(SECRET, "${TOKEN}") + "\n")
    words = ("-v", "--python", env.python, "--no-index", "-r", "r.txt")
    words += ("--trace", tmp_path / "trace.json", "--report", tmp_path / "report.json")
    variables = {"TOKEN": SECRET, "BUILD_COUNTER": counter, **spy.variables}
    done = pipit("install", *words, env=variables).ok()
    assert any(authorization == basic(login) for _, _, authorization in server.rows)
    assert SECRET not in done.out + done.err
    assert spy.calls("fetch") and not secrets_below(home, env.path, tmp_path)
    assert direct_url(env, "demo-1")["url"] == f"http://127.0.0.1:{server.port}/demo"
    # A wrong one is refused, and not shown either.
    wrong = url.replace(SECRET, SECRET + "x")
    done = pipit("install", "--no-cache", "--python", env.python, "--no-index", f"demo @ {wrong}")
    done.fails(1, "demo", f"127.0.0.1:{server.port}/demo")
    assert SECRET not in done.err


@pytest.fixture
def ssh(tmp_path):
    """An ssh on PATH that runs the command here and notes what it was called with."""
    folder = tmp_path / "ssh"
    folder.mkdir()
    script = folder / "ssh"
    script.write_text(
        f"#!/bin/sh\necho \"$*\" >> {folder}/log\n"
        'if [ "$1" = -G ]; then exit 1; fi\nfor last; do :; done\neval "exec $last"\n'
    )
    script.chmod(0o755)
    return {"PATH": f"{folder}:{os.environ['PATH']}", "GIT_SSH_VARIANT": "ssh"}, folder / "log"


def test_over_ssh_with_a_submodule_as_scp_has_it(install, repo, ssh, env):
    variables, log = ssh
    inner, outer = repo("inner"), repo("outer")
    git(outer, "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner), "m")
    git(outer, "config", "-f", ".gitmodules", "submodule.m.url", f"git@other.example:{inner}")
    commit(outer)
    text = f"inner @ git+ssh://git@host.example:2222{outer}@main#subdirectory=m"
    install(text, variables=variables).ok()
    assert env.installed() == {"inner": "1"}
    assert direct_url(env, "inner-1")["url"] == f"ssh://git@host.example:2222{outer}"
    calls = log.read_text()
    assert "-p 2222 git@host.example git-upload-pack" in calls
    assert "git@other.example git-upload-pack" in calls


def test_a_login_does_not_follow_a_redirect(install, repo, host, env):
    repo("demo")
    other, server = host(("other", "word")), host()
    server.redirect["/demo"] = f"http://127.0.0.1:{other.port}/demo"
    install(f"demo @ {server.url('demo', 'user:' + SECRET)}").fails(1, "demo")
    assert other.rows and not any(authorization for _, _, authorization in other.rows)


def test_two_repositories_of_one_host_have_a_login_each(install, repo, host, env, work):
    for name in ("one", "two"):
        repo(name)
    server = host()
    server.logins = {"/one": ("a", "1"), "/two": ("b", "2")}
    install(
        f"one @ {server.url('one', 'a:1')}", f"two @ {server.url('two', 'b:2')}"
    ).ok()
    assert env.installed() == {"one": "1", "two": "1"}


def test_without_a_git(install, repo, env, tmp_path, unchanged):
    path = repo("demo")
    folder = tmp_path / "bin"
    folder.mkdir()
    with unchanged(env.path):
        install(f"demo @ git+file://{path}", variables={"PATH": folder}).fails(
            1, "demo", "git is needed", "was not found"
        )


def test_what_git_would_take_for_an_option(install, env, tmp_path, unchanged):
    bait = tmp_path / "bait"
    with unchanged(env.path):
        for text in (
            f"git+ssh://-oProxyCommand=touch%20{bait}/demo",
            f"git+ssh://-oProxyCommand=touch%20{bait}@127.0.0.1/demo",
            f"git+file:///tmp@--upload-pack=touch%20{bait}",
            f"git+ext::sh -c 'touch {bait}'",
        ):
            done = install(text)
            assert done.rc in (1, 2), done
    assert not bait.exists()
