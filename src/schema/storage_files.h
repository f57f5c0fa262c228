/* The files of an embedded database next to the one that the setting `storage` names: endings of their names. */
#ifndef SCHEMA_STORAGE_FILES_H
#define SCHEMA_STORAGE_FILES_H

static const char *const STORAGE_FILES[] = {"-wal", "-shm", ".mark", ".reserve", ".lock"};

#endif
