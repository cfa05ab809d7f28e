package api

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"

	"precedent/corpus"
	"precedent/indexer"
)

// levels reads the store, the indexes and the cache when it is scraped, so
// that what it gives is never older than the scrape.
type levels struct {
	server *Server

	storeSeq, kept                                           *prometheus.Desc
	indexSeq, lag, documents, postings, segments, heap, disk *prometheus.Desc
	perPosting                                               *prometheus.Desc
	vectors, vectorSeq, vectorLag, vectorHeap, vectorDisk    *prometheus.Desc
	hits, misses                                             *prometheus.Desc
}

func newLevels(s *Server) *levels {
	desc := func(name, help string, labels ...string) *prometheus.Desc {
		return prometheus.NewDesc("precedent_"+name, help, labels, nil)
	}
	return &levels{
		server:     s,
		storeSeq:   desc("store_seq", "Seq of the store's last change."),
		kept:       desc("store_cases", "Cases in the store, by state.", "state"),
		indexSeq:   desc("index_seq", "Seq of the last change that the index holds."),
		lag:        desc("index_lag_changes", "Changes that the index has still to take."),
		documents:  desc("index_documents", "Documents in the index."),
		postings:   desc("index_postings", "Postings in the index."),
		segments:   desc("index_segments", "Segments of the index."),
		heap:       desc("index_heap_bytes", "Memory that the index holds for searching."),
		disk:       desc("index_disk_bytes", "Size of the index on disk."),
		perPosting: desc("index_bytes_per_posting", "Memory that the index holds for searching, over its postings."),
		vectors:    desc("vectors", "Cases that have a vector, by space.", "space"),
		vectorSeq:  desc("vectors_seq", "Seq of the last change whose vectors are in."),
		vectorLag:  desc("vectors_lag_changes", "Changes whose vectors are still to be made."),
		vectorHeap: desc("vectors_heap_bytes", "Memory that the vectors take."),
		vectorDisk: desc("vectors_disk_bytes", "Size of the vectors on disk."),
		hits:       desc("search_cache_hits_total", "Searches answered from the cache."),
		misses:     desc("search_cache_misses_total", "Searches that the cache had no answer to, or an old one."),
	}
}

// Describe implements prometheus.Collector.
func (l *levels) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{
		l.storeSeq, l.kept, l.indexSeq, l.lag, l.documents, l.postings, l.segments, l.heap, l.disk, l.perPosting,
		l.vectors, l.vectorSeq, l.vectorLag, l.vectorHeap, l.vectorDisk, l.hits, l.misses,
	} {
		out <- d
	}
}

// Collect implements prometheus.Collector. What cannot be read is left out and logged.
func (l *levels) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), probeWait)
	defer cancel()
	seq, err := l.server.store.LastSeq(ctx)
	if err != nil {
		l.server.logger.Error("measuring the store", "err", err)
		seq = -1
	} else {
		gauge(out, l.storeSeq, float64(seq))
	}
	l.words(ctx, out, seq)
	l.meaning(ctx, out, seq)
	hits, misses := l.server.engine.Cached()
	out <- prometheus.MustNewConstMetric(l.hits, prometheus.CounterValue, float64(hits))
	out <- prometheus.MustNewConstMetric(l.misses, prometheus.CounterValue, float64(misses))
	counts, err := l.server.store.CountCases(ctx)
	if err != nil {
		l.server.logger.Error("measuring the store", "err", err)
		return
	}
	for _, state := range corpus.States {
		gauge(out, l.kept, float64(counts[state]), string(state))
	}
}

// words measures the index. seq is the store's, below 0 when it can't be read.
func (l *levels) words(ctx context.Context, out chan<- prometheus.Metric, seq int64) {
	st, err := l.server.index.Status(ctx)
	if err != nil {
		l.server.logger.Error("measuring the index", "err", err)
		return
	}
	gauge(out, l.indexSeq, float64(st.Seq))
	gauge(out, l.documents, float64(st.Documents))
	gauge(out, l.postings, float64(st.Postings))
	gauge(out, l.segments, float64(st.Segments))
	gauge(out, l.heap, float64(st.HeapBytes))
	gauge(out, l.disk, float64(st.DiskBytes))
	if st.Postings > 0 {
		gauge(out, l.perPosting, float64(st.HeapBytes)/float64(st.Postings))
	}
	if seq >= 0 {
		gauge(out, l.lag, float64(max(0, seq-st.Seq)))
	}
}

// meaning measures the vectors, where there are any. While they are made anew
// the Follower moves only at the end, and what is served meanwhile before that.
func (l *levels) meaning(ctx context.Context, out chan<- prometheus.Metric, seq int64) {
	if l.server.vectors == nil {
		return
	}
	state := l.server.vectors.State()
	gauge(out, l.vectorSeq, float64(state.Seq))
	for space := range indexer.NumSpaces {
		gauge(out, l.vectors, float64(state.Count[space]), space.String())
	}
	if l.server.embedding != nil && seq >= 0 {
		gauge(out, l.vectorLag, float64(max(0, seq-max(state.Seq, l.server.embedding.Seq()))))
	}
	st, err := l.server.vectors.Status(ctx)
	if err != nil {
		l.server.logger.Error("measuring the vectors", "err", err)
		return
	}
	gauge(out, l.vectorHeap, float64(st.HeapBytes))
	gauge(out, l.vectorDisk, float64(st.DiskBytes))
}

func gauge(out chan<- prometheus.Metric, d *prometheus.Desc, v float64, labels ...string) {
	out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
}
