// build-details.json (PEP 739): a description of a Python build, installed beside its standard
// library from 3.14 on. It gives what markers and tags need without running anything, so an image's
// Python can be described from outside the image. It does not give the install scheme; that is
// Python's own unless a distribution has patched it, which its dist-packages directory shows.
#include "env/python/build_details.h"

#include <array>

#include "base/file.h"
#include "base/file_tree.h"
#include "base/path.h"
#include "base/text.h"

namespace pipit::env {

namespace {

constexpr std::uint64_t kMaxDetails = 1u << 20;

struct Details {
  base::Json json;
  std::string stdlib, prefix;
};

std::optional<Details> find_details(const std::string& executable) {
  const std::string prefix(base::parent_path(base::parent_path(executable)));
  const std::string library = base::join_path(prefix, "lib");
  if (base::is_directory(base::join_path(library, "python3/dist-packages"))) return std::nullopt;
  // python3.14 -> lib/python3.14; for a plain name, the only such directory.
  const std::string name(base::base_name(executable));
  std::vector<std::string> places;
  if (name.starts_with("python3.")) places.push_back(base::join_path(library, name));
  if (places.empty()) {
    const auto entries = base::list_directory(library);
    if (!entries) return std::nullopt;
    for (const base::DirEntry& entry : *entries) {
      const std::string place = base::join_path(library, entry.name);
      if (entry.name.starts_with("python3.") && base::exists(cat(place, "/build-details.json")))
        places.push_back(place);
    }
  }
  if (places.size() != 1) return std::nullopt;
  const auto text = base::read_file(cat(places.front(), "/build-details.json"), kMaxDetails);
  if (!text) return std::nullopt;
  auto json = base::parse_json(*text, kMaxDetails);
  if (!json) return std::nullopt;
  return Details{std::move(*json), places.front(), prefix};
}

// "linux-x86_64" -> os_name, sys_platform, platform_system
std::optional<std::array<const char*, 3>> system_of(std::string_view platform) {
  if (platform.starts_with("linux-")) return std::array{"posix", "linux", "Linux"};
  if (platform.starts_with("macosx-")) return std::array{"posix", "darwin", "Darwin"};
  return std::nullopt;
}

base::Json::Object scheme_json(const std::string& base, const std::string& version_dir) {
  const auto at = [&](std::string_view rest) {
    return base::Json(cat(base, rest.empty() ? "" : "/", rest));
  };
  const std::string site = cat("lib/", version_dir, "/site-packages");
  return {{"purelib", at(site)},
          {"platlib", at(site)},
          {"scripts", at("bin")},
          {"data", at("")},
          {"include", at(cat("include/", version_dir))}};
}

std::string release_text(const base::Json* version) {
  const auto number = [&](std::string_view key) {
    const base::Json* value = version->find(key);
    return value && value->integer() ? *value->integer() : 0;
  };
  if (!version) return {};
  const std::string text = cat(number("major"), ".", number("minor"), ".", number("micro"));
  const std::string_view level = version->text("releaselevel");
  return level == "final" || level.empty()
             ? text
             : cat(text, level.substr(0, level == "candidate" ? 0 : 1),
                   level == "candidate" ? "rc" : "", number("serial"));
}

bool has_flag(const base::Json* flags, std::string_view wanted) {
  if (!flags || !flags->array()) return false;
  for (const base::Json& flag : *flags->array()) {
    if (flag.string() && *flag.string() == wanted) return true;
  }
  return false;
}

}  // namespace

std::optional<base::Json> facts_from_build_details(const std::string& executable) {
  const auto details = find_details(executable);
  if (!details) return std::nullopt;
  const base::Json* language = details->json.find("language");
  const base::Json* implementation = details->json.find("implementation");
  const base::Json* abi = details->json.find("abi");
  const std::string_view platform = details->json.text("platform");
  const auto system = system_of(platform);
  if (!language || !implementation || !system || implementation->text("name") != "cpython")
    return std::nullopt;
  const auto pair = base::split_once(language->text("version"), '.');
  if (!pair) return std::nullopt;
  const auto major = base::parse_uint(pair->first), minor = base::parse_uint(pair->second);
  if (!major || !minor || *major > 9 || *minor > 99) return std::nullopt;
  const bool threads = has_flag(abi ? abi->find("flags") : nullptr, "t");
  const std::string version_dir(base::base_name(details->stdlib));
  const std::string release = release_text(language->find("version_info"));
  const std::string full = release.empty() || release.starts_with("0.")
                               ? release_text(implementation->find("version"))
                               : release;
  const base::Json::Array version{base::Json(static_cast<std::int64_t>(*major)),
                                  base::Json(static_cast<std::int64_t>(*minor))};
  const base::Json::Object placed = scheme_json("/@", version_dir);
  return base::Json(base::Json::Object{
      {"executable", executable},
      {"prefix", details->prefix},
      {"base_prefix", details->prefix},
      {"version", version},
      {"full_version", full},
      {"implementation", "cpython"},
      {"implementation_version", release_text(implementation->find("version"))},
      {"platform_python_implementation", "CPython"},
      {"cache_tag", implementation->text("cache_tag")},
      {"soabi", ""},
      {"free_threaded", threads},
      {"debug", has_flag(abi ? abi->find("flags") : nullptr, "d")},
      {"os_name", (*system)[0]},
      {"sys_platform", (*system)[1]},
      {"platform_system", (*system)[2]},
      {"platform", base::replace_all(platform, "-", "_")},
      {"glibc", ""},
      {"stdlib", details->stdlib},
      {"scheme", scheme_json(details->prefix, version_dir)},
      {"prefix_scheme", placed},
      {"venv_scheme", placed},
      {"user_scheme", placed},
      {"site_paths", base::Json::Array{base::Json(cat(details->stdlib, "/site-packages"))}}});
}

}  // namespace pipit::env
