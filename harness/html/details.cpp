// SPDX-License-Identifier: Apache-2.0
// Where, when and with what the figures were taken.
#include "html/sections.h"

namespace quantbench::html {
namespace {

class Details {
 public:
  explicit Details(Markup& page) : page_(page) {}

  void Open(const char* id, const char* heading) {
    page_.Open("section", {{"class", "card"}, {"aria-labelledby", id}});
    page_.Leaf("h2", {{"id", id}}, heading).Open("dl", {{"class", "details"}});
  }
  void Close() { page_.Close().Close(); }

  void Add(const char* name, const std::string& value, const char* classes = "") {
    if (value.empty()) return;
    page_.Open("div", {{"class", classes}}).Leaf("dt", {}, name).Leaf("dd", {}, value).Close();
  }

 private:
  Markup& page_;
};

}  // namespace

void AddDetails(const Cases& cases, Markup& page) {
  const Environment& environment = cases.results().environment;
  std::string libraries;
  for (const auto& [name, version] : environment.libraries) {
    libraries += (libraries.empty() ? "" : ", ") + name + " " + version;
  }
  const auto count = [](int cores) { return cores > 0 ? std::to_string(cores) : std::string(); };
  Details details(page);
  page.Open("div", {{"class", "columns"}});
  details.Open("environment", "Environment");
  details.Add("Processor", environment.cpu_model);
  details.Add("Emulated by", environment.emulator);
  details.Add("Architecture", environment.architecture);
  details.Add("Cores of the machine", count(environment.logical_cores));
  details.Add("Cores for this run", count(environment.available_cores));
  details.Add("Frequency governor", environment.governor);
  details.Add("Load average at the start", environment.load_average);
  details.Add("Kernel", environment.kernel);
  details.Add("Host", environment.hostname);
  details.Add("Started", environment.started_at);
  details.Add("Compiler", environment.compiler);
  details.Add("Build", environment.build_type);
  details.Add("Libraries", libraries);
  details.Add("Processor features", environment.cpu_flags, "long");
  details.Close();

  const InputHashes& inputs = cases.results().inputs;
  details.Open("inputs", "Inputs");
  details.Add("Scenario", inputs.scenario, "hash");
  details.Add("Model", inputs.model, "hash");
  details.Add("Calibration images", inputs.calibration_images, "hash");
  details.Add("Evaluation images", inputs.evaluation_images, "hash");
  details.Add("quantbench", environment.quantbench_version);
  details.Add("Commit", environment.commit);
  details.Close();
  page.Close();
}

}  // namespace quantbench::html
