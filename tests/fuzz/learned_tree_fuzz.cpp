// Learned tables of other machines: no input crashes, a key is found where its line is, and what is
// written can be read.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "resolve/learned_tree.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using pipit::resolve::LearnedTree;
  const LearnedTree tree =
      LearnedTree::parse(std::string(reinterpret_cast<const char*>(data), size));
  const std::string news = tree.with({{"a", {"@i", "b >=1"}}, {"m", {"n"}}});
  const LearnedTree next = news.empty() ? tree : LearnedTree::parse(news);
  if (next.items("a").size() != 2 || next.items("m").size() != 1) std::abort();
  if (pipit::resolve::predicted({tree, next}, {"a", "m"}, {"i"}, 50).size() > 50) std::abort();
  return 0;
}
