// SPDX-License-Identifier: Apache-2.0
// Places for the labels of a chart's points, where nothing else stands.
#pragma once

#include <optional>
#include <vector>

namespace quantbench {

struct Box {
  double left = 0, top = 0, right = 0, bottom = 0;
};

class LabelPlaces {
 public:
  explicit LabelPlaces(const Box& plot) : plot_(plot) {}

  void Block(const Box& taken) { taken_.push_back(taken); }
  // What a label may stand on where there is no other place: a line.
  void Avoid(const Box& line) { lines_.push_back(line); }
  // Beside, above or below the point (x, y), which takes `radius` around it; blocks the place that
  // it gives. Nothing where all are taken or leave the plot.
  std::optional<Box> Put(double x, double y, double radius, double width, double height);

 private:
  bool IsFree(const Box& box) const;

  Box plot_;
  std::vector<Box> taken_, lines_;
};

}  // namespace quantbench
