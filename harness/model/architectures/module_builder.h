// SPDX-License-Identifier: Apache-2.0
// Builds a graph out of PyTorch's modules, which take their tensors from a state dict by name.
#pragma once

#include <string>
#include <vector>

#include "graph/graph.h"
#include "graph/model_source.h"
#include "model/architectures/parameters.h"

namespace quantbench {

// What flows between modules: an image [channels,height,width]; a flat vector is [channels,1,1].
struct Feature {
  ValueId id = -1;
  int64_t channels = 0;  // kAnyExtent where the tensor that would tell is missing
  int height = 0, width = 0;
};

enum class Nonlinearity { kNone, kRelu, kRelu6, kSilu, kHardSwish, kSigmoid, kHardSigmoid };

constexpr int kHalf = -1;  // as padding: half of the kernel, as a "same" window of stride 1 has

// A square window.
struct WindowSpec {
  int kernel = 1;
  int stride = 1;
  int padding = kHalf;
  bool ceil = false;  // a last window that hangs over counts (pools)
};

struct ConvSpec {
  int64_t out = kAnyExtent;
  int kernel = 1;
  int stride = 1;
  int padding = kHalf;
  int64_t groups = 1;
  bool bias = false;
  std::array<int, 2> oblong{0, 0};  // {height, width} of a kernel that isn't square
};

// Names of a convolution's layers, and what comes after it.
struct ConvNormSpec {
  std::string conv, norm;
  ConvSpec spec;
  Nonlinearity then = Nonlinearity::kNone;
  float epsilon = 1e-5f;
  std::string activation{};  // the node's name; empty: the norm's and "act"
};

// Two layers whose input is the mean of each channel, and whose output scales it: arXiv 1709.01507.
struct SqueezeExciteSpec {
  std::string reduce, expand;
  int64_t channels = 1;  // between the two
  Nonlinearity between = Nonlinearity::kRelu;
  Nonlinearity gate = Nonlinearity::kSigmoid;
};

// A rounded multiple of the divisor that isn't more than a tenth below `value`: how the channels of
// scaled networks are counted.
int64_t MakeDivisible(double value, int64_t divisor = 8);

class ModuleBuilder {
 public:
  ModuleBuilder(Parameters& parameters, const ModelSource& source);

  // Whether the state dict has the tensor: where files name one layer in two ways.
  bool Has(const std::string& tensor) const { return parameters_.Has(tensor); }
  // Tensors under this prefix, with its dot, have no meaning for inference.
  void DropAll(const std::string& prefix) { parameters_.DropAll(prefix); }

  Feature Input() const;
  Feature Conv(const std::string& name, const Feature& in, const ConvSpec& spec);
  Feature Norm(const std::string& name, const Feature& in, float epsilon = 1e-5f);
  Feature ConvNorm(const Feature& in, const ConvNormSpec& spec);
  Feature Linear(const std::string& name, const Feature& in, int64_t out = kAnyExtent);
  // factor * x + shift, one pair a channel, of numbers that no tensor holds.
  Feature Affine(const std::string& name, const Feature& in, std::vector<float> factors,
                 std::vector<float> shifts);

  Feature Apply(const std::string& name, const Feature& in, Nonlinearity function);
  Feature Add(const std::string& name, const Feature& a, const Feature& b);
  Feature Concat(const std::string& name, const std::vector<Feature>& parts);
  Feature Slice(const std::string& name, const Feature& in, int64_t begin, int64_t end);
  Feature Shuffle(const std::string& name, const Feature& in, int groups);
  Feature SqueezeExcite(const std::string& name, const Feature& in, const SqueezeExciteSpec& spec);

  Feature MaxPool(const std::string& name, const Feature& in, const WindowSpec& spec);
  Feature AveragePool(const std::string& name, const Feature& in, const WindowSpec& spec);
  Feature GlobalAveragePool(const std::string& name, const Feature& in);
  // An adaptive average pool to size x size; refuses images that it doesn't cut into equal parts.
  Feature AdaptiveAveragePool(const std::string& name, const Feature& in, int size);
  Feature Flatten(const std::string& name, const Feature& in);

  // The pool, the flattening and the last layer of most networks.
  Feature Classifier(const std::string& name, const Feature& in);

  // What MobileNetV2 is built with: the scenario's choice.
  Nonlinearity ChosenActivation() const;

  Graph Finish(const Feature& out);

 private:
  Window WindowOf(const Feature& in, const WindowSpec& spec, std::array<int, 2> kernel) const;
  // `in` with the size that the window leaves of it.
  static Feature Slide(Feature in, const Window& window);
  std::vector<float> TakeVector(const std::string& name, int64_t length);
  Feature Node(const std::string& name, Operator op, const std::vector<ValueId>& inputs,
               Feature like);

  Parameters& parameters_;
  const ModelSource& source_;
  Graph graph_;
  std::string impossible_;  // why this network can't work at this size of the image
};

}  // namespace quantbench
