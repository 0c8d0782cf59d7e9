# fa_fmt, fa_spdlog: fmt and spdlog as headers alone, compiled into what uses them. As shared libraries they bring the shared
# C++ library, whose symbols take the dynamic linker a quarter of the time that flopaudit takes to start.
add_library(fa_fmt INTERFACE)
target_link_libraries(fa_fmt INTERFACE fmt::fmt-header-only)
add_library(fa_spdlog INTERFACE)
# spdlog's own target of headers links the shared fmt.
target_include_directories(fa_spdlog SYSTEM INTERFACE $<TARGET_PROPERTY:spdlog::spdlog_header_only,INTERFACE_INCLUDE_DIRECTORIES>)
target_compile_definitions(fa_spdlog INTERFACE SPDLOG_FMT_EXTERNAL)
target_link_libraries(fa_spdlog INTERFACE fa_fmt Threads::Threads)
