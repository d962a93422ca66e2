// Credentials go with the first request already, not only with a second one after a 401: some
// indexes answer an anonymous request with an incomplete page instead of refusing it.
#include "net/auth.h"

#include <algorithm>
#include <utility>

#include "base/environ.h"
#include "base/file.h"
#include "base/path.h"
#include "base/text.h"

namespace pipit::net {
namespace {

constexpr std::uint64_t kMaxNetrc = 1u << 20;

/// The words of a netrc file: white space separates them, double quotes group them, a # at the
/// start of a word begins a comment.
class NetrcWords {
 public:
  explicit NetrcWords(std::string_view text) : text_(text) {}
  std::optional<std::string> next() {
    skip_space_and_comments();
    if (at_ == text_.size()) return std::nullopt;
    began_ = at_;
    const bool quoted = text_[at_] == '"';
    if (quoted) ++at_;
    std::string word;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (quoted ? c == '"' : base::is_space(c)) break;
      if (c == '\\' && at_ < text_.size())
        word.push_back(text_[at_++]);
      else
        word.push_back(c);
    }
    return word;
  }
  /// Of the word that was returned last.
  std::size_t line() const {
    return 1 + static_cast<std::size_t>(std::ranges::count(text_.substr(0, began_), '\n'));
  }
  /// A macro's body ends at the first empty line.
  void skip_macro() {
    const std::size_t end = text_.find("\n\n", at_);
    at_ = end == std::string_view::npos ? text_.size() : end + 2;
  }

 private:
  void skip_space_and_comments() {
    while (at_ < text_.size()) {
      if (text_[at_] == '#')
        at_ = std::min(text_.find('\n', at_), text_.size());
      else if (base::is_space(text_[at_]))
        ++at_;
      else
        return;
    }
  }
  std::string_view text_;
  std::size_t at_ = 0, began_ = 0;
};

/// `fault`: Credentials::take_netrc_fault(). What a line holds may be secret.
std::vector<NetrcEntry> load_netrc(std::string& fault) {
  std::vector<std::string> places;
  if (const std::optional<std::string> path = base::environment_variable("NETRC");
      path && !path->empty()) {
    places.push_back(*path);
  } else if (const std::optional<std::string> home = base::environment_variable("HOME")) {
    places = {base::join_path(*home, ".netrc"), base::join_path(*home, "_netrc")};
  }
  for (const std::string& path : places) {
    const Result<std::string> text = base::read_file(path, kMaxNetrc);
    std::size_t bad_line = 0;
    if (text) {
      auto entries = parse_netrc(*text, &bad_line);
      if (bad_line > 0)
        fault = cat(path, ":", bad_line,
                    ": not understood (machine NAME login USER password PASSWORD is), so users "
                    "and passwords there may be passed over");
      return entries;
    }
    if (text.error().code != Code::not_found)
      fault = cat(text.error().message, ", so no user and password is taken from there");
  }
  return {};
}

std::string_view path_without_slash(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  return path;
}

/// By whole segments: "/a/b" is below "/a", "/ab" is not.
bool is_path_below(std::string_view path, std::string_view parent) {
  return path.starts_with(parent) && (path.size() == parent.size() || path[parent.size()] == '/');
}

}  // namespace

std::string basic_authorization(std::string_view userinfo) {
  if (userinfo.empty()) return {};
  const std::size_t colon = userinfo.find(':');
  const std::string user = base::percent_decode(userinfo.substr(0, colon));
  const std::string password =
      colon == std::string_view::npos ? "" : base::percent_decode(userinfo.substr(colon + 1));
  return cat("Basic ", base::base64(cat(user, ":", password)));
}

