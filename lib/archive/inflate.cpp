// Two libraries for one job. libdeflate is two and a half times as fast but needs a member's whole
// input and output in memory; zlib works in a fixed window. The caller chooses by the member's
// size.
#include "archive/inflate.h"

#include <libdeflate.h>
#include <zlib.h>

#include <algorithm>
#include <limits>

namespace pipit::archive {
namespace {

struct DecompressorDeleter {
  void operator()(libdeflate_decompressor* d) const { libdeflate_free_decompressor(d); }
};
using Decompressor = std::unique_ptr<libdeflate_decompressor, DecompressorDeleter>;

/// One per thread: creating one costs more than inflating a small member.
libdeflate_decompressor* thread_decompressor() {
  thread_local Decompressor decompressor(libdeflate_alloc_decompressor());
  return decompressor.get();
}

uInt zlib_length(std::size_t length) {
  return static_cast<uInt>(std::min<std::size_t>(length, std::numeric_limits<uInt>::max()));
}

}  // namespace

std::uint32_t fast_crc32(std::uint32_t crc, std::string_view bytes) {
  return libdeflate_crc32(crc, bytes.data(), bytes.size());
}

// The "_ex" form reports how much was read and written. Bytes left over behind the data are as
// wrong as missing bytes, since another reader may see them.
bool inflate_whole(std::string_view compressed, std::span<char> out) {
  libdeflate_decompressor* decompressor = thread_decompressor();
  if (decompressor == nullptr) return false;
  std::size_t used = 0, made = 0;
  char none = 0;  // libdeflate needs a place to write even for an empty output
  char* target = out.empty() ? &none : out.data();
  libdeflate_result result = libdeflate_deflate_decompress_ex(
      decompressor, compressed.data(), compressed.size(), target, out.size(), &used, &made);
  return result == LIBDEFLATE_SUCCESS && used == compressed.size() && made == out.size();
}

struct Inflater::State {
  z_stream stream{};
  bool ready = false;
  bool done = false;
  ~State() {
    if (ready) inflateEnd(&stream);
  }
};

Inflater::Inflater(Format format) : state_(std::make_unique<State>()) {
  // zlib's window argument chooses the wrapping too: negative for none, 16 more for gzip.
  int window = format == Format::gzip ? 16 + MAX_WBITS : -MAX_WBITS;
  state_->ready = inflateInit2(&state_->stream, window) == Z_OK;
}
Inflater::Inflater(Inflater&&) noexcept = default;
Inflater& Inflater::operator=(Inflater&&) noexcept = default;
Inflater::~Inflater() = default;

void Inflater::reset() {
  if (state_->ready) inflateReset(&state_->stream);
  state_->done = false;
}

Result<Inflater::Step> Inflater::step(std::string_view in, std::span<char> out) {
  if (!state_->ready) return fail(Code::internal, "no memory for inflating");
  if (state_->done) return Step{0, 0, true};
  z_stream& z = state_->stream;
  const uInt in_length = zlib_length(in.size());
  const uInt out_length = zlib_length(out.size());
  z.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
  z.avail_in = in_length;
  z.next_out = reinterpret_cast<Bytef*>(out.data());
  z.avail_out = out_length;
  int status = inflate(&z, Z_NO_FLUSH);
  Step step{in_length - z.avail_in, out_length - z.avail_out, status == Z_STREAM_END};
  state_->done = step.done;
  // Z_BUF_ERROR: no progress was possible; the caller sees that from the two zeros.
  if (status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR) return step;
  return fail(Code::bad_archive, "broken deflate data");
}

}  // namespace pipit::archive
