// SPDX-License-Identifier: Apache-2.0
// The parts of the page, each written into the growing document.
#pragma once

#include <map>
#include <string>

#include "chart/markup.h"
#include "html/cases.h"
#include "html/page.h"
#include "record/diagnosis.h"

namespace quantbench::html {

struct ImagesOfRun;

void AddSummary(const Cases& cases, Markup& page);        // title, headline, cards, warnings
void AddScatters(const Cases& cases, Markup& page);       // accuracy against time and against size
void AddRecipeBars(const Cases& cases, Markup& page);     // accuracy of each recipe
void AddDistributions(const Cases& cases, Markup& page);  // spread of each latency
// Whether the row has a strip there, and its id.
bool HasRuns(const Row& row);
std::string RunsId(size_t row);
// The id of the bar that each row shares, by the row's index.
std::map<size_t, std::string> RecipeIds(const Cases& cases);
// `layers`: by case_id, the id of the section about its layers.
void AddTable(const Cases& cases, const std::map<std::string, std::string>& layers, Markup& page);
void AddHowMeasured(const HowMeasured& how, Markup& page);  // folded; nothing in old results
// Networks of the run against each other; nothing where there is one.
void AddNetworks(const ImagesOfRun& images, Markup& page);
// Engines that aren't exact; nothing where there is none. Without images by figures alone.
void AddEngines(const Cases& cases, const ImagesOfRun* images, Markup& page);
// Of one case that was diagnosed; `row` is the id of its row of the table.
void AddLayers(const Diagnosis& diagnosis, const std::string& id, const std::string& row,
               Markup& page);
void AddDetails(const Cases& cases, Markup& page);  // environment, inputs

}  // namespace quantbench::html
