// SPDX-License-Identifier: Apache-2.0
// Decodes TensorProto in all the ways that it may hold its values.
#include "model/onnx/constant.h"

#include <bit>
#include <charconv>
#include <cstring>

#include "model/onnx/proto.h"
#include "support/error.h"
#include "support/number_text.h"

namespace quantbench::onnx_import {
namespace {

using onnx::TensorProto;
static_assert(kFloat32 == TensorProto::FLOAT);
static_assert(std::endian::native == std::endian::little, "raw data is little-endian");

struct Type {
  int32_t type;
  const char* name;
  size_t bytes;
  bool is_float;
};
constexpr Type kTypes[] = {{TensorProto::FLOAT, "float", 4, true},
                           {TensorProto::DOUBLE, "double", 8, true},
                           {TensorProto::FLOAT16, "float16", 2, true},
                           {TensorProto::BFLOAT16, "bfloat16", 2, true},
                           {TensorProto::UINT8, "uint8", 1, false},
                           {TensorProto::INT8, "int8", 1, false},
                           {TensorProto::UINT16, "uint16", 2, false},
                           {TensorProto::INT16, "int16", 2, false},
                           {TensorProto::INT32, "int32", 4, false},
                           {TensorProto::INT64, "int64", 8, false},
                           {TensorProto::UINT32, "uint32", 4, false},
                           {TensorProto::UINT64, "uint64", 8, false},
                           {TensorProto::BOOL, "bool", 1, false},
                           {kInt4, "int4", 1, false},
                           {kUint4, "uint4", 1, false}};

// Two values a byte, the first one in the lower bits; the last byte of an odd number is half full.
bool IsFourBits(const Type& type) { return type.type == kInt4 || type.type == kUint4; }
int64_t FourBits(int32_t type, int64_t byte, int64_t i) {
  const int64_t bits = (byte >> (i % 2 * 4)) & 15;
  return type == kInt4 && bits > 7 ? bits - 16 : bits;
}
size_t BytesOf(const Type& type, int64_t count) {
  return IsFourBits(type) ? (static_cast<size_t>(count) + 1) / 2
                          : static_cast<size_t>(count) * type.bytes;
}

const Type* FindType(int32_t type) {
  for (const Type& known : kTypes) {
    if (known.type == type) return &known;
  }
  return nullptr;
}

float FromBfloat16(uint16_t bits) { return std::bit_cast<float>(uint32_t{bits} << 16); }

// IEEE 754 binary16.
float FromFloat16(uint16_t bits) {
  const uint32_t sign = uint32_t{bits & 0x8000u} << 16;
  const uint32_t exponent = bits >> 10 & 0x1fu, mantissa = bits & 0x3ffu;
  if (exponent == 0) {
    const float magnitude = static_cast<float>(mantissa) * 0x1p-24f;
    return sign != 0 ? -magnitude : magnitude;
  }
  const uint32_t wide = exponent == 31 ? 255 : exponent + 112;
  return std::bit_cast<float>(sign | wide << 23 | mantissa << 13);
}

template <class T>
T Load(const std::byte* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof(T));
  return value;
}

float LoadFloat(int32_t type, const std::byte* bytes) {
  switch (type) {
    case TensorProto::DOUBLE:
      return static_cast<float>(Load<double>(bytes));
    case TensorProto::FLOAT16:
      return FromFloat16(Load<uint16_t>(bytes));
    case TensorProto::BFLOAT16:
      return FromBfloat16(Load<uint16_t>(bytes));
    default:
      return Load<float>(bytes);
  }
}

int64_t LoadInteger(int32_t type, const std::byte* bytes) {
  switch (type) {
    case TensorProto::INT8:
      return Load<int8_t>(bytes);
    case TensorProto::UINT16:
      return Load<uint16_t>(bytes);
    case TensorProto::INT16:
      return Load<int16_t>(bytes);
    case TensorProto::INT32:
      return Load<int32_t>(bytes);
    case TensorProto::UINT32:
      return Load<uint32_t>(bytes);
    case TensorProto::INT64:
    case TensorProto::UINT64:
      return Load<int64_t>(bytes);
    default:
      return Load<uint8_t>(bytes);
  }
}

void RequireBytes(size_t actual, int64_t count, const Type& type, const Shape& dims) {
  if (actual == BytesOf(type, count)) return;
  throw Error(std::to_string(actual) + " bytes of data don't fill " + type.name + " " +
              ToString(dims) + "; the file is damaged");
}

void DecodeBytes(std::span<const std::byte> bytes, const Type& type, Constant& constant) {
  const int64_t count = constant.count();
  RequireBytes(bytes.size(), count, type, constant.dims);
  if (IsFourBits(type)) {
    for (int64_t i = 0; i < count; ++i)
      constant.integers.push_back(
          FourBits(type.type, std::to_integer<int64_t>(bytes[static_cast<size_t>(i / 2)]), i));
  } else if (type.is_float) {
    constant.floats.resize(static_cast<size_t>(count));
    for (size_t i = 0; i < constant.floats.size(); ++i)
      constant.floats[i] = LoadFloat(type.type, bytes.data() + i * type.bytes);
  } else {
    constant.integers.resize(static_cast<size_t>(count));
    for (size_t i = 0; i < constant.integers.size(); ++i)
      constant.integers[i] = LoadInteger(type.type, bytes.data() + i * type.bytes);
  }
}

// The typed field that holds this type's values; which, the format says at TensorProto.
void DecodeFields(const TensorProto& tensor, const Type& type, Constant& constant) {
  const auto copy = [](const auto& field, auto& values) {
    values.assign(field.begin(), field.end());
  };
  switch (type.type) {
    case TensorProto::FLOAT:
      copy(tensor.float_data(), constant.floats);
      break;
    case TensorProto::DOUBLE:
      for (const double value : tensor.double_data())
        constant.floats.push_back(static_cast<float>(value));
      break;
    case TensorProto::FLOAT16:
    case TensorProto::BFLOAT16:
      for (const int32_t bits : tensor.int32_data()) {
        const auto half = static_cast<uint16_t>(bits);
        constant.floats.push_back(type.type == TensorProto::FLOAT16 ? FromFloat16(half)
                                                                    : FromBfloat16(half));
      }
      break;
    case TensorProto::INT64:
      copy(tensor.int64_data(), constant.integers);
      break;
    case TensorProto::UINT32:
    case TensorProto::UINT64:
      for (const uint64_t value : tensor.uint64_data())
        constant.integers.push_back(static_cast<int64_t>(value));
      break;
    case kInt4:
    case kUint4:
      for (int64_t i = 0; i < constant.count() && i / 2 < tensor.int32_data_size(); ++i)
        constant.integers.push_back(
            FourBits(type.type, tensor.int32_data(static_cast<int>(i / 2)), i));
      break;
    default:
      copy(tensor.int32_data(), constant.integers);
  }
  const size_t held = constant.floats.size() + constant.integers.size();
  if (held == static_cast<size_t>(constant.count())) return;
  throw Error("it holds " + CountText(held, "value") + " for " + type.name + " " +
              ToString(constant.dims) + "; the file is damaged");
}

int64_t ReadNumber(const std::string& key, const std::string& text) {
  int64_t value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec == std::errc() && result.ptr == text.data() + text.size() && value >= 0)
    return value;
  throw Error("the " + key + " of its external data is '" + text + "', not a number of bytes");
}

