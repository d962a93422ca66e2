// A lock says everything about its files but where they are nearest: a lock installs by hash, from
// wherever a file with that hash is at hand. So places on the command line go before the lock's
// own, and an air-gapped machine needs no index, only the files.
#include "operation/lock_source.h"

#include <algorithm>

#include "base/file.h"
#include "base/file_digest.h"
#include "base/hash_spec.h"
#include "base/path.h"
#include "base/redact.h"
#include "base/text.h"
#include "index/catalog.h"
#include "index/raw_file.h"
#include "pep/name.h"
#include "pep/pylock.h"
#include "pep/pylock_select.h"
#include "resolve/url_versions.h"

namespace pipit::operation {
namespace {

/// The strongest hash we know of those a file has.
Result<base::HashSpec> best_hash(const pep::LockedFile& file, const std::string& shown) {
  for (const std::string_view algorithm : {"sha256", "sha512", "sha384", "sha224", "sha1", "md5"}) {
    const auto found = file.hashes.find(std::string(algorithm));
    if (found == file.hashes.end()) continue;
    if (auto spec = base::parse_hash_spec(cat(algorithm, "=", found->second)))
      return std::move(*spec);
    return fail(Code::parse,
                cat(shown, ": not a ", algorithm, " digest: ", base::printable(found->second)));
  }
  return fail(Code::unsupported, cat(shown, ": no hash of a kind this version knows"));
}

class LockSource {
 public:
  LockSource(const Options& options, Session& session, const pep::Target& target)
      : session_(session),
        target_(target),
        binary_(options.resolution.policy.binary),
        is_offline_(options.index.no_index) {
    binary_.holds_for_direct = true;
  }

  Result<void> open_places() {
    for (const std::string& place : session_.catalog.options().find_links) {
      PIPIT_TRY(index::LinkedFiles files,
                index::read_links(place, session_.catalog.options(), session_.client,
                                  session_.events, session_.stop));
      linked_.emplace_back(place, std::move(files));
    }
    return {};
  }

  Result<void> read(const LockInput& input) {
    PIPIT_TRY(const pep::Pylock lock, pep::parse_pylock(input.text));
    if (pep::is_newer_pylock(lock))
      session_.events.warn(cat(base::redact_text(input.name), ": lock-version ",
                               base::printable(lock.lock_version),
                               " is newer than 1.0: what it added is not looked at"));
    std::set<std::string> extras = input.extras, groups = input.groups;
    if (input.all_extras) extras.insert(lock.extras.begin(), lock.extras.end());
    if (input.all_groups) add_names(lock.dependency_groups, groups);
    if (input.default_groups || input.all_groups) add_names(lock.default_groups, groups);
    PIPIT_TRY(const auto packages, pep::select_locked(lock, target_, extras, groups));
    std::vector<std::optional<distribution::DirectReference>> sources;
    for (const pep::LockedPackage* package : packages) {
      PIPIT_TRY(auto source, source_in(*package, input.name));
      if (source) session_.dists.expect_project(*source, package->name);
      if (source) session_.dists.request_direct(*source, sched::Priority::blocking);
      sources.push_back(std::move(source));
    }
    for (std::size_t i = 0; i < packages.size(); ++i) {
      const pep::LockedPackage& package = *packages[i];
      PIPIT_TRY(resolve::Chosen chosen,
                sources[i] ? direct_of(package, *sources[i]) : chosen_of(package, input.name));
      const std::string name = chosen.name;
      if (!chosen_.emplace(name, std::move(chosen)).second)
        return fail(Code::no_solution, cat(name, ": another lock has it, too"));
    }
    return {};
  }

  resolve::Resolution resolution() {
    resolve::Resolution out;
    for (auto& [name, chosen] : chosen_) out.chosen.push_back(std::move(chosen));
    return out;
  }

 private:
  static void add_names(const std::vector<std::string>& from, std::set<std::string>& to) {
    for (const std::string& name : from) to.insert(pep::normalize_name(name));
  }

  /// What an entry comes from that is not a file of an index; its hash must be the lock's.
  Result<std::optional<distribution::DirectReference>> source_in(const pep::LockedPackage& package,
                                                                 const std::string& lock) {
    if (package.vcs) return repository_of(package, lock);
    if (package.directory) return folder_of(package, lock);
    if (!package.archive) return std::nullopt;
    const pep::LockedFile& archive = *package.archive;
    std::string name(base::base_name(archive.path));
    if (archive.path.empty()) {
      PIPIT_TRY(const base::Url url, base::parse_url(archive.url));
      name = base::file_name(url);
    }
    PIPIT_TRY(const base::HashSpec hash, best_hash(archive, base::printable(name)));
    PIPIT_TRY(const index::RawFile raw, find(package, archive, name, hash, lock));
    PIPIT_TRY(distribution::DirectReference source, distribution::parse_source(raw.url));
    source.subdirectory = archive.subdirectory;
    source.hashes = {hash};
    return source;
  }

