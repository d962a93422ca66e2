"""A login reaches its server and nothing else: whichever way it was given, nothing that is shown,
traced, reported, kept, installed or handed to a build holds it."""

import base64
import contextlib
import gzip
import io
import os
import pathlib
import zipfile
import zlib

import pytest

from backends import source_files
from conftest import files_named, wait_for
from registry import Proxy, sdist, wheel
from registry.wheels import tar_gz
from sources import Paths, zip_archive

USER, SECRET = "user", "hunter2+sesame"
# As it stands, as in a URL, and as in a header.
NEEDLES = {
    SECRET.encode(),
    SECRET.replace("+", "%2B").encode(),
    SECRET.replace("+", "%2b").encode(),
    base64.b64encode(f"{USER}:{SECRET}".encode()),
}
LOGIN = f"{USER}:{SECRET.replace('+', '%2B')}@"


def holds(data: bytes) -> bool:
    return any(needle in data for needle in NEEDLES)


def unpacked(data: bytes) -> list[bytes]:
    """What a compressed file holds, too."""
    try:
        if data[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                return [archive.read(name) for name in archive.namelist()]
        if data[:2] == b"\x1f\x8b":
            return [gzip.decompress(data)]
    except (zipfile.BadZipFile, OSError, EOFError, zlib.error):
        pass
    return []


def leaks(folder: pathlib.Path, inputs) -> list[str]:
    """Names and contents below `folder`, less the files that we wrote the login into. What a build
    that outlives a killed run removes meanwhile is passed over."""
    found = []
    for parent, folders, files in os.walk(folder):
        for path in (pathlib.Path(parent, name) for name in [*folders, *files]):
            if path not in inputs:
                with contextlib.suppress(FileNotFoundError):
                    found += leaks_of(path, str(path.relative_to(folder)))
    return found


def leaks_of(path: pathlib.Path, name: str) -> list[str]:
    parts = [name.encode()]
    if path.is_symlink():
        parts.append(os.readlink(path).encode())
    elif path.is_file():
        data = path.read_bytes()
        parts += [data, *unpacked(data)]
    return [str(path)] if any(holds(part) for part in parts) else []


def curious(name: str) -> tuple[str, bytes]:
    """An sdist whose build writes down what it was started with."""
    files = source_files(name, "1")
    files["backend.py"] += (
        "\nwith open(os.environ['SPY'], 'ab') as out:\n"
        "    for what in ('cmdline', 'environ'):\n"
        "        out.write(open('/proc/self/' + what, 'rb').read() + b'\\n')\n"
    )
    files["PKG-INFO"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n"
    return f"{name}-1.tar.gz", tar_gz(f"{name}-1", files)


class Site:
    """Packages of every kind behind a login, and the words and variables that give it."""

    def __init__(self, index, home, work):
        self.index, self.home, self.work = index, home, work
        index.add(wheel("a", "1", requires=["b"]), wheel("b", "1"), curious("c"), sdist("d", "1"))
        index.add(wheel("bare", "1"), hashed=False)
        self.big = wheel("big", "1", pad=300_000)
        index.add(self.big)
        self.paths = Paths(index.server)
        self.far = self.paths.add("/far.zip", zip_archive("far", "1", requires=["a"]))
        self.words, self.env, self.inputs = ["-i", index.url], {}, set()
        self.names = ["a", "c", "d", "bare"]

    def input(self, path: pathlib.Path, text: str) -> None:
        path.write_text(text)
        path.chmod(0o600)
        self.inputs.add(path)


def with_login(url: str, login: str = LOGIN) -> str:
    return url.replace("://", f"://{login}")


def by_url(site, login):
    site.words = ["-i", with_login(site.index.url, login)]


def by_extra_url(site, login):
    empty = f"{site.index.server.origin}/none/"
    site.words = ["-i", empty, "--extra-index-url", with_login(site.index.url, login)]


def by_find_links(site, login):
    """The login is for the page: the files are everybody's."""
    site.index.server.on("/simple/-/files/*", knobs={"auth": None})
    links = "".join(f'<a href="/simple/-/files/{name}">{name}</a>\n' for name in site.index.files)
    page = site.paths.add("/", f"<html>{links}</html>".encode())
    site.words = ["--no-index", "-f", with_login(page, login)]


def by_variable(site, login):
    site.words, site.env = [], {"PIP_INDEX_URL": with_login(site.index.url, login)}


def by_pip_conf(site, login):
    path = site.work / "pip.conf"
    site.input(path, f"[global]\nindex-url = {with_login(site.index.url, login)}\n")
    site.words, site.env = [], {"PIP_CONFIG_FILE": path}


def by_requirements_file(site, login):
    path = site.work / "more.txt"
    site.input(path, f"-i {with_login(site.index.url, login)}\n")
    site.words = ["-r", "more.txt"]


def by_netrc(site, login):
    password = SECRET if login == LOGIN else SECRET + "x"
    site.input(site.home / ".netrc", f"machine 127.0.0.1 login {USER} password {password}\n")


def by_direct_url(site, login):
    by_url(site, login)
    site.names = [*site.names, f"far @ {with_login(site.far, login)}"]


WAYS = [
    by_url,
    by_extra_url,
    by_find_links,
    by_variable,
    by_pip_conf,
    by_requirements_file,
    by_netrc,
    by_direct_url,
]
# What the user put into the environment every child has, as with pip.
INHERITED = (by_variable,)


@pytest.fixture
def site(serve, home, work):
    return Site(serve(auth=(USER, SECRET)), home, work)


@pytest.fixture
def run(pipit, tmp_path, work):
    """run(site, command, …): a run at its most talkative, searched whatever came of it."""
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    count = 0

    def environment(site, way) -> dict:
        spy = "/dev/null" if way in INHERITED else tmp_path / "spy"
        return {"TMPDIR": temporary, "SPY": spy, **site.env}

    def run(site, way, command, *args):
        nonlocal count
        count += 1
        name = f"{count}-{command}"
        trace = tmp_path / f"{name}-trace{'.html' if count % 2 else '.json'}"
        more = ["-vv", "--trace", trace]
        done = pipit(command, *args, *site.words, *more, env=environment(site, way))
        assert not holds(done.out.encode()), done.out
        assert not holds(done.err.encode()), done.err
        return done

    run.environment = environment
    return run


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_no_secret_is_written_anywhere(site, run, pipit, env, work, tmp_path, way):
    way(site, LOGIN)
    (work / "in").write_text("".join(f"{name}\n" for name in site.names))
    site.inputs.add(work / "in")
    assert run(site, way, "compile", "in", "-o", "pins.txt", "--generate-hashes").rc == 0
    assert run(site, way, "lock", "in", "-o", "pylock.toml").rc == 0
    about = ["--python", env.python]
    done = run(site, way, "install", *about, *site.names, "--report", tmp_path / "report.json")
    assert done.rc == 0 and {"a", "b", "c", "d", "bare"} <= set(env.installed()), done
    assert run(site, way, "install", *about, *site.names, "--reinstall", "--json").rc == 0
    assert run(site, way, "wheel", *about, "-w", "wheels", *site.names).rc == 0
    for command in ("freeze", "list", "tree"):
        done = pipit(command, *about, "-vv").ok()
        assert not holds((done.out + done.err).encode())
    assert len(list(tmp_path.glob("*-trace.*"))) == 5
    assert (tmp_path / "report.json").exists() and (work / "pylock.toml").exists()
    assert way in INHERITED or (tmp_path / "spy").read_bytes()
    assert not leaks(tmp_path, site.inputs)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_no_secret_is_in_an_error(site, run, env, tmp_path, way):
    about = ["--python", env.python]
    way(site, LOGIN)
    server = site.index.server
    rule = server.on("*.whl", status=500)
    done = run(site, way, "install", *about, *site.names, "--retries", "0")
    done.fails(1, "500")
    server.off(rule)
    assert run(site, way, "install", *about, "absent", "--retries", "0").rc == 1
    assert run(site, way, "install", *about, "big", "--offline").rc == 1
    rule = server.on("*", redirect=f"http://{LOGIN}127.0.0.1:9/elsewhere")
    assert run(site, way, "install", *about, "big", "--no-cache", "--retries", "0").rc == 1
    server.off(rule)
    for number, line in enumerate((
        f"far @ {with_login(site.far)} ; nonsense",
        f"-i {with_login(site.index.url)} --nonsense",
        f"far @ git+{with_login(site.far)}@",
        f"-e {with_login(site.far)}",
    )):  # fmt: skip
        site.input(site.work / f"bad{number}.txt", line + "\n")
        assert run(site, way, "install", *about, "-r", f"bad{number}.txt").rc in (1, 2)
    way(site, LOGIN.replace("sesame", "sesamex"))
    done = run(site, way, "install", *about, *site.names, "--no-cache", "--retries", "0")
    done.fails(1, "401")
    assert not leaks(tmp_path, site.inputs)


@pytest.mark.parametrize("way", [by_url, by_netrc, by_direct_url], ids=lambda way: way.__name__)
def test_no_secret_is_left_by_a_run_that_was_killed(site, run, pipit, env, tmp_path, way):
    """Half a wheel is there, and everything else that a run has while it is under way."""
    way(site, LOGIN)
    rule = site.index.server.on("*.whl", withhold=2000)
    running = pipit.start(
        "install", "--python", env.python, *site.words, *site.names, "big",
        env=run.environment(site, way),
    )  # fmt: skip
    wait_for(lambda: files_named(pipit.cache, "pad0.bin"), what="half a wheel")
    running.process.kill()
    running.process.communicate()
    rule.release()
    assert files_named(pipit.cache, "pad0.bin")
    assert not leaks(tmp_path, site.inputs)


@pytest.mark.parametrize("way", ["option", "variable"])
def test_no_secret_of_a_proxy_is_written_anywhere(serve, site, run, env, tmp_path, way):
    site.index.server.knobs.auth = None
    for password, code in ((SECRET, 0), (SECRET + "x", 1)):
        middle = Proxy((USER, SECRET))
        url = middle.url(f"{USER}:{password.replace('+', '%2B')}")
        if way == "option":
            site.words = ["-i", site.index.url, "--proxy", url, "--retries", "0"]
        else:
            site.words = ["-i", site.index.url, "--retries", "0"]
            site.env = {"http_proxy": url, "SPY": "/dev/null"}
        line = ["--python", env.python, "a", "c", "-U", "--no-cache"]
        done = run(site, by_url, "install", *line, "--report", tmp_path / "report.json")
        middle.close()
        assert done.rc == code, done
        assert middle.requests
    assert not leaks(tmp_path, site.inputs)


UNREAD = [
    "http://user:hunter2#sesame@127.0.0.1:9/w/",
    "http://user:hunter2/sesame@127.0.0.1:9/w/",
    "http://user:hunter2?sesame@127.0.0.1:9/w/",
    "http://user:hunter2 sesame@127.0.0.1:9/w/",
    "http://user:hunter2@127. 0.0.1/w/",
    "http://user:hunter2@127.0.0.1:99999/w/",
    "http://user:hunter2@[::1/w/",
    "http:///user:hunter2@127.0.0.1/w/",
    '"http://user:hunter2@127.0.0.1:9/w/"',
    " http://user:hunter2@127.0.0.1:9/w/",
    "http:/user:hunter2@127.0.0.1:9/w/",
    "git+https://user:hunter2#sesame@127.0.0.1:9/w",
]
PLACES = ["-f", "-r", "-c", "-e", "-i", "--override", "file -f", "file -r", "variable", "named", ""]


@pytest.mark.parametrize("url", UNREAD)
@pytest.mark.parametrize("place", PLACES)
def test_a_url_that_cannot_be_read_is_no_path_and_told_without_its_secret(
    pipit, env, work, url, place
):
    words, variables = ["--no-index", "a"], {}
    if place.startswith("file "):
        (work / "r.txt").write_text(f"{place[5:]} {url}\n")
        words += ["-r", "r.txt"]
    elif place == "variable":
        variables = {"PIP_FIND_LINKS": url}
    elif place == "-i":
        words = ["a", "-i", url]
    else:
        words += [f"a @ {url}"] if place == "named" else [word for word in (place, url) if word]
    done = pipit("install", "-p", env.python, "--retries", "0", *words, env=variables)
    assert done.rc in (1, 2) and "hunter2" not in done.out + done.err, done
    assert str(work) not in done.err, done
    if place == "-f":
        assert done.rc == 2, done


def test_a_login_for_a_page_or_a_file_is_one_for_what_it_names(pipit, env, serve):
    index = serve(auth=(USER, SECRET))
    built = wheel("a", "1")
    index.add(built)
    here = index.server.origin + index.file_path(built.filename)
    paths = Paths(index.server)
    links = {
        "-f": paths.add("/l/", f'<a href="{here}">{built.filename}</a>'.encode()),
        "-r": paths.add("/deep/r.txt", f"a @ {here}\n".encode()),
    }
    paths.add("/other/r.txt", f"a @ {here}\n".encode())
    nested = f"-r {index.server.origin}/other/r.txt\n".encode()
    links["nested"] = paths.add("/deep/n.txt", nested)
    for word, url in links.items():
        words = ["a", "-f", with_login(url)] if word == "-f" else ["-r", with_login(url)]
        done = pipit("install", "-p", env.python, "--reinstall", "--no-cache", "--no-index", *words)
        assert done.ok().err and SECRET not in done.err, done


def test_a_login_for_a_page_stays_with_its_server(pipit, env, serve):
    index, other = serve(auth=(USER, SECRET)), serve()
    built = wheel("a", "1")
    other.add(built)
    far = other.server.origin + other.file_path(built.filename)
    url = Paths(index.server).add("/l/", f'<a href="{far}">{built.filename}</a>'.encode())
    pipit("install", "-p", env.python, "--no-index", "-f", with_login(url), "a").ok()
    assert not [row for row in other.server.log.rows if row.headers.get("authorization")]
