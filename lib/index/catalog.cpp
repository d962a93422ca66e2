// One page per project and run. The first that needs a page (mostly the scout) requests it; all
// share it.
//
// With first-index the indexes are asked one after another until one has the name: a chain of
// continuations, in which no thread waits. With best-match all are asked at once and their pages
// merged. Files of --find-links always compete with the index's own. The folders of --find-links
// are read once, by the first page that needs them.
#include "index/catalog.h"

#include <algorithm>
#include <mutex>
#include <set>

#include "base/file_tree.h"
#include "base/hash.h"
#include "base/redact.h"
#include "base/text.h"
#include "index/merge_pages.h"
#include "index/page_codec.h"
#include "index/page_parse.h"
#include "net/answer_error.h"
#include "pep/name.h"
#include "sched/wait_graph.h"

namespace pipit::index {
namespace {

/// PEP 691: JSON if the server has it, its HTML with a version, or any HTML.
constexpr std::string_view kAcceptPages =
    "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, "
    "text/html;q=0.01";

/// The trailing slash matters: without it, relative links on the page would lose the project's
/// name.
base::Url page_url(const base::Url& index_url, const std::string& project) {
  base::Url url = index_url;
  if (!url.path.ends_with('/')) url.path += '/';
  url.path += project;
  url.path += '/';
  url.fragment.clear();
  return url;
}

/// The key of the cache entry. User information is left out, so that a new token finds the old
/// page.
std::string page_key(const base::Url& index_url, const std::string& project) {
  return cat(base::sha256_hex(base::to_string(base::without_secrets(index_url))).substr(0, 32), "/",
             project);
}

/// `merged`, with the indexes of `all` that have the name, except the first.
PagePtr with_places(const PagePtr& merged, const std::vector<PagePtr>& all) {
  std::vector<std::string> places;
  for (const PagePtr& page : all)
    if (page->found && std::find(places.begin(), places.end(), page->index_url) == places.end())
      places.push_back(page->index_url);
  if (places.size() < 2) return merged;
  auto placed = std::make_shared<Page>(*merged);  // texts stay in the buffer that both share
  placed->also_at.assign(places.begin() + 1, places.end());
  return placed;
}

std::string_view shown_outcome(const net::CachedAnswer& answer) {
  if (!answer.found) return "no such project";
  switch (answer.outcome) {
    case net::CacheOutcome::fresh_cache:
      return "from the cache";
    case net::CacheOutcome::revalidated:
    case net::CacheOutcome::unchanged:
      return "as in the cache";
    case net::CacheOutcome::fetched:
      break;
  }
  return "fetched";
}

/// "demo" of "https://index/simple/Demo/".
std::string last_part(const base::Url& url) {
  const std::string_view path = url.path;
  const std::string_view whole = path.substr(0, path.find_last_not_of('/') + 1);
  return pep::normalize_name(base::percent_decode(whole.substr(whole.rfind('/') + 1)));
}

PagePtr with_place(Page page, std::string place) {
  page.place = std::move(place);
  return std::make_shared<const Page>(std::move(page));
}

std::string show_index(const base::Url& index_url) {
  return base::to_string(base::without_secrets(index_url));
}

/// Errors that say nothing of the project, but of the index.
bool is_of_index(Code code) {
  return code == Code::network || code == Code::tls || code == Code::http_status ||
         code == Code::unsupported || code == Code::bad_index;
}

SearchRecord record_for(const CatalogOptions& options) {
  std::vector<std::string> indexes, links;
  for (const base::Url& url : options.indexes) indexes.push_back(show_index(url));
  for (const std::string& place : options.find_links) links.push_back(base::redact_text(place));
  return {std::move(indexes), std::move(links)};
}

}  // namespace

struct Catalog::State {
  State(CatalogOptions o, net::Client& c, cache::Store& s, sched::Pool& p, sched::WaitGraph& graph,
        base::Events& e, std::stop_token t)
      : options(std::move(o)),
        record(record_for(options)),
        client(c),
        store(s),
        pool(p),
        events(e),
        stop(std::move(t)),
        pages(graph) {}

  using Done = std::function<void(Result<PagePtr>)>;
  using Failures = std::vector<std::pair<std::size_t, Error>>;  // by index

