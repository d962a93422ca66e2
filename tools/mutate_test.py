#!/usr/bin/env python3
"""Which lines tools/mutate.py changes, and what into."""

import random
import sys
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from mutate import changes_of, draw, places_in  # noqa: E402


def texts(line):
    return [new for _, new in changes_of(line)]


class ChangesTest(unittest.TestCase):
    def test_lines_without_logic_stay(self):
        for line in (
            "", "}", "#include <vector>", "  // if (a < b) return 1;", "int f(int a = 1);",
            "namespace pipit::base {", "  constexpr int kMost = 3;", "constexpr int kMost = 3;",
            "  using Map = std::map<int, int>;", "  out.reserve(3);", "  case Kind::wheel:",
            "  static_assert(1 < 2);", "  };", "  Result<std::string> name() const", "  struct One {",
        ):
            self.assertEqual(changes_of(line), [], line)

    def test_conditions(self):
        self.assertIn("  if (!(a(b))) return;", texts("  if (a(b)) return;"))
        self.assertIn("  while (!(more())) next();", texts("  while (more()) next();"))
        self.assertNotIn("  while (!(true)) {", texts("  while (true) {"))
        for declares in ("  if (auto found = find(1)) use(found);", "  if (int a = f(); a) use(a);"):
            self.assertFalse([new for new in texts(declares) if "!(" in new])

    def test_comparisons_and_words(self):
        self.assertIn("  return a <= b;", texts("  return a < b;"))
        self.assertIn("  return a != b;", texts("  return a == b;"))
        self.assertIn("  x = a || b;", texts("  x = a && b;"))
        self.assertNotIn("  std::vector<=int> a;", texts("  std::vector<int> a;"))

    def test_numbers(self):
        self.assertIn("  x = at(4);", texts("  x = at(3);"))
        self.assertIn("  x = false;", texts("  x = true;"))
        self.assertFalse([new for new in texts("  x = m3 + 0x10 + 1.5;") if "m4" in new or "2.5" in new])

    def test_what_stands_in_quotes_stays(self):
        self.assertEqual(texts('  say("a < b && 1 == 2");'), ["  ;"])
        self.assertNotIn("  x = y;  // 2 < 3", "".join(texts("  x = y;  // 1 < 3")))

    def test_statements(self):
        self.assertIn("  ;", texts("  found->second.clear();"))
        self.assertIn("  ;", texts("  x += y;"))
        self.assertNotIn("  ;", texts("  const int x = y;"))
        self.assertNotIn("  ;", texts("  Lock lock(mu_);"))
        self.assertIn("  return {};", texts("  return text.substr(1);"))
        for nothing in ("{}", "std::nullopt", "false", '""', "std::string()"):
            self.assertNotIn("  return {};", texts(f"  return {nothing};"))

    def test_declarations_in_types_stay(self):
        text = "struct One {\n  int a = 1;\n  bool b = false;\n};\nvoid f() {\n  x = 1;\n}\n"
        self.assertEqual({number for number, _, _ in places_in(text)}, {5})

    def test_the_rest_of_a_statement_is_not_dropped(self):
        text = "  const auto x = first(\n      second());\n  third();\n"
        dropped = [number for number, kind, _ in places_in(text) if kind == "dropped statement"]
        self.assertEqual(dropped, [2])


class DrawTest(unittest.TestCase):
    FILES = {"b.cpp": "  return a < b;\n  call(1);\n", "a.cpp": "  if (x) y();\n// z\n"}

    def test_a_seed_gives_the_same_faults(self):
        one, two = (list(draw(self.FILES, random.Random(7))) for _ in range(2))
        self.assertEqual(one, two)

    def test_nothing_comes_twice_and_nothing_is_left_out(self):
        drawn = list(draw(self.FILES, random.Random(1)))
        self.assertEqual(len(drawn), len(set(drawn)))
        places = {(path, number, kind, new) for path, text in self.FILES.items()
                  for number, kind, new in places_in(text)}
        self.assertEqual(set(drawn), places)


if __name__ == "__main__":
    unittest.main(argv=[sys.argv[0], "-q"])
