// The table is read when the first connection is to be opened, so a run that asks nobody does not
// read it, and written when a resolution has taught something new. Two processes that write at once
// lose the one's news, no more.
#include "operation/prediction.h"

#include <algorithm>

#include "base/file.h"
#include "base/text.h"
#include "base/time.h"

namespace pipit::operation {
namespace {

/// A graph that is learned may be hostile, and pages cost their servers something.
constexpr std::size_t kMaxPredicted = 512;
constexpr std::size_t kMaxTable = 8u << 20;
constexpr std::size_t kMaxOrigins = 4;
constexpr std::int64_t kDay = 24 * 3600;
/// How long it is believed that a server cannot do something.
constexpr std::int64_t kDistrustDays = 7;

std::string key_of_index(const base::Url& index) {
  return base::to_string(base::without_secrets(index));
}

/// The HTTP indexes of this run, as files name them. Not one with a query, which may be a token:
/// the table is handed on to others.
resolve::IndexUrls keys_of_indexes(const index::Catalog& catalog) {
  resolve::IndexUrls keys;
  for (const base::Url& index : catalog.options().indexes)
    if (index.is_http() && index.query.empty()) keys.insert(key_of_index(index));
  return keys;
}

/// "no-ranges@20422" is believed for a week.
bool is_believed(std::string_view word, std::string_view what) {
  if (!word.starts_with(what) || word.substr(what.size()).substr(0, 1) != "@") return false;
  const auto day = base::parse_uint(word.substr(what.size() + 1));
  const std::int64_t today = base::now_seconds() / kDay;
  return day && static_cast<std::int64_t>(*day) <= today &&
         today - static_cast<std::int64_t>(*day) <= kDistrustDays;
}

/// The index that told, and "name specifier" of every need that counts for the answer.
std::vector<std::string> learned_needs(const resolve::Problem& problem,
                                       const resolve::Chosen& chosen,
                                       const std::set<std::string_view>& names) {
  std::vector<std::string> needs;
  const std::vector<std::string> extras(chosen.extras.begin(), chosen.extras.end());
  for (const pep::Requirement& need : chosen.metadata->requires_dist) {
    if (need.url || !names.contains(need.name)) continue;
    if (problem.policy.target && !need.marker.evaluate(problem.policy.target->markers, extras))
      continue;
    const std::string specifier = need.specifier.str();
    needs.push_back(specifier.empty() ? need.name : cat(need.name, " ", specifier));
  }
  std::ranges::sort(needs);
  const auto twice = std::ranges::unique(needs);
  needs.erase(twice.begin(), twice.end());
  needs.insert(needs.begin(), cat("@", chosen.file->index_url));
  return needs;
}

}  // namespace

const std::vector<resolve::LearnedTree>& Prediction::tables() {
  if (std::exchange(read_, true)) return tables_;
  auto own = session_.store.read(cache::Bucket::trees, kLearnedKey, kMaxTable);
  tables_.push_back(resolve::LearnedTree::parse(own ? std::move(*own) : std::string()));
  for (const std::string& path : trees_) {
    auto text = base::read_file(path, kMaxTable);
    if (!text) {
      session_.events.note(cat("PIPIT_TREES: ", text.error().message));
      continue;
    }
    tables_.push_back(resolve::LearnedTree::parse(std::move(*text)));
    if (tables_.back().empty())
      session_.events.note(cat("PIPIT_TREES: ", path, ": not a table of learned dependencies"));
  }
  return tables_;
}

void Prediction::connect() const {
  for (const base::Url& index : session_.catalog.options().indexes) {
    if (!index.is_http()) continue;
    for (const resolve::LearnedTree& table : tables_) {
      const auto origins = table.items(key_of_index(index));
      for (const std::string_view item : origins) {
        const auto words = base::split_space(item);
        const auto origin = words.empty() ? Result<base::Url>(fail(Code::parse, ""))
                                          : base::parse_url(words.front());
        if (!origin || !origin->is_http()) continue;
        const auto has = [&](std::string_view what) {
          return std::ranges::any_of(words, [&](auto word) { return is_believed(word, what); });
        };
        if (std::ranges::count(words, "ranges") != 0)
          session_.client.learn_ranges(*origin, net::Ranges::yes);
        if (has("no-ranges")) session_.client.learn_ranges(*origin, net::Ranges::no);
        if (has("http1")) session_.client.learn_http1(*origin);
        if (std::ranges::count(words, "index") == 0) session_.client.preconnect(*origin);
      }
      if (!origins.empty()) break;
    }
  }
}

void Prediction::guess_from(const std::set<std::string>& roots) {
  tables();  // read by one thread
  session_.client.before_first_request([this] { connect(); });
  if (wanted_)
    guess_ = resolve::predicted(tables_, roots, keys_of_indexes(session_.catalog), kMaxPredicted);
}

void Prediction::request_pages(
    const std::function<bool(const std::string&, const pep::SpecifierSet&)>& want) {
  for (const auto& [name, specifier] : guess_)
    if (want(name, specifier)) session_.catalog.request(name, sched::Priority::speculative);
}

/// Beside each index whose files were chosen: where it keeps them, and its own origin. Not whoever
/// else was asked in this run: the next one may be meant for this index alone.
void Prediction::learn_origins(std::map<std::string, std::vector<std::string>>& learned) const {
  const std::string day = cat("@", base::now_seconds() / kDay);
  const std::vector<net::OriginFacts> answered = session_.client.origins();
  for (const base::Url& index : session_.catalog.options().indexes) {
    const std::string key = key_of_index(index);
    const auto keepers = keepers_.find(key);
    if (keepers == keepers_.end() || keepers->second.size() >= kMaxOrigins) continue;
    std::set<std::string> origins = keepers->second;
    origins.insert(base::origin(index));
    const auto before = tables_.front().items(key);
    auto& items = learned[key];
    for (const std::string& origin : origins) {
      const auto facts = std::ranges::find(answered, origin, &net::OriginFacts::url);
      const auto old = std::ranges::find_if(
          before, [&](std::string_view item) { return item.substr(0, item.find(' ')) == origin; });
      if (facts == answered.end() && old != before.end()) {
        items.emplace_back(*old);
        continue;
      }
      std::string item = origin;
      if (origin == base::origin(index)) item += " index";
      if (facts != answered.end()) {
        if (facts->ranges == net::Ranges::yes) item += " ranges";
        if (facts->ranges == net::Ranges::no) item += cat(" no-ranges", day);
        if (facts->http1) item += cat(" http1", day);
      }
      items.push_back(std::move(item));
    }
  }
}

void Prediction::learn(const resolve::Problem& problem, const resolve::Resolution& answer) {
  const auto indexes = keys_of_indexes(session_.catalog);
  std::set<std::string_view> names;
  for (const resolve::Chosen& chosen : answer.chosen) names.insert(chosen.name);
  for (const resolve::Chosen& chosen : answer.chosen) {
    // What --find-links told is there anyway, and its place may hold a login.
    if (chosen.direct || !chosen.file || !indexes.contains(chosen.file->index_url)) continue;
    if (chosen.metadata && !problem.no_deps)
      learned_[chosen.name] = learned_needs(problem, chosen, names);
    if (const auto url = base::parse_url(chosen.file->url); url && url->is_http())
      keepers_[std::string(chosen.file->index_url)].insert(base::origin(*url));
  }
  if (guess_.empty()) return;
  const auto right =
      std::ranges::count_if(guess_, [&](const auto& entry) { return names.contains(entry.first); });
  session_.events.note(cat("predicted ", guess_.size(), " projects, ", right, " of them needed"));
}

void Prediction::finish() {
  if (session_.client.traffic().requests == 0 || session_.stop.stop_requested()) return;
  const resolve::LearnedTree& known = tables().front();  // nothing was guessed: not read yet
  learn_origins(learned_);
  const std::string text = known.with(learned_);
  if (!text.empty()) session_.store.write(cache::Bucket::trees, kLearnedKey, text);
}

}  // namespace pipit::operation
