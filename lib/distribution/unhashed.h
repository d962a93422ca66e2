// Remote files without a hash on their page: what is stored of them is valid as long as the server
// says so.
#pragma once
#include <optional>
#include <string>

#include "cache/store.h"
#include "distribution/dist_state.h"
#include "net/stored_answer.h"

namespace pipit::distribution {

/// Whether the wheel may be replaced behind its URL without a change of its page.
bool is_unhashed(const index::File& file);
/// How far stored responses about a project's files (its normal name, "" when unknown) may be used.
net::Refresh refresh_of(const DistState& context, const std::string& project);
net::Refresh refresh_of(const DistState& context, const index::File& file);

struct Recalled {
  net::StoredAnswer answer;
  bool holds = false;  // still fresh; else a conditional request is needed
};
/// What is stored of an unhashed file under this key; nullopt when nothing is stored that can be
/// revalidated, or stored content is not wanted (--refresh).
std::optional<Recalled> recall(const DistState& context, cache::Bucket bucket,
                               const std::string& key, const index::File& file);
/// Stores it, unless the server forbids storing.
void keep_answer(const DistState& context, cache::Bucket bucket, const std::string& key,
                 const net::Validators& validators, const base::Url& url, std::string_view content);
/// Stores the SHA-256 of an unhashed file, as it was in this response.
void keep_digest(const DistState& context, const index::File& file,
                 const net::Validators& validators, const base::Url& url,
                 const std::string& sha256);
/// For a warning, after net::Client::unreachable(): stored files are used instead.
inline constexpr std::string_view kStandInNote = "; using cached files";
/// For messages about such a file that changed during the run.
inline constexpr std::string_view kRefreshHint =
    "the file may have been replaced: --refresh fetches it again";

}  // namespace pipit::distribution
