#include "env/stage.h"
#include "base/file.h"
#include "base/file_tree.h"
#include "base/path.h"

#include "tests/env/env_fixture.h"

namespace pipit::env {
namespace {

using env_test::World;

TEST_CASE("stage: a working directory lies in the scheme directory it serves, and is removed") {
  World world;
  LayoutPaths paths(world.layout);
  std::string directory;
  {
    StagingArea staging(paths);
    REQUIRE(staging.open_for(world.site("a.py")));
    const std::string staged = staging.staged(world.site("a.py"));
    REQUIRE(staged.ends_with(cat("/stage", world.site("a.py"))));
    directory = staged.substr(0, staged.size() - world.site("a.py").size() - 6);
    CHECK_EQ(base::parent_path(directory), world.layout.scheme.purelib);
    CHECK(base::base_name(directory).starts_with(".pipit-"));
    CHECK(base::is_directory(cat(directory, "/trash")));
    CHECK_EQ(staging.trash(world.site("a.py"), 7), cat(directory, "/trash/7"));
    // One file system, one working directory.
    REQUIRE(staging.open_for(world.at("env/bin/tool")));
    CHECK_EQ(staging.trash(world.at("env/bin/tool"), 8), cat(directory, "/trash/8"));
    world.write_at(cat(directory, "/trash/8/deep/file"), "");
  }
  CHECK_FALSE(base::exists(directory));
}

TEST_CASE("stage: kept directories stay, and are named") {
  World world;
  LayoutPaths paths(world.layout);
  std::string where;
  {
    StagingArea staging(paths);
    REQUIRE(staging.open_for(world.site("a.py")));
    where = staging.keep();
  }
  CHECK(base::is_directory(cat(where, "/stage")));
}

TEST_CASE("stage: outside every scheme directory nothing is staged") {
  World world;
  LayoutPaths paths(world.layout);
  StagingArea staging(paths);
  const auto opened = staging.open_for(world.at("elsewhere/a"));
  REQUIRE_FALSE(opened);
  CHECK_EQ(opened.error().message, cat(world.at("elsewhere/a"), ": outside every scheme"));
  REQUIRE(base::remove_tree(world.layout.scheme.purelib));
  CHECK_FALSE(staging.open_for(world.site("a.py")));
}

/// What a wheel's file becomes: from the cache when it has a source.
struct Jobs {
  Jobs() { files.reserve(200); }
  void add(const World& world, std::string_view path, std::string content,
           bool executable = false) {
    NewFile file;
    file.path = world.site(path);
    file.content = std::move(content);
    file.executable = executable;
    files.push_back(std::move(file));
    jobs.push_back({&files.back(), nullptr});
  }
  std::vector<NewFile> files;
  std::vector<StageJob> jobs;
};

TEST_CASE("stage: files are written or linked below their own paths, with their modes") {
  World world;
  LayoutPaths paths(world.layout);
  StagingArea staging(paths);
  REQUIRE(staging.open_for(world.site("x")));
  Jobs jobs;
  for (int i = 0; i < 150; ++i) jobs.add(world, cat("d", i % 7, "/f", i, ".py"), cat(i));
  jobs.add(world, "run.sh", "#!", true);
  const cache::WheelPtr wheel = world.wheel("w", "1", {{"pkg/data", "cached", true}});
  NewFile linked;
  linked.path = world.site("pkg/data");
  linked.source = &*std::find_if(wheel->files.begin(), wheel->files.end(),
                                 [](const cache::WheelFile& f) { return f.path == "pkg/data"; });
  jobs.jobs.push_back({&linked, wheel.get()});
  REQUIRE(stage_files(jobs.jobs, staging, {LinkMode::copy}, world.pool, world.heard, {}));
  for (int i = 0; i < 150; ++i)
    CHECK_EQ(world.read(staging.staged(jobs.files[std::size_t(i)].path)), cat(i));
  const std::string run = staging.staged(world.site("run.sh"));
  CHECK_EQ((*base::file_info(run))->mode, 0777 & ~current_umask());
  CHECK_EQ(world.read(staging.staged(linked.path)), "cached");
  CHECK_EQ((*base::file_info(staging.staged(linked.path)))->mode, 0666 & ~current_umask());
}

TEST_CASE("stage: the first failure in the order of the files is told, by the file's real place") {
  World world;
  LayoutPaths paths(world.layout);
  StagingArea staging(paths);
  REQUIRE(staging.open_for(world.site("x")));
  Jobs jobs;
  for (int i = 0; i < 150; ++i) jobs.add(world, cat("f", i), "x");
  for (const int taken : {140, 70, 3}) {
    const std::string path = staging.staged(world.site(cat("f", taken)));
    REQUIRE(base::make_directories(path));
  }
  const auto staged = stage_files(jobs.jobs, staging, {}, world.pool, world.heard, {});
  REQUIRE_FALSE(staged);
  CHECK(staged.error().message.starts_with(cat(world.site("f3"), ": ")));
}

/// The jobs of a wheel's files at their names in the site directory.
void add_all(Jobs& jobs, const World& world, const cache::WheelPtr& wheel) {
  for (const cache::WheelFile& member : wheel->files) {
    NewFile file;
    file.path = world.site(member.path);
    file.source = &member;
    file.executable = member.executable;
    jobs.files.push_back(std::move(file));
    jobs.jobs.push_back({&jobs.files.back(), wheel.get()});
  }
}

cache::WheelPtr fresh(const cache::WheelPtr& wheel) {
  cache::Wheel copy = *wheel;
  copy.fresh = true;
  return std::make_shared<const cache::Wheel>(std::move(copy));
}

TEST_CASE("stage: whole folders of a wheel that is taken are moved, the rest is linked") {
  World world;
  LayoutPaths paths(world.layout);
  for (const bool take : {true, false}) {
    StagingArea staging(paths);
    REQUIRE(staging.open_for(world.site("x")));
    const auto wheel = fresh(world.wheel(
        take ? "w" : "v", "1", {{"pkg/a.py", "a"}, {"pkg/sub/b.py", "b"}, {"one.py", "1"}}));
    Jobs jobs;
    add_all(jobs, world, wheel);
    jobs.add(world, "w-1.dist-info/RECORD", "made");
    std::ranges::sort(jobs.jobs, {}, [](const StageJob& job) { return job.file->path; });
    REQUIRE(stage_files(jobs.jobs, staging, {.take_fresh = take}, world.pool, world.heard, {}));
    CHECK_EQ(world.read(staging.staged(world.site("pkg/a.py"))), "a");
    CHECK_EQ(world.read(staging.staged(world.site("pkg/sub/b.py"))), "b");
    CHECK_EQ(world.read(staging.staged(world.site("one.py"))), "1");
    CHECK_EQ(world.read(staging.staged(world.site("w-1.dist-info/RECORD"))), "made");
    CHECK_EQ(base::exists(cat(wheel->directory, "/pkg")), !take);
    CHECK(base::exists(cat(wheel->directory, "/one.py")));
    CHECK(base::exists(cat(wheel->directory, "/", wheel->dist_info, "/METADATA")));
  }
}

TEST_CASE("stage: what would not be whole, or not be right, is not moved") {
  World world;
  LayoutPaths paths(world.layout);
  struct Unfit {
    const char* what;
    bool is_fresh = true, left_out = false, written = false, other_mode = false, in_the_way = false;
  };
  for (const Unfit& c : {Unfit{.what = "not of this run", .is_fresh = false},
                         Unfit{.what = "a file is left out", .left_out = true},
                         Unfit{.what = "a file is written beside it", .written = true},
                         Unfit{.what = "modes differ", .other_mode = true},
                         Unfit{.what = "something is there", .in_the_way = true}}) {
    CAPTURE(c.what);
    StagingArea staging(paths);
    REQUIRE(staging.open_for(world.site("x")));
    auto wheel = world.wheel("w", "1", {{"pkg/a.py", "a"}, {"pkg/b.py", "b"}});
    if (c.is_fresh) wheel = fresh(wheel);
    Jobs jobs;
    add_all(jobs, world, wheel);
    if (c.left_out) jobs.jobs.erase(jobs.jobs.begin());
    if (c.written) jobs.add(world, "pkg/c.py", "c");
    if (c.other_mode) REQUIRE(::chmod(cat(wheel->directory, "/pkg/a.py").c_str(), 0600) == 0);
    if (c.in_the_way) REQUIRE(base::make_directories(staging.staged(world.site("pkg/z"))));
    std::ranges::sort(jobs.jobs, {}, [](const StageJob& job) { return job.file->path; });
    REQUIRE(stage_files(jobs.jobs, staging, {.take_fresh = true}, world.pool, world.heard, {}));
    CHECK_EQ(world.read(staging.staged(world.site("pkg/b.py"))), "b");
    CHECK(base::exists(cat(wheel->directory, "/pkg/b.py")));
    REQUIRE(base::remove_tree(world.at("cache")));
  }
}

TEST_CASE("stage: of a folder that two wheels share only what is one wheel's is moved") {
  World world;
  LayoutPaths paths(world.layout);
  StagingArea staging(paths);
  REQUIRE(staging.open_for(world.site("x")));
  const auto one = fresh(world.wheel("one", "1", {{"ns/one/a.py", "a"}}));
  const auto two = fresh(world.wheel("two", "1", {{"ns/two/b.py", "b"}, {"ns/top.py", "t"}}));
  Jobs jobs;
  add_all(jobs, world, one);
  add_all(jobs, world, two);
  std::ranges::sort(jobs.jobs, {}, [](const StageJob& job) { return job.file->path; });
  REQUIRE(stage_files(jobs.jobs, staging, {.take_fresh = true}, world.pool, world.heard, {}));
  CHECK_EQ(world.read(staging.staged(world.site("ns/one/a.py"))), "a");
  CHECK_EQ(world.read(staging.staged(world.site("ns/two/b.py"))), "b");
  CHECK_EQ(world.read(staging.staged(world.site("ns/top.py"))), "t");
  CHECK_FALSE(base::exists(cat(one->directory, "/ns/one")));
  CHECK_FALSE(base::exists(cat(two->directory, "/ns/two")));
}

TEST_CASE("stage: a stop is an interruption") {
  World world;
  LayoutPaths paths(world.layout);
  StagingArea staging(paths);
  REQUIRE(staging.open_for(world.site("x")));
  Jobs jobs;
  jobs.add(world, "a", "x");
  std::stop_source stop;
  stop.request_stop();
  const auto staged =
      stage_files(jobs.jobs, staging, {}, world.pool, world.heard, stop.get_token());
  REQUIRE_FALSE(staged);
  CHECK(staged.error().code == Code::cancelled);
}

}  // namespace
}  // namespace pipit::env
