// SPDX-License-Identifier: Apache-2.0
// Counts compared, and what to write where they differ.
#include "dataset/class_check.h"

#include <set>
#include <string>

#include "support/error.h"
#include "support/number_text.h"

namespace quantbench {
namespace {

std::string Advice(const ImageIndex& index, int64_t classes, int64_t outputs) {
  std::string advice;
  if (outputs == classes + 1)
    advice = "where output 0 is a background class, write dataset.label_offset: 1; else ";
  if (classes == 1)
    advice +=
        "where that folder holds the images of all classes, write dataset: {layout: flat, labels: "
        "FILE}; else ";
  return advice + "write dataset.synsets: FILE with all classes in the order of the model's " +
         CountText(outputs, "output") + ", one per line" +
         (index.left_out.folders > 0 ? " (left out as no classes: " + index.left_out.Text() + ")"
                                     : "");
}

void CheckCount(const ImageIndex& index, int offset, int64_t outputs) {
  const auto classes = static_cast<int64_t>(index.classes.size());
  if (classes + offset == outputs) return;
  std::string counts = "the model has " + CountText(outputs, "output") + ", but " +
                       index.classes.source() +
                       (index.classes.are_folders() ? " are " : " names ") +
                       std::to_string(classes) + (classes == 1 ? " class" : " classes");
  if (offset != 0) counts += " (and label_offset is " + std::to_string(offset) + ")";
  throw Error(counts + "; " + Advice(index, classes, outputs - offset));
}

void CheckLabels(const ImageIndex& index, int offset, int64_t outputs) {
  for (const ImageEntry& image : index.images) {
    if (image.label >= 0 && image.label < outputs) continue;
    throw Error("image '" + image.path + "' has label " + std::to_string(image.label - offset) +
                (offset == 0 ? "" : ", with label_offset " + std::to_string(image.label)) +
                ", but the model's " + CountText(outputs, "output") + " are 0 to " +
                std::to_string(outputs - 1) +
                (offset == 0 && image.label == outputs
                     ? "; where labels count from 1, write dataset.label_offset: -1"
                     : "; do the list of labels and the model belong together?"));
  }
}

// Labels that nothing names, all from 0 up to one less than the network has: is output 0 or the
// last one of no class?
void CheckBackground(const ImageIndex& index, int64_t outputs) {
  std::set<int> labels;
  for (const ImageEntry& image : index.images) labels.insert(image.label);
  const auto count = static_cast<int64_t>(labels.size());
  if (count < 2 || count != outputs - 1 || *labels.rbegin() != count - 1) return;
  throw Error("the model has " + CountText(outputs, "output") + ", but the labels are " +
              std::to_string(count) + ", from 0 to " + std::to_string(count - 1) +
              "; write dataset.label_offset: 1 where output 0 is a background class, 0 where the "
              "last output has no image");
}

}  // namespace

void CheckClasses(const ImageIndex& index, const DatasetSpec& dataset, int64_t outputs) {
  const int offset = dataset.label_offset.value_or(0);
  if (!index.classes.empty()) {
    CheckCount(index, offset, outputs);
  } else if (!dataset.label_offset) {
    CheckBackground(index, outputs);
  }
  CheckLabels(index, offset, outputs);
}

}  // namespace quantbench
