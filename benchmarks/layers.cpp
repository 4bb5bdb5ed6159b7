// SPDX-License-Identifier: Apache-2.0
// Each distinct layer shape of MobileNetV2 and the whole network on one plugin: time, GMAC/s and
// percent of the peak measured in the same run.
//
//     layers PLUGIN.so [ISA] [--benchmark_...]
//
// A layer's time is what the plugin's tap reports for its node.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <iostream>
#include <string>
#include <vector>

#include "backend/backend.h"
#include "conformance/cases.h"
#include "conformance/mobilenet_v2_shape.h"
#include "macs.h"
#include "peak.h"

namespace quantbench::benchmarks {
namespace {

using conformance::ModelBuilder;
using conformance::Precision;

struct Setup {
  const Backend& backend;
  std::string isa;
  Precision precision;
  double peak_gmacs;
};

// From the least time of an iteration: what the code can do where other programs share the machine.
void Report(benchmark::State& state, const Setup& setup, double macs, double least_ns) {
  state.counters["least_us"] = least_ns * 1e-3;
  state.counters["GMAC/s"] = macs / least_ns;
  if (setup.peak_gmacs > 0) {
    state.counters["of_peak_percent"] = 100.0 * macs / least_ns / setup.peak_gmacs;
  }
}

void KeepTime(void* user, int32_t node, const void*, uint64_t, int64_t nanoseconds) {
  (*static_cast<std::vector<int64_t>*>(user))[static_cast<size_t>(node)] = nanoseconds;
}

void RunLayer(benchmark::State& state, const Setup& setup, const conformance::Case& layer) {
  ModelBuilder builder(setup.precision, 1);
  layer.build(builder);
  const qb_model& model = builder.model();
  int32_t conv = 0;
  while (model.nodes[conv]->op != QB_CONV) ++conv;
  const ThreadPool pool(1);
  Context context = setup.backend.Prepare(model, setup.isa).CreateContext(1, 1);
  const std::vector<float> input = builder.RandomInput(1, 2);
  std::vector<float> output(static_cast<size_t>(builder.output_elements()));
  std::vector<int64_t> times(static_cast<size_t>(model.num_nodes));
  const qb_tap tap{sizeof(qb_tap), &times, KeepTime};
  double least_ns = 1e12;
  for (auto _ : state) {
    context.Run(1, input.data(), output.data(), pool, &tap);
    const auto nanoseconds = static_cast<double>(times[static_cast<size_t>(conv)]);
    state.SetIterationTime(nanoseconds * 1e-9);
    least_ns = std::min(least_ns, nanoseconds);
  }
  Report(state, setup, MacsOf(model, *model.nodes[conv]), least_ns);
}

void RunNetwork(benchmark::State& state, const Setup& setup) {
  ModelBuilder builder(setup.precision, 1);
  conformance::BuildMobileNetV2(builder);
  const qb_model& model = builder.model();
  const ThreadPool pool(1);
  Context context = setup.backend.Prepare(model, setup.isa).CreateContext(1, 1);
  const std::vector<float> input = builder.RandomInput(1, 2);
  std::vector<float> output(static_cast<size_t>(builder.output_elements()));
  double least_ns = 1e12;
  for (auto _ : state) {
    const auto start = std::chrono::steady_clock::now();
    context.Run(1, input.data(), output.data(), pool);
    const std::chrono::duration<double, std::nano> elapsed =
        std::chrono::steady_clock::now() - start;
    least_ns = std::min(least_ns, elapsed.count());
  }
  double macs = 0;
  for (int32_t n = 0; n < model.num_nodes; ++n) macs += MacsOf(model, *model.nodes[n]);
  Report(state, setup, macs, least_ns);
}

void Register(const Setup& setup) {
  const std::string prefix = setup.precision == Precision::kInt8 ? "int8/" : "fp32/";
  std::cerr << prefix << setup.isa << ": peak " << setup.peak_gmacs << " GMAC/s\n";
  for (const conformance::Case& layer : conformance::MobileNetV2LayerCases()) {
    benchmark::RegisterBenchmark(
        (prefix + layer.name).c_str(),
        [setup, layer](benchmark::State& state) { RunLayer(state, setup, layer); })
        ->UseManualTime()
        ->Unit(benchmark::kMicrosecond);
  }
  benchmark::RegisterBenchmark((prefix + "mobilenet_v2_1.0_224").c_str(),
                               [setup](benchmark::State& state) { RunNetwork(state, setup); })
      ->UseRealTime()
      ->Unit(benchmark::kMicrosecond);
}

int Main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (argc < 2 || argc > 3) {
    std::cerr << "usage: layers PLUGIN.so [ISA] [--benchmark_...]\n";
    return 2;
  }
  const Backend backend = Backend::Load(argv[1]);
  const std::string isa =
      backend.ChooseIsa(argc > 2 ? std::optional<std::string>(argv[2]) : std::nullopt);
  for (const Precision precision : {Precision::kInt8, Precision::kFloat32}) {
    Register({.backend = backend,
              .isa = isa,
              .precision = precision,
              .peak_gmacs = PeakGmacs(isa, precision == Precision::kInt8)});
  }
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace
}  // namespace quantbench::benchmarks

int main(int argc, char** argv) {
  try {
    return quantbench::benchmarks::Main(argc, argv);
  } catch (const std::exception& error) {
    std::cerr << "layers: " << error.what() << "\n";
    return 2;
  }
}
