// Markers of projects, scripts and options become sets of environments; those outside the
// resolution are reported and dropped.
#include "operation/named_environments.h"

#include <algorithm>

#include "base/redact.h"
#include "base/text.h"
#include "base/url.h"
#include "operation/projects.h"
#include "pep/pyproject.h"
#include "pep/script_block.h"

namespace pipit::operation {
namespace {

constexpr std::size_t kMaxEnvironments = 1000;

Result<pep::ProjectEnvironments> read_environments(std::string_view text, bool is_script) {
  if (!is_script) return pep::parse_project_environments(text);
  PIPIT_TRY(const auto block, pep::find_script_block(text));
  if (!block) return pep::ProjectEnvironments();
  return pep::parse_project_environments(padded_block(*block));
}

void add_each(const std::vector<pep::ProjectEnvironments::Entry>& entries, const std::string& file,
              std::vector<NamedEnvironment>& out) {
  for (const pep::ProjectEnvironments::Entry& entry : entries) {
    std::string origin = cat(base::redact_text(file), ":", entry.line);
    const auto same = [&](const NamedEnvironment& known) {
      return known.origin == origin && known.marker.str() == entry.marker.str();
    };
    if (std::ranges::none_of(out, same)) out.push_back({entry.marker, std::move(origin)});
  }
}

/// No extra is an environment.
pep::MarkerSet set_of(const NamedEnvironment& one) { return pep::MarkerSet::of(one.marker, {}); }

/// Takes out, with a warning, what is none of the policy's environments.
void drop_others(std::vector<NamedEnvironment>& named, const pep::MarkerSet& all,
                 base::Events& events) {
  std::erase_if(named, [&](const NamedEnvironment& one) {
    const bool other = all.is_disjoint_from(set_of(one));
    if (other)
      events.warn(cat(one.marker.str(), " (", one.origin,
                      "): none of the environments that are resolved for"));
    return other;
  });
}

void serve(const std::vector<NamedEnvironment>& named, bool limits, resolve::Policy& policy) {
  for (const NamedEnvironment& one : named)
    policy.required_environments.push_back(
        {set_of(one) & policy.environments, one.marker.str(), one.origin, limits});
}

}  // namespace

void add_environments(std::string_view text, const std::string& file, bool is_script,
                      NamedEnvironments& out) {
  auto found = read_environments(text, is_script);
  if (!found) {
    if (!out.wrong) out.wrong = in_file(file, std::move(found.error())).error();
    return;
  }
  add_each(found->counted, file, out.counted);
  add_each(found->required, file, out.required);
}

Result<NamedEnvironments> named_environments(const ResolutionOptions& options,
                                             NamedEnvironments of_inputs) {
  NamedEnvironments out = std::move(of_inputs);
  if (out.wrong) return fail(std::move(*out.wrong));
  if (!options.environments.empty()) out.counted = options.environments;
  if (!options.required_environments.empty()) out.required = options.required_environments;
  if (out.counted.size() + out.required.size() > kMaxEnvironments)
    return fail(Code::usage, cat("more than ", kMaxEnvironments, " environments are named"));
  return out;
}

Result<void> limit_environments(NamedEnvironments& named, base::Events& events,
                                resolve::Policy& policy) {
  if (!named.counted.empty()) {
    drop_others(named.counted, policy.environments, events);
    pep::MarkerSet counted;
    for (const NamedEnvironment& one : named.counted) counted = counted | set_of(one);
    policy.environments = policy.environments & counted;
    if (policy.environments.is_none())
      return fail(Code::no_solution, "there is no environment to resolve for");
    const auto lowest = policy.environments.python_hull().lowest;
    if (lowest && policy.lowest_python < *lowest) policy.lowest_python = *lowest;
  }
  drop_others(named.required, policy.environments, events);
  serve(named.counted, true, policy);
  serve(named.required, false, policy);
  return {};
}

}  // namespace pipit::operation
