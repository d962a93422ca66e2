#include "cli/configuration.h"

#include <doctest/doctest.h>

#include <cstdlib>
#include <map>

#include "base/file.h"
#include "base/file_tree.h"
#include "base/temp_dir.h"
#include "base/text.h"

namespace pipit::cli {
namespace {

/// Variables for as long as it lives; HOME and the like are those of an empty folder.
class Surroundings {
 public:
  Surroundings() {
    auto made = base::TempDir::create("/tmp", "pipit-test-");
    REQUIRE(made);
    directory_.emplace(std::move(*made));
    set("HOME", at("home"));
    set("XDG_CONFIG_DIRS", at("etc"));
    ::unsetenv("XDG_CONFIG_HOME");
    ::unsetenv("PIP_CONFIG_FILE");
  }
  ~Surroundings() {
    for (const auto& [name, value] : before_)
      value ? ::setenv(name.c_str(), value->c_str(), 1) : ::unsetenv(name.c_str());
  }
  std::string at(std::string_view name) const { return cat(directory_->path(), "/", name); }
  void set(const std::string& name, const std::string& value) {
    const char* old = ::getenv(name.c_str());
    before_.emplace(name, old ? std::optional<std::string>(old) : std::nullopt);
    ::setenv(name.c_str(), value.c_str(), 1);
  }
  std::string write(std::string_view name, std::string_view text) {
    const std::string path = at(name);
    REQUIRE(base::make_directories(path.substr(0, path.rfind('/'))));
    REQUIRE(base::write_file(path, text));
    return path;
  }
  /// What the files say of an option; "-" when nothing.
  std::string read(ListKey key, const std::string& prefix = "") const {
    return read(OptionKey(key), prefix);
  }
  std::string read(OptionKey key, const std::string& prefix = "") const {
    const auto values = read_pip_configuration("install", prefix);
    if (!values) return values.error().message;
    const auto found = values->find(key);
    if (found == values->end()) return "-";
    std::string text;
    for (const Given& given : found->second) text += cat(text.empty() ? "" : "|", given.text);
    return text;
  }

