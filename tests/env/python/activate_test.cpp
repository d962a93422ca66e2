#include "env/python/activate.h"

#include <doctest/doctest.h>

#include "base/text.h"

namespace pipit::env {
namespace {

std::string line_with(const std::string& text, std::string_view begin) {
  for (const std::string_view line : base::split(text, '\n'))
    if (line.starts_with(begin)) return std::string(line);
  return {};
}

TEST_CASE("activate: one script for each family of shells") {
  std::string names;
  for (const ActivationScript& script : activation_scripts("/v", "v")) {
    names += cat(script.name, " ");
    CHECK(script.text.find("@PREFIX@") == std::string::npos);
    CHECK(script.text.find("@PROMPT@") == std::string::npos);
    CHECK(script.text.find("deactivate") != std::string::npos);
  }
  CHECK_EQ(names, "activate activate.csh activate.fish Activate.ps1 ");
}

TEST_CASE("activate: prefix and prompt are quoted as each shell needs it") {
  const auto scripts = activation_scripts("/it's\\ !", "@PREFIX@");
  CHECK_EQ(line_with(scripts[0].text, "VIRTUAL_ENV="), "VIRTUAL_ENV='/it'\\''s\\ !'");
  CHECK_EQ(line_with(scripts[0].text, "VIRTUAL_ENV_PROMPT="), "VIRTUAL_ENV_PROMPT='@PREFIX@'");
  CHECK_EQ(line_with(scripts[1].text, "setenv VIRTUAL_ENV "),
           "setenv VIRTUAL_ENV '/it'\\''s\\ \\!'");
  CHECK_EQ(line_with(scripts[2].text, "set -gx VIRTUAL_ENV "),
           "set -gx VIRTUAL_ENV '/it\\'s\\\\ !'");
  CHECK_EQ(line_with(scripts[3].text, "$env:VIRTUAL_ENV ="), "$env:VIRTUAL_ENV = '/it''s\\ !'");
}

TEST_CASE("activate: PATH, the prompt and PYTHONHOME are kept, to be put back") {
  const std::string sh = activation_scripts("/v", "v")[0].text;
  for (const char* name : {"_OLD_VIRTUAL_PATH", "_OLD_VIRTUAL_PYTHONHOME", "_OLD_VIRTUAL_PS1"})
    CHECK_MESSAGE(sh.find(name) != std::string::npos, name);
  CHECK(sh.find("PATH=\"$VIRTUAL_ENV/bin:$PATH\"") != std::string::npos);
}

}  // namespace
}  // namespace pipit::env
