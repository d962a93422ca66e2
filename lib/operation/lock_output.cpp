// A resolution as a lock file. Every file of a chosen release is named, so that the lock serves
// machines other than this one as far as the resolution does.
#include "operation/lock_output.h"

#include <algorithm>
#include <ctime>

#include "base/file_digest.h"
#include "base/hash_spec.h"
#include "base/path.h"
#include "base/redact.h"
#include "base/text.h"
#include "operation/lock_source.h"
#include "operation/origin.h"
#include "pep/pylock.h"
#include "pep/pylock_write.h"

namespace pipit::operation {
namespace {

/// RFC 3339, UTC.
std::string upload_time_text(std::int64_t seconds) {
  const auto time = static_cast<std::time_t>(seconds);
  std::tm parts{};
  if (seconds <= 0 || ::gmtime_r(&time, &parts) == nullptr) return {};
  char text[32];
  const std::size_t length = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return {text, length};
}

/// What a lock for one target says of it: enough to tell others apart, no more.
pep::Marker target_marker(const pep::MarkerEnvironment& env) {
  pep::Marker all;
  for (const std::string_view name :
       {"implementation_name", "platform_machine", "python_version", "sys_platform"}) {
    const std::string* value = pep::marker_variable(env, name);
    if (!value || value->empty()) continue;
    if (auto one = pep::Marker::parse(cat(name, " == '", *value, "'"))) all = all & *one;
  }
  return all;
}

class LockOutput {
 public:
  LockOutput(Session& session, const std::string& output) : session_(session) {
    folder_ = std::string(base::parent_path(base::absolute_path(output.empty() ? "x" : output)));
  }

  Result<pep::LockedPackage> package(const resolve::Chosen& chosen,
                                     const resolve::BinaryPolicy& binary) {
    pep::LockedPackage out;
    out.name = chosen.name;
    out.version = chosen.version;
    out.marker = chosen.marker;
    if (!chosen.page || !chosen.file)
      return fail(Code::internal, cat(chosen.name, ": no file to lock"));
    if (chosen.source) {
      PIPIT_TRY(add_source(chosen, *chosen.source, out));
      return out;
    }
    if (is_an_index(chosen.page->index_url)) out.index = chosen.page->index_url;
    PIPIT_TRY(add_files(chosen, binary, out));
    return out;
  }

 private:
  /// A folder's version may be another one tomorrow, so it is not said.
  Result<void> add_source(const resolve::Chosen& chosen,
                          const distribution::DirectReference& source, pep::LockedPackage& out) {
    distribution::DirectReference bare = source;
    bare.hashes.clear();
    bare.subdirectory.clear();
    bare.lfs = false;
    const bool local = base::is_file_url(source.url);
    if (source.kind == distribution::DirectReference::Kind::git) {
      out.vcs = pep::LockedVcs{"git",           source.url,    "",
                               source.revision, source.commit, source.subdirectory};
      return {};
    }
    PIPIT_TRY(const base::Url url, base::parse_url(source.url));
    std::string path;
    if (local) {
      PIPIT_TRY(path, base::file_url_to_path(url));
      path = base::relative_path(folder_, path);
    }
    if (source.kind == distribution::DirectReference::Kind::directory) {
      out.version.reset();
      out.directory = pep::LockedDirectory{std::move(path), "", source.editable};
      return {};
    }
    pep::LockedFile file;
    if (local)
      file.path = std::move(path);
    else
      file.url = distribution::shown_source(bare);
    file.subdirectory = source.subdirectory;
    if (chosen.file->size > 0) file.size = chosen.file->size;
    for (const auto& [algorithm, digest] : origin_of(chosen).hashes)
      file.hashes.emplace(algorithm, digest);
    if (file.hashes.empty()) {
      PIPIT_TRY(file.hashes["sha256"], downloaded_digest(chosen.file));
    }
    out.archive = std::move(file);
    return {};
  }

  Result<void> add_files(const resolve::Chosen& chosen, const resolve::BinaryPolicy& binary,
                         pep::LockedPackage& out) {
    std::size_t without_hash = 0;
    for (const index::File& file : index::files_of(*chosen.page, chosen.version)) {
      const bool is_wheel = file.kind == index::FileKind::wheel;
      const bool is_chosen = file.name == chosen.file->name;
      const bool allowed = is_wheel ? binary.wheels_allowed(chosen.name)
                                    : binary.sdists_allowed(chosen.name) && !out.sdist;
      if (!allowed || (file.yanked && !chosen.file->yanked)) continue;
      PIPIT_TRY(auto locked, locked_file(file, is_chosen ? chosen.file : nullptr));
      if (!locked)
        ++without_hash;
      else if (is_wheel)
        out.wheels.push_back(std::move(*locked));
      else
        out.sdist = std::move(*locked);
    }
    if (without_hash > 0)
      session_.events.warn(cat(chosen.name, " ", chosen.version.str(), ": ", without_hash,
                               " of its files are left out: the index gives no hash for them"));
    return {};
  }

