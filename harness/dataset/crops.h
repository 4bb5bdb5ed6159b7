// SPDX-License-Identifier: Apache-2.0
// All images of a subset, decoded, resized and cropped once into one memory-mapped file.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "dataset/dataset_spec.h"
#include "dataset/image_index.h"
#include "dataset/progress_callback.h"
#include "store/store.h"
#include "support/files.h"
#include "support/thread_pool.h"

namespace quantbench {

struct CropRequest {
  ImageIndex index;
  Preprocess preprocess;  // mean and std don't matter here: crops are uint8
  CropTransform transform = CropTransform::kCenterCrop;
  uint64_t seed = 0;  // of random crops
  int max_unreadable = 0;
  // What decoding may take, all workers together: large images wait for each other, and one that
  // takes more can't be read. 0: no limit.
  int64_t memory_limit_mib = 0;
};

struct CropsContent;

// uint8 crops of every readable image with their labels, in the order of the index.
class Crops {
 public:
  int64_t count() const { return static_cast<int64_t>(labels_.size()); }
  PixelSize size() const { return size_; }
  std::span<const uint8_t> pixels(int64_t i) const;  // [size.height, size.width, 3], RGB
  int label(int64_t i) const { return labels_[static_cast<size_t>(i)]; }
  const std::string& path(int64_t i) const { return paths_[static_cast<size_t>(i)]; }
  // CropsName::key
  const std::string& key() const { return key_; }
  const std::vector<std::string>& unreadable() const { return unreadable_; }  // "path: reason"
  bool from_cache() const { return from_cache_; }
  // The cached file that they are mapped from.
  const std::filesystem::path& file() const { return path_of_file_; }
  const MappedFile& mapped() const { return file_; }
  // Takes a crop's pixels out of this process's memory until they are read again.
  void Forget(int64_t i) const { file_.Forget(std::as_bytes(pixels(i))); }
  // What was wrong with the cached file that had to be made anew; empty where nothing was.
  const std::string& rebuilt_reason() const { return rebuilt_reason_; }

 private:
  friend Crops LoadCrops(const CropRequest&, const std::string&, Store&, ThreadPool&,
                         const ProgressCallback&);
  friend Crops MapCrops(const std::filesystem::path&, const std::string&, PixelSize);
  void Take(CropsContent content, const std::filesystem::path& file);

  MappedFile file_;
  std::filesystem::path path_of_file_;
  size_t pixels_offset_ = 0;
  PixelSize size_;
  std::vector<int> labels_;
  std::vector<std::string> paths_;
  std::vector<std::string> unreadable_;
  std::string key_;
  std::string rebuilt_reason_;
  bool from_cache_ = false;
};

struct CropsName {
  // Of the image list, the images' bytes and the preprocessing: the same in every build, so results
  // are compared by it.
  std::string images_hash;
  // Of that and of the code that crops: what caches go by.
  std::string key;
  std::vector<std::string> contents;  // hash of each image's bytes
};

// CropsName::images_hash of images whose bytes have the hashes `contents`.
std::string ImagesHash(const CropRequest& request, const std::vector<std::string>& contents);

// Maps the crops from the cache, or makes them there with all workers of the pool. Header and
// content carry checksums, and a file that doesn't match is rebuilt. Throws Error that lists the
// unreadable images where there are more than request.max_unreadable, or where none is readable.
Crops LoadCrops(const CropRequest& request, Store& store, ThreadPool& pool,
                const ProgressCallback& progress);
// The same in two steps. The name decodes no image, but reads those whose bytes no fingerprint
// tells.
CropsName NameCrops(const CropRequest& request, Store& store, ThreadPool& pool,
                    const ProgressCallback& progress = {});
Crops LoadCrops(const CropRequest& request, const std::string& key, Store& store, ThreadPool& pool,
                const ProgressCallback& progress);

// Maps what LoadCrops made in another process: crops of `size` pixels under their key(). The table
// is verified, the pixels were by LoadCrops. Throws Error that names the file.
Crops MapCrops(const std::filesystem::path& file, const std::string& key, PixelSize size);

// ToTensor and Normalize: [h,w,3] uint8 to [3,h,w] float, ((v / 255) - mean) / std in float32 in
// that order, as torchvision computes it; without the division where the scale is bytes, and with
// the planes in the network's order of channels.
class Normalizer {
 public:
  explicit Normalizer(const Preprocess& preprocess);
  // Any number of pixels; throws std::logic_error where the two spans differ in size. Any thread.
  void operator()(std::span<const uint8_t> pixels, std::span<float> planes) const;

 private:
  // One value a channel and byte: the same bits as the arithmetic, and faster.
  std::array<std::array<float, 256>, 3> table_;
  std::array<size_t, 3> plane_;  // that red, green and blue become
};

// Crops first, first + 1, ... as the first `count` images of a network's input [n,3,h,w],
// starting anew behind the last crop.
void NormalizeBatch(const Crops& crops, const Normalizer& normalize, int64_t first, int64_t count,
                    std::span<float> input, const ThreadPool& pool);

}  // namespace quantbench
