// SPDX-License-Identifier: Apache-2.0
// Memory on cache line boundaries, for packed weights and arenas.
#pragma once

#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <type_traits>

namespace quantbench::engine {

// A fixed number of zeroed elements, aligned to 64 bytes.
template <class T>
class AlignedArray {
  static_assert(std::is_trivial_v<T>);

 public:
  AlignedArray() = default;
  explicit AlignedArray(size_t size)
      : data_(static_cast<T*>(::operator new (size * sizeof(T) + 64, std::align_val_t{64}))),
        size_(size) {
    std::memset(data_.get(), 0, size * sizeof(T) + 64);
  }
  T* data() { return data_.get(); }
  const T* data() const { return data_.get(); }
  size_t size() const { return size_; }
  T& operator[](size_t i) { return data_.get()[i]; }

 private:
  struct Delete {
    void operator()(T* p) const { ::operator delete (p, std::align_val_t{64}); }
  };
  std::unique_ptr<T, Delete> data_;
  size_t size_ = 0;
};

}  // namespace quantbench::engine
