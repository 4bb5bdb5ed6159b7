// SPDX-License-Identifier: Apache-2.0
// Splitting of list files into lines that know where they came from.
#include "dataset/list_file.h"

#include <string_view>

#include "support/error.h"
#include "support/files.h"

namespace quantbench {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

}  // namespace

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kAround = " \t\r";
  const size_t first = text.find_first_not_of(kAround);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kAround) - first + 1);
}

std::vector<ListLine> ReadListFile(const std::filesystem::path& file, const std::string& purpose) {
  std::string content;
  try {
    content = ReadTextFile(file);
  } catch (const Error& error) {
    throw Error(purpose + ": " + error.what());
  }
  std::string_view rest = content;
  // A zero byte is in no text but those of UTF-16 and UTF-32, which Windows' editors write.
  if (rest.starts_with("\xff\xfe") || rest.starts_with("\xfe\xff") ||
      rest.find('\0') != std::string_view::npos)
    throw Error(purpose + ": '" + file.string() +
                "' is UTF-16 or no text at all; save it as UTF-8");
  if (rest.starts_with(kByteOrderMark)) rest.remove_prefix(kByteOrderMark.size());

  std::vector<ListLine> lines;
  for (int number = 1; !rest.empty(); ++number) {
    const size_t end = rest.find('\n');
    const std::string_view text = Trimmed(rest.substr(0, end));
    if (!text.empty())
      lines.push_back({std::string(text), file.string() + ":" + std::to_string(number)});
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  if (lines.empty())
    throw Error(purpose + ": '" + file.string() + "' has no line; expected one item per line");
  return lines;
}

}  // namespace quantbench
