// metadata(file) and wheel(file): the only two questions the rest of the program asks of a
// distribution. Behind them it is decided: cached, sidecar, range, stream, download, build; which
// lane, which lock.
#pragma once
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "base/events.h"
#include "base/result.h"
#include "cache/store.h"
#include "cache/wheel.h"
#include "dist/builder.h"
#include "dist/direct_source.h"
#include "index/page.h"
#include "net/client.h"
#include "net/get_cached.h"
#include "pep/metadata.h"
#include "sched/gate.h"
#include "sched/once_map.h"
#include "sched/pool.h"

namespace pipit::dist {

struct DatabaseOptions {
  std::size_t concurrent_downloads = 16;
  std::uint64_t member_bytes = 12u << 20;  // over all members being inflated at once
  bool require_hashes = false;
  /// A wheel read forward for its metadata is unpacked while it streams (install, not compile).
  bool keep_streamed = false;
  std::vector<std::string> allow_invalid = {};     // normal names (--allow-invalid-wheel)
  std::string default_index = {};                  // whose sources lie under "pypi/" in the cache
  net::Refresh refresh = net::Refresh::normal;     // of sources that no hash on a page speaks for
  std::vector<std::string> refresh_packages = {};  // normal names: as Refresh::reload
};

/// What a wheel must hash to, beyond what its page says.
struct Expected {
  std::vector<base::HashSpec> hashes;  // any of them; empty: the page's
  std::uint64_t size = 0;              // of the file, when a lock says so; 0: any
};

/// How the wheels of this run came to be, for the summary.
struct Account {
  std::size_t downloaded = 0, from_cache = 0, built = 0, streamed = 0;
};

class Database {
 public:
  Database(DatabaseOptions options, net::Client& client, cache::Store& store, sched::Pool& pool,
           sched::WaitGraph& graph, base::Events& events, std::stop_token stop);
  ~Database();

  /// Asks for the metadata if nobody has, returns at once, and calls `fn` when it is there.
  void then_metadata(const index::FilePtr& file, sched::Want want,
                     std::function<void(const Result<pep::MetadataPtr>&)> fn);
  Result<pep::MetadataPtr> metadata(const index::FilePtr& file, std::stop_token stop);

  /// Starts fetching and unpacking (one pass) if nobody has.
  void request_wheel(const index::FilePtr& file, const Expected& expected, sched::Want want);
  /// The unpacked, checked wheel in the cache.
  Result<cache::WheelPtr> wheel(const index::FilePtr& file, const Expected& expected,
                                std::stop_token stop);
  /// The same, after `changed`, which wheel() gave, proved to be no longer what was unpacked: that
  /// entry is dropped, and the file fetched again. Once a run.
  Result<cache::WheelPtr> wheel_anew(const index::FilePtr& file, const Expected& expected,
                                     const cache::Wheel& changed, std::stop_token stop);
  /// What archives of a project must hash to before anything of them is run: in hash mode, before
  /// the first question about it. Wheels have their Expected besides.
  void expect(const std::string& project, std::vector<base::HashSpec> hashes);
  /// From here on sources are built by it; without one they are Code::unsupported unless they tell
  /// their metadata themselves. Once, before the first question about a source.
  void set_builder(std::shared_ptr<Builder> builder);
  /// What a direct reference is: its page of one file, and itself with the commit it means now.
  struct Direct {
    index::PagePtr page;
    Source source;
  };
  using DirectPtr = std::shared_ptr<const Direct>;
  /// Starts to find out, if nobody has; returns at once.
  void request_direct(const Source& source, sched::Want want);
  /// Waits until name and version are known, for which the source may have to be fetched or built.
  /// Its metadata and wheel are then asked for by the page's file like any other's.
  Result<DirectPtr> direct(const Source& source, std::stop_token stop);
  /// The wheel as a file, as it was published or (of a source) as it was built, copied into the
  /// folder; the path. For wheelhouses.
  Result<std::string> wheel_file(const index::FilePtr& file, const Expected& expected,
                                 const std::string& directory, std::stop_token stop);
  /// The file as it was published, wheel or source archive, copied into the folder; the path.
  /// Nothing is unpacked. Code::unsupported for a folder or a repository, which are no files.
  Result<std::string> published_file(const index::FilePtr& file, const Expected& expected,
                                     const std::string& directory, std::stop_token stop);
  Account account() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pipit::dist
