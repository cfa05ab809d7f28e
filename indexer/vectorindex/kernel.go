package vectorindex

// kernels are the loops that searching spends its time in. A row is stride
// components, a multiple of 64. Whatever carries them out, the results are the
// same to the bit.
type kernels interface {
	// dots puts the products of n rows with the query into out.
	dots(rows []int8, stride, n int, query []int16, out []int32)
	// dotsAt does so for the rows numbered by at.
	dotsAt(rows []int8, stride int, at []uint32, query []int16, out []int32)
	// estimate finds the rows whose estimate, by their signs, is at least limit,
	// and returns how many; rows and estimates have room for n+1. What lies
	// behind row n in its group of 32 is read and means nothing.
	estimate(signs []byte, stride, n int, factors []float32, t *table, limit float32, rows []uint32, estimates []float32) int
	// sign makes the signs and factors of the rows from one to before another.
	// Factors may differ by rounding.
	sign(rows []int8, stride, from, to int, scales, centre []float32, signs []byte, factors []float32)
}

// portable are the kernels in Go.
type portable struct{}

func dot(row []int8, query []int16) (sum int32) {
	query = query[:len(row)]
	for i, v := range row {
		sum += int32(v) * int32(query[i])
	}
	return sum
}

func (portable) dots(rows []int8, stride, n int, query []int16, out []int32) {
	for r := range n {
		out[r] = dot(rows[r*stride:(r+1)*stride], query)
	}
}

func (portable) dotsAt(rows []int8, stride int, at []uint32, query []int16, out []int32) {
	for i, r := range at {
		out[i] = dot(rows[int(r)*stride:(int(r)+1)*stride], query)
	}
}

func (portable) estimate(signs []byte, stride, n int, factors []float32, t *table, limit float32, rows []uint32, estimates []float32) (found int) {
	for r := range n {
		var sum uint16
		at := r/32*32*(stride/8) + r%32
		for c := range stride / 8 {
			b := signs[at+32*c]
			sum += uint16(t.entries[32*c+int(b&15)]) + uint16(t.entries[32*c+16+int(b>>4)])
		}
		if e := factors[r] * (float32(float32(sum)*t.step) + t.offset); e >= limit {
			rows[found], estimates[found] = uint32(r), e
			found++
		}
	}
	return found
}

func (portable) sign(rows []int8, stride, from, to int, scales, centre []float32, signs []byte, factors []float32) {
	for r := from; r < to; r++ {
		var square, size float32
		at := r/32*32*(stride/8) + r%32
		for i, v := range rows[r*stride : (r+1)*stride] {
			if i%8 == 0 {
				signs[at+i*4] = 0
			}
			c := float32(float32(v)*scales[r]) - centre[i]
			if c > 0 {
				signs[at+i/8*32] |= 1 << (i % 8)
			}
			square += c * c
			size += max(c, -c)
		}
		factors[r] = 0
		if size > 0 {
			factors[r] = square / size
		}
	}
}
