// The C library that an ELF executable runs on, by its file.
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

/// The version text inside a libc.so.6 ("GNU C Library … version 2.36") or a musl loader. Its code
/// is not run.
std::optional<Libc> glibc_in(std::string_view library);
std::optional<Libc> musl_in(std::string_view loader);
/// The file of the C library that belongs to a dynamic loader (PT_INTERP): musl's is one with it,
/// glibc's lies beside it.
std::string libc_file(const std::string& loader);
/// The libc of a loader; of the loader that an executable on disk names. nullopt when it is
/// unknown.
std::optional<Libc> libc_of_loader(const std::string& loader);
std::optional<Libc> libc_of(const std::string& executable);
/// The libc of this machine, when there is no executable to look at.
std::optional<Libc> libc_of_machine(std::string_view machine);

}  // namespace pipit::env
