"""Requirements files: pip's own parser and ours read the same, line by line.

Files are generated: good lines, damaged ones, every encoding, continuation and variable. A run prints
its seed; REQUIREMENTS_SEED repeats it and REQUIREMENTS_COUNT asks more. Where the two differ on
purpose, STRICTER below says so and why.
"""

from __future__ import annotations

import importlib
import json
import logging
import optparse
import os
import pkgutil
import random
import re
import sys
import warnings
from pathlib import Path
from unittest import mock

import packaging
import pytest

# What a requirement means is for packaging to say; the copy that pip carries of it is older.
sys.modules["pip._vendor.packaging"] = packaging
for _module in pkgutil.iter_modules(packaging.__path__):
    if not _module.name.startswith("_"):
        sys.modules[f"pip._vendor.packaging.{_module.name}"] = importlib.import_module(
            f"packaging.{_module.name}"
        )

from packaging.utils import canonicalize_name
from pip._internal.exceptions import CommandError, InstallationError
from pip._internal.models.format_control import FormatControl
from pip._internal.models.link import Link
from pip._internal.models.release_control import ReleaseControl
from pip._internal.req import req_file
from pip._internal.req.constructors import install_req_from_parsed_requirement
from pip._internal.utils.urls import path_to_url

from test_pep440_differential import SPACES, Maker, ask, marker_meaning

SEED = int(os.environ.get("REQUIREMENTS_SEED", "20261125"))
COUNT = int(os.environ.get("REQUIREMENTS_COUNT", "2500"))
VARIABLES = {"TOKEN": "s3cret", "HOST": "example.org", "EMPTY": "", "PART_2": "a b", "MARK": "# x"}
SHA = "0123456789abcdef" * 4


# --- the oracle ----------------------------------------------------------------------------------


def pip_options(opts):
    """What a line of options says, in the words of the file."""
    said = {}
    if opts.index_url is not None:
        said["index-url"] = opts.index_url
    for name, values in (
        ("extra-index-url", opts.extra_index_urls),
        ("find-links", opts.find_links),
        ("trusted-host", opts.trusted_hosts),
        ("use-feature", opts.features_enabled),
    ):
        if values:
            said[name] = list(values)
    for name in ("no-index", "prefer-binary", "require-hashes", "no-require-hashes", "pre"):
        if getattr(opts, name.replace("-", "_"), False):
            said[name] = True
    if opts.format_control and (opts.format_control.no_binary or opts.format_control.only_binary):
        said["format"] = [sorted(opts.format_control.no_binary), sorted(opts.format_control.only_binary)]
    if opts.release_control and (opts.release_control.all_releases or opts.release_control.only_final):
        said["release"] = [
            sorted(opts.release_control.all_releases),
            sorted(opts.release_control.only_final),
        ]
    return said


def our_options(items):
    """The same of our items; both lists of names go through pip's own arithmetic."""
    said, form, release = {}, FormatControl(set(), set()), ReleaseControl()
    for item in items:
        name, value = item["name"], item["value"]
        if name in ("extra-index-url", "find-links", "trusted-host", "use-feature"):
            said.setdefault(name, []).append(value)
        elif name == "index-url":
            said[name] = value
        elif name == "no-binary":
            FormatControl.handle_mutual_excludes(value, form.no_binary, form.only_binary)
        elif name == "only-binary":
            FormatControl.handle_mutual_excludes(value, form.only_binary, form.no_binary)
        elif name == "all-releases":
            release.handle_mutual_excludes(value, release.all_releases, release.only_final, name)
        elif name == "only-final":
            release.handle_mutual_excludes(value, release.only_final, release.all_releases, name)
        else:
            said[name] = True
    if form.no_binary or form.only_binary:
        said["format"] = [sorted(form.no_binary), sorted(form.only_binary)]
    if release.all_releases or release.only_final:
        said["release"] = [sorted(release.all_releases), sorted(release.only_final)]
    return said


