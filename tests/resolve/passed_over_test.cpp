#include "resolve/passed_over.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "index/find_links.h"

namespace pipit::resolve {
namespace {

index::PagePtr page_of(const std::vector<std::string>& versions) {
  index::LinkedFiles files;
  for (const std::string& version : versions) {
    index::RawFile file;
    file.name = cat("a-", version, "-py3-none-any.whl");
    file.url = cat("https://h/", file.name);
    if (version == "3") file.yanked_reason = "broken";
    file.yanked = version == "3";
    files.add(std::move(file));
  }
  return files.page("a", "");
}

}  // namespace

TEST_CASE("passed over: what is newer, and why it was not taken") {
  Policy policy;
  Candidates candidates(page_of({"1", "2", "3", "4a1"}), policy);
  CHECK_EQ(passed_over(candidates, *pep::Version::parse("4a1")), "");
  CHECK_EQ(passed_over(candidates, *pep::Version::parse("2")),
           "4a1 is a pre-release, 3 was yanked (broken)");
  Candidates many(page_of({"1", "2", "4", "5", "6", "7"}), policy);
  CHECK_EQ(passed_over(many, *pep::Version::parse("1")),
           "7 does not fit, 6 does not fit, 5 does not fit, 2 more");
}

}  // namespace pipit::resolve
