#include "env/launcher.h"

#include <doctest/doctest.h>

#include "base/text.h"

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
