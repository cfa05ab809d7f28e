package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"precedent/corpus"
)

// measures counts what the server does, for Prometheus.
type measures struct {
	registry *prometheus.Registry
	requests *prometheus.HistogramVec
	searches *prometheus.HistogramVec
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
			Help: "Time to search, by whether anything was found; its count is the number of searches.",
		}, []string{"found"}),
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
		m.requests, m.searches, build, underWay, newLevels(s),
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

func (m *measures) search(matches int, took time.Duration) {
	m.searches.WithLabelValues(strconv.FormatBool(matches > 0)).Observe(took.Seconds())
}

// levels reads the store and the index when it is scraped, so that what it
// gives is never older than the scrape.
type levels struct {
	server                                          *Server
	storeSeq, indexSeq, lag                         *prometheus.Desc
	documents, postings, segments, heap, disk, kept *prometheus.Desc
}

func newLevels(s *Server) *levels {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("precedent_"+name, help, labels, nil)
	}
	return &levels{
		server:    s,
		storeSeq:  desc("store_seq", "Seq of the store's last change."),
		indexSeq:  desc("index_seq", "Seq of the last change that the index holds."),
		lag:       desc("index_lag_changes", "Changes that the index has still to take."),
		documents: desc("index_documents", "Documents in the index."),
		postings:  desc("index_postings", "Postings in the index."),
		segments:  desc("index_segments", "Segments of the index."),
		heap:      desc("index_heap_bytes", "Memory that the index holds for searching."),
		disk:      desc("index_disk_bytes", "Size of the index on disk."),
		kept:      desc("store_cases", "Cases in the store, by state.", "state"),
	}
}

// Describe implements prometheus.Collector.
func (l *levels) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{l.storeSeq, l.indexSeq, l.lag, l.documents, l.postings, l.segments, l.heap, l.disk, l.kept} {
		out <- d
	}
}

// Collect implements prometheus.Collector. What cannot be read is left out and logged.
func (l *levels) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), probeWait)
	defer cancel()
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	seq, err := l.server.store.LastSeq(ctx)
	if err != nil {
		l.server.logger.Error("measuring the store", "err", err)
	} else {
		gauge(l.storeSeq, float64(seq))
	}
	if st, statusErr := l.server.index.Status(ctx); statusErr != nil {
		l.server.logger.Error("measuring the index", "err", statusErr)
	} else {
		gauge(l.indexSeq, float64(st.Seq))
		gauge(l.documents, float64(st.Documents))
		gauge(l.postings, float64(st.Postings))
		gauge(l.segments, float64(st.Segments))
		gauge(l.heap, float64(st.HeapBytes))
		gauge(l.disk, float64(st.DiskBytes))
		if err == nil {
			gauge(l.lag, float64(max(0, seq-st.Seq)))
		}
	}
	counts, err := l.server.store.CountCases(ctx)
	if err != nil {
		l.server.logger.Error("measuring the store", "err", err)
		return
	}
	for _, state := range corpus.States {
		gauge(l.kept, float64(counts[state]), string(state))
	}
}
