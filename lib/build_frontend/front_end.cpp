// The Python that builds is the target's, so that the result runs there. When the target has none
// (another platform, another version, an empty image) the best one on PATH builds. It is looked for
// only when a build is needed: wheels need no Python, and inspecting one takes a while.
#include "build_frontend/front_end.h"

#include "base/file.h"
#include "base/file_tree.h"
#include "base/hash.h"
#include "base/path.h"
#include "base/text.h"
#include "build_frontend/build_requirements.h"
#include "build_frontend/source_tree.h"
#include "env/python/select.h"
#include "pep/build_system.h"
#include "pep/metadata.h"
#include "pep/name.h"

namespace pipit::build_frontend {
namespace {

/// The Python that builds, and resolutions for it.
struct BuildPython {
  BuildPython(env::Interpreter p, const Options& options, const BuildServices& services)
      : python(std::move(p)),
        needs(options, services, std::make_shared<const pep::Target>(python.target)) {}
  const env::Interpreter python;
  BuildRequirements needs;
};
using BuildPythonPtr = std::shared_ptr<BuildPython>;

/// The first Python on PATH with the target's minor version, else the first of all.
Result<env::Interpreter> python_on_path(const Options& options, const BuildServices& services) {
  env::ProcessEnvironment around = env::ProcessEnvironment::current();
  around.virtual_env.reset();
  around.conda_prefix.reset();
  env::Selector wanted;
  wanted.system = true;
  if (options.target) {
    wanted.python = options.target->markers.python_version;
    auto fitting =
        env::find_interpreter(wanted, around, services.store, services.events, services.stop);
    if (fitting || fitting.error().code == Code::cancelled) return fitting;
    wanted.python.clear();
  }
  return env::find_interpreter(wanted, around, services.store, services.events, services.stop);
}

std::string name_in_metadata(const std::string& path) {
  const auto text = base::read_file(path, pep::kMaxMetadata);
  const auto names = text ? pep::metadata_field(*text, "Name") : std::vector<std::string>();
  const bool is_name = !names.empty() && pep::is_valid_name(base::trim(names.front()));
  return is_name ? pep::normalize_name(base::trim(names.front())) : "";
}

/// What an earlier build of setuptools left, or the maker of a source archive.
std::string project_by_metadata(const std::string& tree) {
  if (std::string name = name_in_metadata(base::join_path(tree, "PKG-INFO")); !name.empty())
    return name;
  for (const char* folder : {"", "src"}) {
    const std::string above = base::join_path(tree, folder);
    const auto entries = base::list_directory(above);
    if (!entries) continue;
    for (const base::DirEntry& entry : *entries) {
      if (!entry.name.ends_with(".egg-info")) continue;
      std::string name = name_in_metadata(cat(above, "/", entry.name, "/PKG-INFO"));
      if (!name.empty()) return name;
    }
  }
  return {};
}

/// "name = x" of the section [metadata].
std::string project_by_setup_cfg(const std::string& tree) {
  const auto text = base::read_file(base::join_path(tree, "setup.cfg"), kMaxProjectFile);
  if (!text) return {};
  std::string_view section;
  for (const std::string_view line : base::split(*text, '\n')) {
    const std::string_view plain = base::trim(line);
    if (plain.starts_with('[')) section = plain;
    const auto parts = base::split_once(plain, '=');
    if (section != "[metadata]" || !parts || base::trim(parts->first) != "name") continue;
    const std::string_view name = base::trim(parts->second);
    return pep::is_valid_name(name) ? pep::normalize_name(name) : "";
  }
  return {};
}

/// The project's name as far as it is known before anything runs.
std::string project_of(const distribution::BuildOrder& order) {
  if (!order.project.empty()) return order.project;
  const auto text = base::read_file(base::join_path(order.tree, "pyproject.toml"), kMaxProjectFile);
  std::string name = text ? pep::named_project(*text) : "";
  if (name.empty()) name = project_by_setup_cfg(order.tree);
  return name.empty() ? project_by_metadata(order.tree) : name;
}

base::Json config_json(const ConfigSettings& settings) {
  if (settings.empty()) return base::Json();
  base::Json::Object out;
  for (const auto& [key, values] : settings) {
    if (values.size() == 1) {
      out[key] = values.front();
      continue;
    }
    base::Json::Array list;
    for (const std::string& value : values) list.emplace_back(value);
    out[key] = std::move(list);
  }
  return out;
}

}  // namespace

struct FrontEnd::State {
  State(Options o, const BuildServices& g)
      : options(std::move(o)),
        services(g),
        target(options.target        ? *options.target
               : options.interpreter ? options.interpreter->target
                                     : pep::Target()),
        gate(options.concurrent),
        pythons(services.graph) {}

