"""One file of the cache is spoilt: whichever it is and however, the result is the right one."""

import fnmatch
import shutil

import pytest

from backends import source_files
from conftest import tree
from registry import wheel
from registry.wheels import tar_gz
from sources import git, needs_git, project, repository

MODULES = [f"tool/m{number}.py" for number in range(9)]  # so many that their bytecode is kept
TOOL = wheel("tool", "1", files={path: "X = 1\n" * 20 for path in ["tool/__init__.py", *MODULES]})


def built_with_tool() -> tuple[str, bytes]:
    """An sdist whose backend loads all of tool."""
    files = source_files("built", "1", build_requires=["tool"], text="# as it was built\n" * 10)
    imports = "".join(f"import {path[:-3].replace('/', '.')}\n" for path in MODULES)
    files["backend.py"] = imports + files["backend.py"]
    files["PKG-INFO"] = "Metadata-Version: 2.1\nName: built\nVersion: 1\n"
    return "built-1.tar.gz", tar_gz("built-1", files)


def truncated(path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def garbled(path) -> None:
    """Of the same length."""
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 20] = b"\0garbage\xff\n" * 2
    path.write_bytes(bytes(data[: path.stat().st_size]))


def emptied(path) -> None:
    path.write_bytes(b"")


def made_a_folder(path) -> None:
    path.unlink()
    path.mkdir()
    (path / "file").write_text("in the way\n")


DAMAGES = [truncated, garbled, emptied, made_a_folder]

# Where it is not so yet: an error that names the file. A line that no longer holds fails the test.
KNOWN = {
    # A folder in the place of a file is not replaced.
    "built-wheels-v0": ["*.whl made_a_folder"],
    "files-v0/archives": ["* made_a_folder"],
    "git-v0": ["*/whole/* made_a_folder"],
}


@pytest.fixture
def world(serve, pipit, make_env, work, tmp_path):
    """world(names): an installation of these, which fills their part of the cache."""
    index, bare = serve(), serve(page_hashes=None)
    index.add(wheel("hashed", "1", files={"hashed.py": "x = 1\n" * 50}))
    index.add(TOOL, built_with_tool())
    bare.add(wheel("plain", "1", files={"plain.py": "y = 2\n" * 50}))
    repo = project(work / "repo", "repo")
    repository(repo)
    git(repo, "config", "uploadpack.allowFilter", "true")

    class World:
        whole = tmp_path / "whole"
        count = 0

        def __init__(self, names):
            references = {"repo": f"repo @ git+file://{repo}"}
            self.wanted = [references.get(name, name) for name in names]
            self.right = self.install()
            assert self.right
            shutil.copytree(pipit.cache, self.whole, symlinks=True)

        def install(self) -> dict:
            """What is in the site directory of a fresh environment then; nothing on failure."""
            self.count += 1
            env = make_env(f"env{self.count}")
            line = ["install", "--python", env.python, "-i", index.url]
            done = pipit(*line, "--extra-index-url", bare.url, *self.wanted)
            self.said = done.err
            found = tree(env.site) if done.rc == 0 else {}
            shutil.rmtree(env.path)
            return found

        def files(self, bucket) -> list:
            return [
                path.relative_to(self.whole)
                for path in sorted((self.whole / bucket).rglob("*"))
                if path.is_file() and path.stat().st_size
            ]

        def restore(self) -> None:
            shutil.rmtree(pipit.cache)
            shutil.copytree(self.whole, pipit.cache, symlinks=True)

    return World


BUILT = ("built-wheels-v0", "built-wheel-metadata-v0")
# What fills a bucket, and what has to be missing for the bucket to be read.
BUCKETS = {
    "index-v0": (["hashed", "plain"], ()),
    "wheel-metadata-v0": (["hashed", "plain"], ()),
    "wheels-v0": (["hashed", "plain", "repo"], ()),
    "built-wheels-v0": (["built", "repo"], ("wheels-v0",)),
    "built-wheel-metadata-v0": (["built", "repo"], ()),
    "files-v0": (["plain"], ()),
    "files-v0/archives": (["built"], BUILT),
    "interpreter-v0": (["hashed"], ()),
    "trees-v0": (["hashed"], ()),
    "bytecode-v0": (["built"], BUILT),
    "git-v0": (["repo"], BUILT),
}


@needs_git
def test_every_bucket_is_looked_at(world):
    whole = world(["hashed", "plain", "built", "repo"]).whole
    found = {path.name for path in whole.iterdir() if path.is_dir() and path.name[0] != "."}
    assert found == {bucket.split("/")[0] for bucket in BUCKETS}


@needs_git
@pytest.mark.parametrize("bucket", BUCKETS)
def test_a_spoilt_file_is_a_miss(world, pipit, bucket):
    names, missing = BUCKETS[bucket]
    made, wrong = world(names), {}
    assert made.files(bucket)
    for file in made.files(bucket):
        for damage in DAMAGES:
            made.restore()
            for each in missing:
                shutil.rmtree(pipit.bucket(each))
            damage(pipit.cache / file)
            if made.install() != made.right:
                wrong[f"{file} {damage.__name__}"] = made.said
    known = KNOWN.get(bucket, [])
    for line in known:
        assert fnmatch.filter(wrong, line), f"no longer so: {line}"
    new = [case for case in wrong if not any(fnmatch.fnmatch(case, line) for line in known)]
    assert not new, "\n".join(f"{case}: {wrong[case]}" for case in new)
