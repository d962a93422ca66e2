// From a proof to sentences.
//
// A proof is a graph of statements, each but the facts following from two others; it is right, but
// it is written for the solver. Two ways lead to something a person can act on. A short proof is
// told as it goes: two facts and what follows from them, then, along the chain, one or two further
// facts and what follows now. What follows is restated where a later step comes back to it. A long
// proof (every release of something fails for a reason of its own) would be a wall of such
// sentences; there only the facts matter, and facts about releases of one project that say the same
// are said once.
#include "solve/explain.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "base/text.h"
#include "solve/explain_words.h"

namespace pipit::solve {

namespace {

using Kind = Statement::Kind;

constexpr std::size_t kMaxLines = 12;
/// Proofs with more steps are not even tried as a story.
constexpr std::size_t kMaxSteps = 40;

/// Tells a proof step by step.
class ProofStory {
 public:
  explicit ProofStory(const Derivation& why)
      : why_(why), words_(why), told_(why.statements.size(), false) {
    uses_.resize(why.statements.size(), 0);
    for (const Statement& statement : why.statements) {
      if (statement.kind != Kind::derived) continue;
      ++uses_[statement.left];
      ++uses_[statement.right];
    }
  }

  std::vector<std::string> tell() {
    std::size_t last = why_.statements.size() - 1;
    if (is_derived(last))
      tell_step(last);
    else
      say(reasons({last}), last, false);
    return std::move(lines_);
  }

 private:
  bool is_derived(std::size_t i) const { return why_.statements[i].kind == Kind::derived; }

  void tell_step(std::size_t step) {
    told_[step] = true;
    std::vector<std::size_t> facts, steps;
    gather(step, facts, steps);
    bool continues = false;
    for (std::size_t cause : steps) {
      if (told_[cause]) continue;
      tell_step(cause);
      last_told_ = cause;
    }
    std::vector<std::string> why;
    for (std::size_t cause : steps) {
      if (cause == last_told_ && !lines_.empty())
        continues = true;
      else
        why.push_back(words_.conclusion(why_.statements[cause]));
    }
    for (std::string& reason : reasons(facts)) why.push_back(std::move(reason));
    say(why, step, continues);
    last_told_ = step;
  }

  /// The causes of a step; an only step that nothing else comes back to is taken apart, unless it
  /// joins two steps.
  void gather(std::size_t step, std::vector<std::size_t>& facts,
              std::vector<std::size_t>& steps) const {
    for (std::size_t cause : {why_.statements[step].left, why_.statements[step].right}) {
      (is_derived(cause) ? steps : facts).push_back(cause);
    }
    if (steps.size() != 1 || uses_[steps[0]] > 1 || told_[steps[0]]) return;
    const Statement& inner = why_.statements[steps[0]];
    if (is_derived(inner.left) && is_derived(inner.right)) return;
    steps.clear();
    for (std::size_t cause : {inner.left, inner.right})
      (is_derived(cause) ? steps : facts).push_back(cause);
  }

  /// Facts about packages, then constraints, then in one what the user wrote.
  std::vector<std::string> reasons(std::vector<std::size_t> facts) const {
    std::sort(facts.begin(), facts.end(), [&](std::size_t a, std::size_t b) {
      PackageId x = why_.statements[a].subject, y = why_.statements[b].subject;
      return std::tie(x, a) < std::tie(y, b);  // in order of discovery
    });
    std::vector<std::string> packages, constraints, roots;
    std::string last_subject;
    for (std::size_t fact : facts) {
      const Statement& statement = why_.statements[fact];
      bool is_need = statement.kind == Kind::dependency;
      std::string subject =
          is_need ? words_.subject(statement.subject, statement.subject_range) : "";
      if (is_need && subject == last_subject) {
        packages.back() += cat(" and ", words_.need(statement));
        continue;
      }
      last_subject = subject;
      auto& list = statement.kind == Kind::root         ? roots
                   : statement.kind == Kind::constraint ? constraints
                                                        : packages;
      list.push_back(words_.fact(statement));
    }
    std::sort(roots.begin(), roots.end());
    packages.insert(packages.end(), constraints.begin(), constraints.end());
    if (!roots.empty()) packages.push_back(cat("you need ", list_in_words(roots)));
    return packages;
  }

