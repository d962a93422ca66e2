// Work that needs no target: what the user named is needed by whatever Python it turns out to be.
#pragma once
#include <string>
#include <vector>

#include "env/installed.h"
#include "operation/inputs.h"
#include "operation/prediction.h"
#include "operation/session.h"

namespace pipit::operation {

/// Opens connections and asks for the pages of what the user named, before it is known which Python
/// it is for: that may take a while to find out.
void prefetch_pages(Session& session, const Inputs& inputs, Prediction& prediction);

/// The same for what is not installed in a version that will do, `installed` being sorted by name:
/// when nothing is missing, nobody is connected to.
void prefetch_missing(Session& session, const Inputs& inputs,
                      const std::vector<env::Installed>& installed, Prediction& prediction);

/// The same while `executable` is run to say where it looks for what is installed: until then its
/// prefix is looked through as far as its path tells it.
void prefetch_before_run(Session& session, const Inputs& inputs, const std::string& executable,
                         Prediction& prediction);

}  // namespace pipit::operation
