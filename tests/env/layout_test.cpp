#include "env/layout.h"

#include <doctest/doctest.h>

#include "base/text.h"

namespace pipit::env {
namespace {

Interpreter made_up() {
  Interpreter python;
  python.executable = "/py/bin/python3";
  python.prefix = python.base_prefix = "/py";
  python.version = *pep::Version::parse("3.12.4");
  python.scheme = {"/py/lib/site", "/py/lib64/site", "/py/bin", "/py", "/py/include"};
  python.prefix_scheme = {"lib/site", "lib64/site", "bin", "", "include"};
  python.user_scheme =
      Scheme{"/users/u/lib", "/users/u/lib", "/users/u/bin", "/users/u", "/users/u/inc"};
  python.site_paths = {"/py/lib64/site", "/py/lib/site", "/usr/share/site"};
  python.python_path = {"/more"};
  return python;
}

std::string shown(const Scheme& scheme) {
  return cat(scheme.purelib, " ", scheme.platlib, " ", scheme.scripts, " ", scheme.data, " ",
             scheme.headers);
}

TEST_CASE("layout: an environment's own scheme, its sites as Python searches them") {
  Interpreter python = made_up();
  Layout layout = environment_layout(python);
  CHECK_EQ(shown(layout.scheme), "/py/lib/site /py/lib64/site /py/bin /py /py/include");
  CHECK_EQ(layout.python, "/py/bin/python3");
  CHECK_EQ(layout.python_version, "3.12");
  CHECK_EQ(layout.prefix, "/py");
  CHECK_EQ(base::join(layout.site_paths, " "), "/py/lib64/site /py/lib/site /usr/share/site");
  CHECK_EQ(base::join(layout.python_path, " "), "/more");
  CHECK(layout.is_searched);
  CHECK(layout.shared_prefix);
  CHECK_FALSE(layout.flat);
  python.is_virtual = true;
  CHECK_FALSE(environment_layout(python).shared_prefix);
}

TEST_CASE("layout: --user is the user's scheme, where there is one") {
  Interpreter python = made_up();
  const auto layout = user_layout(python);
  REQUIRE(layout);
  CHECK_EQ(layout->scheme.purelib, "/users/u/lib");
  CHECK_EQ(layout->prefix, "/users/u");
  CHECK_EQ(layout->python_version, "3.12");
  CHECK_EQ(base::join(layout->site_paths, " "),
           "/users/u/lib /py/lib64/site /py/lib/site /usr/share/site");
  CHECK(layout->shared_prefix);
  python.user_scheme.reset();
  CHECK_EQ(user_layout(python).error().message, "/py: no user site-packages, as HOME is not set");
  python.is_virtual = true;
  CHECK_EQ(user_layout(python).error().message,
           "/py: a virtual environment has no user site-packages");
}

TEST_CASE("layout: --target is flat, with or without a Python") {
  const Interpreter python = made_up();
  Layout layout = target_layout("/t/./x", &python, python.version);
  CHECK_EQ(shown(layout.scheme), "/t/x /t/x /t/x/bin /t/x /t/x/include/python");
  CHECK_EQ(layout.python, "/py/bin/python3");
  CHECK_EQ(base::join(layout.site_paths, " "), "/t/x");
  CHECK(layout.flat);
  CHECK_FALSE(layout.shared_prefix);
  layout = target_layout("/t/x", nullptr, *pep::Version::parse("3.9"));
  CHECK_EQ(layout.python, "");
  CHECK_EQ(layout.python_version, "3.9");
  CHECK_EQ(layout.prefix, "/t/x");
}

TEST_CASE("layout: --prefix is the scheme below another prefix") {
  const Layout layout = prefix_layout("/opt/x/", made_up());
  CHECK_EQ(shown(layout.scheme),
           "/opt/x/lib/site /opt/x/lib64/site /opt/x/bin /opt/x /opt/x/include");
  CHECK_EQ(layout.prefix, "/opt/x");
  CHECK_EQ(layout.python, "/py/bin/python3");
  CHECK_EQ(layout.python_version, "3.12");
  CHECK_EQ(base::join(layout.site_paths, " "), "/opt/x/lib/site /opt/x/lib64/site");
}

TEST_CASE("layout: --root moves every directory, and nothing that is written into files") {
  const Layout layout = with_root(environment_layout(made_up()), "/image");
  CHECK_EQ(shown(layout.scheme),
           "/image/py/lib/site /image/py/lib64/site /image/py/bin /image/py /image/py/include");
  CHECK_EQ(layout.prefix, "/image/py");
  CHECK_EQ(layout.root, "/image");
  CHECK_EQ(layout.python, "/py/bin/python3");
  CHECK_EQ(base::join(layout.site_paths, " "), "/image/py/lib/site /image/py/lib64/site");
  CHECK_FALSE(layout.shared_prefix);
}

}  // namespace
}  // namespace pipit::env
