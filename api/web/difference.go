package web

// maxCompared bounds the work of comparing two texts line by line; longer
// ones are shown whole.
const maxCompared = 400

// difference returns the lines that only the one and only the other has, so
// that as many as possible stay (a longest common subsequence).
func difference(before, after []string) (removed, added []string) {
	if len(before) > maxCompared || len(after) > maxCompared {
		return before, after
	}
	common := make([][]int, len(before)+1) // of before[i:] and after[j:]
	for i := range common {
		common[i] = make([]int, len(after)+1)
	}
	for i := len(before) - 1; i >= 0; i-- {
		for j := len(after) - 1; j >= 0; j-- {
			if before[i] == after[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	i, j := 0, 0
	for i < len(before) && j < len(after) {
		switch {
		case before[i] == after[j]:
			i, j = i+1, j+1
		case common[i+1][j] >= common[i][j+1]:
			removed = append(removed, before[i])
			i++
		default:
			added = append(added, after[j])
			j++
		}
	}
	return append(removed, before[i:]...), append(added, after[j:]...)
}
