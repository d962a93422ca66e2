// Threads of its own, as a file may have to be built, which waits for all that the build needs.
#include "operation/collect.h"

#include "base/meter.h"
#include "base/text.h"
#include "sched/threads.h"

namespace pipit::operation {
namespace {

constexpr std::size_t kMaxWorkers = 32;

class Collector {
 public:
  Collector(Session& session, const resolve::Resolution& resolution, const std::string& directory,
            bool as_published)
      : session_(session),
        chosen_(resolution.chosen),
        as_published_(as_published),
        directory_(directory),
        meter_(session.events, {.kind = base::MeterFacts::Kind::gather,
                                .what = "Fetching",
                                .noun = as_published ? "file" : "wheel"}),
        paths_(chosen_.size(), std::string()) {}

  Result<std::vector<std::string>> run() {
    meter_.set_total(chosen_.size());
    sched::run_each(chosen_.size(), kMaxWorkers, [this](std::size_t i) {
      paths_[i] = collect(chosen_[i]);
      meter_.step();
    });
    std::vector<std::string> paths;
    for (Result<std::string>& path : paths_) {
      if (!path) return fail(std::move(path.error()));
      paths.push_back(std::move(*path));
    }
    return paths;
  }

 private:
  /// Folders and repositories are not files: they are built.
  Result<std::string> collect(const resolve::Chosen& one) {
    if (!one.file) return fail(Code::internal, cat(one.name, ": nothing to collect"));
    const distribution::Expected expected{one.hashes, one.locked_size};
    if (as_published_ && (!one.source || one.source->is_file()))
      return session_.dists.published_file(one.file, expected, directory_, session_.stop);
    return session_.dists.wheel_file(one.file, expected, directory_, session_.stop);
  }

  Session& session_;
  const std::vector<resolve::Chosen>& chosen_;
  const bool as_published_;
  const std::string& directory_;
  base::Meter meter_;
  std::vector<Result<std::string>> paths_;
};

}  // namespace

Result<std::vector<std::string>> collect_files(Session& session,
                                               const resolve::Resolution& resolution,
                                               const std::string& directory, bool as_published) {
  return Collector(session, resolution, directory, as_published).run();
}

}  // namespace pipit::operation
