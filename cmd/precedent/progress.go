package main

import (
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress shows how far long work is: a bar with rate and time left on a
// terminal, a line every few seconds elsewhere, nothing for short work.
type progress struct {
	out   io.Writer
	what  string
	unit  string
	start time.Time
	bar   *progressbar.ProgressBar
}

// quiet is for how long nothing is shown: shorter work needs no bar.
const quiet = 500 * time.Millisecond

func newProgress(out io.Writer, what, unit string) *progress {
	return &progress{out: out, what: what, unit: unit, start: time.Now()}
}

// set says that done of total are through.
func (p *progress) set(done, total int64) {
	if time.Since(p.start) < quiet {
		return
	}
	if p.bar == nil {
		p.bar = progressbar.NewOptions64(total, p.options()...)
	}
	p.bar.ChangeMax64(total)
	p.bar.Set64(done)
}

func (p *progress) options() []progressbar.Option {
	options := []progressbar.Option{
		progressbar.OptionSetWriter(p.out),
		progressbar.OptionSetDescription(p.what),
		progressbar.OptionShowCount(),
		progressbar.OptionShowIts(),
		progressbar.OptionSetItsString(p.unit),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionFullWidth(),
	}
	file, ok := p.out.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		return append(options, progressbar.OptionThrottle(5*time.Second), progressbar.OptionSetWidth(0), progressbar.OptionUseANSICodes(false))
	}
	return append(options, progressbar.OptionThrottle(100*time.Millisecond))
}

func (p *progress) finish() {
	if p.bar != nil {
		p.bar.Finish()
		io.WriteString(p.out, "\n")
	}
}
