// SPDX-License-Identifier: Apache-2.0
// Layout: header, qb_tensor structs, qb_node structs, then all that they point to.
#include "backend/model_file.h"

#include <array>
#include <cstring>
#include <span>
#include <string_view>

#include "support/error.h"
#include "support/hash.h"

namespace quantbench {
namespace {

constexpr std::array<char, 16> kMagic = {"quantbench mdl1"};
constexpr size_t kAlignment = 64;  // of data: a cache line, and any vector register
constexpr uint64_t kNull = 0;      // offset 0 is the header: nothing else lies there

struct Header {
  std::array<char, 16> magic;
  uint64_t checksum;  // of everything behind this field
  uint64_t file_bytes;
  // Another build may have other structs.
  uint64_t tensor_bytes, node_bytes;
  uint64_t num_tensors, num_nodes;
  uint64_t name;  // offset
  int64_t input, output;
};
constexpr size_t kSealed = offsetof(Header, file_bytes);

// A struct's pointer field holds an offset while it lies in the file.
template <class T>
const T* AsPointer(uint64_t offset) {
  return reinterpret_cast<const T*>(static_cast<uintptr_t>(offset));
}
template <class T>
uint64_t AsOffset(const T* pointer) {
  return static_cast<uint64_t>(reinterpret_cast<uintptr_t>(pointer));
}

class Flattener {
 public:
  explicit Flattener(const qb_model& model) : model_(model) {}

  std::string Flatten() {
    const auto tensors = static_cast<size_t>(model_.num_tensors);
    const auto nodes = static_cast<size_t>(model_.num_nodes);
    bytes_.assign(sizeof(Header) + tensors * sizeof(qb_tensor) + nodes * sizeof(qb_node), '\0');
    for (size_t i = 0; i < tensors; ++i) PutTensor(*model_.tensors[i], i);
    for (size_t i = 0; i < nodes; ++i) PutNode(*model_.nodes[i], i, tensors);
    Header header{.magic = kMagic,
                  .tensor_bytes = sizeof(qb_tensor),
                  .node_bytes = sizeof(qb_node),
                  .num_tensors = tensors,
                  .num_nodes = nodes,
                  .name = AppendText(model_.name),
                  .input = model_.input,
                  .output = model_.output};
    header.file_bytes = bytes_.size();
    std::memcpy(bytes_.data(), &header, sizeof(header));
    header.checksum = Checksum64(std::as_bytes(std::span(bytes_)).subspan(kSealed));
    std::memcpy(bytes_.data(), &header, sizeof(header));
    return std::move(bytes_);
  }

 private:
  uint64_t Append(const void* data, size_t bytes) {
    if (data == nullptr) return kNull;
    bytes_.resize((bytes_.size() + kAlignment - 1) / kAlignment * kAlignment);
    const uint64_t offset = bytes_.size();
    bytes_.append(static_cast<const char*>(data), bytes);
    return offset;
  }
  uint64_t AppendText(const char* text) { return Append(text, std::strlen(text) + 1); }

  void PutTensor(qb_tensor tensor, size_t index) {
    const auto qparams = static_cast<size_t>(tensor.num_qparams);
    tensor.name = AsPointer<char>(AppendText(tensor.name));
    tensor.scales =
        AsPointer<float>(qparams == 0 ? kNull : Append(tensor.scales, qparams * sizeof(float)));
    tensor.zero_points = AsPointer<int32_t>(
        qparams == 0 ? kNull : Append(tensor.zero_points, qparams * sizeof(int32_t)));
    tensor.data = AsPointer<std::byte>(Append(tensor.data, tensor.data_bytes));
    std::memcpy(bytes_.data() + sizeof(Header) + index * sizeof(tensor), &tensor, sizeof(tensor));
  }

  void PutNode(qb_node node, size_t index, size_t tensors) {
    node.name = AsPointer<char>(AppendText(node.name));
    node.inputs = AsPointer<int32_t>(
        Append(node.inputs, static_cast<size_t>(node.num_inputs) * sizeof(int32_t)));
    std::memcpy(bytes_.data() + sizeof(Header) + tensors * sizeof(qb_tensor) + index * sizeof(node),
                &node, sizeof(node));
  }

  const qb_model& model_;
  std::string bytes_;
};

// Turns offsets into pointers, none of which leads out of the file.
class Resolver {
 public:
  explicit Resolver(std::span<const std::byte> file) : file_(file) {}

