// SPDX-License-Identifier: Apache-2.0
// Where ONNX Runtime's own header is found, it says whether the plugin's places in its table are
// right. There is nothing to run: it compiles.
#include <onnxruntime_c_api.h>

#include <cstddef>

#include "api.h"

namespace quantbench::onnxruntime {
namespace {

#define SAME_PLACE(ours, theirs) \
  static_assert(decltype(Api::ours)::kPlace * sizeof(void*) == offsetof(OrtApi, theirs), #theirs)

SAME_PLACE(create_status, CreateStatus);
SAME_PLACE(get_error_code, GetErrorCode);
SAME_PLACE(get_error_message, GetErrorMessage);
SAME_PLACE(create_env, CreateEnv);
SAME_PLACE(create_session, CreateSession);
SAME_PLACE(create_session_from_array, CreateSessionFromArray);
SAME_PLACE(run, Run);
SAME_PLACE(create_session_options, CreateSessionOptions);
SAME_PLACE(set_session_execution_mode, SetSessionExecutionMode);
SAME_PLACE(set_session_graph_optimization_level, SetSessionGraphOptimizationLevel);
SAME_PLACE(set_intra_op_num_threads, SetIntraOpNumThreads);
SAME_PLACE(set_inter_op_num_threads, SetInterOpNumThreads);
SAME_PLACE(session_get_input_count, SessionGetInputCount);
SAME_PLACE(session_get_output_count, SessionGetOutputCount);
SAME_PLACE(session_get_input_name, SessionGetInputName);
SAME_PLACE(session_get_output_name, SessionGetOutputName);
SAME_PLACE(create_tensor_with_data_as_ort_value, CreateTensorWithDataAsOrtValue);
SAME_PLACE(get_tensor_mutable_data, GetTensorMutableData);
SAME_PLACE(get_tensor_shape_element_count, GetTensorShapeElementCount);
SAME_PLACE(get_tensor_type_and_shape, GetTensorTypeAndShape);
SAME_PLACE(create_cpu_memory_info, CreateCpuMemoryInfo);
SAME_PLACE(allocator_free, AllocatorFree);
SAME_PLACE(get_allocator_with_default_options, GetAllocatorWithDefaultOptions);
SAME_PLACE(release_env, ReleaseEnv);
SAME_PLACE(release_status, ReleaseStatus);
SAME_PLACE(release_memory_info, ReleaseMemoryInfo);
SAME_PLACE(release_session, ReleaseSession);
SAME_PLACE(release_value, ReleaseValue);
SAME_PLACE(release_tensor_type_and_shape_info, ReleaseTensorTypeAndShapeInfo);
SAME_PLACE(release_session_options, ReleaseSessionOptions);
SAME_PLACE(add_session_config_entry, AddSessionConfigEntry);
#undef SAME_PLACE

#if ORT_API_VERSION >= 15
static_assert(GetBuildInfoString::kPlace * sizeof(void*) == offsetof(OrtApi, GetBuildInfoString));
#endif
static_assert(offsetof(ApiBase, version) == offsetof(OrtApiBase, GetVersionString));
// Enumerations of different types.
constexpr bool Same(int ours, int theirs) { return ours == theirs; }
static_assert(Same(kInvalidArgument, ORT_INVALID_ARGUMENT));
static_assert(Same(kNoSuchFile, ORT_NO_SUCHFILE));
static_assert(Same(kLogErrors, ORT_LOGGING_LEVEL_ERROR));
static_assert(Same(kSequential, ORT_SEQUENTIAL));
static_assert(Same(kDeviceAllocator, OrtDeviceAllocator));
static_assert(Same(kDefaultMemory, OrtMemTypeDefault));
static_assert(Same(kFloat32, ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT));

}  // namespace
}  // namespace quantbench::onnxruntime
