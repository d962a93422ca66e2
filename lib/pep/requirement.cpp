// PEP 508 dependency specifiers: name[extras] specifier ; marker, or name[extras] @ url ; marker.
//
// Parsed strictly first. The lenient parser, for metadata that cannot be changed any more, repairs
// the version part (specifier_scan.h) and ignores quotes before the marker; names, extras and
// markers are never guessed.
#include "pep/requirement.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/redact.h"
#include "base/text.h"
#include "pep/marker/scan.h"
#include "pep/name.h"
#include "pep/specifier_scan.h"

namespace pipit::pep {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool is_name_char(char c) { return base::is_alnum(c) || c == '-' || c == '_' || c == '.'; }

class RequirementScanner {
 public:
  RequirementScanner(std::string_view text, bool lenient) : text_(text), lenient_(lenient) {}

  Result<Requirement> run() {
    skip_blanks();
    PIPIT_TRY(found_.written_name, identifier("a package name"));
    found_.name = normalize_name(found_.written_name);
    skip_blanks();
    PIPIT_TRY(read_extras());
    skip_blanks();
    PIPIT_TRY(peek() == '@' ? read_url() : read_specifier());
    PIPIT_TRY(read_marker());
    if (at_ != text_.size()) return wrong("the end");
    return std::move(found_);
  }

 private:
  // Letters, digits and "-_." inside; the reference implementation lets "_" end it.
  Result<std::string> identifier(std::string_view what) {
    std::size_t end = at_;
    while (end < text_.size() && is_name_char(text_[end])) ++end;
    while (end > at_ && (text_[end - 1] == '-' || text_[end - 1] == '.')) --end;
    if (end == at_ || !base::is_alnum(text_[at_])) return wrong(what);
    std::string name(text_.substr(at_, end - at_));
    at_ = end;
    return name;
  }

  Result<void> read_extras() {
    if (peek() != '[') return {};
    ++at_;
    skip_blanks();
    std::set<std::string> names;
    while (peek() != ']' || !names.empty()) {
      PIPIT_TRY(std::string name, identifier("an extra's name or ']'"));
      names.insert(normalize_name(name));
      skip_blanks();
      if (peek() != ',') break;
      ++at_;
      skip_blanks();
    }
    if (peek() != ']') return wrong("',' or ']'");
    ++at_;
    found_.extras.assign(names.begin(), names.end());
    return {};
  }

  Result<void> read_url() {
    ++at_;
    skip_blanks();
    const std::size_t begin = at_;
    while (at_ < text_.size() && white_space_at(text_, at_) == 0) ++at_;
    if (at_ == begin) return wrong("a URL after '@'");
    found_.url = std::string(text_.substr(begin, at_ - begin));
    skip_blanks();
    return {};
  }

  Result<void> read_specifier() {
    const std::size_t begin = at_;
    const bool enclosed = peek() == '(';
    if (enclosed) ++at_;
    skip_blanks();
    if (read_plain_list(enclosed)) return {};
    std::string clauses;
    Result<void> strict = scan_clauses(clauses);
    skip_blanks();
    if (strict && enclosed && peek() != ')') strict = wrong("')'");
    if (strict && enclosed) ++at_;
    skip_blanks();
    if (strict && (at_ == text_.size() || peek() == ';')) {
      if (Result<SpecifierSet> set = SpecifierSet::parse(clauses)) {
        found_.specifier = std::move(*set);
        return {};
      }
      strict = wrong("a version specifier", begin);
    }
    if (lenient_) return repair_specifier(begin);
    return strict ? wrong(clauses.empty() ? "a version specifier, ';' or the end"
                                          : "',', ';' or the end")
                  : strict;
  }

