// SPDX-License-Identifier: Apache-2.0
// Open vessels: mug, tumbler, bucket and basket. What tells them apart: handle, taper, weave.
#include "class_table.h"

namespace quantbench::default_dataset {
namespace {

struct CupShape {
  float bottom_radius, top_radius, height;
  float bulge = 0;  // how much wider the middle is
  float wall = 0.05f;
  float rim = 0;  // radius of a rolled edge
};

float RadiusAt(const CupShape& cup, float t) {
  return Mix(cup.bottom_radius, cup.top_radius, t) + cup.bulge * 4 * t * (1 - t);
}

// Outside from the base up, over the edge, and down to the floor inside.
void AddCup(Mesh& mesh, const CupShape& cup, int outside, int inside) {
  constexpr int kSteps = 8;
  std::vector<ProfilePoint> outer{{0, 0}, {cup.bottom_radius * 0.93f, 0}};
  std::vector<ProfilePoint> inner;
  for (int i = 0; i <= kSteps; ++i) {
    const float t = Real(i) / kSteps;
    outer.push_back({RadiusAt(cup, t), cup.height * Mix(0.03f, 1.0f, t)});
  }
  inner.push_back({RadiusAt(cup, 1), cup.height});
  for (int i = kSteps; i >= 0; --i) {
    const float t = Real(i) / kSteps;
    inner.push_back({std::max(RadiusAt(cup, t) - cup.wall, 0.02f), cup.height * Mix(0.06f, 1.0f, t),
                     Mix(0.25f, 0.9f, t)});
  }
  inner.push_back({0, cup.height * 0.06f, 0.25f});
  AddLathe(mesh, outer, outside);
  AddLathe(mesh, inner, inside);
  if (cup.rim <= 0) return;
  std::vector<Vec3> edge;
  for (int i = 0; i <= 32; ++i) {
    const Vec2 p = Polar(cup.top_radius, 2 * kPi * Real(i) / 32);
    edge.push_back({p.x, cup.height, p.y});
  }
  AddTube(mesh, edge, cup.rim, outside, true);
}

// A liquid or other content seen from above.
void AddContent(Mesh& mesh, const CupShape& cup, float level, int material) {
  const ProfilePoint disc[] = {{RadiusAt(cup, level) - cup.wall, cup.height * level, 0.7f},
                               {0, cup.height * level, 0.7f}};
  AddLathe(mesh, disc, material);
}

// An ear on the +x side between two heights; a higher `squareness` gives corners.
void AddEar(Mesh& mesh, const CupShape& cup, float low, float high, float reach, float radius,
            float squareness, int material) {
  std::vector<Vec3> path;
  for (int i = 0; i <= 14; ++i) {
    const float angle = kPi * (Real(i) / 14 - 0.5f);
    const float c = std::pow(std::max(std::cos(angle), 0.0f), squareness);
    const float s = std::sin(angle);
    const float t = Mix(low, high, 0.5f + 0.5f * s);
    path.push_back({RadiusAt(cup, t) - 0.4f * cup.wall + reach * c, cup.height * t, 0});
  }
  AddTube(mesh, path, radius, material);
}

// A bail or arch over the opening, swung from upright (0) towards the side.
void AddBail(Mesh& mesh, const CupShape& cup, float arch_height, float swing, float radius,
             int material) {
  std::vector<Vec3> path;
  const std::size_t first = mesh.vertices.size();
  for (int i = 0; i <= 24; ++i) {
    const Vec2 p = Polar(1, kPi * Real(i) / 24);
    path.push_back({(cup.top_radius + radius) * p.x, arch_height * p.y, 0});
  }
  AddTube(mesh, path, radius, material);
  Transform(mesh, first, RotationX(swing), {0, cup.height * 0.93f, 0});
}

Material Ceramic(Rng& rng) {
  Material m = rng.Chance(0.2f) ? RandomMetal(rng) : RandomPaint(rng);
  if (m.pattern == Pattern::kStripes) m.frequency = Real(rng.Int(6, 16));
  return m;
}

}  // namespace

Object MakeMug(Rng& rng) {
  Object mug;
  CupShape cup{.bottom_radius = 0.5f, .top_radius = 0.5f, .height = rng.Uniform(0.85f, 1.35f)};
  cup.top_radius = rng.Uniform(0.46f, 0.6f);
  cup.bulge = rng.Chance(0.4f) ? rng.Uniform(-0.05f, 0.1f) : 0.0f;
  cup.wall = rng.Uniform(0.03f, 0.07f);
  const int outside = mug.AddMaterial(Ceramic(rng));
  int inside = outside;
  if (rng.Chance(0.5f)) inside = mug.AddMaterial({.base = RandomColor(rng), .gloss = 0.3f});
  AddCup(mug.mesh, cup, outside, inside);
  if (rng.Chance(0.4f)) {
    const int drink = mug.AddMaterial(
        {.base = ColorFromHsv(0.07f, 0.7f, rng.Uniform(0.15f, 0.7f)), .gloss = 0.5f});
    AddContent(mug.mesh, cup, rng.Uniform(0.7f, 0.93f), drink);
  }
  const float low = rng.Uniform(0.14f, 0.32f);
  const float high = rng.Uniform(0.7f, 0.9f);
  const float reach = rng.Uniform(0.22f, 0.42f);
  const float thickness = rng.Uniform(0.04f, 0.085f);
  const float squareness = rng.Uniform(0.25f, 0.9f);
  AddEar(mug.mesh, cup, low, high, reach, thickness, squareness, outside);
  // Mostly turned so that the ear shows; from behind it is a tumbler to anyone.
  mug.pose = {.min_elevation = 5, .max_elevation = 50, .min_yaw = -75, .max_yaw = 75};
  if (rng.Chance(0.5f))
    mug.pose = {.min_elevation = 5, .max_elevation = 50, .min_yaw = 105, .max_yaw = 255};
  return mug;
}

Object MakeTumbler(Rng& rng) {
  Object tumbler;
  CupShape cup{.bottom_radius = 0.4f, .top_radius = 0.5f, .height = rng.Uniform(1.0f, 1.9f)};
  cup.bottom_radius = rng.Uniform(0.3f, 0.5f);
  cup.bulge = rng.Chance(0.25f) ? rng.Uniform(-0.04f, 0.06f) : 0.0f;
  cup.wall = rng.Uniform(0.02f, 0.05f);
  if (rng.Chance(0.3f)) cup.rim = rng.Uniform(0.02f, 0.035f);
  const bool is_glass = rng.Chance(0.35f);
  const int outside = tumbler.AddMaterial(is_glass ? RandomGlass(rng) : Ceramic(rng));
  int inside = outside;
  if (!is_glass && rng.Chance(0.5f)) inside = tumbler.AddMaterial({.base = RandomColor(rng)});
  AddCup(tumbler.mesh, cup, outside, inside);
  if (rng.Chance(0.4f)) {
    const int drink = tumbler.AddMaterial({.base = RandomColor(rng), .gloss = 0.5f});
    AddContent(tumbler.mesh, cup, rng.Uniform(0.6f, 0.93f), drink);
  }
  tumbler.pose = {.min_elevation = 5, .max_elevation = 50, .tipped = 0.1f};
  return tumbler;
}

Object MakeBucket(Rng& rng) {
  Object bucket;
  CupShape cup{.bottom_radius = 0.4f, .top_radius = 0.55f, .height = rng.Uniform(0.75f, 1.2f)};
  cup.bottom_radius = rng.Uniform(0.34f, 0.46f);
  cup.wall = 0.025f;
  cup.rim = rng.Uniform(0.025f, 0.05f);
  const int body = bucket.AddMaterial(rng.Chance(0.45f) ? RandomMetal(rng) : RandomPaint(rng));
  AddCup(bucket.mesh, cup, body, body);
  const int wire = rng.Chance(0.4f) ? body : bucket.AddMaterial(RandomMetal(rng));
  const bool is_raised = rng.Chance(0.55f);
  const float swing = is_raised ? rng.Uniform(-0.5f, 0.5f) : rng.Uniform(1.2f, 2.0f);
  const float arch = cup.top_radius * rng.Uniform(0.85f, 1.15f);
  AddBail(bucket.mesh, cup, arch, swing, rng.Uniform(0.018f, 0.035f), wire);
  bucket.pose = {.min_elevation = 8, .max_elevation = 50, .tipped = 0.1f};
  return bucket;
}

Object MakeBasket(Rng& rng) {
  Object basket;
  CupShape cup{.bottom_radius = 0.4f, .top_radius = 0.55f, .height = rng.Uniform(0.45f, 1.1f)};
  cup.bottom_radius = rng.Uniform(0.38f, 0.55f);
  cup.bulge = rng.Uniform(-0.02f, 0.1f);
  cup.rim = rng.Uniform(0.04f, 0.07f);
  Material strands = rng.Chance(0.7f) ? RandomWood(rng) : RandomPaint(rng);
  strands.pattern = Pattern::kWeave;
  strands.accent = strands.base * rng.Uniform(0.15f, 0.4f);
  strands.frequency = 1;
  const int body = basket.AddMaterial(strands);
  AddCup(basket.mesh, cup, body, body);
  const Vec2 strands_per_unit{Real(rng.Int(11, 20)) * 2, rng.Uniform(7, 12)};
  for (Vertex& vertex : basket.mesh.vertices) {
    vertex.uv = {vertex.uv.x * strands_per_unit.x, vertex.uv.y * strands_per_unit.y};
  }
  const float thickness = rng.Uniform(0.03f, 0.06f);
  if (rng.Chance(0.6f)) {
    const float arch = cup.top_radius * rng.Uniform(0.8f, 1.4f);
    AddBail(basket.mesh, cup, arch, rng.Uniform(-0.15f, 0.15f), thickness, body);
  } else if (rng.Chance(0.6f)) {
    for (const float side : {0.0f, kPi}) {
      const std::size_t first = basket.mesh.vertices.size();
      AddEar(basket.mesh, cup, 0.7f, 1.0f, 0.15f, thickness, 0.6f, body);
      Transform(basket.mesh, first, RotationY(side), {});
    }
  }
  basket.pose = {.min_elevation = 10, .max_elevation = 50};
  return basket;
}

}  // namespace quantbench::default_dataset
