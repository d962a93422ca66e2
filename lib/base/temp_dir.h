// Temporary directories.
#pragma once
#include <string>
#include <string_view>
#include <utility>

#include "base/result.h"

namespace pipit::base {

/// A directory that is removed with its owner.
class TempDir {
 public:
  static Result<TempDir> create(const std::string& parent, std::string_view prefix);
  TempDir(TempDir&& other) noexcept;
  TempDir& operator=(TempDir&& other) noexcept;
  ~TempDir();
  const std::string& path() const { return path_; }
  /// Keeps the directory and returns its path; the caller owns it now.
  std::string keep();

 private:
  explicit TempDir(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace pipit::base
