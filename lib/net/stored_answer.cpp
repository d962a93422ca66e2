// "http 1 <bytes of validators> <bytes of URL>\n" validators URL content
#include "net/stored_answer.h"

#include <utility>

#include "base/text.h"

namespace pipit::net {

std::string encode_stored(const Validators& validators, const base::Url& url,
                          std::string_view content) {
  const std::string head = encode_validators(validators);
  const std::string from = base::to_string(base::without_secrets(url));
  return cat("http 1 ", head.size(), " ", from.size(), "\n", head, from, content);
}

std::optional<StoredAnswer> decode_stored(const base::SharedText& entry) {
  std::string_view text = entry.text;
  const std::size_t end = text.substr(0, 64).find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::vector<std::string_view> words = base::split(text.substr(0, end), ' ');
  if (words.size() != 4 || words[0] != "http" || words[1] != "1") return std::nullopt;
  const std::optional<std::uint64_t> head = base::parse_uint(words[2]);
  const std::optional<std::uint64_t> from = base::parse_uint(words[3]);
  text.remove_prefix(end + 1);
  if (!head || !from || *head > text.size() || *from > text.size() - *head) return std::nullopt;
  std::optional<Validators> validators = decode_validators(text.substr(0, *head));
  Result<base::Url> url = base::parse_url(text.substr(*head, *from));
  if (!validators || !url) return std::nullopt;
  return StoredAnswer{std::move(*validators), std::move(*url),
                      entry.part(text.substr(*head + *from))};
}

void add_conditions(std::vector<Header>& headers, const Validators& validators) {
  if (!validators.etag.empty()) headers.push_back({"if-none-match", validators.etag});
  if (!validators.last_modified.empty())
    headers.push_back({"if-modified-since", validators.last_modified});
}

bool differ_in_use(const Validators& old, const Validators& now) {
  return now.max_age > 0 || now.max_age != old.max_age || now.etag != old.etag ||
         now.last_modified != old.last_modified || now.no_store != old.no_store;
}

bool same_content(const Validators& one, const Validators& other) {
  if (!one.etag.empty() || !other.etag.empty()) return one.etag == other.etag;
  return !one.last_modified.empty() && one.last_modified == other.last_modified;
}

}  // namespace pipit::net
