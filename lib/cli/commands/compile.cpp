// pipit compile: the resolution as pinned lines on standard output, or in a file whose earlier pins
// are preferred; pipit lock: the same as a lock file.
#include <algorithm>

#include "base/file.h"
#include "base/text.h"
#include "cli/output.h"
#include "cli/report.h"
#include "cli/task.h"
#include "operation/builds.h"
#include "operation/change.h"
#include "operation/locks.h"
#include "operation/origin.h"
#include "operation/pins.h"
#include "operation/request.h"
#include "pep/name.h"
#include "resolve/resolver.h"
#include "resolve/why_not.h"

namespace pipit::cli {
namespace {

std::string quoted_for_shell(const std::string& word) {
  return cat("'", base::replace_all(word, "'", "'\\''"), "'");
}

/// The command that makes the file again, with the options that decide what is in it.
std::string header_text(const Layers& layers, bool universal,
                        const std::vector<std::string>& files) {
  std::string command = "pipit compile";
  for (const std::string& file : files) command += cat(" ", file);
  const auto add_each = [&](ListKey key, const auto& shown) {
    for (const std::string& value : layers.values(key))
      command += cat(" --", key.name(), " ", shown(value));
  };
  const auto as_it_is = [](const std::string& value) { return value; };
  const auto quoted = [](const std::string& marker) {
    return quoted_for_shell(base::printable(marker));
  };
  if (universal) {
    command += " --universal";
    if (const auto python = layers.value(opt("python-version")))
      command += cat(" --python-version ", *python);
    add_each(opt("environment"), quoted);
    add_each(opt("required-environment"), quoted);
  }
  add_each(opt("extra"), as_it_is);
  add_each(opt("group"), as_it_is);
  for (const OptionKey flag : {opt("all-extras"), opt("all-groups")})
    if (layers.given(flag)) command += cat(" --", flag.name());
  if (const auto out = layers.value(opt("output-file"))) command += cat(" -o ", *out);
  return cat("# This file was made by pipit with:\n#    ", command, "\n");
}

/// `name[extras]==version ; marker`, or with the path or URL it came from.
std::string pin_text(const resolve::Chosen& chosen, const std::vector<std::string>& extras,
                     const pep::Marker& marker) {
  const std::string behind = pep::extras_text(extras);
  std::string text;
  if (!chosen.source)
    text = cat(chosen.name, behind, "==", chosen.version.str());
  else if (operation::is_named_by_path(chosen))
    text = cat(operation::requirement_of(chosen), behind);
  else
    text = operation::requirement_of(chosen).insert(chosen.name.size(), behind);
  if (!marker.is_true()) text += cat(" ; ", marker.str());
  return text;
}

/// One line, and with extras kept that are needed in fewer environments than the package, one for
/// each of those.
std::vector<std::string> pin_lines(const resolve::Chosen& chosen, bool keep_extras) {
  std::map<std::string, std::vector<std::string>> by_marker;  // marker text -> extras
  if (keep_extras)
    for (const std::string& extra : chosen.extras) {
      const auto marker = chosen.extra_markers.find(extra);
      by_marker[marker == chosen.extra_markers.end() ? "" : marker->second.str()].push_back(extra);
    }
  std::vector<std::string> lines{pin_text(chosen, by_marker[chosen.marker.str()], chosen.marker)};
  for (const auto& [text, extras] : by_marker)
    if (text != chosen.marker.str())
      lines.push_back(pin_text(chosen, extras, chosen.extra_markers.at(extras.front())));
  return lines;
}

std::string via_text(const resolve::Chosen& chosen) {
  if (chosen.via.empty()) return "";
  if (chosen.via.size() == 1) return cat("    # via ", *chosen.via.begin(), "\n");
  std::string out = "    # via\n";
  for (const std::string& via : chosen.via) out += cat("    #   ", via, "\n");
  return out;
}

/// Which branch or tag the commit was: read_pins() reads it, so that another one asked for later is
/// not taken for this.
std::string revision_text(const resolve::Chosen& chosen) {
  if (!chosen.source || chosen.source->revision.empty() ||
      chosen.source->revision == chosen.source->commit)
    return "";
  return cat("    ", operation::kRevisionComment, base::printable(chosen.source->revision), "\n");
}

std::string pins_text(const OutputOptions& output, const resolve::Resolution& resolution) {
  std::string out;
  for (const resolve::Chosen& chosen : resolution.chosen) {
    for (const std::string& line : pin_lines(chosen, output.keep_extras)) {
      out += line;
      if (output.hashes)
        for (const std::string& hash : release_hashes(chosen)) out += cat(" \\\n    --hash=", hash);
      out += '\n';
    }
    if (output.annotate) out += cat(revision_text(chosen), via_text(chosen));
  }
  return out;
}

/// Earlier pins of the output file, less what --upgrade and --upgrade-package name.
Result<operation::Pins> earlier_pins(const std::optional<std::string>& output,
                                     const operation::ResolutionOptions& options) {
  if (!output || options.upgrade) return operation::Pins();
  PIPIT_TRY(operation::Pins pins, operation::read_pins(*output));
  for (const pep::Requirement& upgrade : options.upgrades) {
    pins.versions.erase(upgrade.name);
    pins.commits.erase(upgrade.name);
  }
  return pins;
}

void prefer_pins(operation::Pins pins, resolve::Problem& request) {
  request.preferred = std::move(pins.versions);
  // A yanked release that an earlier run pinned stays usable.
  for (const auto& [name, versions] : request.preferred)
    for (const resolve::Preferred& pin : versions)
      request.policy.pinned[name].insert(pin.version.str());
}

/// --why-not: the answer alone, no pins.
Result<int> say_why_not(Context& context, const std::string& word, operation::Session& session,
                        const resolve::Problem& request, const resolve::Resolution& found) {
  const auto asked = pep::parse_requirement(word);
  if (!asked || !asked->specifier.is_pinned() || !asked->specifier.clauses()[0].version)
    return fail(Code::usage, cat("--why-not ", base::printable(word), ": not NAME==VERSION"));
  PIPIT_TRY(const auto lines,
            resolve::why_not(request, found, asked->name, *asked->specifier.clauses()[0].version,
                             session.catalog, session.dists, context.stop));
  PIPIT_TRY(write_stdout(base::printable(base::join(lines, "\n"), true) + "\n"));
  return 0;
}

/// Whether a lock file is asked for: by --format, or by the name of the output.
Result<bool> wants_lock(const OutputOptions& output) {
  const std::string& format = output.format;
  // PIP_FORMAT may be set for `list`.
  if (format.empty() || format == "columns" || format == "freeze" || format == "json")
    return output.output_file &&
           operation::input_kind(*output.output_file) == operation::InputKind::lock;
  if (format == "requirements.txt") return false;
  if (format == "pylock.toml") return true;
  return fail(Code::usage,
              cat("--format ", base::printable(format), ": not requirements.txt or pylock.toml"));
}

/// Other tools know a lock file by its name.
Result<void> check_lock_name(const OutputOptions& output) {
  if (!output.output_file ||
      operation::input_kind(*output.output_file) == operation::InputKind::lock)
    return {};
  return fail(Code::usage, cat("-o ", base::printable(*output.output_file),
                               ": a lock file is named pylock.toml or pylock.NAME.toml"));
}

/// Code::usage: environments are named for a resolution that has but one.
Result<void> check_environments(const Layers& layers, bool universal) {
  for (const OptionKey key : {opt("environment"), opt("required-environment")})
    if (!universal && layers.given(key))
      return fail(Code::usage, cat("--", key.name(),
                                   ": only a resolution with --universal has several "
                                   "environments"));
  return {};
}

/// Into the output file, else to standard output, which with --json gets the resolution as JSON.
Result<void> write_result(const OutputOptions& output, bool dry_run, const std::string& text,
                          const resolve::Resolution& resolution) {
  if (output.output_file && !dry_run)
    PIPIT_TRY(base::write_file_atomically(*output.output_file, text));
  if (output.json) return write_stdout(resolution_json(resolution, output.hashes));
  if (!output.output_file) return write_stdout(text);
  return {};
}

Result<int> resolve_to_text(Context& context, std::string_view command, bool lock) {
  const OutputOptions output = output_options(context.layers());
  if (lock) PIPIT_TRY(check_lock_name(output));
  PIPIT_TRY(Task task, read_task_of_files(context, command));
  auto& [inputs, options] = task;
  PIPIT_TRY(check_environments(context.layers(), options.resolution.universal));
  if (!inputs.locks.empty())
    return fail(Code::usage,
                cat(command, ": ", inputs.locks.front().name, ": a lock is resolved already"));
  operation::Session session(options, {options.resolution.require_hashes.value_or(false), false},
                             context.reporter, context.stop);
  operation::start_early(session, inputs);
  PIPIT_TRY(const operation::Place place,
            operation::find_resolution_place(options.target, session.store, session.events,
                                             session.stop));
  PIPIT_TRY(context.build_logs, operation::enable_builds(options, session, place, inputs,
                                                         fetch_for(context, options.network)));
  PIPIT_TRY(operation::Pins pins, earlier_pins(output.output_file, options.resolution));
  operation::keep_commits(pins, inputs);
  const std::int64_t started = base::now_us();
  PIPIT_TRY(resolve::Problem request,
            operation::make_request(options, session, place, inputs, false));
  prefer_pins(std::move(pins), request);
  // A lock says itself which environments it is for; lines must hold wherever they are read.
  if (lock) request.policy.assumed = request.policy.environments;

  PIPIT_TRY(
      const resolve::Resolution resolution,
      resolve::solve(request, session.catalog, session.dists, context.reporter, context.stop));
  context.reporter.say(cat("Resolved ", operation::counted(resolution.chosen.size(), "package"),
                           " in ", base::format_duration(base::now_us() - started)));
  if (const auto word = context.layers().value(opt("why-not")))
    return say_why_not(context, *word, session, request, resolution);
  std::string text;
  if (lock) {
    PIPIT_TRY(text, operation::lock_text(session, request.policy, inputs, resolution,
                                         output.output_file.value_or("")));
  } else {
    text = pins_text(output, resolution);
    if (output.header)
      text = header_text(context.layers(), options.resolution.universal, inputs.files) + text;
  }
  PIPIT_TRY(write_result(output, options.dry_run, text, resolution));
  return 0;
}

}  // namespace

Result<int> run_compile(Context& context) {
  PIPIT_TRY(const bool lock, wants_lock(output_options(context.layers())));
  return resolve_to_text(context, "compile", lock);
}

/// A lock is for everybody, unless its target is named.
Result<int> run_lock(Context& context) {
  const env::TargetOptions target =
      target_options(context.layers(), context.settings.invoked_as).foreign;
  if (target.platforms.empty() && target.implementation.empty() && target.abis.empty())
    context.settings.layers.push(Values{{opt("universal"), {""}}});
  return resolve_to_text(context, "lock", true);
}

}  // namespace pipit::cli
