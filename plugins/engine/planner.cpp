// SPDX-License-Identifier: Apache-2.0
// Chooses a step for each node, fuses residual additions into convolutions, and plans memory.
#include "planner.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>

#include "block_step.h"
#include "bounds.h"
#include "conv_step.h"
#include "depthwise_step.h"
#include "dynamic_steps.h"
#include "in_place.h"
#include "plain_steps.h"
#include "simple_steps.h"

namespace quantbench::engine {
namespace {

class Planner {
 public:
  Planner(const qb_model& model, const Kernels& kernels, Fusion fusion)
      : model_(model), kernels_(kernels), fusion_(fusion) {}

  Plan Make() {
    DescribeValues();
    for (int32_t n = 0; n < model_.num_nodes; ++n) {
      plugin::RequireKnown(Node(n));  // refuses operators and activations that nobody here knows
    }
    FindShortSums();
    PlaceConcatenations(model_,
                        {.reads = [this](int32_t n) { return ReadsStrided(n); },
                         .writes = [this](int32_t n) { return WritesStrided(n); }},
                        readers_, writer_, plan_.values);
    for (int32_t n = 0; n < model_.num_nodes; ++n) AddNode(n);
    const Value& output = plan_.values[Root(model_.output)];
    AddStep(std::make_unique<ExportStep>(output), -1, {model_.output}, -1);
    if (fusion_ == Fusion::kAllowed) FindBlocks();
    PlanArena(plan_);
    return std::move(plan_);
  }

 private:
  const qb_node& Node(int32_t n) const { return *model_.nodes[n]; }
  size_t Root(int32_t tensor) const {
    return static_cast<size_t>(alias_[static_cast<size_t>(tensor)]);
  }
  const Value& ValueOf(int32_t tensor) const { return plan_.values[Root(tensor)]; }

  void DescribeValues() {
    auto tensors = static_cast<size_t>(model_.num_tensors);
    own_value_ = model_.num_tensors;
    for (int32_t n = 0; n < model_.num_nodes; ++n) tensors += IsDynamic(Node(n)) ? 2u : 0u;
    plan_.values.resize(tensors);
    alias_.resize(tensors);
    readers_.resize(tensors);
    writer_.resize(tensors, -1);
    for (int32_t n = 0; n < model_.num_nodes; ++n) {
      for (int32_t i = 0; i < Node(n).num_inputs; ++i)
        readers_[static_cast<size_t>(Node(n).inputs[i])].push_back(n);
      writer_[static_cast<size_t>(Node(n).output)] = n;
    }
    for (size_t t = 0; t < tensors; ++t) plan_.values[t].place = t;
    for (int32_t t = 0; t < model_.num_tensors; ++t) {
      alias_[static_cast<size_t>(t)] = t;
      Value& value = plan_.values[static_cast<size_t>(t)];
      value.info = model_.tensors[t];
      if (value.info->data != nullptr) continue;
      value.channels = value.info->rank > 1 ? value.info->dims[1] : 1;
      value.height = value.info->rank > 2 ? value.info->dims[2] : 1;
      value.width = value.info->rank > 3 ? value.info->dims[3] : 1;
      value.stride = StrideOf(t, value);
    }
  }

  // Multiples of 16, so that whole vectors can be stored; what just dense convolutions read, and
  // no vector kernel writes, may be narrower.
  int64_t StrideOf(int32_t t, const Value& value) const {
    const int32_t writer = writer_[static_cast<size_t>(t)];
    const bool from_input = t == model_.input || (writer >= 0 && Node(writer).op == QB_QUANTIZE &&
                                                  Node(writer).inputs[0] == model_.input);
    const auto& readers = readers_[static_cast<size_t>(t)];
    const bool to_convs = std::all_of(readers.begin(), readers.end(), [&](int32_t n) {
      return Node(n).op == QB_CONV && Node(n).groups == 1;
    });
    if (from_input && to_convs && value.channels <= 4) return value.is_float() ? value.channels : 4;
    return (value.channels + 15) / 16 * 16;
  }

