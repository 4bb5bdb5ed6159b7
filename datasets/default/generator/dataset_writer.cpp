// SPDX-License-Identifier: Apache-2.0
// One task an image: render, photograph, encode, write.
#include "dataset_writer.h"

#include <tbb/parallel_for.h>

#include <atomic>
#include <vector>

#include "camera_effects.h"
#include "classes/class_table.h"
#include "code_version/generator.h"
#include "jpeg.h"
#include "output_directory.h"
#include "scene.h"

namespace quantbench::default_dataset {
namespace {

namespace fs = std::filesystem;

constexpr const char* kSplitNames[] = {"train", "val"};

struct ImageId {
  std::size_t split;  // index into kSplitNames
  std::size_t label;
  int index;
};

fs::path RelativePath(const ImageId& id) {
  const std::string wnid = Classes()[id.label].id;
  return fs::path(kSplitNames[id.split]) / wnid / (wnid + "_" + std::to_string(id.index) + ".JPEG");
}

std::vector<ImageId> ListImages(const DatasetOptions& options) {
  std::vector<ImageId> images;
  const int counts[] = {options.train_per_class, options.val_per_class};
  for (std::size_t split = 0; split < 2; ++split) {
    for (std::size_t label = 0; label < Classes().size(); ++label) {
      for (int index = 0; index < counts[split]; ++index) images.push_back({split, label, index});
    }
  }
  return images;
}

std::vector<std::uint8_t> MakeJpeg(const DatasetOptions& options, const ImageId& id) {
  Rng rng(MixSeeds({options.seed, id.split, id.label, static_cast<std::uint64_t>(id.index)}));
  const cv::Mat photograph =
      TakePhotograph(rng, RenderScene(Classes()[id.label], rng, options.size));
  return EncodeJpeg(photograph, rng.Int(50, 95));
}

}  // namespace

int ImageCount(const DatasetOptions& options) {
  return static_cast<int>(Classes().size()) * (options.train_per_class + options.val_per_class);
}

std::string Manifest(const DatasetOptions& options) {
  return std::string("quantbench default dataset\ngenerator_version ") +
         code_of_generator::kCodeVersion + "\nseed " + std::to_string(options.seed) + "\nsize " +
         std::to_string(options.size) + "\nclasses " + std::to_string(Classes().size()) +
         "\ntrain_per_class " + std::to_string(options.train_per_class) + "\nval_per_class " +
         std::to_string(options.val_per_class) + "\n";
}

bool HasAllImages(const DatasetOptions& options, const fs::path& root) {
  for (const ImageId& id : ListImages(options)) {
    if (!fs::exists(root / RelativePath(id))) return false;
  }
  return fs::exists(root / "synsets.txt") && fs::exists(root / "synset_words.txt");
}

void WriteDataset(const DatasetOptions& options, const fs::path& root,
                  const std::function<void(int)>& progress) {
  std::string ids, words;
  for (const ClassSpec& spec : Classes()) {
    ids += std::string(spec.id) + "\n";
    words += std::string(spec.id) + " " + spec.name + "\n";
    for (const char* split : kSplitNames) fs::create_directories(root / split / spec.id);
  }
  WriteFile(root / "synsets.txt", ids.data(), ids.size());
  WriteFile(root / "synset_words.txt", words.data(), words.size());

  const std::vector<ImageId> images = ListImages(options);
  std::atomic<int> done = 0;
  tbb::parallel_for(std::size_t{0}, images.size(), [&](std::size_t i) {
    const std::vector<std::uint8_t> jpeg = MakeJpeg(options, images[i]);
    WriteFile(root / RelativePath(images[i]), jpeg.data(), jpeg.size());
    progress(++done);
  });
}

}  // namespace quantbench::default_dataset
