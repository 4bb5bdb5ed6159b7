// SPDX-License-Identifier: Apache-2.0
// The key `model`: a network, or a list of those that are set side by side.
#include <algorithm>

#include "scenario/names.h"
#include "scenario/sections.h"
#include "support/suggest.h"

namespace quantbench::yaml {
namespace {

constexpr std::string_view kModelKeys[] = {"name",       "file",       "architecture", "padding",
                                           "activation", "preprocess", "expect"};
constexpr size_t kMostNetworks = 100;
constexpr std::string_view kOtherNetworks =
    " (docs/models.md); any other network can be given as ONNX: torch.onnx.export(model, images, "
    "'model.onnx')";

void ReadSource(const Mapping& mapping, Reader& reader, ModelSource& model) {
  const bool has_file = reader.ReadPath(
      mapping.Require("file",
                      "the path of a PyTorch checkpoint (.pth), a .safetensors or an ONNX file"),
      model.file);
  if (has_file && IsOnnxFile(model.file)) {
    for (const char* key : {"architecture", "padding", "activation"}) {
      if (const Node* const given = mapping.Find(key))
        reader.Report(*given, "an ONNX file holds its whole network; expected no '" +
                                  std::string(key) + "' here, it is for checkpoints");
    }
    return;
  }
  const std::vector<std::string> known = KnownArchitectures();
  const std::vector<std::string_view> architectures(known.begin(), known.end());
  reader.ReadName(mapping.Find("architecture"), {.known = architectures, .advice = kOtherNetworks},
                  model.architecture);
  std::string padding, activation;
  if (reader.ReadName(mapping.Find("padding"), {.known = names::kPaddings}, padding)) {
    model.padding = padding == "same" ? PaddingStyle::kSame : PaddingStyle::kSymmetric;
  }
  if (reader.ReadName(mapping.Find("activation"), {.known = names::kActivations}, activation)) {
    model.activation = activation == "relu" ? Activation::kRelu : Activation::kRelu6;
  }
}

// `standard` holds the preprocessing of the dataset.
Network ReadNetwork(const Node* node, Reader& reader, const Network& standard) {
  Network network = standard;
  const Mapping mapping(node, {.known = kModelKeys}, reader.mistakes());
  ReadSource(mapping, reader, network.model);
  reader.ReadIdentifier(mapping.Find("name"), network.name);
  if (network.name.empty() && !network.model.file.empty()) network.name = ModelName(network.model);
  if (const Node* const preprocess = mapping.Find("preprocess"))
    ReadPreprocess(preprocess, reader, network.preprocess);
  ReadExpect(mapping.Find("expect"), reader, network.expect);
  network.model.input_height = network.preprocess.crop.height;
  network.model.input_width = network.preprocess.crop.width;
  return network;
}

// Names stand in ids and in names of files and folders, so they must differ, in capitals too.
void NameInIds(const Node& node, Reader& reader, std::vector<Network>& networks) {
  const auto folded = [](std::string text) {
    std::ranges::transform(text, text.begin(), [](char c) {
      return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return text;
  };
  for (size_t i = 0; i < networks.size(); ++i) {
    Network& network = networks[i];
    if (network.name.empty()) continue;  // reported
    network.id = network.name;
    if (!IsIdentifier(network.name))
      reader.Report(node.items[i], "the file's name " + Quoted(network.name) +
                                       " can't be part of a case id; give the network a name: of "
                                       "letters, digits, '_', '.', '-'");
    for (size_t before = 0; before < i; ++before) {
      if (folded(networks[before].name) != folded(network.name)) continue;
      reader.Report(node.items[i], "another network is called " + Quoted(network.name) +
                                       " as well; give one of them a name of its own");
      break;
    }
  }
}

}  // namespace

void ReadNetworks(const Node* node, Reader& reader, Scenario& scenario) {
  const Network standard = scenario.networks.front();
  if (node == nullptr || node->kind != Node::Kind::kList) {
    scenario.networks = {ReadNetwork(node, reader, standard)};
    return;
  }
  if (node->items.empty() || node->items.size() > kMostNetworks) {
    reader.Report(*node, "expected 1 to " + std::to_string(kMostNetworks) +
                             " networks, each a mapping with its file; found " +
                             std::to_string(node->items.size()));
    return;
  }
  std::vector<Network> networks;
  for (const Node& item : node->items) networks.push_back(ReadNetwork(&item, reader, standard));
  if (networks.size() > 1) NameInIds(*node, reader, networks);
  scenario.networks = std::move(networks);
}

}  // namespace quantbench::yaml
