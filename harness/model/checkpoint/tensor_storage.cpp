// SPDX-License-Identifier: Apache-2.0
// Element conversions and bounds-checked strided reads.
#include "model/checkpoint/tensor_storage.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>

#include "support/error.h"

namespace quantbench {
namespace {

template <typename T>
float Load(const std::byte* element) {
  T value{};
  std::memcpy(&value, element, sizeof(value));
  return static_cast<float>(value);
}

float LoadBool(const std::byte* element) { return *element == std::byte{0} ? 0.0f : 1.0f; }

float LoadBfloat16(const std::byte* element) {
  uint16_t bits = 0;
  std::memcpy(&bits, element, sizeof(bits));
  return std::bit_cast<float>(uint32_t{bits} << 16);
}

float LoadHalf(const std::byte* element) {
  uint16_t bits = 0;
  std::memcpy(&bits, element, sizeof(bits));
  const int exponent = bits >> 10 & 0x1f;
  const int mantissa = bits & 0x3ff;
  const float sign = (bits & 0x8000) != 0 ? -1.0f : 1.0f;
  if (exponent == 0x1f) return sign * (mantissa == 0 ? INFINITY : NAN);
  if (exponent == 0) return sign * std::ldexp(static_cast<float>(mantissa), -24);
  return sign * std::ldexp(static_cast<float>(mantissa | 0x400), exponent - 25);
}

constexpr ElementType kElementTypes[] = {
    {"torch.FloatStorage", "F32", 4, Load<float>},
    {"torch.DoubleStorage", "F64", 8, Load<double>},
    {"torch.HalfStorage", "F16", 2, LoadHalf},
    {"torch.BFloat16Storage", "BF16", 2, LoadBfloat16},
    {"torch.LongStorage", "I64", 8, Load<int64_t>},
    {"torch.IntStorage", "I32", 4, Load<int32_t>},
    {"torch.ShortStorage", "I16", 2, Load<int16_t>},
    {"torch.CharStorage", "I8", 1, Load<int8_t>},
    {"torch.ByteStorage", "U8", 1, Load<uint8_t>},
    {"torch.BoolStorage", "BOOL", 1, LoadBool},
    {"torch.ComplexFloatStorage", "", 8, nullptr},
    {"torch.ComplexDoubleStorage", "", 16, nullptr},
    {"torch.QInt8Storage", "", 1, nullptr},
    {"torch.QUInt8Storage", "", 1, nullptr},
    {"torch.QInt32Storage", "", 4, nullptr},
};

bool IsEmpty(const Shape& shape) { return std::ranges::find(shape, 0) != shape.end(); }

}  // namespace

const ElementType* FindElementType(std::string_view storage) {
  const auto* const found = std::ranges::find(kElementTypes, storage, &ElementType::storage);
  return found == std::end(kElementTypes) ? nullptr : found;
}

const ElementType* FindSafetensorsType(std::string_view dtype) {
  const auto* const found = std::ranges::find(kElementTypes, dtype, &ElementType::dtype);
  return dtype.empty() || found == std::end(kElementTypes) ? nullptr : found;
}

void CheckBounds(const TensorView& view) {
  const StorageRef& storage = view.storage;
  if (view.shape.size() != view.strides.size())
    throw Error("has shape " + ToString(view.shape) + " but strides " + ToString(view.strides));
  const int64_t elements = NumElements(view.shape);  // refuses what doesn't fit 64 bits
  if (elements > storage.window_elements)
    throw Error("has shape " + ToString(view.shape) + " but its storage holds only " +
                std::to_string(storage.window_elements) + " elements");
  int64_t last = view.offset;
  bool fits = view.offset >= 0;
  for (size_t axis = 0; axis < view.shape.size() && fits && elements > 0; ++axis) {
    int64_t reach = 0;
    fits = view.strides[axis] >= 0 &&
           !__builtin_mul_overflow(view.shape[axis] - 1, view.strides[axis], &reach) &&
           !__builtin_add_overflow(last, reach, &last);
  }
  if (!fits || (elements > 0 && last >= storage.window_elements))
    throw Error("with shape " + ToString(view.shape) + ", strides " + ToString(view.strides) +
                " and offset " + std::to_string(view.offset) + " reaches outside its storage of " +
                std::to_string(storage.window_elements) + " elements");
}

FloatTensor FloatsOf(const TensorView& view, std::span<const std::byte> bytes, bool swap_bytes) {
  CheckBounds(view);
  if (view.storage.type->load == nullptr)
    throw Error("has elements of " + std::string(view.storage.type->storage) +
                ", which can't become float32; float32, float64, float16, bfloat16, bool and "
                "integers can");
  const size_t width = view.storage.type->bytes;
  if (static_cast<uint64_t>(view.storage.elements) > bytes.size() / width)
    throw Error("needs a storage of " + std::to_string(view.storage.elements) + " elements of " +
                std::to_string(width) + " bytes, but the file has only " +
                std::to_string(bytes.size()) + " bytes for it");
  FloatTensor tensor{.shape = view.shape, .values = {}};
  if (IsEmpty(view.shape)) return tensor;
  const auto count = static_cast<size_t>(NumElements(view.shape));
  tensor.values.reserve(count);
  std::vector<int64_t> index(view.shape.size(), 0);
  int64_t position = view.storage.window_begin + view.offset;
  while (true) {
    const std::byte* const element = bytes.data() + static_cast<size_t>(position) * width;
    std::array<std::byte, 8> swapped{};
    if (swap_bytes) std::reverse_copy(element, element + width, swapped.begin());
    tensor.values.push_back(view.storage.type->load(swap_bytes ? swapped.data() : element));
    if (tensor.values.size() == count) return tensor;
    for (size_t axis = index.size(); axis-- > 0;) {  // the next index in row-major order
      if (index[axis] + 1 < view.shape[axis]) {
        ++index[axis];
        position += view.strides[axis];
        break;
      }
      position -= view.strides[axis] * index[axis];
      index[axis] = 0;
    }
  }
}

}  // namespace quantbench
