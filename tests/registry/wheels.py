"""Wheels and sdists built byte by byte, right or wrong in exactly one way.

The zip writer here writes what it is told, so that an archive can hold two members of one name, a
member outside, a lying directory, data descriptors or zip64 fields; `zipfile` would refuse most of
it. Everything is deterministic: the same arguments give the same bytes.
"""

from __future__ import annotations

import base64
import csv
import dataclasses
import gzip
import hashlib
import io
import random
import struct
import tarfile
import zlib
from typing import NamedTuple

DOS_TIME, DOS_DATE = 0, (2020 - 1980) << 9 | 1 << 5 | 1


class Built(NamedTuple):
    """A file ready to be served or written: its name and its bytes."""

    filename: str
    data: bytes


@dataclasses.dataclass
class Member:
    """One member of a zip archive. The `central_*` fields make the directory say something else."""

    name: str
    data: bytes
    deflate: bool = True
    descriptor: bool = False  # sizes and CRC after the data (general purpose bit 3)
    zip64: bool = False  # 64-bit sizes although 32 bits would do
    mode: int = 0o644
    crc: int | None = None  # in place of the true one
    central_name: str | None = None
    hidden: bool = False  # a local header that the directory does not mention


def packed(member: Member) -> bytes:
    if not member.deflate:
        return member.data
    squeeze = zlib.compressobj(6, zlib.DEFLATED, -15)
    return squeeze.compress(member.data) + squeeze.flush()


def local_part(member: Member, body: bytes) -> bytes:
    """Local header, data and data descriptor of a member."""
    name = member.name.encode()
    crc = zlib.crc32(member.data) if member.crc is None else member.crc
    flags = 0x800 | (8 if member.descriptor else 0)
    method = 8 if member.deflate else 0
    sizes = (0, 0, 0) if member.descriptor else (crc, len(body), len(member.data))
    extra = b""
    if member.zip64:
        extra = struct.pack("<HHQQ", 1, 16, *(sizes[2], sizes[1]))
        sizes = (sizes[0], 0xFFFFFFFF, 0xFFFFFFFF)
    head = struct.pack(
        "<IHHHHHIIIHH",
        0x04034B50,
        45 if member.zip64 else 20,
        flags,
        method,
        DOS_TIME,
        DOS_DATE,
        *sizes,
        len(name),
        len(extra),
    )
    tail = b""
    if member.descriptor:
        layout = "<IIQQ" if member.zip64 else "<IIII"
        tail = struct.pack(layout, 0x08074B50, crc, len(body), len(member.data))
    return head + name + extra + body + tail


def central_part(member: Member, body: bytes, offset: int) -> bytes:
    name = (member.central_name or member.name).encode()
    crc = zlib.crc32(member.data) if member.crc is None else member.crc
    flags = 0x800 | (8 if member.descriptor else 0)
    sizes, extra = (len(body), len(member.data)), b""
    if member.zip64:
        extra = struct.pack("<HHQQ", 1, 16, len(member.data), len(body))
        sizes = (0xFFFFFFFF, 0xFFFFFFFF)
    return (
        struct.pack(
            "<IHHHHHHIIIHHHHHII",
            0x02014B50,
            3 << 8 | 45,
            45 if member.zip64 else 20,
            flags,
            8 if member.deflate else 0,
            DOS_TIME,
            DOS_DATE,
            crc,
            *sizes,
            len(name),
            len(extra),
            0,
            0,
            0,
            (0o100000 | member.mode) << 16,
            offset,
        )
        + name
        + extra
    )


def zip_bytes(
    members,
    comment: bytes = b"",
    zip64_end: bool = False,
    prefix: bytes = b"",
    gap: bytes = b"",
    suffix: bytes = b"",
) -> bytes:
    """An archive of `members` in this order. prefix, gap and suffix are junk before the first
    member, before the directory and after the end."""
    out, directory, count = bytearray(prefix), bytearray(), 0
    for member in members:
        body = packed(member)
        if not member.hidden:
            directory += central_part(member, body, len(out))
            count += 1
        out += local_part(member, body)
    out += gap
    start = len(out)
    out += directory
    values = (count, count, len(directory), start)
    if zip64_end:
        record = len(out)
        out += struct.pack("<IQHHIIQQQQ", 0x06064B50, 44, 45, 45, 0, 0, *values)
        out += struct.pack("<IIQI", 0x07064B50, 0, record, 1)
        values = (0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF)
    out += struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, *values, len(comment)) + comment
    return bytes(out + suffix)


