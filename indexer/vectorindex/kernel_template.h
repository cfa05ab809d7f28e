// The loops over rows, included once for every instruction set: TARGET names
// it, NAME(f) makes its names, and dot, sums and sign8, for one row, 32 rows and
// 8 components, stand before.

TARGET static void NAME(dots)(const int8_t *rows, int32_t stride, int32_t n, const int16_t *query, int32_t *out) {
	for (int32_t r = 0; r < n; r++) out[r] = NAME(dot)(rows + (size_t)r * stride, query, stride);
}

TARGET static void NAME(dots_at)(const int8_t *rows, int32_t stride, const uint32_t *at, int32_t n, const int16_t *query, int32_t *out) {
	for (int32_t i = 0; i < n; i++) {
		if (i + AHEAD < n) {
			const int8_t *next = rows + (size_t)at[i + AHEAD] * stride;
			for (int32_t b = 0; b < stride; b += 64) __builtin_prefetch(next + b);
		}
		out[i] = NAME(dot)(rows + (size_t)at[i] * stride, query, stride);
	}
}

TARGET static int32_t NAME(estimate)(const uint8_t *signs, int32_t stride, int32_t n, const float *factors, const struct vx_table *t, float limit, uint32_t *rows, float *estimates) {
	int32_t found = 0;
	for (int32_t r = 0; r < n; r += 32) {
		uint16_t sums[32];
		NAME(sums)(signs + (size_t)r * (stride / 8), stride / 8, t->entries, sums);
		float e[32];
		int32_t m = n - r < 32 ? n - r : 32, any = 0;
		for (int32_t i = 0; i < 32; i++) e[i] = (float)sums[i] * t->step + t->offset;
		for (int32_t i = 0; i < m; i++) e[i] *= factors[r + i];
		for (int32_t i = 0; i < 32; i++) any |= e[i] >= limit;
		if (!any) continue;
		for (int32_t i = 0; i < m; i++) {
			rows[found] = (uint32_t)(r + i);
			estimates[found] = e[i];
			found += e[i] >= limit;
		}
	}
	return found;
}

TARGET static void NAME(sign)(const int8_t *rows, int32_t stride, int32_t from, int32_t to, const float *scales, const float *centre, uint8_t *signs, float *factors) {
	for (int32_t r = from; r < to; r++) {
		const int8_t *row = rows + (size_t)r * stride;
		uint8_t *column = signs + (size_t)(r / 32) * (stride / 8) * 32 + r % 32;
		float squares[8] = {0}, sizes[8] = {0};
		for (int32_t i = 0; i < stride; i += 8) column[i / 8 * 32] = NAME(sign8)(row + i, scales[r], centre + i, squares, sizes);
		float square = 0, size = 0;
		for (int32_t i = 0; i < 8; i++) {
			square += squares[i];
			size += sizes[i];
		}
		factors[r] = size > 0 ? square / size : 0;
	}
}
