// SPDX-License-Identifier: Apache-2.0
// torch.save's format before PyTorch 1.6: five pickles one after another, then raw storages.
#include <map>

#include "model/checkpoint/byte_reader.h"
#include "model/checkpoint/checkpoint.h"
#include "support/error.h"

namespace quantbench {
namespace {

// 0x1950a86a20f9469cfc6c, little-endian, with the sign byte that Python's format has no need of.
constexpr std::string_view kMagic{"\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19", 10};
constexpr int64_t kProtocolVersion = 1001;

class LegacyCheckpoint : public Checkpoint {
 public:
  explicit LegacyCheckpoint(std::span<const std::byte> file) : file_(file) {
    // sys_info (byte order and integer sizes of the writer) is read for its length alone: PyTorch
    // writes the storages little-endian on every machine.
    const size_t object_begin = NextPickle(CheckHeader()).end;
    document_ = NextPickle(object_begin);
    ReadStorages(NextPickle(document_.end));
  }

  const pickle::Document& document() const override { return document_; }

  std::span<const std::byte> StorageBytes(const StorageRef& storage) override {
    const auto found = storages_.find(storage.key);
    if (found == storages_.end())
      throw Error("storage " + pickle::Quote(storage.key) + " is not in the file");
    return found->second;
  }

  bool big_endian() const override { return false; }

 private:
  pickle::Document NextPickle(size_t begin) const {
    return pickle::Parse(file_, begin, CheckGlobal);
  }

  size_t CheckHeader() const {
    const pickle::Document magic = NextPickle(0);
    const auto* const number = magic.As<pickle::BigInteger>(magic.root);
    if (number == nullptr || number->bytes != kMagic)
      throw Error(
          "it is a Python pickle, but not one that torch.save wrote (its magic number is missing); "
          "save the weights with torch.save(model.state_dict(), 'weights.pth')");
    const pickle::Document version = NextPickle(magic.end);
    const auto* const protocol = version.As<int64_t>(version.root);
    if (protocol == nullptr || *protocol != kProtocolVersion)
      throw Error("its torch.save protocol is not 1001, the only one that there is");
    return version.end;
  }

  // After the last pickle, the list of keys, come the storages in that order: a 64-bit count of
  // elements and the elements, whose width only the object pickle tells.
  void ReadStorages(const pickle::Document& keys) {
    std::map<std::string_view, const ElementType*> types;
    for (const pickle::Object& object : document_.objects) {
      const auto* const id = std::get_if<pickle::PersistentId>(&object);
      if (id == nullptr) continue;
      const StorageRef storage = ParseStorageRef(document_, *id);
      if (types.emplace(storage.key, storage.type).first->second != storage.type)
        throw Error("storage " + pickle::Quote(storage.key) + " has two element types");
    }
    const auto* const list = keys.As<pickle::List>(keys.root);
    if (list == nullptr)
      throw Error("the list of storages is missing, found " + Describe(keys.at(keys.root)));
    size_t offset = keys.end;
    for (const pickle::Ref ref : list->items) {
      const auto* const key = keys.As<std::string>(ref);
      if (key == nullptr || !types.contains(*key))
        throw Error("the list of storages names " + Describe(keys.at(ref)) +
                    ", which no tensor uses");
      offset = ReadStorage(*key, types.at(*key)->bytes, offset);
    }
  }

  // The offset after the storage.
  size_t ReadStorage(const std::string& key, size_t width, size_t offset) {
    ByteReader in(file_, offset);
    const uint64_t elements = in.LittleEndian(8);
    const size_t begin = in.offset();
    if (elements > (file_.size() - begin) / width)
      throw Error("the file ends inside storage " + pickle::Quote(key) +
                  "; it is truncated, fetch it again");
    storages_[key] = file_.subspan(begin, static_cast<size_t>(elements) * width);
    return begin + static_cast<size_t>(elements) * width;
  }

  std::span<const std::byte> file_;
  pickle::Document document_;
  std::map<std::string, std::span<const std::byte>, std::less<>> storages_;
};

}  // namespace

std::unique_ptr<Checkpoint> OpenLegacyCheckpoint(std::span<const std::byte> file) {
  return std::make_unique<LegacyCheckpoint>(file);
}

}  // namespace quantbench
