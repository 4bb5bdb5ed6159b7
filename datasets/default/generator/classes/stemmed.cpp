// SPDX-License-Identifier: Apache-2.0
// A cap on a stem: table lamp, mushroom and umbrella. What tells them apart: base, curve, ribs.
#include "class_table.h"

namespace quantbench::default_dataset {

Object MakeLamp(Rng& rng) {
  Object lamp;
  const float pole_top = rng.Uniform(0.6f, 1.1f);
  const float base = rng.Uniform(0.22f, 0.4f);
  const float pole = rng.Uniform(0.03f, 0.07f);
  const bool is_lit = rng.Chance(0.4f);
  const int stand = lamp.AddMaterial(RandomAny(rng));
  Material cloth = RandomPaint(rng);
  if (is_lit) {
    cloth.emission = rng.Uniform(0.4f, 1.0f);
    cloth.base = Mix(cloth.base, Vec3{0.9f, 0.8f, 0.55f}, 0.6f);
  }
  const int shade = lamp.AddMaterial(cloth);
  const bool is_bellied = rng.Chance(0.3f);  // a ceramic body in place of a pole
  const float body = is_bellied ? base * rng.Uniform(0.8f, 1.1f) : pole;
  const ProfilePoint stand_points[] = {{base, 0},
                                       {base * 0.9f, 0.06f},
                                       {is_bellied ? base * 0.6f : pole, 0.12f},
                                       {body, pole_top * 0.45f},
                                       {pole, pole_top * 0.85f},
                                       {pole, pole_top + 0.1f}};
  AddLathe(lamp.mesh, SmoothProfile(stand_points, 4), stand);
  const float low = rng.Uniform(0.4f, 0.62f);
  const float high = low * rng.Uniform(0.4f, 0.95f);
  const float height = rng.Uniform(0.4f, 0.65f);
  const float from = pole_top - 0.08f;
  const ProfilePoint outer[] = {{low, from}, {high, from + height}};
  const ProfilePoint inner[] = {{high * 0.97f, from + height, 0.7f}, {low * 0.97f, from, 0.7f}};
  AddLathe(lamp.mesh, outer, shade);
  AddLathe(lamp.mesh, inner, shade);
  lamp.pose = {.min_elevation = -4, .max_elevation = 30, .tipped = 0.03f};
  return lamp;
}

Object MakeMushroom(Rng& rng) {
  Object mushroom;
  const float stem = rng.Uniform(0.12f, 0.26f);
  const float height = rng.Uniform(0.5f, 1.1f);
  const float cap = rng.Uniform(0.45f, 0.72f);
  const float cap_height = cap * rng.Uniform(0.45f, 1.0f);
  const float hue = rng.Uniform(0.04f, 0.15f);
  const int flesh =
      mushroom.AddMaterial({.pattern = Pattern::kMottled,
                            .base = ColorFromHsv(hue, 0.15f, rng.Uniform(0.7f, 0.95f)),
                            .accent = ColorFromHsv(hue, 0.3f, 0.6f),
                            .seed = rng.Seed32()});
  Material skin = RandomPaint(rng);
  if (rng.Chance(0.6f)) {  // natural browns and reds
    const float skin_hue = rng.Uniform(0, 0.13f);
    const float value = rng.Uniform(0.3f, 0.9f);
    skin.base = ColorFromHsv(skin_hue, rng.Uniform(0.3f, 0.9f), value);
  }
  constexpr Pattern kSkins[] = {Pattern::kSolid, Pattern::kMottled, Pattern::kDots,
                                Pattern::kSpeckle};
  skin.pattern = kSkins[rng.Int(0, 3)];
  skin.frequency = skin.pattern == Pattern::kDots ? 9 : rng.Uniform(1, 3);
  if (skin.pattern != Pattern::kSolid) skin.accent = Mix(skin.base, Vec3{0.9f, 0.85f, 0.75f}, 0.7f);
  const int top = mushroom.AddMaterial(skin);
  const ProfilePoint stem_points[] = {
      {stem * rng.Uniform(0.9f, 1.6f), 0}, {stem, height * 0.4f}, {stem * 0.9f, height}};
  AddLathe(mushroom.mesh, SmoothProfile(stem_points, 5), flesh);
  const ProfilePoint gills[] = {{stem * 0.8f, height, 0.5f}, {cap * 0.96f, height - 0.04f, 0.7f}};
  AddLathe(mushroom.mesh, gills, flesh);
  std::vector<ProfilePoint> dome;
  const float peak = rng.Uniform(0.7f, 1.3f);  // < 1 flat on top, > 1 pointed
  for (int i = 0; i <= 10; ++i) {
    const float angle = 0.5f * kPi * Real(i) / 10;
    dome.push_back(
        {cap * std::cos(angle), height - 0.04f + cap_height * std::pow(std::sin(angle), peak)});
  }
  AddLathe(mushroom.mesh, dome, top);
  for (std::size_t i = mushroom.mesh.vertices.size(); i-- > 0;) {
    mushroom.mesh.vertices[i].uv.y *= 0.4f;
  }
  mushroom.pose = {.min_elevation = -4, .max_elevation = 38, .tipped = 0.1f};
  return mushroom;
}

namespace {

// Ribbed cloth: the rim hangs between the ribs. uv.x counts panels.
void AddCanopy(Mesh& mesh, int ribs, float radius, float height, float rim_height, int material) {
  constexpr int kRows = 8, kPerPanel = 5;
  const int columns = ribs * kPerPanel;
  const int first = static_cast<int>(mesh.vertices.size());
  for (int row = 0; row <= kRows; ++row) {
    const float t = Real(row) / kRows;  // 0 at the top
    for (int column = 0; column <= columns; ++column) {
      const float within = Real(column % kPerPanel) / kPerPanel;
      const float sag = 4 * within * (1 - within);
      const float angle = 2 * kPi * Real(column) / Real(columns);
      const Vec2 out = Polar(radius * std::sin(t * 0.5f * kPi) * (1 - 0.1f * sag * t), angle);
      const float y = rim_height + height * std::cos(t * 0.5f * kPi) + 0.09f * radius * sag * t * t;
      const Vec3 normal =
          Normalize({out.x * height, radius * radius * (1.05f - t), out.y * height});
      mesh.vertices.push_back({{out.x, y, out.y}, normal, {Real(column) / kPerPanel, t}, 1});
    }
  }
  for (int row = 0; row < kRows; ++row) {
    for (int column = 0; column < columns; ++column) {
      const int a = first + row * (columns + 1) + column;
      mesh.triangles.push_back({a, a + 1, a + columns + 2, material});
      mesh.triangles.push_back({a, a + columns + 2, a + columns + 1, material});
    }
  }
}

}  // namespace

Object MakeUmbrella(Rng& rng) {
  Object umbrella;
  const int ribs = rng.Int(6, 10);
  const float radius = rng.Uniform(0.7f, 0.95f);
  const float height = radius * rng.Uniform(0.35f, 0.65f);
  const float pole = rng.Uniform(0.75f, 1.1f);
  Material cloth = RandomPaint(rng);
  constexpr Pattern kCloths[] = {Pattern::kSolid, Pattern::kChess, Pattern::kDots, Pattern::kBands};
  cloth.pattern = kCloths[rng.Int(0, 3)];
  cloth.frequency =
      cloth.pattern == Pattern::kChess ? 1.0f : rng.Uniform(1.5f, 4);  // panels alternate
  const int canopy = umbrella.AddMaterial(cloth);
  const int metal = umbrella.AddMaterial(RandomMetal(rng));
  const int grip = umbrella.AddMaterial(RandomAny(rng));
  AddCanopy(umbrella.mesh, ribs, radius, height, pole, canopy);
  const float thickness = rng.Uniform(0.018f, 0.035f);
  AddRod(umbrella.mesh, {0, 0.05f, 0}, {0, pole + height + 0.12f, 0}, thickness, metal);
  if (rng.Chance(0.7f)) {  // a crook
    std::vector<Vec3> path{{0, 0.3f, 0}, {0, 0.15f, 0}};
    for (int i = 0; i <= 8; ++i) {
      const Vec2 p = Polar(0.11f, kPi + kPi * Real(i) / 8);
      path.push_back({0.11f + p.x, 0.05f + p.y, 0});
    }
    AddTube(umbrella.mesh, path, thickness * 1.6f, grip);
  } else {
    AddRod(umbrella.mesh, {0, 0, 0}, {0, 0.25f, 0}, thickness * 2, grip);
  }
  umbrella.pose = {.min_elevation = -10, .max_elevation = 40, .tipped = 0.25f, .max_roll = 20};
  return umbrella;
}

}  // namespace quantbench::default_dataset
