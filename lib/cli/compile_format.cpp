// The layout is that of pip-tools and uv.
#include "cli/compile_format.h"

#include "base/environ.h"
#include "base/file.h"
#include "base/path.h"
#include "base/redact.h"
#include "base/text.h"
#include "cli/settings.h"

namespace pipit::cli {
namespace {

constexpr std::uint64_t kMaxLineEndBytes = 16u << 20;

/// The option, else the variable that pip-tools reads.
std::string custom_command(const Layers& layers) {
  if (const auto text = layers.value(opt("custom-compile-command"))) return *text;
  return base::environment_variable("CUSTOM_COMPILE_COMMAND").value_or("");
}

std::set<std::string> left_out(const Layers& layers) {
  const auto names = name_list(layers, opt("no-emit-package"));
  std::set<std::string> out(names.begin(), names.end());
  if (layers.either(opt("no-allow-unsafe"), opt("allow-unsafe"), false))
    out.insert({"distribute", "pip", "setuptools"});
  return out;
}

std::string index_lines(const operation::IndexOptions& index) {
  if (index.no_index) return "--no-index\n";
  std::string first, further;
  const auto& urls = index.catalog.indexes;  // that of --index-url is the last
  for (std::size_t i = 0; i < urls.size(); ++i) {
    const std::string url = base::redacted(urls[i]);
    if (i + 1 < urls.size())
      further += cat("--extra-index-url ", url, "\n");
    else if (url != index.default_index)
      first = cat("--index-url ", url, "\n");
  }
  return first + further;
}

/// A folder is found from the output's.
std::string find_links_line(const std::string& place, const std::string& output) {
  const bool is_moved = !output.empty() && output.contains('/') && !place.starts_with('/') &&
                        place.find("://") == std::string::npos && base::exists(place);
  const auto folder_of = [](const std::string& path) {
    return std::string(base::parent_path(base::absolute_path(path)));
  };
  return cat("--find-links ",
             is_moved ? base::relative_path(folder_of(output), base::absolute_path(place))
                      : base::redact_text(place),
             "\n");
}

std::string names_lines(std::string_view option, bool all, const std::set<std::string>& names) {
  std::string out = all ? cat(option, " :all:\n") : "";
  for (const std::string& name : names) out += cat(option, " ", name, "\n");
  return out;
}

bool ends_lines_with_cr(const std::string& path) {
  if (!base::is_regular_file(path)) return false;
  const auto text = base::read_file(path, kMaxLineEndBytes);
  const std::size_t end = text ? text->find('\n') : std::string::npos;
  return end != std::string::npos && end > 0 && (*text)[end - 1] == '\r';
}

}  // namespace

CompileFormat compile_format(const Layers& layers) {
  CompileFormat format;
  format.header = layers.either(opt("header"), opt("no-header"), true);
  format.custom_command = custom_command(layers);
  format.hashes = layers.has(opt("generate-hashes"));
  format.reuse_hashes = layers.either(opt("reuse-hashes"), opt("no-reuse-hashes"), true);
  if (layers.either(opt("emit-options"), opt("no-emit-options"), true)) {
    format.index_urls = layers.either(opt("emit-index-url"), opt("no-emit-index-url"), false);
    format.find_links = layers.either(opt("emit-find-links"), opt("no-emit-find-links"), false);
    format.trusted_hosts =
        layers.either(opt("emit-trusted-host"), opt("no-emit-trusted-host"), false);
    format.build_options = layers.has(opt("emit-build-options"));
  }
  format.pins.annotate = layers.either(opt("annotate"), opt("no-annotate"), true);
  format.pins.in_line = layers.value(opt("annotation-style")) == "line";
  format.pins.indexes = layers.has(opt("emit-index-annotation"));
  format.pins.keep_extras = layers.either(opt("no-strip-extras"), opt("strip-extras"), false);
  format.pins.left_out = left_out(layers);
  format.newline = base::to_lower(layers.value(opt("newline")).value_or("lf"));
  return format;
}

std::string emitted_options(const operation::Options& options, const CompileFormat& format,
                            const std::string& output) {
  std::string out;
  if (format.index_urls) out += index_lines(options.index);
  if (format.find_links)
    for (const std::string& place : options.index.catalog.find_links)
      out += find_links_line(place, output);
  if (format.trusted_hosts)
    for (const std::string& host : options.network.trusted_hosts)
      out += cat("--trusted-host ", base::printable(host), "\n");
  if (format.build_options) {
    const resolve::BinaryPolicy& binary = options.resolution.policy.binary;
    out += names_lines("--no-binary", binary.all_no_binary, binary.no_binary);
    out += names_lines("--only-binary", binary.all_only_binary, binary.only_binary);
  }
  return out.empty() ? out : out + "\n";
}

std::string with_line_ends(std::string text, const CompileFormat& format,
                           const std::vector<std::string>& files) {
  bool with_cr = format.newline == "crlf";
  if (format.newline == "preserve")
    for (const std::string& file : files)
      if (base::is_regular_file(file)) {
        with_cr = ends_lines_with_cr(file);
        break;
      }
  return with_cr ? base::replace_all(text, "\n", "\r\n") : text;
}

}  // namespace pipit::cli
