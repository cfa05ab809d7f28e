package vectorindex

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"strings"
)

// A log is a sequence of records, the first its header, each other a change. A
// record is framed by four bytes that mark its beginning, the payload's
// length, and the CRC-32C of both length and payload, little endian.
const (
	frameMark = "\x89PVr" // the first byte occurs in no text
	frameSize = 12
	// maxPayload bounds a record: the length has 32 bits.
	maxPayload = 1 << 31
)

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

var errTooLarge = fmt.Errorf("a batch takes more than %d MiB; apply it in parts", maxPayload>>20)

// frame completes a record, whose first frameSize bytes are left for it.
func frame(record []byte) error {
	n := len(record) - frameSize
	if n > maxPayload {
		return errTooLarge
	}
	copy(record, frameMark)
	binary.LittleEndian.PutUint32(record[4:], uint32(n))
	binary.LittleEndian.PutUint32(record[8:], checksum(record))
	return nil
}

// checksum is that of a record's length and payload.
func checksum(record []byte) uint32 {
	return crc32.Update(crc32.Checksum(record[4:8], castagnoli), castagnoli, record[frameSize:])
}

// logFile is a log that is being written.
type logFile struct {
	path string
	f    *os.File
	end  int64 // where the next record goes; what lies behind is torn
	torn bool  // something lies behind
}

// createLog makes a log under a name that is not served yet; see publish.
func createLog(dir string, n int, h header) (*logFile, error) {
	path := filepath.Join(dir, logName(n)+tmpSuffix)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	l := &logFile{path: path, f: f}
	payload, err := encodeHeader(h)
	if err == nil {
		err = l.append(append(make([]byte, frameSize), payload...))
	}
	if err != nil {
		return nil, errors.Join(err, l.discard())
	}
	return l, nil
}

// openLog opens a log to go on at its end, and tells how many bytes behind it
// were cut off.
func openLog(path string, end int64) (l *logFile, torn int64, err error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, 0, err
	}
	l = &logFile{path: path, f: f, end: end}
	info, err := f.Stat()
	if err == nil {
		torn = info.Size() - end
		l.torn = torn != 0
		err = l.mend()
	}
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	return l, torn, nil
}

// append frames a record, and writes it whole or not at all.
func (l *logFile) append(record []byte) error {
	if err := frame(record); err != nil {
		return err
	}
	return l.write(record)
}

func (l *logFile) write(b []byte) error {
	if err := l.mend(); err != nil {
		return err
	}
	if _, err := l.f.WriteAt(b, l.end); err != nil {
		l.torn = true
		return errors.Join(err, l.mend())
	}
	l.end += int64(len(b))
	return nil
}

// mend cuts off what was written in part.
func (l *logFile) mend() error {
	if !l.torn {
		return nil
	}
	if err := l.f.Truncate(l.end); err != nil {
		return fmt.Errorf("cutting off a batch that was written in part: %w", err)
	}
	l.torn = false
	return nil
}

// publish gives a log that createLog made its name, in one step: from then on
// it is the served one, also after a crash.
func (l *logFile) publish() error {
	if err := l.f.Sync(); err != nil {
		return err
	}
	name := strings.TrimSuffix(l.path, tmpSuffix)
	if err := os.Rename(l.path, name); err != nil {
		return err
	}
	l.path = name
	return syncFolder(filepath.Dir(name))
}

// discard closes a log and removes it.
func (l *logFile) discard() error { return errors.Join(l.f.Close(), os.Remove(l.path)) }
