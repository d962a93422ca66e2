// PEP 691 pages (with PEP 592, 658, 700, 714 and 792 fields), read as a stream of events: only the
// current file is kept.
//
// The path of keys says where an event is: "files" / n / "hashes" / "sha256". Depth 1 is the page,
// 3 a file's own fields, 4 the fields of its objects.
#include "index/json_page.h"

#include <array>

#include "base/json.h"
#include "base/redact.h"
#include "base/text.h"
#include "base/time.h"
#include "index/link_resolver.h"
#include "index/raw_file.h"

namespace pipit::index {
namespace {

class JsonPageReader {
 public:
  JsonPageReader(const PageSource& source, PageBuilder& builder)
      : source_(source), builder_(builder), links_(source.url) {}

  Result<void> read(std::string_view body) {
    base::JsonEvents events;
    events.begin_object = [this] { return begin(false); };
    events.begin_array = [this] { return begin(true); };
    events.end_object = [this] { return end(); };
    events.end_array = [this] { return end(); };
    events.key = [this](std::string&& key) { return take_key(std::move(key)); };
    events.string = [this](std::string&& text) { return take_value(std::move(text), true); };
    events.scalar = [this](std::string_view text) { return take_value(std::string(text), false); };
    auto parsed = base::parse_json_events(body, events);
    if (problem_) return fail(std::move(*problem_));
    if (!parsed)
      return fail(Code::bad_index, cat(base::redacted(source_.url), ": ", parsed.error().message));
    if (!has_files_)
      return fail(Code::bad_index,
                  cat(base::redacted(source_.url), ": JSON without a list of files"));
    builder_.set_status(std::move(status_), std::move(reason_));
    return {};
  }

 private:
  static constexpr std::size_t kPageDepth = 1, kFileDepth = 3, kPartDepth = 4;
  static constexpr std::string_view kHashes = "hashes", kNoText = "{";

  // An object for the metadata file holds hashes, perhaps none that we know: it is announced in any
  // case. A list of hashes, or a list or object as a digest, is a hash that no file can have.
  bool begin(bool is_list) {
    if (depth_ == kPartDepth && in_file()) take_part(kNoText, false);
    if (depth_ == kFileDepth && in_file() && is_list && keys_[kFileDepth] == kHashes)
      set_unknown_hashes(kNoText);
    if (depth_ == kPageDepth && is_list && in_file()) has_files_ = true;
    ++depth_;
    if (depth_ < keys_.size()) keys_[depth_].clear();
    if (depth_ == kFileDepth && keys_[kPageDepth] == "files") start_file();
    if (depth_ == kPartDepth && in_file() && is_sidecar_key(keys_[kFileDepth]))
      note_sidecar("true");
    return true;
  }
  bool end() {
    if (depth_ == kFileDepth && keys_[kPageDepth] == "files") finish_file();
    --depth_;
    return true;
  }
  bool take_key(std::string key) {
    if (depth_ < keys_.size()) keys_[depth_] = std::move(key);
    return true;
  }
  bool in_file() const { return keys_[kPageDepth] == "files"; }
  static bool is_sidecar_key(std::string_view key) {
    return key == "core-metadata" || key == "dist-info-metadata";
  }

  /// Returns false to end the reading: a problem was noted.
  bool take_value(std::string text, bool is_string) {
    if (depth_ == kFileDepth && in_file())
      file_field(keys_[kFileDepth], std::move(text), is_string);
    else if (depth_ == kPartDepth && in_file())
      take_part(text, is_string);
    else if (depth_ == 2)
      return page_part(keys_[kPageDepth], keys_[2], std::move(text));
    return !problem_;
  }

  /// "meta" (PEP 629, 691) and "project-status" (PEP 792).
  /// PEP 629: an unknown major version of the API is refused, a newer minor one is compatible.
  bool page_part(std::string_view key, std::string_view part, std::string text) {
    if (key == "meta" && part == "api-version") {
      const auto major = base::parse_uint(base::split(text, '.').front());
      if (!major || *major > 1)
        problem_ = Error{Code::unsupported, cat(base::redacted(source_.url), ": index API version ",
                                                base::printable(text), " is not supported")};
    } else if (key == "project-status" && part == "status") {
      status_ = std::move(text);
    } else if (key == "project-status" && part == "reason") {
      reason_ = std::move(text);
    }
    return !problem_;
  }

  void start_file() {
    file_ = RawFile{};
    href_.clear();
    sidecar_from_core_ = false;
  }
  /// Fields of another type than PEP 691 gives them are skipped, not refused: null is common.
  void file_field(std::string_view key, std::string text, bool is_string) {
    if (key == "filename")
      file_.name = std::move(text);
    else if (key == "url" && is_string)
      href_ = std::move(text);
    else if (key == "requires-python" && is_string)
      file_.requires_python = std::move(text);
    else if (key == "size" && !is_string)
      file_.size = base::parse_uint(text).value_or(0);
    else if (key == "upload-time" && is_string)
      file_.upload_time = base::parse_iso_time(text).value_or(0);
    else if (key == "yanked")
      set_yanked(std::move(text), is_string);
    else if (key == kHashes && (is_string || text != "null"))
      set_unknown_hashes(text);
    else if (is_sidecar_key(key) && !is_string && text == "true")
      note_sidecar("true");
  }
  /// Members of the objects "hashes" and "core-metadata". null is no hash, except where it stands
  /// for the one that everybody checks; any other value that is no text is a malformed one.
  void take_part(std::string_view text, bool is_string) {
    const bool is_sha256 = keys_[kFileDepth] == kHashes && keys_[kPartDepth] == "sha256";
    if (!is_string && text == "null" && !is_sha256) return;
    const std::string spec = cat(keys_[kPartDepth], is_string ? "=" : "= ", text);
    if (keys_[kFileDepth] == kHashes)
      file_.set_hashes(spec);
    else if (is_sidecar_key(keys_[kFileDepth]))
      note_sidecar(spec);
  }
  /// "hashes" is no object.
  void set_unknown_hashes(std::string_view text) { file_.set_hashes(cat("sha256= ", text)); }
  /// PEP 714: core-metadata wins where both are present.
  void note_sidecar(std::string_view value) {
    const bool core = keys_[kFileDepth] == "core-metadata";
    if (sidecar_from_core_ && !core) return;
    sidecar_from_core_ = core;
    file_.set_sidecar(value);
  }
  /// PEP 592 and 691: true, or a reason that is not empty.
  void set_yanked(std::string text, bool is_string) {
    file_.yanked = is_string ? !text.empty() : text == "true";
    if (is_string) file_.yanked_reason = std::move(text);
  }
  /// A link that may not be followed, or that is missing, drops its file. A hash in the URL's
  /// fragment is used where the page gives none.
  void finish_file() {
    if (href_.empty()) return;
    auto link = links_.resolve(href_);
    if (!link) return;
    file_.url = std::move(link->url);
    if (file_.sha256.empty() && file_.other_hash.empty()) file_.set_hashes(link->fragment);
    builder_.add(std::move(file_));
  }

  const PageSource& source_;
  PageBuilder& builder_;
  LinkResolver links_;
  std::size_t depth_ = 0;
  std::array<std::string, 6> keys_;  // the current key at each depth
  RawFile file_;
  std::string href_, status_, reason_;
  bool sidecar_from_core_ = false, has_files_ = false;
  std::optional<Error> problem_;
};

}  // namespace

Result<void> parse_json_page(std::string_view body, const PageSource& source,
                             PageBuilder& builder) {
  return JsonPageReader(source, builder).read(body);
}

}  // namespace pipit::index
