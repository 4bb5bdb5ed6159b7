// SPDX-License-Identifier: Apache-2.0
// Models of cases as graphs again: lowered once more, they compute what they computed.
#include "conformance/graph_of.h"

#include <doctest/doctest.h>

#include "backend/guarded_run.h"
#include "conformance/cases.h"
#include "conformance/compare.h"
#include "support/error.h"

namespace quantbench::conformance {
namespace {

std::vector<float> ScoresOf(const qb_model& model, const std::vector<float>& input) {
  const Executable executable = Backend::BuiltIn().Prepare(model, "generic");
  Context context = executable.CreateContext(1, 1);
  return RunGuarded(executable, context, 1, input.data(), ThreadPool(1));
}

void CheckSame(const std::vector<Case>& cases, Precision precision) {
  for (const Case& one : cases) {
    CAPTURE(one.name);
    ModelBuilder builder(precision, 1);
    one.build(builder);
    const QuantizedGraph graph = GraphOf(builder.model());
    const AbiModel again =
        precision == Precision::kFloat32 ? AbiModel(*graph.graph) : AbiModel(graph);
    const std::vector<float> input = builder.RandomInput(1, 2, one.input);
    CHECK(BitDifference(ScoresOf(again.get(), input), ScoresOf(builder.model(), input)) == "");
  }
}

TEST_CASE("every operator's case comes back from its structs") {
  CheckSame(OperatorCases(), Precision::kFloat32);
  CheckSame(DynamicCases(), Precision::kDynamic);
  CheckSame(WeightedCases(), Precision::kInt8);
}

TEST_CASE("what no file can say is unsupported") {
  ModelBuilder builder(Precision::kInt8, 1);
  builder.Output(builder.PRelu(builder.Input(3, 4, 4)));
  CHECK_THROWS_AS(GraphOf(builder.model()), Unsupported);
}

}  // namespace
}  // namespace quantbench::conformance
