# Sourced by the scripts of this folder: where things are, what they say, and how packages are installed.
# shellcheck shell=bash
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
build="$root/build"
venv="$build/venv"
venv_python="$venv/bin/python"

say() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; }
die() {
  say "$*"
  exit 1
}

# quietly WHAT COMMAND...: runs the command with its output in build/log/WHAT.log, which is shown only if it fails.
quietly() {
  local what="$1"
  shift
  mkdir -p "$build/log"
  local log="$build/log/$what.log"
  if ! "$@" >"$log" 2>&1; then
    tail -n 30 "$log" >&2
    die "$what failed; all that it said is in $log"
  fi
}

# as_root COMMAND...: fails where there is neither root nor a sudo that works here.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    "$@"
  else
    sudo "$@"
  fi
}

can_become_root() {
  [ "$(id -u)" -eq 0 ] && return 0
  command -v sudo >/dev/null || return 1
  # At a terminal sudo may ask; without one it must not need to.
  [ -t 0 ] || sudo -n true 2>/dev/null
}

# compile_jobs: as many as there are processors, but no more than memory has room for, at 2 GB a file with LibTorch's
# headers.
compile_jobs() {
  local processors memory_jobs
  processors="$(nproc)"
  memory_jobs="$(awk '/^MemAvailable:/ { jobs = int($2 / 2000000); print jobs < 1 ? 1 : jobs }' /proc/meminfo)"
  echo $((processors < memory_jobs ? processors : memory_jobs))
}
