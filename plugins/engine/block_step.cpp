// SPDX-License-Identifier: Apache-2.0
// Runs an inverted residual block row by row over a ring of expanded rows.
#include "block_step.h"

namespace quantbench::engine {
namespace {

// Below this the expanded values stay in the second-level cache anyway, and short rows would fetch
// the weights too often.
constexpr int64_t kLeastExpandedBytes = 512 * 1024;
constexpr int64_t kLeastRowPixels = 28;

int64_t Rounded(int64_t bytes) { return (bytes + 63) / 64 * 64 + 64; }

}  // namespace

template <class T>
BlockStep<T>::BlockStep(const ConvStep<T>& expand, const DepthwiseStep<T>& depthwise,
                        const ConvStep<T>& project)
    : expand_(expand), depthwise_(depthwise), project_(project) {
  const Geometry& g = depthwise.geometry();
  ring_rows_ = (g.kh - 1) * g.dy + 1 + (depthwise.rows_at_once() - 1) * g.sy;
  row_elements_ = g.in_w * expand.y().stride;
}

template <class T>
int64_t BlockStep<T>::scratch_bytes() const {
  const int64_t out_row = depthwise_.geometry().out_w * depthwise_.y().stride;
  constexpr auto kBytes = static_cast<int64_t>(sizeof(T));
  return Rounded(ring_rows_ * row_elements_ * kBytes) +
         Rounded(depthwise_.rows_at_once() * out_row * kBytes);
}

// Output rows [first, last) of the depthwise convolution, and so of the block.
template <class T>
void BlockStep<T>::RunRows(const Image& image, int64_t first, int64_t last,
                           std::byte* scratch) const {
  const Geometry& g = depthwise_.geometry();
  T* const ring = reinterpret_cast<T*>(scratch);
  T* const filtered = reinterpret_cast<T*>(
      scratch + Rounded(ring_rows_ * row_elements_ * static_cast<int64_t>(sizeof(T))));
  const auto row = [&](int64_t iy) { return ring + iy % ring_rows_ * row_elements_; };
  int64_t expanded = std::max<int64_t>(0, first * g.sy - g.top);  // rows before this one are done
  for (int64_t oy = first; oy < last; oy += depthwise_.rows_at_once()) {
    const int64_t count = std::min(depthwise_.rows_at_once(), last - oy);
    const int64_t needed =
        std::min(g.in_h, (oy + count - 1) * g.sy - g.top + (g.kh - 1) * g.dy + 1);
    for (; expanded < needed; ++expanded) {
      expand_.RunPointwise(image.x + expanded * g.in_w * expand_.x().stride, row(expanded), nullptr,
                           g.in_w);
    }
    depthwise_.RunRows(oy, count, row, filtered);
    const int64_t pixel = oy * g.out_w;
    const T* const residual =
        image.residual == nullptr ? nullptr : image.residual + pixel * project_.residual()->stride;
    project_.RunPointwise(filtered, image.y + pixel * project_.y().stride, residual,
                          count * g.out_w);
  }
}

template <class T>
void BlockStep<T>::Run(const Work& work) const {
  const RunState& s = work.state;
  const int64_t rows = depthwise_.geometry().out_h;
  // Each strip expands the rows at its border again, so there are no more than threads need.
  const int64_t strips = std::min<int64_t>(
      rows, work.team.threads() == 1 ? 1 : 2 * static_cast<int64_t>(work.team.threads()));
  work.team.ForEach(work.images() * strips, [&](int64_t i, int worker) {
    const int64_t n = work.first_image + i / strips;
    const Value* const residual = project_.residual();
    const Image image{.x = s.At<const T>(expand_.x(), n),
                      .y = s.At<T>(project_.y(), n),
                      .residual = residual == nullptr ? nullptr : s.At<const T>(*residual, n)};
    RunRows(image, rows * (i % strips) / strips, rows * (i % strips + 1) / strips,
            s.ScratchOf(worker));
  });
}

template class BlockStep<uint8_t>;
template class BlockStep<float>;

namespace {

template <class T>
std::unique_ptr<Step> MakeBlockOf(const Step& expand, const Step& depthwise, const Step& project) {
  const auto* const e = dynamic_cast<const ConvStep<T>*>(&expand);
  const auto* const d = dynamic_cast<const DepthwiseStep<T>*>(&depthwise);
  const auto* const p = dynamic_cast<const ConvStep<T>*>(&project);
  if (e == nullptr || d == nullptr || p == nullptr) return nullptr;
  if (!e->geometry().pointwise() || !p->geometry().pointwise() || e->residual() != nullptr)
    return nullptr;
  const bool chained = &e->y() == &d->x() && &d->y() == &p->x();
  const int64_t bytes = e->y().elements() * e->y().element_bytes();
  if (!chained || bytes < kLeastExpandedBytes || d->geometry().in_w < kLeastRowPixels)
    return nullptr;
  return std::make_unique<BlockStep<T>>(*e, *d, *p);
}

}  // namespace

std::unique_ptr<Step> MakeBlock(const Step& expand, const Step& depthwise, const Step& project) {
  std::unique_ptr<Step> block = MakeBlockOf<uint8_t>(expand, depthwise, project);
  return block != nullptr ? std::move(block) : MakeBlockOf<float>(expand, depthwise, project);
}

}  // namespace quantbench::engine
