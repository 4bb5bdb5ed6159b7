// SPDX-License-Identifier: Apache-2.0
// Half-space rasterization with perspective-correct interpolation.
#include "rasterizer.h"

#include <cstddef>

namespace quantbench::default_dataset {
namespace {

constexpr float kNearPlane = 0.05f;

struct ScreenPoint {
  float x, y;
  float inverse_depth;
};

bool ToScreen(const Camera& camera, Vec3 world, float supersample, ScreenPoint& point) {
  const Vec3 p = camera.ToCamera(world);
  if (p.z < kNearPlane) return false;
  const float inverse = 1.0f / p.z;
  point = {(camera.center_x + camera.focal_px * p.x * inverse) * supersample,
           (camera.center_y - camera.focal_px * p.y * inverse) * supersample, inverse};
  return true;
}

// Calls visit(x, y, weights of a, b and c) for each sample centre inside the triangle.
template <typename Visit>
void ForEachSample(const ScreenPoint& a, const ScreenPoint& b, const ScreenPoint& c, int width,
                   int height, Visit visit) {
  const float area = (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
  if (std::abs(area) < 1e-7f) return;
  const auto limit = [](float v, int size) {
    return static_cast<int>(std::clamp(v, 0.0f, Real(size)));
  };
  const int x0 = limit(std::floor(std::min({a.x, b.x, c.x})), width);
  const int x1 = limit(std::ceil(std::max({a.x, b.x, c.x})), width);
  const int y0 = limit(std::floor(std::min({a.y, b.y, c.y})), height);
  const int y1 = limit(std::ceil(std::max({a.y, b.y, c.y})), height);
  for (int y = y0; y < y1; ++y) {
    for (int x = x0; x < x1; ++x) {
      const float px = Real(x) + 0.5f, py = Real(y) + 0.5f;
      const float wb = ((px - a.x) * (c.y - a.y) - (py - a.y) * (c.x - a.x)) / area;
      const float wc = ((b.x - a.x) * (py - a.y) - (b.y - a.y) * (px - a.x)) / area;
      const float wa = 1.0f - wb - wc;
      if (wa >= 0 && wb >= 0 && wc >= 0) visit(x, y, wa, wb, wc);
    }
  }
}

struct PlacedVertex {
  ScreenPoint screen;
  Vec3 world, normal;
  bool visible;
};

Fragment Interpolate(const Vertex* const (&vertices)[3], const PlacedVertex* const (&placed)[3],
                     const float (&weights)[3], float depth) {
  Fragment fragment{.depth = depth, .openness = 0};
  for (std::size_t i = 0; i < 3; ++i) {
    const float weight = weights[i] * placed[i]->screen.inverse_depth * depth;
    fragment.world = fragment.world + placed[i]->world * weight;
    fragment.normal = fragment.normal + placed[i]->normal * weight;
    fragment.local = fragment.local + vertices[i]->position * weight;
    fragment.uv = fragment.uv + vertices[i]->uv * weight;
    fragment.openness += vertices[i]->openness * weight;
  }
  return fragment;
}

void RasterizeInstance(const Camera& camera, const Instance& instance, int supersample,
                       std::vector<PlacedVertex>& placed, FragmentBuffer& buffer) {
  const Mesh& mesh = instance.object->mesh;
  placed.resize(mesh.vertices.size());
  for (std::size_t i = 0; i < placed.size(); ++i) {
    placed[i].world = instance.ToWorld(mesh.vertices[i].position);
    placed[i].normal = instance.rotation * mesh.vertices[i].normal;
    placed[i].visible = ToScreen(camera, placed[i].world, Real(supersample), placed[i].screen);
  }
  for (const Triangle& triangle : mesh.triangles) {
    const auto a = static_cast<std::size_t>(triangle.a), b = static_cast<std::size_t>(triangle.b),
               c = static_cast<std::size_t>(triangle.c);
    if (!placed[a].visible || !placed[b].visible || !placed[c].visible) continue;
    const Vertex* const vertices[3] = {&mesh.vertices[a], &mesh.vertices[b], &mesh.vertices[c]};
    const PlacedVertex* const corners[3] = {&placed[a], &placed[b], &placed[c]};
    const Material* material =
        &instance.object->materials[static_cast<std::size_t>(triangle.material)];
    ForEachSample(placed[a].screen, placed[b].screen, placed[c].screen, buffer.width, buffer.height,
                  [&](int x, int y, float wa, float wb, float wc) {
                    const float depth = 1.0f / (wa * placed[a].screen.inverse_depth +
                                                wb * placed[b].screen.inverse_depth +
                                                wc * placed[c].screen.inverse_depth);
                    Fragment& fragment =
                        buffer.fragments[static_cast<std::size_t>(y * buffer.width + x)];
                    if (depth >= fragment.depth) return;
                    fragment = Interpolate(vertices, corners, {wa, wb, wc}, depth);
                    fragment.material = material;
                  });
  }
}

}  // namespace

void Rasterize(const Camera& camera, const std::vector<Instance>& instances, int supersample,
               FragmentBuffer& buffer) {
  buffer.fragments.assign(static_cast<std::size_t>(buffer.width * buffer.height), Fragment{});
  std::vector<PlacedVertex> placed;
  for (const Instance& instance : instances) {
    RasterizeInstance(camera, instance, supersample, placed, buffer);
  }
}

std::vector<float> RasterizeShadow(const Camera& camera, const std::vector<Instance>& instances,
                                   Vec3 to_light, float ground, int width, int height) {
  std::vector<float> coverage(static_cast<std::size_t>(width * height), 0.0f);
  std::vector<ScreenPoint> points;
  std::vector<char> visible;
  for (const Instance& instance : instances) {
    const Mesh& mesh = instance.object->mesh;
    points.resize(mesh.vertices.size());
    visible.resize(mesh.vertices.size());
    for (std::size_t i = 0; i < points.size(); ++i) {
      const Vec3 world = instance.ToWorld(mesh.vertices[i].position);
      const Vec3 fallen = world - to_light * (std::max(world.y - ground, 0.0f) / to_light.y);
      visible[i] = ToScreen(camera, fallen, 1.0f, points[i]) ? 1 : 0;
    }
    for (const Triangle& triangle : mesh.triangles) {
      const auto a = static_cast<std::size_t>(triangle.a), b = static_cast<std::size_t>(triangle.b),
                 c = static_cast<std::size_t>(triangle.c);
      if (visible[a] == 0 || visible[b] == 0 || visible[c] == 0) continue;
      ForEachSample(points[a], points[b], points[c], width, height,
                    [&](int x, int y, float, float, float) {
                      coverage[static_cast<std::size_t>(y * width + x)] = 1.0f;
                    });
    }
  }
  return coverage;
}

}  // namespace quantbench::default_dataset
