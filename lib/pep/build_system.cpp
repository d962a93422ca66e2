// PEP 518's table, parsed for building: what it omits has a default, and what it contains is
// checked here, so that a tree cannot name a backend or a path outside itself (PEP 517,
// backend-path).
#include "pep/build_system.h"

#include <algorithm>

#include "base/text.h"
#include "pep/name.h"
#include "pep/toml_fields.h"

namespace pipit::pep {
namespace {

constexpr std::size_t kMaxBuildSystem = 16u << 20;
/// The module that handles a tree as setup.py would be run: with the tree on its path.
constexpr std::string_view kDefaultBackend = "setuptools.build_meta:__legacy__";

Requirement setuptools_requirement() {
  auto parsed = parse_requirement("setuptools >= 40.8.0");
  return parsed ? std::move(*parsed) : Requirement();
}

bool is_dotted_name(std::string_view text) {
  for (const std::string_view part : base::split(text, '.')) {
    if (part.empty() || base::is_digit(part.front())) return false;
    // Python's names may contain any letter of Unicode.
    const auto is_name_character = [](char c) {
      return base::is_alnum(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
    };
    if (!std::all_of(part.begin(), part.end(), is_name_character)) return false;
  }
  return true;
}

/// "module.path:object.path", the second part optional.
bool is_backend(std::string_view text) {
  const auto parts = base::split_once(text, ':');
  if (!parts) return is_dotted_name(text);
  return is_dotted_name(parts->first) && is_dotted_name(parts->second);
}

/// Relative and inside the tree by its text; nullopt when it is not.
std::optional<std::string> confined(std::string_view directory) {
  if (directory.starts_with('/') || directory.find('\0') != std::string_view::npos)
    return std::nullopt;
  std::vector<std::string> parts;
  for (const std::string_view part : base::split(directory, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.emplace_back(part);
    } else if (parts.empty()) {
      return std::nullopt;
    } else {
      parts.pop_back();
    }
  }
  return parts.empty() ? std::string(".") : base::join(parts, "/");
}

void read_requires(BuildSystem& out, TomlFields& fields) {
  if (!fields.has("requires")) fields.refuse("requires is missing");
  for (const std::string& text : fields.texts("requires")) {
    Requirement one = fields.take("requires", parse_requirement(base::trim(text)));
    if (!one.name.empty()) out.requires_build.push_back(std::move(one));
  }
}

}  // namespace

BuildSystem default_build_system() {
  return {{setuptools_requirement()}, std::string(kDefaultBackend), {}};
}

std::string named_project(std::string_view text) {
  const auto document = base::parse_toml(text, kMaxBuildSystem);
  const base::Toml* project = document ? document->find("project") : nullptr;
  const base::Toml* name = project ? project->find("name") : nullptr;
  if (!name || !name->string() || !is_valid_name(*name->string())) return "";
  return normalize_name(*name->string());
}

Result<BuildSystem> parse_build_system(std::string_view text) {
  PIPIT_TRY(const base::Toml document, base::parse_toml(text, kMaxBuildSystem));
  const base::Toml* table = document.find("build-system");
  if (!table) return default_build_system();
  if (!table->table())
    return fail_at_line(table->line(), Code::parse,
                        cat("build-system must be a table, not ", table->kind()));
  TomlFields fields(*table, "build-system");
  BuildSystem out;
  read_requires(out, fields);
  out.backend = fields.has("build-backend") ? fields.required_text("build-backend")
                                            : std::string(kDefaultBackend);
  if (!out.backend.empty() && !is_backend(out.backend))
    fields.refuse(cat("build-backend: not the name of a module: ", base::printable(out.backend)));
  for (const std::string& directory : fields.texts("backend-path")) {
    if (auto inside = confined(directory))
      out.path.push_back(std::move(*inside));
    else
      fields.refuse(cat("backend-path: leads out of the project: ", base::printable(directory)));
  }
  PIPIT_TRY(fields.done());
  return out;
}

}  // namespace pipit::pep
