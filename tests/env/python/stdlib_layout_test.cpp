// Templates of paths. How modules are read is shown by file_facts_test.cpp.
#include "env/python/stdlib_layout.h"

#include "tests/env/env_fixture.h"
#include "tests/env/python_texts.h"

namespace pipit {
namespace {

TEST_CASE("layout: templates are filled with what is known, and with nothing else") {
  const env::LayoutNames names{13, "td", true};
  const auto fill = [&](std::string_view pattern, const char* base = "/p") {
    return env::fill_path(pattern, base, names).value_or("no");
  };
  CHECK_EQ(fill("{base}/{platlibdir}/{implementation_lower}{py_version_short}{abi_thread}/x"),
           "/p/lib/python3.13t/x");
  CHECK_EQ(fill("{installed_base}/include/python{py_version_short}{abiflags}"),
           "/p/include/python3.13td");
  CHECK_EQ(fill("{userbase}//bin"), "/p/bin");
  CHECK_EQ(fill("{base}", "/"), "/");
  CHECK_EQ(fill("{odd}/x"), "no");
  CHECK_EQ(fill("{base/x"), "no");
  CHECK_EQ(fill("relative"), "no");
  CHECK_EQ(fill(""), "no");
}

TEST_CASE("layout: site directories") {
  env::StdlibLayout layout;
  CHECK_EQ(env::site_directories(layout, "/p", {13, "t", true}),
           std::vector<std::string>{"/p/lib/python3.13t/site-packages"});
  layout.is_debian = true;
  CHECK_EQ(env::site_directories(layout, "/usr", {11, "", false}),
           std::vector<std::string>{"/usr/local/lib/python3.11/dist-packages",
                                    "/usr/lib/python3/dist-packages",
                                    "/usr/lib/python3.11/dist-packages"});
}

TEST_CASE("layout: modules are read, of all forms that they had") {
  for (const unsigned minor : {8, 12, 13}) {
    const auto layout = env::layout_of(env_test::sysconfig_text(static_cast<int>(minor)),
                                       env_test::site_text(), minor, env_test::made_up_texts());
    REQUIRE(layout);
    CHECK_EQ(layout->own.size(), 6);
    CHECK_EQ(*layout->user.at("scripts").string(), "{userbase}/bin");
    CHECK_EQ(*layout->venv.at("scripts").string(), "{base}/bin");
    CHECK_FALSE(layout->is_debian);
  }
  CHECK_FALSE(env::read_layout("/nowhere", 12));
}

TEST_CASE("layout: whose functions choose another scheme, or list other sites") {
  const std::string site = env_test::site_text();
  const std::string module =
      base::replace_all(env_test::sysconfig_text(12), "'posix_local': {\n        'stdlib': '{base}",
                        "'posix_local': {\n        'stdlib': '{base}/local");
  env::KnownTexts known = env_test::made_up_texts();
  const auto stdlib = [&](const char* minor_form) {
    const auto layout = env::layout_of(module, site, 12, known);
    return layout ? cat(*layout->own.at("stdlib").string(), layout->is_debian ? " debian" : "")
                  : cat("no ", minor_form);
  };
  CHECK_EQ(stdlib(""), "{base}/lib/python{py_version_short}");
  const env::KnownTexts::Function choices[] = {{known.choices[1].digest, true}};
  const env::KnownTexts::Function sites[] = {{known.sites[0].digest, true}};
  known.choices = choices;
  known.sites = sites;
  CHECK_EQ(stdlib(""), "{base}/local/lib/python{py_version_short} debian");
  // What is known of one place is not known of another.
  known.choices = sites;
  CHECK_EQ(stdlib("choice"), "no choice");
}

TEST_CASE("layout: texts that are not known are not understood") {
  const auto reads = [](const std::string& module, const std::string& site,
                        const env::KnownTexts& known) {
    return env::layout_of(module, site, 12, known).has_value();
  };
  const std::string module = env_test::sysconfig_text(12), site = env_test::site_text();
  const env::KnownTexts& known = env_test::made_up_texts();
  CHECK(reads(module, site, known));
  CHECK_FALSE(reads(module, site, env::KnownTexts::built_in()));
  CHECK_FALSE(reads("", site, known));
  CHECK_FALSE(reads(module, "", known));
  CHECK_FALSE(reads(cat(module, "\nprint(_INSTALL_SCHEMES)\n"), site, known));
  CHECK_FALSE(reads(cat(module, "_INSTALL_SCHEMES = {\n}\n"), site, known));  // a second time
  CHECK_FALSE(reads(cat(module, env_test::chooser_of_schemes(12)), site, known));
  CHECK_FALSE(reads(module, cat(site, env_test::kListerOfSites), known));
  CHECK_FALSE(reads(cat(module, env_test::scheme_text("posix_user", "base", 12)), site, known));
}

}  // namespace
}  // namespace pipit
