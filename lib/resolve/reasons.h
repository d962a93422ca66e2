// Why a release cannot be used: a code for what the program does about it, and words for a person.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "solve/incompatibility.h"

namespace pipit::resolve {

enum class Unusable : std::uint8_t {
  none,
  // What its page tells.
  no_files,
  bad_file_name,
  no_compatible_wheel,
  no_wheel_for_python,
  binary_policy,
  requires_python,
  yanked,
  too_new,
  only_others_timely,
  upload_time_unknown,
  other_hash,
  prerelease,
  // What the resolution finds out.
  no_wheel_where_required,
  not_found,
  empty_page,
  bad_distribution,
  build_failed,
  url_requirement
};

/// What follows the name and version in messages: "requires Python >=3.13", where `detail` is
/// ">=3.13". "" for `none`.
std::string reason_text(Unusable reason, std::string_view detail = {});

/// The same for the solver, which gives the code back in its incompatibilities.
solve::Reason reason(Unusable reason, std::string_view detail = {});
/// Whether versions cannot be used for this reason, and the incompatibility says so.
bool is_unusable_for(const solve::Incompatibility& incompatibility, Unusable reason);

}  // namespace pipit::resolve
