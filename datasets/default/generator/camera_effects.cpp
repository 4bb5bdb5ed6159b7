// SPDX-License-Identifier: Apache-2.0
// Lens, sensor and development, in the order of a camera.
#include "camera_effects.h"

namespace quantbench::default_dataset {
namespace {

void Defocus(Rng& rng, Image& image) {
  const bool is_strong = rng.Chance(0.12f);
  GaussianBlur(image, is_strong ? rng.Uniform(0.9f, 1.7f) : rng.Uniform(0.1f, 0.9f));
  if (!rng.Chance(0.1f)) return;
  const Vec2 direction = Polar(1, 2 * kPi * rng.Uniform());
  MotionBlur(image, direction, rng.Uniform(2, 6));
}

void Expose(Rng& rng, Image& image) {
  const float gain = std::exp2(rng.Uniform(-0.4f, 0.8f));
  const Vec3 cast{rng.Uniform(0.8f, 1.2f), rng.Uniform(0.9f, 1.1f), rng.Uniform(0.75f, 1.25f)};
  const float vignette = rng.Chance(0.7f) ? rng.Uniform(0, 0.6f) : 0.0f;
  const float haze = rng.Chance(0.15f) ? rng.Uniform(0.05f, 0.25f) : 0.0f;
  const Vec2 center{0.5f * Real(image.width), 0.5f * Real(image.height)};
  const float corner2 = Dot(center, center);
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      const Vec2 offset = Vec2{Real(x), Real(y)} - center;
      const float light = gain * (1 - vignette * Dot(offset, offset) / corner2);
      Vec3& pixel = image.At(x, y);
      pixel = Mix(pixel, Vec3{0.6f, 0.6f, 0.6f}, haze) * cast * light;
    }
  }
}

struct Sensor {
  float luma_noise, chroma_noise;  // on a display scale of 0..1
  float contrast;                  // -: flat, +: steep
};

float Develop(float linear, const Sensor& sensor) {
  const float shown = std::sqrt(std::max(linear, 0.0f));
  const float soft = shown < 0.8f ? shown : 0.8f + 0.2f * (1 - 1 / (1 + (shown - 0.8f) * 5));
  const float steep = SmoothStep(0, 1, soft);
  return Mix(soft, sensor.contrast > 0 ? steep : 0.5f, std::abs(sensor.contrast));
}

std::uint8_t ToByte(float value) {
  return static_cast<std::uint8_t>(Clamp01(value) * 255.0f + 0.5f);
}

}  // namespace

cv::Mat TakePhotograph(Rng& rng, Image image) {
  Defocus(rng, image);
  Expose(rng, image);
  const bool is_noisy = rng.Chance(0.25f);
  const Sensor sensor{.luma_noise = is_noisy ? rng.Uniform(0.03f, 0.07f) : rng.Uniform(0, 0.03f),
                      .chroma_noise = is_noisy ? rng.Uniform(0, 0.05f) : rng.Uniform(0, 0.015f),
                      .contrast = rng.Uniform(-0.3f, 0.6f)};
  const bool is_gray = rng.Chance(0.03f);
  cv::Mat photograph(image.height, image.width, is_gray ? CV_8UC1 : CV_8UC3);
  for (int y = 0; y < image.height; ++y) {
    std::uint8_t* row = photograph.ptr<std::uint8_t>(y);
    for (int x = 0; x < image.width; ++x) {
      const Vec3 linear = image.At(x, y);
      const float luma = rng.Normal() * sensor.luma_noise;
      const float red_noise = rng.Normal() * sensor.chroma_noise;
      const float blue_noise = rng.Normal() * sensor.chroma_noise;
      const float r = Develop(linear.x, sensor) + luma + red_noise;
      const float g = Develop(linear.y, sensor) + luma;
      const float b = Develop(linear.z, sensor) + luma + blue_noise;
      if (is_gray) {
        row[x] = ToByte(0.299f * r + 0.587f * g + 0.114f * b);
      } else {
        row[3 * x] = ToByte(b);
        row[3 * x + 1] = ToByte(g);
        row[3 * x + 2] = ToByte(r);
      }
    }
  }
  return photograph;
}

}  // namespace quantbench::default_dataset