def noise(size: int, seed: str = "") -> bytes:
    """Incompressible bytes, the same for the same seed."""
    return random.Random(f"noise {seed}").randbytes(size)


def metadata_text(
    name,
    version,
    *,
    requires=(),
    extras=None,
    requires_python=None,
    metadata_version="2.1",
    fields=(),
    body="",
) -> str:
    """Core metadata. extras: {extra: [requirements]}; fields: more lines as they are."""
    lines = [f"Metadata-Version: {metadata_version}", f"Name: {name}", f"Version: {version}"]
    if requires_python:
        lines.append(f"Requires-Python: {requires_python}")
    lines += [f"Requires-Dist: {requirement}" for requirement in requires]
    for extra, wanted in (extras or {}).items():
        lines.append(f"Provides-Extra: {extra}")
        lines += [with_extra(requirement, extra) for requirement in wanted]
    return "\n".join([*lines, *fields]) + "\n\n" + body


def with_extra(requirement: str, extra: str) -> str:
    head, mark, marker = requirement.partition(";")
    condition = f"({marker.strip()}) and extra == '{extra}'" if mark else f"extra == '{extra}'"
    return f"Requires-Dist: {head.strip()} ; {condition}"


def record_row(name: str, data: bytes) -> list[str]:
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
    return [name, f"sha256={digest}", str(len(data))]


def record_text(members, record_name: str, flaw: str | None) -> bytes:
    """RECORD of `members`. flaw: hash | size | missing-row | extra-row | traversal | csv | md5"""
    rows = [record_row(member.name, member.data) for member in members]
    if flaw == "hash":
        rows[0][1] = record_row("", b"something else")[1]
    elif flaw == "size":
        rows[0][2] = str(int(rows[0][2]) + 1)
    elif flaw == "missing-row":
        rows.pop(0)
    elif flaw == "extra-row":
        rows.append(record_row("not/there.py", b""))
    elif flaw == "traversal":
        rows.append(["../../../outside", "", ""])
    elif flaw == "md5":
        rows[0][1] = "md5=" + hashlib.md5(members[0].data).hexdigest()
    rows.append([record_name, "", ""])
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return b'"\x00broken' if flaw == "csv" else out.getvalue().encode()


def entry_points_text(groups: dict) -> str:
    out = []
    for group, points in groups.items():
        out += [f"[{group}]", *(f"{name} = {target}" for name, target in points.items()), ""]
    return "\n".join(out)


