// SPDX-License-Identifier: Apache-2.0
// A model's file to an int8 ONNX file, by quantbench as a library. Calibrates on image files, or on
// one file of float32 numbers, [n, 3, height, width], that are normalised already (*.f32).
#include <quantbench/quantize.hpp>

#include <fstream>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

namespace {

std::vector<float> ReadFloats(const std::filesystem::path& file) {
  std::vector<float> numbers(std::filesystem::file_size(file) / sizeof(float));
  std::ifstream(file, std::ios::binary)
      .read(reinterpret_cast<char*>(numbers.data()),
            static_cast<std::streamsize>(numbers.size() * sizeof(float)));
  return numbers;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 6) {
    std::cerr << "usage: quantize_model MODEL PREPROCESS RECIPE OUT.onnx IMAGE...\n";
    return 2;
  }
  const std::filesystem::path model = argv[1], out = argv[4];
  const std::string recipe = argv[3];
  const std::vector<std::filesystem::path> images(argv + 5, argv + argc);
  try {
    quantbench::ImportOptions options;
    options.preprocess = argv[2];
    const auto network = quantbench::Import(model, options);
    quantbench::WorkOptions work;
    work.threads = 0;  // all processors
    const auto calibrated = images.front().extension() == ".f32"
                                ? Calibrate(network, recipe, ReadFloats(images.front()), work)
                                : Calibrate(network, recipe, images, work);
    const auto quantized = Quantize(calibrated, work);
    Export(quantized, out);
    for (const std::string& remark : quantized.remarks()) std::cout << remark << '\n';
    std::cout << network.name() << ": " << std::filesystem::file_size(out) << " bytes\n";
  } catch (const quantbench::Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
