// SPDX-License-Identifier: Apache-2.0
// Models as flat files: the same computation after mapping, and nothing accepted that is damaged.
#include "backend/model_file.h"

#include <doctest/doctest.h>

#include <cstring>
#include <fstream>

#include "backend/backend.h"
#include "model/graph_samples.h"
#include "support/hash.h"
#include "support/test_data.h"

namespace quantbench {
namespace {

Graph SmallNetwork() {
  Graph graph{.name = "small", .values = {}, .nodes = {}};
  graph.input = graph.AddValue("image", {3, 8, 8});
  const ValueId conv = graph.AddNode(
      "conv", testing::MakeConv({.weight = {4, 3, 3, 3}, .padding = {1, 1, 1, 1}, .seed = 2}),
      {graph.input}, Activation::kRelu6);
  const ValueId pool = graph.AddNode("pool", GlobalAveragePool{}, {conv});
  const ValueId flat = graph.AddNode("flat", Flatten{}, {pool});
  graph.output = graph.AddNode("fc",
                               Linear{{.weight = {{5, 4}, testing::RandomValues(20, 3)},
                                       .bias = testing::RandomValues(5, 4)}},
                               {flat});
  InferShapes(graph);
  return graph;
}

std::vector<float> Run(const qb_model& model) {
  const Executable executable = Backend::BuiltIn().Prepare(model, "generic");
  const std::vector<float> input = testing::RandomValues(executable.input_elements(), 5);
  std::vector<float> output(static_cast<size_t>(executable.output_elements()));
  executable.CreateContext(1, 1).Run(1, input.data(), output.data(), ThreadPool(1));
  return output;
}

// The reason why these bytes are refused; empty where they aren't.
std::string Refusal(const std::filesystem::path& file, const std::string& bytes) {
  std::ofstream(file, std::ios::binary | std::ios::trunc) << bytes;
  return testing::ErrorOf([&] { const MappedModel model(file); });
}

TEST_CASE("a mapped model computes what the model computes") {
  const testing::ScratchFolder scratch;
  const std::filesystem::path file = scratch.path() / "small.model";
  const Graph graph = SmallNetwork();
  const AbiModel model(graph);
  WriteFileAtomically(file, FlattenModel(model.get()));
  const MappedModel mapped(file);
  CHECK(Run(mapped.get()) == Run(model.get()));
  CHECK(std::string(mapped.get().nodes[0]->name) == "conv");
  CHECK(mapped.get().nodes[0]->padding[3] == 1);
  CHECK(mapped.get().nodes[0]->activation == QB_RELU6);
  for (int32_t t = 0; t < mapped.get().num_tensors; ++t) {
    const void* const data = mapped.get().tensors[t]->data;
    CHECK(reinterpret_cast<uintptr_t>(data) % 64 == 0);
  }
}

TEST_CASE("the same model gives the same bytes") {
  const Graph graph = SmallNetwork();
  CHECK(FlattenModel(AbiModel(graph).get()) == FlattenModel(AbiModel(graph).get()));
}

TEST_CASE("a damaged file is refused, wherever the damage is") {
  const testing::ScratchFolder scratch;
  const std::filesystem::path file = scratch.path() / "x.model";
  const Graph graph = SmallNetwork();
  const std::string good = FlattenModel(AbiModel(graph).get());
  CHECK(Refusal(file, good) == "");
  for (size_t at = 0; at < good.size(); at += 97) {
    CAPTURE(at);
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x40);
    CHECK(Refusal(file, bad).find("x.model") != std::string::npos);
    CHECK(Refusal(file, good.substr(0, at)).find("x.model") != std::string::npos);
  }
  CHECK(Refusal(file, good + "x").find("truncated or too long") != std::string::npos);
}

// What a checksum can't catch: a file that says what isn't so on purpose.
TEST_CASE("sizes and offsets that lead out of the file are refused") {
  const testing::ScratchFolder scratch;
  const std::filesystem::path file = scratch.path() / "x.model";
  const Graph graph = SmallNetwork();
  const std::string good = FlattenModel(AbiModel(graph).get());
  const struct {
    const char* reason;
    size_t at;  // of a 64-bit field
    uint64_t value;
  } cases[] = {
      {"more tensors than bytes", 48, uint64_t{1} << 60},
      {"more nodes than fit", 56, 1000},
      {"a name beyond the end", 64, uint64_t{1} << 40},
      {"an input that isn't there", 72, 99},
      {"a negative output", 80, ~uint64_t{0}},
      {"structs of another build", 32, 8},
      {"a tensor's name inside the header", 88 + 8, 3},
  };
  for (const auto& one : cases) {
    CAPTURE(one.reason);
    std::string bad = good;
    std::memcpy(bad.data() + one.at, &one.value, sizeof(one.value));
    const uint64_t checksum = Checksum64(std::as_bytes(std::span(bad)).subspan(24));
    std::memcpy(bad.data() + 16, &checksum, sizeof(checksum));
    CHECK(Refusal(file, bad) != "");
  }
}

}  // namespace
}  // namespace quantbench
