// SPDX-License-Identifier: Apache-2.0
// What the files of ModelBuilder share.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "conformance/model_builder.h"

namespace quantbench::conformance {

struct ModelBuilder::TensorData {
  qb_tensor tensor{};
  std::string name;
  std::vector<float> scales;
  std::vector<int32_t> zero_points;
  std::vector<std::byte> data;
  double spread = 0;  // expected deviation from zero, in real units
};

struct ModelBuilder::NodeData {
  qb_node node{};
  std::string name;
  std::vector<int32_t> inputs;
};

inline qb_node PlainNode() {
  qb_node node{};
  node.struct_size = sizeof(qb_node);
  for (int i = 0; i < 2; ++i) node.kernel[i] = node.stride[i] = node.dilation[i] = 1;
  node.groups = 1;
  return node;
}

}  // namespace quantbench::conformance
