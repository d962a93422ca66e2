// From a project name to its page: indexes in order, find-links folders beside them, each page
// requested once per run.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "base/events.h"
#include "cache/store.h"
#include "index/find_links.h"
#include "index/page.h"
#include "index/search_record.h"
#include "net/client.h"
#include "net/get_cached.h"
#include "sched/once_map.h"
#include "sched/wait_graph.h"

namespace pipit::index {

/// first_index: the first index that has the name is used. best_match: the pages of all are merged.
enum class Strategy { first_index, best_match };

/// The settings that --index-url, --extra-index-url, --find-links and --refresh give.
struct CatalogOptions {
  std::vector<base::Url> indexes;       // in the order they are searched; empty with --no-index
  std::vector<std::string> find_links;  // directories, files or URLs
  Strategy strategy = Strategy::first_index;
  bool tell_merges = false;  // with best_match: fill Page::also_at
  /// An index that cannot be asked (no connection, an error for an answer) is warned about and
  /// passed over if another place has the project.
  bool ignore_errors = false;
  bool ignore_missing_links = false;  // likewise a --find-links folder that is not there, as in pip
  net::Refresh refresh = net::Refresh::normal;
  std::vector<std::string> refresh_packages;  // normal names: as Refresh::reload
};

/// read_links() of a --find-links place; one that may be passed over is warned about, and empty.
Result<LinkedFiles> read_links(const std::string& place, const CatalogOptions& options,
                               net::Client& client, base::Events& events, std::stop_token stop);

class Catalog {
 public:
  Catalog(CatalogOptions options, net::Client& client, cache::Store& store, sched::Pool& pool,
          sched::WaitGraph& graph, base::Events& events, std::stop_token stop);
  ~Catalog();
  /// Requests the page if nobody has yet; returns at once.
  void request(const std::string& name, sched::Priority priority);
  /// request(), then `fn` when the page arrives (at once if it is there). `fn` gets errors too.
  void then(const std::string& name, sched::Priority priority,
            std::function<void(const Result<PagePtr>&)> fn);
  /// request() as blocking, then wait. A name that no index has gives a page with found == false.
  Result<PagePtr> page(const std::string& name, std::stop_token stop);
  /// Opens connections to the indexes ahead of what will be asked for. Not to one whose page of
  /// `project` is stored: it may not be asked. Whether any was opened.
  bool preconnect(const std::string& project);
  const CatalogOptions& options() const;
  /// Where projects were looked for so far.
  const SearchRecord& searched() const;
  /// Projects whose names are known without asking: of the --find-links places that were read, and
  /// of indexes that are folders.
  std::vector<std::string> known_projects() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace pipit::index
