// Pieces of lock files for tests.
#pragma once
#include <string>
#include <string_view>

#include "base/text.h"

namespace pipit::test {

inline constexpr std::string_view kHead = "lock-version = '1.0'\ncreated-by = 'test'\n";

inline std::string wheel(std::string_view name, std::string_view more = "") {
  return cat("{ name = '", name, "', url = 'https://x.test/", name, "', hashes = { sha256 = 'ab' }",
             more, " }");
}

inline std::string package(std::string_view name, std::string_view wheels,
                           std::string_view more = "") {
  return cat("[[packages]]\nname = '", name, "'\n", more, "\nwheels = [", wheels, "]\n");
}

}  // namespace pipit::test
