# shellcheck shell=bash
# Makes a bare Debian machine ready: packages, the private root, node_modules. Sourced by scripts/{prepare,start,test}.
# Everything here can be run again at any time and does only what is missing.

project="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
root_packages="$project/scripts/lib/root-packages.txt"

say() { printf '%s\n' "$*"; }
# One clear line that says what to do, and the end.
give_up() {
  printf 'hotline: %s\n' "$*" >&2
  exit 1
}

# The folder is named after the list of packages (see locate-root.ts): a new list makes a new root.
root_path() {
  local hash
  hash="$(sha256sum "$root_packages" | cut -c1-12)"
  printf '%s' "${HOTLINE_ROOT:-/var/lib/hotline/root-$hash}"
}

need_root() {
  [ "$(id -u)" -eq 0 ] || give_up "this must run as root (it installs packages and gives each server a user of its own): use sudo $1"
}

need_debian() {
  [ -r /etc/os-release ] || give_up "this is not a Debian machine (no /etc/os-release)"
  # shellcheck source=/dev/null
  . /etc/os-release
  case "${ID:-} ${ID_LIKE:-}" in
    *debian*) ;;
    *) give_up "this machine runs ${PRETTY_NAME:-another system}; Debian 12 or 13 is needed" ;;
  esac
}

# need_space FOLDER MEBIBYTES: the folder need not be there yet.
need_space() {
  local folder="$1" least="$2" free
  while [ ! -d "$folder" ]; do folder="$(dirname "$folder")"; done
  free="$(df --output=avail -m "$folder" | tail -1 | tr -d ' ')"
  [ "$free" -ge "$least" ] || give_up "the disk of $folder has $free MB free and $least MB are needed: make room and run this again"
}

