// SPDX-License-Identifier: Apache-2.0
// Makes as many JPEG files as ImageNet has, for rehearsals: windows of a few given photographs,
// each of its own place, scale, light and noise, so that no two files are alike; sizes and bytes a
// file are spread like those of ImageNet's validation set (472 x 401 pixels and 110 KB on average).
//
//   rehearsal_images PHOTOGRAPHS SYNSETS OUT VAL TRAIN
//
// PHOTOGRAPHS: a folder with *.JPEG files somewhere in it; SYNSETS: a file with a class a line;
// OUT: gets train/<class>/ and val/<class>/ with so many images, and the synsets. What a picture
// shows has nothing to do with its class.
#include <turbojpeg.h>

#include <algorithm>
#include <cmath>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "dataset/decode.h"
#include "support/error.h"
#include "support/files.h"
#include "support/thread_pool.h"

namespace quantbench {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMostPhotographs = 200;
constexpr int kQuality = 93;

struct Size {
  int width, height;
  double weight;
};
// As 450 photographs of ImageNet's validation set have it, rare sizes joined to a near one.
constexpr Size kSizes[] = {{500, 375, 30}, {500, 333, 24}, {375, 500, 11}, {333, 500, 7},
                           {500, 500, 5},  {500, 400, 4},  {800, 600, 4},  {640, 480, 3},
                           {400, 300, 3},  {320, 240, 3},  {300, 400, 2},  {200, 200, 2},
                           {500, 281, 1},  {1024, 768, 1}};

std::vector<RgbImage> Photographs(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.path().extension() == ".JPEG") files.push_back(entry.path());
  std::ranges::sort(files);
  std::vector<RgbImage> photographs;
  const size_t step = std::max<size_t>(files.size() / kMostPhotographs, 1);
  for (size_t i = 0; i < files.size(); i += step) {
    const MappedFile file(files[i]);
    photographs.push_back(DecodeImage(file.bytes(), files[i].string()));
  }
  if (photographs.empty()) throw Error("'" + folder.string() + "' holds no *.JPEG file");
  return photographs;
}

// A window of the photograph of that size, by bilinear interpolation, mirrored where it leaves the
// photograph.
RgbImage Window(const RgbImage& photograph, const Size& size, std::mt19937_64& random) {
  std::uniform_real_distribution<double> unit(0, 1);
  const double shorter = std::min(photograph.width, photograph.height);
  const double scale = (0.5 + 0.5 * unit(random)) * shorter / std::min(size.width, size.height);
  const double left = unit(random) * photograph.width, top = unit(random) * photograph.height;
  const double gain = 0.7 + 0.6 * unit(random), noise = 10 + 30 * unit(random);
  RgbImage image{.height = size.height, .width = size.width, .pixels = {}};
  image.pixels.resize(static_cast<size_t>(3 * size.height * size.width));
  const auto mirrored = [](int at, int length) {
    const int turn = at % (2 * length);
    return turn < length ? turn : 2 * length - 1 - turn;
  };
  size_t at = 0;
  for (int y = 0; y < size.height; ++y) {
    const double from_y = top + y * scale;
    const auto y0 = static_cast<int>(from_y);
    const double part_y = from_y - y0;
    const size_t rows[] = {static_cast<size_t>(mirrored(y0, photograph.height)),
                           static_cast<size_t>(mirrored(y0 + 1, photograph.height))};
    for (int x = 0; x < size.width; ++x) {
      const double from_x = left + x * scale;
      const auto x0 = static_cast<int>(from_x);
      const double part_x = from_x - x0;
      const auto width = static_cast<size_t>(photograph.width);
      const size_t columns[] = {static_cast<size_t>(mirrored(x0, photograph.width)),
                                static_cast<size_t>(mirrored(x0 + 1, photograph.width))};
      const double grain = noise * (static_cast<double>(random() >> 56) / 128 - 1);
      for (size_t channel = 0; channel < 3; ++channel) {
        const auto pixel = [&](size_t row, size_t column) {
          return static_cast<double>(
              photograph.pixels[3 * (rows[row] * width + columns[column]) + channel]);
        };
        const double upper = pixel(0, 0) * (1 - part_x) + pixel(0, 1) * part_x;
        const double lower = pixel(1, 0) * (1 - part_x) + pixel(1, 1) * part_x;
        const double value = gain * (upper * (1 - part_y) + lower * part_y) + grain;
        image.pixels[at++] = static_cast<uint8_t>(std::clamp(value, 0.0, 255.0));
      }
    }
  }
  return image;
}

std::string Jpeg(const RgbImage& image) {
  const std::unique_ptr<void, int (*)(tjhandle)> handle(tjInitCompress(), tjDestroy);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  if (tjCompress2(handle.get(), image.pixels.data(), image.width, 0, image.height, TJPF_RGB, &bytes,
                  &size, TJSAMP_420, kQuality, 0) != 0)
    throw Error(tjGetErrorStr2(handle.get()));
  std::string text(reinterpret_cast<const char*>(bytes), size);
  tjFree(bytes);
  return text;
}

class Maker {
 public:
  Maker(const fs::path& photographs, const fs::path& synsets, fs::path out)
      : photographs_(Photographs(photographs)), out_(std::move(out)) {
    std::ifstream stream(synsets);
    for (std::string line; std::getline(stream, line);) classes_.push_back(line);
    if (classes_.empty()) throw Error("'" + synsets.string() + "' names no class");
    for (const auto& [width, height, weight] : kSizes) weights_.push_back(weight);
    fs::create_directories(out_);
    fs::copy_file(synsets, out_ / "synsets.txt", fs::copy_options::overwrite_existing);
  }

  void Make(const std::string& split, int64_t count, const ThreadPool& pool) const {
    for (const std::string& name : classes_) fs::create_directories(out_ / split / name);
    pool.ForEach(count, [&](int64_t i, int) {
      std::mt19937_64 random(static_cast<uint64_t>(i) * 2 + (split == "val" ? 0 : 1));
      std::discrete_distribution<size_t> size(weights_.begin(), weights_.end());
      const RgbImage& photograph = photographs_[random() % photographs_.size()];
      const std::string text = Jpeg(Window(photograph, kSizes[size(random)], random));
      const std::string& name = classes_[static_cast<size_t>(i) % classes_.size()];
      std::ofstream file(out_ / split / name / (name + "_" + std::to_string(i) + ".JPEG"),
                         std::ios::binary);
      file << text;
      if (!file.flush()) throw Error("can't write to '" + out_.string() + "'");
    });
  }

 private:
  std::vector<RgbImage> photographs_;
  fs::path out_;
  std::vector<std::string> classes_;
  std::vector<double> weights_;
};

}  // namespace
}  // namespace quantbench

int main(int argc, char** argv) {
  if (argc != 6) {
    std::cerr << "usage: rehearsal_images PHOTOGRAPHS SYNSETS OUT VAL TRAIN\n";
    return 2;
  }
  try {
    const quantbench::Maker maker(argv[1], argv[2], argv[3]);
    const quantbench::ThreadPool pool(static_cast<int>(std::thread::hardware_concurrency()));
    maker.Make("train", std::stoll(argv[5]), pool);
    maker.Make("val", std::stoll(argv[4]), pool);
    return 0;
  } catch (const std::exception& error) {
    std::cerr << "rehearsal_images: " << error.what() << "\n";
    return 1;
  }
}
