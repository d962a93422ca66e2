// Submodules: whatever .gitmodules says, paths stay inside, and what git is asked for is a URL of a
// known kind or scp's form, never an option or the name of a program.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "base/url.h"
#include "distribution/direct_reference.h"
#include "distribution/git/modules.h"

namespace {

using namespace pipit;

void require_modules(bool holds) {
  if (!holds) std::abort();
}

void check_place(std::string_view url, std::string_view parent) {
  const auto place = distribution::locate_module(url, parent);
  if (!place) return;
  require_modules(!place->remote.starts_with("-"));
  const std::size_t colons = place->remote.find("::");
  require_modules(colons == std::string::npos || colons > place->remote.find("://"));
  const auto parsed = base::parse_url(place->url);
  require_modules(parsed.has_value());
  require_modules(!parsed->is_file() || parent.starts_with("file:"));
  const auto source =
      distribution::parse_source(cat("git+", place->url, "@", std::string(40, 'a')));
  if (source) require_modules(source->commit == std::string(40, 'a'));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto modules = distribution::parse_git_modules(text);
  if (modules) {
    for (const distribution::GitModule& module : *modules) {
      require_modules(!module.path.starts_with('/') && !module.path.starts_with('-'));
      for (std::string_view part : base::split(module.path, '/'))
        require_modules(!part.empty() && part != ".." && part != ".git");
      check_place(module.url, "https://example.org/owner/repository.git");
    }
  }
  check_place(text, "https://example.org/owner/repository.git");
  check_place(text, "file:///srv/repository");
  check_place(text, "git@example.org:owner/repository.git");
  return 0;
}