  Result<distribution::DirectReference> repository_of(const pep::LockedPackage& package,
                                                      const std::string& lock) {
    const pep::LockedVcs& vcs = *package.vcs;
    if (vcs.type != "git")
      return fail(Code::unsupported, cat(package.name, ": ", base::printable(vcs.type),
                                         " repositories are not supported, only git's"));
    std::string url = vcs.url;
    if (url.empty()) {
      PIPIT_TRY(const std::string path, local_path(package.name, vcs.path, lock));
      url = base::path_to_file_url(path);
    }
    if (!distribution::is_full_commit(vcs.commit_id))
      return fail(Code::parse, cat(package.name, ": ", base::printable(vcs.commit_id),
                                   " is not a full commit id"));
    PIPIT_TRY(distribution::ParsedReference reference,
              distribution::parse_reference(cat("git+", url, "@", vcs.commit_id, "#subdirectory=",
                                                base::percent_encode_path(vcs.subdirectory))));
    if (!reference.access.userinfo.empty()) session_.client.add_credentials(reference.access);
    reference.source.revision = vcs.requested_revision;
    return std::move(reference.source);
  }

  Result<distribution::DirectReference> folder_of(const pep::LockedPackage& package,
                                                  const std::string& lock) {
    const pep::LockedDirectory& folder = *package.directory;
    PIPIT_TRY(std::string path, local_path(package.name, folder.path, lock));
    if (!folder.subdirectory.empty()) path = base::join_path(path, folder.subdirectory);
    PIPIT_TRY(distribution::DirectReference source, distribution::parse_source(path));
    source.editable = folder.editable;
    return source;
  }

  /// Seen from the lock, which must be on this machine.
  static Result<std::string> local_path(const std::string& name, const std::string& path,
                                        const std::string& lock) {
    if (is_from_network(lock))
      return fail(Code::parse, cat(name, ": a lock from the network names a local path"));
    return base::absolute_path(base::join_path(base::parent_path(local_lock(lock)), path));
  }

  static bool is_from_network(const std::string& lock) {
    const auto url = base::parse_url(lock);
    return url && url->is_http();
  }

  Result<resolve::Chosen> direct_of(const pep::LockedPackage& package,
                                    const distribution::DirectReference& source) {
    if (auto allowed = resolve::check_binary_policy(binary_, source, package.name); !allowed)
      return fail(std::move(allowed.error()));
    PIPIT_TRY(const auto direct, session_.dists.direct(source, session_.stop));
    resolve::Chosen chosen;
    chosen.name = package.name;
    chosen.requested = chosen.direct = true;
    chosen.page = direct->page;
    chosen.source = direct->source;
    chosen.file = index::only_file(chosen.page);
    chosen.version = chosen.page->releases.front().version;
    chosen.hashes = source.hashes;
    if (package.archive) chosen.locked_size = package.archive->size.value_or(0);
    const std::string place = distribution::shown_source(source);
    if (chosen.page->project != package.name)
      return fail(Code::parse, cat(package.name, ": ", place, " is the project ",
                                   chosen.page->project, ", not ", package.name));
    if (package.version && *package.version != chosen.version)
      return fail(Code::parse, cat(package.name, ": ", place, " is version ", chosen.version.str(),
                                   ", not ", package.version->str()));
    return chosen;
  }

  Result<resolve::Chosen> chosen_of(const pep::LockedPackage& package, const std::string& lock) {
    const pep::LockedFile* wheel = binary_.wheels_allowed(package.name)
                                       ? pep::best_locked_wheel(package, target_.tags)
                                       : nullptr;
    if (wheel) return file_of(package, *wheel, wheel->name, lock);
    if (package.sdist && binary_.sdists_allowed(package.name))
      return file_of(package, *package.sdist, package.sdist->name, lock);
    return fail(Code::no_solution,
                cat(package.name, ": the lock has no file for this platform",
                    package.wheels.empty() || binary_.wheels_allowed(package.name)
                        ? ""
                        : " that --no-binary allows"));
  }

  Result<resolve::Chosen> file_of(const pep::LockedPackage& package, const pep::LockedFile& file,
                                  const std::string& name, const std::string& lock) {
    resolve::Chosen chosen;
    chosen.name = package.name;
    chosen.requested = true;
    PIPIT_TRY(const base::HashSpec hash, best_hash(file, base::printable(name)));
    PIPIT_TRY(index::RawFile raw, find(package, file, name, hash, lock));
    raw.set_hash(hash);
    raw.name = name;
    index::LinkedFiles files;
    files.add(std::move(raw));
    // Built sources are remembered by their index.
    chosen.page = files.page(package.name, package.index);
    if (chosen.page->releases.empty())
      return fail(Code::parse, cat(base::printable(name), ": not a usable file name"));
    chosen.file = index::only_file(chosen.page);
    chosen.version = chosen.page->releases.front().version;
    chosen.hashes.push_back(hash);
    chosen.locked_size = file.size.value_or(0);
    return chosen;
  }

