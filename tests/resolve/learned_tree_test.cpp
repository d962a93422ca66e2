#include "resolve/learned_tree.h"

#include <doctest/doctest.h>

namespace {

using namespace pipit;
using resolve::LearnedTree;

std::string joined(const std::vector<std::string_view>& items) {
  std::string out;
  for (const std::string_view item : items) out += std::string(item) + "|";
  return out;
}

}  // namespace

TEST_CASE("learned: every key is found, and no other") {
  std::map<std::string, std::vector<std::string>> lines;
  for (int n = 0; n < 300; ++n)
    lines["p" + std::to_string(n * 7 % 300)] = {"x" + std::to_string(n * 7 % 300), "y >=1"};
  lines["empty"] = {};
  const LearnedTree tree = LearnedTree::parse(LearnedTree().with(lines));
  REQUIRE_FALSE(tree.empty());
  for (int n = 0; n < 300; ++n)
    CHECK_EQ(joined(tree.items("p" + std::to_string(n))), "x" + std::to_string(n) + "|y >=1|");
  for (const char* other : {"", "a", "p", "p300", "p12a", "zz", "pipit learned 1"})
    CHECK(tree.items(other).empty());
  CHECK(tree.items("empty").empty());
}

TEST_CASE("learned: news replaces its own line, and the same news is none") {
  const LearnedTree first = LearnedTree::parse(LearnedTree().with({{"b", {"c"}}, {"d", {"e"}}}));
  CHECK_EQ(first.with({{"b", {"c"}}}), "");
  CHECK_EQ(first.with({}), "");
  CHECK_EQ(first.with({{"a", {}}, {"b", {"x"}}, {"c", {"y"}}, {"z", {}}}),
           "pipit learned 1\na\nb\tx\nc\ty\nd\te\nz\n");
}

TEST_CASE("learned: what is no table is empty") {
  for (const char* text :
       {"", "pipit learned 1", "pipit learned 2\na\tb\n", "pipit learned 1\nb\ta\na\tb\n",
        "pipit learned 1\na\tb\na\tc\n", "pipit learned 1\n\tb\n", "pipit learned 1\na\tb"})
    CHECK(LearnedTree::parse(text).empty());
}

TEST_CASE("learned: a prediction joins what is asked, and ends") {
  const std::vector<LearnedTree> tables = {
      LearnedTree::parse("pipit learned 1\na\t@i\tb >=1\tc\nb\t@i\ta\td <3\n"
                         "c\t@i\td >=2\tBad\td ]\n"),
      LearnedTree::parse("pipit learned 1\na\tz\nd\t@k\te ==1\n")};
  const auto names_of = [&](const resolve::IndexUrls& indexes) {
    std::string names;
    for (const auto& [name, specifier] : resolve::predicted(tables, {"a"}, indexes, 100))
      names += name + specifier.str() + " ";
    return names;
  };
  CHECK_EQ(names_of({"i"}), "a b>=1 c d<3,>=2 e==1 ");
  CHECK_EQ(names_of({"i", "j"}), names_of({"i"}));
  CHECK_EQ(names_of({"j"}), "a z ");  // what another index told stays with us
  CHECK_EQ(resolve::predicted(tables, {"a"}, {"i"}, 2).size(), 2u);
  CHECK_EQ(resolve::predicted({}, {"a"}, {"i"}, 2).size(), 1u);
}
