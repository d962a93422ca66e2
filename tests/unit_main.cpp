// The main of every unit test binary. Tests read their tables relative to the project root.
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include <doctest/doctest.h>
