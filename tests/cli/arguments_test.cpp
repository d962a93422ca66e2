#include "cli/arguments.h"

#include <doctest/doctest.h>

#include <cstdlib>

#include "base/file.h"
#include "base/temp_dir.h"
#include "base/text.h"
#include "cli/configuration.h"

namespace pipit::cli {
namespace {

Result<Arguments> parse(std::vector<std::string> words, std::uint32_t command = kInstall) {
  return parse_arguments(words, command);
}

std::string joined(const std::vector<std::string>& values) { return base::join(values, "|"); }

TEST_CASE("arguments: long and short forms, values attached or apart, -- ends options") {
  const auto got = parse(
      {"a", "--index-url=https://i/", "-r", "x.txt", "-ry.txt", "-qqv", "--dry-run", "--", "-z"});
  REQUIRE(got);
  CHECK_EQ(joined(got->positional), "a|-z");
  CHECK_EQ(joined(got->options.at(opt("index-url"))), "https://i/");
  CHECK_EQ(joined(got->options.at(opt("requirement"))), "x.txt|y.txt");
  CHECK_EQ(got->options.at(opt("quiet")).size(), 2);
  CHECK(got->options.contains(opt("verbose")));
  CHECK(got->options.contains(opt("dry-run")));
}

TEST_CASE(
    "arguments: a value given twice is the last one, a list keeps all, aliases and prefixes work") {
  const auto got = parse({"--proxy", "a", "--proxy", "b", "-f", "x", "--find-links", "y",
                          "--no-cache-dir", "--no-ind"});
  REQUIRE(got);
  CHECK_EQ(joined(got->options.at(opt("proxy"))), "b");
  CHECK_EQ(joined(got->options.at(opt("find-links"))), "x|y");
  CHECK(got->options.contains(opt("no-cache")));
  CHECK(got->options.contains(opt("no-index")));
}

TEST_CASE("arguments: what is wrong is named") {
  CHECK_EQ(parse({"--nonsense"}).error().message, "no such option: --nonsense");
  CHECK_EQ(parse({"-Z"}).error().message, "no such option: -Z");
  CHECK_EQ(parse({"--proxy"}).error().message, "--proxy needs a value (URL)");
  CHECK_EQ(parse({"--dry-run=yes"}).error().message, "--dry-run takes no value");
  CHECK_EQ(parse({"--extra-index"}, kVenv).error().code, Code::usage);
  CHECK_EQ(parse({"--re"}).error().code, Code::usage);
}

TEST_CASE("layers: the strongest layer that has an option rules, lists are not mixed") {
  Layers layers(Values{{opt("timeout"), {"1"}}});
  layers.push(Values{{opt("timeout"), {"2"}}, {opt("find-links"), {"a", "b"}}});
  layers.push(Values{{opt("find-links"), {"c"}}, {opt("pre"), {""}}});
  layers.insert_files_layer(Values{{opt("index-url"), {"file"}}});
  CHECK_EQ(*layers.value(opt("timeout")), "1");
  CHECK_EQ(joined(layers.values(opt("find-links"))), "a|b");
  CHECK(layers.has(opt("pre")));
  CHECK_EQ(*layers.value(opt("index-url")), "file");
  CHECK_FALSE(layers.value(opt("proxy")));
}

TEST_CASE("layers: of two flags that undo each other the stronger layer's rules") {
  Layers layers(Values{{opt("no-annotate"), {""}}});
  layers.push(Values{{opt("annotate"), {""}}, {opt("header"), {""}}});
  CHECK_FALSE(layers.either(opt("annotate"), opt("no-annotate"), true));
  CHECK(layers.either(opt("header"), opt("no-header"), false));
  CHECK(layers.either(opt("require-hashes"), opt("no-require-hashes"), true));
}

TEST_CASE("environment: PIP_ for pip's options only, lists split, off means off") {
  ::setenv("PIP_FIND_LINKS", "/a /b", 1);
  ::setenv("PIP_NO_CACHE_DIR", "off", 1);
  ::setenv("PIP_NO_INDEX", "1", 1);
  ::setenv("PIP_LINK_MODE", "copy", 1);
  ::setenv("PIPIT_LINK_MODE", "copy", 1);
  const Values pip = read_pip_environment(), own = read_pipit_environment();
  for (const char* name :
       {"PIP_FIND_LINKS", "PIP_NO_CACHE_DIR", "PIP_NO_INDEX", "PIP_LINK_MODE", "PIPIT_LINK_MODE"})
    ::unsetenv(name);
  CHECK_EQ(joined(pip.at(opt("find-links"))), "/a|/b");
  CHECK_FALSE(pip.contains(opt("no-cache")));
  CHECK(pip.contains(opt("no-index")));
  CHECK_FALSE(pip.contains(opt("link-mode")));
  CHECK_EQ(joined(own.at(opt("link-mode"))), "copy");
}

TEST_CASE(
    "pip.conf: global and the command's section, continuation lines, a broken file is a warning") {
  auto directory = base::TempDir::create("/tmp", "pipit-test-");
  REQUIRE(directory);
  const std::string file = directory->path() + "/pip.conf";
  REQUIRE(base::write_file(
      file,
      "# comment\n[global]\nindex-url = https://i/\nfind-links =\n    /a\n    /b\ntimeout: 9\n"
      "no-such-thing = 1\n[install]\ntimeout = 3\n[download]\ntimeout = 4\n"));
  ::setenv("PIP_CONFIG_FILE", file.c_str(), 1);
  std::vector<std::string> warnings;
  const Values values = read_pip_configuration("install", "", warnings);
  CHECK_EQ(joined(values.at(opt("index-url"))), "https://i/");
  CHECK_EQ(joined(values.at(opt("find-links"))), "/a|/b");
  CHECK_EQ(joined(values.at(opt("timeout"))), "3");
  CHECK(warnings.empty());
  REQUIRE(base::write_file(file, "timeout = 3\n"));
  read_pip_configuration("install", "", warnings);
  ::unsetenv("PIP_CONFIG_FILE");
  REQUIRE_EQ(warnings.size(), 1);
  CHECK(warnings[0].find("pip.conf:1: not a setting") != std::string::npos);
}

}  // namespace
}  // namespace pipit::cli
