// SPDX-License-Identifier: Apache-2.0
// One self-contained page of many results: a card a case, with a chart a metric.
#pragma once

#include <string>

#include "compare/history.h"

namespace quantbench {

// The whole page. It loads nothing, from disk or network, and every text of the results is escaped.
// A history without cases still makes a page that says so.
std::string HtmlHistory(const History& history);

}  // namespace quantbench
