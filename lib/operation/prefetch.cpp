// A page is requested once per run, by the first who wants it: the resolution later finds what
// starts here.
#include "operation/prefetch.h"

#include <set>
#include <string>

#include "base/file_tree.h"
#include "base/text.h"
#include "env/python/select.h"
#include "env/site_scan.h"

namespace pipit::operation {
namespace {

bool is_of_index(const resolve::UserRequirement& wanted) {
  return !wanted.source && wanted.requirement.marker.is_true();
}

/// Asks for pages, connections first.
class PageRequests {
 public:
  explicit PageRequests(index::Catalog& catalog) : catalog_(catalog) {}
  void ask(const std::string& project) {
    is_connected_ = is_connected_ || catalog_.preconnect(project);
    catalog_.request(project, sched::Priority::soon);
  }

 private:
  index::Catalog& catalog_;
  bool is_connected_ = false;
};

bool will_do(const env::Installed* there, const pep::SpecifierSet& specifier) {
  return there && there->version && specifier.contains(*there->version);
}

/// Where what is installed usually is, of all versions that have a folder there.
env::Layout guessed_layout(const std::string& prefix) {
  env::Layout layout;
  for (const char* lib : {"/lib/", "/local/lib/"}) {
    const auto entries = base::list_directory(cat(prefix, lib));
    for (const auto& entry : entries ? *entries : std::vector<base::DirEntry>()) {
      if (!entry.name.starts_with("python3")) continue;
      for (const char* site : {"/site-packages", "/dist-packages"})
        layout.site_paths.push_back(cat(prefix, lib, entry.name, site));
    }
  }
  return layout;
}

}  // namespace

void prefetch_pages(Session& session, const Inputs& inputs, Prediction& prediction) {
  prefetch_missing(session, inputs, {}, prediction);
}

void prefetch_missing(Session& session, const Inputs& inputs,
                      const std::vector<env::Installed>& installed, Prediction& prediction) {
  PageRequests pages(session.catalog);
  std::set<std::string> missing;
  for (const resolve::UserRequirement& wanted : inputs.roots) {
    if (!is_of_index(wanted)) continue;
    const std::string& name = wanted.requirement.name;
    if (will_do(env::find_installed(installed, name), wanted.requirement.specifier)) continue;
    pages.ask(name);
    missing.insert(name);
  }
  if (missing.empty()) return;
  prediction.guess_from(missing);
  prediction.request_pages([&](const std::string& name, const pep::SpecifierSet& specifier) {
    return !will_do(env::find_installed(installed, name), specifier);
  });
}

void prefetch_before_run(Session& session, const Inputs& inputs, const std::string& executable,
                         Prediction& prediction) {
  const auto prefix = env::prefix_told_by_path(executable);
  if (!prefix) return prefetch_pages(session, inputs, prediction);
  base::NoEvents unheard;  // it is looked through again, and said then
  const auto installed = env::list_installed(guessed_layout(*prefix), unheard);
  prefetch_missing(session, inputs, installed ? *installed : std::vector<env::Installed>(),
                   prediction);
}

}  // namespace pipit::operation
