// Direct references: no text crashes; what is read is written and read the same; no password, no
// option and no way out of the tree gets through.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/text.h"
#include "base/url.h"
#include "distribution/direct_reference.h"

namespace {

using namespace pipit;

void require_direct_source(bool holds) {
  if (!holds) std::abort();
}

void check_git(const distribution::DirectReference& source) {
  require_direct_source(!source.revision.starts_with('-') && !source.commit.starts_with('-'));
  require_direct_source(source.revision.find_first_of(std::string_view("\0\n\r", 3)) == std::string::npos);
  const auto url = base::parse_url(source.url);
  require_direct_source(url && !url->host.starts_with('-') && !url->userinfo.starts_with('-'));
  require_direct_source(url->scheme == "ssh" || url->userinfo.empty());
  require_direct_source(source.url.find('@') == std::string::npos || !url->userinfo.empty() ||
          url->query.find('@') != std::string::npos);
}

void check_source(const distribution::ParsedReference& reference) {
  const distribution::DirectReference& source = reference.source;
  for (std::string_view part : base::split(source.subdirectory, '/')) require_direct_source(part != "..");
  require_direct_source(!source.subdirectory.starts_with('/'));
  if (source.kind == distribution::DirectReference::Kind::git) check_git(source);
  const std::string text = distribution::source_text(source);
  const auto again = distribution::parse_source(text);
  require_direct_source(again && *again == source && distribution::source_text(*again) == text);
  require_direct_source(distribution::canonical_place(*again) ==
                        distribution::canonical_place(source));
  require_direct_source(base::printable(distribution::shown_source(source)) ==
                        distribution::shown_source(source));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto reference = distribution::parse_reference(text);
  if (reference) check_source(*reference);
  if (!reference) require_direct_source(reference.error().message.find('\n') == std::string::npos);
  // The same as the end of a URL whose password must not come out again.
  const std::string secret = "Zq9";
  if (text.find(secret) != std::string_view::npos) return 0;
  const auto guarded = distribution::parse_reference(cat("git+https://u:", secret, "@h/", text));
  if (!guarded) {
    require_direct_source(guarded.error().message.find(secret) == std::string::npos);
    return 0;
  }
  check_source(*guarded);
  for (const std::string& shown :
       {distribution::source_text(guarded->source), distribution::shown_source(guarded->source),
        distribution::canonical_place(guarded->source),
        distribution::repository_place(guarded->source)})
    require_direct_source(shown.find(secret) == std::string::npos);
  return 0;
}
