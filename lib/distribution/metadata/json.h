// Core metadata as JSON, as metadata.json and source.json hold it.
#pragma once
#include <string>
#include <string_view>

#include "base/json.h"
#include "base/result.h"
#include "pep/metadata.h"

namespace pipit::distribution {

/// The header block of a METADATA text: field names in lower case, dashes kept
/// ("requires-python"); fields that may stand more than once are arrays (PEP 566), Keywords too.
/// The description is left out: an installer has no use for it, and it is most of the text.
base::Json metadata_json(std::string_view text);
/// Back, as pep::parse_metadata() would have read the text. Code::bad_metadata when it is no
/// object of that shape.
Result<pep::Metadata> metadata_of_json(const base::Json& json);

}  // namespace pipit::distribution
