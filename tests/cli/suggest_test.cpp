#include "cli/suggest.h"

#include <doctest/doctest.h>

#include "base/text.h"
#include "cli/option_table.h"

namespace pipit::cli {
namespace {

std::string hints_of(const Error& error) { return base::join(error.hints, " | "); }

TEST_CASE("suggest: commands by their distance, and by other tools' words") {
  const auto said = [](std::string_view word) { return hints_of(unknown_command(word, "pipit")); };
  CHECK_EQ(said("instal"), "did you mean `pipit install`? | pipit --help lists them");
  CHECK_EQ(said("add"), "did you mean `pipit install`? | pipit --help lists them");
  CHECK_EQ(said("upgrade"), "did you mean `pipit install --upgrade`? | pipit --help lists them");
  CHECK_EQ(said("frobnicate"), "pipit --help lists them");
  CHECK_EQ(unknown_command("x\ny", "pip").message, "no such command: x\\x0ay");
}

TEST_CASE("suggest: options by their distance, and those of other commands") {
  const auto said = [](std::string_view word, std::uint32_t command) {
    return hints_of(unknown_option(word, command));
  };
  CHECK_EQ(said("--upgade", kInstall), "did you mean --upgrade?");
  CHECK_EQ(said("--no-cashe-dir", kList), "did you mean --no-cache-dir?");
  CHECK_EQ(said("--depth", kFreeze), "it is an option of tree");
  CHECK_EQ(said("-w", kInstall), "it is an option of wheel");
  CHECK_EQ(said("--frobnicate", kInstall), "");
  CHECK_EQ(said("-Z", kInstall), "");
  CHECK(said("--torch-backend", kInstall).starts_with("name the index"));
}

}  // namespace
}  // namespace pipit::cli
