"""What every end-to-end test stands on: the binary in a sealed environment, the loopback registry,
pip and uv as oracles, and tree hashes.

The binary is $PIPIT_BINARY or build/pipit. pip, uv and python are those of the environment that runs
pytest. Tests marked `index` need the Python Package Index and are skipped when it is out of reach.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import pathlib
import shutil
import signal
import stat
import subprocess
import sys
import time

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from registry import Authority, Index, Knobs, Server

# In the background of a shell SIGINT is ignored, and what we start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)

BIN = pathlib.Path(sys.prefix) / "bin"
PYTHON = pathlib.Path(getattr(sys, "_base_executable", sys.executable))
FOREIGN = (
    "PIP_",
    "UV_",
    "PIPIT_",
    "CONDA_",
    "PYTHON",
    "VIRTUAL_ENV",
    "XDG_",
    "SSL_",
    "CURL_CA",
    "REQUESTS_CA",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "NETRC",
)
ONLINE = (
    "SSL_",
    "CURL_CA",
    "REQUESTS_CA",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "PIP_CERT",
    "PIP_INDEX_URL",
    "PIP_TRUSTED_HOST",
    "PIP_DEFAULT_TIMEOUT",
    "UV_DEFAULT_INDEX",
    "UV_INDEX_URL",
    "UV_NATIVE_TLS",
    "UV_SYSTEM_CERTS",
)


def pytest_configure(config):
    config.addinivalue_line("markers", "index: needs the Python Package Index")
    config.addinivalue_line("markers", "long: takes so long that it goes first, or (make QUICK=1) waits for the night")


def index_url() -> str | None:
    """The index that pip on this machine is set to use; None for pip's own default."""
    asked = subprocess.run(
        [BIN / "pip", "config", "get", "global.index-url"], capture_output=True, text=True
    )
    return os.environ.get("PIP_INDEX_URL") or (
        asked.stdout.strip() if not asked.returncode else None
    )


def index_answers() -> bool:
    done = subprocess.run(
        [BIN / "pip", "index", "versions", "pip", "--retries", "1"], capture_output=True, timeout=60
    )
    return done.returncode == 0


def pytest_collection_modifyitems(items):
    marked = [item for item in items if item.get_closest_marker("index")]
    if marked and not index_answers():
        for item in marked:
            item.add_marker(pytest.mark.skip(reason="the Python Package Index is out of reach"))
    start_with_long_ones(items)


