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

peers="$build/peers"

# install_peer NAME: a tool that we compare with, in a folder of its own (both THOPs install as `thop`), once for each list
# of packages. None of them may bring a torch of its own.
install_peer() {
  local name="$1" packages=()
  case "$name" in
    thop-0.1.1) packages=(thop==0.1.1.post2209072238) ;;
    thop-2) packages=(ultralytics-thop==2.2.3) ;;
    fvcore) packages=(fvcore==0.1.5.post20221221 iopath==0.1.10 yacs==0.1.8 portalocker==4.4.2 termcolor==3.3.0
      tabulate==0.10.0 pyyaml==6.0.4 tqdm==4.70.1) ;;
    torchprofile) packages=(torchprofile==0.1.0) ;;
    ptflops) packages=(ptflops==0.7.5) ;;
    torch) ;; # torch.utils.flop_counter is torch's own
    *) die "there is no peer $name" ;;
  esac
  mkdir -p "$peers/$name"
  [ "$(cat "$peers/$name/.packages" 2>/dev/null)" = "${packages[*]}" ] && return 0
  rm -rf "${peers:?}/$name"
  quietly "peer_$name" "${FLOPAUDIT_PYTHON:-$venv_python}" -m pip install --no-deps --target "$peers/$name" "${packages[@]}"
  printf '%s' "${packages[*]}" >"$peers/$name/.packages"
}

charts_python="$build/charts/bin/python"

# install_charts: matplotlib in an environment of its own, so that no package of the models' one is replaced.
install_charts() {
  [ "$(cat "$build/charts/.packages" 2>/dev/null)" = "$charts_packages" ] && return 0
  quietly charts_venv "$venv_python" -m venv --clear "$build/charts"
  quietly charts "$charts_python" -m pip install "$charts_packages"
  printf '%s' "$charts_packages" >"$build/charts/.packages"
}
charts_packages=matplotlib==3.11.2

# compile_jobs: as many as there are processors, but no more than memory has room for, at 2 GB a file with LibTorch's
# headers.
compile_jobs() {
  local processors memory_jobs
  processors="$(nproc)"
  memory_jobs="$(awk '/^MemAvailable:/ { jobs = int($2 / 2000000); print jobs < 1 ? 1 : jobs }' /proc/meminfo)"
  echo $((processors < memory_jobs ? processors : memory_jobs))
}
