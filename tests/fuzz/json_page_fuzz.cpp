// PEP 691 pages: what is read survives its stored form, and no file of an https page leads
// anywhere else or bears a digest that is none.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "index/json_page.h"
#include "index/page_builder.h"
#include "index/page_codec.h"
#include "index/page_parse.h"

namespace {

bool is_digest(std::string_view text) {
  return text.empty() ||
         (text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos);
}

void check_page(const pipit::index::Page& page) {
  for (const pipit::index::Release& release : page.releases) {
    if (release.files.empty()) std::abort();
    for (const pipit::index::File& file : release.files) {
      const bool hashed = file.sidecar == pipit::index::Sidecar::hashed;
      if (!file.url.starts_with("https://") || !is_digest(file.sha256)) std::abort();
      const bool torn = file.sidecar_sha256.contains('=');
      if (!torn && !is_digest(file.sidecar_sha256)) std::abort();
      if (hashed == file.sidecar_sha256.empty()) std::abort();
    }
  }
}

/// The stored page that comes of the text in pieces; the error's message when there is none.
std::string read_in_pieces(std::string_view text, std::size_t piece,
                           const pipit::index::PageSource& source) {
  pipit::index::PageBuilder builder(source.project, source.index_url);
  pipit::index::JsonPageParser parser(source, builder);
  pipit::Result<void> outcome;
  for (std::size_t at = 0; at < text.size() && outcome; at += piece)
    outcome = parser.feed(text.substr(at, piece));
  if (outcome) outcome = parser.finish();
  return outcome ? builder.encode() : outcome.error().message;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto url = pipit::base::parse_url("https://index.example/simple/foo/");
  const pipit::index::PageSource source{"foo", "https://index.example/simple/", *url};
  pipit::index::PageBuilder builder(source.project, source.index_url);
  const auto read = pipit::index::parse_json_page(text, source, builder);
  const std::string whole = read ? builder.encode() : read.error().message;
  for (const std::size_t piece : {1, 7, 100})
    if (read_in_pieces(text, piece, source) != whole) std::abort();
  if (!read) return 0;
  const auto page = pipit::index::decode_page(pipit::base::SharedText(whole));
  if (!page) std::abort();
  check_page(**page);
  return 0;
}
