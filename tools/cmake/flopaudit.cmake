# fa_library(NAME [COLD] SOURCES ... [DEPENDS ...] [PRIVATE_DEPENDS ...])  one static library a folder, warnings as errors
# fa_test(NAME [TOGETHER] SOURCES ... DEPENDS ...)                         one GoogleTest program a folder, its cases found by ctest

set(FA_WARNINGS -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  list(APPEND FA_WARNINGS -Wno-restrict -Wno-maybe-uninitialized)  # g++ 12 warns falsely of `"text" + std::string` at -O3 (GCC bug 105329)
endif()

# COLD: what takes no time when it runs. A third of its compile time is worth more.
set(FA_COLD -O1)

function(fa_library name)
  cmake_parse_arguments(arg "COLD" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  add_library(${name} STATIC ${arg_SOURCES})
  target_include_directories(${name} PUBLIC ${PROJECT_SOURCE_DIR})
  target_compile_options(${name} PRIVATE ${FA_WARNINGS})
  if(arg_COLD)
    target_compile_options(${name} PRIVATE ${FA_COLD})
  endif()
  if(TARGET fa_headers)
    if(arg_COLD)
      fa_precompiled(${name} fa_cold_headers)
    else()
      fa_precompiled(${name} fa_headers)
    endif()
  endif()
  target_link_libraries(${name} PUBLIC ${arg_DEPENDS} PRIVATE ${arg_PRIVATE_DEPENDS})
endfunction()

# TOGETHER: all cases are one test of ctest. For thousands of short ones, which take less than a process each.
function(fa_test name)
  cmake_parse_arguments(arg "TOGETHER" "" "SOURCES;DEPENDS" ${ARGN})
  add_executable(${name} ${arg_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  target_compile_options(${name} PRIVATE ${FA_WARNINGS})
  # LibTorch's precompiled header wants its own flags.
  target_compile_options(${name} PRIVATE $<$<NOT:$<BOOL:$<TARGET_PROPERTY:${name},FA_USES_TORCH>>>:${FA_COLD}>)
  if(TARGET fa_test_headers)
    fa_precompiled(${name} fa_test_headers)
  endif()
  target_link_libraries(${name} PRIVATE ${arg_DEPENDS} fa_test_paths GTest::gtest_main GTest::gmock)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
  if(arg_TOGETHER)
    add_test(NAME ${name} COMMAND ${name} --gtest_brief=1)
    set_tests_properties(${name} PROPERTIES TIMEOUT 600)
  else()
    gtest_discover_tests(${name} DISCOVERY_TIMEOUT 60 PROPERTIES TIMEOUT 600)
  endif()
endfunction()

# fa_precompiled(NAME [HEADERS]): NAME takes the precompiled header of the target HEADERS in place of any other; without it,
# NAME has one of its own.
function(fa_precompiled name)
  if(ARGC GREATER 1)
    set_target_properties(${name} PROPERTIES PRECOMPILE_HEADERS_REUSE_FROM ${ARGV1})
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_LAUNCHER MATCHES "ccache")
    target_compile_options(${name} PRIVATE -fpch-preprocess)  # without it ccache keeps nothing of such a file
  endif()
endfunction()

# fa_uses_torch(NAME): the target's files may include LibTorch. They cost 25 s a file, so all targets that see them share
# one precompiled header, which every file of the target then includes. PRIVATE: the wheel ships an fmt of its own, whose
# headers would otherwise hide Debian's from whoever links this target. A test that needs both calls this for itself.
function(fa_uses_torch name)
  target_link_libraries(${name} PRIVATE fa_torch)
  fa_precompiled(${name} fa_torch_pch)
  set_target_properties(${name} PROPERTIES FA_USES_TORCH TRUE)
endfunction()
