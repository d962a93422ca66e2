// Requirements files include others, which include others: they are read from a list, not by
// recursion, each file once as requirements and once as constraints, a thousand at most.
#include "cli/inputs.h"

#include <unistd.h>

#include <deque>
#include <set>

#include "base/file.h"
#include "base/text.h"
#include "index/find_links.h"
#include "pep/dist_name.h"
#include "pep/name.h"
#include "pep/requirements_txt.h"

namespace pipit::cli {
namespace {

constexpr std::size_t kMaxFiles = 1000;
constexpr std::uint64_t kMaxFileBytes = 16u << 20;

enum class Role { requirement, constraint, override_, exclude };

struct Pending {
  std::string name;       // as shown
  std::string directory;  // relative includes are seen from here; a URL for files from the network
  Role role = Role::requirement;
};

Result<std::string> read_stdin() {
  std::string text;
  char buffer[16384];
  for (;;) {
    const ssize_t got = ::read(STDIN_FILENO, buffer, sizeof buffer);
    if (got < 0) return fail(Code::io, "standard input: cannot be read");
    if (got == 0) return text;
    text.append(buffer, static_cast<std::size_t>(got));
    if (text.size() > kMaxFileBytes)
      return fail(Code::parse, "standard input: too long for a requirements file");
  }
}

bool is_network_url(std::string_view text) {
  return text.starts_with("http://") || text.starts_with("https://");
}

/// The page of a single wheel named by path or URL, so that it is a candidate like any other.
Result<index::PagePtr> direct_page(const std::string& place, const pep::WheelName& wheel) {
  index::LinkedFiles files;
  if (is_network_url(place)) {
    PIPIT_TRY(base::Url url, base::parse_url(place));
    index::RawFile file;
    file.name = base::file_name(url);
    if (const auto hash = base::parse_hash_spec(url.fragment)) {
      if (hash->algorithm == "sha256")
        file.sha256 = hash->hex;
      else
        file.other_hash = cat(hash->algorithm, "=", hash->hex);
    }
    url.fragment.clear();
    file.url = base::to_string(base::without_secrets(url));
    files.add(std::move(file));
  } else {
    PIPIT_TRY(index::RawFile file, index::local_file(base::absolute_path(place)));
    files.add(std::move(file));
  }
  return files.page(wheel.name, "");
}

std::string last_segment(const std::string& place) {
  if (const auto url = base::parse_url(place); url && url->scheme.size() > 1)
    return base::file_name(*url);
  return std::string(base::base_name(place));
}

std::string local_place(const std::string& place) {
  const auto url = base::parse_url(place);
  if (!url || url->scheme != "file") return place;
  const auto path = base::file_url_to_path(*url);
  return path ? *path : place;
}

Result<resolve::Wanted> direct_requirement(const std::string& place, pep::RequirementLine line) {
  const std::string local = local_place(place);
  const std::string shown = base::redact_text(base::printable(local));
  if (!is_network_url(local) && !base::exists(local))
    return fail(Code::not_found, cat(shown, ": no such file or directory"));
  const auto wheel = pep::parse_wheel_name(last_segment(local));
  if (!wheel || line.editable)
    return fail(Code::unsupported,
                cat(shown, ": only wheels can be installed from a path or URL by this version"));
  resolve::Wanted wanted;
  if (line.requirement) {
    if (line.requirement->name != wheel->name)
      return fail(Code::parse, cat(line.requirement->name, ": the URL names another project (",
                                   wheel->name, ")"));
    wanted.requirement = *line.requirement;
    wanted.requirement.url.reset();
  } else {
    wanted.requirement.name = wanted.requirement.written_name = wheel->name;
    wanted.requirement.extras = line.extras;
    wanted.requirement.marker = line.marker;
  }
  PIPIT_TRY(wanted.direct, direct_page(local, *wheel));
  if (wanted.direct->files.empty())
    return fail(Code::parse, cat(shown, ": not a usable wheel file name"));
  return wanted;
}

Result<resolve::Wanted> wanted_of(pep::RequirementLine line) {
  resolve::Wanted wanted;
  std::vector<base::HashSpec> hashes = line.hashes;
  const std::string origin = line.where.file.empty() ? "" : line.where.str();
  const std::string via = line.where.file.empty() ? "" : cat("-r ", line.where.file);
  if (line.requirement && !line.requirement->url) {
    wanted.requirement = std::move(*line.requirement);
  } else {
    const std::string place = line.requirement ? *line.requirement->url : line.path_or_url;
    PIPIT_TRY(wanted, direct_requirement(place, std::move(line)));
  }
  wanted.hashes = std::move(hashes);
  wanted.origin = origin;
  wanted.via = via;
  return wanted;
}

class InputReader {
 public:
  explicit InputReader(const FetchText& fetch) : fetch_(fetch) {}

