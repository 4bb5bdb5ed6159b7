// SPDX-License-Identifier: Apache-2.0
// Constants of ONNX models whose dims, type and data don't fit together.
#include <doctest/doctest.h>

#include <functional>

#include "model/onnx_builder.h"
#include "model/test_files.h"

namespace quantbench {
namespace {

using testing::CheckRefused;
using testing::OnnxBuilder;

constexpr int64_t kHugeDim = int64_t{1} << 40;

// A tensor whose dims, type and data don't belong together.
struct TensorCase {
  const char* reason;
  std::function<void(onnx::TensorProto&)> change;
  const char* expected;
};

const TensorCase kTensorCases[] = {
    {"negative dims", [](onnx::TensorProto& t) { t.set_dims(0, -3); }, "impossible"},
    {"huge dims", [](onnx::TensorProto& t) { t.set_dims(0, kHugeDim); }, "don't fill"},
    {"dims that overflow",
     [](onnx::TensorProto& t) {
       t.set_dims(0, kHugeDim);
       t.add_dims(kHugeDim);
     },
     "impossible"},
    {"half a float", [](onnx::TensorProto& t) { t.set_raw_data("abcde"); }, "don't fill"},
    {"no data", [](onnx::TensorProto& t) { t.clear_raw_data(); }, "holds 0 values"},
    {"strings", [](onnx::TensorProto& t) { t.set_data_type(onnx::TensorProto::STRING); },
     "data type 8"},
    {"a type from the future", [](onnx::TensorProto& t) { t.set_data_type(77); }, "data type 77"},
};

TEST_CASE("initialisers that don't hold what they say are refused by name") {
  for (const TensorCase& c : kTensorCases) {
    CAPTURE(c.reason);
    OnnxBuilder builder;
    c.change(builder.Floats("w", {1, 3, 1, 1}, {1, 1, 1}));
    CheckRefused([&] { builder.Import(); }, {"initialiser 'w'", c.expected});
  }
}

}  // namespace
}  // namespace quantbench
