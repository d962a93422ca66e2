#include "operation/inputs.h"

#include <doctest/doctest.h>

#include "tests/operation/operation_fixture.h"

namespace pipit::operation {
namespace {

using operation_test::World;

/// Reads; a URL is answered by this table.
Result<Inputs> read(const InputOptions& options,
                    const std::map<std::string, std::string>& remote = {}) {
  const auto fetch = [&](const base::Url& url) -> Result<std::string> {
    const auto found = remote.find(base::to_string(url));
    if (found == remote.end()) return fail(Code::http_status, "404");
    return found->second;
  };
  return read_inputs(options, fetch, {});
}

std::string shown(const std::vector<resolve::UserRequirement>& all) {
  std::vector<std::string> texts;
  for (const resolve::UserRequirement& one : all)
    texts.push_back(
        one.source ? cat("<", one.requirement.name, one.requirement.name.empty() ? "" : " ",
                         distribution::shown_source(*one.source), one.source->editable ? " e" : "",
                         one.in_place ? " in place" : "", ">")
                   : one.requirement.str());
  return base::join(texts, " ");
}

std::string error_of(const InputOptions& options) {
  const auto inputs = read(options);
  return inputs ? "" : inputs.error().message;
}
std::string error_of_word(const std::string& word) {
  InputOptions options;
  options.requirements = {word};
  return error_of(options);
}

TEST_CASE("inputs: words come first, then editables, then files in the order they are named") {
  World world;
  InputOptions options;
  options.requirements = {"a==1", "b[x]"};
  options.files = {world.write("one.txt", "c\n-r two.txt\nd\n"), world.write("three.txt", "f\n")};
  world.write("two.txt", "e\n");
  options.editables = {world.at(".")};
  const auto inputs = read(options);
  REQUIRE(inputs);
  CHECK_EQ(shown(inputs->roots), cat("a==1 b[x] <file://", world.at(""), " e> c d f e"));
  CHECK_EQ(inputs->roots[3].origin, cat(options.files[0], ":1"));
  CHECK_EQ(inputs->roots[3].via, cat("-r ", options.files[0]));
  CHECK_EQ(inputs->roots[0].via, "");
  CHECK_EQ(
      base::join(inputs->files, " "),
      base::join(std::vector<std::string>{options.files[0], options.files[1], world.at("two.txt")},
                 " "));
}

TEST_CASE("inputs: a file that is included twice, or by itself, is read once") {
  World world;
  InputOptions options;
  options.files = {world.write("a.txt", "x\n-r b.txt\n-r a.txt\n")};
  world.write("b.txt", "y\n-r a.txt\n");
  CHECK_EQ(shown(world.read(options).roots), "x y");
}

TEST_CASE("inputs: constraints and overrides are kept apart, and their files are named so") {
  World world;
  InputOptions options;
  options.files = {world.write("r.txt", "a\n-c more.txt\n")};
  options.constraint_files = {world.write("c.txt", "b<2\n")};
  options.override_files = {world.write("o.txt", "d==3\n")};
  world.write("more.txt", "e<5\n");
  const Inputs inputs = world.read(options);
  CHECK_EQ(shown(inputs.roots), "a");
  CHECK_EQ(shown(inputs.constraints), "b<2 e<5");
  CHECK_EQ(inputs.constraints[0].via, cat("-c ", options.constraint_files[0]));
  CHECK_EQ(inputs.constraints[1].via, cat("-c ", world.at("more.txt")));
  CHECK_EQ(shown(inputs.overrides), "d==3");
  CHECK_EQ(inputs.overrides[0].via, cat("--override ", options.override_files[0]));
}

TEST_CASE("inputs: a constraint must be one") {
  World world;
  for (const auto& [line, message] : {std::pair("-e ./x", "a constraint cannot be editable"),
                                      std::pair("./x.zip", "a constraint needs a name"),
                                      std::pair("a[x]==1", "a: a constraint cannot have extras")}) {
    InputOptions options;
    options.constraint_files = {world.write("c.txt", cat(line, "\n"))};
    CHECK_EQ(error_of(options), cat(options.constraint_files[0], ":1: ", message));
  }
}

TEST_CASE("inputs: hashes, settings and options of files are noted") {
  World world;
  InputOptions options;
  const std::string hash(64, 'a');
  options.files = {world.write("r.txt", cat("a==1 --hash=sha256:", hash,
                                            "\nb --config-settings k=v\n--pre\n-f here\n"
                                            "-f not-there\n./c.zip --config-settings k=v\n"))};
  world.write("here/x", "");
  world.write("c.zip", "");
  auto inputs = read(options);
  CHECK_FALSE(inputs);  // ./c.zip is looked for from the working directory
  options.files = {world.write("r.txt", cat("a==1 --hash=sha256:", hash,
                                            "\nb --config-settings k=v\n--pre\n-f here\n"
                                            "-f not-there\n"))};
  inputs = read(options);
  REQUIRE(inputs);
  CHECK(inputs->any_hashes);
  CHECK_EQ(inputs->config_settings.at("b").at("k").front(), "v");
  REQUIRE_EQ(inputs->file_options.size(), 3);
  CHECK_EQ(inputs->file_options[0].name, "pre");
  CHECK_EQ(inputs->file_options[1].value, world.at("here"));
  CHECK_EQ(inputs->file_options[2].value, "not-there");
}

TEST_CASE("inputs: files from the network include what lies beside them") {
  InputOptions options;
  options.files = {"https://h/x/r.txt"};
  const auto inputs = read(options, {{"https://h/x/r.txt", "a\n-r sub/s.txt\n"},
                                     {"https://h/x/sub/s.txt", "b\n-f ./w\n"}});
  REQUIRE(inputs);
  CHECK_EQ(shown(inputs->roots), "a b");
  CHECK_EQ(inputs->file_options.front().value, "./w");
  options.files = {"https://h/absent.txt"};
  CHECK_EQ(error_of(options), "404");
}

TEST_CASE("inputs: what is excluded: names, or files of names") {
  World world;
  InputOptions options;
  options.excluded = {"A_b", world.write("out.txt", "c==1; python_version < '3'\nd\n")};
  const Inputs inputs = world.read(options);
  CHECK_EQ(inputs.excluded, std::set<std::string>{"a-b", "c", "d"});
  options.excluded = {world.write("bad.txt", "./x.zip\n")};
  CHECK_EQ(error_of(options), cat(world.at("bad.txt"), ":1: ./x.zip: not the name of a package"));
}

TEST_CASE("inputs: projects with extras and groups") {
  World world;
  const std::string project = world.write(
      "pyproject.toml",
      "[project]\nname = 'demo'\nversion = '1'\ndependencies = ['a']\nrequires-python = '>=3.9'\n"
      "[project.optional-dependencies]\nx = ['b']\ny = ['c']\n[dependency-groups]\ndev = ['d']\n");
  InputOptions options;
  options.files = {project + "[x]"};
  options.selection.groups = {{project, "dev"}};
  const Inputs inputs = world.read(options);
  CHECK_EQ(shown(inputs.roots), "d a b");
  CHECK_EQ(inputs.roots[1].via, cat("demo (", project, ")"));
  CHECK_EQ(inputs.roots[0].via, cat("demo (", project, ":dev)"));
  REQUIRE_EQ(inputs.requires_python.size(), 1);
  CHECK_EQ(inputs.requires_python[0].text, ">=3.9");
  options.files = {world.at(".")};  // the folder
  options.selection.groups.clear();
  options.selection.all_extras = true;
  CHECK_EQ(shown(world.read(options).roots), "a b c");
  options.selection.all_extras = false;
  options.selection.extras = {"nonsense"};
  CHECK(error_of(options).starts_with("no extra named nonsense in "));
}

TEST_CASE("inputs: extras are some project's, groups have a place") {
  World world;
  InputOptions options;
  options.files = {world.write("r.txt", "a\n")};
  options.selection.extras = {"x"};
  CHECK_EQ(error_of(options), "--extra: no pyproject.toml and no lock is named that has extras");
  options.selection.extras.clear();
  options.selection.groups = {{options.files[0], "dev"}};
  CHECK_EQ(error_of(options),
           cat("--group ", options.files[0], ": groups stand in pyproject.toml and pylock.toml"));
}

TEST_CASE("inputs: locks are kept as they are, with what is asked of them") {
  World world;
  const std::string lock = world.write("pylock.toml", "lock-version = '1.0'\n");
  InputOptions options;
  options.files = {lock + "[x]"};
  options.selection.extras = {"y"};
  options.selection.groups = {{"", "Dev"}};
  const Inputs inputs = world.read(options);
  REQUIRE_EQ(inputs.locks.size(), 1);
  CHECK_EQ(inputs.locks[0].text, "lock-version = '1.0'\n");
  CHECK_EQ(inputs.locks[0].extras, std::set<std::string>{"x", "y"});
  CHECK_EQ(inputs.locks[0].groups, std::set<std::string>{"dev"});
  CHECK(inputs.locks[0].default_groups);
  options = {};
  options.constraint_files = {lock};
  CHECK_EQ(error_of(options), cat(lock, ": not allowed here; expected a requirements file"));
}

TEST_CASE("inputs: of a group of a lock that is not named itself") {
  World world;
  const std::string lock = world.write("pylock.dev.toml", "lock-version = '1.0'\n");
  InputOptions options;
  options.selection.groups = {{lock + "[x]", "test"}};
  const Inputs inputs = world.read(options);
  REQUIRE_EQ(inputs.locks.size(), 1);
  CHECK_FALSE(inputs.locks[0].default_groups);
  CHECK_EQ(inputs.locks[0].extras, std::set<std::string>{"x"});
}

TEST_CASE("inputs: scripts") {
  World world;
  InputOptions options;
  options.script = world.write("s.txt", "# /// script\n# dependencies = ['a']\n# ///\n");
  options.files = {world.write("t.py",
                               "# /// script\n# requires-python = '>=3.9'\n"
                               "# dependencies = ['b']\n# ///\n")};
  const Inputs inputs = world.read(options);
  CHECK_EQ(shown(inputs.roots), "a b");
  CHECK_EQ(inputs.requires_python.size(), 1);
  options.files = {world.write("u.py", "print()\n")};
  CHECK_EQ(error_of(options),
           cat(options.files[0], ": no `# /// script` block (PEP 723) is in it"));
}

TEST_CASE("inputs: a project that only a build can tell of waits for it") {
  World world;
  const std::string setup = world.write("old/setup.py", "");
  const std::string dynamic = world.write(
      "new/pyproject.toml", "[project]\nname = 'n'\ndynamic = ['dependencies', 'version']\n");
  InputOptions options;
  options.files = {setup, dynamic};
  options.selection.all_extras = true;
  const Inputs inputs = world.read(options);
  REQUIRE_EQ(inputs.built.size(), 2);
  CHECK_EQ(inputs.built[0].name, setup);
  CHECK(inputs.built[0].all_extras);
  CHECK_EQ(distribution::shown_source(inputs.built[1].source), cat("file://", world.at("new")));
  options.files = {world.at("absent/setup.cfg")};
  CHECK_EQ(error_of(options), cat(options.files[0], ": no such file or directory"));
  options = {};
  options.constraint_files = {setup};
  CHECK_EQ(error_of(options), cat(setup, ": not allowed here; expected a requirements file"));
}

TEST_CASE("inputs: --only-deps takes folders and URLs of projects") {
  World world;
  world.write("pyproject.toml", "[project]\nname = 'n'\nversion = '1'\ndependencies = ['a']\n");
  InputOptions options;
  options.only_deps = true;
  options.requirements = {world.at("."), "n[x] @ https://h/n.zip"};
  const Inputs inputs = world.read(options);
  CHECK_EQ(shown(inputs.roots), "a");
  REQUIRE_EQ(inputs.built.size(), 1);
  CHECK_EQ(inputs.built[0].extras, std::set<std::string>{"x"});
  options.requirements = {"name"};
  CHECK_EQ(error_of(options),
           "--only-deps name: only for folders and URLs of projects in this version");
}

TEST_CASE("inputs: what is wrong names the file and the line") {
  World world;
  InputOptions options;
  options.files = {world.write("r.txt", "a\n-e ./absent-folder\n")};
  CHECK(error_of(options).starts_with(cat(options.files[0], ":2: ")));
  options.files = {world.at("absent.txt")};
  CHECK(error_of(options).starts_with(cat(options.files[0], ": ")));
  CHECK_FALSE(error_of_word("==").empty());
  CHECK_FALSE(error_of_word("-e git+https://h/x").empty());
}

TEST_CASE("inputs: passwords of URLs go where requests are made, and nowhere else") {
  const auto inputs = read([] {
    InputOptions options;
    options.requirements = {"n @ https://user:secret@h/n.zip"};
    return options;
  }());
  REQUIRE(inputs);
  REQUIRE_EQ(inputs->accesses.size(), 1);
  CHECK_EQ(inputs->accesses[0].userinfo, "user:secret");
  CHECK_EQ(shown(inputs->roots), "<n https://h/n.zip>");
  CHECK_EQ(inputs->roots[0].requirement.str().find("secret"), std::string::npos);
}

}  // namespace
}  // namespace pipit::operation
