/*
 * The messages between parent and worker, and what both sides share.
 *
 * A message is a header (type, length of the rest; both 32 bits, host order: both
 * ends are the same binary) and a body. Everything read is bounded and checked.
 */
#ifndef RK_WORKER_INT_H
#define RK_WORKER_INT_H

#include <ruamkhao/arena.h>
#include <ruamkhao/worker.h>

enum rk_msg { RK_MSG_WORK = 1, RK_MSG_INGEST = 2, RK_MSG_REFUSED = 3 };

struct rk_msg_head {
	uint32_t type;
	uint32_t length; /* of the body, at most RK_WIRE_MAX */
};

/* Append a whole message. 0, or -1 when buf is full (the message is too large). */
int rk_wire_put_work(struct rk_buf *, const struct rk_work *);
int rk_wire_put_ingest(struct rk_buf *, const struct rk_ingest *);
int rk_wire_put_refused(struct rk_buf *, const struct rk_err *);

/*
 * Read a body. Strings point into it, so it must live as long as the result; the
 * ingest and its entries are made in the arena. -1 (RK_E_SYS, EPROTO): not a message of
 * this kind, or one that breaks a limit.
 */
int rk_wire_get_work(struct rk_str body, struct rk_work *, struct rk_err *);
int rk_wire_get_ingest(struct rk_str body, struct rk_arena *, struct rk_ingest **,
    struct rk_err *);
int rk_wire_get_refused(struct rk_str body, struct rk_err *out, struct rk_err *);

#ifdef RK_TEST_BUILD
/* Documents that make a worker crash, hang or try what is forbidden. True: handled,
 * and err holds the report. */
bool rk_worker_test_document(const struct rk_work *, struct rk_err *);
#endif

#endif
