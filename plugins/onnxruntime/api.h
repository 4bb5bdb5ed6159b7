// SPDX-License-Identifier: Apache-2.0
// What is used of ONNX Runtime's C interface, by the places of its functions in the table that
// OrtGetApiBase()->GetApi(version) gives. The table only grows, so places never change.
// (Source: https://onnxruntime.ai/docs/api/c/struct_ort_api.html)
#pragma once

#include <cstddef>
#include <cstdint>

namespace quantbench::onnxruntime {

constexpr uint32_t kLeastApi = 12;      // of ONNX Runtime 1.12
constexpr uint32_t kBuildInfoApi = 15;  // the first with GetBuildInfoString
constexpr char kEntryPoint[] = "OrtGetApiBase";

// Opaque there as well.
struct Env;
struct Status;
struct MemoryInfo;
struct Session;
struct SessionOptions;
struct RunOptions;
struct Value;
struct Allocator;
struct TensorInfo;

// Values of its enumerations.
enum ErrorCode : int { kNoError = 0, kInvalidArgument = 2, kNoSuchFile = 3 };
enum LoggingLevel : int { kLogErrors = 3 };
enum ExecutionMode : int { kSequential = 0 };
enum AllocatorKind : int { kDeviceAllocator = 0 };
enum MemoryKind : int { kDefaultMemory = 0 };
enum ElementType : int { kFloat32 = 1 };

using Table = const void* const*;

struct ApiBase {
  Table (*get_api)(uint32_t version);  // null: a version that the library doesn't have
  const char* (*version)();
};

// One function of the table, called like it.
template <int kPlaceInTable, class Signature>
struct Function;
template <int kPlaceInTable, class Result, class... Arguments>
struct Function<kPlaceInTable, Result(Arguments...)> {
  static constexpr int kPlace = kPlaceInTable;
  Table table = nullptr;

  bool IsThere() const { return table[kPlace] != nullptr; }
  Result operator()(Arguments... arguments) const {
    return reinterpret_cast<Result (*)(Arguments...)>(const_cast<void*>(table[kPlace]))(
        arguments...);
  }
};

// Functions that may fail give a status, which is null where they didn't.
struct Api {
  explicit constexpr Api(Table functions) : table(functions) {}
  Table table;

  Function<0, Status*(ErrorCode, const char*)> create_status{table};
  Function<1, ErrorCode(const Status*)> get_error_code{table};
  Function<2, const char*(const Status*)> get_error_message{table};
  Function<3, Status*(LoggingLevel, const char* name, Env**)> create_env{table};
  Function<7, Status*(const Env*, const char* file, const SessionOptions*, Session**)>
      create_session{table};
  Function<8,
           Status*(const Env*, const void* model, size_t bytes, const SessionOptions*, Session**)>
      create_session_from_array{table};
  Function<9, Status*(Session*, const RunOptions*, const char* const* input_names,
                      const Value* const* inputs, size_t, const char* const* output_names, size_t,
                      Value** outputs)>
      run{table};
  Function<10, Status*(SessionOptions**)> create_session_options{table};
  Function<13, Status*(SessionOptions*, ExecutionMode)> set_session_execution_mode{table};
  Function<23, Status*(SessionOptions*, int level)> set_session_graph_optimization_level{table};
  Function<24, Status*(SessionOptions*, int threads)> set_intra_op_num_threads{table};
  Function<25, Status*(SessionOptions*, int threads)> set_inter_op_num_threads{table};
  Function<30, Status*(const Session*, size_t*)> session_get_input_count{table};
  Function<31, Status*(const Session*, size_t*)> session_get_output_count{table};
  Function<36, Status*(const Session*, size_t, Allocator*, char**)> session_get_input_name{table};
  Function<37, Status*(const Session*, size_t, Allocator*, char**)> session_get_output_name{table};
  Function<49, Status*(const MemoryInfo*, void* data, size_t bytes, const int64_t* shape,
                       size_t rank, ElementType, Value**)>
      create_tensor_with_data_as_ort_value{table};
  Function<51, Status*(Value*, void** data)> get_tensor_mutable_data{table};
  Function<64, Status*(const TensorInfo*, size_t*)> get_tensor_shape_element_count{table};
  Function<65, Status*(const Value*, TensorInfo**)> get_tensor_type_and_shape{table};
  Function<69, Status*(AllocatorKind, MemoryKind, MemoryInfo**)> create_cpu_memory_info{table};
  Function<76, Status*(Allocator*, void*)> allocator_free{table};
  Function<78, Status*(Allocator**)> get_allocator_with_default_options{table};
  Function<92, void(Env*)> release_env{table};
  Function<93, void(Status*)> release_status{table};
  Function<94, void(MemoryInfo*)> release_memory_info{table};
  Function<95, void(Session*)> release_session{table};
  Function<96, void(Value*)> release_value{table};
  Function<99, void(TensorInfo*)> release_tensor_type_and_shape_info{table};
  Function<100, void(SessionOptions*)> release_session_options{table};
  Function<130, Status*(SessionOptions*, const char* key, const char* value)>
      add_session_config_entry{table};
};

// Of a table of kBuildInfoApi or later.
using GetBuildInfoString = Function<254, const char*()>;

}  // namespace quantbench::onnxruntime
