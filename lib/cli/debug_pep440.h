// `pipit debug pep440`: single questions to the standards of room pep, for tests against other
// implementations.
#pragma once
#include <string>
#include <string_view>

namespace pipit::cli {

/// Answers one question: a JSON object (UTF-8) with "op" and what the operation needs. Gives one
/// JSON object without a line end:
/// {"ok":true, …}, or {"ok":false,"error":"…"} for anything that is no question or whose text the
/// standards refuse. Pure; any thread.
std::string answer_pep440(std::string_view line);

}  // namespace pipit::cli
