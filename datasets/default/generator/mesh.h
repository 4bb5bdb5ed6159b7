// SPDX-License-Identifier: Apache-2.0
// Triangle meshes and the solids that objects are put together from.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "vec.h"

namespace quantbench::default_dataset {

struct Vertex {
  Vec3 position;
  Vec3 normal;
  Vec2 uv;
  float openness = 1;  // share of the surrounding light that reaches the point: low inside a mug
};

struct Triangle {
  int a, b, c;
  int material;  // index into the object's materials
};

struct Mesh {
  std::vector<Vertex> vertices;
  std::vector<Triangle> triangles;
};

struct ProfilePoint {
  float radius, height;
  float openness = 1;
};

// A surface of revolution about the y axis. Corners sharper than about 50 degrees stay sharp.
// uv: x = turn in 0..1, y = length along the profile.
void AddLathe(Mesh& mesh, std::span<const ProfilePoint> profile, int material, int sides = 36);

// A box. uv: coordinates on the face, in units of the mesh.
void AddBox(Mesh& mesh, Vec3 center, Vec3 half_size, int material, const Mat3& rotation = {});

// A round tube along a path, closed at its ends (or into a loop).
void AddTube(Mesh& mesh, std::span<const Vec3> path, float radius, int material, bool loop = false);
void AddRod(Mesh& mesh, Vec3 from, Vec3 to, float radius, int material);

void AddEllipsoid(Mesh& mesh, Vec3 center, Vec3 radii, int material);

struct PrismShape {
  std::span<const Vec2> outline;    // in the x-z plane, star-shaped around the origin
  std::span<const Vec2> hole = {};  // as many points as the outline, or none
  float thickness = 0.2f;
  float bevel = 0;  // how far the top is drawn in, as a share of the radius
  float dome = 0;   // how much higher the centre is than the top's rim
};
// A thick plate lying on y = 0. uv: x and z.
void AddPrism(Mesh& mesh, const PrismShape& shape, int material);

// Moves the vertices from first_vertex on.
void Transform(Mesh& mesh, std::size_t first_vertex, const Mat3& rotation, Vec3 offset);

// Centres the mesh and scales it to a bounding radius of 1.
void NormalizeSize(Mesh& mesh);

// A smooth curve through points, `steps` per span.
std::vector<ProfilePoint> SmoothProfile(std::span<const ProfilePoint> points, int steps);

}  // namespace quantbench::default_dataset
