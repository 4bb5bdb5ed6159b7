// SPDX-License-Identifier: Apache-2.0
// Walks through the nodes of an ONNX graph in order.
#include "model/onnx_import.h"

#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <algorithm>
#include <limits>
#include <unordered_set>
#include <utility>

#include "model/onnx/elementwise.h"
#include "model/onnx/node_import.h"
#include "model/onnx/proto.h"
#include "model/operators/operators.h"
#include "model/passes.h"
#include "support/error.h"
#include "support/number_text.h"

namespace quantbench {
namespace onnx_import {
namespace {

constexpr int64_t kMostNodes = 1 << 16;

onnx::ModelProto Parse(std::span<const std::byte> file) {
  if (file.size() > static_cast<size_t>(std::numeric_limits<int>::max()))
    throw Error(
        "it is larger than 2 GB, which ONNX files can't be; keep its weights as external "
        "data");
  onnx::ModelProto model;
  // protobuf limits how deep messages nest, so crafted files can't exhaust the stack.
  if (!model.ParseFromArray(file.data(), static_cast<int>(file.size())) || !model.has_graph())
    throw Error("it isn't an ONNX model, or it is damaged or half downloaded");
  return model;
}

bool IsStandardDomain(const std::string& domain) { return domain.empty() || domain == "ai.onnx"; }

// The version of the standard operators. Whatever it is, the file is tried: operators say by
// themselves what they don't know.
int OpsetOf(const onnx::ModelProto& model) {
  int64_t opset = model.ir_version() < 3 ? 1 : 0;  // the first files name none
  for (const onnx::OperatorSetIdProto& import : model.opset_import()) {
    if (IsStandardDomain(import.domain())) opset = import.version();
  }
  if (opset < 1 || opset > std::numeric_limits<int>::max())
    throw Error("it doesn't say which version of ONNX's operators (opset) it uses; export it anew");
  return static_cast<int>(opset);
}

// Elements that the file holds by itself: what a bound on memory can stand on.
int64_t HeldElements(const onnx::GraphProto& graph) {
  int64_t held = 0;
  for (const onnx::TensorProto& tensor : graph.initializer())
    held += static_cast<int64_t>(tensor.ByteSizeLong());
  return held;
}

std::string Describe(const onnx::TensorShapeProto& shape) {
  std::string text;
  for (const auto& dim : shape.dim()) {
    text += (text.empty() ? "[" : ",") + (dim.has_dim_value() ? std::to_string(dim.dim_value())
                                          : dim.dim_param().empty() ? "?"
                                                                    : dim.dim_param());
  }
  return text.empty() ? "[]" : text + "]";
}

// Whether an input of integers is dequantised, as a quantised image is; otherwise it is bytes.
bool IsReadAsIntegers(const onnx::GraphProto& graph, const std::string& input) {
  constexpr std::string_view kViews[] = {"Identity", "Transpose", "Reshape", "Squeeze",
                                         "Unsqueeze"};
  std::string name = input;
  for (const onnx::NodeProto& node : graph.node()) {
    if (node.input_size() == 0 || node.output_size() == 0 || node.input(0) != name) continue;
    const std::string& op = node.op_type();
    if (std::ranges::find(kViews, op) == std::end(kViews))
      return op == "DequantizeLinear" || op.starts_with("QLinear");
    name = node.output(0);
  }
  return false;
}

class Importer {
 public:
  Importer(const onnx::GraphProto& graph, int opset, const OnnxRequest& request)
      : onnx_(graph),
        request_(request),
        state_{.graph = {},
               .opset = opset,
               .budget = Budget(request.most_elements + 4 * HeldElements(graph)),
               .external = ExternalData(request.folder)} {
    // Names that the graph's own files give to other things.
    state_.names = {{"input", 1}, {"output", 1}};
  }

  Graph Import() {
    state_.graph.name = onnx_.name();
    AddInitializers(onnx_);
    AddInput();
    if (onnx_.node_size() > kMostNodes)
      throw Error("it has " + CountText(onnx_.node_size(), "node") + "; at most " +
                  std::to_string(kMostNodes) + " are supported");
    FindNeeded(onnx_);
    for (const onnx::NodeProto& node : onnx_.node()) Import(node);
    SetOutput();
    DropUnread(state_.graph);
    MergeQuantization(state_.graph);
    return std::move(state_.graph);
  }

 private:
  void AddInitializers(const onnx::GraphProto& graph) {
    if (graph.sparse_initializer_size() > 0) throw Error("sparse initialisers are not supported");
    for (const onnx::TensorProto& tensor : graph.initializer()) {
      try {
        auto constant =
            std::make_shared<const Constant>(DecodeTensor(tensor, state_.external, state_.budget));
        state_.symbols[tensor.name()] = {.constant = std::move(constant)};
      } catch (const Error& error) {
        throw Error("initialiser '" + tensor.name() + "': " + error.what());
      }
    }
  }

