// SPDX-License-Identifier: Apache-2.0
// Which answers and which images report.html has room for.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "chart/markup.h"
#include "classes/answers.h"

namespace quantbench::html {

// Limits of the page, whatever the results hold.
constexpr size_t kMostAnswers = 12;  // that can be chosen
constexpr size_t kMostPhotographs = 120;
constexpr size_t kMostOfAKind = 12;  // shown at once: lost, gained, another wrong class
constexpr size_t kMostListed = 12;   // rows of a table
constexpr size_t kMostConfusionsOfOne = 60;
constexpr int kPhotographPixels = 96;  // longer edge

// The default pair and those before others; indices into results.answers().
std::vector<size_t> AnswersOnPage(const ClassResults& results);

// Images that flip between some two of these answers, spread over all pairs: those of the first
// pair come first, then one more of each pair in turn until there are kMostPhotographs.
std::vector<size_t> ImagesOnPage(const ClassResults& results, const std::vector<size_t>& answers);

// An image by its index, with its class: a thumbnail where there are some, else its path.
struct ImagesOfRun;
void AddPicture(const ImagesOfRun& images, size_t image, Markup& page);

}  // namespace quantbench::html
