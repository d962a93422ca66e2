"""Sources with a build backend of their own in the tree, for tests that count builds.

The backend needs nothing but the Python that runs it. It appends a line to $BUILD_COUNTER for each
hook that does something, sleeps $BUILD_SLEEP seconds in each, and reads what it is to make from
constants at its top.
"""

from __future__ import annotations

import io
import pathlib
import tarfile
import zipfile

from registry import Built
from registry.wheels import metadata_text, tar_gz

BACKEND = '''\
import base64, hashlib, os, sys, time, zipfile

NAME, VERSION, METADATA, TEXT = {name!r}, {version!r}, {metadata!r}, {text!r}
TAG = {tag!r} or "cp%d%d-none-any" % sys.version_info[:2]
STEM = NAME.replace("-", "_").replace(".", "_") + "-" + VERSION


def count(what):
    with open(os.environ.get("BUILD_COUNTER", os.devnull), "a") as out:
        out.write(what + " " + NAME + "\\n")
    time.sleep(float(os.environ.get("BUILD_SLEEP", "0")))


def get_requires_for_build_wheel(config_settings=None):
    return {needs!r}


def write_wheel(directory, files):
    info = STEM + ".dist-info/"
    files[info + "METADATA"] = METADATA
    files[info + "WHEEL"] = "Wheel-Version: 1.0\\nGenerator: t\\nRoot-Is-Purelib: true\\nTag: %s\\n" % TAG
    rows = ""
    for path, text in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        rows += "%s,sha256=%s,%d\\n" % (path, digest, len(text.encode()))
    files[info + "RECORD"] = rows + info + "RECORD,,\\n"
    name = STEM + "-" + TAG + ".whl"
    with zipfile.ZipFile(os.path.join(directory, name), "w") as out:
        for path, text in files.items():
            out.writestr(zipfile.ZipInfo(path), text)
    return name


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    count("wheel")
    return write_wheel(wheel_directory, {{STEM.split("-")[0] + "/__init__.py": TEXT}})


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    count("editable")
    return write_wheel(wheel_directory, {{STEM + ".pth": os.getcwd() + "\\n"}})
'''

PREPARE = '''

def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    count("metadata")
    os.mkdir(os.path.join(metadata_directory, STEM + ".dist-info"))
    with open(os.path.join(metadata_directory, STEM + ".dist-info", "METADATA"), "w") as out:
        out.write(METADATA)
    return STEM + ".dist-info"
'''

PYPROJECT = '[build-system]\nrequires = {requires}\nbuild-backend = "backend"\nbackend-path = ["."]\n'


def source_files(
    name: str,
    version: str,
    *,
    requires=(),
    text: str = "VALUE = 1\n",
    tag: str | None = "py3-none-any",
    prepare: bool = False,
    build_requires=(),
    needs=(),
    project: str = "",
    built_as: tuple[str, str] | None = None,
) -> dict[str, str]:
    """The files of a source tree. tag None: one wheel for each version of Python. built_as: what
    the backend says it is."""
    metadata = metadata_text(*(built_as or (name, version)), requires=requires)
    metadata = metadata if isinstance(metadata, str) else metadata.decode()
    about = built_as or (name, version)
    backend = BACKEND.format(
        name=about[0], version=about[1], metadata=metadata, text=text, tag=tag, needs=list(needs)
    )
    return {
        "pyproject.toml": PYPROJECT.format(requires=list(build_requires)) + project,
        "backend.py": backend + (PREPARE if prepare else ""),
    }


def stem_of(name: str, version: str) -> str:
    return f"{name.replace('-', '_').replace('.', '_')}-{version}"


def source(name: str, version: str, **what) -> Built:
    """An sdist that has to be built to be known."""
    files = source_files(name, version, **what)
    info = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    stem = stem_of(name, version)
    return Built(f"{stem}.tar.gz", tar_gz(stem, {"PKG-INFO": info, **files}))


def zipped(folder: str, files: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files.items():
            archive.writestr(zipfile.ZipInfo(f"{folder}/{path}"), text)
    return out.getvalue()


def write_tree(folder: pathlib.Path, files: dict[str, str]) -> pathlib.Path:
    folder.mkdir(parents=True, exist_ok=True)
    for path, text in files.items():
        (folder / path).write_text(text)
    return folder


def tar_of(members: list[tuple[tarfile.TarInfo, bytes]], name: str) -> Built:
    """A .tar.gz of exactly these members, whatever they are."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w:gz") as out:
        for info, data in members:
            info.size = len(data)
            out.addfile(info, io.BytesIO(data))
    return Built(name, raw.getvalue())
