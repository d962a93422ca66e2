#include "operation/direct_references.h"

#include <doctest/doctest.h>

#include "tests/operation/operation_fixture.h"

namespace pipit::operation {
namespace {

using operation_test::World;

/// What a line is, without looking at what is there: "name url [kind]", or the error's message.
std::string read_line(const std::string& text, bool editable = false) {
  auto line = editable ? pep::parse_editable_argument(text) : pep::parse_requirement_argument(text);
  if (!line) return line.error().message;
  std::vector<base::Url> accesses;
  const auto wanted = direct_requirement(std::move(*line), "", accesses);
  if (!wanted) return wanted.error().message;
  return cat(wanted->requirement.name, " ", *wanted->requirement.url,
             wanted->source->editable ? " editable" : "", wanted->in_place ? " in place" : "",
             accesses.empty() ? "" : cat(" as ", accesses[0].userinfo));
}

TEST_CASE("direct references: URLs, repositories and who fetches them") {
  CHECK_EQ(read_line("a @ https://h/a.zip"), "a https://h/a.zip");
  CHECK_EQ(read_line("https://me:secret@h/a-1-py3-none-any.whl"),
           " https://h/a-1-py3-none-any.whl as me:secret");
  CHECK_EQ(read_line("git+https://h/a@main"), " git+https://h/a@main");
  CHECK_EQ(read_line("git+https://h/a@main#egg=a", true), "a git+https://h/a@main in place");
  CHECK_EQ(read_line("git+https://h/a", true), "-e git+https://h/a: the checkout has no name");
  CHECK_EQ(read_line("https://h/a.zip", true),
           "-e https://h/a.zip: only a folder or a repository can be installed in place");
  CHECK_EQ(read_line("/", true), " file:/// editable");
  CHECK_FALSE(read_line("/absent-folder/x").empty());
}

TEST_CASE("direct references: places stay as they are written, with their variables") {
  const std::string text =
      "a==1\n./x.zip\nb @ https://${HOST}/b.zip\n-e ${FOLDER}/c\n-r more.txt\n";
  const auto items = pep::parse_requirements_txt(text, "r.txt", [](const std::string& name) {
    return std::optional<std::string>(name == "HOST" ? "h" : "/tmp");
  });
  REQUIRE(items);
  CHECK_EQ(base::join(places_as_written(text, "r.txt", *items), "|"),
           "|./x.zip|https://${HOST}/b.zip|${FOLDER}/c|");
}

TEST_CASE(
    "direct references: a file that only its variables make readable is taken as it is read") {
  const std::string text = "a==${VERSION}\n./x.zip\n";
  const auto items = pep::parse_requirements_txt(
      text, "r.txt", [](const std::string&) { return std::optional<std::string>("1"); });
  REQUIRE(items);
  CHECK_EQ(base::join(places_as_written(text, "r.txt", *items), "|"), "|./x.zip");
}

TEST_CASE("direct references: -e and without it are one wish, and the editable one wins") {
  World world;
  world.write("project/pyproject.toml", "[project]\nname = 'demo'\nversion = '2'\n");
  InputOptions what;
  what.requirements = {world.at("project")};
  what.editables = {world.at("project")};
  const auto operation = world.resolve(world.read(what));
  REQUIRE(operation);
  REQUIRE_EQ(operation->resolution().chosen.size(), 1);
  CHECK(operation->resolution().chosen[0].source->editable);
}

TEST_CASE("direct references: what is not for this target is not even looked at") {
  World world;
  InputOptions what;
  what.files = {world.write("r.txt",
                            "x @ https://h/x.zip ; sys_platform == 'win32'\n"
                            "https://h/y.zip ; sys_platform == 'win32'\n")};
  CHECK_EQ(world.answer(world.read(what)), "");
}

TEST_CASE("direct references: what cannot be fetched names the line") {
  World world;
  InputOptions what;
  what.files = {world.write("r.txt", "\nx @ https://h/x.zip\n")};
  const std::string said = world.answer(world.read(what));
  CHECK(said.starts_with(cat(what.files[0], ":2: ")));
  CHECK(said.find("--offline") != std::string::npos);
}

TEST_CASE("direct references: the policy on sources and wheels holds for them, too") {
  World world;
  const std::string wheel = world.add("far", "3");
  world.options.resolution.policy.binary.no_binary = {"far"};
  CHECK(world.answer({wheel}).find("no-binary") != std::string::npos);
  world.options.resolution.policy.binary.holds_for_direct = false;
  CHECK_EQ(world.answer({wheel}), "far==3");
}

TEST_CASE("direct references: a constraint may name the file that is meant") {
  World world;
  const std::string wheel = world.add("far", "3");
  world.add("far", "4");
  const std::string other = world.write("other/far-3-py3-none-any.whl",
                                        world.text_of("wheelhouse/far-3-py3-none-any.whl"));
  InputOptions what;
  what.requirements = {"far"};
  what.constraint_files = {world.write("c.txt", cat("far @ file://", wheel, "\n"))};
  CHECK_EQ(world.answer(world.read(what)), "far==3");
  what.requirements = {wheel};
  CHECK_EQ(world.answer(world.read(what)), "far==3");
  what.requirements = {other};
  CHECK(world.answer(world.read(what)).starts_with("far: is asked for from two places: "));
}

TEST_CASE("direct references: where markers exclude each other, two places are no contradiction") {
  World world;
  const std::string wheel = world.add("far", "3");
  const std::string other = world.write("other/far-3-py3-none-any.whl",
                                        world.text_of("wheelhouse/far-3-py3-none-any.whl"));
  InputOptions what;
  what.files = {world.write("r.txt", cat("far @ file://", wheel, " ; sys_platform == 'linux'\n",
                                         "far @ file://", other, " ; sys_platform == 'win32'\n"))};
  CHECK_EQ(world.answer(world.read(what)), "far==3");
}

TEST_CASE("direct references: a project's dependencies alone, with extras that name extras") {
  World world;
  for (const char* name : {"a", "b", "c"}) world.add(name, "1");
  test::WheelMaker project{
      .name = "demo",
      .requirements = {"a", "b; extra == 'x'", "demo[x]; extra == 'all'", "c; extra == 'y'"}};
  project.metadata =
      "Metadata-Version: 2.1\nName: demo\nVersion: 1.0\nRequires-Python: >=3.9\n"
      "Provides-Extra: x\nProvides-Extra: y\nProvides-Extra: all\nRequires-Dist: a\n"
      "Requires-Dist: b; extra == 'x'\nRequires-Dist: demo[x]; extra == 'all'\n"
      "Requires-Dist: c; extra == 'y'\n";
  const std::string wheel = world.write("demo-1.0-py3-none-any.whl", project.bytes());
  const auto dependencies = [&](const std::string& extras) {
    InputOptions what;
    what.only_deps = true;
    what.requirements = {cat("demo", extras, " @ file://", wheel)};
    return world.answer(world.read(what));
  };
  CHECK_EQ(dependencies(""), "a==1");
  CHECK_EQ(dependencies("[all]"), "a==1 b==1");
  CHECK_EQ(dependencies("[x,y]"), "a==1 b==1 c==1");
  CHECK(dependencies("[z]").starts_with("no extra named z in "));
}

}  // namespace
}  // namespace pipit::operation
