// SPDX-License-Identifier: Apache-2.0
// Packs weights into panels of rows and images into tiles of columns, then multiplies tile by tile.
#include "backend/float_operators.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <vector>

namespace quantbench {
namespace {

using plugin::Call, plugin::Operators, plugin::Tensor;

// Steps of a sum between which its tile goes to memory and comes back: a tile's part of the image
// (16 KiB with AVX2) stays in the first cache, a block of them in the second.
constexpr int64_t kDepth = 256;
constexpr int64_t kPixels = 192;

float Activated(float x, qb_activation activation) {
  if (activation == QB_NONE) return x;
  const float positive = x > 0.0f ? x : 0.0f;
  return activation == QB_RELU6 && positive > 6.0f ? 6.0f : positive;
}

// weights[row * depth + k] of all rows as panels [k][row], in blocks of kDepth: what a tile reads
// is one piece.
class PackedRows {
 public:
  PackedRows(const float* weights, int64_t rows, int64_t depth)
      : rows_(rows), depth_(depth), packed_(static_cast<size_t>(rows * depth)) {
    for (int64_t k = 0; k < depth; k += kDepth) {
      const int64_t steps = std::min(kDepth, depth - k);
      for (int64_t row = 0; row < rows; row += kGemmRows) {
        const int64_t width = std::min<int64_t>(kGemmRows, rows - row);
        float* const panel = packed_.data() + k * rows + row * steps;
        for (int64_t r = 0; r < width; ++r) {
          const float* const from = weights + (row + r) * depth + k;
          for (int64_t step = 0; step < steps; ++step) panel[step * width + r] = from[step];
        }
      }
    }
  }

  int64_t depth() const { return depth_; }

  // c[row, column] += the products of steps [k, k + steps) with `columns` of them in b, which holds
  // tiles of path.columns: [tile][step][column].
  void Multiply(const GemmPath& path, int64_t k, const float* b, int64_t columns, float* c,
                int64_t c_stride) const {
    const int64_t steps = std::min(kDepth, depth_ - k);
    for (int64_t row = 0; row < rows_; row += kGemmRows) {
      const auto width = static_cast<int>(std::min<int64_t>(kGemmRows, rows_ - row));
      const float* const panel = packed_.data() + k * rows_ + row * steps;
      for (int64_t column = 0; column < columns; column += path.columns) {
        const float* const tile = b + column * steps;
        float* const to = c + row * c_stride + column;
        if (columns - column >= path.columns) {
          path.tile(width, steps, panel, tile, to, c_stride);
        } else {
          Part(path, width, steps, panel, tile, to, c_stride, columns - column);
        }
      }
    }
  }

 private:
  // A tile that sticks out of c is computed beside it.
  static void Part(const GemmPath& path, int width, int64_t steps, const float* panel,
                   const float* tile, float* to, int64_t c_stride, int64_t columns) {
    std::array<float, static_cast<size_t>(kGemmRows) * kMaxGemmColumns> whole{};
    const size_t bytes = static_cast<size_t>(columns) * sizeof(float);
    for (int r = 0; r < width; ++r)
      std::memcpy(whole.data() + r * path.columns, to + r * c_stride, bytes);
    path.tile(width, steps, panel, tile, whole.data(), path.columns);
    for (int r = 0; r < width; ++r)
      std::memcpy(to + r * c_stride, whole.data() + r * path.columns, bytes);
  }

  int64_t rows_, depth_;
  std::vector<float> packed_;
};

// What one convolution reads of an image of one group.
struct ReadWindow {
  int64_t h, w, oh, ow;
  int64_t kh, kw, sy, sx, dy, dx, top, left;

