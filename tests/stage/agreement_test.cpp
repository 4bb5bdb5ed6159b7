// SPDX-License-Identifier: Apache-2.0
// Two backends' predictions of one model, by hand.
#include "stage/agreement.h"

#include <doctest/doctest.h>

#include <cmath>

namespace quantbench {
namespace {

Predictions Of(const std::vector<int32_t>& best, const std::vector<float>& scores) {
  Predictions predictions;
  for (const int32_t one : best) predictions.top5.push_back({one, -1, -1, -1, -1});
  predictions.scores = scores;
  return predictions;
}

TEST_CASE("agreement counts best classes and relates differences to scores") {
  const Predictions exact = Of({1, 2, 3, 4}, {3, 4, 0});
  const Agreement near = AgreementOf(Of({1, 2, 3, 0}, {3, 4, 0.5f}), exact, "reference");
  CHECK(near.top1_percent == 75);
  CHECK(near.with == "reference");
  CHECK(*near.sqnr_db == doctest::Approx(20));  // 25 over 0.25
  CHECK(*AgreementOf(exact, exact, "x").sqnr_db == 200);
  CHECK(*AgreementOf(Of({1}, {1}), Of({1}, {0}), "x").sqnr_db == -200);
  CHECK(!AgreementOf(Of({1}, {}), exact, "x").sqnr_db);
}

TEST_CASE("scores are kept of a bounded number of images") {
  CHECK(KeptScores(450, 1000) == 64);
  CHECK(KeptScores(10, 1000) == 10);
  CHECK(KeptScores(450, 21841) == 6);
  CHECK(KeptScores(450, 1 << 20) == 0);
}

}  // namespace
}  // namespace quantbench
