// SPDX-License-Identifier: Apache-2.0
// Things on legs: chair, stool and table. What tells them apart: a back, and the width of the top.
#include "class_table.h"

namespace quantbench::default_dataset {
namespace {

struct Frame {
  float half_width, half_depth, height;  // of the seat or top
  float thickness = 0.05f;
  float leg_radius = 0.035f;
  float splay = 0;  // how far the feet stand out
};

Material FrameMaterial(Rng& rng) {
  const float kind = rng.Uniform();
  if (kind < 0.5f) return RandomWood(rng);
  return kind < 0.75f ? RandomMetal(rng) : RandomPaint(rng);
}

void AddTop(Mesh& mesh, const Frame& frame, bool is_round, int material) {
  if (!is_round) {
    AddBox(mesh, {0, frame.height, 0}, {frame.half_width, frame.thickness, frame.half_depth},
           material);
    return;
  }
  const float low = frame.height - frame.thickness, high = frame.height + frame.thickness;
  const ProfilePoint disc[] = {{0, low}, {1, low}, {1, high}, {0, high}};
  const std::size_t first = mesh.vertices.size();
  AddLathe(mesh, disc, material);
  for (std::size_t i = first; i < mesh.vertices.size(); ++i) {
    Vec3& p = mesh.vertices[i].position;
    p = {p.x * frame.half_width, p.y, p.z * frame.half_depth};
  }
}

void AddLegs(Mesh& mesh, const Frame& frame, int legs, bool has_rungs, float inset, int material) {
  std::vector<Vec3> rungs;
  for (int i = 0; i < legs; ++i) {
    const float angle = 2 * kPi * (Real(i) + 0.5f) / Real(legs);
    Vec2 corner = Polar(inset, angle);
    if (legs == 4) corner = corner * 1.4142f;  // into the corners of the rectangle
    const Vec3 top{corner.x * frame.half_width, frame.height, corner.y * frame.half_depth};
    const Vec3 foot{top.x * (1 + frame.splay), 0, top.z * (1 + frame.splay)};
    AddRod(mesh, foot, top, frame.leg_radius, material);
    rungs.push_back(Mix(foot, top, 0.35f));
  }
  if (!has_rungs) return;
  for (std::size_t i = 0; i < rungs.size(); ++i) {
    AddRod(mesh, rungs[i], rungs[(i + 1) % rungs.size()], frame.leg_radius * 0.7f, material);
  }
}

void AddPedestal(Mesh& mesh, const Frame& frame, float foot, int material) {
  const float r = frame.leg_radius * 1.6f;
  const ProfilePoint profile[] = {{0, 0}, {foot, 0}, {foot, 0.03f}, {r, 0.1f}, {r, frame.height}};
  AddLathe(mesh, profile, material);
}

// The back of a chair at the -z edge of its seat: two posts and slats, or a panel.
void AddBack(Rng& rng, Mesh& mesh, const Frame& frame, int posts, int filling) {
  const float back_height = rng.Uniform(0.5f, 0.95f);
  const float lean = rng.Uniform(0.02f, 0.2f);
  const float x = frame.half_width * 0.9f;
  const float z = -frame.half_depth * 0.95f;
  const auto at = [&](float side, float t) {
    return Vec3{side * x, frame.height + back_height * t, z - lean * t};
  };
  for (const float side : {-1.0f, 1.0f})
    AddRod(mesh, at(side, -0.05f), at(side, 1), frame.leg_radius, posts);
  const Mat3 tilt = RotationX(-std::atan2(lean, back_height));
  const int style = rng.Int(0, 2);
  if (style == 0) {  // one panel
    const float middle = rng.Uniform(0.55f, 0.68f);
    AddBox(mesh, at(0, middle), {x, back_height * (0.97f - middle), 0.025f}, filling, tilt);
  } else if (style == 1) {  // cross slats
    const int slats = rng.Int(2, 4);
    for (int i = 0; i < slats; ++i) {
      const float t = 0.95f - 0.8f * Real(i) / Real(slats);
      AddBox(mesh, at(0, t), {x, back_height * 0.06f, 0.02f}, filling, tilt);
    }
  } else {  // upright spindles under a rail
    AddBox(mesh, at(0, 0.95f), {x, back_height * 0.07f, 0.025f}, filling, tilt);
    const int spindles = rng.Int(2, 5);
    for (int i = 0; i < spindles; ++i) {
      const float side = -1 + 2 * (Real(i) + 1) / (Real(spindles) + 1);
      AddRod(mesh, at(side, 0), at(side, 0.95f), frame.leg_radius * 0.6f, filling);
    }
  }
}

}  // namespace

Object MakeChair(Rng& rng) {
  Object chair;
  Frame frame{.half_width = 0.36f, .half_depth = 0.36f, .height = rng.Uniform(0.65f, 0.95f)};
  frame.half_width = rng.Uniform(0.33f, 0.46f);
  frame.thickness = rng.Uniform(0.025f, 0.08f);
  frame.leg_radius = rng.Uniform(0.025f, 0.05f);
  frame.splay = rng.Uniform(0, 0.2f);
  const int wood = chair.AddMaterial(FrameMaterial(rng));
  const int seat = rng.Chance(0.5f) ? wood : chair.AddMaterial(RandomPaint(rng));
  AddTop(chair.mesh, frame, rng.Chance(0.15f), seat);
  AddLegs(chair.mesh, frame, 4, rng.Chance(0.35f), 0.86f, wood);
  AddBack(rng, chair.mesh, frame, wood, rng.Chance(0.5f) ? wood : seat);
  if (rng.Chance(0.2f)) {
    for (const float side : {-1.0f, 1.0f}) {
      const Vec3 front{side * frame.half_width, frame.height + 0.3f, frame.half_depth * 0.8f};
      AddRod(chair.mesh, {front.x, front.y, -frame.half_depth}, front, frame.leg_radius, wood);
      AddRod(chair.mesh, {front.x, frame.height, front.z}, front, frame.leg_radius, wood);
    }
  }
  chair.pose = {.min_elevation = 5, .max_elevation = 38, .max_coverage = 1.15f};
  return chair;
}

Object MakeStool(Rng& rng) {
  Object stool;
  Frame frame{.half_width = 0.36f, .half_depth = 0.36f, .height = rng.Uniform(0.6f, 1.3f)};
  frame.half_width = rng.Uniform(0.28f, 0.44f);
  frame.half_depth = rng.Chance(0.75f) ? frame.half_width : frame.half_width * rng.Uniform(0.6f, 1);
  frame.thickness = rng.Uniform(0.03f, 0.1f);
  frame.leg_radius = rng.Uniform(0.025f, 0.055f);
  frame.splay = rng.Uniform(0, 0.5f);
  const int wood = stool.AddMaterial(FrameMaterial(rng));
  const int seat = rng.Chance(0.5f) ? wood : stool.AddMaterial(RandomPaint(rng));
  const bool is_round = rng.Chance(0.65f);
  AddTop(stool.mesh, frame, is_round, seat);
  const int legs = is_round && rng.Chance(0.4f) ? 3 : 4;
  AddLegs(stool.mesh, frame, legs, rng.Chance(0.6f), is_round ? 0.62f : 0.8f, wood);
  stool.pose = {.min_elevation = 5, .max_elevation = 38, .max_coverage = 1.15f};
  return stool;
}

Object MakeTable(Rng& rng) {
  Object table;
  Frame frame{.half_width = 0.8f, .half_depth = 0.5f, .height = rng.Uniform(0.55f, 0.9f)};
  frame.half_width = rng.Uniform(0.6f, 0.95f);
  frame.half_depth = rng.Uniform(0.42f, 0.65f);
  frame.thickness = rng.Uniform(0.02f, 0.05f);
  frame.leg_radius = rng.Uniform(0.03f, 0.06f);
  frame.splay = rng.Chance(0.3f) ? rng.Uniform(0, 0.15f) : 0.0f;
  const int wood = table.AddMaterial(FrameMaterial(rng));
  const int top = rng.Chance(0.6f) ? wood : table.AddMaterial(RandomAny(rng));
  const bool is_round = rng.Chance(0.3f);
  if (is_round) frame.half_depth = frame.half_width = rng.Uniform(0.55f, 0.75f);
  AddTop(table.mesh, frame, is_round, top);
  if (is_round && rng.Chance(0.5f)) {
    AddPedestal(table.mesh, frame, rng.Uniform(0.25f, 0.4f), wood);
  } else {
    AddLegs(table.mesh, frame, 4, rng.Chance(0.15f), is_round ? 0.6f : 0.9f, wood);
  }
  table.pose = {.min_elevation = 5, .max_elevation = 35, .max_coverage = 1.2f};
  return table;
}

}  // namespace quantbench::default_dataset
