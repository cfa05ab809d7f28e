#include "native.h"

#include <stddef.h>

// Compilers make one step of multiplying and adding where the processor can,
// which rounds otherwise than Go does.
#if defined(__clang__)
#pragma STDC FP_CONTRACT OFF
#else
#pragma GCC optimize("fp-contract=off")
#endif

// How many rows ahead dots_at asks for: those it reads lie far apart.
#define AHEAD 4

#define TARGET
#define NAME(f) base_##f

static inline int32_t base_dot(const int8_t *row, const int16_t *query, int32_t stride) {
	int32_t sum = 0;
	for (int32_t i = 0; i < stride; i++) sum += (int16_t)row[i] * query[i];
	return sum;
}

static inline void base_sums(const uint8_t *signs, int32_t columns, const uint8_t *entries, uint16_t *sums) {
	for (int32_t r = 0; r < 32; r++) sums[r] = 0;
	for (int32_t c = 0; c < columns; c++) {
		for (int32_t r = 0; r < 32; r++) {
			uint8_t b = signs[c * 32 + r];
			sums[r] += entries[c * 32 + (b & 15)] + entries[c * 32 + 16 + (b >> 4)];
		}
	}
}

static inline uint8_t base_sign8(const int8_t *row, float scale, const float *centre, float *squares, float *sizes) {
	uint8_t bits = 0;
	for (int32_t i = 0; i < 8; i++) {
		float c = (float)row[i] * scale - centre[i];
		bits |= (uint8_t)((c > 0) << i);
		squares[i] += c * c;
		sizes[i] += c < 0 ? -c : c;
	}
	return bits;
}

#include "kernel_template.h"
#undef TARGET
#undef NAME

#if defined(__x86_64__)

#include <immintrin.h>

// cgo refuses -mavx2; a target for each function needs no flag.
#define TARGET __attribute__((target("avx2")))
#define NAME(f) avx2_##f

TARGET static inline __m256i avx2_step(const int8_t *row, const int16_t *query) {
	__m256i wide = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)row));
	return _mm256_madd_epi16(wide, _mm256_loadu_si256((const __m256i *)query));
}

TARGET static inline int32_t avx2_dot(const int8_t *row, const int16_t *query, int32_t stride) {
	__m256i a = _mm256_setzero_si256(), b = a, c = a, d = a;
	for (int32_t i = 0; i < stride; i += 64) {
		a = _mm256_add_epi32(a, avx2_step(row + i, query + i));
		b = _mm256_add_epi32(b, avx2_step(row + i + 16, query + i + 16));
		c = _mm256_add_epi32(c, avx2_step(row + i + 32, query + i + 32));
		d = _mm256_add_epi32(d, avx2_step(row + i + 48, query + i + 48));
	}
	a = _mm256_add_epi32(_mm256_add_epi32(a, b), _mm256_add_epi32(c, d));
	__m128i s = _mm_add_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
	s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0x4e));
	s = _mm_add_epi32(s, _mm_shuffle_epi32(s, 0xb1));
	return _mm_cvtsi128_si32(s);
}

// avx2_sums looks up 32 rows at a time, as fast scans of product quantisation
// do (André, Kermarrec, Le Scouarnec: Cache locality is not enough, VLDB 2015).
// An entry is at most 127, so that two fit a byte; even rows' sums gather what
// the odd rows bring, 256 times, which is taken off at the end.
TARGET static inline void avx2_sums(const uint8_t *signs, int32_t columns, const uint8_t *entries, uint16_t *sums) {
	const __m256i low = _mm256_set1_epi8(15);
	__m256i both = _mm256_setzero_si256(), odd = both;
	for (int32_t c = 0; c < columns; c++) {
		__m256i b = _mm256_loadu_si256((const __m256i *)(signs + c * 32));
		__m256i first = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(entries + c * 32)));
		__m256i second = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(entries + c * 32 + 16)));
		__m256i sum = _mm256_add_epi8(_mm256_shuffle_epi8(first, _mm256_and_si256(b, low)),
			_mm256_shuffle_epi8(second, _mm256_and_si256(_mm256_srli_epi16(b, 4), low)));
		both = _mm256_add_epi16(both, sum);
		odd = _mm256_add_epi16(odd, _mm256_srli_epi16(sum, 8));
	}
	__m256i even = _mm256_sub_epi16(both, _mm256_slli_epi16(odd, 8));
	__m256i a = _mm256_unpacklo_epi16(even, odd), b = _mm256_unpackhi_epi16(even, odd);
	_mm256_storeu_si256((__m256i *)sums, _mm256_permute2x128_si256(a, b, 0x20));
	_mm256_storeu_si256((__m256i *)(sums + 16), _mm256_permute2x128_si256(a, b, 0x31));
}

TARGET static inline uint8_t avx2_sign8(const int8_t *row, float scale, const float *centre, float *squares, float *sizes) {
	__m256 v = _mm256_cvtepi32_ps(_mm256_cvtepi8_epi32(_mm_loadl_epi64((const __m128i *)row)));
	__m256 c = _mm256_sub_ps(_mm256_mul_ps(v, _mm256_set1_ps(scale)), _mm256_loadu_ps(centre));
	_mm256_storeu_ps(squares, _mm256_add_ps(_mm256_loadu_ps(squares), _mm256_mul_ps(c, c)));
	_mm256_storeu_ps(sizes, _mm256_add_ps(_mm256_loadu_ps(sizes), _mm256_andnot_ps(_mm256_set1_ps(-0.0f), c)));
	return (uint8_t)_mm256_movemask_ps(_mm256_cmp_ps(c, _mm256_setzero_ps(), _CMP_GT_OQ));
}

#include "kernel_template.h"
#undef TARGET
#undef NAME

int vx_level(void) {
	__builtin_cpu_init();
	return __builtin_cpu_supports("avx2") ? 1 : 0;
}

#define DISPATCH(call, ...)                        \
	if (level > 0) return avx2_##call(__VA_ARGS__); \
	return base_##call(__VA_ARGS__);

#else

int vx_level(void) { return 0; }

#define DISPATCH(call, ...) (void)level; return base_##call(__VA_ARGS__);

#endif

void vx_dots(int level, const int8_t *rows, int32_t stride, int32_t n, const int16_t *query, int32_t *out) {
	DISPATCH(dots, rows, stride, n, query, out)
}

void vx_dots_at(int level, const int8_t *rows, int32_t stride, const uint32_t *at, int32_t n, const int16_t *query, int32_t *out) {
	DISPATCH(dots_at, rows, stride, at, n, query, out)
}

int32_t vx_estimate(int level, const uint8_t *signs, int32_t stride, int32_t n, const float *factors, const uint8_t *entries, float step, float offset, float limit, uint32_t *rows, float *estimates) {
	struct vx_table t = {entries, step, offset};
	DISPATCH(estimate, signs, stride, n, factors, &t, limit, rows, estimates)
}

void vx_sign(int level, const int8_t *rows, int32_t stride, int32_t from, int32_t to, const float *scales, const float *centre, uint8_t *signs, float *factors) {
	DISPATCH(sign, rows, stride, from, to, scales, centre, signs, factors)
}
