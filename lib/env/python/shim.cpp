// pyenv and asdf put scripts on PATH that look up, at every call, which Python is meant: by
// variables, by version files from the working directory upwards, and by a global one. Running such
// a script takes a quarter of a second, so a digest of everything that it would look at is made
// instead.
#include "env/python/shim.h"

#include <unistd.h>

#include "base/environ.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/path.h"
#include "base/text.h"

namespace pipit::env {
namespace {

constexpr std::uint64_t kMaxShim = 64u << 10;
constexpr int kMaxDepth = 64;

void note_version_file(std::string& seen, const std::string& path) {
  const auto info = base::file_info(path, true);
  if (info && *info) seen += cat(path, "\n", (*info)->size, " ", (*info)->mtime_ns, "\n");
}

void note_variables(std::string& seen) {
  for (const char* name : {"PYENV_VERSION", "PYENV_ROOT", "PYENV_DIR", "PYENV_FILE_ARG",
                           "ASDF_PYTHON_VERSION", "ASDF_DATA_DIR", "ASDF_DIR", "HOME"})
    seen += cat(name, "=", base::environment_variable(name).value_or(""), "\n");
}

std::string working_directory() {
  char buffer[4096];
  return ::getcwd(buffer, sizeof buffer) ? std::string(buffer) : std::string("/");
}

void note_version_files(std::string& seen) {
  std::string directory = working_directory();
  for (int depth = 0; depth < kMaxDepth; ++depth) {
    for (const std::string_view name : {".python-version", ".tool-versions"})
      note_version_file(seen, base::join_path(directory, name));
    if (directory == "/" || directory.empty()) break;
    directory = std::string(base::parent_path(directory));
  }
  const std::string home = base::environment_variable("HOME").value_or("");
  note_version_file(
      seen, cat(base::environment_variable("PYENV_ROOT").value_or(home + "/.pyenv"), "/version"));
  note_version_file(seen, home + "/.tool-versions");
}

}  // namespace

std::string shim_key(const std::string& script, const base::FileInfo& info) {
  const auto text = base::read_file(script, kMaxShim);
  if (!text ||
      (text->find("pyenv") == std::string::npos && text->find("asdf") == std::string::npos))
    return "";
  std::string seen = cat("shim 1\n", script, "\n", info.size, " ", info.mtime_ns, "\n");
  note_variables(seen);
  note_version_files(seen);
  return base::sha256_hex(seen);
}

}  // namespace pipit::env
