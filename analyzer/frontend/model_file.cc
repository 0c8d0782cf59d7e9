#include "analyzer/frontend/model_file.h"

#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <string_view>

#include "analyzer/frontend/torchscript/container.h"

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

using Records = std::map<std::string, ContainerRecord, std::less<>>;

// The folder that holds everything, as LibTorch takes it: that of the entries, which must be one.
std::string root_folder(const Records& names) {
  const std::size_t slash = names.begin()->first.find('/');
  return slash == std::string::npos ? "" : names.begin()->first.substr(0, slash);
}

bool has_entry_under(const Records& names, const std::string& prefix) {
  const auto found = names.lower_bound(prefix);
  return found != names.end() && found->first.compare(0, prefix.size(), prefix) == 0;
}

Result<void> check_is_torchscript(const std::string& path, const std::string& root, const Records& names) {
  const auto has = [&](const char* entry) { return names.contains(root + "/" + entry); };
  const bool has_code = has_entry_under(names, root + "/code/");
  if (has("constants.pkl") && has_code) return {};
  const std::string quoted = "'" + path + "'";
  if (has("archive_format") || has_entry_under(names, root + "/models/") ||
      names.contains("serialized_exported_program.json")) {
    return input_error(quoted + " is a torch.export .pt2 file, which flopaudit does not read yet; " +
                       std::string(kHowToSave));
  }
  if (has("model.json")) {
    return input_error(
        quoted + " is a TorchScript file from before PyTorch 1.4, which no current LibTorch reads; save it again");
  }
  if (has("data.pkl")) {
    return input_error(quoted + " holds weights, no program (a state_dict or a module of torch.save); " +
                       std::string(kHowToSave));
  }
  if (has_entry_under(names, root + "/.data/")) {
    return input_error(quoted + " is a torch.package archive, which holds Python code, no TorchScript program; " +
                       std::string(kHowToSave));
  }
  return input_error(quoted + " is a zip archive, but not of TorchScript: it has no data.pkl, constants.pkl and code/");
}

}  // namespace

Result<ModelFile> inspect_model_file(const std::string& path) {
  FA_TRY(check_readable(path));
  FA_TRY(check_first_bytes(path));
  FA_ASSIGN(const Container container, Container::open(path));
  const Records& names = container.records();
  ModelFile file;
  file.path = path;
  file.root = root_folder(names);
  FA_TRY(check_is_torchscript(path, file.root, names));
  file.has_traced_inputs = names.contains(file.root + "/traced_inputs.pkl");
  return file;
}

}  // namespace flopaudit
