// What a file name says. Every decision before the first byte of a distribution is fetched depends
// on it.
#include "pep/dist_name.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "base/text.h"
#include "pep/name.h"

namespace pipit::pep {
namespace {

// A name with more tags than this is an attack: real ones have a few dozen.
constexpr std::size_t kMaxWheelTags = 10'000;
constexpr std::array<std::string_view, 2> kSdistExtensions = {".tar.gz", ".zip"};

std::unexpected<Error> bad_name(std::string_view file_name, std::string_view why) {
  return fail(Code::parse, cat(base::printable(file_name), ": ", why));
}

// Splits "py2.py3" into its parts in lower case; empty when a part is empty.
std::vector<std::string> tag_set(std::string_view text) {
  std::vector<std::string> parts;
  for (std::string_view part : base::split(text, '.')) {
    if (part.empty()) return {};
    parts.push_back(base::to_lower(part));
  }
  return parts;
}

bool is_interpreter(std::string_view text) {
  return !base::is_digit(text.front()) &&
         std::ranges::all_of(text, [](char c) { return base::is_alnum(c) || c == '_'; });
}

// "1a" is 1 and "a". False when it does not start with a digit.
bool read_build_tag(std::string_view text, WheelName& wheel) {
  std::size_t digits = 0;
  while (digits < text.size() && base::is_digit(text[digits])) ++digits;
  if (digits == 0) return false;
  std::string_view number = text.substr(0, digits);
  number.remove_prefix(std::min(number.find_first_not_of('0'), digits - 1));
  wheel.build_number = number;
  wheel.build_rest =
      std::string(text.substr(digits, text.find('\n') - digits));  // one line, as elsewhere
  return true;
}

bool read_wheel_tags(std::span<const std::string_view> parts, WheelName& wheel) {
  wheel.pythons = tag_set(parts[0]);
  wheel.abis = tag_set(parts[1]);
  wheel.platforms = tag_set(parts[2]);
  const std::size_t count = wheel.pythons.size() * wheel.abis.size() * wheel.platforms.size();
  return count != 0 && count <= kMaxWheelTags && std::ranges::all_of(wheel.pythons, is_interpreter);
}

// Not every name accepted here is valid for a project: "_a" is accepted, as other tools do.
bool is_wheel_project(std::string_view name) {
  const auto fits = [](char c) { return base::is_alnum(c) || c == '_' || c == '.'; };
  return !name.empty() && std::ranges::all_of(name, fits) &&
         name.find("__") == std::string_view::npos;
}

// The file name without a known extension, which goes to `extension`.
std::optional<std::string_view> sdist_stem(std::string_view file_name, std::string& extension) {
  for (std::string_view known : kSdistExtensions) {
    if (!file_name.ends_with(known)) continue;
    extension = std::string(known);
    return file_name.substr(0, file_name.size() - known.size());
  }
  return std::nullopt;
}

}  // namespace

// Numbers without leading zeros: the longer one is greater.
bool WheelName::is_later_build(const WheelName& other) const {
  if (build_number.size() != other.build_number.size())
    return build_number.size() > other.build_number.size();
  if (build_number != other.build_number) return build_number > other.build_number;
  return build_rest > other.build_rest;
}

std::vector<Tag> WheelName::tags() const {
  std::set<Tag> all;
  for (const std::string& python : pythons) {
    for (const std::string& abi : abis) {
      for (const std::string& platform : platforms) all.insert(Tag{python, abi, platform});
    }
  }
  return {all.begin(), all.end()};
}

Result<WheelName> parse_wheel_name(std::string_view file_name) {
  if (!file_name.ends_with(".whl")) return bad_name(file_name, "not a wheel, which ends in .whl");
  const std::vector<std::string_view> parts =
      base::split(file_name.substr(0, file_name.size() - 4), '-');
  if (parts.size() != 5 && parts.size() != 6)
    return bad_name(file_name, "not a wheel name, which has five or six parts");
  WheelName wheel;
  if (!is_wheel_project(parts[0]))
    return bad_name(file_name, "a wheel name with an invalid project name");
  wheel.name = normalize_name(parts[0]);
  std::optional<Version> version = Version::parse(parts[1]);
  if (!version)
    return bad_name(file_name,
                    cat("a wheel name with an invalid version, '", base::printable(parts[1]), "'"));
  wheel.version = std::move(*version);
  if (parts.size() == 6 && !read_build_tag(parts[2], wheel))
    return bad_name(file_name, "a wheel name with an invalid build tag");
  if (!read_wheel_tags(std::span(parts).last(3), wheel))
    return bad_name(file_name, "a wheel name with invalid tags");
  return wheel;
}

Result<SdistName> parse_sdist_name(std::string_view file_name) {
  SdistName sdist;
  const std::optional<std::string_view> stem = sdist_stem(file_name, sdist.extension);
  if (!stem) return bad_name(file_name, "not a source distribution, which ends in .tar.gz or .zip");
  const std::size_t dash = stem->rfind('-');
  if (dash == std::string_view::npos || dash == 0)
    return bad_name(file_name, "a source distribution without name and version");
  sdist.name = normalize_name(stem->substr(0, dash));
  std::optional<Version> version = Version::parse(stem->substr(dash + 1));
  if (!version) return bad_name(file_name, "a source distribution with an invalid version");
  sdist.version = std::move(*version);
  return sdist;
}

std::optional<SdistName> parse_sdist_name_of(std::string_view file_name, std::string_view project) {
  SdistName sdist;
  const std::optional<std::string_view> stem = sdist_stem(file_name, sdist.extension);
  if (!stem) return std::nullopt;
  for (std::size_t dash = stem->find('-'); dash != std::string_view::npos;
       dash = stem->find('-', dash + 1)) {
    if (normalize_name(stem->substr(0, dash)) != project) continue;
    std::optional<Version> version = Version::parse(stem->substr(dash + 1));
    if (!version) return std::nullopt;
    sdist.name = std::string(project);
    sdist.version = std::move(*version);
    return sdist;
  }
  return std::nullopt;
}

}  // namespace pipit::pep
