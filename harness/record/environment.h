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
      Field("quantbench_version", &Environment::quantbench_version,
            {.page = {.place = 105, .title = "quantbench"}}),
      Field("commit", &Environment::commit, {.page = {.place = 106, .title = "Commit"}}),
      Field("build_type", &Environment::build_type, {.page = {.place = 12, .title = "Build"}}),
      Field("compiler", &Environment::compiler, {.page = {.place = 11, .title = "Compiler"}}),
      Field("cpu_model", &Environment::cpu_model, {.page = {.place = 1, .title = "Processor"}}),
      Field("cpu_flags", &Environment::cpu_flags,
            {.page = {.place = 14, .title = "Processor features", .classes = "long"}}),
      Computed<Environment, bool>("emulated",
                                  [](const Environment& e) { return !e.emulator.empty(); }),
      Field("emulator", &Environment::emulator, {.page = {.place = 2, .title = "Emulated by"}}),
      Field("architecture", &Environment::architecture,
            {.page = {.place = 3, .title = "Architecture"}}),
      Field("logical_cores", &Environment::logical_cores,
            {.page = {.place = 4, .title = "Cores of the machine"}}),
      Field("available_cores", &Environment::available_cores,
            {.page = {.place = 5, .title = "Cores for this run"}}),
      Field("governor", &Environment::governor,
            {.page = {.place = 6, .title = "Frequency governor"}}),
      Field("load_average", &Environment::load_average,
            {.page = {.place = 7, .title = "Load average at the start"}}),
      Field("kernel", &Environment::kernel, {.page = {.place = 8, .title = "Kernel"}}),
      Field("hostname", &Environment::hostname, {.page = {.place = 9, .title = "Host"}}),
      Field("started_at", &Environment::started_at, {.page = {.place = 10, .title = "Started"}}),
      Field("libraries", &Environment::libraries, {.page = {.place = 13, .title = "Libraries"}})};
};

// Hashes of all that the figures depend on.
struct InputHashes {
  std::string scenario;
  std::string model;
  std::string calibration_images;  // image list, bytes and geometry
  std::string evaluation_images;
  std::string evaluation_crops = {};  // the cache's name for them; of no meaning elsewhere
};

template <>
struct Fields<InputHashes> {
  static constexpr std::tuple kAll{
      Field("scenario_hash", &InputHashes::scenario,
            {.page = {.place = 101, .title = "Scenario", .classes = "hash"}}),
      Field("model_hash", &InputHashes::model,
            {.page = {.place = 102, .title = "Model", .classes = "hash"}}),
      Field("calibration_images_hash", &InputHashes::calibration_images,
            {.page = {.place = 103, .title = "Calibration images", .classes = "hash"}}),
      Field("evaluation_images_hash", &InputHashes::evaluation_images,
            {.page = {.place = 104, .title = "Evaluation images", .classes = "hash"}}),
      Field("evaluation_crops", &InputHashes::evaluation_crops)};
};

}  // namespace quantbench
