#include "dist/hash_goal.h"

#include <algorithm>

#include "base/hash_spec.h"
#include "base/text.h"

namespace pipit::dist {
namespace {

bool wants_sha256(const std::vector<base::HashSpec>& specs) {
  return std::any_of(specs.begin(), specs.end(),
                     [](const base::HashSpec& s) { return s.algorithm == "sha256"; });
}

std::string spec_text(const base::HashSpec& spec) { return cat(spec.algorithm, "=", spec.hex); }

std::string spec_list(const std::vector<base::HashSpec>& specs) {
  std::vector<std::string> texts;
  for (const base::HashSpec& spec : specs) texts.push_back(spec_text(spec));
  return base::join(texts, " or ");
}

}  // namespace

Result<HashGoal> HashGoal::create(const index::File& file, const Expected& expected,
                                  bool required) {
  HashGoal goal(base::printable(file.name));
  goal.wanted_ = expected.hashes;
  goal.size_ = expected.size;
  if (!file.sha256.empty())
    goal.page_.push_back({"sha256", std::string(file.sha256)});
  else if (auto other = base::parse_hash_spec(file.other_hash))
    goal.page_.push_back(*other);
  if (required && goal.wanted_.empty()) {
    return fail(Code::hash_mismatch,
                cat(goal.file_, ": no hash is given, but hashes are required"));
  }
  // A page that promises another SHA-256 than any wanted one need not be downloaded to be refused.
  if (!file.sha256.empty() && !goal.wanted_.empty() && wants_sha256(goal.wanted_)) {
    bool fits =
        std::any_of(goal.wanted_.begin(), goal.wanted_.end(), [&](const base::HashSpec& spec) {
          return spec.algorithm != "sha256" || spec.hex == file.sha256;
        });
    if (!fits) {
      return fail(Code::hash_mismatch,
                  cat(goal.file_, ": hash mismatch: expected ", spec_list(goal.wanted_),
                      ", the index has sha256=", file.sha256));
    }
  }
  bool sha256_is_enough =
      goal.wanted_.empty() ||
      std::any_of(goal.wanted_.begin(), goal.wanted_.end(), [&](const auto& spec) {
        return spec.algorithm == "sha256" && (file.sha256.empty() || spec.hex == file.sha256);
      });
  if (sha256_is_enough && !file.sha256.empty()) goal.known_sha256_ = file.sha256;
  if (file.sha256.empty() && goal.wanted_.size() == 1 && goal.wanted_[0].algorithm == "sha256" &&
      goal.page_.empty()) {
    goal.known_sha256_ = goal.wanted_[0].hex;
  }
  for (const auto* specs : {&goal.page_, &goal.wanted_}) {
    for (const base::HashSpec& spec : *specs) {
      bool have = spec.algorithm == "sha256" ||
                  std::any_of(goal.others_.begin(), goal.others_.end(),
                              [&](const Other& o) { return o.algorithm == spec.algorithm; });
      if (have) continue;
      PIPIT_TRY(base::Hasher hasher, base::Hasher::create(spec.algorithm));
      goal.others_.push_back({spec.algorithm, std::move(hasher)});
    }
  }
  return goal;
}

void HashGoal::update(std::string_view bytes) {
  sha256_.update(bytes);
  received_ += bytes.size();
  for (Other& other : others_) other.hasher.update(bytes);
}

std::string HashGoal::actual(const std::string& algorithm) const {
  for (const Other& other : others_) {
    if (other.algorithm == algorithm) return other.hasher.hex_digest();
  }
  return sha256();
}

Result<void> HashGoal::check() const {
  if (size_ > 0 && received_ != size_)
    return fail(Code::hash_mismatch,
                cat(file_, ": size mismatch: expected ", size_, " bytes, got ", received_));
  for (const auto* specs : {&page_, &wanted_}) {
    if (specs->empty()) continue;
    bool met = std::any_of(specs->begin(), specs->end(), [&](const base::HashSpec& spec) {
      return actual(spec.algorithm) == spec.hex;
    });
    if (met) continue;
    const base::HashSpec& first = specs->front();
    return fail(Code::hash_mismatch, cat(file_, ": hash mismatch: expected ", spec_list(*specs),
                                         ", got ", first.algorithm, "=", actual(first.algorithm)));
  }
  return {};
}

}  // namespace pipit::dist
