// SPDX-License-Identifier: Apache-2.0
// Packs convolution weights into blocks of output channels, and proves that a layer fits the
// kernels.
#include <cmath>
#include <cstring>
#include <limits>

#include "conv_step.h"
#include "extents.h"
#include "quantbench/arithmetic.hpp"
#include "short_sums.h"

namespace quantbench::engine {
namespace {

// Integer to float to integer conversions are exact in range below this.
constexpr double kLargestRounded = 2147483000.0;

// About what one tap of all blocks costs: a block of one vector has as many loads as products.
int64_t CostOf(const Extents& e, int lanes, int most) {
  int64_t cost = 0, first = 0;
  for (const int columns : SplitColumns(e.oc, lanes, most)) {
    const int64_t last = std::min(e.oc, first + int64_t{columns} * lanes) - 1;
    const int64_t window = (e.GroupOf(last) - e.GroupOf(first) + 1) * e.per_group;
    cost += window * lanes * (columns == 1 ? 9 : 8 * columns);
    first += int64_t{columns} * lanes;
  }
  return cost;
}

// The block's channels with the input channels that their groups read, and how the input is walked
// when it is read in place. k: channels in one step of the kernel.
ConvBlock BlockFor(const ConvSource& source, const Geometry& g, const Extents& e, int columns,
                   int64_t first, int64_t k) {
  ConvBlock block{.columns = columns, .first = first};
  const int64_t last = std::min(e.oc, first + columns * source.kernels.lanes) - 1;
  block.window_first = first / e.out_per_group * e.per_group / k * k;
  const int64_t end = (last / e.out_per_group + 1) * e.per_group;
  block.window = (end - block.window_first + k - 1) / k * k;
  const bool row_is_one_run = g.dx == 1 && block.window == source.x.stride;
  block.steps_in_image = static_cast<int32_t>(block.window / k * (row_is_one_run ? g.kw : 1));
  for (int64_t ky = 0; ky < g.kh; ++ky) {
    for (int64_t kx = 0; kx < (row_is_one_run ? 1 : g.kw); ++kx) {
      block.run_offsets.push_back(static_cast<int32_t>(
          (ky * g.dy * g.in_w + kx * g.dx) * source.x.stride + block.window_first));
    }
  }
  return block;
}

template <class Pack>
std::vector<ConvBlock> PackBlocks(const ConvSource& source, const Geometry& g, int64_t k,
                                  const Pack& pack) {
  const Extents e = ExtentsOf(source);
  std::vector<ConvBlock> blocks;
  int64_t first = 0;
  const int most = TilingOf(source.kernels, source.node, source.weight).columns;
  for (const int columns : SplitColumns(e.oc, source.kernels.lanes, most)) {
    blocks.push_back(BlockFor(source, g, e, columns, first, k));
    const size_t lanes = static_cast<size_t>(columns) * static_cast<size_t>(source.kernels.lanes);
    blocks.back().bias = AlignedArray<int32_t>(lanes);
    blocks.back().multiplier = AlignedArray<float>(lanes);
    pack(e, blocks.back());
    first += columns * source.kernels.lanes;
  }
  return blocks;
}

SumStart StartOf(const ConvSource& source, const Extents& e, int64_t o) {
  const auto* const w = static_cast<const int8_t*>(source.weight.data) + o * e.per_group * e.taps;
  SumStart start{};
  for (int64_t i = 0; i < e.per_group; ++i) {
    const int64_t channel = o / e.out_per_group * e.per_group + i;  // of the image
    const int32_t offset = source.kernels.activation_offset[channel % 4];
    for (int64_t tap = 0; tap < e.taps; ++tap) {
      start.offsets += offset * w[i * e.taps + tap];
      start.minus_sum -= w[i * e.taps + tap];
    }
  }
  return start;
}

float MultiplierOf(const ConvSource& source, int64_t o) {
  return plugin::ConvMultiplier(source.x.scale(),
                                source.weight.scales[source.weight.num_qparams == 1 ? 0 : o],
                                source.y.scale());
}

// Where a channel of a block lies: permuted for kernels that narrow to bytes, in order for those
// that store floats.
using ChannelOf = int64_t (*)(int columns, int vector, int lane, int lanes);
int64_t Permuted(int columns, int vector, int lane, int /*lanes*/) {
  return ChannelOfLane(columns, vector, lane);
}
int64_t InOrder(int /*columns*/, int vector, int lane, int lanes) {
  return int64_t{vector} * lanes + lane;
}

// Weights of one block: [taps][steps][columns][lanes][4], or as matrices.
void PackWeights(const ConvSource& source, const Extents& e, ChannelOf channel_of,
                 ConvBlock& block) {
  const Kernels& kernels = source.kernels;
  const int64_t vector_bytes = PackedVectorBytes(kernels);
  const int64_t steps = block.window / 4;
  block.whole_groups = steps % 4 == 0;
  block.weights =
      AlignedArray<std::byte>(static_cast<size_t>(e.taps * steps * block.columns * vector_bytes));
  std::byte* out = block.weights.data();
  for (int64_t tap = 0; tap < e.taps; ++tap) {
    const auto weight = [&](int64_t output, int64_t input) {
      const int64_t i = WeightIndex(e, block.first + output, block.window_first + input, tap);
      return i < 0 ? int8_t{0} : static_cast<const int8_t*>(source.weight.data)[i];
    };
    if (kernels.matrix_products && block.whole_groups) {
      for (int64_t s = 0; s < steps; s += 4, out += 4 * block.columns * vector_bytes) {
        PackMatrices(
            block.columns * kernels.lanes,
            [&](int output, int k) { return weight(output, 4 * s + k); }, out);
      }
      continue;
    }
    for (int64_t s = 0; s < steps; ++s) {
      for (int v = 0; v < block.columns; ++v, out += vector_bytes) {
        PackVector(
            kernels,
            [&](int lane, int k) {
              return weight(channel_of(block.columns, v, lane, kernels.lanes), 4 * s + k);
            },
            out);
      }
    }
  }
}

}  // namespace

Tiling TilingOf(const Kernels& kernels, const qb_node& node, const qb_tensor& weight) {
  const Extents e = ExtentsOf(node, weight);
  const Kernels* best = &kernels;
  int columns = 4;
  const bool dense = e.oc == e.out_per_group, depthwise = e.per_group * e.out_per_group == 1;
  if (dense || depthwise) return {*best, columns};
  for (const Kernels* each = &kernels; each != nullptr; each = each->narrow) {
    for (const int most : {4, 2, 1}) {
      if (CostOf(e, each->lanes, most) >= CostOf(e, best->lanes, columns)) continue;
      best = each;
      columns = most;
    }
  }
  return {*best, columns};
}

std::vector<ConvBlock> PackConvU8(const ConvSource& source, const Geometry& g) {
  const auto* const bias = static_cast<const int32_t*>(source.bias.data);
  return PackBlocks(source, g, 4, [&](const Extents& e, ConvBlock& block) {
    if (source.kernels.sums_are_short) {
      PackShortSums(source, block);
    } else {
      PackWeights(source, e, Permuted, block);
    }
    PackLanes(
        block.columns, source.kernels.lanes,
        [&](int64_t channel) {
          const int64_t o = block.first + channel;
          if (o >= e.oc) return int32_t{0};
          return StartOf(source, e, o).At(bias[o], source.x.zero_point());
        },
        block.bias.data());
    PackLanes(
        block.columns, source.kernels.lanes,
        [&](int64_t channel) {
          const int64_t o = block.first + channel;
          return o >= e.oc ? 0.0f : MultiplierOf(source, o);
        },
        block.multiplier.data());
  });
}

std::vector<ConvBlock> PackConvDynamic(const ConvSource& source, const Geometry& g) {
  const auto* const bias = static_cast<const float*>(source.bias.data);
  return PackBlocks(source, g, 4, [&](const Extents& e, ConvBlock& block) {
    PackWeights(source, e, InOrder, block);
    block.starts = AlignedArray<SumStart>(block.multiplier.size());
    block.float_bias = AlignedArray<float>(block.multiplier.size());
    for (size_t lane = 0; lane < block.multiplier.size(); ++lane) {
      const int64_t o = block.first + static_cast<int64_t>(lane);
      if (o >= e.oc) break;
      block.starts[lane] = StartOf(source, e, o);
      block.multiplier[lane] = source.weight.scales[source.weight.num_qparams == 1 ? 0 : o];
      block.float_bias[lane] = bias[o];
    }
  });
}

RunConstantsSize ConstantsOfConv(const ConvSource& source) {
  RunConstantsSize size;
  const int most = TilingOf(source.kernels, source.node, source.weight).columns;
  for (const int columns : SplitColumns(source.weight.dims[0], source.kernels.lanes, most))
    size.lanes += int64_t{columns} * source.kernels.lanes;
  return size;
}

std::vector<ConvBlock> PackConvF32(const ConvSource& source, const Geometry& g) {
  const auto* const w = static_cast<const float*>(source.weight.data);
  const auto* const bias = static_cast<const float*>(source.bias.data);
  return PackBlocks(source, g, 1, [&](const Extents& e, ConvBlock& block) {
    const int64_t lanes = int64_t{block.columns} * source.kernels.lanes;
    block.weights =
        AlignedArray<std::byte>(static_cast<size_t>(e.taps * block.window * lanes) * sizeof(float));
    auto* out = reinterpret_cast<float*>(block.weights.data());
    for (int64_t tap = 0; tap < e.taps; ++tap) {
      for (int64_t c = 0; c < block.window; ++c) {
        for (int64_t lane = 0; lane < lanes; ++lane) {
          const int64_t i = WeightIndex(e, block.first + lane, block.window_first + c, tap);
          *out++ = i < 0 ? 0.0f : w[i];
        }
      }
    }
    for (int64_t lane = 0; lane < lanes && block.first + lane < e.oc; ++lane)
      std::memcpy(&block.bias[static_cast<size_t>(lane)], bias + block.first + lane, sizeof(float));
  });
}

bool FitsConv(const ConvSource& source) {
  if (source.y.is_float()) return true;
  const Extents e = ExtentsOf(source);
  const auto* const w = static_cast<const int8_t*>(source.weight.data);
  const auto* const bias = static_cast<const int32_t*>(source.bias.data);
  for (int64_t o = 0; o < e.oc; ++o) {
    double largest = std::abs(static_cast<double>(bias[o]));
    for (int64_t i = 0; i < e.per_group * e.taps; ++i)
      largest += 255.0 * std::abs(w[o * e.per_group * e.taps + i]);
    // Written so that a NaN or infinite multiplier does not fit either.
    if (!(largest * static_cast<double>(MultiplierOf(source, o)) < kLargestRounded)) return false;
  }
  return true;
}

bool FitsResidual(const Residual& residual, const Value& conv) {
  if (conv.is_float()) return true;
  const double largest =
      255.0 *
      (static_cast<double>(plugin::RescaleMultiplier(conv.scale(), residual.y.scale())) +
       static_cast<double>(plugin::RescaleMultiplier(residual.other.scale(), residual.y.scale())));
  return largest < kLargestRounded;
}

void FloatRange(qb_activation activation, float* lo, float* hi) {
  *lo = activation == QB_NONE ? -std::numeric_limits<float>::infinity() : 0.0f;
  *hi = activation == QB_RELU6 ? 6.0f : std::numeric_limits<float>::infinity();
}

StageU8 StageOf(qb_activation activation, const Value& y) {
  const plugin::OutputRange range = plugin::RangeOf(activation, *y.info);
  return {.zero = range.zero_point, .lo = range.lo, .hi = range.hi};
}

}  // namespace quantbench::engine
