// How long a socket is left alone while what was read from it waits for its sinks.
#pragma once
#include <algorithm>
#include <cstdint>

namespace pipit::net {

/// A piece is read now and then all the same: it may hold what the sinks themselves wait for.
class ReadPause {
 public:
  static constexpr std::int64_t kMs = 50;
  void has_read(std::int64_t now_us) { read_us_ = now_us; }
  /// 0: it is time to read.
  int left_ms(std::int64_t now_us) const {
    const std::int64_t past_ms = (now_us - read_us_) / 1000;
    return static_cast<int>(std::clamp<std::int64_t>(kMs - past_ms, 0, kMs));
  }

 private:
  std::int64_t read_us_ = 0;
};

}  // namespace pipit::net
