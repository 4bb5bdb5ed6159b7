// SPDX-License-Identifier: Apache-2.0
// What calibrating for all observers costs beside calibrating for one: both in turn, medians.
//
//   calibration SCENARIO CACHE [ROUNDS [THREADS]]     defaults: 5 rounds, all processors
//
// Model and calibration images are the scenario's; CACHE keeps the crops. Statistics aren't cached.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <exception>
#include <iomanip>
#include <iostream>
#include <string>
#include <vector>

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

Cost CostOf(const CalibrationRequest& request, ThreadPool& pool) {
  const auto start = std::chrono::steady_clock::now();
  const std::clock_t cpu_start = std::clock();
  Calibrate(request, pool, nullptr);
  return {
      .seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(),
      .cpu_seconds = static_cast<double>(std::clock() - cpu_start) / CLOCKS_PER_SEC};
}

int Main(const std::string& file, const std::string& cache, int rounds, int threads) {
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
  const struct {
    std::string name;
    std::vector<ObserverSpec> observers;
  } variants[] = {
      {"minmax", {all[0]}}, {"histogram", {all[2]}}, {"all " + std::to_string(all.size()), all}};

  std::vector<std::vector<Cost>> costs(std::size(variants));
  for (int round = 0; round < rounds; ++round) {
    for (size_t v = 0; v < std::size(variants); ++v) {
      const CalibrationRequest request{.graph = *graph,
                                       .graph_key = {},
                                       .crops = crops,
                                       .normalize = normalize,
                                       .batch_size = scenario.calibration.batch_size,
                                       .observers = variants[v].observers};
      costs[v].push_back(CostOf(request, pool));
    }
  }
  std::cout << crops.count() << " images, " << threads << " threads, medians of " << rounds
            << " rounds\n";
  for (const auto& [name, figure] :
       {std::pair("seconds", &Cost::seconds), std::pair("CPU seconds", &Cost::cpu_seconds)}) {
    const double one = Median(costs[0], figure);
    for (size_t v = 0; v < std::size(variants); ++v) {
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
    std::cerr << "usage: calibration SCENARIO CACHE [ROUNDS [THREADS]]\n";
    return 2;
  }
  const int rounds = argc > 3 ? std::atoi(argv[3]) : 5;
  const int threads = argc > 4 ? std::atoi(argv[4]) : quantbench::AvailableProcessors();
  try {
    return quantbench::Main(argv[1], argv[2], std::max(1, rounds), std::max(1, threads));
  } catch (const std::exception& error) {
    std::cerr << "calibration: " << error.what() << '\n';
    return 2;
  }
}
