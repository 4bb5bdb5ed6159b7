// SPDX-License-Identifier: Apache-2.0
// Windings: concentric rings, a flat spiral and a coil spring. What tells them apart: closed or
// not.
#include "class_table.h"

namespace quantbench::default_dataset {
namespace {

constexpr PoseRange kCoilPose{.min_elevation = 35,
                              .max_elevation = 88,
                              .tipped = 0,
                              .upright = 0.3f,
                              .max_roll = 20,
                              .min_coverage = 0.7f,
                              .max_coverage = 1.05f};

// A plate with the winding painted on it.
void AddPaintedDisc(Rng& rng, Object& object, Pattern pattern, float turns) {
  Material paint = RandomPaint(rng);
  paint.pattern = pattern;
  paint.frequency = turns;
  const int material = object.AddMaterial(paint);
  std::vector<Vec2> outline;
  const bool is_round = rng.Chance(0.7f);
  for (int i = 0; i < 40; ++i) {
    const float angle = 2 * kPi * (Real(i) + 0.5f) / 40;
    const Vec2 p = Polar(1, angle);
    outline.push_back(is_round ? p : p * (1 / std::max(std::abs(p.x), std::abs(p.y))));
  }
  AddPrism(object.mesh, {.outline = outline, .thickness = rng.Uniform(0.03f, 0.15f)}, material);
}

}  // namespace

Object MakeConcentricRings(Rng& rng) {
  Object rings;
  rings.pose = kCoilPose;
  const int count = rng.Int(3, 5);
  if (rng.Chance(0.4f)) {
    AddPaintedDisc(rng, rings, Pattern::kRings, Real(count));
    return rings;
  }
  const float thickness = rng.Uniform(0.25f, 0.42f) / Real(count);
  const float inner = rng.Uniform(0.12f, 0.25f);
  const int material = rings.AddMaterial(RandomAny(rng));
  const int other = rng.Chance(0.3f) ? rings.AddMaterial(RandomAny(rng)) : material;
  for (int i = 0; i < count; ++i) {
    const float radius = Mix(inner, 1, Real(i) / Real(count - 1));
    const float wobble = rng.Uniform(-0.02f, 0.02f);
    std::vector<Vec3> path;
    for (int k = 0; k <= 48; ++k) {
      const Vec2 p = Polar(radius, 2 * kPi * Real(k) / 48);
      path.push_back({p.x + wobble, 0, p.y});
    }
    AddTube(rings.mesh, path, thickness, i % 2 == 0 ? material : other, true);
  }
  return rings;
}

Object MakeSpiral(Rng& rng) {
  Object spiral;
  spiral.pose = kCoilPose;
  const float turns = rng.Uniform(2.6f, 4.8f);
  const float hand = rng.Chance(0.5f) ? 1.0f : -1.0f;
  if (rng.Chance(0.4f)) {
    AddPaintedDisc(rng, spiral, Pattern::kSpiral, std::floor(turns));
    if (hand < 0) {
      for (Vertex& vertex : spiral.mesh.vertices) vertex.uv.y = -vertex.uv.y;
    }
    return spiral;
  }
  const float inner = rng.Uniform(0.03f, 0.15f);
  const float thickness = rng.Uniform(0.25f, 0.42f) / turns;
  const float rise =
      rng.Chance(0.25f) ? rng.Uniform(0, 0.3f) : 0.0f;  // a slightly pulled-up middle
  const int material = spiral.AddMaterial(RandomAny(rng));
  std::vector<Vec3> path;
  const int steps = static_cast<int>(turns * 28);
  for (int i = 0; i <= steps; ++i) {
    const float t = Real(i) / Real(steps);
    const Vec2 p = Polar(Mix(inner, 1, t), hand * 2 * kPi * turns * t);
    path.push_back({p.x, rise * (1 - t), p.y});
  }
  AddTube(spiral.mesh, path, thickness, material);
  return spiral;
}

Object MakeSpring(Rng& rng) {
  Object spring;
  const float turns = rng.Uniform(4, 9);
  const float height = rng.Uniform(0.9f, 2.2f);
  const float taper = rng.Chance(0.25f) ? rng.Uniform(0.5f, 0.9f) : 1.0f;
  const float thickness = std::min(rng.Uniform(0.035f, 0.08f), height / turns * 0.42f);
  const int material = spring.AddMaterial(rng.Chance(0.6f) ? RandomMetal(rng) : RandomAny(rng));
  std::vector<Vec3> path;
  const int steps = static_cast<int>(turns * 24);
  for (int i = 0; i <= steps; ++i) {
    const float t = Real(i) / Real(steps);
    const Vec2 p = Polar(Mix(0.5f, 0.5f * taper, t), 2 * kPi * turns * t);
    path.push_back({p.x, height * t, p.y});
  }
  AddTube(spring.mesh, path, thickness, material);
  spring.pose = {.min_elevation = 5, .max_elevation = 60, .tipped = 0.45f, .max_roll = 15};
  return spring;
}

}  // namespace quantbench::default_dataset
