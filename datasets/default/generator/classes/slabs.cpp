// SPDX-License-Identifier: Apache-2.0
// Patterned slabs and boxes: chessboard, brick wall and crate.
#include "class_table.h"

namespace quantbench::default_dataset {

Object MakeChessboard(Rng& rng) {
  Object board;
  const int squares = rng.Int(5, 8);
  Material field = RandomPaint(rng);
  field.pattern = Pattern::kChess;
  field.frequency = Real(squares) * 0.5f;
  if (rng.Chance(0.4f)) {
    field.base = ColorFromHsv(0.1f, 0.2f, rng.Uniform(0.75f, 0.95f));
    field.accent = ColorFromHsv(0.07f, 0.5f, rng.Uniform(0.1f, 0.4f));
  }
  const int top = board.AddMaterial(field);
  const int frame = board.AddMaterial(RandomAny(rng));
  const float thickness = rng.Uniform(0.03f, 0.12f);
  const float border = rng.Chance(0.7f) ? rng.Uniform(0.03f, 0.18f) : 0.0f;
  AddBox(board.mesh, {0, -thickness, 0}, {1 + border, thickness, 1 + border}, frame);
  const std::size_t first = board.mesh.vertices.size();
  AddBox(board.mesh, {0, 0, 0}, {1, 0.012f, 1}, top);
  for (std::size_t i = first; i < board.mesh.vertices.size(); ++i) {
    board.mesh.vertices[i].uv = board.mesh.vertices[i].uv + Vec2{1, 1};
  }
  if (rng.Chance(0.35f)) {  // pawns
    const int pieces = rng.Int(1, 5);
    const int piece = board.AddMaterial(RandomAny(rng));
    const float size = 2.0f / Real(squares);
    for (int i = 0; i < pieces; ++i) {
      const float x = (Real(rng.Int(0, squares - 1)) + 0.5f) * size - 1;
      const float z = (Real(rng.Int(0, squares - 1)) + 0.5f) * size - 1;
      const std::size_t start = board.mesh.vertices.size();
      const ProfilePoint pawn[] = {{0.36f * size, 0},
                                   {0.34f * size, 0.15f * size},
                                   {0.12f * size, 0.4f * size},
                                   {0.12f * size, 0.8f * size}};
      AddLathe(board.mesh, pawn, piece, 16);
      AddEllipsoid(board.mesh, {0, 0.9f * size, 0}, Vec3{0.2f, 0.2f, 0.2f} * size, piece);
      Transform(board.mesh, start, {}, {x, 0.01f, z});
    }
  }
  board.pose = {.min_elevation = 22,
                .max_elevation = 85,
                .tipped = 0,
                .upright = 0.2f,
                .max_roll = 20,
                .min_coverage = 0.75f,
                .max_coverage = 1.6f};
  return board;
}

Object MakeBrickWall(Rng& rng) {
  Object wall;
  Material bricks = RandomPaint(rng);
  bricks.pattern = Pattern::kBrick;
  bricks.frequency = rng.Uniform(1.6f, 3.2f);
  if (rng.Chance(0.6f)) {
    const float hue = rng.Uniform(0, 0.08f);
    const float saturation = rng.Uniform(0.3f, 0.75f);
    bricks.base = ColorFromHsv(hue, saturation, rng.Uniform(0.4f, 0.8f));
    bricks.accent = ColorFromHsv(0.1f, 0.1f, rng.Uniform(0.3f, 0.85f));
  }
  const int body = wall.AddMaterial(bricks);
  const float height = rng.Uniform(0.45f, 0.95f);
  const float depth = rng.Uniform(0.08f, 0.3f);
  AddBox(wall.mesh, {0, height, 0}, {1, height, depth}, body);
  if (rng.Chance(0.4f)) {  // coping stones
    const int stone = wall.AddMaterial(RandomAny(rng));
    AddBox(wall.mesh, {0, 2 * height + 0.04f, 0}, {1.03f, 0.05f, depth + 0.05f}, stone);
  } else if (rng.Chance(0.4f)) {  // a wing at a right angle
    const float length = rng.Uniform(0.3f, 0.7f);
    AddBox(wall.mesh, {1 - depth, height, length}, {depth, height, length}, body);
  }
  wall.pose = {.min_elevation = -2,
               .max_elevation = 35,
               .min_yaw = -55,
               .max_yaw = 55,
               .tipped = 0,
               .min_coverage = 0.8f,
               .max_coverage = 1.8f};
  return wall;
}

Object MakeCrate(Rng& rng) {
  Object crate;
  const Vec3 half{rng.Uniform(0.45f, 0.7f), rng.Uniform(0.3f, 0.6f), rng.Uniform(0.4f, 0.6f)};
  Material wood = rng.Chance(0.8f) ? RandomWood(rng) : RandomPaint(rng);
  const int slat = crate.AddMaterial(wood);
  wood.base = wood.base * 0.35f;
  wood.accent = wood.accent * 0.35f;
  const int core = crate.AddMaterial(wood);
  AddBox(crate.mesh, {0, half.y, 0}, half * 0.96f, core);
  const int rows = rng.Int(2, 5);
  const float gap = rng.Uniform(0.1f, 0.35f);
  const bool has_brace = rng.Chance(0.4f);
  for (int face = 0; face < 5; ++face) {  // four sides and the top
    const std::size_t first = crate.mesh.vertices.size();
    const bool is_top = face == 4;
    const bool is_side = face % 2 == 1;
    const float width = is_side ? half.z : half.x;
    const float height = is_top ? half.z : half.y;
    const float reach = is_top ? half.y : (is_side ? half.x : half.z);
    const float pitch = 2 * height / Real(rows);
    for (int row = 0; row < rows; ++row) {
      const float y = -height + pitch * (Real(row) + 0.5f);
      AddBox(crate.mesh, {0, y, reach}, {width, pitch * 0.5f * (1 - gap), 0.025f}, slat);
    }
    for (const float side : {-1.0f, 1.0f}) {
      AddBox(crate.mesh, {side * (width - 0.06f), 0, reach + 0.03f}, {0.07f, height, 0.025f}, slat);
    }
    if (has_brace) {
      const float length = std::sqrt(width * width + height * height);
      AddBox(crate.mesh, {0, 0, reach + 0.02f}, {length * 0.93f, 0.06f, 0.02f}, slat,
             RotationZ(std::atan2(height, width)));
    }
    const Mat3 turn = is_top ? RotationX(-kPi / 2) : RotationY(Real(face) * kPi / 2);
    Transform(crate.mesh, first, turn, {0, half.y, 0});
  }
  crate.pose = {.min_elevation = 5, .max_elevation = 45, .tipped = 0.1f};
  return crate;
}

}  // namespace quantbench::default_dataset
