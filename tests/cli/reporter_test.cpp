#include "cli/reporter.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <thread>

#include "base/fd.h"

namespace pipit::cli {
namespace {

/// A pipe in the place of standard error.
class Written {
 public:
  Written() {
    int ends[2];
    REQUIRE_EQ(::pipe(ends), 0);
    out_.reset(ends[0]);
    in_.reset(ends[1]);
  }
  int fd() const { return in_.get(); }
  /// What was written up to the end of the reporter.
  std::string text() {
    in_.reset();
    std::string all;
    char piece[4096];
    for (ssize_t got = 0; (got = ::read(out_.get(), piece, sizeof piece)) > 0;)
      all.append(piece, static_cast<std::size_t>(got));
    return all;
  }

 private:
  base::Fd out_, in_;
};

void wait_ms(int time) { std::this_thread::sleep_for(std::chrono::milliseconds(time)); }

base::MeterFacts resolve_phase() { return {.kind = base::MeterFacts::Kind::resolve}; }

TEST_CASE(
    "reporter: off a terminal a silence is broken by one line, and by no control characters") {
  Written written;
  {
    ReporterOptions options;
    options.fd = written.fd();
    options.heartbeat_us = 60'000;
    Reporter reporter(options);
    base::Meter meter(reporter, resolve_phase());
    meter.set_done(34);
    reporter.begin_progress();
    wait_ms(40);
    reporter.say("a line");  // from here on it is 60 ms again
    wait_ms(90);
  }
  CHECK_EQ(written.text(), "a line\nstill resolving: 34 packages\n");
}

TEST_CASE("reporter: no heartbeat when nothing is under way, and none with -q") {
  Written written;
  for (const int verbosity : {0, -1}) {
    ReporterOptions options;
    options.fd = written.fd();
    options.heartbeat_us = 10'000;
    options.verbosity = verbosity;
    Reporter reporter(options);
    std::optional<base::Meter> meter;
    if (verbosity < 0) meter.emplace(reporter, resolve_phase());
    reporter.begin_progress();
    wait_ms(40);
  }
  CHECK_EQ(written.text(), "");
}

TEST_CASE("reporter: lines of progress go at once when the last phase ends, messages stand above") {
  Written written;
  {
    ReporterOptions options;
    options.fd = written.fd();
    options.progress = true;
    Reporter reporter(options);
    std::optional<base::Meter> meter;
    meter.emplace(reporter, resolve_phase());
    meter->set_done(2);
    reporter.begin_progress();
    wait_ms(30);
    reporter.warn("careful");
    meter.reset();
    reporter.say("done");
  }
  CHECK_EQ(
      written.text(),
      "Resolving 2 packages\x1b[K\n\x1b[J\r\x1b[1A\x1b[K\n\x1b[J\x1b[1Apipit: warning: careful\n"
      "done\n");
}

TEST_CASE("reporter: nothing is drawn before it is said that the command takes its time") {
  Written written;
  {
    ReporterOptions options;
    options.fd = written.fd();
    options.progress = true;
    Reporter reporter(options);
    base::Meter meter(reporter, resolve_phase());
    wait_ms(20);
  }
  CHECK_EQ(written.text(), "");
}

TEST_CASE("reporter: signs of changes are coloured, other lines are not") {
  for (const bool color : {false, true}) {
    Written written;
    {
      ReporterOptions options;
      options.fd = written.fd();
      options.color = color;
      Reporter(options).say(" + a==1\n - b==1\n ~ c==1\nInstalled 1 package");
    }
    CHECK_EQ(written.text(),
             color ? " \x1b[32m+\x1b[0m a==1\n \x1b[31m-\x1b[0m b==1\n \x1b[33m~\x1b[0m c==1\n"
                     "Installed 1 package\n"
                   : " + a==1\n - b==1\n ~ c==1\nInstalled 1 package\n");
  }
}

TEST_CASE("reporter: details come with -vv, notes with -v") {
  for (const int verbosity : {0, 1, 2}) {
    Written written;
    {
      ReporterOptions options;
      options.fd = written.fd();
      options.verbosity = verbosity;
      Reporter reporter(options);
      CHECK_EQ(reporter.wants_detail(), verbosity > 1);
      reporter.note("a note");
      reporter.detail("a detail");
    }
    const std::string all = "pipit: a note\npipit: a detail\n";
    CHECK_EQ(written.text(), all.substr(0, verbosity == 0 ? 0 : verbosity == 1 ? 14 : all.size()));
  }
}

}  // namespace
}  // namespace pipit::cli
