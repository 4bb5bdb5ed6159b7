// SPDX-License-Identifier: Apache-2.0
// When activations of 16 bits are advised.
#include "diagnose/verdicts.h"

#include <doctest/doctest.h>

#include <string>

namespace quantbench {
namespace {

LayerDiagnosis LayerOf(std::optional<double> weights_db, double activations_db, double so_far_db) {
  LayerDiagnosis layer{.integer = true};
  layer.errors.local_sqnr_db = activations_db;
  layer.errors.local_weights_sqnr_db = weights_db;
  if (weights_db) layer.errors.local_activations_sqnr_db = activations_db;
  layer.errors.cumulative_sqnr_db = so_far_db;
  return layer;
}

TEST_CASE("16 bits are advised where activations spoil the output, not where weights do") {
  struct Case {
    std::string reason;
    std::vector<LayerDiagnosis> layers;
    bool advised;
  };
  const Case cases[] = {
      {"one layer's input is coarse", {LayerOf(40, 15, 15), LayerOf(40, 31, 14)}, true},
      {"so is what has no weights", {LayerOf(40, 30, 30), LayerOf({}, 12, 11)}, true},
      {"enough is left", {LayerOf(40, 25, 25), LayerOf(40, 31, 24)}, false},
      {"one layer's weights are worse", {LayerOf(10, 40, 10), LayerOf(40, 31, 9)}, false},
      {"much alike: half of the noise would stay", {LayerOf(20, 19, 16)}, false},
      {"nothing is on integers", {{.integer = false}}, false},
      {"activations have 16 bits already", {LayerOf(18, 80, 18)}, false},
  };
  for (const Case& one : cases) {
    CAPTURE(one.reason);
    Diagnosis diagnosis{.layers = one.layers};
    AdviseActivations(diagnosis);
    REQUIRE(diagnosis.advice.size() == (one.advised ? 1 : 0));
    if (one.advised)
      CHECK(diagnosis.advice[0].setting == "matrix: {layers: [{\"*\": {activation_bits: 16}}]}");
  }
}

}  // namespace
}  // namespace quantbench
