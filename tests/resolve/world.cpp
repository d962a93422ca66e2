// Lines become files on a fake server: pages as JSON, a metadata file beside each wheel, and the
// wheels themselves for what is named by URL.
#include "tests/resolve/world.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <thread>

#include "index/catalog.h"
#include "pep/platform.h"
#include "resolve/provider.h"
#include "resolve/resolver.h"
#include "resolve/why_not.h"
#include "tests/distribution/fake_builder.h"
#include "tests/distribution/fake_index.h"

namespace pipit::resolve {
namespace {

constexpr std::string_view kFiles = "https://files.test/";

/// "b @ files:b-1-py3-none-any.whl" with the place of the files.
std::string with_urls(std::string_view text) {
  return base::replace_all(std::string(text), "@ files:", cat("@ ", kFiles));
}

std::string json_text(std::string_view text) {
  return cat("\"", base::replace_all(std::string(text), "\"", "\\\""), "\"");
}

std::vector<std::string> clauses_of(std::string_view line) {
  std::vector<std::string> out;
  for (const std::string_view part : base::split(line, '|')) out.emplace_back(base::trim(part));
  return out;
}

/// "needs b>=2" as "needs" and "b>=2".
std::pair<std::string, std::string> first_word(std::string_view text) {
  const std::size_t end = text.find(' ');
  if (end == text.npos) return {std::string(text), ""};
  return {std::string(text.substr(0, end)), std::string(base::trim(text.substr(end)))};
}

std::int64_t seconds_of(std::string_view date) {
  std::int64_t days = 0;
  const auto parts = base::split(date, '-');
  const auto number = [&](std::size_t i) {
    return static_cast<std::int64_t>(base::parse_uint(parts.at(i)).value_or(0));
  };
  // Near enough: only the order of dates and spans of years matter.
  days = (number(0) - 1970) * 365 + (number(0) - 1968) / 4 + (number(1) - 1) * 31 + number(2);
  return days * 24 * 3600;
}

/// Tells metadata from a source's own file, or fails as it says.
class WorldBuilder final : public distribution::Builder {
 public:
  explicit WorldBuilder(std::shared_ptr<const pep::Target> target) : target_(std::move(target)) {}
  const pep::Target& target() const override { return *target_; }
  std::string interpreter_key() const override { return "test"; }
  std::string settings_digest(const std::string&) const override { return ""; }
  Result<std::unique_ptr<distribution::BuildTree>> open(
      const distribution::BuildOrder& order) override {
    return std::make_unique<Tree>(order.shown);
  }

 private:
  class Tree final : public distribution::BuildTree {
   public:
    explicit Tree(std::string shown) : shown_(std::move(shown)) {}
    Result<std::optional<std::string>> prepare_metadata(std::stop_token) override {
      return fail(Code::build_failed, cat(shown_, ": the build failed"));
    }
    Result<std::string> build_wheel(const std::string&, std::stop_token) override {
      return fail(Code::build_failed, cat(shown_, ": the build failed"));
    }

   private:
    std::string shown_;
  };
  std::shared_ptr<const pep::Target> target_;
};

class Warnings final : public base::NoEvents {
 public:
  void warn(std::string_view text) override {
    base::Lock lock(mu_);
    all_.emplace_back(text);
  }
  std::vector<std::string> all() {
    base::Lock lock(mu_);
    return all_;
  }

