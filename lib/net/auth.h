// Credentials: where they come from, and which requests may carry them. They belong to one origin
// (scheme, host, port) and never leave it.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/mutex.h"
#include "base/url.h"

namespace pipit::net {

/// "Basic …" (RFC 7617) for user information in a URL's form (percent-encoded, "user" or
/// "user:password"); "" when there is none.
std::string basic_authorization(std::string_view userinfo);

struct NetrcEntry {
  std::string machine;  // "" : default
  std::string login, password;
};
/// The file's machines in order. Macros are skipped; an unknown word ends the entry it is in.
/// `bad_line`: set to the line of the first word that is unknown or lacks what should follow it, as
/// far as there is one; may be null.
std::vector<NetrcEntry> parse_netrc(std::string_view text, std::size_t* bad_line = nullptr);
/// The entry for the host, of several the last as in pip and uv, else the default one; null when
/// there is neither. `login`: whose it must be ("" for anybody's; an entry without a login is
/// everybody's).
const NetrcEntry* find_netrc(const std::vector<NetrcEntry>& entries, std::string_view host,
                             std::string_view login = "");

/// The credentials known for each origin, and below it for each path: two repositories or indexes
/// of one host may have different tokens. Thread-safe.
class Credentials {
 public:
  /// Reads $NETRC, ~/.netrc or ~/_netrc at the first request that needs it, if `read_netrc`.
  explicit Credentials(bool read_netrc) : read_netrc_(read_netrc) {}
  /// Remembers the URL's user information for its origin and path. Without user information: no
  /// effect.
  void add(const base::Url& url);
  /// The user information for a request to `url`, percent-encoded: the URL's own, else that of the
  /// longest known path above it, else the origin's, else netrc's; "" for none. A user without a
  /// password gets that user's from netrc.
  std::string userinfo(const base::Url& url);
  /// A sentence about a netrc file that could not be read, or not all of it: once, then "".
  std::string take_netrc_fault();
  /// The value of the Authorization field for that user information; "" for none.
  std::string authorization(const base::Url& url);

 private:
  const std::vector<NetrcEntry>& netrc() PIPIT_REQUIRES(mu_);
  struct ByPath {
    std::string path, userinfo;  // path without "/" at its end
  };
  const ByPath* find(const base::Url& url) const PIPIT_REQUIRES(mu_);
  const bool read_netrc_;
  base::Mutex mu_;
  std::map<std::string, std::vector<ByPath>> by_origin_ PIPIT_GUARDED_BY(mu_);
  std::optional<std::vector<NetrcEntry>> netrc_ PIPIT_GUARDED_BY(mu_);
  std::string netrc_fault_ PIPIT_GUARDED_BY(mu_);
};

}  // namespace pipit::net
