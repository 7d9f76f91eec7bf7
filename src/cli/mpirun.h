/* SPDX-License-Identifier: Apache-2.0 */
/* Running mpirun for somebody at a terminal: what it says, how it ends, and how it is ended. */
#ifndef CLI_MPIRUN_H
#define CLI_MPIRUN_H

/* What rank 0 is told of the terminal that it cannot see: 'o', standard output is one; 'e',
 * standard error is one. Whoever started it, "" or not at all means neither. */
#define MF__TERMINAL_VARIABLE "MANYFOLD_TERMINAL"

/*
 * Starts the words, which begin with mpirun and end with NULL, and passes on what comes. Ctrl-C and
 * its like are handed to rank 0, which ends in order; a second one, or five seconds, end all at
 * once. The exit status of the command; ends by the signal that asked to stop.
 */
int mf__mpirun_run(const char *const *words);

#endif
