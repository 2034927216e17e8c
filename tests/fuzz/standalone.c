/*
 * Runs a fuzz target over kept inputs as an ordinary test: the empty input, then
 * every file of the folders and files given, in the order of their names. A
 * target fails by ending the process; the name of the input was printed before.
 */
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerInitialize(int *argc, char ***argv) __attribute__((weak));

static unsigned passed, failed;

static int
fail(const char *path)
{
	fprintf(stderr, "%s: %s\n", path, strerror(errno));
	failed++;
	return -1;
}

/* The bytes go into a block of just their size, so that ASan sees every overrun. */
static int
run_file(const char *path, size_t size)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = malloc(size > 0 ? size : 1);
	int rc = -1;

	if (f == NULL || data == NULL || fread(data, 1, size, f) != size) {
		(void)fail(path);
		goto out;
	}
	printf("%s\n", path);
	(void)fflush(stdout);
	(void)LLVMFuzzerTestOneInput(data, size);
	passed++;
	rc = 0;
out:
	free(data);
	if (f != NULL)
		(void)fclose(f);
	return rc;
}

static int
visible(const struct dirent *e)
{
	return e->d_name[0] != '.';
}

static int
by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int
run_path(const char *path)
{
	char sub[PATH_MAX];
	struct dirent **names;
	struct stat st;
	int n, len, rc = 0;

	if (stat(path, &st) != 0)
		return fail(path);
	if (!S_ISDIR(st.st_mode))
		return run_file(path, (size_t)st.st_size);
	n = scandir(path, &names, visible, by_bytes);
	if (n < 0)
		return fail(path);
	for (int i = 0; i < n; i++) {
		len = snprintf(sub, sizeof(sub), "%s/%s", path, names[i]->d_name);
		if (len < 0 || (size_t)len >= sizeof(sub)) {
			errno = ENAMETOOLONG;
			rc = fail(path);
		} else if (run_path(sub) != 0) {
			rc = -1;
		}
		free(names[i]);
	}
	free(names);
	return rc;
}

int
main(int argc, char **argv)
{
	static const uint8_t nothing[1];

	if (LLVMFuzzerInitialize != NULL)
		(void)LLVMFuzzerInitialize(&argc, &argv);
	(void)LLVMFuzzerTestOneInput(nothing, 0);
	passed++;
	for (int i = 1; i < argc; i++)
		(void)run_path(argv[i]);
	printf("%u passed, %u failed\n", passed, failed);
	return failed == 0 ? 0 : 1;
}
