// Work that may wait for other work, or build, runs on a thread of its own, not on the pool's.
#include "distribution/source/jobs.h"

#include <chrono>

#include "base/hash_spec.h"
#include "base/stop.h"
#include "base/text.h"
#include "distribution/git/git.h"
#include "distribution/in_flight.h"
#include "index/find_links.h"
#include "index/raw_file.h"
#include "pep/dist_name.h"
#include "sched/wait_graph.h"

namespace pipit::distribution {
namespace {

constexpr std::chrono::milliseconds kGuessPause{20};

/// Runs `work` on a thread of its own, marked as the job's; its result fulfils the key.
template <class Key, class V, class Work>
void start_on_thread(const std::shared_ptr<DistState>& context, sched::OnceMap<Key, V>& map,
                     const Job<Key>& job, const std::string& name, Work work) {
  auto mark = std::make_shared<JobMark>(*context);
  const bool started =
      context->threads.run([context, &map, job, mark, name, work = std::move(work)]() mutable {
        Result<V> value = fail_cancelled();
        {
          const sched::WaitGraph::Working working(context->graph, job.job, name);
          if (!context->stop.stop_requested()) value = work();
        }
        map.fulfil(job.key, std::move(value));
      });
  if (!started) map.fulfil(job.key, fail(Code::io, cat(name, ": no thread to do it")));
}

/// Waits until the result is really needed; false when stopped before.
bool wait_until_wanted(DistState& context, const sched::SharedPriorityPtr& priority) {
  const std::stop_token stop = context.stop.get_token();
  while (priority && priority->level() == sched::Priority::speculative)
    if (!base::pause(kGuessPause, stop)) return false;
  return !stop.stop_requested();
}

/// The wheel, if the content is what this caller expects. Other callers may expect something else:
/// a refusal is not shared.
Result<cache::WheelPtr> wheel_of_source(const std::shared_ptr<DistState>& context,
                                        const index::FilePtr& file, const WheelKey& key) {
  const std::stop_token stop = context->stop.get_token();
  const auto source = source_of_file(context, file);
  source->want_wheel();
  PIPIT_TRY(const pep::MetadataPtr told, await_metadata(context, file, stop));
  std::optional<Error> refused;
  bool ours = false;
  const auto build = [&]() -> Result<cache::WheelPtr> {
    ours = true;
    if (key.fresh) source->forget_wheel();
    auto checked = source->check(key.expected, stop);
    if (checked) return source->wheel(told, stop);
    refused = std::move(checked.error());
    return fail_cancelled();
  };
  auto wheel = context->builds.get(BuildKey{key.file, key.fresh}, cat("wheel ", source->shown()),
                                   stop, build);
  if (refused) return fail(std::move(*refused));
  if (!ours && wheel) PIPIT_TRY(source->content().check_settled(context->store, key.expected));
  return wheel;
}

/// A wheel by URL or path: its page is made from its name.
Result<ResolvedDirectPtr> direct_wheel(const DirectReference& source) {
  PIPIT_TRY(const base::Url url, base::parse_url(source.url));
  index::RawFile file;
  if (url.is_file()) {
    PIPIT_TRY(const std::string path, base::file_url_to_path(url));
    PIPIT_TRY(file, index::local_file(path));
  } else {
    file.name = base::file_name(url);
    file.url = base::to_string(url);
  }
  for (const base::HashSpec& hash : source.hashes) file.set_hash(hash);
  PIPIT_TRY(const pep::WheelName name, pep::parse_wheel_name(file.name));
  index::LinkedFiles files;
  files.add(std::move(file));
  auto direct = std::make_shared<ResolvedDirect>();
  direct->page = files.page(name.name, "");
  direct->source = source;
  if (direct->page->releases.empty())
    return fail(Code::parse, cat(shown_source(source), ": not a usable wheel file name"));
  return direct;
}

/// Resolved once per run: all parts of one repository come from one commit, however many are wanted
/// and whatever happens to the branch meanwhile.
Result<std::string> commit_of(const std::shared_ptr<DistState>& context,
                              const DirectReference& source) {
  const std::stop_token stop = context->stop.get_token();
  const auto ask = [&] {
    const GitOptions options{context->client.options().offline, &context->client,
                             &context->downloads};
    return git_commit(source, context->store, options, context->events, stop);
  };
  return context->commits.get(CommitKey{repository_place(source), source.revision},
                              cat("commit of ", shown_source(source)), stop, ask);
}

Result<ResolvedDirectPtr> find_direct(const std::shared_ptr<DistState>& context,
                                      DirectReference source) {
  const std::stop_token stop = context->stop.get_token();
  if (source.kind == DirectReference::Kind::wheel) return direct_wheel(source);
  if (source.kind == DirectReference::Kind::git && source.commit.empty()) {
    PIPIT_TRY(source.commit, commit_of(context, source));
  }
  const FileKey key = key_of(source);
  const auto build =
      context->source(key, [&] { return std::make_shared<SourceBuild>(*context, source); });
  PIPIT_TRY(const pep::MetadataPtr metadata,
            context->metadata.get(key, cat("metadata ", build->shown()), stop,
                                  [&] { return build->metadata(stop); }));
  index::RawFile file;
  file.url = key.text;
  file.name = cat(metadata->name, "-", metadata->version.str(), ".tar.gz");
  file.sha256 = build->content().identity().sha256;
  index::LinkedFiles files;
  files.add(std::move(file));
  auto direct = std::make_shared<ResolvedDirect>();
  direct->page = files.page(metadata->name, "");
  direct->source = std::move(source);
  if (direct->page->releases.empty())
    return fail(Code::bad_metadata, cat(shown_source(direct->source), ": no usable name"));
  return direct;
}

}  // namespace

std::shared_ptr<SourceBuild> source_of_file(const std::shared_ptr<DistState>& context,
                                            const index::FilePtr& file) {
  return context->source(key_of(*file), [&] {
    if (!is_direct(*file)) return std::make_shared<SourceBuild>(*context, file);
    auto source = source_of(*file);
    if (!source) return std::make_shared<SourceBuild>(*context, file);
    if (source->hashes.empty() && !file->sha256.empty())
      source->hashes.push_back({"sha256", std::string(file->sha256)});
    return std::make_shared<SourceBuild>(*context, std::move(*source));
  });
}

void start_source_metadata(const std::shared_ptr<DistState>& context,
                           std::shared_ptr<SourceBuild> source, const Job<FileKey>& job) {
  const std::string name = cat("metadata ", source->shown());
  start_on_thread(
      context, context->metadata, job, name,
      [context, source = std::move(source), priority = job.priority]() -> Result<pep::MetadataPtr> {
        const bool guess = priority && priority->level() == sched::Priority::speculative;
        if (guess && !context->may_guess(source->content().project()) &&
            !wait_until_wanted(*context, priority))
          return fail_cancelled();
        return source->metadata(context->stop.get_token());
      });
}

void start_source_wheel(const std::shared_ptr<DistState>& context, const index::FilePtr& file,
                        const Job<WheelKey>& job) {
  start_on_thread(context, context->wheels, job, cat("wheel ", shown_name(*file)),
                  [context, file, key = job.key] { return wheel_of_source(context, file, key); });
}

void start_direct(const std::shared_ptr<DistState>& context, const DirectReference& source,
                  const Job<DirectKey>& job) {
  start_on_thread(context, context->directs, job, shown_source(source),
                  [context, source] { return find_direct(context, source); });
}

}  // namespace pipit::distribution
