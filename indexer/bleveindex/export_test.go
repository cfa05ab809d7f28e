package bleveindex

import "time"

// KeepingSmallViews returns the configuration with files of all views, however
// small and young.
func (c Config) KeepingSmallViews() Config {
	c.views = viewPolicy{from: 1, after: 10 * time.Millisecond}
	return c
}
