// SPDX-License-Identifier: Apache-2.0
// From meshes to pixels: a pinhole camera and a depth-buffered triangle rasterizer.
#pragma once

#include <vector>

#include "object.h"

namespace quantbench::default_dataset {

// World to picture. The camera looks along its own +z; picture y runs down.
struct Camera {
  Vec3 eye;
  Mat3 world_to_camera;
  float focal_px = 100;
  float center_x = 64, center_y = 64;

  Vec3 ToCamera(Vec3 world) const { return world_to_camera * (world - eye); }
  // Direction in the world, not normalised, of the ray through a picture point.
  Vec3 Ray(float x, float y) const {
    const Vec3 in_camera{(x - center_x) / focal_px, -(y - center_y) / focal_px, 1};
    return Transpose(world_to_camera) * in_camera;
  }
};

struct Instance {
  const Object* object = nullptr;
  Mat3 rotation;
  float scale = 1;
  Vec3 offset;

  Vec3 ToWorld(Vec3 p) const { return rotation * (p * scale) + offset; }
};

// What is seen at one sample of the picture.
struct Fragment {
  float depth = 1e30f;
  const Material* material = nullptr;  // null: nothing here
  Vec3 world{};
  Vec3 normal{};
  Vec3 local{};  // position in the object, for patterns
  Vec2 uv{};
  float openness = 1;
};

struct FragmentBuffer {
  int width, height;
  std::vector<Fragment> fragments;  // [height, width]
};

// Draws instances into a buffer of the camera's picture at `supersample` samples a pixel edge.
void Rasterize(const Camera& camera, const std::vector<Instance>& instances, int supersample,
               FragmentBuffer& buffer);

// Coverage (0 or 1, [height, width]) of the shadows that the instances cast on the plane
// y = ground along the direction to the light.
std::vector<float> RasterizeShadow(const Camera& camera, const std::vector<Instance>& instances,
                                   Vec3 to_light, float ground, int width, int height);

}  // namespace quantbench::default_dataset
