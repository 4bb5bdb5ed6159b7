// SPDX-License-Identifier: Apache-2.0
// Sums of sampled pixels from integers, compared with those of the float layer.
#include "quantize/bias_correction.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "quantize/layer_inputs.h"
#include "quantize/layer_integers.h"
#include "quantize/rounding_problem.h"

namespace quantbench {
namespace {

// What an activation lets through.
struct Passage {
  float low = -std::numeric_limits<float>::infinity();
  float high = std::numeric_limits<float>::infinity();

  double Of(double x) const { return std::clamp(x, double{low}, double{high}); }
  double Passes(double x) const { return x > double{low} && x < double{high} ? 1 : 0; }
};

// Behind each output of a layer: its activation, and the caps of a node that alone reads it.
std::vector<Passage> PassagesOf(const Graph& graph, const Node& node, int64_t outputs) {
  Passage passage;
  if (node.activation != Activation::kNone) passage.low = 0;
  if (node.activation == Activation::kRelu6) passage.high = 6;
  std::vector<Passage> passages(static_cast<size_t>(outputs), passage);
  const Node* reader = nullptr;
  int readers = 0;
  for (const Node& other : graph.nodes) {
    if (std::ranges::find(other.inputs, node.output) == other.inputs.end()) continue;
    reader = &other;
    ++readers;
  }
  const Cap* const cap = readers == 1 ? std::get_if<Cap>(&reader->op) : nullptr;
  for (size_t o = 0; cap != nullptr && o < passages.size(); ++o)
    passages[o].high = std::min(passages[o].high, cap->caps[o]);
  return passages;
}

// The shift e of one output with what chance explains taken off, from the integer sums of its
// samples.
class Shift {
 public:
  // sums [images, stride]; expected [images, pixels, outputs] from the output on.
  Shift(const InputColumns& x, const std::vector<int32_t>& sums, double unit, const float* expected,
        int64_t outputs, const Passage& passage) {
    for (int64_t image = 0; image < x.images; ++image) {
      double off = 0, passes = 0;
      for (int64_t p = 0; p < x.pixels; ++p, expected += outputs) {
        const double y = double{*expected};
        const double rounded = sums[static_cast<size_t>(image * x.stride + p)] * unit;
        off += passage.Of(rounded) - passage.Of(y);
        passes += (passage.Passes(rounded) + passage.Passes(y)) / 2;
      }
      off_.push_back(off);
      passes_.push_back(passes);
    }
  }

  double Certain() const {
    double off = 0, passes = 0;
    for (size_t i = 0; i < off_.size(); ++i) off += off_[i], passes += passes_[i];
    if (passes <= 0 || off == 0) return 0;
    const double shift = off / passes;
    double squares = 0;
    for (size_t i = 0; i < off_.size(); ++i) {
      const double left = off_[i] - shift * passes_[i];
      squares += left * left;
    }
    const auto count = static_cast<double>(off_.size());
    const double variance = off_.size() < 2 ? 0 : squares * count / (count - 1) / (passes * passes);
    return shift * std::max(0.0, 1 - variance / (shift * shift));
  }

 private:
  std::vector<double> off_, passes_;  // [images]
};

class Corrector {
 public:
  Corrector(QuantizedGraph& quantized, const LayerInputs& inputs)
      : node_(quantized.graph->nodes[inputs.node]),
        reading_(ReadingOf(*quantized.graph, node_)),
        integers_(quantized.weights[inputs.node]),
        inputs_(inputs),
        passages_(PassagesOf(*quantized.graph, node_, reading_.outputs)),
        expected_(inputs.expected.Of(inputs.node, inputs.images)) {}

  void Correct(const ThreadPool& pool) {
    const int64_t outputs = reading_.outputs / reading_.groups;
    if (reading_.groups == 1) {
      const InputColumns x = Columns(0, pool);
      pool.ForEach(outputs, [&](int64_t o, int) { CorrectOutput(x, o); });
    } else {
      static const ThreadPool alone(1);
      pool.ForEach(reading_.groups, [&](int64_t group, int) {
        const InputColumns x = Columns(group, alone);
        for (int64_t o = group * outputs; o < (group + 1) * outputs; ++o) CorrectOutput(x, o);
      });
    }
    RequireExactSums(node_, WeightsOf(node_.op)->weight, integers_.bias);
  }

 private:
  InputColumns Columns(int64_t group, const ThreadPool& pool) const {
    return ColumnsOf(reading_, inputs_.data, inputs_.images, inputs_.qparams.zero_point, group,
                     pool);
  }

  void CorrectOutput(const InputColumns& x, int64_t o) {
    const auto at = static_cast<size_t>(o);
    int32_t& bias = integers_.bias[at];
    std::vector<int32_t> sums(static_cast<size_t>(x.images * x.stride), bias);
    for (int64_t k = 0; k < x.rows; ++k) {
      const int16_t weight = integers_.weight[static_cast<size_t>(o * x.rows + k)];
      const int16_t* const row = x.Row(k);
      for (size_t i = 0; i < sums.size(); ++i) sums[i] += int32_t{weight} * int32_t{row[i]};
    }
    const double unit = double{inputs_.qparams.scale} *
                        double{integers_.scales[integers_.scales.size() == 1 ? 0 : at]};
    const Shift shift(x, sums, unit, expected_.data() + o, reading_.outputs, passages_[at]);
    bias = static_cast<int32_t>(std::clamp<double>(bias - std::nearbyint(shift.Certain() / unit),
                                                   std::numeric_limits<int32_t>::min(),
                                                   std::numeric_limits<int32_t>::max()));
  }

  const Node& node_;
  const Reading reading_;
  QuantizedWeights& integers_;
  const LayerInputs& inputs_;
  const std::vector<Passage> passages_;
  const std::vector<float>& expected_;
};

}  // namespace

int64_t CorrectBiases(QuantizedGraph& quantized, const CalibrationSet& set, const ThreadPool& pool,
                      const ProgressCallback& progress, int64_t most_bytes) {
  return WalkLayers(
      quantized, set, pool,
      [&](const LayerInputs& inputs) {
        Corrector(quantized, inputs).Correct(pool);
        if (progress) progress(inputs.done + 1, inputs.total);
      },
      most_bytes);
}

}  // namespace quantbench
