// SPDX-License-Identifier: Apache-2.0
// Text files with one item a line: synsets, labels, subsets.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace quantbench {

struct ListLine {
  std::string text;   // without surrounding blanks and line end, never empty
  std::string where;  // "file:line", for error messages
};

// Without blanks, tabs and carriage returns at both ends.
std::string_view Trimmed(std::string_view text);

// The lines that aren't blank, in file order; a byte order mark and CRLF are taken off. Throws
// Error, starting with `purpose` ("synsets file"), where the file can't be read or has no line.
std::vector<ListLine> ReadListFile(const std::filesystem::path& file, const std::string& purpose);

}  // namespace quantbench
