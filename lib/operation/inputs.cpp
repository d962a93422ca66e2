// Requirements files include others, which include others: they are read from a list, not by
// recursion, each file once as requirements and once as constraints, a thousand at most.
#include "operation/inputs.h"

#include <deque>
#include <set>

#include "base/environ.h"
#include "base/fd.h"
#include "base/file.h"
#include "base/hash_spec.h"
#include "base/path.h"
#include "base/redact.h"
#include "base/text.h"
#include "operation/direct_references.h"
#include "operation/input_text.h"
#include "operation/named_files.h"
#include "pep/name.h"
#include "pep/requirement_argument.h"
#include "pep/requirements_txt.h"

namespace pipit::operation {
namespace {

constexpr std::size_t kMaxFiles = 1000;

enum class Role { requirement, constraint, override_, exclude };

struct Pending {
  std::string name;  // as shown
  Role role = Role::requirement;
  std::string named_at;  // "requirements.in:3", of a file that another one includes
};

class InputReader {
 public:
  InputReader(const FetchText& fetch, std::stop_token stop)
      : fetch_(fetch), stop_(std::move(stop)) {}

  /// What is typed comes first, then files in the order they are named, those they include behind
  /// them. What is asked of extras and groups must be known when the first file is read; whether
  /// some project has the extra, is known when the last one is.
  Result<Inputs> run(const InputOptions& options) {
    if (!options.requirements.empty()) typed_ = options.requirements.front();
    if (typed_.empty() && !options.editables.empty()) typed_ = options.editables.front();
    named_files_ = options.files;
    for (const std::string& word : options.requirements)
      PIPIT_TRY(options.only_deps ? take_only_deps(word) : take_word(word));
    for (const std::string& place : options.editables) {
      PIPIT_TRY(pep::RequirementLine line, pep::parse_editable_argument(place));
      PIPIT_TRY(take(std::move(line), Role::requirement));
    }
    for (const std::string& file : options.files) push_named(file, Role::requirement);
    if (options.script) PIPIT_TRY(take_script(*options.script));
    for (const std::string& file : options.constraint_files) push(file, Role::constraint);
    for (const std::string& file : options.override_files) push(file, Role::override_);
    for (const std::string& value : options.excluded) PIPIT_TRY(exclude(value));
    PIPIT_TRY(take_selection(options.selection));
    PIPIT_TRY(read_all());
    PIPIT_TRY(check_extras());
    return std::move(out_);
  }

 private:
  Result<std::string> read(const std::string& place) {
    out_.places.push_back(place);
    // What the file names on its own server is fetched with the user and password given for it.
    const auto url = base::parse_url(place);
    if (url && url->is_http() && !url->userinfo.empty()) out_.accesses.push_back(*url);
    return read_input(place, fetch_, stop_);
  }

  Result<void> take_word(const std::string& word) {
    PIPIT_TRY(check_is_no_file(word));
    PIPIT_TRY(pep::RequirementLine line, pep::parse_requirement_argument(word));
    return take(std::move(line), Role::requirement);
  }

  void push(const std::string& name, Role role, std::string named_at = "") {
    todo_.push_back({local_place(name), role, std::move(named_at)});
  }

  Result<void> read_all() {
    while (!todo_.empty()) {
      const Pending next = todo_.front();
      todo_.pop_front();
      if (!seen_.emplace(next.name, next.role).second) continue;
      if (seen_.size() > kMaxFiles)
        return fail(Code::parse, cat(next.name, ": more than ", kMaxFiles, " requirements files"));
      if (next.role == Role::requirement) out_.files.push_back(next.name);
      PIPIT_TRY(check_is_ours(next.name));
      const InputKind kind = input_kind(next.name);
      if (kind == InputKind::legacy_project) {
        PIPIT_TRY(take_built(next, next.name));
        continue;
      }
      auto text = read(next.name);
      if (!text) return fail(std::move(text.error()).in(next.named_at));
      PIPIT_TRY(kind == InputKind::requirements ? take_text(*text, next)
                                                : take_other(kind, *text, next));
    }
    return {};
  }

