// Where facts about an interpreter come from, cheapest first:
//   a virtual environment   pyvenv.cfg, and the facts of the interpreter its bin/python links to
//   the cache               facts of that very file (path, size, time)
//   build-details.json      what the build says about itself
//   a run                   some 20 ms, once
// A script in the interpreter's place (a version manager's shim) decides at every run which Python
// to start, by variables, by version files above the working directory and by its manager's global
// one. Which interpreter it led to is kept under the digest of all these (see shim.h): a run costs
// a quarter of a second, and any change that the manager would see gives another digest.
#include "env/python/interpreter.h"

#include <sys/utsname.h>
#include <unistd.h>

#include "base/file.h"
#include "base/file_tree.h"
#include "base/hash.h"
#include "base/path.h"
#include "base/text.h"
#include "cache/store.h"
#include "env/python/build_details.h"
#include "env/python/facts.h"
#include "env/python/pth_files.h"
#include "env/python/pyvenv_cfg.h"
#include "env/python/shim.h"
#include "env/python/venv.h"

namespace pipit::env {

namespace {

constexpr std::uint64_t kMaxFacts = 1u << 20;
constexpr std::string_view kFactsForm =
    "3";  // raised when the script or the meaning of a fact changes

// The machine is in it: `setarch` makes the same Python another one.
std::string facts_key(const std::string& executable, const base::FileInfo& info) {
  utsname kernel{};
  const bool known = ::uname(&kernel) == 0;
  return base::sha256_hex(cat(kFactsForm, "\n", executable, "\n", base::real_path(executable), "\n",
                              info.mtime_ns, "\n", info.size, "\n", known ? kernel.machine : ""));
}

// The module _manylinux in these directories and those that their .pth files add, with its size and
// time: what it says (PEP 600) is
// part of the facts. "" when there is none.
std::string manylinux_module(std::vector<std::string> directories) {
  for (std::size_t i = 0, given = directories.size(); i < given; ++i) {
    const bool is_site = directories[i].ends_with("-packages");
    const auto entries = is_site ? base::list_directory(directories[i])
                                 : Result<std::vector<base::DirEntry>>(fail(Code::not_found, ""));
    if (!entries) continue;
    for (std::string& folder : folders_of_pth(directories[i], *entries))
      directories.push_back(std::move(folder));
  }
  std::string found;
  for (const std::string& directory : directories) {
    for (const std::string_view name :
         {"_manylinux.py", "_manylinux/__init__.py", "_manylinux.so", "_manylinux.abi3.so"}) {
      const std::string path = base::join_path(directory, name);
      const auto info = base::file_info(path, true);
      if (info && *info) found += cat(path, " ", (*info)->size, " ", (*info)->mtime_ns, "\n");
    }
  }
  return found;
}

std::string manylinux_module(const base::Json& facts) {
  std::vector<std::string> directories{std::string(facts.text("stdlib"))};
  const base::Json* sites = facts.find("site_paths");
  if (sites && sites->array()) {
    for (const base::Json& site : *sites->array())
      if (site.string()) directories.push_back(*site.string());
  }
  return manylinux_module(directories);
}

void keep_facts(base::Json& facts, const std::string& executable, cache::Store& store) {
  const auto info = base::file_info(executable, true);
  if (!info || !*info || is_script_file(executable)) return;
  if (base::Json::Object* object = facts.object())
    object->insert_or_assign("manylinux_module", base::Json(manylinux_module(facts)));
  (void)store.write(cache::Bucket::interpreter, facts_key(executable, **info),
                    base::to_json(facts));
}

std::optional<base::Json> kept_facts(const std::string& executable, const base::FileInfo& info,
                                     cache::Store& store) {
  const auto text = store.read(cache::Bucket::interpreter, facts_key(executable, info), kMaxFacts);
  if (!text) return std::nullopt;
  auto facts = base::parse_json(*text, kMaxFacts);
  if (!facts || facts->text("manylinux_module") != manylinux_module(*facts)) return std::nullopt;
  return std::move(*facts);
}

Result<Interpreter> inspect_base(const std::string& executable, const base::FileInfo& info,
                                 cache::Store& store, base::Events& events, std::stop_token stop,
                                 const std::function<void()>& before_run) {
  const bool script = is_script_file(executable);
  if (!script) {
    if (const auto facts = kept_facts(executable, info, store)) {
      if (auto known = interpreter_of_facts(*facts, executable)) return known;
    }
    const auto facts = facts_from_build_details(base::real_path(executable));
    if (facts && manylinux_module(*facts).empty()) {
      if (auto told = interpreter_of_facts(*facts, executable)) return told;
    }
  }
  const std::string shim = script ? shim_key(executable, info) : std::string();
  if (const auto led_to =
          shim.empty() ? std::nullopt : store.read(cache::Bucket::interpreter, shim, kMaxFacts)) {
    const auto there = base::file_info(*led_to, true);
    if (there && *there && !is_script_file(*led_to))
      return inspect_base(*led_to, **there, store, events, std::move(stop), before_run);
  }
  if (before_run) before_run();
  events.note(cat(executable, ": asking it about itself"));
  auto span = events.span(base::Lane::command, cat("run ", executable));
  PIPIT_TRY(base::Json facts, run_for_facts(executable, std::move(stop)));
  const std::string said(facts.text("executable"));
  const std::string real = script && !said.empty() ? said : executable;
  keep_facts(facts, real, store);
  if (!shim.empty() && real != executable)
    (void)store.write(cache::Bucket::interpreter, shim, real);
  return interpreter_of_facts(facts, real);
}

// The base interpreter of a virtual environment: what bin/python links to or, when it is a copy,
// what pyvenv.cfg names.
std::string base_of_venv(const std::string& prefix, const std::string& executable,
                         const PyvenvCfg& cfg) {
  const std::string inside = cat(base::real_path(prefix), "/");
  std::string at = executable;
  while (base::real_path(std::string(base::parent_path(at))).starts_with(inside)) {
    const auto target = link_target(at);
    if (!target) break;
    at = *target;
  }
  const std::string real = base::real_path(executable);
  if (!real.starts_with(inside)) return base::real_path(at) == real ? at : real;
  if (!cfg.executable.empty() && base::exists(cfg.executable))
    return base::real_path(cfg.executable);
  for (const std::string_view name :
       {base::base_name(executable), std::string_view("python3"), std::string_view("python")}) {
    const std::string candidate = base::join_path(cfg.home, name);
    if (!cfg.home.empty() && base::exists(candidate)) return base::real_path(candidate);
  }
  return {};
}

Error no_executable(const std::string& path, const base::FileInfo* link) {
  if (!link || link->kind != base::FileInfo::Kind::symlink)
    return Error{Code::bad_environment, cat(path, ": no such file")};
  Error error{Code::bad_environment, cat(path, ": the Python it links to is gone")};
  if (const auto cfg = find_pyvenv_cfg(path))
    error.with_hint(cat("make the environment again: pipit venv --clear ", cfg->prefix));
  return error;
}

}  // namespace

Result<Interpreter> inspect(const std::string& executable, cache::Store& store,
                            base::Events& events, std::stop_token stop,
                            const std::function<void()>& before_run) {
  const std::string path = base::absolute_path(executable);
  PIPIT_TRY(const std::optional<base::FileInfo> info, base::file_info(path, true));
  if (!info) {
    const auto link = base::file_info(path);
    return fail(no_executable(path, link && *link ? &**link : nullptr));
  }
  if (info->kind != base::FileInfo::Kind::file || ::access(path.c_str(), X_OK) != 0) {
    return fail(Code::bad_environment, cat(path, ": not an executable file"));
  }
  const auto cfg = find_pyvenv_cfg(path);
  if (!cfg) return inspect_base(path, *info, store, events, std::move(stop), before_run);
  const std::string base_path = base_of_venv(cfg->prefix, path, *cfg);
  if (base_path.empty() || find_pyvenv_cfg(base_path))
    return inspect_base(path, *info, store, events, std::move(stop), before_run);
  PIPIT_TRY(const Interpreter base, inspect(base_path, store, events, stop, before_run));
  PIPIT_TRY(Interpreter venv, venv_interpreter(cfg->prefix, path, base));
  std::vector<std::string> places = venv.site_paths;
  places.insert(places.end(), base.site_paths.begin(), base.site_paths.end());
  places.push_back(base.stdlib);
  if (manylinux_module(places).empty()) return venv;
  PIPIT_TRY(const Interpreter asked,
            inspect_base(path, *info, store, events, std::move(stop), before_run));
  venv.tag_target = asked.tag_target;
  venv.target.tags = asked.target.tags;
  return venv;
}

Result<void> check_may_change(const Interpreter& interpreter, bool break_system_packages,
                              const std::optional<std::string>& nearby) {
  if (interpreter.is_virtual || !interpreter.externally_managed || break_system_packages) return {};
  Error error{Code::bad_environment,
              cat(interpreter.prefix, ": this environment is externally managed (PEP 668)"),
              {}};
  if (!interpreter.externally_managed->empty())
    error.message += cat("\n", *interpreter.externally_managed);
  return fail(
      std::move(error)
          .with_hint(nearby ? cat("activate ", *nearby, ", or name it with --python ", *nearby)
                            : "make a virtual environment (`pipit venv`) and install there")
          .with_hint("or, at the risk of breaking the system's Python: --break-system-packages"));
}

}  // namespace pipit::env
