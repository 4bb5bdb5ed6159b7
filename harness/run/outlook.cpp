// SPDX-License-Identifier: Apache-2.0
// Splits by the names that people give them, then the scenario as text.
#include "run/outlook.h"

#include <algorithm>
#include <array>
#include <sstream>
#include <tuple>

#include "dataset/crop_geometry.h"
#include "dataset/image_index.h"
#include "model/import.h"
#include "support/error.h"
#include "support/files.h"
#include "support/no_such_file.h"
#include "support/number_text.h"

namespace quantbench {
namespace {

namespace fs = std::filesystem;

constexpr std::array kCalibrationNames = {"train", "training", "calibration", "calib"};
constexpr std::array kEvaluationNames = {"val", "validation", "valid", "test", "eval"};
// As many as calibration commonly takes; more change little.
constexpr int64_t kCalibrationImages = 512;

template <size_t count>
std::string FirstFolder(const fs::path& root, const std::array<const char*, count>& names) {
  std::error_code ignored;
  const auto found = std::ranges::find_if(
      names, [&](const char* name) { return fs::is_directory(root / name, ignored); });
  return found == names.end() ? "" : *found;
}

template <size_t count>
bool IsAmong(const std::string& name, const std::array<const char*, count>& names) {
  return std::ranges::find(names, name) != names.end();
}

// Letters, digits, '_', '.' and '-' of a file's name: what a scenario may be called.
std::string PlainName(const std::string& stem) {
  std::string name;
  for (const char c : stem.substr(0, 80)) {
    const bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                      c == '_' || c == '-' || (c == '.' && !name.empty());
    name += good ? c : '_';
  }
  return name.empty() ? "model" : name;
}

void LookAtModel(const fs::path& file, Outlook& outlook) {
  outlook.model = file;
  outlook.name = PlainName(file.stem().string());
  ModelSource source{.file = file};
  if (const auto fixed = FixedInputSize(file)) {
    std::tie(outlook.crop.height, outlook.crop.width) = *fixed;
    outlook.takes_any_size = false;
  }
  source.input_height = outlook.crop.height;
  source.input_width = outlook.crop.width;
  std::string recognized;
  const Graph graph = ImportModel(source, &recognized);
  outlook.architecture = recognized.substr(0, recognized.find(' '));
  outlook.outputs = 1;
  for (const int64_t extent : graph.values[static_cast<size_t>(graph.output)].shape)
    outlook.outputs *= extent;
}

// Which folders hold the images: root and the names of two splits, which may be the same.
void FindSplits(const fs::path& data, Outlook& outlook) {
  std::error_code ignored;
  if (!fs::exists(data, ignored)) throw Error("--data: " + NoSuchFile(data));
  if (!fs::is_directory(data, ignored))
    throw Error("--data: '" + data.string() + "' is a file; give the folder of the images");
  const fs::path folder = fs::canonical(data);
  outlook.root = folder;
  std::string calibration = FirstFolder(folder, kCalibrationNames);
  std::string evaluation = FirstFolder(folder, kEvaluationNames);
  if (calibration.empty() && evaluation.empty()) {  // a split by itself
    outlook.root = folder.parent_path();
    evaluation = folder.filename().string();
    if (IsAmong(evaluation, kEvaluationNames))
      calibration = FirstFolder(outlook.root, kCalibrationNames);
  }
  outlook.evaluation.split = evaluation.empty() ? calibration : evaluation;
  outlook.calibration.split = calibration.empty() ? evaluation : calibration;
}

ImageIndex ImagesOf(const Outlook& outlook, const std::string& split) {
  SubsetSpec all;
  all.split = split;
  return IndexImages({.root = outlook.root}, all,
                     {outlook.calibration.split, outlook.evaluation.split});
}

// Every few images of the split calibrate, so that all its classes are among them.
void Divide(const ImageIndex& index, Outlook& outlook) {
  const auto all = static_cast<int64_t>(index.images.size());
  if (all < 2)
    throw Error("--data: '" + index.folder.string() +
                "' has one image, and what calibrates isn't to be evaluated; add images");
  const int64_t wanted = std::clamp<int64_t>(all / 4, 1, kCalibrationImages);
  std::vector<bool> calibrates(index.images.size());
  for (int64_t i = 0; i < wanted; ++i) calibrates[static_cast<size_t>(i * all / wanted)] = true;
  for (size_t i = 0; i < index.images.size(); ++i)
    (calibrates[i] ? outlook.calibration : outlook.evaluation).list.push_back(index.images[i].path);
}

void LookAtImages(const fs::path& data, Outlook& outlook) {
  FindSplits(data, outlook);
  const ImageIndex evaluation = ImagesOf(outlook, outlook.evaluation.split);
  outlook.classes = static_cast<int64_t>(evaluation.classes.size());
  outlook.evaluation.images = outlook.calibration.images = std::ssize(evaluation.images);
  if (outlook.calibration.split == outlook.evaluation.split) return Divide(evaluation, outlook);
  outlook.calibration.images = std::ssize(ImagesOf(outlook, outlook.calibration.split).images);
}

std::string Quoted(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? "''" : c == '$' ? "$$" : std::string(1, c);
  return quoted + "'";
}

// Relative where it lies below the scenario's folder, so that the folder can be moved.
std::string PathIn(const fs::path& file, const fs::path& path) {
  const fs::path absolute = fs::absolute(path).lexically_normal();
  const fs::path near =
      absolute.lexically_proximate(fs::absolute(file).lexically_normal().parent_path());
  return Quoted((near.string().starts_with("..") ? absolute : near).string());
}

std::string SizeList(PixelSize size) {
  if (size.height == size.width) return std::to_string(size.height);
  return "[" + std::to_string(size.height) + ", " + std::to_string(size.width) + "]";
}

fs::path ListBeside(const fs::path& file, const char* purpose) {
  return file.parent_path() / (file.stem().string() + "." + purpose + ".txt");
}

std::string Subset(const fs::path& file, const FoundImages& found, const char* purpose,
                   const std::string& otherwise) {
  std::string text = "{split: " + Quoted(found.split);
  if (!found.list.empty()) return text + ", list: " + PathIn(file, ListBeside(file, purpose)) + "}";
  return text + otherwise + "}";
}

constexpr char kMatrix[] =
    "matrix:\n"
    "  backend: [all, engines]        # every plugin that can run here; `quantbench plugins`\n"
    "  precision: [fp32, int8]\n"
    "  granularity: [per_channel]     # of the weights' scales; or per_tensor\n"
    "  batch_size: [1]\n"
    "  threads: [1]\n"
    "\n"
    "# What fp32 is known to reach, with which a run begins: anything else means that images, "
    "labels or\n"
    "# preprocessing aren't the network's own.\n"
    "# expect: {fp32_top1_percent: 75.0, within: 0.5}\n";

constexpr char kPreprocessComment[] =
    "  # A guess: how torchvision trains. Where fp32 is less accurate than you know the network to "
    "be, look here\n"
    "  # first; `quantbench diagnose` tries the usual other ones.\n";

void WriteModel(const Outlook& outlook, const fs::path& file, std::ostream& text) {
  text << "model:\n  file: " << PathIn(file, outlook.model) << "   # gives "
       << CountText(outlook.outputs, "score") << '\n';
  if (outlook.architecture.empty()) return;
  text << "  architecture: " << outlook.architecture << "   # which its tensors tell\n"
       << "  # What a checkpoint doesn't tell:\n"
       << "  padding: symmetric             # torchvision's and timm's; same: TensorFlow's\n";
  if (outlook.architecture.starts_with("mobilenet_v2")) text << "  activation: relu6\n";
}

void WriteDataset(const Outlook& outlook, const fs::path& file, std::ostream& text) {
  const int64_t wanted = std::min(kCalibrationImages, outlook.calibration.images);
  const auto count = [](const FoundImages& found) {
    return found.list.empty()
               ? "of " + CountText(found.images, "image")
               : std::to_string(found.list.size()) + " of " + CountText(found.images, "image");
  };
  text << "dataset:\n  root: " << PathIn(file, outlook.root) << '\n';
  if (outlook.classes > 0)
    text << "  # " << CountText(outlook.classes, "class") << " were found.\n";
  if (outlook.classes > 0 && outlook.outputs == outlook.classes + 1) {
    text << "  # A guess, since the model has one output more: output 0 is a background class.\n"
         << "  label_offset: 1\n";
  } else if (outlook.classes > 0 && outlook.outputs != outlook.classes) {
    text << "  # The model has " << CountText(outlook.outputs, "output")
         << ": name all classes in their order, one per line.\n"
         << "  # synsets: FILE\n";
  }
  text << "  # No image is in both.\n  calibration: "
       << Subset(file, outlook.calibration, "calibration",
                 ", random: " + std::to_string(wanted) + ", seed: 0")
       << "   # " << count(outlook.calibration)
       << "\n  evaluation: " << Subset(file, outlook.evaluation, "evaluation", "") << "   # "
       << count(outlook.evaluation) << '\n';
  text << kPreprocessComment << "  preprocess: {resize: " << UsualResize(outlook.crop)
       << ", crop: " << SizeList(outlook.crop)
       << ", mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225]}\n"
       << (outlook.takes_any_size ? "  # The model takes crops of any size.\n"
                                  : "  # The model takes crops of that size only.\n");
}

void WriteList(const fs::path& file, const FoundImages& found) {
  if (found.list.empty()) return;
  WriteFileAtomically(file, [&](std::ostream& stream) {
    for (const std::string& path : found.list) stream << path << '\n';
  });
}

}  // namespace

Outlook LookAt(const fs::path& model, const fs::path& data) {
  Outlook outlook;
  LookAtModel(model, outlook);
  LookAtImages(data, outlook);
  return outlook;
}

void WriteScenario(const Outlook& outlook, const fs::path& file) {
  WriteList(ListBeside(file, "calibration"), outlook.calibration);
  WriteList(ListBeside(file, "evaluation"), outlook.evaluation);
  WriteFileAtomically(file, [&](std::ostream& text) {
    text << "# " << outlook.name << " in fp32 and int8, written by quantbench init.\n"
         << "# Every key: docs/scenario.md.\n"
         << "version: 1\nname: " << Quoted(outlook.name) << "\n\n";
    WriteModel(outlook, file, text);
    text << '\n';
    WriteDataset(outlook, file, text);
    text << '\n' << kMatrix;
  });
}

std::string BlankScenario() {
  std::ostringstream text;
  text << "# A network in fp32 and int8, written by quantbench init. With --model and --data it "
          "looks at yours.\n"
          "#   MODEL=model.onnx DATA=images quantbench run FILE\n"
          "# Every key: docs/scenario.md.\n"
          "version: 1\nname: mine\n\n"
          "model:\n"
          "  file: ${MODEL}                 # .onnx, or a checkpoint (.pth, .safetensors)\n\n"
          "dataset:\n"
          "  root: ${DATA}                  # with train/CLASS/IMAGE and val/CLASS/IMAGE\n"
          "  calibration: {split: train, random: 512, seed: 0}\n"
          "  evaluation: {split: val}\n"
       << kPreprocessComment
       << "  preprocess: {resize: 256, crop: 224, mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, "
          "0.225]}\n\n"
       << kMatrix;
  return text.str();
}

}  // namespace quantbench