std::span<const std::byte> ExternalBytes(const TensorProto& tensor, ExternalData& external) {
  std::string location;
  int64_t offset = 0, length = -1;
  for (const onnx::StringStringEntryProto& entry : tensor.external_data()) {
    if (entry.key() == "location") location = entry.value();
    if (entry.key() == "offset") offset = ReadNumber("offset", entry.value());
    if (entry.key() == "length") length = ReadNumber("length", entry.value());
  }
  return external.Read(location, offset, length);
}

}  // namespace

void Budget::Take(int64_t elements) {
  left_ -= std::min(elements, left_ + 1);
  if (left_ < 0)
    throw Error("the model's constants unfold into more than " + std::to_string(limit_ >> 20) +
                " million values; no real classifier does");
}

bool IsFloatType(int32_t type) {
  const Type* const found = FindType(type);
  return found != nullptr && found->is_float;
}

bool Constant::is_float() const { return IsFloatType(type); }

Constant DecodeTensor(const TensorProto& tensor, ExternalData& external, Budget& budget) {
  const Type* const type = FindType(tensor.data_type());
  if (type == nullptr)
    throw Error("its data type " + std::to_string(tensor.data_type()) +
                " isn't a number type that classifiers use");
  Constant constant{.type = tensor.data_type(),
                    .dims = {tensor.dims().begin(), tensor.dims().end()},
                    .floats = {},
                    .integers = {}};
  NumElements(constant.dims);  // refuses what is impossible
  if (tensor.data_location() == TensorProto::EXTERNAL) {
    const std::span<const std::byte> bytes = ExternalBytes(tensor, external);
    RequireBytes(bytes.size(), constant.count(), *type, constant.dims);
    budget.Take(constant.count());
    DecodeBytes(bytes, *type, constant);
  } else if (tensor.has_raw_data()) {
    DecodeBytes(std::as_bytes(std::span(tensor.raw_data())), *type, constant);
  } else {
    DecodeFields(tensor, *type, constant);
  }
  return constant;
}

Constant IntegerVector(std::vector<int64_t> values) {
  const auto count = static_cast<int64_t>(values.size());
  return {.type = TensorProto::INT64, .dims = {count}, .floats = {}, .integers = std::move(values)};
}

}  // namespace quantbench::onnx_import
