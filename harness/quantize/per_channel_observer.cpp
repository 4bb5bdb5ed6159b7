// SPDX-License-Identifier: Apache-2.0
// One range statistic a channel.
#include "quantize/per_channel_observer.h"

#include "quantize/channel_axis.h"
#include "quantize/observer.h"
#include "support/error.h"
#include "support/number_text.h"

namespace quantbench {
namespace {

// The values of one channel, side by side.
std::vector<float> ChannelValues(const FloatTensor& tensor, const ChannelLayout& layout,
                                 size_t channel) {
  std::vector<float> values;
  values.reserve(layout.outer * layout.inner);
  for (size_t outer = 0; outer < layout.outer; ++outer) {
    const auto begin =
        tensor.values.begin() +
        static_cast<std::ptrdiff_t>((outer * layout.channels + channel) * layout.inner);
    values.insert(values.end(), begin, begin + static_cast<std::ptrdiff_t>(layout.inner));
  }
  return values;
}

}  // namespace

PerChannelObserver::PerChannelObserver(const ObserverSpec& spec, int axis, std::string tensor)
    : spec_(spec), axis_(axis), tensor_(std::move(tensor)) {
  if (std::holds_alternative<HistogramStatistic>(MakeStatistic(spec))) {
    throw Error("observer '" + spec.name + "' can't watch channels of tensor '" + tensor_ +
                "' one by one; minmax and moving_average_minmax can");
  }
}

void PerChannelObserver::Observe(const FloatTensor& batch) {
  const ChannelLayout layout = LayoutOf(batch.shape, axis_, tensor_);
  if (batch.values.empty()) return;
  if (channels_.empty()) channels_.assign(layout.channels, MakeStatistic(spec_));
  if (channels_.size() != layout.channels) {
    throw Error("tensor '" + tensor_ + "' had " + CountText(channels_.size(), "channel") +
                " in earlier batches and has " + std::to_string(layout.channels) +
                " now; all batches must agree");
  }
  ThreadPool alone(1);
  for (size_t c = 0; c < layout.channels; ++c) {
    const std::vector<float> values = ChannelValues(batch, layout, c);
    const std::optional<Range> range = FiniteRange(values);
    if (!range)
      throw Error("tensor '" + tensor_ + "' channel " + std::to_string(c) + ' ' + kNotFinite);
    quantbench::Observe(channels_[c], values, *range, alone);
  }
}

std::vector<QParams> PerChannelObserver::ComputeQParams() const {
  if (channels_.empty()) {
    throw Error("tensor '" + tensor_ +
                "': no value was observed, so its channels have no range; give the observer at "
                "least one batch");
  }
  std::vector<QParams> qparams;
  for (size_t c = 0; c < channels_.size(); ++c) {
    qparams.push_back(quantbench::ComputeQParams(channels_[c], spec_,
                                                 tensor_ + "' channel '" + std::to_string(c)));
  }
  return qparams;
}

}  // namespace quantbench
