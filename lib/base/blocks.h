// Memory for the objects of many threads. The release is linked with a C library whose allocator
// has as many locks as there are cores and spins where they do not suffice; this allocator comes
// before it (tools/release/operator_new.cpp).
#pragma once
#include <cstddef>

namespace pipit::base {

constexpr std::size_t kMaxBlock = std::size_t{256} << 10;

/// A block of at least `size` bytes, at most kMaxBlock, aligned to 16. Null when no address space
/// is left: the caller then takes it elsewhere. Any thread; another thread may return the block.
void* take_block(std::size_t size);
/// False when the memory does not come from take_block().
bool give_block(void* memory);

}  // namespace pipit::base