  void say(const std::vector<std::string>& reasons, std::size_t step, bool continues) {
    std::string conclusion = is_derived(step) ? words_.conclusion(why_.statements[step])
                                              : "your requirements cannot be met";
    if (reasons.empty()) {
      lines_.push_back(cat("so ", conclusion));
      return;
    }
    lines_.push_back(
        cat(continues ? "and because " : "because ", list_in_words(reasons), ", ", conclusion));
  }

  const Derivation& why_;
  Words words_;
  std::vector<bool> told_;
  std::vector<unsigned> uses_;
  std::vector<std::string> lines_;
  std::size_t last_told_ = 0;
};

/// Lists the facts of a proof, those that say the same of several releases once.
class ProofSummary {
 public:
  explicit ProofSummary(const Derivation& why) : why_(why), words_(why) {}

  std::vector<std::string> tell() {
    for (const Statement& statement : why_.statements) add(statement);
    std::vector<std::string> sentences;
    if (!yours_.empty()) sentences.push_back(cat("you need ", list_in_words(yours_)));
    sentences.insert(sentences.end(), limits_.begin(), limits_.end());
    for (const Group& group : groups_) sentences.push_back(say(group));
    std::vector<std::string> lines = packed(sentences);
    lines.push_back("these cannot all hold, so your requirements cannot be met");
    return lines;
  }

 private:
  struct Group {
    Statement fact;  // the one about the newest versions, with the ranges of all
    std::set<std::string> texts;
  };

  void add(const Statement& statement) {
    if (statement.kind == Kind::derived) return;
    if (statement.kind == Kind::root || statement.kind == Kind::constraint) {
      std::vector<std::string>& list = statement.kind == Kind::root ? yours_ : limits_;
      std::string text = words_.fact(statement);
      if (std::find(list.begin(), list.end(), text) == list.end()) list.push_back(text);
      return;
    }
    bool is_need = statement.kind == Kind::dependency;
    auto key = std::tuple(statement.kind, statement.subject, statement.object,
                          is_need ? "" : statement.text);
    auto [it, is_new] = index_.emplace(key, groups_.size());
    if (is_new) groups_.push_back({statement, {}});
    Group& group = groups_[it->second];
    group.texts.insert(words_.requirement(statement));
    group.fact.subject_range = group.fact.subject_range | statement.subject_range;
  }

  std::string say(const Group& group) const {
    if (group.fact.kind != Kind::dependency || group.texts.size() == 1)
      return words_.fact(group.fact);
    return cat(words_.subject(group.fact.subject, group.fact.subject_range), " needs a range of ",
               why_.packages[group.fact.object].str(), " of its own, such as ",
               words_.requirement(group.fact));
  }

  static std::vector<std::string> packed(const std::vector<std::string>& sentences) {
    std::size_t per_line = (sentences.size() + kMaxLines - 2) / (kMaxLines - 1);
    std::vector<std::string> lines;
    for (std::size_t i = 0; i < sentences.size(); ++i) {
      if (i % per_line == 0)
        lines.push_back(sentences[i]);
      else
        lines.back() += cat("; ", sentences[i]);
    }
    return lines;
  }

  const Derivation& why_;
  Words words_;
  std::vector<std::string> yours_, limits_;
  std::vector<Group> groups_;
  std::map<std::tuple<Kind, PackageId, PackageId, std::string>, std::size_t> index_;
};

}  // namespace

std::vector<std::string> Derivation::names() const {
  std::set<std::string> all;
  for (const Statement& statement : statements) {
    if (statement.kind == Statement::Kind::derived) continue;
    for (const auto& [id, term] : statement.terms) all.insert(packages[id].name);
    if (statement.kind == Statement::Kind::root || statement.kind == Statement::Kind::dependency) {
      all.insert(packages[statement.object].name);
    }
  }
  return {all.begin(), all.end()};
}

std::vector<std::string> explain(const Derivation& derivation) {
  if (derivation.statements.empty()) return {};
  auto is_step = [](const Statement& statement) { return statement.kind == Kind::derived; };
  auto steps = std::count_if(derivation.statements.begin(), derivation.statements.end(), is_step);
  if (static_cast<std::size_t>(steps) <= kMaxSteps) {
    std::vector<std::string> story = ProofStory(derivation).tell();
    if (story.size() <= kMaxLines) return story;
  }
  return ProofSummary(derivation).tell();
}

}  // namespace pipit::solve
