// pipit compile: the resolution as pinned lines on standard output, or in a file whose earlier pins
// are preferred; pipit lock: the same as a lock file.
#include <algorithm>

#include "base/file.h"
#include "base/text.h"
#include "cli/builds.h"
#include "cli/change.h"
#include "cli/locks.h"
#include "cli/origin.h"
#include "cli/output.h"
#include "cli/pins.h"
#include "cli/request.h"
#include "pep/name.h"
#include "resolve/why_not.h"

namespace pipit::cli {
namespace {

std::string quoted_for_shell(const std::string& word) {
  return cat("'", base::replace_all(word, "'", "'\\''"), "'");
}

std::string header_text(const Context& context, const std::vector<std::string>& files) {
  std::string command = "pipit compile";
  for (const std::string& file : files) command += cat(" ", file);
  if (is_universal(context.layers())) {
    command += " --universal";
    if (const auto python = context.layers().value("python-version"))
      command += cat(" --python-version ", *python);
    for (const std::string_view option : {"environment", "required-environment"})
      for (const std::string& marker : context.layers().values(option))
        command += cat(" --", option, " ", quoted_for_shell(base::printable(marker)));
  }
  for (const std::string_view option : {"extra", "group"})
    for (const std::string& value : context.layers().values(option))
      command += cat(" --", option, " ", value);
  for (const std::string_view flag : {"all-extras", "all-groups"})
    if (context.layers().flag(flag)) command += cat(" --", flag);
  if (const auto out = context.layers().value("output-file")) command += cat(" -o ", *out);
  return cat("# This file was made by pipit with:\n#    ", command, "\n");
}

void append_hashes(std::string& out, const resolve::Chosen& chosen) {
  if (!chosen.page) return;
  std::set<std::string> digests;
  for (const index::File& file : chosen.page->files)
    if (chosen.page->releases[file.release].version == chosen.version && !file.sha256.empty())
      digests.emplace(file.sha256);
  for (const std::string& digest : digests) out += cat(" \\\n    --hash=sha256:", digest);
}

/// `name[extras]==version ; marker`, or with the path or URL it came from.
std::string pin_text(const resolve::Chosen& chosen, const std::vector<std::string>& extras,
                     const pep::Marker& marker) {
  const std::string behind = pep::extras_text(extras);
  std::string text;
  if (!chosen.source)
    text = cat(chosen.name, behind, "==", chosen.version.str());
  else if (is_named_by_path(chosen))
    text = cat(requirement_of(chosen), behind);
  else
    text = requirement_of(chosen).insert(chosen.name.size(), behind);
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
  return cat("    ", kRevisionComment, base::printable(chosen.source->revision), "\n");
}

std::string pins_text(const Context& context, const resolve::Resolution& resolution) {
  const Layers& layers = context.layers();
  const bool annotate = layers.stronger("annotate", "no-annotate", true);
  std::string out;
  for (const resolve::Chosen& chosen : resolution.chosen) {
    for (const std::string& line : pin_lines(chosen, layers.flag("no-strip-extras"))) {
      out += line;
      if (layers.flag("generate-hashes")) append_hashes(out, chosen);
      out += '\n';
    }
    if (annotate) out += cat(revision_text(chosen), via_text(chosen));
  }
  return out;
}

/// Earlier pins of the output file, less what --upgrade and --upgrade-package name.
Result<Pins> earlier_pins(const Context& context, const std::optional<std::string>& output) {
  if (!output || context.layers().flag("upgrade")) return Pins();
  PIPIT_TRY(Pins pins, read_pins(*output));
  for (const std::string& text : context.layers().values("upgrade-package")) {
    PIPIT_TRY(const pep::Requirement upgrade, parse_upgrade(text));
    pins.versions.erase(upgrade.name);
    pins.commits.erase(upgrade.name);
  }
  return pins;
}

void prefer_pins(Pins pins, resolve::Request& request) {
  request.preferred = std::move(pins.versions);
  // A yanked release that an earlier run pinned stays usable.
  for (const auto& [name, versions] : request.preferred)
    for (const resolve::Preferred& pin : versions)
      request.policy.pinned[name].insert(pin.version.str());
}

/// --why-not: the answer alone, no pins.
Result<int> say_why_not(Context& context, const std::string& word, Session& session,
                        const resolve::Request& request, const resolve::Resolution& found) {
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
Result<bool> wants_lock(const Context& context) {
  const auto output = context.layers().value("output-file");
  const bool named = output && input_kind(*output) == InputKind::lock;
  const std::string format = context.layers().value("format").value_or("");
  // PIP_FORMAT may be set for `list`.
  if (format.empty() || format == "columns" || format == "freeze" || format == "json") return named;
  if (format == "requirements.txt") return false;
  if (format == "pylock.toml") return true;
  return fail(Code::usage,
              cat("--format ", base::printable(format), ": not requirements.txt or pylock.toml"));
}

/// Other tools know a lock file by its name.
Result<void> check_lock_name(const Context& context) {
  const auto output = context.layers().value("output-file");
  if (!output || *output == "-" || input_kind(*output) == InputKind::lock) return {};
  return fail(Code::usage, cat("-o ", base::printable(*output),
                               ": a lock file is named pylock.toml or pylock.NAME.toml"));
}

Result<int> resolve_to_text(Context& context, std::string_view command, bool lock) {
  if (lock) PIPIT_TRY(check_lock_name(context));
  if (!is_universal(context.layers())) PIPIT_TRY(refuse_environments(context.layers()));
  PIPIT_TRY(Inputs inputs, read_named_files(context, command));
  if (!inputs.locks.empty())
    return fail(Code::usage,
                cat(command, ": ", inputs.locks.front().name, ": a lock is resolved already"));
  adopt_file_options(context, inputs);
  PIPIT_TRY(SessionOptions options, session_options(context.settings));
  Session session(std::move(options), context.reporter, context.stop);
  start_early(session, inputs);
  PIPIT_TRY(const Place place, find_resolution_place(context, session.store));
  PIPIT_TRY(enable_builds(context, session, place, inputs));
  auto output = context.layers().value("output-file");
  if (output == "-") output.reset();
  PIPIT_TRY(Pins pins, earlier_pins(context, output));
  keep_commits(pins, inputs);
  const std::int64_t started = base::now_us();
  PIPIT_TRY(resolve::Request request, make_request(context, session, place, inputs, false));
  prefer_pins(std::move(pins), request);
  // A lock says itself which environments it is for; lines must hold wherever they are read.
  if (lock) request.policy.assumed = request.policy.environments;

  PIPIT_TRY(
      const resolve::Resolution resolution,
      resolve::solve(request, session.catalog, session.dists, context.reporter, context.stop));
  context.reporter.say(cat("Resolved ", counted(resolution.chosen.size(), "package"), " in ",
                           base::format_duration(base::now_us() - started)));
  if (const auto word = context.layers().value("why-not"))
    return say_why_not(context, *word, session, request, resolution);
  std::string text;
  if (lock) {
    PIPIT_TRY(text,
              lock_text(context, session, request.policy, inputs, resolution, output.value_or("")));
  } else {
    text = pins_text(context, resolution);
    if (context.layers().stronger("header", "no-header", true))
      text = header_text(context, inputs.files) + text;
  }
  if (output && !context.layers().flag("dry-run"))
    PIPIT_TRY(base::write_file_atomically(*output, text));
  if (!output) PIPIT_TRY(write_stdout(text));
  return 0;
}

}  // namespace

Result<int> run_compile(Context& context) {
  PIPIT_TRY(const bool lock, wants_lock(context));
  return resolve_to_text(context, "compile", lock);
}

/// A lock is for everybody, unless its target is named.
Result<int> run_lock(Context& context) {
  const env::TargetOptions target = target_options(context.layers());
  if (target.platforms.empty() && target.implementation.empty() && target.abis.empty())
    context.settings.layers.push(Values{{"universal", {""}}});
  return resolve_to_text(context, "lock", true);
}

}  // namespace pipit::cli
