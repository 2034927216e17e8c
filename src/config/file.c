/*
 * One file of the configuration: bytes, shape checked, values in raw structs by
 * libcyaml. All values are texts here: libcyaml 1.3.1 reads 30m as the number 30 and
 * 010 as 8, and its own error places are those of the event before. Its errors can
 * only be of its own making, since scan.c has seen the bytes first.
 */
#include "config_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/fsatom.h>
#include <ruamkhao/limits.h>

#include <cyaml/cyaml.h>

#include <errno.h>
#include <limits.h>
#include <stdalign.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

struct rk_cfg_schema {
	struct rk_arena *arena;
	cyaml_schema_value_t *value;
};

/* Memory for libcyaml: it grows a sequence by one item at a time, so blocks that
 * grow get room for more, which keeps a list of 100,000 sources linear. */
struct block {
	alignas(max_align_t) size_t cap;
};

static void *
cyaml_memory(void *ctx, void *p, size_t size)
{
	struct block *b = p != NULL ? (struct block *)p - 1 : NULL;
	size_t cap = size;

	(void)ctx;
	if (size == 0) {
		free(b);
		return NULL;
	}
	if (b != NULL) {
		if (size <= b->cap)
			return p;
		cap = size + size / 2;
	}
	b = rk_xrealloc(b, sizeof(*b) + cap);
	b->cap = cap;
	return b + 1;
}

/* The first line that libcyaml logs is what it is about; places are not in it. */
__attribute__((format(printf, 3, 0))) static void
cyaml_words(cyaml_log_t level, void *ctx, const char *fmt, va_list ap)
{
	char *text = ctx;

	(void)level;
	if (text[0] == '\0')
		(void)vsnprintf(text, 160, fmt, ap);
}

static cyaml_schema_value_t *mapping_schema(
    struct rk_arena *, const struct rk_cfg_options *, enum cyaml_flag);

/* libcyaml's idea of one option. */
static void
fill_field(
    struct rk_arena *arena, const struct rk_cfg_option *o, cyaml_schema_field_t *f)
{
	unsigned optional = (o->flags & RK_CFG_REQUIRED) != 0 ? CYAML_FLAG_DEFAULT
							      : CYAML_FLAG_OPTIONAL;
	unsigned pointer = optional | CYAML_FLAG_POINTER;
	cyaml_schema_value_t *v;

	f->key = o->name;
	f->data_offset = (uint32_t)o->offset;
	switch (o->type) {
	case RK_CFG_TEXT:
	case RK_CFG_BOOL:
	case RK_CFG_COUNT:
	case RK_CFG_INT:
	case RK_CFG_DURATION:
	case RK_CFG_SIZE:
	case RK_CFG_OFFSET:
		f->value = (cyaml_schema_value_t){
		    CYAML_VALUE_STRING(pointer, char, 0, CYAML_UNLIMITED)};
		return;
	case RK_CFG_MAP:
		f->value = *mapping_schema(arena, o->sub, (enum cyaml_flag)optional);
		return;
	case RK_CFG_MAPPTR:
		f->value = *mapping_schema(arena, o->sub, (enum cyaml_flag)pointer);
		return;
	case RK_CFG_TEXTS:
		v = RK_NEW(arena, cyaml_schema_value_t);
		*v = (cyaml_schema_value_t){
		    CYAML_VALUE_STRING(CYAML_FLAG_POINTER, char, 0, CYAML_UNLIMITED)};
		f->value.data_size = sizeof(char *);
		break;
	case RK_CFG_MAPS:
		v = mapping_schema(arena, o->sub, CYAML_FLAG_DEFAULT);
		f->value.data_size = (uint32_t)o->sub->size;
		break;
	default:
		rk_assert(false && "an option type without a schema");
		return;
	}
	f->value.type = CYAML_SEQUENCE;
	f->value.flags = (enum cyaml_flag)pointer;
	f->value.sequence.entry = v;
	f->value.sequence.min = 0;
	f->value.sequence.max = CYAML_UNLIMITED;
	f->count_offset = (uint32_t)(o->offset + offsetof(struct rk_cfg_list, n));
	f->count_size = sizeof(uint32_t);
}

static cyaml_schema_value_t *
mapping_schema(
    struct rk_arena *arena, const struct rk_cfg_options *options, enum cyaml_flag flags)
{
	cyaml_schema_value_t *v = RK_NEW(arena, cyaml_schema_value_t);
	cyaml_schema_field_t *fields;
	size_t n = 0;

	for (const struct rk_cfg_option *o = options->options; o->name != NULL; o++)
		n++;
	fields = rk_arena_array(arena, n + 1, sizeof(*fields));
	v->type = CYAML_MAPPING;
	v->flags = flags;
	v->data_size = (uint32_t)options->size;
	v->mapping.fields = fields; /* zeroed: the one behind the last has no key */
	for (const struct rk_cfg_option *o = options->options; o->name != NULL; o++)
		if ((o->flags & options->without) == 0)
			fill_field(arena, o, fields++);
	return v;
}

