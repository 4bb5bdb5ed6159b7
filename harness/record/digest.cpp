// SPDX-License-Identifier: Apache-2.0
// A hash of the compact text.
#include "record/digest.h"

#include "support/hash.h"

namespace quantbench {

std::string DigestOf(const Json& results) {
  Hasher hasher;
  for (const auto& [name, value] : results.items()) {
    if (name != kDigest) hasher.Add(name).Add(ToLine(value, /*replace=*/true));
  }
  return hasher.Hex();
}

}  // namespace quantbench