# Installs Debian packages that are missing, by the names of the programs they bring: `program=package`.
need_programs() {
  local pair missing=()
  for pair in "$@"; do
    command -v "${pair%%=*}" >/dev/null 2>&1 || missing+=("${pair#*=}")
  done
  [ ${#missing[@]} -eq 0 ] && return
  say "Installing ${missing[*]} (apt) …"
  need_space /var/cache/apt 1000
  export DEBIAN_FRONTEND=noninteractive
  local log
  log="$(mktemp)"
  # A mirror that is asked while it is being updated answers wrongly once; a second look finds it whole.
  if ! { apt-get -q update && apt-get -q -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 &&
    ! { apt-get -q update && apt-get -q -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    local why
    why="$(grep -E '^(E|Err|W):' "$log" | head -1 || true)"
    give_up "apt could not install ${missing[*]} (${why:-see $log}): check /etc/apt/sources.list.d and the network, then run this again"
  fi
  rm -f "$log"
}

# The machine's own Debian mirror, from its own apt sources, without security and updates.
machine_mirror() {
  apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 2>/dev/null |
    awk '$3 == "main" && $2 !~ /-(security|updates|backports)/ && $1 !~ /security/ { print $1; exit }'
}

# Proxies and the like that the machine's apt needs, for the root's apt, which does not read the machine's settings.
machine_apt_options() {
  apt-config dump | grep -E '^Acquire::(http|https|ftp)::[Pp]roxy' | sed 's/^\(.*\)$/--aptopt=\1/' || true
}

# The root is made beside its place and moved there when whole, so what stands at the path is whole or not there.
make_root() {
  local root="$1" building mirror log started
  building="$root.building"
  mirror="$(machine_mirror)"
  log="$root.log"
  mkdir -p "$(dirname "$root")"
  chmod 755 "$(dirname "$root")"
  if [ -e "$root" ] || [ -e "$building" ]; then
    say "Removing a half-made private root …"
    rm -rf --one-file-system "$root" "$building"
  fi
  need_space "$(dirname "$root")" 2048
  say "Making the private root at $root (Asterisk, PostgreSQL, Redis and speech from Debian forky; about two minutes) …"
  started=$SECONDS
  : >"$log"
  local options=() maker
  while IFS= read -r option; do [ -n "$option" ] && options+=("$option"); done < <(machine_apt_options)
  # A mirror kept as of a date has an expired release file; the signatures are still checked.
  mmdebstrap --mode=root --variant=minbase --include="$(paste -sd, "$root_packages")" \
    --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Retries "3"' "${options[@]}" \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --customize-hook='echo "127.0.0.1 localhost hotline A.ROOT-SERVERS.NET" >"$1/etc/hosts"' \
    forky "$building" ${mirror:+"$mirror"} >"$log" 2>&1 &
  maker=$!
  trap 'kill "$maker" 2>/dev/null; wait "$maker" 2>/dev/null; rm -rf --one-file-system "$building"; exit 130' INT TERM HUP
  tell_progress "$maker" "$log" "$started"
  if ! wait "$maker"; then
    local why
    why="$(grep -E '^(E|Err|W):' "$log" | grep -v '^E: mmdebstrap failed' | head -1 || true)"
    rm -rf --one-file-system "$building"
    give_up "the private root could not be made (${why:-no reason given}; log: $log): check the network and the disk, then run this again"
  fi
  trap - INT TERM HUP
  mv "$building" "$root"
  say "The private root is made ($((SECONDS - started)) s, $(du -sm "$root" | cut -f1) MB)."
}

# Repeats each new stage of mmdebstrap's log with the seconds passed, until the process has ended.
tell_progress() {
  local pid="$1" log="$2" started="$3" line
  while IFS= read -r line; do
    case "$line" in
      'I: '*...) say "  $((SECONDS - started)) s: ${line#I: }" ;;
    esac
  done < <(tail -n +1 -f --pid="$pid" "$log" 2>/dev/null)
}

root_is_whole() {
  [ -x "$1/usr/sbin/asterisk" ] && [ -x "$1/usr/lib/postgresql/18/bin/postgres" ] && [ -x "$1/usr/bin/redis-server" ] && [ -x "$1/usr/bin/sox" ]
}

# Two runs at once make one root: the second waits for the first.
prepare_root() {
  local root
  root="$(root_path)"
  if ! root_is_whole "$root"; then
    [ -z "${HOTLINE_ROOT:-}" ] || [ ! -e "$root" ] || give_up "HOTLINE_ROOT is $root, but that is no whole private root: remove it or unset HOTLINE_ROOT"
    need_programs mmdebstrap=mmdebstrap bwrap=bubblewrap
    mkdir -p "$(dirname "$root")"
    (
      flock -n 9 || {
        say "Another run is making the private root; waiting for it …"
        flock 9
      }
      root_is_whole "$root" || make_root "$root"
    ) 9>"$root.lock" || exit 1
  fi
  need_programs bwrap=bubblewrap setpriv=util-linux
  export HOTLINE_ROOT="$root"
}

# Whether node_modules holds what package-lock.json says. npm keeps a lock of what it has installed in there.
node_modules_are_fresh() {
  [ -x "$project/node_modules/.bin/node" ] && (cd "$project" && node_modules/.bin/node -e '
    const { packages: wanted } = JSON.parse(fs.readFileSync("package-lock.json", "utf8"))
    const { packages: here } = JSON.parse(fs.readFileSync("node_modules/.package-lock.json", "utf8"))
    const same = ([path, { version, optional }]) => path === "" || here[path]?.version === version || (optional && !here[path])
    process.exit(Object.entries(wanted).every(same) && Object.keys(here).every((path) => path in wanted) ? 0 : 1)
  ' 2>/dev/null)
}

# node_modules brings Node 24 itself; the machine's own Node only runs npm and may be old.
prepare_node() {
  if ! node_modules_are_fresh; then
    need_programs npm=npm
    need_space "$project" 1500
    mkdir -p "$project/.run"
    (
      flock 9
      node_modules_are_fresh && exit 0
      say "Installing Node 24 and the npm packages …"
      local log
      log="$(mktemp)"
      if ! (cd "$project" && npm ci --ignore-scripts --no-audit --no-fund) >"$log" 2>&1; then
        local why
        why="$(grep -E '^npm (ERR!|error)' "$log" | head -2 | tr '\n' ' ' || true)"
        give_up "npm could not install the packages (${why:-see $log}): check the network and the disk, then run this again"
      fi
      rm -f "$log"
    ) 9>"$project/.run/npm.lock" || exit 1
  fi
  export PATH="$project/node_modules/.bin:$PATH"
  local version
  version="$(node -p 'process.versions.node' 2>/dev/null || true)"
  case "$version" in
    24.* | 25.* | 26.*) ;;
    *) give_up "node_modules has no Node 24 for this machine ($(uname -m)); only x86_64 and aarch64 are served" ;;
  esac
}

prepare() {
  need_root "$0"
  need_debian
  prepare_root
  prepare_node
}
