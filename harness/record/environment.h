// SPDX-License-Identifier: Apache-2.0
// What the machine and the build were when something was measured.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "record/field.h"

namespace quantbench {

struct Environment {
  std::string quantbench_version, commit, build_type, compiler;
  std::string cpu_model, cpu_flags, architecture, governor, kernel, hostname;
  std::string emulator;     // what runs this program in place of a processor; empty on hardware
  int logical_cores = 0;    // of the machine
  int available_cores = 0;  // that this process may use
  std::string load_average;
  std::string started_at;                                      // UTC, ISO 8601
  std::vector<std::pair<std::string, std::string>> libraries;  // name, version
};

// On a page, what has a place from here on stands among the inputs.
constexpr int kPlaceOfInputs = 100;

template <>
struct Fields<Environment> {
  static constexpr std::tuple kAll{
      Field("quantbench_version", &Environment::quantbench_version, {.page = {105, "quantbench"}}),
      Field("commit", &Environment::commit, {.page = {106, "Commit"}}),
      Field("build_type", &Environment::build_type, {.page = {12, "Build"}}),
      Field("compiler", &Environment::compiler, {.page = {11, "Compiler"}}),
      Field("cpu_model", &Environment::cpu_model, {.page = {1, "Processor"}}),
      Field("cpu_flags", &Environment::cpu_flags, {.page = {14, "Processor features", "long"}}),
      Computed<Environment, bool>("emulated",
                                  [](const Environment& e) { return !e.emulator.empty(); }),
      Field("emulator", &Environment::emulator, {.page = {2, "Emulated by"}}),
      Field("architecture", &Environment::architecture, {.page = {3, "Architecture"}}),
      Field("logical_cores", &Environment::logical_cores, {.page = {4, "Cores of the machine"}}),
      Field("available_cores", &Environment::available_cores, {.page = {5, "Cores for this run"}}),
      Field("governor", &Environment::governor, {.page = {6, "Frequency governor"}}),
      Field("load_average", &Environment::load_average, {.page = {7, "Load average at the start"}}),
      Field("kernel", &Environment::kernel, {.page = {8, "Kernel"}}),
      Field("hostname", &Environment::hostname, {.page = {9, "Host"}}),
      Field("started_at", &Environment::started_at, {.page = {10, "Started"}}),
      Field("libraries", &Environment::libraries, {.page = {13, "Libraries"}})};
};

// Hashes of all that the figures depend on.
struct InputHashes {
  std::string scenario;
  std::string model;
  std::string calibration_images;  // image list, bytes and geometry
  std::string evaluation_images;
};

template <>
struct Fields<InputHashes> {
  static constexpr std::tuple kAll{
      Field("scenario_hash", &InputHashes::scenario, {.page = {101, "Scenario", "hash"}}),
      Field("model_hash", &InputHashes::model, {.page = {102, "Model", "hash"}}),
      Field("calibration_images_hash", &InputHashes::calibration_images,
            {.page = {103, "Calibration images", "hash"}}),
      Field("evaluation_images_hash", &InputHashes::evaluation_images,
            {.page = {104, "Evaluation images", "hash"}})};
};

}  // namespace quantbench
