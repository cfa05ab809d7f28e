package segment

// hanFirst to hanLast is the main block of Han characters.
const hanFirst, hanLast = 0x4E00, 0x9FFF

// hanClasses gives, for each character of the main block, the one that stands
// for it and its variants in matching: itself, or the simplified one.
var hanClasses, hanClassesRare = func() (*[hanLast - hanFirst + 1]rune, map[rune]rune) {
	main, rare := new([hanLast - hanFirst + 1]rune), map[rune]rune{}
	for i := range main {
		main[i] = hanFirst + rune(i)
	}
	from := rune(-1)
	for _, r := range hanPairs {
		switch {
		case from < 0:
			from = r
			continue
		case from >= hanFirst && from <= hanLast:
			main[from-hanFirst] = r
		default:
			rare[from] = r
		}
		from = -1
	}
	return main, rare
}()

// hanClass is the character that stands for r in matching.
func hanClass(r rune) rune {
	if r >= hanFirst && r <= hanLast {
		return hanClasses[r-hanFirst]
	}
	if to, ok := hanClassesRare[r]; ok {
		return to
	}
	return r
}
