// Nothing: a target that exists for its precompiled header needs a file (headers.cmake, torch.cmake).
