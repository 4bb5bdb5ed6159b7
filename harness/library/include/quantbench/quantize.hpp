// SPDX-License-Identifier: Apache-2.0
// quantbench as a library: a model's file to a float network, calibrated on images, to an integer
// network, to an ONNX file. The functions are those behind `quantbench quantize`: the same model,
// images and recipe give the same bytes. docs/library.md has an example and says what will stay.
//
// Values are cheap to copy and never change; any thread may use them. Functions start threads of
// their own where they are told so, print nothing, and may run at the same time.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "quantbench/error.hpp"

namespace quantbench {
inline namespace library_0 {

// What a model's file doesn't tell of its network.
struct ImportOptions {
  // Of a state dict alone; an ONNX file holds its network. Empty: whichever network the tensors
  // fit, `symmetric` and `relu6`. The values are those of a scenario's `model`: docs/scenario.md.
  std::string architecture, padding, activation;
  // How images become the network's input, as YAML: what a scenario's `dataset.preprocess` says,
  // "{preset: timm_bicubic, crop: 192}" for instance. Empty: torchvision's, with a crop of 224
  // pixels or of what the ONNX file asks for.
  std::string preprocess;
};

// A network in float32, ready for inference: batch norms folded, activations fused.
class FloatNetwork {
 public:
  struct Data;
  explicit FloatNetwork(std::shared_ptr<const Data> data);

  const std::string& name() const;
  std::vector<int64_t> input_shape() const;  // of an image: [3, height, width]
  int64_t outputs() const;                   // scores an image
  // In the order of execution: names that a recipe's `layers` can choose.
  std::vector<std::string> layers() const;

  const Data& data() const { return *data_; }

 private:
  std::shared_ptr<const Data> data_;
};

// Throws Error that names the file, and the tensor or operator: no model, a network that can't be
// quantised, options that don't fit.
FloatNetwork Import(const std::filesystem::path& model, const ImportOptions& options = {});

// How long work is done.
struct WorkOptions {
  int threads = 1;      // 0: as many as there are processors; results don't depend on it
  int batch_size = 32;  // images a float pass takes at once; some observers depend on it
  // Called from any thread of the work, one call at a time: images that calibration has done, then
  // layers that a technique has done. What it throws ends the work and is thrown on.
  std::function<void(int64_t done, int64_t total)> progress;
};

// real = (quint8 - zero_point) * scale; integers are clamped to 0..most
struct TensorQParams {
  std::string name;
  float scale;
  int32_t zero_point;
  int32_t most = 255;
};

// A float network and what an observer made of its activations on images.
class CalibratedNetwork {
 public:
  struct Data;
  explicit CalibratedNetwork(std::shared_ptr<const Data> data);

  // Of every tensor, the input first, in the order of execution.
  std::vector<TensorQParams> qparams() const;

  const Data& data() const { return *data_; }

 private:
  std::shared_ptr<const Data> data_;
};

// One float pass over the images that feeds the recipe's observer; techniques that rewrite the
// float network (cle) are applied first. `recipe` is YAML with the keys of a scenario's matrix:
// "{observer: histogram, granularity: per_tensor, techniques: cle+bias_correction}"; empty:
// minmax, per_channel. It means one statically quantised model. `images` is [n, 3, height, width],
// normalised, and is kept for techniques that need it. Throws Error: a recipe that is
// mistaken (located) or means no or several models, a size that isn't a whole number of images,
// NaN or infinity in a tensor (named).
CalibratedNetwork Calibrate(const FloatNetwork& network, const std::string& recipe,
                            std::vector<float> images, const WorkOptions& options = {});

// The same of image files (JPEG, PNG, WebP, ... as `quantbench run` reads them), resized, cropped
// and normalised as the network was imported to be: 4 * 3 * height * width bytes of memory each.
CalibratedNetwork Calibrate(const FloatNetwork& network, const std::string& recipe,
                            const std::vector<std::filesystem::path>& images,
                            const WorkOptions& options = {});

// A network on integers.
class QuantizedNetwork {
 public:
  struct Data;
  explicit QuantizedNetwork(std::shared_ptr<const Data> data);

  // What was done, a sentence each: layers that a technique changed or left alone, and why.
  const std::vector<std::string>& remarks() const;

  const Data& data() const { return *data_; }

 private:
  std::shared_ptr<const Data> data_;
};

// By the recipe that the network was calibrated for. Throws Error: a weight that isn't finite, a
// layer whose sums could leave int32.
QuantizedNetwork Quantize(const CalibratedNetwork& network, const WorkOptions& options = {});

// Without images: recipes of `quantization: dynamic`, whose activations get their qparams at run
// time, and of `quantization: given`, for files that are quantised already. Throws Error, also for
// a static recipe.
QuantizedNetwork Quantize(const FloatNetwork& network, const std::string& recipe);

// An ONNX file, in a folder that is made where it isn't there: float; QDQ; or, of dynamic recipes,
// DynamicQuantizeLinear. Opset 13, or 21 where weights have four bits or activations 16. The file
// is there whole or not at all. Throws WriteError.
void Export(const FloatNetwork& network, const std::filesystem::path& file);
void Export(const QuantizedNetwork& network, const std::filesystem::path& file);

}  // namespace library_0
}  // namespace quantbench