def start_with_long_ones(items) -> None:
    """One at the beginning of each worker's share of the tests, or the others wait for it at the
    end."""
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", 1))
    long = [item for item in items if item.get_closest_marker("long")]
    items[:] = [item for item in items if item not in long]
    for place, item in enumerate(long):
        items.insert((place % workers) * (len(items) + 1) // workers, item)


# Running programs.


def sealed_environment(home: pathlib.Path, online: bool = False) -> dict:
    """Our environment less everything that could steer an installer, with a home of its own."""
    upper = [(key, key.upper()) for key in os.environ]
    env = {key: os.environ[key] for key, name in upper if not name.startswith(FOREIGN)}
    if online:
        env.update({key: os.environ[key] for key, name in upper if name.startswith(ONLINE)})
        if url := index_url():
            env.update(PIP_INDEX_URL=url, UV_DEFAULT_INDEX=url)
    env.update(
        HOME=str(home),
        XDG_CACHE_HOME=str(home / ".cache"),
        PIP_CONFIG_FILE="/dev/null",
        XDG_CONFIG_HOME=str(home / ".config"),
        PIP_DISABLE_PIP_VERSION_CHECK="1",
        UV_NO_CONFIG="1",
        LC_ALL="C.UTF-8",
    )
    return env


class Done:
    """A finished run."""

    def __init__(self, args, rc: int, out: str, err: str):
        self.args = [str(arg) for arg in args]
        self.rc, self.out, self.err = rc, out, err

    def __repr__(self):
        return (
            f"{' '.join(self.args)}\nexit {self.rc}\n-- stdout\n{self.out}\n-- stderr\n{self.err}"
        )

    def ok(self) -> Done:
        assert self.rc == 0, repr(self)
        return self

    def fails(self, code: int, *names: str) -> Done:
        """Asserts the exit code and that stderr names the things."""
        assert self.rc == code, repr(self)
        for name in names:
            assert name.lower() in self.err.lower(), f"stderr does not name {name}\n{self!r}"
        assert not self.out, f"stdout holds something on failure\n{self!r}"
        return self


class Running:
    """A run under way. Killed at the end of the test if it is still there."""

    def __init__(self, args, env, cwd):
        self.args = args
        self.process = subprocess.Popen(
            args,
            env=env,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def send(self, number: int) -> None:
        self.process.send_signal(number)

    def wait(self, timeout: float = 60) -> Done:
        try:
            out, err = self.process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            out, err = self.process.communicate()
            pytest.fail(f"hangs: {' '.join(map(str, self.args))}\n{out}\n{err}")
        done = Done(self.args, self.process.returncode, out, err)
        for word in ("Sanitizer: ", ": runtime error: "):
            assert word not in err, repr(done)
        assert done.rc >= 0, f"died of {signal.Signals(-done.rc).name}: {done!r}"
        return done


class Program:
    """A program with an environment of its own; call it to run it to its end.

    env: a variable set to None is taken away. stdin is empty.
    """

    def __init__(self, command, env: dict, cwd: pathlib.Path):
        self.command, self.env, self.cwd = [str(part) for part in command], env, cwd
        self.started: list[Running] = []

    def start(self, *args, env=None, cwd=None) -> Running:
        merged = {**self.env, **(env or {})}
        merged = {key: str(value) for key, value in merged.items() if value is not None}
        running = Running([*self.command, *map(str, args)], merged, cwd or self.cwd)
        self.started.append(running)
        return running

    def __call__(self, *args, env=None, cwd=None, timeout: float = 60) -> Done:
        return self.start(*args, env=env, cwd=cwd).wait(timeout)

    def stop(self) -> None:
        for running in self.started:
            if running.process.poll() is None:
                running.process.kill()
                running.process.communicate()


class Pipit(Program):
    """The binary under test with a cache of its own."""

    def __init__(self, binary, env, cwd):
        super().__init__([binary], env, cwd)
        self.binary = pathlib.Path(binary)
        self.cache = pathlib.Path(env["XDG_CACHE_HOME"]) / "pipit"

    def bucket(self, name: str) -> pathlib.Path:
        return self.cache / name

    def wheels(self) -> list[pathlib.Path]:
        """The complete entries of the cache of unpacked wheels: the folders that hold a .dist-info."""
        bucket = self.bucket("wheels-v0")
        # os.walk, as folders may vanish under our eyes
        found = [
            pathlib.Path(folder)
            for folder, inside, _ in os.walk(bucket)
            if any(name.endswith(".dist-info") for name in inside)
        ]
        return sorted(path for path in found if not is_staging(path, bucket))


def is_staging(path: pathlib.Path, bucket: pathlib.Path) -> bool:
    """True for what lies under a temporary name: those begin with a dot."""
    return any(part.startswith(".") for part in path.relative_to(bucket).parts)


def binary_path() -> pathlib.Path:
    path = pathlib.Path(os.environ.get("PIPIT_BINARY", ROOT / "build" / "pipit")).resolve()
    if not path.exists():
        pytest.fail(f"{path} is not there: run make first, or set PIPIT_BINARY")
    return path


@pytest.fixture
def home(tmp_path):
    path = tmp_path / "home"
    path.mkdir()
    return path


@pytest.fixture
def work(tmp_path):
    """An empty working directory."""
    path = tmp_path / "work"
    path.mkdir()
    return path


@pytest.fixture
def pipit(request, home, work):
    online = request.node.get_closest_marker("index") is not None
    program = Pipit(binary_path(), sealed_environment(home, online), work)
    yield program
    program.stop()


@pytest.fixture
def uv(request, home, work):
    online = request.node.get_closest_marker("index") is not None
    return Program([BIN / "uv"], {**sealed_environment(home, online), "UV_LINK_MODE": "copy"}, work)


@pytest.fixture
def pip(request, home, work):
    online = request.node.get_closest_marker("index") is not None
    return Program([BIN / "python", "-m", "pip"], sealed_environment(home, online), work)


# Registries.


@pytest.fixture
def serve():
    """serve(ranges="off", …) starts a server and returns its index; `tls=` an identity."""
    servers = []

    def start(tls=None, **knobs) -> Index:
        server = Server(Knobs(**knobs), tls=tls)
        servers.append(server)
        return Index(server)

    yield start
    for server in servers:
        server.close()


@pytest.fixture(scope="session")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("ca"))


@pytest.fixture
def wheelhouse(tmp_path):
    """wheelhouse(built, …) writes files into a folder and returns the folder."""
    folder = tmp_path / "wheelhouse"
    folder.mkdir()

    def write(*built) -> pathlib.Path:
        for name, data in built:
            (folder / name).write_bytes(data)
        return folder

    return write


# Environments and trees.


class Env:
    """A virtual environment."""

    def __init__(self, path: pathlib.Path):
        self.path = path
        self.bin = path / "bin"
        self.python = self.bin / "python"
        self.site = next((path / "lib").glob("python3*")) / "site-packages"

    def run(self, *args) -> str:
        env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        done = subprocess.run(
            [str(arg) for arg in args], capture_output=True, text=True, timeout=60, env=env
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def installed(self) -> dict[str, str]:
        """{name: version} by the interpreter's own eyes."""
        code = (
            "import importlib.metadata as m\n"
            "for d in m.distributions(): print(d.metadata['Name'], d.version)"
        )
        return dict(line.split() for line in self.run(self.python, "-I", "-c", code).splitlines())

    def info(self, stem: str) -> pathlib.Path:
        return self.site / f"{stem}.dist-info"


@pytest.fixture(scope="session")
def blank_env(tmp_path_factory):
    """An environment by the standard library's venv, to be copied."""
    path = tmp_path_factory.mktemp("blank") / "env"
    subprocess.run([PYTHON, "-m", "venv", "--without-pip", path], check=True)
    return path


@pytest.fixture
def make_env(tmp_path, blank_env):
    """make_env(name="env"): an environment with nothing in it."""

    def make(name: str = "env") -> Env:
        path = tmp_path / name
        shutil.copytree(blank_env, path, symlinks=True)
        return Env(path)

    return make


@pytest.fixture
def env(make_env):
    return make_env()


@pytest.fixture
def install(pipit, env, wheelhouse):
    """install("a", wheels=[…], "-U") from a wheelhouse into `env`."""

    def run(*args, wheels=(), command="install", target=env, **options):
        folder = wheelhouse(*wheels)
        source = ("--python", target.python, "--no-index", "-f", folder)
        return pipit(command, *source, *args, **options)

    return run


def tree(root, skip=lambda path: False) -> dict[str, tuple]:
    """{relative path: (kind, mode, contents)} of everything below `root`; contents as SHA-256, the
    target for a link. `skip` takes a relative path."""
    root = pathlib.Path(root)
    out = {}
    for path in sorted(root.rglob("*")):
        name = str(path.relative_to(root))
        if skip(name) or any(skip(str(parent)) for parent in path.relative_to(root).parents):
            continue
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            out[name] = ("link", 0, os.readlink(path))
        elif stat.S_ISDIR(mode):
            out[name] = ("folder", stat.S_IMODE(mode), "")
        else:
            out[name] = ("file", stat.S_IMODE(mode), hashlib.sha256(path.read_bytes()).hexdigest())
    return out


def normal_tree(env: Env) -> dict:
    """The tree of an environment with what may differ between installers left out: INSTALLER,
    REQUESTED, caches, how the environment was made; its own path in scripts reads ENV."""
    made = set(tree_of_empty_environment())
    out = {}
    for name, (kind, mode, digest) in tree(env.path).items():
        leaf = name.rpartition("/")[2]
        if (
            name in made
            or leaf
            in (
                "INSTALLER",
                "REQUESTED",
                "uv_cache.json",
                "uv_build.json",
                "__pycache__",
                ".lock",
                "CACHEDIR.TAG",
                ".gitignore",
                "lib64",
            )
            or name.endswith(".pyc")
        ):
            continue
        path = env.path / name
        if kind == "file" and leaf == "RECORD":
            digest = normal_record(path.read_text())
        elif kind == "file" and str(env.path).encode() in path.read_bytes():
            digest = path.read_bytes().replace(str(env.path).encode(), b"ENV")
        out[name] = (kind, mode, digest)
    return out


def tree_of_empty_environment() -> list[str]:
    scripts = [
        "activate",
        "activate.csh",
        "activate.fish",
        "activate.nu",
        "activate.bat",
        "activate.ps1",
        "Activate.ps1",
        "activate_this.py",
        "deactivate.bat",
        "pydoc.bat",
    ]
    pythons = ["python", "python3", PYTHON.resolve().name]
    return ["pyvenv.cfg", "bin", *(f"bin/{name}" for name in scripts + pythons)]


def normal_record(text: str) -> list[str]:
    """Sorted rows; without those that differ by right, and without digests of scripts."""
    rows = []
    for row in text.splitlines():
        path = row.split(",")[0]
        if path.endswith(("/INSTALLER", "/REQUESTED", "/uv_cache.json", "/uv_build.json", ".pyc")):
            continue
        rows.append(path if "/bin/" in path else row)
    return sorted(rows)


@pytest.fixture
def unchanged():
    """with unchanged(folder, …): asserts equal tree hashes before and after the block. files_only:
    pip leaves empty folders behind, which are not looked at then."""

    def look(folder, files_only):
        return {
            name: what
            for name, what in tree(folder).items()
            if not (files_only and what[0] == "folder")
        }

    @contextlib.contextmanager
    def watch(*folders, files_only=False):
        before = [look(folder, files_only) for folder in folders]
        yield
        for folder, old in zip(folders, before):
            new = look(folder, files_only)
            changed = {name for name in old.keys() | new.keys() if old.get(name) != new.get(name)}
            assert not changed, f"{folder} changed: {sorted(changed)[:20]}"

    return watch


def wait_for(test, timeout: float = 20.0, what: str = "", every: float = 0.01) -> None:
    """Waits until `test()` is true; fails the test when it does not become so."""
    deadline = time.monotonic() + timeout
    while not test():
        if time.monotonic() > deadline:
            pytest.fail(f"did not happen within {timeout:g} s: {what or test}")
        time.sleep(every)


def files_named(folder, name: str) -> list[pathlib.Path]:
    """Files of this name below a folder in which others are at work: what vanishes is passed over."""
    return [pathlib.Path(place, name) for place, _, inside in os.walk(folder) if name in inside]


def assert_no_head(index: Index) -> None:
    heads = [row.path for row in index.server.log.rows if row.method == "HEAD"]
    assert not heads, f"HEAD requests: {heads}"


def assert_no_repeats(index: Index) -> None:
    assert not index.server.log.repeated(), index.server.log.repeated()


def pins(text: str) -> dict[str, str]:
    """{name: version} of the `name==version` lines of a compiled file."""
    out = {}
    for line in text.splitlines():
        head = line.split("#")[0].split(";")[0].split("--hash")[0].strip(" \\")
        if "==" in head:
            name, _, version = head.partition("==")
            out[name.strip()] = version.strip()
    return out


def can_unshare(*flags: str) -> bool:
    """True when this machine lets us have namespaces of our own."""
    if not shutil.which("unshare"):
        return False
    return subprocess.run(["unshare", *flags, "true"], capture_output=True).returncode == 0
