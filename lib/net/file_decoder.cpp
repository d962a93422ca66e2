// What a response is shows in the first two bytes inside: those of a zip, or of a gzip file once
// more. Head and bytes are held back until they are there.
#include "net/file_decoder.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "net/answer_error.h"
#include "net/content_coding.h"
#include "net/gzip_body.h"

namespace pipit::net {
namespace {

constexpr std::uint64_t kMaxDecoded = std::uint64_t{64} << 30;

class FileDecoder {
 public:
  explicit FileDecoder(Sink sink) : sink_(std::move(sink)) {}
  Flow on_head(const ResponseHead& head);
  Flow on_data(std::span<const std::uint8_t> bytes);
  void on_done(Result<void> end);

 private:
  enum class Mode { pass, undecided, decode };
  Flow decide(std::span<const std::uint8_t> bytes);
  Flow pass_held();
  Flow pass(std::string_view bytes);

  Sink sink_;
  Mode mode_ = Mode::pass;
  ResponseHead head_;
  std::string held_;     // as they came, while undecided
  std::string decoded_;  // not yet passed on
  Gunzip gunzip_;
  Answerer from_;
  bool stopped_ = false;  // by the sink
  std::optional<Error> error_;
};

ResponseHead decoded_head(ResponseHead head) {
  std::vector<Header> kept;
  for (Header& header : head.headers) {
    const bool of_the_encoded = header.name == "content-encoding" ||
                                header.name == "content-length" || header.name == "last-modified";
    if (of_the_encoded) continue;
    if (header.name == "etag" && header.value.starts_with('"')) header.value.insert(0, "W/");
    kept.push_back(std::move(header));
  }
  head.headers = std::move(kept);
  return head;
}

Flow FileDecoder::pass(std::string_view bytes) {
  if (bytes.empty() || !sink_.on_data) return Flow::go_on;
  const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
  const Flow flow = sink_.on_data({data, bytes.size()});
  stopped_ = flow == Flow::stop;
  return flow;
}

Flow FileDecoder::on_head(const ResponseHead& head) {
  const bool whole = head.status == 200;
  const bool coded = content_coding(head.headers).kind == ContentCoding::Kind::gzip;
  mode_ = whole && coded ? Mode::undecided : Mode::pass;
  if (mode_ == Mode::undecided) head_ = head;
  return mode_ == Mode::undecided || !sink_.on_head ? Flow::go_on : sink_.on_head(head);
}

/// No archive is inside: everything passes as it came.
Flow FileDecoder::pass_held() {
  mode_ = Mode::pass;
  if (sink_.on_head && sink_.on_head(head_) == Flow::stop) return Flow::stop;
  return pass(std::exchange(held_, {}));
}

Flow FileDecoder::decide(std::span<const std::uint8_t> bytes) {
  held_.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const bool is_gzip = gunzip_.feed(bytes, decoded_, kMaxDecoded).has_value();
  if (is_gzip && decoded_.size() < 2) return Flow::go_on;
  if (!is_gzip || !(decoded_.starts_with("PK") || decoded_.starts_with("\x1f\x8b")))
    return pass_held();
  mode_ = Mode::decode;
  held_ = std::string();
  from_ = head_.from;
  stopped_ = sink_.on_head && sink_.on_head(decoded_head(std::move(head_))) == Flow::stop;
  return stopped_ ? Flow::stop : pass(std::exchange(decoded_, {}));
}

Flow FileDecoder::on_data(std::span<const std::uint8_t> bytes) {
  if (mode_ == Mode::undecided) return decide(bytes);
  if (mode_ == Mode::pass) return sink_.on_data ? sink_.on_data(bytes) : Flow::go_on;
  decoded_.clear();
  Result<void> fed = gunzip_.feed(bytes, decoded_, kMaxDecoded);
  if (!fed) error_ = std::move(fed.error());
  return pass(decoded_) == Flow::stop || error_ ? Flow::stop : Flow::go_on;
}

void FileDecoder::on_done(Result<void> end) {
  if (mode_ == Mode::undecided && end) pass_held();
  if (end && mode_ == Mode::decode && !stopped_) {
    Result<void> whole = error_ ? fail(std::move(*error_)) : gunzip_.finish();
    if (!whole) end = fail(exchange_error(std::move(whole.error()), from_));
  }
  if (sink_.on_done) sink_.on_done(std::move(end));
}

}  // namespace

Sink decoding(Sink sink) {
  auto decoder = std::make_shared<FileDecoder>(sink);
  Sink outer = std::move(sink);  // on_start stays
  outer.on_head = [decoder](const ResponseHead& head) { return decoder->on_head(head); };
  outer.on_data = [decoder](std::span<const std::uint8_t> bytes) {
    return decoder->on_data(bytes);
  };
  outer.on_done = [decoder](Result<void> end) { decoder->on_done(std::move(end)); };
  return outer;
}

}  // namespace pipit::net
