// One region of address space is reserved and handed out in chunks, each for blocks of one size, so
// the address gives the size. Every thread has a stock of free blocks of each small size; a common
// store evens the stocks out, some blocks at a time: so few that the stocks of a hundred threads
// are small. Large blocks are in the common store only; of the largest, a few free ones keep their
// memory, the others only their addresses.
#include "base/blocks.h"

#include <sched.h>
#include <sys/mman.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <cstdint>

namespace pipit::base {
namespace {

constexpr std::size_t kStep = 16;         // the least sizes are its multiples
constexpr std::size_t kMaxStepped = 128;  // above it each doubling has four sizes
constexpr std::size_t kStepped = kMaxStepped / kStep;
constexpr std::size_t kChunk = std::size_t{64} << 10;
constexpr std::size_t kChunks = 16384;        // 1 GiB of addresses
constexpr std::size_t kBatchBytes = 2048;     // what moves between a stock and the store, about
constexpr std::size_t kPage = 4096;
constexpr std::size_t kLarge = kChunk / 2;    // from this size on memory is given back
constexpr unsigned kFreeLarge = 4;            // blocks of each size that keep theirs

constexpr std::size_t index_of(std::size_t size) {
  if (size <= kMaxStepped) return size == 0 ? 0 : (size - 1) / kStep;
  const auto doubling = static_cast<std::size_t>(std::bit_width((size - 1) / kMaxStepped)) - 1;
  return kStepped + 4 * doubling + ((size - 1) >> (doubling + 5)) - 4;
}
constexpr std::size_t size_of(std::size_t index) {
  if (index < kStepped) return (index + 1) * kStep;
  const std::size_t doubling = (index - kStepped) / 4, quarter = (index - kStepped) % 4;
  return (quarter + 5) << (doubling + 5);
}
constexpr std::size_t kSmallSizes = index_of(1024) + 1;
constexpr std::size_t kSizes = index_of(kMaxBlock) + 1;
static_assert(size_of(index_of(128)) == 128 && size_of(index_of(129)) == 160);
static_assert(size_of(index_of(224)) == 224 && size_of(index_of(225)) == 256);
static_assert(size_of(index_of(1025)) == 1280 && size_of(index_of(65536)) == 65536);
static_assert(size_of(kSizes - 1) == kMaxBlock);

/// How many blocks move between a stock and the store.
constexpr unsigned batch_of(std::size_t index) {
  if (index >= kSmallSizes) return 1;
  return static_cast<unsigned>(std::clamp<std::size_t>(kBatchBytes / size_of(index), 2, 32));
}

struct Block {
  Block* next;
  Block* next_batch;  // for the first block of a batch in the store
};

/// The blocks of one size that are in no thread's stock.
struct Store {
  std::atomic_flag busy;
  Block* batches = nullptr;
  Block* bare = nullptr;                  // large blocks whose memory was given back
  unsigned free_large = 0;                // large blocks among the batches
  char *fresh = nullptr, *end = nullptr;  // of the newest chunk, not used yet

