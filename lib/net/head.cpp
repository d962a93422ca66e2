// One parser decides where a response ends, so two parsers can never disagree about it (response
// smuggling): two different lengths, a length beside chunked coding, folded lines and names with
// spaces are all refused rather than guessed at.
#include "net/head.h"

#include "base/text.h"

namespace pipit::net {
namespace {

constexpr std::size_t kMaxHeaders = 256;

std::unexpected<Error> bad_head(std::string_view what) {
  return fail(Code::network, cat("malformed answer: ", what));
}

/// The next line without its end.
std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// token, RFC 9110 section 5.6.2.
bool is_token(std::string_view text) {
  for (char c : text) {
    if (!base::is_alnum(c) &&
        std::string_view("!#$%&'*+-.^_`|~").find(c) == std::string_view::npos) {
      return false;
    }
  }
  return !text.empty();
}

bool has_control(std::string_view text) {
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\t') || byte == 0x7f) return true;
  }
  return false;
}

/// "HTTP/1.1 200 OK": the status, and whether it is 1.1.
Result<std::pair<int, bool>> read_status_line(std::string_view line) {
  if (!line.starts_with("HTTP/1.") || line.size() < 12 || line[8] != ' ') {
    return bad_head("it does not begin as HTTP/1.1 does");
  }
  const std::optional<std::uint64_t> status = base::parse_uint(line.substr(9, 3));
  if (!status || *status < 100 || *status > 599 || (line.size() > 12 && line[12] != ' ')) {
    return bad_head("no valid status");
  }
  return std::pair(static_cast<int>(*status), line[7] != '0');
}

bool lists_token(std::string_view value, std::string_view token) {
  for (std::string_view piece : base::split(value, ',')) {
    if (base::equals_ignoring_case(base::trim(piece), token)) return true;
  }
  return false;
}

/// RFC 9112 section 6.3. Transfer-Encoding beside Content-Length is the classic way to smuggle a
/// second response, so it is refused, where the standard would let the coding win.
Result<void> read_framing(ParsedHead& parsed) {
  const int status = parsed.head.status;
  std::optional<std::uint64_t> length;
  bool chunked = false;
  for (const Header& header : parsed.head.headers) {
    if (header.name == "transfer-encoding") {
      if (!base::equals_ignoring_case(header.value, "chunked") || chunked) {
        return bad_head("an unknown transfer coding");
      }
      chunked = true;
    } else if (header.name == "content-length") {
      const std::optional<std::uint64_t> value = base::parse_uint(header.value);
      if (!value || (length && *length != *value)) return bad_head("an invalid content-length");
      length = value;
    }
  }
  if (chunked && length) return bad_head("both a length and chunks");
  parsed.length = length.value_or(0);
  if (status < 200 || status == 204 || status == 304)
    parsed.framing = Framing::none;
  else if (chunked)
    parsed.framing = Framing::chunked;
  else if (length)
    parsed.framing = Framing::length;
  if (parsed.framing == Framing::until_close) parsed.keep_alive = false;
  return {};
}

}  // namespace

/// An empty first line does not end the head: parse_head() refuses it as a status line.
std::size_t head_length(std::string_view bytes) {
  std::size_t at = 0;
  while (true) {
    const std::size_t end = bytes.find('\n', at);
    if (end == std::string_view::npos) return 0;
    const std::string_view line = bytes.substr(at, end - at);
    if (at > 0 && (line.empty() || line == "\r")) return end + 1;
    at = end + 1;
  }
}

Result<ParsedHead> parse_head(std::string_view text) {
  if (text.size() > kMaxHeadBytes) return bad_head("its head is too long");
  ParsedHead parsed;
  using Status = std::pair<int, bool>;
  PIPIT_TRY(const Status status, read_status_line(take_line(text)));
  parsed.head.status = status.first;
  parsed.keep_alive = status.second;
  for (std::string_view line = take_line(text); !line.empty(); line = take_line(text)) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
      return bad_head("an invalid header line");
    }
    if (parsed.head.headers.size() == kMaxHeaders) return bad_head("too many headers");
    Header header{base::to_lower(line.substr(0, colon)),
                  std::string(base::trim(line.substr(colon + 1)))};
    if (has_control(header.value)) return bad_head("a control character in a header");
    if (header.name == "connection") {
      if (lists_token(header.value, "close"))
        parsed.keep_alive = false;
      else if (lists_token(header.value, "keep-alive"))
        parsed.keep_alive = true;
    }
    parsed.head.headers.push_back(std::move(header));
  }
  PIPIT_TRY(read_framing(parsed));
  return parsed;
}

}  // namespace pipit::net
