// SPDX-License-Identifier: Apache-2.0
// Classes of a dataset against outputs of a network.
#include "dataset/class_check.h"

#include <doctest/doctest.h>

#include <numeric>
#include <string>
#include <vector>

#include "dataset/test_images.h"
#include "support/test_data.h"

namespace quantbench {
namespace {

using testing::Contains;
using testing::ErrorOf;

ClassNames Folders(int count) {
  ClassNames::Split split{.name = "val", .folders = {}};
  for (int i = 0; i < count; ++i) split.folders.push_back("c" + std::to_string(100 + i));
  return ClassNames::OfFolders(split, {});
}

ImageIndex Labelled(const std::vector<int>& labels, ClassNames classes = {}) {
  ImageIndex index{.folder = "val", .classes = std::move(classes), .images = {}};
  for (const int label : labels)
    index.images.push_back({.path = std::to_string(label) + ".jpg", .label = label});
  return index;
}

std::vector<int> Range(int first, int count) {
  std::vector<int> labels(static_cast<size_t>(count));
  std::iota(labels.begin(), labels.end(), first);
  return labels;
}

TEST_CASE("classes that can be the network's pass") {
  const struct {
    std::string reason;
    ImageIndex index;
    std::optional<int> offset;
    int64_t outputs;
  } cases[] = {
      {"as many folders", Labelled({0, 23}, Folders(24)), {}, 24},
      {"a background class, said", Labelled({1, 24}, Folders(24)), 1, 25},
      {"a list's numbers: which classes there are, nobody says", Labelled({0, 5}), {}, 1000},
      {"a list's numbers from 1 to 1000 with a background class",
       Labelled(Range(1, 1000)),
       {},
       1001},
      {"a list without the last class, said", Labelled(Range(0, 9)), 0, 10},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    const DatasetSpec dataset{.label_offset = one.offset};
    CHECK(ErrorOf([&] { CheckClasses(one.index, dataset, one.outputs); }).empty());
  }
}

TEST_CASE("others are told what to write") {
  ImageIndex junk = Labelled({0}, Folders(23));
  junk.left_out.Add("empty", /*is_folder=*/true);
  const struct {
    std::string reason;
    ImageIndex index;
    std::optional<int> offset;
    int64_t outputs;
    const char* message;
  } cases[] = {
      {"a class is lacking",
       Labelled({0}, Folders(23)),
       {},
       24,
       "the model has 24 outputs, but the class folders of 'val' are 23 classes; "},
      {"synsets are asked for",
       Labelled({0}, Folders(24)),
       {},
       1000,
       "write dataset.synsets: FILE with all classes in the order of the model's 1000 outputs"},
      {"a background class",
       Labelled({0}, Folders(24)),
       {},
       25,
       "where output 0 is a background class, write dataset.label_offset: 1"},
      {"an offset that doesn't fit", Labelled({1}, Folders(24)), 1, 24,
       "24 classes (and label_offset is 1)"},
      {"one class", Labelled({0}, Folders(1)), {}, 10, "{layout: flat, labels: FILE}"},
      {"what was left out", junk, {}, 24, "(left out as no classes: 1 folder (empty))"},
      {"a list that counts from 1",
       Labelled(Range(1, 10)),
       {},
       10,
       "image '10.jpg' has label 10, but the model's 10 outputs are 0 to 9; where labels count "
       "from "
       "1, write dataset.label_offset: -1"},
      {"a list of another dataset",
       Labelled({0, 500}),
       {},
       10,
       "do the list of labels and the model"},
      {"an offset below 0", Labelled({-1, 0}), -1, 10, "has label 0, with label_offset -1"},
      {"a list with one label less",
       Labelled(Range(0, 1000)),
       {},
       1001,
       "the labels are 1000, from 0 to 999; write dataset.label_offset: 1 where"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    const DatasetSpec dataset{.label_offset = one.offset};
    const std::string error = ErrorOf([&] { CheckClasses(one.index, dataset, one.outputs); });
    CAPTURE(error);
    CHECK(Contains(error, one.message));
  }
}

}  // namespace
}  // namespace quantbench
