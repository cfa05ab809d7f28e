package bleveindex

import (
	"cmp"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"

	"github.com/blevesearch/bleve/v2/index/scorch"
	index "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	zap "github.com/blevesearch/zapx/v17"
)

// segmentType names our plugin among bleve's.
const segmentType = "precedent"

// plugin makes bleve's segments: in the format of bleve's own, which reads,
// persists and merges them, but made straight from the terms, several times
// faster than from bleve's documents and fields.
type plugin struct{ zap.ZapPlugin }

// bleve knows plugins by a registry of its own. Ours is not the default one:
// only an index whose configuration names it has it.
func init() { scorch.RegisterSegmentPlugin(new(plugin), false) }

// Type implements scorch.SegmentPlugin.
func (*plugin) Type() string { return segmentType }

// New implements scorch.SegmentPlugin.
func (p *plugin) New(docs []index.Document) (segment.Segment, uint64, error) {
	return p.NewUsing(docs, nil)
}

// NewUsing implements scorch.SegmentPlugin.
func (*plugin) NewUsing(docs []index.Document, config map[string]any) (segment.Segment, uint64, error) {
	batch := make([]document, len(docs))
	for i, d := range docs {
		ours, ok := d.(document)
		if !ok {
			return nil, 0, fmt.Errorf("a document of type %T is not ours", d)
		}
		batch[i] = ours
	}
	slices.SortFunc(batch, func(a, b document) int { return cmp.Compare(a.place, b.place) })
	if len(batch) == 0 {
		return nil, 0, errors.New("a segment of no documents")
	}
	made := batch[0].made
	raw, view, err := writeSegment(batch, made.wanted)
	if err != nil {
		return nil, 0, err
	}
	made.view = view
	stats, ok := config[segment.StatsKey].(*segment.Stats)
	if !ok || stats == nil {
		stats = new(segment.Stats)
	}
	s, err := zap.InitSegmentBase(raw.mem, crc32.ChecksumIEEE(raw.mem), chunkMode,
		uint64(len(batch)), raw.storedIndex, raw.fieldsIndex, config, stats)
	if err != nil {
		return nil, 0, err
	}
	return s, uint64(len(raw.mem)), nil
}
