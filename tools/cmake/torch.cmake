# LibTorch: fa_torch (headers, libraries, run path) and fa_torch_pch (the precompiled header that its users share).
#
# Taken from, in this order:
#   1. the user's own: Torch_DIR, or the first entry of CMAKE_PREFIX_PATH that holds LibTorch;
#   2. the torch wheel of ${Python3_EXECUTABLE}, which tools/setup installs.
# A system LibTorch beside the chosen one must not be mixed in. TorchConfig.cmake looks for Caffe2 and c10 in all prefixes,
# not only its own, so the chosen prefix is put first, and configuring stops where the three still differ.

# The prefix of a package's configuration folder, or of the folder of a library.
function(fa_prefix_of path out)
  string(REGEX REPLACE "/(share|lib|lib64|lib/[^/]+)(/cmake/[^/]+)?/?$" "" prefix "${path}")
  file(REAL_PATH "${prefix}" prefix)
  set(${out} "${prefix}" PARENT_SCOPE)
endfunction()

function(fa_choose_torch_prefix out)
  set(directory "${Torch_DIR}")
  if(NOT directory)
    set(directory "$ENV{Torch_DIR}")
  endif()
  if(directory)
    if(NOT EXISTS "${directory}/TorchConfig.cmake")
      message(FATAL_ERROR "Torch_DIR is ${directory}, where there is no TorchConfig.cmake: give the folder that holds it.")
    endif()
    fa_prefix_of("${directory}" prefix)
  else()
    string(REPLACE ":" ";" from_environment "$ENV{CMAKE_PREFIX_PATH}")
    find_path(FA_USER_TORCH TorchConfig.cmake NO_CACHE NO_DEFAULT_PATH PATHS ${CMAKE_PREFIX_PATH} ${from_environment}
              PATH_SUFFIXES Torch share/cmake/Torch lib/cmake/Torch lib/${CMAKE_LIBRARY_ARCHITECTURE}/cmake/Torch)
    if(FA_USER_TORCH)
      fa_prefix_of("${FA_USER_TORCH}" prefix)
    else()
      execute_process(
        COMMAND ${Python3_EXECUTABLE} -c "import importlib.util as u; print(u.find_spec('torch').submodule_search_locations[0])"
        OUTPUT_VARIABLE prefix OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET RESULT_VARIABLE status)
      if(NOT status EQUAL 0)
        message(FATAL_ERROR "LibTorch is not found: run tools/setup, which installs the torch wheel, or give your own by "
                            "-DTorch_DIR=<folder of TorchConfig.cmake>.")
      endif()
    endif()
  endif()
  set(${out} "${prefix}" PARENT_SCOPE)
endfunction()

fa_choose_torch_prefix(FA_TORCH_PREFIX)
list(PREPEND CMAKE_PREFIX_PATH ${FA_TORCH_PREFIX})
# What an earlier configuration found in another LibTorch must not stay.
if(FA_TORCH_PREFIX_USED AND NOT FA_TORCH_PREFIX_USED STREQUAL FA_TORCH_PREFIX)
  unset(Caffe2_DIR CACHE)
  unset(c10_LIBRARY CACHE)
  unset(TORCH_LIBRARY CACHE)
endif()
set(FA_TORCH_PREFIX_USED ${FA_TORCH_PREFIX} CACHE INTERNAL "the LibTorch of the last configuration")

# Its configuration warns of what a CPU build does not have (kineto, CUDA): nothing that a user could act on.
set(CMAKE_MESSAGE_LOG_LEVEL ERROR)
find_package(Torch QUIET REQUIRED CONFIG)
unset(CMAKE_MESSAGE_LOG_LEVEL)

fa_prefix_of("${Torch_DIR}" torch_prefix)
fa_prefix_of("${Caffe2_DIR}" caffe2_prefix)
get_filename_component(c10_folder "${c10_LIBRARY}" DIRECTORY)
fa_prefix_of("${c10_folder}" c10_prefix)
if(NOT (torch_prefix STREQUAL caffe2_prefix AND torch_prefix STREQUAL c10_prefix))
  message(FATAL_ERROR "LibTorch is mixed from different installations: Torch from ${torch_prefix}, Caffe2 from "
                      "${caffe2_prefix}, c10 from ${c10_prefix}; give one of them alone by -DTorch_DIR, in a fresh build folder.")
endif()
message(STATUS "LibTorch ${Torch_VERSION} in ${torch_prefix}")

separate_arguments(fa_torch_flags UNIX_COMMAND "${TORCH_CXX_FLAGS}")
add_library(fa_torch INTERFACE)
target_include_directories(fa_torch SYSTEM INTERFACE ${TORCH_INCLUDE_DIRS})
target_compile_options(fa_torch INTERFACE ${fa_torch_flags})
target_link_libraries(fa_torch INTERFACE ${TORCH_LIBRARIES} Threads::Threads)

# A precompiled header serves only targets compiled with the same flags, hence our warnings here too.
add_library(fa_torch_pch OBJECT ${CMAKE_CURRENT_LIST_DIR}/headers.cc)
target_compile_options(fa_torch_pch PRIVATE ${FA_WARNINGS})
target_link_libraries(fa_torch_pch PRIVATE fa_torch)
target_precompile_headers(fa_torch_pch PRIVATE <torch/script.h> <torch/csrc/jit/ir/ir.h> <ATen/ATen.h>)
