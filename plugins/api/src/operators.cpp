// SPDX-License-Identifier: Apache-2.0
// The default of every operator: the naive reference, float or integer by the output's dtype.
#include "../../reference/operators/operators.h"

#include "quantbench/plugin.hpp"

namespace quantbench::plugin {
namespace {

bool IsFloat(const Call& call) { return call.output.info->dtype == QB_F32; }

}  // namespace

Operators::~Operators() = default;

void Operators::Prepare(const qb_model&) {}

void Operators::Conv(const Call& call) {
  IsFloat(call) ? reference::ConvF32(call) : reference::ConvU8(call);
}
void Operators::Linear(const Call& call) {
  IsFloat(call) ? reference::LinearF32(call) : reference::LinearU8(call);
}
void Operators::Add(const Call& call) {
  IsFloat(call) ? reference::AddF32(call) : reference::AddU8(call);
}
void Operators::GlobalAveragePool(const Call& call) {
  IsFloat(call) ? reference::GlobalAveragePoolF32(call) : reference::GlobalAveragePoolU8(call);
}
void Operators::AveragePool(const Call& call) {
  IsFloat(call) ? reference::AveragePoolF32(call) : reference::AveragePoolU8(call);
}
void Operators::MaxPool(const Call& call) {
  IsFloat(call) ? reference::MaxPoolF32(call) : reference::MaxPoolU8(call);
}
void Operators::Concat(const Call& call) {
  IsFloat(call) ? reference::ConcatF32(call) : reference::ConcatU8(call);
}
void Operators::Flatten(const Call& call) { reference::Flatten(call); }
void Operators::Activation(const Call& call) {
  IsFloat(call) ? reference::ActivationF32(call) : reference::ActivationU8(call);
}
void Operators::Quantize(const Call& call) { reference::Quantize(call); }
void Operators::Dequantize(const Call& call) { reference::Dequantize(call); }
void Operators::DynamicConv(const Call& call) { reference::DynamicConv(call); }
void Operators::DynamicLinear(const Call& call) { reference::DynamicLinear(call); }
void Operators::Unary(const Call& call) {
  IsFloat(call) ? reference::UnaryF32(call) : reference::UnaryU8(call);
}
void Operators::Mul(const Call& call) {
  IsFloat(call) ? reference::MulF32(call) : reference::MulU8(call);
}
void Operators::ChannelShuffle(const Call& call) { reference::ChannelShuffle(call); }
void Operators::Slice(const Call& call) { reference::Slice(call); }
void Operators::Reshape(const Call& call) { reference::Flatten(call); }  // a copy as well
void Operators::Softmax(const Call& call) { reference::Softmax(call); }

OperatorFunction FunctionOf(const qb_node& node) {
  if (node.activation < QB_NONE || node.activation > QB_RELU6) {
    throw Failure(QB_UNSUPPORTED, std::string("node '") + node.name + "': activation " +
                                      std::to_string(node.activation) +
                                      " is not known to this plugin");
  }
  if (node.op >= QB_CLIP && node.struct_size < sizeof(qb_node)) {
    throw Failure(QB_INVALID, std::string("node '") + node.name + "' lacks fields of its operator");
  }
  switch (node.op) {
    case QB_CONV:
      return &Operators::Conv;
    case QB_LINEAR:
      return &Operators::Linear;
    case QB_ADD:
      return &Operators::Add;
    case QB_GLOBAL_AVG_POOL:
      return &Operators::GlobalAveragePool;
    case QB_AVG_POOL:
      return &Operators::AveragePool;
    case QB_MAX_POOL:
      return &Operators::MaxPool;
    case QB_CONCAT:
      return &Operators::Concat;
    case QB_FLATTEN:
      return &Operators::Flatten;
    case QB_ACTIVATION:
      return &Operators::Activation;
    case QB_QUANTIZE:
      return &Operators::Quantize;
    case QB_DEQUANTIZE:
      return &Operators::Dequantize;
    case QB_DYNAMIC_CONV:
      return &Operators::DynamicConv;
    case QB_DYNAMIC_LINEAR:
      return &Operators::DynamicLinear;
    case QB_CLIP:
    case QB_HARD_SIGMOID:
    case QB_HARD_SWISH:
    case QB_SIGMOID:
    case QB_SILU:
    case QB_LEAKY_RELU:
      return &Operators::Unary;
    case QB_MUL:
      return &Operators::Mul;
    case QB_CHANNEL_SHUFFLE:
      return &Operators::ChannelShuffle;
    case QB_SLICE:
      return &Operators::Slice;
    case QB_RESHAPE:
      return &Operators::Reshape;
    case QB_SOFTMAX:
      return &Operators::Softmax;
    default:
      throw Failure(QB_UNSUPPORTED, std::string("node '") + node.name + "': operator " +
                                        std::to_string(node.op) + " is not known to this plugin");
  }
}

}  // namespace quantbench::plugin
