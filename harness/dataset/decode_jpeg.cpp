// SPDX-License-Identifier: Apache-2.0
// TurboJPEG with PIL's idea of which damage is tolerable and of what CMYK means.
#include "dataset/decode_jpeg.h"

#include <turbojpeg.h>

#include <memory>
#include <type_traits>
#include <vector>

#include "support/error.h"

namespace quantbench {
namespace {

struct CloseHandle {
  void operator()(void* handle) const { tjDestroy(handle); }
};
using Decompressor = std::unique_ptr<std::remove_pointer_t<tjhandle>, CloseHandle>;

uint8_t At(std::span<const std::byte> bytes, size_t i) { return static_cast<uint8_t>(bytes[i]); }

// Whether a decoder finds an end-of-image marker before the data runs out. It looks for markers as
// the decoder does: segments with a length are stepped over (a thumbnail inside one has an end of
// its own), stuffed zeros and restart markers are part of the compressed data.
bool ReachesEndOfImage(std::span<const std::byte> bytes) {
  constexpr uint8_t kStuffedZero = 0x00, kTem = 0x01, kRst0 = 0xd0, kSoi = 0xd8, kEoi = 0xd9;
  size_t i = 0;
  while (true) {
    while (i < bytes.size() && At(bytes, i) != 0xff) ++i;
    while (i < bytes.size() && At(bytes, i) == 0xff) ++i;
    if (i >= bytes.size()) return false;
    const uint8_t marker = At(bytes, i++);
    if (marker == kEoi) return true;
    const bool without_length =
        marker == kStuffedZero || marker == kTem || (marker >= kRst0 && marker <= kSoi);
    if (without_length) continue;
    if (i + 2 > bytes.size()) return false;
    i += static_cast<size_t>(At(bytes, i) << 8 | At(bytes, i + 1));
  }
}

// libjpeg warns and goes on, and so does PIL, whose decoder is silent about oddities such as stray
// bytes between segments, and fills up what damaged data doesn't say. Only data that ends too early
// is an error to PIL, since its decoder waits for more.
void CheckDecoded(int status, tjhandle handle, std::span<const std::byte> bytes,
                  const std::string& name) {
  if (status == 0) return;
  if (tjGetErrorCode(handle) == TJERR_FATAL)
    throw Error(name + ": damaged JPEG (" + tjGetErrorStr2(handle) + ")");
  if (!ReachesEndOfImage(bytes))
    throw Error(name + ": truncated JPEG: its " + std::to_string(bytes.size()) +
                " bytes end before the image does");
}

// Adobe stores CMYK inverted, and PIL assumes that all do; then Pillow's cmyk2rgb (Convert.c):
// channel = (255 - K) - C * (255 - K) / 255, the quotient rounded (MULDIV255).
std::vector<uint8_t> InvertedCmykToRgb(const std::vector<uint8_t>& cmyk) {
  std::vector<uint8_t> rgb(cmyk.size() / 4 * 3);
  for (size_t pixel = 0; pixel < cmyk.size() / 4; ++pixel) {
    const int not_black = cmyk[4 * pixel + 3];
    for (size_t channel = 0; channel < 3; ++channel) {
      const int product = (255 - cmyk[4 * pixel + channel]) * not_black + 128;
      const int quotient = ((product >> 8) + product) >> 8;
      rgb[3 * pixel + channel] = static_cast<uint8_t>(not_black - quotient);
    }
  }
  return rgb;
}

}  // namespace

bool LooksLikeJpeg(std::span<const std::byte> bytes) {
  return bytes.size() >= 3 && At(bytes, 0) == 0xff && At(bytes, 1) == 0xd8 && At(bytes, 2) == 0xff;
}

RgbImage DecodeJpeg(std::span<const std::byte> bytes, const std::string& name) {
  const Decompressor handle(tjInitDecompress());
  if (!handle) throw Error(name + ": can't start the JPEG decoder: " + tjGetErrorStr2(nullptr));
  const auto* const data = reinterpret_cast<const unsigned char*>(bytes.data());

  // The header's status is not looked at: TurboJPEG also reports rare chroma subsamplings there,
  // which it does decode. Without a size and a colour space there is no image.
  int width = 0, height = 0, subsampling = 0, colour_space = -1;
  tjDecompressHeader3(handle.get(), data, bytes.size(), &width, &height, &subsampling,
                      &colour_space);
  if (width < 1 || height < 1 || colour_space < 0)
    throw Error(name + ": damaged JPEG header (" + tjGetErrorStr2(handle.get()) + ")");
  CheckImageSize(height, width, name);

  const bool cmyk = colour_space == TJCS_CMYK || colour_space == TJCS_YCCK;
  const int format = cmyk ? TJPF_CMYK : TJPF_RGB;
  RgbImage image{.height = height, .width = width, .pixels = {}};
  image.pixels.resize(static_cast<size_t>(height) * static_cast<size_t>(width) * (cmyk ? 4 : 3));
  // The accurate DCT and the smooth upsampling of chroma are what PIL uses. A hostile file can ask
  // for thousands of progressive scans over nothing: TJFLAG_LIMITSCANS ends that.
  const int status = tjDecompress2(handle.get(), data, bytes.size(), image.pixels.data(), width, 0,
                                   height, format, TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS);
  CheckDecoded(status, handle.get(), bytes, name);
  if (cmyk) image.pixels = InvertedCmykToRgb(image.pixels);
  return image;
}

}  // namespace quantbench
