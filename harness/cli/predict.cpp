// SPDX-License-Identifier: Apache-2.0
// quantbench predict: what a network says about images, on a backend, at a precision.
#include "run/predict.h"

#include <iostream>
#include <optional>

#include "cli/commands.h"
#include "cli/default_images.h"
#include "dataset/crop_geometry.h"
#include "model/import.h"
#include "scenario/own_scenarios.h"
#include "scenario/parse.h"
#include "support/error.h"
#include "support/interrupt.h"
#include "support/npy_file.h"
#include "support/suggest.h"

namespace quantbench {
namespace {

// Options that are keys of a scenario, and are read as such.
struct KeyOption {
  const char* name;
  const char* key;
  const char* type;
  const char* description;
  const char* heading;
};
constexpr char kModel[] = "Of a state dict";
constexpr char kQuantized[] = "Of int8";
constexpr char kPreprocess[] = "How an image becomes an input";
constexpr KeyOption kKeyOptions[] = {
    {"--architecture", "model.architecture", "NAME",
     "Network that a checkpoint belongs to, where its tensors don't tell", kModel},
    {"--padding", "model.padding", "NAME:{symmetric,same}", "How convolutions pad", kModel},
    {"--activation", "model.activation", "NAME:{relu6,relu}", "Of MobileNetV2", kModel},
    {"--observer", "matrix.observer", "NAME", "Finds the ranges of activations (minmax)",
     kQuantized},
    {"--granularity", "matrix.granularity", "NAME:{per_tensor,per_channel}",
     "Of the weights' scales (per_channel)", kQuantized},
    {"--preset", "dataset.preprocess.preset", "NAME:{torchvision,timm_bicubic,tf,caffe}",
     "Where the other options of this group begin", kPreprocess},
    {"--resize", "dataset.preprocess.resize", "PIXELS", "The shorter edge, or H,W", kPreprocess},
    {"--crop", "dataset.preprocess.crop", "PIXELS", "The network's input: one edge, or H,W",
     kPreprocess},
    {"--fit", "dataset.preprocess.fit", "NAME:{resize_shorter,squash,pad}",
     "What becomes of the image's shape", kPreprocess},
    {"--interpolation", "dataset.preprocess.interpolation",
     "NAME:{bilinear,bicubic,lanczos,nearest}", "Pillow's", kPreprocess},
    {"--mean", "dataset.preprocess.mean", "R,G,B", "Subtracted", kPreprocess},
    {"--std", "dataset.preprocess.std", "R,G,B", "Divides what is left", kPreprocess},
    {"--channel-order", "dataset.preprocess.channel_order", "NAME:{rgb,bgr}", "Of the input",
     kPreprocess},
    {"--scale", "dataset.preprocess.scale", "RANGE:{0..1,0..255}", "Of pixels, before the mean",
     kPreprocess},
};

struct Options : ScenarioOptions {
  std::filesystem::path model, scenario, synsets, output;
  std::string backend = "reference";
  std::string precision = "fp32";
  std::map<std::string, std::string> keys;  // by the option's name
  Questions questions;
  std::optional<int64_t> label_offset;
  int top = 5;
  bool json = false, verbose = false, no_isolation = false;
};

// Two or three numbers are a list.
std::string YamlOf(const std::string& value) {
  return value.find(',') == std::string::npos || value.starts_with('[') ? value : "[" + value + "]";
}

std::string QuotedYaml(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "''" : c == '$' ? "$$" : std::string(1, c);
  return quoted + "'";
}

// A network that takes one size of images gets that size, cut from as much more as is usual.
void AddFixedSize(const Options& options, std::vector<Override>& changes) {
  const auto given = [&](const char* option) {
    const auto found = options.keys.find(option);
    return found != options.keys.end() && !found->second.empty();
  };
  if (given("--crop")) return;
  const auto fixed = FixedInputSize(options.model);
  if (!fixed) return;
  const auto [height, width] = *fixed;
  changes.push_back({.path = "dataset.preprocess.crop",
                     .value = "[" + std::to_string(height) + ", " + std::to_string(width) + "]",
                     .label = "the model's input"});
  if (given("--resize") || given("--fit")) return;
  changes.push_back({.path = "dataset.preprocess.resize",
                     .value = std::to_string(UsualResize({height, width})),
                     .label = "the model's input"});
}

// Of a scenario with several networks the one that MODEL means, by name or file, in place of all.
Scenario WithNetwork(const std::filesystem::path& model, Scenario scenario) {
  std::vector<std::string> names;
  for (Network& network : scenario.networks) {
    std::error_code ignored;
    if (model == network.name || std::filesystem::equivalent(model, network.model.file, ignored)) {
      Network only = std::move(network);
      only.id.clear();
      scenario.networks = {std::move(only)};
      scenario.matrix.network = {""};
      return scenario;
    }
    names.push_back(network.name);
  }
  const std::vector<std::string_view> views(names.begin(), names.end());
  throw Error("the scenario has several networks, and MODEL '" + model.string() +
              "' is none of them; give one's name or file: " + Join(views));
}

Scenario ScenarioOf(const Options& options) {
  const bool calibrated = options.precision == "int8";
  if (calibrated && options.questions.calibration.empty() && options.scenario.empty())
    throw Error(
        "--precision int8 needs images to calibrate with: give --calibration DIR or --scenario "
        "FILE; dynamic and given need none");
  std::string precision = "precision: " + options.precision;
  if (!calibrated && options.precision != "fp32")
    precision = "precision: int8, quantization: " + options.precision;
  std::vector<Override> changes{
      {.path = "model.file", .value = QuotedYaml(options.model.string()), .label = "MODEL"},
      {.path = "matrix",
       .value = "{backend: " + QuotedYaml(options.backend) + ", " + precision + "}",
       .label = "--backend"},
      {.path = "expect", .value = "off"},
      {.path = "latency", .value = "on"}};
  for (const KeyOption& option : kKeyOptions) {
    const auto given = options.keys.find(option.name);
    if (given != options.keys.end() && !given->second.empty())
      changes.push_back({.path = option.key,
                         .value = YamlOf(given->second),
                         .label = std::string(option.name) + " " + given->second});
  }
  if (!options.scenario.empty()) {
    const DefaultImages own(options.CacheFolder());
    const std::filesystem::path file = ScenarioFile(options.scenario);
    const bool several = LoadScenario(file).networks.size() > 1;
    if (several) changes.erase(changes.begin());  // MODEL is one of them
    Scenario scenario = LoadScenario(file, changes);
    if (several) scenario = WithNetwork(options.model, std::move(scenario));
    if (calibrated && options.questions.calibration.empty())
      own.Make(scenario.dataset.root, /*quiet=*/!options.verbose);
    return scenario;
  }
  changes.insert(changes.begin(), {{.path = "version", .value = "1"},
                                   {.path = "name", .value = "predict"},
                                   {.path = "dataset.root", .value = "."},
                                   {.path = "dataset.calibration.images", .value = "1"}});
  AddFixedSize(options, changes);
  return MakeScenario(changes);
}

void Run(Options& options) {
  Questions& questions = options.questions;
  if (questions.images.empty() == questions.input.empty()) ThrowRequired("either IMAGE or --input");
  SetLog({.quiet = !options.verbose, .verbose = options.verbose});
  const Scenario scenario = ScenarioOf(options);
  questions.classes = !options.synsets.empty()   ? ClassNames::OfFile(options.synsets)
                      : options.scenario.empty() ? ClassNames()
                                                 : ClassNames::OfSynsets(scenario.dataset);
  questions.label_offset =
      static_cast<int>(options.label_offset.value_or(scenario.dataset.label_offset.value_or(0)));
  const Answers answers = Predict(scenario, questions,
                                  {.out = {},
                                   .cache = options.CacheFolder(),
                                   .plugin_folders = options.plugin_folders,
                                   .filter = {},
                                   .jobs = options.Jobs(),
                                   .isolate = !options.no_isolation});
  if (!options.output.empty()) WriteNpy(options.output, answers.shape, answers.scores);
  (options.json ? PrintAnswersJson : PrintAnswers)(answers, static_cast<size_t>(options.top),
                                                   std::cout);
}

}  // namespace

void AddPredict(Command app, int& exit_code) {
  const auto options = std::make_shared<Options>();
  Command command = app.AddSubcommand(
      "predict", "Show which classes a model sees in images: probability, score, class, name");
  command.AddOption("model", options->model, "A .pth checkpoint, a .safetensors or an .onnx file")
      .TypeName("MODEL")
      .Required();
  command.AddOption("images", options->questions.images, "Images").TypeName("IMAGE...");
  command.AddOption("--top", options->top, "How many classes of each")
      .Range(1, 1'000'000)
      .Text("N=5");
  command.AddOption("--backend", options->backend, "Plugin that computes").Text("NAME=reference");
  command
      .AddOption("--precision", options->precision,
                 "int8: quantised with calibration images; dynamic: without; given: as the file is")
      .OneOf({"fp32", "int8", "dynamic", "given"})
      .Text("NAME:{fp32,int8,dynamic,given}=fp32");
  command
      .AddOption("--scenario", options->scenario,
                 "Take calibration, preprocessing and class names from this scenario")
      .TypeName("FILE");
  command
      .AddOption("--calibration", options->questions.calibration,
                 "Images for int8, in and below this folder: up to 512, drawn at random")
      .TypeName("DIR");
  command
      .AddOption("--synsets,--labels", options->synsets,
                 "Names of the classes in the order of the outputs, one per line")
      .TypeName("FILE");
  command
      .AddOption("--label-offset", options->label_offset,
                 "Output of the first class: 1 where output 0 is a background class")
      .TypeName("N");
  command
      .AddOption("--input", options->questions.input,
                 "In place of images: a .npy file of float32 [n,c,h,w], taken as it is")
      .TypeName("FILE");
  command
      .AddOption("--output", options->output,
                 "Write the raw scores as a .npy file of float32 [n,classes]")
      .TypeName("FILE");
  command.AddFlag("--json", options->json, "One JSON document instead of text");
  for (const KeyOption& option : kKeyOptions)
    command.AddOption(option.name, options->keys[option.name], option.description)
        .Group(option.heading)
        .Text(option.type);
  AddCacheAndJobs(command, *options);
  command.AddFlag("--verbose", options->verbose, "Say on stderr what is done");
  command.AddFlag("--no-isolation", options->no_isolation,
                  "Run the plugin in this process, for a debugger");
  AddPluginPath(command, options->plugin_folders);
  command.OnCall([options, &exit_code] {
    HandleInterrupts();
    Run(*options);
    exit_code = kGood;
  });
}

}  // namespace quantbench