 private:
  std::optional<base::TempDir> directory_;
  std::map<std::string, std::optional<std::string>> before_;
};

/// A flag by one variable: how often it is given, "-" when nothing is said of it, else the word.
std::string flag(const char* variable, const char* text, OptionKey key) {
  Surroundings around;
  around.set(variable, text);
  const Values values = std::string_view(variable).starts_with("PIPIT_") ? read_pipit_environment()
                                                                         : read_pip_environment();
  ::unsetenv(variable);
  const auto found = values.find(key);
  if (found == values.end()) return "-";
  if (!found->second.empty() && !found->second.back().text.empty())
    return shown(key, found->second.back());
  return cat(found->second.size());
}

TEST_CASE("environment: flags take pip's words for yes and no, and keep any other") {
  for (const char* yes : {"1", "y", "Yes", "t", "TRUE", "on", " on "})
    CHECK_EQ(flag("PIP_NO_INDEX", yes, opt("no-index")), "1");
  for (const char* no : {"0", "n", "No", "f", "FALSE", "off"})
    CHECK_EQ(flag("PIP_NO_INDEX", no, opt("no-index")), "0");
  CHECK_EQ(flag("PIP_NO_INDEX", "", opt("no-index")), "-");
  CHECK_EQ(flag("PIP_NO_INDEX", "2", opt("no-index")), "PIP_NO_INDEX=2");
  CHECK_EQ(flag("PIPIT_OFFLINE", "maybe", opt("offline")), "PIPIT_OFFLINE=maybe");
  CHECK_EQ(flag("PIP_VERBOSE", "3", opt("verbose")), "3");
  CHECK_EQ(flag("PIP_VERBOSE", "-1", opt("verbose")), "PIP_VERBOSE=-1");
}

TEST_CASE("environment: pip's odd flags are odd under its variables alone") {
  CHECK_EQ(flag("PIP_NO_CACHE_DIR", "off", opt("no-cache")), "1");
  CHECK_EQ(flag("PIP_NO_CACHE_DIR", "maybe", opt("no-cache")), "PIP_NO_CACHE_DIR=maybe");
  CHECK_EQ(flag("PIPIT_NO_CACHE_DIR", "off", opt("no-cache")), "0");
  CHECK_EQ(flag("PIP_NO_BUILD_ISOLATION", "0", opt("no-build-isolation")), "1");
  CHECK_EQ(flag("PIPIT_NO_BUILD_ISOLATION", "1", opt("no-build-isolation")), "1");
  CHECK_EQ(flag("PIP_LINK_MODE", "copy", opt("link-mode")), "-");
  CHECK_EQ(flag("PIPIT_LINK_MODE", "copy", opt("link-mode")), "PIPIT_LINK_MODE=copy");
}

TEST_CASE("pip.conf: sections, lists, and what a value says of its place") {
  Surroundings around;
  const std::string file =
      around.write("home/.config/pip/pip.conf",
                   "[global]\nindex-url = https://i/\nfind-links =\n  /a\n  /b\n"
                   "timeout: 9\nretries = 7\n[install]\ntimeout = 3\n"
                   "[download]\ntimeout = 4\n");
  CHECK_EQ(around.read(opt("index-url")), "https://i/");
  CHECK_EQ(around.read(opt("find-links")), "/a|/b");
  CHECK_EQ(around.read(opt("timeout")), "3");
  const auto values = read_pip_configuration("install", "");
  REQUIRE(values);
  CHECK_EQ(shown(opt("timeout"), values->at(opt("timeout")).front()),
           cat(file, ":9 [install]: timeout = 3"));
}

TEST_CASE("pip.conf: later files win, and PIP_CONFIG_FILE stands for the user's own") {
  Surroundings around;
  around.write("etc/pip/pip.conf", "[global]\ntimeout = 1\nproxy = p\nretries = 5\n");
  around.write("home/.pip/pip.conf", "[global]\ntimeout = 2\nclient-cert = legacy\n");
  around.write("home/.config/pip/pip.conf", "[global]\ntimeout = 3\nretries =\n");
  const std::string prefix = around.at("venv");
  CHECK_EQ(around.read(opt("timeout"), prefix), "3");
  CHECK_EQ(around.read(opt("proxy"), prefix), "p");
  CHECK_EQ(around.read(opt("retries"), prefix), "-");  // an empty value takes the earlier one away
  CHECK_FALSE(has_configuration(prefix));
  around.write("venv/pip.conf", "[global]\ntimeout = 4\n");
  CHECK(has_configuration(prefix));
  CHECK_EQ(around.read(opt("timeout"), prefix), "4");
  around.set("PIP_CONFIG_FILE", around.at("not-there"));
  CHECK_EQ(around.read(opt("client-cert"), prefix), "legacy");
  around.set("PIP_CONFIG_FILE", around.write("own.conf", "[global]\nretries = 6\n"));
  CHECK_EQ(around.read(opt("client-cert"), prefix), "-");
  CHECK_EQ(around.read(opt("timeout"), prefix), "4");
  CHECK_EQ(around.read(opt("retries"), prefix), "6");
  CHECK_EQ(around.read(opt("proxy"), prefix), "p");
  around.set("PIP_CONFIG_FILE", "/dev/null");
  CHECK_EQ(around.read(opt("proxy"), prefix), "-");
}

TEST_CASE("pip.conf: one that cannot be read is an error, wherever it is") {
  for (const char* name :
       {"etc/pip/pip.conf", "home/.pip/pip.conf", "home/.config/pip/pip.conf", "venv/pip.conf"}) {
    Surroundings around;
    const std::string file = around.write(name, "index-url = https://i/\n");
    const auto values = read_pip_configuration("install", around.at("venv"));
    REQUIRE_FALSE(values);
    CHECK_EQ(values.error().code, Code::usage);
    CHECK(values.error().message.starts_with(cat(file, ":1: not a setting")));
  }
  Surroundings around;
  REQUIRE(base::make_directories(around.at("folder.conf")));
  around.set("PIP_CONFIG_FILE", around.at("folder.conf"));
  CHECK_EQ(around.read(opt("timeout")), cat(around.at("folder.conf"), ": is a directory"));
}

}  // namespace
}  // namespace pipit::cli
