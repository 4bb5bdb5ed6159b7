// SPDX-License-Identifier: Apache-2.0
// A drawable thing: its shape, its materials, and how it may be posed in front of the camera.
#pragma once

#include <utility>
#include <vector>

#include "material.h"
#include "mesh.h"

namespace quantbench::default_dataset {

struct PoseRange {
  float min_elevation = 8, max_elevation = 40;  // of the camera above the ground, degrees
  float min_yaw = 0, max_yaw = 360;             // turn about the vertical, degrees
  float tipped = 0.06f;                         // probability that it lies on its side
  float upright = 0;                            // for flat things: probability of standing on edge
  float max_roll = 8;                           // of the camera, degrees
  float min_coverage = 0.7f, max_coverage = 1.1f;  // bounding sphere / shorter image edge
};

struct Object {
  Mesh mesh;  // y is up
  std::vector<Material> materials;
  PoseRange pose;

  int AddMaterial(Material material) {
    materials.push_back(std::move(material));
    return static_cast<int>(materials.size()) - 1;
  }
};

}  // namespace quantbench::default_dataset
