#include "build_frontend/front_end.h"
#include "base/environ.h"
#include "base/file.h"
#include "base/file_tree.h"

#include <doctest/doctest.h>

#include "tests/build_frontend/build_fixture.h"

namespace pipit::build_test {
namespace {

constexpr std::string_view kPlain = R"(
def build_wheel(directory, config_settings=None, metadata_directory=None):
    return wheel(directory)
)";

/// The text of the wheel it builds is the value of an expression.
std::string telling(std::string_view expression) {
  return cat("import sys, json\ndef build_wheel(directory, config_settings=None, md=None):\n",
             "    return wheel(directory, text=json.dumps(", expression, "))\n");
}

resolve::UserRequirement constraint_of(std::string_view text) {
  resolve::UserRequirement wanted;
  wanted.requirement = *pep::parse_requirement(text);
  return wanted;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("build: a backend of the tree makes a wheel, and nothing is left behind") {
  World world;
  world.add_tree("demo", kPlain);
  CHECK_EQ(world.build("demo"), "demo-1.0-py3-none-any.whl");
  CHECK_EQ(base::join(world.events.hooks, "; "), "build_wheel demo==1.0");
  CHECK_EQ(world.events.spans.back(), "build demo==1.0");
  CHECK(world.logs().empty());
  CHECK_EQ(base::join(*base::list_tree(world.at("demo")), " "), "in/backend.py pyproject.toml");
}

TEST_CASE(
    "build: hooks run in an environment of their own, in the tree, which they cannot import") {
  World world;
  world.add_tree("demo", telling("[os.getcwd(), sys.path[0], os.environ['VIRTUAL_ENV'], "
                                 "sys.prefix, os.environ['PATH'].split(':')[0], "
                                 "'' in sys.path or os.getcwd() in sys.path, sys.stdin.read()]"));
  CHECK_EQ(world.build("demo"), "demo-1.0-py3-none-any.whl");
  const std::string env = world.environment("scratch-demo-1");
  CHECK_EQ(world.built_text("demo"),
           cat("[\"", world.at("demo"), "\", \"", world.at("demo/in"), "\", \"", env, "\", \"", env,
               "\", \"", env, "/bin\", false, \"\"]"));
}

TEST_CASE("build: bytecode is kept in the environment, and nowhere else") {
  World world;
  world.add_wheel({.name = "tool", .files = {{.name = "tool.py", .content = "value = 1\n"}}});
  world.add_tree("demo", cat("import tool, inner\n", kPlain), "'tool'");
  world.write("demo/in/inner.py", "");
  CHECK_EQ(world.build("demo"), "demo-1.0-py3-none-any.whl");
  CHECK_EQ(base::join(*base::list_tree(world.at("demo")), " "),
           "in/backend.py in/inner.py pyproject.toml");
  const std::string files = base::join(*base::list_tree(world.at("scratch-demo-1")), " ");
  CHECK(contains(files, "/site-packages/__pycache__/tool.cpython-"));
}

TEST_CASE("build: what would lead the build's Python astray is taken out, the rest passes") {
  const std::vector<std::pair<std::string, std::string>> set = {
      {"PYTHONPATH", "/nowhere"}, {"PIP_INDEX_URL", "x"}, {"SOURCE_DATE_EPOCH", "315532800"}};
  for (const auto& [name, value] : set) ::setenv(name.c_str(), value.c_str(), 1);
  World world;
  world.add_tree("demo", telling("[os.environ.get(n) for n in "
                                 "('PYTHONPATH', 'PIP_INDEX_URL', 'SOURCE_DATE_EPOCH')]"));
  world.build("demo");
  for (const auto& [name, value] : set) ::unsetenv(name.c_str());
  CHECK_EQ(world.built_text("demo"), "[null, null, \"315532800\"]");
}

TEST_CASE("build: requirements are installed, those of the hook too; equal lists are solved once") {
  World world;
  world.add_wheel({.name = "tool",
                   .files = {{.name = "tool.py", .content = "value = 'of tool'\n"}},
                   .requirements = {"part"}});
  world.add_wheel({.name = "part", .files = {{.name = "part.py", .content = "value = 1\n"}}});
  world.add_wheel({.name = "more", .files = {{.name = "more.py", .content = "value = 2\n"}}});
  const std::string backend =
      cat("import tool, part\n", "def get_requires_for_build_wheel(config_settings=None):\n",
          "    return ['more', 'tool>=0.1']\n", telling("[tool.value, __import__('more').value]"));
  for (const std::string name : {"one", "two", "three"}) {
    world.add_tree(name, backend, name == "two" ? "'tool', 'part'" : "'part', 'tool'");
    CHECK_EQ(world.build(name), "demo-1.0-py3-none-any.whl");
    CHECK_EQ(world.built_text(name), "[\"of tool\", 2]");
  }
  CHECK_EQ(world.events.solved, 2);
}

TEST_CASE("build: a requirement that cannot be met names project and requirement") {
  World world;
  world.add_tree("demo", kPlain, "'absent>=2'");
  const std::string said = world.build("demo");
  CHECK(said.starts_with("demo==1.0: its build requirements: "));
  CHECK(contains(said, "absent"));
  CHECK(world.events.hooks.empty());
}

TEST_CASE("build: metadata is prepared, and the wheel's hook told of it") {
  World world;
  world.add_tree("demo", R"(
def prepare_metadata_for_build_wheel(directory, config_settings=None):
    os.mkdir(os.path.join(directory, 'demo-1.0.dist-info'))
    with open(os.path.join(directory, 'demo-1.0.dist-info', 'METADATA'), 'w') as out:
        out.write('Name: demo\n')
    return 'demo-1.0.dist-info'
def build_wheel(directory, config_settings=None, metadata_directory=None):
    return wheel(directory, text=os.path.basename(metadata_directory))
)");
  const auto tree = world.open("demo");
  const auto text = tree->prepare_metadata({});
  REQUIRE(text);
  CHECK_EQ(text->value_or("none"), "Name: demo\n");
  REQUIRE(tree->build_wheel(world.at("out-demo"), {}));
  CHECK_EQ(world.built_text("demo"), "demo-1.0.dist-info");
  CHECK_EQ(world.events.hooks.size(), 2);
  world.add_tree("plain", kPlain);
  CHECK_FALSE(world.open("plain")->prepare_metadata({})->has_value());
}

TEST_CASE("build: what one hook does to its process the next one does not see") {
  World world;
  world.add_tree(
      "demo",
      cat("import sys\nstate = []\n", "def get_requires_for_build_wheel(config_settings=None):\n",
          "    os.chdir('/'); os.environ['SEEN'] = '1'; state.append(1)\n",
          "    sys.argv.append('x'); print('asked'); return []\n",
          telling("[os.getcwd(), os.environ.get('SEEN'), state, sys.argv[1:]]")));
  CHECK_EQ(world.build("demo"), "demo-1.0-py3-none-any.whl");
  CHECK_EQ(world.built_text("demo"), cat("[\"", world.at("demo"), "\", null, [], []]"));
}

TEST_CASE("build: a backend with threads has a process for each hook") {
  World world;
  world.add_tree(
      "demo",
      cat("import threading, time\n",
          "threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n", kPlain));
  CHECK_EQ(world.build("demo"), "demo-1.0-py3-none-any.whl");
  CHECK_EQ(base::join(world.events.hooks, "; "), "build_wheel demo==1.0; build_wheel demo==1.0");
}

TEST_CASE("build: config settings reach the hooks, those of the project instead of all's") {
  build_frontend::Options options;
  options.settings = {{"a", {"1"}}, {"b", {"2", "3"}}};
  options.project_settings["two"] = {{"a", {"own"}}};
  World world(std::move(options));
  for (const std::string name : {"one", "two"}) {
    world.add_tree(name, telling("config_settings"));
    world.build(name);
  }
  CHECK_EQ(world.built_text("one"), R"({"a": "1", "b": ["2", "3"]})");
  CHECK_EQ(world.built_text("two"), R"({"a": "own", "b": ["2", "3"]})");
}

TEST_CASE("build: one order opened twice, the second fails: no answer of the first is taken") {
  World world;
  world.add_tree("demo", kPlain);
  REQUIRE(base::make_directories(world.at("scratch")));
  REQUIRE(base::make_directories(world.at("out")));
  const distribution::BuildOrder order{world.at("demo"), world.at("scratch"), "", "demo==1.0",
                                       false};
  const auto first = world.front_end->open(order);
  REQUIRE(first);
  CHECK((*first)->build_wheel(world.at("out"), {}));
  world.add_tree("demo", "def build_wheel(*arguments): os._exit(0)");
  const auto second = world.front_end->open(order);
  REQUIRE(second);
  CHECK_EQ(world.shown((*second)->build_wheel(world.at("out"), {})).substr(0, 71),
           "demo==1.0: build backend ended without an answer (hook build_wheel)\nall");
}

TEST_CASE("build: a tree that nobody named yet has the settings of the name it says") {
  build_frontend::Options options;
  options.project_settings["de-mo"] = {{"a", {"own"}}};
  World world(std::move(options));
  world.add_tree("demo", telling("config_settings"));
  world.write("demo/pyproject.toml",
              cat(world.read("demo/pyproject.toml"), "[project]\nname = \"De_mo\"\n"));
  for (const char* folder : {"scratch", "out-demo"})
    REQUIRE(base::make_directories(world.at(folder)));
  const auto tree =
      world.front_end->open({world.at("demo"), world.at("scratch"), "", "/demo", false});
  REQUIRE(tree);
  CHECK((*tree)->build_wheel(world.at("out-demo"), {}));
  CHECK_EQ(world.built_text("demo"), R"({"a": "own"})");
}

TEST_CASE("build: settings that are not the defaults have a digest") {
  CHECK_EQ(World().front_end->settings_digest("demo"), "");
  build_frontend::Options config, isolation, constraint, other_constraint;
  config.project_settings["demo"] = {{"a", {"1"}}};
  isolation.no_isolation_of = {"demo"};
  constraint.constraints.push_back(constraint_of("a<2"));
  other_constraint.constraints.push_back(constraint_of("a<3"));
  std::set<std::string> digests;
  for (build_frontend::Options* options : {&config, &isolation, &constraint, &other_constraint}) {
    World world(std::move(*options));
    const std::string digest = world.front_end->settings_digest("demo");
    CHECK_EQ(digest.size(), 64);
    digests.insert(digest);
    CHECK_EQ(world.front_end->settings_digest("demo"), digest);
  }
  CHECK_EQ(digests.size(), 4);
  World world(std::move(isolation));
  CHECK_EQ(world.front_end->settings_digest("another"), "");
}

TEST_CASE("build: without isolation the target's own Python runs the hooks, nothing is installed") {
  build_frontend::Options options;
  options.no_isolation_of = {"demo"};
  World world(std::move(options));
  world.add_tree(
      "demo",
      cat("def get_requires_for_build_wheel(config_settings=None): raise SystemExit(3)\n",
          telling("sys.prefix == sys.base_prefix")),
      "'absent'");
  CHECK_EQ(world.build("demo"), "demo-1.0-py3-none-any.whl");
  CHECK_FALSE(base::exists(world.environment("scratch-demo-1")));
  world.write("demo/pyproject.toml",
              "[build-system]\nrequires = ['no_such_backend']\nbuild-backend = 'no_such_backend'");
  const std::string said = world.build("demo");
  CHECK_MESSAGE(said.starts_with("demo==1.0: build backend no_such_backend cannot be loaded: "
                                 "ModuleNotFoundError: No module named 'no_such_backend'"),
                said);
  CHECK(contains(said, "without isolation, what a build requires has to be installed"));
}

TEST_CASE("build: editable wheels come by the hooks of PEP 660") {
  World world;
  world.add_tree("demo", R"(
def get_requires_for_build_editable(config_settings=None): return []
def build_editable(directory, config_settings=None, metadata_directory=None):
    return wheel(directory, text='in place')
)");
  CHECK_EQ(world.build("demo", true), "demo-1.0-py3-none-any.whl");
  CHECK_EQ(world.built_text("demo"), "in place");
  world.add_tree("old", kPlain);
  CHECK(world.build("old", true)
            .starts_with("old==1.0: cannot be installed in place: its build backend backend has no "
                         "hook build_editable (PEP 660)"));
}

TEST_CASE("build: the interpreter's key and target") {
  World world;
  CHECK(world.front_end->interpreter_key().starts_with("cpython-3."));
  CHECK(world.front_end->interpreter_key().find("-linux-") != std::string::npos);
  CHECK_FALSE(world.front_end->target().markers.python_version.empty());
}

TEST_CASE("build: without any Python only the build fails") {
  build_frontend::Options options;
  options.target = std::make_shared<const pep::Target>();
  const std::string path = base::environment_variable("PATH").value_or("");
  ::setenv("PATH", "/nowhere", 1);
  World world(std::move(options));
  const auto tree = world.front_end->open({"/tree", "/scratch", "demo", "demo==1.0", false});
  ::setenv("PATH", path.c_str(), 1);
  REQUIRE_FALSE(tree);
  CHECK_EQ(tree.error().code, Code::bad_environment);
  CHECK_EQ(tree.error().message,
           "demo==1.0: a Python is needed to build it: no Python found: neither python3 nor python "
           "is on PATH");
}

}  // namespace pipit::build_test
