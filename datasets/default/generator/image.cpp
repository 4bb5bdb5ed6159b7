// SPDX-License-Identifier: Apache-2.0
// Separable Gaussian blur and straight-line motion blur.
#include "image.h"

namespace quantbench::default_dataset {
namespace {

std::vector<float> GaussianKernel(float sigma) {
  const int radius = static_cast<int>(std::ceil(2.5f * sigma));
  std::vector<float> kernel;
  float sum = 0;
  for (int i = -radius; i <= radius; ++i) {
    kernel.push_back(std::exp(-0.5f * Real(i * i) / (sigma * sigma)));
    sum += kernel.back();
  }
  for (float& weight : kernel) weight /= sum;
  return kernel;
}

// Convolves lines of `length` values that are `step` apart; the lines start `line_step` apart.
template <typename T>
void BlurLines(std::vector<T>& values, const std::vector<float>& kernel, int lines, int line_step,
               int length, int step) {
  const int radius = static_cast<int>(kernel.size() / 2);
  std::vector<T> line(static_cast<std::size_t>(length + 2 * radius));
  for (int l = 0; l < lines; ++l) {
    const int start = l * line_step;
    for (int i = -radius; i < length + radius; ++i) {
      const int clamped = std::clamp(i, 0, length - 1);
      line[static_cast<std::size_t>(i + radius)] =
          values[static_cast<std::size_t>(start + clamped * step)];
    }
    for (int i = 0; i < length; ++i) {
      T sum{};
      for (std::size_t k = 0; k < kernel.size(); ++k) {
        sum = sum + line[static_cast<std::size_t>(i) + k] * kernel[k];
      }
      values[static_cast<std::size_t>(start + i * step)] = sum;
    }
  }
}

template <typename T>
void Blur(std::vector<T>& values, int width, int height, float sigma) {
  if (sigma < 0.15f) return;
  const std::vector<float> kernel = GaussianKernel(sigma);
  BlurLines(values, kernel, height, width, width, 1);
  BlurLines(values, kernel, width, 1, height, width);
}

}  // namespace

void GaussianBlur(Image& image, float sigma) {
  Blur(image.pixels, image.width, image.height, sigma);
}

void GaussianBlur(std::vector<float>& plane, int width, int height, float sigma) {
  Blur(plane, width, height, sigma);
}

void MotionBlur(Image& image, Vec2 direction, float length) {
  const int taps = std::max(2, static_cast<int>(std::ceil(length)) + 1);
  const Image source = image;
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      Vec3 sum{};
      for (int tap = 0; tap < taps; ++tap) {
        const float along = length * (Real(tap) / Real(taps - 1) - 0.5f);
        const int sx = static_cast<int>(std::floor(Real(x) + direction.x * along + 0.5f));
        const int sy = static_cast<int>(std::floor(Real(y) + direction.y * along + 0.5f));
        sum = sum +
              source.At(std::clamp(sx, 0, image.width - 1), std::clamp(sy, 0, image.height - 1));
      }
      image.At(x, y) = sum * (1.0f / Real(taps));
    }
  }
}

}  // namespace quantbench::default_dataset
