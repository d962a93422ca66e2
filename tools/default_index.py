#!/usr/bin/env python3
"""Writes the header with the default index URL that a build carries.

    tools/default_index.py HEADER URL           write HEADER (only when it would change)
    tools/default_index.py --check HEADER URL   print `fresh` or `stale`, quickly, touching nothing

No index host name stands in the repository: the URL is that of the building machine. URL is the
value of the make variable DEFAULT_INDEX_URL; when it is empty, the machine's own pip is asked for
its effective setting (environment and configuration files), and without a setting for the constant
that pip was made with. User information is taken out of it.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import urllib.parse
from pathlib import Path

ASK_CONSTANT = "from pip._internal.models.index import PyPI; print(PyPI.simple_url)"


def die(message, hint):
    sys.stderr.write(f"default index: {message}\nhint: {hint}\n")
    sys.exit(1)


def pythons():
    """Interpreters that may have a pip, the one that runs us first."""
    found = [sys.executable, shutil.which("python3"), "/usr/bin/python3"]
    return [p for p in dict.fromkeys(found) if p and os.path.exists(p)]


def config_files():
    """Where pip keeps settings; only their change is watched, pip itself reads them."""
    home = os.path.expanduser("~")
    config_home = os.environ.get("XDG_CONFIG_HOME", f"{home}/.config")
    config_dirs = os.environ.get("XDG_CONFIG_DIRS", "/etc/xdg").split(":")
    files = [f"{d}/pip/pip.conf" for d in config_dirs]
    files += ["/etc/pip.conf", f"{home}/.pip/pip.conf", f"{config_home}/pip/pip.conf"]
    files += [f"{sys.prefix}/pip.conf", os.environ.get("PIP_CONFIG_FILE", "")]
    return files


def without_user(url):
    parts = urllib.parse.urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urllib.parse.urlunsplit((parts.scheme, host, parts.path, parts.query, parts.fragment))


def state_of(url):
    """A digest of all that the answer depends on, cheap enough to ask at every make."""
    facts = [Path(__file__).read_text(), without_user(url)]
    facts.append(without_user(os.environ.get("PIP_INDEX_URL", "")))
    facts += pythons()
    for name in config_files():
        try:
            stat = os.stat(name)
            facts.append(f"{name} {stat.st_mtime_ns} {stat.st_size}")
        except OSError:
            pass
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()


def output_of(*words):
    done = subprocess.run(
        words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, check=False
    )
    return done.stdout.splitlines() if done.returncode == 0 else []


def ask_pip():
    for python in pythons():
        settings = {}
        for line in output_of(python, "-m", "pip", "config", "list"):
            key, _, value = line.partition("=")
            settings[key] = value.strip("'\"")
        # pip's own order: environment, then the command's section, then the global one.
        for key in (":env:.index-url", "install.index-url", "global.index-url"):
            if settings.get(key):
                return settings[key]
        for line in output_of(python, "-c", ASK_CONSTANT):
            return line
    die("no pip to ask for it", "apt-get install -y python3-pip, or pass DEFAULT_INDEX_URL=")
    return None


def main():
    words = [w for w in sys.argv[1:] if w != "--check"]
    header = Path(words[0])
    wanted = words[1].strip() if len(words) > 1 else ""
    mark = header.with_suffix(".state")
    state = state_of(wanted)
    if "--check" in sys.argv:
        fresh = header.is_file() and mark.is_file() and mark.read_text() == state
        print("fresh" if fresh else "stale")
        return
    url = wanted or ask_pip()
    parts = urllib.parse.urlsplit(url)
    if parts.scheme not in ("http", "https", "file") or any(c in url for c in '"\\\n') or not url.isprintable():
        die("the default index is no http, https or file URL", "pass DEFAULT_INDEX_URL=")
    clean = without_user(url)
    if clean != url:
        sys.stderr.write("default index: warning: user information in its URL is left out\n")
    text = (
        "#pragma once\n#include <string_view>\n\n"
        "namespace pipit {\n"
        "/// The index asked when no option and no configuration names one; set when pipit is built.\n"
        f'inline constexpr std::string_view kDefaultIndexUrl = "{clean}";\n'
        "}  // namespace pipit\n"
    )
    header.parent.mkdir(parents=True, exist_ok=True)
    if not header.is_file() or header.read_text() != text:
        header.write_text(text)
    mark.write_text(state)


if __name__ == "__main__":
    main()
