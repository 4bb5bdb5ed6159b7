// SPDX-License-Identifier: Apache-2.0
// The table of networks against each other.
#include "classes/networks.h"

#include "html/classes.h"
#include "html/sections.h"
#include "support/number_text.h"

namespace quantbench::html {

void AddNetworks(const ImagesOfRun& images, Markup& page) {
  const std::vector<NetworkPair> pairs = PairNetworks(images.classes);
  if (pairs.empty()) return;
  page.Open("section", {{"class", "card"}, {"aria-labelledby", "networks"}});
  page.Leaf("h2", {{"id", "networks"}}, "Networks against each other");
  page.Leaf("p", {{"class", "note"}},
            "Paired, on the same " + std::to_string(pairs.front().flips.images) +
                " images. Lost: only the other network has them right; gained: only this one. p is "
                "McNemar\u2019s exact test.");
  page.Open("div", {{"class", "plain-scroll"},
                    {"tabindex", "0"},
                    {"role", "region"},
                    {"aria-labelledby", "networks"}});
  page.Open("table", {{"id", "network-table"}, {"class", "plain"}}).Open("thead").Open("tr");
  for (const char* const text : {"Network", "Against", "Recipe"})
    page.Leaf("th", {{"scope", "col"}}, text);
  for (const char* const number : {"Top-1 %", "Difference", "Lost", "Gained", "p"})
    page.Leaf("th", {{"scope", "col"}, {"class", "number"}}, number);
  page.Close().Close().Open("tbody");
  for (const NetworkPair& one : pairs) {
    page.Open("tr").Leaf("th", {{"scope", "row"}}, one.changed);
    page.Leaf("td", {}, one.base).Leaf("td", {}, one.recipe);
    for (const std::string& number :
         {Fixed(one.new_percent, 2), SignedText(one.new_percent - one.base_percent, 2),
          std::to_string(one.flips.lost), std::to_string(one.flips.gained),
          SignificantText(one.flips.p, 2)})
      page.Leaf("td", {{"class", "number"}}, number);
    page.Close();
  }
  page.Close().Close().Close().Close();
}

}  // namespace quantbench::html
