// The stored page: a header line, facts about the page, a table of where each release ends, and the
// records of the releases, newest first.
//
// Reading a page is reading its table. A release's record is walked when the release is looked at:
// the walk cuts string_views out of the buffer and parses one version (boto3 has 2,000). A file's
// name is usually the tail of its URL, so it is stored as a length. Numbers are LEB128. The store
// puts a checksum around the whole, so the walk only guards against running off the end.
#include "index/page_codec.h"

#include <algorithm>
#include <limits>

#include "base/text.h"

namespace pipit::index {
namespace {

/// To be raised when the format changes; pages of another number are fetched again.
constexpr std::string_view kPageMagic = "pipit page 3\n";

/// Flags of one file, in one byte in front of its texts.
enum PageFlag : std::uint8_t {
  kIsSdist = 1,
  kIsYanked = 2,
  kHasSidecar = 4,
  kHasSidecarHash = 8,
  kNameIsUrlTail = 16
};

/// Flags of the page.
constexpr std::uint64_t kHasLocalVersions = 1;

/// LEB128: seven bits per byte, the lowest first; the high bit says that more follow.
void put_number(std::string& out, std::uint64_t number) {
  while (number >= 0x80) {
    out += static_cast<char>(0x80 | (number & 0x7f));
    number >>= 7;
  }
  out += static_cast<char>(number);
}

/// Its length, then the text.
void put_text(std::string& out, std::string_view text) {
  put_number(out, text.size());
  out += text;
}

/// Reads what put_number and put_text wrote. The store has checked the bytes, so kinds of damage
/// are not distinguished: the first read beyond the end makes all that follow empty, and ok()
/// false.
class PageReader {
 public:
  explicit PageReader(std::string_view bytes) : rest_(bytes) {}
  bool ok() const { return ok_; }
  std::uint64_t number() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64; shift += 7) {
      if (rest_.empty()) break;
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7fu} << shift;
      if ((byte & 0x80) == 0) return value;
    }
    ok_ = false;
    return 0;
  }
  std::string_view text() {
    const std::uint64_t length = number();
    if (length > rest_.size()) {
      ok_ = false;
      return {};
    }
    const std::string_view out = rest_.substr(0, length);
    rest_.remove_prefix(length);
    return out;
  }
  std::size_t left() const { return rest_.size(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

// The order of the fields is the format; read_page_file reads them in the same order.
void put_file(std::string& out, const RawFile& file, FileKind kind) {
  const bool tail = file.url.ends_with(file.name);
  std::uint8_t flags = 0;
  if (kind == FileKind::sdist) flags |= kIsSdist;
  if (file.yanked) flags |= kIsYanked;
  if (file.sidecar != Sidecar::none) flags |= kHasSidecar;
  if (file.sidecar == Sidecar::hashed) flags |= kHasSidecarHash;
  if (tail) flags |= kNameIsUrlTail;
  out += static_cast<char>(flags);
  put_text(out, file.url);
  if (tail)
    put_number(out, file.name.size());
  else
    put_text(out, file.name);
  put_text(out, file.sha256);
  put_text(out, file.other_hash);
  put_text(out, file.requires_python);
  put_text(out, file.yanked_reason);
  put_text(out, file.sidecar_sha256);
  put_text(out, file.stamp);
  put_number(out, static_cast<std::uint64_t>(file.upload_time));
  put_number(out, file.size);
}

std::string_view read_name(PageReader& in, std::uint8_t flags, std::string_view url) {
  if ((flags & kNameIsUrlTail) == 0) return in.text();
  const std::uint64_t length = in.number();
  return length <= url.size() ? url.substr(url.size() - length) : std::string_view{};
}

File read_page_file(PageReader& in) {
  File file;
  const auto flags = static_cast<std::uint8_t>(in.number());
  file.kind = (flags & kIsSdist) != 0 ? FileKind::sdist : FileKind::wheel;
  file.yanked = (flags & kIsYanked) != 0;
  file.sidecar = (flags & kHasSidecar) == 0       ? Sidecar::none
                 : (flags & kHasSidecarHash) != 0 ? Sidecar::hashed
                                                  : Sidecar::announced;
  file.url = in.text();
  file.name = read_name(in, flags, file.url);
  file.sha256 = in.text();
  file.other_hash = in.text();
  file.requires_python = in.text();
  file.yanked_reason = in.text();
  file.sidecar_sha256 = in.text();
  file.stamp = in.text();
  file.upload_time = static_cast<std::int64_t>(in.number());
  file.size = in.number();
  return file;
}

/// A record that is damaged all the same is version 0, and has no files.
pep::Version read_version(std::string_view record) {
  return pep::Version::parse(PageReader(record).text()).value_or(pep::Version());
}

std::vector<File> read_files(std::string_view record, std::string_view index_url) {
  PageReader in(record);
  in.text();
  const std::uint64_t count = in.number();
  std::vector<File> files;
  // A file takes more than a byte, so a count beyond the remaining bytes is damage, and nothing is
  // allocated for it.
  if (!in.ok() || count > in.left()) return files;
  files.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i)
    files.emplace_back(read_page_file(in)).index_url = index_url;
  if (!in.ok()) files.clear();
  return files;
}

}  // namespace

