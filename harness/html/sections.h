// SPDX-License-Identifier: Apache-2.0
// The parts of the page, each written into the growing document.
#pragma once

#include "chart/markup.h"
#include "html/cases.h"
#include "html/page.h"
#include "record/diagnosis.h"

namespace quantbench::html {

void AddSummary(const Cases& cases, Markup& page);        // title, headline, cards, warnings
void AddScatters(const Cases& cases, Markup& page);       // accuracy against time and against size
void AddRecipeBars(const Cases& cases, Markup& page);     // accuracy of each recipe
void AddDistributions(const Cases& cases, Markup& page);  // spread of each latency
void AddTable(const Cases& cases, Markup& page);
struct ImagesOfRun;
// Engines that aren't exact; nothing where there is none. Without images by figures alone.
void AddEngines(const Cases& cases, const ImagesOfRun* images, Markup& page);
void AddLayers(const Diagnosis& diagnosis, Markup& page);  // of one case that was diagnosed
void AddDetails(const Cases& cases, Markup& page);         // environment, inputs

}  // namespace quantbench::html
