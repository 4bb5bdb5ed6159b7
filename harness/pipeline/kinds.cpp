// SPDX-License-Identifier: Apache-2.0
// In the order in which entries are listed that were used at the same moment.
#include "pipeline/kinds.h"

#include "dataset/crops_file.h"
#include "dataset/fingerprints.h"
#include "pipeline/cached_predictions.h"
#include "pipeline/models.h"
#include "pipeline/speeds.h"
#include "quantize/statistics_file.h"

namespace quantbench {

Kinds AllKinds() {
  static constexpr const Kind* kAll[] = {&kCrops,      &kFingerprints, &kSpeeds,
                                         &kStatistics, &kModels,       &kPredictions};
  return kAll;
}

}  // namespace quantbench