  /// A requirements file, a project, a lock or a script; projects and locks with "[extras]".
  void push_named(const std::string& word, Role role) {
    auto [name, extras] = split_extras(word);
    if (base::is_directory(name)) name = project_file(name);
    if (input_kind(name) == InputKind::lock && role == Role::requirement) {
      LockInput& lock = lock_named(name);
      lock.extras.insert(extras.begin(), extras.end());
      lock.default_groups = true;
      return;
    }
    extras_of_[name].insert(extras.begin(), extras.end());
    push(name, role);
  }

  /// --only-deps PLACE[extras]: what the project there needs, not the project.
  Result<void> take_only_deps(const std::string& word) {
    const std::size_t open = word.ends_with(']') ? word.rfind('[') : std::string::npos;
    const std::string place = word.substr(0, open);
    if (base::is_directory(place)) {
      const std::string file = project_file(place);
      push_named(open == std::string::npos ? file : cat(file, word.substr(open)),
                 Role::requirement);
      return {};
    }
    auto line = pep::parse_requirement_argument(word);
    if (!line) return fail(std::move(line.error()));
    if (line->requirement && !line->requirement->url)
      return fail(Code::unsupported,
                  cat("--only-deps ", base::printable(word),
                      ": only for folders and URLs of projects in this version"));
    PIPIT_TRY(resolve::UserRequirement wanted,
              direct_requirement(std::move(*line), "", out_.accesses));
    const auto& extras = wanted.requirement.extras;
    out_.built.push_back({std::move(*wanted.source),
                          base::redact_text(word),
                          {extras.begin(), extras.end()},
                          false});
    return {};
  }

  /// Each lock that is named gets what is asked of locks: all of it, as names of files do not say
  /// whose extra is meant.
  Result<void> take_selection(const Selection& selection) {
    selection_ = selection;
    for (const Selection::Group& group : selection.groups) PIPIT_TRY(take_group(group));
    const bool has_locks = !out_.locks.empty();
    if (selection.all_groups && !has_locks) PIPIT_TRY(take_group({"", ""}));
    for (LockInput& lock : out_.locks) {
      lock.extras.insert(selection.extras.begin(), selection.extras.end());
      lock.all_extras = lock.all_extras || selection.all_extras;
      lock.all_groups = lock.all_groups || selection.all_groups;
      PIPIT_TRY(lock.text, read(lock.name));
    }
    return {};
  }

  /// Whatever its name is.
  Result<void> take_script(const std::string& file) {
    out_.files.push_back(file);
    PIPIT_TRY(const std::string text, read(file));
    add_environments(text, file, true, out_.environments);
    PIPIT_TRY(ProjectLines lines, script_lines(text, file));
    return take_lines(std::move(lines));
  }

  Error no_project_with_extras() const {
    Error error{Code::usage, "--extra: no pyproject.toml and no lock is named that has extras"};
    if (typed_.empty()) return error;
    const std::string& extra = *selection_.extras.begin();
    const std::size_t end = typed_.contains('/') ? typed_.npos : typed_.find_first_of("=<>!~;@[ ");
    return std::move(error).with_hint(cat("those of a package are named behind it: ",
                                          base::redact_text(base::printable(typed_.substr(0, end))),
                                          "[", extra, "]"));
  }

  /// After everything is read: an extra must be some project's.
  Result<void> check_extras() const {
    for (const std::string& extra : unknown_extras_)
      if (!known_extras_.contains(extra))
        return fail(Code::not_found, cat("no extra named ", base::printable(extra), " in ",
                                         base::join(out_.files, ", ")));
    if (!selection_.extras.empty() && extras_of_projects_ == 0 && out_.locks.empty())
      return fail(no_project_with_extras());
    return {};
  }

