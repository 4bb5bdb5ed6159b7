// SPDX-License-Identifier: Apache-2.0
// report.html: one self-contained page of a run's results.
#pragma once

#include <string>

#include "record/results.h"

namespace quantbench {

// The whole page: what was gained and lost, charts, the table, the environment. It loads nothing,
// from disk or network, and every text of the results is escaped. Results without any figure still
// make a page that says why.
std::string HtmlReport(const Results& results);

}  // namespace quantbench
