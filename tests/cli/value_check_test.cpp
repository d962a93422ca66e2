#include "cli/value_check.h"

#include <doctest/doctest.h>

#include <set>

#include "base/text.h"

namespace pipit::cli {
namespace {

std::string complaint_of(OptionKey key, std::string text, std::uint32_t commands = kAny) {
  const auto checked =
      check_values(Layers(Values{{key, {Given(std::move(text), "THERE", "=")}}}), commands);
  return checked ? "" : checked.error().message;
}

TEST_CASE("values: a wrong one is told with its place, whatever the option") {
  const std::pair<OptionKey, const char*> table[] = {
      {opt("timeout"), "soon"},
      {opt("retries"), "many"},
      {opt("depth"), "-1"},
      {opt("build-timeout"), "1h"},
      {opt("index-url"), "hello"},
      {opt("extra-index-url"), "ftp://x/"},
      {opt("proxy"), "socks5://x"},
      {opt("proxy"), "http://["},
      {opt("find-links"), "/not/there"},
      {opt("find-links"), "http:/h/w"},
      {opt("requirement"), "http://h:x/r.txt"},
      {opt("constraint"), "none.txt"},
      {opt("requirement"), "none.txt"},
      {opt("override"), "none.txt"},
      {opt("editable"), "./none"},
      {opt("requirements-from-script"), "none.py"},
      {opt("build-constraint"), "none"},
      {opt("exclude"), "none.txt"},
      {opt("exclude"), "!"},
      {opt("uploaded-prior-to"), "then"},
      {opt("exclude-newer"), "2024-13-01"},
      {opt("exclude-newer-package"), "a=then"},
      {opt("platform"), "amiga"},
      {opt("python-platform"), "amiga"},
      {opt("python-version"), "three"},
      {opt("only-binary"), "!"},
      {opt("no-binary"), "a,-"},
      {opt("refresh-package"), "a b/"},
      {opt("allow-invalid-wheel"), "-"},
      {opt("upgrade-package"), "=="},
      {opt("resolution"), "bogus"},
      {opt("prerelease"), "bogus"},
      {opt("upgrade-strategy"), "x"},
      {opt("color"), "red"},
      {opt("format"), "xml"},
      {opt("link-mode"), "move"},
      {opt("environment"), "nonsense"},
      {opt("why-not"), "a"},
      {opt("group"), ":x"},
      {opt("extra"), "!"},
      {opt("target"), "/dev/null"},
      {opt("config-settings"), "x"},
      {opt("offline"), "maybe"},
      {opt("no-index"), "2"},
      {opt("root-user-action"), "cry"},
      {opt("report"), "/not/there/x"},
      {opt("trace"), "/not/there/x"},
      {opt("output-file"), "/not/there/x"},
  };
  for (const auto& [key, text] : table) {
    INFO(key.name());
    CHECK(complaint_of(key, text).starts_with(cat("THERE=", text, ": ")));
  }
  CHECK_EQ(complaint_of(opt("timeout"), "soon"), "THERE=soon: not a number");
  CHECK_EQ(complaint_of(opt("link-mode"), "move"),
           "THERE=move: not reflink, hardlink, copy or symlink");
  CHECK_EQ(complaint_of(opt("offline"), "maybe"), "THERE=maybe: neither yes nor no");
}

TEST_CASE("values: right ones pass") {
  const std::pair<OptionKey, const char*> table[] = {
      {opt("timeout"), "1.5"},
      {opt("index-url"), "/tmp"},
      {opt("proxy"), "host:3128"},
      {opt("proxy"), "http://u:p@h:1"},
      {opt("find-links"), "/tmp"},
      {opt("find-links"), "https://x/"},
      {opt("constraint"), "-"},
      {opt("editable"), "git+https://x/y"},
      {opt("editable"), "/tmp[x]"},
      {opt("only-binary"), ":all:"},
      {opt("no-binary"), "a, b,"},
      {opt("upgrade-package"), "a[x]>1"},
      {opt("prerelease"), "if-necessary-or-explicit"},
      {opt("python-version"), "312"},
      {opt("target"), "/not/there"},
      {opt("offline"), ""},
      {opt("exclude-newer-package"), "a=false"},
      {opt("report"), "-"},
      {opt("output-file"), "x"},
  };
  for (const auto& [key, text] : table) {
    INFO(key.name());
    CHECK_EQ(complaint_of(key, text), "");
  }
}

TEST_CASE("values: only those of the command's options are looked at") {
  CHECK_EQ(complaint_of(opt("timeout"), "soon", kUninstall), "");
  CHECK_EQ(complaint_of(opt("offline"), "maybe", kList), "");
  CHECK_EQ(complaint_of(opt("color"), "red", kUninstall), "THERE=red: not auto, always or never");
  // Without an index nobody asks where it is.
  Layers layers(Values{{opt("index-url"), {"hello"}}, {opt("no-index"), {""}}});
  CHECK(check_values(layers, kInstall));
  CHECK(check_values(Layers(Values{{opt("timeout"), {"x"}}}), kInstall, Section::index));
  CHECK_FALSE(check_values(Layers(Values{{opt("timeout"), {"x"}}}), kInstall, Section::network));
}

}  // namespace
}  // namespace pipit::cli
