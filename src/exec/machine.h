/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of mf_machine that come from files, below any folder. */
#ifndef EXEC_MACHINE_H
#define EXEC_MACHINE_H

#include <manyfold/machine.h>

/* Fills what the files below `root`, "" for the machine itself, tell; changes nothing else. */
void mf__machine_read_files(const char *root, mf_machine *machine);

#endif
