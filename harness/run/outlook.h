// SPDX-License-Identifier: Apache-2.0
// A scenario for a model and a folder of images that were looked at.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "dataset/dataset_spec.h"

namespace quantbench {

// Images of one split that the scenario takes.
struct FoundImages {
  std::string split;
  int64_t images = 0;             // that are there
  std::vector<std::string> list;  // those to take, where one split has to serve for both purposes
};

// What was found, and what follows from it.
struct Outlook {
  std::filesystem::path model, root;
  std::string name;          // of the scenario: the model's file, as far as names allow
  std::string architecture;  // that a checkpoint's tensors tell; empty for ONNX files
  PixelSize crop = 224;      // that the model asks for
  bool takes_any_size = true;
  int64_t outputs = 0, classes = 0;  // classes: 0 where the labels are numbers
  FoundImages calibration, evaluation;
};

// Imports the model and lists the images; opens none. The folder has a folder for each split
// (train and val, or as they are also called), or it is one split: then every few images calibrate,
// and the others are evaluated. Throws Error.
Outlook LookAt(const std::filesystem::path& model, const std::filesystem::path& data);

// Writes the scenario, with comments on what was found and what is a guess, and beside it the lists
// of images that it names. Throws WriteError.
void WriteScenario(const Outlook& outlook, const std::filesystem::path& file);

// The same for nothing that was looked at: model and images come from environment variables.
std::string BlankScenario();

}  // namespace quantbench
