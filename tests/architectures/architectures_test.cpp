// SPDX-License-Identifier: Apache-2.0
// Every architecture from a state dict that PyTorch wrote, against PyTorch's own scores (make.py
// writes both, one network at a time: together they are gigabytes).
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <iostream>

#include "model/import.h"
#include "model/run_graph.h"
#include "run/fast_backend.h"
#include "support/files.h"

namespace quantbench {
namespace {

constexpr float kTolerance = 1e-4f;  // of the largest score

std::vector<float> Floats(const std::filesystem::path& file) {
  const std::string bytes = ReadTextFile(file);
  std::vector<float> values(bytes.size() / sizeof(float));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(float));
  return values;
}

// The last line that the script prints: the size of the image, or why there is none.
std::string Make(const std::string& name, const std::filesystem::path& folder) {
  const std::filesystem::path script = testing::SourceDir() / "tests" / "architectures" / "make.py";
  const std::string command =
      "/usr/bin/python3 '" + script.string() + "' " + name + " '" + folder.string() + "' 2>&1";
  const auto close = [](FILE* pipe) { ::pclose(pipe); };
  const std::unique_ptr<FILE, decltype(close)> pipe(::popen(command.c_str(), "r"), close);
  std::string last;
  for (std::array<char, 1000> line{}; pipe && std::fgets(line.data(), line.size(), pipe.get());)
    last = line.data();
  return last;
}

std::vector<float> Run(Graph graph, const std::vector<float>& input) {
  const std::optional<FoundPlugin> fast = testing::FastBackend();
  if (!fast) return testing::RunFloat(std::move(graph), input);
  PrepareForInference(graph);
  const AbiModel model(graph);
  const Executable executable =
      Backend::Load(fast->library).Prepare(model, fast->info->ChooseIsa({}));
  std::vector<float> output(static_cast<size_t>(executable.output_elements()));
  executable.CreateContext(1, 1).Run(1, input.data(), output.data(), ThreadPool(1));
  return output;
}

float LargestError(const std::vector<float>& actual, const std::vector<float>& expected) {
  float error = 0, largest = 0;
  for (size_t i = 0; i < expected.size(); ++i) {
    error = std::max(error, std::abs(actual[i] - expected[i]));
    largest = std::max(largest, std::abs(expected[i]));
  }
  return error / largest;
}

// `made` is what make.py calls it, `name` what quantbench does. False: there is no PyTorch here.
bool CheckArchitecture(const std::string& made, const std::string& name) {
  const testing::ScratchFolder scratch;
  const std::string said = Make(made, scratch.path());
  if (said.starts_with("SKIPPED")) {
    MESSAGE(said);
    return false;
  }
  CAPTURE(made);
  CAPTURE(said);
  REQUIRE(std::filesystem::exists(scratch.path() / "output"));
  const int size = std::stoi(said);
  std::filesystem::path file = scratch.path() / "weights.pth";
  if (!std::filesystem::exists(file)) file.replace_extension(".safetensors");
  ModelSource source{.file = file, .architecture = "", .input_height = size, .input_width = size};
  // What no tensor tells: whether the input is normalised anew.
  if (name.starts_with("googlenet") || name.starts_with("inception")) {
    CHECK_THROWS_AS(ImportModel(source), Error);
    source.architecture = name;
  }
  std::string recognized;
  Graph graph = ImportModel(source, &recognized);
  if (source.architecture.empty()) CHECK(recognized.starts_with(name + " from "));
  const std::vector<float> expected = Floats(scratch.path() / "output");
  const std::vector<float> scores = Run(std::move(graph), Floats(scratch.path() / "input"));
  REQUIRE(scores.size() == expected.size());
  const float error = LargestError(scores, expected);
  CHECK(error < kTolerance);
  std::cout << "architecture " << made << ": error " << error << ", " << recognized << std::endl;
  return true;
}

// Minutes, and gigabytes written and read: run by the CTest `architectures`, not by default.
TEST_CASE("architectures: state dicts become networks that compute what PyTorch computes" *
          doctest::skip()) {
  for (const std::string& name : KnownArchitectures()) {
    if (!CheckArchitecture(name, name)) return;
  }
  CheckArchitecture("timm_efficientnet_b0", "efficientnet_b0");
}

}  // namespace
}  // namespace quantbench
