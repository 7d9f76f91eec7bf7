/* SPDX-License-Identifier: Apache-2.0 */
/* A file that one process at a time holds; it is there only while somebody does, or was killed. */
#ifndef FETCH_LOCK_H
#define FETCH_LOCK_H

#include <manyfold/status.h>

/* MF_E_OUTPUT: another process holds it, or it cannot be made. */
int mf__lock(const char *path, int *ret_fd, mf_error *error);

void mf__unlock(const char *path, int fd);

#endif
