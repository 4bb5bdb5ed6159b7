// SPDX-License-Identifier: Apache-2.0
// A finished run of six images and three classes, as files.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "classes/answers.h"
#include "support/files.h"
#include "support/test_data.h"

namespace quantbench::testing {

// Labels 0 0 1 1 2 2. fp32 is right on images 0, 1, 2 and 4; int8 loses 1 and 4, gains 3, and takes
// image 5 for another wrong class.
inline constexpr char kSampleFp32[] =
    "image,label,top1,top2\r\na/0.jpg,0,0,1\r\na/1.jpg,0,0,1\r\nb/2.jpg,1,1,2\r\nb/3.jpg,1,2,0\r\n"
    "c/4.jpg,2,2,0\r\nc/5.jpg,2,0,2\r\n";
inline constexpr char kSampleInt8[] =
    "image,label,top1,top2\r\na/0.jpg,0,0,1\r\na/1.jpg,0,1,2\r\nb/2.jpg,1,1,2\r\nb/3.jpg,1,1,0\r\n"
    "c/4.jpg,2,0,2\r\nc/5.jpg,2,1,0\r\n";
inline constexpr char kSampleNames[] =
    "label,class,description\r\n0,a,\"apple, red\"\r\n1,b,<b>bear</b>\r\n2,c,c\r\n";

class SampleRun {
 public:
  SampleRun() {
    Write("fp32.csv", kSampleFp32);
    Write("int8.csv", kSampleInt8);
    WriteNames(kSampleNames);
    AddRow("r/fp32/b1", "r", "fp32", "fp32.csv");
    AddRow("r/int8/b1", "r", "int8", "int8.csv");
    AddRow("r/int8/b4", "r", "int8", "int8.csv");
    AddRow("v/int8/b1", "v", "int8", "int8.csv");
  }

  void WriteNames(const std::string& text) const {
    WriteFileAtomically(folder() / "class_names.csv", text);
  }
  void Write(const std::string& name, const std::string& text) const {
    WriteFileAtomically(folder() / "predictions" / name, text);
  }
  void AddRow(const std::string& id, const std::string& backend, const std::string& precision,
              const std::string& file) {
    Row row{{.scenario = "s", .case_id = id}};
    row.backend = backend;
    row.precision = precision;
    row.accuracy = {.images = 6};
    row.predictions_file = "predictions/" + file;
    rows.push_back(row);
  }
  LoadedResults Load() const {
    Results results;
    results.rows = rows;
    return {.file = folder() / "results.json", .results = results};
  }
  std::filesystem::path folder() const { return scratch_.path(); }

  std::vector<Row> rows;

 private:
  ScratchFolder scratch_;
};

}  // namespace quantbench::testing