def pip_line(number, line):
    """One logical line as pip takes it, or the exception it raises."""
    args, opts = req_file.get_line_parser(None)(line)
    opts.features_enabled, shared = list(opts.features_enabled or []), opts.features_enabled
    (shared or []).clear()  # one list for all of pip's lines
    parsed = req_file.ParsedLine("r.txt", number, args, opts, False)
    if parsed.requirement is None:
        if opts.requirements or opts.constraints:
            targets = opts.requirements or opts.constraints
            kind = "include" if opts.requirements else "constraint"
            return {"kind": kind, "target": targets[0]}
        return {"kind": "options", "said": pip_options(opts)}
    found = install_req_from_parsed_requirement(req_file.handle_requirement_line(parsed))
    settings = (parsed.opts.config_settings or {}).items()
    return {
        "kind": "editable" if found.editable else "requirement",
        "name": canonicalize_name(found.req.name) if found.req else None,
        "specifier": str(found.req.specifier) if found.req else "",
        "extras": sorted({canonicalize_name(e) for e in found.extras}),
        "marker": found.markers,
        "link": found.link.url if found.link else None,
        "hashes": sorted(f"{k}:{v}" for k, vs in found.hash_options.items() for v in vs),
        "settings": sorted(f"{k}={v}" for k, vs in settings for v in ([vs] if isinstance(vs, str) else vs)),
    }


def oracle(data):
    """{line number: what pip takes or the exception}, or the exception that met the whole file."""
    with mock.patch.dict(os.environ, VARIABLES):
        try:
            text = req_file._decode_req_file(data, "r.txt")
        except (UnicodeError, LookupError) as error:
            return error
        lines = {}
        for number, line in req_file.preprocess(text):
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    lines[number] = line, pip_line(number, line)
            except (req_file.OptionParsingError, InstallationError, CommandError, ValueError) as error:
                lines[number] = line, error
            except Exception as error:  # noqa: BLE001 - pip falls over some lines: a refusal
                lines[number] = line, error
        return lines


def link_of(place):
    """A path or URL of ours as pip's link."""
    if re.match(r"[a-z+]+://|file:", place, re.I):
        try:
            link = Link(place)
            if link.scheme == "file" and "../" in link.url:  # as pip does
                return path_to_url(os.path.normpath(os.path.abspath(link.path)))
            return link.url
        except Exception:  # noqa: BLE001 - a fragment that pip falls over
            return place
    return path_to_url(os.path.normpath(os.path.abspath(place)))


def our_requirement(item):
    if "place" in item:
        return {**item, "name": None, "specifier": "", "link": link_of(item["place"])}
    return {**item, "link": item["url"]}


# --- where the two differ on purpose -------------------------------------------------------------

# Each rule: (what it is for, whether it explains our refusal of a line that pip takes).
STRICTER = [
    ("an option behind a requirement: pip leaves it out silently", r"must stand on a line of its own"),
    ("a hash on a line of its own: pip warns, we stop", r"needs a requirement before it"),
    ("a digest of the wrong length can never match", r"invalid hash"),
    ("words that are no options: pip leaves them out silently", r"unknown option '(?!-)"),
    ("a lonely '-' or '--' is left out by pip", r"unknown option '--?'"),
    ("an option without its value", r"needs a value"),
    ("-e with a name or a version is no place", r"cannot be editable"),
    ("a marker or extras behind -e count, so wrong ones are wrong", r"(?s)^E"),
]


def explained_refusal(line, error):
    """Why we refuse what pip takes; None: no rule."""
    for reason, pattern in STRICTER:
        if pattern == r"(?s)^E":
            if line.startswith(("-e", "--e")):
                return reason
        elif re.search(pattern, error):
            return reason
    if "encoding" in error or "not valid" in error:
        return None
    if "\t-" in line:
        return "a tab separates words as a space does"
    if re.match(r"[a-z+]+:.*(\s;|;\s)", line, re.I):
        return "pip wants a blank behind the ';' of a URL, PEP 508 white space before it"
    if re.match(r"[a-z+]+:(?!//)", line, re.I):
        return "a scheme without '//' makes no URL"
    if re.search(r"[^\x20-\x7f]\s*;|;[^\x20-\x7f]", line):
        return "pip cuts at ';' before it strips, so any white space may stand there"
    if re.match(r"[\w.\[\]-]+\s*@", line) and ";" in line:
        return "a URL ends at white space (PEP 508), pip cuts at ';'"
    return None


def explained_tolerance(line, ours, error):
    """Why we take what pip refuses."""
    first = ours[0]
    if any(item["kind"] == "editable" for item in ours):
        return "paths are not looked at while reading, nor is a name demanded"
    if "place" in first:
        return "paths are not looked at while reading"
    if first.get("url"):
        return "a URL ends at white space (PEP 508), pip cuts at ';'"
    if "\t-" in line:
        return "a tab separates words as a space does"
    if any(item["kind"] == "option" for item in ours):
        return "values are judged where they are used"
    return None


