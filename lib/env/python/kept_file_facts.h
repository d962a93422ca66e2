// Facts from files, kept while the files are as they were.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/json.h"
#include "cache/store.h"
#include "env/python/known_texts.h"
#include "env/python/witness.h"

namespace pipit::env {

/// facts_from_files(), by an entry of `store` where there is one and nothing that it came from has
/// changed. Nothing is kept in a temporary store, nor what LD_LIBRARY_PATH had a part in.
std::optional<base::Json> kept_file_facts(const std::string& executable, cache::Store& store,
                                          const KnownTexts& known = KnownTexts::built_in(),
                                          std::int64_t now = now_nanoseconds());

}  // namespace pipit::env
