// SPDX-License-Identifier: Apache-2.0
// Protobuf joins messages that stand one behind the other, so outputs are appended to the file's
// bytes without reading them. (Source:
// https://protobuf.dev/programming-guides/encoding/#last-one-wins)
#include "values.h"

#include <fstream>
#include <sstream>

#include "quantbench/plugin.hpp"

namespace quantbench::onnxruntime {
namespace {

// Numbers of fields in onnx.proto.
constexpr int kGraphOfModel = 7, kOutputOfGraph = 12, kNameOfValue = 1, kTypeOfValue = 2,
              kTensorOfType = 1, kElementOfTensor = 1;
constexpr uint64_t kFloat = 1, kUint8 = 2, kUint16 = 4;  // of TensorProto.DataType

std::string Varint(uint64_t value) {
  std::string bytes;
  for (; value >= 0x80; value >>= 7) bytes.push_back(static_cast<char>(value | 0x80));
  bytes.push_back(static_cast<char>(value));
  return bytes;
}

std::string Number(int field, uint64_t value) {
  return Varint(static_cast<uint64_t>(field) << 3) + Varint(value);
}

std::string Message(int field, const std::string& content) {
  return Varint(static_cast<uint64_t>(field) << 3 | 2) + Varint(content.size()) + content;
}

std::string BytesOf(const std::string& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream bytes;
  if (!stream || !(bytes << stream.rdbuf()))
    throw plugin::Failure(QB_FAILED, "the model's file '" + file + "' can't be read");
  return bytes.str();
}

const qb_tensor& ResultOf(const qb_model& model, int32_t node) {
  return *model.tensors[model.nodes[node]->output];
}

bool IsActivation(const qb_tensor& tensor) {
  return tensor.dtype == QB_F32 || tensor.dtype == QB_U8 || tensor.dtype == QB_U16;
}

const char* SuffixOf(qb_activation activation) {
  return activation == QB_RELU ? "_relu" : activation == QB_RELU6 ? "_relu6" : "";
}

// Between eight and 16 bits: the file has what one makes of the other under another name, or not at
// all.
bool IsConversion(const qb_model& model, const qb_node& node) {
  const qb_dtype from = model.tensors[node.inputs[0]]->dtype;
  const qb_dtype to = model.tensors[node.output]->dtype;
  return node.op == QB_ACTIVATION && from != QB_F32 && to != QB_F32 && from != to;
}

}  // namespace

std::vector<LayerValues::Layer> LayerValues::LayersOf(const qb_model& model) {
  std::vector<Layer> layers;
  for (int32_t n = 0; n < model.num_nodes; ++n) {
    const qb_node& node = *model.nodes[n];
    const qb_tensor& result = ResultOf(model, n);
    if (node.op == QB_DEQUANTIZE || !IsActivation(result) || IsConversion(model, node)) continue;
    layers.push_back({n, std::string(result.name) + SuffixOf(node.activation) +
                             (result.dtype == QB_F32 ? "" : "_quantized")});
  }
  return layers;
}

LayerValues::LayerValues(const Api& api, const std::string& file, const SessionChoice& choice,
                         const qb_model& model)
    : api_(api), model_(model), layers_(LayersOf(model)) {
  std::string bytes = BytesOf(file);
  for (const Layer& layer : layers_) {
    const qb_dtype dtype = ResultOf(model, layer.node).dtype;
    const uint64_t element = dtype == QB_U8 ? kUint8 : dtype == QB_U16 ? kUint16 : kFloat;
    const std::string type = Message(kTensorOfType, Number(kElementOfTensor, element));
    const std::string value = Message(kNameOfValue, layer.name) + Message(kTypeOfValue, type);
    bytes += Message(kGraphOfModel, Message(kOutputOfGraph, value));
  }
  session_ = NewSession(api, file, bytes, choice);
}

void LayerValues::Run(const char* input_name, const Value* input, int batch_size,
                      const qb_tap& tap) const {
  std::vector<const char*> names;
  for (const Layer& layer : layers_) names.push_back(layer.name.c_str());
  std::vector<Value*> values(names.size(), nullptr);
  Status* const status = api_.run(session_.get(), nullptr, &input_name, &input, 1, names.data(),
                                  names.size(), values.data());
  const auto release = [&](std::vector<Value*>* all) {
    for (Value* const one : *all)
      if (one != nullptr) api_.release_value(one);
  };
  const std::unique_ptr<std::vector<Value*>, decltype(release)> owner(&values, release);
  Require(api_, status);
  for (size_t i = 0; i < values.size(); ++i) {
    const qb_tensor& result = ResultOf(model_, layers_[i].node);
    size_t wanted = static_cast<size_t>(batch_size);
    for (int32_t d = 1; d < result.rank; ++d) wanted *= static_cast<size_t>(result.dims[d]);
    TensorInfo* info = nullptr;
    Require(api_, api_.get_tensor_type_and_shape(values[i], &info));
    size_t count = 0;
    Status* const counted = api_.get_tensor_shape_element_count(info, &count);
    api_.release_tensor_type_and_shape_info(info);
    Require(api_, counted);
    if (count != wanted)
      throw plugin::Failure(QB_FAILED, "'" + layers_[i].name + "' has " + std::to_string(count) +
                                           " values in place of " + std::to_string(wanted));
    void* data = nullptr;
    Require(api_, api_.get_tensor_mutable_data(values[i], &data));
    tap.node_done(tap.user, layers_[i].node, data,
                  wanted * static_cast<size_t>(plugin::DtypeBytes(result.dtype)),
                  /*nanoseconds=*/-1);
  }
}

}  // namespace quantbench::onnxruntime
