// The phases of a build:
//
//   environment   what [build-system] requires, then what get_requires_for_build_* adds
//   metadata      prepare_metadata_for_build_*, if requested and the backend has it
//   wheel         build_wheel or build_editable, given the metadata that was prepared
//
// The environment is made once, before the first hook. No lock or permit is held meanwhile: what a
// build requires may have to be built itself. get_requires_for_build_* runs in the process of the
// first hook, which goes on only when nothing more is required.
#include "build_frontend/source_tree.h"

#include "base/file.h"
#include "base/file_tree.h"
#include "base/path.h"
#include "base/text.h"
#include "pep/dist_name.h"

namespace pipit::build_frontend {
namespace {

constexpr std::uint64_t kMaxMetadata = 32u << 20;
constexpr std::string_view kCycle = "a build that needs itself";

/// An error on the way to an environment, with the name of the project to be built. A cycle is
/// reported once, by the build that found it, without the builds on the way to it.
Error of_requirements(Error error, const std::string& shown) {
  if (error.code == Code::cancelled) return error;
  if (error.code == Code::cycle) return std::move(error).in(kCycle);
  return std::move(error).in(cat(shown, ": its build requirements"));
}

/// Whether a backend's file name is a plain name in the directory, not a path.
bool is_plain_name(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && name.find('/') == std::string::npos &&
         name.find('\0') == std::string::npos;
}

class Tree final : public distribution::BuildTree {
 public:
  Tree(const distribution::BuildOrder& order, TreeSettings settings,
       BuildRequirements& requirements, const Options& options, const BuildServices& services,
       sched::Gate& gate)
      : order_(order),
        settings_(std::move(settings)),
        requirements_(requirements),
        options_(options),
        services_(services),
        gate_(gate),
        kind_(order.editable ? "editable" : "wheel"),
        scratch_(base::join_path(order.scratch, base::unique_name("build-"))) {}

  Result<std::optional<std::string>> prepare_metadata(std::stop_token stop) override {
    auto span = services_.events.build_span(base::SpanKind::prepare, order_.shown);
    auto text = prepare(std::move(stop));
    if (!text) span.set_outcome("error");
    return text;
  }
  Result<std::string> build_wheel(const std::string& directory, std::stop_token stop) override {
    auto span = services_.events.build_span(base::SpanKind::build, order_.shown);
    auto path = build(directory, std::move(stop));
    if (!path) span.set_outcome("error");
    return path;
  }

 private:
  Result<pep::BuildSystem> read_build_system() const;
  Result<void> make_place(std::stop_token stop);
  /// Runs the hook once everything it needs is installed; returns its answer.
  Result<HookAnswer> call(HookCall hook, std::stop_token stop);
  Result<std::vector<pep::Requirement>> requirements_of(const HookAnswer& answer,
                                                        const std::string& hook);
  Result<std::optional<std::string>> prepare(std::stop_token stop);
  Result<std::string> build(const std::string& directory, std::stop_token stop);
  Result<std::string> check_wheel(const std::string& directory, const std::string& name);
  /// The file name that a hook returned.
  Result<std::string> name_of(const base::Json& value, const std::string& hook);
  std::unexpected<Error> refuse(std::string_view what) { return fail(hooks_->failure(what)); }

