// Remote files that no hash on their page speaks for: what is kept of them holds as long as the
// server says so.
#pragma once
#include <optional>
#include <string>

#include "cache/store.h"
#include "distribution/dist_state.h"
#include "net/stored_answer.h"

namespace pipit::distribution {

/// A wheel that may be replaced behind its URL without its page telling.
bool is_unhashed(const index::File& file);
/// How far stored answers about a project's files (its normal name, "" when unknown) may be used.
net::Refresh refresh_of(const DistState& context, const std::string& project);
net::Refresh refresh_of(const DistState& context, const index::File& wheel);

struct Recalled {
  net::StoredAnswer answer;
  bool holds = false;  // without asking; else the server is to be asked by the validators
};
/// What is kept of an unhashed file under this key; nullopt when there is nothing that could be
/// asked about, or nothing kept is wanted (--refresh).
std::optional<Recalled> recall(const DistState& context, cache::Bucket bucket,
                               const std::string& key, const index::File& file);
/// Keeps it, unless the server forbids it.
void keep_answer(const DistState& context, cache::Bucket bucket, const std::string& key,
                 const net::Validators& validators, const base::Url& url, std::string_view content);
/// The SHA-256 of an unhashed wheel, as it was in this answer.
void keep_wheel_digest(const DistState& context, const index::File& file,
                       const net::Validators& validators, const base::Url& url,
                       const std::string& sha256);
/// For a warning, behind the host: the network failed, and what is kept stands in.
inline constexpr std::string_view kStandInNote = ": unreachable; using cached files";
/// For messages about such a file that changed in mid-run.
inline constexpr std::string_view kRefreshHint =
    "the file may have been replaced: --refresh asks for it anew";

}  // namespace pipit::distribution
