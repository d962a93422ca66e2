// Writes a lock file: keys in the specification's order, one file per line, so that a change of one
// package changes only its lines.
#include "pep/pylock_write.h"

#include <algorithm>
#include <tuple>

#include "base/text.h"
#include "base/toml.h"

namespace pipit::pep {
namespace {

class PylockWriter {
 public:
  std::string run(const Pylock& lock) {
    text("lock-version", lock.lock_version);
    markers("environments", lock.environments);
    if (!lock.requires_python_text.empty()) text("requires-python", lock.requires_python_text);
    names("extras", lock.extras);
    names("dependency-groups", lock.dependency_groups);
    names("default-groups", lock.default_groups);
    text("created-by", lock.created_by);
    // The key is required even when nothing is locked.
    if (lock.packages.empty()) out_ += "packages = []\n";
    for (const LockedPackage& package : lock.packages) write(package);
    return std::move(out_);
  }

 private:
  void text(std::string_view key, std::string_view value) {
    out_ += cat(key, " = ");
    base::append_toml_string(out_, value);
    out_ += '\n';
  }
  void names(std::string_view key, const std::vector<std::string>& values) {
    if (values.empty()) return;
    out_ += cat(key, " = [");
    for (std::size_t i = 0; i < values.size(); ++i) {
      if (i > 0) out_ += ", ";
      base::append_toml_string(out_, values[i]);
    }
    out_ += "]\n";
  }
  void markers(std::string_view key, const std::vector<Marker>& values) {
    if (values.empty()) return;
    out_ += cat(key, " = [\n");
    for (const Marker& marker : values) {
      out_ += "    ";
      base::append_toml_string(out_, marker.str());
      out_ += ",\n";
    }
    out_ += "]\n";
  }

  /// An inline table, member by member.
  void open() {
    out_ += '{';
    first_ = true;
  }
  void close() { out_ += first_ ? "}" : " }"; }
  void member(std::string_view key) {
    out_ += cat(first_ ? " " : ", ", key, " = ");
    first_ = false;
  }
  void member_text(std::string_view key, std::string_view value) {
    if (value.empty()) return;
    member(key);
    base::append_toml_string(out_, value);
  }

  void file(const LockedFile& one) {
    open();
    member_text("name", one.name);
    if (!one.upload_time.empty()) {
      member("upload-time");
      out_ += one.upload_time;
    }
    member_text("url", one.url);
    member_text("path", one.path);
    if (one.size) {
      member("size");
      out_ += cat(*one.size);
    }
    member("hashes");
    open();
    for (const auto& [algorithm, digest] : one.hashes) {
      // Keys are not only names we know: they may need quotes.
      std::string key;
      base::append_toml_string(key, algorithm);
      const bool bare = !algorithm.empty() && std::ranges::all_of(algorithm, base::is_alnum);
      member(bare ? algorithm : key);
      base::append_toml_string(out_, digest);
    }
    close();
    first_ = false;
    member_text("subdirectory", one.subdirectory);
    close();
  }

  void references(const std::vector<LockedReference>& all) {
    if (all.empty()) return;
    out_ += "dependencies = [\n";
    for (const LockedReference& one : all) {
      out_ += "    ";
      open();
      member_text("name", one.name);
      member_text("version", one.version);
      close();
      out_ += ",\n";
    }
    out_ += "]\n";
  }

  void sources(const LockedPackage& package) {
    if (package.vcs) {
      out_ += "vcs = ";
      open();
      member_text("type", package.vcs->type);
      member_text("url", package.vcs->url);
      member_text("path", package.vcs->path);
      member_text("requested-revision", package.vcs->requested_revision);
      member_text("commit-id", package.vcs->commit_id);
      member_text("subdirectory", package.vcs->subdirectory);
      close();
      out_ += '\n';
    }
    if (package.directory) {
      out_ += "directory = ";
      open();
      member_text("path", package.directory->path);
      if (package.directory->editable) {
        member("editable");
        out_ += "true";
      }
      member_text("subdirectory", package.directory->subdirectory);
      close();
      out_ += '\n';
    }
  }

  void write(const LockedPackage& package) {
    out_ += "\n[[packages]]\n";
    text("name", package.name);
    if (package.version) text("version", package.version->str());
    if (!package.marker.is_true()) text("marker", package.marker.str());
    if (!package.requires_python_text.empty())
      text("requires-python", package.requires_python_text);
    references(package.dependencies);
    sources(package);
    if (package.archive) {
      out_ += "archive = ";
      file(*package.archive);
      out_ += '\n';
    }
    if (!package.index.empty()) text("index", package.index);
    if (package.sdist) {
      out_ += "sdist = ";
      file(*package.sdist);
      out_ += '\n';
    }
    if (package.wheels.empty()) return;
    out_ += "wheels = [\n";
    for (const LockedFile& wheel : package.wheels) {
      out_ += "    ";
      file(wheel);
      out_ += ",\n";
    }
    out_ += "]\n";
  }

  std::string out_;
  bool first_ = true;  // in an inline table: nothing is in it yet
};

std::tuple<std::string_view, Version, std::string> locked_order(const LockedPackage& package) {
  return {package.name, package.version.value_or(Version()), package.marker.str()};
}

}  // namespace

std::string write_pylock(Pylock lock) {
  for (LockedPackage& package : lock.packages) {
    std::ranges::sort(package.wheels, {}, &LockedFile::name);
    std::ranges::sort(package.dependencies);
  }
  std::ranges::sort(lock.packages, [](const LockedPackage& a, const LockedPackage& b) {
    return locked_order(a) < locked_order(b);
  });
  return PylockWriter().run(lock);
}

}  // namespace pipit::pep
