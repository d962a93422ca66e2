#include "dist/git.h"

#include "base/text.h"

namespace pipit::dist {

Result<std::string> git_commit(const Source& source, cache::Store&, const GitOptions&,
                               base::Events&, std::stop_token) {
  return fail(Code::unsupported,
              cat(shown_source(source), ": git repositories are not in this version"));
}

Result<void> git_checkout(const Source& source, cache::Store&, const std::string&,
                          const GitOptions&, base::Events&, std::stop_token) {
  return fail(Code::unsupported,
              cat(shown_source(source), ": git repositories are not in this version"));
}

}  // namespace pipit::dist