def same_requirement(line, ours, theirs):
    ours = our_requirement(ours)
    if ours["kind"] != theirs["kind"]:
        return False
    if ours["link"] and re.search(r"\.whl$", ours["link"].split("#")[0]):
        theirs = {**theirs, "name": ours["name"], "specifier": ours["specifier"]}  # pip reads the file's name
    if theirs["kind"] == "editable" and "\\" in (ours.get("place") or ours["url"]):
        return True  # the shell's rules take a "\\" away in pip: a folder's stays here
    if ours["link"] and ours["link"] != ours["link"].strip():
        return True  # pip strips what it cut at ";", white space of any kind
    if theirs["kind"] == "editable":
        if re.search(r"\s", ours.get("place") or ours["url"]):
            return True  # words behind the place: pip drops them, we look for the whole
        # A marker and hashes behind -e count; pip drops them. Extras of egg= are a name's.
        theirs = {**theirs, "marker": ours["marker"], "hashes": sorted(ours["hashes"]), "extras": ours["extras"]}
    scheme = re.match(r"([^/:]+):", ours.get("place", ""))
    if scheme and not re.match(r"((git|hg|bzr|svn)\+\w+|https?|file|ftp)://|file:", ours["place"], re.I):
        return True  # no known scheme: a path to pip; it sees one before a tab and without "//", too
    if re.search(r"\]/+$", ours.get("place", "")):
        return True  # pip normalises a path before it looks for extras at its end
    if (ours.get("url") or "").endswith("]"):
        # "[x]" at the end of `name@url` is the URL's; pip counts it as extras as well.
        theirs = {**theirs, "extras": ours["extras"]}
    if re.match(r"[a-z+]+:", line, re.I) and (theirs["link"] or "").endswith("]"):
        return True  # extras behind a URL count, as in uv; to pip they are its end
    if ";" in (ours.get("url") or ""):
        return True  # a URL ends at white space (PEP 508), pip cuts at ';'
    if not theirs["marker"] and " ;" in line and theirs["link"]:
        return True  # pip wants white space behind the ";" of a URL, PEP 508 before it
    for key in ("name", "specifier", "extras", "link"):
        mine = ours[key] if key != "link" or ours[key] is None else ours[key].split("#")[0]
        other = theirs[key] if key != "link" or theirs[key] is None else theirs[key].split("#")[0]
        if mine != other:
            return False
    if sorted(ours["hashes"]) != theirs["hashes"] or sorted(ours["settings"]) != theirs["settings"]:
        return False
    if bool(ours["marker"]) != bool(theirs["marker"]):
        return False
    return not ours["marker"] or marker_meaning(ours["marker"]) == marker_meaning(theirs["marker"])


def same_line(line, ours, theirs):
    if re.search(r"(^|\s)-[a-zC]=", line):
        return True  # "-i=URL": the "=" is not of the value here, in pip it is
    kinds = {item["kind"] for item in ours}
    if theirs["kind"] == "options":
        return kinds <= {"option"} and (
            our_options(ours) == theirs["said"] or several_in_one(line)
        )
    if theirs["kind"] in ("include", "constraint"):
        mine = [i for i in ours if i["kind"] in ("include", "constraint")]
        return bool(mine) and (mine[0]["kind"], mine[0]["target"]) == (
            theirs["kind"],
            theirs["target"],
        ) or several_in_one(line)
    if several_in_one(line) and len(ours) > 1:
        return True
    return len(ours) == 1 and same_requirement(line, ours[0], theirs)


def several_in_one(line):
    """Every option of a line counts here; pip takes the first -f, -r or -c and drops others."""
    return len(re.findall(r"(?:^|\s)-(?:-[a-z]|[a-zC])", line)) > 1


