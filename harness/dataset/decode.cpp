// SPDX-License-Identifier: Apache-2.0
// Choosing the decoder by content.
#include "dataset/decode.h"

#include "dataset/decode_jpeg.h"
#include "dataset/decode_opencv.h"
#include "support/error.h"

namespace quantbench {

void CheckImageSize(int64_t height, int64_t width, const std::string& name) {
  const std::string size = std::to_string(width) + " x " + std::to_string(height) + " pixels";
  if (height < 1 || width < 1) throw Error(name + ": damaged, its header says " + size);
  if (height > kMaxPixels / width)
    throw Error(name + ": " + size + ", more than the limit of " + std::to_string(kMaxPixels));
}

RgbImage DecodeImage(std::span<const std::byte> bytes, const std::string& name) {
  if (bytes.empty()) throw Error(name + ": empty file");
  return LooksLikeJpeg(bytes) ? DecodeJpeg(bytes, name) : DecodeWithOpenCv(bytes, name);
}

MappedFile OpenImage(const std::filesystem::path& file, const std::string& name) {
  std::error_code reason;
  const auto status = std::filesystem::status(file, reason);
  if (reason) throw Error(name + ": " + reason.message());
  if (!std::filesystem::is_regular_file(status))
    throw Error(name + ": a folder or device; expected an image file");
  try {
    return MappedFile(file);
  } catch (const Error& error) {
    throw Error(name + ": " + error.what());
  }
}

RgbImage DecodeImage(const std::filesystem::path& file, const std::string& name) {
  return DecodeImage(OpenImage(file, name).bytes(), name);
}

RgbImage DecodeImage(const std::filesystem::path& file) { return DecodeImage(file, file.string()); }

}  // namespace quantbench