  /// Where the file is nearest.
  Result<index::RawFile> find(const pep::LockedPackage& package, const pep::LockedFile& file,
                              const std::string& name, const base::HashSpec& hash,
                              const std::string& lock) {
    for (const auto& [place, files] : linked_)
      if (auto raw = linked(files, package.name, place, name, hash)) return std::move(*raw);
    const auto base = base::parse_url(lock);
    const bool from_network = is_from_network(lock);
    if (!file.path.empty()) {
      if (from_network) return beside_url(*base, file.path);
      std::string directory(base::parent_path(local_lock(lock)));
      const std::string path = base::absolute_path(base::join_path(directory, file.path));
      if (base::exists(path) || file.url.empty()) return index::local_file(path);
    }
    PIPIT_TRY(const base::Url url, base::parse_url(file.url));
    if (url.is_file()) {
      if (from_network)
        return fail(Code::parse,
                    cat(base::printable(name), ": a lock from the network names a local file"));
      PIPIT_TRY(const std::string path, base::file_url_to_path(url));
      return index::local_file(path);
    }
    if (!url.is_http())
      return fail(Code::unsupported, cat(base::redacted(url), ": not an http(s) or file URL"));
    if (is_offline_)
      return fail(Error{Code::not_found,
                        cat(base::printable(name),
                            ": not found with the lock's hash, and --no-index forbids its URL")}
                      .with_hint("name a folder that has it with --find-links"));
    return remote(url);
  }

  static std::string local_lock(const std::string& lock) {
    const auto url = base::parse_url(lock);
    if (!url || !url->is_file()) return base::absolute_path(lock);
    const auto path = base::file_url_to_path(*url);
    return path ? *path : lock;
  }

  index::RawFile remote(base::Url url) {
    if (!url.userinfo.empty()) session_.client.add_credentials(url);
    index::RawFile raw;
    url.fragment.clear();
    raw.url = base::to_string(base::without_secrets(std::move(url)));
    return raw;
  }

  /// A path in a lock that came from a URL is relative to that URL, and stays below its folder.
  Result<index::RawFile> beside_url(const base::Url& lock, const std::string& path) {
    const std::string top = lock.path.substr(0, lock.path.rfind('/') + 1);
    const std::string wanted = base::absolute_path(base::join_path("/", path));
    const bool escapes =
        path.starts_with('/') || path.find('\\') != std::string::npos || is_climbing(path);
    if (escapes)
      return fail(Code::parse, cat(base::printable(path),
                                   ": a path that leaves the folder of a lock from the network"));
    base::Url url = lock;
    url.query.clear();
    url.fragment.clear();
    url.path = cat(top, base::percent_encode_path(wanted.substr(1)));
    return remote(std::move(url));
  }

  static bool is_climbing(const std::string& path) {
    int depth = 0;
    for (const std::string_view part : base::split(path, '/')) {
      if (part == "..") --depth;
      if (!part.empty() && part != "." && part != "..") ++depth;
      if (depth < 0) return true;
    }
    return false;
  }

  /// The file of a --find-links place, if it has that name and, as far as can be told without
  /// downloading it, that hash.
  static std::optional<index::RawFile> linked(const index::LinkedFiles& files,
                                              const std::string& project, const std::string& place,
                                              const std::string& name, const base::HashSpec& hash) {
    const index::PagePtr page = files.page(project, place);
    std::vector<index::File> all;
    for (const index::Release& release : page->releases)
      all.insert(all.end(), release.files.begin(), release.files.end());
    for (const index::File& file : all) {
      if (file.name != name) continue;
      const auto url = base::parse_url(file.url);
      if (url && url->is_file()) {
        const auto path = base::file_url_to_path(*url);
        const auto digest =
            path ? base::file_digest(*path, hash.algorithm) : Result<std::string>(std::string());
        if (!digest || *digest != hash.hex) continue;
      } else if (hash.algorithm == "sha256" && !file.sha256.empty() && file.sha256 != hash.hex) {
        continue;
      }
      index::RawFile raw;
      raw.url = std::string(file.url);
      raw.stamp = std::string(file.stamp);
      raw.size = file.size;
      return raw;
    }
    return std::nullopt;
  }

  Session& session_;
  const pep::Target& target_;
  resolve::BinaryPolicy binary_;
  const bool is_offline_;
  std::vector<std::pair<std::string, index::LinkedFiles>> linked_;
  std::map<std::string, resolve::Chosen> chosen_;
};

}  // namespace

Result<resolve::Resolution> read_locks(const Options& options, Session& session,
                                       const InstallTarget& target, const Inputs& inputs) {
  LockSource source(options, session, *target.resolved_for);
  PIPIT_TRY(source.open_places());
  for (const LockInput& lock : inputs.locks) {
    auto done = source.read(lock);
    if (done) continue;
    return fail(std::move(done.error()).in(base::redact_text(base::printable(lock.name))));
  }
  return source.resolution();
}

}  // namespace pipit::operation