def difference(data, got):
    """What is wrong with our answer, None when nothing is."""
    theirs = oracle(data)
    if isinstance(theirs, Exception):
        return None if not got["ok"] else f"pip refuses the file: {theirs!r}"
    if not got["ok"]:
        place = re.match(r"r\.txt:(\d+): (.*)", got["error"], re.S)
        if not place:
            unknown = "encoding" in got["error"]
            return None if unknown else f"refused as a whole: {got['error']}"
        number, message = int(place[1]), place[2]
        if number not in theirs:
            return f"line {number} is none of pip's {list(theirs)}"
        line, taken = theirs[number]
        if not isinstance(taken, Exception) and not explained_refusal(line, message):
            return f"line {number} {line!r}: pip takes {taken}, we say {message}"
        earlier = [n for n, (_, t) in theirs.items() if n < number and isinstance(t, Exception)]
        # Those we took: only what a rule allows. They cannot be seen in our answer, the line decides.
        return None if all(tolerable(theirs[n][0]) for n in earlier) else f"lines {earlier}: pip refuses"
    ours = {}
    for item in got["items"]:
        ours.setdefault(item["line"], []).append(item)
    if set(ours) - set(theirs):
        return f"lines {sorted(ours)}, pip has {sorted(theirs)}"
    for number, (line, taken) in theirs.items():
        if number not in ours:
            return f"line {number} {line!r} is lost"
        if isinstance(taken, Exception):
            if not explained_tolerance(line, ours[number], taken):
                return f"line {number} {line!r}: pip refuses ({taken!r}), we take {ours[number]}"
        elif not same_line(line, ours[number], taken):
            return f"line {number} {line!r}:\n  pip  {taken}\n  ours {ours[number]}"
    return None


def tolerable(line):
    (answer,) = ask([json.dumps({"op": "requirements", "hex": line.encode().hex(), "vars": {}})])
    return answer["ok"] and explained_tolerance(line, answer["items"], None)


# --- generated files -----------------------------------------------------------------------------

DAMAGE = (
    list(" \t#\\;@[]=-'\"$,.<>:/") + ["\n", "\r", "--", " #", "\\\n", "${TOKEN}", "${", "é", "==", "-e ", "\f"] + SPACES
)


