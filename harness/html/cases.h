// SPDX-License-Identifier: Apache-2.0
// What the page's parts know of the cases: colours, figures per image, the Pareto front.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "recipe/names.h"
#include "record/results.h"

namespace quantbench::html {

// Far beyond any machine, and still something that a chart's arithmetic holds.
constexpr double kLeastMilliseconds = derive::kLeastMs, kMostMilliseconds = 1e12;
// Empties a figure that no run can have.
void DropOutside(double low, double high, std::optional<double>& value);

std::optional<double> MillisecondsPerImage(const Row& row);
std::optional<double> Megabytes(const Row& row);  // 1e6 bytes

// A chart's point: less x and more y is better.
struct Point {
  double x = 0, y = 0;
};
// Indices of the points that no other beats in one coordinate without losing in the other, by
// growing x. Of equal points all are on it.
std::vector<size_t> ParetoFront(const std::vector<Point>& points);

class Cases {
 public:
  explicit Cases(const Results& results);

  // Without figures that no run can have: infinite, NaN, a share outside 0 to 100%.
  const std::vector<Row>& rows() const { return rows_; }
  const Results& results() const { return results_; }
  // What colours tell apart: backends, of a run with several networks these, or both.
  const std::vector<std::string>& groups() const { return groups_; }
  std::string GroupOf(const Row& row) const;
  // A class of report.css: "s0" to "s7".
  std::string ColorOf(const std::string& group) const;
  std::string ColorOf(const Row& row) const { return ColorOf(GroupOf(row)); }
  // What stands behind every heading over a time: " (emulated)" where no processor was timed.
  const char* timed() const { return results_.environment.emulator.empty() ? "" : " (emulated)"; }
  // On the front of accuracy against time per image.
  bool IsOnFront(size_t row) const { return front_.contains(row); }

 private:
  const Results& results_;
  std::vector<Row> rows_;
  bool several_networks_ = false, several_backends_ = false;
  std::vector<std::string> groups_;  // in the order of rows
  std::set<size_t> front_;
};

// What a marker's shape tells.
enum class Shape { kCircle, kDiamond, kSquare, kTriangle };
Shape ShapeOf(const Row& row);  // fp32, int8 per channel, int8 per tensor, anything else

// "84.79", or "" without a value.
std::string Fixed(std::optional<double> value, int decimals, const char* suffix = "");
// Three significant digits and a unit: "0.405 ms".
std::string MillisecondsText(double milliseconds);
// "-0.29": the sign always there, a true minus.
std::string SignedText(double value, int decimals);

}  // namespace quantbench::html
