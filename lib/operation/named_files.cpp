// By their names alone: what is in them is for those who read them.
#include "operation/named_files.h"

#include <algorithm>

#include "base/file.h"
#include "base/path.h"
#include "base/text.h"

namespace pipit::operation {
namespace {

constexpr std::string_view kForeignFiles[] = {"pipfile",  "pipfile.lock", "poetry.lock",
                                              "pdm.lock", "uv.lock",      "pixi.lock"};

bool ends_with_any(std::string_view name, std::initializer_list<std::string_view> endings) {
  for (const std::string_view ending : endings)
    if (name.ends_with(ending)) return true;
  return false;
}

/// Names of files that no package has.
Result<void> check_is_no_usual_file(const std::string& word) {
  const std::string name = base::to_lower(base::base_name(word));
  const bool is_list = name.starts_with("requirements") && ends_with_any(name, {".txt", ".in"});
  if (base::exists(word) || !(is_list || name == "pyproject.toml" || name == "pylock.toml"))
    return {};
  return fail(
      Error{Code::usage, cat(base::printable(word), ": no package, and no such file")}.with_hint(
          "files are named with -r"));
}

}  // namespace

Result<void> check_is_ours(const std::string& file) {
  const std::string name = base::to_lower(base::base_name(file));
  if (ends_with_any(name, {".yml", ".yaml"}))
    return fail(
        Error{Code::unsupported, cat(base::printable(file), ": an environment of conda, or the ",
                                     "like, which cannot be read")}
            .with_hint("list its packages in a requirements file, and name that"));
  if (std::ranges::count(kForeignFiles, name) != 0)
    return fail(Error{Code::unsupported, cat(base::printable(file),
                                             ": another tool's own format, which cannot be "
                                             "read")}
                    .with_hint("that tool may export a requirements file or a pylock.toml"));
  return {};
}

Result<void> check_is_no_file(const std::string& word) {
  if (!base::is_regular_file(word)) return check_is_no_usual_file(word);
  PIPIT_TRY(check_is_ours(word));
  const std::string name = base::to_lower(word);
  if (!ends_with_any(name, {".txt", ".in", ".toml", ".py", ".cfg"})) return {};
  Error error{Code::usage, cat(base::printable(word), ": a file, not a package")};
  error.with_hint(cat("did you mean -r ", base::printable(word), "?"));
  if (base::base_name(name) == "pyproject.toml" || base::base_name(name) == "setup.py") {
    const std::string folder(base::parent_path(word));
    error.with_hint(cat("the project itself is ", folder.empty() ? "." : folder));
  }
  return fail(std::move(error));
}

}  // namespace pipit::operation
