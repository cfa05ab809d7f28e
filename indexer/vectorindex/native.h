#ifndef PRECEDENT_VECTORINDEX_NATIVE_H
#define PRECEDENT_VECTORINDEX_NATIVE_H

#include <stdint.h>

// vx_level is the best instruction set that this processor has: 0 for what
// every one of its architecture has, 1 for AVX2. AVX-512 gains nothing here:
// memory is what the loops wait for.
int vx_level(void);

void vx_dots(int level, const int8_t *rows, int32_t stride, int32_t n, const int16_t *query, int32_t *out);
void vx_dots_at(int level, const int8_t *rows, int32_t stride, const uint32_t *at, int32_t n, const int16_t *query, int32_t *out);

// vx_table holds what the signs of each four components bring to a product: 16
// entries each, in steps of step; offset is what all have in common.
struct vx_table {
	const uint8_t *entries;
	float step, offset;
};

int32_t vx_estimate(int level, const uint8_t *signs, int32_t stride, int32_t n, const float *factors, const uint8_t *entries, float step, float offset, float limit, uint32_t *rows, float *estimates);
void vx_sign(int level, const int8_t *rows, int32_t stride, int32_t from, int32_t to, const float *scales, const float *centre, uint8_t *signs, float *factors);

#endif