def wheel(
    name: str,
    version: str,
    *,
    requires=(),
    extras=None,
    requires_python=None,
    files: dict | None = None,
    scripts: dict | None = None,
    gui_scripts: dict | None = None,
    entry_points: dict | None = None,
    data: dict | None = None,
    modes: dict | None = None,
    tag: str = "py3-none-any",
    build: str = "",
    metadata_at: str = "last",
    deflate: bool = True,
    descriptors: bool = False,
    zip64: bool = False,
    pad: int = 0,
    record: str | None = None,
    members=(),
    metadata: str | bytes | None = None,
    metadata_version: str = "2.1",
    fields=(),
    purelib: bool = True,
    wheel_version: str = "1.0",
    omit=(),
    body: str = "",
    **zip_options,
) -> Built:
    """A wheel.

    files        {path: text or bytes}; the default is a package `<name>/__init__.py`
    scripts      console scripts {name: "module:function"}; gui_scripts likewise
    entry_points more groups {group: {name: target}}
    data         {"scheme/path": bytes} below the .data directory
    modes        {path: mode} for members that are not 0644 (0755 in .data/scripts)
    metadata_at  where the .dist-info stands: first | middle | last
    pad          so many incompressible bytes in `<package>/pad0.bin` and `pad1.bin`, stored
    record       a flaw, see `record_text`; "absent": no RECORD
    members      more `Member`s, put at the end and not in RECORD
    metadata     the whole METADATA in place of the one made from the arguments
    omit         names within .dist-info to leave out: METADATA, WHEEL
    """
    package = name.replace("-", "_").replace(".", "_")
    stem = f"{package}-{version}"
    info = f"{stem}.dist-info"
    modes = modes or {}
    if files is None:
        files = {f"{package}/__init__.py": f'"""{name}"""\n__version__ = "{version}"\n'}

    def member(path, content, **options):
        raw = content.encode() if isinstance(content, str) else content
        settings = {"deflate": deflate, "descriptor": descriptors, "zip64": zip64, **options}
        usual = 0o755 if ".data/scripts/" in path else 0o644
        return Member(path, raw, mode=modes.get(path, usual), **settings)

    inside = [member(path, content) for path, content in files.items()]
    inside += [member(f"{stem}.data/{path}", content) for path, content in (data or {}).items()]
    if pad:
        # stored members with a data descriptor cannot be streamed: not by accident
        inside += [
            member(f"{package}/pad{n}.bin", noise(pad // 2, f"{stem}{n}"), deflate=descriptors)
            for n in (0, 1)
        ]
    text = (
        metadata
        if metadata is not None
        else metadata_text(
            name,
            version,
            requires=requires,
            extras=extras,
            requires_python=requires_python,
            metadata_version=metadata_version,
            fields=fields,
            body=body,
        )
    )
    about = [("METADATA", text), ("WHEEL", wheel_text(wheel_version, purelib, build, tag))]
    groups = {"console_scripts": scripts, "gui_scripts": gui_scripts, **(entry_points or {})}
    groups = {group: points for group, points in groups.items() if points}
    if groups:
        about.append(("entry_points.txt", entry_points_text(groups)))
    infos = [member(f"{info}/{leaf}", content) for leaf, content in about if leaf not in omit]
    ordered = arrange(inside, infos, metadata_at)
    if record != "absent":
        row_name = f"{info}/RECORD"
        ordered.append(member(row_name, record_text(ordered, row_name, record)))
    middle = f"-{build}" if build else ""
    return Built(f"{stem}{middle}-{tag}.whl", zip_bytes([*ordered, *members], **zip_options))


def wheel_text(wheel_version: str, purelib: bool, build: str, tag: str) -> str:
    pythons, abis, platforms = (part.split(".") for part in tag.split("-"))
    tags = [f"Tag: {p}-{a}-{f}" for p in pythons for a in abis for f in platforms]
    lines = [
        f"Wheel-Version: {wheel_version}",
        "Generator: registry",
        f"Root-Is-Purelib: {'true' if purelib else 'false'}",
    ]
    lines += [f"Build: {build}"] if build else []
    return "\n".join([*lines, *tags]) + "\n"


def arrange(inside: list, infos: list, where: str) -> list:
    if where == "first":
        return infos + inside
    if where == "middle":
        half = len(inside) // 2
        return inside[:half] + infos + inside[half:]
    return inside + infos


BACKEND = '''\
"""A build backend that needs nothing: one wheel with one module, and a line in a counter file."""
import base64, csv, hashlib, io, os, zipfile

NAME, VERSION, METADATA = {name!r}, {version!r}, {metadata!r}
STEM = NAME.replace("-", "_").replace(".", "_") + "-" + VERSION


def count(what):
    path = os.environ.get("BUILD_COUNTER")
    if path:
        with open(path, "a") as out:
            out.write(what + "\\n")


def get_requires_for_build_wheel(config_settings=None):
    return []


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    count("build_wheel " + NAME)
    module = STEM.split("-")[0] + "/__init__.py"
    return write_wheel(wheel_directory, {{module: "VALUE = 'built'\\n"}})


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    count("build_editable " + NAME)
    return write_wheel(wheel_directory, {{"__editable__." + NAME + ".pth": os.getcwd() + "\\n"}})


def write_wheel(wheel_directory, members):
    info = STEM + ".dist-info/"
    members = {{**members, info + "METADATA": METADATA,
               info + "WHEEL": "Wheel-Version: 1.0\\nGenerator: t\\nRoot-Is-Purelib: true\\n"
                               "Tag: py3-none-any\\n"}}
    rows = io.StringIO()
    table = csv.writer(rows, lineterminator="\\n")
    for path, text in members.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest())
        table.writerow([path, "sha256=" + digest.rstrip(b"=").decode(), len(text.encode())])
    table.writerow([info + "RECORD", "", ""])
    name = STEM + "-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(wheel_directory, name), "w") as out:
        for path, text in members.items():
            out.writestr(path, text)
        out.writestr(info + "RECORD", rows.getvalue())
    return name
'''


def sdist(name: str, version: str, **about) -> Built:
    """An sdist with a build backend of its own inside, so that building it needs no other package.
    See sdist_contents()."""
    stem = f"{name.replace('-', '_').replace('.', '_')}-{version}"
    return Built(f"{stem}.tar.gz", tar_gz(stem, sdist_contents(name, version, **about)))


def sdist_contents(
    name: str,
    version: str,
    *,
    requires=(),
    extras=None,
    requires_python=None,
    metadata_version: str = "2.2",
    dynamic=(),
    files: dict | None = None,
    pyproject: str | None = None,
) -> dict:
    """{path: text} of an sdist's tree.

    dynamic: names of the Dynamic fields in PKG-INFO. A build appends to the file that the
    environment variable BUILD_COUNTER names.
    """
    settings = {"requires": requires, "extras": extras, "requires_python": requires_python}
    text = metadata_text(
        name,
        version,
        metadata_version=metadata_version,
        fields=[f"Dynamic: {one}" for one in dynamic],
        **settings,
    )
    built = metadata_text(name, version, **settings)
    return {
        "PKG-INFO": text,
        "pyproject.toml": pyproject
        or ('[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'),
        "backend.py": BACKEND.format(name=name, version=version, metadata=built),
        **(files or {}),
    }


def tar_gz(stem: str, contents: dict) -> bytes:
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.PAX_FORMAT) as out:
        for path, content in contents.items():
            data = content.encode() if isinstance(content, str) else content
            info = tarfile.TarInfo(f"{stem}/{path}")
            info.size, info.mtime, info.mode = len(data), 1_600_000_000, 0o644
            out.addfile(info, io.BytesIO(data))
    return gzip.compress(raw.getvalue(), 6, mtime=0)


@dataclasses.dataclass
class Graph:
    """A made-up world of packages: what to ask for, and what the answer must be."""

    roots: list[str]
    depends: dict[str, list[str]]  # newest version's direct dependencies
    wheels: list[Built]
    newest: dict[str, str]

    def closure(self, *names: str) -> set[str]:
        """All packages that `names` need, with themselves."""
        seen: set[str] = set()
        todo = list(names)
        while todo:
            name = todo.pop()
            if name not in seen:
                seen.add(name)
                todo += self.depends[name]
        return seen

    def wheel_of(self, name: str) -> Built:
        return next(
            built
            for built in self.wheels
            if built.filename.startswith(f"{name.replace('-', '_')}-{self.newest[name]}-")
        )


def graph(
    size: int,
    depth: int,
    *,
    roots: int = 3,
    versions: int = 1,
    prefix: str = "pkg",
    seed: int = 1,
    pad: int = 0,
) -> Graph:
    """`size` packages in `depth` layers. Every package is needed by one of the layer above and the
    longest chain has `depth` packages; each has `versions` versions, all with the same needs."""
    dice = random.Random(seed)
    layers: list[list[str]] = [[f"{prefix}-root{n}" for n in range(roots)]]
    rest, below = size - roots, depth - 1
    for level in range(1, depth):
        count = rest // below + (1 if level <= rest % below else 0)
        layers.append([f"{prefix}-{level}-{n}" for n in range(count)])
    depends: dict[str, list[str]] = {name: [] for layer in layers for name in layer}
    for upper, lower in zip(layers, layers[1:]):
        for at, name in enumerate(lower):
            parents = {upper[at % len(upper)], dice.choice(upper)}
            for parent in sorted(parents):
                depends[parent].append(name)
    wheels = []
    for name, needs in depends.items():
        for number in range(1, versions + 1):
            wanted = [f"{need}>=1" for need in needs]
            wheels.append(wheel(name, f"{number}.0", requires=wanted, pad=pad))
    return Graph(layers[0], depends, wheels, {name: f"{versions}.0" for name in depends})
