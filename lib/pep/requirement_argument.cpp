// One requirement as a person writes it: a PEP 508 text, or just a path or a URL.
//
// Only the text decides, as no file is looked at here: a scheme makes a URL; a slash, a leading dot
// or the ending of an archive makes a path; all else is a name. "./numpy" and "numpy" are different
// things even where a directory numpy exists.
#include "pep/requirement_argument.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/redact.h"
#include "base/text.h"
#include "base/url.h"
#include "pep/marker/scan.h"
#include "pep/name.h"
#include "pep/white_space.h"

namespace pipit::pep {
namespace {

constexpr std::array<std::string_view, 10> kArchiveEndings = {
    ".whl", ".zip", ".tar.gz", ".tgz", ".tar", ".tar.bz2", ".tbz", ".tar.xz", ".txz", ".tar.lzma"};

bool has_scheme(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon < 2 || !base::is_alpha(text.front())) return false;
  const std::string_view scheme = text.substr(0, colon);
  const bool word = std::ranges::all_of(
      scheme, [](char c) { return base::is_alnum(c) || c == '+' || c == '-' || c == '.'; });
  return word &&
         (text.substr(colon).starts_with("://") || base::equals_ignoring_case(scheme, "file"));
}

bool has_archive_ending(std::string_view text) {
  return std::ranges::any_of(kArchiveEndings, [&](std::string_view ending) {
    return text.size() > ending.size() &&
           base::equals_ignoring_case(text.substr(text.size() - ending.size()), ending);
  });
}

// "name @ …" and "name[extras] @ …" are names, whatever follows.
bool is_direct_reference(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() &&
         (base::is_alnum(text[at]) || text[at] == '-' || text[at] == '_' || text[at] == '.'))
    ++at;
  std::string_view rest = trim_white_space(text.substr(at));
  if (at != 0 && rest.starts_with('['))
    rest = trim_white_space(rest.substr(std::min(rest.find(']') + 1, rest.size())));
  return at != 0 && rest.starts_with('@');
}

bool is_path(std::string_view text) {
  if (is_direct_reference(text)) return false;
  const std::string_view place = trim_white_space(text.substr(0, text.find(';')));
  if (place.starts_with('.')) return true;
  // "===" compares any text, one with a "/" too.
  const bool compares = place.contains("===") && parse_requirement(place);
  if (place.contains('/') && !compares) return true;
  // Extras are at the end, as in pip: "w-1.0.zip[x]" is a file, and "w[x.zip" one of that name.
  const std::size_t open = place.ends_with(']') ? place.rfind('[') : std::string_view::npos;
  return has_archive_ending(trim_white_space(place.substr(0, open)));
}

// The position of the marker's ";". URLs contain semicolons, so after a URL it needs white space on
// one side.
std::size_t marker_separator(std::string_view text, bool url) {
  for (std::size_t at = text.find(';'); at != std::string_view::npos; at = text.find(';', at + 1)) {
    if (!url || (at > 0 && base::is_space(text[at - 1])) ||
        (at + 1 < text.size() && base::is_space(text[at + 1])))
      return at;
  }
  return std::string_view::npos;
}

constexpr int kMaxMarkers = 8;  // semicolons that are tried

// "./a;b" is a name with a semicolon, unless what follows is a marker.
bool is_between_letters(std::string_view text, std::size_t at) {
  return at > 0 && at + 1 < text.size() && !base::is_space(text[at - 1]) &&
         !base::is_space(text[at + 1]);
}

// Reads what follows the first ";" that a marker follows; gives where the place before it ends.
Result<std::size_t> read_marker(std::string_view text, bool url, Marker& marker) {
  std::optional<Error> wrong;
  std::size_t from = 0;
  for (int tries = 0; tries < kMaxMarkers && from < text.size(); ++tries) {
    const std::size_t found = marker_separator(text.substr(from), url);
    if (found == std::string_view::npos) break;
    const std::size_t at = from + found;
    auto parsed = Marker::parse(text.substr(at + 1));
    if (parsed) {
      marker = std::move(*parsed);
      return at;
    }
    if (!wrong && (url || !is_between_letters(text, at))) wrong = std::move(parsed.error());
    from = at + 1;
  }
  if (wrong) return fail(std::move(*wrong));
  return text.size();
}

// Removes "[a,b]" from the end.
Result<std::vector<std::string>> take_extras(std::string_view& text) {
  const std::size_t open = text.ends_with(']') ? text.rfind('[') : std::string_view::npos;
  if (open == std::string_view::npos || open == 0) return std::vector<std::string>{};
  // The same grammar as after a name.
  PIPIT_TRY(Requirement named, parse_requirement(cat("x", text.substr(open))));
  text = trim_white_space(text.substr(0, open));
  return named.extras;
}

