// SPDX-License-Identifier: Apache-2.0
// What the harness costs beside the work that can't be avoided: crops beside libjpeg-turbo alone,
// evaluation beside the network alone. Processor time of one thread, the least of some rounds in
// which the variants take turns.
//
//   harness_costs SCENARIO PLUGIN.so MODEL.onnx [ROUNDS]     default: 5 rounds
//
// The images are the scenario's for evaluation, at most 200 of them; the model is one that a run
// of it left in results/<name>/models, and need not be trained.
#include <turbojpeg.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <exception>
#include <filesystem>
#include <functional>
#include <iomanip>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "backend/abi_model.h"
#include "backend/backend.h"
#include "dataset/crops.h"
#include "dataset/decode.h"
#include "dataset/resize.h"
#include "evaluate/accuracy.h"
#include "model/import.h"
#include "model/passes.h"
#include "quantize/given.h"
#include "scenario/parse.h"
#include "store/store.h"

namespace quantbench {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMostImages = 200;

double ThreadSeconds() {
  timespec time{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

struct Variant {
  std::string name;
  std::function<void()> body;
  double seconds = 1e9;  // the least
};

// The first variant is the limit that the others are a fraction of.
void Report(const std::string& title, std::vector<Variant> variants, size_t images, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    for (Variant& variant : variants) {
      const double start = ThreadSeconds();
      variant.body();
      variant.seconds = std::min(variant.seconds, ThreadSeconds() - start);
    }
  }
  std::cout << title << ", " << images << " images:\n";
  const auto count = static_cast<double>(images);
  for (const Variant& variant : variants) {
    std::cout << "  " << std::left << std::setw(44) << variant.name << std::right << std::fixed
              << std::setprecision(1) << std::setw(9) << 1e6 * variant.seconds / count << " us "
              << std::setw(9) << count / variant.seconds << " a second  " << std::setprecision(2)
              << variants.front().seconds / variant.seconds << "\n";
  }
}

// libjpeg-turbo alone: one decoder, one buffer, the file's bytes at hand, the flags that a crop
// needs. Other formats aren't decoded.
class BareDecoder {
 public:
  void Decode(std::span<const std::byte> bytes) {
    const auto* const data = reinterpret_cast<const unsigned char*>(bytes.data());
    int width = 0, height = 0, subsampling = 0, colours = 0;
    tjDecompressHeader3(handle_.get(), data, bytes.size(), &width, &height, &subsampling, &colours);
    const size_t wanted = static_cast<size_t>(width) * static_cast<size_t>(height) * 4;
    if (pixels_.size() < wanted) pixels_.resize(wanted);
    const bool cmyk = colours == TJCS_CMYK || colours == TJCS_YCCK;
    tjDecompress2(handle_.get(), data, bytes.size(), pixels_.data(), width, 0, height,
                  cmyk ? TJPF_CMYK : TJPF_RGB, TJFLAG_ACCURATEDCT);
  }

 private:
  struct Close {
    void operator()(void* handle) const { tjDestroy(handle); }
  };
  std::unique_ptr<void, Close> handle_{tjInitDecompress()};
  std::vector<unsigned char> pixels_;
};

void CropCosts(const CropRequest& request, Store& store, int rounds) {
  std::vector<std::pair<std::string, MappedFile>> files;
  for (const ImageEntry& image : request.index.images)
    files.emplace_back(image.path, OpenImage(request.index.folder / image.path, image.path));
  BareDecoder decoder;
  ThreadPool alone(1);
  std::string key;
  const auto each = [&](const auto& body) {
    return [&files, body] {
      for (const auto& [path, file] : files) body(path, file);
    };
  };
  Report(
      "crops",
      {{"libjpeg-turbo alone",
        each([&](const std::string&, const MappedFile& file) { decoder.Decode(file.bytes()); })},
       {"decoding", each([](const std::string& path, const MappedFile& file) {
          DecodeImage(file.bytes(), path);
        })},
       {"decoding, resizing, cropping", each([&](const std::string& path, const MappedFile& file) {
          CenterCropped(DecodeImage(file.bytes(), path), request.preprocess);
        })},
       {"reading and hashing names", [&] { key = NameCrops(request, store, alone).key; }},
       {"all of it, into the cache",
        [&] {
          for (const auto& entry : fs::directory_iterator(store.folder()))
            fs::remove_all(entry.path());
          LoadCrops(request, store, alone, nullptr);
        }},
       {"from the cache", [&] { LoadCrops(request, store, alone, nullptr); }}},
      files.size(), rounds);
}

std::shared_ptr<const Graph> Imported(const fs::path& file, PixelSize crop) {
  Graph graph = ImportModel(
      {.file = file, .architecture = {}, .input_height = crop.height, .input_width = crop.width});
  PrepareForInference(graph);
  return std::make_shared<const Graph>(std::move(graph));
}

void EvaluationCosts(const Scenario& scenario, const Crops& crops, const std::string& plugin,
                     const std::string& file, int rounds) {
  const Backend backend = Backend::Load(plugin);
  const std::shared_ptr<const Graph> graph = Imported(file, scenario.preprocess.crop);
  std::optional<QuantizedGraph> quantized;
  if (IsGivenQuantized(*graph)) quantized = QuantizeAsGiven(graph, file);
  const AbiModel model = quantized ? AbiModel(*quantized) : AbiModel(*graph);
  const Executable executable = backend.Prepare(model, backend.ChooseIsa(std::nullopt));
  const Normalizer normalize(scenario.preprocess);
  ThreadPool alone(1);
  const auto elements = static_cast<size_t>(executable.input_elements());
  std::vector<float> input(elements);
  std::vector<float> scores(static_cast<size_t>(executable.output_elements()));
  NormalizeBatch(crops, normalize, 0, 1, input, alone);
  Context context = executable.CreateContext(1, 1);
  Report("evaluation, " + backend.name() + " " + executable.isa(),
         {{"the network alone",
           [&] {
             for (int64_t i = 0; i < crops.count(); ++i)
               context.Run(1, input.data(), scores.data(), alone);
           }},
          {"with normalisation",
           [&] {
             for (int64_t i = 0; i < crops.count(); ++i) {
               NormalizeBatch(crops, normalize, i, 1, input, alone);
               context.Run(1, input.data(), scores.data(), alone);
             }
           }},
          {"evaluation", [&] { Evaluate(executable, crops, normalize, 1, alone, nullptr); }}},
         static_cast<size_t>(crops.count()), rounds);
}

int Main(const std::vector<std::string>& args) {
  if (args.size() < 3) {
    std::cerr << "usage: harness_costs SCENARIO PLUGIN.so MODEL.onnx [ROUNDS]\n";
    return 2;
  }
  const int rounds = args.size() > 3 ? std::stoi(args[3]) : 5;
  const Scenario scenario = LoadScenario(args[0], {});
  CropRequest request{.index = IndexImages(scenario.dataset, scenario.evaluation.subset),
                      .preprocess = scenario.preprocess,
                      .max_unreadable = scenario.dataset.max_unreadable};
  std::vector<ImageEntry>& images = request.index.images;
  images.resize(std::min(images.size(), kMostImages));
  const fs::path folder = fs::temp_directory_path() / ("harness_costs." + std::to_string(getpid()));
  fs::create_directories(folder);
  {
    Store store(folder);
    CropCosts(request, store, rounds);
    ThreadPool alone(1);
    EvaluationCosts(scenario, LoadCrops(request, store, alone, nullptr), args[1], args[2], rounds);
  }
  fs::remove_all(folder);
  return 0;
}

}  // namespace
}  // namespace quantbench

int main(int argc, char** argv) {
  try {
    return quantbench::Main(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const std::exception& error) {
    std::cerr << "harness_costs: " << error.what() << "\n";
    return 2;
  }
}
