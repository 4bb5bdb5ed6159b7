// SPDX-License-Identifier: Apache-2.0
// Fair shares of few places.
#include "html/photographs.h"

#include <algorithm>
#include <set>

#include "classes/change.h"
#include "html/base64.h"
#include "html/classes.h"

namespace quantbench::html {
namespace {

// Of one pair, in the order in which they are shown.
std::vector<size_t> Candidates(const ClassResults& results, const CaseAnswers& base,
                               const CaseAnswers& changed) {
  std::vector<size_t> lost, gained, other;
  for (const FlipOf& flip : FlipsOf(results, base, changed)) {
    std::vector<size_t>* const list = flip.kind == kLost     ? &lost
                                      : flip.kind == kGained ? &gained
                                      : flip.kind == kOther  ? &other
                                                             : nullptr;
    if (list != nullptr && list->size() < kMostOfAKind) list->push_back(flip.image);
  }
  std::vector<size_t> all;
  for (size_t turn = 0; turn < kMostOfAKind; ++turn) {
    for (const auto* list : {&lost, &gained, &other}) {
      if (turn < list->size()) all.push_back((*list)[turn]);
    }
  }
  return all;
}

}  // namespace

std::vector<size_t> AnswersOnPage(const ClassResults& results) {
  const std::vector<CaseAnswers>& all = results.answers();
  std::vector<size_t> chosen;
  const auto add = [&](size_t index) {
    if (chosen.size() < kMostAnswers && std::ranges::find(chosen, index) == chosen.end())
      chosen.push_back(index);
  };
  add(static_cast<size_t>(&results.DefaultBase() - all.data()));
  add(static_cast<size_t>(&results.DefaultNew() - all.data()));
  for (size_t i = 0; i < all.size(); ++i) add(i);
  return chosen;
}

std::vector<size_t> ImagesOnPage(const ClassResults& results, const std::vector<size_t>& answers) {
  std::vector<std::vector<size_t>> lists;
  for (size_t a = 0; a < answers.size(); ++a) {
    for (size_t b = a + 1; b < answers.size(); ++b) {
      lists.push_back(
          Candidates(results, results.answers()[answers[a]], results.answers()[answers[b]]));
    }
  }
  std::vector<size_t> images;
  std::set<size_t> known;
  const auto add = [&](size_t image) {
    if (images.size() < kMostPhotographs && known.insert(image).second) images.push_back(image);
  };
  if (lists.empty()) return images;
  for (const size_t image : lists.front()) add(image);
  for (size_t turn = 0; turn < 3 * kMostOfAKind; ++turn) {
    for (const std::vector<size_t>& list : lists) {
      if (turn < list.size()) add(list[turn]);
    }
  }
  return images;
}

void AddPicture(const ImagesOfRun& images, size_t image, Markup& page) {
  const std::string& path = images.classes.images()[image];
  const std::string truth = images.classes.TextOf(images.classes.labels()[image]);
  const auto jpeg = images.thumbnails ? images.thumbnails->JpegOf(path, kPhotographPixels)
                                      : std::optional<std::string>();
  if (jpeg) {
    page.Empty("img", {{"src", "data:image/jpeg;base64," + Base64(*jpeg)},
                       {"alt", truth + ", " + path},
                       {"title", path}});
  } else {
    page.Leaf("span", {{"class", "path"}}, path);
  }
  page.Leaf("strong", {}, truth);
}

}  // namespace quantbench::html
