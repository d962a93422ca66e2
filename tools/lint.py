#!/usr/bin/env python3
"""Holds the tree to the rules that a machine can check. Prints file:line: message; exit 1 on any.

    tools/lint.py [ROOT]

The rooms and what each may include come from tools/layers.txt (tools/rooms.py reads it). Most rules
exist for one of two reasons: a room must not know what stands above it, and the pure rooms must fit
into one header (tools/amalgamation.py). CONTRIBUTING.md explains each rule; tools/lint_test.py
breaks every rule once. Closes with a report that judges nothing (tools/lint_report.py): the longest
files and functions, and the units without a test of their own.
"""

import re
import sys
from collections import defaultdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
import lint_documents  # noqa: E402
import lint_report  # noqa: E402
from rooms import Rooms  # noqa: E402

MAX_COLUMNS = 100
# The report names the longest files; nothing has to be cut in two before this.
MAX_LINES = 700
# Units (a .cpp and its header) that include each other, directly or through others.
MAX_RING = 5

BANNED_HEADERS = {
    "format", "print", "regex", "iostream", "istream", "ostream", "fstream", "sstream", "iomanip",
    "locale", "codecvt", "flat_map", "flat_set", "generator", "stacktrace", "mdspan",
}

# Foreign headers, and the only files of lib/ that may include them.
FOREIGN = {
    "third_party/httplib.hpp": ("net/http.cpp",),
    "third_party/nghttp2.hpp": ("net/http2_session.cpp",),
    "third_party/picojson.hpp": ("base/json.cpp",),
    "third_party/bearssl.hpp": ("net/tls*.cpp", "base/hash.cpp"),
    "third_party/tomlplusplus.hpp": (), "toml++/toml.h": (),
    "libdeflate.h": ("archive/*.cpp", "base/crc32.cpp", "net/*gzip*.cpp"),
    "zlib.h": ("archive/*.cpp", "net/*gzip*.cpp"),
    "httplib.h": (), "picojson.h": (), "bearssl.h": (),
    "doctest/doctest.h": (),
}

# Rooms of which tools/amalgamation.py makes one translation unit, sub-rooms included.
AMALGAMATED = ("base", "pep", "solve")

# Where the generated header with the default index may be seen.
GENERATED = {"gen/default_index.h": ("cli/*.cpp", "cli/commands/*.cpp")}

# Words that belong to one machine or one index. Written in halves, so that this file passes.
FORBIDDEN = [
    (re.compile("py" + r"pi\.org|pythonhost" + r"ed\.org", re.I), "host name of the public index"),
    (re.compile(r"(?<![\w.~/])/(?:ho" + "me|ro" + "ot|wo" + r"rk|Us" + r"ers)/[\w.]"),
     "absolute path of one machine"),
    (re.compile(r"deb\.deb" + r"ian\.org|archive\.ubun" + "tu"), "host name of a distribution"),
]


# Program logic that reads a sentence: errors have codes, incompatibilities have reasons.
READS_SENTENCES = re.compile(
    r"\b\w*(?:message|sentence|reason_text|detail|fact\.text|\.text\(\))(?:\(\))?\s*\.\s*"
    r"(?:starts_with|ends_with|contains|find|rfind|compare)\(")
# A look-up of an option must name it by opt(), which does not compile for an unknown name.
FREE_OPTION = re.compile(r"\b(?:layers\w*(?:\(\))?|options)\s*(?:\.|->)\s*\w+\(\s*\"|\bfind_option\(\"")
# Who may include a header stands in the table, where it is checked.
PROSE_WALL = re.compile(r"\b(?:inside|within) [\w/*]+ only\b|\b[\w*]+\.cpp includes? this\b", re.I)

MARKS = re.compile(r"\b(?:TO" + "DO|FIX" + "ME|XX" + r"X|HA" + r"CK)\b")


