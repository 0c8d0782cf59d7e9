// Nothing: a precompiled header needs a file of its target (CMakeLists.txt).
