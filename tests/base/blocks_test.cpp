#include "base/blocks.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <utility>
#include <vector>

namespace pipit::base {
namespace {

TEST_CASE("blocks: aligned, apart, whole, and used again") {
  std::vector<std::pair<unsigned char*, std::size_t>> taken;
  for (std::size_t size = 0; size <= kMaxBlock; size += 1 + size / 9) {
    auto* const block = static_cast<unsigned char*>(take_block(size));
    REQUIRE(block != nullptr);
    CHECK_EQ(reinterpret_cast<std::uintptr_t>(block) % 16, 0);
    std::memset(block, static_cast<int>(size % 251), size);
    taken.emplace_back(block, size);
  }
  std::set<void*> places;
  for (const auto& [block, size] : taken) {
    const auto value = static_cast<unsigned char>(size % 251);
    CHECK(std::all_of(block, block + size, [&](unsigned char c) { return c == value; }));
    places.insert(block);
    CHECK(give_block(block));
  }
  CHECK_EQ(places.size(), taken.size());
  void* const again = take_block(100);
  CHECK(places.contains(again));
  CHECK(give_block(again));
}

TEST_CASE("blocks: large ones give their memory back when many are free, and can be used again") {
  std::vector<unsigned char*> taken;
  for (int round = 0; round < 2; ++round) {
    for (std::size_t i = 0; i < 20; ++i) {
      auto* const block = static_cast<unsigned char*>(take_block(kMaxBlock));
      REQUIRE(block != nullptr);
      std::memset(block, static_cast<int>(i + 1), kMaxBlock);
      taken.push_back(block);
    }
    for (std::size_t i = 0; i < taken.size(); ++i)
      CHECK(
          std::all_of(taken[i], taken[i] + kMaxBlock, [&](unsigned char c) { return c == i + 1; }));
    for (unsigned char* block : taken) CHECK(give_block(block));
    std::size_t kept = 0;
    for (const unsigned char* block : taken)
      if (block[kMaxBlock / 2] != 0) ++kept;
    CHECK_EQ(kept, 4);
    taken.clear();
  }
}

TEST_CASE("blocks: what is from elsewhere is not taken") {
  int local = 0;
  CHECK_FALSE(give_block(&local));
  const auto heap = std::make_unique<char[]>(500000);
  CHECK_FALSE(give_block(heap.get()));
}

TEST_CASE("blocks: threads take what others gave, and what others left when they ended") {
  constexpr std::size_t kCount = 20000;
  std::mutex mu;
  std::vector<void*> shared;
  const auto work = [&](std::size_t seed) {
    for (std::size_t i = 0; i < kCount; ++i) {
      const std::size_t size = 8 + (i * 7 + seed * 13) % (i % 16 == 0 ? 5000 : 300);
      auto* const block = static_cast<std::size_t*>(take_block(size));
      *block = seed;
      void* other = block;
      {
        const std::lock_guard lock(mu);
        shared.push_back(block);
        if (shared.size() < 500) continue;
        std::swap(shared[i % shared.size()], shared.back());
        other = shared.back();
        shared.pop_back();
      }
      give_block(other);
    }
  };
  for (int round = 0; round < 3; ++round) {
    std::vector<std::jthread> threads;
    for (std::size_t seed = 0; seed < 6; ++seed) threads.emplace_back(work, seed);
  }
  for (void* block : shared) give_block(block);
}

}  // namespace
}  // namespace pipit::base
