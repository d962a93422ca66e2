// What shows that a file is not what it was.
#include "env/python/witness.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "tests/env/env_fixture.h"

namespace pipit {
namespace {

using env_test::World;

constexpr std::int64_t kLater = 60'000'000'000;

std::string lines_of(const std::vector<std::string>& paths) {
  env::Witness seen;
  for (const std::string& path : paths) seen.add(path);
  return seen.lines(env::now_nanoseconds() + kLater).value_or("none");
}

TEST_CASE("witness: every change of a file or directory shows") {
  World world;
  const std::string file = world.at("f"), folder = world.at("d"), link = world.at("l");
  const auto shows = [&](auto&& change) {
    world.write("f", "abc");
    REQUIRE(base::make_directories(folder));
    REQUIRE(::symlink("f", link.c_str()) == 0);
    const std::string lines = lines_of({file, folder, link, world.at("gone"), world.at("no/dir")});
    CHECK(env::is_unchanged(lines));
    ::usleep(20'000);  // more than a tick of the clock of file systems
    change();
    const bool is_seen = !env::is_unchanged(lines);
    for (const std::string& path : {file, folder, link, world.at("gone")})
      REQUIRE(base::remove_tree(path));
    return is_seen;
  };
  CHECK_FALSE(shows([] {}));
  CHECK(shows([&] { world.write("f", "abcd"); }));
  CHECK(shows([&] { world.write("f", "abd"); }));
  CHECK(shows([&] { REQUIRE(base::remove_file(file)); }));
  CHECK(shows([&] { world.write("gone", ""); }));
  CHECK(shows([&] { world.write("d/more", ""); }));
  CHECK(shows([&] {
    REQUIRE(base::remove_file(link));
    REQUIRE(::symlink("d", link.c_str()) == 0);
  }));
  CHECK(shows([&] {  // with its time put back
    struct stat before{};
    REQUIRE(::stat(file.c_str(), &before) == 0);
    world.write("f", "xyz");
    const timespec times[2] = {before.st_atim, before.st_mtim};
    REQUIRE(::utimensat(AT_FDCWD, file.c_str(), times, 0) == 0);
  }));
}

TEST_CASE("witness: what changed a moment ago tells nothing yet, odd names tell nothing at all") {
  World world;
  env::Witness seen;
  CHECK_EQ(seen.lines(env::now_nanoseconds()), "");
  world.write("f", "abc");
  seen.add(world.at("f"));
  CHECK_FALSE(seen.lines(env::now_nanoseconds()));
  CHECK(seen.lines(env::now_nanoseconds() + kLater));
  seen.add(world.at("a\nb"));
  CHECK_FALSE(seen.lines(env::now_nanoseconds() + kLater));
}

TEST_CASE("witness: lines that are none are no state") {
  World world;
  const std::string line = lines_of({world.at("")});
  CHECK(env::is_unchanged(line));
  CHECK(env::is_unchanged(""));
  for (const std::string& text : {std::string("\n"), std::string("-"), "x" + line, line.substr(1),
                                  line + "\n", "- " + world.at(""), "\n" + line})
    CHECK_FALSE_MESSAGE(env::is_unchanged(text), text);
}

}  // namespace
}  // namespace pipit
