// PEP 691 pages: what is read survives its stored form, and no file of an https page leads
// anywhere else or bears a digest that is none.
#include <cstdint>
#include <cstdlib>
#include <memory>
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
  for (const pipit::index::File& file : page.files) {
    const bool hashed = file.sidecar == pipit::index::Sidecar::hashed;
    if (!file.url.starts_with("https://") || !is_digest(file.sha256)) std::abort();
    if (!is_digest(file.sidecar_sha256) || hashed == file.sidecar_sha256.empty()) std::abort();
    if (file.release >= page.releases.size()) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto url = pipit::base::parse_url("https://index.example/simple/foo/");
  const pipit::index::PageSource source{"foo", "https://index.example/simple/", *url};
  pipit::index::PageBuilder builder(source.project, source.index_url);
  if (!pipit::index::parse_json_page(text, source, builder)) return 0;
  const auto page =
      pipit::index::decode_page(std::make_shared<const std::string>(builder.encode()));
  if (!page) std::abort();
  check_page(**page);
  return 0;
}
