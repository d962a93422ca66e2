// What counts as plain data in Python's notation.
#include "env/python/literal.h"

#include <doctest/doctest.h>

#include "base/text.h"

namespace pipit {
namespace {

std::string read(std::string_view text) {
  const auto found = env::read_dictionary(text);
  return found ? cat(base::to_json(base::Json(*found)), text) : "no";
}

TEST_CASE("literal: dictionaries of strings and whole numbers") {
  CHECK_EQ(read("{}"), "{}");
  CHECK_EQ(read("{ } rest"), "{} rest");
  CHECK_EQ(read("{'a': 'x', \"b\": 1, # why\n 'c': -20,\n}"), R"({"a":"x","b":1,"c":-20})");
  CHECK_EQ(read("{'a': 'x' \"y\"\n   'z'}"), R"({"a":"xyz"})");
  CHECK_EQ(read("{'a': 1, 'a': 2}"), R"({"a":2})");  // the last counts
  CHECK_EQ(read(R"({'a': 'it\'s \\ \n \x41\u00e9'})"), R"({"a":"it's \\ \n Aé"})");
  CHECK_EQ(read("{'a': \"it's\"}"), R"({"a":"it's"})");
  CHECK_EQ(read("{'a': 999999999999999999}"), R"({"a":999999999999999999})");
}

TEST_CASE("literal: everything else is not understood") {
  for (const char* text : {"",
                           "{",
                           "{'a'",
                           "{'a':",
                           "{'a': }",
                           "{'a': 1",
                           "{'a': 1,",
                           "{,}",
                           "{'a': 1,, 'b': 2}",
                           "{'a' 'b'}",
                           "{1: 'a'}",
                           "{a: 1}",
                           "{'a': None}",
                           "{'a': {}}",
                           "{'a': []}",
                           "{'a': f()}",
                           "{'a': 1 + 1}",
                           "{'a': 01}",
                           "{'a': 1.5}",
                           "{'a': 0x10}",
                           "{'a': 1_0}",
                           "{'a': --1}",
                           "{'a': 1000000000000000000000}",
                           "{'a': b'x'}",
                           "{'a': r'x'}",
                           "{'a': f'x'}",
                           "{'a': 'x'",
                           "{'a': 'x\n'}",
                           "{'a': 'x\\\n'}",
                           "{'a': '\\q'}",
                           "{'a': '\\x4'}",
                           "{'a': '\\uD83'}",
                           "{'a': '\\101'}",
                           "{**b}",
                           "('a', 1)"})
    CHECK_MESSAGE(read(text) == "no", text);
}

TEST_CASE("literal: the module that describes a build defines one name and does nothing else") {
  CHECK(env::read_sysconfigdata("# made\n\nbuild_time_vars = {'A': 1}\n"));
  CHECK(env::read_sysconfigdata("build_time_vars={\n 'A': 1,\n}\n# end"));
  for (const char* text :
       {"", "{}", "build_time_vars", "build_time_vars = ", "build_time_vars = {'A': 1}\nx = 1",
        "build_time_vars = {'A': 1}()", "build_time_vars = {'A': 1}; import os",
        "import os\nbuild_time_vars = {'A': 1}", "build_time_vars += {'A': 1}"})
    CHECK_FALSE_MESSAGE(env::read_sysconfigdata(text), text);
}

}  // namespace
}  // namespace pipit
