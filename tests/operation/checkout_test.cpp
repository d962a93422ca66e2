// With the real git, on repositories that are folders.
#include "operation/checkout.h"

#include <doctest/doctest.h>
#include <stdlib.h>

#include <optional>

#include "base/environ.h"
#include "base/process.h"
#include "env/python/foreign.h"
#include "tests/operation/operation_fixture.h"

namespace pipit::operation {
namespace {

using operation_test::World;

/// A home without any configuration of git's.
class BareHome {
 public:
  explicit BareHome(const std::string& path) : before_(base::environment_variable("HOME")) {
    ::setenv("HOME", path.c_str(), 1);
    ::setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
  }
  ~BareHome() {
    if (before_) ::setenv("HOME", before_->c_str(), 1);
    ::unsetenv("GIT_CONFIG_NOSYSTEM");
  }

 private:
  std::optional<std::string> before_;
};

/// A repository "r" of one commit, and checkouts below "src".
struct Repositories {
  Repositories() {
    world.options.network.offline = false;
    world.options.target.src = world.at("src");
    target.resolved_for = std::make_shared<const pep::Target>(
        *env::foreign_target(world.options.target.foreign, nullptr));
    run("git init -q -b main r; mkdir r/sub");
    commit("one");
  }
  /// What a shell script prints; it starts in the world's folder.
  std::string run(const std::string& script) const {
    base::Command command;
    command.argv = {"sh", "-e", "-c", script};
    command.directory = world.at("");
    for (const char* who : {"AUTHOR", "COMMITTER"}) {
      command.environment.push_back(cat("GIT_", who, "_NAME=n"));
      command.environment.push_back(cat("GIT_", who, "_EMAIL=e@example.org"));
    }
    command.unset = {"GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"};
    const auto outcome = base::run_process(command, {});
    REQUIRE(outcome);
    REQUIRE_MESSAGE(outcome->exit_code == 0, script << "\n" << outcome->errors);
    return std::string(base::trim(outcome->output));
  }
  void commit(const std::string& text) const {
    run(cat("cd r; echo ", text, " > a; echo ", text, " > sub/b; git add -A; git commit -qm x"));
  }
  std::string url(const std::string& repository = "r") const {
    return cat("git+file://", world.at(repository));
  }
  /// The same in messages.
  std::string asked() const { return cat("git+file:///W/r@", run("cd r; git rev-parse HEAD")); }
  Inputs editable(const std::string& text) const {
    InputOptions what;
    what.editables = {text};
    return world.read(what);
  }
  /// "" or the error's message, the world's folder as "/W".
  std::string check_out(Inputs& inputs) {
    Session session(world.options, {}, world.heard, {});
    const auto done = check_out_editables(world.options, session, target, inputs);
    return done ? "" : base::replace_all(done.error().message, world.at(""), "/W");
  }
  std::string check_out(const std::string& text) {
    Inputs inputs = editable(text);
    return check_out(inputs);
  }

