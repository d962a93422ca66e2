#include "pep/specifier_scan.h"

#include <doctest/doctest.h>

#include <string>

namespace pipit::pep {

TEST_CASE("specifier scan: the longest operator that fits") {
  CHECK_EQ(leading_operator("==1"), Operator::equal);
  CHECK_EQ(leading_operator("===1"), Operator::arbitrary);
  CHECK_EQ(leading_operator("<=1"), Operator::less_equal);
  CHECK_EQ(leading_operator("<1"), Operator::less);
  CHECK_EQ(leading_operator("~=1"), Operator::compatible);
  CHECK_FALSE(leading_operator("=1"));
  CHECK_FALSE(leading_operator("~1"));
  CHECK_FALSE(leading_operator(""));
}

TEST_CASE("specifier scan: one clause, whole") {
  const auto plain = scan_specifier(" >= 1.0 ");
  REQUIRE(plain);
  CHECK_EQ(plain->op, Operator::greater_equal);
  CHECK_FALSE(plain->wildcard);
  const auto wild = scan_specifier("!=1.*");
  REQUIRE(wild);
  CHECK(wild->wildcard);
  CHECK_EQ(wild->version->str(), "1");
  for (std::string_view text : {"", "1.0", ">=", ">=1.*", "~=1", "==1.0 .*", "==1.0a1.*",
                                "<1+local", ">=1,<2", "==1 2", "=== ", "===a b"}) {
    CAPTURE(text);
    CHECK_FALSE(scan_specifier(text));
  }
}

TEST_CASE("specifier scan: what old metadata meant") {
  struct Row {
    std::string_view written, meant;
  };
  for (const Row& row : {Row{">=1.0", ">=1.0"},
                         {"(>=1.0)", ">=1.0"},
                         {">='1.0'", ">=1.0"},
                         {">=1.0,", ">=1.0"},
                         {">=1.0<2.0", ">=1.0,<2.0"},
                         {">=1.0.*", ">=1.0"},
                         {"<2.*,!=1.5*", "<2,!=1.5.*"},
                         {"!=~3.0", "!=3.0.*"},
                         {">dev", ">0.dev0"},
                         {">=9.0.0a1.0", ">=9.0.0a1"},
                         {"==1.*", "==1.*"},
                         {"nonsense", "nonsense"},
                         {"", ""}}) {
    CAPTURE(row.written);
    CHECK_EQ(repair_specifiers(row.written), row.meant);
    CHECK_EQ(repair_specifiers(row.meant), row.meant);
  }
  CHECK_EQ(without_quotes("\"a'b\""), "ab");
}

}  // namespace pipit::pep
