package indexer

import (
	"context"
	"runtime"
	"strings"

	"precedent/corpus"
	"precedent/indexer/segment"
)

// Findable reports whether a case belongs in an index. Retired ones do not,
// nor those whose resolution says nothing ("已处理"): they would take the place
// of a case that helps.
func Findable(c corpus.Case) bool {
	return c.State != corpus.Retired && !corpus.SaysNothing(c.Resolution)
}

// TermMaker makes the documents of an Index.
type TermMaker struct{ Segmenter *segment.Segmenter }

// Stamp implements Maker.
func (m TermMaker) Stamp(epoch string) Stamp {
	return Stamp{Epoch: epoch, Segment: m.Segmenter.Version(), Mask: corpus.MaskVersion, Shape: DocumentVersion}
}

// Workers implements Maker.
func (TermMaker) Workers() int { return runtime.GOMAXPROCS(0) }

// Case implements Maker.
func (m TermMaker) Case(_ context.Context, c corpus.Case) (Document, bool, error) {
	if !Findable(c) {
		return Document{}, false, nil
	}
	return CaseDocument(m.Segmenter, c), true, nil
}

// Complaint implements Maker.
func (m TermMaker) Complaint(_ context.Context, p corpus.Complaint) (Document, bool, error) {
	return ComplaintDocument(m.Segmenter, p), true, nil
}

// CaseDocument returns the document of a case, its terms cut.
func CaseDocument(s *segment.Segmenter, c corpus.Case) Document {
	d := Document{ID: c.ID, Kind: CaseKind, Facets: caseFacets(c)}
	var buffer []segment.Term
	for f, texts := range CaseTexts(c) {
		buffer = buffer[:0]
		for _, t := range texts {
			buffer = s.Append(buffer, t.Text)
		}
		d.Terms[f] = termTexts(buffer)
	}
	return d
}

func caseFacets(c corpus.Case) []string {
	facets := []string{
		Facet(FacetKind, string(CaseKind)),
		Facet(FacetLanguage, language(c.Language, c.Title, c.Resolution, c.Wordings...)),
		Facet(FacetAudience, string(c.Audience)),
		Facet(FacetState, string(c.State)),
	}
	for _, p := range c.Products {
		facets = append(facets, Facet(FacetProduct, p))
	}
	if len(c.Products) == 0 {
		facets = append(facets, Facet(FacetProduct, ""))
	}
	return facets
}

// ComplaintDocument returns the document of a complaint.
func ComplaintDocument(s *segment.Segmenter, p corpus.Complaint) Document {
	d := Document{ID: p.ID, Kind: ComplaintKind}
	d.Terms[Text] = termTexts(s.Append(nil, p.Text))
	d.Facets = []string{
		Facet(FacetKind, string(ComplaintKind)),
		Facet(FacetLanguage, language(p.Language, "", "", p.Text)),
		Facet(FacetProduct, p.Product),
	}
	return d
}

func termTexts(cut []segment.Term) []string {
	if len(cut) == 0 {
		return nil
	}
	terms := make([]string, len(cut))
	for i, t := range cut {
		terms[i] = t.Text
	}
	return terms
}

// language is the primary subtag of the language named, else of the language
// that the wordings, or failing these the other texts, are in.
func language(named, title, resolution string, wordings ...string) string {
	if named != "" {
		return PrimarySubtag(named)
	}
	text := strings.Join(wordings, "\n")
	if text == "" {
		text = title + "\n" + resolution
	}
	return PrimarySubtag(segment.Language(text))
}