class Lines:
    def __init__(self, seed):
        self.maker = Maker(seed)
        self.r, self.pick = self.maker.r, self.maker.pick

    def hash(self):
        return self.pick(
            f"--hash=sha256:{SHA}",
            f"--hash sha256:{SHA}",
            f"--hash=sha512:{SHA}{SHA}",
            f"--hash=sha384:{SHA}{SHA[:32]}",
            f'--hash="sha256:{SHA}"',
            "--hash=md5:0123456789abcdef0123456789abcdef",
            "--hash=sha256",
            f"--has sha256:{SHA}",
        )

    def setting(self):
        return self.pick(
            "--config-settings=k=v",
            '--config-settings "--build-option=a b"',
            "-C k=w",
            "-Cx=1",
            "--config-setting=q",
            "--config-s 'k=a b'",
        )

    def per_requirement(self):
        gap = self.pick(" ", " ", "  ", " \\\n    ", " \\\r\n  ")
        return "".join(gap + self.pick(self.hash, self.hash, self.setting)() for _ in range(self.r.randint(1, 3)))

    def url(self):
        return self.pick(
            "https://example.org/a-1.0.zip",
            "https://${HOST}/d/a-1.0.tar.gz",
            "https://u:${TOKEN}@example.org/a-1.0.zip#sha256=" + SHA,
            "git+https://example.org/r.git@v1#egg=pkg",
            "git+ssh://git@example.org/r.git#egg=Pkg_A[x]&subdirectory=s",
            "https://example.org/a-1.0-py3-none-any.whl",
            "file:///tmp/a-1.0.zip",
            "https://example.org/archive/master.zip?ref=1#egg=some-thing",
        )

    def path(self):
        return self.pick("./pkg", "pkg/", "./dir/x", "dir/x[a]", ".", "./pkg[A_b,c]", "../here/pkg", "w-1.0.zip",
                         "./w/a-1.0-py3-none-any.whl", "./a-1.0.tar.gz[x]")

    def requirement(self):
        body = self.pick(self.maker.requirement, self.maker.requirement, self.maker.requirement, self.url, self.path)()
        if body.endswith((".zip", ".whl", "]", "pkg", "x")) and self.r.random() < 0.3:
            body += self.pick(" ; ", "; ", " ;") + self.maker.marker()
        return body + (self.per_requirement() if self.r.random() < 0.3 else "")

    def option(self):
        gap = self.pick(" ", "=", "  ")
        return self.pick(
            f"--index-url{gap}https://{self.pick('example.org', '${HOST}')}/simple",
            "-i https://example.org/simple",
            "-ihttps://example.org/simple",
            f"--pypi-url{gap}https://example.org/s",
            f"--extra-index-url{gap}https://u:${{TOKEN}}@example.org/s",
            "--index https://example.org/s",
            "--no-index",
            f"--find-links{gap}./w",
            "-f w",
            '--find-links "a dir"',
            "--find-links a\\ dir",
            f"--no-binary{gap}{self.pick(':all:', ':none:', 'A.b,c', ':all:,x', 'x,:none:')}",
            f"--only-binary{gap}{self.pick(':all:', ':none:', 'A.b,c', ':all:,:none:,y')}",
            "--prefer-binary",
            "--require-hashes",
            "--no-require-hashes",
            "--pre",
            f"--all-releases{gap}{self.pick(':all:', 'x,Y')}",
            f"--only-final{gap}{self.pick(':all:', 'x,Y')}",
            f"--trusted-host{gap}example.org",
            "--use-feature fast-deps",
            f"--requirement{gap}{self.pick('b.txt', 'd/b.txt', 'https://${HOST}/r.txt')}",
            "-r b.txt",
            "-rb.txt",
            f"--constraint{gap}c.txt",
            "-c c.txt",
            "--req b.txt",
            "--nosuch",
            "--no",
            "-x",
            "--pre=1",
            "-e " + self.pick(self.path, self.url)(),
            "--editable=" + self.path(),
            "-e pkg",
            "-e Name@git+https://example.org/r.git",
            self.hash(),
        )

    def line(self):
        text = self.pick(self.requirement, self.requirement, self.option)()
        if self.r.random() < 0.15:
            for _ in range(self.r.randint(1, 2)):
                at = self.r.randint(0, len(text))
                text = text[:at] + self.r.choice(DAMAGE) + text[at + self.pick(0, 0, 1) :]
        text = self.pick("", "", "", " ", "\t", "\xa0") + text
        return text + self.pick("", "", "", "", " # note", "\t#x", "#x", " \\", "  ")

    def text(self):
        lines = [
            self.pick(self.line, self.line, self.line, lambda: "", lambda: "# c \\", lambda: "  #", lambda: " \\")()
            for _ in range(self.r.randint(1, 5))
        ]
        ends = self.pick(["\n"], ["\n"], ["\r\n"], ["\r"], ["\n", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028"])
        return "".join(line + self.r.choice(ends) for line in lines)

    def file(self):
        text = self.text()
        choice = self.r.random()
        if choice < 0.75:
            return text.encode()
        if choice < 0.8:
            return b"\xef\xbb\xbf" + text.encode()
        if choice < 0.88:
            return text.encode(self.pick("utf-16", "utf-32", "utf-8-sig"))
        name = self.pick("latin-1", "latin_1", "iso-8859-1", "cp1252", "windows-1252", "ascii", "UTF-8", "utf8", "klingon")
        mark = self.pick("# -*- coding: {} -*-\n", "#coding={}\n", "#\n# vim: fileencoding={} :\n", " # coding: {}\n")
        codec = "utf-8" if name == "klingon" else name
        return (mark.format(name) + "# é “x”\n" * self.pick(0, 1) + text).encode(codec, "ignore")


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    """Places that pip looks at while it reads."""
    logging.disable(logging.CRITICAL)
    place = tmp_path / "here"
    for name in ("", "pkg", "dir/x", "w"):
        (place / name).mkdir(parents=True, exist_ok=True)
        (place / name / "pyproject.toml").write_text("")
    monkeypatch.chdir(place)
    monkeypatch.setattr(optparse.OptionParser, "print_usage", lambda *_: None)
    yield place
    logging.disable(logging.NOTSET)


def check(files):
    answers = ask(json.dumps({"op": "requirements", "hex": f.hex(), "vars": VARIABLES}) for f in files)
    wrong = []
    for data, got in zip(files, answers, strict=True):
        found = difference(data, got)
        if found:
            wrong.append(f"{data!r}\n    {found}")
    assert not wrong, f"{len(wrong)} of {len(files)} differ\n" + "\n".join(wrong[:20])


def test_generated_files():
    print(f"seed {SEED}, {COUNT} files")
    lines = Lines(f"files {SEED}")
    check([lines.file() for _ in range(COUNT)])


def test_collected_files():
    """The seeds and findings of the fuzz target are files, too."""
    corpus = Path(__file__).resolve().parents[1] / "fuzz/corpus/requirements_txt"
    check([path.read_bytes() for path in sorted(corpus.iterdir())])