  template <class T>
  void Fix(const T*& field, int64_t count) const {
    const uint64_t offset = AsOffset(field);
    field = offset == kNull ? nullptr : static_cast<const T*>(At(offset, count, sizeof(T)));
  }
  void FixText(const char*& field) const { field = Text(AsOffset(field)); }
  void FixData(const void*& field, uint64_t bytes) const {
    const uint64_t offset = AsOffset(field);
    field = offset == kNull ? nullptr : At(offset, static_cast<int64_t>(bytes), 1);
  }
  const char* Text(uint64_t offset) const {
    const auto* const text = static_cast<const char*>(At(offset, 1, 1));
    if (std::memchr(text, 0, file_.size() - offset) == nullptr) throw Error("is damaged: a name");
    return text;
  }
  // Reads `count` structs at an offset.
  template <class T>
  std::vector<T> Structs(uint64_t offset, uint64_t count) const {
    std::vector<T> structs(count);
    const void* const begin = At(offset, static_cast<int64_t>(count), sizeof(T));
    std::memcpy(static_cast<void*>(structs.data()), begin, count * sizeof(T));
    return structs;
  }

 private:
  const void* At(uint64_t offset, int64_t count, size_t size) const {
    const uint64_t room = offset > file_.size() ? 0 : file_.size() - offset;
    if (count < 0 || offset < sizeof(Header) || static_cast<uint64_t>(count) > room / size)
      throw Error("is damaged: something lies beyond its end");
    return file_.data() + offset;
  }
  std::span<const std::byte> file_;
};

Header ReadHeader(std::span<const std::byte> bytes) {
  Header header;
  if (bytes.size() < sizeof(header)) throw Error("is too short");
  std::memcpy(&header, bytes.data(), sizeof(header));
  if (header.magic != kMagic) throw Error("is not a model file");
  if (header.file_bytes != bytes.size()) throw Error("is truncated or too long");
  if (header.checksum != Checksum64(bytes.subspan(kSealed)))
    throw Error("is damaged: its checksum doesn't match");
  if (header.tensor_bytes != sizeof(qb_tensor) || header.node_bytes != sizeof(qb_node))
    throw Error("was written by another build");
  // Above this the product of count and size could wrap around.
  if (header.num_tensors > bytes.size() || header.num_nodes > bytes.size())
    throw Error("is damaged: it counts more than it can hold");
  return header;
}

bool IsIndex(int64_t index, size_t count) {
  return index >= 0 && static_cast<uint64_t>(index) < count;
}

}  // namespace

std::string FlattenModel(const qb_model& model) { return Flattener(model).Flatten(); }

MappedModel::MappedModel(const std::filesystem::path& file) : file_(file) {
  try {
    Load();
  } catch (const Error& error) {
    throw Error("model file '" + file.string() + "' " + error.what());
  }
}

void MappedModel::Load() {
  const std::span<const std::byte> bytes = file_.bytes();
  const Header header = ReadHeader(bytes);
  const Resolver resolver(bytes);
  tensors_ = resolver.Structs<qb_tensor>(sizeof(Header), header.num_tensors);
  nodes_ = resolver.Structs<qb_node>(sizeof(Header) + header.num_tensors * sizeof(qb_tensor),
                                     header.num_nodes);
  for (qb_tensor& tensor : tensors_) {
    resolver.FixText(tensor.name);
    resolver.Fix(tensor.scales, tensor.num_qparams);
    resolver.Fix(tensor.zero_points, tensor.num_qparams);
    resolver.FixData(tensor.data, tensor.data_bytes);
    tensor_pointers_.push_back(&tensor);
  }
  for (qb_node& node : nodes_) {
    resolver.FixText(node.name);
    resolver.Fix(node.inputs, node.num_inputs);
    bool good = IsIndex(node.output, tensors_.size());
    for (int32_t i = 0; i < node.num_inputs; ++i)
      good = good && IsIndex(node.inputs[i], tensors_.size());
    if (!good) throw Error("is damaged: a node names a tensor that isn't there");
    node_pointers_.push_back(&node);
  }
  if (!IsIndex(header.input, tensors_.size()) || !IsIndex(header.output, tensors_.size()))
    throw Error("is damaged: its input or output isn't there");
  model_ = {.struct_size = sizeof(qb_model),
            .name = resolver.Text(header.name),
            .tensors = tensor_pointers_.data(),
            .num_tensors = static_cast<int32_t>(tensors_.size()),
            .nodes = node_pointers_.data(),
            .num_nodes = static_cast<int32_t>(nodes_.size()),
            .input = static_cast<int32_t>(header.input),
            .output = static_cast<int32_t>(header.output)};
}

}  // namespace quantbench
