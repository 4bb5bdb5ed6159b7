// SPDX-License-Identifier: Apache-2.0
// Mean outputs follow from the sums of what each weight is multiplied with, so that no output has
// to be computed for them; integer layers are corrected in taps, before the layer itself runs.
#include "quantize/bias_correction.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <limits>
#include <utility>

#include "backend/abi_model.h"
#include "backend/backend.h"
#include "quantbench/plugin.hpp"
#include "quantize/layer_integers.h"

namespace quantbench {
namespace {

// How a layer reads its input. A linear layer is a convolution of one pixel.
struct Reading {
  int64_t channels, height, width;  // of the input
  int64_t out_height = 1, out_width = 1;
  int64_t outputs, columns, kernel_height = 1, kernel_width = 1;  // weight [outputs, columns, ...]
  int64_t groups = 1;
  Window window;

  int64_t taps() const { return kernel_height * kernel_width; }
  double pixels() const { return static_cast<double>(out_height * out_width); }
};

Reading ReadingOf(const Graph& graph, const Node& node) {
  const Shape& x = graph.values[static_cast<size_t>(node.inputs[0])].shape;
  const Shape& y = graph.values[static_cast<size_t>(node.output)].shape;
  const Shape& weight = WeightsOf(node.op)->weight.shape;
  const auto* const conv = std::get_if<Conv>(&node.op);
  if (conv == nullptr)
    return {.channels = x[0], .height = 1, .width = 1, .outputs = weight[0], .columns = weight[1]};
  return {.channels = x[0],
          .height = x[1],
          .width = x[2],
          .out_height = y[1],
          .out_width = y[2],
          .outputs = weight[0],
          .columns = weight[1],
          .kernel_height = weight[2],
          .kernel_width = weight[3],
          .groups = conv->groups,
          .window = conv->window};
}

// The outputs [first, last) along one axis whose tap reads inside the image.
std::pair<int64_t, int64_t> Inside(int64_t outputs, int64_t inputs, int64_t stride,
                                   int64_t offset) {
  const int64_t first = offset >= 0 ? 0 : (-offset + stride - 1) / stride;
  const int64_t last = inputs <= offset ? 0 : (inputs - 1 - offset) / stride + 1;
  return {first, std::clamp(last, first, std::max(first, outputs))};
}

// sums[channel, tap] of one image x [channels, height, width]: all that the tap reads, less `zero`.
template <class T, class Sum>
void SumInputs(const Reading& r, const T* x, Sum zero, double* sums) {
  for (int64_t c = 0; c < r.channels; ++c) {
    const T* const plane = x + c * r.height * r.width;
    for (int64_t tap = 0; tap < r.taps(); ++tap) {
      const int64_t top = tap / r.kernel_width * r.window.dilation[0] - r.window.padding.top;
      const int64_t left = tap % r.kernel_width * r.window.dilation[1] - r.window.padding.left;
      const int64_t sy = r.window.stride[0], sx = r.window.stride[1];
      const auto [y0, y1] = Inside(r.out_height, r.height, sy, top);
      const auto [x0, x1] = Inside(r.out_width, r.width, sx, left);
      Sum sum{};
      for (int64_t oy = y0; oy < y1; ++oy) {
        const T* const row = plane + (oy * sy + top) * r.width + left;
        for (int64_t ox = x0; ox < x1; ++ox) sum += static_cast<Sum>(row[ox * sx]) - zero;
      }
      *sums++ = static_cast<double>(sum);
    }
  }
}

// The mean over the pixels of sum w * x, for each output.
template <class W>
void MeanProducts(const Reading& r, const W* weight, const double* sums, double* means) {
  const int64_t in_group = r.outputs / r.groups, row = r.columns * r.taps();
  for (int64_t o = 0; o < r.outputs; ++o) {
    const double* const from = sums + o / in_group * row;
    double sum = 0;
    for (int64_t i = 0; i < row; ++i) sum += static_cast<double>(weight[o * row + i]) * from[i];
    means[o] = sum / r.pixels();
  }
}

// What flattens a value or gives it another shape, an engine may do without computing anything, and
// then it taps the value alone, whose elements are the same.
enum class Views { kTapped, kNotTapped };

// The layers that read each value.
std::vector<std::vector<size_t>> LayersOf(const Graph& graph, Views views) {
  std::vector<std::vector<size_t>> layers(graph.values.size());
  std::vector<ValueId> viewed(graph.values.size());
  for (size_t v = 0; v < viewed.size(); ++v) viewed[v] = static_cast<ValueId>(v);
  for (size_t n = 0; n < graph.nodes.size(); ++n) {
    const Node& node = graph.nodes[n];
    const ValueId input = viewed[static_cast<size_t>(node.inputs[0])];
    const bool is_view =
        std::holds_alternative<Flatten>(node.op) || std::holds_alternative<Reshape>(node.op);
    if (is_view && node.activation == Activation::kNone && views == Views::kNotTapped)
      viewed[static_cast<size_t>(node.output)] = input;
    if (WeightsOf(node.op) != nullptr) layers[static_cast<size_t>(input)].push_back(n);
  }
  return layers;
}

// Calls visit(value, data) for each value of the graph as it is computed; no exception may pass
// through the backend, so it waits.
template <class Visit>
class Taps {
 public:
  Taps(const AbiModel& model, Visit visit) : model_(model), visit_(std::move(visit)) {}

