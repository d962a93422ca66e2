// What backends do wrong, and what is said of it.
#include <doctest/doctest.h>

#include <thread>

#include "base/file.h"
#include "base/file_tree.h"
#include "tests/build_frontend/build_fixture.h"

namespace pipit::build_test {
namespace {

/// build_wheel with this body.
std::string failing(std::string_view body) {
  return cat("import sys, time, subprocess\n",
             "def build_wheel(directory, config_settings=None, metadata_directory=None):\n    ",
             base::replace_all(body, "\n", "\n    "), "\n");
}

std::string build_with(World& world, std::string_view body) {
  world.add_tree("demo", failing(body));
  return world.build("demo");
}

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("build failure: the end of the output is shown, all of it stays in a file") {
  World world;
  const std::string said =
      build_with(world, "for n in range(100): print('line', n)\nraise RuntimeError('broken')");
  CHECK_EQ(first_line(said), "demo==1.0: build backend failed (hook build_wheel, exit 1)");
  CHECK_MESSAGE(has(said, "it said last:\n  line 64"), said);
  CHECK(has(said, "\n  line 99\n  Traceback (most recent call last):\n  "));
  CHECK(has(said, "\n  RuntimeError: broken\n"));
  CHECK_FALSE(has(said, "pipit_hook.py"));
  REQUIRE_EQ(world.logs().size(), 1);
  const std::string log = world.logs().front();
  CHECK(log.starts_with("pipit-build-demo--1.0-"));
  CHECK(has(said, cat("\nall it said is in /W/logs/", log)));
  const std::string all = world.read(cat("logs/", log));
  CHECK(all.starts_with("# get_requires_for_build_wheel, build_wheel\nline 0\nline 1\n"));
  CHECK(has(all, "line 99\nTraceback"));
}

TEST_CASE("build failure: the hook that failed is named, the one before it too") {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"raise ValueError", "build backend failed (hook get_requires_for_build_wheel, exit 1)"},
      {"raise SystemExit(5)", "build backend failed (hook get_requires_for_build_wheel, exit 5)"},
      {"raise KeyboardInterrupt",
       "build backend failed (hook get_requires_for_build_wheel, exit 1)"},
      {"os._exit(0)", "build backend ended without an answer (hook get_requires_for_build_wheel)"},
      {"os.kill(os.getpid(), 6)",
       "build backend failed (hook get_requires_for_build_wheel, signal 6)"}};
  for (const auto& [body, message] : cases) {
    World world;
    world.add_tree("demo", cat("def get_requires_for_build_wheel(config_settings=None): ", body));
    CHECK_EQ(first_line(world.build("demo")), cat("demo==1.0: ", message));
  }
}

TEST_CASE("build failure: noise is made visible") {
  World world;
  const std::string said = build_with(
      world, "sys.stdout.buffer.write(b'\\x1b[31m\\xff\\x00\\x9b2Jend\\rover\\n'); sys.exit(7)");
  CHECK_EQ(first_line(said), "demo==1.0: build backend failed (hook build_wheel, exit 7)");
  CHECK(has(said, "it said last:\n  over\n"));
  const std::string other = build_with(world, "sys.stdout.buffer.write(b'a\\x1b[31m\\xff'); 1/0");
  CHECK(has(other, "a\\x1b[31m\\xff"));
}

