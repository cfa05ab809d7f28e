package web

import "time"

// moment is a time as a person reads it: how long ago, and exactly on hover.
type moment struct {
	At       time.Time
	Relative string
	Late     bool // a time that something was due, and is past
}

func (v *visit) moment(at time.Time) moment {
	now := v.Now()
	since := now.Sub(at)
	m := moment{At: at.Local(), Late: since > 0}
	switch {
	case since.Abs() < time.Minute:
		m.Relative = v.say("time.now")
	case since > 0:
		m.Relative = v.say("time.ago", "span", v.span(since))
	default:
		m.Relative = v.say("time.ahead", "span", v.span(-since))
	}
	return m
}

// span says a duration in its largest unit, rounded down.
func (v *visit) span(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d < time.Hour:
		return v.count("time.minutes", int(d/time.Minute))
	case d < day:
		return v.count("time.hours", int(d/time.Hour))
	case d < 60*day:
		return v.count("time.days", int(d/day))
	case d < 730*day:
		return v.count("time.months", int(d/(30*day)))
	}
	return v.count("time.years", int(d/(365*day)))
}
