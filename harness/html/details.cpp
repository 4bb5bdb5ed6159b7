// SPDX-License-Identifier: Apache-2.0
// Where, when and with what the figures were taken.
#include <algorithm>
#include <limits>
#include <string_view>

#include "html/sections.h"

namespace quantbench::html {
namespace {

struct Line {
  OnPage page;
  std::string value;
};

std::string TextOf(const std::string& text) { return text; }
std::string TextOf(int count) { return count > 0 ? std::to_string(count) : std::string(); }
std::string TextOf(const std::vector<std::pair<std::string, std::string>>& pairs) {
  std::string text;
  for (const auto& [name, value] : pairs) text += (text.empty() ? "" : ", ") + name + " " + value;
  return text;
}

template <class Object>
void AddLines(const Object& object, std::vector<Line>& lines) {
  ForEachField<Object>([&](const auto& field, const auto& get) {
    lines.push_back({.page = field.traits.page, .value = TextOf(*get(object))});
  });
}

// The lines whose places are in [begin, end).
void AddList(const char* id, const char* heading, const std::vector<Line>& lines, int begin,
             int end, Markup& page) {
  page.Open("section", {{"class", "card"}, {"aria-labelledby", id}});
  page.Leaf("h2", {{"id", id}}, heading).Open("dl", {{"class", "details"}});
  for (const Line& line : lines) {
    if (line.value.empty() || line.page.place < begin || line.page.place >= end) continue;
    page.Open("div", {{"class", line.page.classes}}).Leaf("dt", {}, line.page.title);
    // A long one scrolls, also by keyboard.
    if (std::string_view(line.page.classes) == "long") {
      page.Leaf("dd", {{"tabindex", "0"}}, line.value).Close();
    } else {
      page.Leaf("dd", {}, line.value).Close();
    }
  }
  page.Close().Close();
}

}  // namespace

void AddDetails(const Cases& cases, Markup& page) {
  std::vector<Line> lines;
  AddLines(cases.results().environment, lines);
  AddLines(cases.results().inputs, lines);
  std::stable_sort(lines.begin(), lines.end(),
                   [](const Line& a, const Line& b) { return a.page.place < b.page.place; });
  page.Open("div", {{"class", "columns"}});
  AddList("environment", "Environment", lines, 1, kPlaceOfInputs, page);
  AddList("inputs", "Inputs", lines, kPlaceOfInputs, std::numeric_limits<int>::max(), page);
  page.Close();
}

}  // namespace quantbench::html
