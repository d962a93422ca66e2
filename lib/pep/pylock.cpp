// Parses a lock file: the specification's MUSTs are enforced, unknown keys are ignored. A file's
// name promises that it belongs to its package, so names are parsed and compared here, before
// anything is fetched.
#include "pep/pylock.h"

#include "base/text.h"
#include "base/url.h"
#include "pep/dist_name.h"
#include "pep/name.h"
#include "pep/toml_fields.h"

namespace pipit::pep {
namespace {

constexpr std::size_t kMaxPylock = 64u << 20;

Result<std::optional<Version>> locked_version(const std::string& text) {
  if (text.empty()) return std::optional<Version>();
  auto version = Version::parse(text);
  if (!version) return fail(Code::parse, cat("not a version: ", base::printable(text)));
  return version;
}

Result<std::string> normal_name(const std::string& name) {
  if (!is_valid_name(name) || normalize_name(name) != name)
    return fail(Code::parse, cat(base::printable(name), " is not a normalized name"));
  return name;
}

std::string name_in_place(const LockedFile& file) {
  if (!file.path.empty()) return file.path.substr(file.path.find_last_of("/\\") + 1);
  const auto url = base::parse_url(file.url);
  return url ? base::file_name(*url) : std::string();
}

LockedFile read_locked_file(TomlFields& fields) {
  LockedFile file;
  file.name = fields.text("name");
  file.url = fields.text("url");
  file.path = fields.text("path");
  file.upload_time = fields.date_time("upload-time");
  file.size = fields.size("size");
  if (file.url.empty() && file.path.empty()) fields.refuse("neither url nor path is given");
  if (const base::Toml* hashes = fields.table("hashes"))
    for (const auto& [algorithm, digest] : *hashes->table()) {
      if (digest.string())
        file.hashes.emplace(algorithm, *digest.string());
      else
        fields.refuse(digest.line(), cat("hashes must be strings, not ", digest.kind()));
    }
  if (file.hashes.empty()) fields.refuse("hashes is missing or empty");
  return file;
}

class LockedPackageReader {
 public:
  explicit LockedPackageReader(const base::Toml& table) : fields_(table, "packages") {
    out_.line = table.line();
  }

  Result<LockedPackage> read() {
    out_.name = fields_.take("name", normal_name(fields_.required_text("name")));
    out_.version = fields_.take("version", locked_version(fields_.text("version")));
    if (fields_.has("marker"))
      out_.marker = fields_.take("marker", Marker::parse(fields_.text("marker")));
    out_.requires_python_text = fields_.text("requires-python");
    out_.requires_python =
        fields_.take("requires-python", SpecifierSet::parse(out_.requires_python_text));
    out_.index = fields_.text("index");
    references();
    sources();
    for (const base::Toml* identity : fields_.tables("attestation-identities")) {
      TomlFields fields(*identity, "packages.attestation-identities");
      out_.attestation_kinds.push_back(fields.required_text("kind"));
      adopt(fields);
    }
    (void)fields_.table("tool");
    check_sources();
    PIPIT_TRY(fields_.done());
    return std::move(out_);
  }

 private:
  void adopt(const TomlFields& part) {
    if (auto done = part.done(); !done) fields_.refuse(std::move(done.error()));
  }

  void references() {
    for (const base::Toml* row : fields_.tables("dependencies")) {
      TomlFields fields(*row, "packages.dependencies");
      out_.dependencies.push_back({fields.text("name"), fields.text("version")});
      adopt(fields);
    }
  }

  void sources() {
    if (const base::Toml* table = fields_.table("vcs")) {
      TomlFields fields(*table, "packages.vcs");
      out_.vcs = LockedVcs{fields.required_text("type"),
                           fields.text("url"),
                           fields.text("path"),
                           fields.text("requested-revision"),
                           fields.required_text("commit-id"),
                           fields.text("subdirectory")};
      if (out_.vcs->url.empty() && out_.vcs->path.empty())
        fields.refuse("neither url nor path is given");
      adopt(fields);
    }
    if (const base::Toml* table = fields_.table("directory")) {
      TomlFields fields(*table, "packages.directory");
      out_.directory = LockedDirectory{fields.required_text("path"), fields.text("subdirectory"),
                                       fields.flag("editable")};
      adopt(fields);
    }
    if (const base::Toml* table = fields_.table("archive")) {
      TomlFields fields(*table, "packages.archive");
      out_.archive = read_locked_file(fields);
      out_.archive->subdirectory = fields.text("subdirectory");
      adopt(fields);
    }
    if (const base::Toml* table = fields_.table("sdist")) {
      TomlFields fields(*table, "packages.sdist");
      out_.sdist = read_locked_file(fields);
      check_sdist_name(*out_.sdist, fields);
      adopt(fields);
    }
    for (const base::Toml* table : fields_.tables("wheels")) {
      TomlFields fields(*table, "packages.wheels");
      LockedFile wheel = read_locked_file(fields);
      check_wheel_name(wheel, fields);
      out_.wheels.push_back(std::move(wheel));
      adopt(fields);
    }
  }

