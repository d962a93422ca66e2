// The tables that all jobs of distribution share, behind one lock.
#include "distribution/dist_state.h"

#include "base/descriptors.h"
#include "base/file_tree.h"
#include "base/hash_spec.h"
#include "base/text.h"
#include "sched/wait_graph.h"

namespace pipit::distribution {

void StreamedUnpack::want() {
  base::Lock lock(mu_);
  wanted_ = true;
}

bool StreamedUnpack::wanted() const {
  base::Lock lock(mu_);
  return wanted_;
}

void StreamedUnpack::then(Over fn) {
  cache::WheelPtr wheel;
  {
    base::Lock lock(mu_);
    if (!over_) {
      waiting_.push_back(std::move(fn));
      return;
    }
    wheel = wheel_;
  }
  fn(wheel);
}

void StreamedUnpack::finish(cache::WheelPtr wheel) {
  std::vector<Over> waiting;
  {
    base::Lock lock(mu_);
    if (over_) return;
    over_ = true;
    wheel_ = wheel;
    waiting.swap(waiting_);
  }
  for (const Over& fn : waiting) fn(wheel);
}

DistState::DistState(DatabaseOptions o, net::Client& c, cache::Store& s, sched::Pool& p,
                     sched::WaitGraph& g, base::Events& e)
    : options(std::move(o)),
      client(c),
      store(s),
      pool(p),
      graph(g),
      events(e),
      downloads(base::affordable_transfers(options.concurrent_downloads)),
      member_memory(options.member_bytes),
      metadata(graph),
      wheels(graph),
      archives(graph),
      published(graph),
      builds(graph),
      directs(graph),
      commits(graph),
      shard_locks(store, graph) {}

void DistState::drop(const std::string& staging) {
  if (stop.stop_requested() && store.put_aside(staging)) return;
  (void)base::remove_tree(staging);
}

archive::MemoryLease DistState::lease() {
  return [this](std::uint64_t bytes) -> std::shared_ptr<void> {
    if (bytes > member_memory.capacity()) return nullptr;
    auto permit = std::make_shared<sched::Permit>(member_memory.try_acquire(bytes));
    return *permit ? permit : nullptr;
  };
}

std::shared_ptr<StreamedUnpack> DistState::streaming(const std::string& file_key) {
  base::Lock lock(mu_);
  auto found = streaming_.find(file_key);
  return found == streaming_.end() ? nullptr : found->second;
}

void DistState::set_streaming(const std::string& file_key, std::shared_ptr<StreamedUnpack> s) {
  base::Lock lock(mu_);
  streaming_[file_key] = std::move(s);
}

std::shared_ptr<Builder> DistState::builder() const {
  base::Lock lock(mu_);
  return builder_;
}

void DistState::set_builder(std::shared_ptr<Builder> builder) {
  base::Lock lock(mu_);
  builder_ = std::move(builder);
}

std::vector<base::HashSpec> DistState::expected(const std::string& project) const {
  base::Lock lock(mu_);
  const auto found = expected_.find(project);
  return found == expected_.end() ? std::vector<base::HashSpec>() : found->second;
}

void DistState::expect(const std::string& project, std::vector<base::HashSpec> hashes) {
  base::Lock lock(mu_);
  expected_[project] = std::move(hashes);
}

void DistState::call(const std::string& url, std::string written) {
  base::Lock lock(names_mu_);
  written_.emplace(url, std::move(written));
}

std::string DistState::called(const DirectReference& source) const {
  base::Lock lock(names_mu_);
  const auto found = written_.find(source.url);
  return found == written_.end() ? shown_source(source) : found->second;
}

void DistState::expect_project(const DirectReference& source, const std::string& name) {
  base::Lock lock(names_mu_);
  if (!name.empty()) said_projects_.insert_or_assign({source.url, source.subdirectory}, name);
}

std::string DistState::expected_project(const DirectReference& source) const {
  base::Lock lock(names_mu_);
  const auto found = said_projects_.find({source.url, source.subdirectory});
  return found == said_projects_.end() ? std::string() : found->second;
}

std::shared_ptr<SourceBuild> DistState::source(
    const FileKey& key, const std::function<std::shared_ptr<SourceBuild>()>& make) {
  base::Lock lock(mu_);
  std::shared_ptr<SourceBuild>& source = sources_[key];
  if (!source) source = make();
  return source;
}

void DistState::leave_archive(const FileKey& key, std::unique_ptr<ArchiveSpool> begun) {
  base::Lock lock(mu_);
  begun_[key] = std::move(begun);
}

std::unique_ptr<ArchiveSpool> DistState::take_archive(const FileKey& key) {
  base::Lock lock(mu_);
  const auto found = begun_.find(key);
  if (found == begun_.end()) return nullptr;
  return std::move(found->second);
}

bool DistState::may_guess(const std::string& project) {
  base::Lock lock(mu_);
  return guessed_.insert(project).second;
}

void DistState::confirm(const std::string& file_key, const net::Validators& validators) {
  base::Lock lock(mu_);
  confirmed_[file_key] = validators;
}

std::optional<net::Validators> DistState::confirmed(const std::string& file_key) const {
  base::Lock lock(mu_);
  const auto found = confirmed_.find(file_key);
  return found == confirmed_.end() ? std::nullopt : std::optional(found->second);
}

void DistState::note_size(const std::string& file_key, std::uint64_t size) {
  base::Lock lock(mu_);
  sizes_[file_key] = size;
}

std::uint64_t DistState::noted_size(const std::string& file_key) const {
  base::Lock lock(mu_);
  const auto found = sizes_.find(file_key);
  return found == sizes_.end() ? 0 : found->second;
}

void DistState::keep_alive(std::shared_ptr<void> waiting) {
  base::Lock lock(mu_);
  kept_alive_.push_back(std::move(waiting));
}

void DistState::release_kept() {
  std::vector<std::shared_ptr<void>> kept;  // they may call us when they are destroyed
  {
    base::Lock lock(mu_);
    kept.swap(kept_alive_);
  }
}

/// What was fetched or built in this run stays so when it is taken from the cache afterwards.
void DistState::count(std::size_t Account::* what, const FileKey& key) {
  base::Lock lock(mu_);
  ++(account_.*what);
  const Obtained how = what == &Account::from_cache ? Obtained::from_cache
                       : what == &Account::built    ? Obtained::built
                                                    : Obtained::downloaded;
  if (how == Obtained::from_cache)
    obtained_.try_emplace(key, how);
  else
    obtained_[key] = how;
}

Account DistState::account() const {
  base::Lock lock(mu_);
  return account_;
}

Obtained DistState::obtained(const FileKey& key) const {
  base::Lock lock(mu_);
  const auto known = obtained_.find(key);
  return known == obtained_.end() ? Obtained::on_this_machine : known->second;
}

void DistState::job_begins() {
  base::Lock lock(mu_);
  ++jobs_;
}

void DistState::job_ends() {
  base::Lock lock(mu_);
  if (--jobs_ == 0) changed_.notify_all();
}

void DistState::wait_for_jobs() {
  base::Lock lock(mu_);
  changed_.wait(mu_, [this]() PIPIT_REQUIRES(mu_) { return jobs_ == 0; });
}

bool is_local(const index::File& file) { return base::is_file_url(file.url); }

std::string shown_name(const index::File& file) { return base::printable(file.name); }

}  // namespace pipit::distribution
