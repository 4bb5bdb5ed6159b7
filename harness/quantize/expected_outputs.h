// SPDX-License-Identifier: Apache-2.0
// What a float network's layers give before their activations, at sampled pixels.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "dataset/input_images.h"
#include "graph/graph.h"
#include "support/thread_pool.h"

namespace quantbench {

// The pixels of an output that are looked at in one image: all where there are at most
// `kMostPixels`, else that many, one at random in each of as many equal stretches of it. The same
// for everyone who asks.
inline constexpr int64_t kMostPixels = 64;
std::vector<int64_t> SampledPixels(int64_t image, int64_t pixels);

class ExpectedOutputs {
 public:
  // `graph` must be prepared for inference; `layers` are the nodes with weights that will be asked
  // for, in that order. Everything must outlive it.
  ExpectedOutputs(const Graph& graph, const std::vector<size_t>& layers, const InputImages& images,
                  int batch_size, const ThreadPool& pool);
  ~ExpectedOutputs();

  // Outputs of a layer, [images, sampled pixels, outputs], of the first `images` images. Those of
  // as many layers as fit `most_bytes` come from one float pass, which layers asked for in order
  // need seldom. Throws Error.
  const std::vector<float>& Of(size_t layer, int64_t images, int64_t most_bytes = kMostBytes);

  static constexpr int64_t kMostBytes = int64_t{1} << 29;

 private:
  struct Network;
  int64_t ElementsOf(size_t layer, int64_t images) const;
  void Collect(int64_t images);

  const Graph& graph_;
  const std::vector<size_t>& layers_;
  const InputImages images_;
  const ThreadPool& pool_;
  int64_t batch_size_;
  std::unique_ptr<Network> network_;
  std::map<size_t, std::vector<float>> outputs_;
};

}  // namespace quantbench
