# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154,SC2034
#
# What manyfold remote has the other machine do. It is sent to any POSIX shell on its standard input:
# values in front of it (folder=..., command=...), and a call of one function behind it. The answer is
# lines and, behind a line that tells their number, bytes; src/remote/frames.h lists them. Whoever sends
# it has a line "=" written at the very end, so an answer that was cut off is known as such.

set -u
run=.manyfold/run
PATH=$PATH:${HOME:-}/.local/bin:${HOME:-}/bin:/usr/local/bin
export PATH

refuse() {
    printf '! %s\n' "$*"
    exit 0
}

# A text as bytes, behind a line with a letter and their number.
bytes_of() {
    printf '%s %s\n' "$1" "$(($(printf '%s' "$2" | wc -c)))"
    printf '%s' "$2"
}

entered=
enter() {
    [ -n "$entered" ] || CDPATH='' cd -- "$folder" 2>/dev/null || return 1
    entered=yes
}

make_folder() {
    [ -n "$entered" ] || mkdir -p -- "$folder" || refuse "the folder cannot be made there: $folder"
    enter || refuse "the folder cannot be entered there: $folder"
    mkdir -p .manyfold || refuse "nothing can be written there: $folder"
}

# ---- the command there ----

# A lock whose holder was killed is broken, by one process at a time, which looks once more before it does.
break_lock() {
    holder=$(cat .manyfold/lock/holder 2>/dev/null)
    case $holder in
    "$(uname -n) "*) ! kill -0 "${holder##* }" 2>/dev/null || return 0 ;;
    *) return 0 ;;
    esac
    # It takes a moment; one that is older was left by a kill.
    find .manyfold/breaking -prune -mmin +1 -exec rmdir {} \; 2>/dev/null
    mkdir .manyfold/breaking 2>/dev/null || return 0
    [ "$(cat .manyfold/lock/holder 2>/dev/null)" != "$holder" ] || rm -rf .manyfold/lock
    rmdir .manyfold/breaking
}

# One process at a time looks at the state and changes it.
lock() {
    tries=0
    until mkdir .manyfold/lock 2>/dev/null; do
        break_lock
        tries=$((tries + 1))
        [ "$tries" -lt 100 ] || refuse "$folder/.manyfold/lock stays there: another manyfold remote \
holds it; if there is none, remove it"
        sleep 0.1 2>/dev/null || sleep 1
    done
    echo "$(uname -n) $$" >.manyfold/lock/holder
    trap 'rm -rf .manyfold/lock' EXIT
    trap 'exit 1' HUP INT TERM PIPE
}

unlock() {
    rm -rf .manyfold/lock
    trap - EXIT HUP INT TERM PIPE
}

# Whether what was started still runs. Its number may belong to another process by now, so its words
# are looked at, among which is a token of ours.
is_alive() {
    [ -s "$run/pid" ] || return 1
    pid=$(cat "$run/pid")
    kill -0 "$pid" 2>/dev/null || return 1
    { tr '\0' ' ' <"/proc/$pid/cmdline" || ps -o args= -p "$pid"; } 2>/dev/null |
        grep -q -F -e "$(cat "$run/token")"
}

state() {
    if [ ! -f "$run/command" ]; then
        echo none
    elif [ -s "$run/status" ]; then
        if [ -f "$run/brought" ]; then echo brought; else echo finished; fi
    elif [ "$(cat "$run/machine")" != "$(uname -n)" ]; then
        echo elsewhere
    elif is_alive; then
        echo running
    elif [ -s "$run/status" ]; then
        echo finished # it has just ended
    else
        echo lost
    fi
}

report() {
    now=$(state)
    printf 'S %s\n' "$now"
    [ "$now" != none ] || return 0
    [ "$(cat "$run/command")" != "$command" ] || printf 'Q\n'
    bytes_of C "$(cat "$run/command")"
    bytes_of F "$(cat "$run/outputs")"
    printf 'N %s\n' "$(cat "$run/machine")"
}

