// SPDX-License-Identifier: Apache-2.0
// A float picture in linear light, and the blurs on it.
#pragma once

#include <cstddef>
#include <vector>

#include "vec.h"

namespace quantbench::default_dataset {

struct Image {
  int width = 0, height = 0;
  std::vector<Vec3> pixels;  // [height, width], linear RGB

  Image(int w, int h) : width(w), height(h), pixels(static_cast<std::size_t>(w * h)) {}
  Vec3& At(int x, int y) { return pixels[static_cast<std::size_t>(y * width + x)]; }
  const Vec3& At(int x, int y) const { return pixels[static_cast<std::size_t>(y * width + x)]; }
};

// Written out rather than taken from a library: vectorised float blurs differ in their last bits
// between processors. Sigma and length in pixels; edges are replicated.
void GaussianBlur(Image& image, float sigma);
void GaussianBlur(std::vector<float>& plane, int width, int height, float sigma);
void MotionBlur(Image& image, Vec2 direction, float length);

}  // namespace quantbench::default_dataset