 private:
  base::Mutex mu_;
  std::vector<std::string> all_ PIPIT_GUARDED_BY(mu_);
};

/// "a[x]==1 ; marker", and what its extras have markers of their own for.
void show_chosen(const Chosen& chosen, std::vector<std::string>& out) {
  const auto marker_text = [](const pep::Marker& marker) {
    return marker.is_true() ? std::string() : cat(" ; ", marker.str());
  };
  std::string extras;
  std::vector<std::string> apart;
  for (const std::string& extra : chosen.extras) {
    const auto own = chosen.extra_markers.find(extra);
    if (own == chosen.extra_markers.end() || own->second.str() == chosen.marker.str())
      extras += cat(extras.empty() ? "" : ",", extra);
    else
      apart.push_back(cat(chosen.name, "[", extra, "]", marker_text(own->second)));
  }
  const std::string place =
      chosen.source ? cat(" @ ", base::replace_all(distribution::shown_source(*chosen.source),
                                                   std::string(kFiles), "files:"))
                    : "";
  out.push_back(cat(chosen.name, extras.empty() ? "" : cat("[", extras, "]"),
                    "==", chosen.version.str(), place, marker_text(chosen.marker)));
  out.insert(out.end(), apart.begin(), apart.end());
}

}  // namespace

std::string World::File::metadata() const {
  if (is_broken) return cat("Metadata-Version: 2.1\nName: ", project, "\nVersion: none\n\n");
  const bool is_wheel = name.ends_with(".whl");
  std::string text = cat("Metadata-Version: ", is_wheel || !fails ? "2.2" : "2.1",
                         "\nName: ", project, "\nVersion: ", version, "\n");
  for (const std::string& field : fields) text += cat(field, "\n");
  return text + "\n";
}

std::string World::File::bytes() const {
  if (!name.ends_with(".whl"))
    return test::source_tar(cat(project, "-", version), {{"PKG-INFO", metadata()}});
  test::WheelMaker wheel;
  wheel.name = project;
  wheel.version = version;
  wheel.metadata = metadata();
  return wheel.bytes();
}

bool World::read_clause(std::string_view clause, File& file, std::vector<std::string>& tags) {
  const auto [word, rest] = first_word(clause);
  if (word == "needs") {
    file.fields.push_back(cat("Requires-Dist: ", with_urls(rest)));
  } else if (word == "extra") {
    file.fields.push_back(cat("Provides-Extra: ", rest));
  } else if (word == "python") {
    file.requires_python = rest;
    file.fields.push_back(cat("Requires-Python: ", rest));
  } else if (word == "own-python") {
    file.fields.push_back(cat("Requires-Python: ", rest));
  } else if (word == "yanked") {
    file.yanked = rest;
  } else if (word == "uploaded") {
    file.uploaded = rest;
  } else if (word == "files") {
    tags.clear();
    for (const std::string_view tag : base::split(rest, ',')) tags.emplace_back(base::trim(tag));
  } else if (word == "broken") {
    file.is_broken = true;
  } else if (word == "fails") {
    file.fails = true;
    tags = {"sdist"};
  } else {
    return false;
  }
  return true;
}

bool World::add_release(std::string_view words, bool is_listed) {
  const std::vector<std::string> clauses = clauses_of(words);
  const auto [project, version] = first_word(clauses.front());
  if (!pep::Version::parse(version)) return false;
  File file;
  file.project = project;
  file.version = version;
  file.is_listed = is_listed;
  std::vector<std::string> tags{"py3-none-any"};
  for (std::size_t i = 1; i < clauses.size(); ++i)
    if (!read_clause(clauses[i], file, tags)) return false;
  for (const std::string& tag : tags) {
    file.name = tag == "sdist" ? cat(project, "-", version, ".tar.gz")
                               : cat(project, "-", version, "-", tag, ".whl");
    files_[project].push_back(file);
  }
  return true;
}

bool World::set_option(std::string_view text) {
  const auto [word, rest] = first_word(text);
  const std::map<std::string, std::function<void()>, std::less<>> options{
      {"lowest", [&] { policy_.preference = Preference::lowest; }},
      {"lowest-direct", [&] { policy_.preference = Preference::lowest_direct; }},
      {"prerelease=allow", [&] { policy_.prerelease = Prerelease::allow; }},
      {"prerelease=disallow", [&] { policy_.prerelease = Prerelease::disallow; }},
      {"prerelease=explicit", [&] { policy_.prerelease = Prerelease::explicit_only; }},
      {"prerelease=named", [&] { policy_.prerelease = Prerelease::named; }},
      {"fewest", [&] { policy_.fork_strategy = ForkStrategy::fewest; }},
      {"only-binary", [&] { policy_.binary.all_only_binary = true; }},
      {"no-binary", [&] { policy_.binary.all_no_binary = true; }},
      {"prefer-binary", [&] { policy_.binary.prefer_binary = true; }},
      {"exclude-newer", [&, date = rest] { policy_.exclude_newer.all = seconds_of(date); }},
      {"unknown-time-counts", [&] { policy_.exclude_newer.unknown_counts = true; }},
      {"no-deps", [&] { no_deps_ = true; }}};
  const auto option = options.find(word);
  if (option == options.end()) return false;
  option->second();
  return true;
}

bool World::set_place(std::string_view word, std::string_view rest) {
  const auto [python, system] = first_word(rest);
  if (!pep::Version::parse(python)) return false;
  is_universal_ = word == "universal";
  python_ = python;
  if (!system.empty()) system_ = system;
  return true;
}

bool World::add_line(std::string_view line) {
  const auto [word, rest] = first_word(line);
  const auto add_requirement = [&](std::vector<Line>& list, std::string_view file) {
    const std::vector<std::string> parts = clauses_of(rest);
    Line read{with_urls(parts[0]), cat(file, ":", list.size() + 1), ""};
    if (parts.size() > 1) read.hash_of = first_word(parts[1]).second;
    list.push_back(std::move(read));
    return true;
  };
  if (word == "want") return add_requirement(wants_, "need.in");
  if (word == "constrain") return add_requirement(constraints_, "limits.txt");
  if (word == "override") return add_requirement(overrides_, "over.txt");
  if (word == "prefer") return add_requirement(preferred_, "out.txt");
  if (word == "require") return add_requirement(required_, "--required-environment");
  if (word == "only") return add_requirement(only_, "--environment");
  if (word == "exclude") return excluded_.insert(rest).second;
  if (word == "option") return set_option(rest);
  if (word == "target" || word == "universal") return set_place(word, rest);
  if (word == "file") return add_release(rest, false);
  if (word == "status") {
    const auto [project, status] = first_word(rest);
    status_[project] = first_word(status);
    return true;
  }
  if (word == "installed") {
    World one;
    if (!one.add_release(rest, true)) return false;
    const File& file = one.files_.begin()->second.front();
    Present present(*pep::Version::parse(file.version), [file] {
      auto metadata = pep::parse_metadata(file.metadata());
      return metadata ? std::make_shared<const pep::Metadata>(std::move(*metadata)) : nullptr;
    });
    installed_.insert_or_assign(file.project, std::move(present));
    return true;
  }
  return add_release(line, true);
}

std::shared_ptr<const pep::Target> World::target_of(std::string_view python,
                                                    std::string_view system) {
  const auto full = pep::Version::parse(python);
  pep::TagTarget tags;
  pep::MarkerEnvironment markers;
  tags.python_minor = static_cast<unsigned>(full->release()[1]);
  markers.python_version = cat("3.", tags.python_minor);
  markers.python_full_version = full->release().size() > 2 ? full->str() : cat(full->str(), ".1");
  markers.implementation_name = "cpython";
  markers.platform_python_implementation = "CPython";
  markers.implementation_version = markers.python_full_version;
  std::string platform = "manylinux_2_28_x86_64";
  markers.os_name = "posix";
  markers.sys_platform = "linux";
  markers.platform_system = "Linux";
  markers.platform_machine = "x86_64";
  if (system == "windows") {
    platform = "win_amd64";
    markers.os_name = "nt";
    markers.sys_platform = "win32";
    markers.platform_system = "Windows";
    markers.platform_machine = "AMD64";
  } else if (system == "macos") {
    platform = "macosx_14_0_arm64";
    markers.sys_platform = "darwin";
    markers.platform_system = "Darwin";
    markers.platform_machine = "arm64";
  }
  if (auto expanded = pep::expand_platform(platform)) tags.platforms = *expanded;
  return std::make_shared<pep::Target>(pep::Target{
      markers, pep::Tags::for_target(tags), *pep::Version::parse(markers.python_full_version)});
}

std::string World::page_of(const std::string& project) const {
  std::string rows;
  for (const File& file : files_.at(project)) {
    if (!file.is_listed) continue;
    rows += cat(rows.empty() ? "" : ",", "{\"filename\":", json_text(file.name),
                ",\"url\":", json_text(cat(kFiles, file.name)),
                ",\"hashes\":{\"sha256\":", json_text(base::sha256_hex(file.bytes())), "}");
    if (file.name.ends_with(".whl")) rows += ",\"core-metadata\":true";
    if (!file.requires_python.empty())
      rows += cat(",\"requires-python\":", json_text(file.requires_python));
    if (file.yanked)
      rows += cat(",\"yanked\":", file.yanked->empty() ? "true" : json_text(*file.yanked));
    if (!file.uploaded.empty())
      rows += cat(",\"upload-time\":", json_text(cat(file.uploaded, "T00:00:00Z")));
    rows += "}";
  }
  std::string status;
  if (const auto known = status_.find(project); known != status_.end())
    status = cat(",\"project-status\":{\"status\":", json_text(known->second.first),
                 ",\"reason\":", json_text(known->second.second), "}");
  return cat("{\"meta\":{\"api-version\":\"1.4\"},\"name\":", json_text(project), ",\"files\":[",
             rows, "]", status, "}");
}

Result<UserRequirement> World::requirement_of(test::FakeIndex& index, const Line& line,
                                              bool is_root) const {
  UserRequirement out;
  PIPIT_TRY(out.requirement, pep::parse_requirement(line.text));
  out.origin = line.origin;
  out.via = cat("-r ", line.origin.substr(0, line.origin.find(':')));
  for (const auto& [project, files] : files_)
    for (const File& file : files)
      if (file.name == line.hash_of)
        out.hashes.push_back({"sha256", base::sha256_hex(file.bytes())});
  if (!out.requirement.url) return out;
  out.written = *out.requirement.url;
  PIPIT_TRY(out.source, distribution::parse_source(*out.requirement.url));
  out.requirement.url.reset();
  if (!is_root) return out;
  PIPIT_TRY(const auto direct, index.database->direct(*out.source, index.stop.get_token()));
  out.direct = direct->page;
  out.source = direct->source;
  return out;
}

Result<Problem> World::problem(test::FakeIndex& index, bool prefetch) const {
  Problem problem;
  problem.policy = policy_;
  problem.policy.excluded = excluded_;
  problem.prefetch = prefetch;
  problem.no_deps = no_deps_;
  problem.present = installed_;
  Policy& policy = problem.policy;
  if (is_universal_) {
    policy.lowest_python = *pep::Version::parse(python_);
    policy.environments = policy.assumed = pep::MarkerSet::python_at_least(policy.lowest_python);
    const auto add = [&](const std::vector<Line>& lines, bool limits) -> Result<void> {
      for (const Line& line : lines) {
        PIPIT_TRY(const pep::Marker marker, pep::Marker::parse(line.text));
        policy.required_environments.push_back(
            {pep::MarkerSet::of(marker) & policy.environments, marker.str(),
             line.origin.substr(0, line.origin.find(':')), limits});
      }
      return {};
    };
    PIPIT_TRY(add(only_, true));
    pep::MarkerSet only;
    for (const RequiredEnvironment& one : policy.required_environments) only = only | one.where;
    if (!only_.empty()) policy.environments = only;
    PIPIT_TRY(add(required_, false));
  } else {
    policy.target = target_of(python_, system_);
    problem.other_python = [system = system_](const std::string& python) {
      return target_of(python, system);
    };
  }
  const auto read = [&](const std::vector<Line>& lines, std::vector<UserRequirement>& into,
                        bool is_root) -> Result<void> {
    for (const Line& line : lines) {
      PIPIT_TRY(UserRequirement one, requirement_of(index, line, is_root));
      apply_to_policy(one, policy);
      if (is_root) policy.direct[one.requirement.name].push_back(one.requirement.marker);
      into.push_back(std::move(one));
    }
    return {};
  };
  PIPIT_TRY(read(wants_, problem.roots, true));
  PIPIT_TRY(read(constraints_, problem.constraints, false));
  PIPIT_TRY(read(overrides_, problem.overrides, false));
  for (const Line& line : preferred_) {
    PIPIT_TRY(const pep::Requirement pin, pep::parse_requirement(line.text));
    problem.preferred[pin.name].push_back({*pin.specifier.clauses().front().version, pin.marker});
  }
  return problem;
}

/// The fake server with this world's files, and what reads from it.
struct World::Run {
  explicit Run(const World& world)
      : catalog(options(), index.client, index.store, index.pool, index.graph, index.events,
                index.stop.get_token()) {
    for (const auto& [project, files] : world.files_) {
      if (std::any_of(files.begin(), files.end(), [](const File& one) { return one.is_listed; }))
        index.put(cat("/simple/", project, "/"), world.page_of(project));
      for (const File& file : files) {
        index.put(cat("/", file.name), file.bytes());
        if (file.name.ends_with(".whl"))
          index.put(cat("/", file.name, ".metadata"), file.metadata());
      }
    }
    index.database->set_builder(
        std::make_shared<WorldBuilder>(target_of(world.python_, world.system_)));
  }
  /// As Session does: the scout's continuations use all of this.
  ~Run() {
    index.stop.request_stop();
    index.pool.shutdown();
    index.client.shutdown();
  }
  static index::CatalogOptions options() {
    index::CatalogOptions options;
    options.indexes.push_back(*base::parse_url("https://index.test/simple/"));
    return options;
  }
  void note_requests(WorldAnswer& answer) {
    base::Lock lock(index.server->mu);
    for (const std::string& line : index.server->log) {
      const std::string path = first_word(line.substr(4)).first;
      if (path.starts_with("/simple/"))
        answer.pages.insert(path.substr(8, path.size() - 9));
      else
        answer.metadata.insert(path.substr(1, path.find(".metadata") - 1));
    }
  }