static cyaml_config_t
cyaml_settings(char words[160])
{
	cyaml_config_t c;

	memset(&c, 0, sizeof(c));
	c.log_fn = cyaml_words;
	c.log_ctx = words;
	c.log_level = CYAML_LOG_WARNING;
	c.mem_fn = cyaml_memory;
	c.flags = CYAML_CFG_NO_ALIAS;
	return c;
}

static int
fill(struct rk_cfg_file *f, struct rk_err *err)
{
	char words[160] = "";
	cyaml_config_t c = cyaml_settings(words);
	cyaml_data_t *data = NULL;
	cyaml_err_t e;

	f->schema = rk_xcalloc(1, sizeof(*f->schema));
	f->schema->arena = rk_arena_new(0);
	f->schema->value =
	    mapping_schema(f->schema->arena, f->options, CYAML_FLAG_POINTER);
	e = cyaml_load_data(
	    (const uint8_t *)f->text.p, f->text.n, &c, f->schema->value, &data, NULL);
	if (e != CYAML_OK)
		return rk_cfg_bad_at(f, err, 1, 1, "not read by libcyaml: %s (%s)",
		    words[0] != '\0' ? words : "no details", cyaml_strerror(e));
	f->raw = data;
	if (f->raw == NULL) { /* a file without a document: every key is absent */
		f->raw = rk_xcalloc(1, f->options->size);
		f->raw_ours = true;
	}
	return 0;
}

/* The number of a key in its table. */
static size_t
key_number(const struct rk_cfg_options *options, const char *key)
{
	for (size_t i = 0; options->options[i].name != NULL; i++)
		if (strcmp(options->options[i].name, key) == 0)
			return i;
	rk_assert(false && "a key that the table does not have");
	return 0;
}

uint64_t
rk_cfg_section_keys(const struct rk_cfg_file *f, const char *section)
{
	size_t i = key_number(f->options, section);

	rk_assert(i < RK_CFG_SECTIONS);
	return f->section_keys[i];
}

bool
rk_cfg_has(const struct rk_cfg_file *f, const char *section, const char *key)
{
	const struct rk_cfg_options *options = f->options;
	uint64_t keys = f->keys;

	if (section != NULL) {
		keys = rk_cfg_section_keys(f, section);
		options = options->options[key_number(options, section)].sub;
	}
	return (keys >> key_number(options, key) & 1) != 0;
}

int
rk_cfg_file_folder(struct rk_cfg_file *f, struct rk_err *err)
{
	const char *slash = strrchr(f->path, '/');
	char *folder = rk_xstrdup(slash != NULL ? f->path : ".");

	if (slash != NULL)
		folder[slash == f->path ? 1 : slash - f->path] = '\0';
	f->folder = realpath(folder, NULL);
	if (f->folder == NULL)
		(void)rk_err_sys(err, errno, "%s: its folder", f->path);
	free(folder);
	return f->folder != NULL ? 0 : -1;
}

int
rk_cfg_file_read(struct rk_cfg_file **out, const char *path,
    const struct rk_cfg_options *options, struct rk_str instead, struct rk_err *err)
{
	struct rk_cfg_file *f = rk_xcalloc(1, sizeof(*f));
	struct stat st;
	int rc = -1;

	*out = f;
	f->path = rk_xstrdup(path);
	f->options = options;
	rk_buf_init(&f->text, RK_MAX_CONFIG);
	if (stat(path, &st) == 0) {
		f->dev = st.st_dev;
		f->ino = st.st_ino;
	} else if (instead.p == NULL) {
		(void)rk_err_sys(err, errno, "%s", path);
		goto out;
	}
	if (instead.p != NULL) {
		if (rk_buf_str(&f->text, instead) != 0) {
			(void)rk_cfg_bad_at(f, err, 1, 1, "more than 64 MiB");
			goto out;
		}
	} else {
		if (S_ISDIR(st.st_mode)) {
			(void)rk_err_sys(err, EISDIR, "%s", path);
			goto out;
		}
		if (rk_file_read(path, RK_MAX_CONFIG, &f->text, err) != 0)
			goto out;
	}
	if (f->text.p == NULL && rk_buf_reserve(&f->text, 1) != 0)
		goto out; /* libyaml wants a pointer, also to nothing */
	if (rk_cfg_scan(f, err) != 0)
		goto out;
	rc = fill(f, err);
out:
	return rc;
}

void
rk_cfg_file_free(struct rk_cfg_file *f)
{
	char words[160];
	cyaml_config_t c = cyaml_settings(words);

	if (f == NULL)
		return;
	words[0] = '\0';
	if (f->raw_ours)
		free(f->raw);
	else if (f->raw != NULL)
		(void)cyaml_free(&c, f->schema->value, f->raw, 0);
	if (f->schema != NULL)
		rk_arena_free(f->schema->arena);
	free(f->schema);
	free(f->places);
	rk_buf_release(&f->text);
	free(f->folder);
	free(f->path);
	free(f);
}
