// SPDX-License-Identifier: Apache-2.0
// In a source tree they lie in its build folder, else in the cache.
#include "cli/default_images.h"

#include <unistd.h>

#include <cstdlib>
#include <vector>

#include "code_version/generator.h"
#include "scenario/own_scenarios.h"
#include "support/error.h"
#include "support/files.h"
#include "support/program_file.h"
#include "support/progress.h"
#include "support/run_program.h"

namespace quantbench {
namespace {

namespace fs = std::filesystem;

constexpr char kImagesVariable[] = "QUANTBENCH_DEFAULT_DATASET";
constexpr char kImageMaker[] = "make_default_dataset";

bool IsSourceTree(const fs::path& folder) {
  std::error_code ignored;
  return !folder.empty() && fs::exists(folder / "datasets" / "CMakeLists.txt", ignored);
}

bool CanBeMade(fs::path folder) {
  std::error_code ignored;
  while (folder.has_relative_path() && !fs::exists(folder, ignored)) folder = folder.parent_path();
  return ::access(folder.c_str(), W_OK | X_OK) == 0;
}

// Made by the generator that comes with this program. Whether all are there it says itself.
bool AreOfThisVersion(const fs::path& folder) {
  try {
    const std::string wanted =
        std::string("\ngenerator_version ") + code_of_generator::kCodeVersion;
    return ReadTextFile(folder / "manifest.txt").find(wanted + "\n") != std::string::npos;
  } catch (const Error&) {
    return false;
  }
}

}  // namespace

DefaultImages::DefaultImages(const fs::path& cache) {
  const char* const given = std::getenv(kImagesVariable);
  if (given != nullptr && *given != '\0') return;
  const fs::path own = OwnFolder();
  const fs::path in_tree = own / "build" / "datasets" / "default";
  folder_ = IsSourceTree(own) && CanBeMade(in_tree) ? in_tree
                                                    : fs::absolute(cache) / "datasets" / "default";
  ::setenv(kImagesVariable, folder_.c_str(), 1);
}

void DefaultImages::SayIfMissing(const fs::path& root) const {
  std::error_code ignored;
  if (!folder_.empty() && root == folder_ && !fs::exists(root, ignored))
    Log("the images of the default scenario aren't made yet; a run makes them");
}

void DefaultImages::Make(const fs::path& root, bool quiet) const {
  if (folder_.empty() || root != folder_) return;
  const fs::path maker = ProgramFile().parent_path() / kImageMaker;
  std::error_code ignored;
  if (!fs::exists(maker, ignored)) {
    if (fs::exists(folder_, ignored)) return;
    throw Error("the images of the default scenario can't be made: there is no '" + maker.string() +
                "'; build or install it, or set " + kImagesVariable);
  }
  const bool news = !AreOfThisVersion(folder_);
  if (news) {
    Log("making the images of the default scenario in '" + folder_.string() +
        "', once (some 15 s on two idle cores)");
  }
  const std::vector<std::string> words{maker.string(), "--out", folder_.string()};
  const int status =
      RunProgram(words, news && !quiet ? ChildOutput::kStderr : ChildOutput::kNowhere);
  if (status == 0) return;
  throw Error("the images of the default scenario couldn't be made: '" + words[0] + " --out " +
              folder_.string() + "' ended with exit status " + std::to_string(status) +
              "; give another place with " + kImagesVariable);
}

}  // namespace quantbench
