// SPDX-License-Identifier: Apache-2.0
// Tensors of an ONNX file whose values are known before anything runs.
#pragma once

#include <memory>
#include <vector>

#include "graph/graph.h"
#include "model/onnx/external_data.h"

namespace onnx {
class TensorProto;
}

namespace quantbench::onnx_import {

// How many elements an import may allocate in all: a small file must not unfold into all of a
// machine's memory.
class Budget {
 public:
  explicit Budget(int64_t elements) : limit_(elements), left_(elements) {}
  // Call before allocating that many elements; throws Error once all are spent.
  void Take(int64_t elements);

 private:
  int64_t limit_, left_;
};

struct Constant;

// The integers that a constant was dequantised from: value = integer * scale, zero points taken
// off.
struct Integers {
  std::vector<int32_t> values;  // row-major
  std::vector<float> scales;    // one, or one for each value
  float ScaleOf(size_t i) const { return scales.size() == 1 ? scales[0] : scales[i]; }
};

constexpr int32_t kFloat32 = 1;  // TensorProto::FLOAT

struct Constant {
  int32_t type = kFloat32;        // of TensorProto::DataType
  Shape dims;                     // all of them, a batch dimension included; none: a scalar
  std::vector<float> floats;      // row-major; of floating types
  std::vector<int64_t> integers;  // row-major; of all other types
  std::shared_ptr<const Integers> quantized{};  // where DequantizeLinear made it

  bool is_float() const;
  int64_t count() const { return NumElements(dims); }
};
using ConstantPtr = std::shared_ptr<const Constant>;

bool IsFloatType(int32_t type);  // float, double, float16, bfloat16

// Reads an initialiser or attribute: little-endian raw data, typed fields, or external data.
// Throws Error: a type that no classifier needs (string, complex), dims that don't fit the data.
Constant DecodeTensor(const onnx::TensorProto& tensor, ExternalData& external, Budget& budget);

// [values] as a tensor of rank 1.
Constant IntegerVector(std::vector<int64_t> values);

}  // namespace quantbench::onnx_import
