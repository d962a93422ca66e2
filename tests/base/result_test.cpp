// Where an error happened is said once, whoever adds it.
#include "base/result.h"

#include <doctest/doctest.h>

namespace pipit {
namespace {

Error wrong() { return Error{Code::parse, "a=: no version"}; }

TEST_CASE("result: a place stands in front of the message once") {
  CHECK_EQ(wrong().in("r.txt:3").message, "r.txt:3: a=: no version");
  CHECK_EQ(wrong().in("r.txt:3").in("r.txt:3").message, "r.txt:3: a=: no version");
  CHECK_EQ(wrong().in("r.txt:3").in("r.txt").message, "r.txt:3: a=: no version");
  CHECK_EQ(wrong().in("r.txt").in("demo 1.0").message, "demo 1.0: r.txt: a=: no version");
  CHECK_EQ(wrong().in("").message, "a=: no version");
}

TEST_CASE("result: a message that happens to begin like the place is not taken for one") {
  const Error error{Code::parse, "a: no version"};
  CHECK_EQ(Error(error).in("a").message, "a: a: no version");
  CHECK_EQ(wrong().in("r.txt:30").in("r.txt:3").message, "r.txt:3: r.txt:30: a=: no version");
}

TEST_CASE("result: a line waits for its file") {
  CHECK_EQ(wrong().at_line(7).message, "line 7: a=: no version");
  CHECK_EQ(wrong().at_line(7).in("pylock.toml").message, "pylock.toml:7: a=: no version");
  CHECK_EQ(wrong().at_line(7).in("pylock.toml").in("pylock.toml").message,
           "pylock.toml:7: a=: no version");
  CHECK_EQ(wrong().in("packages").at_line(7).in("a.toml").in("sync").message,
           "sync: a.toml:7: packages: a=: no version");
  CHECK_EQ(wrong().at_line(0).in("a.toml").message, "a.toml: a=: no version");
}

TEST_CASE("result: hints follow the message in the order given") {
  const Error error = wrong().with_hint("one").with_hint("two");
  CHECK_EQ(error.hints, std::vector<std::string>{"one", "two"});
  CHECK_EQ(fail_cancelled().error().code, Code::cancelled);
}

}  // namespace
}  // namespace pipit
