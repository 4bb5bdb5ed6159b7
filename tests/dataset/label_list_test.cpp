// SPDX-License-Identifier: Apache-2.0
// Lists of labels in the forms that people have them.
#include "dataset/label_list.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "dataset/test_images.h"
#include "support/test_data.h"

namespace quantbench {
namespace {

using testing::Contains;
using testing::ErrorOf;

constexpr char kSynsets[] =
    "n01440764 tench, Tinca tinca\nn01443537 goldfish\nn01484850 great white shark\n";

// A folder with images, and a list beside it.
class Listed {
 public:
  explicit Listed(const std::vector<std::string>& images) {
    for (const std::string& image : images) Write("val/" + image, "");
  }
  void Write(const std::string& name, const std::string& content) const {
    std::filesystem::create_directories((scratch_.path() / name).parent_path());
    testing::WriteFile(scratch_.path() / name, content);
  }
  std::vector<LabelledName> Read(const std::string& list, const std::string& text,
                                 const std::string& synsets) const {
    Write(list, text);
    ClassNames classes;
    if (!synsets.empty()) {
      Write("synsets", synsets);
      classes = ClassNames::OfFile(scratch_.path() / "synsets");
    }
    return ReadLabelList(scratch_.path() / list, scratch_.path() / "val", classes);
  }

 private:
  testing::ScratchFolder scratch_;
};

TEST_CASE("formats that are read") {
  const struct {
    std::string reason;
    std::vector<std::string> images;
    std::string list, text, synsets;
    std::vector<std::pair<std::string, int>> expected;
  } cases[] = {
      {"tiny-imagenet's annotations, in one folder",
       {"images/val_0.JPEG", "images/val_1.JPEG"},
       "val_annotations.txt",
       "val_0.JPEG\tn01484850\t0\t32\t44\t62\nval_1.JPEG\tn01440764\t52\t55\t57\t59\n",
       kSynsets,
       {{"images/val_0.JPEG", 2}, {"images/val_1.JPEG", 0}}},
      {"Kaggle's solution: names without endings, boxes",
       {"ILSVRC2012_val_00000001.JPEG", "ILSVRC2012_val_00000002.JPEG"},
       "LOC_val_solution.csv",
       "ImageId,PredictionString\nILSVRC2012_val_00000001,n01443537 85 1 499 272 \n"
       "ILSVRC2012_val_00000002,n01484850 0 1 2 3 n01484850 4 5 6 7 \n",
       kSynsets,
       {{"ILSVRC2012_val_00000001.JPEG", 1}, {"ILSVRC2012_val_00000002.JPEG", 2}}},
      {"two columns with a header",
       {"a.jpg", "b, c.jpg"},
       "labels.csv",
       "image,label\r\na.jpg,1\r\nb, c.jpg,0\r\n",
       "",
       {{"a.jpg", 1}, {"b, c.jpg", 0}}},
      {"two columns without a header", {"a.jpg"}, "labels.CSV", "a.jpg,7\n", "", {{"a.jpg", 7}}},
      {"classes with blanks",
       {"a b.jpg", "c.jpg"},
       "list.txt",
       "a b.jpg great white shark\nc.jpg tench\n",
       "tench\ngreat white shark\ngreat grey owl\n",
       {{"a b.jpg", 1}, {"c.jpg", 0}}},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    const std::vector<LabelledName> read = Listed(one.images).Read(one.list, one.text, one.synsets);
    REQUIRE(read.size() == one.expected.size());
    for (size_t i = 0; i < read.size(); ++i) {
      CHECK(read[i].name == one.expected[i].first);
      CHECK(read[i].label == one.expected[i].second);
    }
  }
}

TEST_CASE("formats that aren't, are explained") {
  const struct {
    std::string reason, list, text, message;
  } cases[] = {
      {"the development kit's ground truth", "truth.txt", "490\n361\n",
       "truth.txt:1: a label without an image's name; ground truth of ILSVRC's development kit"},
      {"commas in a text file", "list.txt", "a.jpg,1\n", "or a file that ends in .csv"},
      {"no comma in a .csv", "list.csv", "a.jpg 1\n", "has no comma; expected 'name,label'"},
      {"boxes of two classes", "k.csv",
       "ImageId,PredictionString\na,n01443537 1 2 3 4 n01484850 1 2 3 4\n",
       "k.csv:2: boxes of different classes ('n01443537', 'n01484850')"},
      {"labels from 1 on", "list.txt", "a.jpg 3\n", "where the list counts from 1 take 1 off each"},
      {"label and name swapped", "list.txt", "1 a.jpg\n", "label 'a.jpg' isn't a number"},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    const std::string error =
        ErrorOf([&] { Listed({"a.jpg"}).Read(one.list, one.text, kSynsets); });
    CAPTURE(error);
    CHECK(Contains(error, one.message));
  }
}

}  // namespace
}  // namespace quantbench