  void push(std::string name, std::string directory, Role role) {
    todo_.push_back({local_place(name), std::move(directory), role});
  }

  Result<void> read_all() {
    while (!todo_.empty()) {
      const Pending next = todo_.front();
      todo_.pop_front();
      if (!seen_.emplace(next.name, next.role).second) continue;
      if (seen_.size() > kMaxFiles)
        return fail(Code::parse, cat(next.name, ": more than ", kMaxFiles, " requirements files"));
      if (next.role == Role::requirement) out.files.push_back(next.name);
      PIPIT_TRY(const std::string text, read_text(next));
      PIPIT_TRY(take_text(text, next));
    }
    return {};
  }

  Result<void> take(pep::RequirementLine line, Role role) {
    if (role == Role::constraint) PIPIT_TRY(check_constraint(line));
    if (!line.hashes.empty()) out.any_hashes = true;
    if (role == Role::exclude) return take_excluded(line);
    PIPIT_TRY(resolve::Wanted wanted, wanted_of(std::move(line)));
    if (role == Role::requirement)
      out.roots.push_back(std::move(wanted));
    else if (role == Role::constraint)
      out.constraints.push_back(std::move(wanted));
    else
      out.overrides.push_back(std::move(wanted));
    return {};
  }

  /// --exclude: a name, or a file of names.
  Result<void> exclude(const std::string& value) {
    if (value.find('/') == std::string::npos && !value.ends_with(".txt")) {
      PIPIT_TRY(const pep::RequirementLine line, pep::parse_requirement_argument(value));
      return take_excluded(line);
    }
    push(value, "", Role::exclude);
    return {};
  }

  Inputs out;

 private:
  /// Versions and markers do not matter: what is excluded is excluded.
  Result<void> take_excluded(const pep::RequirementLine& line) {
    if (!line.requirement)
      return fail(Code::parse,
                  cat(base::printable(line.path_or_url), ": not the name of a package"));
    out.excluded.insert(line.requirement->name);
    return {};
  }

  Result<std::string> read_text(const Pending& file) {
    if (file.name == "-") return read_stdin();
    if (!is_network_url(file.name)) {
      for (const std::string_view other :
           {"pyproject.toml", "setup.py", "setup.cfg", "pylock.toml"})
        if (base::base_name(file.name) == other)
          return fail(Code::unsupported, cat(file.name, ": not read by this version"));
      return base::read_file(file.name, kMaxFileBytes);
    }
    PIPIT_TRY(const base::Url url, base::parse_url(file.name));
    return fetch_(url);
  }

