// Memory for the objects of many threads. The release is linked with a C library whose allocator
// has as many locks as there are cores and spins where they do not suffice; this stands before it
// (tools/release/operator_new.cpp).
#pragma once
#include <cstddef>

namespace pipit::base {

constexpr std::size_t kMaxBlock = std::size_t{256} << 10;

/// A block of at least `size` bytes, at most kMaxBlock, aligned to 16. Null when there is no
/// address space to be had: it comes from elsewhere then. Any thread; blocks may be given back by
/// another one.
void* take_block(std::size_t size);
/// False when the memory is not from here.
bool give_block(void* memory);

}  // namespace pipit::base
