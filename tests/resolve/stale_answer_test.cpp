#include "resolve/stale_answer.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "index/page_builder.h"

namespace pipit::resolve {
namespace {

constexpr std::int64_t kYear = 365 * 24 * 3600;

/// `years`: when each of the versions 1, 2, … was uploaded, counted from some day; 0: not known.
std::string warning_for(const std::vector<int>& years, std::size_t chosen,
                        std::string_view newest_suffix = "",
                        const std::string& command = "pipit compile a.in") {
  index::PageBuilder builder("a", "https://index.test/simple");
  for (std::size_t i = 0; i < years.size(); ++i) {
    index::RawFile file;
    file.name = cat("a-", i + 1, i + 1 == years.size() ? newest_suffix : "", "-py3-none-any.whl");
    file.url = cat("https://files.test/", file.name);
    file.upload_time = years[i] * kYear;
    builder.add(std::move(file));
  }
  Chosen one;
  one.name = "a";
  one.page = *index::decode_page(base::SharedText(builder.encode()));
  const std::size_t at = years.size() - chosen;  // newest first
  one.version = one.page->releases[at].version;
  one.file = index::file_of(one.page, one.page->releases[at].files.front());
  return stale_answer_warning(one, command);
}

TEST_CASE("stale answer: told from two years on") {
  CHECK_EQ(warning_for({10, 15}, 1),
           "a 1: is 5 years older than 2, which does not fit the other requirements "
           "(`pipit compile a.in --why-not a==2` says why)");
  CHECK_EQ(warning_for({10, 15}, 1, "", ""),
           "a 1: is 5 years older than 2, which does not fit the other requirements");
  CHECK_FALSE(warning_for({10, 12}, 1).empty());
  CHECK(warning_for({10, 11}, 1).empty());
}

TEST_CASE("stale answer: the newest release is not stale, nor is what has no times") {
  CHECK(warning_for({10, 15}, 2).empty());
  CHECK(warning_for({0, 15}, 1).empty());
  CHECK(warning_for({10, 0}, 1).empty());
}

TEST_CASE("stale answer: it is compared with the newest final release") {
  CHECK_NE(warning_for({10, 13, 20}, 1, "rc1").find("3 years older than 2,"), std::string::npos);
}

TEST_CASE("stale answer: of what is installed already nothing is known") {
  CHECK(stale_answer_warning(Chosen(), "").empty());
}

}  // namespace
}  // namespace pipit::resolve
