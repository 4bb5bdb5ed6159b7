// SPDX-License-Identifier: Apache-2.0
// Rays against a floor and a wall, each with a pattern, decals and a fall-off of the light.
#include "background.h"

namespace quantbench::default_dataset {
namespace {

// A flat shape painted on the floor or on the wall.
struct Decal {
  Vec2 center;
  Vec2 axis;  // unit vector along its length
  float half_length, half_width;
  bool is_round;
  Vec3 color;
};

struct Surface {
  Material material;
  std::vector<Decal> decals;
};

Surface RandomSurface(Rng& rng, float extent) {
  Surface surface{.material = RandomFloor(rng), .decals = {}};
  const int count = rng.Chance(0.5f) ? rng.Int(1, 7) : 0;
  for (int i = 0; i < count; ++i) {
    Decal decal{};
    decal.center = {rng.Uniform(-extent, extent), rng.Uniform(-extent, extent)};
    decal.axis = Polar(1, kPi * rng.Uniform());
    decal.half_length = rng.Uniform(0.1f, 1.0f);
    decal.half_width = decal.half_length * rng.Uniform(0.08f, 1.0f);
    decal.is_round = rng.Chance(0.4f);
    decal.color = RandomColor(rng);
    surface.decals.push_back(decal);
  }
  return surface;
}

Vec3 SurfaceColor(const Surface& surface, Vec2 p) {
  Vec3 color = Albedo(surface.material, {p.x, p.y, 0.37f}, p);
  for (const Decal& decal : surface.decals) {
    const Vec2 offset = p - decal.center;
    const float along = Dot(offset, decal.axis) / decal.half_length;
    const float across = Dot(offset, Vec2{-decal.axis.y, decal.axis.x}) / decal.half_width;
    const bool inside = decal.is_round ? along * along + across * across < 1
                                       : std::abs(along) < 1 && std::abs(across) < 1;
    if (inside) color = decal.color;
  }
  return color;
}

}  // namespace

Light RandomLight(Rng& rng) {
  const float azimuth = 2 * kPi * rng.Uniform();
  const float elevation = Radians(rng.Uniform(28, 75));
  const float warmth = rng.Uniform(-0.25f, 0.3f);
  const float strength = rng.Uniform(0.5f, 1.2f);
  const float ambient = rng.Uniform(0.18f, 0.55f);
  const Vec2 flat = Polar(std::cos(elevation), azimuth);
  return {.to_light = {flat.x, std::sin(elevation), flat.y},
          .key = Vec3{1 + warmth, 1, 1 - warmth} * strength,
          .sky = Vec3{1 - 0.4f * warmth, 1, 1 + 0.4f * warmth} * ambient,
          .bounce = Vec3{1, 0.95f, 0.9f} * (ambient * rng.Uniform(0.3f, 0.8f))};
}

Image RenderBackground(Rng& rng, const Camera& camera, const Light& light, float ground,
                       const std::vector<float>& shadow, int width, int height) {
  const Surface floor = RandomSurface(rng, 2.0f);
  const Surface wall = rng.Chance(0.15f) ? floor : RandomSurface(rng, 2.5f);
  const float wall_distance = rng.Uniform(1.6f, 7);
  const float falloff = rng.Uniform(0, 0.12f);
  const float wall_light = rng.Uniform(0.3f, 1.0f);
  const Vec2 origin{rng.Uniform(-9, 9), rng.Uniform(-9, 9)};  // where in the patterns we are
  const float turn = 2 * kPi * rng.Uniform();
  const Vec2 u = Polar(1, turn), v = Polar(1, turn + kPi / 2);
  const Vec3 look = camera.world_to_camera.row_z;
  const Vec3 ahead = Normalize({look.x, 0, look.z});
  const Vec3 side{-ahead.z, 0, ahead.x};
  const Vec3 ambient = Mix(light.bounce, light.sky, 0.8f);

  Image image(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const Vec3 ray = camera.Ray(Real(x) + 0.5f, Real(y) + 0.5f);
      const float to_floor = ray.y < -1e-4f ? (ground - camera.eye.y) / ray.y : 1e9f;
      const float advance = Dot(ray, ahead);
      const float to_wall =
          advance > 1e-4f ? (wall_distance - Dot(camera.eye, ahead)) / advance : 1e9f;
      Vec3& pixel = image.At(x, y);
      if (to_floor < to_wall) {
        const Vec3 hit = camera.eye + ray * to_floor;
        const Vec2 flat{hit.x, hit.z};
        const Vec2 p{Dot(flat, u), Dot(flat, v)};
        const float lit = 1 - 0.85f * shadow[static_cast<std::size_t>(y * width + x)];
        const float distance2 = Dot(flat, flat);
        const Vec3 irradiance = ambient + light.key * (light.to_light.y * lit);
        pixel = SurfaceColor(floor, p + (floor.decals.empty() ? origin : Vec2{})) * irradiance *
                (1 / (1 + falloff * distance2));
      } else {
        const Vec3 hit = camera.eye + ray * std::min(to_wall, 50.0f);
        const Vec2 p{Dot(hit, side), hit.y};
        const float facing = std::max(0.15f, -Dot(light.to_light, ahead));
        const Vec3 irradiance = ambient + light.key * (facing * wall_light);
        pixel = SurfaceColor(wall, p) * irradiance * (1 / (1 + falloff * Dot(p, p)));
      }
    }
  }
  return image;
}

}  // namespace quantbench::default_dataset
