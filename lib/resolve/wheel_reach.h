// What a wheel's tags say of the environments it is for, when there is no one target.
#pragma once
#include "pep/dist_name.h"

namespace pipit::resolve {

/// Whether some Python that is `lowest` or newer can use the wheel, on whatever platform.
bool is_for_python_from(const pep::WheelName& wheel, const pep::Version& lowest);

}  // namespace pipit::resolve
