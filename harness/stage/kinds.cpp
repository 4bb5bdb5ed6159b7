// SPDX-License-Identifier: Apache-2.0
// In the order in which entries are listed that were used at the same moment.
#include "stage/kinds.h"

#include "dataset/crops_file.h"
#include "dataset/fingerprints.h"
#include "quantize/rounding_file.h"
#include "quantize/statistics_file.h"
#include "stage/cached_predictions.h"
#include "stage/layers.h"
#include "stage/models.h"
#include "stage/speeds.h"

namespace quantbench {

Kinds AllKinds() {
  static constexpr const Kind* kAll[] = {&kCrops,     &kFingerprints, &kSpeeds,      &kStatistics,
                                         &kRoundings, &kModels,       &kPredictions, &kLayers};
  return kAll;
}

}  // namespace quantbench
