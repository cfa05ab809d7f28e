package main

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestPercentileIsTheNearestRank(t *testing.T) {
	hundred := make([]int, 100)
	for i := range hundred {
		hundred[i] = 100 - i
	}
	for _, test := range []struct {
		values []int
		p      int
		want   int
	}{
		{nil, 50, 0},
		{[]int{7}, 99, 7},
		{[]int{3, 1, 2}, 50, 2},
		{[]int{4, 1, 3, 2}, 50, 2},
		{[]int{5, 4, 3, 2, 1}, 99, 5},
		{hundred, 50, 50},
		{hundred, 99, 99},
		{hundred, 100, 100},
		{hundred, 0, 1},
	} {
		assert.Equal(t, test.want, percentile(test.values, test.p), "%d%% of %v", test.p, test.values)
	}
	assert.Equal(t, 100, hundred[0], "the values stay in their order")
}

func TestSpendSeesWorkAndNotSleep(t *testing.T) {
	nap, err := spend(func() error { time.Sleep(50 * time.Millisecond); return nil })
	require.NoError(t, err)
	assert.GreaterOrEqual(t, nap.wall, 50*time.Millisecond)
	assert.Less(t, nap.cpu, 50*time.Millisecond)
	work, err := spend(func() error {
		for start := cpuTime(); cpuTime()-start < 20*time.Millisecond; {
		}
		return nil
	})
	require.NoError(t, err)
	assert.GreaterOrEqual(t, work.cpu, 20*time.Millisecond)
}
