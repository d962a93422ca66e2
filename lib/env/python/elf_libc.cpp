// PEP 600 and PEP 656 tags depend on the C library that the interpreter is linked with, which need
// not be the one that pipit or the shell runs on (a musl image on a glibc host, conda, Nix). The
// executable names its loader; glibc's libc.so.6 lies beside the loader and contains its version as
// text, and musl's loader is the library itself.
#include "env/python/elf_libc.h"

#include <algorithm>
#include <utility>

#include "base/file.h"
#include "base/path.h"
#include "base/text.h"
#include "env/python/elf_file.h"

namespace pipit::env {

namespace {

constexpr std::uint64_t kMaxLibrary = 64u << 20;
constexpr std::size_t kLongestBanner = 256;

// Where the ABI of each architecture says that glibc's dynamic loader is.
constexpr std::pair<std::string_view, std::string_view> kGlibcLoaders[] = {
    {"x86_64", "/lib64/ld-linux-x86-64.so.2"},
    {"aarch64", "/lib/ld-linux-aarch64.so.1"},
    {"i686", "/lib/ld-linux.so.2"},
    {"armv7l", "/lib/ld-linux-armhf.so.3"},
    {"armv8l", "/lib/ld-linux-armhf.so.3"},
    {"riscv64", "/lib/ld-linux-riscv64-lp64d.so.1"},
    {"ppc64le", "/lib64/ld64.so.2"},
    {"s390x", "/lib/ld64.so.1"},
    {"loongarch64", "/lib64/ld-linux-loongarch-lp64d.so.1"}};

// "2.36" at the start of the text.
std::optional<Libc> read_libc_version(std::string_view text, Libc::Kind kind) {
  const std::size_t end = std::min(text.find_first_not_of("0123456789."), text.size());
  const auto parts = base::split(text.substr(0, end), '.');
  if (parts.size() < 2) return std::nullopt;
  const auto major = base::parse_uint(parts[0]), minor = base::parse_uint(parts[1]);
  if (!major || !minor || *major > 99 || *minor > 999) return std::nullopt;
  return Libc{kind, static_cast<unsigned>(*major), static_cast<unsigned>(*minor)};
}

// Most of a library is code: only its constants are looked through, unless it has no such part.
std::optional<Libc> libc_in_file(const std::string& path,
                                 std::optional<Libc> (*version_in)(std::string_view)) {
  const ByteReader read = reader_of_file(path);
  std::optional<Libc> found;
  if (const auto file = read_elf(read))
    for_constants(*file, read, kLongestBanner, [&](std::string_view piece) {
      found = version_in(piece);
      return found.has_value();
    });
  if (found) return found;
  const auto content = base::read_file(path, kMaxLibrary);
  return content ? version_in(*content) : std::nullopt;
}

}  // namespace

std::optional<Libc> glibc_in(std::string_view library) {
  const std::size_t banner = library.find("GNU C Library (");
  if (banner == std::string_view::npos) return std::nullopt;
  const std::string_view line = library.substr(banner, 200);
  const std::size_t at = line.find("version ");
  if (at == std::string_view::npos) return std::nullopt;
  return read_libc_version(line.substr(at + 8), Libc::Kind::glibc);
}

std::optional<Libc> musl_in(std::string_view loader) {
  // Run by hand it prints "musl libc (%s)\nVersion %s\n"; the version itself is a string of its
  // own, "1.2.5".
  if (loader.find("musl libc") == std::string_view::npos) return std::nullopt;
  for (std::size_t at = loader.find("\0001.", 0, 3); at != std::string_view::npos;
       at = loader.find("\0001.", at + 1, 3)) {
    const std::string_view text = loader.substr(at + 1, 16);
    const std::string_view word = text.substr(0, std::min(text.find('\0'), text.size()));
    const bool version =
        word.size() < 10 && word.find_first_not_of("0123456789.") == std::string_view::npos;
    if (!version || base::split(word, '.').size() != 3) continue;
    if (const auto found = read_libc_version(word, Libc::Kind::musl)) return found;
  }
  return std::nullopt;
}

std::string libc_file(const std::string& loader) {
  std::string real = base::real_path(loader);
  if (base::base_name(loader).starts_with("ld-musl-")) return real;
  return base::join_path(base::parent_path(real), "libc.so.6");
}

std::optional<Libc> libc_of_loader(const std::string& loader) {
  const bool musl = base::base_name(loader).starts_with("ld-musl-");
  return libc_in_file(libc_file(loader), musl ? musl_in : glibc_in);
}

std::optional<Libc> libc_of(const std::string& executable) {
  const auto file = read_elf(reader_of_file(executable));
  return file && !file->loader.empty() ? libc_of_loader(file->loader) : std::nullopt;
}

std::optional<Libc> libc_of_machine(std::string_view machine) {
  for (const auto& [name, loader] : kGlibcLoaders) {
    if (name == machine && base::exists(std::string(loader)))
      return libc_of_loader(std::string(loader));
  }
  const std::string_view family = machine.starts_with("armv") ? "armhf"
                                  : machine == "i686"         ? "i386"
                                                              : machine;
  const std::string musl = cat("/lib/ld-musl-", family, ".so.1");
  return base::exists(musl) ? libc_of_loader(musl) : std::nullopt;
}

}  // namespace pipit::env