  test::FakeIndex index;
  index::Catalog catalog;
  Warnings warnings;
};

WorldAnswer World::solve(bool prefetch) const {
  Run run(*this);
  WorldAnswer answer;
  const auto solved = [&]() -> Result<Resolution> {
    PIPIT_TRY(const Problem asked, problem(run.index, prefetch));
    return resolve::solve(asked, run.catalog, *run.index.database, run.warnings,
                          run.index.stop.get_token());
  }();
  answer.warns = run.warnings.all();
  if (!solved) {
    for (const std::string_view line : base::split(solved.error().message, '\n'))
      answer.says.emplace_back(line);
    answer.hints = solved.error().hints;
  } else {
    for (const Chosen& chosen : solved->chosen) {
      show_chosen(chosen, answer.gives);
      answer.needed_by[chosen.name] =
          base::join(std::vector<std::string>(chosen.via.begin(), chosen.via.end()), ", ");
    }
    answer.forks = solved->forks;
  }
  run.note_requests(answer);
  return answer;
}

WorldAnswer World::scout(const std::set<std::string>& pages) const {
  Run run(*this);
  WorldAnswer answer;
  const auto asked = problem(run.index, true);
  if (!asked) return answer;
  Budget budget;
  Provider provider(*asked, run.catalog, *run.index.database, run.warnings, budget,
                    run.index.stop.get_token());
  provider.send_scout();
  const auto has_all = [&] {
    run.note_requests(answer);
    return std::includes(answer.pages.begin(), answer.pages.end(), pages.begin(), pages.end());
  };
  for (int i = 0; i < 1000 && !has_all(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  std::this_thread::sleep_for(std::chrono::milliseconds(50));
  run.note_requests(answer);
  return answer;
}

WorldAnswer World::why_not(const std::string& project, std::string_view version) const {
  Run run(*this);
  WorldAnswer answer;
  const auto lines = [&]() -> Result<std::vector<std::string>> {
    PIPIT_TRY(const Problem asked, problem(run.index, false));
    PIPIT_TRY(const Resolution found, resolve::solve(asked, run.catalog, *run.index.database,
                                                     run.warnings, run.index.stop.get_token()));
    return resolve::why_not(asked, found, project, *pep::Version::parse(version), run.catalog,
                            *run.index.database, run.index.stop.get_token());
  }();
  answer.says = lines ? *lines : std::vector<std::string>{lines.error().message};
  return answer;
}

}  // namespace pipit::resolve
