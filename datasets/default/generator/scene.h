// SPDX-License-Identifier: Apache-2.0
// One picture of one specimen: pose, camera, light, clutter, and the rendering of it all.
#pragma once

#include "classes/class_table.h"
#include "image.h"

namespace quantbench::default_dataset {

// A picture in linear light whose shorter edge is near `size` pixels.
Image RenderScene(const ClassSpec& spec, Rng& rng, int size);

}  // namespace quantbench::default_dataset