  /// Found once per run.
  Result<BuildPythonPtr> build_python() {
    return pythons.get(0, "the Python that builds", services.stop, [&]() -> Result<BuildPythonPtr> {
      if (options.interpreter)
        return std::make_shared<BuildPython>(*options.interpreter, options, services);
      PIPIT_TRY(env::Interpreter found, python_on_path(options, services));
      return std::make_shared<BuildPython>(std::move(found), options, services);
    });
  }
  ConfigSettings settings_of(const std::string& project) const {
    ConfigSettings out = options.settings;
    const auto own = options.project_settings.find(project);
    if (own == options.project_settings.end()) return out;
    for (const auto& [key, values] : own->second) out[key] = values;
    return out;
  }
  bool is_isolated(const std::string& project) const {
    return !options.no_isolation && !options.no_isolation_of.contains(project);
  }

  const Options options;
  const BuildServices services;
  const pep::Target target;
  sched::Gate gate;
  sched::OnceMap<int, BuildPythonPtr> pythons;
};

FrontEnd::FrontEnd(Options options, const BuildServices& services)
    : state_(std::make_unique<State>(std::move(options), services)) {}

FrontEnd::~FrontEnd() = default;

const pep::Target& FrontEnd::target() const { return state_->target; }

std::string FrontEnd::interpreter_key() const {
  const auto build_python = state_->build_python();
  if (!build_python) return "";
  const env::Interpreter& python = (*build_python)->python;
  return cat(python.implementation, "-", python.version.str(), python.free_threaded ? "t" : "", "-",
             python.target.markers.sys_platform, "-", python.target.markers.platform_machine);
}

std::string FrontEnd::settings_digest(const std::string& project) const {
  std::string text;
  const base::Json config = config_json(state_->settings_of(project));
  if (!config.is_null()) text += cat("config ", base::to_json(config), "\n");
  if (!state_->is_isolated(project)) {
    text += "no isolation\n";
  } else {
    std::set<std::string> lines;  // their order does not matter
    for (const resolve::UserRequirement& one : state_->options.constraints)
      lines.insert(cat("constraint ", one.requirement.str(), "\n"));
    for (const std::string& line : lines) text += line;
  }
  return text.empty() ? "" : base::sha256_hex(text);
}

Result<std::unique_ptr<distribution::BuildTree>> FrontEnd::open(
    const distribution::BuildOrder& order) {
  auto build_python = state_->build_python();
  if (!build_python && build_python.error().code == Code::bad_environment)
    return fail(Error{Code::bad_environment, cat(order.shown, ": a Python is needed to build it: ",
                                                 build_python.error().message)}
                    .with_hint("wheels need none: --only-binary :all: takes no others"));
  PIPIT_TRY(build_python);
  const std::string project = project_of(order);
  TreeSettings settings{config_json(state_->settings_of(project)), state_->is_isolated(project),
                        (*build_python)->python};
  return make_tree(order, std::move(settings), (*build_python)->needs, state_->options,
                   state_->services, state_->gate);
}

std::uint64_t FrontEnd::TEST_high_water() const { return state_->gate.TEST_high_water(); }

}  // namespace pipit::build_frontend
