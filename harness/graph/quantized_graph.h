// SPDX-License-Identifier: Apache-2.0
// A float graph together with the integers that replace its weights and the qparams of its
// activations.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "graph/graph.h"

namespace quantbench {

// What replaces a convolution's or linear layer's floats. Formulas: plugins/sdk/arithmetic.md.
// Nothing at all for a layer that is float.
struct QuantizedWeights {
  std::vector<int8_t> weight;  // shape of the float weight, zero point 0
  std::vector<float> scales;   // one, or one for each output channel
  // [oc], scale = input scale * weight scale. Empty where the bias stays float: in a dynamic layer,
  // and in one whose integers are only how the file keeps its weights, since it runs in float.
  std::vector<int32_t> bias;
  int bits = 8;  // that a weight needs; the export writes four as INT4
};

// When activations get their qparams.
enum class QuantizationMode {
  kStatic,  // ahead of time: an activation is quint8 or, here and there, float
  kDynamic  // at run time: each convolution and linear layer with integer weights and a float bias
            // quantises its float input with the range of the batch at hand
};

struct QuantizedGraph {
  std::shared_ptr<const Graph> graph;  // folded and fused, shapes inferred
  std::string recipe;                  // "static/minmax/per_channel"
  // [values], of quint8; nullopt: that value is float. None at all: every value is.
  std::vector<std::optional<QParams>> activations;
  std::vector<QuantizedWeights> weights;  // [nodes], empty for nodes without weights
  // [nodes], what a function of one element makes of each of 256 inputs; empty for other nodes.
  // None at all (or a dynamic graph): no such functions.
  std::vector<std::vector<uint8_t>> tables{};
  QuantizationMode mode = QuantizationMode::kStatic;
  // [nodes], those that stay float though they could compute on integers (quantize/mixed.h). None
  // at all: no such nodes.
  std::vector<bool> in_float{};
  // [nodes], those whose activations have 16 bits (WidthsOf). None at all: no such nodes.
  std::vector<bool> in_16_bits{};

  // nullptr: the value is float.
  const QParams* QParamsOf(ValueId value) const;
};

// Whether node n computes on integers: what it reads and writes is quantised, and so are its
// weights, and nobody wants it in float. Any other node is float, with values dequantised before it
// and quantised behind it.
bool RunsOnIntegers(const QuantizedGraph& quantized, size_t n);

// The same range in steps 257 times finer: what the qparams of a value's eight bits are in 16.
QParams In16Bits(const QParams& eight);

// Where activations have 16 bits in place of eight. A node that is marked so and runs on integers
// reads and writes them; one that only moves values follows its input. A value has them where the
// node that writes it does; one that is quantised from floats, where the float node is marked or a
// node that reads it has them. Where a node's width isn't the value's, a conversion stands between.
struct Widths {
  std::vector<bool> nodes, values;

  bool any() const;
  // Of a value, or of what node n reads and writes, in its width.
  QParams OfValue(const QuantizedGraph& quantized, ValueId value) const;
  QParams OfNode(const QuantizedGraph& quantized, size_t n, ValueId value) const;
};
Widths WidthsOf(const QuantizedGraph& quantized);

// Whether node n quantises its float input by itself.
bool QuantizesAtRunTime(const QuantizedGraph& quantized, size_t n);

}  // namespace quantbench
