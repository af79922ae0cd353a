# Kills a switchboard whose event loop stands still, for one that waits to take over. A child of the process that it guards, so it
# sees it in every container, reaches it when it is stopped, and dies with it (guard.ts).
#   guard.sh <process id> <file that the standby keeps locked> <seconds of silence> <seconds more, before it counts>
# Each line on stdin is a beat. The second wait is for a machine that as a whole has stood still: a healthy process then
# beats at once.
while true; do
  read -r -t "$3"; heard=$?
  if ((heard > 128)); then read -r -t "$4"; heard=$?; fi
  ((heard == 0)) && continue
  ((heard > 128)) || exit 0 # end of file: it has ended
  flock --nonblock --conflict-exit-code 75 "$2" true
  # Nobody waits: frozen is better than dead, for what thaws goes on.
  (($? == 75)) || continue
  echo "switchboard $1 has stood still for $3 s and more: it is killed, and the standby takes over" >&2
  kill -KILL "$1"
  exit 0
done
