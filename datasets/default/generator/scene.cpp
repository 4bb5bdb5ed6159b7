// SPDX-License-Identifier: Apache-2.0
// Sets the scene up, draws it at four samples a pixel, and lays it over its background.
#include "scene.h"

#include <deque>

#include "background.h"
#include "rasterizer.h"

namespace quantbench::default_dataset {
namespace {

constexpr int kSupersample = 2;

float LowestPoint(const Instance& instance) {
  float lowest = 1e9f;
  for (const Vertex& vertex : instance.object->mesh.vertices) {
    lowest = std::min(lowest, instance.ToWorld(vertex.position).y);
  }
  return lowest;
}

// The bounding sphere is the unit sphere; returns the rotation that puts the object in its pose.
Mat3 PoseObject(Rng& rng, PoseRange& range) {
  if (rng.Chance(range.upright)) {
    const float spin = 2 * kPi * rng.Uniform();
    const float lean = kPi / 2 + rng.Uniform(-0.3f, 0.3f);
    const float yaw = rng.Uniform(-1.0f, 1.0f);
    range.min_elevation = -5;
    range.max_elevation = 30;
    return RotationY(yaw) * RotationX(lean) * RotationY(spin);
  }
  if (rng.Chance(range.tipped)) {
    const Mat3 tip = RotationZ(Radians(rng.Uniform(75, 105)));
    return RotationY(2 * kPi * rng.Uniform()) * tip;
  }
  return RotationY(Radians(rng.Uniform(range.min_yaw, range.max_yaw)));
}

Camera PlaceCamera(Rng& rng, const PoseRange& range, float ground, int width, int height) {
  const float elevation = Radians(rng.Uniform(range.min_elevation, range.max_elevation));
  const float distance = rng.Uniform(2.6f, 5.5f);
  const float roll = Radians(rng.Uniform(-range.max_roll, range.max_roll));
  const float coverage = rng.Uniform(range.min_coverage, range.max_coverage);
  const float edge = Real(std::min(width, height));
  Camera camera;
  camera.eye = {0, std::max(distance * std::sin(elevation), ground + 0.15f),
                distance * std::cos(elevation)};
  const Vec3 forward = Normalize(-camera.eye);
  const Vec3 right = Normalize(Cross(forward, {0, 1, 0}));
  camera.world_to_camera = RotationZ(roll) * Mat3{right, Cross(right, forward), forward};
  camera.focal_px = coverage * 0.5f * edge * distance;
  camera.center_x = 0.5f * Real(width) + edge * rng.Uniform(-0.1f, 0.1f);
  camera.center_y = 0.5f * Real(height) + edge * rng.Uniform(-0.07f, 0.07f);
  return camera;
}

Mat3 RandomRotation(Rng& rng) {
  const Mat3 first = RotationY(2 * kPi * rng.Uniform());
  const Mat3 second = RotationX(2 * kPi * rng.Uniform());
  return first * second;
}

// Clutter standing on the ground, beside and behind the object.
void AddProps(Rng& rng, float ground, std::deque<Object>& owned, std::vector<Instance>& instances) {
  const int count = rng.Chance(0.3f) ? 0 : rng.Int(1, 5);
  for (int i = 0; i < count; ++i) {
    owned.push_back(MakeProp(rng));
    Instance prop{
        .object = &owned.back(), .rotation = {}, .scale = rng.Uniform(0.12f, 0.55f), .offset = {}};
    prop.rotation = RotationY(2 * kPi * rng.Uniform());
    // The camera is at +z: leave 100 degrees free on its side.
    const float angle = Radians(rng.Uniform(140, 400));
    const float radius = rng.Uniform(0.9f, 2.2f) + prop.scale;
    const Vec2 place = Polar(radius, angle);
    prop.offset = {place.x, 0, place.y};
    prop.offset.y = ground - LowestPoint(prop);
    instances.push_back(prop);
  }
}

// Something between camera and object that hides a part of it.
void AddOccluder(Rng& rng, const Camera& camera, int width, int height, std::deque<Object>& owned,
                 std::vector<Instance>& instances) {
  owned.push_back(MakeProp(rng));
  const float edge = Real(std::min(width, height));
  const float distance = edge * rng.Uniform(0.22f, 0.5f);
  const Vec2 shift = Polar(distance, 2 * kPi * rng.Uniform());
  const Vec3 ray = camera.Ray(camera.center_x + shift.x, camera.center_y + shift.y);
  const float depth = std::max(Length(camera.eye) - 1.4f, 0.9f);
  const float scale = rng.Uniform(0.12f, 0.3f) * edge * depth / camera.focal_px;
  instances.push_back({.object = &owned.back(),
                       .rotation = RandomRotation(rng),
                       .scale = scale,
                       .offset = camera.eye + ray * depth});
}

struct Shaded {
  Vec3 color;  // already multiplied by opacity
  float opacity;
};

Shaded Shade(const Fragment& fragment, const Light& light, Vec3 eye, float ground) {
  const Material& material = *fragment.material;
  const Vec3 view = Normalize(eye - fragment.world);
  Vec3 normal = Normalize(fragment.normal);
  if (Dot(normal, view) < 0) normal = -normal;
  const Vec3 albedo = Albedo(material, fragment.local, fragment.uv);
  const float height = Clamp01((fragment.world.y - ground) * 1.8f);
  const float openness = fragment.openness * Mix(0.6f, 1.0f, height);
  const float diffuse = std::max(Dot(normal, light.to_light), 0.0f) * fragment.openness;
  const Vec3 ambient = Mix(light.bounce, light.sky, 0.5f + 0.5f * normal.y) * openness;
  Vec3 color = albedo * (ambient + light.key * diffuse) + albedo * material.emission;

  float highlight = std::max(Dot(normal, Normalize(view + light.to_light)), 0.0f);
  for (int i = 0; i < material.shininess_log2; ++i) highlight *= highlight;
  const float grazing = 1 - std::max(Dot(normal, view), 0.0f);
  const float sheen = grazing * grazing * grazing;
  float opacity = material.opacity;
  if (opacity < 1) opacity = Mix(opacity, 1, grazing * grazing);
  color = color * opacity;
  color = color + light.key * (material.gloss * highlight * fragment.openness);
  color = color + light.sky * (material.gloss * 0.5f * sheen);
  return {color, opacity};
}

void Compose(const FragmentBuffer& buffer, const Light& light, Vec3 eye, float ground,
             Image& image) {
  constexpr float kShare = 1.0f / (kSupersample * kSupersample);
  for (int y = 0; y < image.height; ++y) {
    for (int x = 0; x < image.width; ++x) {
      Vec3 color{};
      float opacity = 0;
      for (int sub = 0; sub < kSupersample * kSupersample; ++sub) {
        const int sx = x * kSupersample + sub % kSupersample;
        const int sy = y * kSupersample + sub / kSupersample;
        const Fragment& fragment =
            buffer.fragments[static_cast<std::size_t>(sy * buffer.width + sx)];
        if (fragment.material == nullptr) continue;
        const Shaded shaded = Shade(fragment, light, eye, ground);
        color = color + shaded.color * kShare;
        opacity += shaded.opacity * kShare;
      }
      image.At(x, y) = image.At(x, y) * (1 - opacity) + color;
    }
  }
}

void RandomFrame(Rng& rng, int size, int& width, int& height) {
  const int shorter = static_cast<int>(Real(size) * rng.Uniform(0.92f, 1.3f));
  const int longer = static_cast<int>(Real(shorter) * rng.Uniform(1.0f, 1.5f));
  const bool is_portrait = rng.Chance(0.35f);
  width = is_portrait ? shorter : longer;
  height = is_portrait ? longer : shorter;
}

}  // namespace

Image RenderScene(const ClassSpec& spec, Rng& rng, int size) {
  int width = 0, height = 0;
  RandomFrame(rng, size, width, height);
  std::deque<Object> owned;  // a deque: instances point into it
  owned.push_back(spec.make(rng));
  Object& object = owned.back();
  NormalizeSize(object.mesh);
  std::vector<Instance> instances;
  instances.push_back(
      {.object = &object, .rotation = PoseObject(rng, object.pose), .scale = 1, .offset = {}});
  const float ground = LowestPoint(instances.front());
  const Camera camera = PlaceCamera(rng, object.pose, ground, width, height);
  const Light light = RandomLight(rng);
  AddProps(rng, ground, owned, instances);

  std::vector<float> shadow =
      RasterizeShadow(camera, instances, light.to_light, ground, width, height);
  GaussianBlur(shadow, width, height, rng.Uniform(0.7f, 4.0f));
  Image image = RenderBackground(rng, camera, light, ground, shadow, width, height);
  if (rng.Chance(0.6f)) GaussianBlur(image, rng.Uniform(0.2f, 2.5f));  // depth of field

  if (rng.Chance(0.3f)) AddOccluder(rng, camera, width, height, owned, instances);
  FragmentBuffer buffer{
      .width = width * kSupersample, .height = height * kSupersample, .fragments = {}};
  Rasterize(camera, instances, kSupersample, buffer);
  Compose(buffer, light, camera.eye, ground, image);
  return image;
}

}  // namespace quantbench::default_dataset
