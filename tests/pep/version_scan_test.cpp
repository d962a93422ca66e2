#include "pep/version_scan.h"

#include <doctest/doctest.h>

#include <string>

#include "base/text.h"

namespace pipit::pep {
namespace {

/// "epoch!release pre post dev +local", what is absent as "-".
std::string parts_of(std::string_view text) {
  const auto parts = scan_version(text);
  if (!parts) return "none";
  std::string out = cat(parts->epoch, "!");
  for (std::size_t i = 0; i < parts->release.size(); ++i)
    out += cat(i == 0 ? "" : ".", parts->release[i]);
  constexpr std::string_view kPre[] = {"-", "a", "b", "rc"};
  out += " ";
  if (parts->pre == Version::Pre::none)
    out += "-";
  else
    out += cat(parts->pre == Version::Pre::a   ? kPre[1]
               : parts->pre == Version::Pre::b ? kPre[2]
                                               : kPre[3],
               parts->pre_number);
  out += parts->post ? cat(" ", *parts->post) : " -";
  out += parts->dev ? cat(" ", *parts->dev) : " -";
  return out + " +" + parts->local;
}

}  // namespace

TEST_CASE("version scan: every spelling of every part") {
  struct Row {
    std::string_view text, parts;
  };
  for (const Row& row : {Row{"1", "0!1 - - - +"},
                         {" v1.2.3\n", "0!1.2.3 - - - +"},
                         {"2!1.0a1.post2.dev3+Lo-c_4", "2!1.0 a1 2 3 +lo.c.4"},
                         {"1-alpha.", "0!1 a0 - - +"},
                         {"1.Alpha_7", "0!1 a7 - - +"},
                         {"1beta", "0!1 b0 - - +"},
                         {"1c3", "0!1 rc3 - - +"},
                         {"1-preview-3", "0!1 rc3 - - +"},
                         {"1-5", "0!1 - 5 - +"},
                         {"1.rev", "0!1 - 0 - +"},
                         {"1r4", "0!1 - 4 - +"},
                         {"1DEV", "0!1 - - 0 +"},
                         {"1+001.a", "0!1 - - - +1.a"},
                         {"01.002", "0!1.2 - - - +"}}) {
    CAPTURE(row.text);
    CHECK_EQ(parts_of(row.text), row.parts);
  }
  for (std::string_view text :
       {"", "v", "1.", ".1", "1..2", "1!", "!1", "1+", "1+a..b", "1+a_", "1a1b1", "1.dev1.post1",
        "1 2", "1-", "1.x", "1*", "vv1", "1+\xc3\xa4"}) {
    CAPTURE(text);
    CHECK_EQ(parts_of(text), "none");
  }
}

TEST_CASE("version scan: numbers of any width") {
  const auto most = scan_version("9223372036854775807");
  REQUIRE(most);
  CHECK_EQ(most->release[0], 9223372036854775807u);
  CHECK(most->wide.empty());
  const auto wide = scan_version("1.0009223372036854775808.dev99999999999999999999");
  REQUIRE(wide);
  CHECK_EQ(wide->wide, std::vector<std::string>{"9223372036854775808", "99999999999999999999"});
  CHECK_EQ(wide->release[1], kWideNumber);
  CHECK_EQ(*wide->dev, (kWideNumber | 1));
}

}  // namespace pipit::pep