  /// `via`: how "# via" calls the origin; "" for that of requirements files. `written`: a path or
  /// URL as it stands in the file, "" : as in the line.
  Result<void> take(pep::RequirementLine line, Role role, std::string via = "",
                    const std::string& written = "") {
    if (role == Role::constraint) PIPIT_TRY(check_constraint(line));
    if (!line.hashes.empty()) out_.any_hashes = true;
    if (role == Role::exclude) return take_excluded(line);
    if (role == Role::requirement) take_config_settings(line);
    PIPIT_TRY(resolve::UserRequirement wanted,
              wanted_of(std::move(line), role, std::move(via), written));
    if (role == Role::requirement)
      out_.roots.push_back(std::move(wanted));
    else if (role == Role::constraint)
      out_.constraints.push_back(std::move(wanted));
    else
      out_.overrides.push_back(std::move(wanted));
    return {};
  }

  /// --exclude: a name, or a file of names.
  Result<void> exclude(const std::string& value) {
    if (value.find('/') == std::string::npos && !value.ends_with(".txt")) {
      PIPIT_TRY(const pep::RequirementLine line, pep::parse_requirement_argument(value));
      return take_excluded(line);
    }
    push(value, Role::exclude);
    return {};
  }

  void take_config_settings(const pep::RequirementLine& line) {
    if (line.config_settings.empty()) return;
    if (!line.requirement) {
      out_.warnings.push_back(cat(line.where.str(),
                                  ": --config-settings changes nothing without a ",
                                  "name (NAME @ URL has one)"));
      return;
    }
    for (const auto& [key, value] : line.config_settings)
      out_.config_settings[line.requirement->name][key].push_back(value);
  }

  /// By which option a file was named: what "# via" calls it by.
  static std::string_view letter_of(Role role) {
    if (role == Role::constraint) return "-c";
    return role == Role::override_ ? "--override" : "-r";
  }

  /// Behind "@" stands a place; other tools have a version there.
  static std::string meant_version(const pep::RequirementLine& line) {
    if (!line.requirement) return "";
    const std::string& name = line.requirement->name;
    if (line.requirement->url == "latest") return cat(name, " alone asks for the newest version");
    if (!pep::Version::parse(*line.requirement->url)) return "";
    return cat("a version stands behind \"==\": ", name, "==", *line.requirement->url);
  }

  Result<resolve::UserRequirement> wanted_of(pep::RequirementLine line, Role role, std::string via,
                                             const std::string& written) {
    resolve::UserRequirement wanted;
    std::vector<base::HashSpec> hashes = line.hashes;
    const std::string origin = line.where.file.empty() ? "" : line.where.str();
    if (via.empty() && !line.where.file.empty()) via = cat(letter_of(role), " ", line.where.file);
    if (line.requirement && !line.requirement->url) {
      wanted.requirement = std::move(*line.requirement);
    } else {
      const std::string hint = meant_version(line);
      auto direct = direct_requirement(std::move(line), written, out_.accesses);
      if (!direct && !hint.empty()) direct.error().with_hint(hint);
      PIPIT_TRY(wanted, std::move(direct));
    }
    wanted.hashes = std::move(hashes);
    wanted.origin = origin;
    wanted.via = std::move(via);
    return wanted;
  }

  /// A project that only a build can tell of.
  Result<void> take_built(const Pending& file, const std::string& project) {
    if (file.role != Role::requirement || base::is_http_url(file.name))
      return fail(Code::unsupported,
                  cat(file.name, ": not allowed here; expected a requirements file"));
    if (!base::exists(file.name))
      return fail(Code::not_found, cat(file.name, ": no such file or directory"));
    const std::string_view folder = base::parent_path(file.name);
    PIPIT_TRY(distribution::DirectReference source,
              distribution::parse_source(folder.empty() ? "." : folder));
    std::set<std::string> extras = wanted_extras(file.name);
    known_extras_.insert(extras.begin(), extras.end());
    ++extras_of_projects_;
    out_.built.push_back({std::move(source), project, std::move(extras), selection_.all_extras});
    return {};
  }

