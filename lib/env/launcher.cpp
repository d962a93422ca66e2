// Launchers. The text of a launcher is an agreement between installers: tools recognise it, and
// environments made by different installers are equal but for the first line, so ours is the usual
// one. Values were checked when entry_points.txt was parsed: names and dotted identifiers only, so
// that nothing in a wheel can become code of its own choosing.
#include "env/launcher.h"

#include <algorithm>

#include "base/shell_words.h"
#include "base/text.h"
#include "pep/entry_points.h"

namespace pipit::env {

namespace {

// Linux before 5.1 cuts the first line at 127 bytes, the "#!" and the line end included.
constexpr std::size_t kMaxShebang = 127;

constexpr std::string_view kThroughShell = "#!/bin/sh\n";

// Behind the lines at the top that are empty or comments: to the shell, too.
std::size_t end_of_comments(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    if (!line.empty() && !line.starts_with('#')) break;
    at = std::min(end + 1, text.size());
  }
  return at;
}

// A literal that makes one string with the one before it: not of bytes, nor formatted.
bool begins_with_string(std::string_view code) {
  if (!code.empty() && std::string_view("rRuU").find(code.front()) != std::string_view::npos)
    code.remove_prefix(1);
  return code.starts_with('"') || code.starts_with('\'');
}

bool is_interpreter_name(std::string_view lower) {
  for (std::string_view stem : {"pythonw", "python", "pypy"}) {
    if (!lower.starts_with(stem)) continue;
    std::string_view rest = lower.substr(stem.size());
    if (rest.ends_with(".exe")) rest.remove_suffix(4);
    if (rest.ends_with('t')) rest.remove_suffix(1);  // python3.13t
    if (rest.find_first_not_of("0123456789.") == std::string_view::npos) return true;
  }
  return false;
}

bool is_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

// "3" or "3.12"
bool is_python_version(std::string_view text) {
  const auto parts = base::split_once(text, '.');
  return parts ? is_digits(parts->first) && is_digits(parts->second) : is_digits(text);
}

// Whether `name` is `stem` followed by the version of some Python.
bool is_versioned(std::string_view name, std::string_view stem) {
  return name.starts_with(stem) && is_python_version(name.substr(stem.size()));
}

// Replaces the names `stem` + some version by `stem` + each of `versions`, if `base` is there.
void rename_versioned(std::vector<pep::EntryPoint>& entries, std::string_view base,
                      std::string_view stem, const std::vector<std::string_view>& versions) {
  const auto found =
      std::find_if(entries.begin(), entries.end(),
                   [&](const pep::EntryPoint& entry) { return !entry.gui && entry.name == base; });
  if (found == entries.end()) return;
  pep::EntryPoint entry = *found;
  std::erase_if(entries, [&](const pep::EntryPoint& other) {
    return !other.gui && is_versioned(other.name, stem);
  });
  for (const std::string_view version : versions) {
    entry.name = cat(stem, version);
    entries.push_back(entry);
  }
}

}  // namespace

std::string shebang(std::string_view python) {
  if (python.empty()) return "#!/usr/bin/env python3\n";
  const std::size_t length = 2 + python.size() + 1;
  const bool plain = python.find_first_of(" \t\n\r'\"") == std::string_view::npos;
  if (plain && length <= kMaxShebang) return cat("#!", python, "\n");
  // The second line is a string to Python and, to the shell, the command that starts Python on this
  // very file.
  return cat(kThroughShell, "'''exec' ", base::single_quoted(python), " \"$0\" \"$@\"\n' '''\n");
}

std::string launcher_text(std::string_view python, const pep::EntryPoint& entry) {
  const std::string imported(base::split(entry.attribute, '.').front());
  return cat(shebang(python),
             "# -*- coding: utf-8 -*-\n"
             "import sys\n"
             "from ",
             entry.module, " import ", imported,
             "\n"
             "if __name__ == \"__main__\":\n"
             "    if sys.argv[0].endswith(\"-script.pyw\"):\n"
             "        sys.argv[0] = sys.argv[0][:-11]\n"
             "    elif sys.argv[0].endswith(\".exe\"):\n"
             "        sys.argv[0] = sys.argv[0][:-4]\n"
             "    sys.exit(",
             entry.attribute, "())\n");
}

std::vector<pep::EntryPoint> versioned_entry_points(std::vector<pep::EntryPoint> entries,
                                                    std::string_view python) {
  if (python.empty()) return entries;
  const std::string_view major = python.substr(0, python.find('.'));
  rename_versioned(entries, "pip", "pip", {major, python});
  rename_versioned(entries, "easy_install", "easy_install-", {python});
  return entries;
}

std::optional<std::string> rewrite_script(std::string_view python, std::string_view content) {
  if (!content.starts_with("#!python")) return std::nullopt;
  const std::size_t end = content.find('\n');
  const std::string_view rest =
      end == std::string_view::npos ? std::string_view{} : content.substr(end + 1);
  const std::string first = shebang(python);
  if (!first.starts_with(kThroughShell)) return cat(first, rest);
  // What the shell runs is a string to Python. Comments stay above it (one may name the encoding,
  // which holds in the first two lines only), and a docstring below becomes one string with it:
  // Python allows no second one before "from __future__".
  const std::size_t code = end_of_comments(rest);
  std::string prologue = first.substr(kThroughShell.size());
  const bool has_future = rest.find("from __future__") != std::string_view::npos;
  if (has_future && begins_with_string(rest.substr(code)))
    prologue.insert(prologue.size() - 1, " \\");
  const bool is_cut = code > 0 && rest[code - 1] != '\n';
  return cat(kThroughShell, rest.substr(0, code), is_cut ? "\n" : "", prologue, rest.substr(code));
}

bool is_reserved_script(std::string_view name) {
  const std::string lower = base::to_lower(name);
  if (is_interpreter_name(lower)) return true;
  for (std::string_view stem : {"activate", "deactivate"}) {
    if (lower == stem || (lower.starts_with(stem) && lower[stem.size()] == '.')) return true;
  }
  return lower == "activate_this.py" || lower == "pyvenv.cfg";
}

}  // namespace pipit::env
