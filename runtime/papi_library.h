// PAPI and libsde, opened when counters are first asked for: they bring libpfm, whose tables of every processor take
// the dynamic linker longer than reading a small model takes us, and `analyze` needs none of them.
#pragma once

#include <papi.h>
#include <sde_lib.h>

#include "analyzer/support/result.h"

namespace flopaudit {

// What we call of them.
#define FA_PAPI_FUNCTIONS(each)                                                                                     \
  each(PAPI_add_named_event) each(PAPI_cleanup_eventset) each(PAPI_create_eventset) each(PAPI_destroy_eventset)     \
      each(PAPI_disable_component_by_name) each(PAPI_library_init) each(PAPI_read) each(PAPI_start) each(PAPI_stop) \
          each(PAPI_strerror)
#define FA_SDE_FUNCTIONS(each) each(papi_sde_init) each(papi_sde_register_counter_cb)

struct PapiLibrary {
#define FA_MEMBER(name) decltype(&::name) name = nullptr;
  FA_PAPI_FUNCTIONS(FA_MEMBER)
  FA_SDE_FUNCTIONS(FA_MEMBER)
#undef FA_MEMBER
};

// Opened at the first call, never closed, not initialised. An environment Error where a library or a function is
// missing. libsde comes first and with its names visible to all: PAPI looks for them in the running program at its
// start and has no software-defined events where it finds none.
Result<const PapiLibrary*> papi_library();

}  // namespace flopaudit
