// SPDX-License-Identifier: Apache-2.0
// Finds the values that can be written where a concatenation wants them.
#include "in_place.h"

#include <algorithm>

namespace quantbench::engine {
namespace {

class Placing {
 public:
  Placing(const qb_model& model, const StridedNodes& strided,
          const std::vector<std::vector<int32_t>>& readers, const std::vector<int32_t>& writer,
          std::vector<Value>& values)
      : model_(model), strided_(strided), readers_(readers), writer_(writer), values_(values) {}

  // From the last one, so that the largest of a chain is the one that the others lie in.
  void Run() {
    for (int32_t n = model_.num_nodes - 1; n >= 0; --n) {
      const qb_node& node = *model_.nodes[n];
      if (node.op != QB_CONCAT || node.activation != QB_NONE) continue;
      if (!JoinOther(node)) PlaceInputs(node);
    }
  }

 private:
  static size_t Index(int32_t tensor) { return static_cast<size_t>(tensor); }
  bool IsConstant(int32_t tensor) const { return model_.tensors[tensor]->data != nullptr; }

  static bool SameNumbers(const Value& a, const Value& b) {
    if (a.is_float() || b.is_float()) return a.is_float() == b.is_float();
    return a.scale() == b.scale() && a.zero_point() == b.zero_point() && a.most() == b.most();
  }

  bool ReadStrided(int32_t tensor) const {
    const auto& readers = readers_[Index(tensor)];
    return tensor != model_.output && std::all_of(readers.begin(), readers.end(), strided_.reads);
  }

  // Whether all inputs lie side by side in another value already, and the output can lie there too.
  bool JoinOther(const qb_node& node) {
    Value& y = values_[Index(node.output)];
    if (y.place != Index(node.output) || !ReadStrided(node.output)) return false;
    const Value& first = values_[Index(node.inputs[0])];
    if (first.place == Index(node.inputs[0])) return false;
    int64_t channel = first.first_channel;
    for (int32_t i = 0; i < node.num_inputs; ++i) {
      const Value& x = values_[Index(node.inputs[i])];
      if (x.place != first.place || x.first_channel != channel || !SameNumbers(x, y)) return false;
      channel += x.channels;
    }
    MoveTo(y, values_[first.place], first.place, first.first_channel);
    return true;
  }

  void PlaceInputs(const qb_node& node) {
    const Value& y = values_[Index(node.output)];
    int64_t channel = 0;
    for (int32_t i = 0; i < node.num_inputs; ++i) {
      const int32_t t = node.inputs[i];
      Value& x = values_[Index(t)];
      if (!IsConstant(t) && CanMove(t, x) && SameNumbers(x, y) && channel % 16 == 0 &&
          x.channels % 16 == 0)
        MoveTo(x, y, y.place, y.first_channel + channel);
      channel += x.channels;
    }
  }

  bool CanMove(int32_t tensor, const Value& x) const {
    const int32_t writer = writer_[Index(tensor)];
    return x.place == Index(tensor) && writer >= 0 && strided_.writes(writer) &&
           ReadStrided(tensor);
  }

  // What lay in x goes along.
  void MoveTo(Value& x, const Value& host, size_t place, int64_t channel) {
    const auto from = static_cast<size_t>(&x - values_.data());
    for (Value& value : values_) {
      if (value.place != from || &value == &x) continue;
      value.place = place;
      value.first_channel += channel;
      value.stride = host.stride;
    }
    x.place = place;
    x.first_channel = channel;
    x.stride = host.stride;
  }

  const qb_model& model_;
  const StridedNodes& strided_;
  const std::vector<std::vector<int32_t>>& readers_;
  const std::vector<int32_t>& writer_;
  std::vector<Value>& values_;
};

}  // namespace

void PlaceConcatenations(const qb_model& model, const StridedNodes& strided,
                         const std::vector<std::vector<int32_t>>& readers,
                         const std::vector<int32_t>& writer, std::vector<Value>& values) {
  Placing(model, strided, readers, writer, values).Run();
}

}  // namespace quantbench::engine