  // A value that no tensor of the model has.
  int32_t OwnValue(const qb_tensor& info, int64_t channels, int64_t height, int64_t width,
                   int64_t stride) {
    const auto t = static_cast<size_t>(own_value_);
    alias_[t] = own_value_;
    plan_.values[t] = {.info = &info,
                       .channels = channels,
                       .height = height,
                       .width = width,
                       .stride = stride,
                       .place = t};
    return own_value_++;
  }

  // The one node that reads a tensor, or -1.
  int32_t OnlyReader(int32_t tensor) const {
    const auto& readers = readers_[static_cast<size_t>(tensor)];
    return readers.size() == 1 && tensor != model_.output ? readers[0] : -1;
  }

  // The cap that can be fused behind layer n, or -1: it clamps what nobody else reads, in the same
  // integers.
  int32_t FusedCap(int32_t n) const {
    const int32_t reader = OnlyReader(Node(n).output);
    if (fusion_ != Fusion::kAllowed || reader < 0 || Node(reader).op != QB_CAP) return -1;
    const Value& x = ValueOf(Node(n).output);
    const Value& y = ValueOf(Node(reader).output);
    const bool constant = model_.tensors[Node(reader).inputs[1]]->data != nullptr;
    const bool same = x.is_float() ? y.is_float()
                                   : !y.is_float() && x.scale() == y.scale() &&
                                         x.zero_point() == y.zero_point() && x.most() == y.most();
    return constant && same ? reader : -1;
  }
  // The node whose result layer n writes when it runs as a step of its own.
  int32_t DoneBy(int32_t n) const {
    const int32_t cap = FusedCap(n);
    return cap < 0 ? n : cap;
  }

  ConvSource SourceOf(int32_t n) const {
    const qb_node& node = Node(n);
    const int32_t cap = FusedCap(n);
    const qb_tensor& weight = *model_.tensors[node.inputs[1]];
    const auto layer = static_cast<size_t>(n);
    return {.kernels = short_sums_[layer] ? *kernels_.short_sums
                                          : TilingOf(kernels_, node, weight).kernels,
            .node = node,
            .weight = weight,
            .bias = *model_.tensors[node.inputs[2]],
            .x = ValueOf(node.inputs[0]),
            .y = ValueOf(Node(DoneBy(n)).output),
            .caps = cap < 0 ? nullptr : model_.tensors[Node(cap).inputs[1]],
            .largest = largest_[layer]};
  }

  // What layers read at most, and which of them can run on the kernels that sum products in 16
  // bits.
  void FindShortSums() {
    short_sums_.assign(static_cast<size_t>(model_.num_nodes), false);
    largest_.assign(static_cast<size_t>(model_.num_nodes), 255);
    if (kernels_.short_sums == nullptr) return;
    const std::vector<int32_t> largest = LargestValues(model_);
    for (int32_t n = 0; n < model_.num_nodes; ++n) {
      const int32_t x = Node(n).inputs[0];
      const bool is_layer = Node(n).op == QB_CONV || Node(n).op == QB_LINEAR;
      if (!is_layer || ValueOf(x).is_float() || model_.tensors[Node(n).inputs[1]]->data == nullptr)
        continue;
      const auto layer = static_cast<size_t>(n);
      // Places outside the image hold the zero point.
      largest_[layer] = std::max(largest[static_cast<size_t>(x)], ValueOf(x).zero_point());
      short_sums_[layer] = FitsShortSums(SourceOf(n));
    }
  }

  bool RunsAsProduct(int32_t n) const {
    const qb_node& node = Node(n);
    if (!IsConv(node) && !IsLinear(node)) return false;
    const ConvSource source = SourceOf(n);
    const bool constant = source.weight.data != nullptr && source.bias.data != nullptr;
    const bool one_pixel = IsConv(node) || source.x.pixels() == 1;
    return constant && one_pixel && !IsDepthwise(source) && FitsConv(source);
  }

