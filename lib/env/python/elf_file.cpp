// Only headers, the dynamic section and names are read, by their offsets: a Python can have a
// hundred megabytes. Every count and size is the file's own word and has a limit here.
#include "env/python/elf_file.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <memory>

#include "base/fd.h"
#include "base/path.h"
#include "base/text.h"

namespace pipit::env {

namespace {

constexpr std::size_t kMaxPrograms = 64, kMaxSections = 256, kMaxDynamic = 256, kMaxNeeded = 32;
constexpr std::size_t kMaxName = 4096;
constexpr std::size_t kPiece = 32u << 10;  // stays in the caches, and in the heap
constexpr std::uint64_t kMaxConstants = 64u << 20;

template <class T>
std::vector<T> read_table(const ByteReader& read, std::uint64_t offset, std::size_t count) {
  const std::string bytes = read(offset, count * sizeof(T));
  std::vector<T> table(bytes.size() / sizeof(T));
  if (!table.empty()) std::memcpy(table.data(), bytes.data(), table.size() * sizeof(T));
  return table;
}

std::string read_name(const ByteReader& read, std::uint64_t offset, std::size_t limit = 512) {
  std::string text = read(offset, limit);
  const std::size_t end = text.find('\0');
  text.resize(end == std::string::npos ? 0 : end);
  return text;
}

template <class Header, class Program, class Section, class Dynamic>
class Parser {
 public:
  explicit Parser(const ByteReader& read) : read_(read) {}

  std::optional<ElfFile> parse() {
    const auto headers = read_table<Header>(read_, 0, 1);
    if (headers.empty()) return std::nullopt;
    const Header& header = headers.front();
    if (header.e_phnum > kMaxPrograms || header.e_phentsize != sizeof(Program)) return std::nullopt;
    programs_ = read_table<Program>(read_, header.e_phoff, header.e_phnum);
    if (programs_.size() != header.e_phnum) return std::nullopt;
    out_.machine = header.e_machine;
    out_.is_64 = sizeof(Header) == sizeof(Elf64_Ehdr);
    for (const Program& program : programs_) {
      if (program.p_type == PT_INTERP && !set_loader(program)) return std::nullopt;
      if (program.p_type == PT_DYNAMIC) set_libraries(program);
    }
    set_constants(header);
    return std::move(out_);
  }

 private:
  bool set_loader(const Program& program) {
    if (program.p_filesz > kMaxName) return false;
    out_.loader = read_name(read_, program.p_offset, program.p_filesz);
    return !out_.loader.empty();
  }

  void set_libraries(const Program& program) {
    const std::size_t count =
        std::min<std::size_t>(program.p_filesz / sizeof(Dynamic), kMaxDynamic);
    const auto entries = read_table<Dynamic>(read_, program.p_offset, count);
    std::optional<std::uint64_t> names;
    for (const Dynamic& entry : entries)
      if (entry.d_tag == DT_STRTAB) names = offset_of(entry.d_un.d_ptr);
    if (!names) return;
    for (const Dynamic& entry : entries) {
      if (entry.d_tag == DT_NULL) break;
      if (entry.d_tag == DT_NEEDED && out_.needed.size() < kMaxNeeded)
        out_.needed.push_back(read_name(read_, *names + entry.d_un.d_val));
      if (entry.d_tag != DT_RUNPATH && entry.d_tag != DT_RPATH) continue;
      const std::string paths = read_name(read_, *names + entry.d_un.d_val, kMaxName);
      for (const std::string_view path : base::split(paths, ':')) out_.run_paths.emplace_back(path);
    }
  }

  /// An address in memory as a place in the file.
  std::optional<std::uint64_t> offset_of(std::uint64_t address) const {
    for (const Program& program : programs_) {
      if (program.p_type == PT_LOAD && address >= program.p_vaddr &&
          address - program.p_vaddr < program.p_filesz)
        return program.p_offset + (address - program.p_vaddr);
    }
    return std::nullopt;
  }

  void set_constants(const Header& header) {
    out_.constants_size = kMaxConstants;
    if (header.e_shnum == 0 || header.e_shnum > kMaxSections ||
        header.e_shstrndx >= header.e_shnum || header.e_shentsize != sizeof(Section))
      return;
    const auto sections = read_table<Section>(read_, header.e_shoff, header.e_shnum);
    if (sections.size() != header.e_shnum) return;
    const std::string names = read_(sections[header.e_shstrndx].sh_offset, kMaxName);
    for (const Section& section : sections) {
      if (section.sh_type != SHT_PROGBITS || section.sh_name >= names.size() ||
          std::string_view(names.c_str() + section.sh_name) != ".rodata")
        continue;
      out_.constants = section.sh_offset;
      out_.constants_size = std::min<std::uint64_t>(section.sh_size, kMaxConstants);
      return;
    }
  }

  const ByteReader& read_;
  std::vector<Program> programs_;
  ElfFile out_;
};

}  // namespace

ByteReader reader_of_file(const std::string& path) {
  auto fd = std::make_shared<base::Fd>(
      ::openat(AT_FDCWD, path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  struct stat info{};
  if (!*fd || ::fstat(fd->get(), &info) != 0 || !S_ISREG(info.st_mode)) fd->reset();
  const std::uint64_t length = *fd ? static_cast<std::uint64_t>(info.st_size) : 0;
  return [fd, length](std::uint64_t offset, std::size_t size) {
    std::string bytes;
    if (offset >= length) return bytes;
    bytes.resize(static_cast<std::size_t>(std::min<std::uint64_t>(size, length - offset)));
    const ssize_t got = ::pread(fd->get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return bytes;
  };
}

ByteReader reader_of_bytes(std::string_view bytes) {
  return [bytes](std::uint64_t offset, std::size_t size) {
    return offset >= bytes.size()
               ? std::string()
               : std::string(bytes.substr(static_cast<std::size_t>(offset), size));
  };
}

std::optional<ElfFile> read_elf(const ByteReader& read) {
  const std::string ident = read(0, EI_NIDENT);
  constexpr char kOrder = std::endian::native == std::endian::little ? ELFDATA2LSB : ELFDATA2MSB;
  if (ident.size() < EI_NIDENT || std::memcmp(ident.data(), ELFMAG, SELFMAG) != 0 ||
      ident[EI_DATA] != kOrder)
    return std::nullopt;
  if (ident[EI_CLASS] == ELFCLASS64)
    return Parser<Elf64_Ehdr, Elf64_Phdr, Elf64_Shdr, Elf64_Dyn>(read).parse();
  if (ident[EI_CLASS] == ELFCLASS32)
    return Parser<Elf32_Ehdr, Elf32_Phdr, Elf32_Shdr, Elf32_Dyn>(read).parse();
  return std::nullopt;
}

void for_constants(const ElfFile& file, const ByteReader& read, std::size_t overlap,
                   const std::function<bool(std::string_view piece)>& see) {
  std::uint64_t at = 0;
  while (at < file.constants_size) {
    const std::uint64_t left = file.constants_size - at;
    const std::string piece =
        read(file.constants + at, static_cast<std::size_t>(std::min<std::uint64_t>(left, kPiece)));
    if (piece.empty() || see(piece) || piece.size() <= overlap || piece.size() < kPiece) return;
    at += piece.size() - overlap;
  }
}

}  // namespace pipit::env
