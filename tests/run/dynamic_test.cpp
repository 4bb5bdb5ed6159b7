// SPDX-License-Identifier: Apache-2.0
// What dynamic quantisation costs a real network on real photographs.
#include <doctest/doctest.h>

#include "run/fast_backend.h"

namespace quantbench {
namespace {

TEST_CASE("dynamic int8 of a real network: Top-1 within 2 points of fp32, with a scale a channel") {
  QUANTBENCH_REQUIRE_SHARED_DATA();
  const std::optional<FoundPlugin> backend = testing::FastBackend();
  QUANTBENCH_REQUIRE_FAST_BACKEND(backend);
  const Results results = testing::RunPhotographs(
      *backend, {{"matrix.quantization", "dynamic"}, {"matrix.batch_size", "4"}});
  REQUIRE(results.rows.size() == 2);
  for (const Row& row : results.rows) {
    CAPTURE(row.case_id);
    REQUIRE(row.status == Status::kOk);
    CHECK(row.accuracy->images == 450);
    CHECK(row.model_bytes < 3'800'000);
    // fp32 has 88.89. One scale a layer destroys this network, static quantisation's as well.
    if (row.granularity == "per_channel") CHECK(*row.summary.top1_percent > 86.9);
    if (row.granularity == "per_tensor") CHECK(*row.summary.top1_percent < 20.0);
  }
}

}  // namespace
}  // namespace quantbench
