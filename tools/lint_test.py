#!/usr/bin/env python3
"""Breaks each rule of tools/lint.py once, in a small tree of its own, and looks for the message."""

import sys
import tempfile
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from lint import Lint, local_names  # noqa: E402

LAYERS = "base:\nsched: base\npep: base pep/marker\npep/marker: base private\npep/inner.h: private\n"
HEADER = "// What it is.\n#pragma once\n\nnamespace pipit::{room} {{\nint {name}();\n}}  // namespace pipit::{room}\n"


class LintTest(unittest.TestCase):
    def setUp(self):
        self.dir = tempfile.TemporaryDirectory()
        self.root = Path(self.dir.name)
        self.write("tools/layers.txt", LAYERS)
        self.write("lib/base/low.h", HEADER.format(room="base", name="low"))
        self.write("lib/sched/mid.h", HEADER.format(room="sched", name="mid"))
        self.write("lib/pep/inner.h", HEADER.format(room="pep", name="inner"))
        self.write("lib/pep/marker/node.h", HEADER.format(room="pep", name="node"))
        self.write("tools/units.txt", "# how\nbase/json catches\n")

    def tearDown(self):
        self.dir.cleanup()

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())

    def source(self, name, *lines):
        room = name.split("/")[0]
        self.write(f"lib/{name}", "\n".join([*lines, f"namespace pipit::{room} {{}}", ""]))

    def commented(self, name, *lines):
        """The same below a comment that says what the file is for: the lines start at 2."""
        self.source(name, "// What it is.", *lines)

    def messages(self):
        return [f"{file}:{line}: {text}" for file, line, text in Lint(self.root).run()]

    def assert_says(self, *parts):
        found = self.messages()
        self.assertTrue(any(all(p in line for p in parts) for line in found), f"{parts} not in {found}")

    def test_a_tree_that_keeps_the_rules_passes(self):
        self.commented("sched/ok.cpp", '#include "base/low.h"', "#include <vector>")
        self.commented("pep/ok.cpp", '#include "pep/inner.h"', '#include "pep/marker/node.h"')
        self.commented("pep/marker/deep.cpp", '#include "base/low.h"')
        self.assertEqual(self.messages(), [])

    def test_a_room_may_not_look_up(self):
        self.source("base/up.cpp", "", '#include "sched/mid.h"')
        self.assert_says("lib/base/up.cpp:2", "room base may not include room sched")

    def test_rooms_side_by_side_do_not_know_each_other(self):
        self.source("pep/side.cpp", '#include "sched/mid.h"')
        self.assert_says("room pep may not include room sched")

    def test_exceptions_end_in_their_wrappers(self):
        self.source("sched/leak.cpp", "int f() { try { return 1; } catch (...) { return 2; } }")
        self.source("base/json.cpp", "int g() { try { return 1; } catch (...) { return 2; } }")
        self.assert_says("lib/sched/leak.cpp:1", "tools/units.txt marks throw or catch")
        self.assertFalse([m for m in self.messages() if "json.cpp" in m and "marks throw or catch" in m])

    def test_pages_name_files_that_exist(self):
        self.write("docs/a.md", "Back to [the start](../README.md).\n")
        self.write("README.md", "`lib/base/low.h`, `lib/base`, [more](docs/a.md#x), `lib/<room>/x.h`\n")
        self.assertEqual(self.messages(), [])
        self.write("README.md", "`lib/base/gone.h`\n\n    lib/base/away.cpp  drawn\n[x](docs/b.md)\n`lib/lost`\n")
        for line, name in ((1, "lib/base/gone.h"), (3, "lib/base/away.cpp"), (4, "docs/b.md"), (5, "lib/lost")):
            self.assert_says(f"README.md:{line}: names {name}, which does not exist")

    def test_sources_name_pages_that_exist(self):
        self.commented("base/told.cpp", "// docs/formats/none.md has the format.")
        self.assert_says("lib/base/told.cpp:2", "docs/formats/none.md, which does not exist")

    def test_a_missing_own_header_is_named(self):
        self.source("pep/gone.cpp", '#include "base/gone.h"')
        self.assert_says("base/gone.h: no such header")

    def test_own_headers_are_quoted_and_unconditional(self):
        self.source("sched/angle.cpp", "#include <base/low.h>")
        self.source("sched/cond.cpp", "#if 1", '#include "base/low.h"', "#endif")
        self.assert_says("angle.cpp:1", "angle brackets")
        self.assert_says("cond.cpp:2", "inside #if")

    def test_a_quoted_header_has_its_room(self):
        self.source("sched/bare.cpp", '#include "mid.h"')
        self.assert_says("bare.cpp:1", "room/file.h")

    def test_the_own_header_comes_first(self):
        self.source("sched/mid.cpp", "#include <vector>", '#include "sched/mid.h"')
        self.assert_says("mid.cpp:1", "own header")

    def test_banned_and_foreign_headers(self):
        self.source("sched/bad.cpp", "#include <iostream>", '#include "third_party/httplib.hpp"')
        self.assert_says("bad.cpp:1", "<iostream>")
        self.assert_says("bad.cpp:2", "not for this file")

    def test_file_names_are_unique_in_a_room(self):
        self.write("lib/sched/low.h", HEADER.format(room="sched", name="low"))
        self.assertEqual(self.messages(), [])
        self.write("lib/pep/node.h", HEADER.format(room="pep", name="node"))
        self.assert_says("lib/pep/node.h", "a file of this name is there: lib/pep/marker/node.h")

    def test_a_sub_room_keeps_its_row(self):
        self.commented("pep/marker/up.cpp", '#include "pep/inner.h"')
        self.commented("sched/deep.cpp", '#include "pep/marker/node.h"')
        self.assert_says("pep/marker/up.cpp:2", "room pep/marker may not include room pep")
        self.assert_says("sched/deep.cpp:2", "room sched may not include room pep/marker")

    def test_what_is_private_is_private(self):
        self.write("tools/layers.txt", LAYERS.replace("sched: base", "").replace("pep/inner.h", "sched: base pep pep/marker\npep/inner.h"))
        self.commented("sched/nosy.cpp", '#include "pep/inner.h"', '#include "pep/marker/node.h"')
        self.assert_says("sched/nosy.cpp:2", "pep/inner.h is private to pep")
        self.assert_says("sched/nosy.cpp:3", "pep/marker/node.h is private to pep")

    def test_rings_are_short(self):
        for here, there in zip("abcdef", "bcdefa"):
            self.write(f"lib/base/{here}.h", HEADER.format(room="base", name=here))
            self.commented(f"base/{here}.cpp", f'#include "base/{here}.h"', f'#include "base/{there}.h"')
        self.assert_says("a ring of 6 units, at most 5: base/a base/b base/c base/d base/e base/f")
        self.commented("base/f.cpp", '#include "base/f.h"')
        self.assertEqual(self.messages(), [])

    def test_options_are_not_looked_up_by_free_strings(self):
        self.source("sched/free.cpp", '  bool a = context.layers().flag("dry-run");',
                    '  bool b = layers.has(opt("dry-run"));', '  auto c = layers.value("python");')
        self.assert_says("free.cpp:1", "use opt()")
        self.assert_says("free.cpp:3", "use opt()")
        self.assertFalse([m for m in self.messages() if "free.cpp:2" in m])

    def test_nothing_reads_sentences(self):
        self.source("sched/reads.cpp", 'if (error.message.starts_with("no such")) return;',
                    'if (name.starts_with("py")) return;')
        self.assert_says("reads.cpp:1", "test a code")
        self.assertFalse([m for m in self.messages() if "reads.cpp:2" in m])

    def test_walls_are_not_prose(self):
        self.write("lib/pep/prose.h", HEADER.format(room="pep", name="p").replace("it is.", "it is. Inside pep only."))
        self.assert_says("prose.h:1", "stands in tools/layers.txt")
        self.write("lib/pep/more.h", HEADER.format(room="pep", name="q").replace("it is.", "it is. Only x_*.cpp include this."))
        self.assert_says("more.h:1", "stands in tools/layers.txt")
        self.write("lib/pep/long.h", HEADER.format(room="pep", name="r").replace("it is.", "it is. Inside pep\n// only."))
        self.assert_says("long.h:1", "stands in tools/layers.txt")

    def test_a_room_has_its_namespace(self):
        self.write("lib/sched/odd.cpp", "// What it is.\nnamespace pipit::pep {\nint a();\n}\nnamespace pipit::sched {}\n")
        self.assert_says("odd.cpp:2", "namespace pipit::pep is another room's")
        self.write("lib/sched/none.cpp", "// What it is.\nint a();\n")
        self.assert_says("none.cpp:1", "nothing in namespace pipit::sched")

    def test_a_file_says_what_it_is_for(self):
        self.source("sched/mute.cpp", '#include "base/low.h"')
        self.assert_says("mute.cpp:1", "does not open with a comment")

    def test_headers_need_pragma_once_and_no_macros(self):
        self.write("lib/pep/bare.h", "#define LOUD 1\nnamespace pipit::pep {}\n")
        self.assert_says("bare.h:1", "no #pragma once")
        self.assert_says("bare.h:1", "macro LOUD")

    def test_macros_of_a_source_end_with_it(self):
        self.source("pep/macro.cpp", "#define A 1", "#define B 2", "#undef A")
        self.assert_says("macro B is not undefined")
        self.assertFalse([m for m in self.messages() if "macro A" in m])

    def test_scope(self):
        self.source("pep/scope.cpp", "using namespace std;", "namespace fs = std::filesystem;",
                    "static int counter = 0;", "const std::string kName = \"x\";",
                    "constexpr int kFine = 1;")
        self.assert_says("scope.cpp:1", "using namespace")
        self.assert_says("scope.cpp:2", "alias")
        self.assert_says("scope.cpp:3", "global")
        self.assert_says("scope.cpp:4", "global")
        self.assertFalse([m for m in self.messages() if "scope.cpp:5" in m])

    def test_local_names_are_unique_in_a_room(self):
        text = "namespace pipit::pep {\nnamespace {\nbool digit(char c) {\n  return c;\n}\n}  // namespace\n}\n"
        self.write("lib/pep/one.cpp", text)
        self.write("lib/pep/two.cpp", text)
        self.write("lib/sched/three.cpp", text.replace("::pep", "::sched"))
        self.assert_says("two.cpp:3", "file-local digit is also in lib/pep/one.cpp")
        self.assertFalse([m for m in self.messages() if "three" in m and "file-local" in m])
        self.write("tests/pep/one_test.cpp", text)
        self.write("tests/pep/raw_test.cpp", 'const char* kText = R"(\n' + text + ')";\n')
        self.assertFalse([m for m in self.messages() if "_test.cpp" in m])
        self.write("tests/pep/two_test.cpp", text)
        self.assert_says("two_test.cpp:3", "file-local digit is also in tests/pep/one_test.cpp")

    def test_local_names_of_sub_rooms_may_meet_outside_the_amalgamation(self):
        self.write("tools/layers.txt", LAYERS + "net: base net/tls\nnet/tls: base\n")
        text = "// It.\nnamespace pipit::{} {{\nnamespace {{\nbool digit(char c) {{\n  return c;\n}}\n}}  // namespace\n}}\n"
        self.write("lib/net/one.cpp", text.format("net"))
        self.write("lib/net/tls/two.cpp", text.format("net"))
        self.assertEqual(self.messages(), [])
        self.write("lib/pep/one.cpp", text.format("pep"))
        self.write("lib/pep/marker/two.cpp", text.format("pep"))
        self.assert_says("marker/two.cpp:4", "file-local digit is also in lib/pep/one.cpp")

    def test_whitespace(self):
        self.source("pep/white.cpp", "int a; ", "\tint b;", "int c;\r", "// " + "x" * 100)
        self.assert_says("white.cpp:1", "space at the end")
        self.assert_says("white.cpp:2", "tab")
        self.assert_says("white.cpp:1", "carriage return")
        self.assert_says("white.cpp:4", "103 columns")
        self.write("tests/x.py", "a = 1")
        self.assert_says("tests/x.py:1", "no newline")

    def test_length(self):
        self.write("lib/pep/long.h", "#pragma once\nnamespace pipit::pep {}\n" + "//\n" * 699)
        self.assert_says("long.h", "701 lines, at most 700")

    def test_headers_in_a_circle(self):
        text = '#pragma once\n#include "pep/{}.h"\nnamespace pipit::pep {{}}\n'
        self.write("lib/pep/hen.h", text.format("egg"))
        self.write("lib/pep/egg.h", text.format("hen"))
        self.assert_says("headers in a circle")

    def test_words_of_one_machine(self):
        self.write("tests/x.py", "URL = 'https://py" + "pi.org/simple'\nDIR = '/ho" + "me/me'\n")
        self.assert_says("tests/x.py:1", "host name")
        self.assert_says("tests/x.py:2", "absolute path")

    def test_the_table_is_in_dataflow_order(self):
        self.write("tools/layers.txt", "base: sched\nsched: base\npep: pep/none\npep/marker:\npep/gone.h: private\n")
        self.assert_says("layers.txt", "base names sched")
        self.assert_says("layers.txt", "pep names pep/none, which has no row")
        self.assert_says("layers.txt", "pep/gone.h is private and does not exist")
        self.write("lib/new/x.h", "#pragma once\n")
        self.assert_says("lib/new", "not in tools/layers.txt")


class LocalNamesTest(unittest.TestCase):
    def test_declarations(self):
        text = (
            "namespace {\nstruct Point {\nint x;\n};\nconstexpr int kMax = 3;\nenum class Kind { a, b };\n"
            "std::vector<int> numbers(int n) {\n  int inner = call(n);\n}\nusing Map = int;\n"
            "void Point::method() {\n}\nconstexpr std::array<int, 2> kTable{1, 2};\n"
            "}  // namespace\nint visible(int n) {\n}\nstatic void quiet() {\n}\n"
        )
        self.assertEqual(set(local_names(text)),
                         {"Point", "kMax", "Kind", "numbers", "Map", "kTable", "quiet"})


if __name__ == "__main__":
    unittest.main(verbosity=0)