  std::set<std::string> wanted_extras(const std::string& file) {
    std::set<std::string> extras = selection_.extras;
    const std::set<std::string>& own = extras_of_[file];
    extras.insert(own.begin(), own.end());
    return extras;
  }

  /// Versions and markers do not matter: what is excluded is excluded.
  Result<void> take_excluded(const pep::RequirementLine& line) {
    if (!line.requirement)
      return fail(Code::parse,
                  cat(base::printable(line.path_or_url), ": not the name of a package"));
    out_.excluded.insert(line.requirement->name);
    return {};
  }

  LockInput& lock_named(const std::string& name) {
    for (LockInput& lock : out_.locks)
      if (lock.name == name) return lock;
    return out_.locks.emplace_back(LockInput{name, {}, {}, {}, false, false, false});
  }

  /// Without a path: of the locks that are named, else of the project in the working directory.
  Result<void> take_group(const Selection::Group& group) {
    if (group.path.empty() && !out_.locks.empty()) {
      for (LockInput& lock : out_.locks) lock.groups.insert(pep::normalize_name(group.name));
      return {};
    }
    const auto [place, extras] =
        split_extras(group.path.empty() ? std::string("pyproject.toml") : group.path);
    const InputKind kind = input_kind(place);
    if (kind == InputKind::lock) {
      LockInput& lock = lock_named(place);
      lock.groups.insert(pep::normalize_name(group.name));
      lock.extras.insert(extras.begin(), extras.end());
      return {};
    }
    if (kind != InputKind::project)
      return fail(Code::usage, cat("--group ", base::printable(place),
                                   ": groups stand in pyproject.toml and pylock.toml"));
    auto text = read(place);
    if (!text) return fail(no_groups(std::move(text.error()), group));
    add_environments(*text, place, false, out_.environments);
    PIPIT_TRY(ProjectLines lines, group_lines(*text, place, group.name));
    return take_lines(std::move(lines));
  }

  /// A group without a path is that of the working directory, also when a project elsewhere is
  /// named.
  Error no_groups(Error error, const Selection::Group& group) const {
    const std::string option =
        group.name.empty() ? "--all-groups" : cat("--group ", base::printable(group.name));
    if (error.code != Code::not_found) return std::move(error).in(option);
    if (!group.path.empty())
      return Error{Code::not_found, cat("--group ", base::printable(group.path), ":",
                                        base::printable(group.name), ": no such file")};
    Error missing{Code::not_found, cat(option, ": no pyproject.toml here")};
    if (group.name.empty()) return missing;
    for (const std::string& file : named_files_)
      if (input_kind(file) == InputKind::project)
        return std::move(missing).with_hint(cat("did you mean --group ", base::printable(file), ":",
                                                base::printable(group.name), "?"));
    return std::move(missing).with_hint("--group PATH:NAME takes the group of another one");
  }

  Result<void> take_other(InputKind kind, std::string_view text, const Pending& file) {
    if (file.role != Role::requirement || kind == InputKind::lock)
      return fail(Code::unsupported,
                  cat(file.name, ": not allowed here; expected a requirements file"));
    add_environments(text, file.name, kind == InputKind::script, out_.environments);
    if (kind == InputKind::script) {
      PIPIT_TRY(ProjectLines lines, script_lines(text, file.name));
      return take_lines(std::move(lines));
    }
    const std::set<std::string> extras = wanted_extras(file.name);
    auto known = project_lines(text, file.name, extras, selection_.all_extras);
    if (!known && known.error().code == Code::unsupported && !base::is_http_url(file.name))
      return take_built(file, file.name);
    PIPIT_TRY(ProjectLines lines, std::move(known));
    ++extras_of_projects_;
    for (const std::string& extra : extras)
      (lines.unknown_extras.contains(extra) ? unknown_extras_ : known_extras_).insert(extra);
    return take_lines(std::move(lines));
  }

