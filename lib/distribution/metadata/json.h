// Core metadata as JSON, as metadata.json and source.json hold it.
#pragma once
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "pep/metadata.h"

namespace pipit::distribution {

/// The header block of a METADATA text: field names in lower case, dashes kept ("requires-python");
/// fields that may occur more than once are arrays (PEP 566), Keywords too. The description is left
/// out: an installer does not need it, and it is most of the text.
base::Json metadata_json(std::string_view text);
/// The reverse: what pep::parse_metadata() would have read from the text. Code::bad_metadata when
/// it is not an object of that shape.
Result<pep::Metadata> metadata_of_json(const base::Json& json);

}  // namespace pipit::distribution
