package exchange

import (
	"bufio"
	"bytes"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// counter counts what is read through it.
type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

// sniffed is how much text is looked at to tell its encoding, from the first
// character on that is not ASCII.
const sniffed = 64 << 10

// utf8Text turns a text in UTF-8, UTF-16 with a byte order mark, or GB18030
// into UTF-8 without the mark.
func utf8Text(r io.Reader) io.Reader {
	b := bufio.NewReaderSize(r, sniffed)
	mark, _ := b.Peek(3)
	switch {
	case bytes.HasPrefix(mark, []byte{0xEF, 0xBB, 0xBF}):
		b.Discard(3)
		return b
	case bytes.HasPrefix(mark, []byte{0xFF, 0xFE}), bytes.HasPrefix(mark, []byte{0xFE, 0xFF}):
		return transform.NewReader(b, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder())
	}
	return &sniffer{b: b}
}

// sniffer passes ASCII through until the first other byte tells the encoding.
type sniffer struct {
	b    *bufio.Reader
	rest io.Reader // once the encoding is known
}

func (s *sniffer) Read(p []byte) (int, error) {
	if s.rest != nil {
		return s.rest.Read(p)
	}
	if len(p) == 0 {
		return 0, nil
	}
	if _, err := s.b.Peek(1); err != nil {
		return 0, err
	}
	head, _ := s.b.Peek(min(len(p), s.b.Buffered()))
	ascii := bytes.IndexFunc(head, func(r rune) bool { return r >= utf8.RuneSelf })
	if ascii < 0 {
		ascii = len(head)
	}
	if ascii > 0 {
		n := copy(p, head[:ascii])
		s.b.Discard(n)
		return n, nil
	}
	window, _ := s.b.Peek(sniffed)
	s.rest = s.b
	if !validStart(window) && isGB18030(window) {
		s.rest = transform.NewReader(s.b, simplifiedchinese.GB18030.NewDecoder())
	}
	return s.rest.Read(p)
}

// validStart reports whether b is UTF-8, cut off anywhere.
func validStart(b []byte) bool {
	for range utf8.UTFMax - 1 {
		if r, n := utf8.DecodeLastRune(b); r != utf8.RuneError || n != 1 {
			break
		}
		b = b[:len(b)-1]
	}
	return utf8.Valid(b)
}

// isGB18030 reports whether b, cut off anywhere, reads as GB18030.
func isGB18030(b []byte) bool {
	for range 4 { // a character has up to four bytes
		text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(b)
		if err == nil && !bytes.ContainsRune(text, utf8.RuneError) {
			return true
		}
		if len(b) == 0 {
			break
		}
		b = b[:len(b)-1]
	}
	return false
}
