#pragma once
// toml++ with our settings: it parses, nothing else. Included by tests/base/toml_test.cpp only,
// which compares base::parse_toml with it.

#define TOML_EXCEPTIONS 0
// Wrong texts must give errors, not ends of the program.
#define TOML_ASSERT(expression) static_cast<void>(0)
#define TOML_ENABLE_FORMATTERS 0
#define TOML_ENABLE_UNRELEASED_FEATURES 0

#include <toml++/toml.h>
