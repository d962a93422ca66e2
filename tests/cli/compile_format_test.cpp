#include "cli/compile_format.h"

#include <doctest/doctest.h>

#include "base/file.h"
#include "base/path.h"
#include "base/temp_dir.h"
#include "base/text.h"
#include "cli/settings.h"

namespace pipit::cli {
namespace {

CompileFormat format_of(Values values) { return compile_format(Layers(std::move(values))); }

std::string emitted(Values values, const std::string& output = "") {
  const Layers layers(std::move(values));
  const auto options = operation_options(layers, {});
  REQUIRE(options);
  return emitted_options(*options, compile_format(layers), output);
}

TEST_CASE("compile format: without options lines have comments, no extras and no hashes") {
  const CompileFormat format = format_of({});
  CHECK(format.header);
  CHECK(format.reuse_hashes);
  CHECK_FALSE(format.hashes);
  CHECK(format.pins.annotate);
  CHECK_FALSE(format.pins.keep_extras);
  CHECK_FALSE(format.pins.in_line);
  CHECK(format.pins.left_out.empty());
}

TEST_CASE("compile format: each option, and what undoes it") {
  const CompileFormat format = format_of({{opt("no-header"), {""}},
                                          {opt("no-annotate"), {""}},
                                          {opt("generate-hashes"), {""}},
                                          {opt("no-reuse-hashes"), {""}},
                                          {opt("annotation-style"), {"line"}},
                                          {opt("no-strip-extras"), {""}},
                                          {opt("emit-index-annotation"), {""}},
                                          {opt("no-emit-package"), {"A_b", "c"}},
                                          {opt("no-allow-unsafe"), {""}}});
  CHECK_FALSE(format.header);
  CHECK_FALSE(format.reuse_hashes);
  CHECK(format.hashes);
  CHECK_FALSE(format.pins.annotate);
  CHECK(format.pins.in_line);
  CHECK(format.pins.keep_extras);
  CHECK(format.pins.indexes);
  CHECK_EQ(format.pins.left_out,
           std::set<std::string>{"a-b", "c", "distribute", "pip", "setuptools"});
  CHECK_FALSE(
      format_of({{opt("no-strip-extras"), {""}}, {opt("strip-extras"), {""}}}).pins.keep_extras);
}

TEST_CASE("compile format: options in the output are those that were asked for, without secrets") {
  const Values all{{opt("index-url"), {"https://u:pw@h/simple"}},
                   {opt("extra-index-url"), {"https://i/simple"}},
                   {opt("find-links"), {"https://u:pw@f/"}},
                   {opt("trusted-host"), {"h"}},
                   {opt("no-binary"), {"b"}},
                   {opt("only-binary"), {":all:"}}};
  CHECK_EQ(emitted(all), "");
  Values told = all;
  for (const OptionKey key : {opt("emit-index-url"), opt("emit-find-links"),
                              opt("emit-trusted-host"), opt("emit-build-options")})
    told[key] = {""};
  CHECK_EQ(emitted(told),
           "--index-url https://h/simple\n--extra-index-url https://i/simple\n"
           "--find-links https://f/\n--trusted-host h\n--no-binary b\n--only-binary :all:\n\n");
  told[opt("no-emit-options")] = {""};
  CHECK_EQ(emitted(told), "");
  // The default index is everybody's.
  CHECK_EQ(emitted({{opt("emit-index-url"), {""}}}), "");
  CHECK_EQ(emitted({{opt("emit-index-url"), {""}}, {opt("no-index"), {""}}}), "--no-index\n\n");
}

TEST_CASE("compile format: a folder is named from where the output is") {
  auto folder = base::TempDir::create("/tmp", "pipit-compile-");
  REQUIRE(folder);
  const std::string here = base::relative_path(base::absolute_path("."), folder->path());
  CHECK_EQ(emitted({{opt("find-links"), {here}}, {opt("emit-find-links"), {""}}},
                   cat(folder->path(), "/sub/out.txt")),
           "--find-links ..\n\n");
}

TEST_CASE("compile format: line ends") {
  auto folder = base::TempDir::create("/tmp", "pipit-compile-");
  REQUIRE(folder);
  const std::string dos = base::join_path(folder->path(), "dos"),
                    unix_file = base::join_path(folder->path(), "unix");
  REQUIRE(base::write_file(dos, "a\r\n"));
  REQUIRE(base::write_file(unix_file, "a\n"));
  const auto ends = [](const char* kind, std::vector<std::string> files = {}) {
    return with_line_ends("a\nb\n", format_of({{opt("newline"), {kind}}}), files);
  };
  CHECK_EQ(ends("LF"), "a\nb\n");
  CHECK_EQ(ends("native"), "a\nb\n");
  CHECK_EQ(ends("CRLF"), "a\r\nb\r\n");
  CHECK_EQ(ends("preserve", {"", "/nowhere", dos, unix_file}), "a\r\nb\r\n");
  CHECK_EQ(ends("preserve", {unix_file, dos}), "a\nb\n");
  CHECK_EQ(with_line_ends("a\n", format_of({}), {dos}), "a\n");
}

}  // namespace
}  // namespace pipit::cli
