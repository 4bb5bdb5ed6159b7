// SPDX-License-Identifier: Apache-2.0
// RFC 4180: quoting and reading; and text that a spreadsheet must not take for a formula.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace quantbench {

// The text as one field of a CSV line: quoted where it holds a comma, quote or line break.
std::string CsvField(const std::string& text);

// The same for text that isn't ours. Spreadsheets compute what begins with = + - @: such text,
// unless it is a number or the one character, gets an apostrophe in front (and so does text that
// begins with apostrophes and then one of these, so that WithoutGuard gives back every text).
std::string CsvText(const std::string& text);
std::string WithoutGuard(std::string field);

// The records of a CSV text with CRLF or LF line ends; a last line end makes no record. Throws
// Error, without a file's name, where a quote is never closed or stands inside a bare field.
std::vector<std::vector<std::string>> ParseCsv(std::string_view text);

}  // namespace quantbench
