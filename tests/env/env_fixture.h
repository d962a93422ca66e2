// Made-up environments and unpacked wheels for the tests of env.
#pragma once
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/events.h"
#include "base/file.h"
#include "base/file_tree.h"
#include "base/json.h"
#include "base/path.h"
#include "base/temp_dir.h"
#include "base/text.h"
#include "cache/wheel.h"
#include "env/apply.h"
#include "env/python/facts.h"
#include "env/site_scan.h"
#include "sched/pool.h"

namespace pipit::env_test {

/// Warnings and notes, one a line.
struct Heard : base::NoEvents {
  std::string warnings, notes;
  void warn(std::string_view message) override { warnings += cat(message, "\n"); }
  void note(std::string_view message) override { notes += cat(message, "\n"); }
};

struct Member {
  std::string path, content;
  bool executable = false;
};

/// A directory with an environment "env" (purelib, scripts, data) and a cache of unpacked wheels.
class World {
 public:
  World() {
    auto made = base::TempDir::create("/tmp", "pipit-env-test-");
    REQUIRE(made);
    directory_ = std::make_unique<base::TempDir>(std::move(*made));
    const std::string prefix = at("env");
    layout.scheme = {cat(prefix, "/lib/python3.11/site-packages"),
                     cat(prefix, "/lib/python3.11/site-packages"), cat(prefix, "/bin"), prefix,
                     cat(prefix, "/include/site/python3.11")};
    layout.python = cat(prefix, "/bin/python");
    layout.python_version = "3.11";
    layout.prefix = prefix;
    layout.site_paths = {layout.scheme.purelib};
    REQUIRE(base::make_directories(layout.scheme.purelib));
    REQUIRE(base::make_directories(layout.scheme.scripts));
    write("env/pyvenv.cfg", "home = /usr/bin\n");
    REQUIRE(::symlink("/usr/bin/python3", layout.python.c_str()) == 0);
  }

  std::string at(std::string_view path) const { return base::join_path(directory_->path(), path); }
  std::string site(std::string_view path) const {
    return base::join_path(layout.scheme.purelib, path);
  }
  void write(std::string_view path, std::string_view content, std::uint32_t mode = 0644) {
    write_at(at(path), content, mode);
  }
  void write_at(const std::string& path, std::string_view content, std::uint32_t mode = 0644) {
    REQUIRE(base::make_directories(std::string(base::parent_path(path))));
    REQUIRE(base::write_file(path, content, mode));
    REQUIRE(::chmod(path.c_str(), mode) == 0);
  }

  /// METADATA of the distribution "name-version" in that directory; gives the path of its dist-info.
  std::string dist_at(const std::string& directory, const std::string& stem,
                      std::string_view more = "") {
    const auto parts = *base::split_once(stem, '-');
    const std::string info = base::join_path(directory, cat(stem, ".dist-info"));
    write_at(cat(info, "/METADATA"), cat("Metadata-Version: 2.1\nName: ", parts.first,
                                         "\nVersion: ", parts.second, "\n", more));
    return info;
  }
  /// The same in site-packages.
  std::string dist(const std::string& stem, std::string_view more = "") {
    return dist_at(layout.scheme.purelib, stem, more);
  }

  /// An unpacked wheel. METADATA and WHEEL are added.
  cache::WheelPtr wheel(const std::string& name, const std::string& version,
                        std::vector<Member> members) {
    auto made = std::make_shared<cache::Wheel>();
    made->file_name = cat(name, "-", version, "-py3-none-any.whl");
    made->directory = at(cat("cache/", made->file_name, "/tree"));
    made->dist_info = cat(name, "-", version, ".dist-info");
    const std::string data = cat(name, "-", version, ".data");
    members.push_back({cat(made->dist_info, "/METADATA"),
                       cat("Metadata-Version: 2.1\nName: ", name, "\nVersion: ", version, "\n")});
    members.push_back({cat(made->dist_info, "/WHEEL"),
                       "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"});
    for (const Member& member : members) {
      const std::string path = base::join_path(made->directory, member.path);
      write_at(path, member.content, member.executable ? 0755 : 0644);
      const auto info = base::file_info(path);
      REQUIRE(info);
      made->files.push_back({member.path, (*info)->size, base::sha256(member.content),
                             member.executable, (*info)->mtime_ns});
      if (member.path.starts_with(data)) made->data_dir = data;
    }
    std::sort(made->files.begin(), made->files.end(),
              [](const cache::WheelFile& a, const cache::WheelFile& b) { return a.path < b.path; });
    return made;
  }

