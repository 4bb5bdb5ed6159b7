// SPDX-License-Identifier: Apache-2.0
// Clutter: plain solids that belong to no class.
#include "class_table.h"

namespace quantbench::default_dataset {

Object MakeProp(Rng& rng) {
  Object prop;
  const int material = prop.AddMaterial(RandomAny(rng));
  switch (rng.Int(0, 5)) {
    case 0: {
      const Vec3 half{rng.Uniform(0.3f, 1), rng.Uniform(0.3f, 1), rng.Uniform(0.3f, 1)};
      AddBox(prop.mesh, {}, half, material);
      break;
    }
    case 1:
      AddEllipsoid(prop.mesh, {}, {1, rng.Uniform(0.6f, 1), 1}, material);
      break;
    case 2: {
      const ProfilePoint cone[] = {{0, 0}, {rng.Uniform(0.4f, 0.9f), 0}, {0, 1.2f}};
      AddLathe(prop.mesh, cone, material, rng.Chance(0.5f) ? 4 : 24);
      break;
    }
    case 3: {
      const float radius = rng.Uniform(0.05f, 0.25f);
      AddRod(prop.mesh, {-1, 0, 0}, {1, 0, rng.Uniform(-0.3f, 0.3f)}, radius, material);
      break;
    }
    case 4: {  // a book or a slab
      const Vec3 half{rng.Uniform(0.5f, 0.8f), rng.Uniform(0.08f, 0.25f), rng.Uniform(0.6f, 1)};
      AddBox(prop.mesh, {}, half, material);
      break;
    }
    default: {  // pebbles
      const int pebbles = rng.Int(2, 5);
      for (int i = 0; i < pebbles; ++i) {
        const Vec3 center{rng.Uniform(-0.8f, 0.8f), 0, rng.Uniform(-0.8f, 0.8f)};
        const float size = rng.Uniform(0.15f, 0.35f);
        AddEllipsoid(prop.mesh, center, {size, size * 0.7f, size * 0.9f}, material);
      }
      break;
    }
  }
  NormalizeSize(prop.mesh);
  return prop;
}

}  // namespace quantbench::default_dataset