  void lock() {
    while (busy.test_and_set(std::memory_order_acquire)) ::sched_yield();
  }
  void unlock() { busy.clear(std::memory_order_release); }
};

struct Region {
  std::array<Store, kSizes> stores;
  std::array<std::atomic<std::uint8_t>, kChunks> sizes{};  // of each chunk's blocks, as an index
  std::atomic<std::size_t> chunks{0};                      // in use
};

Region& region() {
  static constinit Region the_one;
  return the_one;
}

/// Null: no address space is left for it.
char* region_begin() {
  static char* const begin = [] {
    void* const mapped = ::mmap(nullptr, kChunk * kChunks, PROT_NONE,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    return mapped == MAP_FAILED ? nullptr : static_cast<char*>(mapped);
  }();
  return begin;
}

/// Chunks that nobody else has; kChunks when so many are not left. What was counted is never taken
/// back: in between others might have counted on, and would then meet.
std::size_t reserve_chunks(std::size_t count) {
  std::atomic<std::size_t>& chunks = region().chunks;
  std::size_t first = chunks.load(std::memory_order_relaxed);
  while (first + count <= kChunks)
    if (chunks.compare_exchange_weak(first, first + count, std::memory_order_relaxed)) return first;
  return kChunks;
}

/// Takes more chunks for blocks of that size. The store's lock must be held.
bool extend(Store& store, std::size_t index) {
  char* const begin = region_begin();
  if (begin == nullptr) return false;
  const std::size_t count = std::max<std::size_t>(4 * size_of(index) / kChunk, 1);
  const std::size_t first = reserve_chunks(count);
  if (first == kChunks) return false;
  char* const at = begin + first * kChunk;
  if (::mprotect(at, count * kChunk, PROT_READ | PROT_WRITE) != 0) return false;
  for (std::size_t i = 0; i < count; ++i)
    region().sizes[first + i].store(static_cast<std::uint8_t>(index), std::memory_order_relaxed);
  store.fresh = at;
  store.end = at + count * kChunk;
  return true;
}

/// A list of free blocks (large ones: of one); null when there are none.
Block* take_batch(std::size_t index) {
  Store& store = region().stores[index];
  const std::size_t size = size_of(index);
  store.lock();
  Block* batch = store.batches;
  if (batch != nullptr) {
    store.batches = batch->next_batch;
    if (size >= kLarge) --store.free_large;
  } else if (store.bare != nullptr) {
    batch = store.bare;
    store.bare = batch->next_batch;
  } else {
    if (static_cast<std::size_t>(store.end - store.fresh) < size) (void)extend(store, index);
    for (unsigned i = 0; i < batch_of(index); ++i) {
      if (static_cast<std::size_t>(store.end - store.fresh) < size) break;
      auto* const block = reinterpret_cast<Block*>(store.fresh);
      store.fresh += size;
      block->next = batch;
      batch = block;
    }
  }
  store.unlock();
  return batch;
}

/// All but the page with the links.
void give_memory_back(Block* block, std::size_t size) {
  const auto at = reinterpret_cast<std::uintptr_t>(block);
  const std::uintptr_t begin = (at + sizeof(Block) + kPage - 1) / kPage * kPage;
  const std::uintptr_t end = (at + size) / kPage * kPage;
  ::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
}

void give_batch(std::size_t index, Block* batch) {
  Store& store = region().stores[index];
  const bool is_large = size_of(index) >= kLarge;
  store.lock();
  if (is_large && store.free_large == kFreeLarge) {
    store.unlock();
    give_memory_back(batch, size_of(index));
    store.lock();
    batch->next_batch = store.bare;
    store.bare = batch;
  } else {
    if (is_large) ++store.free_large;
    batch->next_batch = store.batches;
    store.batches = batch;
  }
  store.unlock();
}

/// One thread's free blocks.
struct Stock {
  std::array<Block*, kSmallSizes> blocks{};
  std::array<unsigned, kSmallSizes> counts{};
  bool is_over = false;

  Stock() = default;
  Stock(const Stock&) = delete;
  Stock& operator=(const Stock&) = delete;
  ~Stock() {
    is_over = true;
    for (std::size_t index = 0; index < kSmallSizes; ++index)
      if (blocks[index] != nullptr) give_batch(index, blocks[index]);
  }

  void* take(std::size_t index) {
    if (blocks[index] == nullptr) {
      blocks[index] = take_batch(index);
      counts[index] = 0;
      for (const Block* block = blocks[index]; block != nullptr; block = block->next)
        ++counts[index];
      if (blocks[index] == nullptr) return nullptr;
    }
    Block* const block = blocks[index];
    blocks[index] = block->next;
    --counts[index];
    return block;
  }

  void give(std::size_t index, Block* block) {
    block->next = blocks[index];
    blocks[index] = block;
    const unsigned batch = batch_of(index);
    if (++counts[index] < 2 * batch) return;
    Block* last = block;
    for (unsigned i = 1; i < batch; ++i) last = last->next;
    blocks[index] = last->next;
    counts[index] -= batch;
    last->next = nullptr;
    give_batch(index, block);
  }
};

Stock& stock() {
  static thread_local Stock of_this_thread;
  return of_this_thread;
}

}  // namespace

void* take_block(std::size_t size) {
  const std::size_t index = index_of(size);
  if (index >= kSmallSizes) return take_batch(index);
  Stock& mine = stock();
  if (mine.is_over) return nullptr;  // requests of a thread's last objects while they are destroyed
  return mine.take(index);
}

bool give_block(void* memory) {
  const char* const begin = region_begin();
  const auto offset =
      reinterpret_cast<std::uintptr_t>(memory) - reinterpret_cast<std::uintptr_t>(begin);
  if (begin == nullptr || offset >= kChunk * kChunks) return false;
  const std::size_t index = region().sizes[offset / kChunk].load(std::memory_order_relaxed);
  auto* const block = static_cast<Block*>(memory);
  if (index < kSmallSizes && !stock().is_over) {
    stock().give(index, block);
  } else {
    block->next = nullptr;
    give_batch(index, block);
  }
  return true;
}

}  // namespace pipit::base
