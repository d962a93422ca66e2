#include "env/install_order.h"

#include "tests/env/env_fixture.h"

namespace pipit::env {
namespace {

using env_test::World;

/// Wheels "name: need|need", in this order; gives the names in the order of installation.
std::string order_of(const std::vector<std::string>& lines,
                     const std::map<std::string, std::set<std::string>>& asked = {}) {
  World world;
  std::vector<Addition> add;
  for (const std::string& line : lines) {
    const auto parts = *base::split_once(line, ':');
    std::string text =
        cat("Metadata-Version: 2.1\nName: ", parts.first, "\nVersion: 1\nProvides-Extra: x\n");
    for (const std::string_view need : base::split(parts.second, '|'))
      if (!need.empty()) text += cat("Requires-Dist: ", need, "\n");
    Addition addition{world.wheel(std::string(parts.first), "1", {}), {}, false};
    world.write_at(cat(addition.wheel->directory, "/", addition.wheel->dist_info, "/METADATA"),
                   text);
    const auto extras = asked.find(std::string(parts.first));
    if (extras != asked.end()) addition.extras = extras->second;
    add.push_back(std::move(addition));
  }
  pep::MarkerEnvironment here;
  here.sys_platform = "linux";
  std::string out;
  for (const std::size_t i : install_order(add, here))
    out += cat(out.empty() ? "" : " ", lines[i].substr(0, lines[i].find(':')));
  return out;
}

TEST_CASE("install order: what is needed comes first, whatever the names") {
  CHECK_EQ(order_of({}), "");
  CHECK_EQ(order_of({"b:", "a:"}), "a b");
  CHECK_EQ(order_of({"a:m", "m:z", "z:"}), "z m a");
  CHECK_EQ(order_of({"z:m", "a:", "m:a|elsewhere>2"}), "a m z");
}

TEST_CASE("install order: markers and extras decide what is needed") {
  CHECK_EQ(order_of({"a:b ; sys_platform == 'linux'", "b:"}), "b a");
  CHECK_EQ(order_of({"a:b ; sys_platform == 'win32'", "b:"}), "a b");
  CHECK_EQ(order_of({"c:a ; extra == 'x'", "a:c ; extra == 'x'"}, {{"a", {"x"}}}), "c a");
  CHECK_EQ(order_of({"c:a ; extra == 'x'", "a:c ; extra == 'x'"}, {{"c", {"x"}}}), "a c");
  CHECK_EQ(order_of({"a:c ; extra == 'x'", "b:a[x]", "c:"}), "c a b");
  // what nobody asked for
  CHECK_EQ(order_of({"a:c ; extra == 'x'", "c:"}), "c a");
  CHECK_EQ(order_of({"a:c ; extra == 'x'", "c:b", "b:a"}), "a b c");
}

TEST_CASE("install order: a circle is entered by name") {
  CHECK_EQ(order_of({"c:a", "a:b", "b:c"}), "c b a");
  CHECK_EQ(order_of({"a:a|b", "b:"}), "b a");
}

}  // namespace
}  // namespace pipit::env
