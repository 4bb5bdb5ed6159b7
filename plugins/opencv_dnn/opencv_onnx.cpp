// SPDX-License-Identifier: Apache-2.0
// Rewrites nodes of an ONNX file.
#include "opencv_onnx.h"

// Generated classes, whose code doesn't keep this tree's warnings.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wshadow"
#include <onnx/onnx_pb.h>
#pragma GCC diagnostic pop

#include <algorithm>
#include <cstring>
#include <map>
#include <utility>
#include <vector>

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

const onnx::AttributeProto* Find(const onnx::NodeProto& node, std::string_view name) {
  const auto found = std::find_if(node.attribute().begin(), node.attribute().end(),
                                  [&](const auto& one) { return one.name() == name; });
  return found == node.attribute().end() ? nullptr : &*found;
}

void RefuseGaps(const onnx::NodeProto& pool) {
  const onnx::AttributeProto* const dilations = Find(pool, "dilations");
  if (dilations == nullptr || std::all_of(dilations->ints().begin(), dilations->ints().end(),
                                          [](int64_t one) { return one == 1; }))
    return;
  throw plugin::Failure(QB_UNSUPPORTED, "OpenCV pools '" + pool.name() +
                                            "' without the dilations that the model says");
}

void SetBatch(int batch_size, onnx::GraphProto& graph) {
  for (onnx::ValueInfoProto& input : *graph.mutable_input()) {
    onnx::TensorShapeProto& shape = *input.mutable_type()->mutable_tensor_type()->mutable_shape();
    if (shape.dim_size() > 0 && !shape.dim(0).has_dim_value())
      shape.mutable_dim(0)->set_dim_value(batch_size);
  }
}

// Nodes in order, and constants, as they are written anew.
class Rewriter {
 public:
  explicit Rewriter(onnx::GraphProto& graph) : graph_(graph) {}

  void Rewrite() {
    const auto before = std::exchange(*graph_.mutable_node(), {});
    for (const onnx::NodeProto& node : before)
      if (node.op_type() == "HardSigmoid") gates_[node.output(0)] = node.input(0);
    for (onnx::NodeProto node : before) {
      if (node.op_type() == "Mul") KeepApart(node);
      if (node.op_type() == "AveragePool") PadBefore(node);
      if (node.op_type() == "MaxPool") RefuseGaps(node);
      graph_.add_node()->Swap(&node);
    }
  }

 private:
  // Of a gate that isn't the other factor's own, OpenCV sees only the Identity behind it.
  void KeepApart(onnx::NodeProto& product) {
    for (int i = 0; i < product.input_size(); ++i) {
      const auto gate = gates_.find(product.input(i));
      const bool of_the_other = gate != gates_.end() && product.input(1 - i) == gate->second;
      if (gate == gates_.end() || of_the_other) continue;
      onnx::NodeProto& same = *graph_.add_node();
      same.set_op_type("Identity");
      same.set_name(NewName("identity"));
      same.add_input(product.input(i));
      same.add_output(same.name());
      product.set_input(i, same.name());
    }
  }

  void PadBefore(onnx::NodeProto& pool) {
    const onnx::AttributeProto* const counts = Find(pool, "count_include_pad");
    const onnx::AttributeProto* const pads = Find(pool, "pads");
    if (counts == nullptr || counts->i() == 0 || pads == nullptr || pads->ints_size() != 4) return;
    const std::vector<int64_t> sides(pads->ints().begin(), pads->ints().end());
    onnx::TensorProto& constant = *graph_.add_initializer();
    constant.set_name(NewName("pads"));
    constant.set_data_type(onnx::TensorProto::INT64);
    constant.add_dims(8);
    for (const int64_t pad : {int64_t{0}, int64_t{0}, sides[0], sides[1],  //
                              int64_t{0}, int64_t{0}, sides[2], sides[3]})
      constant.add_int64_data(pad);
    onnx::NodeProto& padding = *graph_.add_node();
    padding.set_op_type("Pad");
    padding.set_name(NewName("padding"));
    padding.add_input(pool.input(0));
    padding.add_input(constant.name());
    padding.add_output(padding.name());
    pool.set_input(0, padding.name());
    const auto last = std::remove_if(
        pool.mutable_attribute()->begin(), pool.mutable_attribute()->end(),
        [](const auto& one) { return one.name() == "pads" || one.name() == "count_include_pad"; });
    pool.mutable_attribute()->erase(last, pool.mutable_attribute()->end());
  }

  std::string NewName(const char* what) {
    return "opencv_dnn/" + std::string(what) + std::to_string(count_++);
  }

  onnx::GraphProto& graph_;
  std::map<std::string, std::string> gates_;  // what HardSigmoid gives: what it is of
  int count_ = 0;
};

}  // namespace

std::string InWordsOfOpenCv(const std::string& onnx, int batch_size) {
  onnx::ModelProto model;
  if (!model.ParseFromString(onnx))
    throw plugin::Failure(QB_FAILED, "the model's file isn't an ONNX file");
  onnx::GraphProto& graph = *model.mutable_graph();
  const Scalars scalars = ScalarsOf(graph);
  for (onnx::NodeProto& node : *graph.mutable_node())
    if (node.op_type() == "Clip" && node.input_size() <= 3) BoundByAttributes(scalars, node);
  SetBatch(batch_size, graph);
  Rewriter(graph).Rewrite();
  return model.SerializeAsString();
}

}  // namespace quantbench::opencv_dnn
