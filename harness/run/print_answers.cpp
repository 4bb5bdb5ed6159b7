// SPDX-License-Identifier: Apache-2.0
// Answers as text and as JSON.
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>
#include <ostream>

#include "run/predict.h"
#include "support/number_text.h"

namespace quantbench {
namespace {

std::span<const float> ScoresOf(const Answers& answers, size_t i) {
  const auto classes = static_cast<size_t>(answers.shape[1]);
  return std::span(answers.scores).subspan(i * classes, classes);
}

// Best first; of equal scores the lower class.
std::vector<size_t> BestClasses(std::span<const float> scores, size_t count) {
  std::vector<size_t> order(scores.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::stable_sort(order, [&](size_t a, size_t b) { return scores[a] > scores[b]; });
  order.resize(std::min(count, order.size()));
  return order;
}

// "n02123045 tabby, tabby cat"; empty where nothing names the class.
std::string NameOf(const Answers& answers, size_t output) {
  const int64_t label = static_cast<int64_t>(output) - answers.label_offset;
  if (label < 0 || label >= static_cast<int64_t>(answers.classes.size())) return {};
  const std::string& id = answers.classes.ids()[static_cast<size_t>(label)];
  const std::string& description = answers.classes.Description(static_cast<size_t>(label));
  return description == id ? id : id + " " + description;
}

std::string Padded(const std::string& text, size_t width) {
  return std::string(width - std::min(width, text.size()), ' ') + text;
}

}  // namespace

std::vector<double> ProbabilitiesOf(const Answers& answers, size_t i) {
  const std::span<const float> scores = ScoresOf(answers, i);
  std::vector<double> probabilities(scores.begin(), scores.end());
  if (answers.are_probabilities) return probabilities;
  const double largest = *std::ranges::max_element(probabilities);
  double sum = 0;
  for (double& value : probabilities) sum += value = std::exp(value - largest);
  for (double& value : probabilities) value /= sum;
  return probabilities;
}

void PrintAnswers(const Answers& answers, size_t count, std::ostream& stream) {
  const size_t digits = std::to_string(answers.shape[1] - 1).size();
  for (size_t i = 0; i < answers.names.size(); ++i) {
    const std::span<const float> scores = ScoresOf(answers, i);
    const std::vector<double> probabilities = ProbabilitiesOf(answers, i);
    stream << (i == 0 ? "" : "\n") << answers.names[i] << '\n';
    for (const size_t best : BestClasses(scores, count)) {
      const std::string name = NameOf(answers, best);
      stream << Padded(FixedText(100 * probabilities[best], 2), 8) << "%  "
             << Padded(FixedText(scores[best], 4), 10) << "  "
             << Padded(std::to_string(best), digits) << (name.empty() ? "" : "  " + name) << '\n';
    }
  }
}

void PrintAnswersJson(const Answers& answers, size_t count, std::ostream& stream) {
  using Json = nlohmann::ordered_json;
  Json images = Json::array();
  for (size_t i = 0; i < answers.names.size(); ++i) {
    const std::vector<double> probabilities = ProbabilitiesOf(answers, i);
    Json top = Json::array();
    for (const size_t best : BestClasses(ScoresOf(answers, i), count))
      top.push_back({{"class", best},
                     {"name", NameOf(answers, best)},
                     {"score", ScoresOf(answers, i)[best]},
                     {"probability", probabilities[best]}});
    images.push_back({{"image", answers.names[i]}, {"top", std::move(top)}});
  }
  const Json document{{"backend", answers.backend},
                      {"isa", answers.isa},
                      {"model", answers.recipe},
                      {"classes", answers.shape[1]},
                      {"images", std::move(images)}};
  stream << document.dump(1, ' ', false, Json::error_handler_t::replace) << '\n';
}

}  // namespace quantbench
