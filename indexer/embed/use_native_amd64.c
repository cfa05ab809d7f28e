// The loops of an embedding for processors with AVX2 and FMA. The caller makes
// sure that the processor has both.
#pragma GCC target("avx2,fma")
#pragma GCC optimize("O3")

#include <immintrin.h>
#include <math.h>

#include "use_native_amd64.h"

#define TILE 6  // rows at a time: 12 sums, 2 weights, 1 input and 1 product fill the 16 registers
#define PANEL 16

// What follows the product of a layer.
struct use_layer {
	const float *bias;
	const float *residual;
	long width;
	float step;
	int relu;
};

static inline float sum8(__m256 v) {
	__m128 s = _mm_add_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
	s = _mm_add_ps(s, _mm_movehl_ps(s, s));
	return _mm_cvtss_f32(_mm_add_ss(s, _mm_movehdup_ps(s)));
}

static inline float max8(__m256 v) {
	__m128 s = _mm_max_ps(_mm256_castps256_ps128(v), _mm256_extractf128_ps(v, 1));
	s = _mm_max_ps(s, _mm_movehl_ps(s, s));
	return _mm_cvtss_f32(_mm_max_ss(s, _mm_movehdup_ps(s)));
}

// cols is a multiple of 16.
float use_quantise(int16_t *dst, const float *src, long width, long rows, long cols, float limit) {
	const __m256 positive = _mm256_castsi256_ps(_mm256_set1_epi32(0x7FFFFFFF));
	__m256 most = _mm256_setzero_ps();
	for (long row = 0; row < rows; row++)
		for (long i = 0; i < cols; i += 8)
			most = _mm256_max_ps(most, _mm256_and_ps(positive, _mm256_loadu_ps(src + row * width + i)));
	float largest = max8(most);
	__m256 scale = _mm256_set1_ps(largest > 0 ? limit / largest : 0);
	for (long row = 0; row < rows; row++) {
		for (long i = 0; i < cols; i += 16) {
			const float *from = src + row * width + i;
			__m256i a = _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_loadu_ps(from), scale));
			__m256i b = _mm256_cvtps_epi32(_mm256_mul_ps(_mm256_loadu_ps(from + 8), scale));
			__m256i both = _mm256_permute4x64_epi64(_mm256_packs_epi32(a, b), 0xD8);
			_mm256_storeu_si256((__m256i *)(dst + row * cols + i), both);
		}
	}
	return largest / limit;
}

static inline __m256 finish(__m256i sum, __m256 step, __m256 bias, int relu, const float *residual) {
	__m256 v = _mm256_add_ps(_mm256_mul_ps(_mm256_cvtepi32_ps(sum), step), bias);
	if (relu)
		v = _mm256_max_ps(v, _mm256_setzero_ps());
	if (residual)
		v = _mm256_add_ps(v, _mm256_loadu_ps(residual));
	return v;
}

// tile computes n rows (a constant after inlining) of one panel.
static inline __attribute__((always_inline)) void tile(const int n, float *out, long width, const int16_t *src,
		long stride, const int8_t *weights, long depth, const struct use_layer *l, long first, long row) {
	__m256i left[TILE], right[TILE];
#pragma GCC unroll 6
	for (int i = 0; i < n; i++)
		left[i] = right[i] = _mm256_setzero_si256();
	for (long k = 0; k < depth; k += 2, weights += 2 * PANEL) {
		__m256i a = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)weights));
		__m256i b = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(weights + PANEL)));
#pragma GCC unroll 6
		for (int i = 0; i < n; i++) {
			int32_t pair;
			__builtin_memcpy(&pair, src + i * stride + k, sizeof pair);
			__m256i v = _mm256_set1_epi32(pair);
			// The empty statements keep row after row: gcc would run all
			// products first and spill the sums.
			left[i] = _mm256_add_epi32(left[i], _mm256_madd_epi16(v, a));
			__asm__ volatile("" : "+x"(left[i]));
			right[i] = _mm256_add_epi32(right[i], _mm256_madd_epi16(v, b));
			__asm__ volatile("" : "+x"(right[i]));
		}
	}
	__m256 step = _mm256_set1_ps(l->step);
	__m256 low = _mm256_loadu_ps(l->bias + first), high = _mm256_loadu_ps(l->bias + first + 8);
#pragma GCC unroll 6
	for (int i = 0; i < n; i++) {
		const float *residual = l->residual ? l->residual + (row + i) * l->width + first : 0;
		float *to = out + (row + i) * width + first;
		_mm256_storeu_ps(to, finish(left[i], step, low, l->relu, residual));
		_mm256_storeu_ps(to + 8, finish(right[i], step, high, l->relu, residual ? residual + 8 : 0));
	}
}

void use_apply(float *out, long width, const int16_t *src, long stride, long rows, const int8_t *packed,
		long depth, long cols, const float *bias, const float *residual, long residual_width, float step, int relu) {
	struct use_layer l = {bias, residual, residual_width, step, relu};
	for (long first = 0; first < cols; first += PANEL) {
		const int8_t *weights = packed + first * depth;
		for (long row = 0; row < rows; row += TILE) {
			const int16_t *from = src + row * stride;
			switch (rows - row) {
			case 1: tile(1, out, width, from, stride, weights, depth, &l, first, row); break;
			case 2: tile(2, out, width, from, stride, weights, depth, &l, first, row); break;
			case 3: tile(3, out, width, from, stride, weights, depth, &l, first, row); break;
			case 4: tile(4, out, width, from, stride, weights, depth, &l, first, row); break;
			case 5: tile(5, out, width, from, stride, weights, depth, &l, first, row); break;
			default: tile(6, out, width, from, stride, weights, depth, &l, first, row);
			}
		}
	}
}

// cols is a multiple of 8.
void use_normalise(float *x, long rows, long cols, const float *gain, const float *bias, float epsilon) {
	for (long row = 0; row < rows; row++, x += cols) {
		__m256 sum = _mm256_setzero_ps(), squares = _mm256_setzero_ps();
		for (long i = 0; i < cols; i += 8)
			sum = _mm256_add_ps(sum, _mm256_loadu_ps(x + i));
		__m256 mean = _mm256_set1_ps(sum8(sum) / cols);
		for (long i = 0; i < cols; i += 8) {
			__m256 v = _mm256_sub_ps(_mm256_loadu_ps(x + i), mean);
			squares = _mm256_fmadd_ps(v, v, squares);
		}
		__m256 scale = _mm256_set1_ps(1 / sqrtf(sum8(squares) / cols + epsilon));
		for (long i = 0; i < cols; i += 8) {
			__m256 v = _mm256_mul_ps(_mm256_sub_ps(_mm256_loadu_ps(x + i), mean), scale);
			_mm256_storeu_ps(x + i, _mm256_fmadd_ps(v, _mm256_loadu_ps(gain + i), _mm256_loadu_ps(bias + i)));
		}
	}
}
