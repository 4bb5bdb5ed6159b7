// SPDX-License-Identifier: Apache-2.0
// Counts, and a ratio of squares.
#include "stage/agreement.h"

#include <algorithm>
#include <cmath>

#include "support/number_text.h"

namespace quantbench {
namespace {

// Beyond what float32 can tell apart: scores without any difference get it as well, as nothing that
// is read again may be infinite.
constexpr double kMostDb = 200;

// 10 log10(sum of y^2 / sum of (y - x)^2), as quantbench/ext/numerics.h has it.
double SqnrDb(const std::vector<float>& own, const std::vector<float>& exact) {
  double signal = 0, noise = 0;
  for (size_t i = 0; i < exact.size(); ++i) {
    const double x = static_cast<double>(own[i]), y = static_cast<double>(exact[i]);
    signal += y * y;
    noise += (y - x) * (y - x);
  }
  if (noise == 0) return kMostDb;
  if (signal == 0) return -kMostDb;
  return std::clamp(10 * std::log10(signal / noise), -kMostDb, kMostDb);
}

}  // namespace

Agreement AgreementOf(const Predictions& own, const Predictions& exact, const std::string& with) {
  const size_t images = std::min(own.top5.size(), exact.top5.size());
  int64_t same = 0;
  for (size_t i = 0; i < images; ++i) same += own.top5[i][0] == exact.top5[i][0] ? 1 : 0;
  Agreement agreement{.with = with, .layers = own.layers};
  if (images > 0)
    agreement.top1_percent = 100.0 * static_cast<double>(same) / static_cast<double>(images);
  if (!own.scores.empty() && own.scores.size() == exact.scores.size())
    agreement.sqnr_db = SqnrDb(own.scores, exact.scores);
  return agreement;
}

std::string BrokenPromise(const std::optional<Agreement>& agreement, const Numerics& promised,
                          bool in_float) {
  if (!agreement) return "";
  const std::string than = " " + agreement->with + " on the same model, and the backend promises ";
  if (in_float && agreement->sqnr_db && *agreement->sqnr_db < promised.min_sqnr_db) {
    return "its scores are within " + FixedText(*agreement->sqnr_db, 1) + " dB of those of" + than +
           TrimmedText(promised.min_sqnr_db, 2) + ": it computes something else";
  }
  if (agreement->top1_percent < promised.min_top1_agreement_percent) {
    return FixedText(agreement->top1_percent, 2) + "% of the images get the class of" + than +
           TrimmedText(promised.min_top1_agreement_percent, 2) + "%";
  }
  return "";
}

}  // namespace quantbench