  Result<void> take_text(std::string_view text, const Pending& file) {
    PIPIT_TRY(auto items, pep::parse_requirements_txt(text, file.name, [](const std::string& name) {
                return base::environment(name.c_str());
              }));
    for (pep::RequirementsItem& item : items) {
      if (auto* line = std::get_if<pep::RequirementLine>(&item)) {
        PIPIT_TRY(take_line(std::move(*line), file.role));
      } else if (auto* include = std::get_if<pep::IncludeLine>(&item)) {
        push(include_path(include->target, file), "",
             include->constraint ? Role::constraint : file.role);
      } else {
        PIPIT_TRY(take_option(std::get<pep::OptionLine>(item), file));
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

  Result<void> take_line(pep::RequirementLine line, Role role) {
    const std::string where = line.where.str();
    auto taken = take(std::move(line), role);
    if (!taken && !taken.error().message.starts_with(where))
      taken.error().message = cat(where, ": ", taken.error().message);
    return taken;
  }

  static std::string include_path(const std::string& target, const Pending& from) {
    if (is_network_url(target) || target.starts_with("/")) return target;
    if (is_network_url(from.name)) {
      const auto base = base::parse_url(from.name);
      const auto url = base ? base::resolve(*base, target) : base;
      return url ? base::to_string(*url) : target;
    }
    const std::string_view directory = base::parent_path(from.name);
    return directory.empty() || directory == "." ? target : base::join_path(directory, target);
  }

  Result<void> take_option(const pep::OptionLine& line, const Pending& file) {
    const Option* option = find_option(line.name);
    if (!option) return take_foreign_option(line);
    auto& values = out.file_options[std::string(option->name)];
    if (option->takes == Takes::value) values.clear();
    std::string value = line.value;
    // A folder is seen from the file when it is there, else from the working directory, as pip
    // does.
    if (option->name == "find-links" && !is_network_url(file.name)) {
      const std::string beside =
          base::join_path(base::parent_path(base::absolute_path(file.name)), value);
      if (base::exists(beside)) value = beside;
    }
    values.push_back(std::move(value));
    return {};
  }

  // What the grammar knows and no command has: pip's --all-releases and --only-final.
  Result<void> take_foreign_option(const pep::OptionLine& line) {
    if (line.name == "all-releases" && line.value == ":all:")
      out.file_options["pre"] = {""};
    else
      out.warnings.push_back(
          cat(line.where.str(), ": --", line.name, " is not known here and changes nothing"));
    return {};
  }

  const FetchText& fetch_;
  std::deque<Pending> todo_;
  std::set<std::pair<std::string, Role>> seen_;
};

}  // namespace

Result<Inputs> read_inputs(const std::vector<std::string>& words, const Layers& layers,
                           const FetchText& fetch) {
  InputReader reader(fetch);
  for (const std::string& word : words) {
    PIPIT_TRY(pep::RequirementLine line, pep::parse_requirement_argument(word));
    PIPIT_TRY(reader.take(std::move(line), Role::requirement));
  }
  for (const std::string& path : layers.values("editable"))
    return fail(Code::unsupported,
                cat("-e ", base::printable(path), ": editable installs are not in this version"));
  for (const std::string& file : layers.values("requirement"))
    reader.push(file, "", Role::requirement);
  for (const std::string& file : layers.values("constraint"))
    reader.push(file, "", Role::constraint);
  for (const std::string& file : layers.values("override")) reader.push(file, "", Role::override_);
  for (const std::string& value : layers.values("exclude")) {
    PIPIT_TRY(reader.exclude(value));
  }
  PIPIT_TRY(reader.read_all());
  return std::move(reader.out);
}

Result<std::map<std::string, std::vector<resolve::Preferred>>> read_pins(const std::string& path) {
  std::map<std::string, std::vector<resolve::Preferred>> pins;
  auto text = base::read_file(path, kMaxFileBytes);
  if (!text) {
    if (text.error().code == Code::not_found) return pins;
    return fail(std::move(text.error()));
  }
  auto items =
      pep::parse_requirements_txt(*text, path, [](const std::string&) { return std::nullopt; });
  if (!items) return pins;
  for (const pep::RequirementsItem& item : *items) {
    const auto* line = std::get_if<pep::RequirementLine>(&item);
    if (!line || !line->requirement || !line->requirement->specifier.is_pinned()) continue;
    const auto& clause = line->requirement->specifier.clauses().front();
    if (clause.version)
      pins[line->requirement->name].push_back({*clause.version, line->requirement->marker});
  }
  return pins;
}

}  // namespace pipit::cli
