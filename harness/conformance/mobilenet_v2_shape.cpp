// SPDX-License-Identifier: Apache-2.0
// A network with MobileNetV2's layers and random weights.
#include "conformance/mobilenet_v2_shape.h"

namespace quantbench::conformance {
namespace {

struct Stage {
  int64_t expansion, channels;
  int repeats, stride;
};
constexpr Stage kStages[] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                             {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};

// Asymmetric where strided, as TensorFlow's "same" is for even sizes.
std::array<int32_t, 4> Padding(int stride) {
  return stride == 1 ? std::array<int32_t, 4>{1, 1, 1, 1} : std::array<int32_t, 4>{0, 0, 1, 1};
}

int32_t InvertedResidual(ModelBuilder& b, int32_t x, int64_t in, const Stage& stage, int stride) {
  const int64_t expanded = in * stage.expansion;
  int32_t y = x;
  if (stage.expansion != 1) y = b.Conv(y, {.channels = expanded, .activation = QB_RELU6});
  y = b.Conv(y, {.channels = expanded,
                 .kernel = {3, 3},
                 .stride = {stride, stride},
                 .padding = Padding(stride),
                 .groups = static_cast<int32_t>(expanded),
                 .activation = QB_RELU6});
  y = b.Conv(y, {.channels = stage.channels});
  return stride == 1 && in == stage.channels ? b.Add(x, y) : y;
}

}  // namespace

void BuildMobileNetV2(ModelBuilder& b, int64_t size) {
  int32_t x = b.Input(3, size, size);
  x = b.Conv(x, {.channels = 32,
                 .kernel = {3, 3},
                 .stride = {2, 2},
                 .padding = {0, 0, 1, 1},
                 .activation = QB_RELU6});
  int64_t channels = 32;
  for (const Stage& stage : kStages) {
    for (int i = 0; i < stage.repeats; ++i) {
      x = InvertedResidual(b, x, channels, stage, i == 0 ? stage.stride : 1);
      channels = stage.channels;
    }
  }
  x = b.Conv(x, {.channels = 1280, .activation = QB_RELU6});
  x = b.Flatten(b.GlobalAveragePool(x));
  b.Output(b.Linear(x, 1000));
}

}  // namespace quantbench::conformance
