#!/usr/bin/env python3
"""Options that the table lacks, and options asked for what they do not hold, do not compile.

    tools/option_key_test.py [COMPILER]

One unit in which every line of main() but the first is wrong; the compiler must refuse each of them
for the reason that stands behind it.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HEAD = """#include "cli/option_key.h"
using namespace pipit::cli;
bool has(FlagKey); bool value(ValueKey); bool values(ListKey);
int main() {
"""
# A statement, and what the compiler must name in refusing it; None: it is right.
LINES = [
    ('has(opt("dry-run")), value(opt("index-url")), values(opt("find-links"));', None),
    ('has(opt("dry-rum"));', "the_table_has_no_such_option"),
    ('has(opt("dry_run"));', "the_table_has_no_such_option"),
    ('values(opt(""));', "the_table_has_no_such_option"),
    ('has(opt("target"));', "the_option_takes_something_else"),
    ('value(opt("dry-run"));', "the_option_takes_something_else"),
    ('value(opt("find-links"));', "the_option_takes_something_else"),
    ('values(opt("index-url"));', "the_option_takes_something_else"),
    ('has("dry-run");', "convert|no matching function"),
]


def main():
    compiler = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("CXX", "g++")
    if not shutil.which(compiler):
        print(f"option keys: no {compiler} here, skipped")
        return 0
    lib = Path(__file__).resolve().parent.parent / "lib"
    text = HEAD + "".join(f"  {line}\n" for line, _ in LINES) + "}\n"
    done = subprocess.run(
        [compiler, "-std=c++23", "-fsyntax-only", "-fno-diagnostics-color", f"-I{lib}", "-x", "c++", "-"],
        input=text, capture_output=True, text=True)
    first = HEAD.count("\n") + 1
    failed = 0
    for number, (line, reason) in enumerate(LINES, first):
        about = "\n".join(re.findall(rf"<stdin>:{number}:.*(?:\n(?!<stdin>).*)*", done.stderr))
        if reason is None and about or reason and not re.search(reason, about):
            print(f"option keys: {line} should {'not compile: ' + reason if reason else 'compile'}")
            failed += 1
    if failed:
        print(done.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