/// The grammar of ftp(1)'s .netrc, read as Python's netrc module and curl do: an unknown word ends
/// the current entry, so that its login is not mixed up with another machine's.
std::vector<NetrcEntry> parse_netrc(std::string_view text, std::size_t* bad_line) {
  std::vector<NetrcEntry> entries;
  NetrcWords words(text);
  bool open = false;  // an entry is being filled
  const auto note_fault = [&] {
    if (bad_line && *bad_line == 0) *bad_line = words.line();
  };
  const auto value = [&] {
    auto word = words.next();
    if (!word) note_fault();
    return word;
  };
  while (const std::optional<std::string> word = words.next()) {
    if (*word == "default") {
      entries.emplace_back();
      open = true;
    } else if (*word == "machine") {
      const std::optional<std::string> machine = value();
      if (!machine) break;
      entries.push_back({base::to_lower(*machine), "", ""});
      open = true;
    } else if (*word == "macdef") {
      words.skip_macro();
      open = false;
    } else if (open && (*word == "login" || *word == "user")) {
      entries.back().login = value().value_or("");
    } else if (open && *word == "password") {
      entries.back().password = value().value_or("");
    } else if (open && *word == "account") {
      words.next();
    } else {
      note_fault();
      open = false;
    }
  }
  return entries;
}

const NetrcEntry* find_netrc(const std::vector<NetrcEntry>& entries, std::string_view host,
                             std::string_view login) {
  const NetrcEntry* found = nullptr;
  const NetrcEntry* fallback = nullptr;
  for (const NetrcEntry& entry : entries) {
    if (!login.empty() && !entry.login.empty() && entry.login != login) continue;
    if (entry.machine == host) found = &entry;
    if (entry.machine.empty()) fallback = &entry;
  }
  return found ? found : fallback;
}

void Credentials::add(const base::Url& url) {
  if (url.userinfo.empty()) return;
  const std::string_view path = path_without_slash(url.path);
  base::Lock lock(mu_);
  std::vector<ByPath>& known = by_origin_[base::origin(url)];
  for (ByPath& one : known) {
    if (one.path != path) continue;
    one.userinfo = url.userinfo;
    return;
  }
  known.push_back({std::string(path), url.userinfo});
  // The order of adding must not matter: the shortest path also serves the whole origin.
  std::sort(known.begin(), known.end(), [](const ByPath& a, const ByPath& b) {
    return std::pair(a.path.size(), std::string_view(a.path)) <
           std::pair(b.path.size(), std::string_view(b.path));
  });
}

/// by_origin_ is sorted by length of path, so the last match is the longest; without any match the
/// shortest path's user information is used.
const Credentials::ByPath* Credentials::find(const base::Url& url) const {
  const auto origin = by_origin_.find(base::origin(url));
  if (origin == by_origin_.end()) return nullptr;
  const ByPath* best = &origin->second.front();
  for (const ByPath& one : origin->second) {
    if (is_path_below(url.path, one.path)) best = &one;
  }
  return best;
}

const std::vector<NetrcEntry>& Credentials::netrc() {
  if (!netrc_) netrc_ = read_netrc_ ? load_netrc(netrc_fault_) : std::vector<NetrcEntry>();
  return *netrc_;
}

std::string Credentials::take_netrc_fault() {
  base::Lock lock(mu_);
  return std::exchange(netrc_fault_, "");
}

std::string Credentials::userinfo(const base::Url& url) {
  base::Lock lock(mu_);
  const ByPath* known = url.userinfo.empty() ? find(url) : nullptr;
  const std::string& given = known ? known->userinfo : url.userinfo;
  if (given.contains(':')) return given;
  const std::string login = base::percent_decode(given);
  const NetrcEntry* entry = find_netrc(netrc(), url.host, login);
  if (!entry || (entry->login.empty() && entry->password.empty())) return given;
  return cat(given.empty() ? base::percent_encode_path(entry->login) : given, ":",
             base::percent_encode_path(entry->password));
}

std::string Credentials::authorization(const base::Url& url) {
  return basic_authorization(userinfo(url));
}

}  // namespace pipit::net
