// pyproject.toml: every group and extra of what is read is asked for; each is an answer or an
// error.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "pep/pyproject.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace pipit;
  if (size > (1u << 20)) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto environments = pep::parse_project_environments(text);
  if (!environments && !environments.error().message.starts_with("line ")) std::abort();
  if (environments)
    for (const auto* list : {&environments->counted, &environments->required})
      for (const auto& entry : *list)
        if (entry.line == 0 || !entry.key.starts_with("tool.")) std::abort();
  const auto project = pep::parse_pyproject(text);
  if (!project) {
    if (!project.error().message.starts_with("line ")) std::abort();
    return 0;
  }
  std::set<std::string> extras;
  for (const auto& [extra, requirements] : project->extras) extras.insert(extra);
  if (const auto all = pep::project_requirements(*project, extras))
    for (const auto& one : *all)
      if (one.requirement.name.empty() || one.line == 0) std::abort();
  for (const auto& [name, group] : project->groups)
    if (const auto all = pep::group_requirements(*project, name))
      for (const auto& one : *all)
        if (one.requirement.name.empty() || one.line == 0) std::abort();
  return 0;
}