  Result<env::Applied> apply(const env::Change& change) {
    return env::apply(layout, change, options, pool, heard, {});
  }
  Result<env::Applied> install(std::vector<cache::WheelPtr> wheels) {
    env::Change change;
    for (cache::WheelPtr& wheel : wheels) change.add.push_back({std::move(wheel), {}, false});
    return apply(change);
  }
  Result<env::Applied> uninstall(std::string_view name) {
    auto all = env::list_installed(layout, heard);
    REQUIRE(all);
    const env::Installed* dist = env::find_installed(*all, name);
    REQUIRE(dist);
    env::Change change;
    change.remove.push_back(*dist);
    return apply(change);
  }
  /// "name version" of everything installed.
  std::string installed() {
    auto all = env::list_installed(layout, heard);
    REQUIRE(all);
    std::string text;
    for (const env::Installed& dist : *all) text += cat(dist.name, " ", dist.version_text, "\n");
    return text;
  }
  std::string read(const std::string& path) const {
    auto text = base::read_file(path, 1u << 24);
    return text ? *text : cat("<", text.error().message, ">");
  }
  /// Every path below the environment with its kind, mode and content.
  std::map<std::string, std::string> tree() const {
    std::map<std::string, std::string> found;
    add_tree(layout.prefix, "", found);
    return found;
  }

  env::Layout layout;
  env::ApplyOptions options;
  Heard heard;
  sched::Pool pool{sched::LaneLimits{}};

 private:
  void add_tree(const std::string& directory, const std::string& prefix,
                std::map<std::string, std::string>& found) const {
    const auto entries = base::list_directory(directory);
    REQUIRE(entries);
    for (const base::DirEntry& entry : *entries) {
      const std::string path = base::join_path(directory, entry.name);
      const std::string name = cat(prefix, entry.name);
      const auto info = base::file_info(path);
      REQUIRE(info);
      std::string text = cat((*info)->mode, " ");
      if (entry.kind == base::FileInfo::Kind::symlink) {
        char target[4096];
        const ssize_t size = ::readlink(path.c_str(), target, sizeof target);
        REQUIRE(size >= 0);
        text += cat("-> ", std::string_view(target, static_cast<std::size_t>(size)));
      } else if (entry.kind == base::FileInfo::Kind::directory) {
        add_tree(path, cat(name, "/"), found);
      } else {
        text += read(path);
      }
      found[name] = text;
    }
  }
  std::unique_ptr<base::TempDir> directory_;
};

// A Python said to lie in `prefix`: facts as a run of it would give them, those of `more` instead.
inline base::Json made_up_facts(const std::string& prefix, base::Json::Object more = {}) {
  const auto scheme = [](const std::string& base) {
    return base::Json::Object{{"purelib", cat(base, "/lib/python3.12/site-packages")},
                              {"platlib", cat(base, "/lib/python3.12/site-packages")},
                              {"scripts", cat(base, "/bin")},
                              {"data", base},
                              {"include", cat(base, "/include/python3.12")}};
  };
  base::Json::Object facts{
      {"prefix", prefix},
      {"base_prefix", prefix},
      {"version", base::Json::Array{3, 12}},
      {"full_version", "3.12.4"},
      {"implementation", "cpython"},
      {"implementation_version", "3.12.4"},
      {"platform_python_implementation", "CPython"},
      {"cache_tag", "cpython-312"},
      {"os_name", "posix"},
      {"sys_platform", "linux"},
      {"platform_system", "Linux"},
      {"platform", "linux_x86_64"},
      {"glibc", "2.28"},
      {"stdlib", cat(prefix, "/lib/python3.12")},
      {"scheme", scheme(prefix)},
      {"prefix_scheme", scheme("/@")},
      {"venv_scheme", scheme("/@")},
      {"user_scheme", scheme("/@")},
      {"site_paths", base::Json::Array{cat(prefix, "/lib/python3.12/site-packages")}}};
  for (auto& [key, value] : more) facts.insert_or_assign(key, std::move(value));
  return base::Json(std::move(facts));
}

inline env::Interpreter made_up_python(const std::string& prefix, base::Json::Object more = {}) {
  auto made = env::interpreter_of_facts(made_up_facts(prefix, std::move(more)),
                                        cat(prefix, "/bin/python3.12"));
  REQUIRE(made);
  return std::move(*made);
}

}  // namespace pipit::env_test
