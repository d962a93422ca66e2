"""How often the system is called for each file of a wheel."""

import re
import shutil

import pytest

from conftest import Program
from registry import wheel

pytestmark = pytest.mark.skipif(not shutil.which("strace"), reason="no strace here")

FOLDERS, EACH = 30, 40
FILES = FOLDERS * EACH
# Threads wait for each other, and memory is asked for, as it comes.
OTHERS = {"futex", "mmap", "munmap", "mprotect", "madvise", "brk", "read", "recvfrom", "poll"}


def many(count: int):
    content = {
        f"many/d{number % FOLDERS}/f{number}.py": f"n = {number}\n" * 9 for number in range(count)
    }
    return wheel("many", "1", files={"many/__init__.py": "", **content})


@pytest.fixture
def calls_for_each(serve, work, pipit, make_env):
    """Installs a wheel of few files, and one of many: the difference is what each file costs."""

    def count(files: int, *options: str, warm: bool = False) -> dict[str, int]:
        name = f"env-{files}"
        index, env, trace = serve(), make_env(name), work / "trace"
        index.add(many(files))
        args = ["install", "--python", env.python, "-i", index.url, "many", *options]
        if warm:
            pipit(*args).ok()
            env = make_env(f"{name}-warm")
            args[2] = env.python
        counted = Program(pipit.command, dict(pipit.env, ASAN_OPTIONS="detect_leaks=0"), work)
        counted.command = ["strace", "-f", "-o", str(trace), *counted.command]
        counted(*args).ok()
        assert (env.site / "many" / "d0" / "f0.py").read_text() == "n = 0\n" * 9
        calls: dict[str, int] = {}
        for name in re.findall(r"^\d+ +(\w+)\(", trace.read_text(), re.MULTILINE):
            calls[name] = calls.get(name, 0) + (name not in OTHERS)
        return calls

    def difference(*options: str, warm: bool = False) -> tuple[float, str]:
        few, all_ = (count(files, *options, warm=warm) for files in (FOLDERS, FILES))
        more = {name: calls - few.get(name, 0) for name, calls in all_.items()}
        shown = ", ".join(f"{name} {count}" for name, count in more.items() if count > 20)
        return sum(more.values()) / (FILES - FOLDERS), shown

    return difference


def test_a_file_that_is_unpacked_and_linked_takes_five(calls_for_each):
    each, calls = calls_for_each()
    assert each <= 5.2, calls


def test_a_file_that_is_unpacked_for_this_run_alone_takes_five(calls_for_each):
    each, calls = calls_for_each("--no-cache")
    assert each <= 5.2, calls


def test_a_file_of_the_cache_takes_two(calls_for_each):
    each, calls = calls_for_each(warm=True)
    assert each <= 2.2, calls
