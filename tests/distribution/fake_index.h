// An index without a network: a transport that answers from memory, in whatever way a test asks
// for, and a Database on top of it.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "base/file.h"
#include "base/file_tree.h"
#include "base/mutex.h"
#include "base/path.h"
#include "base/temp_dir.h"
#include "base/text.h"
#include "distribution/database.h"
#include "net/client.h"
#include "sched/wait_graph.h"
#include "tests/distribution/wheel_maker.h"

namespace pipit::test {

/// What the server does with byte ranges.
enum class FakeRanges {
  good,
  ignored,
  refused_416,
  refused_405,
  suffix_501,
  lying_offset,
  lying_header,
  too_short,
  no_header
};

struct FakeFile {
  std::string bytes;
  int status = 200;
  FakeRanges ranges = FakeRanges::good;
  std::string etag = "\"v1\"";
  std::size_t piece = 4096;
  std::vector<std::size_t> cut_at = {};                // the n-th answer breaks after so many bytes
  std::function<void(std::size_t sent)> sending = {};  // before each piece
  bool length_header = true;
};

struct FakeServer {
  base::Mutex mu;
  std::map<std::string, FakeFile> files;
  std::vector<std::string> log;
  std::map<std::string, std::size_t> sent, answers;

  std::string requests() {
    base::Lock lock(mu);
    return base::join(log, ", ");
  }
  std::size_t bytes_sent(const std::string& path) {
    base::Lock lock(mu);
    return sent[path];
  }
};

class FakeTransport final : public net::Transport {
 public:
  explicit FakeTransport(std::shared_ptr<FakeServer> server) : server_(std::move(server)) {}
  void preconnect(const base::Url&) override {}
  void start(net::Request request, net::Sink sink, std::stop_token stop) override {
    base::Lock lock(mu_);
    threads_.emplace_back([this, request = std::move(request), sink = std::move(sink), stop]() {
      if (sink.on_start) sink.on_start();
      sink.on_done(answer(request, sink, stop));
    });
  }

 private:
  struct Answer {
    net::ResponseHead head;
    std::string body;
    FakeFile file;
    std::size_t number = 0;
  };

  Answer prepare(const net::Request& request) {
    base::Lock lock(server_->mu);
    std::string range(net::find_header(request.headers, "range"));
    server_->log.push_back(cat("GET ", request.url.path, range.empty() ? "" : " ", range));
    auto found = server_->files.find(request.url.path);
    if (found == server_->files.end()) return {{404, {}}, "gone", {}, 0};
    Answer answer{
        {200, {}}, found->second.bytes, found->second, server_->answers[request.url.path]++};
    if (answer.file.status != 200) {
      answer.head.status = answer.file.status;
      answer.body = "no";
      return answer;
    }
    if (request.url.path.ends_with("/"))
      answer.head.headers.push_back({"content-type", "text/html"});
    if (!answer.file.etag.empty()) answer.head.headers.push_back({"etag", answer.file.etag});
    const std::string_view known = net::find_header(request.headers, "if-none-match");
    if (!known.empty() && known == answer.file.etag) {
      answer.head.status = 304;
      answer.body.clear();
      answer.file.length_header = false;
      return answer;
    }
    std::string_view if_range = net::find_header(request.headers, "if-range");
    if (!range.empty() && (if_range.empty() || if_range == answer.file.etag))
      cut_range(answer, range);
    if (answer.file.length_header) {
      answer.head.headers.push_back({"content-length", cat(answer.body.size())});
    }
    return answer;
  }

  static void cut_range(Answer& answer, std::string_view range) {
    const std::string whole = answer.body;
    std::string_view spec = range.substr(6);
    std::size_t first = 0, last = whole.size() - 1;
    if (spec.starts_with('-')) {
      std::size_t length = static_cast<std::size_t>(*base::parse_uint(spec.substr(1)));
      if (answer.file.ranges == FakeRanges::suffix_501) return refuse(answer, 501);
      first = whole.size() - std::min(length, whole.size());
    } else {
      auto ends = base::split_once(spec, '-');
      first = static_cast<std::size_t>(*base::parse_uint(ends->first));
      if (!ends->second.empty()) last = static_cast<std::size_t>(*base::parse_uint(ends->second));
    }
    switch (answer.file.ranges) {
      case FakeRanges::ignored:
        return;
      case FakeRanges::refused_416:
        return refuse(answer, 416);
      case FakeRanges::refused_405:
        return refuse(answer, 405);
      default:
        break;
    }
    answer.head.status = 206;
    answer.body = whole.substr(first, last - first + 1);
    std::string field = cat("bytes ", first, "-", last, "/", whole.size());
    if (answer.file.ranges == FakeRanges::lying_offset)
      answer.body = whole.substr(0, answer.body.size());
    if (answer.file.ranges == FakeRanges::lying_header)
      field = cat("bytes 0-", last - first, "/", whole.size());
    if (answer.file.ranges == FakeRanges::too_short) answer.body.pop_back();
    if (answer.file.ranges != FakeRanges::no_header)
      answer.head.headers.push_back({"content-range", field});
  }
  static void refuse(Answer& answer, int status) {
    answer.head.status = status;
    answer.body = "no";
  }

