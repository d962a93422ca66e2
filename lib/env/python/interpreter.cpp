// Where facts about an interpreter come from, cheapest first:
//   a virtual environment   pyvenv.cfg, and the facts of the interpreter its bin/python links to
//   its files               what Python itself would find in them (file_facts.h), kept in the cache
//                           for as long as they are as they were (kept_file_facts.h)
//   the cache               what that very file (path, size, time) said when it was run
//   a run                   some 20 ms, once
// Code that runs at every start can change what Python says. Whose path has such code is run, once
// for each state of that code; of a virtual environment that is its own path, not its base's.
// A script in the interpreter's place (a version manager's shim) decides at every run which Python
// to start, by variables, by version files above the working directory and by its manager's global
// one. Which interpreter it led to is kept under the digest of all these (see shim.h): a run costs
// a quarter of a second, and any change that the manager would see gives another digest.
#include "env/python/interpreter.h"

#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>

#include "base/file.h"
#include "base/file_tree.h"
#include "base/hash.h"
#include "base/path.h"
#include "base/text.h"
#include "cache/store.h"
#include "env/python/facts.h"
#include "env/python/file_facts.h"
#include "env/python/kept_file_facts.h"
#include "env/python/pyvenv_cfg.h"
#include "env/python/shim.h"
#include "env/python/site_code.h"
#include "env/python/venv.h"

namespace pipit::env {

namespace {

constexpr std::uint64_t kMaxFacts = 1u << 20;
constexpr std::string_view kFactsForm =
    "4";  // raised when the script or the meaning of a fact changes

// The machine is in it: `setarch` makes the same Python another one.
std::string facts_key(const std::string& executable, const base::FileInfo& info) {
  utsname kernel{};
  const bool known = ::uname(&kernel) == 0;
  return base::sha256_hex(cat(kFactsForm, "\n", executable, "\n", base::real_path(executable), "\n",
                              info.mtime_ns, "\n", info.size, "\n", known ? kernel.machine : "",
                              "\n", telling_variables()));
}

std::string startup_code_of(const base::Json& facts) {
  std::vector<std::string> sites;
  const base::Json* listed = facts.find("site_paths");
  if (listed && listed->array())
    for (const base::Json& site : *listed->array())
      if (site.string()) sites.push_back(*site.string());
  return startup_code(std::string(facts.text("stdlib")), sites);
}

void keep_facts(base::Json& facts, const std::string& executable, cache::Store& store) {
  const auto info = base::file_info(executable, true);
  if (!info || !*info || is_script_file(executable)) return;
  if (base::Json::Object* object = facts.object())
    object->insert_or_assign("startup_code", base::Json(startup_code_of(facts)));
  (void)store.write(cache::Bucket::interpreter, facts_key(executable, **info),
                    base::to_json(facts));
}

std::optional<base::Json> kept_facts(const std::string& executable, const base::FileInfo& info,
                                     cache::Store& store) {
  const auto text = store.read(cache::Bucket::interpreter, facts_key(executable, info), kMaxFacts);
  if (!text) return std::nullopt;
  auto facts = base::parse_json(*text, kMaxFacts);
  if (!facts || facts->text("startup_code") != startup_code_of(*facts)) return std::nullopt;
  return std::move(*facts);
}

class Inspector {
 public:
  /// `meant` is what the user meant: the environment's own, whatever has to be run for it.
  Inspector(const std::string& meant, cache::Store& store, base::Events& events,
            std::stop_token stop, const BeforeRun& before_run)
      : meant_(meant),
        store_(store),
        events_(events),
        stop_(std::move(stop)),
        before_run_(before_run) {}

  /// By its files, if they tell. `runs_own_code`: code on its own path counts.
  Result<Interpreter> inspect(const std::string& executable, const base::FileInfo& info,
                              bool runs_own_code) const {
    if (!is_script_file(executable)) {
      const auto facts = kept_file_facts(executable, store_);
      if (facts && (!runs_own_code || startup_code_of(*facts).empty()))
        if (auto told = interpreter_of_facts(*facts, executable)) return told;
    }
    return ask(executable, info);
  }

