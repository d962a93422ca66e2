// Fields are compared as sets of normalized values, so that only what changes a resolution counts.
#include "distribution/wheel/same_metadata.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <vector>

#include "base/text.h"

namespace pipit::distribution {
namespace {

using Values = std::set<std::string>;

Values requirement_values(const pep::Metadata& metadata) {
  Values values;
  for (pep::Requirement requirement : metadata.requires_dist) {
    requirement.written_name = requirement.name;
    values.insert(requirement.str());
  }
  return values;
}

// What only `some` has, for a message.
std::string only_in(const Values& some, const Values& others) {
  std::vector<std::string> only;
  std::ranges::set_difference(some, others, std::back_inserter(only));
  return only.empty() ? "nothing" : cat("'", base::printable(base::join(only, "', '")), "'");
}

std::string difference(std::string_view field, const Values& told, const Values& wheel) {
  if (told == wheel) return "";
  return cat("its ", field, " is not what the index said: the index has ", only_in(told, wheel),
             ", the wheel ", only_in(wheel, told));
}

Values extra_values(const pep::Metadata& metadata) {
  return {metadata.provides_extra.begin(), metadata.provides_extra.end()};
}

Values python_values(const pep::Metadata& metadata) {
  if (metadata.requires_python.empty()) return {};
  return {metadata.requires_python.str()};
}

}  // namespace

std::string metadata_difference(const pep::Metadata& told, const pep::Metadata& wheel) {
  if (told.name != wheel.name) return difference("Name", {told.name}, {wheel.name});
  if (told.version != wheel.version)
    return difference("Version", {told.version.str()}, {wheel.version.str()});
  std::string found =
      difference("Requires-Dist", requirement_values(told), requirement_values(wheel));
  if (found.empty())
    found = difference("Requires-Python", python_values(told), python_values(wheel));
  if (found.empty()) found = difference("Provides-Extra", extra_values(told), extra_values(wheel));
  return found;
}

}  // namespace pipit::distribution