  // Old files list initialisers among the inputs.
  const onnx::ValueInfoProto& OnlyInput() const {
    const onnx::ValueInfoProto* image = nullptr;
    std::string names;
    for (const onnx::ValueInfoProto& input : onnx_.input()) {
      if (state_.symbols.contains(input.name())) continue;
      image = &input;
      names += (names.empty() ? "'" : ", '") + input.name() + "'";
    }
    if (image == nullptr || names.find(',') != names.npos)
      throw Error("it must have exactly one input, the image; it has " +
                  (names.empty() ? "none" : names));
    return *image;
  }

  void AddInput() {
    const onnx::ValueInfoProto& input = OnlyInput();
    const onnx::TypeProto::Tensor& type = input.type().tensor_type();
    const auto& dims = type.shape().dim();
    const std::string described = "input '" + input.name() + "' " + Describe(type.shape());
    const int32_t element = type.elem_type();
    const bool bytes =
        element == onnx::TensorProto::UINT8 && !IsReadAsIntegers(onnx_, input.name());
    const bool integers =
        !bytes && (element == onnx::TensorProto::INT8 || element == onnx::TensorProto::UINT8);
    if (!bytes && !integers && !IsFloatType(element))
      throw Error(described + " must be of floats (normalised images) or uint8 (bytes)");
    if (dims.size() != 4) throw Error(described + " must be an image, [n,3,h,w] or [n,h,w,3]");
    const bool channels_first = dims[1].dim_value() == 3;
    if (!channels_first && dims[3].dim_value() != 3)
      throw Error(described + " must have 3 channels, [n,3,h,w] or [n,h,w,3]");
    const int rows = channels_first ? 2 : 1;
    CheckSize(described, dims[rows], request_.input_height);
    CheckSize(described, dims[rows + 1], request_.input_width);
    if (dims[0].has_dim_value() && dims[0].dim_value() > 0) state_.batch = dims[0].dim_value();
    const ValueId value =
        state_.graph.AddValue("input", {3, request_.input_height, request_.input_width});
    state_.graph.input = value;
    // Integers are what the DequantizeLinear behind them makes of the normalised image.
    const View view = WholeValue(state_.graph, bytes ? AddBytes(value) : value);
    state_.symbols[input.name()] = {.constant = nullptr,
                                    .view = channels_first ? view : Permuted(view, {1, 2, 0}),
                                    .meaning = integers ? Meaning::kIntegers : Meaning::kReal,
                                    .integer_type = integers ? element : 0};
  }

  // The bytes that normalised pixels once were, as a network takes them that scales by itself.
  ValueId AddBytes(ValueId normalised) {
    const auto& [gain, offset] = request_.pixels;
    BatchNorm undo = IdentityNorm(gain.size());
    for (size_t c = 0; c < gain.size(); ++c) {
      undo.gamma[c] = 1.0f / gain[c];
      undo.beta[c] = -offset[c] / gain[c];
    }
    state_.names.emplace("bytes", 1);
    const ValueId value = state_.graph.AddNode("bytes", std::move(undo), {normalised});
    state_.graph.values[static_cast<size_t>(value)].shape =
        state_.graph.values[static_cast<size_t>(normalised)].shape;
    return value;
  }

  void CheckSize(const std::string& described, const onnx::TensorShapeProto::Dimension& dim,
                 int crop) const {
    if (!dim.has_dim_value() || dim.dim_value() <= 0 || dim.dim_value() == crop) return;
    throw Error(described + " is made for " + std::to_string(dim.dim_value()) +
                " pixels, but the crops have " + std::to_string(request_.input_height) + "x" +
                std::to_string(request_.input_width) +
                "; set the crop (dataset.preprocess.crop, or --size of inspect) to it, or export "
                "the model with free height and width");
  }

  // What training left behind, and nobody reads, needn't be understood.
  void FindNeeded(const onnx::GraphProto& graph) {
    for (const onnx::ValueInfoProto& output : graph.output()) needed_.insert(output.name());
    for (int n = graph.node_size(); n-- > 0;) {
      const onnx::NodeProto& node = graph.node(n);
      if (!IsRead(node)) continue;
      needed_.insert(node.input().begin(), node.input().end());
      for (const onnx::AttributeProto& attribute : node.attribute()) {
        if (attribute.has_g()) FindNeeded(attribute.g());
      }
    }
  }

  bool IsRead(const onnx::NodeProto& node) const {
    return std::ranges::any_of(node.output(),
                               [&](const std::string& output) { return needed_.contains(output); });
  }

  void Import(const onnx::NodeProto& proto) {
    if (!IsRead(proto)) return;
    if (proto.op_type() != "If") return ImportNode(state_, proto);
    NodeImport node(state_, proto);
    ImportBranch(node);
  }

