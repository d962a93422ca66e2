// From the facts of a contradiction to lines that a person can act on.
//
// The facts are a graph: what you need, what that needs in turn, and which versions cannot be used.
// The lines follow it, every package after all that require it, so the last package is the one with
// contradicting requirements. A proof step by step would be longer and say the same: the reader
// sees that the lines contradict each other, as the contradiction needs every one of them.
//
// Some causes are long all the same: a chain of ten packages, or releases of one project that each
// fail for a different reason. Then a chain becomes one line, facts about releases of one project
// are stated once, and what is still too long shares lines.
#include "solve/explain.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/text.h"
#include "solve/explain_words.h"
#include "solve/minimal.h"

namespace pipit::solve {

namespace {

using Kind = Incompatibility::Kind;

/// Packages of a chain that are spelled out.
constexpr std::size_t kMaxChain = 4;

/// One line: a fact, joined with those that say the same about other releases.
struct TellLine {
  Incompatibility fact;
  bool own_ranges = false;       // its releases need the object in different ranges
  std::vector<std::string> via;  // requirements between subject and object, when a chain
};

/// Identifies facts of releases of one project about another one.
struct ReleasesKey {
  Kind kind;
  PackageId subject;
  std::string topic;
  auto operator<=>(const ReleasesKey&) const = default;
};

class Telling {
 public:
  explicit Telling(const Derivation& cause) : why_(cause), words_(cause) {
    for (const std::vector<std::size_t>& line : cause_lines(cause)) add(line);
    order();
  }

  std::vector<std::string> tell(std::size_t max_lines) {
    if (lines_.size() + 1 > max_lines) join_releases();
    if (lines_.size() + 1 > max_lines) join_chains();
    std::vector<std::string> said;
    for (const TellLine& line : lines_) said.push_back(say(line));
    said.erase(std::unique(said.begin(), said.end()), said.end());
    said = packed(said, max_lines - 1);
    said.insert(said.begin(), headline());
    return said;
  }

  const Package& last_package() const { return why_.packages[last_]; }

 private:
  static bool is_need(const Incompatibility& fact) { return fact.kind == Kind::dependency; }
  static bool is_wish(const Incompatibility& fact) {
    return fact.kind == Kind::root || fact.kind == Kind::constraint;
  }
  const std::string& project(PackageId id) const { return why_.packages[id].name; }
  const std::string& asker(const TellLine& line) const { return project(line.fact.subject); }
  /// The project that a line requires or is about.
  const std::string& topic(const TellLine& line) const {
    bool asks = is_need(line.fact) || is_wish(line.fact);
    return project(asks ? line.fact.object : line.fact.subject);
  }

  void add(const std::vector<std::size_t>& facts) {
    TellLine line{why_.incompatibilities[facts.front()], false, {}};
    for (std::size_t i : facts) {
      const Incompatibility& other = why_.incompatibilities[i];
      Range together = line.fact.subject_range | other.subject_range;
      if (speaks_of_versions(other)) line.fact = other;  // a[x]>=2 is about a, and about a[x]
      line.fact.subject_range = together;
    }
    lines_.push_back(std::move(line));
  }

  bool speaks_of_versions(const Incompatibility& fact) const {
    return std::any_of(fact.terms.begin(), fact.terms.end(), [&](const auto& term) {
      return !term.second.positive && !why_.packages[term.first].is_virtual();
    });
  }

  /// Puts the lines in order: a project after all that require it, near the last of them.
  void order() {
    std::stable_sort(lines_.begin(), lines_.end(), [&](const TellLine& a, const TellLine& b) {
      auto x = rank_of(a), y = rank_of(b);
      if (x != y) return x < y;
      const Range& x_range = a.fact.subject_range;
      const Range& y_range = b.fact.subject_range;
      if (x_range.reaches_above(y_range)) return true;
      return !y_range.reaches_above(x_range) && words_.fact(a.fact) < words_.fact(b.fact);
    });
    std::vector<TellLine> left = std::move(lines_);
    lines_.clear();
    while (!left.empty()) {
      std::string next = next_project(left);
      for (TellLine& line : left)
        if (is_wish(line.fact) && topic(line) == next) lines_.push_back(line);
      for (TellLine& line : left)
        if (!is_wish(line.fact) && asker(line) == next) lines_.push_back(line);
      std::erase_if(left, [&](const TellLine& line) {
        return is_wish(line.fact) ? topic(line) == next : asker(line) == next;
      });
    }
    for (const TellLine& line : lines_)
      last_ = is_need(line.fact) || is_wish(line.fact) ? line.fact.object : line.fact.subject;
  }

  /// Roots first, by name and text; then facts about versions, newer ones first.
  std::tuple<int, std::string, std::string> rank_of(const TellLine& line) const {
    if (line.fact.kind == Kind::root) return {0, topic(line), words_.fact(line.fact)};
    if (line.fact.kind == Kind::constraint) return {1, topic(line), words_.fact(line.fact)};
    return {2, why_.packages[line.fact.subject].str(), ""};
  }