  // The addition that can be fused behind convolution n, or -1. The convolution then runs in the
  // addition's place, when the other operand surely exists.
  int32_t FusedAddition(int32_t n) const {
    const int32_t reader = fusion_ == Fusion::kNone ? -1 : OnlyReader(Node(n).output);
    if (reader < 0 || Node(reader).op != QB_ADD || !RunsAsProduct(n)) return -1;
    const qb_node& add = Node(reader);
    if (add.inputs[0] == add.inputs[1]) return -1;
    const int32_t other = add.inputs[0] == Node(n).output ? add.inputs[1] : add.inputs[0];
    // Where both operands are such convolutions, the later one takes the addition.
    if (writer_[static_cast<size_t>(other)] > n) return -1;
    const Residual residual{.node = add, .other = ValueOf(other), .y = ValueOf(add.output)};
    const bool same = residual.other.pixels() == residual.y.pixels() &&
                      residual.other.stride == residual.y.stride &&
                      residual.other.is_float() == residual.y.is_float();
    return same && FitsResidual(residual, ValueOf(Node(n).output)) ? reader : -1;
  }

  bool WritesStrided(int32_t n) const {
    const qb_node& node = Node(n);
    if (node.op == QB_MAX_POOL || node.op == QB_AVG_POOL || node.op == QB_CONCAT) return true;
    return node.op == QB_CONV && RunsAsProduct(n) && FusedAddition(n) < 0;
  }
  bool ReadsStrided(int32_t n) const {
    const qb_node& node = Node(n);
    if (node.op == QB_MAX_POOL || node.op == QB_AVG_POOL || node.op == QB_CONCAT) return true;
    if (node.op != QB_CONV) return false;
    return RunsAsProduct(n) || (IsDepthwise(SourceOf(n)) && ValueOf(node.inputs[0]).is_float());
  }

  void AddStep(std::unique_ptr<Step> step, int32_t node, std::vector<int32_t> reads,
               int32_t writes) {
    step->completes = node;
    for (const int32_t t : reads) {
      if (t >= model_.num_tensors || model_.tensors[t]->data == nullptr)
        step->reads.push_back(static_cast<int32_t>(Root(t)));
    }
    step->writes = writes;
    plan_.scratch_bytes = std::max(plan_.scratch_bytes, step->scratch_bytes());
    plan_.steps.push_back(std::move(step));
  }

  void AddConv(int32_t n, const std::optional<Residual>& residual, int32_t done,
               std::vector<int32_t> reads) {
    if (IsDynamic(Node(n))) return AddDynamic(n, residual, done, std::move(reads));
    const ConvSource source = SourceOf(n);
    const int32_t writes = Node(done).output;
    if (source.x.is_float()) {
      AddStep(std::make_unique<ConvStep<float>>(source, residual), done, std::move(reads), writes);
    } else {
      AddStep(std::make_unique<ConvStep<uint8_t>>(source, residual), done, std::move(reads),
              writes);
    }
  }

