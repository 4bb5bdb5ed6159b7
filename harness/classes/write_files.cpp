// SPDX-License-Identifier: Apache-2.0
// Counts to files.
#include "classes/write_files.h"

#include <ostream>

#include "classes/change.h"
#include "classes/counts.h"
#include "classes/csv_lines.h"
#include "record/json.h"
#include "support/files.h"

namespace quantbench {

void WriteClassesCsv(const ClassResults& results, std::ostream& stream) {
  csv_lines::WriteTitles<ClassAccuracy>(stream, {"predictions_file"});
  for (const CaseAnswers& answers : results.answers()) {
    const std::string file = CsvText(answers.predictions_file);
    for (const ClassAccuracy& one : AccuracyByClass(results, answers))
      csv_lines::Write(one, stream, {file});
  }
}

void WriteClassesJson(const ClassResults& results, std::ostream& stream) {
  ClassesOfRun classes;
  const std::vector<CaseAnswers>& answers = results.answers();
  for (const CaseAnswers& one : answers) {
    AnswersSummary summary{one};
    summary.confusions = ConfusionsOf(results, one);
    summary.confused_pairs = static_cast<int64_t>(summary.confusions.size());
    summary.confusions.resize(std::min(summary.confusions.size(), kMostConfusions));
    classes.answers.push_back(std::move(summary));
  }
  for (size_t base = 0; base < answers.size(); ++base) {
    for (size_t changed = base + 1; changed < answers.size(); ++changed) {
      classes.flips.push_back({CountFlips(results, answers[base], answers[changed]),
                               static_cast<int64_t>(base), static_cast<int64_t>(changed)});
    }
  }
  stream << ToJson(classes).dump(2, ' ', false, Json::error_handler_t::replace) << '\n';
}

void WriteClassFiles(const ClassResults& results, const std::filesystem::path& folder) {
  const std::filesystem::path csv = folder / "classes.csv", json = folder / "classes.json";
  if (results.answers().empty()) {
    std::error_code ignored;
    std::filesystem::remove(csv, ignored);
    std::filesystem::remove(json, ignored);
    return;
  }
  WriteFileAtomically(csv, [&](std::ostream& stream) { WriteClassesCsv(results, stream); });
  WriteFileAtomically(json, [&](std::ostream& stream) { WriteClassesJson(results, stream); });
}

}  // namespace quantbench
