#!/usr/bin/env python3
"""Which files the pages name that do not exist, and which pages sources name that do not exist.

What counts as a name in a page: the target of a link; anything that begins with a folder of the tree
and ends like a file; what stands in backticks and begins with a folder of the tree. Patterns and
placeholders ("*", "<", "…") do not count.
"""

import re

TOPS = "lib|tests|tools|docs|third_party"
LINK = re.compile(r"\]\(([\w./-]+)(?:#[\w-]*)?\)")
NAME = re.compile(rf"`((?:{TOPS})/[\w./-]+)`"
                  rf"|(?<![\w./-])((?:{TOPS})/[\w./-]+\.(?:cpp|h|hpp|md|mk|py|scn|sh|txt))\b")
PAGE = re.compile(r"\bdocs/[\w./-]+\.md\b")
# What changed once names files as they were called then.
HISTORY = "CHANGELOG.md"


def pages(root):
    found = [*root.glob("*.md"), *root.glob("tests/*.md"), *root.glob("tools/*.md"), *root.glob("docs/**/*.md")]
    return sorted(page for page in found if page.name != HISTORY)


def missing_in_pages(root):
    """(page, line, name) of what pages name and the tree does not have."""
    for page in pages(root):
        for number, line in enumerate(page.read_text().splitlines(), 1):
            named = [(page.parent, link) for link in LINK.findall(line)]
            named += [(root, quoted or plain) for quoted, plain in NAME.findall(line)]
            for place, name in named:
                if not (place / name).exists():
                    yield page, number, name


def missing_pages(root, text):
    """(line, page) of the pages that a source names and the tree does not have."""
    for number, line in enumerate(text.splitlines(), 1):
        for match in PAGE.finditer(line):
            if not (root / match[0]).is_file():
                yield number, match[0]
