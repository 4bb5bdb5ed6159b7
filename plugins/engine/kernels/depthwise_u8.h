// SPDX-License-Identifier: Apache-2.0
// Depthwise convolution of u8 rows: four rows of a column are interleaved by byte, so that one dot
// product of four bytes does four vertical taps of 4 * lanes / 4 channels.
//
// Included inside the anonymous namespace of a file built with ISA flags, after gemm_u8.h.

// One column of four rows: 4 * lanes channels, four taps each.
template <class P>
struct Column {
  typename P::Quads quads[4];
};

template <class P>
QB_INLINE Column<P> LoadColumn(const DepthwiseU8& d, const uint8_t* const* rows, int x,
                               int channel) {
  Column<P> column;
  if (x < 0 || x >= d.in_width) {
    const typename P::Bytes zero = P::SetBytes(d.input_zero);
    Repeat<4>([&](auto v) QB_LAMBDA { column.quads[v] = P::AsQuads(zero); });
    return column;
  }
  const ptrdiff_t offset = static_cast<ptrdiff_t>(x) * d.channels + channel;
  P::Interleave(P::LoadBytes(rows[0] + offset), P::LoadBytes(rows[1] + offset),
                P::LoadBytes(rows[2] + offset), P::LoadBytes(rows[3] + offset), column.quads);
  return column;
}

template <class P>
QB_INLINE void DotColumn(typename P::Ints (&acc)[4], const Column<P>& column, const uint8_t* w) {
  Repeat<4>([&](auto v) QB_LAMBDA {
    acc[v] = P::Dot(acc[v], column.quads[v], P::LoadWeights(w + v * P::kWeightBytes));
  });
}

// What one block of channels has in common for all its pixels.
template <class P>
struct DepthwiseBlock {
  int channel;  // the first
  int count;    // elements to store
  const uint8_t* weights;
  const int32_t* bias;  // [output row][4][lanes]
  const float* multiplier;
  const float* float_bias;
  const uint8_t* caps;
  const float* float_caps;
};

template <class P>
QB_INLINE StageVectors<P> StageOf(const DepthwiseU8& d, const DepthwiseBlock<P>& block) {
  StageVectors<P> stage = MakeStage<P>(d.stage);
  if (block.caps != nullptr) SetCaps<P>(P::LoadBytes(block.caps), stage);
  return stage;
}

template <class P>
QB_INLINE void StartSums(const DepthwiseBlock<P>& block, int row, typename P::Ints (&acc)[4]) {
  Repeat<4>([&](auto v)
                QB_LAMBDA { acc[v] = P::LoadInts(block.bias + (4 * row + v) * P::kLanes); });
}

template <class P>
QB_INLINE void EmitFloatPixel(const DepthwiseU8& d, const DepthwiseBlock<P>& block,
                              const typename P::Ints (&acc)[4], float* y) {
  typename P::Floats values[4];
  Repeat<4>([&](auto v) QB_LAMBDA {
    values[v] = FinishFloats<P>(d.floats, acc[v], block.multiplier + v * P::kLanes,
                                block.float_bias + v * P::kLanes);
    values[v] = CapF<P>(values[v], block.float_caps, v * P::kLanes);
  });
  if (block.count == 4 * P::kLanes) {
    P::StoreGrouped(y, values);
  } else {
    float part[4 * P::kLanes];
    P::StoreGrouped(part, values);
    for (int i = 0; i < block.count; ++i) y[i] = part[i];
  }
}

// Stores at element `offset` of output row `row`.
template <class P>
QB_INLINE void EmitPixel(const DepthwiseU8& d, const StageVectors<P>& stage,
                         const DepthwiseBlock<P>& block, const typename P::Ints (&acc)[4], int row,
                         ptrdiff_t offset) {
  if constexpr (P::kFloatOutput)
    return EmitFloatPixel<P>(d, block, acc, reinterpret_cast<float*>(d.y[row]) + offset);
  uint8_t* const y = d.y[row] + offset;
  typename P::Ints q[4];
  Repeat<4>([&](auto v) QB_LAMBDA {
    q[v] = P::Round(P::Mul(P::ToFloats(acc[v]), P::LoadFloats(block.multiplier + v * P::kLanes)));
  });
  const typename P::Bytes bytes = Finish<P>(stage, q);
  if (block.count == 4 * P::kLanes) {
    P::StoreBytes(y, bytes);
  } else {
    P::StorePart(y, bytes, block.count);
  }
}