  qb_tap Tap() {
    return {.struct_size = sizeof(qb_tap), .user = this, .node_done = &Taps::NodeDone};
  }
  void Rethrow() const {
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  static void NodeDone(void* user, int32_t node, const void* values, uint64_t /*bytes*/, int64_t) {
    auto& self = *static_cast<Taps*>(user);
    const ValueId value = self.model_.ValueWrittenBy(node);
    if (value < 0 || self.failure_) return;
    try {
      self.visit_(value, values);
    } catch (...) {
      self.failure_ = std::current_exception();
    }
  }

  const AbiModel& model_;
  Visit visit_;
  std::exception_ptr failure_;
};

// Takes e off the biases of a layer, where e is more than chance: errors [images, outputs] in real
// units, unit[o] that of bias o.
void TakeOff(const std::vector<double>& errors, const std::vector<double>& unit,
             std::vector<int32_t>& bias) {
  const size_t outputs = bias.size(), images = errors.size() / outputs;
  const auto count = static_cast<double>(images);
  for (size_t o = 0; o < outputs; ++o) {
    double sum = 0, squares = 0;
    for (size_t i = 0; i < images; ++i) sum += errors[i * outputs + o];
    const double mean = sum / count;
    for (size_t i = 0; i < images; ++i) {
      const double off = errors[i * outputs + o] - mean;
      squares += off * off;
    }
    const double variance = images < 2 ? 0 : squares / (count - 1) / count;  // of the mean
    if (mean == 0 || variance >= mean * mean) continue;
    const double corrected =
        bias[o] - std::nearbyint(mean * (1 - variance / (mean * mean)) / unit[o]);
    bias[o] = static_cast<int32_t>(std::clamp<double>(
        corrected, std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()));
  }
}

}  // namespace

BiasCorrection::BiasCorrection(std::shared_ptr<const Graph> graph, const Crops& crops,
                               const Normalizer& normalize, int batch_size, ThreadPool& pool,
                               const ProgressCallback& progress)
    : graph_(std::move(graph)),
      crops_(crops),
      normalize_(normalize),
      expected_(graph_->nodes.size()) {
  const auto layers = LayersOf(*graph_, Views::kNotTapped);
  const AbiModel model(*graph_);
  const Backend backend = Backend::BuiltInFloat();
  const Executable executable = backend.Prepare(model, backend.ChooseIsa(std::nullopt));
  const auto most = std::min<int64_t>(batch_size, crops_.count());
  Context context = executable.CreateContext(static_cast<int>(most), pool.threads());
  const auto image = static_cast<size_t>(executable.input_elements());
  std::vector<float> input(image * static_cast<size_t>(most));
  std::vector<float> output(static_cast<size_t>(executable.output_elements() * most));
  int64_t first = 0, batch = 0;
  const auto visit = [&](ValueId value, const void* data) {
    const int64_t elements = NumElements(graph_->values[static_cast<size_t>(value)].shape);
    for (const size_t n : layers[static_cast<size_t>(value)]) {
      const Weighted& layer = *WeightsOf(graph_->nodes[n].op);
      const Reading reading = ReadingOf(*graph_, graph_->nodes[n]);
      std::vector<double>& means = expected_[n];
      means.resize(static_cast<size_t>(crops_.count() * reading.outputs));
      pool.ForEach(batch, [&](int64_t i, int) {
        std::vector<double> sums(static_cast<size_t>(reading.channels * reading.taps()));
        SumInputs(reading, static_cast<const float*>(data) + i * elements, 0.0, sums.data());
        double* const to = means.data() + (first + i) * reading.outputs;
        MeanProducts(reading, layer.weight.values.data(), sums.data(), to);
        for (int64_t o = 0; o < reading.outputs; ++o)
          to[o] += static_cast<double>(layer.bias[static_cast<size_t>(o)]);
      });
    }
  };
  Taps taps(model, visit);
  const qb_tap tap = taps.Tap();
  for (; first < crops_.count(); first += most) {
    batch = std::min(most, crops_.count() - first);
    NormalizeBatch(crops_, normalize_, first, batch, input, pool);
    visit(graph_->input, input.data());
    context.Run(static_cast<int>(batch), input.data(), output.data(), pool, &tap);
    taps.Rethrow();
    if (progress) progress(first + batch, crops_.count());
  }
}

int64_t BiasCorrection::Apply(QuantizedGraph& quantized, ThreadPool& pool,
                              const ProgressCallback& progress, int64_t most_bytes) const {
  const auto layers = LayersOf(*graph_, Views::kTapped);
  const AbiModel model(quantized);
  const Backend backend = Backend::BuiltIn();
  const Executable executable = backend.Prepare(model, backend.ChooseIsa(std::nullopt));
  const int64_t bytes_of_image = plugin::PlanMemory(model.get()).bytes_per_image +
                                 int64_t{sizeof(float)} * executable.input_elements();
  const int64_t images = std::clamp<int64_t>(most_bytes / bytes_of_image, 1, crops_.count());
  Context context = executable.CreateContext(static_cast<int>(images), pool.threads());
  std::vector<float> input(static_cast<size_t>(executable.input_elements() * images));
  std::vector<float> output(static_cast<size_t>(executable.output_elements() * images));
  int64_t done = 0;

  const auto correct = [&](size_t n, const uint8_t* data, const QParams& in) {
    const Reading reading = ReadingOf(*graph_, graph_->nodes[n]);
    QuantizedWeights& integers = quantized.weights[n];
    std::vector<double> unit;
    for (size_t o = 0; o < integers.bias.size(); ++o)
      unit.push_back(double{in.scale} *
                     double{integers.scales[integers.scales.size() == 1 ? 0 : o]});
    const int64_t elements =
        NumElements(graph_->values[static_cast<size_t>(graph_->nodes[n].inputs[0])].shape);
    std::vector<double> errors(static_cast<size_t>(images * reading.outputs));
    pool.ForEach(images, [&](int64_t i, int) {
      std::vector<double> sums(static_cast<size_t>(reading.channels * reading.taps()));
      SumInputs(reading, data + i * elements, int64_t{in.zero_point}, sums.data());
      double* const to = errors.data() + i * reading.outputs;
      MeanProducts(reading, integers.weight.data(), sums.data(), to);
      for (int64_t o = 0; o < reading.outputs; ++o) {
        const auto at = static_cast<size_t>(o);
        to[o] = (to[o] + integers.bias[at]) * unit[at] -
                expected_[n][static_cast<size_t>(i * reading.outputs + o)];
      }
    });
    TakeOff(errors, unit, integers.bias);
    RequireExactSums(graph_->nodes[n], WeightsOf(graph_->nodes[n].op)->weight, integers.bias);
  };
  Taps taps(model, [&](ValueId value, const void* data) {
    for (const size_t n : layers[static_cast<size_t>(value)]) {
      if (RunsOnIntegers(quantized, n))
        correct(n, static_cast<const uint8_t*>(data), *quantized.QParamsOf(value));
    }
    if (progress) progress(++done, static_cast<int64_t>(graph_->nodes.size()) + 1);
  });
  const qb_tap tap = taps.Tap();
  NormalizeBatch(crops_, normalize_, 0, images, input, pool);
  context.Run(static_cast<int>(images), input.data(), output.data(), pool, &tap);
  taps.Rethrow();
  return images;
}

}  // namespace quantbench
