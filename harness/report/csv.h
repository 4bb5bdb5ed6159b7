// SPDX-License-Identifier: Apache-2.0
// RFC 4180 quoting.
#pragma once

#include <string>

namespace quantbench {

// The text as one field of a CSV line: quoted where it holds a comma, quote or line break.
std::string CsvField(const std::string& text);

}  // namespace quantbench
