#include "cli/progress_lines.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "cli/display_width.h"

namespace pipit::cli {
namespace {

using LineKind = ProgressState::Phase::Kind;

ProgressState while_resolving() {
  ProgressState state;
  state.phase = {LineKind::resolve, "", "", "numpy", 34, 0, 0};
  return state;
}
ProgressState while_preparing() {
  ProgressState state;
  state.phase = {LineKind::gather, "Preparing", "package", "", 12, 99, 0};
  state.transfers = {{"numpy 2.1.0", 12'300'000, 15'000'000, 3'200'000}, {"a 1", 500, 0, 0}};
  state.bytes = 30'200'000;
  return state;
}
std::string shown_lines(const ProgressState& state, std::size_t columns = 80,
                        std::size_t rows = 24) {
  return base::join(progress_lines(state, columns, rows), "\n");
}

}  // namespace

TEST_CASE("progress lines: each job has a line, the whole has the last") {
  CHECK_EQ(shown_lines(while_resolving()), "Resolving 34 packages (numpy)");
  CHECK_EQ(shown_lines(while_preparing()),
           "Fetching numpy 2.1.0  12.3 of 15.0 MB at 3.2 MB/s\n"
           "Fetching a 1          500 B\n"
           "[===>                    ] 12 of 99 packages, 30.2 MB");
  ProgressState building = while_preparing();
  building.transfers.clear();
  building.tasks = {{"Building foo==1.0", 12'400'000}, {"Building bar==2", 125'000'000}};
  CHECK_EQ(shown_lines(building),
           "Building foo==1.0 (12 s)\nBuilding bar==2 (2 m 05 s)\n"
           "[==>                     ] 12 of 99 packages, 30.2 MB");
  ProgressState installing;
  installing.phase = {LineKind::change, "Installing", "package", "", 0, 1, 3'000'000};
  CHECK_EQ(shown_lines(installing), "Installing 1 package (3 s)");
  CHECK_EQ(shown_lines({}), "");
}

TEST_CASE("progress lines: files that are fetched while resolving are counted") {
  ProgressState state = while_resolving();
  state.bytes = 1'500'000;
  state.transfers = {{"a 1", 100'000, 200'000, 50'000}};
  CHECK_EQ(shown_lines(state),
           "Resolving 34 packages (numpy)\nFetching a 1  100.0 of 200.0 kB at 50.0 kB/s\n"
           "Fetched 1.5 MB");
}

TEST_CASE("progress lines: who keeps us waiting, how long, which try") {
  ProgressState state = while_resolving();
  state.waits = {{"http://h:1", "http://h:1/simple/foo/", 12'900'000, 2, 6, false, 0},
                 {"https://files.example", "https://files.example/a", 48'000'000, 3, 6, true, 0}};
  CHECK_EQ(shown_lines(state),
           "Resolving 34 packages (numpy)\nWaiting for http://h:1 for 12 s (try 2 of 6)\n"
           "Asking https://files.example again in 48 s (try 3 of 6)");
  state.waits = {{"http://127.0.0.1:45678", "", 12'000'000, 2, 6, false, 31}};
  CHECK_EQ(progress_lines(state, 80, 24).back(),
           "Waiting for http://127.0.0.1:45678 for 12 s (try 2 of 6), 31 more");
  CHECK_EQ(progress_lines(state, 40, 24).back(), "Waiting for 127.0.0.1:45678 12 s (2/6)");
}

TEST_CASE("progress lines: narrow terminals get short numbers, and names cut") {
  CHECK_EQ(shown_lines(while_preparing(), 40),
           "Fetching numpy 2.1.0 12.3/15.0 MB\nFetching a 1  500 B\n"
           "[=>       ] 12 of 99 packages, 30.2 MB");
  ProgressState state = while_preparing();
  state.transfers = {{"a 1", 0, 0, 0}};
  CHECK_EQ(progress_lines(state, 40, 24).front(), "Fetching a 1");
  state.transfers = {{"jupyterlab-pygments-extension 0.3.0", 1'000'000, 2'000'000, 9}};
  CHECK_EQ(progress_lines(state, 40, 24).front(), "Fetching jupyterlab-pygment… 1.0/2.0 MB");
}

TEST_CASE("progress lines: no line is wider than the terminal, whatever its name") {
  ProgressState state = while_preparing();
  state.tasks = {{"Building ./日本語の名前のとても長いフォルダー/部品", 5'000'000}};
  state.transfers.push_back({"일이삼사오육칠팔구십일이삼사오육칠팔구십 1.0", 1, 2'000'000, 1});
  state.waits = {{"http://[2001:db8:85a3:8d3:1319:8a2e:370:7348]:8080", "", 99'000'000, 2, 6}};
  for (std::size_t columns = 0; columns < 120; ++columns)
    for (const std::string& line : progress_lines(state, columns, 24)) {
      CAPTURE(columns);
      CHECK_LT(display_width(line), columns);
    }
  state.phase = while_resolving().phase;
  for (std::size_t columns = 0; columns < 60; ++columns)
    for (const std::string& line : progress_lines(state, columns, 24))
      CHECK_LT(display_width(line), columns);
}

TEST_CASE("progress lines: more jobs than rows") {
  ProgressState state = while_preparing();
  state.transfers.assign(30, {"a 1", 5, 10, 0});
  std::vector<std::string> lines = progress_lines(state, 80, 24);
  CHECK_EQ(lines.size(), 12);
  CHECK_EQ(lines[10], "and 20 more");
  CHECK(lines[11].starts_with("["));
  lines = progress_lines(state, 80, 5);
  CHECK_EQ(lines.size(), 4);
  CHECK_EQ(lines[2], "and 28 more");
  CHECK_EQ(progress_lines(state, 80, 2), std::vector<std::string>{"and 30 more"});
  CHECK(progress_lines(state, 80, 1).empty());
}

TEST_CASE("progress lines: the bar is full when all is there, and never more than full") {
  ProgressState state;
  state.phase = {LineKind::gather, "Preparing", "package", "", 2, 2, 0};
  state.transfers = {{"a 1", 20, 10, 0}};
  CHECK_EQ(progress_lines(state, 80, 24).back(), "[========================] 2 of 2 packages");
}

TEST_CASE("progress lines: one line where nothing can be redrawn") {
  ProgressState state = while_resolving();
  CHECK_EQ(heartbeat_line(state), "still resolving: 34 packages (numpy)");
  state.waits = {{"http://h:1", "http://h:1/simple/foo/", 12'000'000, 2, 6, false, 0}};
  CHECK_EQ(heartbeat_line(state),
           "still resolving: 34 packages, waiting for http://h:1/simple/foo/ for 12 s "
           "(try 2 of 6)");
  CHECK_EQ(heartbeat_line(while_preparing()), "still fetching: 12 of 99 packages, 30.2 MB");
  state = while_preparing();
  state.transfers.clear();
  state.tasks = {{"Building foo==1.0", 12'400'000}};
  CHECK_EQ(heartbeat_line(state),
           "still building: 12 of 99 packages, 30.2 MB, Building foo==1.0 for 12 s");
  CHECK_EQ(heartbeat_line({}), "");
}

}  // namespace pipit::cli
