// Temporary directories are removed with their owner, whatever they contain.
#include "base/temp_dir.h"

#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "base/fd.h"
#include "base/file_tree.h"
#include "base/path.h"
#include "base/text.h"

namespace pipit::base {
namespace {

constexpr int kNameAttempts = 100;

}  // namespace

Result<TempDir> TempDir::create(const std::string& parent, std::string_view prefix) {
  for (int attempt = 0; attempt < kNameAttempts; ++attempt) {
    std::string path = join_path(parent, unique_name(prefix));
    if (::mkdir(path.c_str(), 0700) == 0) return TempDir(std::move(path));
    if (errno != EEXIST) return fail(system_error(cat(path, ": cannot make the directory"), errno));
  }
  return fail(Code::io, cat(parent, ": no free name for a temporary directory"));
}

TempDir::TempDir(TempDir&& other) noexcept : path_(std::exchange(other.path_, {})) {}

TempDir& TempDir::operator=(TempDir&& other) noexcept {
  if (this == &other) return *this;
  if (!path_.empty()) (void)remove_tree(path_);
  path_ = std::exchange(other.path_, {});
  return *this;
}

TempDir::~TempDir() {
  if (!path_.empty()) (void)remove_tree(path_);  // a failure cannot be reported any more
}

std::string TempDir::keep() { return std::exchange(path_, {}); }

}  // namespace pipit::base
