// SPDX-License-Identifier: Apache-2.0
// Normalising: torchvision's float32 bits.
#include <doctest/doctest.h>

#include <stdexcept>
#include <vector>

#include "dataset/crops.h"

namespace quantbench {
namespace {

// Expected bits: PyTorch 1.13, x.float().div(255).sub_(mean).div_(std).
TEST_CASE("normalised values have PyTorch's bits") {
  struct Case {
    Preprocess preprocess;
    float red_100, green_200, blue_7;
  };
  const Case cases[] = {
      {Preprocess{}, -0x1.9f28acp-2f, 0x1.773738p+0f, -0x1.aeb464p+0f},
      {Preprocess{.mean = {0.5f, 0.5f, 0.5f}, .std = {0.5f, 0.5f, 0.5f}}, -0x1.b9b9b8p-3f,
       0x1.232324p-1f, -0x1.e3e3e4p-1f},
  };
  for (const Case& normalised : cases) {
    const std::vector<uint8_t> pixel = {100, 200, 7};
    std::vector<float> planes(3);
    Normalizer(normalised.preprocess)(pixel, planes);
    CHECK(planes == std::vector{normalised.red_100, normalised.green_200, normalised.blue_7});
  }
}

TEST_CASE("interleaved pixels become planes") {
  const Normalizer normalize(Preprocess{.mean = {0, 0, 0}, .std = {1, 1, 1}});
  const std::vector<uint8_t> pixels = {0, 51, 102, 153, 204, 255};
  std::vector<float> planes(6);
  normalize(pixels, planes);
  CHECK(planes == std::vector<float>{0.0f, 0.6f, 0.2f, 0.8f, 0.4f, 1.0f});
}

TEST_CASE("BGR planes keep their channels' mean and std") {
  const Normalizer normalize(Preprocess{
      .mean = {0, 0.2f, 0.4f}, .std = {1, 1, 0.5f}, .channel_order = ChannelOrder::kBgr});
  std::vector<float> planes(3);
  normalize(std::vector<uint8_t>{51, 102, 204}, planes);
  CHECK(planes == std::vector<float>{(0.8f - 0.4f) / 0.5f, 0.4f - 0.2f, 0.2f});
}

TEST_CASE("bytes are taken as they are") {
  const Normalizer normalize(Preprocess{
      .mean = {123.68f, 116.779f, 103.939f}, .std = {1, 2, 1}, .scale = PixelScale::kBytes});
  std::vector<float> planes(3);
  normalize(std::vector<uint8_t>{0, 255, 7}, planes);
  CHECK(planes == std::vector<float>{-123.68f, (255 - 116.779f) / 2, 7 - 103.939f});
}

TEST_CASE("spans of different sizes are a programming error") {
  const Normalizer normalize(Preprocess{});
  std::vector<float> planes(6);
  CHECK_THROWS_AS(normalize(std::vector<uint8_t>(3), planes), std::logic_error);
  CHECK_THROWS_AS(normalize(std::vector<uint8_t>(4), std::span(planes).first(4)), std::logic_error);
}

}  // namespace
}  // namespace quantbench
