// One external incompatibility, or a part of one, in words.
#include "solve/explain_words.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace pipit::solve {

namespace {

/// "2" when the range text names one version.
std::optional<std::string> only_version(const std::string& range) {
  if (!range.starts_with("==") || range.find_first_of(",* ") != std::string::npos)
    return std::nullopt;
  return range.substr(2);
}

/// Name and range text as one reads it: "a>=2", "a==1 or a>=3".
std::string with_range(const std::string& name, const std::string& range) {
  return cat(name, base::replace_all(range, " or ", cat(" or ", name)));
}

std::string origin_text(const Incompatibility& fact) {
  return fact.origin.empty() ? "" : cat(" (", fact.origin, ")");
}

}  // namespace

const std::vector<pep::Version>* Words::versions(PackageId id) const {
  Package project = package(id).base();
  for (std::size_t i = 0; i < why_.packages.size(); ++i) {
    if (why_.packages[i] == project) return why_.versions[i].get();
  }
  return nullptr;
}

std::string Words::subject(PackageId id, const Range& range) const {
  const std::vector<pep::Version>* known = versions(id);
  std::string name = package(id).str();
  std::string text = known ? range.str(*known) : range.str();
  if (text.empty() && known && known->size() == 1) return cat(name, " ", known->front().str());
  if (text.empty()) return known ? cat("every version of ", name) : name;
  if (std::optional<std::string> version = only_version(text)) return cat(name, " ", *version);
  return with_range(name, text);
}

std::string Words::requirement(const Incompatibility& fact) const {
  if (!fact.text.empty()) return fact.text;
  std::string name = package(fact.object).str();
  for (const auto& [id, term] : fact.terms) {
    if (package(id) != package(fact.object).base() || package(id).is_virtual()) continue;
    return with_range(name, (term.positive ? term.range.complement() : term.range).str());
  }
  return name;
}

std::string Words::need(const Incompatibility& fact) const {
  // A requirement that no version can meet has no term for what it requires.
  auto is_about_object = [&](const auto& term) {
    return package(term.first).name == package(fact.object).name;
  };
  bool possible = std::any_of(fact.terms.begin(), fact.terms.end(), is_about_object);
  return cat(requirement(fact), origin_text(fact), possible ? "" : " which no version meets");
}

std::string Words::fact(const Incompatibility& fact) const {
  using enum Incompatibility::Kind;
  switch (fact.kind) {
    case root:
      return need(fact);
    case constraint:
      return cat("a constraint says ", need(fact));
    case dependency:
      return cat(subject(fact.subject, fact.subject_range), " needs ", need(fact));
    case no_version: {
      std::string name = package(fact.subject).str();
      if (fact.subject_range.is_full()) return cat(name, " has no versions");
      const std::vector<pep::Version>* known = versions(fact.subject);
      const std::string range = fact.subject_range.str();
      if (range.starts_with("!=") && range.find_first_of(",| ") == std::string::npos)
        return cat("there is no ", name, " but ", range.substr(2));
      return cat("there is no ", with_range(name, range),
                 known && !known->empty() ? cat(" (the newest is ", known->back().str(), ")") : "");
    }
    case unavailable:
      return cat(subject(fact.subject, fact.subject_range), " ", fact.text);
    case derived:
      break;
  }
  return {};
}

}  // namespace pipit::solve
