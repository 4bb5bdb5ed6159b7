// SPDX-License-Identifier: Apache-2.0
// The digest by which results.json knows whether it is still what was written.
#pragma once

#include <string>

#include "record/json.h"

namespace quantbench {

// Its member, the last one.
constexpr char kDigest[] = "digest";

// Of all other members: their names, values and order, not of the blanks between. It shows what was
// edited by hand; it is no signature, anybody can compute it.
std::string DigestOf(const Json& results);

}  // namespace quantbench
