#include "runtime/papi_library.h"

#include <dlfcn.h>

#include <string>

namespace flopaudit {
namespace {

// The system's own of that name, or the one that this program was built beside.
Result<void*> open_library(const char* name, const char* built_beside) {
  for (const char* file : {name, built_beside}) {
    if (void* library = dlopen(file, RTLD_NOW | RTLD_GLOBAL)) return library;
  }
  return environment_error("the counters are read through PAPI, and its library cannot be opened: " +
                           std::string(dlerror()) + "; install libpapi-dev, or set LD_LIBRARY_PATH to where it is");
}

template <typename Function>
bool find(void* library, const char* name, Function& function) {
  function = reinterpret_cast<Function>(dlsym(library, name));
  return function != nullptr;
}

Error misses(const char* library, const char* function) {
  return environment_error("the library " + std::string(library) + " has no function " + function +
                           "; install the PAPI that this program was built with");
}

Result<PapiLibrary> open_both() {
  PapiLibrary papi;
  FA_ASSIGN(void* const sde, open_library(FLOPAUDIT_SDE_NAME, FLOPAUDIT_SDE_FILE));
#define FA_FIND(name) \
  if (!find(sde, #name, papi.name)) return misses(FLOPAUDIT_SDE_NAME, #name);
  FA_SDE_FUNCTIONS(FA_FIND)
#undef FA_FIND
  FA_ASSIGN(void* const library, open_library(FLOPAUDIT_PAPI_NAME, FLOPAUDIT_PAPI_FILE));
#define FA_FIND(name) \
  if (!find(library, #name, papi.name)) return misses(FLOPAUDIT_PAPI_NAME, #name);
  FA_PAPI_FUNCTIONS(FA_FIND)
#undef FA_FIND
  return papi;
}

}  // namespace

Result<const PapiLibrary*> papi_library() {
  static const Result<PapiLibrary> opened = open_both();
  if (!opened) return opened.error();
  return &*opened;
}

}  // namespace flopaudit