  void start(const std::string& project, const sched::SharedPriorityPtr& priority);
  void ask_in_order(std::size_t at, const std::string& project,
                    const sched::SharedPriorityPtr& priority, Failures failures, Done done);
  void ask_all(const std::string& project, const sched::SharedPriorityPtr& priority, Done done);
  void ask_index(std::size_t at, const std::string& project,
                 const sched::SharedPriorityPtr& priority, Done done);
  void finish(const std::string& project, Result<PagePtr> page);
  Result<PagePtr> with_links(const std::string& project, Result<PagePtr> page);
  Result<PagePtr> settled(const PagePtr& page, Failures failures);
  void warn_of(const std::pair<std::size_t, Error>& failure);
  Error with_way_out(Error error) const;
  Result<void> read_all_links();
  net::Refresh refresh_of(const std::string& project) const;

  const CatalogOptions options;
  SearchRecord record;
  net::Client& client;
  cache::Store& store;
  sched::Pool& pool;
  base::Events& events;
  const std::stop_token stop;
  base::Mutex warned_mu;
  std::set<std::size_t> warned PIPIT_GUARDED_BY(warned_mu);  // indexes that failed
  sched::OnceMap<std::string, PagePtr> pages;
  std::once_flag links_once;
  Result<void> links_outcome;
  std::vector<std::pair<std::string, LinkedFiles>> links;  // written once, under links_once
};

net::Refresh Catalog::State::refresh_of(const std::string& project) const {
  const auto& names = options.refresh_packages;
  return std::find(names.begin(), names.end(), project) != names.end() ? net::Refresh::reload
                                                                       : options.refresh;
}

/// One index. The stored form is kept and compared, so an unchanged page is not parsed again.
void Catalog::State::ask_index(std::size_t at, const std::string& project,
                               const sched::SharedPriorityPtr& priority, Done done) {
  using Kind = IndexAnswer::Kind;
  const base::Url& index_url = options.indexes[at];
  if (index_url.is_file()) {
    Result<PagePtr> page = read_local_page(index_url, project);
    const Kind kind = !page ? Kind::failed : (*page)->found ? Kind::found : Kind::missing;
    record.note(project, at, {kind, 0, kind == Kind::found});
    return done(std::move(page));
  }
  net::CachedRequest request;
  request.exchange = {page_url(index_url, project),
                      net::Kind::page,
                      {{"accept", std::string(kAcceptPages)}},
                      priority,
                      cat("page ", project)};
  request.key = page_key(index_url, project);
  request.refresh = refresh_of(project);
  request.max_body = kMaxPage;
  request.usable = is_stored_page;
  const auto source = [project, shown = show_index(index_url)](const net::Response& response) {
    return PageSource{project, shown, response.url};
  };
  request.encode = [source](const net::Response& response) {
    return read_page(response, source(response));
  };
  request.stream = [source](const net::Response& beginning) {
    return stream_page(beginning, source(beginning));
  };
  net::get_cached(
      client, store, std::move(request), stop,
      [this, at, project, asked = page_url(index_url, project),
       done = std::move(done)](Result<net::CachedAnswer> answer) {
        if (answer && events.wants_detail())
          events.detail(
              cat(project, ": ", base::redacted(asked), " (", shown_outcome(*answer), ")"));
        if (!answer) {
          record.note(project, at, {Kind::failed, 0});
          return done(fail(std::move(answer.error())));
        }
        if (!answer->found) {
          record.note(project, at, {Kind::missing, answer->status});
          return done(missing_page(project));
        }
        auto page = decode_page(std::move(answer->content));
        const bool is_empty = page && (*page)->releases.empty();
        const bool is_elsewhere = is_empty && last_part(answer->url) != last_part(asked);
        record.note(project, at, {Kind::found, answer->status, !is_empty, is_elsewhere});
        if (!is_empty) return done(std::move(page));
        done(with_place(**page, net::shown_place(asked, answer->url)));
      });
}

/// What the failed indexes did not say does no harm if another one has the project; if none has it,
/// the first failure is what the user has to know.
Result<PagePtr> Catalog::State::settled(const PagePtr& page, Failures failures) {
  if (!page->found && !failures.empty()) return fail(std::move(failures.front().second));
  for (const auto& failure : failures) warn_of(failure);
  return page;
}

/// Once for each index: the next hundred projects fail in the same way.
void Catalog::State::warn_of(const std::pair<std::size_t, Error>& failure) {
  const std::string text = cat(failure.second.message, "; this index is passed over");
  const bool is_first = [&] {
    base::Lock lock(warned_mu);
    return warned.insert(failure.first).second;
  }();
  if (is_first)
    events.warn(text);
  else
    events.note(text);
}

Error Catalog::State::with_way_out(Error error) const {
  const bool has_others = options.indexes.size() + options.find_links.size() > 1;
  if (has_others && is_of_index(error.code))
    error.with_hint("--ignore-index-errors passes over an index that cannot be asked");
  return error;
}

/// An index that fails ends the chain, unless the user wants it otherwise: going on to the next
/// would hand the name to whoever owns it there, which first-index exists to prevent (dependency
/// confusion).
void Catalog::State::ask_in_order(std::size_t at, const std::string& project,
                                  const sched::SharedPriorityPtr& priority, Failures failures,
                                  Done done) {
  if (at == options.indexes.size())
    return done(settled(missing_page(project), std::move(failures)));
  ask_index(at, project, priority,
            [this, at, project, priority, failures = std::move(failures),
             done = std::move(done)](Result<PagePtr> page) mutable {
              if (page && (*page)->found) return done(settled(*page, std::move(failures)));
              if (!page) {
                if (!options.ignore_errors || !is_of_index(page.error().code))
                  return done(fail(with_way_out(std::move(page.error()))));
                failures.emplace_back(at, std::move(page.error()));
              }
              ask_in_order(at + 1, project, priority, std::move(failures), std::move(done));
            });
}

/// The response that comes last merges all of them, in the order of the indexes.
void Catalog::State::ask_all(const std::string& project, const sched::SharedPriorityPtr& priority,
                             Done done) {
  struct Gather {
    base::Mutex mu;
    std::vector<Result<PagePtr>> answers PIPIT_GUARDED_BY(mu);
    std::size_t missing PIPIT_GUARDED_BY(mu) = 0;
  };
  auto gather = std::make_shared<Gather>();
  {
    base::Lock lock(gather->mu);
    gather->answers.resize(options.indexes.size(), PagePtr{});
    gather->missing = options.indexes.size();
  }
  for (std::size_t i = 0; i < options.indexes.size(); ++i) {
    const auto take = [this, gather, i, project, done](Result<PagePtr> page) {
      std::vector<Result<PagePtr>> answers;
      {
        base::Lock lock(gather->mu);
        gather->answers[i] = std::move(page);
        if (--gather->missing > 0) return;
        answers = gather->answers;
      }
      std::vector<PagePtr> all;
      Failures failures;
      for (std::size_t at = 0; at < answers.size(); ++at) {
        Result<PagePtr>& answer = answers[at];
        if (answer)
          all.push_back(*answer);
        else if (options.ignore_errors && is_of_index(answer.error().code))
          failures.emplace_back(at, std::move(answer.error()));
        else
          return done(fail(with_way_out(std::move(answer.error()))));
      }
      if (all.empty()) all.push_back(missing_page(project));
      const PagePtr merged = merge_pages(all);
      done(settled(options.tell_merges ? with_places(merged, all) : merged, std::move(failures)));
    };
    ask_index(i, project, priority, take);
  }
}

/// The first page that needs the links reads them all; others wait for it in call_once. An error is
/// every page's error: a --find-links place that cannot be read is never ignored.
Result<void> Catalog::State::read_all_links() {
  std::call_once(links_once, [this] {
    for (const std::string& place : options.find_links) {
      auto files = read_links(place, options, client, events, stop);
      if (!files) {
        links_outcome = fail(std::move(files.error()));
        return;
      }
      links.emplace_back(place, std::move(*files));
    }
  });
  return links_outcome;
}

/// An index's error is returned first: local files must not hide that an index failed, unless the
/// user wants it so.
Result<PagePtr> Catalog::State::with_links(const std::string& project, Result<PagePtr> page) {
  if (!page && !(options.ignore_errors && is_of_index(page.error().code))) return page;
  PIPIT_TRY(read_all_links());
  Failures failures;
  if (!page) {
    failures.emplace_back(0, std::move(page.error()));
    page = missing_page(project);
  }
  // Local copies come first: a file on this machine is not downloaded.
  std::vector<PagePtr> all;
  for (const auto& [place, found] : links) all.push_back(found.page(project, place));
  all.push_back(*page);
  const PagePtr merged = merge_pages(all);
  if (!failures.empty()) return settled(merged, std::move(failures));
  if ((*page)->also_at.empty()) return merged;
  auto placed = std::make_shared<Page>(*merged);
  placed->also_at = (*page)->also_at;
  return placed;
}

void Catalog::State::finish(const std::string& project, Result<PagePtr> page) {
  if (options.find_links.empty()) return pages.fulfil(project, std::move(page));
  // Folders are read on a worker: neither the caller nor a connection waits for the disk.
  pool.submit(base::Lane::page, sched::Priority::blocking,
              [this, project, page = std::move(page)]() mutable {
                pages.fulfil(project, with_links(project, std::move(page)));
              });
}

void Catalog::State::start(const std::string& project, const sched::SharedPriorityPtr& priority) {
  auto done = [this, project](Result<PagePtr> page) { finish(project, std::move(page)); };
  if (options.strategy == Strategy::best_match && options.indexes.size() > 1)
    return ask_all(project, priority, std::move(done));
  ask_in_order(0, project, priority, {}, std::move(done));
}

Result<LinkedFiles> read_links(const std::string& place, const CatalogOptions& options,
                               net::Client& client, base::Events& events, std::stop_token stop) {
  auto files = read_links(place, client, std::move(stop));
  if (files) return files;
  const Code code = files.error().code;
  const bool is_passed_over = (options.ignore_errors && is_of_index(code)) ||
                              (options.ignore_missing_links && code == Code::not_found);
  if (!is_passed_over) return files;
  events.warn(cat(files.error().message, "; this place is passed over"));
  return LinkedFiles{};
}

Catalog::Catalog(CatalogOptions options, net::Client& client, cache::Store& store,
                 sched::Pool& pool, sched::WaitGraph& graph, base::Events& events,
                 std::stop_token stop)
    : state_(std::make_unique<State>(std::move(options), client, store, pool, graph, events,
                                     std::move(stop))) {
  for (const base::Url& url : state_->options.indexes)
    if (!url.userinfo.empty()) client.add_credentials(url);
  for (const std::string& place : state_->options.find_links)
    if (const auto url = base::parse_url(place); url && url->is_http())
      client.add_credentials(*url);
}

Catalog::~Catalog() = default;

void Catalog::request(const std::string& name, sched::Priority priority) {
  auto claim = state_->pages.claim(name, priority);
  if (claim.first) state_->start(name, claim.priority);
}

void Catalog::then(const std::string& name, sched::Priority priority,
                   std::function<void(const Result<PagePtr>&)> fn) {
  request(name, priority);
  state_->pages.then(name, std::move(fn));
}

Result<PagePtr> Catalog::page(const std::string& name, std::stop_token stop) {
  request(name, sched::Priority::blocking);
  return state_->pages.wait(name, std::move(stop));
}

bool Catalog::preconnect(const std::string& project) {
  bool opened = false;
  for (const base::Url& url : state_->options.indexes) {
    const std::string key = page_key(url, project);
    if (url.is_file() || base::exists(state_->store.entry_path(cache::Bucket::index, key)))
      continue;
    state_->client.preconnect(url);
    opened = true;
  }
  return opened;
}

const CatalogOptions& Catalog::options() const { return state_->options; }

std::vector<std::string> Catalog::known_projects() const {
  std::vector<std::string> names;
  for (const auto& [place, files] : state_->links)
    for (const std::string& name : files.projects()) names.push_back(name);
  for (const base::Url& url : state_->options.indexes) {
    const auto path = base::file_url_to_path(url);
    if (!path) continue;
    if (const auto entries = base::list_directory(*path))
      for (const auto& entry : *entries) names.push_back(entry.name);
  }
  return names;
}

const SearchRecord& Catalog::searched() const { return state_->record; }

}  // namespace pipit::index
