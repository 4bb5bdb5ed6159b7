// SPDX-License-Identifier: Apache-2.0
// Walks through the nodes of an ONNX graph in order.
#include "model/onnx_import.h"

#include <google/protobuf/io/zero_copy_stream_impl_lite.h>

#include <algorithm>
#include <limits>

#include "model/onnx/node_import.h"
#include "model/onnx/proto.h"
#include "model/operators/operators.h"
#include "model/passes.h"
#include "support/error.h"

namespace quantbench {
namespace onnx_import {
namespace {

constexpr int64_t kOldestOpset = 7, kNewestOpset = 23;
constexpr int64_t kMostNodes = 1 << 16;

onnx::ModelProto Parse(std::span<const std::byte> file) {
  if (file.size() > static_cast<size_t>(std::numeric_limits<int>::max()))
    throw Error(
        "it is larger than 2 GB, which ONNX files can't be; keep its weights as external "
        "data");
  onnx::ModelProto model;
  // protobuf limits how deep messages nest, so crafted files can't exhaust the stack.
  if (!model.ParseFromArray(file.data(), static_cast<int>(file.size())) || !model.has_graph())
    throw Error("it is no ONNX model, or a damaged or half downloaded one");
  return model;
}

bool IsStandardDomain(const std::string& domain) { return domain.empty() || domain == "ai.onnx"; }

int CheckedOpset(const onnx::ModelProto& model) {
  int64_t opset = 0;
  for (const onnx::OperatorSetIdProto& import : model.opset_import()) {
    if (IsStandardDomain(import.domain())) opset = import.version();
  }
  if (opset < kOldestOpset || opset > kNewestOpset)
    throw Error("it uses opset " + std::to_string(opset) + "; " + std::to_string(kOldestOpset) +
                " to " + std::to_string(kNewestOpset) +
                " are supported, so export it with opset_version=13");
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
               .budget = Budget((int64_t{1} << 26) + 4 * HeldElements(graph)),
               .external = ExternalData(request.folder)} {
    // Names that the graph's own files give to other things.
    state_.names = {{"input", 1}, {"output", 1}};
  }

  Graph Import() {
    state_.graph.name = onnx_.name();
    AddInitializers();
    AddInput();
    if (onnx_.node_size() > kMostNodes)
      throw Error("it has " + std::to_string(onnx_.node_size()) + " nodes; at most " +
                  std::to_string(kMostNodes) + " are supported");
    for (const onnx::NodeProto& node : onnx_.node()) ImportNode(state_, node);
    SetOutput();
    DropUnread(state_.graph);
    MergeQuantization(state_.graph);
    return std::move(state_.graph);
  }

 private:
  void AddInitializers() {
    if (onnx_.sparse_initializer_size() > 0) throw Error("sparse initialisers are not supported");
    for (const onnx::TensorProto& tensor : onnx_.initializer()) {
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
    const bool integers =
        element == onnx::TensorProto::INT8 ||
        (element == onnx::TensorProto::UINT8 && IsReadAsIntegers(onnx_, input.name()));
    if (element != onnx::TensorProto::FLOAT && !integers)
      throw Error(described + " must be of float32; normalised images go in");
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
    const View view = WholeValue(state_.graph, value);
    // Integers are what the DequantizeLinear behind them makes of the normalised image.
    state_.symbols[input.name()] = {.constant = nullptr,
                                    .view = channels_first ? view : Permuted(view, {1, 2, 0}),
                                    .meaning = integers ? Meaning::kIntegers : Meaning::kReal,
                                    .integer_type = integers ? element : 0};
  }

  void CheckSize(const std::string& described, const onnx::TensorShapeProto::Dimension& dim,
                 int crop) const {
    if (!dim.has_dim_value() || dim.dim_value() <= 0 || dim.dim_value() == crop) return;
    throw Error(described + " is made for " + std::to_string(dim.dim_value()) +
                " pixels, but the crops have " + std::to_string(request_.input_height) + "x" +
                std::to_string(request_.input_width) +
                "; set the scenario's preprocess crop (or inspect's --size), or export the model "
                "with free height and width");
  }

  void SetOutput() {
    if (onnx_.output_size() != 1)
      throw Error("it has " + std::to_string(onnx_.output_size()) +
                  " outputs; exactly one, the class scores, was expected (export in evaluation "
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
                    "; one vector of class scores an image was expected");
    }
    state_.graph.output = node.Flat(view);
  }

  const onnx::GraphProto& onnx_;
  const OnnxRequest& request_;
  ImportState state_;
};

using Operators = std::unordered_map<std::string_view, void (*)(NodeImport&)>;

// The standard's, and those that ONNX Runtime adds.
const Operators& KnownOperators() {
  static const Operators known = [] {
    Operators all;
    const std::vector<OperatorImport> rooms = RoomsOnnxImports();
    for (const auto& table : {std::span(rooms), ViewOperators(), QuantizeOperators(),
                              IntegerOperators(), FusedOperators()}) {
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
  if (proto.op_type() != "Shape" && FoldConstants(node)) return;
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
  const int opset = onnx_import::CheckedOpset(model);
  return onnx_import::Importer(model.graph(), opset, request).Import();
}

}  // namespace quantbench
