// SPDX-License-Identifier: Apache-2.0
// A quantised tensor as JSON.
#include <nlohmann/json.hpp>
#include <ostream>

#include "support/number_text.h"
#include "tensor/print.h"

namespace quantbench {
namespace {

using Json = nlohmann::ordered_json;

// The double with the shortest text that reads back as this float: 0.3, not 0.300000012.
double Shortest(float value) { return std::stod(ShortestText(value)); }

// `values` as arrays nested like the shape.
template <class T>
Json Nested(const Shape& shape, const std::vector<T>& values) {
  std::vector<Json> level(values.begin(), values.end());
  for (size_t d = shape.size(); d-- > 0;) {
    const auto size = static_cast<size_t>(shape[d]);
    std::vector<Json> outer;
    for (size_t begin = 0; begin < level.size(); begin += size) {
      Json array = Json::array();
      for (size_t i = begin; i < begin + size; ++i) array.push_back(std::move(level[i]));
      outer.push_back(std::move(array));
    }
    level = std::move(outer);
  }
  return level.front();
}

Json ToJson(const ErrorSummary& errors) {
  Json json = {{"max", errors.largest},
               {"rms", errors.rms},
               {"sqnr_db", nullptr},
               {"clamped", errors.clamped}};
  if (errors.sqnr_db) json["sqnr_db"] = *errors.sqnr_db;
  return json;
}

}  // namespace

void PrintTensorJson(const QuantizedTensor& tensor, const std::string& title,
                     std::ostream& stream) {
  std::vector<double> floats, dequantized, errors;
  for (size_t i = 0; i < tensor.integers.size(); ++i) {
    floats.push_back(Shortest(tensor.source.values[i]));
    dequantized.push_back(Shortest(tensor.dequantized[i]));
    errors.push_back(Shortest(tensor.ErrorOf(i)));
  }
  Json channels = Json::array();
  for (size_t c = 0; c < tensor.qparams.size(); ++c) {
    channels.push_back({{"scale", Shortest(tensor.qparams[c].scale)},
                        {"zero_point", tensor.qparams[c].zero_point},
                        {"error", ToJson(SummarizeErrors(tensor, c))}});
  }
  const Shape& shape = tensor.source.shape;
  Json json = {{"source", title},
               {"shape", shape},
               {"dtype", ToString(tensor.dtype)},
               {"axis", nullptr},
               {"observer", nullptr},
               {"channels", channels},
               {"error_summary", ToJson(SummarizeErrors(tensor))},
               {"float", Nested(shape, floats)},
               {"integer", Nested(shape, tensor.integers)},
               {"dequantized", Nested(shape, dequantized)},
               {"error", Nested(shape, errors)}};
  if (tensor.axis) json["axis"] = *tensor.axis;
  if (!tensor.observer.empty()) json["observer"] = tensor.observer;
  stream << json.dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace quantbench
