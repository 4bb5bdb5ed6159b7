// SPDX-License-Identifier: Apache-2.0
// What a scenario says about images: where they are, which of them, and how they become network
// inputs.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <string>

namespace quantbench {

struct DatasetSpec {
  std::filesystem::path root;
  // "folders": root/<split>/<wnid>/*, labels by synset order. "flat": root/<split>/* with a list
  // file <split>.txt. "imagenet": whichever of the two is there.
  std::string layout = "imagenet";
  std::filesystem::path
      synsets;  // empty: root/synsets.txt if there, else the sorted folders of the split
  std::filesystem::path labels;  // flat layout: lines "file label"; empty: root/<split>.txt
  int max_unreadable =
      0;  // more unreadable images than this fail the run; those below are left out and named
};

// Which images of a split: at most one of images, per_class, random and list; none takes all.
struct SubsetSpec {
  std::string split;
  int64_t images = 0;  // the first n in file order (classes sorted, names sorted within); 0 = all
  int64_t per_class = 0;  // the first n of each class
  int64_t random = 0;     // n drawn without replacement by `seed`, kept in file order
  uint64_t seed = 0;
  // A file with one path relative to root/<split> a line; the images are taken in its order.
  std::filesystem::path list;
};

enum class ResizeMethod { kPilBilinear, kOpencvLinear, kOpencvArea };
enum class CropTransform {
  kCenterCrop,        // resize the shorter edge, cut the centre
  kRandomResizedCrop  // torchvision's RandomResizedCrop(scale 0.08..1, ratio 3/4..4/3) and
                      // horizontal flip with probability 1/2
};

struct Preprocess {
  int resize = 256;  // shorter edge, pixels
  int crop = 224;    // square, pixels
  ResizeMethod resize_method = ResizeMethod::kPilBilinear;
  std::array<float, 3> mean{0.485f, 0.456f, 0.406f};  // RGB, of values in [0, 1]
  std::array<float, 3> std{0.229f, 0.224f, 0.225f};
};

}  // namespace quantbench
