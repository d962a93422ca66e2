// The manifest of an unpacked wheel, one line per file, so that linking neither hashes files nor
// opens the zip again. docs/formats/wheel.md has the format. Its last line is checked before any
// field is used; paths are checked all the same, as they are about to be joined to directories.
#include "cache/manifest.h"

#include <algorithm>
#include <optional>

#include "base/path.h"
#include "base/text.h"
#include "base/url.h"

namespace pipit::cache {
namespace {

constexpr std::string_view kManifestHead = "pipit-manifest 1";
constexpr std::size_t kShortestFileLine = 64 + 8;  // digest, spaces, one-digit numbers, a name

/// Line feeds and "%" would break the format; percent escapes keep a name on its line.
std::string escape_name(std::string_view name) {
  return base::percent_encode(name, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 && byte != 0x7f && c != '%';
  });
}

bool is_member_path(std::string_view path) {
  if (path.find('\0') != std::string_view::npos) return false;
  while (true) {
    const std::size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    if (part.empty() || part == "." || part == "..") return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

/// Takes the next line from the front of `text`; "" when there is none.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return line;
}

/// The value of a line "<name> <value>".
std::optional<std::string> take_field(std::string_view& text, std::string_view name) {
  const std::string_view line = take_line(text);
  if (!line.starts_with(name) || line.substr(name.size(), 1) != " ") return std::nullopt;
  return base::percent_decode(line.substr(name.size() + 1));
}

std::optional<std::int64_t> parse_time(std::string_view text) {
  const bool negative = text.starts_with('-');
  const auto number = base::parse_uint(negative ? text.substr(1) : text);
  if (!number || *number > INT64_MAX) return std::nullopt;
  return negative ? -static_cast<std::int64_t>(*number) : static_cast<std::int64_t>(*number);
}

/// "<digest> <size> <mtime> <x or -> <path>".
std::optional<WheelFile> parse_file_line(std::string_view line) {
  std::string_view words[4];
  for (std::string_view& word : words) {
    const auto parts = base::split_once(line, ' ');
    if (!parts) return std::nullopt;
    word = parts->first;
    line = parts->second;
  }
  const auto size = base::parse_uint(words[1]);
  const auto mtime = parse_time(words[2]);
  if (!size || !mtime || (words[3] != "x" && words[3] != "-")) return std::nullopt;
  WheelFile file;
  if (!base::unhex_into(words[0], file.sha256)) return std::nullopt;
  file.path = base::percent_decode(line);
  file.size = *size;
  file.executable = words[3] == "x";
  file.mtime_ns = *mtime;
  if (!is_member_path(file.path)) return std::nullopt;
  return file;
}

std::unexpected<Error> bad_manifest(const std::string& directory, std::string_view reason) {
  return fail(Code::parse, cat(base::join_path(directory, "manifest"), ": ", reason));
}

/// The text before the checksum line, if the checksum is right.
std::optional<std::string_view> checked_body(std::string_view text) {
  constexpr std::size_t kEndLine = 4 + 64 + 1;  // "end <digest>\n"
  if (text.size() < kEndLine) return std::nullopt;
  const std::string_view body = text.substr(0, text.size() - kEndLine);
  if (text.substr(body.size()) != cat("end ", base::sha256_hex(body), "\n")) return std::nullopt;
  return body;
}

bool read_manifest_head(std::string_view& text, Wheel& wheel) {
  auto name = take_field(text, "wheel"), sha256 = take_field(text, "sha256");
  auto dist_info = take_field(text, "dist-info"), data = take_field(text, "data");
  if (!name || !sha256 || !dist_info || !data) return false;
  wheel.file_name = std::move(*name);
  wheel.sha256 = std::move(*sha256);
  wheel.dist_info = std::move(*dist_info);
  wheel.data_dir = std::move(*data);
  return true;
}

}  // namespace

std::string encode_manifest(const Wheel& wheel) {
  std::string out =
      cat(kManifestHead, "\nwheel ", escape_name(wheel.file_name), "\nsha256 ",
          escape_name(wheel.sha256), "\ndist-info ", escape_name(wheel.dist_info), "\ndata ",
          escape_name(wheel.data_dir), "\nfiles ", wheel.files.size(), "\n");
  for (const WheelFile& file : wheel.files) {
    out.append(cat(base::hex(file.sha256), " ", file.size, " ", file.mtime_ns, " ",
                   file.executable ? 'x' : '-', " ", escape_name(file.path), "\n"));
  }
  return cat(out, "end ", base::sha256_hex(out), "\n");
}

Result<Wheel> decode_manifest(std::string_view text, const std::string& directory) {
  const std::optional<std::string_view> body = checked_body(text);
  if (!body) return bad_manifest(directory, "damaged");
  text = *body;
  if (take_line(text) != kManifestHead) return bad_manifest(directory, "of another version");
  Wheel wheel;
  wheel.directory = base::join_path(directory, "tree");
  if (!read_manifest_head(text, wheel)) return bad_manifest(directory, "damaged");
  const std::optional<std::string> count = take_field(text, "files");
  const auto files = count ? base::parse_uint(*count) : std::nullopt;
  if (!files || *files > text.size() / kShortestFileLine) return bad_manifest(directory, "damaged");
  wheel.files.reserve(static_cast<std::size_t>(*files));
  for (std::uint64_t i = 0; i < *files; ++i) {
    std::optional<WheelFile> file = parse_file_line(take_line(text));
    if (!file) return bad_manifest(directory, "damaged");
    wheel.files.push_back(std::move(*file));
  }
  if (!text.empty()) return bad_manifest(directory, "damaged");
  return wheel;
}

}  // namespace pipit::cache
