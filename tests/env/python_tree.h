// Made-up installations of CPython: as much of one as its facts are read from.
#pragma once
#include <sys/utsname.h>

#include <cstring>
#include <string>
#include <vector>

#include "env/python/elf_file.h"
#include "env/python/elf_libc.h"
#include "tests/env/env_fixture.h"
#include "tests/env/python_texts.h"

namespace pipit::env_test {

/// An ELF file of 64 bits for this machine, with a loader, libraries and constants.
inline std::string made_up_elf(const std::string& loader, const std::string& constants,
                               const std::vector<std::string>& needed = {},
                               const std::string& run_path = "") {
  const auto own = env::read_elf(env::reader_of_file("/proc/self/exe"));
  const std::uint16_t machine = own ? own->machine : std::uint16_t{62};
  std::string file(64 + 3 * 56, '\0');
  const auto put = [&](std::size_t at, std::uint64_t value, int bytes) {
    if (file.size() < at + std::size_t(bytes)) file.resize(at + std::size_t(bytes));
    for (int i = 0; i < bytes; ++i) file[at + std::size_t(i)] = char(value >> (8 * i));
  };
  const auto append = [&](const std::string& bytes) {
    const std::size_t at = file.size();
    file += bytes;
    return at;
  };
  const auto program = [&](std::size_t row, std::uint64_t type, std::uint64_t offset,
                           std::uint64_t size) {
    const std::size_t at = 64 + row * 56;
    put(at, type, 4);
    put(at + 8, offset, 8);
    put(at + 16, offset, 8);  // its address is its offset
    put(at + 32, size, 8);
  };
  const auto entry = [&](std::size_t at, std::uint64_t tag, std::uint64_t value) {
    put(at, tag, 8);
    put(at + 8, value, 8);
  };
  const std::string zero(1, '\0');
  program(0, loader.empty() ? 0 : 3, append(loader + zero), loader.size() + 1);
  std::string names = zero;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> dynamic;
  for (const std::string& name : needed) {
    dynamic.emplace_back(1, names.size());
    names += name + zero;
  }
  if (!run_path.empty()) dynamic.emplace_back(29, names.size());
  names += run_path + std::string(520, '\0');
  dynamic.emplace_back(5, append(names));
  dynamic.emplace_back(0, 0);
  const std::size_t table = file.size();
  for (std::size_t i = 0; i < dynamic.size(); ++i)
    entry(table + 16 * i, dynamic[i].first, dynamic[i].second);
  program(1, 2, table, 16 * dynamic.size());
  const std::size_t texts = append(constants);
  const std::size_t section_names = append(zero + ".rodata" + zero);
  const std::size_t sections = file.size();
  put(sections + 64, 1, 4);
  put(sections + 64 + 4, 1, 4);
  put(sections + 64 + 24, texts, 8);
  put(sections + 64 + 32, constants.size(), 8);
  put(sections + 128 + 24, section_names, 8);
  put(sections + 3 * 64 - 1, 0, 1);
  program(2, 1, 0, file.size());
  file.replace(0, 7,
               std::string("\x7f"
                           "ELF\2\1\1"));
  put(18, machine, 2);
  put(32, 64, 8);
  put(40, sections, 8);
  put(54, 56, 2);
  put(56, 3, 2);
  put(58, 64, 2);
  put(60, 3, 2);
  put(62, 2, 2);
  return file;
}

struct PythonTree {
  int minor = 12;
  std::string version = "3.12.4";
  std::string flags = {};  // ABIFLAGS
  std::string system = "linux-gnu";          // the end of MULTIARCH and SOABI
  bool shared = false;                       // the library is a file of its own
  bool header = true;                        // patchlevel.h is there
  bool musl = false;

  std::string name() const {
    return cat("python3.", minor, flags.find('t') == std::string::npos ? "" : "t");
  }
  static std::string machine() {
    utsname kernel{};
    return ::uname(&kernel) == 0 ? kernel.machine : "";
  }
  std::string multiarch() const { return cat(machine(), "-", system); }
  std::string soabi() const { return cat("cpython-3", minor, flags, "-", multiarch()); }
  std::string data_name() const {
    return cat("_sysconfigdata_", flags, "_linux_", multiarch(), ".py");
  }

  std::string sysconfigdata() const {
    const std::string suffix = cat(".", soabi(), ".so");
    return cat("# generated\nbuild_time_vars = {'ABIFLAGS': '", flags, "',\n 'CFLAGS': '-O2 '\n",
               "           '-g',\n 'EXT_SUFFIX': '", suffix, "',\n 'MULTIARCH': '", multiarch(),
               "',\n 'Py_DEBUG': ", flags.find('d') == std::string::npos ? 0 : 1,
               ",\n 'Py_GIL_DISABLED': ", flags.find('t') == std::string::npos ? 0 : 1,
               ",\n 'SOABI': '", soabi(), "',\n 'VERSION': '3.", minor, "'}\n");
  }

  /// Gives the path of the program.
  std::string write(World& world, const std::string& prefix) const {
    const std::string library = cat(prefix, "/lib/", name());
    world.write_at(cat(library, "/os.py"), "");
    world.write_at(cat(library, "/lib-dynload/_x.so"), "");
    world.write_at(cat(library, "/site-packages/README.txt"), "");
    world.write_at(cat(library, minor < 13 ? "/sysconfig.py" : "/sysconfig/__init__.py"),
                   sysconfig_text(minor));
    world.write_at(cat(library, "/site.py"), site_text());
    world.write_at(cat(library, "/", data_name()), sysconfigdata());
    if (header)
      world.write_at(
          cat(prefix, "/include/python3.", minor, flags, "/patchlevel.h"),
          cat("#define PY_MAJOR_VERSION\t3\n#define PY_VERSION      \t\"", version, "\"\n"));
    const std::string loader =
        cat(prefix, musl ? "/libc/ld-musl-x86_64.so.1" : "/libc/ld-linux-x86-64.so.2");
    const std::string zero(1, '\0');
    world.write_at(loader, musl ? cat("musl libc", zero, "1.2.5", zero) : std::string());
    world.write_at(cat(prefix, "/libc/libc.so.6"),
                   "GNU C Library (made up) stable release version 2.28.");
    const std::string constants = cat("x", zero, "/opt/", version, zero, "y", zero);
    const std::string shared_name = cat("lib", name(), ".so.1.0");
    if (shared) world.write_at(cat(prefix, "/lib/", shared_name), made_up_elf("", constants));
    std::string program = cat(prefix, "/bin/", name());
    world.write_at(program,
                   shared ? made_up_elf(loader, "", {"libc.so.6", shared_name}, "$ORIGIN/../lib")
                          : made_up_elf(loader, constants),
                   0755);
    return program;
  }
};

/// A script in the place of a Python 3.`minor`.1: what it says is read, nothing of it runs.
inline void write_talking_python(World& world, const std::string& path, int minor) {
  const base::Json facts = made_up_facts(
      std::string(base::parent_path(base::parent_path(path))),
      {{"version", base::Json::Array{3, minor}}, {"full_version", cat("3.", minor, ".1")}});
  world.write_at(
      path, cat("#!/bin/sh\necho 'pipit-facts:", base::to_json(facts), ":pipit-facts'\n"), 0755);
}

}  // namespace pipit::env_test