  // Printable ASCII up to ")", ";" or the end, parsed as a whole: here "===" ends at a comma.
  // False, and nothing is consumed, when that is not a list with at most one comma at its end.
  bool read_plain_list(bool enclosed) {
    std::size_t end = at_;
    const auto is_plain = [](char c) { return c == '\t' || (c >= ' ' && c <= '~'); };
    while (end < text_.size() && is_plain(text_[end]) && text_[end] != ')' && text_[end] != ';')
      ++end;
    if (enclosed ? end == text_.size() || text_[end] != ')'
                 : end < text_.size() && text_[end] != ';')
      return false;
    const std::string_view list = text_.substr(at_, end - at_);
    Result<SpecifierSet> set = SpecifierSet::parse(list);
    if (!set || set->clauses().empty()) return false;
    const std::size_t pieces = base::split(list, ',').size();
    const bool comma_ends = trim_white_space(list).ends_with(',');
    if (set->clauses().size() + (comma_ends ? 1 : 0) != pieces) return false;
    std::size_t after = enclosed ? end + 1 : end;
    while (after < text_.size() && is_blank(text_[after])) ++after;
    if (after < text_.size() && text_[after] != ';') return false;
    at_ = after;
    found_.specifier = std::move(*set);
    return true;
  }

  // Clauses and the commas between them; the list may end in one comma.
  Result<void> scan_clauses(std::string& clauses) {
    while (const std::optional<Operator> op = leading_operator(text_.substr(at_))) {
      const std::size_t begin = at_;
      at_ += operator_text(*op).size();
      while (const std::size_t length = white_space_at(text_, at_)) at_ += length;
      skip_version(*op);
      const std::string_view clause = text_.substr(begin, at_ - begin);
      if (*op != Operator::arbitrary && !scan_specifier(clause))
        return wrong("a valid version specifier", begin);
      clauses += clause;
      skip_blanks();
      if (peek() != ',') break;
      clauses += ',';
      ++at_;
      skip_blanks();
    }
    return {};
  }

  // Where the list is not plain, "===" includes commas; the set is split at them afterwards.
  void skip_version(Operator op) {
    while (at_ < text_.size() && text_[at_] != ';' && text_[at_] != ')' &&
           white_space_at(text_, at_) == 0) {
      if (text_[at_] == ',' && op != Operator::arbitrary) return;
      ++at_;
    }
  }

  // All text up to the marker is the version part.
  Result<void> repair_specifier(std::size_t begin) {
    at_ = std::min(text_.find(';', begin), text_.size());
    const std::string text = repair_specifiers(text_.substr(begin, at_ - begin));
    Result<SpecifierSet> repaired = SpecifierSet::parse(text);
    // A set alone may have commas with nothing between them.
    const bool has_gap = std::ranges::any_of(base::split(text, ','), &std::string_view::empty);
    if (!repaired || (has_gap && !text.empty())) return wrong("a version specifier", begin);
    found_.specifier = std::move(*repaired);
    return {};
  }

  Result<void> read_marker() {
    if (at_ == text_.size()) return {};
    if (peek() != ';') return wrong("';' or the end");
    ++at_;
    PIPIT_TRY(found_.marker, scan_marker(text_, at_));
    return {};
  }

  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_blanks() {
    while (is_blank(peek())) ++at_;
  }
  std::unexpected<Error> wrong(std::string_view expected) const { return wrong(expected, at_); }
  std::unexpected<Error> wrong(std::string_view expected, std::size_t at) const {
    return fail(Code::parse, cat("expected ", expected, " at column ", at + 1, " of '",
                                 base::printable(base::redact_url(text_)), "'"));
  }

  std::string_view text_;
  bool lenient_;
  std::size_t at_ = 0;
  Requirement found_;
};

}  // namespace

std::string Requirement::str() const {
  std::string out = written_name + extras_text(extras);
  if (url)
    out += cat(" @ ", *url);
  else
    out += specifier.str();
  if (!marker.is_true()) out += cat(" ; ", marker.str());
  return out;
}

Result<Requirement> parse_requirement(std::string_view text) {
  return RequirementScanner(text, false).run();
}

Result<Requirement> parse_requirement_lenient(std::string_view text) {
  text = trim_white_space(text);
  Result<Requirement> found = RequirementScanner(text, true).run();
  const std::size_t marker = std::min(text.find(';'), text.size());
  if (found || text.substr(0, marker).find_first_of("\"'") == std::string_view::npos) return found;
  const std::string unquoted = cat(without_quotes(text.substr(0, marker)), text.substr(marker));
  Result<Requirement> repaired = RequirementScanner(unquoted, true).run();
  return repaired ? repaired : found;  // the message shows the original text
}

}  // namespace pipit::pep
