// A response is stored with its validators; when the server says that the file has changed, all
// that was derived from it is made again.
#include "distribution/unhashed.h"

#include <algorithm>

#include "base/time.h"
#include "pep/dist_name.h"

namespace pipit::distribution {

bool is_unhashed(const index::File& file) {
  return file.kind == index::FileKind::wheel && file.sha256.empty() && file.other_hash.empty() &&
         file.stamp.empty() && !is_local(file);
}

net::Refresh refresh_of(const DistState& context, const std::string& project) {
  if (context.client.options().offline) return net::Refresh::normal;
  const auto& anew = context.options.refresh_packages;
  if (std::count(anew.begin(), anew.end(), project) != 0) return net::Refresh::reload;
  return context.options.refresh;
}

net::Refresh refresh_of(const DistState& context, const index::File& file) {
  const auto wheel = pep::parse_wheel_name(file.name);
  if (wheel) return refresh_of(context, wheel->name);
  const auto sdist = pep::parse_sdist_name(file.name);
  return refresh_of(context, sdist ? sdist->name : std::string());
}

std::optional<Recalled> recall(const DistState& context, cache::Bucket bucket,
                               const std::string& key, const index::File& file) {
  const net::Refresh refresh = refresh_of(context, file);
  if (refresh == net::Refresh::reload) return std::nullopt;
  const auto entry = context.store.view(bucket, key);
  auto answer = entry ? net::decode_stored(*entry) : std::nullopt;
  if (!answer) return std::nullopt;
  const net::Validators& validators = answer->validators;
  const bool fresh = refresh == net::Refresh::normal &&
                     net::judge(validators, base::now_seconds()) == net::Verdict::fresh;
  if (fresh || context.client.options().offline) return Recalled{std::move(*answer), true};
  if (validators.etag.empty() && validators.last_modified.empty()) return std::nullopt;
  return Recalled{std::move(*answer), false};
}

void keep_answer(const DistState& context, cache::Bucket bucket, const std::string& key,
                 const net::Validators& validators, const base::Url& url,
                 std::string_view content) {
  if (validators.no_store) return context.store.remove(bucket, key);
  context.store.write(bucket, key, net::encode_stored(validators, url, content));
}

void keep_digest(const DistState& context, const index::File& file,
                 const net::Validators& validators, const base::Url& url,
                 const std::string& sha256) {
  keep_answer(context, cache::Bucket::files, index::file_key(file), validators, url, sha256);
}

}  // namespace pipit::distribution