  Result<void> answer(const net::Request& request, const net::Sink& sink,
                      const std::stop_token& stop) {
    Answer answer = prepare(request);
    if (sink.on_head(answer.head) == net::Flow::stop) return {};
    std::size_t end = answer.body.size();
    bool cut = answer.number < answer.file.cut_at.size() && answer.file.cut_at[answer.number] < end;
    if (cut) end = answer.file.cut_at[answer.number];
    for (std::size_t at = 0; at < end; at += answer.file.piece) {
      if (stop.stop_requested()) return fail_cancelled();
      std::size_t length = std::min(answer.file.piece, end - at);
      if (answer.file.sending) answer.file.sending(at);
      {
        base::Lock lock(server_->mu);
        server_->sent[request.url.path] += length;
      }
      auto bytes =
          std::span(reinterpret_cast<const std::uint8_t*>(answer.body.data()) + at, length);
      if (sink.on_data(bytes) == net::Flow::stop) return {};
    }
    if (cut) return fail(Code::network, "connection broken");
    return {};
  }

  std::shared_ptr<FakeServer> server_;
  base::Mutex mu_;
  std::vector<std::jthread> threads_;
};

/// How a page describes a file.
struct OnPage {
  bool with_sha256 = true;
  index::Sidecar sidecar = index::Sidecar::none;
  std::string sha256 = {};  // another than the right one
  std::string other_hash = {};
  std::string sidecar_sha256 = {};  // another than the right one
};

class FakeIndex {
 public:
  explicit FakeIndex(distribution::DatabaseOptions options = {}, std::string cache = {},
                     std::string local = {})
      : cache_parent_(*base::TempDir::create("/tmp", "pipit-dist-test-")),
        cache_directory_(cache.empty() ? base::join_path(cache_parent_.path(), "cache") : cache),
        local_directory_(local.empty() ? cache_parent_.path() : std::move(local)),
        store(cache::StoreOptions{cache_directory_, ""}, events),
        client(net_options(), pool, events, std::make_unique<FakeTransport>(server)),
        database(std::make_unique<distribution::Database>(std::move(options), client, store, pool,
                                                          graph, events, stop.get_token())) {}
  ~FakeIndex() { database.reset(); }

  /// Puts a file on the server and gives what a page would say of it.
  index::FilePtr add(const std::string& name, FakeFile file, const OnPage& page = {}) {
    auto held = std::make_shared<Held>();
    held->name = name;
    held->url = cat("https://files.test/", name);
    held->sha256 = !page.sha256.empty() ? page.sha256 : base::sha256_hex(file.bytes);
    held->other_hash = page.other_hash;
    held->sidecar_sha256 = page.sidecar_sha256;
    index::File& row = held->file;
    row.kind = name.ends_with(".whl") ? index::FileKind::wheel : index::FileKind::sdist;
    row.name = held->name;
    row.url = held->url;
    row.index_url = "https://index.test/simple/";
    if (page.with_sha256) row.sha256 = held->sha256;
    row.other_hash = held->other_hash;
    row.sidecar = page.sidecar;
    row.sidecar_sha256 = held->sidecar_sha256;
    row.size = file.bytes.size();
    base::Lock lock(server->mu);
    server->files[cat("/", name)] = std::move(file);
    return {held, &held->file};
  }
  index::FilePtr add(const WheelMaker& wheel, FakeRanges ranges = FakeRanges::good,
                     OnPage page = {}) {
    FakeFile file{.bytes = wheel.bytes(), .ranges = ranges};
    return add(wheel.file_name(), std::move(file), page);
  }
  /// A file of this machine.
  index::FilePtr add_local(const std::string& name, const std::string& bytes) {
    std::string path = base::join_path(local_directory_, name);
    (void)base::write_file(path, bytes);
    auto held = std::make_shared<Held>();
    held->name = name;
    held->url = base::path_to_file_url(path);
    held->file.kind = name.ends_with(".whl") ? index::FileKind::wheel : index::FileKind::sdist;
    held->file.name = held->name;
    held->file.url = held->url;
    held->file.index_url = local_directory_;
    held->stamp = base::sha256_hex(bytes);  // changes with the file, as size and time do
    held->file.stamp = held->stamp;
    return {held, &held->file};
  }
  void put(const std::string& path, std::string bytes) {
    base::Lock lock(server->mu);
    server->files[path] = {.bytes = std::move(bytes)};
  }

  Result<pep::MetadataPtr> metadata(const index::FilePtr& file) {
    return database->metadata(file, stop.get_token());
  }
  Result<cache::WheelPtr> wheel(const index::FilePtr& file,
                                const distribution::Expected& expected = {}) {
    return database->wheel(file, expected, stop.get_token());
  }
  std::string requests() { return server->requests(); }
  /// Everything in the wheel bucket: relative paths of files, and the names of staging directories.
  std::vector<std::string> wheel_bucket() {
    return base::list_tree(store.bucket_path(cache::Bucket::wheels))
        .value_or(std::vector<std::string>{"?"});
  }

 private:
  struct Held {
    std::string name, url, sha256, other_hash, sidecar_sha256, stamp;
    index::File file;
  };
  static net::Options net_options() {
    net::Options options;
    options.retries = 2;
    return options;
  }
  base::TempDir cache_parent_;
  std::string cache_directory_, local_directory_;

 public:
  base::NoEvents events;
  std::stop_source stop;
  std::shared_ptr<FakeServer> server = std::make_shared<FakeServer>();
  sched::Pool pool{sched::LaneLimits{}};
  sched::WaitGraph graph;
  cache::Store store;
  net::Client client;
  std::unique_ptr<distribution::Database> database;
};

}  // namespace pipit::test
