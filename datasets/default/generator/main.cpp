// SPDX-License-Identifier: Apache-2.0
// Command line of make_default_dataset.
#include <tbb/global_control.h>
#include <tbb/info.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <mutex>
#include <opencv2/core.hpp>

#include "dataset_writer.h"
#include "output_directory.h"

namespace {

using quantbench::default_dataset::DatasetOptions;

struct CommandLine {
  DatasetOptions dataset;
  std::string out;
  int jobs = tbb::info::default_concurrency();
};

std::unique_ptr<CLI::App> MakeParser(CommandLine& line) {
  auto app = std::make_unique<CLI::App>(
      "Renders the default dataset: 24 classes of everyday objects as small photographs, in\n"
      "ImageNet's layout (OUT/{train,val}/<id>/<id>_<k>.JPEG, OUT/synsets.txt, "
      "OUT/synset_words.txt).\n"
      "The same options give the same images. OUT appears only when it is complete; if it is "
      "there\n"
      "already with the same options, nothing is done.",
      "make_default_dataset");
  app->add_option("--out", line.out, "Directory to make")->required()->type_name("DIR");
  app->add_option("--train-per-class", line.dataset.train_per_class, "Training images per class")
      ->check(CLI::Range(0, 100000))
      ->capture_default_str()
      ->type_name("N");
  app->add_option("--val-per-class", line.dataset.val_per_class, "Validation images per class")
      ->check(CLI::Range(0, 100000))
      ->capture_default_str()
      ->type_name("N");
  app->add_option("--seed", line.dataset.seed, "Seed of all images")
      ->capture_default_str()
      ->type_name("S");
  app->add_option("--size", line.dataset.size, "Shorter edge of the images, about")
      ->check(CLI::Range(32, 1024))
      ->capture_default_str()
      ->type_name("PX");
  app->add_option("--jobs", line.jobs, "Threads; does not change the images")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str()
      ->type_name("N");
  return app;
}

void Run(const CommandLine& line) {
  using namespace quantbench::default_dataset;
  const std::string manifest = Manifest(line.dataset);
  OutputDirectory directory(line.out);
  if (directory.IsUpToDate(manifest) && HasAllImages(line.dataset, line.out)) {
    std::fprintf(stderr, "%s: complete already (%d images), nothing to do\n", line.out.c_str(),
                 ImageCount(line.dataset));
    return;
  }
  const auto start = std::chrono::steady_clock::now();
  const tbb::global_control threads(tbb::global_control::max_allowed_parallelism,
                                    static_cast<std::size_t>(line.jobs));
  const int total = ImageCount(line.dataset);
  const bool is_terminal = isatty(STDERR_FILENO) == 1;
  std::mutex mutex;
  WriteDataset(line.dataset, directory.BeginWriting(), [&](int done) {
    if (!is_terminal || done % 50 != 0) return;
    const std::lock_guard lock(mutex);
    std::fprintf(stderr, "\r%d of %d images", done, total);
  });
  directory.Commit(manifest);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  std::fprintf(stderr, "%s%s: %d images in %.1f s\n", is_terminal ? "\r" : "", line.out.c_str(),
               total, seconds.count());
}

}  // namespace

int main(int argc, char** argv) {
  cv::setNumThreads(0);
  CommandLine line;
  const std::unique_ptr<CLI::App> parser = MakeParser(line);
  try {
    parser->parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return parser->exit(error) == 0 ? 0 : 2;
  }
  try {
    Run(line);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "make_default_dataset: %s\n", error.what());
    return 1;
  }
  return 0;
}
