// zlib's inflate over pieces as the network delivers them, with a bound on the output; and
// libdeflate's for what has been delivered.
#include "net/gzip_body.h"

#include <libdeflate.h>
#include <zlib.h>

#include <algorithm>

namespace pipit::net {
namespace {

constexpr int kGzipWindow = 15 + 16;  // the largest window, gzip's wrapping
constexpr std::size_t kPiece = 64 * 1024;
constexpr Bytef kMagic = 0x1f;  // a member's first byte; zlib checks the others

}  // namespace

// The last four bytes of a member say how long its content is. They may lie, so no more is believed
// than deflate can make of so many bytes.
std::optional<std::string> gunzip_at_once(std::string_view content, std::uint64_t max_out) {
  constexpr std::size_t kLeast = 18, kMostOfOneByte = 1032;
  if (content.size() < kLeast) return std::nullopt;
  std::size_t length = 0;
  for (std::size_t i = 1; i <= 4; ++i)
    length = length << 8 | static_cast<unsigned char>(content[content.size() - i]);
  if (length > max_out || length / kMostOfOneByte > content.size()) return std::nullopt;
  const std::unique_ptr<libdeflate_decompressor, void (*)(libdeflate_decompressor*)> decompressor(
      libdeflate_alloc_decompressor(), libdeflate_free_decompressor);
  if (!decompressor) return std::nullopt;
  bool is_whole = false;
  std::string out;
  out.resize_and_overwrite(length, [&](char* place, std::size_t) {
    std::size_t used = 0, made = 0;
    const libdeflate_result result = libdeflate_gzip_decompress_ex(
        decompressor.get(), content.data(), content.size(), place, length, &used, &made);
    is_whole = result == LIBDEFLATE_SUCCESS && used == content.size() && made == length;
    return is_whole ? length : 0;
  });
  return is_whole ? std::optional<std::string>(std::move(out)) : std::nullopt;
}

struct Gunzip::State {
  z_stream stream{};
  bool usable = false, begun = false, ended = false;
  std::string piece = std::string(kPiece, '\0');
  Result<void> begin_member();
};

/// Members in a row are one content (RFC 1952 section 2.2); nothing else may follow the last one.
Result<void> Gunzip::State::begin_member() {
  if (*stream.next_in != kMagic)
    return fail(Code::network, "the answer has something behind the end of its gzip encoding");
  if (inflateReset(&stream) != Z_OK) return fail(Code::network, "no memory to decode the answer");
  ended = false;
  return {};
}

Gunzip::Gunzip() : state_(std::make_unique<State>()) {
  state_->usable = inflateInit2(&state_->stream, kGzipWindow) == Z_OK;
}

Gunzip::~Gunzip() {
  if (state_->usable) inflateEnd(&state_->stream);
}

Result<void> Gunzip::feed(std::span<const std::uint8_t> bytes, std::string& out,
                          std::uint64_t max_out) {
  State& state = *state_;
  if (!state.usable) return fail(Code::network, "no memory to decode the answer");
  if (bytes.empty()) return {};
  state.begun = true;
  state.stream.next_in = const_cast<Bytef*>(bytes.data());
  state.stream.avail_in = static_cast<uInt>(bytes.size());
  while (true) {
    if (state.ended) PIPIT_TRY(state.begin_member());
    state.stream.next_out = reinterpret_cast<Bytef*>(state.piece.data());
    state.stream.avail_out = static_cast<uInt>(state.piece.size());
    const int status = inflate(&state.stream, Z_NO_FLUSH);
    const std::size_t made = state.piece.size() - state.stream.avail_out;
    if (made > max_out - std::min<std::uint64_t>(max_out, out.size())) {
      return fail(Code::network, "the answer is too large");
    }
    out.append(state.piece, 0, made);
    if (status == Z_STREAM_END) {
      state.ended = true;
      if (state.stream.avail_in == 0) return {};
      continue;
    }
    if (status != Z_OK && status != Z_BUF_ERROR) {
      return fail(Code::network, "the answer's gzip encoding is broken");
    }
    if (made == 0 || (state.stream.avail_in == 0 && state.stream.avail_out > 0)) return {};
  }
}

Result<void> Gunzip::finish() const {
  if (!state_->begun || state_->ended) return {};
  return fail(Code::network, "the answer's gzip encoding ends too early");
}

}  // namespace pipit::net
