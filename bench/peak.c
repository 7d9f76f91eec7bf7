/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a command and prints, after its output, the KiB that its largest process held at its peak.
 *
 *     peak COMMAND [ARGUMENT]...
 *
 * A command that is started by a large process (a Python script, say) is counted with the memory
 * of that process at first, hence this small one in between.
 */
#include "bench/bench.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    if (argc < 2)
        bench_die("which command?");
    pid_t child = fork();
    if (child == 0) {
        execvp(argv[1], argv + 1);
        bench_die("the command could not be started");
    }
    int status = 0;
    struct rusage usage;
    if (child < 0 || wait4(child, &status, 0, &usage) != child || status != 0)
        bench_die("the command failed");
    printf("%ld\n", usage.ru_maxrss);
    return 0;
}