class Lint:
    def __init__(self, root):
        self.root = Path(root)
        self.found = []
        self.rooms = Rooms(self.root)
        self.catching = set(self.units_that("catches"))

    def say(self, file, line, message):
        self.found.append((str(file), line, message))

    def units_that(self, how):
        """The .cpp files that tools/units.txt marks so."""
        path = self.root / "tools/units.txt"
        for line in path.read_text().splitlines() if path.is_file() else []:
            words = line.split("#")[0].split()
            if how in words[1:]:
                yield f"{words[0]}.cpp"

    def files(self, top, *suffixes):
        base = self.root / top
        if base.is_file():
            return [base]
        return sorted(p for p in base.rglob("*") if p.is_file() and p.suffix in suffixes)

    # --- any text ---------------------------------------------------------------------------------

    def check_whitespace(self, path, tabs_allowed=False, columns=False):
        rel = path.relative_to(self.root)
        data = path.read_bytes()
        if b"\r" in data:
            self.say(rel, 1, "carriage return; lines end in a newline only")
        if data and not data.endswith(b"\n"):
            self.say(rel, data.count(b"\n") + 1, "no newline at the end")
        if data.endswith(b"\n\n"):
            self.say(rel, data.count(b"\n"), "empty line at the end")
        raw = False  # inside a raw string literal, whose lines are as long as they must be
        for number, line in enumerate(data.decode("utf-8", "replace").split("\n"), 1):
            if line != line.rstrip():
                self.say(rel, number, "space at the end of the line")
            if "\t" in line and not tabs_allowed:
                self.say(rel, number, "tab")
            opens = re.search(r'R"(\w*)\(', line)
            inside = raw or opens
            if opens:
                raw = f'){opens[1]}"'
            if raw and raw in line:
                raw = False
            if columns and not inside and len(line) > MAX_COLUMNS:
                self.say(rel, number, f"{len(line)} columns, at most {MAX_COLUMNS}")

    def check_words(self, path):
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            return
        for number, line in enumerate(text.splitlines(), 1):
            for pattern, what in FORBIDDEN:
                if pattern.search(line):
                    self.say(path.relative_to(self.root), number, what)

    def check_documents(self):
        """A file that a page names exists, and a page that a source names."""
        for page, number, name in lint_documents.missing_in_pages(self.root):
            self.say(page.relative_to(self.root), number, f"names {name}, which does not exist")
        for path in self.files("lib", ".h", ".cpp"):
            text = path.read_text(errors="replace")
            for number, page in lint_documents.missing_pages(self.root, text):
                self.say(path.relative_to(self.root), number, f"names {page}, which does not exist")

    # --- sources of lib/ --------------------------------------------------------------------------

    def check_source(self, path, room):
        rel = path.relative_to(self.root)
        inside = path.relative_to(self.root / "lib")
        lines = path.read_text(errors="replace").splitlines()
        if len(lines) > MAX_LINES:
            self.say(rel, len(lines), f"{len(lines)} lines, at most {MAX_LINES}")
        if path.suffix == ".h" and not any(line.strip() == "#pragma once" for line in lines):
            self.say(rel, 1, "no #pragma once")
        if lines and not lines[0].startswith("//"):
            self.say(rel, 1, "does not open with a comment that says what it is for")
        self.check_prose_walls(rel, lines)
        self.check_includes(rel, inside, room, lines)
        self.check_macros(rel, path.suffix, lines)
        self.check_scope(rel, path.suffix, lines)
        for number, line in enumerate(lines, 1):
            self.check_line(rel, number, inside, line)
        house = Rooms.house(room)
        names = [re.match(r"namespace pipit(?:::(\w+))?\b", line) for line in lines]
        if not any(match and match[1] in (house, None) for match in names):
            self.say(rel, 1, f"nothing in namespace pipit::{house}")
        for number, match in enumerate(names, 1):
            # A header may declare a class of another room.
            if path.suffix == ".cpp" and match and match[1] not in (house, f"{house}_detail", None):
                self.say(rel, number, f"namespace pipit::{match[1]} is another room's")

    def check_prose_walls(self, rel, lines):
        """In comments whose sentences go over line ends, too."""
        for number, line in enumerate(lines, 1):
            following = re.sub(r"^\s*//+", "", lines[number]) if number < len(lines) else ""
            wall = PROSE_WALL.search(line + following) if "//" in line else None
            if wall and wall.start() < len(line):
                self.say(rel, number, "who may include it stands in tools/layers.txt")

    def check_line(self, rel, number, inside, line):
        if MARKS.search(line):
            self.say(rel, number, "a mark of unfinished work")
        throws = re.match(r"[^\"/]*\b(try\s*\{|throw\b|catch\s*\()", line)
        if throws and str(inside) not in self.catching:
            self.say(rel, number, "only units that tools/units.txt marks throw or catch exceptions")

        if READS_SENTENCES.search(line):
            self.say(rel, number, "decides by the words of a message; test a code")
        if FREE_OPTION.search(line):
            self.say(rel, number, "an option looked up by a free string; use opt()")

    def check_includes(self, rel, inside, room, lines):
        depth, first = 0, True
        for number, line in enumerate(lines, 1):
            if re.match(r"\s*#\s*if", line):
                depth += 1
            elif re.match(r"\s*#\s*endif", line):
                depth -= 1
            match = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
            if not match:
                continue
            quoted, name = match[1] == '"', match[2]
            if first:
                first = False
                own = inside.with_suffix(".h")
                if inside.suffix == ".cpp" and (self.root / "lib" / own).is_file() and name != str(own):
                    self.say(rel, number, f'the first include is not the own header "{own}"')
            self.check_include(rel, number, inside, room, name, quoted, depth)

    def check_include(self, rel, number, inside, room, name, quoted, depth):
        head = name.split("/")[0]
        allowed = FOREIGN.get(name, GENERATED.get(name))
        if allowed is not None:
            if not any(inside.match(pattern) for pattern in allowed):
                self.say(rel, number, f"{name} is not for this file")
            return
        if name in BANNED_HEADERS and not quoted:
            self.say(rel, number, f"<{name}> is kept out: it costs too much size")
        if head in self.rooms:
            if not quoted:
                self.say(rel, number, f'own header in angle brackets: "{name}"')
            if depth:
                self.say(rel, number, f"own header inside #if: {name}")
            if not (self.root / "lib" / name).is_file():
                self.say(rel, number, f"{name}: no such header")
            else:
                self.check_walls(rel, number, room, name)
        elif quoted:
            self.say(rel, number, f'"{name}": own headers are "room/file.h", others go in <>')

    def check_walls(self, rel, number, room, name):
        other = self.rooms.of(name)
        if other is None:
            return  # said once by check_rooms
        if other != room and other not in self.rooms.rows[room]:
            self.say(rel, number, f"room {room} may not include room {other}")
        is_private = other in self.rooms.private or name in self.rooms.private
        if is_private and Rooms.house(other) != Rooms.house(room):
            self.say(rel, number, f"{name} is private to {Rooms.house(other)}")

    def check_macros(self, rel, suffix, lines):
        defined = {}
        for number, line in enumerate(lines, 1):
            match = re.match(r"\s*#\s*(define|undef)\s+(\w+)", line)
            if not match:
                continue
            if match[1] == "undef":
                defined.pop(match[2], None)
            else:
                defined[match[2]] = number
        for name, number in defined.items():
            if suffix == ".h" and not name.startswith("PIPIT_"):
                self.say(rel, number, f"macro {name} in a header")
            if suffix == ".cpp":
                self.say(rel, number, f"macro {name} is not undefined at the end of the file")

    def check_scope(self, rel, suffix, lines):
        """What stands in column 0 stands at namespace scope: namespaces are not indented."""
        for number, line in enumerate(lines, 1):
            if re.match(r"using namespace\b", line) or (suffix == ".h" and "using namespace" in line):
                self.say(rel, number, "using namespace at namespace scope")
            if re.match(r"namespace \w+ = ", line):
                self.say(rel, number, "namespace alias at namespace scope")
            if suffix == ".h" and re.match(r"using [\w:]+;", line):
                self.say(rel, number, "using declaration at namespace scope of a header")
            if self.is_global(line):
                self.say(rel, number, "a global object that is not constexpr")

    @staticmethod
    def is_global(line):
        if re.match(r"(?:static |inline |thread_local )+(?!constexpr)[\w:<>,*& ]+ \w+( =|\{|;)", line):
            return "(" not in line.split("=")[0] and "constexpr" not in line
        return bool(re.match(r"(?:const )?(?:std::[\w:<>, ]+|int|bool|char|auto|[A-Z]\w+)[&*]? \w+( = .*|\{.*\})?;$", line))

    # --- across files -----------------------------------------------------------------------------

    def check_unique_files(self):
        """Within a room: its sub-rooms are parts of it, and its name says the rest."""
        seen = {}
        for path in self.files("lib", ".h", ".cpp"):
            inside = path.relative_to(self.root / "lib")
            other = seen.setdefault((inside.parts[0], path.name), path)
            if other is not path:
                rel = other.relative_to(self.root)
                self.say(path.relative_to(self.root), 1, f"a file of this name is there: {rel}")

    def check_unique_names(self):
        """File-local names that meet in one translation unit: those of a sub-room, or of its tests,
        when a room is compiled as a whole (UNITY=1), those of all a room in the amalgamation."""
        owners = defaultdict(dict)
        for top, room in [(top, room) for top in ("lib", "tests") for room in self.rooms]:
            house = Rooms.house(room)
            owner = owners[top, house if top == "lib" and house in AMALGAMATED else room]
            for path in self.sources(room, ".cpp", top=top):
                for name, number in local_names(path.read_text(errors="replace")).items():
                    other = owner.setdefault(name, path)
                    if other is not path:
                        self.say(path.relative_to(self.root), number,
                                 f"file-local {name} is also in {other.relative_to(self.root)}, and "
                                 "both are compiled as one unit: rename one")

    def sources(self, room, *suffixes, top="lib"):
        """The files of one room, without those of its sub-rooms."""
        folder = self.root / top / room
        return sorted(p for p in folder.glob("*") if p.is_file() and p.suffix in suffixes)

    def check_rooms(self):
        lib = self.root / "lib"
        for path in sorted(lib.rglob("*")) if lib.is_dir() else []:
            inside = path.relative_to(lib)
            if path.is_dir() and str(inside) not in self.rooms:
                self.say(path.relative_to(self.root), 1, "a room that is not in tools/layers.txt")
            if path.is_file() and path.parent == lib:
                self.say(path.relative_to(self.root), 1, "a file outside any room")
        self.check_table()

    def check_table(self):
        """A row names rooms that stand before it. A room and its sub-rooms may name each other: the
        limit on rings keeps their units apart."""
        before = set()
        for room, row in self.rooms.rows.items():
            for other in row:
                if Rooms.house(other) != Rooms.house(room) and other not in before:
                    self.say("tools/layers.txt", 1, f"{room} names {other}, which does not stand before it")
                elif other not in self.rooms:
                    self.say("tools/layers.txt", 1, f"{room} names {other}, which has no row")
            before.add(room)
        for name in sorted(self.rooms.private):
            if not (self.root / "lib" / name).exists():
                self.say("tools/layers.txt", 1, f"{name} is private and does not exist")

    def check_rings(self):
        """No ring of more than MAX_RING units that include each other."""
        for ring in lint_report.rings(self.root / "lib"):
            if len(ring) > MAX_RING:
                self.say(f"lib/{ring[0]}", 1,
                         f"a ring of {len(ring)} units, at most {MAX_RING}: " + " ".join(ring))

    def check_includes_acyclic(self):
        """No header reaches itself."""
        graph = defaultdict(list)
        for path in self.files("lib", ".h"):
            name = str(path.relative_to(self.root / "lib"))
            found = re.findall(r'^#include "([^"]+)"', path.read_text(errors="replace"), re.M)
            # x_impl.h holds the templates of x.h, which ends by including it: one header in two files.
            graph[name] = [other for other in found if name != other.replace(".h", "_impl.h")]
        done = set()

        def visit(name, chain):
            if name in chain:
                self.say(f"lib/{name}", 1, "headers in a circle: " + " ".join([*chain, name]))
            elif name not in done:
                for other in graph.get(name, []):
                    visit(other, [*chain, name])
                done.add(name)

        for name in list(graph):
            visit(name, [])

    def run(self):
        self.check_rooms()
        for room in self.rooms:
            for path in self.sources(room, ".h", ".cpp"):
                self.check_source(path, room)
                self.check_whitespace(path, columns=True)
        for top in ("main.cpp", "third_party"):
            for path in self.files(top, ".cpp", ".hpp"):
                self.check_whitespace(path, columns=True)
        for top in ("tests", "tools"):
            for path in self.files(top, ".cpp", ".h", ".py", ".sh"):
                self.check_whitespace(path)
        self.check_unique_files()
        self.check_unique_names()
        self.check_includes_acyclic()
        self.check_rings()
        for path in self.all_text():
            self.check_words(path)
        self.check_documents()
        return sorted(set(self.found))

    def all_text(self):
        tops = ["lib", "tests", "tools", "third_party", "docs", "main.cpp", "Makefile", ".ci"]
        tops += [p.name for p in self.root.glob("*.md")] + [".gitignore", ".clang-tidy", ".clang-format"]
        for top in tops:
            base = self.root / top
            for path in [base] if base.is_file() else sorted(base.rglob("*")):
                parts = path.relative_to(self.root).parts
                if path.is_file() and "__pycache__" not in parts and "corpus" not in parts:
                    yield path


