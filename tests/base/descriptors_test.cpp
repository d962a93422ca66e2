#include "base/descriptors.h"

#include <doctest/doctest.h>
#include <sys/resource.h>

namespace pipit::base {
namespace {

/// Lowers the soft limit on descriptors for one case.
class Limit {
 public:
  explicit Limit(rlim_t soft) {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    rlimit lower = before_;
    lower.rlim_cur = soft;
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &lower) == 0);
  }
  ~Limit() { ::setrlimit(RLIMIT_NOFILE, &before_); }
  Limit(const Limit&) = delete;
  Limit& operator=(const Limit&) = delete;

 private:
  rlimit before_{};
};

}  // namespace

TEST_CASE("descriptors: each transfer has four, and something is left for all else") {
  {
    const Limit limit(64);
    CHECK(affordable_transfers(100) == 10);
    CHECK(affordable_transfers(3) == 3);
  }
  const Limit limit(1024);
  CHECK(affordable_transfers(50) == 50);
  CHECK(affordable_transfers(1000) == 250);
}

TEST_CASE("descriptors: with hardly any there is still one transfer") {
  for (const rlim_t few : {20, 24, 27}) {
    const Limit limit(few);
    CHECK(affordable_transfers(8) == 1);
  }
}

}  // namespace pipit::base
