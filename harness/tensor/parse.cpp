// SPDX-License-Identifier: Apache-2.0
// Shapes, number lists and typed-in tensors.
#include <algorithm>
#include <charconv>
#include <optional>

#include "support/error.h"
#include "support/number_text.h"
#include "tensor/limits.h"
#include "tensor/tensor.h"

namespace quantbench {
namespace {

constexpr std::string_view kBlanks = " \t\r\n";

// Reads "[[1,2],[3,4]]" and "1,2;3,4" from left to right.
class TensorReader {
 public:
  explicit TensorReader(std::string_view text) : text_(text) {}

  FloatTensor Read() {
    SkipBlanks();
    if (At('[')) {
      ReadList(0);
    } else {
      ReadRows();
    }
    if (position_ < text_.size()) Fail("unexpected '" + Rest() + "'");
    CheckShape(tensor_.shape, "--values");
    CheckFinite(tensor_, "--values");
    return std::move(tensor_);
  }

 private:
  [[noreturn]] void Fail(const std::string& what) const {
    throw Error("--values, character " + std::to_string(position_ + 1) + ": " + what +
                "; write rows as '1.5,-2;0.3,4' or nested as '[[1.5,-2],[0.3,4]]'");
  }

  std::string Rest() const { return std::string(text_.substr(position_, 12)); }
  bool At(char c) const { return position_ < text_.size() && text_[position_] == c; }

  void SkipBlanks() {
    position_ = std::min(text_.find_first_not_of(kBlanks, position_), text_.size());
  }

  // A comma, a blank, or both: whether another item may follow.
  void SkipSeparator() {
    SkipBlanks();
    if (!At(',')) return;
    ++position_;
    SkipBlanks();
    if (position_ == text_.size() || At(',') || At(';') || At(']')) Fail("a number is missing");
  }

  void ReadNumber() {
    const size_t plus = At('+') ? 1 : 0;  // from_chars knows none
    const char* const begin = text_.data() + position_ + plus;
    float value = 0;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
    if (error == std::errc::result_out_of_range) Fail("'" + Rest() + "' isn't a float32");
    if (error != std::errc()) Fail("expected a number, found '" + Rest() + "'");
    position_ += plus + static_cast<size_t>(end - begin);
    tensor_.values.push_back(value);
    if (tensor_.values.size() > static_cast<size_t>(kMaxTensorElements)) {
      Fail("more than " + CountText(kMaxTensorElements, "value"));
    }
  }

  // The size of a dimension: fixed by the first row, the same in all others.
  void SetSize(size_t dimension, int64_t size) {
    if (size == 0) Fail("an empty row");
    if (dimension >= tensor_.shape.size()) tensor_.shape.resize(dimension + 1, 0);
    int64_t& known = tensor_.shape[dimension];
    if (known != 0 && known != size) {
      Fail("this row holds " + std::to_string(size) + " where an earlier one holds " +
           std::to_string(known));
    }
    known = size;
  }

  void ReadRows() {
    int64_t rows = 0;
    const bool several = text_.find(';') != text_.npos;
    do {
      if (At(';')) ++position_;
      int64_t columns = 0;
      for (SkipBlanks(); position_ < text_.size() && !At(';'); SkipSeparator(), ++columns) {
        ReadNumber();
      }
      SetSize(several ? 1 : 0, columns);
      ++rows;
    } while (At(';'));
    if (several) SetSize(0, rows);
  }

  // At '['. Depth d holds the items of dimension d.
  void ReadList(size_t depth) {
    if (depth == kMaxTensorDimensions) Fail("more than 4 nested brackets");
    ++position_;
    int64_t items = 0;
    for (SkipBlanks(); !At(']'); SkipSeparator(), ++items) {
      if (position_ == text_.size()) Fail("a ']' is missing");
      if (At('[')) {
        if (leaf_depth_ && depth >= *leaf_depth_) Fail("a row where a number was before");
        ReadList(depth + 1);
      } else {
        if (leaf_depth_ && depth != *leaf_depth_) Fail("a number where a row was before");
        leaf_depth_ = depth;
        ReadNumber();
      }
    }
    SetSize(depth, items);
    ++position_;
    if (depth == 0) SkipBlanks();
  }

  std::string_view text_;
  size_t position_ = 0;
  std::optional<size_t> leaf_depth_;  // where numbers stand
  FloatTensor tensor_;
};

}  // namespace

Shape ParseShape(std::string_view text) {
  const std::string quoted = "the shape '" + std::string(text) + "'";
  Shape shape;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find('x', begin), text.size());
    int64_t size = 0;
    const auto result = std::from_chars(text.data() + begin, text.data() + end, size);
    if (result.ec != std::errc() || result.ptr != text.data() + end) {
      throw Error(quoted + " can't be read; write sizes with 'x' between them, for instance 2x3");
    }
    shape.push_back(size);
    begin = end + 1;
  }
  CheckShape(shape, quoted);
  return shape;
}

FloatTensor ParseTensor(std::string_view text) { return TensorReader(text).Read(); }

std::vector<double> ParseNumbers(std::string_view text, std::string_view option) {
  std::vector<double> numbers;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(',', begin), text.size());
    std::string_view item = text.substr(begin, end - begin);
    item.remove_prefix(std::min(item.find_first_not_of(kBlanks), item.size()));
    item = item.substr(0, item.find_last_not_of(kBlanks) + 1);
    double number = 0;
    const auto result = std::from_chars(item.data(), item.data() + item.size(), number);
    if (result.ec != std::errc() || result.ptr != item.data() + item.size()) {
      throw Error(std::string(option) + ": '" + std::string(item) +
                  "' isn't a number; give one, or one for each channel with commas between them");
    }
    numbers.push_back(number);
    begin = end + 1;
  }
  return numbers;
}

}  // namespace quantbench
