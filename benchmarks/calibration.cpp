// SPDX-License-Identifier: Apache-2.0
// What calibrating for all observers costs beside calibrating for one, and one beside running the
// images on a plugin in fp32: all in turn, medians.
//
//   calibration SCENARIO CACHE [ROUNDS [THREADS [PLUGIN.so]]]     defaults: 5 rounds, all
//   processors
//
// Model and calibration images are the scenario's; CACHE keeps the crops. Statistics aren't cached.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <iomanip>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "backend/backend.h"
#include "dataset/crops.h"
#include "quantize/calibrate.h"
#include "scenario/parse.h"
#include "stage/float_graph.h"
#include "store/store.h"

namespace quantbench {
namespace {

struct Cost {
  double seconds = 0.0;      // by the clock
  double cpu_seconds = 0.0;  // of all threads: what others do on the machine shows less
};

double Median(const std::vector<Cost>& costs, double Cost::*figure) {
  std::vector<double> values;
  for (const Cost& cost : costs) values.push_back(cost.*figure);
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

template <class Work>
Cost CostOf(const Work& work) {
  const auto start = std::chrono::steady_clock::now();
  const std::clock_t cpu_start = std::clock();
  work();
  return {
      .seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
      .cpu_seconds = static_cast<double>(std::clock() - cpu_start) / CLOCKS_PER_SEC};
}

// The images of a request through a plugin, in batches of the same size.
void RunOn(const Backend& backend, const CalibrationRequest& request, const ThreadPool& pool) {
  const AbiModel model(request.graph);
  const Executable executable = backend.Prepare(model, backend.ChooseIsa(std::nullopt));
  Context context = executable.CreateContext(request.batch_size, pool.threads());
  const auto batch_size = static_cast<size_t>(request.batch_size);
  std::vector<float> input(static_cast<size_t>(executable.input_elements()) * batch_size);
  std::vector<float> output(static_cast<size_t>(executable.output_elements()) * batch_size);
  for (int64_t first = 0; first < request.images.count(); first += request.batch_size) {
    const int64_t batch = std::min<int64_t>(request.batch_size, request.images.count() - first);
    request.images.Read(first, batch, input, pool);
    context.Run(static_cast<int>(batch), input.data(), output.data(), pool);
  }
}

int Main(const std::string& file, const std::string& cache, int rounds, int threads,
         const std::string& plugin) {
  const Scenario scenario = LoadScenario(file, {});
  ThreadPool pool(threads);
  Store store(cache);
  const Crops crops =
      LoadCrops({.index = IndexImages(scenario.dataset, scenario.calibration.subset),
                 .preprocess = scenario.preprocess,
                 .transform = scenario.calibration.transform,
                 .seed = scenario.calibration.seed,
                 .max_unreadable = scenario.dataset.max_unreadable},
                store, pool, nullptr);
  const std::shared_ptr<const Graph> graph = FloatGraph(scenario).Get();
  const Normalizer normalize(scenario.preprocess);
  std::vector<ObserverSpec> all;
  for (const std::string_view name : ObserverNames()) all.push_back(ParseObserverSpec(name));
  struct Variant {
    std::string name;
    std::vector<ObserverSpec> observers;
  };
  std::vector<Variant> variants{
      {"minmax", {all[0]}}, {"histogram", {all[2]}}, {"all " + std::to_string(all.size()), all}};
  std::optional<Backend> fp32;
  if (!plugin.empty()) {
    fp32 = Backend::Load(plugin);
    variants.push_back({fp32->name(), {}});
  }

  std::vector<std::vector<Cost>> costs(variants.size());
  for (int round = 0; round < rounds; ++round) {
    for (size_t v = 0; v < variants.size(); ++v) {
      const CalibrationRequest request{.graph = *graph,
                                       .inputs_key = {},
                                       .images = {crops, normalize},
                                       .batch_size = scenario.calibration.batch_size,
                                       .observers = variants[v].observers};
      costs[v].push_back(CostOf([&] {
        variants[v].observers.empty() ? RunOn(*fp32, request, pool)
                                      : static_cast<void>(Calibrate(request, pool, nullptr));
      }));
    }
  }
  std::cout << crops.count() << " images, " << threads << " threads, medians of " << rounds
            << " rounds\n";
  for (const auto& [name, figure] :
       {std::pair("seconds", &Cost::seconds), std::pair("CPU seconds", &Cost::cpu_seconds)}) {
    const double one = Median(costs[0], figure);
    for (size_t v = 0; v < variants.size(); ++v) {
      const double median = Median(costs[v], figure);
      std::cout << std::left << std::setw(12) << variants[v].name << std::right << std::fixed
                << std::setprecision(3) << std::setw(9) << median << ' ' << name << ", "
                << std::setprecision(2) << median / one << " times minmax\n";
    }
  }
  return 0;
}

}  // namespace
}  // namespace quantbench

int main(int argc, char** argv) {
  if (argc < 3) {
    std::cerr << "usage: calibration SCENARIO CACHE [ROUNDS [THREADS [PLUGIN.so]]]\n";
    return 2;
  }
  const int rounds = argc > 3 ? std::atoi(argv[3]) : 5;
  const int threads = argc > 4 ? std::atoi(argv[4]) : quantbench::AvailableProcessors();
  try {
    return quantbench::Main(argv[1], argv[2], std::max(1, rounds), std::max(1, threads),
                            argc > 5 ? argv[5] : "");
  } catch (const std::exception& error) {
    std::cerr << "calibration: " << error.what() << '\n';
    return 2;
  }
}
