// Whoever types --target means it, whatever the machine's configuration says; two that are typed
// contradict each other, and a guess would install somewhere else than was meant.
#include "cli/target_choice.h"

#include "base/text.h"

namespace pipit::cli {
namespace {

constexpr OptionKey kPlaces[] = {opt("target"), opt("prefix"), opt("user")};

Result<void> choose(Layers& layers, OptionKey one, OptionKey other, const InvokedAs& invoked_as) {
  if (!layers.given(one) || !layers.given(other)) return {};
  const bool is_pips = invoked_as.pip && other != opt("user");
  if (is_pips) return {};
  const std::size_t a = layers.layer_of(one), b = layers.layer_of(other);
  if (a != b && !invoked_as.pip) {
    layers.forget(a < b ? other : one);
    return {};
  }
  return fail(Error{Code::usage, cat(layers.said(one), " cannot be combined with ",
                                     layers.said(other), ": they name different places")}
                  .with_hint("leave out one of them"));
}

/// An empty place is mostly a variable that was not set, and would be the working directory. pip
/// takes it for none.
Result<void> look_at_empty(Layers& layers, ValueKey place, const InvokedAs& invoked_as) {
  if (layers.value(place) != "") return {};
  if (invoked_as.pip) {
    layers.forget(place);
    return {};
  }
  return fail(Code::usage, cat(layers.said(place), ": names no folder"));
}

}  // namespace

Result<void> choose_target(Layers& layers, const InvokedAs& invoked_as) {
  PIPIT_TRY(look_at_empty(layers, opt("target"), invoked_as));
  PIPIT_TRY(look_at_empty(layers, opt("prefix"), invoked_as));
  for (std::size_t i = 0; i < std::size(kPlaces); ++i)
    for (std::size_t k = i + 1; k < std::size(kPlaces); ++k)
      PIPIT_TRY(choose(layers, kPlaces[i], kPlaces[k], invoked_as));
  return {};
}

}  // namespace pipit::cli