# A file of SQLite that was left in mid-write has its half-written change taken back, as whoever opens it next
# would do, so that it is whole without the file beside it. It keeps its time, by which the newer one is known.
# What begins in another way is somebody's own file that happens to have such a name.
settle_one() {
    { [ -f "$1" ] && [ -s "$1" ] && [ -f "$1-journal" ]; } || return 0
    [ "$(head -c 8 "$1-journal" | od -An -tx1 | tr -cd 0-9a-f)" = d9d505f920a163d7 ] || return 0
    touch -r "$1" .manyfold/time
    manyfold runs list "$1" >/dev/null 2>&1 </dev/null || return 1
    touch -r .manyfold/time "$1"
}

# Does so for the names on its standard input, which have to be put right, and in results/.
settle() {
    unsettled=$(while IFS= read -r name; do
        settle_one "./$name" || printf ' %s' "$name"
    done)
    find results/ -type f -name '*-journal' -size +0 2>/dev/null | while IFS= read -r name; do
        settle_one "./${name%-journal}"
    done
    [ -z "$unsettled" ] || refuse "left in mid-write and cannot be put right there:$unsettled"
}

# What is there; with "make" the folder is made, since something is to be started.
ask() {
    if [ "${1-}" = make ]; then
        make_folder
        command -v rsync >/dev/null || refuse 'rsync is not there; install it'
        command -v manyfold >/dev/null || refuse 'manyfold is not there, or not in the PATH of ssh; \
"manyfold remote HOST --check" says more'
    elif ! enter || [ ! -d .manyfold ]; then
        printf 'S none\n'
        return
    fi
    lock
    report
    unlock
    case ${1-}$now in
    makenone | makebrought | makelost)
        settle <<END
$outputs
END
        ;;
    esac
}

# The job stands on its own: no terminal, no connection, its outputs in files. It is a script of its own
# so that it can be read by whoever wonders what runs there.
write_job() {
    cat >"$run/job" <<'END'
# Written by manyfold remote: runs one command and notes how it ended.
run=.manyfold/run
echo $$ >"$run/pid"
. "./$run/settings"
eval "exec $(cat "$run/words")" >"$run/out" 2>"$run/err" </dev/null &
echo $! >"$run/child"
wait $!
# On a full disk there is no status, rather than an empty one.
echo $? >"$run/status.new" && mv "$run/status.new" "$run/status"
END
}

