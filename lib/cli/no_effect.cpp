// What they ask for holds anyway, or there is nothing here that they could turn off. They are
// taken, so that a command line of another tool works, and told, so that nobody relies on them.
// One that asks for something else is no option of ours (suggest.cpp).
#include "cli/no_effect.h"

#include <string_view>

#include "base/text.h"

namespace pipit::cli {
namespace {

struct NoEffect {
  OptionKey key;
  std::string_view why;
  std::uint32_t commands = kAny;
};

constexpr NoEffect kNoEffects[] = {
    {opt("strict"), "requirements that are not met are told in any case"},
    {opt("native-tls"), "the system's certificates are trusted in any case"},
    {opt("system-certs"), "the system's certificates are trusted in any case"},
    {opt("no-config"),
     "there are no files to pass over but pip.conf, which PIP_CONFIG_FILE=/dev/null "
     "turns off"},
    {opt("no-sources"), "tool.uv.sources is not read in any case"},
    {opt("no-python-downloads"), "no Python is ever downloaded"},
    {opt("managed-python"), "pipit manages no Pythons, and takes those it finds"},
    {opt("verify-hashes"), "hashes are checked in any case"},
    {opt("force"), "sync stops for no conflict"},
    {opt("exact"), "sync removes in any case what is not listed", kSync},
};

}  // namespace

void tell_no_effect(const Layers& layers, std::uint32_t commands, base::Events& events) {
  for (const NoEffect& row : kNoEffects)
    if ((row.commands & row.key.row().commands & commands) != 0 && layers.given(row.key))
      events.warn(cat(layers.said(row.key), " changes nothing: ", row.why));
}

}  // namespace pipit::cli
