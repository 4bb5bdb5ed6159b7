// SPDX-License-Identifier: Apache-2.0
// The first free one of a few places around a point.
#include "chart/label_places.h"

#include <algorithm>

namespace quantbench {
namespace {

bool Meets(const Box& box, const std::vector<Box>& others) {
  return std::ranges::any_of(others, [&](const Box& other) {
    return box.left < other.right && other.left < box.right && box.top < other.bottom &&
           other.top < box.bottom;
  });
}

}  // namespace

std::optional<Box> LabelPlaces::Put(double x, double y, double radius, double width,
                                    double height) {
  const auto box = [&](double left, double top) {
    return Box{.left = left, .top = top, .right = left + width, .bottom = top + height};
  };
  const double right = x + radius, left = x - radius - width, middle = x - width / 2;
  const double beside = y - height / 2, above = y - radius - height, below = y + radius;
  const Box places[] = {box(right, beside), box(left, beside), box(middle, above),
                        box(middle, below), box(right, above), box(right, below),
                        box(left, above),   box(left, below)};
  for (const bool on_lines : {false, true}) {
    for (const Box& place : places) {
      if (!IsFree(place) || (!on_lines && Meets(place, lines_))) continue;
      taken_.push_back(place);
      return place;
    }
  }
  return std::nullopt;
}

bool LabelPlaces::IsFree(const Box& box) const {
  const bool inside = box.left >= plot_.left && box.right <= plot_.right && box.top >= plot_.top &&
                      box.bottom <= plot_.bottom;
  return inside && !Meets(box, taken_);
}

}  // namespace quantbench
