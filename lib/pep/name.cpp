// Names are compared in normal form only (PEP 503): every parser normalises once, on input.
#include "pep/name.h"

#include "base/text.h"

namespace pipit::pep {
namespace {

bool is_name_separator(char c) { return c == '-' || c == '_' || c == '.'; }

}  // namespace

bool is_valid_name(std::string_view name) {
  if (name.empty() || !base::is_alnum(name.front()) || !base::is_alnum(name.back())) return false;
  for (char c : name) {
    if (!base::is_alnum(c) && !is_name_separator(c)) return false;
  }
  return true;
}

std::string normalize_name(std::string_view name) {
  std::string out;
  out.reserve(name.size());
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (!is_name_separator(name[i]))
      out += base::to_lower(name[i]);
    else if (i == 0 || !is_name_separator(name[i - 1]))
      out += '-';
  }
  return out;
}

std::string extras_text(const std::vector<std::string>& extras) {
  std::string out;
  for (const std::string& extra : extras) {
    out += cat(out.empty() ? "[" : ",", extra);
    if (out.back() == '-') out.back() = '_';
  }
  return out.empty() ? out : out + "]";
}

}  // namespace pipit::pep
