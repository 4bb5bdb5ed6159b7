// SPDX-License-Identifier: Apache-2.0
// Two- and three-component vectors, rotations and the few scalar helpers that the renderer needs.
#pragma once

#include <algorithm>
#include <cmath>

namespace quantbench::default_dataset {

inline constexpr float kPi = 3.14159265f;

constexpr float Real(int value) { return static_cast<float>(value); }
constexpr float Radians(float degrees) { return degrees * (kPi / 180.0f); }
constexpr float Mix(float a, float b, float t) { return a + (b - a) * t; }
constexpr float Clamp01(float x) { return std::clamp(x, 0.0f, 1.0f); }
constexpr float SmoothStep(float low, float high, float x) {
  const float t = Clamp01((x - low) / (high - low));
  return t * t * (3.0f - 2.0f * t);
}

struct Vec2 {
  float x = 0, y = 0;
};
constexpr Vec2 operator+(Vec2 a, Vec2 b) { return {a.x + b.x, a.y + b.y}; }
constexpr Vec2 operator-(Vec2 a, Vec2 b) { return {a.x - b.x, a.y - b.y}; }
constexpr Vec2 operator*(Vec2 a, float s) { return {a.x * s, a.y * s}; }
constexpr float Dot(Vec2 a, Vec2 b) { return a.x * b.x + a.y * b.y; }
inline float Length(Vec2 a) { return std::sqrt(Dot(a, a)); }
inline Vec2 Polar(float radius, float angle) {
  return {radius * std::cos(angle), radius * std::sin(angle)};
}

struct Vec3 {
  float x = 0, y = 0, z = 0;
};
constexpr Vec3 operator+(Vec3 a, Vec3 b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
constexpr Vec3 operator-(Vec3 a, Vec3 b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
constexpr Vec3 operator-(Vec3 a) { return {-a.x, -a.y, -a.z}; }
constexpr Vec3 operator*(Vec3 a, float s) { return {a.x * s, a.y * s, a.z * s}; }
constexpr Vec3 operator*(Vec3 a, Vec3 b) { return {a.x * b.x, a.y * b.y, a.z * b.z}; }
constexpr float Dot(Vec3 a, Vec3 b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
constexpr Vec3 Cross(Vec3 a, Vec3 b) {
  return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
inline float Length(Vec3 a) { return std::sqrt(Dot(a, a)); }
inline Vec3 Normalize(Vec3 a) { return a * (1.0f / std::max(Length(a), 1e-12f)); }
constexpr Vec3 Mix(Vec3 a, Vec3 b, float t) { return a + (b - a) * t; }

struct Mat3 {
  Vec3 row_x{1, 0, 0}, row_y{0, 1, 0}, row_z{0, 0, 1};
};
constexpr Vec3 operator*(const Mat3& m, Vec3 v) {
  return {Dot(m.row_x, v), Dot(m.row_y, v), Dot(m.row_z, v)};
}
constexpr Mat3 Transpose(const Mat3& m) {
  return {{m.row_x.x, m.row_y.x, m.row_z.x},
          {m.row_x.y, m.row_y.y, m.row_z.y},
          {m.row_x.z, m.row_y.z, m.row_z.z}};
}
constexpr Mat3 operator*(const Mat3& a, const Mat3& b) {
  const Mat3 t = Transpose(b);
  return {t * a.row_x, t * a.row_y, t * a.row_z};
}
inline Mat3 RotationX(float angle) {
  const float c = std::cos(angle), s = std::sin(angle);
  return {{1, 0, 0}, {0, c, -s}, {0, s, c}};
}
inline Mat3 RotationY(float angle) {
  const float c = std::cos(angle), s = std::sin(angle);
  return {{c, 0, s}, {0, 1, 0}, {-s, 0, c}};
}
inline Mat3 RotationZ(float angle) {
  const float c = std::cos(angle), s = std::sin(angle);
  return {{c, -s, 0}, {s, c, 0}, {0, 0, 1}};
}

}  // namespace quantbench::default_dataset
