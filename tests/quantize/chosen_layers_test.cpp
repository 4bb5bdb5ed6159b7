// SPDX-License-Identifier: Apache-2.0
// Which layers a recipe's choices mean.
#include "quantize/chosen_layers.h"

#include <doctest/doctest.h>

#include "model/graph_samples.h"
#include "model/passes.h"
#include "support/error.h"

namespace quantbench {
namespace {

Graph ThreeLayers() {
  Graph graph = testing::GraphWithInput({3, 4, 4});
  ValueId x = graph.AddNode("stem.conv", testing::MakeConv({.weight = {5, 3, 1, 1}}), {graph.input},
                            Activation::kRelu);
  x = graph.AddNode("stem.cap", Cap{.caps = {1, 2, 3, 4, 5}}, {x});
  x = graph.AddNode("body.0", testing::MakeConv({.weight = {5, 5, 1, 1}}), {x});
  x = graph.AddNode("body.1", testing::MakeConv({.weight = {2, 5, 1, 1}}), {x});
  graph.output = graph.AddNode("flat", Flatten{}, {x});
  PrepareForInference(graph);
  return graph;
}

}  // namespace

TEST_CASE("the first choice that matches a layer is its, and leaves the rest as it is") {
  const Graph graph = ThreeLayers();
  const WeightRecipe rest(Granularity::kPerTensor, WeightObserver::kMse, 4);
  const ChosenLayers chosen = Choose({{{.names = "stem.conv", .in_float = true},
                                       {.names = "body.?", .weight_bits = 8},
                                       {.names = "*.1", .in_float = true}}},
                                     rest, graph);
  CHECK(chosen.in_float == std::set<std::string>{"stem.conv", "stem.cap"});  // a cap goes along
  REQUIRE(chosen.recipes.size() == 2);
  for (const char* const name : {"body.0", "body.1"}) {
    const WeightRecipe& recipe = chosen.recipes.at(name);
    CHECK(recipe.bits == 8);
    CHECK(recipe.observer == WeightObserver::kMse);
    CHECK(recipe.granularity == Granularity::kPerTensor);
  }
  CHECK(Choose({}, rest, graph).in_float.empty());
}

TEST_CASE("a cap goes along with a layer that has activations of 16 bits") {
  const ChosenLayers chosen =
      Choose({{{.names = "body.0", .activation_bits = 8},
               {.names = "stem.conv", .activation_bits = 16},
               {.names = "body.*", .weight_bits = 4, .activation_bits = 16}}},
             {}, ThreeLayers());
  CHECK(chosen.in_16_bits == std::set<std::string>{"stem.conv", "stem.cap", "body.1"});
  CHECK(chosen.in_float.empty());
  CHECK(chosen.recipes.at("body.1").bits == 4);
}

TEST_CASE("a choice that matches no layer is mistyped") {
  CHECK_THROWS_WITH_AS(
      Choose({{{.names = "stem.*", .in_float = true}, {.names = "bdy.*", .in_float = true}}}, {},
             ThreeLayers()),
      doctest::Contains("no layer is called 'bdy.*'"), Error);
}

}  // namespace quantbench
