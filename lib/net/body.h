// A whole response, in memory or passed on to a reader: content coding undone, size bounded.
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "base/result.h"
#include "net/client.h"
#include "net/gzip_body.h"
#include "net/transport.h"

namespace pipit::net {

/// Collects one response. Every on_head starts over, as an exchange may be tried again.
class BodyCollector {
 public:
  explicit BodyCollector(std::uint64_t max_body, ReaderMaker make_reader = {})
      : max_body_(max_body), make_reader_(std::move(make_reader)) {}
  Flow on_head(const base::Url& url, const ResponseHead& head);
  Flow on_data(std::span<const std::uint8_t> bytes);
  /// The response, or why it cannot be used (the transport's error first).
  Result<Response> finish(const Result<void>& end);

 private:
  Flow refuse(Error error);
  Result<void> add(std::span<const std::uint8_t> bytes);
  void pass_on();
  Result<void> decode();
  const std::uint64_t max_body_;
  const ReaderMaker make_reader_;
  std::uint64_t limit_ = 0;
  bool is_error_page_ = false;
  bool is_held_ = false;  // decoded when it is complete: response_.body is as it came
  bool may_pass_on_ = false;
  std::unique_ptr<Gunzip> gunzip_;
  std::shared_ptr<ContentReader> reader_;  // once it has been asked for
  std::optional<Error> failure_;
  Response response_;
};

}  // namespace pipit::net
