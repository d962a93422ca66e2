// URLs in messages. Redaction works on the text, not on the parsed form: a secret is mostly inside
// a URL that could not be parsed ("https://user:pa/ss@host") or in the middle of a sentence that
// git or a build back end wrote.
#include "base/redact.h"

#include <array>
#include <string>
#include <string_view>

#include "base/text.h"

namespace pipit::base {
namespace {

constexpr std::string_view kHidden = "****";
constexpr std::string_view kPunctuation = ".,:;!?)]}";

/// Query parameters whose values give access: signed storage URLs and tokens.
constexpr std::array<std::string_view, 22> kSecretParameters = {"access_token",
                                                                "api_key",
                                                                "api-key",
                                                                "apikey",
                                                                "auth",
                                                                "auth_token",
                                                                "authorization",
                                                                "awsaccesskeyid",
                                                                "credential",
                                                                "key",
                                                                "pass",
                                                                "passwd",
                                                                "password",
                                                                "private_token",
                                                                "pwd",
                                                                "secret",
                                                                "se_sig",
                                                                "sig",
                                                                "signature",
                                                                "token",
                                                                "x-amz-security-token",
                                                                "x-goog-credential"};

bool is_secret_parameter(std::string_view name) {
  const std::string lower = to_lower(percent_decode(name));
  for (std::string_view known : kSecretParameters) {
    if (lower == known) return true;
  }
  return lower.ends_with("-signature") || lower.ends_with("-credential") ||
         lower.ends_with("_token") || lower.ends_with("secret") || lower.ends_with("password");
}

bool ends_url(char c) {
  return is_space(c) || c == '"' || c == '\'' || c == '<' || c == '>' || c == '`' ||
         static_cast<unsigned char>(c) < 0x20;
}

bool is_scheme_char(char c) { return is_alnum(c) || c == '+' || c == '-' || c == '.'; }

/// Where a URL, or what was meant as one, has its authority.
struct Mark {
  std::size_t scheme_end = std::string_view::npos;  // its colon
  std::size_t rest = 0;                             // behind the slashes
};

bool is_slash(char c) { return c == '/' || c == '\\'; }

/// "://" behind whatever, and "http:" with any slashes or none, as it is easily mistyped.
Mark find_mark(std::string_view text) {
  for (std::size_t at = text.find(':'); at != std::string_view::npos; at = text.find(':', at + 1)) {
    const std::string_view after = text.substr(at);
    const std::string before = to_lower(text.substr(at < 5 ? 0 : at - 5, at < 5 ? at : 5));
    const bool is_http = before.ends_with("http") || before == "https";
    if (!after.starts_with("://") && !is_http) continue;
    std::size_t rest = at + (after.starts_with("://") ? 3 : 1);
    if (is_http)
      while (rest < text.size() && is_slash(text[rest])) ++rest;
    return {at, rest};
  }
  return {};
}

/// How much of `rest` (the text behind the slashes) is user information with its "@"; 0 for none.
/// An authority that looks like "name:word" without an "@" is a password with a raw "/", "?" or "#"
/// in it if an "@" comes later.
std::size_t userinfo_length(std::string_view rest) {
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  std::size_t at = authority.rfind('@');
  if (at != std::string_view::npos) return at + 1;
  const std::size_t colon = authority.find(':');
  if (colon == std::string_view::npos || authority.starts_with('[')) return 0;
  std::string_view port = authority.substr(colon + 1);
  const bool ends_there = colon + 1 + port.size() == rest.size();
  // What stands behind a URL in a sentence is no part of it.
  while (ends_there && !port.empty() && kPunctuation.contains(port.back())) port.remove_suffix(1);
  if (ends_there && !port.empty() && !parse_uint(port)) return rest.size();  // cut at a blank
  const char next = ends_there ? '/' : rest[authority.size()];
  if (port.empty() || (parse_uint(port) && next == '/')) return 0;
  at = rest.rfind('@');
  return at == std::string_view::npos ? 0 : at + 1;
}

void append_query_redacted(std::string& out, std::string_view query) {
  bool first = true;
  for (std::string_view pair : split(query, '&')) {
    if (!first) out.push_back('&');
    first = false;
    const std::size_t equals = pair.find('=');
    if (equals != std::string_view::npos && is_secret_parameter(pair.substr(0, equals))) {
      out.append(pair.substr(0, equals + 1)).append(kHidden);
    } else {
      out.append(pair);
    }
  }
}

/// Appends the text after "://" up to the end of the URL, without its secrets.
void append_rest_redacted(std::string& out, std::string_view rest) {
  rest.remove_prefix(userinfo_length(rest));
  const std::size_t hash = rest.find('#');
  const std::string_view before_fragment = rest.substr(0, hash);
  const std::size_t mark = before_fragment.find('?');
  out.append(before_fragment.substr(0, mark));
  if (mark != std::string_view::npos) {
    out.push_back('?');
    append_query_redacted(out, before_fragment.substr(mark + 1));
  }
  if (hash != std::string_view::npos) {
    out.push_back('#');
    append_query_redacted(out, rest.substr(hash + 1));
  }
}

/// "user:password@host" without a scheme, also as a part of a path. An "@" before the colon is
/// another thing: "git@host:owner/repository".
std::string_view without_login(std::string_view part) {
  const std::size_t at = part.rfind('@');
  const std::size_t colon = part.find(':');
  const bool is_login = at != std::string_view::npos && colon != 0 && colon + 1 < at &&
                        part.find('@') > colon && part.substr(at + 1) != ")";
  return is_login ? part.substr(at + 1) : part;
}

/// The same for text between URLs.
void append_words_redacted(std::string& out, std::string_view text) {
  while (!text.empty()) {
    std::size_t end = 0;
    while (end < text.size() && !ends_url(text[end]) && !is_slash(text[end])) ++end;
    out.append(without_login(text.substr(0, end)));
    if (end < text.size()) out.push_back(text[end++]);
    text.remove_prefix(end);
  }
}

}  // namespace

std::string redacted(const Url& url) { return redact_url(to_string(url)); }

std::string redact_url(std::string_view text) {
  const Mark mark = find_mark(text);
  if (mark.scheme_end == std::string_view::npos) return redact_text(text);
  std::string rest;
  append_rest_redacted(rest, text.substr(mark.rest));
  // The rest may contain another URL ("?next=https://...").
  return redact_text(cat(text.substr(0, mark.rest), rest));
}

std::string redact_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (true) {
    const Mark mark = find_mark(text);
    if (mark.scheme_end == std::string_view::npos) break;
    const std::string_view before = text.substr(0, mark.scheme_end);
    const bool has_scheme = !before.empty() && is_scheme_char(before.back());
    append_words_redacted(out, before);
    out.append(text.substr(mark.scheme_end, mark.rest - mark.scheme_end));
    text.remove_prefix(mark.rest);
    std::size_t end = 0;
    while (end < text.size() && !ends_url(text[end])) ++end;
    // A second URL joined to the first ("a,https://…", "?next=https://…") is handled by the next
    // round.
    const std::size_t inner = find_mark(text.substr(0, end)).scheme_end;
    if (inner != std::string_view::npos &&
        text.substr(0, inner).find('@') == std::string_view::npos) {
      while (end > inner) --end;
      while (end > 0 && is_scheme_char(text[end - 1])) --end;
    }
    if (has_scheme)
      append_rest_redacted(out, text.substr(0, end));
    else
      out.append(text.substr(0, end));
    text.remove_prefix(end);
  }
  append_words_redacted(out, text);
  return out;
}

}  // namespace pipit::base
