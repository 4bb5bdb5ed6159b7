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

}  // namespace quantbench::plugin
