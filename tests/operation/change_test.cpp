#include "operation/change.h"

#include <doctest/doctest.h>

#include "base/text.h"

namespace pipit::operation {
namespace {

env::Installed installed(const std::string& name, const std::string& version) {
  env::Installed dist;
  dist.name = name;
  dist.version_text = version;
  return dist;
}

resolve::Chosen chosen(const std::string& name, const std::string& version) {
  resolve::Chosen one;
  one.name = name;
  one.version = *pep::Version::parse(version);
  return one;
}

TEST_CASE("change: lines stand by name, what goes before what comes") {
  const std::vector<env::Installed> there{installed("b", "1"), installed("d", "1"),
                                          installed("a", "1"), installed("b", "0")};
  resolve::Resolution resolution;
  resolution.chosen = {chosen("c", "2"), chosen("b", "2")};
  env::Plan plan;
  plan.add = {{0, {}}, {1, {0, 3}}};
  plan.remove = {1, 2};
  CHECK_EQ(change_lines(plan, resolution, there),
           " - a==1\n - b==1\n - b==0\n + b==2\n + c==2\n - d==1");
}

TEST_CASE("change: what comes from elsewhere says where from") {
  resolve::Resolution resolution;
  resolution.chosen = {chosen("a", "1")};
  resolution.chosen[0].source = *distribution::parse_source("git+https://user:secret@h/a@main");
  env::Plan plan;
  plan.add = {{0, {}}};
  const std::string lines = change_lines(plan, resolution, {});
  CHECK_EQ(lines, " + a==1 (from git+https://h/a@main)");
}

TEST_CASE("change: nothing changes, nothing is said") { CHECK_EQ(change_lines({}, {}, {}), ""); }

// The rest of it, wheels and the transaction, is shown by operation_test.cpp.

}  // namespace
}  // namespace pipit::operation
