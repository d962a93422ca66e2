// Which C library an ELF executable runs on, by its own file.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pipit::env {

struct Libc {
  enum class Kind { glibc, musl } kind = Kind::glibc;
  unsigned major = 0, minor = 0;
};

/// The dynamic loader an executable names (PT_INTERP) in the first bytes of its file, e.g.
/// "/lib64/ld-linux-x86-64.so.2"; nullopt: it is static or no ELF file.
std::optional<std::string> elf_loader(std::string_view file_head);
/// The version text inside a libc.so.6 ("GNU C Library … version 2.36") or a musl loader. No code
/// of it is run.
std::optional<Libc> glibc_in(std::string_view library);
std::optional<Libc> musl_in(std::string_view loader);
/// Of an executable on disk: its loader's libc. nullopt when it cannot be told.
std::optional<Libc> libc_of(const std::string& executable);
/// Of this machine, when there is no executable to ask.
std::optional<Libc> libc_of_machine(std::string_view machine);

}  // namespace pipit::env
