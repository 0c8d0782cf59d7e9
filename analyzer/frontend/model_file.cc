#include "analyzer/frontend/model_file.h"

#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>

namespace flopaudit {
namespace {

constexpr std::string_view kHowToSave = "save it with torch.jit.save(torch.jit.script(model)) or torch.jit.trace";

Error cannot_read(const std::string& path, const std::string& why) {
  return input_error("cannot read '" + path + "': " + why);
}

// Checks that need no look inside.
Result<void> check_readable(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    return cannot_read(path, errno == ENOENT ? "no such file" : std::strerror(errno));
  }
  if (S_ISDIR(status.st_mode)) return cannot_read(path, "it is a directory; give a TorchScript .pt file");
  if (!S_ISREG(status.st_mode)) return cannot_read(path, "it is not a regular file");
  if (!std::ifstream(path, std::ios::binary)) return cannot_read(path, "no permission");
  if (status.st_size == 0) return cannot_read(path, "the file is empty");
  return {};
}

// What the first bytes say when they are not a zip's.
Result<void> check_first_bytes(const std::string& path) {
  std::array<char, 8> bytes{};
  std::ifstream(path, std::ios::binary).read(bytes.data(), bytes.size());
  const std::string_view start(bytes.data(), bytes.size());
  if (start.substr(0, 4) == std::string_view("PK\x03\x04", 4)) return {};
  if (start.substr(4, 4) == "PTMF") {
    return input_error(
        "'" + path +
        "' is a flatbuffer TorchScript file, which flopaudit refuses to load; save it again without flatbuffers");
  }
  if (start == "PYTORCH1") {
    return input_error(
        "'" + path + "' is a TorchScript file from before PyTorch 1.0, which no current LibTorch reads; save it again");
  }
  if (start[0] == '\x80' && start[1] >= 2 && start[1] <= 5) {
    return input_error("'" + path + "' is a torch.save pickle, which holds no TorchScript program; " +
                       std::string(kHowToSave));
  }
  return input_error("'" + path + "' is not a TorchScript file: it is no zip archive; " + std::string(kHowToSave));
}

Result<void> check_is_torchscript(const Archive& archive) {
  if (archive.has("constants.pkl") && archive.has_any_below("code/")) return {};
  const std::string quoted = "'" + archive.file() + "'";
  if (archive.has("archive_format") || archive.has_any_below("models/") ||
      archive.container().find("serialized_exported_program.json") != nullptr) {
    return input_error(quoted + " is a torch.export .pt2 file, which flopaudit does not read yet; " +
                       std::string(kHowToSave));
  }
  if (archive.has("model.json")) {
    return input_error(
        quoted + " is a TorchScript file from before PyTorch 1.4, which no current LibTorch reads; save it again");
  }
  if (archive.has("data.pkl")) {
    return input_error(quoted + " holds weights, no program (a state_dict or a module of torch.save); " +
                       std::string(kHowToSave));
  }
  if (archive.has_any_below(".data/")) {
    return input_error(quoted + " is a torch.package archive, which holds Python code, no TorchScript program; " +
                       std::string(kHowToSave));
  }
  return input_error(quoted + " is a zip archive, but not of TorchScript: it has no data.pkl, constants.pkl and code/");
}

}  // namespace

// Names of the file's own stand in what is said of it, and the file may have been made to fill a terminal or to steer
// it.
Error in_one_line(Error error) {
  constexpr std::size_t kLongest = 1500;
  std::string& text = error.message;
  if (text.size() > kLongest) {
    std::size_t end = kLongest;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;  // not inside of a character
    text = text.substr(0, end) + "...";
  }
  for (char& c : text) {
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = '?';
  }
  return error;
}

Result<Archive> open_model_archive(const std::string& path) {
  FA_TRY(check_readable(path));
  FA_TRY(check_first_bytes(path));
  FA_ASSIGN(Archive archive, Archive::open(path));
  FA_TRY(check_is_torchscript(archive));
  return archive;
}

Result<ModelFile> inspect_model_file(const std::string& path) {
  FA_ASSIGN(const Archive archive, open_model_archive(path));
  return ModelFile{path, archive.root(), archive.has_traced_inputs()};
}

}  // namespace flopaudit
