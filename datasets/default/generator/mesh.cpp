// SPDX-License-Identifier: Apache-2.0
// Builders of the basic solids.
#include "mesh.h"

namespace quantbench::default_dataset {
namespace {

int Size(const Mesh& mesh) { return static_cast<int>(mesh.vertices.size()); }

void AddQuad(Mesh& mesh, int a, int b, int c, int d, int material) {
  mesh.triangles.push_back({a, b, c, material});
  mesh.triangles.push_back({a, c, d, material});
}

// The outward normal (radius, height) of one piece of a profile that runs upwards on its outside.
Vec2 PieceNormal(const ProfilePoint& p, const ProfilePoint& q) {
  const Vec2 normal{q.height - p.height, p.radius - q.radius};
  return normal * (1.0f / std::max(Length(normal), 1e-9f));
}

Vec2 JointNormal(Vec2 own, Vec2 neighbour) {
  if (Dot(own, neighbour) < 0.6f) return own;
  const Vec2 sum = own + neighbour;
  return sum * (1.0f / Length(sum));
}

void AddFlatTriangle(Mesh& mesh, Vec3 a, Vec3 b, Vec3 c, int material) {
  Vec3 normal = Normalize(Cross(b - a, c - a));
  if (normal.y < 0) normal = -normal;
  const int first = Size(mesh);
  for (const Vec3 p : {a, b, c}) mesh.vertices.push_back({p, normal, {p.x, p.z}, 1});
  mesh.triangles.push_back({first, first + 1, first + 2, material});
}

void AddWall(Mesh& mesh, Vec3 a, Vec3 b, Vec3 c, Vec3 d, int material, float openness) {
  const Vec3 normal = Normalize(Cross(b - a, d - a));
  const int first = Size(mesh);
  for (const Vec3 p : {a, b, c, d}) mesh.vertices.push_back({p, normal, {p.x, p.z}, openness});
  AddQuad(mesh, first, first + 1, first + 2, first + 3, material);
}

}  // namespace

void AddLathe(Mesh& mesh, std::span<const ProfilePoint> profile, int material, int sides) {
  const std::size_t pieces = profile.size() - 1;
  float length = 0;
  for (std::size_t i = 0; i < pieces; ++i) {
    const ProfilePoint &low = profile[i], &high = profile[i + 1];
    const Vec2 own = PieceNormal(low, high);
    const Vec2 normal_low = i == 0 ? own : JointNormal(own, PieceNormal(profile[i - 1], low));
    const Vec2 normal_high =
        i + 1 == pieces ? own : JointNormal(own, PieceNormal(high, profile[i + 2]));
    const float piece_length = Length(Vec2{high.radius - low.radius, high.height - low.height});
    const int first = Size(mesh);
    for (int side = 0; side <= sides; ++side) {
      const float turn = Real(side) / Real(sides);
      const float c = std::cos(turn * 2 * kPi), s = std::sin(turn * 2 * kPi);
      mesh.vertices.push_back({{low.radius * c, low.height, low.radius * s},
                               {normal_low.x * c, normal_low.y, normal_low.x * s},
                               {turn, length},
                               low.openness});
      mesh.vertices.push_back({{high.radius * c, high.height, high.radius * s},
                               {normal_high.x * c, normal_high.y, normal_high.x * s},
                               {turn, length + piece_length},
                               high.openness});
      if (side == sides) break;
      const int at = first + 2 * side;
      AddQuad(mesh, at, at + 1, at + 3, at + 2, material);
    }
    length += piece_length;
  }
}

void AddBox(Mesh& mesh, Vec3 center, Vec3 half_size, int material, const Mat3& rotation) {
  const std::size_t first_vertex = mesh.vertices.size();
  const float half[3] = {half_size.x, half_size.y, half_size.z};
  for (int axis = 0; axis < 3; ++axis) {
    const int u_axis = axis == 0 ? 2 : 0, v_axis = axis == 1 ? 2 : 1;
    for (const float sign : {-1.0f, 1.0f}) {
      const int first = Size(mesh);
      for (const Vec2 corner : {Vec2{-1, -1}, Vec2{1, -1}, Vec2{1, 1}, Vec2{-1, 1}}) {
        float p[3] = {}, n[3] = {};
        n[axis] = sign;
        p[axis] = sign * half[axis];
        p[u_axis] = corner.x * half[u_axis];
        p[v_axis] = corner.y * half[v_axis];
        mesh.vertices.push_back(
            {{p[0], p[1], p[2]}, {n[0], n[1], n[2]}, {p[u_axis], p[v_axis]}, 1});
      }
      AddQuad(mesh, first, first + 1, first + 2, first + 3, material);
    }
  }
  Transform(mesh, first_vertex, rotation, center);
}

void AddTube(Mesh& mesh, std::span<const Vec3> path, float radius, int material, bool loop) {
  constexpr int kSides = 10;
  const int count = static_cast<int>(path.size());
  const int first = Size(mesh);
  Vec3 side_axis{};
  float length = 0;
  for (int i = 0; i < count; ++i) {
    const auto at = [&](int j) {
      if (loop) return path[static_cast<std::size_t>((j + count - 1) % (count - 1))];
      return path[static_cast<std::size_t>(std::clamp(j, 0, count - 1))];
    };
    const Vec3 tangent = Normalize(at(i + 1) - at(i - 1));
    if (i == 0) side_axis = std::abs(tangent.y) < 0.8f ? Vec3{0, 1, 0} : Vec3{1, 0, 0};
    side_axis = Normalize(side_axis - tangent * Dot(side_axis, tangent));
    const Vec3 other_axis = Cross(tangent, side_axis);
    if (i > 0) length += Length(at(i) - at(i - 1));
    const bool is_end = !loop && (i == 0 || i == count - 1);
    for (int repeat = 0; repeat < (is_end ? 2 : 1); ++repeat) {
      const bool is_cap = is_end && ((i == 0) == (repeat == 0));
      for (int k = 0; k <= kSides; ++k) {
        const float turn = Real(k) / kSides;
        const Vec3 out =
            side_axis * std::cos(turn * 2 * kPi) + other_axis * std::sin(turn * 2 * kPi);
        mesh.vertices.push_back({path[static_cast<std::size_t>(i)] + out * (is_cap ? 0.0f : radius),
                                 out,
                                 {turn, length},
                                 1});
      }
    }
  }
  const int rings = (Size(mesh) - first) / (kSides + 1);
  for (int ring = 0; ring + 1 < rings; ++ring) {
    for (int k = 0; k < kSides; ++k) {
      const int a = first + ring * (kSides + 1) + k;
      AddQuad(mesh, a, a + 1, a + kSides + 2, a + kSides + 1, material);
    }
  }
}

void AddRod(Mesh& mesh, Vec3 from, Vec3 to, float radius, int material) {
  const Vec3 path[] = {from, Mix(from, to, 0.5f), to};
  AddTube(mesh, path, radius, material);
}

void AddEllipsoid(Mesh& mesh, Vec3 center, Vec3 radii, int material) {
  constexpr int kRows = 14, kColumns = 24;
  const int first = Size(mesh);
  for (int row = 0; row <= kRows; ++row) {
    const float latitude = kPi * Real(row) / kRows;
    for (int column = 0; column <= kColumns; ++column) {
      const float longitude = 2 * kPi * Real(column) / kColumns;
      const Vec3 unit{std::sin(latitude) * std::cos(longitude), std::cos(latitude),
                      std::sin(latitude) * std::sin(longitude)};
      const Vec3 normal = Normalize({unit.x / radii.x, unit.y / radii.y, unit.z / radii.z});
      mesh.vertices.push_back(
          {center + unit * radii, normal, {Real(column) / kColumns, Real(row) / kRows}, 1});
    }
  }
  for (int row = 0; row < kRows; ++row) {
    for (int column = 0; column < kColumns; ++column) {
      const int a = first + row * (kColumns + 1) + column;
      AddQuad(mesh, a, a + 1, a + kColumns + 2, a + kColumns + 1, material);
    }
  }
}

void AddPrism(Mesh& mesh, const PrismShape& shape, int material) {
  const std::size_t count = shape.outline.size();
  const float shoulder = shape.thickness * (shape.bevel > 0 ? 0.6f : 1.0f);
  const Vec3 center{0, shape.thickness + shape.dome, 0};
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t next = (i + 1) % count;
    const Vec2 p = shape.outline[i], q = shape.outline[next];
    const Vec2 p_top = p * (1 - shape.bevel), q_top = q * (1 - shape.bevel);
    const auto lift = [](Vec2 flat, float height) { return Vec3{flat.x, height, flat.y}; };
    AddWall(mesh, lift(p, 0), lift(p, shoulder), lift(q, shoulder), lift(q, 0), material, 1);
    if (shape.bevel > 0) {
      AddWall(mesh, lift(p, shoulder), lift(p_top, shape.thickness), lift(q_top, shape.thickness),
              lift(q, shoulder), material, 1);
    }
    const Vec3 top_p = lift(p_top, shape.thickness), top_q = lift(q_top, shape.thickness);
    if (shape.hole.empty()) {
      AddFlatTriangle(mesh, center, top_p, top_q, material);
      continue;
    }
    const Vec3 hole_p = lift(shape.hole[i], shape.thickness + shape.dome);
    const Vec3 hole_q = lift(shape.hole[next], shape.thickness + shape.dome);
    AddFlatTriangle(mesh, hole_p, top_p, top_q, material);
    AddFlatTriangle(mesh, hole_p, top_q, hole_q, material);
    AddWall(mesh, hole_p, lift(shape.hole[i], 0), lift(shape.hole[next], 0), hole_q, material,
            0.5f);
  }
}

