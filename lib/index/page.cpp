// Functions of a page alone: nothing is parsed here.
#include "index/page.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <memory>
#include <ranges>
#include <utility>

#include "base/hash.h"
#include "base/hash_spec.h"
#include "base/text.h"

namespace pipit::index {

PagePtr missing_page(std::string project) {
  auto page = std::make_shared<Page>();
  page->project = std::move(project);
  return page;
}

std::optional<std::size_t> find_release(const Page& page, const pep::Version& version) {
  const auto places = std::views::iota(std::size_t{0}, page.releases.size());
  const auto at = std::ranges::lower_bound(
      places, version, std::ranges::greater{},
      [&](std::size_t i) -> const pep::Version& { return page.releases.version(i); });
  if (at == places.end() || page.releases.version(*at) != version) return std::nullopt;
  return *at;
}

std::span<const File> files_of(const Page& page, const pep::Version& version) {
  const auto at = find_release(page, version);
  return at ? std::span<const File>(page.releases[*at].files) : std::span<const File>();
}

FilePtr file_of(const PagePtr& page, const File& file) { return {page, &file}; }

FilePtr only_file(const PagePtr& page) {
  return file_of(page, page->releases.front().files.front());
}

namespace {

/// What `slot` points to, made by the first that asks. Of two threads that make the same thing, the
/// second throws its own away.
template <class Thing, class Make>
const Thing& made_once(std::atomic<const Thing*>& slot, Make make) {
  if (const Thing* const known = slot.load(std::memory_order_acquire)) return *known;
  auto made = std::make_unique<const Thing>(make());
  const Thing* present = nullptr;
  if (!slot.compare_exchange_strong(present, made.get(), std::memory_order_acq_rel))
    return *present;
  return *made.release();
}

}  // namespace

struct Releases::State {
  struct Slot {
    std::atomic<const pep::Version*> version = nullptr;
    std::atomic<const Release*> release = nullptr;
    ~Slot() {
      const std::unique_ptr<const pep::Version> made_version(version.load());
      const std::unique_ptr<const Release> made_release(release.load());
    }
  };
  explicit State(Stored s) : stored(std::move(s)), slots(stored.ends.size()) {}
  std::string_view record(std::size_t at) const {
    const std::size_t begin = at == 0 ? 0 : stored.ends[at - 1];
    return stored.records.text.substr(begin, stored.ends[at] - begin);
  }
  const Stored stored;
  mutable std::vector<Slot> slots;
};

Releases::Releases(Stored stored) : count_(stored.ends.size()) {
  state_ = std::make_shared<const State>(std::move(stored));
}

const pep::Version& Releases::version(std::size_t at) const {
  return made_once(state_->slots[at].version,
                   [&] { return state_->stored.version_of(state_->record(at)); });
}

const Release& Releases::operator[](std::size_t at) const {
  return made_once(state_->slots[at].release, [&] {
    const Stored& stored = state_->stored;
    return Release{version(at), stored.files_of(state_->record(at), stored.index_url)};
  });
}

namespace {

std::unexpected<Error> torn_hash(const File& file, std::string_view of_what,
                                 std::string_view hash) {
  constexpr std::size_t kShown = 100;
  const std::string place = file.index_url.empty() ? "" : cat(" of ", file.index_url);
  return fail(
      Error{Code::hash_mismatch,
            cat(base::printable(file.name), of_what, ": the page", place, " gives it the hash \"",
                base::printable(hash.substr(0, kShown)), "\", which no file can have")}
          .with_hint("the index has to mend its page; another version may have a hash"));
}

}  // namespace

Result<void> check_hashes(const File& file) {
  if (file.sha256.empty() && !file.other_hash.empty() && !base::parse_hash_spec(file.other_hash))
    return torn_hash(file, "", file.other_hash);
  if (file.sidecar_sha256.contains('=')) return torn_hash(file, ".metadata", file.sidecar_sha256);
  return {};
}

std::string file_key(const File& file) {
  if (!file.sha256.empty()) return std::string(file.sha256);
  return base::sha256_hex(cat(file.url, "\n", file.other_hash, "\n", file.stamp));
}

}  // namespace pipit::index
