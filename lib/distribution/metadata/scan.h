// Finds METADATA in a distribution that is read forward, in memory alone.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "archive/gzip.h"
#include "archive/tar_stream.h"
#include "archive/zip_stream.h"
#include "base/result.h"
#include "pep/dist_name.h"

namespace pipit::distribution {

/// Reads a wheel (for its METADATA), or a .tar.gz or .zip (for the PKG-INFO at the top of its
/// tree), as the file's name says. Keeps nothing but that one member. One thread at a time.
class MetadataScan {
 public:
  static Result<std::unique_ptr<MetadataScan>> create(std::string file_name,
                                                      archive::MemoryLease lease);
  MetadataScan(const MetadataScan&) = delete;
  MetadataScan& operator=(const MetadataScan&) = delete;

  Result<void> feed(std::string_view bytes);
  /// The whole text, once it is complete.
  const std::optional<std::string>& text() const { return text_; }
  /// Why text() is still empty after the last bytes.
  Error explain_end();
  /// True when feed() failed because only random access can read the archive.
  bool needs_random_access() const { return zip_ && zip_->needs_random_access(); }

 private:
  MetadataScan(std::string file_name, archive::MemoryLease lease);
  bool is_wanted(std::string_view member);

  std::string file_name_, shown_;
  std::optional<pep::WheelName> wheel_;
  std::unique_ptr<archive::ZipStream> zip_;
  std::unique_ptr<archive::TarStream> tar_;
  std::unique_ptr<archive::GunzipStream> gzip_;
  bool collecting_ = false;
  std::string collected_, other_;  // other_: a .dist-info directory that is not this wheel's
  std::optional<std::string> text_;
};

}  // namespace pipit::distribution
