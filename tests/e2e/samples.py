"""The two wheels that most tests install."""

from registry import wheel

TOOL = wheel(
    "tool",
    "1.0",
    scripts={"tool": "tool:main", "tool-2": "tool.sub:Class.run"},
    gui_scripts={"tool-gui": "tool:main"},
    files={
        "tool/__init__.py": "import sys\ndef main():\n    print('ran', sys.argv[1:])\n"
        "    return 3\n",
        "tool/sub.py": "class Class:\n    @staticmethod\n    def run(): print('sub')\n",
        "tool/data.bin": bytes(range(256)),
        "tool/run.sh": "#!/bin/sh\necho sh\n",
    },
    modes={"tool/run.sh": 0o755},
)
SCHEMES = wheel(
    "schemes",
    "1.0",
    files={"schemes.py": "x = 1\n"},
    data={
        "scripts/py-script": "#!python\nimport schemes\nprint(schemes.x)\n",
        "scripts/pyw-script": "#!pythonw\nprint(2)\n",
        "scripts/sh-script": "#!/bin/sh\necho three\n",
        "data/share/schemes/text.txt": "text\n",
        "data/etc/schemes.cfg": "c\n",
        "headers/schemes.h": "#define S\n",
        "purelib/pure_part.py": "p = 1\n",
        "platlib/plat_part.py": "p = 2\n",
    },
)
