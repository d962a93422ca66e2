#include "resolve/split.h"

#include <doctest/doctest.h>

#include "base/text.h"

namespace pipit::resolve {
namespace {

const pep::Version k39 = *pep::Version::parse("3.9");

struct Needs {
  explicit Needs(const std::vector<std::string>& texts) {
    for (const std::string& text : texts) requirements.push_back(*pep::parse_requirement(text));
    for (const pep::Requirement& one : requirements)
      needs.push_back({&one, pep::MarkerSet::of(one.marker), nullptr, false});
  }
  std::vector<pep::Requirement> requirements;
  std::vector<Need> needs;
};

/// The parts in order, each as a marker under Python 3.9 or newer.
std::string parts_of(const std::vector<std::string>& texts, const Policy& policy = {}) {
  const Scope scope(pep::MarkerSet::python_at_least(k39));
  std::string out;
  for (const pep::MarkerSet& part : split_by_needs(scope, Needs(texts).needs, policy))
    out += cat(out.empty() ? "" : " | ", part.simplified(scope.environments())->str());
  return out;
}

TEST_CASE("split: requirements under one marker, or without one, stay together") {
  CHECK_EQ(parts_of({}), "");
  CHECK_EQ(parts_of({"a>=1", "a<2", "b"}), "");
  CHECK_EQ(parts_of({"a ; sys_platform == 'win32'", "b ; sys_platform == 'linux'"}), "");
  CHECK_EQ(parts_of({"a>1 ; os_name == 'nt'", "a<9 ; sys_platform == 'win32'"}), "");
  CHECK_EQ(parts_of({"a>1", "a<9 ; python_version >= '3.9'"}), "");
  CHECK_EQ(parts_of({"a ; python_version < '3.11'"}), "");
}

TEST_CASE("split: different markers for one project divide, and what is left is a part as well") {
  CHECK_EQ(parts_of({"a>=1 ; sys_platform == 'win32'", "a ; sys_platform != 'win32'"}),
           "sys_platform == \"win32\" | sys_platform != \"win32\"");
  CHECK_EQ(parts_of({"a>=2 ; sys_platform == 'linux'", "a<2 ; sys_platform == 'darwin'"}),
           "sys_platform == \"darwin\" | sys_platform == \"linux\" | "
           "sys_platform != \"darwin\" and sys_platform != \"linux\"");
  CHECK_EQ(parts_of({"a", "a>1 ; sys_platform == 'linux'"}),
           "sys_platform == \"linux\" | sys_platform != \"linux\"");
}

TEST_CASE("split: newer Pythons first, or older ones first") {
  const std::vector<std::string> texts{"a>=1", "a>=2 ; python_version >= '3.11'",
                                       "a>=3 ; python_version >= '3.13'"};
  const std::string newer = "python_version >= \"3.13\"";
  const std::string middle = "python_version >= \"3.11\" and python_version < \"3.13\"";
  const std::string older = "python_version < \"3.11\"";
  CHECK_EQ(parts_of(texts), cat(newer, " | ", middle, " | ", older));
  Policy fewest;
  fewest.fork_strategy = ForkStrategy::fewest;
  CHECK_EQ(parts_of(texts, fewest), cat(older, " | ", middle, " | ", newer));
}

TEST_CASE("split: what only newer Pythons need may need those Pythons itself") {
  CHECK_EQ(parts_of({"a ; python_version >= '3.11'"}),
           "python_version >= \"3.11\" | python_version < \"3.11\"");
  CHECK_EQ(parts_of({"a ; python_version >= '3.9'"}), "");
}

TEST_CASE("split: the order of requirements does not matter") {
  std::vector<std::string> texts{"a<2 ; sys_platform == 'linux'", "a>2 ; python_version < '3.12'",
                                 "b ; platform_machine == 'arm64'", "b<3", "a"};
  const std::string parts = parts_of(texts);
  CHECK_EQ(std::count(parts.begin(), parts.end(), '|'), 7);
  std::sort(texts.begin(), texts.end());
  do CHECK_EQ(parts_of(texts), parts);
  while (std::next_permutation(texts.begin(), texts.end()));
}

}  // namespace
}  // namespace pipit::resolve
