// SPDX-License-Identifier: Apache-2.0
// What is behind and around the object: the light, a floor, a wall, and flat shapes on both.
#pragma once

#include <vector>

#include "image.h"
#include "rasterizer.h"

namespace quantbench::default_dataset {

struct Light {
  Vec3 to_light;     // unit vector
  Vec3 key;          // colour and strength of the direct light
  Vec3 sky, bounce;  // ambient from above and from below
};

Light RandomLight(Rng& rng);

// Paints floor and wall as the camera sees them; `shadow` holds the coverage per pixel, 0 to 1.
Image RenderBackground(Rng& rng, const Camera& camera, const Light& light, float ground,
                       const std::vector<float>& shadow, int width, int height);

}  // namespace quantbench::default_dataset
