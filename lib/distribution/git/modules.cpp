// Submodules. Their paths and URLs come from the repository, so from strangers, and name a place to
// write to and a program's arguments: what is odd is refused, not repaired.
#include "distribution/git/modules.h"

#include <algorithm>

#include "base/text.h"
#include "base/url.h"

namespace pipit::distribution {
namespace {

constexpr std::size_t kMaxModules = 1000;

bool has_control_byte(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

/// Relative, inside, and not git's own folder.
bool is_inner_path(std::string_view path) {
  if (path.empty() || path.starts_with('-') || has_control_byte(path)) return false;
  for (std::string_view part : base::split(path, '/')) {
    if (part.empty() || part == "." || part == ".." || base::equals_ignoring_case(part, ".git"))
      return false;
  }
  return true;
}

GitModule& module_named(std::vector<GitModule>& modules, std::string_view name) {
  for (GitModule& module : modules) {
    if (module.name == name) return module;
  }
  return modules.emplace_back(GitModule{std::string(name), "", "", true});
}

/// "../" removes a segment of the parent, as in git; never its host.
std::optional<std::string> seen_from(std::string_view relative, std::string_view parent) {
  const std::size_t mark = parent.find("://");
  const std::size_t root = mark == std::string_view::npos
                               ? parent.find(':') + 1
                               : std::min(parent.find('/', mark + 3), parent.size());
  while (parent.size() > root && parent.ends_with('/')) parent.remove_suffix(1);
  while (true) {
    if (relative.starts_with("./")) {
      relative.remove_prefix(2);
    } else if (relative.starts_with("../")) {
      relative.remove_prefix(3);
      if (parent.size() <= root) return std::nullopt;
      const std::size_t slash = parent.rfind('/');
      parent = parent.substr(0, slash == std::string_view::npos || slash < root ? root : slash);
    } else {
      break;
    }
  }
  return cat(parent, parent.ends_with(':') ? "" : "/", relative);
}

/// "user@host:path" or "host:path", without a slash before the colon. "name::rest" is something
/// else: git would run the program git-remote-name.
std::optional<ModulePlace> scp_place(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || text.find('/') < colon) return std::nullopt;
  const std::string_view host = text.substr(0, colon), path = text.substr(colon + 1);
  if (host.empty() || path.empty() || host.starts_with('-') || path.starts_with('-') ||
      path.starts_with(':') || host.find("@-") != std::string_view::npos)
    return std::nullopt;
  const std::string url =
      cat("ssh://", host, path.starts_with('/') ? "" : "/", base::percent_encode_path(path));
  if (!base::parse_url(url)) return std::nullopt;
  return ModulePlace{std::string(text), url};
}

}  // namespace

Result<std::vector<GitModule>> parse_git_modules(std::string_view output) {
  std::vector<GitModule> modules;
  for (std::string_view entry : base::split(output, '\0')) {
    const std::size_t line = std::min(entry.find('\n'), entry.size());
    std::string_view key = entry.substr(0, line);
    const std::string_view value = entry.substr(std::min(line + 1, entry.size()));
    constexpr std::string_view kSection = "submodule.";
    const std::size_t dot = key.rfind('.');
    if (!key.starts_with(kSection) || dot < kSection.size()) continue;
    GitModule& module = module_named(modules, key.substr(kSection.size(), dot - kSection.size()));
    key.remove_prefix(dot + 1);
    if (key == "path") module.path = value;
    if (key == "url") module.url = value;
    if (key == "update") module.update = value != "none";
    if (modules.size() > kMaxModules)
      return fail(Code::bad_archive, cat("more than ", kMaxModules, " submodules"));
  }
  std::erase_if(modules, [](const GitModule& m) { return m.path.empty() || m.url.empty(); });
  for (const GitModule& module : modules) {
    if (!is_inner_path(module.path))
      return fail(Code::bad_archive, cat("the path of submodule ", base::printable(module.path),
                                         " is not inside the project"));
  }
  return modules;
}

std::optional<ModulePlace> locate_module(std::string_view url, std::string_view parent) {
  std::string text(url);
  if (url.starts_with("./") || url.starts_with("../")) {
    const std::optional<std::string> absolute = seen_from(url, parent);
    if (!absolute) return std::nullopt;
    text = *absolute;
  }
  if (has_control_byte(text)) return std::nullopt;
  if (text.find("://") == std::string::npos) return scp_place(text);
  auto parsed = base::parse_url(text);
  if (!parsed) return std::nullopt;
  const bool local = parsed->is_file();
  const bool known = parsed->is_http() || parsed->scheme == "ssh" || parsed->scheme == "git";
  if (!known && !(local && base::is_file_url(parent))) return std::nullopt;
  // Not a revision: URLs in .gitmodules have none.
  parsed->path = base::replace_all(parsed->path, "@", "%40");
  parsed->fragment.clear();
  text = base::to_string(*parsed);
  return ModulePlace{text, text};
}

}  // namespace pipit::distribution