// Any kernel, stride and dilation: nothing is shared between pixels.
template <class P>
void DepthwiseAny(const DepthwiseU8& d, const DepthwiseBlock<P>& block) {
  const StageVectors<P> stage = StageOf<P>(d, block);
  for (int ox = 0; ox < d.out_width; ++ox) {
    typename P::Ints acc[4];
    StartSums<P>(block, 0, acc);
    const uint8_t* w = block.weights;
    for (int group = 0; group < d.row_groups; ++group) {
      for (int kx = 0; kx < d.kernel_width; ++kx) {
        const int x = ox * d.stride - d.left + kx * d.dilation;
        DotColumn<P>(acc, LoadColumn<P>(d, d.rows + 4 * group, x, block.channel), w);
        w += 4 * P::kWeightBytes;
      }
    }
    EmitPixel<P>(d, stage, block, acc, 0, static_cast<ptrdiff_t>(ox) * d.channels + block.channel);
  }
}

// A stretch of output pixels along a row.
struct Stretch {
  int x;             // leftmost input column of its first pixel
  int count;         // pixels
  ptrdiff_t y;       // elements from the row's begin to its first pixel
  ptrdiff_t y_step;  // elements between pixels
};

// 3 columns, stride 1 or 2; returns how many pixels, a multiple of kPixels, it has done. Columns
// stay in registers from one pixel to the next, and a vector of weights serves kPixels pixels.
// With two output rows (stride 1) the four interleaved rows serve both, with the kernel shifted by
// one row.
template <class P, int kStride, int kOutputs, int kPixels>
int Depthwise3(const DepthwiseU8& d, const DepthwiseBlock<P>& block, const Stretch& stretch) {
  constexpr int kRowWeights = 3 * 4 * P::kWeightBytes;
  constexpr int kColumns = (kPixels - 1) * kStride + 3;
  constexpr int kKept = 3 - kStride;  // columns that the next pixels need again
  const StageVectors<P> stage = StageOf<P>(d, block);
  Column<P> columns[kColumns];
  Repeat<kKept>([&](auto i) QB_LAMBDA {
    columns[i] = LoadColumn<P>(d, d.rows, stretch.x + i, block.channel);
  });
  int done = 0;
  for (; done + kPixels <= stretch.count; done += kPixels) {
    const int x = stretch.x + done * kStride;
    Repeat<kColumns - kKept>([&](auto i) QB_LAMBDA {
      columns[kKept + i] = LoadColumn<P>(d, d.rows, x + kKept + i, block.channel);
    });
    Repeat<kOutputs>([&](auto row) QB_LAMBDA {
      typename P::Ints acc[kPixels][4];
      Repeat<kPixels>([&](auto p) QB_LAMBDA { StartSums<P>(block, row, acc[p]); });
      Repeat<12>([&](auto i) QB_LAMBDA {
        const typename P::Weights w = P::LoadWeights(block.weights + row * kRowWeights +
                                                     i * static_cast<int>(P::kWeightBytes));
        Repeat<kPixels>([&](auto p) QB_LAMBDA {
          acc[p][i % 4] = P::Dot(acc[p][i % 4], columns[p * kStride + i / 4].quads[i % 4], w);
        });
      });
      Repeat<kPixels>([&](auto p) QB_LAMBDA {
        EmitPixel<P>(d, stage, block, acc[p], row, stretch.y + (done + p) * stretch.y_step);
      });
    });
    Repeat<kKept>([&](auto i) QB_LAMBDA { columns[i] = columns[i + kPixels * kStride]; });
  }
  return done;
}

