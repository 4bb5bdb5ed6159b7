// SPDX-License-Identifier: Apache-2.0
// TurboJPEG's encoder, with the exact transform, which is the same on every processor.
#include "jpeg.h"

#include <turbojpeg.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>

namespace quantbench::default_dataset {
namespace {

struct CloseHandle {
  void operator()(void* handle) const { tjDestroy(handle); }
};
using Compressor = std::unique_ptr<std::remove_pointer_t<tjhandle>, CloseHandle>;

struct FreeBytes {
  void operator()(unsigned char* bytes) const { tjFree(bytes); }
};

}  // namespace

std::vector<std::uint8_t> EncodeJpeg(const cv::Mat& photograph, int quality) {
  const bool grey = photograph.channels() == 1;
  const Compressor compressor(tjInitCompress());
  unsigned char* allocated = nullptr;
  unsigned long size = 0;
  const int status =
      tjCompress2(compressor.get(), photograph.data, photograph.cols,
                  static_cast<int>(photograph.step), photograph.rows, grey ? TJPF_GRAY : TJPF_BGR,
                  &allocated, &size, grey ? TJSAMP_GRAY : TJSAMP_420, quality, TJFLAG_ACCURATEDCT);
  const std::unique_ptr<unsigned char, FreeBytes> bytes(allocated);
  if (status != 0)
    throw std::runtime_error(std::string("the JPEG encoder failed: ") +
                             tjGetErrorStr2(compressor.get()));
  return {bytes.get(), bytes.get() + size};
}

}  // namespace quantbench::default_dataset