  // Range, quantisation and the layer itself. reads[0] is the layer's float input.
  void AddDynamic(int32_t n, const std::optional<Residual>& residual, int32_t done,
                  std::vector<int32_t> reads) {
    const ConvSource floats = SourceOf(n);
    const Value& x = floats.x;
    const bool depthwise = IsDepthwise(floats);
    const DynamicInput input{
        .kernels = kernels_, .x = x, .from_host = Root(reads[0]) == Root(model_.input)};
    const bool narrow = input.from_host && x.channels <= 4 && Node(n).groups == 1;
    const int64_t stride = narrow ? 4 : (x.channels + 15) / 16 * 16;
    const int32_t quantised = OwnValue(kBytes, x.channels, x.height, x.width, stride);
    const Value& bytes = plan_.values[static_cast<size_t>(quantised)];
    const RunConstantsSize size =
        depthwise ? ConstantsOfDepthwise(kernels_, bytes) : ConstantsOfConv(floats);
    const int32_t constants = OwnValue(kFloats, 1, 1, 1, size.floats());
    const Value& at_run_time = plan_.values[static_cast<size_t>(constants)];

    const std::vector<int32_t> inputs =
        input.from_host ? std::vector<int32_t>{} : std::vector<int32_t>{reads[0]};
    AddStep(std::make_unique<RangeStep>(input, size, at_run_time), -1, inputs, constants);
    std::vector<int32_t> with_constants = inputs;
    with_constants.push_back(constants);
    AddStep(std::make_unique<DynamicQuantizeStep>(input, size, at_run_time, bytes), -1,
            with_constants, quantised);

    const ConvSource source{.kernels = floats.kernels,
                            .node = floats.node,
                            .weight = floats.weight,
                            .bias = floats.bias,
                            .x = bytes,
                            .y = floats.y,
                            .caps = floats.caps};
    reads[0] = quantised;
    reads.push_back(constants);
    if (depthwise) {
      AddStep(std::make_unique<DepthwiseStep<uint8_t, float>>(source, &at_run_time), done,
              std::move(reads), Node(done).output);
    } else {
      AddStep(std::make_unique<ConvStep<uint8_t, float>>(source, residual, &at_run_time), done,
              std::move(reads), Node(done).output);
    }
    plan_.whole_batches = true;
  }

  // Float input is brought into layout once, unless quantising does that.
  void ImportInput() {
    if (imported_) return;
    imported_ = true;
    AddStep(std::make_unique<ImportStep>(ValueOf(model_.input)), -1, {}, model_.input);
  }

  void AddNode(int32_t n) {
    const qb_node& node = Node(n);
    const std::vector<int32_t> reads(node.inputs, node.inputs + node.num_inputs);
    const Value& y = ValueOf(node.output);
    if (node.op == QB_QUANTIZE && node.inputs[0] == model_.input) {
      return AddStep(std::make_unique<QuantizeInputStep>(kernels_, node, y), n, {}, node.output);
    }
    const bool reads_input = std::count(reads.begin(), reads.end(), model_.input) > 0;
    if (reads_input && !IsDynamic(node)) ImportInput();
    const Value& x = ValueOf(node.inputs[0]);
    if (FusedAddition(n) >= 0) return;                     // runs in the addition's place
    if (node.op == QB_CAP && capped_.contains(n)) return;  // done with the layer before it
    if (RunsAsProduct(n)) {
      capped_.insert(FusedCap(n));
      return AddConv(n, {}, DoneBy(n), reads);
    }
    if (IsConv(node) && IsDepthwise(SourceOf(n)) && FitsConv(SourceOf(n))) {
      capped_.insert(FusedCap(n));
      return AddDepthwise(n, DoneBy(n), reads);
    }
    if (node.op == QB_ADD) return AddAddition(n);
    if (node.op == QB_GLOBAL_AVG_POOL && FitsPool(x, y)) {
      return AddStep(std::make_unique<GlobalPoolStep>(kernels_, node, x, y), n, reads, node.output);
    }
    const bool reshapes = node.op == QB_FLATTEN || node.op == QB_RESHAPE;
    if (reshapes && x.pixels() == 1 && y.pixels() == 1) {
      alias_[static_cast<size_t>(node.output)] = static_cast<int32_t>(Root(node.inputs[0]));
      return;
    }
    if (node.op == QB_DEQUANTIZE) {
      return AddStep(std::make_unique<DequantizeStep>(x, y), n, reads, node.output);
    }
    AddPlain(n);
  }

