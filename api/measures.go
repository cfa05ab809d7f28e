package api

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"precedent/search"
)

// measures counts what the server does, for Prometheus.
type measures struct {
	registry  *prometheus.Registry
	requests  *prometheus.HistogramVec
	searches  *prometheus.HistogramVec
	cancelled prometheus.Counter
}

// buckets are for answers that people wait for: a millisecond to ten seconds.
var buckets = []float64{.001, .002, .005, .01, .02, .05, .1, .2, .5, 1, 2, 5, 10}

func newMeasures(registry *prometheus.Registry, s *Server) (*measures, error) {
	m := &measures{
		registry: registry,
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "precedent_http_request_seconds", Buckets: buckets,
			Help: "Time to answer a request, by method, route and status.",
		}, []string{"method", "route", "status"}),
		searches: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "precedent_search_seconds", Buckets: buckets,
			Help: "Time to search, by whether anything was found and by what was searched; its count is the number of searches.",
		}, []string{"found", "legs"}),
		cancelled: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "precedent_searches_cancelled_total",
			Help: "Searches that ended early because nobody waited for the answer any more.",
		}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "precedent_build_info", Help: "Always 1; the label says which version runs.",
		ConstLabels: prometheus.Labels{"version": s.version},
	})
	build.Set(1)
	underWay := prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "precedent_http_under_way", Help: "Requests being answered, health checks and scrapes aside.",
	}, func() float64 { return float64(s.underWay.Load()) })
	for _, c := range []prometheus.Collector{
		m.requests, m.searches, m.cancelled, build, underWay, newLevels(s),
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
	} {
		if err := registry.Register(c); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func (m *measures) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError})
}

func (m *measures) request(verb, route string, status int, took time.Duration) {
	m.requests.WithLabelValues(method(verb), route, strconv.Itoa(status)).Observe(took.Seconds())
}

func (m *measures) search(found search.Response, took time.Duration) {
	m.searches.WithLabelValues(strconv.FormatBool(len(found.Matches) > 0), string(found.Legs)).Observe(took.Seconds())
}