  /// By what it says itself, now or earlier.
  Result<Interpreter> ask(const std::string& executable, const base::FileInfo& info) const {
    const bool script = is_script_file(executable);
    if (!script) {
      if (const auto facts = kept_facts(executable, info, store_))
        if (auto known = interpreter_of_facts(*facts, executable)) return known;
    }
    const std::string shim = script ? shim_key(executable, info) : std::string();
    if (const auto led_to = shim.empty()
                                ? std::nullopt
                                : store_.read(cache::Bucket::interpreter, shim, kMaxFacts)) {
      const auto there = base::file_info(*led_to, true);
      if (there && *there && !is_script_file(*led_to)) return inspect(*led_to, **there, true);
    }
    return run(executable, script, shim);
  }

 private:
  Result<Interpreter> run(const std::string& executable, bool script,
                          const std::string& shim) const {
    if (before_run_) before_run_(meant_);
    events_.note(cat(executable, ": asking it about itself"));
    auto span = events_.span(base::Lane::command, cat("run ", executable));
    PIPIT_TRY(base::Json facts, run_for_facts(executable, stop_));
    const std::string said(facts.text("executable"));
    const std::string real = script && !said.empty() ? said : executable;
    keep_facts(facts, real, store_);
    if (!shim.empty() && real != executable)
      (void)store_.write(cache::Bucket::interpreter, shim, real);
    return interpreter_of_facts(facts, real);
  }

  const std::string& meant_;
  cache::Store& store_;
  base::Events& events_;
  const std::stop_token stop_;
  const BeforeRun& before_run_;
};

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

Result<base::FileInfo> executable_info(const std::string& path) {
  PIPIT_TRY(const std::optional<base::FileInfo> info, base::file_info(path, true));
  if (!info) {
    const auto link = base::file_info(path);
    return fail(no_executable(path, link && *link ? &**link : nullptr));
  }
  if (info->kind != base::FileInfo::Kind::file || ::access(path.c_str(), X_OK) != 0)
    return fail(Code::bad_environment, cat(path, ": not an executable file"));
  return *info;
}

// What an environment's own code makes of it; places that pipit knows better stay as they are.
void heed(Interpreter& venv, const Interpreter& asked) {
  venv.tag_target = asked.tag_target;
  venv.target = asked.target;
  std::string headers = std::move(venv.scheme.headers);
  venv.scheme = asked.scheme;
  venv.scheme.headers = std::move(headers);
  venv.site_paths = asked.site_paths;
  if (!venv.user_scheme && asked.user_scheme)
    std::erase(venv.site_paths, asked.user_scheme->purelib);
}

}  // namespace

Result<Interpreter> inspect(const std::string& executable, cache::Store& store,
                            base::Events& events, std::stop_token stop,
                            const BeforeRun& before_run) {
  const std::string path = base::absolute_path(executable);
  PIPIT_TRY(const base::FileInfo info, executable_info(path));
  const Inspector inspector(path, store, events, stop, before_run);
  const auto cfg = find_pyvenv_cfg(path);
  if (!cfg) return inspector.inspect(path, info, true);
  const std::string base_path = base_of_venv(cfg->prefix, path, *cfg);
  if (base_path.empty() || find_pyvenv_cfg(base_path)) return inspector.ask(path, info);
  PIPIT_TRY(const base::FileInfo base_info, executable_info(base_path));
  PIPIT_TRY(const Interpreter base, inspector.inspect(base_path, base_info, false));
  PIPIT_TRY(Interpreter venv, venv_interpreter(cfg->prefix, path, base));
  if (startup_code(base.stdlib, venv.site_paths).empty()) return venv;
  const auto asked = inspector.ask(path, info);
  if (asked) heed(venv, *asked);
  // Code of the environment that ends its Python does not keep anybody from putting that right.
  if (!asked && asked.error().code == Code::cancelled) return asked;
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