  explicit ReadWindow(const Call& call)
      : h(call.inputs[0].dims[2]),
        w(call.inputs[0].dims[3]),
        oh(call.output.dims[2]),
        ow(call.output.dims[3]),
        kh(call.inputs[1].dims[2]),
        kw(call.inputs[1].dims[3]),
        sy(call.node->stride[0]),
        sx(call.node->stride[1]),
        dy(call.node->dilation[0]),
        dx(call.node->dilation[1]),
        top(call.node->padding[0]),
        left(call.node->padding[1]) {
    const auto& padding = call.node->padding;
    const bool padded = padding[0] + padding[1] + padding[2] + padding[3] > 0;
    if (kh * kw == 1 && sy * sx == 1 && !padded) {
      // A 1x1 convolution doesn't know rows: one long row is the same in longer pieces.
      w = ow = h * w;
      h = oh = 1;
    }
  }

  int64_t pixels() const { return oh * ow; }

  // line[i] = what the kernel's position k = (channel, ky, kx) sees for output pixel first + i, 0
  // where that is padding.
  void Read(const float* channels, int64_t k, int64_t first, int64_t count, float* line) const {
    const int64_t ky = k / kw % kh, kx = k % kw;
    const float* const plane = channels + k / (kh * kw) * h * w;
    for (int64_t done = 0; done < count;) {
      const int64_t oy = (first + done) / ow, ox = (first + done) % ow;
      const int64_t run = std::min(ow - ox, count - done);
      const int64_t y = oy * sy - top + ky * dy;
      if (y < 0 || y >= h) {
        std::fill_n(line + done, run, 0.0f);
      } else {
        ReadRow(plane + y * w, ox * sx - left + kx * dx, run, line + done);
      }
      done += run;
    }
  }

