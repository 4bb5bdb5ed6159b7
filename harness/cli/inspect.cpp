// SPDX-License-Identifier: Apache-2.0
// quantbench inspect: the layers of a model, with shapes, parameters, MACs and bytes.
#include <iomanip>
#include <iostream>
#include <map>
#include <optional>
#include <tuple>

#include "cli/commands.h"
#include "model/import.h"
#include "model/passes.h"
#include "support/printable.h"

namespace quantbench {
namespace {

void PrintLayers(const Graph& graph) {
  size_t name_width = 5;
  for (const Node& node : graph.nodes)
    name_width = std::max(name_width, Printable(node.name).size());
  const auto print = [&](const std::string& name, const std::string& op, const std::string& shape,
                         const std::string& activation, const std::string& parameters,
                         const std::string& macs) {
    std::cout << std::left << std::setw(static_cast<int>(name_width)) << name << "  "
              << std::setw(19) << op << "  " << std::setw(14) << shape << "  " << std::setw(10)
              << activation << std::right << std::setw(11) << parameters << std::setw(13) << macs
              << '\n';
  };
  print("layer", "operator", "output", "activation", "parameters", "MACs");
  for (const Node& node : graph.nodes) {
    const NodeCost cost = CostOf(graph, node);
    print(Printable(node.name), std::string(OperatorName(node.op)),
          ToString(graph.values[static_cast<size_t>(node.output)].shape),
          node.activation == Activation::kNone ? "" : std::string(ToString(node.activation)),
          std::to_string(cost.parameters), std::to_string(cost.macs));
  }
}

void PrintTotals(const Graph& graph) {
  const NodeCost total = TotalCost(graph);
  std::cout << '\n'
            << Printable(graph.name) << ": input "
            << ToString(graph.values[static_cast<size_t>(graph.input)].shape) << ", "
            << graph.nodes.size() << " layers, " << total.parameters << " parameters ("
            << total.parameters * 4 << " bytes in fp32, about " << total.parameters << " in int8), "
            << total.macs << " MACs per image\n";
}

}  // namespace

void AddInspect(Command app, int& exit_code) {
  struct Options {
    ModelSource source{.file = {}, .architecture = {}};
    std::optional<int64_t> size;
    bool raw = false;
  };
  const auto options = std::make_shared<Options>();
  Command command =
      app.AddSubcommand("inspect", "Show the layers of a model: shapes, parameters, MACs");
  command
      .AddOption("model", options->source.file,
                 "A .pth checkpoint, a .safetensors or an .onnx file")
      .TypeName("MODEL")
      .Required();
  command
      .AddOption("--architecture", options->source.architecture,
                 "Network that a checkpoint belongs to, where its tensors don't tell")
      .TypeName("NAME");
  command
      .AddChoice("--padding", options->source.padding,
                 "symmetric (torchvision) or same (TensorFlow)",
                 {{"symmetric", PaddingStyle::kSymmetric}, {"same", PaddingStyle::kSame}})
      .Text("NAME:{symmetric,same}=symmetric");
  command
      .AddChoice("--activation", options->source.activation, "relu6 or relu",
                 {{"relu6", Activation::kRelu6}, {"relu", Activation::kRelu}})
      .Text("NAME:{relu6,relu}=relu6");
  command
      .AddOption("--size", options->size,
                 "Height and width of the input (the file's own, else 224)")
      .Range(1, 8192)
      .Text("PIXELS");
  command.AddFlag("--raw", options->raw,
                  "As imported, before batch norms are folded and activations fused");
  command.OnCall([options, &exit_code] {
    ModelSource& source = options->source;
    if (options->size) {
      source.input_height = source.input_width = static_cast<int>(*options->size);
    } else if (const auto fixed = FixedInputSize(source.file)) {
      std::tie(source.input_height, source.input_width) = *fixed;
    }
    std::string recognized;
    Graph graph = ImportModel(source, &recognized);
    if (!options->raw) PrepareForInference(graph);
    if (!recognized.empty()) std::cout << "recognised as " << Printable(recognized) << "\n\n";
    PrintLayers(graph);
    PrintTotals(graph);
    exit_code = kGood;
  });
}

}  // namespace quantbench