  Result<void> take_lines(ProjectLines lines) {
    for (RequiresPython& bound : lines.bounds) out_.requires_python.push_back(std::move(bound));
    for (SourcedLine& one : lines.lines)
      PIPIT_TRY(take_line(std::move(one.line), Role::requirement, std::move(one.via)));
    return {};
  }

  Result<void> take_text(std::string_view text, const Pending& file) {
    std::set<std::string> unset;
    const auto variable = [&unset](const std::string& name) {
      auto value = base::environment_variable(name.c_str());
      if (!value || value->empty()) unset.insert(name);
      return value;
    };
    PIPIT_TRY(auto items, pep::parse_requirements_txt(text, file.name, variable));
    for (const std::string& name : unset)
      out_.warnings.push_back(
          cat(file.name, ": the variable ", name, " is not set: ${", name, "} stands as it is"));
    if (items.empty() && file.role == Role::requirement)
      out_.warnings.push_back(cat(base::printable(file.name), ": holds no requirements"));
    const std::vector<std::string> written = places_as_written(text, file.name, items);
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (auto* line = std::get_if<pep::RequirementLine>(&items[i])) {
        PIPIT_TRY(take_line(std::move(*line), file.role, "", written[i]));
      } else if (auto* include = std::get_if<pep::IncludeLine>(&items[i])) {
        push(include_path(include->target, file),
             include->constraint ? Role::constraint : file.role, include->where.str());
      } else {
        take_option(std::move(std::get<pep::OptionLine>(items[i])), file);
      }
    }
    return {};
  }

  // A constraint says which version, never that something is wanted: as in pip.
  static Result<void> check_constraint(const pep::RequirementLine& line) {
    if (line.editable) return fail(Code::parse, "a constraint cannot be editable");
    if (!line.requirement) return fail(Code::parse, "a constraint needs a name");
    if (!line.requirement->extras.empty())
      return fail(Code::parse, cat(line.requirement->name, ": a constraint cannot have extras"));
    return {};
  }

  Result<void> take_line(pep::RequirementLine line, Role role, std::string via = "",
                         const std::string& written = "") {
    const std::string where = line.where.str();
    auto taken = take(std::move(line), role, std::move(via), written);
    if (!taken) taken.error().in(where);
    return taken;
  }

  static std::string include_path(const std::string& target, const Pending& from) {
    if (base::is_http_url(from.name)) {
      const auto base = base::parse_url(from.name);
      auto url = base ? base::resolve(*base, target) : base;
      if (!url) return target;
      if (url->userinfo.empty() && base::origin(*url) == base::origin(*base))
        url->userinfo = base->userinfo;
      return base::to_string(*url);
    }
    if (base::is_meant_as_url(target) || target.starts_with("/")) return target;
    const std::string_view directory = base::parent_path(from.name);
    return directory.empty() || directory == "." ? target : base::join_path(directory, target);
  }

  void take_option(pep::OptionLine line, const Pending& file) {
    // A folder is relative to the file when it is there, else to the working directory, as in pip.
    if (line.name == pep::kFindLinks && !base::is_http_url(file.name)) {
      std::string beside =
          base::join_path(base::parent_path(base::absolute_path(file.name)), line.value);
      if (base::exists(beside)) line.value = std::move(beside);
    }
    out_.file_options.push_back(std::move(line));
  }

  const FetchText& fetch_;
  const std::stop_token stop_;
  Inputs out_;
  std::deque<Pending> todo_;
  std::set<std::pair<std::string, Role>> seen_;
  Selection selection_;
  std::string typed_;                     // the first requirement of the command line
  std::vector<std::string> named_files_;  // on the command line
  std::map<std::string, std::set<std::string>> extras_of_;  // written behind a file's name
  std::set<std::string> known_extras_, unknown_extras_;
  std::size_t extras_of_projects_ = 0;  // projects that were read
};

}  // namespace

Result<Inputs> read_inputs(const InputOptions& options, const FetchText& fetch,
                           std::stop_token stop) {
  return InputReader(fetch, std::move(stop)).run(options);
}

}  // namespace pipit::operation