void Transform(Mesh& mesh, std::size_t first_vertex, const Mat3& rotation, Vec3 offset) {
  for (std::size_t i = first_vertex; i < mesh.vertices.size(); ++i) {
    Vertex& vertex = mesh.vertices[i];
    vertex.position = rotation * vertex.position + offset;
    vertex.normal = rotation * vertex.normal;
  }
}

void NormalizeSize(Mesh& mesh) {
  Vec3 low{1e9f, 1e9f, 1e9f}, high{-1e9f, -1e9f, -1e9f};
  for (const Vertex& vertex : mesh.vertices) {
    const Vec3 p = vertex.position;
    low = {std::min(low.x, p.x), std::min(low.y, p.y), std::min(low.z, p.z)};
    high = {std::max(high.x, p.x), std::max(high.y, p.y), std::max(high.z, p.z)};
  }
  const Vec3 center = (low + high) * 0.5f;
  float radius = 1e-6f;
  for (const Vertex& vertex : mesh.vertices) {
    radius = std::max(radius, Length(vertex.position - center));
  }
  for (Vertex& vertex : mesh.vertices) vertex.position = (vertex.position - center) * (1 / radius);
}

std::vector<ProfilePoint> SmoothProfile(std::span<const ProfilePoint> points, int steps) {
  const int count = static_cast<int>(points.size());
  const auto at = [&](int i) {
    return points[static_cast<std::size_t>(std::clamp(i, 0, count - 1))];
  };
  std::vector<ProfilePoint> result;
  for (int i = 0; i + 1 < count; ++i) {
    const ProfilePoint p0 = at(i - 1), p1 = at(i), p2 = at(i + 1), p3 = at(i + 2);
    for (int step = 0; step < steps; ++step) {
      const float t = Real(step) / Real(steps);
      const auto curve = [t](float a, float b, float c, float d) {  // Catmull-Rom
        return 0.5f * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t +
                       (3 * b - a - 3 * c + d) * t * t * t);
      };
      result.push_back({std::max(curve(p0.radius, p1.radius, p2.radius, p3.radius), 0.0f),
                        curve(p0.height, p1.height, p2.height, p3.height),
                        Mix(p1.openness, p2.openness, t)});
    }
  }
  result.push_back(points.back());
  return result;
}

}  // namespace quantbench::default_dataset
