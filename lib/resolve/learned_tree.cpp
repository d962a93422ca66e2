// The text is searched as it is: a run looks at a hundred of maybe thousands of lines.
#include "resolve/learned_tree.h"

#include <deque>

#include "base/text.h"
#include "pep/name.h"

namespace pipit::resolve {
namespace {

constexpr std::string_view kFirstLine = "pipit learned 1\n";
constexpr std::size_t kMaxText = 8u << 20;
constexpr std::size_t kMaxItems = 512;  // of one line
constexpr std::size_t kMaxLearnedClauses = 16;

std::string_view line_key(std::string_view line) { return line.substr(0, line.find('\t')); }

/// Length of the line at the start of `text`, its end included.
std::size_t line_length(std::string_view text) {
  const std::size_t end = text.find('\n');
  return end == std::string_view::npos ? text.size() : end + 1;
}

std::string line_text(const std::string& key, const std::vector<std::string>& items) {
  std::string line = key;
  for (const std::string& item : items) line += cat("\t", item);
  return line + "\n";
}

bool is_told_by(const std::vector<std::string_view>& items, const IndexUrls& indexes) {
  return items.front().starts_with('@') && indexes.contains(items.front().substr(1));
}

}  // namespace

LearnedTree LearnedTree::parse(std::string text) {
  LearnedTree tree;
  if (!text.starts_with(kFirstLine) || text.size() > kMaxText || !text.ends_with('\n')) return tree;
  std::string_view before;
  std::size_t lines = 0;
  for (std::size_t at = kFirstLine.size(); at < text.size();) {
    const std::string_view line =
        std::string_view(text).substr(at, line_length(std::string_view(text).substr(at)));
    const std::string_view key = line_key(line.substr(0, line.size() - 1));
    if (key.empty() || key <= before) return tree;
    before = key;
    at += line.size();
    ++lines;
  }
  tree.text_ = std::move(text);
  tree.begin_ = kFirstLine.size();
  tree.lines_ = lines;
  return tree;
}

/// By halving: lines are sorted by their keys.
std::string_view LearnedTree::line_of(std::string_view key) const {
  std::string_view rest = std::string_view(text_).substr(std::min(begin_, text_.size()));
  while (!rest.empty()) {
    std::size_t middle = rest.size() / 2;
    middle = middle == 0 ? 0 : rest.rfind('\n', middle - 1) + 1;  // npos + 1 is 0
    const std::string_view line = rest.substr(middle, line_length(rest.substr(middle)));
    const std::string_view here = line_key(line.substr(0, line.size() - 1));
    if (here == key) return line.substr(0, line.size() - 1);
    rest = here < key ? rest.substr(middle + line.size()) : rest.substr(0, middle);
  }
  return {};
}

std::vector<std::string_view> LearnedTree::items(std::string_view key) const {
  std::vector<std::string_view> parts = base::split(line_of(key), '\t');
  if (parts.empty() || parts.size() > kMaxItems) return {};
  parts.erase(parts.begin());
  return parts;
}

std::string LearnedTree::with(
    const std::map<std::string, std::vector<std::string>>& learned) const {
  bool same = true;
  std::string out(kFirstLine);
  auto next = learned.begin();
  const auto add = [&] {
    out += line_text(next->first, next->second);
    ++next;
  };
  for (std::size_t at = begin_; at < text_.size();) {
    const std::string_view line =
        std::string_view(text_).substr(at, line_length(std::string_view(text_).substr(at)));
    const std::string_view key = line_key(line.substr(0, line.size() - 1));
    at += line.size();
    while (next != learned.end() && next->first < key) {
      same = false;
      add();
    }
    if (next == learned.end() || next->first != key) {
      out += line;
      continue;
    }
    same = same && line == line_text(next->first, next->second);
    add();
  }
  same = same && next == learned.end();
  while (next != learned.end()) add();
  // A table that has grown without end begins anew with what was just learned.
  if (!same && out.size() > kMaxText) return LearnedTree().with(learned);
  return same ? "" : out;
}

std::map<std::string, pep::SpecifierSet> predicted(const std::vector<LearnedTree>& tables,
                                                   const std::set<std::string>& roots,
                                                   const IndexUrls& indexes,
                                                   std::size_t limit) {
  std::map<std::string, pep::SpecifierSet> out;
  std::deque<std::string> open;
  for (const std::string& root : roots)
    if (out.size() < limit && out.try_emplace(root).second) open.push_back(root);
  while (!open.empty()) {
    const std::string project = std::move(open.front());
    open.pop_front();
    for (const LearnedTree& table : tables) {
      const auto items = table.items(project);
      if (items.empty()) continue;
      if (&table == &tables.front() && !is_told_by(items, indexes)) continue;
      for (const std::string_view item : items) {
        const std::string_view name = item.substr(0, item.find(' '));
        if (name.empty() || name.starts_with('@') || pep::normalize_name(name) != name) continue;
        const auto specifier = pep::SpecifierSet::parse_lenient(item.substr(name.size()));
        if (!specifier) continue;
        auto at = out.find(std::string(name));
        if (at == out.end()) {
          if (out.size() >= limit) continue;
          at = out.try_emplace(std::string(name)).first;
          open.push_back(at->first);
        }
        if (at->second.clauses().size() < kMaxLearnedClauses) at->second = at->second & *specifier;
      }
      break;
    }
  }
  return out;
}

}  // namespace pipit::resolve
