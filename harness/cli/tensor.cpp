// SPDX-License-Identifier: Apache-2.0
// quantbench tensor: quantise one small tensor and show what is lost.
#include <iostream>
#include <limits>
#include <optional>

#include "cli/commands.h"
#include "support/error.h"
#include "support/files.h"
#include "support/progress.h"
#include "tensor/print.h"
#include "tensor/quantize_tensor.h"
#include "tensor/stem_plot.h"

namespace quantbench {
namespace {

constexpr char kExamples[] =
    "q = clamp(round_half_to_even(x / scale) + zero_point), x' = (q - zero_point) * scale, to the\n"
    "bit what PyTorch's quantize_per_tensor and quantize_per_channel give on a CPU.\n"
    "\n"
    "Examples:\n"
    "  one scale for all values, unsigned 8-bit integers, as a table and as a stem plot:\n"
    "    quantbench tensor --random 2x3 --seed 7 --scale 0.3 --zero-point 8 --svg plot.svg\n"
    "  a scale for each row:\n"
    "    quantbench tensor --random 3x4 --scale 0.3,0.5,0.4 --zero-point 8,9,10 --axis 0\n"
    "  your own values, signed:\n"
    "    quantbench tensor --values '1.5,-2;0.3,4' --scale 0.05 --dtype qint8\n"
    "  what an observer makes of a file's values:\n"
    "    quantbench tensor --file weights.npy --observer histogram+reduce_range\n"
    "    quantbench tensor --file weights.npy --observer minmax+scheme=symmetric --dtype qint8 "
    "--axis 0\n"
    "\n"
    "A tensor has 1 to 4 dimensions and at most 4096 values. Without --scale an observer chooses\n"
    "scale and zero point: minmax unless told.";

struct Options {
  std::string shape, values, file;
  std::string scale, zero_point, observer;
  int64_t seed = 0;
  std::string distribution = "normal", dtype, format = "table";
  std::optional<int64_t> axis;
  std::string svg;
};

// The tensor and what its tables are headed by.
struct NamedTensor {
  FloatTensor tensor;
  std::string title;
};

NamedTensor GetTensor(const Options& options) {
  const int sources = static_cast<int>(!options.shape.empty()) +
                      static_cast<int>(!options.values.empty()) +
                      static_cast<int>(!options.file.empty());
  if (sources != 1) {
    throw Error(std::string(sources == 0 ? "there is no tensor" : "there is more than one tensor") +
                "; give one of --random SHAPE, --values NUMBERS and --file X.npy");
  }
  if (!options.values.empty()) {
    return {.tensor = ParseTensor(options.values), .title = "given values"};
  }
  if (!options.file.empty()) {
    const std::filesystem::path file = options.file;
    return {.tensor = ReadTensor(file), .title = file.filename().string()};
  }
  const Distribution distribution =
      options.distribution == "uniform" ? Distribution::kUniform : Distribution::kNormal;
  return {.tensor = RandomTensor(ParseShape(options.shape), distribution,
                                 static_cast<uint64_t>(options.seed)),
          .title = options.distribution + " random values, seed " + std::to_string(options.seed)};
}

TensorRecipe GetRecipe(const Options& options) {
  TensorRecipe recipe{.axis = options.axis};
  if (options.dtype == "qint8") recipe.dtype = QuantizedDtype::kQint8;
  if (!options.scale.empty()) {
    if (!options.observer.empty()) {
      throw Error(
          "--scale and --observer exclude each other: either scales are given, or an "
          "observer chooses them");
    }
    recipe.scale = ParseNumbers(options.scale, "--scale");
    if (!options.zero_point.empty()) {
      recipe.zero_point = ParseNumbers(options.zero_point, "--zero-point");
    }
    return recipe;
  }
  if (!options.zero_point.empty()) throw Error("--zero-point needs a --scale beside it");
  recipe.observer = ParseObserverSpec(options.observer.empty() ? "minmax" : options.observer);
  if (!options.dtype.empty()) recipe.observer->dtype = recipe.dtype;
  CheckOptions(*recipe.observer);
  return recipe;
}

int ShowTensor(const Options& options) {
  NamedTensor named = GetTensor(options);
  const QuantizedTensor tensor = QuantizeTensor(std::move(named.tensor), GetRecipe(options));
  if (!options.svg.empty()) WriteFileAtomically(options.svg, StemPlot(tensor, named.title));
  (options.format == "json" ? PrintTensorJson : PrintTensorTables)(tensor, named.title, std::cout);
  if (!options.svg.empty()) Log("plot: " + options.svg);
  return kGood;
}

void AddSourceOptions(Command command, Options& options) {
  command.AddOption("--random", options.shape, "Random values in this shape, for instance 2x3")
      .TypeName("SHAPE")
      .Group("Tensor");
  command.AddOption("--seed", options.seed, "Of the random values")
      .TypeName("N")
      .Range(0, std::numeric_limits<int64_t>::max())
      .ShowDefault()
      .Group("Tensor");
  command
      .AddOption("--distribution", options.distribution,
                 "normal: mean 0, deviation 1; uniform: -1 to 1")
      .OneOf({"normal", "uniform"})
      .TypeName("NAME")
      .ShowDefault()
      .Group("Tensor");
  command
      .AddOption("--values", options.values,
                 "The values: rows as '1.5,-2;0.3,4', or nested as '[[1.5,-2],[0.3,4]]'")
      .TypeName("NUMBERS")
      .Group("Tensor");
  command.AddOption("--file", options.file, "A NumPy file of floats or integers")
      .TypeName("X.npy")
      .Group("Tensor");
}

void AddRecipeOptions(Command command, Options& options) {
  command.AddOption("--scale", options.scale, "Step between two integers; one for each channel")
      .TypeName("NUMBERS")
      .Group("Quantisation");
  command
      .AddOption("--zero-point", options.zero_point,
                 "Integer that stands for 0; one for each channel (default: 0)")
      .TypeName("NUMBERS")
      .Group("Quantisation");
  command
      .AddOption("--observer", options.observer,
                 "Let this observer choose scale and zero point; options as in scenarios: "
                 "histogram+reduce_range (default: minmax)")
      .TypeName("SPEC")
      .Group("Quantisation");
  command
      .AddOption("--axis", options.axis,
                 "Per channel: each index along this dimension has its own scale; negative "
                 "counts from the last")
      .TypeName("N")
      .Group("Quantisation");
  command.AddOption("--dtype", options.dtype, "quint8: 0 to 255; qint8: -128 to 127")
      .OneOf({"quint8", "qint8"})
      .TypeName("NAME")
      .DefaultText("quint8, or the observer's")
      .Group("Quantisation");
}

}  // namespace

void AddTensor(Command app, int& exit_code) {
  const auto options = std::make_shared<Options>();
  Command command = app.AddSubcommand(
      "tensor", "Quantise one small tensor and show what is lost: tables and a plot");
  AddSourceOptions(command, *options);
  AddRecipeOptions(command, *options);
  command.AddOption("--format", options->format, "table or json")
      .OneOf({"table", "json"})
      .TypeName("NAME")
      .ShowDefault()
      .Group("Output");
  command.AddOption("--svg", options->svg, "Also draw the values before and after as a stem plot")
      .TypeName("FILE")
      .Group("Output");
  command.Footer(kExamples);
  command.OnCall([options, &exit_code] { exit_code = ShowTensor(*options); });
}

}  // namespace quantbench
