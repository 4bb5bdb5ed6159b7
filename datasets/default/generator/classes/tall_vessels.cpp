// SPDX-License-Identifier: Apache-2.0
// Closed and tall vessels: jar, bottle, vase and goblet. What tells them apart: neck, lid, stem.
#include "class_table.h"

namespace quantbench::default_dataset {
namespace {

Material VesselMaterial(Rng& rng, float glass_probability) {
  if (rng.Chance(glass_probability)) return RandomGlass(rng);
  return rng.Chance(0.15f) ? RandomMetal(rng) : RandomPaint(rng);
}

// A paper band around a straight part of the body.
void AddLabel(Rng& rng, Object& object, float radius, float low, float high) {
  Material paper{.base = RandomColor(rng), .accent = RandomColor(rng), .gloss = 0};
  if (rng.Chance(0.5f)) paper.pattern = rng.Chance(0.5f) ? Pattern::kBands : Pattern::kMottled;
  paper.frequency = rng.Uniform(2, 5);
  paper.seed = rng.Seed32();
  const ProfilePoint band[] = {{radius * 1.01f, low}, {radius * 1.01f, high}};
  const int material = object.AddMaterial(paper);
  AddLathe(object.mesh, band, material);
}

void AddDisc(Mesh& mesh, float radius, float low, float high, int material) {
  const float edge = std::min(0.03f, (high - low) * 0.3f);
  const ProfilePoint profile[] = {
      {0, low}, {radius, low}, {radius, high - edge}, {radius - edge, high}, {0, high}};
  AddLathe(mesh, profile, material);
}

}  // namespace

Object MakeJar(Rng& rng) {
  Object jar;
  const float height = rng.Uniform(0.75f, 1.5f);
  const float neck = rng.Uniform(0.36f, 0.46f);
  const float shoulder = rng.Uniform(0.06f, 0.16f);
  const int body = jar.AddMaterial(VesselMaterial(rng, 0.5f));
  const ProfilePoint profile[] = {{0, 0},
                                  {0.44f, 0},
                                  {0.5f, 0.06f},
                                  {0.5f, height - shoulder},
                                  {0.47f, height - 0.4f * shoulder},
                                  {neck, height},
                                  {neck, height + 0.06f},
                                  {0, height + 0.06f}};
  AddLathe(jar.mesh, profile, body);
  if (rng.Chance(0.45f)) AddLabel(rng, jar, 0.5f, height * 0.2f, height * 0.68f);
  const int lid = jar.AddMaterial(rng.Chance(0.5f) ? RandomMetal(rng) : RandomAny(rng));
  const float lid_radius = neck + rng.Uniform(0.02f, 0.08f);
  const float lid_top = height + rng.Uniform(0.12f, 0.26f);
  AddDisc(jar.mesh, lid_radius, height + 0.02f, lid_top, lid);
  if (rng.Chance(0.25f)) {
    AddEllipsoid(jar.mesh, {0, lid_top + 0.05f, 0}, {0.08f, 0.07f, 0.08f}, lid);
  }
  jar.pose = {.min_elevation = 5, .max_elevation = 40, .tipped = 0.08f};
  return jar;
}

Object MakeBottle(Rng& rng) {
  Object bottle;
  const float body_height = rng.Uniform(0.8f, 1.5f);
  const float neck = rng.Uniform(0.11f, 0.19f);
  const float slope = rng.Uniform(0.15f, 0.5f);
  const float neck_length = rng.Uniform(0.2f, 0.6f);
  const float top = body_height + slope + neck_length;
  const int body = bottle.AddMaterial(VesselMaterial(rng, 0.55f));
  const ProfilePoint points[] = {{0.4f, 0.05f},
                                 {0.4f, body_height * 0.5f},
                                 {0.4f, body_height},
                                 {Mix(neck, 0.4f, 0.55f), body_height + slope * 0.5f},
                                 {neck, body_height + slope},
                                 {neck * 0.95f, top}};
  std::vector<ProfilePoint> profile = SmoothProfile(points, 4);
  profile.insert(profile.begin(), {{0, 0}, {0.36f, 0}});
  profile.push_back({0, top});
  AddLathe(bottle.mesh, profile, body);
  if (rng.Chance(0.6f)) AddLabel(rng, bottle, 0.405f, body_height * 0.2f, body_height * 0.75f);
  const int cap = bottle.AddMaterial(rng.Chance(0.4f) ? RandomMetal(rng) : RandomAny(rng));
  const float cap_height = rng.Uniform(0.08f, 0.2f);
  AddDisc(bottle.mesh, neck * 1.2f, top - cap_height * 0.5f, top + cap_height * 0.5f, cap);
  bottle.pose = {.min_elevation = 3, .max_elevation = 35, .tipped = 0.12f};
  return bottle;
}

Object MakeVase(Rng& rng) {
  Object vase;
  const float height = rng.Uniform(1.1f, 1.9f);
  const float foot = rng.Uniform(0.2f, 0.36f);
  const float belly = rng.Uniform(0.42f, 0.6f);
  const float belly_at = rng.Uniform(0.3f, 0.68f);
  const float neck = rng.Uniform(0.14f, 0.3f);
  const float neck_at = rng.Uniform(0.78f, 0.88f);
  const float lip = neck + rng.Uniform(0.04f, 0.22f);
  const int body = vase.AddMaterial(VesselMaterial(rng, 0.12f));
  const ProfilePoint points[] = {{foot, 0},
                                 {Mix(foot, belly, 0.7f), height * belly_at * 0.5f},
                                 {belly, height * belly_at},
                                 {neck, height * neck_at},
                                 {lip, height},
                                 {neck * 0.9f, height * neck_at, 0.4f},
                                 {0, height * (neck_at - 0.08f), 0.2f}};
  AddLathe(vase.mesh, SmoothProfile(points, 5), body);
  if (rng.Chance(0.25f)) {
    const int twig =
        vase.AddMaterial({.base = ColorFromHsv(rng.Uniform(0.05f, 0.35f), 0.6f, 0.45f)});
    const int twigs = rng.Int(2, 5);
    for (int i = 0; i < twigs; ++i) {
      const float spread = rng.Uniform(0.2f, 0.55f);
      const Vec2 lean = Polar(spread, 2 * kPi * rng.Uniform());
      const float tip = height * rng.Uniform(1.25f, 1.6f);
      AddRod(vase.mesh, {0, height * 0.6f, 0}, {lean.x, tip, lean.y}, 0.02f, twig);
      if (rng.Chance(0.6f))
        AddEllipsoid(vase.mesh, {lean.x, tip, lean.y}, {0.07f, 0.09f, 0.07f}, twig);
    }
  }
  vase.pose = {.min_elevation = 3, .max_elevation = 38};
  return vase;
}

Object MakeGoblet(Rng& rng) {
  Object goblet;
  const float stem_top = rng.Uniform(0.45f, 0.9f);
  const float bowl_height = rng.Uniform(0.45f, 0.85f);
  const float bowl = rng.Uniform(0.32f, 0.5f);
  const float rim = bowl * rng.Uniform(0.75f, 1.15f);
  const float foot = rng.Uniform(0.28f, 0.42f);
  const float stem = rng.Uniform(0.03f, 0.07f);
  const float top = stem_top + bowl_height;
  const int body = goblet.AddMaterial(VesselMaterial(rng, 0.45f));
  const ProfilePoint foot_profile[] = {{0, 0},
                                       {foot, 0},
                                       {foot, 0.03f},
                                       {stem * 1.6f, 0.09f},
                                       {stem, 0.2f},
                                       {stem, stem_top * 0.9f},
                                       {stem * 1.5f, stem_top}};
  AddLathe(goblet.mesh, foot_profile, body);
  const ProfilePoint bowl_points[] = {{stem * 1.5f, stem_top},
                                      {bowl * 0.8f, stem_top + bowl_height * 0.2f},
                                      {bowl, stem_top + bowl_height * 0.5f},
                                      {rim, top},
                                      {bowl * 0.94f, stem_top + bowl_height * 0.5f, 0.6f},
                                      {bowl * 0.7f, stem_top + bowl_height * 0.22f, 0.4f},
                                      {0, stem_top + 0.06f, 0.3f}};
  AddLathe(goblet.mesh, SmoothProfile(bowl_points, 5), body);
  if (rng.Chance(0.4f)) {
    const int drink = goblet.AddMaterial({.base = RandomColor(rng), .gloss = 0.5f});
    const ProfilePoint surface[] = {{bowl * 0.9f, stem_top + bowl_height * 0.5f},
                                    {0, stem_top + bowl_height * 0.5f}};
    AddLathe(goblet.mesh, surface, drink);
  }
  goblet.pose = {.min_elevation = 3, .max_elevation = 38};
  return goblet;
}

}  // namespace quantbench::default_dataset
