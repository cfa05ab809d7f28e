#include <stdint.h>

float use_quantise(int16_t *dst, const float *src, long width, long rows, long cols, float limit);
void use_apply(float *out, long width, const int16_t *src, long stride, long rows, const int8_t *packed, long depth,
		long cols, const float *bias, const float *residual, long residual_width, float step, int relu);
void use_normalise(float *x, long rows, long cols, const float *gain, const float *bias, float epsilon);