  void AddDepthwise(int32_t n, int32_t done, const std::vector<int32_t>& reads) {
    if (IsDynamic(Node(n))) return AddDynamic(n, {}, done, reads);
    const int32_t writes = Node(done).output;
    if (ValueOf(Node(n).inputs[0]).is_float())
      return AddStep(std::make_unique<DepthwiseStep<float>>(SourceOf(n)), done, reads, writes);
    AddStep(std::make_unique<DepthwiseStep<uint8_t>>(SourceOf(n)), done, reads, writes);
  }

  void AddAddition(int32_t n) {
    const qb_node& node = Node(n);
    const std::vector<int32_t> reads(node.inputs, node.inputs + node.num_inputs);
    for (int32_t i = 0; i < 2; ++i) {
      const int32_t conv = writer_[static_cast<size_t>(node.inputs[i])];
      if (conv < 0 || FusedAddition(conv) != n) continue;
      const int32_t other = node.inputs[1 - i];
      return AddConv(conv,
                     Residual{.node = node, .other = ValueOf(other), .y = ValueOf(node.output)}, n,
                     {Node(conv).inputs[0], other});
    }
    const Value& a = ValueOf(node.inputs[0]);
    const Value& b = ValueOf(node.inputs[1]);
    const Value& y = ValueOf(node.output);
    const bool same = a.stride == y.stride && b.stride == y.stride;
    if (same && (y.is_float() || FitsResidual({.node = node, .other = b, .y = y}, a))) {
      return AddStep(std::make_unique<engine::AddStep>(kernels_, node, a, b, y), n, reads,
                     node.output);
    }
    AddPlain(n);
  }

  void AddPlain(int32_t n) {
    const qb_node& node = Node(n);
    const std::vector<int32_t> reads(node.inputs, node.inputs + node.num_inputs);
    std::vector<const Value*> inputs;
    for (const int32_t t : reads)
      inputs.push_back(model_.tensors[t]->data == nullptr ? &ValueOf(t) : nullptr);
    const Value& y = ValueOf(node.output);
    if (auto step = MakePlainStep(kernels_, model_, node, inputs, y)) {
      AddStep(std::move(step), n, reads, node.output);
    } else {
      ++plan_.fallback_nodes;
      AddStep(std::make_unique<ReferenceStep>(model_, node, std::move(inputs), y), n, reads,
              node.output);
    }
  }

  // Three steps in a row, the first two read by nobody else.
  void FindBlocks() {
    for (size_t s = 0; s + 2 < plan_.steps.size(); ++s) {
      if (plan_.steps[s]->writes < 0 || OnlyReader(plan_.steps[s]->writes) < 0) continue;
      if (plan_.steps[s + 1]->writes < 0 || OnlyReader(plan_.steps[s + 1]->writes) < 0) continue;
      auto step = MakeBlock(*plan_.steps[s], *plan_.steps[s + 1], *plan_.steps[s + 2]);
      if (step == nullptr) continue;
      plan_.scratch_bytes = std::max(plan_.scratch_bytes, step->scratch_bytes());
      plan_.blocks.push_back({.first_step = s, .count = 3, .step = std::move(step)});
      s += 2;
    }
  }

  const qb_model& model_;
  const Kernels& kernels_;
  Fusion fusion_;
  Plan plan_;
  std::vector<int32_t> alias_;                 // tensor that holds a tensor's values
  std::vector<std::vector<int32_t>> readers_;  // nodes
  std::vector<int32_t> writer_;                // node, -1: none
  std::set<int32_t> capped_;                   // caps that run with the layer before them
  std::vector<int32_t> largest_;               // [num_nodes] that a layer reads, bounds.h
  std::vector<bool> short_sums_;               // [num_nodes]
  bool imported_ = false;
  int32_t own_value_ = 0;  // the next one
};

}  // namespace

Plan MakePlan(const qb_model& model, const Kernels& kernels, Fusion fusion) {
  return Planner(model, kernels, fusion).Make();
}

}  // namespace quantbench::engine
