#include "pep/marker/set.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using pipit::pep::Marker;
using pipit::pep::MarkerEnvironment;
using pipit::pep::MarkerSet;
using pipit::pep::PythonBounds;
using pipit::pep::SpecifierSet;
using pipit::pep::Version;

namespace {

MarkerSet envs_of(std::string_view text) {
  if (text.empty()) return MarkerSet::all();
  const auto marker = Marker::parse(text);
  REQUIRE_MESSAGE(marker.has_value(), std::string(text));
  return MarkerSet::of(*marker);
}

MarkerSet pythons(std::string_view text, PythonBounds bounds = PythonBounds::all) {
  return MarkerSet::python_in(*SpecifierSet::parse(text), bounds);
}

std::string simple(std::string_view text, const MarkerSet& given = MarkerSet::all()) {
  return envs_of(text).simplified(given)->str();
}

std::string hull(const MarkerSet& set) {
  const MarkerSet::PythonHull found = set.python_hull();
  return (found.lowest ? found.lowest->str() : "-") + " " + (found.end ? found.end->str() : "-");
}

}  // namespace

TEST_CASE("marker set: the two versions of Python are one") {
  struct Row {
    const char *a, *b;
  };
  const Row rows[] = {
      {"python_version == '3.8'", "python_full_version == '3.8.*'"},
      {"python_version < '3.9'", "python_full_version < '3.9'"},
      {"python_version > '3.8'", "python_version >= '3.9'"},
      {"python_version <= '3.8'", "python_version < '3.9'"},
      {"python_version >= '3.7.1'", "python_version >= '3.8'"},
      {"python_version ~= '3.8'", "python_version >= '3.8' and python_version < '4'"},
      {"python_version in '3.8, 3.9'", "python_version == '3.8' or python_version == '3.9'"},
      {"python_version not in '3.8 3.9'", "python_version != '3.8' and python_version != '3.9'"},
      {"python_version in '3.10'", "python_version == '3.1' or python_version == '3.10'"},
      {"'3.9' <= python_version", "python_version >= '3.9'"},
      {"python_version === '3.9'", "python_version == '3.9'"},
      {"python_full_version > '3.9.1'", "python_full_version >= '3.9.2.dev0'"},
      {"python_full_version <= '3.11.0a6'", "python_full_version < '3.11.0a7'"},
      {"python_version >= '3' and python_version < '4'", "python_version == '3.*'"},
      {"python_full_version < '=3.9.1'", "python_full_version <= '3.9.1'"},
  };
  for (const Row& row : rows) CHECK_MESSAGE(envs_of(row.a) == envs_of(row.b), row.a);
  CHECK(envs_of("python_version >= '3.9'") != envs_of("python_full_version >= '3.9'"));
  CHECK(envs_of("python_full_version >= '3.9'").is_subset_of(envs_of("python_version >= '3.9'")));
}

TEST_CASE("marker set: nothing and everything") {
  for (const char* text :
       {"python_version < '3.8' and python_version > '3.8'", "python_version < '0'",
        "python_version == '3.8.5'", "python_version >= '1!3'", "os_name < 'posix'",
        "sys_platform ~= 'linux'", "'a' == 'b'", "python_version == 'x'",
        "sys_platform == 'win32' and os_name == 'posix'",
        "sys_platform == 'win32' and platform_system == 'Linux'",
        "sys_platform == 'linux' and platform_system == 'Darwin'",
        "platform_system == 'Darwin' and os_name == 'nt'",
        "sys_platform == 'cygwin' and os_name == 'nt'",
        "implementation_name == 'cpython' and platform_python_implementation == 'PyPy'",
        "sys_platform == 'linux' and 'win' in sys_platform",
        "platform_system == 'Windows' and sys_platform not in 'win32 cygwin'",
        "extra == 'a' and extra != 'A'", "platform_release < '5' and platform_release > '6'"}) {
    CHECK_MESSAGE(envs_of(text).is_none(), text);
  }
  for (const char* text : {"python_version < '3.8' or python_version >= '3.8'",
                           "python_version != 'x'", "os_name == 'nt' or sys_platform != 'win32'",
                           "extra == 'a' or extra != 'a'", "python_version < '1!3'",
                           "implementation_version < '3' or implementation_version >= '3.dev0'"}) {
    CHECK_MESSAGE(envs_of(text).is_all(), text);
  }
  CHECK_FALSE(envs_of("platform_release < '5' or platform_release >= '5.dev0'").is_all());
}

