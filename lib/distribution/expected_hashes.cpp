// Every known hash is checked, whatever its source: the page, a lock, the command line. All are fed
// from the same bytes, so a file is read once.
#include "distribution/expected_hashes.h"

#include <algorithm>

#include "base/hash_spec.h"
#include "base/text.h"

namespace pipit::distribution {
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

Result<ExpectedHashes> ExpectedHashes::create(const index::File& file, const Expected& expected,
                                              bool required) {
  PIPIT_TRY(index::check_hashes(file));
  ExpectedHashes hashes(base::printable(file.name));
  hashes.wanted_ = expected.hashes;
  hashes.size_ = expected.size;
  if (!file.sha256.empty())
    hashes.page_.push_back({"sha256", std::string(file.sha256)});
  else if (auto other = base::parse_hash_spec(file.other_hash))
    hashes.page_.push_back(*other);
  if (required && hashes.wanted_.empty()) {
    return fail(Code::hash_mismatch,
                cat(hashes.file_, ": no hash is given, but hashes are required"));
  }
  // A page that promises a SHA-256 other than any wanted one can be refused without a download.
  if (!file.sha256.empty() && !hashes.wanted_.empty() && wants_sha256(hashes.wanted_)) {
    bool fits =
        std::any_of(hashes.wanted_.begin(), hashes.wanted_.end(), [&](const base::HashSpec& spec) {
          return spec.algorithm != "sha256" || spec.hex == file.sha256;
        });
    if (!fits) {
      return fail(Code::hash_mismatch,
                  cat(hashes.file_, ": hash mismatch: expected ", spec_list(hashes.wanted_),
                      ", the index has sha256=", file.sha256));
    }
  }
  bool sha256_is_enough =
      hashes.wanted_.empty() ||
      std::any_of(hashes.wanted_.begin(), hashes.wanted_.end(), [&](const auto& spec) {
        return spec.algorithm == "sha256" && (file.sha256.empty() || spec.hex == file.sha256);
      });
  if (sha256_is_enough && !file.sha256.empty()) hashes.known_sha256_ = file.sha256;
  if (file.sha256.empty() && hashes.wanted_.size() == 1 &&
      hashes.wanted_[0].algorithm == "sha256" && hashes.page_.empty()) {
    hashes.known_sha256_ = hashes.wanted_[0].hex;
  }
  for (const auto* specs : {&hashes.page_, &hashes.wanted_}) {
    for (const base::HashSpec& spec : *specs) {
      bool have = spec.algorithm == "sha256" ||
                  std::any_of(hashes.others_.begin(), hashes.others_.end(),
                              [&](const Other& o) { return o.algorithm == spec.algorithm; });
      if (have) continue;
      PIPIT_TRY(base::Hasher hasher, base::Hasher::create(spec.algorithm));
      hashes.others_.push_back({spec.algorithm, std::move(hasher)});
    }
  }
  return hashes;
}

void ExpectedHashes::update(std::string_view bytes) {
  sha256_.update(bytes);
  received_ += bytes.size();
  for (Other& other : others_) other.hasher.update(bytes);
}

std::string ExpectedHashes::actual(const std::string& algorithm) const {
  for (const Other& other : others_) {
    if (other.algorithm == algorithm) return other.hasher.hex_digest();
  }
  return sha256();
}

bool is_about_content(const Error& error) {
  return error.code == Code::bad_archive || error.code == Code::bad_wheel ||
         error.code == Code::bad_metadata || error.code == Code::unsupported;
}

Error as_unchecked(Error error) {
  if (is_about_content(error) && error.code != Code::bad_metadata) error.code = Code::unchecked;
  return error;
}

Result<void> ExpectedHashes::check() const {
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

}  // namespace pipit::distribution
