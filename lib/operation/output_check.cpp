// A result takes the place of an earlier one, and of nothing else: what cannot be read as an
// earlier result is somebody's work, also when it is one that was spoilt.
#include "operation/output_check.h"

#include <algorithm>

#include "base/file.h"
#include "base/path.h"
#include "base/text.h"
#include "operation/input_text.h"
#include "operation/projects.h"
#include "pep/pylock.h"
#include "pep/requirements_txt.h"

namespace pipit::operation {
namespace {

constexpr std::uint64_t kMaxOutputBytes = 16u << 20;

bool is_same_file(const base::FileInfo& output, const std::string& input) {
  const auto info = base::file_info(input == "-" ? "/dev/stdin" : local_place(input), true);
  return info && *info && (*info)->device == output.device && (*info)->inode == output.inode;
}

Error way_out(Error error, const std::string& output) {
  return std::move(error).with_hint(
      cat("name another file with -o, or remove ", base::printable(output), " if nobody needs it"));
}

/// Any text with a slash is a path to the grammar; results write them so that they show as such.
Result<void> check_path(const pep::RequirementsItem& item, const std::string& output) {
  const auto* const line = std::get_if<pep::RequirementLine>(&item);
  if (!line || line->requirement || line->editable) return {};
  const std::string& path = line->path_or_url;
  if (path.starts_with('.') || path.starts_with('/') || path.contains("://") ||
      base::exists(path) || base::exists(base::join_path(base::parent_path(output), path)))
    return {};
  return fail(Error{Code::parse, cat("no such file or directory: ", base::printable(path))}.in(
      line->where.str()));
}

/// By its content.
Result<void> check_kind(const std::string& text, const std::string& output, bool lock) {
  if (lock) {
    const auto parsed = pep::parse_pylock(text);
    return parsed ? Result<void>() : in_file(output, parsed.error());
  }
  // A program may be so short that its words are names of packages.
  if (text.starts_with("#!")) return fail(Error{Code::parse, "a program"}.in(cat(output, ":1")));
  PIPIT_TRY(const auto items, pep::parse_requirements_txt(
                                  text, output, [](const std::string&) { return std::nullopt; }));
  for (const pep::RequirementsItem& item : items) PIPIT_TRY(check_path(item, output));
  return {};
}

/// By its name, which tells those who read it later what it is.
Result<void> check_name(const std::string& output, bool lock) {
  const InputKind kind = input_kind(output);
  if (lock == (kind == InputKind::lock) && (lock || kind == InputKind::requirements)) return {};
  const std::string shown = cat("-o ", base::printable(output));
  if (lock)
    return fail(Code::usage, cat(shown, ": a lock file is named pylock.toml or pylock.NAME.toml"));
  return fail(Error{Code::usage, cat(shown, ": not a name for a requirements file")}.with_hint(
      "another name, such as requirements.txt, tells that it is one"));
}

}  // namespace

Result<void> check_output(const std::string& output, bool lock,
                          const std::vector<std::string>& inputs) {
  PIPIT_TRY(const auto info, base::file_info(output, true));
  if (info && base::is_written_into(output)) return {};
  if (info && std::ranges::any_of(
                  inputs, [&](const std::string& input) { return is_same_file(*info, input); }))
    return fail(Error{Code::usage,
                      cat("-o ", base::printable(output), ": input and output are the same file")}
                    .with_hint("name another file with -o"));
  if (!info) return check_name(output, lock);
  PIPIT_TRY(const std::string text, base::read_file(output, kMaxOutputBytes));
  if (base::trim(text).empty()) return check_name(output, lock);
  if (auto kind = check_kind(text, output, lock); !kind) {
    const Error& error = kind.error();
    const std::string_view place = std::string_view(error.message).substr(0, error.place_length);
    return fail(
        way_out(Error{Code::usage, cat(base::printable(place.empty() ? output : place), ": not ",
                                       lock ? "a lock file" : "a requirements file", " (",
                                       error.cause(), "), so it is not written over")},
                output));
  }
  return check_name(output, lock);
}

}  // namespace pipit::operation
