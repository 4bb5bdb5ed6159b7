// SPDX-License-Identifier: Apache-2.0
// Predictions to CSV.
#include "stage/predictions_file.h"

#include <ostream>

#include "record/csv.h"
#include "support/files.h"

namespace quantbench {

void WritePredictions(const Predictions& predictions, const Crops& crops,
                      const std::filesystem::path& file) {
  WriteFileAtomically(file, [&](std::ostream& stream) {
    stream << "image,label,top1,top2,top3,top4,top5\r\n";
    for (int64_t i = 0; i < crops.count(); ++i) {
      stream << CsvField(crops.path(i)) << ',' << crops.label(i);
      for (const int32_t best : predictions.top5[static_cast<size_t>(i)]) {
        stream << ',' << (best < 0 ? "" : std::to_string(best));
      }
      stream << "\r\n";
    }
  });
}

}  // namespace quantbench
