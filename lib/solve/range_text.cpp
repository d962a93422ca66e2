// Ranges for readers. A piece between two cuts reads as specifier clauses; a hole of one version
// between pieces reads as "!=", so that ">=1,!=1.5" comes out as it went in. Given the versions
// that exist, a range says only what it means for them: the cuts of an explanation come from
// arithmetic, and "a>=2" is easier to believe than "a above 1.9.post0.dev0".
#include "solve/range_text.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace pipit::solve {

namespace {

/// How many pieces are spelled out.
constexpr std::size_t kMaxPieces = 3;

std::optional<std::string> without_suffix(const std::string& text, std::string_view suffix) {
  if (!text.ends_with(suffix) || text.size() == suffix.size()) return std::nullopt;
  return text.substr(0, text.size() - suffix.size());
}

/// Cuts as from_specifier() makes them, back to the version they were made from.
std::string low_text(const Cut& cut) {
  if (cut.side != Cut::Side::below) return cat(">", cut.version.str());
  const pep::Version& v = cut.version;
  if (auto locals = without_suffix(v.str(), ".post0.dev0")) return cat(">", *locals);
  std::string next_post = v.post() ? cat(".post", *v.post(), ".dev0") : "";
  if (auto head = without_suffix(v.str(), next_post); head && !next_post.empty()) {
    return cat(">", *head, ".post", *v.post() - 1);
  }
  return cat(">=", v.str());
}

std::string high_text(const Cut& cut) {
  if (cut.side != Cut::Side::below) return cat("<=", cut.version.str());
  if (auto locals = without_suffix(cut.version.str(), ".post0.dev0")) return cat("<=", *locals);
  if (auto devs = without_suffix(cut.version.str(), ".dev0")) return cat("<", *devs);
  return cat("<", cut.version.str());
}

/// What "==" takes to say the piece between two cuts: "1.5", "1.*".
std::optional<std::string> equal_text(const Cut& low, const Cut& high) {
  if (Range::between(low, high).is_pinned()) return low.version.str();
  if (low.side != Cut::Side::below || high.side != Cut::Side::below) return std::nullopt;
  auto head = without_suffix(low.version.str(), ".dev0"),
       next = without_suffix(high.version.str(), ".dev0");
  if (!head || !next || low.version.epoch() != high.version.epoch()) return std::nullopt;
  std::span<const std::uint64_t> a = low.version.release(), b = high.version.release();
  bool bumped = a.size() == b.size() && std::equal(a.begin(), a.end() - 1, b.begin()) &&
                a.back() + 1 == b.back();
  bool plain = !low.version.post() && low.version.pre_kind() == pep::Version::Pre::none;
  if (!bumped || !plain) return std::nullopt;
  return cat(*head, ".*");
}

void add_clause(std::string& piece, std::string_view clause) {
  if (!piece.empty()) piece += ",";
  piece += clause;
}

using Run = std::pair<std::size_t, std::size_t>;  // indices of known versions: first, end

struct Piece {
  Run run;
  std::vector<std::size_t> holes;  // single versions that are missing inside
};

/// Joins runs with one version between them.
std::vector<Piece> pieces_of(const std::vector<Run>& runs) {
  std::vector<Piece> pieces;
  for (const Run& run : runs) {
    bool near = !pieces.empty() && pieces.back().run.second + 1 == run.first;
    if (near && pieces.back().run.second - pieces.back().run.first > 1 &&
        run.second - run.first > 1) {
      pieces.back().holes.push_back(pieces.back().run.second);
      pieces.back().run.second = run.second;
    } else {
      pieces.push_back({run, {}});
    }
  }
  return pieces;
}

std::string piece_text(const Piece& piece, std::span<const pep::Version> known) {
  const auto& [first, end] = piece.run;
  if (end - first == 1 && known.size() > 1) return cat("==", known[first].str());
  std::string text;
  if (first > 0) add_clause(text, cat(">=", known[first].str()));
  for (std::size_t hole : piece.holes) add_clause(text, cat("!=", known[hole].str()));
  if (end < known.size()) add_clause(text, cat("<=", known[end - 1].str()));
  return text;
}

}  // namespace

std::string range_text(const Range& range) {
  if (range.is_empty()) return "nothing";
  std::string text, piece;
  bool inside = range.starts_inside();
  const std::span<const Cut> cuts = range.cuts();
  for (std::size_t i = 0; i < cuts.size(); ++i) {
    const Cut& cut = cuts[i];
    std::optional<std::string> both =
        i + 1 < cuts.size() ? equal_text(cut, cuts[i + 1]) : std::nullopt;
    if (both) ++i;  // a whole piece, or a hole in one
    if (both)
      add_clause(piece, cat(inside ? "!=" : "==", *both));
    else
      add_clause(piece, inside ? high_text(cut) : low_text(cut));
    if (!both) inside = !inside;
    if (inside) continue;
    text += cat(text.empty() ? "" : " or ", piece);
    piece.clear();
  }
  return piece.empty() ? text : cat(text, text.empty() ? "" : " or ", piece);
}

std::string range_text(const Range& range, std::span<const pep::Version> known) {
  std::vector<Run> inside = range.runs(known);
  if (inside.empty()) return range_text(range);
  std::vector<Piece> pieces = pieces_of(inside);
  if (pieces.size() > kMaxPieces) {
    std::size_t count = 0;
    for (const auto& [first, end] : inside) count += end - first;
    return cat(">=", known[inside.front().first].str(),
               ",<=", known[inside.back().second - 1].str(), " (", count, " of ", known.size(),
               " versions)");
  }
  std::string text;
  for (const Piece& piece : pieces) {
    if (!text.empty()) text += " or ";
    text += piece_text(piece, known);
  }
  return text;
}

}  // namespace pipit::solve