void ReleaseDraft::add(const RawFile& file, FileKind kind) {
  put_file(kind == FileKind::sdist ? sdists_ : wheels_, file, kind);
  ++count_;
}

std::size_t ReleaseDraft::encoded_size() const {
  std::string head;
  put_text(head, version_.str());
  put_number(head, count_);
  return head.size() + wheels_.size() + sdists_.size();
}

void ReleaseDraft::encode(std::string& out) const {
  put_text(out, version_.str());
  put_number(out, count_);
  out.append(wheels_).append(sdists_);
}

// Newest release first, wheels before source distributions: the order in which candidates are
// tried, so that nothing is sorted when a page is read back.
std::string encode_page(PageDraft draft) {
  std::stable_sort(
      draft.releases.begin(), draft.releases.end(),
      [](const ReleaseDraft& a, const ReleaseDraft& b) { return a.version() > b.version(); });
  const bool has_local = std::ranges::any_of(
      draft.releases, [](const ReleaseDraft& one) { return one.version().has_local(); });
  std::string table;
  std::size_t size = 0;
  for (const ReleaseDraft& release : draft.releases) {
    put_number(table, release.encoded_size());
    size += release.encoded_size();
  }
  std::string out(kPageMagic);
  put_text(out, draft.project);
  put_text(out, draft.index_url);
  put_text(out, draft.status);
  put_text(out, draft.status_reason);
  put_number(out, has_local ? kHasLocalVersions : 0);
  put_number(out, draft.releases.size());
  out.reserve(out.size() + table.size() + size);
  out += table;
  for (ReleaseDraft& release : draft.releases) {
    release.encode(out);
    release.clear();
  }
  return out;
}

bool is_stored_page(std::string_view stored) { return stored.starts_with(kPageMagic); }

Result<PagePtr> decode_page(base::SharedText stored) {
  if (!is_stored_page(stored.text)) return fail(Code::parse, "stored page: not of this version");
  PageReader in(stored.text.substr(kPageMagic.size()));
  auto page = std::make_shared<Page>();
  page->found = true;
  page->project = in.text();
  Releases::Stored releases;
  releases.index_url = in.text();  // in the buffer, which copies of the page share
  releases.version_of = read_version;
  releases.files_of = read_files;
  page->index_url = releases.index_url;
  page->status = in.text();
  page->status_reason = in.text();
  page->has_local_versions = (in.number() & kHasLocalVersions) != 0;
  const std::uint64_t count = in.number();
  std::uint64_t end = 0;
  if (count <= in.left()) releases.ends.reserve(count);
  for (std::uint64_t i = 0; i < count && in.ok(); ++i) {
    end += std::min<std::uint64_t>(in.number(), stored.text.size());
    releases.ends.push_back(static_cast<std::uint32_t>(end));
  }
  if (!in.ok() || end != in.left() || end > std::numeric_limits<std::uint32_t>::max())
    return fail(Code::parse, cat("stored page of ", base::printable(page->project), ": torn"));
  releases.records = stored.part(stored.text.substr(stored.text.size() - end));
  page->releases = Releases(std::move(releases));
  return PagePtr(std::move(page));
}

}  // namespace pipit::index
