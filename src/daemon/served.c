/* The server alone, over a published tree and a database that others keep. */
#include "daemon_int.h"

#include <ruamkhao/arena.h>
#include <ruamkhao/log.h>
#include <ruamkhao/serve.h>

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct served {
	struct rk_server *server;
	struct maker *maker;
	struct rk_site site;
	uv_signal_t term, intr;
	bool stopping;
};

static void
on_term(uv_signal_t *handle, int signal_no)
{
	struct served *s = handle->data;

	(void)signal_no;
	if (s->stopping)
		_exit(0);
	s->stopping = true;
	uv_close((uv_handle_t *)&s->term, NULL);
	uv_close((uv_handle_t *)&s->intr, NULL);
	rk_server_close(s->server, NULL, NULL);
}

int
rk_daemon_serve(struct rk_config *config, struct rk_str listen,
    void (*listening)(void *cookie, uint16_t port), void *cookie, struct rk_err *err)
{
	struct served *s = rk_xcalloc(1, sizeof(*s));
	struct rk_serve_opts opts = { 0 };
	uv_loop_t loop;
	int rc;

	(void)signal(SIGPIPE, SIG_IGN);
	if ((rc = uv_loop_init(&loop)) != 0) {
		rc = rk_err_sys(err, -rc, "event loop");
		goto out;
	}
	opts.listen = listen.n > 0 ? listen : config->serve.listen;
	opts.root = config->publish.directory;
	site_of(config, config->arena, &s->site);
	s->site.served = true;
	s->maker = maker_new();
	maker_use(s->maker, config, &s->site);
	maker_serve(s->maker, &opts);
	if ((rc = rk_server_start(&loop, &opts, &s->server, err)) == 0) {
		(void)uv_signal_init(&loop, &s->term);
		(void)uv_signal_init(&loop, &s->intr);
		s->term.data = s->intr.data = s;
		(void)uv_signal_start(&s->term, on_term, SIGTERM);
		(void)uv_signal_start(&s->intr, on_term, SIGINT);
		if (listening != NULL)
			listening(cookie, rk_server_port(s->server));
	}
	(void)uv_run(&loop, UV_RUN_DEFAULT);
	rk_assert(uv_loop_close(&loop) == 0);
out:
	maker_free(s->maker);
	rk_config_free(config);
	free(s);
	return rc;
}