  const distribution::BuildOrder order_;
  const TreeSettings settings_;
  BuildRequirements& requirements_;
  const Options& options_;
  const BuildServices& services_;
  sched::Gate& gate_;
  const std::string kind_;
  /// A folder of our own: the same order may be opened again, with other settings.
  const std::string scratch_;
  std::optional<Hooks> hooks_;
  std::optional<Environment> environment_;
  bool ready_ = false;
  std::string metadata_directory_;  // the prepared .dist-info
};

Result<pep::BuildSystem> Tree::read_build_system() const {
  const std::string file = base::join_path(order_.tree, "pyproject.toml");
  const auto text = base::read_file(file, kMaxProjectFile);
  if (!text && text.error().code == Code::not_found) {
    if (base::exists(base::join_path(order_.tree, "setup.py"))) return pep::default_build_system();
    return fail(Code::build_failed,
                cat(order_.shown, ": not a Python project: neither pyproject.toml nor setup.py"));
  }
  auto system =
      text ? pep::parse_build_system(*text) : Result<pep::BuildSystem>(fail(text.error()));
  if (system) return system;
  return fail(Code::build_failed, cat(order_.shown, ": pyproject.toml: ", system.error().message));
}

/// Does everything up to the first hook.
Result<void> Tree::make_place(std::stop_token stop) {
  if (!hooks_) {
    PIPIT_TRY(pep::BuildSystem system, read_build_system());
    PIPIT_TRY(base::make_directories(scratch_));
    hooks_.emplace(HookPlace{order_.tree, scratch_, order_.shown, options_.logs,
                             options_.timeout_seconds, order_.unset},
                   std::move(system), gate_, services_.events);
  }
  if (!settings_.isolated) {
    hooks_->set_python(settings_.base, false);
    ready_ = true;  // what is installed has to suffice
    return {};
  }
  if (!environment_) {
    PIPIT_TRY(Environment made,
              Environment::create(base::join_path(scratch_, "env"), settings_.base, requirements_,
                                  options_, services_));
    environment_.emplace(std::move(made));
    hooks_->set_python(environment_->python(), true);
  }
  if (auto done = environment_->provide(hooks_->system().requires_build, std::move(stop)); !done)
    return fail(of_requirements(std::move(done.error()), order_.shown));
  return {};
}

Result<HookAnswer> Tree::call(HookCall hook, std::stop_token stop) {
  if (!ready_) PIPIT_TRY(make_place(stop));
  if (!ready_) {
    const std::string first = cat("get_requires_for_build_", kind_);
    std::vector<std::string> known;
    for (const pep::Requirement& one : hooks_->system().requires_build) known.push_back(one.str());
    PIPIT_TRY(auto answers, hooks_->call({{first, {settings_.config}}, hook}, known, stop));
    environment_->keep_bytecode();
    PIPIT_TRY(const auto more, requirements_of(answers.front(), first));
    if (auto done = environment_->provide(more, stop); !done)
      return fail(of_requirements(std::move(done.error()), order_.shown));
    ready_ = true;
    if (answers.size() > 1) return std::move(answers.back());
  }
  PIPIT_TRY(auto answers, hooks_->call({std::move(hook)}, {}, std::move(stop)));
  if (environment_) environment_->keep_bytecode();
  return std::move(answers.front());
}

Result<std::vector<pep::Requirement>> Tree::requirements_of(const HookAnswer& value,
                                                            const std::string& hook) {
  std::vector<pep::Requirement> out;
  if (!value || value->is_null()) return out;
  if (!value->array()) return refuse(cat("build backend gave no list (hook ", hook, ")"));
  for (const base::Json& one : *value->array()) {
    auto requirement = pep::parse_requirement(base::trim(*one.string()));
    if (!requirement)
      return refuse(cat("build backend gave a wrong requirement (hook ", hook,
                        "): ", requirement.error().message));
    out.push_back(std::move(*requirement));
  }
  return out;
}

Result<std::string> Tree::name_of(const base::Json& value, const std::string& hook) {
  if (value.string() && is_plain_name(*value.string())) return *value.string();
  const std::string shown =
      value.string() ? cat("\"", base::printable(*value.string()), "\"") : "no name";
  return refuse(cat("build backend gave ", shown, " (hook ", hook, ")"));
}

Result<std::optional<std::string>> Tree::prepare(std::stop_token stop) {
  const std::string hook = cat("prepare_metadata_for_build_", kind_);
  const std::string directory = base::join_path(scratch_, "metadata");
  PIPIT_TRY(base::remove_tree(directory));
  PIPIT_TRY(base::make_directories(directory));
  PIPIT_TRY(const auto value, call({hook, {directory, settings_.config}}, std::move(stop)));
  if (!value) return std::optional<std::string>();
  PIPIT_TRY(const std::string name, name_of(*value, hook));
  const std::string info = base::join_path(directory, name);
  auto text = base::read_file(base::join_path(info, "METADATA"), kMaxMetadata);
  if (!text)
    return refuse(
        cat("build backend wrote no METADATA into ", base::printable(name), " (hook ", hook, ")"));
  metadata_directory_ = info;
  return std::optional<std::string>(std::move(*text));
}

Result<std::string> Tree::build(const std::string& directory, std::stop_token stop) {
  const std::string hook = cat("build_", kind_);
  const base::Json metadata =
      metadata_directory_.empty() ? base::Json() : base::Json(metadata_directory_);
  PIPIT_TRY(const auto value,
            call({hook, {directory, settings_.config, metadata}}, std::move(stop)));
  if (!value && order_.editable)
    return fail(
        hooks_->failure(cat("cannot be installed in place: its build backend ",
                            hooks_->system().backend, " has no hook ", hook, " (PEP 660)")));
  if (!value) return refuse(cat("build backend ", hooks_->system().backend, " has no hook ", hook));
  PIPIT_TRY(const std::string name, name_of(*value, hook));
  return check_wheel(directory, name);
}

Result<std::string> Tree::check_wheel(const std::string& directory, const std::string& name) {
  const std::string path = base::join_path(directory, name);
  const std::string shown = base::printable(name);
  if (!pep::parse_wheel_name(name))
    return refuse(cat("build backend made ", shown, ", which is not a wheel's name"));
  PIPIT_TRY(const auto info, base::file_info(path));
  if (info && info->kind == base::FileInfo::Kind::file) return path;
  return refuse(cat("build backend says that it made ", shown, ", but that file is not there"));
}

}  // namespace

std::unique_ptr<distribution::BuildTree> make_tree(
    const distribution::BuildOrder& order, TreeSettings settings, BuildRequirements& requirements,
    const Options& options, const BuildServices& services, sched::Gate& gate) {
  return std::make_unique<Tree>(order, std::move(settings), requirements, options, services, gate);
}

}  // namespace pipit::build_frontend
