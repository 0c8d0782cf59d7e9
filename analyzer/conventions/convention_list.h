// The conventions, one file each. A new one is declared here and listed in conventions.cc.
#pragma once

#include "analyzer/conventions/conventions.h"

namespace flopaudit {

extern const Convention kFlops;         // conventions.cc
extern const Convention kFvcore;        // fvcore.cc
extern const Convention kMacs;          // conventions.cc
extern const Convention kOnnxTool;      // onnx_tool.cc
extern const Convention kPtflops;       // ptflops.cc
extern const Convention kThop;          // thop.cc
extern const Convention kTorch;         // torch.cc
extern const Convention kTorchprofile;  // torchprofile.cc
extern const Convention kUltralytics;   // ultralytics_thop.cc
extern const Convention kXla;           // xla.cc

}  // namespace flopaudit
