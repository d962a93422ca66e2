// What is known is collected first; then the rest is computed by several threads, which only wait:
// how many files are fetched at a time is the database's business.
#include "operation/release_hashes.h"

#include <algorithm>

#include "base/hash_spec.h"
#include "base/meter.h"
#include "base/text.h"
#include "operation/origin.h"
#include "sched/threads.h"

namespace pipit::operation {
namespace {

constexpr std::size_t kMostHashers = 32;

std::string hash_text(std::string_view algorithm, std::string_view hex) {
  return cat(algorithm, ":", hex);
}

/// What pip takes for a hash that protects.
bool protects(const std::string& algorithm) {
  return algorithm == "sha256" || algorithm == "sha384" || algorithm == "sha512";
}

/// Whether the server's word on this file alone is at fault.
bool is_about_one_file(const Error& error) {
  return error.code == Code::http_status || error.code == Code::unchecked;
}

class HashCollector {
 public:
  HashCollector(Session& session, const resolve::Policy& policy, const KeptHashes& kept,
                const resolve::Resolution& resolution)
      : session_(session),
        policy_(policy),
        kept_(kept),
        chosen_(resolution.chosen),
        hashes_(chosen_.size()) {}

  Result<ReleaseHashes> run() {
    for (std::size_t i = 0; i < chosen_.size(); ++i) collect_known(i);
    PIPIT_TRY(compute_unknown());
    if (!without_.empty())
      session_.events.warn(
          cat("without a hash, which only files have: ", base::join(without_, ", "),
              "; --require-hashes will refuse the output"));
    return std::move(hashes_);
  }

 private:
  struct Unknown {
    std::size_t chosen;
    index::FilePtr file;
    Result<std::string> digest = "";
  };

  void collect_known(std::size_t at) {
    const resolve::Chosen& one = chosen_[at];
    if (take_kept(at)) return;
    if (one.source)
      collect_direct(at);
    else if (one.page)
      collect_release(at);
  }

  bool take_kept(std::size_t at) {
    const resolve::Chosen& one = chosen_[at];
    const auto pins = kept_.find(one.name);
    if (pins == kept_.end()) return false;
    for (const PinnedHashes& pin : pins->second) {
      const bool same = one.source ? requirement_of(one) == cat(one.name, " @ ", pin.url)
                                   : pin.version == one.version;
      if (same) hashes_[at].insert(pin.hashes.begin(), pin.hashes.end());
    }
    return !hashes_[at].empty();
  }

  void collect_direct(std::size_t at) {
    const resolve::Chosen& one = chosen_[at];
    if (!one.source->is_file()) {
      const bool is_git = one.source->kind == distribution::DirectReference::Kind::git;
      without_.push_back(cat(one.name, is_git ? " (a repository)" : " (a folder)"));
      return;
    }
    for (const auto& [algorithm, digest] : origin_of(one).hashes)
      if (protects(algorithm)) hashes_[at].insert(hash_text(algorithm, digest));
    if (hashes_[at].empty()) unknown_.push_back({at, one.file});
  }

  void collect_release(std::size_t at) {
    const resolve::Chosen& one = chosen_[at];
    for (const index::File& file : index::files_of(*one.page, one.version)) {
      if (!policy_.exclude_newer.admits(one.name, file)) continue;
      const auto other = base::parse_hash_spec(file.other_hash);
      if (!file.sha256.empty())
        hashes_[at].insert(hash_text("sha256", file.sha256));
      else if (other && protects(other->algorithm))
        hashes_[at].insert(hash_text(other->algorithm, other->hex));
      else if (may_be_used(one.name, file))
        unknown_.push_back({at, index::file_of(one.page, file)});
    }
  }

  /// Nothing is fetched that the options rule out.
  bool may_be_used(const std::string& name, const index::File& file) const {
    return file.kind == index::FileKind::wheel ? policy_.binary.wheels_allowed(name)
                                               : policy_.binary.sdists_allowed(name);
  }

  Result<void> compute_unknown() {
    if (unknown_.empty()) return {};
    const std::int64_t started = base::now_us();
    base::Meter meter(
        session_.events,
        {.kind = base::MeterFacts::Kind::gather, .what = "Hashing", .noun = "file"});
    meter.set_total(unknown_.size());
    sched::run_each(unknown_.size(), kMostHashers, [&](std::size_t i) {
      unknown_[i].digest = digest_of(unknown_[i]);
      meter.step();
    });
    std::size_t computed = 0;
    for (const Unknown& one : unknown_) {
      const resolve::Chosen& chosen = chosen_[one.chosen];
      if (one.digest) {
        hashes_[one.chosen].insert(hash_text("sha256", *one.digest));
        ++computed;
      } else if (is_about_one_file(one.digest.error()) && !is_chosen(one)) {
        session_.events.warn(cat(chosen.name, " ", chosen.version.str(), ": the hash of ",
                                 base::printable(one.file->name),
                                 " is left out: ", one.digest.error().message));
      } else {
        return fail(one.digest.error());
      }
    }
    session_.events.say(cat("Found the hashes of ", base::counted(computed, "file"), " in ",
                            base::format_duration(base::now_us() - started)));
    return {};
  }

  bool is_chosen(const Unknown& one) const {
    return one.file->name == chosen_[one.chosen].file->name;
  }

  /// The wheel that was chosen is put into the cache as it comes, where an installation finds it.
  Result<std::string> digest_of(const Unknown& one) {
    const index::File& file = *one.file;
    const bool is_fetched = !base::is_file_url(file.url) && file.other_hash.empty();
    if (!is_fetched || file.kind != index::FileKind::wheel || !is_chosen(one))
      return session_.dists.digest(one.file, session_.stop);
    PIPIT_TRY(const cache::WheelPtr wheel,
              session_.dists.wheel(one.file, distribution::Expected{}, session_.stop));
    return wheel->sha256;
  }

  Session& session_;
  const resolve::Policy& policy_;
  const KeptHashes& kept_;
  const std::vector<resolve::Chosen>& chosen_;
  ReleaseHashes hashes_;
  std::vector<Unknown> unknown_;
  std::vector<std::string> without_;  // named with what they are
};

}  // namespace

Result<ReleaseHashes> release_hashes(Session& session, const resolve::Policy& policy,
                                     const KeptHashes& kept,
                                     const resolve::Resolution& resolution) {
  return HashCollector(session, policy, kept, resolution).run();
}

}  // namespace pipit::operation
