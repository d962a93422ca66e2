// The stored page: a header line, then numbers and texts one after another, files grouped by
// release, newest release first.
//
// Decoding is one walk that cuts string_views out of the buffer; only the version of each release
// is parsed (boto3: 2,000 versions for 4,000 files). A file's name is usually the tail of its URL,
// so it is stored as a length. Numbers are LEB128. The store puts a checksum around the whole, so
// the walk only guards against running off the end.
#include "index/page_codec.h"

#include <algorithm>

#include "base/text.h"

namespace pipit::index {
namespace {

/// To be raised when the format changes; pages of another number are fetched again.
constexpr std::string_view kPageMagic = "pipit page 2\n";

/// Flags of one file, in one byte in front of its texts.
enum PageFlag : std::uint8_t {
  kIsSdist = 1,
  kIsYanked = 2,
  kHasSidecar = 4,
  kHasSidecarHash = 8,
  kNameIsUrlTail = 16
};

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

/// A release: its version, the number of its files, the files. False when the page is torn.
bool read_release(PageReader& in, std::string_view index_url, Page& page) {
  const auto version = pep::Version::parse(in.text());
  // A file takes more than a byte, so a count beyond the remaining bytes is damage, and nothing is
  // allocated for it.
  const std::uint64_t count = in.number();
  if (!version || !in.ok() || count > in.left()) return false;
  Release release{*version, static_cast<std::uint32_t>(page.files.size()),
                  static_cast<std::uint32_t>(count)};
  for (std::uint64_t i = 0; i < count; ++i) {
    File file = read_page_file(in);
    if (!in.ok()) return false;
    file.release = static_cast<std::uint32_t>(page.releases.size());
    file.index_url = index_url;
    page.files.push_back(file);
  }
  page.releases.push_back(std::move(release));
  return true;
}

}  // namespace

// Newest release first, wheels before source distributions: the order in which candidates are
// tried, so that nothing is sorted when a page is read back.
std::string encode_page(const PageDraft& draft) {
  const auto& releases = draft.releases;
  std::vector<std::size_t> order(releases.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&releases](std::size_t a, std::size_t b) {
    return releases[a].first > releases[b].first;
  });
  std::string out(kPageMagic);
  put_text(out, draft.project);
  put_text(out, draft.index_url);
  put_text(out, draft.status);
  put_text(out, draft.status_reason);
  put_number(out, order.size());
  for (const std::size_t i : order) {
    const auto& [version, rows] = releases[i];
    put_text(out, version.str());
    put_number(out, rows.size());
    for (const FileKind kind : {FileKind::wheel, FileKind::sdist})
      for (const PageRow& row : rows)
        if (row.kind == kind) put_file(out, row.file, kind);
  }
  return out;
}

bool is_stored_page(std::string_view stored) { return stored.starts_with(kPageMagic); }

Result<PagePtr> decode_page(std::shared_ptr<const std::string> stored) {
  if (!is_stored_page(*stored)) return fail(Code::parse, "stored page: not of this version");
  PageReader in(std::string_view(*stored).substr(kPageMagic.size()));
  auto page = std::make_shared<Page>();
  page->found = true;
  page->project = in.text();
  const std::string_view index_url = in.text();  // in the buffer, which copies of the page share
  page->index_url = index_url;
  page->status = in.text();
  page->status_reason = in.text();
  const std::uint64_t releases = in.number();
  for (std::uint64_t i = 0; i < releases; ++i)
    if (!read_release(in, index_url, *page))
      return fail(Code::parse, cat("stored page of ", page->project, ": torn"));
  if (!in.ok()) return fail(Code::parse, "stored page: torn");
  page->buffer = std::move(stored);
  return PagePtr(std::move(page));
}

}  // namespace pipit::index
