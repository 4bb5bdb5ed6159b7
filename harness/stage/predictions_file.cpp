// SPDX-License-Identifier: Apache-2.0
// Predictions to CSV.
#include "stage/predictions_file.h"

#include "record/csv.h"
#include "support/files.h"
#include "support/hash.h"

namespace quantbench {

std::string WritePredictions(const Predictions& predictions, std::span<const ImageEntry> images,
                             const std::filesystem::path& file) {
  std::string text = "image,label,top1,top2,top3,top4,top5\r\n";
  for (size_t i = 0; i < images.size(); ++i) {
    text += CsvText(images[i].path) + ',' + std::to_string(images[i].label);
    for (const int32_t best : predictions.top5[i])
      text += ',' + (best < 0 ? "" : std::to_string(best));
    text += "\r\n";
  }
  WriteFileAtomically(file, text);
  return HashBytes(std::as_bytes(std::span(text)));
}

void WriteClassNames(const ClassNames& classes, int64_t label_offset,
                     const std::filesystem::path& file) {
  if (classes.empty()) {
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
    return;
  }
  std::string text = "label,class,description\r\n";
  for (size_t i = 0; i < classes.size(); ++i) {
    text += std::to_string(static_cast<int64_t>(i) + label_offset) + ',' +
            CsvText(classes.ids()[i]) + ',' + CsvText(classes.Description(i)) + "\r\n";
  }
  WriteFileAtomically(file, text);
}

}  // namespace quantbench
