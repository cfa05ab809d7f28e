package embed

import (
	"errors"
	"fmt"
	"math"
	"os"
	"strings"
	"unicode/utf8"

	"google.golang.org/protobuf/encoding/protowire"
)

// The piece types of SentencePiece's ModelProto that mean something here.
const (
	typeUnknown = 2
	typeControl = 3
)

// wordStart is the sign that stands for a space in pieces and starts a text.
const wordStart = '▁'

// sentencePiece segments texts into the pieces of a unigram SentencePiece
// model (Kudo 2018): the segmentation whose pieces' scores, logarithms of
// probabilities, sum to the most. It is safe for concurrent use.
type sentencePiece struct {
	rules   normalizer
	pieces  prefixes
	scores  []float32
	longest int     // runes of the longest piece
	unknown int32   // the piece for a rune that no piece covers
	begin   int32   // <s>
	end     int32   // </s>
	space   int32   // wordStart alone, -1 where the model lacks it
	missing float64 // the score of an unknown rune
}

// piece is one entry of a model's vocabulary; its id is its place.
type piece struct {
	text  string
	score float32
	kind  uint64
}

// readSentencePiece reads the SentencePiece model in a file.
func readSentencePiece(path string) (*sentencePiece, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	s, err := parseSentencePiece(data)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", path, err)
	}
	return s, nil
}

