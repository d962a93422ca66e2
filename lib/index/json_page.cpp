// PEP 691 pages (with PEP 592, 658, 700, 714 and 792 fields), read as a stream of events: only the
// current file is kept, and its texts take the place of the last one's.
//
// The path of keys says where an event is: "files" / n / "hashes" / "sha256". Depth 1 is the page,
// 3 a file's own fields, 4 the fields of its objects.
#include "index/json_page.h"

#include <array>
#include <optional>

#include "base/json_scan.h"
#include "base/redact.h"
#include "base/text.h"
#include "base/time.h"
#include "index/link_resolver.h"
#include "index/raw_file.h"

namespace pipit::index {
namespace {

/// The keys that mean something at one depth or another.
enum class Key : std::uint8_t {
  other,
  files,
  meta,
  project_status,
  api_version,
  status,
  reason,
  filename,
  url,
  hashes,
  sha256,
  requires_python,
  size,
  upload_time,
  yanked,
  core_metadata,
  dist_info_metadata
};
struct NamedKey {
  std::string_view name;
  Key key;
};
constexpr NamedKey kKeys[] = {{"filename", Key::filename},
                              {"url", Key::url},
                              {"hashes", Key::hashes},
                              {"sha256", Key::sha256},
                              {"requires-python", Key::requires_python},
                              {"size", Key::size},
                              {"upload-time", Key::upload_time},
                              {"yanked", Key::yanked},
                              {"core-metadata", Key::core_metadata},
                              {"dist-info-metadata", Key::dist_info_metadata},
                              {"files", Key::files},
                              {"meta", Key::meta},
                              {"project-status", Key::project_status},
                              {"api-version", Key::api_version},
                              {"status", Key::status},
                              {"reason", Key::reason}};

Key key_of(std::string_view name) {
  for (const NamedKey& known : kKeys)
    if (known.name == name) return known.key;
  return Key::other;
}

bool is_sidecar_key(Key key) { return key == Key::core_metadata || key == Key::dist_info_metadata; }

}  // namespace

class JsonPageParser::Reader final : public base::JsonHandler {
 public:
  Reader(const PageSource& source, PageBuilder& builder)
      : source_(source), builder_(builder), links_(source.url), scanner_(*this) {}

  Result<void> feed(std::string_view bytes) { return judged(scanner_.feed(bytes)); }
  Result<void> finish() {
    PIPIT_TRY(judged(scanner_.finish()));
    if (!has_files_)
      return fail(Code::bad_index,
                  cat(base::redacted(source_.url), ": JSON without a list of files"));
    builder_.set_status(std::move(status_), std::move(reason_));
    return {};
  }

 private:
  static constexpr std::size_t kPageDepth = 1, kFileDepth = 3, kPartDepth = 4;
  static constexpr std::string_view kNoText = "{";

  Result<void> judged(const Result<void>& scanned) const {
    if (problem_) return fail(*problem_);
    if (scanned) return {};
    return fail(Code::bad_index, cat(base::redacted(source_.url), ": ", scanned.error().message));
  }

  // An object for the metadata file holds hashes, perhaps none that we know: it is announced in any
  // case. A list of hashes, or a list or object as a digest, is a hash that no file can have.
  bool begin(bool is_list) override {
    if (depth_ == kPartDepth && in_file()) take_part(kNoText, false);
    if (depth_ == kFileDepth && in_file() && is_list && keys_[kFileDepth] == Key::hashes)
      set_unknown_hashes(kNoText);
    if (depth_ == kPageDepth && is_list && in_file()) has_files_ = true;
    ++depth_;
    if (depth_ < keys_.size()) keys_[depth_] = Key::other;
    if (depth_ == kPartDepth) part_.clear();
    if (depth_ == kFileDepth && in_file()) start_file();
    if (depth_ == kPartDepth && in_file() && is_sidecar_key(keys_[kFileDepth]))
      note_sidecar("true");
    return true;
  }
  bool end() override {
    if (depth_ == kFileDepth && in_file()) finish_file();
    --depth_;
    return true;
  }
  bool key(std::string_view text) override {
    if (depth_ < keys_.size()) keys_[depth_] = key_of(text);
    if (depth_ == kPartDepth) part_ = text;
    return true;
  }
  bool string(std::string_view text) override { return take_value(text, true); }
  bool scalar(std::string_view text) override { return take_value(text, false); }
  bool in_file() const { return keys_[kPageDepth] == Key::files; }

  /// Returns false to end the reading: a problem was noted.
  bool take_value(std::string_view text, bool is_string) {
    if (depth_ == kFileDepth && in_file())
      file_field(keys_[kFileDepth], text, is_string);
    else if (depth_ == kPartDepth && in_file())
      take_part(text, is_string);
    else if (depth_ == 2)
      page_part(keys_[kPageDepth], keys_[2], text);
    return !problem_;
  }

