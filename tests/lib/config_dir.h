/*
 * A folder of configuration files for one test: made, filled, loaded from, removed.
 */
#ifndef CONFIG_DIR_H
#define CONFIG_DIR_H

#include <ruamkhao/config.h>
#include <ruamkhao/err.h>

struct config_dir {
	char path[256]; /* of the folder, absolute */
	char main[300]; /* of its ruamkhao.yml */
};

void config_dir_make(struct config_dir *);
void config_dir_remove(struct config_dir *);
/* Write name (may hold one folder) below it. */
void config_dir_put(struct config_dir *, const char *name, const void *data, size_t n);
void config_dir_puts(struct config_dir *, const char *name, const char *text);
/* Write text as the main file and load it. */
int config_dir_load(
    struct config_dir *, const char *text, struct rk_config **, struct rk_err *);

#endif
