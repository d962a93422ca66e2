// requirements.txt and single arguments: nothing that is read is without content.
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "pep/requirement_argument.h"
#include "pep/requirements_txt.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto variable = [](const std::string& name) -> std::optional<std::string> {
    return name == "A" ? std::optional<std::string>("-r ${A} #") : std::nullopt;
  };
  const auto items = pipit::pep::parse_requirements_txt(text, "r.txt", variable);
  if (!items) {
    if (!items.error().message.starts_with("r.txt")) std::abort();
  } else {
    for (const auto& item : *items) {
      const auto* line = std::get_if<pipit::pep::RequirementLine>(&item);
      if (line && line->requirement.has_value() != line->path_or_url.empty()) std::abort();
    }
  }
  const auto line = pipit::pep::parse_requirement_argument(text);
  if (line && line->requirement.has_value() != line->path_or_url.empty()) std::abort();
  return 0;
}
