/*
 * Requests to an object store: PUT and DELETE, signed by libcurl (AWS Signature 4). All
 * headers that we add are signed, the hash of the body among them.
 */
#include "fetch_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/err.h>
#include <ruamkhao/sign.h>

struct rk_object {
	bool remove;
	struct rk_str body;
	const char *scheme, *keys; /* as libcurl takes them */
};

static void
add(struct rk_fetch *t, const char *name, struct rk_str value)
{
	struct curl_slist *node = RK_NEW(t->arena, struct curl_slist);

	node->data = (char *)(uintptr_t)rk_arena_fmt(
	    t->arena, "%s: %.*s", name, RK_FMT(value)).p;
	node->next = t->own;
	t->own = node;
}

void
rk_object_take(struct rk_fetch *t, const struct rk_fetch_object *from)
{
	struct rk_object *o = RK_NEW(t->arena, struct rk_object);
	char hash[65];

	o->remove = from->remove;
	o->body = from->remove ? RK_STR("") : from->body;
	o->scheme = rk_arena_fmt(t->arena, "aws:amz:%.*s:s3", RK_FMT(from->region)).p;
	o->keys = rk_arena_fmt(t->arena, "%.*s:%.*s", RK_FMT(from->access_key),
	    RK_FMT(from->secret_key)).p;
	rk_sha256_hex(&o->body, 1, hash);
	add(t, "Accept", RK_STR("*/*"));
	t->own_accept = true;
	add(t, "x-amz-content-sha256", rk_str(hash));
	if (from->token.n > 0)
		add(t, "x-amz-security-token", from->token);
	if (!o->remove && from->content_type.n > 0)
		add(t, "Content-Type", from->content_type);
	if (!o->remove && from->cache_control.n > 0)
		add(t, "Cache-Control", from->cache_control);
	t->object = o;
}

void
rk_object_apply(struct rk_fetch *t)
{
	const struct rk_object *o = t->object;

	if (o == NULL && !t->storing)
		return;
	if (o == NULL) {
		SET(t, CURLOPT_AWS_SIGV4, NULL);
		SET(t, CURLOPT_USERPWD, NULL);
		SET(t, CURLOPT_CUSTOMREQUEST, NULL);
		SET(t, CURLOPT_POSTFIELDS, NULL);
		SET(t, CURLOPT_HTTPGET, 1L);
		t->storing = false;
		return;
	}
	if (o->remove) {
		SET(t, CURLOPT_POSTFIELDS, NULL);
		SET(t, CURLOPT_HTTPGET, 1L);
	} else {
		SET(t, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)o->body.n);
		SET(t, CURLOPT_POSTFIELDS, o->body.n > 0 ? o->body.p : "");
	}
	SET(t, CURLOPT_CUSTOMREQUEST, o->remove ? "DELETE" : "PUT");
	SET(t, CURLOPT_AWS_SIGV4, o->scheme);
	SET(t, CURLOPT_USERPWD, o->keys);
	t->storing = true;
}
