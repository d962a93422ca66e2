// pipit cache dir | info | clean | prune | export-tree FILE.
#include "base/file.h"
#include "base/json.h"
#include "base/text.h"
#include "cache/clean.h"
#include "cache/store.h"
#include "cli/command.h"
#include "cli/output.h"
#include "distribution/prune.h"
#include "operation/prediction.h"

namespace pipit::cli {
namespace {

Result<int> show_info(Context& context, const cache::Store& store) {
  const auto usage = cache::usage(store);
  std::uint64_t entries = 0, bytes = 0;
  std::string text = cat("directory: ", store.directory(), "\n");
  base::Json::Object buckets;
  for (const auto& bucket : usage) {
    entries += bucket.entries;
    bytes += bucket.bytes;
    text += cat(bucket.bucket, ": ", bucket.entries, " entries, ", base::format_bytes(bucket.bytes),
                "\n");
    buckets[bucket.bucket] =
        base::Json::Object{{"entries", static_cast<std::int64_t>(bucket.entries)},
                           {"bytes", static_cast<std::int64_t>(bucket.bytes)}};
  }
  text += cat("total: ", entries, " entries, ", base::format_bytes(bytes), "\n");
  if (context.settings.json)
    text = base::to_json(base::Json::Object{{"directory", store.directory()},
                                            {"buckets", std::move(buckets)}},
                         2) +
           "\n";
  PIPIT_TRY(write_stdout(text));
  return 0;
}

/// For other machines, which read it by --trees.
Result<int> export_tree(const cache::Store& store, const std::string& path) {
  const auto learned = store.read(cache::Bucket::trees, operation::kLearnedKey);
  if (!learned) {
    return fail(Error{Code::not_found, "cache export-tree: nothing has been learned yet"}.with_hint(
        "a resolution teaches, for example `pipit compile`"));
  }
  if (path == "-") {
    PIPIT_TRY(write_stdout(*learned));
    return 0;
  }
  PIPIT_TRY(base::write_file_atomically(path, *learned));
  return 0;
}

}  // namespace

Result<int> run_cache(Context& context) {
  const std::string what = context.words.empty() ? "" : context.words.front();
  const cache::StoreOptions options = cache_options(context.layers());
  if (what == "dir" && context.words.size() == 1) {
    PIPIT_TRY(write_stdout(options.directory + "\n"));
    return 0;
  }
  const bool empties = what == "clean" || what == "purge";
  if (what == "export-tree" && context.words.size() == 2) {
    const cache::Store store(options, context.reporter);
    return export_tree(store, context.words[1]);
  }
  if (what == "export-tree")
    return fail(Code::usage, "cache export-tree: say into which file (- is standard output)");
  const bool is_known = empties || what == "dir" || what == "info" || what == "prune";
  if (is_known && context.words.size() > 1)
    return fail(Error{Code::usage, cat("cache ", what, ": takes no names, got ",
                                       base::printable(context.words[1]))}
                    .with_hint("`cache clean` removes everything; --refresh-package asks the index "
                               "again for one package"));
  if (context.words.size() != 1 || (what != "info" && what != "prune" && !empties))
    return fail(Code::usage, "cache: say dir, info, clean, prune or export-tree FILE");
  cache::Store store(options, context.reporter);
  if (what == "info") return show_info(context, store);
  PIPIT_TRY(const auto freed, what == "prune"
                                  ? distribution::prune(store)
                                  : cache::clean(store, context.layers().has(opt("all"))));
  context.reporter.say(
      cat("Removed ", freed.entries, " entries, ", base::format_bytes(freed.bytes)));
  return 0;
}

}  // namespace pipit::cli