  /// "meta" (PEP 629, 691) and "project-status" (PEP 792).
  /// PEP 629: an unknown major version of the API is refused, a newer minor one is compatible.
  void page_part(Key key, Key part, std::string_view text) {
    if (key == Key::meta && part == Key::api_version) {
      const auto major = base::parse_uint(base::split(text, '.').front());
      if (!major || *major > 1)
        problem_ = Error{Code::unsupported, cat(base::redacted(source_.url), ": index API version ",
                                                base::printable(text), " is not supported")};
    } else if (key == Key::project_status && part == Key::status) {
      status_ = text;
    } else if (key == Key::project_status && part == Key::reason) {
      reason_ = text;
    }
  }

  void start_file() {
    file_.clear();
    href_.clear();
    sidecar_from_core_ = false;
  }
  /// Fields of another type than PEP 691 gives them are skipped, not refused: null is common.
  void file_field(Key key, std::string_view text, bool is_string) {
    if (key == Key::filename)
      file_.name = text;
    else if (key == Key::url && is_string)
      href_ = text;
    else if (key == Key::requires_python && is_string)
      file_.requires_python = text;
    else if (key == Key::size && !is_string)
      file_.size = base::parse_uint(text).value_or(0);
    else if (key == Key::upload_time && is_string)
      file_.upload_time = base::parse_iso_time(text).value_or(0);
    else if (key == Key::yanked)
      set_yanked(text, is_string);
    else if (key == Key::hashes && (is_string || text != "null"))
      set_unknown_hashes(text);
    else if (is_sidecar_key(key) && !is_string && text == "true")
      note_sidecar("true");
  }
  /// Members of the objects "hashes" and "core-metadata". null is no hash, except where it stands
  /// for the one that everybody checks; any other value that is no text is a malformed one.
  void take_part(std::string_view text, bool is_string) {
    const Key holder = keys_[kFileDepth];
    const bool is_digest = is_string && keys_[kPartDepth] == Key::sha256;
    if (holder == Key::hashes && is_digest && file_.set_plain_sha256(text)) return;
    const bool is_sha256 = holder == Key::hashes && keys_[kPartDepth] == Key::sha256;
    if (!is_string && text == "null" && !is_sha256) return;
    if (is_sidecar_key(holder) && is_digest && is_chosen_sidecar() && file_.set_plain_sidecar(text))
      return;
    const std::string spec = cat(part_, is_string ? "=" : "= ", text);
    if (holder == Key::hashes)
      file_.set_hashes(spec);
    else if (is_sidecar_key(holder))
      note_sidecar(spec);
  }
  /// "hashes" is no object.
  void set_unknown_hashes(std::string_view text) { file_.set_hashes(cat("sha256= ", text)); }
  /// PEP 714: core-metadata wins where both are present.
  bool is_chosen_sidecar() {
    const bool core = keys_[kFileDepth] == Key::core_metadata;
    if (sidecar_from_core_ && !core) return false;
    sidecar_from_core_ = core;
    return true;
  }
  void note_sidecar(std::string_view value) {
    if (is_chosen_sidecar()) file_.set_sidecar(value);
  }
  /// PEP 592 and 691: true, or a reason that is not empty.
  void set_yanked(std::string_view text, bool is_string) {
    file_.yanked = is_string ? !text.empty() : text == "true";
    if (is_string) file_.yanked_reason = text;
  }
  /// A link that may not be followed, or that is missing, drops its file. A hash in the URL's
  /// fragment is used where the page gives none.
  void finish_file() {
    if (href_.empty()) return;
    const LinkResolver::Link* const link = links_.resolve(href_);
    if (!link) return;
    file_.url = link->url;
    if (file_.sha256.empty() && file_.other_hash.empty()) file_.set_hashes(link->fragment);
    builder_.add(file_);
  }

  const PageSource& source_;
  PageBuilder& builder_;
  LinkResolver links_;
  base::JsonScanner scanner_;
  std::size_t depth_ = 0;
  std::array<Key, 6> keys_{};  // the current key at each depth
  std::string part_;           // the one at kPartDepth, as written
  RawFile file_;
  std::string href_, status_, reason_;
  bool sidecar_from_core_ = false, has_files_ = false;
  std::optional<Error> problem_;
};

JsonPageParser::JsonPageParser(const PageSource& source, PageBuilder& builder)
    : reader_(std::make_unique<Reader>(source, builder)) {}
JsonPageParser::~JsonPageParser() = default;
Result<void> JsonPageParser::feed(std::string_view bytes) { return reader_->feed(bytes); }
Result<void> JsonPageParser::finish() { return reader_->finish(); }

Result<void> parse_json_page(std::string_view body, const PageSource& source,
                             PageBuilder& builder) {
  JsonPageParser parser(source, builder);
  PIPIT_TRY(parser.feed(body));
  return parser.finish();
}

}  // namespace pipit::index
