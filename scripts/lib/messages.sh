# shellcheck shell=bash
# What the shell scripts say, Chinese first, English second. `%s`: filled in, in the same order in both.
declare -A zh=(
  [interrupted]='已中断；可随时重新运行。'
  [needRoot]='须以 root 运行（要安装软件包，并为每个服务设置独立用户）：请用 sudo %s'
  [notDebian]='本机不是 Debian（没有 /etc/os-release）'
  [otherSystem]='本机系统为 %s，需要 Debian 12 或 13'
  [noSpace]='%s 所在磁盘仅剩 %s MB，至少需要 %s MB：请清理后重新运行'
  [installing]='正在安装 %s（apt）…'
  [aptFailed]='apt 未能安装 %s（%s；日志：%s）：请检查 /etc/apt/sources.list.d 与网络，然后重新运行'
  [removingHalf]='正在清除未完成的私有根目录 …'
  [makingRoot]='正在制作私有根目录 %s（取自 Debian forky 的 Asterisk、PostgreSQL、Redis 与语音；约两分钟）…'
  [rootFailed]='私有根目录制作失败（%s；日志：%s）：请检查网络与磁盘，然后重新运行'
  [rootNotMoved]='私有根目录未能移到 %s'
  [rootMade]='私有根目录已制作完成（%s 秒，%s MB）。'
  [rootAwaited]='另一进程正在制作私有根目录，等待其完成 …'
  [packagesAwaited]='另一进程正在安装 npm 软件包，等待其完成 …'
  [rootTorso]='HOTLINE_ROOT 为 %s，但那不是完整的私有根目录：请删除它或取消 HOTLINE_ROOT'
  [noNode]='没有适合本机（%s）的 Node 24；仅支持 x86_64 与 aarch64'
  [fetchingNpm]='正在获取 npm %s（本机自带的版本过旧）…'
  [npmNotFetched]='未能获取 npm %s（%s；日志：%s）：请检查网络，然后重新运行'
  [npmOther]='软件源给出的 npm %s 或 %s %s 与锁定的不符：请勿使用'
  [npmNotMoved]='npm 未能移到 %s'
  [installingPackages]='正在安装 Node 24 与 npm 软件包 …'
  [packagesFailed]='npm 未能安装软件包（%s；日志：%s）：请检查网络与磁盘，然后重新运行'
  [noNodeHere]='node_modules 中没有适合本机（%s）的 Node 24；仅支持 x86_64 与 aarch64'
  [runsAlready]='系统已在 %s 运行（进程 %s）：请先停止它，或将 HOTLINE_STATE_DIR 设为其他目录'
  [prepared]='已就绪：私有根目录 %s，Node %s。'
  [oneFolder]='至多给出一个目录，不接受其他参数；见 %s --help'
  [whichBackup]='请给出一个备份文件；见 %s --help'
  [backupRuns]='另一备份正在写入 %s'
  [restoreRuns]='另一恢复正在写入 %s'
  [stopFirst]='%s 的系统正在运行：请先停止'
  [noSecret]='没有 %s：请先启动一次系统，或按当时的设置给出 HOTLINE_STATE_DIR'
  [strangers]='警告：本机有用户占用了本系统的用户编号，可读取本系统的密码：%s'
)
declare -A en=(
  [interrupted]='Interrupted; run this again at any time.'
  [needRoot]='this must run as root (it installs packages and gives each server a user of its own): use sudo %s'
  [notDebian]='this is not a Debian machine (no /etc/os-release)'
  [otherSystem]='this machine runs %s; Debian 12 or 13 is needed'
  [noSpace]='the disk of %s has %s MB free and %s MB are needed: make room and run this again'
  [installing]='Installing %s (apt) …'
  [aptFailed]='apt could not install %s (%s; log: %s): check /etc/apt/sources.list.d and the network, then run this again'
  [removingHalf]='Removing a half-made private root …'
  [makingRoot]='Making the private root at %s (Asterisk, PostgreSQL, Redis and speech from Debian forky; about two minutes) …'
  [rootFailed]='the private root could not be made (%s; log: %s): check the network and the disk, then run this again'
  [rootNotMoved]='the private root could not be moved to %s'
  [rootMade]='The private root is made (%s s, %s MB).'
  [rootAwaited]='Another run is making the private root; waiting for it …'
  [packagesAwaited]='Another run is installing the npm packages; waiting for it …'
  [rootTorso]='HOTLINE_ROOT is %s, but that is no whole private root: remove it or unset HOTLINE_ROOT'
  [noNode]='there is no Node 24 for this machine (%s); only x86_64 and aarch64 are served'
  [fetchingNpm]="Fetching npm %s (the machine's own is too old) …"
  [npmNotFetched]='npm %s could not be fetched (%s; log: %s): check the network, then run this again'
  [npmOther]='the registry gave another npm %s or %s %s than the pinned ones: do not use it'
  [npmNotMoved]='npm could not be moved to %s'
  [installingPackages]='Installing Node 24 and the npm packages …'
  [packagesFailed]='npm could not install the packages (%s; log: %s): check the network and the disk, then run this again'
  [noNodeHere]='node_modules has no Node 24 for this machine (%s); only x86_64 and aarch64 are served'
  [runsAlready]='it runs already from %s (process %s): stop that one, or set HOTLINE_STATE_DIR to another folder'
  [prepared]='Ready: private root %s, Node %s.'
  [oneFolder]='one folder at most, and nothing else; see %s --help'
  [whichBackup]='say which backup, one; see %s --help'
  [backupRuns]='another backup into %s is under way'
  [restoreRuns]='another restore into %s is under way'
  [stopFirst]='the system in %s is running: stop it first'
  [noSecret]='there is no %s: start the system once, or set HOTLINE_STATE_DIR as it was set then'
  [strangers]='Warning: users of this machine have numbers of ours, and can read our secrets: %s'
)

# text NAME VALUE…
text() {
  local name="$1"
  shift
  # shellcheck disable=SC2059
  printf "${zh[$name]} — ${en[$name]}" "$@" "$@"
}
