// SPDX-License-Identifier: Apache-2.0
// What a scenario says about images: where they are, which of them, and how they become network
// inputs.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace quantbench {

struct DatasetSpec {
  std::filesystem::path root;
  // "folders": root/<split>/<wnid>/*, labels by synset order. "flat": root/<split>/* with a list
  // file <split>.txt. "imagenet": whichever of the two is there.
  std::string layout = "imagenet";
  // Empty: root/synsets.txt if there, else the class folders of the splits are the classes.
  std::filesystem::path synsets;
  std::filesystem::path labels;  // flat layout: lines "file label"; empty: root/<split>.txt
  // The network's output of the first class: 1 where output 0 is a background class.
  std::optional<int> label_offset;
  int max_unreadable =
      0;  // more unreadable images than this fail the run; those below are left out and named
};

// Two parts that no image is in both of: what a model is chosen on, and what shows that the choice
// holds elsewhere.
enum class ImagePart { kAll, kSearch, kProof };

// Which images of a split: at most one of images, per_class, random and list; none takes all.
struct SubsetSpec {
  std::string split;
  int64_t images = 0;  // the first n in file order (classes sorted, names sorted within); 0 = all
  int64_t per_class = 0;  // the first n of each class
  int64_t random = 0;     // n drawn without replacement by `seed`, kept in file order
  uint64_t seed = 0;
  // A file with one path relative to root/<split> a line; the images are taken in its order.
  std::filesystem::path list;
  ImagePart part = ImagePart::kAll;  // of the images that are chosen so
};

// Height and width in pixels; one number is a square, wherever a size is asked for.
struct PixelSize {
  int height = 0, width = 0;

  constexpr PixelSize() = default;
  // NOLINTNEXTLINE(google-explicit-constructor)
  constexpr PixelSize(int edge) : height(edge), width(edge) {}
  constexpr PixelSize(int h, int w) : height(h), width(w) {}
  bool operator==(const PixelSize&) const = default;
};
inline std::string ToString(PixelSize size) {  // "224", "96x128"
  const std::string height = std::to_string(size.height);
  return size.height == size.width ? height : height + "x" + std::to_string(size.width);
}

// Hashes are made of these numbers.
enum class ResizeMethod {
  kPilBilinear,
  kOpencvLinear,
  kOpencvArea,
  kPilBicubic,
  kPilLanczos,
  kPilNearest
};
enum class Fit {
  kResizeShorter,  // the shorter edge becomes `resize`, the shape stays
  kSquash,         // the image becomes `resize`, whatever its shape
  kPad             // the image fits into `resize`, its shape stays, the rest is black
};
enum class ChannelOrder { kRgb, kBgr };
enum class PixelScale { kUnit, kBytes };  // what mean and std are taken of: 0..1, or 0..255
enum class CropTransform {
  kCenterCrop,        // resize the shorter edge, cut the centre
  kRandomResizedCrop  // torchvision's RandomResizedCrop(scale 0.08..1, ratio 3/4..4/3) and
                      // horizontal flip with probability 1/2
};

struct Preprocess {
  PixelSize resize = 256;  // of a shorter edge, which is one number, or of the whole image
  PixelSize crop = 224;
  ResizeMethod resize_method = ResizeMethod::kPilBilinear;
  std::array<float, 3> mean{0.485f, 0.456f,
                            0.406f};  // red, green, blue in either order of channels
  std::array<float, 3> std{0.229f, 0.224f, 0.225f};
  Fit fit = Fit::kResizeShorter;
  ChannelOrder channel_order = ChannelOrder::kRgb;  // of the network's input
  PixelScale scale = PixelScale::kUnit;
};

}  // namespace quantbench
