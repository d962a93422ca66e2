// operator new of the release: objects up to a size from base/blocks, larger ones
// from the C library, which maps them.
#include <cstdlib>
#include <new>

#include "base/blocks.h"

void* operator new(std::size_t size) {
  if (size <= pipit::base::kMaxBlock)
    if (void* const block = pipit::base::take_block(size)) return block;
  while (true) {
    if (void* const memory = std::malloc(size)) return memory;
    const std::new_handler handler = std::get_new_handler();
    if (handler == nullptr) std::abort();
    handler();
  }
}

void operator delete(void* memory) noexcept {
  if (memory != nullptr && !pipit::base::give_block(memory)) std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }
