// SPDX-License-Identifier: Apache-2.0
// report.html: one self-contained page of a run's results.
#pragma once

#include <span>
#include <string>

#include "record/diagnosis.h"
#include "record/results.h"

namespace quantbench {
namespace html {
struct ImagesOfRun;
}

// The whole page: what was gained and lost, charts, the table, the environment. It loads nothing,
// from disk or network, and every text of the results is escaped. Results without any figure still
// make a page that says why. With `images`, single classes and photographs as well. Diagnoses are
// shown that are of the same model and of one of its cases.
std::string HtmlReport(const Results& results, const html::ImagesOfRun* images = nullptr,
                       std::span<const Diagnosis> diagnoses = {});

}  // namespace quantbench