template <class P, int kStride, int kOutputs>
void Depthwise3Stretch(const DepthwiseU8& d, const DepthwiseBlock<P>& block, Stretch stretch) {
  const int done = Depthwise3<P, kStride, kOutputs, P::kDepthwisePixels>(d, block, stretch);
  if (done == stretch.count) return;
  stretch.x += done * kStride;
  stretch.y += done * stretch.y_step;
  stretch.count -= done;
  Depthwise3<P, kStride, kOutputs, 1>(d, block, stretch);
}

// Where two pixels fill a vector of bytes (channels * 2 == 4 * lanes), and the stride is 1, the
// inner pixels are done two by two: a "column" is then two columns side by side, and the next pair
// is two columns further. The weights were packed twice over for that.
template <class P, int kOutputs>
void Depthwise3Pairs(const DepthwiseU8& d, const DepthwiseBlock<P>& block) {
  const ptrdiff_t channels = d.channels;
  const int first = d.left < d.out_width ? d.left : d.out_width;
  // The last pair's rightmost column, and the pixel beside it, lie inside the image.
  const int room = d.in_width - 3 + d.left - first;
  const int possible = d.out_width - first;
  const int pairs = (room < possible ? (room < 0 ? 0 : room) : possible) / 2;
  Depthwise3Stretch<P, 1, kOutputs>(d, block, {-d.left, first, 0, channels});
  DepthwiseBlock<P> both = block;
  both.count = 4 * P::kLanes;
  Depthwise3Stretch<P, 2, kOutputs>(d, both,
                                    {first - d.left, pairs, first * channels, 2 * channels});
  const int rest = first + 2 * pairs;
  Depthwise3Stretch<P, 1, kOutputs>(d, block,
                                    {rest - d.left, d.out_width - rest, rest * channels, channels});
}

template <class P, int kOutputs>
void Depthwise3Block(const DepthwiseU8& d, const DepthwiseBlock<P>& block) {
  const Stretch row{-d.left, d.out_width, block.channel, d.channels};
  if (d.stride == 2) {
    if constexpr (kOutputs == 1) Depthwise3Stretch<P, 2, 1>(d, block, row);
  } else if (2 * d.channels == 4 * P::kLanes) {
    Depthwise3Pairs<P, kOutputs>(d, block);
  } else {
    Depthwise3Stretch<P, 1, kOutputs>(d, block, row);
  }
}

template <class P>
void DepthwiseAllU8(const DepthwiseU8& d) {
  constexpr int kBlock = 4 * P::kLanes;
  const int outputs = d.y[1] != nullptr ? 2 : 1;
  const bool three = d.kernel_width == 3 && d.dilation == 1 && d.row_groups == 1;
  const int weight_bytes =
      (1 + d.row_pairs) * d.row_groups * d.kernel_width * 4 * static_cast<int>(P::kWeightBytes);
  const int blocks = (d.channels + kBlock - 1) / kBlock;
  for (int b = 0; b < blocks; ++b) {
    // The last block overlaps the one before it rather than being narrower.
    const bool last = b == blocks - 1 && d.channels >= kBlock;
    DepthwiseBlock<P> block;
    block.channel = last ? d.channels - kBlock : b * kBlock;
    block.count = d.channels < kBlock ? d.channels : kBlock;
    block.weights =
        static_cast<const uint8_t*>(d.weights) + static_cast<ptrdiff_t>(b) * weight_bytes;
    block.bias = d.bias + b * (1 + d.row_pairs) * kBlock;
    block.multiplier = d.multiplier + b * kBlock;
    block.caps = d.caps == nullptr ? nullptr : d.caps + b * kBlock;
    if constexpr (P::kFloatOutput) {
      block.float_bias = d.floats.bias + b * kBlock;
      block.float_caps = d.floats.caps == nullptr ? nullptr : d.floats.caps + b * kBlock;
    }
    if (three && d.stride <= 2) {
      outputs == 2 ? Depthwise3Block<P, 2>(d, block) : Depthwise3Block<P, 1>(d, block);
    } else {
      DepthwiseAny<P>(d, block);
    }
  }
}
