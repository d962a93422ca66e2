#include "cli/arguments.h"

#include <doctest/doctest.h>

#include "base/text.h"

namespace pipit::cli {
namespace {

Result<Arguments> parse(std::vector<std::string> words, std::uint32_t command = kInstall) {
  return parse_arguments(words, command);
}

std::string joined(const std::vector<std::string>& values) { return base::join(values, "|"); }
std::string joined(const std::vector<Given>& values) {
  std::string text;
  for (const Given& value : values) text += cat(text.empty() ? "" : "|", value.text);
  return text;
}

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

TEST_CASE("arguments: an abbreviation is no other option, and takes none for its value") {
  CHECK_EQ(parse({"--pre", "--outdated"}, kList).error().message, "no such option: --pre");
  CHECK_EQ(parse({"--pref", "--json"}, kList).error().message,
           "--pref stands for --prefix, which needs a value (DIR), and got --json");
  CHECK_EQ(joined(parse({"--pref", "x"}, kList)->options.at(opt("prefix"))), "x");
  CHECK_EQ(joined(parse({"--pref=-x"}, kList)->options.at(opt("prefix"))), "-x");
  CHECK_EQ(joined(parse({"--prefix", "-x"}, kList)->options.at(opt("prefix"))), "-x");
}

TEST_CASE("arguments: an option is the value of none, but for pip") {
  for (const char* swallowed : {"-n", "-qn", "-rx.txt", "--dry-run", "--dry", "--unknown", "--"})
    CHECK_EQ(parse({"--target", swallowed, "a"}).error().message,
             cat("--target needs a value (DIR), and got the option ", swallowed));
  CHECK_EQ(parse({"-t", "-U"}).error().message, "-t needs a value (DIR), and got the option -U");
  CHECK_EQ(parse({"-t", "-U"}).error().hints.front(), "-t=-U takes it for the value");
  for (const char* value : {"-", "-x", "-1", "-qx", "", "x-n"})
    CHECK_EQ(joined(parse({"--target", value})->options.at(opt("target"))), value);
  for (const char* attached : {"--target=-n", "-t-n", "-t=-n"})
    CHECK_EQ(joined(parse({attached})->options.at(opt("target"))), "-n");
  CHECK_EQ(joined(parse({"-C", "--x"})->options.at(opt("config-settings"))), "--x");
  CHECK_EQ(joined(parse({"--pip-args", "--pre"}, kCompile)->options.at(opt("pip-args"))), "--pre");
  CHECK_EQ(joined(parse_arguments({"--target", "-n"}, kInstall, true)->options.at(opt("target"))),
           "-n");
}

TEST_CASE("arguments: what an option before the command takes") {
  for (const char* word : {"--timeout", "--time", "-i", "-qi"}) CHECK(takes_next_word(word));
  for (const char* word : {"--timeout=5", "-q", "-ihttp://x", "--no-index", "--no", "--nonsense"})
    CHECK_FALSE(takes_next_word(word));
}

TEST_CASE("layers: the strongest layer that has an option rules, lists are not mixed") {
  Layers layers(Values{{opt("timeout"), {"1"}}});
  layers.push(Values{{opt("timeout"), {"2"}}, {opt("find-links"), {"a", "b"}}});
  layers.push(Values{{opt("find-links"), {"c"}}, {opt("pre"), {""}}});
  Layers more = layers;
  more.add_typed(Values{{opt("timeout"), {"9"}}, {opt("find-links"), {"d"}}});
  more.add_typed(Values{{opt("find-links"), {"e"}}});
  CHECK_EQ(*more.value(opt("timeout")), "1");
  CHECK_EQ(joined(more.values(opt("find-links"))), "d|e");
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

TEST_CASE("layers: a flag that is turned off hides what weaker layers say of it") {
  Layers layers(Values{{opt("no-index"), {}}, {opt("annotate"), {}}});
  layers.push(Values{{opt("no-index"), {""}}, {opt("no-annotate"), {""}}, {opt("pre"), {""}}});
  CHECK_FALSE(layers.has(opt("no-index")));
  CHECK_FALSE(layers.given(opt("no-index")));
  CHECK(layers.has(opt("pre")));
  CHECK_FALSE(layers.either(opt("annotate"), opt("no-annotate"), true));
  CHECK(Layers(Values{{opt("no-annotate"), {}}}).either(opt("annotate"), opt("no-annotate"), true));
}

TEST_CASE("layers: a value is shown as its user wrote it, without secrets") {
  const auto said = [](Given given) { return shown(opt("proxy"), given); };
  CHECK_EQ(said("x"), "--proxy x");
  CHECK_EQ(said({"http://u:p@h/", "PIP_PROXY", "="}), "PIP_PROXY=http://h/");
  CHECK_EQ(said({"u:p@h:1", "PIP_PROXY", "="}), "PIP_PROXY=h:1");
  CHECK_EQ(said({"a\nb", "pip.conf:3 [global]: proxy", " = "}),
           "pip.conf:3 [global]: proxy = a\\x0ab");
  Layers layers(Values{{opt("abi"), {"x"}}, {opt("universal"), {{"", "PIPIT_UNIVERSAL", "="}}}});
  CHECK_EQ(layers.said(opt("abi")), "--abi");
  CHECK_EQ(layers.said(opt("universal")), "PIPIT_UNIVERSAL");
}

}  // namespace
}  // namespace pipit::cli