def local_names(text):
    """{name: line} of what a .cpp declares in its anonymous namespaces or `static`, in column 0."""
    names, inside = {}, False
    lines = re.sub(r'R"(\w*)\(.*?\)\1"', lambda raw: "\n" * raw[0].count("\n"), text, flags=re.S).splitlines()
    for number, line in enumerate(lines, 1):
        if re.match(r"namespace \{", line):
            inside = True
        elif inside and re.match(r"\}\s*// (anonymous )?namespace$|\}\s*// namespace\s*$", line):
            inside = False
        if not inside and not line.startswith("static "):
            continue
        if not line or line[0] in " #/}{)" or line.startswith(("template", "namespace", "static_assert")):
            continue
        name = declared_name(line)
        if name:
            names.setdefault(name, number)
    return names


def declared_name(line):
    match = re.match(r"(?:struct|class|union|enum(?: class)?)\s+(?:\[\[\w+\]\]\s+)?(\w+)[^;]*$", line)
    if match:
        return match[1]
    match = re.match(r"using (\w+) =", line)
    if match:
        return match[1]
    match = re.search(r"(?<![:\w])(\w+)(?:\[\w*\])*\s*(?:=|\{.*\};)", line)
    if match and "(" not in line[: match.start(1)]:
        return match[1]
    match = re.match(r"[\w:<>,*&\[\]\s]*?[\s*&>](\w+)\(", line)
    return match[1] if match else None


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    found = Lint(root).run()
    for file, line, message in found:
        print(f"{file}:{line}: {message}")
    if found:
        print(f"lint: {len(found)} finding{'s' if len(found) > 1 else ''}; CONTRIBUTING.md gives the reasons")
        sys.exit(1)
    print("lint: nothing found")
    lint_report.print_report(root)


if __name__ == "__main__":
    main()
