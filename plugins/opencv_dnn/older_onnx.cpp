// SPDX-License-Identifier: Apache-2.0
// Rewrites nodes of an ONNX file.
#include "older_onnx.h"

// Generated classes, whose code doesn't keep this tree's warnings.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <onnx/onnx_pb.h>
#pragma GCC diagnostic pop

#include <cstring>
#include <map>

#include "quantbench/plugin.hpp"

namespace quantbench::opencv_dnn {
namespace {

using Scalars = std::map<std::string, float>;

Scalars ScalarsOf(const onnx::GraphProto& graph) {
  Scalars scalars;
  for (const onnx::TensorProto& tensor : graph.initializer()) {
    if (tensor.data_type() != onnx::TensorProto::FLOAT) continue;
    float value = 0;
    if (tensor.float_data_size() == 1) {
      value = tensor.float_data(0);
    } else if (tensor.raw_data().size() == sizeof(value)) {
      std::memcpy(&value, tensor.raw_data().data(), sizeof(value));
    } else {
      continue;
    }
    scalars.emplace(tensor.name(), value);
  }
  return scalars;
}

void AddFloat(const char* name, float value, onnx::NodeProto& node) {
  onnx::AttributeProto& attribute = *node.add_attribute();
  attribute.set_name(name);
  attribute.set_type(onnx::AttributeProto::FLOAT);
  attribute.set_f(value);
}

void BoundByAttributes(const Scalars& scalars, onnx::NodeProto& clip) {
  constexpr const char* kBounds[] = {"", "min", "max"};
  for (int i = 1; i < clip.input_size(); ++i)
    if (!clip.input(i).empty() && !scalars.contains(clip.input(i))) return;
  for (int i = 1; i < clip.input_size(); ++i)
    if (!clip.input(i).empty()) AddFloat(kBounds[i], scalars.at(clip.input(i)), clip);
  clip.mutable_input()->DeleteSubrange(1, clip.input_size() - 1);
}

}  // namespace

std::string InOlderWords(const std::string& onnx) {
  onnx::ModelProto model;
  if (!model.ParseFromString(onnx))
    throw plugin::Failure(QB_FAILED, "the model's file isn't an ONNX file");
  const Scalars scalars = ScalarsOf(model.graph());
  for (onnx::NodeProto& node : *model.mutable_graph()->mutable_node())
    if (node.op_type() == "Clip" && node.input_size() <= 3) BoundByAttributes(scalars, node);
  return model.SerializeAsString();
}

}  // namespace quantbench::opencv_dnn
