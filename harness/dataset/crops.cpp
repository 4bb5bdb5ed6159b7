// SPDX-License-Identifier: Apache-2.0
// The crops stage: what names its artefact, how it is made, and when it is made anew.
#include "dataset/crops.h"

#include <algorithm>
#include <atomic>
#include <limits>
#include <optional>
#include <stdexcept>
#include <utility>

#include "code_version/crops.h"
#include "dataset/crops_file.h"
#include "dataset/crops_format.h"
#include "dataset/decode.h"
#include "dataset/fingerprints.h"
#include "dataset/image_header.h"
#include "dataset/random.h"
#include "dataset/resize.h"
#include "support/error.h"
#include "support/hash.h"
#include "support/memory_budget.h"
#include "support/number_text.h"

namespace quantbench {
namespace {

// A part of the limit, so that the rest of the process has its own.
constexpr int64_t kPartForDecoding = 8;

// Decoding and resizing.
int64_t BytesToCrop(const CropRequest& request, const std::optional<ImageHeader>& header) {
  const int64_t bytes = BytesToDecode(header);
  if (!header || bytes == 0) return bytes;
  return bytes +
         BytesToResize({.height = header->height, .width = header->width}, request.preprocess);
}

RgbImage MakeCrop(const CropRequest& request, size_t i, MemoryBudget& memory) {
  const std::string& path = request.index.images[i].path;
  const MappedFile file = OpenImage(request.index.folder / path, path);
  const std::optional<ImageHeader> header = ReadImageHeader(file.bytes());
  const int64_t bytes = BytesToCrop(request, header);
  // Where the header tells no size, that is the most that it can be: such an image has its turn
  // alone, and is no reason to refuse it.
  if (request.memory_limit_mib > 0 && header && bytes >> 20 >= request.memory_limit_mib) {
    throw Error(path + ": decoding it takes " + std::to_string(bytes >> 20) +
                " MiB, memory_limit_mb is " + std::to_string(request.memory_limit_mib));
  }
  const MemoryBudget::Share share = memory.Take(bytes);
  const RgbImage image = DecodeImage(file.bytes(), path);
  if (request.transform == CropTransform::kRandomResizedCrop)
    return RandomResizedCropped(image, request.preprocess, DerivedSeed(request.seed, i));
  try {
    return CenterCropped(image, request.preprocess);
  } catch (const Error& error) {
    throw Error(path + ": " + error.what());
  }
}

void CheckReadable(const CropRequest& request, const std::vector<std::string>& unreadable) {
  const size_t total = request.index.images.size();
  const auto allowed = static_cast<size_t>(std::max(request.max_unreadable, 0));
  if (unreadable.size() <= allowed && unreadable.size() < total) return;
  constexpr size_t kListed = 10;
  std::string text = std::to_string(unreadable.size()) + " of " + CountText(total, "image") +
                     " in '" + request.index.folder.string() + "' can't be read, " +
                     std::to_string(allowed) + " may be (dataset.max_unreadable):";
  for (size_t i = 0; i < std::min(unreadable.size(), kListed); ++i) text += "\n  " + unreadable[i];
  if (unreadable.size() > kListed)
    text += "\n  and " + std::to_string(unreadable.size() - kListed) + " more";
  throw Error(text);
}

// Makes the file with all workers. Each holds one image at a time: memory doesn't grow with the
// number of images, and what comes out doesn't depend on that of the workers.
void BuildCrops(const CropRequest& request, const std::filesystem::path& file,
                const std::string& key, ThreadPool& pool, const ProgressCallback& progress) {
  const auto total = static_cast<int64_t>(request.index.images.size());
  RemoveAbandonedFiles(file.parent_path());
  CropsWriter writer(file, key, request.preprocess.crop, total);
  std::vector<uint64_t> checksums(static_cast<size_t>(total));
  std::vector<std::string> reasons(static_cast<size_t>(total));
  std::atomic<int64_t> done = 0;
  MemoryBudget memory(request.memory_limit_mib > 0
                          ? (request.memory_limit_mib << 20) / kPartForDecoding
                          : std::numeric_limits<int64_t>::max());
  pool.ForEach(total, [&](int64_t slot, int) {
    const auto i = static_cast<size_t>(slot);
    RgbImage crop;
    try {
      crop = MakeCrop(request, i, memory);
    } catch (const Error& error) {
      reasons[i] = error.what();
    }
    if (!crop.pixels.empty()) checksums[i] = writer.Write(slot, crop.pixels);
    const int64_t finished = ++done;
    if (progress) progress(finished, total);
  });

  CropsTable table;
  std::vector<int64_t> kept;
  for (size_t i = 0; i < reasons.size(); ++i) {
    const ImageEntry& image = request.index.images[i];
    if (!reasons[i].empty()) {
      table.unreadable.push_back(reasons[i]);
      continue;
    }
    kept.push_back(static_cast<int64_t>(i));
    table.labels.push_back(image.label);
    table.paths.push_back(image.path);
    table.checksums.push_back(checksums[i]);
  }
  CheckReadable(request, table.unreadable);
  writer.Finish(kept, table);
}

void CheckRequest(const CropRequest& request) {
  if (request.index.images.empty()) throw std::logic_error("crops of no image");
  const auto& [resize, crop] = std::tie(request.preprocess.resize, request.preprocess.crop);
  if (std::min({resize.height, resize.width, crop.height, crop.width}) < 1)
    throw std::logic_error("preprocess.resize and preprocess.crop must be positive");
}

}  // namespace

std::span<const uint8_t> Crops::pixels(int64_t i) const {
  const size_t bytes = CropBytes(size_);
  const auto* const first = reinterpret_cast<const uint8_t*>(file_.bytes().data());
  return {first + pixels_offset_ + static_cast<size_t>(i) * bytes, bytes};
}

void Crops::Take(CropsContent content, const std::filesystem::path& file) {
  file_ = std::move(content.file);
  path_of_file_ = file;
  pixels_offset_ = content.pixels_offset;
  labels_ = std::move(content.table.labels);
  paths_ = std::move(content.table.paths);
  unreadable_ = std::move(content.table.unreadable);
}

CropsName NameCrops(const CropRequest& request, Store& store, ThreadPool& pool,
                    const ProgressCallback& progress) {
  CheckRequest(request);
  std::vector<std::string> paths;
  for (const ImageEntry& image : request.index.images) paths.push_back(image.path);
  CropsName name{.contents = ContentHashes(request.index.folder, paths, store, pool, progress)};
  name.images_hash = ImagesHash(request, name.contents);
  name.key = Hasher().Add(name.images_hash).Add(code_of_crops::kCodeVersion).Hex();
  return name;
}

std::string ImagesHash(const CropRequest& request, const std::vector<std::string>& contents) {
  const bool random = request.transform == CropTransform::kRandomResizedCrop;
  Hasher hasher;
  // Another number makes all earlier results incomparable.
  constexpr int kHashVersion = 1;
  hasher.Add("crops").Add(kHashVersion);
  const Preprocess& preprocess = request.preprocess;
  hasher.Add(random ? 0 : preprocess.resize.height).Add(preprocess.crop.height);
  hasher.Add(static_cast<int>(preprocess.resize_method));
  // What came later is left out where it says nothing new: older results stay comparable.
  if (preprocess.crop.width != preprocess.crop.height)
    hasher.Add("width").Add(preprocess.crop.width);
  if (!random && preprocess.fit != Fit::kResizeShorter)
    hasher.Add("fit").Add(static_cast<int>(preprocess.fit)).Add(preprocess.resize.width);
  hasher.Add(static_cast<int>(request.transform));
  hasher.Add(random ? static_cast<int64_t>(request.seed) : int64_t{0});
  const std::vector<ImageEntry>& images = request.index.images;
  for (size_t i = 0; i < images.size(); ++i)
    hasher.Add(images[i].path).Add(images[i].label).Add(contents[i]);
  return hasher.Hex();
}

Crops LoadCrops(const CropRequest& request, Store& store, ThreadPool& pool,
                const ProgressCallback& progress) {
  return LoadCrops(request, NameCrops(request, store, pool).key, store, pool, progress);
}

Crops LoadCrops(const CropRequest& request, const std::string& key, Store& store, ThreadPool& pool,
                const ProgressCallback& progress) {
  CheckRequest(request);
  Crops crops;
  crops.size_ = request.preprocess.crop;
  crops.key_ = key;
  store.Hold(kCrops, key);
  const auto read = [&](std::string& problem) {
    return store.Read(kCrops, key, problem, [&](const std::filesystem::path& file) {
      return ReadCropsFile(file, key, crops.size_, &pool);
    });
  };
  std::optional<CropsContent> content = read(crops.rebuilt_reason_);
  crops.from_cache_ = content.has_value();
  constexpr int kAttempts = 3;  // somebody may remove them from the cache at once
  for (int attempt = 1; !content; ++attempt) {
    store.Put(kCrops, key, [&](const Store::Files& files) {
      BuildCrops(request, files.first(), key, pool, progress);
    });
    std::string problem;
    content = read(problem);  // from disk, as the next run will
    if (!problem.empty()) throw Error("just written, yet " + problem + "; is the disk failing?");
    if (!content && attempt == kAttempts)
      throw Error("the cache '" + store.folder().string() +
                  "' loses its files as soon as they are made; who removes them?");
  }
  CheckReadable(request, content->table.unreadable);

  crops.Take(std::move(*content), store.Path(kCrops, key));
  return crops;
}

Crops MapCrops(const std::filesystem::path& file, const std::string& key, PixelSize size) {
  Crops crops;
  crops.size_ = size;
  crops.key_ = key;
  crops.from_cache_ = true;
  crops.Take(ReadCropsFile(file, key, size, nullptr), file);
  return crops;
}

}  // namespace quantbench
