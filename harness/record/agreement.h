// SPDX-License-Identifier: Apache-2.0
// How near an engine that rounds in its own way comes to an exact backend on the same model.
#pragma once

#include <optional>
#include <string>

#include "record/field.h"
#include "record/layer_comparison.h"

namespace quantbench {

struct Agreement {
  double top1_percent = 0;                  // of the images: those whose best class is the same
  std::optional<double> sqnr_db{};          // of the first images' scores; none were kept: nothing
  std::string with;                         // the exact backend
  std::optional<LayerComparison> layers{};  // nothing where the engine doesn't give its values
};

template <>
struct Fields<Agreement> {
  static constexpr std::tuple kAll{
      Field("top1_agreement_percent", &Agreement::top1_percent,
            {.column = 43,
             .decimals = 2,
             .most = 100,
             .shown_decimals = 2,
             .page = {.place = 134,
                      .title = "Agrees %",
                      .hint = "images that get the class of an exact backend on the same model"},
             .terminal = {.place = 130, .title = "agree%"}}),
      Field("scores_sqnr_db", &Agreement::sqnr_db,
            {.column = 44,
             .decimals = 1,
             .least = -1000,
             .shown_decimals = 1,
             .page = {.place = 136,
                      .title = "Scores dB",
                      .hint = "scores of an exact backend over what differs, in dB"}}),
      Field("agreement_with", &Agreement::with, {.column = 45}),
      Field("agreement_layers", &Agreement::layers)};
};

}  // namespace quantbench