// parseSentencePiece reads a SentencePiece model (sentencepiece_model.proto).
// It takes unigram models that escape spaces, remove extra ones and add one in
// front, and refuses others.
func parseSentencePiece(data []byte) (*sentencePiece, error) {
	var pieces []piece
	var charsmap []byte
	err := eachField(data, func(number protowire.Number, value field) error {
		switch number {
		case 1:
			p, err := parsePiece(value.bytes)
			if err != nil {
				return fmt.Errorf("piece %d: %w", len(pieces), err)
			}
			pieces = append(pieces, p)
		case 2:
			return checkTrainer(value.bytes)
		case 3:
			var err error
			charsmap, err = parseNormalizer(value.bytes)
			return err
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return newSentencePiece(pieces, charsmap)
}

func newSentencePiece(pieces []piece, charsmap []byte) (*sentencePiece, error) {
	s := &sentencePiece{unknown: -1, begin: -1, end: -1, space: -1}
	var err error
	if s.rules, err = newNormalizer(charsmap); err != nil {
		return nil, err
	}
	s.pieces = newPrefixes(len(pieces))
	s.scores = make([]float32, len(pieces))
	lowest := float32(math.Inf(1))
	for i, p := range pieces {
		id := int32(i)
		if err := s.pieces.add(p.text, id); err != nil {
			return nil, fmt.Errorf("piece %d, %q: %w", i, p.text, err)
		}
		s.scores[i] = p.score
		lowest = min(lowest, p.score)
		s.longest = max(s.longest, utf8.RuneCountInString(p.text))
		switch {
		case p.kind == typeUnknown:
			s.unknown = id
		case p.kind == typeControl && p.text == "<s>":
			s.begin = id
		case p.kind == typeControl && p.text == "</s>":
			s.end = id
		case p.text == string(wordStart):
			s.space = id
		}
	}
	if s.unknown < 0 || s.begin < 0 || s.end < 0 {
		return nil, errors.New("it lacks an unknown piece, <s> or </s>")
	}
	// SentencePiece's kUnkPenalty: an unknown rune costs 10 more than the
	// rarest piece.
	s.missing = float64(lowest) - 10
	return s, nil
}

func parsePiece(data []byte) (piece, error) {
	p := piece{kind: 1}
	err := eachField(data, func(number protowire.Number, value field) error {
		switch number {
		case 1:
			p.text = string(value.bytes)
		case 2:
			p.score = math.Float32frombits(uint32(value.number))
		case 3:
			p.kind = value.number
		}
		return nil
	})
	switch {
	case err != nil:
		return p, err
	case p.text == "" || !utf8.ValidString(p.text):
		return p, fmt.Errorf("%q is not a text", p.text)
	case math.IsNaN(float64(p.score)) || math.Abs(float64(p.score)) > 1e6:
		return p, fmt.Errorf("%q has the score %v", p.text, p.score)
	}
	return p, nil
}

// checkTrainer refuses models other than unigram ones (TrainerSpec.model_type 1).
func checkTrainer(data []byte) error {
	return eachField(data, func(number protowire.Number, value field) error {
		if number == 3 && value.number != 1 {
			return fmt.Errorf("it is of type %d, not a unigram model", value.number)
		}
		return nil
	})
}

// parseNormalizer gives NormalizerSpec's precompiled_charsmap. Its three flags
// (add_dummy_prefix, remove_extra_whitespaces, escape_whitespaces) are on
// unless said otherwise.
func parseNormalizer(data []byte) ([]byte, error) {
	var charsmap []byte
	err := eachField(data, func(number protowire.Number, value field) error {
		switch {
		case number == 2:
			charsmap = value.bytes
		case number >= 3 && number <= 5 && value.number == 0:
			return fmt.Errorf("it switches off rule %d for spaces, which is not supported", number)
		}
		return nil
	})
	return charsmap, err
}

// field is the value of one field of a protobuf message: bytes when it has a
// length, number otherwise.
type field struct {
	bytes  []byte
	number uint64
}

// eachField calls visit for every field of a protobuf message. Groups are
// passed over.
func eachField(data []byte, visit func(protowire.Number, field) error) error {
	for len(data) > 0 {
		number, kind, n := protowire.ConsumeTag(data)
		if n < 0 {
			return protowire.ParseError(n)
		}
		data = data[n:]
		value, n := consumeValue(number, kind, data)
		if n < 0 {
			return fmt.Errorf("field %d: %w", number, protowire.ParseError(n))
		}
		data = data[n:]
		if kind == protowire.StartGroupType {
			continue
		}
		if err := visit(number, value); err != nil {
			return err
		}
	}
	return nil
}

func consumeValue(number protowire.Number, kind protowire.Type, data []byte) (value field, n int) {
	switch kind {
	case protowire.VarintType:
		value.number, n = protowire.ConsumeVarint(data)
	case protowire.Fixed32Type:
		var v uint32
		v, n = protowire.ConsumeFixed32(data)
		value.number = uint64(v)
	case protowire.Fixed64Type:
		value.number, n = protowire.ConsumeFixed64(data)
	case protowire.BytesType:
		value.bytes, n = protowire.ConsumeBytes(data)
	default:
		n = protowire.ConsumeFieldValue(number, kind, data)
	}
	return value, n
}

// encode gives the pieces of a text between <s> and </s>, at most most of
// them: what follows is left out. A rune no piece covers gives the unknown
// piece; so does, alone, a text of which normalising leaves nothing. Bytes
// that are no UTF-8 count as U+FFFD.
func (s *sentencePiece) encode(text string, most int) []int32 {
	runes := s.rules.normalize(strings.ToValidUTF8(text, "\uFFFD"), most*s.longest)
	ids := append(make([]int32, 0, len(runes)/2+3), s.begin)
	ids = s.segment(ids, runes)
	if len(ids) == 1 {
		ids = append(ids, s.unknown)
	}
	return append(ids[:min(len(ids), most+1)], s.end)
}

// known is the share of known pieces among ids that encode gave, where <s>,
// </s> and a lone wordStart do not count; 0 when there are none.
func (s *sentencePiece) known(ids []int32) float64 {
	known, all := 0, 0
	for _, id := range ids[1 : len(ids)-1] {
		if id == s.space {
			continue
		}
		all++
		if id != s.unknown {
			known++
		}
	}
	if all == 0 {
		return 0
	}
	return float64(known) / float64(all)
}
