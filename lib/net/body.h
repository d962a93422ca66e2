// A whole response in memory: content coding undone, size bounded.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "base/result.h"
#include "net/client.h"
#include "net/gzip_body.h"
#include "net/transport.h"

namespace pipit::net {

/// Collects one response. Every on_head starts over, as an exchange may be tried again.
class BodyCollector {
 public:
  explicit BodyCollector(std::uint64_t max_body) : max_body_(max_body) {}
  Flow on_head(const base::Url& url, const ResponseHead& head);
  Flow on_data(std::span<const std::uint8_t> bytes);
  /// The response, or why it cannot be used (the transport's error first).
  Result<Response> finish(const Result<void>& end);

 private:
  Flow refuse(Error error);
  Result<void> decode();
  const std::uint64_t max_body_;
  std::uint64_t limit_ = 0;
  bool is_error_page_ = false;
  bool is_held_ = false;  // decoded when it is complete: response_.body is as it came
  std::unique_ptr<Gunzip> gunzip_;
  std::optional<Error> failure_;
  Response response_;
};

}  // namespace pipit::net