  World world;
  BareHome home{world.at("")};
  InstallTarget target;
};

TEST_CASE("checkout: a tree that stands by itself, and is an editable folder from then on") {
  Repositories all;
  Inputs inputs = all.editable(cat(all.url(), "#egg=Demo_x&subdirectory=sub"));
  REQUIRE_EQ(inputs.roots.size(), 1);
  CHECK(inputs.roots[0].in_place);
  CHECK_EQ(all.check_out(inputs), "");
  CHECK_EQ(all.world.text_of("src/Demo_x/a"), "one\n");
  CHECK_FALSE(inputs.roots[0].in_place);
  REQUIRE(inputs.roots[0].source);
  CHECK(inputs.roots[0].source->kind == distribution::DirectReference::Kind::directory);
  CHECK(inputs.roots[0].source->editable);
  CHECK_EQ(inputs.roots[0].source->url, base::path_to_file_url(all.world.at("src/Demo_x/sub")));
  CHECK_EQ(inputs.roots[0].requirement.url, base::path_to_file_url(all.world.at("src/Demo_x/sub")));
  // Without the cache it is whole, and knows where it came from.
  REQUIRE(base::remove_tree(all.world.at("cache")));
  CHECK_EQ(all.run("cd src/Demo_x; git fsck 2>&1; git log --format=%s"), "x");
  CHECK_EQ(all.run("cd src/Demo_x; git remote get-url origin"), cat("file://", all.world.at("r")));
  CHECK_EQ(all.run("ls -A src"), "Demo_x");
}

TEST_CASE("checkout: one that is there is brought to the commit, what is not git's stays") {
  Repositories all;
  const std::string wanted = cat(all.url(), "#egg=demo");
  CHECK_EQ(all.check_out(wanted), "");
  all.world.write("src/demo/notes.txt", "mine");
  CHECK_EQ(all.check_out(wanted), "");
  all.commit("two");
  CHECK_EQ(all.check_out(wanted), "");
  CHECK_EQ(all.world.text_of("src/demo/a"), "two\n");
  CHECK_EQ(all.world.text_of("src/demo/notes.txt"), "mine");
  CHECK_EQ(all.run("cd src/demo; git rev-parse HEAD"), all.run("cd r; git rev-parse HEAD"));
  CHECK_EQ(all.run("ls -A src"), "demo");
}

TEST_CASE("checkout: changes are not thrown away") {
  Repositories all;
  const std::string wanted = cat(all.url(), "#egg=demo");
  CHECK_EQ(all.check_out(wanted), "");
  all.world.write("src/demo/a", "changed");
  CHECK_EQ(all.check_out(wanted), "");  // it is at the commit
  all.commit("two");
  CHECK_EQ(all.check_out(wanted), cat("/W/src/demo: holds changes, and ",
                                      all.run("cd r; git rev-parse HEAD"), " is asked for"));
  CHECK_EQ(all.world.text_of("src/demo/a"), "changed");
}

TEST_CASE("checkout: what stands in its place is left alone") {
  Repositories all;
  all.world.write("src/demo/a", "mine");
  CHECK_EQ(all.check_out(cat(all.url(), "#egg=demo")),
           std::string("/W/src/demo: already exists and is not a checkout of ") + all.asked());
  CHECK_EQ(all.world.text_of("src/demo/a"), "mine");
  all.run("rm -r src; cp -r r other; git clone -q other src/demo 2>&1");
  CHECK_EQ(all.check_out(cat(all.url(), "#egg=demo")),
           std::string("/W/src/demo: is a checkout of another repository than ") + all.asked());
  all.run("cd src/demo; git remote remove origin");
  CHECK_EQ(all.check_out(cat(all.url(), "#egg=demo")),
           std::string("/W/src/demo: is a checkout of another repository than ") + all.asked());
}

TEST_CASE("checkout: only what counts here is checked out") {
  Repositories all;
  Inputs inputs = all.editable(cat(all.url(), "#egg=demo"));
  inputs.excluded = {"demo"};
  CHECK_EQ(all.check_out(inputs), "");
  CHECK(inputs.roots[0].in_place);
  inputs.excluded.clear();
  inputs.roots[0].requirement.marker = *pep::Marker::parse("sys_platform == 'win32'");
  CHECK_EQ(all.check_out(inputs), "");
  CHECK(inputs.roots[0].in_place);
  inputs = all.world.read({cat("demo @ ", all.url())});  // not editable
  CHECK_EQ(all.check_out(inputs), "");
  CHECK_FALSE(all.world.has("src"));
}

TEST_CASE("checkout: without --src it goes into the virtual environment") {
  Repositories all;
  all.world.options.target.src.reset();
  all.target.interpreter.emplace();
  all.target.interpreter->is_virtual = true;
  all.target.interpreter->prefix = all.world.at("venv");
  CHECK_EQ(all.check_out(cat(all.url(), "#egg=demo")), "");
  CHECK(all.world.has("venv/src/demo/a"));
}

TEST_CASE("checkout: an error says where the requirement is written") {
  Repositories all;
  InputOptions what;
  what.files = {all.world.write("r.txt", cat("-e ", all.url(), "@nothing#egg=demo\n"))};
  Inputs inputs = all.world.read(what);
  CHECK(all.check_out(inputs).starts_with("/W/r.txt:1: "));
  CHECK_FALSE(all.world.has("src/demo"));
}

TEST_CASE("ask git: what it prints, or why it failed") {
  const Repositories all;
  CHECK_EQ(*ask_git(all.world.at("r"), {"rev-parse", "--abbrev-ref", "HEAD"}, {}), "main");
  const auto failed = ask_git(all.world.at("wheelhouse"), {"rev-parse", "HEAD"}, {});
  REQUIRE_FALSE(failed);
  CHECK_EQ(failed.error().code, Code::io);
  CHECK(failed.error().message.starts_with("git rev-parse: fatal: "));
  // A hook's variables would lead git to another repository.
  ::setenv("GIT_DIR", "/nowhere", 1);
  CHECK(ask_git(all.world.at("r"), {"rev-parse", "HEAD"}, {}));
  ::unsetenv("GIT_DIR");
}

}  // namespace
}  // namespace pipit::operation
