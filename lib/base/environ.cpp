// The one place that reads the process's environment.
#include "base/environ.h"

#include <stdlib.h>
#include <unistd.h>

namespace pipit::base {

std::optional<std::string> environment_variable(const char* name) {
  const char* value = ::getenv(name);
  if (!value) return std::nullopt;
  return std::string(value);
}

std::vector<std::pair<std::string_view, std::string_view>> environment_variables() {
  std::vector<std::pair<std::string_view, std::string_view>> out;
  for (char** entry = environ; entry && *entry; ++entry) {
    const std::string_view text = *entry;
    const std::size_t equals = text.find('=');
    if (equals != std::string_view::npos)
      out.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return out;
}

}  // namespace pipit::base