  void check_wheel_name(LockedFile& file, TomlFields& fields) {
    if (file.name.empty()) file.name = name_in_place(file);
    const auto wheel = parse_wheel_name(file.name);
    if (!wheel)
      fields.refuse(cat(base::printable(file.name), " is not the name of a wheel"));
    else
      check_project(file.name, wheel->name, wheel->version, fields);
  }

  /// Old source distributions have dashes in their names: the project's name ends at the split.
  void check_sdist_name(LockedFile& file, TomlFields& fields) {
    if (file.name.empty()) file.name = name_in_place(file);
    const auto sdist = parse_sdist_name_of(file.name, out_.name);
    if (!sdist)
      fields.refuse(
          cat(base::printable(file.name), " is not a source distribution of ", out_.name));
    else
      check_project(file.name, sdist->name, sdist->version, fields);
  }

  void check_project(const std::string& file_name, const std::string& name, const Version& version,
                     TomlFields& fields) const {
    if (name != out_.name)
      fields.refuse(cat(base::printable(file_name), " is not a file of ", out_.name));
    else if (out_.version && *out_.version != version)
      fields.refuse(cat(base::printable(file_name), " is not of version ", out_.version->str()));
  }

  void check_sources() {
    const int direct = (out_.vcs ? 1 : 0) + (out_.directory ? 1 : 0) + (out_.archive ? 1 : 0);
    const bool files = out_.sdist || !out_.wheels.empty();
    if (files && direct > 0)
      fields_.refuse(cat(out_.name, " has files, so vcs, directory and archive must not be there"));
    else if (!files && direct != 1)
      fields_.refuse(cat(out_.name, " needs one of vcs, directory, archive, or files"));
  }

  TomlFields fields_;
  LockedPackage out_;
};

Result<void> check_lock_version(const std::string& text) {
  const auto version = Version::parse(text);
  if (!version)
    return fail(Code::parse, cat("lock-version: not a version: ", base::printable(text)));
  if (version->release()[0] != 1 || version->epoch() != 0)
    return fail(Code::unsupported, cat("lock-version ", version->str(), ": only 1.x can be read"));
  return {};
}

}  // namespace

bool is_pylock_name(std::string_view file_name) {
  if (file_name == "pylock.toml") return true;
  if (!file_name.starts_with("pylock.") || !file_name.ends_with(".toml")) return false;
  if (file_name.size() <= std::string_view("pylock..toml").size()) return false;
  const std::string_view name = file_name.substr(7, file_name.size() - 12);
  return name.find('.') == std::string_view::npos;
}

Result<Pylock> parse_pylock(std::string_view text) {
  PIPIT_TRY(const base::Toml document, base::parse_toml(text, kMaxPylock));
  TomlFields fields(document, "");
  Pylock lock;
  lock.lock_version = fields.required_text("lock-version");
  PIPIT_TRY(fields.done());
  PIPIT_TRY(check_lock_version(lock.lock_version));
  lock.created_by = fields.required_text("created-by");
  lock.requires_python_text = fields.text("requires-python");
  lock.requires_python =
      fields.take("requires-python", SpecifierSet::parse(lock.requires_python_text));
  for (const std::string& marker : fields.texts("environments"))
    lock.environments.push_back(fields.take("environments", Marker::parse(marker)));
  for (const std::string& extra : fields.texts("extras"))
    lock.extras.push_back(fields.take("extras", normal_name(extra)));
  lock.dependency_groups = fields.texts("dependency-groups");
  lock.default_groups = fields.texts("default-groups");
  (void)fields.table("tool");
  if (!fields.has("packages")) fields.refuse("packages is missing");
  for (const base::Toml* row : fields.tables("packages")) {
    PIPIT_TRY(LockedPackage package, LockedPackageReader(*row).read());
    lock.packages.push_back(std::move(package));
  }
  PIPIT_TRY(fields.done());
  return lock;
}

bool is_newer_pylock(const Pylock& lock) {
  const auto version = Version::parse(lock.lock_version);
  return version && version->release().size() > 1 && version->release()[1] > 0;
}

}  // namespace pipit::pep
