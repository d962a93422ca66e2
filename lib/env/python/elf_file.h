// The parts of an ELF file that tell what it is for.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pipit::env {

/// Up to `size` bytes at `offset`: fewer where the file ends, none behind that.
using ByteReader = std::function<std::string(std::uint64_t offset, std::size_t size)>;

/// Reads a regular file; every read gives nothing when it cannot be opened.
ByteReader reader_of_file(const std::string& path);
/// `bytes` outlives the reader.
ByteReader reader_of_bytes(std::string_view bytes);

struct ElfFile {
  std::uint16_t machine = 0;  // EM_…
  bool is_64 = false;
  /// The dynamic loader (PT_INTERP), e.g. "/lib64/ld-linux-x86-64.so.2"; "" : it is static.
  std::string loader;
  std::vector<std::string> needed;     // names of libraries (DT_NEEDED)
  std::vector<std::string> run_paths;  // where they are looked for first (DT_RUNPATH, DT_RPATH)
  /// Where constant texts are: .rodata, or everything in a file without a table of sections.
  std::uint64_t constants = 0, constants_size = 0;
};

/// nullopt for what is no ELF file of this machine's byte order, or contradicts itself.
std::optional<ElfFile> read_elf(const ByteReader& read);

/// Calls `see` with pieces of the constants, in order; each begins with the last `overlap` bytes of
/// the one before it. Ends when `see` is satisfied.
void for_constants(const ElfFile& file, const ByteReader& read, std::size_t overlap,
                   const std::function<bool(std::string_view piece)>& see);

}  // namespace pipit::env
