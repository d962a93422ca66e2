#include "env/launcher.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "pep/entry_points.h"

namespace pipit::env {
namespace {

TEST_CASE("shebang: a plain path is the first line as it is") {
  CHECK_EQ(shebang("/v/bin/python"), "#!/v/bin/python\n");
  CHECK_EQ(shebang(""), "#!/usr/bin/env python3\n");
}

TEST_CASE("shebang: 127 bytes with the line end are the most a kernel reads") {
  const std::string longest = cat("/", std::string(123, 'x'));
  CHECK_EQ(shebang(longest), cat("#!", longest, "\n"));
  const std::string longer = cat(longest, "y");
  CHECK_EQ(shebang(longer), cat("#!/bin/sh\n'''exec' '", longer, "' \"$0\" \"$@\"\n' '''\n"));
}

TEST_CASE("shebang: white space and quotes go through the shell") {
  CHECK_EQ(shebang("/a b/python"), "#!/bin/sh\n'''exec' '/a b/python' \"$0\" \"$@\"\n' '''\n");
  CHECK_EQ(shebang("/a'b/python"), "#!/bin/sh\n'''exec' '/a'\\''b/python' \"$0\" \"$@\"\n' '''\n");
}

TEST_CASE("launcher: imports the first name and calls the whole attribute") {
  const std::string text = launcher_text("/v/bin/python", {"tool", "pkg.cli", "App.main", false});
  CHECK_EQ(text,
           "#!/v/bin/python\n# -*- coding: utf-8 -*-\nimport sys\nfrom pkg.cli import App\n"
           "if __name__ == \"__main__\":\n    if sys.argv[0].endswith(\"-script.pyw\"):\n"
           "        sys.argv[0] = sys.argv[0][:-11]\n    elif sys.argv[0].endswith(\".exe\"):\n"
           "        sys.argv[0] = sys.argv[0][:-4]\n    sys.exit(App.main())\n");
}

std::string names(std::vector<pep::EntryPoint> entries, std::string_view python) {
  std::string out;
  for (const pep::EntryPoint& entry : versioned_entry_points(std::move(entries), python))
    out += cat(entry.name, "=", entry.module, entry.gui ? " gui " : " ");
  return out;
}

TEST_CASE("launchers of pip and setuptools are named after the Python installed for") {
  CHECK_EQ(names({{"pip", "a", "m"}, {"pip3", "b", "m"}}, "3.12"), "pip=a pip3=a pip3.12=a ");
  CHECK_EQ(names({{"pip2.7", "b", "m"}, {"pip", "a", "m"}, {"x", "c", "m"}, {"pip3.9", "d", "m"}},
                 "3.12"),
           "pip=a x=c pip3=a pip3.12=a ");
  CHECK_EQ(names({{"easy_install", "a", "m"}, {"easy_install-3.9", "b", "m"}}, "3.12"),
           "easy_install=a easy_install-3.12=a ");
}

TEST_CASE("launchers: other names, and all where the Python is not known, stay as they are") {
  CHECK_EQ(names({{"pip3.9", "a", "m"}}, "3.12"), "pip3.9=a ");
  CHECK_EQ(names({{"pip", "a", "m"}, {"pip3.9", "b", "m"}}, ""), "pip=a pip3.9=b ");
  CHECK_EQ(names({{"pip", "a", "m", true}, {"pip3.9", "b", "m"}}, "3.12"), "pip=a gui pip3.9=b ");
  CHECK_EQ(
      names({{"pip", "a", "m"}, {"pip-3", "b", "m"}, {"pip3.", "c", "m"}, {"pip3.9x", "d", "m"}},
            "3.12"),
      "pip=a pip-3=b pip3.=c pip3.9x=d pip3=a pip3.12=a ");
}

TEST_CASE("script: only a first line of #!python is rewritten") {
  CHECK_EQ(rewrite_script("/p", "#!python\nx\n"), "#!/p\nx\n");
  CHECK_EQ(rewrite_script("/p", "#!pythonw -E\nx\n"), "#!/p\nx\n");
  CHECK_EQ(rewrite_script("/p", "#!python"), "#!/p\n");
  CHECK_FALSE(rewrite_script("/p", "#!/usr/bin/python\nx\n"));
  CHECK_FALSE(rewrite_script("/p",
                             "\x7f"
                             "ELF#!python"));
  CHECK_FALSE(rewrite_script("/p", ""));
}

TEST_CASE("script: through the shell, encodings and imports from the future hold") {
  const auto rest = [](std::string_view content) {
    const auto text = rewrite_script("/a b", cat("#!python\n", content));
    REQUIRE(text);
    REQUIRE(text->starts_with("#!/bin/sh\n"));
    return base::replace_all(text->substr(10), "'''exec' '/a b' \"$0\" \"$@\"\n' '''", "EXEC");
  };
  CHECK_EQ(rest("x\n"), "EXEC\nx\n");
  CHECK_EQ(rest(""), "EXEC\n");
  CHECK_EQ(rest("# coding: latin-1\n\n#\nx"), "# coding: latin-1\n\n#\nEXEC\nx");
  CHECK_EQ(rest("# only"), "# only\nEXEC\n");
  CHECK_EQ(rest("'doc'\nfrom __future__ import x\n"), "EXEC \\\n'doc'\nfrom __future__ import x\n");
  CHECK_EQ(rest("# c\nr\"doc\"\nfrom __future__ import x\n"),
           "# c\nEXEC \\\nr\"doc\"\nfrom __future__ import x\n");
  CHECK_EQ(rest("'a'.join(b)\n"), "EXEC\n'a'.join(b)\n");
  CHECK_EQ(rest("b'a'\nfrom __future__ import x\n"), "EXEC\nb'a'\nfrom __future__ import x\n");
  CHECK_EQ(rest("\r\n# c\r\n"), "EXEC\n\r\n# c\r\n");
}

TEST_CASE("reserved script names, in any case") {
  for (const char* name : {"python", "Python", "python3", "PYTHON3.12", "python3.13t", "pythonw",
                           "python.exe", "pypy3", "activate", "Activate.ps1", "activate.fish",
                           "deactivate", "activate_this.py", "pyvenv.cfg"}) {
    CHECK_MESSAGE(is_reserved_script(name), name);
  }
  for (const char* name : {"pip", "pip3.11", "python-config", "ipython", "ipython3", "pytest",
                           "pythonista", "activate-global-python-argcomplete", "py"}) {
    CHECK_FALSE_MESSAGE(is_reserved_script(name), name);
  }
}

}  // namespace
}  // namespace pipit::env