TEST_CASE("marker set: platform variables that mean the same are one") {
  CHECK(envs_of("os_name == 'nt'") == envs_of("sys_platform == 'win32'"));
  CHECK(envs_of("platform_system == 'Windows'") == envs_of("sys_platform == 'win32'"));
  CHECK(envs_of("platform_system == 'Darwin'") == envs_of("sys_platform == 'darwin'"));
  CHECK(envs_of("platform_system == 'Linux'") == envs_of("sys_platform == 'linux'"));
  CHECK(envs_of("sys_platform == 'linux'").is_subset_of(envs_of("os_name == 'posix'")));
  CHECK(envs_of("os_name == 'posix' and sys_platform == 'linux'") ==
        envs_of("sys_platform == 'linux'"));
  CHECK(envs_of("os_name != 'posix'").is_disjoint_from(envs_of("sys_platform == 'darwin'")));
  CHECK(envs_of("sys_platform in 'linux darwin' or sys_platform == 'linux'") ==
        envs_of("sys_platform in 'linux darwin'"));
  CHECK(envs_of("implementation_name == 'pypy'") ==
        envs_of("platform_python_implementation == 'PyPy'"));
}

TEST_CASE("marker set: requires-python counts releases") {
  CHECK(pythons(">=3.9") == envs_of("python_version >= '3.9'"));
  CHECK(pythons(">=3.9") == MarkerSet::python_at_least(*Version::parse("3.9")));
  CHECK(pythons(">=3.9.1,!=3.9.3") ==
        envs_of("python_full_version > '3.9.0' and python_full_version != '3.9.3.*'"));
  CHECK(pythons("~=3.8") == envs_of("python_version >= '3.8' and python_version < '4'"));
  CHECK(pythons("").is_all());
  CHECK(pythons(">=3.9,<3.8").is_none());
  CHECK(pythons(">=3.8,<3.12,!=3.9.*", PythonBounds::lower_only) ==
        envs_of("python_version >= '3.8'"));
  CHECK(pythons("==3.9.*", PythonBounds::lower_only) == envs_of("python_version >= '3.9'"));
  CHECK(pythons(">3.8", PythonBounds::lower_only) == envs_of("python_full_version > '3.8.0'"));
}

TEST_CASE("marker set: the span of Pythons") {
  CHECK_EQ(hull(envs_of("python_version >= '3.8' and python_version < '3.12'")), "3.8 3.12");
  CHECK_EQ(hull(envs_of("python_version == '3.8' or python_version == '3.10'")), "3.8 3.11");
  CHECK_EQ(hull(envs_of("python_full_version >= '3.8.1'")), "3.8.1 -");
  CHECK_EQ(hull(envs_of("python_full_version <= '3.11.0a6'")), "- 3.11.1");
  CHECK_EQ(hull(envs_of("sys_platform == 'linux'")), "- -");
  CHECK_EQ(hull(envs_of("python_version < '3.9' or sys_platform == 'linux'")), "- -");
}

TEST_CASE("marker set: extras are decided") {
  const std::vector<std::string> active = {"Socks_5"};
  CHECK(envs_of("extra == 'socks-5' and os_name == 'nt'").without_extras(active) ==
        envs_of("os_name == 'nt'"));
  CHECK(envs_of("extra == 'socks-5'").without_extras().is_none());
  CHECK(envs_of("extra == 'other'").without_extras(active).is_none());
  CHECK(envs_of("extra != 'other'").without_extras(active).is_all());
  CHECK(envs_of("extra == ''").without_extras().is_all());
  CHECK(envs_of("extra == ''").without_extras(active).is_none());
  CHECK(envs_of("extra in 'socks-5 other'").without_extras(active).is_all());
  CHECK(envs_of("extra == 'a'").mentions_extra());
  CHECK_FALSE(envs_of("extra == 'a' or extra != 'a'").mentions_extra());
}