TEST_CASE("build failure: output without end is bounded in memory and on disk") {
  build_frontend::Options options;
  options.timeout_seconds = 2;
  World world(std::move(options));
  const std::string said = build_with(world, "while True: print('x' * 5000)");
  CHECK_EQ(first_line(said), "demo==1.0: build backend did not end within 2 s (hook build_wheel)");
  CHECK(has(said, "\n--build-timeout sets this limit"));
  REQUIRE_EQ(world.logs().size(), 1);
  CHECK_LT(world.read(cat("logs/", world.logs().front())).size(), (64u << 20) + 200'000);
  CHECK_LT(said.size(), 20 * 500);
}

TEST_CASE("build failure: what hangs is ended with its children") {
  build_frontend::Options options;
  options.timeout_seconds = 1;
  World world(std::move(options));
  const std::string said = build_with(
      world, cat("child = subprocess.Popen(['sleep', '100'])\n", "open('", world.at("pid"),
                 "', 'w').write(str(child.pid))\nprint('waiting')\nchild.wait()"));
  CHECK_EQ(first_line(said), "demo==1.0: build backend did not end within 1 s (hook build_wheel)");
  CHECK(has(said, "it said last:\n  waiting\n"));
  const std::string status = cat("/proc/", world.read("pid"), "/stat");
  bool gone = false;
  for (int n = 0; n < 300 && !gone; ++n) {
    const auto text = base::read_file(status, 4096);
    gone = !text || has(*text, ") Z ");
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  CHECK(gone);
}

TEST_CASE("build failure: a stop ends the hook") {
  World world;
  world.add_tree("demo", failing(cat("open('", world.at("begun"), "', 'w'); time.sleep(100)")));
  std::stop_source stop;
  std::string said;
  {
    std::jthread runner([&] { said = world.build("demo", false, stop.get_token()); });
    for (int n = 0; n < 500 && !base::exists(world.at("begun")); ++n)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    stop.request_stop();
  }
  CHECK(has(said, "cancelled"));
  CHECK(world.logs().empty());
}

TEST_CASE("build failure: answers that cannot be") {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {"return 'demo.zip'", "build backend made demo.zip, which is not a wheel's name"},
      {"return 'demo-1.0-py3-none-any.whl'",
       "build backend says that it made demo-1.0-py3-none-any.whl, but that file is not there"},
      {"os.mkdir(os.path.join(directory, 'd-1-py3-none-any.whl'))\nreturn 'd-1-py3-none-any.whl'",
       "build backend says that it made d-1-py3-none-any.whl, but that file is not there"},
      {"return '../demo-1.0-py3-none-any.whl'",
       "build backend gave \"../demo-1.0-py3-none-any.whl\" (hook build_wheel)"},
      {"return ['a.whl', 'b.whl']", "build backend gave no name (hook build_wheel)"},
      {"return None", "build backend gave no name (hook build_wheel)"},
      {"return 3", "build backend gave a int (hook build_wheel)"},
      {"os._exit(0)", "build backend ended without an answer (hook build_wheel)"},
      {"os.kill(os.getpid(), 9)", "build backend failed (hook build_wheel, signal 9)"},
  };
  for (const auto& [body, message] : cases) {
    World world;
    CHECK_EQ(first_line(build_with(world, body)), cat("demo==1.0: ", message));
  }
}

TEST_CASE("build failure: hooks that are absent, requirements that are none") {
  World world;
  world.add_tree("demo", "");
  CHECK_EQ(first_line(world.build("demo")),
           "demo==1.0: build backend backend has no hook build_wheel");
  const std::pair<std::string_view, std::string_view> answers[] = {
      {"['a b']", "build backend gave a wrong requirement (hook get_requires_for_build_wheel): "},
      {"'a'", "build backend gave no list (hook get_requires_for_build_wheel)"},
      {"[1]", "build backend gave a list (hook get_requires_for_build_wheel)"}};
  for (const auto& [answer, message] : answers) {
    world.add_tree("demo",
                   cat("def get_requires_for_build_wheel(config_settings=None): return ", answer));
    CHECK(first_line(world.build("demo")).starts_with(cat("demo==1.0: ", message)));
  }
}

TEST_CASE("build failure: trees that are no projects") {
  World world;
  REQUIRE(base::make_directories(world.at("demo")));
  CHECK_EQ(world.build("demo"),
           "demo==1.0: not a Python project: neither pyproject.toml nor setup.py");
  world.write("demo/pyproject.toml", "[build-system]\nrequires = 3");
  CHECK_EQ(world.build("demo"),
           "demo==1.0: pyproject.toml: line 2: build-system: requires must be an array of strings, "
           "not an integer");
}

TEST_CASE("build failure: a backend from elsewhere than backend-path") {
  World world;
  world.write("demo/pyproject.toml",
              "[build-system]\nrequires = []\nbuild-backend = 'json'\nbackend-path = ['.']");
  CHECK(first_line(world.build("demo"))
            .starts_with("demo==1.0: build backend json cannot be loaded: ImportError: it does not "
                         "come from backend-path but from "));
  world.write("demo/pyproject.toml", "[build-system]\nrequires = []\nbuild-backend = 'json:a.b'");
  CHECK_EQ(first_line(world.build("demo")),
           "demo==1.0: build backend json:a.b cannot be loaded: AttributeError: module 'json' has "
           "no attribute 'a'");
}

TEST_CASE("build: hooks wait for each other at the gate") {
  build_frontend::Options options;
  options.concurrent = 2;
  World world(std::move(options));
  std::vector<std::unique_ptr<distribution::BuildTree>> trees;
  for (int n = 0; n < 5; ++n) {
    const std::string name = cat("p", n);
    world.add_tree(name, failing("time.sleep(0.05)\nreturn wheel(directory)"));
    trees.push_back(world.open(name));
  }
  {
    std::vector<std::jthread> threads;
    for (std::size_t n = 0; n < trees.size(); ++n)
      threads.emplace_back([&, n] { CHECK(trees[n]->build_wheel(world.at(cat("out-p", n)), {})); });
  }
  CHECK_EQ(world.front_end->TEST_high_water(), 2);
}

}  // namespace pipit::build_test
