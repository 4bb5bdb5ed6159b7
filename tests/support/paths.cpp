// SPDX-License-Identifier: Apache-2.0
// The one file that depends on where the checkout lies, so that a compiler cache can share the
// rest.
#include "support/paths.h"

namespace quantbench::testing {

std::filesystem::path SourceDir() { return QUANTBENCH_SOURCE_DIR; }
std::filesystem::path BinaryDir() { return QUANTBENCH_BINARY_DIR; }

}  // namespace quantbench::testing
