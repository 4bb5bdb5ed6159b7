// SPDX-License-Identifier: Apache-2.0
// Prints mistakes with their source line and a caret.
#include "scenario/located.h"

#include <algorithm>
#include <tuple>

#include "support/utf8.h"

namespace quantbench::yaml {
namespace {

constexpr size_t kContextColumns = 60;  // shown on either side of the caret where a line is long

std::string_view Line(std::string_view text, int line) {
  for (; line > 0; --line) {
    const size_t end = text.find('\n');
    if (end == std::string_view::npos) return {};
    text.remove_prefix(end + 1);
  }
  text = text.substr(0, text.find('\n'));
  if (text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

// The source line and the caret line, cut to what fits beside the caret; nothing where the line
// is empty or holds bytes that don't belong on a terminal.
std::string Excerpt(std::string_view line, size_t column) {
  if (line.empty() || FindBinary(line)) return "";
  const bool is_long = line.size() > 2 * kContextColumns;
  const size_t from =
      is_long && column > kContextColumns ? CharacterStart(line, column - kContextColumns) : 0;
  const size_t end = is_long ? std::min(line.size(), column + kContextColumns) : line.size();
  const size_t to = end < line.size() ? CharacterStart(line, end) : end;
  const std::string before = from > 0 ? "  ..." : "  ";
  const std::string after = to < line.size() ? "..." : "";
  std::string caret(before.size(), ' ');
  for (const char c : line.substr(from, column - from)) {
    if (c == '\t') caret += '\t';
    if (c != '\t' && IsCharacterStart(c)) caret += ' ';
  }
  return before + std::string(line.substr(from, to - from)) + after + "\n" + caret + "^\n";
}

}  // namespace

size_t Offset(const Place& place) {
  const std::string_view text = place.source->text;
  size_t offset = 0;
  for (int line = 0; line < place.line; ++line) {
    const size_t end = text.find('\n', offset);
    if (end == std::string_view::npos) return text.size();
    offset = end + 1;
  }
  return std::min(offset + static_cast<size_t>(place.column), text.size());
}

std::string Quoted(std::string_view text) {
  constexpr size_t kLongest = 80;
  std::string quoted = "'";
  if (text.size() <= kLongest) {
    quoted += text;
  } else {
    quoted += text.substr(0, CharacterStart(text, kLongest));
    quoted += "...";
  }
  quoted += "'";
  return quoted;
}

Spot SpotOf(const Place& place, std::string_view path) {
  const Source& source = *place.source;
  const std::string key = path.empty() ? "" : std::string(path) + ": ";
  if (source.command_line) return {.before = source.label + ": " + key, .after = {}};
  const std::string_view line = Line(source.text, place.line);
  // yaml-cpp's marks of unfinished text may lie behind the end of the line.
  const size_t column = std::min(static_cast<size_t>(place.column), line.size());
  std::string excerpt = Excerpt(line, column);
  if (excerpt.ends_with('\n')) excerpt.pop_back();
  return {.before = source.label + ":" + std::to_string(place.line + 1) + ":" +
                    std::to_string(CharacterCount(line.substr(0, column)) + 1) + ": " + key,
          .after = excerpt.empty() ? "" : "\n" + excerpt};
}

void Mistakes::Add(const Place& place, std::string_view path, std::string_view message) {
  mistakes_.push_back({.place = place, .text = SpotOf(place, path).Say(std::string(message))});
}

std::string Mistakes::Text() const {
  std::vector<Mistake> sorted = mistakes_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Mistake& a, const Mistake& b) {
    return std::tuple(a.place.source->order, a.place.line, a.place.column) <
           std::tuple(b.place.source->order, b.place.line, b.place.column);
  });
  std::string text;
  for (const Mistake& mistake : sorted) text += (text.empty() ? "" : "\n") + mistake.text;
  return text;
}

}  // namespace quantbench::yaml
