// SPDX-License-Identifier: Apache-2.0
// torch.save's format since PyTorch 1.6: a zip of data.pkl and one file a storage.
#include <zip.h>

#include <vector>

#include "model/checkpoint/checkpoint.h"
#include "support/error.h"

namespace quantbench {
namespace {

class ZipArchive {
 public:
  explicit ZipArchive(std::span<const std::byte> file) : file_size_(file.size()) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* const source = zip_source_buffer_create(file.data(), file.size(), 0, &error);
    zip_ = source == nullptr ? nullptr : zip_open_from_source(source, ZIP_RDONLY, &error);
    if (zip_ != nullptr) return;
    const std::string reason = zip_error_strerror(&error);
    zip_source_free(source);
    zip_error_fini(&error);
    throw Error("it begins like a zip file, but can't be opened as one (" + reason +
                "); it is damaged or truncated, fetch it again");
  }
  ~ZipArchive() { zip_discard(zip_); }
  ZipArchive(const ZipArchive&) = delete;
  ZipArchive& operator=(const ZipArchive&) = delete;

  std::vector<std::string> Names() const {
    std::vector<std::string> names;
    const zip_int64_t count = zip_get_num_entries(zip_, 0);
    for (zip_int64_t i = 0; i < count; ++i) {
      const char* const name = zip_get_name(zip_, static_cast<zip_uint64_t>(i), ZIP_FL_ENC_RAW);
      names.emplace_back(name == nullptr ? "" : name);
    }
    return names;
  }

  bool Has(const std::string& name) const { return zip_name_locate(zip_, name.c_str(), 0) >= 0; }

  // A whole entry; checks its CRC. torch.save never compresses, so no entry can be larger than the
  // file, and a small file can't ask for much memory.
  std::vector<std::byte> Read(const std::string& name) {
    zip_stat_t status;
    zip_stat_init(&status);
    if (zip_stat(zip_, name.c_str(), 0, &status) != 0)
      throw Error("the zip file has no entry " + pickle::Quote(name));
    if (status.comp_method != ZIP_CM_STORE || status.encryption_method != ZIP_EM_NONE)
      throw Error("the zip entry " + pickle::Quote(name) +
                  " is compressed or encrypted, which torch.save never does; unpack it and zip it "
                  "again without compression (zip -0 -r), or save it anew");
    if (status.size > file_size_)
      throw Error("the zip entry " + pickle::Quote(name) + " claims " +
                  std::to_string(status.size) + " bytes, more than the whole file");
    std::vector<std::byte> content(static_cast<size_t>(status.size));
    zip_file_t* const entry = zip_fopen_index(zip_, status.index, 0);
    const zip_int64_t read =
        entry == nullptr ? -1 : zip_fread(entry, content.data(), content.size());
    // The CRC is compared when a read finds the end.
    char past_end = 0;
    const bool ended = entry != nullptr && zip_fread(entry, &past_end, 1) == 0;
    if (entry != nullptr) zip_fclose(entry);
    if (read != static_cast<zip_int64_t>(content.size()) || !ended)
      throw Error("the zip entry " + pickle::Quote(name) +
                  " can't be read or its checksum is wrong; the file is damaged, fetch it again");
    return content;
  }

 private:
  size_t file_size_;
  zip_t* zip_ = nullptr;
};

class ZipCheckpoint : public Checkpoint {
 public:
  explicit ZipCheckpoint(std::span<const std::byte> file) : zip_(file) {
    prefix_ = FindPrefix();
    pickle_ = zip_.Read(prefix_ + "data.pkl");
    document_ = pickle::Parse(pickle_, 0, CheckGlobal);
    if (zip_.Has(prefix_ + "byteorder"))
      big_endian_ = IsBigEndian(zip_.Read(prefix_ + "byteorder"));
  }

  const pickle::Document& document() const override { return document_; }

  // Keeps the last storage only: callers ask for tensors in the order of their storages.
  std::span<const std::byte> StorageBytes(const StorageRef& storage) override {
    if (!has_storage_ || key_ != storage.key) {
      has_storage_ = false;
      storage_ = zip_.Read(prefix_ + "data/" + std::string(storage.key));
      key_ = storage.key;
      has_storage_ = true;
    }
    return storage_;
  }

  bool big_endian() const override { return big_endian_; }

 private:
  // The folder inside the zip: torch.save calls it like the file, or "archive".
  std::string FindPrefix() const {
    constexpr std::string_view kPickle = "data.pkl";
    for (const std::string& name : zip_.Names()) {
      if (name != kPickle && !name.ends_with("/data.pkl")) continue;
      const std::string prefix = name.substr(0, name.size() - kPickle.size());
      if (zip_.Has(prefix + "constants.pkl"))
        throw Error(
            "it is a TorchScript model, which holds code as well as weights; load it with "
            "torch.jit.load and save the weights alone: torch.save(model.state_dict(), "
            "'weights.pth')");
      return prefix;
    }
    throw Error(
        "it is a zip file, but not one that torch.save wrote (it has no data.pkl); if the "
        "checkpoint lies inside it, unpack it first");
  }

  static bool IsBigEndian(const std::vector<std::byte>& text) {
    const std::string_view order(reinterpret_cast<const char*>(text.data()), text.size());
    if (order != "little" && order != "big")
      throw Error("its byte order is " + pickle::Quote(order) + ", not 'little' or 'big'");
    return order == "big";
  }

  ZipArchive zip_;
  std::string prefix_;
  std::vector<std::byte> pickle_;
  pickle::Document document_;
  bool big_endian_ = false;
  bool has_storage_ = false;
  std::string key_;
  std::vector<std::byte> storage_;
};

}  // namespace

std::unique_ptr<Checkpoint> OpenZipCheckpoint(std::span<const std::byte> file) {
  return std::make_unique<ZipCheckpoint>(file);
}

}  // namespace quantbench
