// SPDX-License-Identifier: Apache-2.0
// A network of an ONNX file on one plugin, run on command, so that a script can alternate it with
// other engines.
//
//     network_runner PLUGIN.so MODEL.onnx BATCH THREADS [ISA [profile | streams=N]]
//
// Reads a number of runs from each line of stdin, and answers with their milliseconds in one line.
// With `profile` it prints the least microseconds of each node over 300 runs instead; with streams
// it reads seconds, and answers with the images a second of N contexts at once (an empty ISA
// chooses the best).
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "backend/abi_model.h"
#include "backend/backend.h"
#include "latency/throughput.h"
#include "macs.h"
#include "model/import.h"
#include "model/passes.h"
#include "quantize/given.h"
#include "support/error.h"

namespace quantbench::benchmarks {
namespace {

using Clock = std::chrono::steady_clock;

struct Arguments {
  std::string plugin, model, isa;
  int32_t batch = 1, threads = 1;
  bool profile = false;
  int streams = 0;
};

Arguments Parse(const std::vector<std::string>& args) {
  if (args.size() < 4)
    throw Error(
        "usage: network_runner PLUGIN.so MODEL.onnx BATCH THREADS [ISA [profile | streams=N]]");
  const std::string mode = args.size() > 5 ? args[5] : "";
  return {.plugin = args[0],
          .model = args[1],
          .isa = args.size() > 4 ? args[4] : "",
          .batch = std::stoi(args[2]),
          .threads = std::stoi(args[3]),
          .profile = mode == "profile",
          .streams = mode.starts_with("streams=") ? std::stoi(mode.substr(8)) : 0};
}

// Where an addition was fused, the time is that of the convolution that writes its second operand.
double MacsBehind(const qb_model& model, const qb_node& node) {
  if (node.op != QB_ADD) return MacsOf(model, node);
  for (int32_t n = 0; n < model.num_nodes; ++n) {
    if (model.nodes[n]->output == node.inputs[1]) return MacsOf(model, *model.nodes[n]);
  }
  return 0;
}

void Profile(Context& context, const qb_model& model, int32_t batch,
             const std::vector<float>& input, std::vector<float>& output, const ThreadPool& pool) {
  constexpr int kRuns = 300;
  std::vector<double> least(static_cast<size_t>(model.num_nodes), 1e12);
  const qb_tap tap{sizeof(qb_tap), &least,
                   [](void* user, int32_t node, const void*, uint64_t, int64_t nanoseconds) {
                     double& value =
                         (*static_cast<std::vector<double>*>(user))[static_cast<size_t>(node)];
                     value = std::min(value, static_cast<double>(nanoseconds));
                   }};
  for (int i = 0; i < kRuns; ++i) context.Run(batch, input.data(), output.data(), pool, &tap);
  double sum = 0;
  for (size_t n = 0; n < least.size(); ++n) {
    if (least[n] >= 1e12) continue;
    const qb_node& node = *model.nodes[n];
    const qb_tensor& x = *model.tensors[node.inputs[0]];
    const qb_tensor& y = *model.tensors[node.output];
    const double macs = MacsBehind(model, node) * batch;
    std::printf("%3zu op %2d  %4ld x %3ld -> %4ld x %3ld  groups %3d  %8.2f us %6.0f GMAC/s\n", n,
                node.op, static_cast<long>(x.dims[1]), static_cast<long>(x.dims[3]),
                static_cast<long>(y.dims[1]), static_cast<long>(y.dims[3]), node.groups,
                least[n] / 1e3, macs / least[n]);
    sum += least[n] / 1e3;
  }
  std::printf("sum %.1f us\n", sum);
}

std::shared_ptr<const Graph> Imported(const std::string& file) {
  ModelSource source{.file = file, .architecture = {}};
  if (const auto fixed = FixedInputSize(file))
    std::tie(source.input_height, source.input_width) = *fixed;
  Graph graph = ImportModel(source);
  PrepareForInference(graph);
  return std::make_shared<const Graph>(std::move(graph));
}

std::vector<float> RandomImages(size_t count) {
  std::mt19937 random(2);
  std::normal_distribution<float> normal;
  std::vector<float> values(count);
  for (float& value : values) value = normal(random);
  return values;
}

int Main(const Arguments& args) {
  const Backend backend = Backend::Load(args.plugin);
  const std::shared_ptr<const Graph> graph = Imported(args.model);
  std::optional<QuantizedGraph> quantized;
  if (IsGivenQuantized(*graph)) quantized = QuantizeAsGiven(graph, args.model);
  const AbiModel model = quantized ? AbiModel(*quantized) : AbiModel(*graph);
  const ThreadPool pool(args.threads);
  const Executable executable = backend.Prepare(
      model, backend.ChooseIsa(args.isa.empty() ? std::nullopt : std::optional(args.isa)));
  Context context = executable.CreateContext(args.batch, args.threads);
  const Shape& image = graph->values[static_cast<size_t>(graph->input)].shape;
  const std::vector<float> input =
      RandomImages(static_cast<size_t>(args.batch * NumElements(image)));
  std::vector<float> output(static_cast<size_t>(args.batch * executable.output_elements()));
  if (args.profile) {
    Profile(context, model.get(), args.batch, input, output, pool);
    return 0;
  }
  std::cout << backend.name() << " " << executable.isa() << std::endl;
  if (args.streams > 0) {
    for (double seconds = 0; std::cin >> seconds;) {
      const RepetitionSettings settings{.warmup_seconds = 0.2, .min_seconds = seconds};
      const RepetitionSamples samples =
          MeasureThroughput(executable, args.batch, input, settings, args.streams, args.threads);
      std::cout << samples.repetition.throughput_images_per_s.value_or(0) << std::endl;
    }
    return 0;
  }
  for (int runs = 0; std::cin >> runs;) {
    for (int i = 0; i < runs; ++i) {
      const auto start = Clock::now();
      context.Run(args.batch, input.data(), output.data(), pool);
      const std::chrono::duration<double, std::milli> elapsed = Clock::now() - start;
      std::cout << elapsed.count() << (i + 1 < runs ? " " : "");
    }
    std::cout << std::endl;
  }
  return 0;
}

}  // namespace
}  // namespace quantbench::benchmarks

int main(int argc, char** argv) {
  try {
    return quantbench::benchmarks::Main(
        quantbench::benchmarks::Parse(std::vector<std::string>(argv + 1, argv + argc)));
  } catch (const std::exception& error) {
    std::cerr << "network_runner: " << error.what() << "\n";
    return 2;
  }
}
