// SPDX-License-Identifier: Apache-2.0
// The markers of a chart of accuracy against something: which cases share one, how they look.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "html/cases.h"

namespace quantbench::html {

// One marker: all cases that share its place and look.
struct Marker {
  Point at;
  std::vector<size_t> rows;
  std::string name;  // for the tooltip and screen readers
};

// In the order of the rows, of those with an accuracy and an x.
std::vector<Marker> MarkersOf(const Cases& cases, std::optional<double> (*x_of)(const Row& row),
                              std::string (*x_text)(double x));

std::vector<double> AccuraciesOf(const std::vector<Marker>& markers);
// Those on the front, then the others, the most accurate first.
std::vector<const Marker*> ByImportance(const std::vector<Marker>& markers);
// The indices, by blanks.
std::string RowsOf(const Marker& marker);

// An SVG path around the point.
std::string MarkerPath(Shape shape, double x, double y);

}  // namespace quantbench::html