  std::string next_project(const std::vector<TellLine>& left) const {
    std::set<std::string> asked;  // by a line still to come, other than its own
    for (const TellLine& line : left)
      if (is_need(line.fact) && topic(line) != asker(line)) asked.insert(topic(line));
    auto is_ready = [&](const std::string& name) { return !asked.contains(name); };
    auto is_left = [&](const std::string& name) {
      return std::any_of(left.begin(), left.end(), [&](const TellLine& line) {
        return is_wish(line.fact) ? topic(line) == name : asker(line) == name;
      });
    };
    for (auto line = lines_.rbegin(); line != lines_.rend(); ++line)
      if (is_need(line->fact) && is_ready(topic(*line)) && is_left(topic(*line)))
        return topic(*line);
    for (const TellLine& line : left) {
      const std::string& name = is_wish(line.fact) ? topic(line) : asker(line);
      if (is_ready(name)) return name;
    }
    const TellLine& first = left.front();  // a cycle
    return is_wish(first.fact) ? topic(first) : asker(first);
  }

  void join_releases() {
    std::map<ReleasesKey, std::size_t> places;
    std::vector<TellLine> joined;
    for (TellLine& line : lines_) {
      auto [place, is_new] = places.emplace(
          ReleasesKey{line.fact.kind, line.fact.subject, topic(line)}, joined.size());
      if (is_new || !is_need(line.fact)) {
        joined.push_back(std::move(line));
        if (!is_new) place->second = joined.size() - 1;
        continue;
      }
      TellLine& first = joined[place->second];
      first.own_ranges = first.own_ranges || first.fact.text != line.fact.text;
      first.fact.subject_range = first.fact.subject_range | line.fact.subject_range;
    }
    lines_ = std::move(joined);
  }

  /// Makes "a needs b" and "b needs c" one line where b occurs nowhere else.
  void join_chains() {
    std::map<std::string, unsigned> asked, speaking;
    for (const TellLine& line : lines_) {
      ++asked[topic(line)];
      if (!is_wish(line.fact)) ++speaking[asker(line)];
    }
    std::vector<TellLine> joined;
    for (TellLine& line : lines_) {
      TellLine* before = joined.empty() ? nullptr : &joined.back();
      bool continues = before && is_need(before->fact) && is_need(line.fact) &&
                       !before->own_ranges && !line.own_ranges && before->fact.origin.empty() &&
                       topic(*before) == asker(line) && asked[asker(line)] == 1 &&
                       speaking[asker(line)] == 1;
      if (!continues) {
        joined.push_back(std::move(line));
        continue;
      }
      before->via.push_back(words_.requirement(before->fact));
      Incompatibility rest = line.fact;
      rest.subject = before->fact.subject;
      rest.subject_range = before->fact.subject_range;
      before->fact = std::move(rest);
    }
    lines_ = std::move(joined);
  }

  std::string say(const TellLine& line) const {
    const Incompatibility& fact = line.fact;
    if (fact.kind == Kind::root) return cat("you need ", words_.fact(fact));
    if (line.own_ranges)
      return cat(words_.subject(fact.subject, fact.subject_range), " needs a range of ",
                 why_.packages[fact.object].str(), " of its own, such as ",
                 words_.requirement(fact));
    if (line.via.empty()) return words_.fact(fact);
    std::string text = cat(words_.subject(fact.subject, fact.subject_range), " needs ");
    bool is_long = line.via.size() > kMaxChain;
    std::size_t shown = is_long ? kMaxChain - 1 : line.via.size();
    for (std::size_t i = 0; i < shown; ++i) text += cat(line.via[i], ", which needs ");
    return cat(text, is_long ? "… " : "", words_.need(fact));
  }

  static std::vector<std::string> packed(const std::vector<std::string>& sentences,
                                         std::size_t max_lines) {
    std::size_t per_line = (sentences.size() + max_lines - 1) / max_lines;
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < sentences.size(); ++i) {
      if (i % per_line == 0)
        lines.push_back(cat("  ", sentences[i]));
      else
        lines.back() += cat("; ", sentences[i]);
    }
    return lines;
  }

  /// Projects that lines contradict each other about: two or more are about it, or none of it can
  /// be used.
  std::vector<std::string> contended() const {
    std::vector<std::string> names;
    std::map<std::string, unsigned> asking;
    std::set<std::string> needing;
    for (const TellLine& line : lines_) {
      const std::string& name = topic(line);
      bool asks = is_need(line.fact) || is_wish(line.fact);
      asking[name] += asks ? 1 : 2;
      if (is_need(line.fact)) needing.insert(asker(line));
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    std::erase_if(names, [&](const std::string& name) {
      return name != project(last_) && (asking[name] < 2 || needing.contains(name));
    });
    return names;
  }

  /// The project that most lines are about.
  std::string most_told() const {
    std::map<std::string, unsigned> told;
    std::string most = project(last_);
    for (const TellLine& line : lines_)
      if (!is_wish(line.fact) && ++told[asker(line)] > told[most]) most = asker(line);
    return most;
  }

  std::string headline() const {
    std::vector<std::string> names = contended();
    auto asks = [&](const TellLine& line) {
      return topic(line) == names[0] && (is_need(line.fact) || is_wish(line.fact));
    };
    if (names.size() > 2) return cat(most_told(), ": no version fits all of these");
    if (names.size() == 2)
      return cat(names[0], " and ", names[1], ": no versions fit all of these");
    if (std::count_if(lines_.begin(), lines_.end(), asks) > 1)
      return cat(names[0], ": no version fits all of these");
    return cat(names[0], ": no version can be used");
  }

  const Derivation& why_;
  Words words_;
  std::vector<TellLine> lines_;
  PackageId last_ = 0;
};

}  // namespace

std::vector<std::string> explain(const Derivation& cause, std::size_t max_lines) {
  if (cause.incompatibilities.empty()) return {};
  return Telling(cause).tell(max_lines);
}

Package contended_package(const Derivation& cause) { return Telling(cause).last_package().base(); }

}  // namespace pipit::solve