  // The branch that a constant condition takes, as if it stood here: exporters write so what
  // depends on shapes alone.
  void ImportBranch(NodeImport& node) {
    const Constant& condition = node.ConstantAt(0, "condition");
    if (condition.integers.size() != 1) node.Refuse("its condition must be one truth");
    const std::string wanted = condition.integers[0] != 0 ? "then_branch" : "else_branch";
    const auto attribute = std::ranges::find_if(
        node.proto().attribute(), [&](const auto& each) { return each.name() == wanted; });
    if (attribute == node.proto().attribute().end() ||
        attribute->g().output_size() != node.outputs())
      node.Refuse("its " + wanted + " doesn't fit its outputs");
    const onnx::GraphProto& branch = attribute->g();
    AddInitializers(branch);
    for (const onnx::NodeProto& each : branch.node()) Import(each);
    for (int i = 0; i < node.outputs(); ++i) {
      const auto result = state_.symbols.find(branch.output(i).name());
      if (result == state_.symbols.end())
        node.Refuse("nothing in its " + wanted + " writes '" + branch.output(i).name() + "'");
      node.SetSymbol(Symbol(result->second), i);
    }
  }

  void SetOutput() {
    if (onnx_.output_size() != 1)
      throw Error("it has " + CountText(onnx_.output_size(), "output") +
                  "; exactly one, the class scores, was expected (export in evaluation "
                  "mode, without auxiliary classifiers)");
    onnx::NodeProto end;  // as if a node read the output
    end.set_op_type("output");
    end.set_name(onnx_.output(0).name());
    end.add_input(onnx_.output(0).name());
    end.add_output("scores");
    NodeImport node(state_, end);
    if (node.Input(0).meaning == Meaning::kIntegers)  // classes rank as what they stand for
      state_.symbols[onnx_.output(0).name()].meaning = Meaning::kReal;
    const View view = node.ViewAt(0);
    for (const int64_t extent : view.dims) {
      if (extent != 1 && extent != NumElements(view.dims))
        node.Refuse("it is [n," + ToString(view.dims).substr(1) +
                    "; one vector of class scores per image was expected");
    }
    state_.graph.output = node.Flat(view);
  }

  const onnx::GraphProto& onnx_;
  const OnnxRequest& request_;
  ImportState state_;
  std::unordered_set<std::string> needed_;  // names of tensors
};

using Operators = std::unordered_map<std::string_view, void (*)(NodeImport&)>;

// The standard's, and those that ONNX Runtime adds.
const Operators& KnownOperators() {
  static const Operators known = [] {
    Operators all;
    const std::vector<OperatorImport> rooms = RoomsOnnxImports();
    for (const auto& table :
         {std::span(rooms), ViewOperators(), MoveOperators(), ReduceOperators(), ResizeOperators(),
          QuantizeOperators(), IntegerOperators(), FusedOperators()}) {
      for (const OperatorImport& each : table) all.emplace(each.op, each.import);
    }
    return all;
  }();
  return known;
}

bool IsKnownDomain(const onnx::NodeProto& node) {
  if (IsStandardDomain(node.domain())) return true;
  const auto has = [&](std::span<const OperatorImport> table) {
    return std::ranges::find(table, node.op_type(), &OperatorImport::op) != table.end();
  };
  return node.domain() == "com.microsoft" &&
         (has(QuantizeOperators()) || has(IntegerOperators()) || has(FusedOperators()));
}

}  // namespace

void ImportNode(ImportState& state, const onnx::NodeProto& proto) {
  NodeImport node(state, proto);
  if (proto.output_size() == 0) return;
  if (!IsKnownDomain(proto))
    node.Refuse("operators of domain '" + proto.domain() +
                "' are not supported; export the model with standard operators (QDQ form for "
                "quantised ones)");
  if (ImportOnIntegers(node) || ImportOnRunTimeIntegers(node)) return;
  if (FoldConstants(node)) return;
  const auto known = KnownOperators().find(proto.op_type());
  if (known == KnownOperators().end())
    node.Refuse(
        "this operator is not supported; docs/models.md lists those that are. Export the "
        "model for inference, or replace the layer");
  known->second(node);
}

}  // namespace onnx_import

Graph ImportOnnx(std::span<const std::byte> file, const OnnxRequest& request) {
  const onnx::ModelProto model = onnx_import::Parse(file);
  const int opset = onnx_import::OpsetOf(model);
  return onnx_import::Importer(model.graph(), opset, request).Import();
}

std::optional<std::pair<int, int>> FixedInputSize(std::span<const std::byte> file) {
  const onnx::ModelProto model = onnx_import::Parse(file);
  std::unordered_set<std::string> constants;
  for (const onnx::TensorProto& tensor : model.graph().initializer())
    constants.insert(tensor.name());
  for (const onnx::ValueInfoProto& input : model.graph().input()) {
    const auto& dims = input.type().tensor_type().shape().dim();
    if (constants.contains(input.name()) || dims.size() != 4) continue;
    const int rows = dims[1].dim_value() == 3 ? 2 : 1;
    const int64_t height = dims[rows].dim_value(), width = dims[rows + 1].dim_value();
    if (std::min(height, width) < 1 || std::max(height, width) > (1 << 16)) return std::nullopt;
    return std::pair(static_cast<int>(height), static_cast<int>(width));
  }
  return std::nullopt;
}

}  // namespace quantbench
