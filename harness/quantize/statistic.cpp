// SPDX-License-Identifier: Apache-2.0
// Ranges, and counting of values in two histograms at once.
#include "quantize/statistic.h"

#include <algorithm>
#include <array>
#include <type_traits>

#include "support/also_for_avx2.h"

namespace quantbench {
namespace {

// Counts of one worker. Neighbouring values often fall into one bin, and an addition to memory
// waits for the one before to the same place; four tables in turn don't.
class Counter {
 public:
  explicit Counter(size_t bins) : bins_(bins), tables_(4 * bins), sums_(bins) {}

  void Count(std::span<const int32_t> bins) {
    size_t i = 0;
    uint32_t* const tables = tables_.data();
    for (; i + 4 <= bins.size(); i += 4) {
      for (size_t t = 0; t < 4; ++t) ++tables[t * bins_ + static_cast<size_t>(bins[i + t])];
    }
    for (; i < bins.size(); ++i) ++tables[static_cast<size_t>(bins[i])];
  }
  // Call before 2^32 values were counted since the last time.
  void Flush() {
    for (size_t i = 0; i < bins_; ++i) {
      for (size_t t = 0; t < 4; ++t) sums_[i] += tables_[t * bins_ + i];
    }
    std::fill(tables_.begin(), tables_.end(), 0u);
  }
  void AddTo(std::vector<uint64_t>& sums) const {
    for (size_t i = 0; i < bins_; ++i) sums[i] += sums_[i];
  }

 private:
  size_t bins_;
  std::vector<uint32_t> tables_;  // [4, bins]
  std::vector<uint64_t> sums_;    // [bins]
};

constexpr size_t kBlock = 512;  // bin numbers that stay in the first-level cache
using BlockBins = std::array<int32_t, kBlock>;

// (v - left) / (right - left) * bins, rounded down, in float32 as torch.histc computes it; `bins`
// where v is the right edge, `bins + 1` where it lies outside.
QUANTBENCH_ALSO_FOR_AVX2 void FindPyTorchBins(std::span<const float> values,
                                              const PyTorchHistogram::Edges& edges, int bins,
                                              BlockBins& found) {
  const float left = edges.left, right = edges.right;
  const float width = right - left, scale = static_cast<float>(bins);
  const int32_t outside = bins + 1;
  const float* const data = values.data();
  // Three loops: of one, GCC makes branches that leave out the division where it can.
  std::array<float, kBlock> inside;
  for (size_t i = 0; i < values.size(); ++i) {
    const float raised = data[i] < left ? left : data[i];
    inside[i] = raised > right ? right : raised;
  }
  for (size_t i = 0; i < values.size(); ++i)
    found[i] = static_cast<int32_t>((inside[i] - left) / width * scale);
  for (size_t i = 0; i < values.size(); ++i) {
    found[i] = data[i] < left ? outside : found[i];
    found[i] = data[i] > right ? outside : found[i];
  }
}

QUANTBENCH_ALSO_FOR_AVX2 void FindValueBins(std::span<const float> values,
                                            const ValueHistogram& histogram, BlockBins& found) {
  const float inverse = histogram.inverse_width();
  const int first = histogram.first();
  for (size_t i = 0; i < values.size(); ++i) {
    const float scaled = values[i] * inverse;
    const auto cut = static_cast<int32_t>(scaled);
    found[i] = cut - (static_cast<float>(cut) > scaled ? 1 : 0) - first;
  }
}

struct Counters {
  Counter pytorch, values;
};

}  // namespace

void RangeStatistic::Add(const Range& batch) {
  range_.min = std::min(range_.min, batch.min);
  range_.max = std::max(range_.max, batch.max);
}

void MovingAverageRange::Add(const Range& batch) {
  if (empty()) {
    range_ = batch;
    return;
  }
  range_.min += constant_ * (batch.min - range_.min);
  range_.max += constant_ * (batch.max - range_.max);
}

void HistogramStatistic::Add(std::span<const float> values, const Range& range, ThreadPool& pool) {
  PyTorchHistogram::Edges edges = pytorch_.BeginBatch(range);
  // A constant so large that 1 more or less is the same number: it lies in no bin.
  if (!(edges.left < edges.right)) edges = {.left = 0.0f, .right = 1.0f};
  values_.Widen(range);
  const auto bins = static_cast<size_t>(bins_);
  std::vector<Counters> workers(static_cast<size_t>(pool.threads()),
                                {.pytorch = Counter(bins + 2), .values = Counter(bins)});
  pool.ForEach(static_cast<int64_t>(NumChunks(values.size())), [&](int64_t c, int worker) {
    Counters& own = workers[static_cast<size_t>(worker)];
    const std::span<const float> chunk = Chunk(values, static_cast<size_t>(c));
    BlockBins found;
    for (size_t begin = 0; begin < chunk.size(); begin += kBlock) {
      const auto block = chunk.subspan(begin, std::min(kBlock, chunk.size() - begin));
      const std::span<const int32_t> block_bins(found.data(), block.size());
      FindPyTorchBins(block, edges, bins_, found);
      own.pytorch.Count(block_bins);
      FindValueBins(block, values_, found);
      own.values.Count(block_bins);
    }
    own.pytorch.Flush();
    own.values.Flush();
  });
  std::vector<uint64_t> pytorch_counts(bins + 2), value_counts(bins);
  for (const Counters& worker : workers) {
    worker.pytorch.AddTo(pytorch_counts);
    worker.values.AddTo(value_counts);
  }
  pytorch_counts[bins - 1] += pytorch_counts[bins];  // the right edge belongs to the last bin
  pytorch_.EndBatch(std::span(pytorch_counts).first(bins));
  values_.Add(value_counts);
}

bool IsEmpty(const Statistic& statistic) {
  return std::visit([](const auto& one) { return one.empty(); }, statistic);
}

void Observe(Statistic& statistic, std::span<const float> batch, const Range& range,
             ThreadPool& pool) {
  if (batch.empty()) return;
  std::visit(
      [&](auto& one) {
        if constexpr (std::is_same_v<std::decay_t<decltype(one)>, HistogramStatistic>) {
          one.Add(batch, range, pool);
        } else {
          one.Add(range);
        }
      },
      statistic);
}

}  // namespace quantbench
