// SPDX-License-Identifier: Apache-2.0
// Flat shapes told apart by their outline: gear, daisy, stars with five and with six points.
#include "class_table.h"

namespace quantbench::default_dataset {
namespace {

constexpr PoseRange kFlatPose{.min_elevation = 38,
                              .max_elevation = 88,
                              .tipped = 0,
                              .upright = 0.3f,
                              .max_roll = 20,
                              .min_coverage = 0.7f,
                              .max_coverage = 1.0f};

std::vector<Vec2> Circle(float radius, std::size_t count) {
  std::vector<Vec2> points;
  for (std::size_t i = 0; i < count; ++i) {
    points.push_back(
        Polar(radius, 2 * kPi * Real(static_cast<int>(i)) / Real(static_cast<int>(count))));
  }
  return points;
}

std::vector<Vec2> GearOutline(int teeth, float depth, float tooth_share) {
  std::vector<Vec2> points;
  const float pitch = 2 * kPi / Real(teeth);
  const float top = pitch * tooth_share * 0.5f, foot = pitch * Mix(tooth_share, 1, 0.45f) * 0.5f;
  for (int i = 0; i < teeth; ++i) {
    const float angle = pitch * Real(i);
    points.push_back(Polar(1 - depth, angle - foot));
    points.push_back(Polar(1, angle - top));
    points.push_back(Polar(1, angle));
    points.push_back(Polar(1, angle + top));
    points.push_back(Polar(1 - depth, angle + foot));
    points.push_back(Polar(1 - depth, angle + pitch * 0.5f));
  }
  return points;
}

Material CutMaterial(Rng& rng) {
  Material m = RandomAny(rng);
  if (m.pattern == Pattern::kStripes || m.pattern == Pattern::kBands) m.pattern = Pattern::kMottled;
  return m;
}

Object MakeStar(Rng& rng, int points, float low_ratio, float high_ratio) {
  Object star;
  const float ratio = rng.Uniform(low_ratio, high_ratio);
  const float bulge = rng.Chance(0.35f) ? rng.Uniform(0.02f, 0.12f) : 0.0f;  // rounded arms
  std::vector<Vec2> outline, hole;
  const auto corner = [&](int i) {
    return Polar(i % 2 == 0 ? 1.0f : ratio, kPi * Real(i) / Real(points));
  };
  for (int i = 0; i < 2 * points; ++i) {
    outline.push_back(corner(i));
    outline.push_back((corner(i) + corner(i + 1)) * (0.5f * (1 + bulge)));
  }
  PrismShape shape{.outline = outline, .thickness = rng.Uniform(0.06f, 0.3f)};
  const int material = star.AddMaterial(CutMaterial(rng));
  if (rng.Chance(0.2f)) {
    const float frame = rng.Uniform(0.45f, 0.7f);
    for (const Vec2 p : outline) hole.push_back(p * frame);
    shape.hole = hole;
  } else if (rng.Chance(0.5f)) {
    shape.dome = rng.Uniform(0.1f, 0.35f);
  }
  if (rng.Chance(0.4f)) shape.bevel = rng.Uniform(0.04f, 0.12f);
  AddPrism(star.mesh, shape, material);
  star.pose = kFlatPose;
  return star;
}

}  // namespace

Object MakeGear(Rng& rng) {
  Object gear;
  const int teeth = rng.Int(7, 15);
  const float depth = rng.Uniform(0.12f, 0.26f);
  const std::vector<Vec2> outline = GearOutline(teeth, depth, rng.Uniform(0.3f, 0.5f));
  std::vector<Vec2> hole;
  const float bore = rng.Uniform(0.12f, 0.5f);
  for (const Vec2 p : outline) hole.push_back(p * (bore / Length(p)));
  PrismShape shape{.outline = outline, .hole = hole, .thickness = rng.Uniform(0.12f, 0.35f)};
  if (rng.Chance(0.3f)) shape.bevel = rng.Uniform(0.03f, 0.08f);
  const int body = gear.AddMaterial(rng.Chance(0.55f) ? RandomMetal(rng) : CutMaterial(rng));
  AddPrism(gear.mesh, shape, body);
  if (rng.Chance(0.35f)) {  // a raised hub, as a daisy has
    const int hub = rng.Chance(0.5f) ? body : gear.AddMaterial(RandomAny(rng));
    const std::vector<Vec2> disc = Circle(bore + rng.Uniform(0.02f, 0.12f), 24);
    AddPrism(gear.mesh, {.outline = disc, .thickness = shape.thickness + 0.08f, .bevel = 0.1f},
             hub);
  }
  gear.pose = kFlatPose;
  return gear;
}

Object MakeDaisy(Rng& rng) {
  Object daisy;
  const int petals = rng.Int(7, 14);
  const float half_width = kPi / Real(petals) * rng.Uniform(0.6f, 1.05f);
  const float lift = rng.Uniform(-0.15f, 0.35f);  // petals bent down or up
  const int petal = daisy.AddMaterial(CutMaterial(rng));
  const int middle =
      daisy.AddMaterial(rng.Chance(0.6f) ? Material{.pattern = Pattern::kSpeckle,
                                                    .base = ColorFromHsv(0.13f, 0.85f, 0.85f),
                                                    .accent = ColorFromHsv(0.08f, 0.9f, 0.5f),
                                                    .frequency = 4}
                                         : CutMaterial(rng));
  const float start = rng.Uniform(0.15f, 0.22f);
  for (int i = 0; i < petals; ++i) {
    std::vector<Vec2> outline;
    for (int k = 0; k < 14; ++k) {
      const float angle = 2 * kPi * Real(k) / 14;
      outline.push_back({(1 - start) * 0.5f * std::cos(angle),
                         half_width * (0.62f + 0.16f * std::cos(angle)) * std::sin(angle)});
    }
    const std::size_t first = daisy.mesh.vertices.size();
    AddPrism(daisy.mesh, {.outline = outline, .thickness = 0.05f, .dome = 0.04f}, petal);
    const float droop = lift + rng.Uniform(-0.06f, 0.06f);
    Transform(daisy.mesh, first, RotationZ(droop), {(1 + start) * 0.5f, 0.1f + droop * 0.5f, 0});
    Transform(daisy.mesh, first, RotationY(2 * kPi * Real(i) / Real(petals)), {});
  }
  const float disc = start + rng.Uniform(0.05f, 0.15f);
  AddEllipsoid(daisy.mesh, {0, 0.12f, 0}, {disc, rng.Uniform(0.08f, 0.18f), disc}, middle);
  daisy.pose = kFlatPose;
  return daisy;
}

Object MakeFivePointedStar(Rng& rng) { return MakeStar(rng, 5, 0.36f, 0.58f); }
Object MakeSixPointedStar(Rng& rng) { return MakeStar(rng, 6, 0.4f, 0.62f); }

}  // namespace quantbench::default_dataset
