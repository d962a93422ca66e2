// Project and extra names: PEP 503 / PEP 685 normal form.
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace pipit::pep {

/// Whether the core metadata specification allows the name: letters and digits, with ._- inside.
bool is_valid_name(std::string_view name);
/// Lower case, runs of "-_." as one "-". Does not check validity.
std::string normalize_name(std::string_view name);
/// Joins normal names in a form that parsers of requirements accept: one that ends in "_", which
/// they accept, must not end in "-". "" for none, else "[a,b]".
std::string extras_text(const std::vector<std::string>& extras);

}  // namespace pipit::pep
