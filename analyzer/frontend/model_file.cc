#include "analyzer/frontend/model_file.h"

#include <sys/stat.h>
#include <zip.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fstream>
#include <memory>
#include <set>
#include <string_view>

namespace flopaudit {
namespace {

constexpr std::string_view kHowToSave = "save it with torch.jit.save(torch.jit.script(model)) or torch.jit.trace";

Error cannot_read(const std::string& path, const std::string& why) {
  return input_error("cannot read '" + path + "': " + why);
}

// Checks that need no look inside. On success the size of the file in bytes.
Result<std::uint64_t> check_readable(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    return cannot_read(path, errno == ENOENT ? "no such file" : std::strerror(errno));
  }
  if (S_ISDIR(status.st_mode)) return cannot_read(path, "it is a directory; give a TorchScript .pt file");
  if (!S_ISREG(status.st_mode)) return cannot_read(path, "it is not a regular file");
  if (!std::ifstream(path, std::ios::binary)) return cannot_read(path, "no permission");
  if (status.st_size == 0) return cannot_read(path, "the file is empty");
  return static_cast<std::uint64_t>(status.st_size);
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

struct ZipClose {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};

Error damaged(const std::string& path, const std::string& why) {
  return input_error("'" + path + "' is damaged or truncated: " + why);
}

// Names of all entries. Refuses what no writer makes: duplicates, and entries larger than the file.
Result<std::set<std::string>> entry_names(const std::string& path, std::uint64_t file_bytes) {
  int code = 0;
  const std::unique_ptr<zip_t, ZipClose> archive(zip_open(path.c_str(), ZIP_RDONLY, &code));
  if (archive == nullptr) return damaged(path, "its zip directory cannot be read");
  std::set<std::string> names;
  std::uint64_t stored_bytes = 0;
  const zip_int64_t count = zip_get_num_entries(archive.get(), 0);
  for (zip_int64_t i = 0; i < count; ++i) {
    zip_stat_t entry;
    if (zip_stat_index(archive.get(), static_cast<zip_uint64_t>(i), ZIP_FL_ENC_RAW, &entry) != 0) {
      return damaged(path, "entry " + std::to_string(i) + " of its zip directory cannot be read");
    }
    if (entry.comp_size > file_bytes - std::min(stored_bytes, file_bytes)) {
      return damaged(path, "its entries are larger than the file");
    }
    stored_bytes += entry.comp_size;
    if (!names.insert(entry.name).second)
      return damaged(path, "it holds two entries named '" + std::string(entry.name) + "'");
  }
  if (names.empty()) return damaged(path, "its zip archive is empty");
  return names;
}

// The folder that holds everything, as LibTorch takes it: that of the entries, which must be one.
std::string root_folder(const std::set<std::string>& names) {
  const std::size_t slash = names.begin()->find('/');
  return slash == std::string::npos ? "" : names.begin()->substr(0, slash);
}

bool has_entry_under(const std::set<std::string>& names, const std::string& prefix) {
  const auto found = names.lower_bound(prefix);
  return found != names.end() && found->compare(0, prefix.size(), prefix) == 0;
}

Result<void> check_is_torchscript(const std::string& path, const std::string& root,
                                  const std::set<std::string>& names) {
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
  FA_ASSIGN(const std::uint64_t file_bytes, check_readable(path));
  FA_TRY(check_first_bytes(path));
  FA_ASSIGN(const std::set<std::string> names, entry_names(path, file_bytes));
  ModelFile file;
  file.path = path;
  file.root = root_folder(names);
  FA_TRY(check_is_torchscript(path, file.root, names));
  file.has_traced_inputs = names.contains(file.root + "/traced_inputs.pkl");
  return file;
}

}  // namespace flopaudit
