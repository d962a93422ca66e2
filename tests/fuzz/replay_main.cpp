// Runs a fuzz target over files instead of under a fuzzer: the corpus as a regression test, with any
// compiler. Arguments are files and directories (not descended into); without any, or when one
// cannot be read, it fails, so that a misnamed corpus cannot pass for a tested one.
//
// By itself it is linked to one target. The Makefile's UNITY build includes it after all targets
// and a table of them, PIPIT_FUZZ_TARGETS; the first argument then names the one to run.

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>
#include <vector>

namespace {

using FuzzTarget = int (*)(const std::uint8_t* data, std::size_t size);
struct NamedTarget {
  const char* name;
  FuzzTarget run;
};

}  // namespace

#ifndef PIPIT_FUZZ_TARGETS
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);
#define PIPIT_FUZZ_TARGETS {nullptr, LLVMFuzzerTestOneInput}
#endif

namespace {

constexpr NamedTarget kTargets[] = {PIPIT_FUZZ_TARGETS};

/// The only one, or the one of that name; it is taken off the arguments then.
FuzzTarget choose_target(int& argc, char**& argv) {
  if (kTargets[0].name == nullptr) return kTargets[0].run;
  const std::string name = argc > 1 ? argv[1] : "";
  for (const NamedTarget& target : kTargets) {
    if (target.name != name) continue;
    --argc;
    ++argv;
    return target.run;
  }
  return nullptr;
}

bool collect(const std::string& path, std::vector<std::string>& files) {
  struct stat st {};
  if (stat(path.c_str(), &st) != 0) return false;
  if (!S_ISDIR(st.st_mode)) {
    files.push_back(path);
    return true;
  }
  DIR* dir = opendir(path.c_str());
  if (dir == nullptr) return false;
  std::vector<std::string> inside;
  while (const dirent* entry = readdir(dir)) {
    std::string file = path + "/" + entry->d_name;
    if (stat(file.c_str(), &st) == 0 && S_ISREG(st.st_mode)) inside.push_back(std::move(file));
  }
  closedir(dir);
  std::sort(inside.begin(), inside.end());
  files.insert(files.end(), inside.begin(), inside.end());
  return !inside.empty();
}

bool replay(FuzzTarget target, const std::string& file) {
  std::FILE* in = std::fopen(file.c_str(), "rb");
  if (in == nullptr) return false;
  std::vector<std::uint8_t> bytes;
  std::uint8_t block[65536];
  while (std::size_t n = std::fread(block, 1, sizeof block, in)) {
    bytes.insert(bytes.end(), block, block + n);
  }
  std::fclose(in);
  // A copy of exactly the input's size, so that the address sanitizer sees the first byte past it.
  std::vector<std::uint8_t> exact(bytes.begin(), bytes.end());
  exact.shrink_to_fit();
  target(exact.data(), exact.size());
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  const FuzzTarget target = choose_target(argc, argv);
  if (target == nullptr) {
    std::fprintf(stderr, "%s: the first argument is no fuzz target's name\n", argv[0]);
    return 1;
  }
  std::vector<std::string> files;
  for (int i = 1; i < argc; ++i) {
    if (!collect(argv[i], files)) {
      std::fprintf(stderr, "%s: no input there\n", argv[i]);
      return 1;
    }
  }
  if (files.empty()) {
    std::fprintf(stderr, "usage: %s FILE|DIRECTORY...\n", argv[0]);
    return 1;
  }
  for (const std::string& file : files) {
    if (!replay(target, file)) {
      std::fprintf(stderr, "%s: cannot be read\n", file.c_str());
      return 1;
    }
  }
  std::printf("%s: %zu inputs\n", argv[0], files.size());
  return 0;
}
