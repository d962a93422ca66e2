// A zip file's directory is at its end, and writers put .dist-info last, as the wheel specification
// asks them to; so a suffix range of some 20 kB usually holds end record, directory and METADATA.
// When it does not, one more range does: for a long directory the range begins a little before it,
// where METADATA most likely is. The zip reader does not know that bytes are missing; it reads from
// a source that remembers the first offset at which a read failed.
#include "distribution/metadata/tail.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "archive/zip.h"
#include "base/text.h"
#include "distribution/wheel/check.h"
#include "pep/dist_name.h"
#include "pep/metadata.h"

namespace pipit::distribution {
namespace {

constexpr std::uint64_t kBeforeDirectory = 16u << 10;  // where .dist-info of most wheels is

}  // namespace

/// Pieces of a file. A read outside of them fails and is remembered.
class Tail::Windows final : public archive::ByteSource {
 public:
  explicit Windows(std::uint64_t size) : size_(size) {}
  std::uint64_t size() const override { return size_; }

  Result<void> read_at(std::uint64_t offset, std::span<char> out) override {
    if (offset > size_ || out.size() > size_ - offset)
      return fail(Code::bad_archive, "ends too early");
    for (const Window& window : windows_) {
      bool inside = offset >= window.offset && offset - window.offset <= window.bytes.size() &&
                    out.size() <= window.bytes.size() - (offset - window.offset);
      if (!inside) continue;
      if (!out.empty())
        std::memcpy(out.data(), window.bytes.data() + (offset - window.offset), out.size());
      return {};
    }
    missing_ = Missing{offset, out.size()};
    return fail(Code::not_found, "not here yet");
  }

  bool holds(std::uint64_t offset, std::uint64_t length) const {
    return std::any_of(windows_.begin(), windows_.end(), [&](const Window& w) {
      return offset >= w.offset && offset + length <= w.offset + w.bytes.size();
    });
  }
  /// Where the bytes that reach the end of the file begin.
  std::uint64_t tail_begin() const { return windows_.front().offset; }

  bool tail_has_end_record() const {
    return windows_.front().bytes.find("PK\5\6") != std::string::npos;
  }

  void add(std::uint64_t offset, std::string bytes) {
    bool touches = !windows_.empty() && offset + bytes.size() == windows_.front().offset;
    if (touches)
      windows_.front() = {offset, bytes + windows_.front().bytes};
    else
      windows_.push_back({offset, std::move(bytes)});
  }

  std::optional<Missing> take_missing() { return std::exchange(missing_, std::nullopt); }

 private:
  struct Window {
    std::uint64_t offset = 0;
    std::string bytes;
  };
  std::uint64_t size_;
  std::vector<Window> windows_;  // the one that reaches the end comes first
  std::optional<Missing> missing_;
};

Tail::Tail(std::string file_name, std::uint64_t file_size, std::string bytes)
    : file_name_(std::move(file_name)), windows_(std::make_shared<Windows>(file_size)) {
  std::uint64_t offset = file_size - bytes.size();
  windows_->add(offset, std::move(bytes));
}

void Tail::add(std::uint64_t offset, std::string bytes) { windows_->add(offset, std::move(bytes)); }

Result<Tail::Answer> Tail::metadata() {
  std::optional<Missing> hint;
  Result<Answer> answer = try_metadata(hint);
  std::optional<Missing> missing = windows_->take_missing();
  if (answer || !missing) return answer;
  if (hint) return Answer{{}, hint};
  // No wheel has a comment longer than the tail; without an end record these are not the bytes of
  // the end.
  if (!windows_->tail_has_end_record())
    return fail(Code::bad_archive, cat(base::printable(file_name_), ": has no end record"));
  // The directory, or the 64-bit end record before the end record: request all up to what is here.
  std::uint64_t begin = missing->offset > kBeforeDirectory ? missing->offset - kBeforeDirectory : 0;
  std::uint64_t end = windows_->tail_begin();
  if (end <= begin)
    return fail(Code::bad_archive, cat(base::printable(file_name_), ": broken end record"));
  return Answer{{}, Missing{begin, end - begin}};
}

/// `hint` is set when the place of METADATA is known but its bytes are not here.
Result<Tail::Answer> Tail::try_metadata(std::optional<Missing>& hint) {
  PIPIT_TRY(archive::Zip zip, archive::Zip::open_directory(windows_, base::printable(file_name_)));
  PIPIT_TRY(archive::ZipEntry found, metadata_entry(zip, file_name_));
  // The member reaches up to the next one.
  std::uint64_t end = zip.directory_offset();
  for (const archive::ZipEntry& entry : zip.entries()) {
    if (entry.header_offset > found.header_offset) end = std::min(end, entry.header_offset);
  }
  std::uint64_t length = std::min(end - found.header_offset, pep::kMaxMetadata + (256u << 10));
  if (!windows_->holds(found.header_offset, length)) hint = Missing{found.header_offset, length};
  PIPIT_TRY(std::string text, zip.extract(found, pep::kMaxMetadata));
  return Answer{std::move(text), std::nullopt};
}

Result<archive::ZipEntry> metadata_entry(const archive::Zip& zip, std::string_view file_name) {
  const std::string shown = base::printable(file_name);
  PIPIT_TRY(pep::WheelName name, pep::parse_wheel_name(file_name));
  const archive::ZipEntry* found = nullptr;
  std::string_view other;
  for (const archive::ZipEntry& entry : zip.entries()) {
    std::string_view directory = metadata_directory(entry.name);
    if (directory.empty()) continue;
    if (!is_dist_info_of(directory, file_name, name)) {
      other = directory;
      continue;
    }
    if (found) return fail(Code::bad_wheel, cat(shown, ": has METADATA twice"));
    found = &entry;
  }
  if (!found) return fail(no_metadata(shown, other));
  if (found->size > pep::kMaxMetadata || found->compressed_size > pep::kMaxMetadata) {
    return fail(Code::bad_wheel, cat(shown, ": METADATA is too large"));
  }
  return *found;
}

}  // namespace pipit::distribution
