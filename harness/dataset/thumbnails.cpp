// SPDX-License-Identifier: Apache-2.0
// Averaged down by OpenCV, compressed by TurboJPEG.
#include "dataset/thumbnails.h"

#include <turbojpeg.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <opencv2/imgproc.hpp>

#include "dataset/crops_format.h"
#include "dataset/opencv_threads.h"
#include "support/error.h"

namespace quantbench {
namespace {

constexpr int kThumbnailQuality = 78;  // of 100: photographs of 100 pixels take 3 kB

std::string CompressedJpeg(const cv::Mat& rgb) {
  struct FreeHandle {
    void operator()(void* handle) const { tjDestroy(handle); }
  };
  const std::unique_ptr<void, FreeHandle> compressor(tjInitCompress());
  if (!compressor) throw Error("libjpeg-turbo has no memory");
  unsigned char* bytes = nullptr;
  unsigned long count = 0;
  const int status =
      tjCompress2(compressor.get(), rgb.data, rgb.cols, static_cast<int>(rgb.step), rgb.rows,
                  TJPF_RGB, &bytes, &count, TJSAMP_420, kThumbnailQuality, TJFLAG_ACCURATEDCT);
  const std::unique_ptr<unsigned char, void (*)(unsigned char*)> owner(bytes, tjFree);
  if (status != 0) throw Error(std::string("thumbnail: ") + tjGetErrorStr2(compressor.get()));
  return {reinterpret_cast<const char*>(bytes), count};
}

}  // namespace

Thumbnails::Thumbnails(const std::filesystem::path& file, const std::string& key)
    : crops_(ReadCropsFile(file, key, std::nullopt, /*pool=*/nullptr)) {
  CropsHeader header;  // that ReadCropsFile has verified
  std::memcpy(&header, crops_.file.bytes().data(), sizeof(header));
  size_ = {static_cast<int>(header.crop_height), static_cast<int>(header.crop_width)};
  for (size_t i = 0; i < crops_.table.paths.size(); ++i) index_.emplace(crops_.table.paths[i], i);
}

std::optional<std::string> Thumbnails::JpegOf(const std::string& image, int most_pixels) const {
  const auto found = index_.find(image);
  if (found == index_.end()) return std::nullopt;
  const auto pixels = crops_.file.bytes().subspan(
      crops_.pixels_offset + found->second * CropBytes(size_), CropBytes(size_));
  if (Checksum64(pixels) != crops_.table.checksums[found->second]) return std::nullopt;
  // OpenCV doesn't write to it.
  cv::Mat rgb(size_.height, size_.width, CV_8UC3,
              const_cast<void*>(static_cast<const void*>(pixels.data())));
  DisableOpenCvThreads();
  if (const int longer = std::max(size_.height, size_.width); longer > most_pixels) {
    const auto scaled = [&](int edge) { return std::max(1, edge * most_pixels / longer); };
    cv::Mat small;
    cv::resize(rgb, small, {scaled(size_.width), scaled(size_.height)}, 0, 0, cv::INTER_AREA);
    rgb = small;
  }
  return CompressedJpeg(rgb);
}

}  // namespace quantbench
