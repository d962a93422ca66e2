#!/usr/bin/env python3
"""Writes compile_commands.json from the Makefile's own flags.

tools/compile_commands.py OUT 'COMPILER FLAGS' SOURCE...
"""

import json
import os
import sys
from pathlib import Path

out, command, *sources = sys.argv[1:]
rows = [
    {"directory": os.getcwd(), "file": source, "command": f"{command} -c {source}"} for source in sources
]
Path(out).parent.mkdir(parents=True, exist_ok=True)
Path(out).write_text(json.dumps(rows, indent=1) + "\n")
