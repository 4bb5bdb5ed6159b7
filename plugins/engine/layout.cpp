// SPDX-License-Identifier: Apache-2.0
// Transposes in small squares, so that both sides are walked a cache line at a time.
#include "layout.h"

#include <algorithm>
#include <cstring>

namespace quantbench::engine {
namespace {

constexpr int64_t kSquare = 16;

template <class T>
void TransposePart(int64_t rows, int64_t columns, const T* from, int64_t from_step, T* to,
                   int64_t to_step) {
  for (int64_t column = 0; column < columns; ++column)
    for (int64_t row = 0; row < rows; ++row)
      to[column * to_step + row] = from[row * from_step + column];
}

// Four rows of four, which every CPU has vectors for.
void TransposeFour(const float* from, int64_t from_step, float* to, int64_t to_step) {
  typedef float Four __attribute__((vector_size(16)));
  typedef int32_t Order __attribute__((vector_size(16)));
  Four row[4];
  for (int64_t r = 0; r < 4; ++r) std::memcpy(&row[r], from + r * from_step, sizeof(Four));
  const Order low{0, 4, 1, 5}, high{2, 6, 3, 7}, first{0, 1, 4, 5}, second{2, 3, 6, 7};
  const Four ab_low = __builtin_shuffle(row[0], row[1], low);
  const Four ab_high = __builtin_shuffle(row[0], row[1], high);
  const Four cd_low = __builtin_shuffle(row[2], row[3], low);
  const Four cd_high = __builtin_shuffle(row[2], row[3], high);
  const Four column[4] = {
      __builtin_shuffle(ab_low, cd_low, first), __builtin_shuffle(ab_low, cd_low, second),
      __builtin_shuffle(ab_high, cd_high, first), __builtin_shuffle(ab_high, cd_high, second)};
  for (int64_t c = 0; c < 4; ++c) std::memcpy(to + c * to_step, &column[c], sizeof(Four));
}

void TransposeSquare(const float* from, int64_t from_step, float* to, int64_t to_step) {
  for (int64_t column = 0; column < kSquare; column += 4)
    for (int64_t row = 0; row < kSquare; row += 4)
      TransposeFour(from + row * from_step + column, from_step, to + column * to_step + row,
                    to_step);
}

void TransposeSquare(const uint8_t* from, int64_t from_step, uint8_t* to, int64_t to_step) {
  TransposePart(kSquare, kSquare, from, from_step, to, to_step);
}

template <class T>
void TransposeInSquares(int64_t rows, int64_t columns, const T* from, int64_t from_step, T* to,
                        int64_t to_step) {
  for (int64_t row = 0; row < rows; row += kSquare) {
    for (int64_t column = 0; column < columns; column += kSquare) {
      const int64_t height = std::min(kSquare, rows - row),
                    width = std::min(kSquare, columns - column);
      const T* const square = from + row * from_step + column;
      T* const turned = to + column * to_step + row;
      if (height == kSquare && width == kSquare) {
        TransposeSquare(square, from_step, turned, to_step);
      } else {
        TransposePart(height, width, square, from_step, turned, to_step);
      }
    }
  }
}

}  // namespace

void Transpose(int64_t rows, int64_t columns, const float* from, int64_t from_step, float* to,
               int64_t to_step) {
  TransposeInSquares(rows, columns, from, from_step, to, to_step);
}

void Transpose(int64_t rows, int64_t columns, const uint8_t* from, int64_t from_step, uint8_t* to,
               int64_t to_step) {
  TransposeInSquares(rows, columns, from, from_step, to, to_step);
}

}  // namespace quantbench::engine
