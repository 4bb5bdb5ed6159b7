// SPDX-License-Identifier: Apache-2.0
// quantbench init: a scenario to begin with.
#include <iostream>

#include "cli/commands.h"
#include "run/outlook.h"
#include "support/error.h"
#include "support/files.h"

namespace quantbench {
namespace {

constexpr char kInitExamples[] =
    "Examples:\n"
    "  quantbench init --model resnet18.onnx --data imagenet    writes resnet18.yaml\n"
    "  quantbench init --out my.yaml                            one to fill in\n";

void Init(const std::filesystem::path& model, const std::filesystem::path& data,
          std::filesystem::path file) {
  const bool looks = !model.empty();
  if (looks != !data.empty()) ThrowRequired(looks ? "--data" : "--model");
  const Outlook outlook = looks ? LookAt(model, data) : Outlook{.name = "scenario"};
  if (file.empty()) file = outlook.name + ".yaml";
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored))
    throw Error("'" + file.string() +
                "' is there already; remove it, or name another file with --out");
  if (looks) {
    WriteScenario(outlook, file);
  } else {
    WriteFileAtomically(file, BlankScenario());
  }
  std::cout << file.string() << '\n';
  Log((looks ? "to run it: quantbench run "
             : "MODEL and DATA are yours to give: MODEL=model.onnx "
               "DATA=images quantbench run ") +
      file.string());
}

}  // namespace

void AddInit(Command app, int& exit_code) {
  struct Options {
    std::filesystem::path model, data, out;
  };
  const auto options = std::make_shared<Options>();
  Command command =
      app.AddSubcommand("init", "Write a commented scenario for a model and a folder of images");
  command.Footer(kInitExamples);
  command.AddOption("--model", options->model, "A .onnx file, a .pth checkpoint or a .safetensors")
      .TypeName("FILE");
  command
      .AddOption("--data", options->data,
                 "Its images: a folder with train and val, or with a folder for each class")
      .TypeName("DIR");
  command
      .AddOption("-o,--out", options->out,
                 "The scenario to write (default: the model's name with .yaml, here)")
      .TypeName("FILE");
  command.OnCall([options, &exit_code] {
    Init(options->model, options->data, options->out);
    exit_code = kGood;
  });
}

}  // namespace quantbench
