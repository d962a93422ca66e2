#!/usr/bin/env python3
"""Reads tools/layers.txt, the table of rooms, for lint, make and the other tools.

    tools/rooms.py list            the rooms, sub-rooms among them, one per line
    tools/rooms.py needs ROOM...   what their unit tests link: with their sub-rooms and all below

A room is a directory of lib/ and a namespace; a sub-room is a directory inside it and shares its
namespace. A row of the table names what a room may include besides itself; a row of a header, or of
a sub-room, that ends in "private" keeps it to its own room.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Rooms:
    """rows: {room: what it may include}; private: sub-rooms and headers that only their room sees."""

    def __init__(self, root=ROOT):
        self.rows, self.private = {}, set()
        for line in (Path(root) / "tools/layers.txt").read_text().splitlines():
            match = re.match(r"([a-z0-9_/]+(?:\.h)?):\s*(.*?)\s*$", line)
            if not match:
                continue
            name, row = match[1], match[2].split()
            if row and row[-1] == "private":
                self.private.add(name)
                row.pop()
            if not name.endswith(".h"):
                self.rows[name] = row

    def __contains__(self, room):
        return room in self.rows

    def __iter__(self):
        return iter(self.rows)

    @staticmethod
    def house(room):
        """The room itself, for a sub-room the room it is part of: its namespace."""
        return room.split("/")[0]

    def of(self, path):
        """The room of a path below lib/ or tests/ ("pep/marker/node.h"), None outside any."""
        parent = str(Path(path).parent)
        return parent if parent in self.rows else None

    def inside(self, room):
        """The room and its sub-rooms."""
        return [name for name in self.rows if name == room or name.startswith(room + "/")]

    def needs(self, *tested):
        """Everything that is linked to test these rooms: a room comes with its sub-rooms."""
        found, todo = set(), [name for room in tested for name in self.inside(room)]
        while todo:
            name = todo.pop()
            if name in found:
                continue
            found.add(name)
            for other in self.rows[name]:
                todo.extend(self.inside(other) if "/" not in other else [other])
        return [name for name in self.rows if name in found]


def main():
    rooms = Rooms()
    if sys.argv[1:] == ["list"]:
        print("\n".join(rooms))
    elif sys.argv[1:2] == ["needs"] and all(room in rooms for room in sys.argv[2:]):
        print("\n".join(rooms.needs(*sys.argv[2:])))
    else:
        sys.stderr.write(__doc__)
        sys.exit(2)


if __name__ == "__main__":
    main()
