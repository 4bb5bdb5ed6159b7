/* SPDX-License-Identifier: Apache-2.0
 * What quantbench asks of MPI, as a table that a library of its own exports: the program neither
 * links nor loads MPI where no launcher has started it. Calls come from the thread that called
 * start(). */
#ifndef QUANTBENCH_MPI_TRANSPORT_H_
#define QUANTBENCH_MPI_TRANSPORT_H_

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

struct quantbench_mpi {
  int version;        /* QUANTBENCH_MPI_VERSION */
  int (*start)(void); /* 0, or not started */
  int (*rank)(void);
  int (*size)(void);
  /* Whether no lower rank is on this machine. */
  int (*first_on_machine)(void);
  /* Processors of this rank, where ranks that may use the same ones share them; at least 1. */
  int (*processors)(void);
  void (*send)(int to, int tag, const void* bytes, size_t size);
  /* Whether a message is there, and which. */
  int (*look)(int* from, int* tag, size_t* size);
  void (*receive)(int from, int tag, void* bytes, size_t size);
  void (*finish)(void);
  void (*end_all)(int status); /* ends the processes of all ranks */
};

#define QUANTBENCH_MPI_VERSION 1
#define QUANTBENCH_MPI_SYMBOL "quantbench_mpi_table"

#ifdef __cplusplus
}
#endif

#endif