# Where the command writes there has to be a folder.
make_places() {
    mkdir -p results
    printf '%s' "$outputs" | while IFS= read -r name; do
        case $name in */*) mkdir -p -- "${name%/*}" ;; esac
    done
}

launch() {
    make_places
    rm -rf "$run"
    mkdir "$run" || refuse "nothing can be written there: $folder"
    printf '%s\n' "$token" >"$run/token"
    uname -n >"$run/machine"
    printf '%s' "$outputs" >"$run/outputs"
    printf '%s\n' "$settings" >"$run/settings"
    printf '%s\n' "$words" >"$run/words"
    : >"$run/out"
    : >"$run/err"
    write_job
    printf '%s\n' "$command" >"$run/command" || refuse "nothing can be written there: $folder"
    if command -v setsid >/dev/null; then
        setsid sh "$run/job" "$token" </dev/null >/dev/null 2>&1 &
    else
        nohup sh "$run/job" "$token" </dev/null >/dev/null 2>&1 &
    fi
    tries=0
    until [ -s "$run/child" ] || [ "$tries" -ge 100 ]; do
        tries=$((tries + 1))
        sleep 0.1 2>/dev/null || sleep 1
    done
}

start() {
    make_folder
    lock
    # A connection that was cut may have done it all the same.
    if [ "$(cat "$run/token" 2>/dev/null)" != "$token" ]; then
        case $(state) in
        none | brought | lost) launch ;;
        *) [ "$(cat "$run/command")" = "$command" ] || refuse 'another command has just been started there' ;;
        esac
    fi
    unlock
}

# ---- following it ----

# What a file has beyond the bytes that are known already; `known` grows by them.
pass() {
    size=$(($(wc -c <"$run/$2")))
    known=$3
    [ "$size" -gt "$known" ] || return 0
    printf '%s %s\n' "$1" "$((size - known))" || exit 1
    tail -c "+$((known + 1))" "$run/$2" | head -c "$((size - known))" || exit 1
    known=$size
}

# Passes on what the command writes until it has ended. A line each second shows that the connection
# stands, and ends this when it does not. A third argument is the token of the one that is meant.
follow() {
    out=$1
    err=$2
    rounds=0
    enter || refuse "the folder has gone: $folder"
    while :; do
        now=$(state)
        case $now in none | elsewhere) refuse "nothing runs in $folder" ;; esac
        token_now=$(cat "$run/token")
        [ "$token_now" = "${3:-$token_now}" ] || refuse 'another command has been started there since'
        [ "$rounds" -ne 0 ] || printf 'T %s\n' "$token_now"
        pass O out "$out"
        out=$known
        pass E err "$err"
        err=$known
        [ "$now" = running ] || break
        printf '.\n' || exit 1
        rounds=$((rounds + 1))
        if [ "$rounds" -gt 20 ] || ! sleep 0.1 2>/dev/null; then sleep 1; fi
    done
    settle <"$run/outputs"
    printf 'S %s\n' "$now"
    [ "$now" = lost ] || printf 'X %s\n' "$(cat "$run/status")"
}

brought() {
    if enter && [ -s "$run/status" ]; then : >"$run/brought"; fi
}

# Asks the command to end, and makes it end when it does not.
stop() {
    enter || refuse "there is no folder $folder"
    tries=0
    now=$(state)
    while [ "$now" = running ]; do
        [ "$tries" -ne 0 ] || kill -TERM "$(cat "$run/child")" 2>/dev/null
        [ "$tries" -ne 300 ] || kill -KILL "$(cat "$run/child")" 2>/dev/null
        printf '.\n' || exit 1
        tries=$((tries + 1))
        sleep 0.1 2>/dev/null || sleep 1
        now=$(state)
    done
    report
    [ ! -s "$run/status" ] || printf 'X %s\n' "$(cat "$run/status")"
}

# Lets go of a command that has ended, so that another one can be started.
drop() {
    if [ -s "$run/status" ]; then : >"$run/brought"; else rm -rf "$run"; fi
}

# ---- what is there ----

fact() {
    printf 'K %s\n' "$*"
}

check() {
    fact "machine $(uname -srm)"
    fact "time $(date +%s)"
    command -v rsync >/dev/null && fact "rsync $(rsync --version 2>/dev/null </dev/null | sed -n '1s/^rsync  *version \([^ ]*\).*/\1/p')"
    command -v manyfold >/dev/null && fact "manyfold $(manyfold --version 2>/dev/null </dev/null | sed -n '1s/^manyfold //p')"
    command -v mpirun >/dev/null && fact "mpirun $(mpirun --version 2>/dev/null </dev/null | sed -n 1p)"
    cores=$(nproc 2>/dev/null || getconf _NPROCESSORS_ONLN 2>/dev/null) && fact "cores $cores"
    memory=$(sed -n 's/^MemAvailable: *\([0-9]*\) kB/\1/p' /proc/meminfo 2>/dev/null) && fact "memory $memory"
    place=$folder
    while [ ! -e "$place" ] && [ "$place" != "${place%/*}" ]; do place=${place%/*}; done
    [ -e "$place" ] || place=/
    if [ ! -d "$place" ]; then fact 'writable file'; elif [ -w "$place" ]; then fact 'writable yes'; fi
    fact "disk $(df -Pk -- "$place" 2>/dev/null | awk 'NR > 1 { print $4; exit }')"
}

# What the files of a shell have printed may have no end of a line.
printf '\nmanyfold-there 1\n'