 private:
  // to[i] = row[x + i * sx], 0 outside of the row.
  void ReadRow(const float* row, int64_t x, int64_t count, float* to) const {
    int64_t i = 0;
    for (; i < count && x + i * sx < 0; ++i) to[i] = 0.0f;
    const int64_t room = w - (x + i * sx);  // values of the row from here on
    const int64_t inside =
        i + std::clamp<int64_t>(room > 0 ? (room - 1) / sx + 1 : 0, 0, count - i);
    if (sx == 1) {
      if (inside > i)
        std::memcpy(to + i, row + x + i, static_cast<size_t>(inside - i) * sizeof(float));
    } else {
      for (int64_t j = i; j < inside; ++j) to[j] = row[x + j * sx];
    }
    std::fill(to + inside, to + count, 0.0f);
  }
};

// [tile][step][column] of steps [k, k + steps) and pixels [first, first + count).
void PackPixels(const ReadWindow& window, const float* channels, int columns, int64_t k,
                int64_t steps, int64_t first, int64_t count, float* packed) {
  std::array<float, kPixels> line;
  for (int64_t step = 0; step < steps; ++step) {
    window.Read(channels, k + step, first, count, line.data());
    for (int64_t column = 0; column < count; column += columns) {
      // The rest of the last tile keeps what is there: its sums are thrown away.
      const int64_t width = std::min<int64_t>(columns, count - column);
      std::memcpy(packed + column * steps + step * columns, line.data() + column,
                  static_cast<size_t>(width) * sizeof(float));
    }
  }
}

// Room for one worker's packed tiles.
std::vector<std::vector<float>> Workspaces(const Call& call) {
  return {static_cast<size_t>(call.parallel.threads()),
          std::vector<float>(static_cast<size_t>(kDepth * (kPixels + kMaxGemmColumns)))};
}

}  // namespace

const GemmPath& FloatOperators::PathOf(std::string_view isa) {
  for (const GemmPath& path : GemmPaths()) {
    if (path.isa == isa) return path;
  }
  throw plugin::Failure(QB_UNSUPPORTED, "this CPU has no " + std::string(isa));
}

void FloatOperators::Conv(const Call& call) {
  const Tensor& x = call.inputs[0];
  const Tensor& weight = call.inputs[1];
  const int64_t groups = call.node->groups;
  const int64_t rows = weight.dims[0] / groups;  // output channels of a group
  // A tile of one row uses a sixth of the registers: the naive loop over pixels is as good.
  if (call.output.info->dtype != QB_F32 || rows == 1) return Operators::Conv(call);

  const ReadWindow window(call);
  const int64_t pixels = window.pixels();
  const int64_t depth = weight.dims[1] * window.kh * window.kw;
  const int64_t input_plane = x.dims[2] * x.dims[3];
  const int64_t blocks = (pixels + kPixels - 1) / kPixels;
  std::vector<PackedRows> packed;
  packed.reserve(static_cast<size_t>(groups));
  for (int64_t g = 0; g < groups; ++g)
    packed.emplace_back(weight.As<const float>() + g * rows * depth, rows, depth);

  std::vector<std::vector<float>> workspaces = Workspaces(call);
  call.parallel.ForEach(call.output.dims[0] * groups * blocks, [&](int64_t i, int worker) {
    const int64_t plane = i / blocks;  // [image, group]
    const int64_t g = plane % groups;
    const int64_t first = i % blocks * kPixels;
    const int64_t count = std::min(kPixels, pixels - first);
    const float* const channels = x.As<const float>() + plane * weight.dims[1] * input_plane;
    float* const out = call.output.As<float>() + plane * rows * pixels + first;
    float* const tiles = workspaces[static_cast<size_t>(worker)].data();
    for (int64_t r = 0; r < rows; ++r)
      std::fill_n(out + r * pixels, count, call.inputs[2].As<const float>()[g * rows + r]);
    for (int64_t k = 0; k < depth; k += kDepth) {
      PackPixels(window, channels, path_.columns, k, std::min(kDepth, depth - k), first, count,
                 tiles);
      packed[static_cast<size_t>(g)].Multiply(path_, k, tiles, count, out, pixels);
    }
    if (call.node->activation == QB_NONE) return;
    for (int64_t r = 0; r < rows; ++r) {
      float* const y = out + r * pixels;
      for (int64_t p = 0; p < count; ++p) y[p] = Activated(y[p], call.node->activation);
    }
  });
}

void FloatOperators::Linear(const Call& call) {
  if (call.output.info->dtype != QB_F32) return Operators::Linear(call);
  const int64_t depth = call.inputs[1].dims[1];
  const int64_t outputs = call.inputs[1].dims[0];
  const int64_t images = call.output.dims[0];
  const PackedRows packed(call.inputs[0].As<const float>(), images, depth);
  const auto* const weights = call.inputs[1].As<const float>();
  const auto* const bias = call.inputs[2].As<const float>();

  // The images are the rows here, and outputs the columns.
  std::vector<std::vector<float>> workspaces = Workspaces(call);
  const int64_t tiles = (outputs + path_.columns - 1) / path_.columns;
  call.parallel.ForEach(tiles, [&](int64_t tile, int worker) {
    const int64_t first = tile * path_.columns;
    const int64_t count = std::min<int64_t>(path_.columns, outputs - first);
    float* const out = call.output.As<float>() + first;
    float* const columns = workspaces[static_cast<size_t>(worker)].data();
    for (int64_t n = 0; n < images; ++n) std::copy_n(bias + first, count, out + n * outputs);
    for (int64_t k = 0; k < depth; k += kDepth) {
      const int64_t steps = std::min(kDepth, depth - k);
      for (int64_t j = 0; j < count; ++j) {
        const float* const from = weights + (first + j) * depth + k;
        for (int64_t step = 0; step < steps; ++step) columns[step * path_.columns + j] = from[step];
      }
      packed.Multiply(path_, k, columns, count, out, outputs);
    }
    for (int64_t n = 0; n < images; ++n) {
      float* const y = out + n * outputs;
      for (int64_t j = 0; j < count; ++j) y[j] = Activated(y[j], call.node->activation);
    }
  });
}

}  // namespace quantbench
