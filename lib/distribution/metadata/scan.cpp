// Feeds a zip or a tar.gz to its streaming reader; collects only the one member that is wanted and
// skips all others.
#include "distribution/metadata/scan.h"

#include "base/text.h"
#include "distribution/wheel/check.h"
#include "pep/metadata.h"

namespace pipit::distribution {
namespace {

constexpr std::uint64_t kMaxSdist = std::uint64_t{16} << 30;  // inflated

}  // namespace

MetadataScan::MetadataScan(std::string file_name, archive::MemoryLease lease)
    : file_name_(std::move(file_name)), shown_(base::printable(file_name_)) {
  auto begin = [this](std::string_view member) {
    collecting_ = !text_ && is_wanted(member);
    return collecting_ ? archive::Take::content : archive::Take::skip;
  };
  auto data = [this](std::string_view bytes) -> Result<void> {
    collected_.append(bytes);
    if (collected_.size() <= pep::kMaxMetadata) return {};
    return fail(Code::bad_metadata, cat(shown_, ": its metadata is too large"));
  };
  auto end = [this] { text_ = std::move(collected_); };
  if (!file_name_.ends_with(".tar.gz")) {
    archive::ZipSink sink;
    sink.begin = [begin](const archive::ZipEntry& e) -> Result<archive::Take> {
      return begin(e.name);
    };
    sink.data = data;
    sink.end = [end](const archive::ZipEntry&) -> Result<void> { return end(), Result<void>(); };
    zip_ =
        std::make_unique<archive::ZipStream>(shown_, std::move(sink), std::move(lease), kWheelZip);
    return;
  }
  archive::TarSink sink;
  sink.begin = [begin](const archive::TarEntry& e) -> Result<archive::Take> {
    return e.kind == archive::TarEntry::Kind::file ? begin(e.name) : archive::Take::skip;
  };
  sink.data = data;
  sink.end = [end](const archive::TarEntry&) -> Result<void> { return end(), Result<void>(); };
  tar_ = std::make_unique<archive::TarStream>(shown_, std::move(sink));
  gzip_ = std::make_unique<archive::GunzipStream>(
      [this](std::string_view bytes) { return tar_->feed(bytes); }, kMaxSdist);
}

Result<std::unique_ptr<MetadataScan>> MetadataScan::create(std::string file_name,
                                                           archive::MemoryLease lease) {
  std::optional<pep::WheelName> wheel;
  if (file_name.ends_with(".whl")) {
    PIPIT_TRY(wheel, pep::parse_wheel_name(file_name));
  }
  std::unique_ptr<MetadataScan> scan(new MetadataScan(std::move(file_name), std::move(lease)));
  scan->wheel_ = std::move(wheel);
  return scan;
}

/// A wheel's own METADATA; an sdist's PKG-INFO, which lies in the one directory at its top.
bool MetadataScan::is_wanted(std::string_view member) {
  if (wheel_) {
    std::string_view directory = metadata_directory(member);
    if (directory.empty()) return false;
    if (is_dist_info_of(directory, file_name_, *wheel_)) return true;
    other_ = directory;
    return false;
  }
  std::size_t slash = member.find('/');
  return slash != std::string_view::npos && member.substr(slash) == "/PKG-INFO";
}

Result<void> MetadataScan::feed(std::string_view bytes) {
  if (zip_) return zip_->feed(bytes);
  auto fed = gzip_->feed(bytes);
  if (!fed) fed.error().in(shown_);
  return fed;
}

Error MetadataScan::explain_end() {
  Result<void> end = zip_ ? zip_->finish() : tar_->finish();
  if (end && gzip_) end = gzip_->finish();
  if (!end) return end.error();
  if (wheel_) return no_metadata(shown_, other_);
  return Error{Code::bad_metadata, cat(shown_, ": has no PKG-INFO")};
}

}  // namespace pipit::distribution