  bool is_an_index(const std::string& place) const {
    return std::ranges::any_of(session_.catalog.options().indexes, [&](const base::Url& url) {
      return !url.is_file() && base::to_string(base::without_secrets(url)) == place;
    });
  }

  /// `fetchable`: the same file, if it may be downloaded for its hash; null: nullopt then.
  Result<std::optional<pep::LockedFile>> locked_file(const index::File& file,
                                                     const index::FilePtr& fetchable) {
    PIPIT_TRY(index::check_hashes(file));
    pep::LockedFile out;
    out.name = std::string(file.name);
    out.upload_time = upload_time_text(file.upload_time);
    if (file.size > 0) out.size = file.size;
    if (!file.sha256.empty())
      out.hashes.emplace("sha256", file.sha256);
    else if (const auto other = base::parse_hash_spec(file.other_hash))
      out.hashes.emplace(other->algorithm, other->hex);
    PIPIT_TRY(const base::Url url, base::parse_url(file.url));
    if (url.is_file()) {
      PIPIT_TRY(const std::string path, base::file_url_to_path(url));
      out.path = base::relative_path(folder_, path);
      if (out.hashes.empty()) {
        PIPIT_TRY(out.hashes["sha256"], base::file_digest(path, "sha256"));
      }
      return out;
    }
    out.url = std::string(file.url);
    if (!out.hashes.empty()) return out;
    if (!fetchable) return std::nullopt;
    PIPIT_TRY(out.hashes["sha256"], downloaded_digest(fetchable));
    return out;
  }

  /// A wheel is put into the cache on the fly, where the installation will find it.
  Result<std::string> downloaded_digest(const index::FilePtr& file) {
    if (file->kind == index::FileKind::wheel) {
      PIPIT_TRY(const cache::WheelPtr wheel,
                session_.dists.wheel(file, distribution::Expected{}, session_.stop));
      return wheel->sha256;
    }
    return session_.dists.digest(file, session_.stop);
  }

  Session& session_;
  std::string folder_;  // paths are relative to it
};

/// Whether one of a distribution's requirements is met by this entry of the lock.
bool is_needed_by(const resolve::Chosen& asker, const resolve::Chosen& entry) {
  if (!asker.metadata) return true;
  return std::ranges::any_of(asker.metadata->requires_dist, [&](const pep::Requirement& need) {
    return need.name == entry.name &&
           (need.url || entry.source || need.specifier.contains(entry.version));
  });
}

/// What each entry needs, from who is needed by whom. A version is named where a name has several
/// entries.
void add_references(const resolve::Resolution& resolution,
                    std::vector<pep::LockedPackage>& packages) {
  const auto& chosen = resolution.chosen;
  for (std::size_t asker = 0; asker < chosen.size(); ++asker) {
    std::set<pep::LockedReference> needs;
    for (std::size_t at = 0; at < chosen.size(); ++at) {
      if (!chosen[at].via.contains(chosen[asker].name) || !is_needed_by(chosen[asker], chosen[at]))
        continue;
      const auto same = [&](const resolve::Chosen& one) { return one.name == chosen[at].name; };
      const bool several = std::ranges::count_if(chosen, same) > 1;
      needs.insert({chosen[at].name, several ? chosen[at].version.str() : ""});
    }
    packages[asker].dependencies.assign(needs.begin(), needs.end());
  }
}

}  // namespace

Result<std::string> lock_text(Session& session, const resolve::Policy& policy, const Inputs& inputs,
                              const resolve::Resolution& resolution, const std::string& output) {
  pep::Pylock lock;
  if (!policy.target) {
    lock.requires_python_text = cat(">=", policy.lowest_python.str());
    for (const NamedEnvironment& one : inputs.environments.counted)
      lock.environments.push_back(one.marker);
  } else {
    if (const pep::Marker marker = target_marker(policy.target->markers); !marker.is_true())
      lock.environments.push_back(marker);
    if (inputs.requires_python.size() == 1)
      lock.requires_python_text = inputs.requires_python.front().specifier.str();
  }
  LockOutput writer(session, output);
  for (const resolve::Chosen& chosen : resolution.chosen) {
    PIPIT_TRY(pep::LockedPackage package, writer.package(chosen, policy.binary));
    lock.packages.push_back(std::move(package));
  }
  add_references(resolution, lock.packages);
  return pep::write_pylock(std::move(lock));
}

}  // namespace pipit::operation
