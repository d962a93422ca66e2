// A file is known by device and inode, a copy by its content.
#include "env/own_program.h"

#include "base/file_digest.h"
#include "base/path.h"
#include "base/text.h"

namespace pipit::env {

OwnProgram::OwnProgram(const std::string& path) : path_(path) {
  if (path.empty()) return;
  if (auto info = base::file_info(path, true); info) info_ = *info;
}

bool OwnProgram::is_at(const std::string& path) const {
  if (!info_ || !version_of_pip_name(base::base_name(path))) return false;
  const auto other = base::file_info(path, true);
  if (!other || !*other) return false;
  if ((*other)->device == info_->device && (*other)->inode == info_->inode) return true;
  if ((*other)->kind != base::FileInfo::Kind::file || (*other)->size != info_->size) return false;
  const auto ours = base::file_digest(path_, "sha256");
  const auto theirs = base::file_digest(path, "sha256");
  return ours && theirs && *ours == *theirs;
}

std::optional<std::string> version_of_pip_name(std::string_view name) {
  if (!name.starts_with("pip")) return std::nullopt;
  for (const char c : name.substr(3))
    if (!base::is_digit(c) && c != '.') return std::nullopt;
  return std::string(name.substr(3));
}

}  // namespace pipit::env
