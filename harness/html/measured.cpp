// SPDX-License-Identifier: Apache-2.0
// What was measured and how, in a folded box.
#include "html/sections.h"

namespace quantbench::html {

void AddHowMeasured(const HowMeasured& how, Markup& page) {
  const auto lines = how.Lines();
  if (how.networks.empty() || lines.empty()) return;
  page.Open("details", {{"class", "card measured"}, {"id", "measured"}});
  page.Leaf("summary", {}, "How this was measured").Open("dl", {{"class", "details"}});
  for (const auto& [title, text] : lines)
    page.Open("div").Leaf("dt", {}, title).Leaf("dd", {}, text).Close();
  page.Close();
  if (!how.scenario.empty()) {
    page.Leaf("h3", {}, "Scenario, as it was read");
    page.Leaf("pre", {{"tabindex", "0"}}, how.scenario);
  }
  page.Close();
}

}  // namespace quantbench::html