TEST_CASE("marker set: text") {
  struct Row {
    const char *marker, *text;
  };
  const Row rows[] = {
      {"python_full_version<'3.9'", "python_version < \"3.9\""},
      {"python_full_version < '3.11.3'", "python_full_version < \"3.11.3\""},
      {"python_full_version >= '3.11.3'", "python_full_version >= \"3.11.3\""},
      {"python_full_version <= '3.11.0a6'", "python_full_version <= \"3.11.0a6\""},
      {"python_full_version > '3.11.0a6'", "python_full_version > \"3.11.0a6\""},
      {"python_full_version == '3.8.*'", "python_version == \"3.8\""},
      {"python_full_version == '3.8.1'", "python_full_version == \"3.8.1\""},
      {"python_full_version != '3.8.1'", "python_full_version != \"3.8.1\""},
      {"python_full_version == '3.8.1.*'", "python_full_version == \"3.8.1.*\""},
      {"python_full_version == '3.13.0rc2'", "python_full_version == \"3.13.0rc2\""},
      {"python_version >= '3.8' and python_version != '3.9'",
       "python_version >= \"3.8\" and python_version != \"3.9\""},
      {"python_version == '3.8' or python_version == '3.10'",
       "python_version == \"3.8\" or python_version == \"3.10\""},
      {"os_name == 'nt' or sys_platform == 'darwin'",
       "sys_platform == \"darwin\" or sys_platform == \"win32\""},
      {"sys_platform != 'linux' and sys_platform != 'darwin'",
       "sys_platform != \"darwin\" and sys_platform != \"linux\""},
      {"(python_version < '3.9' or python_version >= '3.12') and sys_platform == 'linux'",
       "(python_version < \"3.9\" or python_version >= \"3.12\") and sys_platform == \"linux\""},
      {"python_version < '3.9' and os_name == 'nt' or python_version < '3.9' and extra == 'a'",
       "python_version < \"3.9\" and (sys_platform == \"win32\" or extra == \"a\")"},
      {"(python_version < '3.9' or os_name == 'nt') and (platform_machine == 'a' or extra == 'b')",
       "(python_version < \"3.9\" or sys_platform == \"win32\") and (platform_machine == \"a\" or "
       "extra == \"b\")"},
      {"python_version ~= '3.8'", "python_version >= \"3.8\" and python_version < \"4\""},
      {"platform_release >= '20.0'", "platform_release >= \"20\""},
      {"platform_release > '20.0'", "platform_release > \"20\""},
      {"platform_release < '20.0'", "platform_release < \"20\""},
      {"platform_release == '20.1.*'", "platform_release == \"20.1.*\""},
      {"platform_release == '20.1'", "platform_release == \"20.1\""},
      {"implementation_version <= '7.3'", "implementation_version <= \"7.3\""},
      {"'arm' not in platform_machine", "\"arm\" not in platform_machine"},
      {"python_version < '0'", "python_version < \"0\""},
      {"python_version >= '0'", ""},
  };
  for (const Row& row : rows) CHECK_EQ(envs_of(row.marker).str(), row.text);
  CHECK_EQ((~envs_of("python_full_version < '3.11.3'")).str(), "python_full_version > \"3.11.2\"");
  CHECK_EQ((~envs_of("python_full_version >= '3.11.3'")).str(),
           "python_full_version <= \"3.11.3\" and python_full_version != \"3.11.3\"");
  CHECK_EQ((~envs_of("python_version < '3.9' and sys_platform == 'win32'")).str(),
           "python_version >= \"3.9\" or sys_platform != \"win32\"");
}

TEST_CASE("marker set: what is given need not be said") {
  const MarkerSet from_39 = pythons(">=3.9");
  CHECK_EQ(simple("python_full_version >= '3.8'", from_39), "");
  CHECK_EQ(simple("python_version >= '3.9' and python_version < '3.11'", from_39),
           "python_version < \"3.11\"");
  CHECK_EQ(simple("python_version < '3.9' or sys_platform == 'win32'", from_39),
           "sys_platform == \"win32\"");
  CHECK_EQ(simple("python_version < '3.8'", from_39), "python_version < \"0\"");
  CHECK_EQ(simple("python_version == '3.9' or python_version == '3.10'", from_39),
           "python_version < \"3.11\"");
  const MarkerSet desktop = envs_of("sys_platform == 'linux' or sys_platform == 'win32'");
  CHECK_EQ(simple("sys_platform == 'win32'", desktop), "sys_platform == \"win32\"");
  CHECK_EQ(simple("sys_platform != 'win32'", desktop), "sys_platform == \"linux\"");
  CHECK_EQ(simple("sys_platform == 'win32' or sys_platform == 'linux'", desktop), "");
}

TEST_CASE("marker set: what is too big is not known, and soon so") {
  std::string extras, machines, pythons_text;
  for (int i = 0; i < 3000; ++i) {
    const std::string number = std::to_string(i), joint = i ? " or " : "";
    extras += joint + "extra == 'e" + number + "'";
    machines += joint + "platform_machine == 'm" + number + "'";
    pythons_text += joint + "python_full_version == '3." + number + ".1' and extra != 'e" + number +
                    "' and '" + number + "' in sys_platform";
  }
  const MarkerSet many = envs_of(extras);
  CHECK_FALSE(many.is_known());
  CHECK_FALSE(many.is_none());
  CHECK_FALSE(many.is_all());
  CHECK_FALSE((~many).is_known());
  CHECK_FALSE(many.is_subset_of(envs_of("extra == 'a'")));
  CHECK_FALSE(many.is_disjoint_from(envs_of("extra == 'a'")));
  CHECK(many.is_subset_of(MarkerSet::all()));
  CHECK((many & MarkerSet::none()).is_none());
  CHECK((many | MarkerSet::all()).is_all());
  CHECK_FALSE(many.simplified().has_value());
  CHECK_EQ(many.str(), "?");
  const std::vector<std::string> active = {"e7"};
  CHECK(MarkerSet::of(*Marker::parse(extras), active).is_all());
  CHECK(MarkerSet::of(*Marker::parse(extras), {}).is_none());
  CHECK(envs_of(machines).is_known());
  CHECK_FALSE(envs_of(pythons_text).is_known());
}
