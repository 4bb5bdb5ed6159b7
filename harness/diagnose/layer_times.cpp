// SPDX-License-Identifier: Apache-2.0
// Nodes to pieces, pieces to layers.
#include "diagnose/layer_times.h"

#include <algorithm>
#include <map>

namespace quantbench {
namespace {

// [nodes] of the model: the piece that computed it, or -1.
std::vector<int> PieceOfNodes(const Profile& profile, const qb_model& model) {
  std::vector<int> piece(static_cast<size_t>(model.num_nodes), -1);
  for (size_t p = 0; p < profile.parts.size(); ++p) {
    for (const int node : profile.parts[p].nodes) {
      if (node >= 0 && node < model.num_nodes)
        piece[static_cast<size_t>(node)] = static_cast<int>(p);
    }
  }
  // Readers stand behind, so they are settled first.
  std::map<int32_t, int> of_tensor;  // the piece of a tensor's first reader
  for (int32_t n = model.num_nodes - 1; n >= 0; --n) {
    const qb_node& node = *model.nodes[n];
    int& own = piece[static_cast<size_t>(n)];
    const auto reader = of_tensor.find(node.output);
    if (own < 0 && reader != of_tensor.end()) own = reader->second;
    for (int32_t i = 0; i < node.num_inputs; ++i) of_tensor[node.inputs[i]] = own;
  }
  return piece;
}

}  // namespace

TimesOfLayers AssignTimes(const Profile& profile, const qb_model& model,
                          std::span<const LayerDiagnosis> layers) {
  std::map<std::string, size_t> places;
  for (size_t i = 0; i < layers.size(); ++i) places.emplace(layers[i].layer, i);
  std::vector<std::vector<size_t>> layers_of(profile.parts.size());
  const std::vector<int> piece = PieceOfNodes(profile, model);
  for (int32_t n = 0; n < model.num_nodes; ++n) {
    const int p = piece[static_cast<size_t>(n)];
    const auto place = places.find(model.nodes[n]->name);
    if (p >= 0 && place != places.end()) layers_of[static_cast<size_t>(p)].push_back(place->second);
  }
  TimesOfLayers times{.layers = std::vector<TimesOfLayers::Layer>(layers.size())};
  for (size_t p = 0; p < profile.parts.size(); ++p) {
    if (layers_of[p].empty()) {
      times.conversion_ms += profile.parts[p].ms;
      continue;
    }
    const size_t first = *std::ranges::min_element(layers_of[p]);
    for (const size_t i : layers_of[p]) times.layers[i].block = layers[first].layer;
    double& ms = times.layers[first].ms.emplace(times.layers[first].ms.value_or(0));
    ms += profile.parts[p].ms;
  }
  return times;
}

}  // namespace quantbench
