/* Whether time grows with the input, on a machine that does other things too.
 *
 * Seconds say nothing on a busy machine, and one doubling little: it may be the step at
 * which the allocator maps its pages anew or a cache is full. So a quarter of the input
 * and the whole are measured in turn, the best of each is kept, and a try is enough
 * that shows less than GROWTH_MOST; what is not linear shows more in every try.
 */
#ifndef TESTS_GROWTH_H
#define TESTS_GROWTH_H

#include <stddef.h>

/* Four times the input may take so many times as long: linear is 4, and up to 8 where the
 * larger one leaves a cache or needs new pages; quadratic is 16. */
#define GROWTH_MOST  12.0
#define GROWTH_TRIES 12
#define GROWTH_BLINK 0.02 /* seconds: soon enough, and the clock has steps of its own */

/* The processor time of this thread in seconds, to take a difference of. */
double growth_clock(void);

/* Fails the test, with name in its words, if no try shows that the time of cost(arg, n)
 * grows with n. cost: works on an input of n (bytes, lines) and returns the seconds
 * that the work took, without making its input; called with n / 4 and n. */
void growth_is_linear(const char *name, double (*cost)(const void *arg, size_t n),
    const void *arg, size_t n);

#endif