// Where the value of "#egg=" or "&egg=" begins, as pip looks for it; npos: there is none.
std::size_t egg_value(std::string_view url) {
  std::size_t at = url.find("egg=");
  while (at != std::string_view::npos && (at == 0 || (url[at - 1] != '#' && url[at - 1] != '&')))
    at = url.find("egg=", at + 1);
  return at == std::string_view::npos ? at : at + 4;
}

// Its name, "" when there is none or it is not a valid name.
std::string egg_name(std::string_view url) {
  const std::size_t at = egg_value(url);
  if (at == std::string_view::npos) return "";
  const std::string_view name = url.substr(at, std::min(url.find('&', at), url.size()) - at);
  return is_valid_name(name) ? std::string(name) : "";
}

// "#egg=name[extra]&…": the extras may be inside the URL.
Result<std::vector<std::string>> take_egg_extras(std::string& url) {
  const std::size_t egg = egg_value(url);
  const std::size_t open = url.find('[', egg);
  const std::size_t close = open == std::string::npos ? open : url.find(']', open);
  if (close == std::string::npos) return std::vector<std::string>{};
  PIPIT_TRY(Requirement named,
            parse_requirement(cat("x", std::string_view(url).substr(open, close + 1 - open))));
  url.erase(open, close + 1 - open);
  return named.extras;
}

Result<RequirementLine> read_place(std::string_view text, bool url) {
  RequirementLine line;
  PIPIT_TRY(const std::size_t end, read_marker(text, url, line.marker));
  text = trim_white_space(text.substr(0, end));
  std::string place(text);
  if (url && egg_value(place) != std::string_view::npos) {
    PIPIT_TRY(line.extras, take_egg_extras(place));
  } else {
    PIPIT_TRY(line.extras, take_extras(text));
    place = std::string(text);
  }
  if (place.empty()) return fail(Code::parse, "a requirement without a path");
  const std::string name = url ? egg_name(place) : "";
  if (name.empty()) {
    line.path_or_url = std::move(place);
    return line;
  }
  line.requirement =
      Requirement{normalize_name(name),  name, std::move(line.extras), {}, std::move(place),
                  std::move(line.marker)};
  line.extras.clear();
  line.marker = {};
  return line;
}

// In PEP 508 a URL ends at white space, so in "a @ https://h/a.zip; marker" the ";" belongs to the
// URL and there is no marker. pip cuts at the ";", and people write it that way: what PEP 508
// refuses is cut at a ";" beside white space, then at the first one.
Result<Requirement> read_named(std::string_view text) {
  Result<Requirement> requirement = parse_requirement(text);
  if (requirement || !is_direct_reference(text)) return requirement;
  for (const std::size_t separator : {marker_separator(text, true), text.find(';')}) {
    if (separator == std::string_view::npos) continue;
    Result<Requirement> spaced =
        parse_requirement(cat(text.substr(0, separator), " ", text.substr(separator)));
    if (spaced) return spaced;
  }
  return requirement;
}

// What was meant by a text that is no requirement; "" : who knows.
std::string hint_for(std::string_view text) {
  if (text == "-") return "-r - reads requirements from standard input";
  const std::size_t at = std::min(text.find_first_of(" \t=<>!~"), text.size());
  const std::string_view name = text.substr(0, at), rest = trim_white_space(text.substr(at));
  if (is_valid_name(name) && Version::parse(rest))
    return cat("a version stands behind \"==\": ", name, "==", rest);
  if (rest.starts_with('=') && !rest.starts_with("==")) return "'=' is not an operator: use '=='";
  const std::string_view version =
      trim_white_space(rest.substr(std::min<std::size_t>(2, rest.size())));
  if (rest.starts_with("~=") && base::parse_uint(version))
    return cat("~= needs two segments, such as ", name, "~=", version, ".0; any ", version, " is ",
               name, "==", version, ".*");
  return "";
}

}  // namespace

Result<RequirementLine> parse_requirement_argument(std::string_view text) {
  text = trim_white_space(text);
  if (has_scheme(text)) return read_place(text, true);
  // pip accepts a trailing ";".
  if (text.ends_with(';')) text = trim_white_space(text.substr(0, text.size() - 1));
  if (is_path(text)) return read_place(text, false);
  Result<Requirement> requirement = read_named(text);
  if (!requirement) {
    Error error = std::move(requirement.error());
    error.message = base::redact_text(error.message);
    if (const std::string hint = hint_for(text); !hint.empty()) error.with_hint(hint);
    return fail(std::move(error));
  }
  RequirementLine line;
  line.requirement = std::move(*requirement);
  return line;
}

}  // namespace pipit::pep
